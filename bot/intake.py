"""Kept first, then understood: events are stored in groups, acknowledged, and handled in their channels' order."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.acquaintance import Acquaintance
from bot.answers import notice
from bot.cleaning import cleaned
from bot.clock import woken
from bot.directory import identity
from bot.engine import Engine, Settled
from bot.events import Account, Event
from bot.ledger import Received, Taken
from bot.meaning import answer_place, open_question
from bot.metrics import EVENTS
from bot.people import Identity
from bot.ports import Answer, Clock, Database, Platform, Profile, Query, SendError, Store, Throttled, Unavailable
from bot.wire import adapter
from bot.words import say

log = logging.getLogger("bmm.intake")

CROWD = 6  # events being kept at once, from which on turns give way to them
COURTESY = (0.02, 10)  # seconds, and how often, a turn waits for a crowd to be acknowledged
AHEAD = 4  # turns at once beside those of the backlog
MOST = 5_000  # events taken up at once
SHARDS = 4  # channels are handled side by side, one channel's events one after the other
FAREWELL = 3.0  # seconds for private words that are on their way when we stop
TELLINGS = 8  # times that private words are tried again where a platform says that they come too fast
PATIENCE = timedelta(seconds=30)  # after which another replica's unhandled event is taken up


class Intake:
    """Keeps events and hands them to the engine. `shown` and `due` are set where a turn left work for others."""

    def __init__(self, database: Database, engine: Engine, platforms: Mapping[str, Platform], clock: Clock) -> None:
        self._database = database
        self._engine = engine
        self._platforms = platforms
        self._clock = clock
        self._queues: list[deque[Event]] = [deque() for _ in range(SHARDS)]
        self._work = [asyncio.Event() for _ in range(SHARDS)]
        self._taken: set[str] = set()
        self._acquaintance = Acquaintance(platforms)
        self._ahead: set[asyncio.Task[None]] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self._left = asyncio.Event()  # something was kept and could not be handled for want of a database
        self._few = asyncio.Semaphore(AHEAD)
        self._arriving = 0
        self._crowded = datetime.min.replace(tzinfo=UTC)
        self._workers: list[asyncio.Task[None]] = []
        self._sweeps: list[asyncio.Task[None]] = []
        self._stopping = False
        self.shown = asyncio.Event()
        self.due = asyncio.Event()

    # --- the doors

    async def keep(self, event: Event) -> bool:
        """Store the event durably and handle it soon; False where it is not for us or was here before.

        Raises Unavailable: nothing was kept.
        """
        heeded = await self._heeded(cleaned(event))
        if heeded is None:
            return False
        event = heeded
        if not await self._store(event):
            return False
        if event.trigger and event.how in ("control", "command") and self.opens_form(event):
            self._taken.add(event.key)
            task = asyncio.create_task(self._in_turn(event))
            self._ahead.add(task)
            task.add_done_callback(self._ahead.discard)
        else:
            self._enqueue(event)
        return True

    async def ask(self, event: Event) -> Answer | None:
        """Store the event durably, handle it ahead of the backlog, and return what rides on the request.

        Raises Unavailable: nothing was kept. Where the database goes away after that, the answer comes later.
        """
        event = cleaned(event)
        await self._store(event)
        self._taken.add(event.key)
        try:
            async with self._few:
                return (await self._handle(event)).answer
        except Unavailable:
            self._left.set()
            log.warning("the database went away; what was asked waits", extra={"event": event.key})
            return notice(say("machine.kept"))

    def opens_form(self, event: Event) -> bool:
        """Whether the answer needs the trigger of the platform, which does not last."""
        return event.how == "control" or len(event.text.split()) <= 2

    # --- at work

    def start(self) -> None:
        """Handle what is kept, beginning with what an earlier process left."""
        self._workers = [asyncio.create_task(self._worker(shard)) for shard in range(SHARDS)]
        self._sweeps = [asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Finish the turns that run; what waits stays in the inbox."""
        self._stopping = True
        for work in self._work:
            work.set()
        for sweep in self._sweeps:
            sweep.cancel()
        await asyncio.gather(*self._workers, *self._sweeps, *self._ahead, return_exceptions=True)
        if self._telling:
            await asyncio.wait(self._telling, timeout=FAREWELL)
        for telling in self._telling:
            telling.cancel()

    async def drain(self) -> None:
        """Handle everything that waits, here and now."""
        await self.take_up(timedelta(0))
        if self._ahead:
            await asyncio.gather(*self._ahead)
        for queue in self._queues:
            while queue:
                await self._answered(queue.popleft())
        if self._telling:
            await asyncio.gather(*self._telling)

    async def take_up(self, older: timedelta = PATIENCE) -> None:
        """Queue what was kept and never handled, by an earlier process or by a replica that is gone."""
        before = self._clock.now() - older + timedelta(microseconds=1)
        query = Query({"state": Taken.NEW}, {"at": before} if older else {}, order=("at",), limit=MOST)
        for received in await self._database.read(lambda store: store.find(Received, query), None):
            if received.id not in self._taken:
                self._take(received)

    def _take(self, received: Received) -> None:
        try:
            self._enqueue(adapter(Event).validate_json(received.event))
        except ValueError:
            log.exception("a kept event cannot be read, and stays", extra={"event": received.id})

    async def replay(self, reference: str = "") -> list[str]:
        """Let failed events, or the one with this reference, be handled again; returns the references."""
        where = {"state": Taken.FAILED, **({"reference": reference} if reference else {})}

        def work(store: Store) -> list[Received]:
            failed = store.find(Received, Query(where, order=("at",), limit=1000))
            for each in failed:
                store.change(Received, {"id": each.id}, state=Taken.NEW, reply="")
            return failed

        failed = await self._database.write(work, None)
        for each in failed:
            await self._answered(adapter(Event).validate_json(each.event))
        if self._telling:
            await asyncio.gather(*self._telling)
        return [each.reference for each in failed]

    def _enqueue(self, event: Event) -> None:
        if event.key in self._taken:
            return
        self._taken.add(event.key)
        shard = hash((event.place.tenant, event.place.channel)) % SHARDS
        self._queues[shard].append(event)
        self._work[shard].set()

    async def _worker(self, shard: int) -> None:
        while not self._stopping:
            await self._work[shard].wait()
            self._work[shard].clear()
            while self._queues[shard] and not self._stopping:
                await self._give_way()
                await self._served(self._queues[shard].popleft())

    async def _give_way(self) -> None:
        """While a crowd is acknowledged, a turn waits a moment: what is kept already loses nothing by it."""
        pause, times = COURTESY
        for _ in range(times):
            if self._clock.now() - self._crowded > timedelta(seconds=pause) or self._stopping:
                return
            await self._clock.sleep(pause)

    async def _sweep(self) -> None:
        await self._swept(timedelta(0))
        while True:
            await woken(self._left, PATIENCE.total_seconds(), self._clock)
            left = self._left.is_set()
            self._left.clear()
            if left:
                await self._clock.sleep(1.0)  # the database went away: not at once again
            await self._swept(timedelta(0) if left else PATIENCE)

    async def _swept(self, older: timedelta) -> None:
        try:
            await self.take_up(older)
        except Unavailable:
            self._left.set()
            log.warning("the database does not answer; kept events wait")
        except Exception:
            log.exception("the sweep stumbled and goes on")

    async def _in_turn(self, event: Event) -> None:
        """Ahead of the backlog, but a few at a time: the database has so many connections."""
        async with self._few:
            await self._served(event)

    async def _served(self, event: Event) -> None:
        """Answer, whatever happens: what cannot be handled stays in the inbox, and the sweep takes it up again."""
        try:
            await self._answered(event)
        except Unavailable:
            self._left.set()
            log.warning("the database does not answer; a kept event waits", extra={"event": event.key})
        except Exception:
            log.exception("an event stumbled, and waits", extra={"event": event.key})

    async def _answered(self, event: Event) -> None:
        """Handle, and bring the private answer to the one who caused it, once."""
        settled = await self._handle(event)
        platform = self._platforms.get(event.place.platform)
        if settled.answer is None or settled.repeated or platform is None or event.actor is None:
            return
        # Nobody else waits until a platform has taken it.
        task = asyncio.create_task(self._brought(platform, event, settled.answer))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _brought(self, platform: Platform, event: Event, answer: Answer) -> None:
        """Tell it; one that comes too fast for the platform waits, and is not lost by that."""
        try:
            for _ in range(TELLINGS):
                try:
                    return await platform.answer(event, answer)
                except Throttled as throttled:
                    await self._clock.sleep(throttled.after)
            await platform.answer(event, answer)
        except SendError as error:
            log.warning("a private answer was not delivered", extra={"event": event.key, "error": repr(error)})
        except Exception:
            log.exception("a private answer stumbled", extra={"event": event.key})

    async def _handle(self, event: Event) -> Settled:
        try:
            event, people = await self._introduced(event)
            settled = await self._engine.handle(event, people)
        finally:
            self._taken.discard(event.key)
        if settled.shows:
            self.shown.set()
        if settled.due:
            self.due.set()
        return settled

    async def _introduced(self, event: Event) -> tuple[Event, dict[Account, Profile]]:
        """The event with its channel's name, and who is in it; a platform that stumbles holds nothing up."""
        try:
            event = cleaned(await self._acquaintance.quoting(await self._acquaintance.named(event)))
            return event, cleaned(await self._acquaintance.people(event))
        except Exception:
            log.exception("a platform did not say who somebody is", extra={"event": event.key})
            return event, {event.actor: Profile("")} if event.actor else {}

    # --- keeping

    async def _store(self, event: Event) -> bool:
        self._arriving += 1
        if self._arriving >= CROWD:
            self._crowded = self._clock.now()
        try:
            return await self._kept(event)
        finally:
            self._arriving -= 1

    async def _kept(self, event: Event) -> bool:
        body = adapter(Event).dump_json(event).decode()
        received = Received(event.key, event.place.tenant, body, self._clock.now())
        new = (await self._database.keep([received]))[0]
        if new:
            EVENTS.labels(event.how).inc()
        return new

    async def _heeded(self, event: Event) -> Event | None:
        """The event where it is for us: words in a thread that answer a question of ours, or what its road heeds.

        What answers nothing is overheard: it may still name an item.
        """
        if event.how == "reply" and not await self._answers(event):
            event = replace(event, how="overheard")
            if not self._engine.is_conditional(event):
                return None
        if not self._engine.is_conditional(event):
            return event
        heeds = await self._database.read(lambda store: self._engine.heeds(store, event), event.place.tenant)
        return event if heeds else None

    async def _answers(self, event: Event) -> bool:
        """Whether a question of ours is open where this is said; people from outside answer only their own."""
        place = answer_place(event)

        def asked(store: Store) -> bool:
            prompt = open_question(store, place, event.actor.user if event.actor else "")
            if prompt is None or prompt.expires_at <= self._clock.now():
                return False
            who = store.get(Identity, identity(event.actor)) if event.outsider and event.actor else None
            return not event.outsider or (who is not None and who.person == prompt.person)

        return await self._database.read(asked, None)
