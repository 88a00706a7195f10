"""`kill -9` at random moments while people ask and vote; then everything is compared with what was acknowledged."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from adapters.playground.team import PEOPLE, TENANT
from bot.ledger import Lease, Post
from bot.ports import Query, Store
from bot.votes import Ballot
from storage import open_database, upgrade
from tests.faults import referee
from tests.faults.people import Ledger, People
from tests.faults.process import Process

T = TypeVar("T")

SETTLING = 60.0  # seconds
WORKERS = 6


@dataclass
class Report:
    """What was done, and what was wrong."""

    kills: int = 0
    asks: int = 0
    votes: int = 0
    repeated: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        done = f"{self.kills} kills, {self.asks} asks and {self.votes} votes acknowledged, {self.repeated} sent again"
        return f"{done}, {self.seconds:.0f} s: " + ("nothing lost, nothing twice" if not self.wrong else "WRONG")


async def run(url: str, folder: Path, *, asks: int, votes: int, kills: int, seed: int) -> Report:
    """Kill `kills` times, spread over everything that is asked and voted; `seed` makes the moments."""
    upgrade(url)
    began, chance, ledger = time.monotonic(), random.Random(seed), Ledger()
    process = Process(url, folder)
    people = People(process, ledger, chance)
    await process.start()
    people.up()
    ballot, message = await _ballot(url, people)
    words = iter([f"thing{number}" for number in range(asks)])
    work = [asyncio.create_task(people.asking(words)) for _ in range(WORKERS)]
    each = votes // len(PEOPLE)
    work += [asyncio.create_task(people.voting(user, ballot, message, each)) for user in PEOPLE]
    killed = 0
    for moment in sorted(chance.sample(range(1, asks + each * len(PEOPLE)), kills)):
        await people.heard(moment)
        await asyncio.sleep(chance.uniform(0, 0.03))
        people.down()
        await process.kill()
        killed += 1
        await _let_time_pass(url)
        await process.start()
        people.up()
    await asyncio.gather(*work)
    wrong = await _settled(url)
    wrong += [f"it ended with {code}"] if (code := await process.stop()) else []
    found = await _look(url, referee.look)
    wrong += referee.verdict(found, ledger, ballot) + process.complaints()
    return Report(killed, len(ledger.asks), ledger.cast, ledger.repeated, time.monotonic() - began, wrong)


async def _ballot(url: str, people: People) -> tuple[Ballot, str]:
    """A vote that somebody calls, and the message it stands in."""
    await people.call("say", "ada", channel="ops", text="/bmm vote tea or coffee for everybody")

    def find(store: Store) -> tuple[Ballot, str] | None:
        ballots = store.find(Ballot, Query(limit=1))
        posts = [each for each in store.find(Post, Query(limit=50)) if each.view.startswith("ballot.card") and each.ref]
        return (ballots[0], posts[0].ref) if ballots and posts else None

    while (found := await _look(url, find)) is None:
        await asyncio.sleep(0.05)
    return found


async def _settled(url: str) -> list[str]:
    """Wait until everything that was kept is done and shown."""
    limit = time.monotonic() + SETTLING
    while behind := await _look(url, referee.unsettled):
        if time.monotonic() > limit:
            return [f"{behind} events or posts are still waiting after {SETTLING:.0f} s"]
        await asyncio.sleep(0.1)
    return []


async def _let_time_pass(url: str) -> None:
    """What half a minute does: the lease of the dead process runs out, so that the next one is killed sending too."""
    database = open_database(url)
    await database.write(lambda store: store.remove(Lease, {"id": f"courier|{TENANT}"}), None)
    await database.close()


async def _look(url: str, work: Callable[[Store], T]) -> T:
    database = open_database(url)
    try:
        return await database.read(work, None)
    finally:
        await database.close()
