"""What a turn costs as a board grows: in this process, on the real database, without a platform behind it."""

import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Literal

import dialogs
import storage
from bot.bot import Bot
from bot.clock import SystemClock
from bot.events import Account, Event, Place, Quoted
from bot.ids import new_id
from bot.messages import Message
from bot.ports import Answer, Pace, Profile, Sending, Title
from storage import open_database
from storage.database import postgres_engine, sqlite_engine
from tests.bench import boards
from tests.bench.runs import Bench
from tests.bench.serving import TENANT
from tests.bench.signed import channel
from tests.pgtest import Postgres, find_binaries

Kind = Literal["sqlite", "postgres"]

TIMED = {
    "turn": "add the badge printer on floor 3 jams again, by Friday",
    "backlog": "backlog",
    "find": "find printer",
    "find nothing": "find zeppelin",
    "board": "board",
    "start": "start",
}
_FEWER = {"start": 4, "find nothing": 2, "board": 2}  # one in so many of the turns

Costs = dict[int, dict[str, float]]  # by items: ms by what was asked


class Nowhere:
    """A platform on which nobody looks."""

    name = "slack"
    pace = Pace()

    async def send(self, sending: Sending) -> str:
        return sending.mark

    async def edit(self, ref: str, sending: Sending) -> None: ...

    async def find(self, sending: Sending) -> str | None: ...

    async def answer(self, event: Event, answer: Answer) -> None: ...

    async def profile(self, account: Account) -> Profile:
        return Profile(account.user, "Europe/Berlin")

    async def title(self, place: Place) -> Title:
        return Title(place.name)

    async def quote(self, event: Event) -> Quoted | None: ...

    def address(self, place: Place, ref: str) -> str:
        return ref


async def growth(bench: Bench, kind: Kind) -> Costs | None:
    """Medians at every size; None where this kind of database is not to be had."""
    binaries = find_binaries()
    if kind == "postgres" and binaries is None:
        return None
    server = Postgres(binaries) if kind == "postgres" and binaries else None
    held: AbstractContextManager[object] = server if server is not None else nullcontext()
    with held:
        urls = {}
        for size in bench.scale.items:
            bench.say(f"{kind}: a board of {size:,} items")
            urls[size] = await _filled(size, bench.folder, server)
        return await _timed(urls, bench.scale.turns)


async def _filled(size: int, folder: Path, server: Postgres | None) -> str:
    if server is None:
        url = f"sqlite:///{folder / f'board{size}.db'}"
        storage.upgrade(url)
        engine = sqlite_engine(url.removeprefix("sqlite:///"))
        with engine.begin() as connection:
            boards.fill(connection, size)
        engine.dispose()
        return url
    server.create(f"board{size}")
    url = server.url(f"board{size}")
    storage.upgrade(url)
    remote = postgres_engine(url, 1)
    async with remote.begin() as distant:
        await distant.run_sync(boards.fill, size)
    await remote.dispose()
    server.sql("ANALYZE", f"board{size}")  # as the server does by itself within minutes
    return url


async def _timed(urls: dict[int, str], turns: int) -> Costs:
    """Every size in turn, again and again: what disturbs the machine disturbs them alike."""
    costs: Costs = {size: {} for size in urls}
    async with AsyncExitStack() as stack:
        bots = {size: await stack.enter_async_context(_bot(url)) for size, url in urls.items()}
        for name, text in TIMED.items():
            times: dict[int, list[float]] = {size: [] for size in urls}
            for _ in range(max(turns // _FEWER.get(name, 1), 5) + 2):
                for size, bot in bots.items():
                    times[size].append(await _asked(bot, text, name))
            for size in urls:
                costs[size][name] = 1000 * median(times[size][2:])
    return costs


@asynccontextmanager
async def _bot(url: str) -> AsyncIterator[Bot]:
    bot = Bot(open_database(url), dialogs.routes(), {"slack": Nowhere()}, SystemClock(), new_id)
    try:
        yield bot
    finally:
        await bot.stop()


async def _asked(bot: Bot, text: str, name: str) -> float:
    """Seconds that one command took; a meeting that it began is ended."""
    began = time.perf_counter()
    answer = await bot.ask(_command(text))
    took = time.perf_counter() - began
    if isinstance(answer, Message) and b"went wrong" in repr(answer).encode():
        raise RuntimeError(f"{text}: {answer}")
    if name == "start":
        await bot.ask(_command("end"))
    return took


def _command(text: str) -> Event:
    place, actor = Place("slack", TENANT, channel(0)), Account("slack", TENANT, "U00001")
    return Event(f"bench:{next(_numbers)}", "command", datetime.now(UTC), place, actor, text)


_numbers = itertools.count(1)
