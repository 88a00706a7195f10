"""The clock: due rows become events, each once, whatever number of replicas looks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.events import Event, Place
from bot.ledger import Due
from bot.ports import Clock, Database, Query, Unavailable
from bot.wire import Unreadable, knows, unpack

log = logging.getLogger("bmm.clock")

MOST = 200  # due at once
LOOK = 20.0  # seconds between looks at what is due, unless something nearer is known


class SystemClock:
    """`bot.ports.Clock` by the machine's own time."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def woken(event: asyncio.Event, seconds: float, clock: Clock) -> None:
    """Wait until `event` is set or the time is up, whatever comes first."""
    waiting = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


class Alarm:
    """Watches the due rows and keeps an event for each whose time has come."""

    def __init__(
        self, database: Database, keep: Callable[[Event], Awaitable[bool]], clock: Clock, set_: asyncio.Event
    ) -> None:
        self._database = database
        self._keep = keep
        self._clock = clock
        self._set = set_
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Watch until stopped."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Watch no more; what is due waits for the next start."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def ring(self) -> float:
        """Keep an event for everything that is due now; seconds until the next."""
        now = self._clock.now()
        query = Query({"done": False}, {"at": now + timedelta(microseconds=1)}, order=("at",), limit=MOST)
        ringing = await self._database.read(lambda store: store.find(Due, query), None)
        new = [await self._kept(due, now) for due in ringing]
        if any(new) and len(ringing) == MOST:
            return 0.2
        soon = Query({"done": False}, after={"at": now}, order=("at",), limit=1)
        ahead = [each.at for each in await self._database.read(lambda store: store.find(Due, soon), None)]
        return min(((at - now).total_seconds() for at in ahead), default=LOOK)

    async def _kept(self, due: Due, now: datetime) -> bool:
        """Keep its event, unless only a newer version knows what it means: that one will take it."""
        if not (knows(due.intent) and knows(due.place)):
            return False
        try:
            place: Place = unpack(due.place)
        except Unreadable:
            log.exception("what is due cannot be read", extra={"due": due.id})
            return False
        return await self._keep(Event(due.key, "due", now, place, intent=due.intent))

    async def _run(self) -> None:
        while True:
            self._set.clear()
            try:
                wait = await self.ring()
            except Unavailable:
                wait = 1.0
            except Exception:
                log.exception("the clock stumbled and goes on")
                wait = 1.0
            await woken(self._set, min(wait, LOOK), self._clock)
