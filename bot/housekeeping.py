"""What is done once a night, in small steps: what nobody will ask for again goes.

The bodies of handled events go after two weeks, their keys after a month; an event that failed stays until it is
replayed. Posts that were retired and times that are past go after a month, and a question that expired is closed.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.leases import take_lease
from bot.ledger import Due, Post, Prompt, Received, Standing, Taken
from bot.ports import Clock, Conflict, Database, Ids, Query, Store, Unavailable

log = logging.getLogger("bmm.housekeeping")

STEP = 500  # rows in one transaction
BODIES = timedelta(days=14)
KEYS = timedelta(days=30)
NIGHT = time(3, tzinfo=UTC)
LOOK = 900.0  # seconds between looks whether it is night

Step = Callable[[Store, datetime], int]


class Housekeeping:
    """Tidies up once a night, on one replica."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, and go on every night until stopped."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Whatever is left is done the next night."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def tidy(self) -> int:
        """Everything that is to be done now; the number of rows it touched."""
        touched = 0
        for step in STEPS:
            while done := await self._step(step):
                touched += done
        return touched

    async def due(self) -> bool:
        """Whether it is time, and nobody else does it this night."""
        now, holder = self._clock.now(), self._ids()
        return await self._database.write(
            lambda store: take_lease(store, "housekeeping", holder, now, next_night(now) - now), None
        )

    async def _step(self, step: Step) -> int:
        now = self._clock.now()
        return await self._database.write(lambda store: step(store, now), None)

    async def _run(self) -> None:
        while True:
            try:
                if await self.due():
                    log.info("tidied up", extra={"rows": await self.tidy()})
            except (Unavailable, Conflict) as error:
                log.warning("tidying up waits", extra={"error": repr(error)})
            except Exception:
                log.exception("tidying up stumbled and is tried again")
            await self._clock.sleep(LOOK)


def next_night(now: datetime) -> datetime:
    """The next three o'clock, UTC, after `now`."""
    today = datetime.combine(now.astimezone(UTC).date(), NIGHT)
    return today if today > now else today + timedelta(days=1)


def _forget_bodies(store: Store, now: datetime) -> int:
    query = Query({"state": Taken.DONE}, {"at": now - BODIES}, {"event": ""}, limit=STEP)
    ids = tuple(each.id for each in store.find(Received, query))
    return store.change(Received, {"id": ids}, event="") if ids else 0


def _close_questions(store: Store, now: datetime) -> int:
    query = Query({"open": True}, {"expires_at": now}, limit=STEP)
    ids = tuple(each.id for each in store.find(Prompt, query))
    return store.change(Prompt, {"id": ids}, open=False) if ids else 0


def _remove(kind: Any, where: dict[str, Any]) -> Step:
    def step(store: Store, now: datetime) -> int:
        ids = tuple(each.id for each in store.find(kind, Query(where, {"at": now - KEYS}, limit=STEP)))
        return store.remove(kind, {"id": ids}) if ids else 0

    return step


STEPS: tuple[Step, ...] = (
    _forget_bodies,
    _close_questions,
    _remove(Received, {"state": Taken.DONE}),
    _remove(Post, {"standing": Standing.RETIRED}),
    _remove(Due, {"done": True}),
)
