"""Many signed events at once over a hundred channels: what is acknowledged, lost or doubled, and how fast we post."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.outbound import SlackPlatform
from tests.bench import load, serving
from tests.bench.runs import Bench
from tests.bench.stub import Call

PACE = SlackPlatform.pace
_CHANNEL = re.compile(rb'"?channel"?[=:] ?"?(\w+)')
_AGAIN = 10  # of so many events one is sent again


@dataclass(frozen=True)
class Storm:
    """Milliseconds of the slowest and the 99th ack, seconds to the last; asks lost, done twice, and without a post.

    `most` is the most posts in one channel within a second, `over` how many of all posts came sooner than a channel may
    be posted to; `drained` the seconds to the last post, `redelivered` the events that were sent twice.
    """

    p99: float
    slowest: float
    last: float
    bad: int
    lost: int
    twice: int
    unposted: int
    redelivered: int
    most: int
    over: int
    drained: float


async def storm(bench: Bench) -> Storm:
    """The events in an open loop, some of them sent again, then a look at the journal of posts."""
    scale, file = bench.scale, bench.file()
    bench.say(f"{scale.storm} events in {scale.storm_seconds:g} s over {scale.storm_channels} channels")
    bench.stub.forget()
    async with serving.bmm(file, bench.stub.origin) as process:
        requests = bench.slack.asks("event", scale.storm, scale.storm_channels)
        again = [request.again() for request in requests[::_AGAIN]]
        told = await load.paced(process.port, requests, scale.storm_seconds)
        retold = await load.closed(process.port, again, 8, scale.patience)
        await bench.stub.until(lambda: len(bench.stub.posts()) >= scale.storm, scale.patience)
        await asyncio.sleep(0.5)  # what comes twice comes late
        posts, posted = bench.stub.posts(), bench.stub.tokens()
    kept = serving.count(file, "SELECT count(*) FROM items")
    tokens = [request.token.encode() for request in requests]
    most, over = crowding(posts)
    return Storm(
        told.quantile(0.99), 1000 * max(told.waits), told.ended - told.began, told.bad + retold.bad,
        max(scale.storm - kept, 0), sum(posted[token] > 1 for token in tokens) + max(kept - scale.storm, 0),
        sum(not posted[token] for token in tokens), len(again), most, over,
        posts[-1].at - told.began if posts else 0.0,
    )  # fmt: skip


def crowding(posts: Sequence[Call], second: float = 1.0) -> tuple[int, int]:
    """The most posts in one channel within a second, and the posts that came before their channel's time.

    A channel may have `PACE.burst` posts at once, and over any longer time one for each `PACE.place` seconds.
    """
    stamps = defaultdict(list)
    for call in posts:
        found = _CHANNEL.search(call.body)
        stamps[found[1] if found else b""].append(call.at)
    most = over = 0
    for times in stamps.values():
        times.sort()
        most = max(most, *(sum(at <= other < at + second for other in times[n:]) for n, at in enumerate(times)))
        for n, at in enumerate(times):
            over += any(
                m - n + 1 > PACE.burst + (later - at) / PACE.place + _LATE for m, later in enumerate(times[n:], n)
            )
    return most, over


_LATE = 0.2  # seconds by which a post may have been on its way longer than the next
