"""Many signed mentions at once over a hundred channels of Teams: what is lost or doubled, and how fast we post."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.teams.limits import SEND_WINDOWS
from tests.bench import load, serving
from tests.bench.teams import Ground, settings
from tests.bench.teams_stub import TeamsStub

_AGAIN = 10  # of so many mentions one is sent again
_LATE = 0.2  # seconds by which a call may have been on its way longer than the next


@dataclass(frozen=True)
class Storm:
    """Milliseconds of the slowest and the 99th ack, seconds to the last; asks lost, done twice, and without a post.

    `most` is the most posts in one channel in each of Teams' windows, by the window, `calls` the most of all calls
    within a second; `drained` the seconds to the last post, `redelivered` the mentions that were sent twice.
    """

    p99: float
    slowest: float
    last: float
    bad: int
    lost: int
    twice: int
    unposted: int
    redelivered: int
    most: dict[tuple[int, int], int]
    calls: int
    drained: float

    @property
    def paced(self) -> bool:
        """Whether no limit of a conversation was broken. Calls of all are spread as they set out, not as they come."""
        return all(most <= window[0] for window, most in self.most.items())


async def storm(ground: Ground) -> Storm:
    """The mentions in an open loop, some of them sent again, then a look at what was posted; bmm as it is served."""
    scale, stub, file = ground.bench.scale, ground.stub, ground.file()
    ground.bench.say(f"{scale.mentions} mentions in {scale.storm_seconds:g} s over {scale.storm_channels} channels")
    stub.delay = 0.0
    stub.forget()
    async with serving.module("bot", "serve", folder=file.parent, **settings(file, ground.tenant)) as process:
        requests = ground.tenant.asks(scale.mentions, scale.storm_channels)
        again = [ground.tenant.again(request) for request in requests[::_AGAIN]]
        told = await load.paced(process.port, requests, scale.storm_seconds)
        retold = await load.closed(process.port, again, 8, scale.patience)
        await stub.until(lambda: len(stub.posts()) >= scale.mentions, scale.patience)
        await stub.until(lambda: False, 0.5)  # what comes twice comes late
    posts, posted = stub.posts(), stub.tokens()
    kept = serving.count(file, "SELECT count(*) FROM items")
    tokens = [request.token.encode() for request in requests]
    return Storm(
        told.quantile(0.99), 1000 * max(told.waits), told.ended - told.began, told.bad + retold.bad + stub.unproven,
        max(scale.mentions - kept, 0), sum(posted[token] > 1 for token in tokens) + max(kept - scale.mentions, 0),
        sum(not posted[token] for token in tokens), len(again),
        {window: crowding(stub, window[1]) for window in SEND_WINDOWS}, _most(stub.times, 1),
        posts[-1].at - told.began if posts else 0.0,
    )  # fmt: skip


def crowding(stub: TeamsStub, seconds: int) -> int:
    """The most posts in one channel within so many seconds."""
    stamps = defaultdict(list)
    for call in stub.posts():
        stamps[call.where].append(call.at)
    return max((_most(times, seconds) for times in stamps.values()), default=0)


def _most(times: Iterable[float], seconds: int) -> int:
    """The most of these within so many seconds, or within as many as they would be with every call as fast."""
    ordered, first, most = sorted(times), 0, 0
    for last, at in enumerate(ordered):
        while ordered[first] <= at - (seconds - _LATE):
            first += 1
        most = max(most, last - first + 1)
    return most
