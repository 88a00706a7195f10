"""The courier: compares what is wanted with what is shown, draws from the present state, and sends or edits.

One courier works for a workspace at a time. Only first sends are claimed; edits may be repeated freely. A claimed send
whose answer never came is looked for by its mark before anything is sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import wire, words
from bot.board import Board, Channel
from bot.events import Event, Place
from bot.ledger import Lease, Post, Standing, Tenant
from bot.look import Look
from bot.messages import Message, Text
from bot.pacing import Pacing
from bot.ports import (
    CannotLook,
    Clock,
    Database,
    Ids,
    Invalid,
    PlaceGone,
    Platform,
    PostGone,
    Sending,
    Store,
    TenantGone,
    Throttled,
    Unavailable,
    Unsure,
)  # fmt: skip
from bot.routes import Routes
from bot.views import TellPlaceLost, TellUnsure
from bot.words import say

log = logging.getLogger("bmm.courier")

BATCH = 100
LEASE = timedelta(seconds=30)
IDLE = 5.0  # seconds between looks for work that another replica left
RETRY = (2.0, 5.0, 15.0, 60.0, 300.0)  # seconds before a send that failed for no named reason is tried again


@dataclass(frozen=True)
class Drawn:
    """A post with its present drawing, or the reason why it could not be drawn."""

    post: Post
    message: Message | None
    error: str = ""


class Courier:
    """Sends posts, one workspace at a time under a lease."""

    def __init__(
        self,
        database: Database,
        routes: Routes,
        platforms: Mapping[str, Platform],
        clock: Clock,
        ids: Ids,
        wanted: asyncio.Event,
        keep: Callable[[Event], Awaitable[bool]],
    ) -> None:
        self._database = database
        self._routes = routes
        self._platforms = platforms
        self._clock = clock
        self._holder = ids()
        self._wanted = wanted
        self._keep = keep
        self._pacing = Pacing(clock)
        self._leases: dict[str, datetime] = {}
        self._mine: set[str] = set()  # first sends that this process has claimed
        self._stopping = False
        self._running: asyncio.Task[None] | None = None

    # --- life

    def start(self) -> None:
        """Work until stopped."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish what is being sent and release the leases."""
        self._stopping = True
        self._wanted.set()
        if self._running is not None:
            await self._running
        await self._release()

    def works(self) -> bool:
        """Whether it was started and has not died."""
        return self._running is not None and not self._running.done()

    async def drain(self, rounds: int = 200) -> None:
        """Send until nothing is behind, waiting on the clock where the pace demands it."""
        for _ in range(rounds):
            wait = await self.work()
            if wait is None:
                return
            await self._clock.sleep(wait)

    async def _run(self) -> None:
        while not self._stopping:
            self._wanted.clear()
            try:
                wait = await self.work()
            except Unavailable:
                wait = 1.0
            except Exception:
                log.exception("the courier stumbled and goes on")
                wait = 1.0
            if not self._stopping and wait != 0:
                await self._wait(IDLE if wait is None else min(wait, IDLE))

    async def _wait(self, seconds: float) -> None:
        """Until something is wanted, or the time is up."""
        waiting = [asyncio.ensure_future(self._wanted.wait()), asyncio.ensure_future(self._clock.sleep(seconds))]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()

    # --- one round

    async def work(self) -> float | None:
        """Send what may be sent now. Seconds until there is more to do, 0 for at once, None for nothing behind."""
        now = self._clock.now()
        behind = await self._database.read(lambda store: self._behind(store, now), None)
        mine = [post for post in behind if post.platform in self._platforms]
        await self._hold({post.tenant for post in mine}, now)
        ready, wait = self._pacing.ready([post for post in mine if post.tenant in self._leases], self._platforms)
        if not ready:
            return wait
        ready = await self._claimed(ready)
        drawn = await self._database.read(lambda store: [self._drawn(store, post) for post in ready], None)
        outcomes = await asyncio.gather(*(self._delivered(each) for each in drawn))
        await self._database.write(lambda store: self._mark(store, outcomes), None)
        self._mine -= {post.id for post in ready}
        for post in outcomes:
            await self._report(post, now)
        return 0.0

    @staticmethod
    def _behind(store: Store, now: datetime) -> list[Post]:
        """What is behind and may be tried: not parked, not in a paused place or workspace, not resting after a failure."""
        return store.behind(Post, BATCH, now)

    async def _hold(self, tenants: set[str], now: datetime) -> None:
        """Take or renew the lease of each workspace, where nobody else holds it."""
        wanted = [tenant for tenant in tenants if self._leases.get(tenant, now) - now < LEASE / 2]
        if not wanted:
            return

        def take(store: Store) -> list[str]:
            return [
                tenant for tenant in sorted(wanted) if take_lease(store, f"courier|{tenant}", self._holder, now, LEASE)
            ]

        held = await self._database.write(take, None)
        for tenant in wanted:
            if tenant in held:
                self._leases[tenant] = now + LEASE
            else:
                self._leases.pop(tenant, None)

    async def _release(self) -> None:
        holder = self._holder
        await self._database.write(lambda store: store.remove(Lease, {"holder": holder}), None)

    async def _claimed(self, posts: list[Post]) -> list[Post]:
        """The posts, with every first send claimed and committed before anything is sent."""
        first = [post.id for post in posts if post.standing is Standing.NEW]
        if first:
            where = {"id": tuple(first), "standing": Standing.NEW}
            await self._database.write(lambda store: store.change(Post, where, standing=Standing.SENDING), None)
            self._mine.update(first)
        return posts

    # --- drawing

    def _drawn(self, store: Store, post: Post) -> Drawn:
        try:
            board = store.get(Board, post.board)
            if board is None:
                raise LookupError(f"no board {post.board}")
            words.speak(board.language)
            look = Look(store, board, self._clock.now(), post.place(), "", self._address)
            if post.retiring:
                return Drawn(post, retired(post, look))
            view = wire.unpack(post.view)
            return Drawn(post, self._routes.drawings[type(view)](view, look))
        except Exception as error:
            log.exception("a post could not be drawn", extra={"post": post.id})
            return Drawn(post, None, repr(error)[:300])

    def _address(self, place: Place, ref: str) -> str:
        platform = self._platforms.get(place.platform)
        return platform.address(place, ref) if platform and ref else ""

    # --- sending

    async def _delivered(self, drawn: Drawn) -> Post:
        """The post as it stands after it was sent, edited, or not."""
        post, now = drawn.post, self._clock.now()
        if drawn.message is None:
            return replace(post, standing=Standing.PARKED, error=drawn.error, shown=post.wanted)
        platform = self._platforms[post.platform]
        sending = Sending(post.id, post.place(), drawn.message)
        try:
            ref = await self._sent(platform, post, sending)
        except Throttled as slow:
            self._pacing.rest(post, slow.after)
            unsent = Standing.NEW if not post.ref else post.standing
            return replace(post, standing=unsent, next_try=now + timedelta(seconds=slow.after))
        except Unsure as error:
            return self._ambiguous(post, now, error)
        except CannotLook:
            return replace(post, standing=Standing.UNSURE, shown=post.wanted, error="no answer came")
        except Invalid as error:
            log.error("a platform refused a drawing", extra={"post": post.id, "error": str(error)})
            return replace(post, standing=Standing.PARKED, error=str(error)[:300], shown=post.wanted)
        except PostGone:
            return replace(post, standing=Standing.RETIRED, window=post.id, shown=post.wanted)
        except PlaceGone as error:
            return replace(
                post, standing=_unsent(post), error=f"place: {error}"[:300], next_try=now + timedelta(days=1)
            )
        except TenantGone as error:
            return replace(
                post, standing=_unsent(post), error=f"tenant: {error}"[:300], next_try=now + timedelta(days=1)
            )
        self._pacing.sent(post)
        standing = Standing.RETIRED if post.retiring else Standing.LIVE
        return replace(post, standing=standing, ref=ref, shown=post.wanted, attempts=0, error="", next_try=None)

    async def _sent(self, platform: Platform, post: Post, sending: Sending) -> str:
        if post.ref:
            await platform.edit(post.ref, sending)
            return post.ref
        if (post.standing is Standing.SENDING and post.id not in self._mine) or post.attempts:
            found = await platform.find(sending)
            if found:
                await platform.edit(found, sending)
                return found
        return await platform.send(sending)

    async def _report(self, post: Post, now: datetime) -> None:
        """Let somebody be told what could not be posted; a dialog says to whom and how."""
        if post.standing is Standing.UNSURE:
            report: Any = TellUnsure(post.id)
        elif post.error.startswith("place: "):
            report = TellPlaceLost(post.id)
        else:
            return
        event = Event(f"report:{wire.pack(report)}", "due", now, post.place(), intent=wire.pack(report))
        await self._keep(event)

    @staticmethod
    def _ambiguous(post: Post, now: datetime, error: Unsure) -> Post:
        after = RETRY[min(post.attempts, len(RETRY) - 1)]
        standing = post.standing if post.ref else Standing.SENDING
        return replace(
            post, standing=standing, attempts=post.attempts + 1, error=str(error)[:300],
            next_try=now + timedelta(seconds=after),
        )  # fmt: skip

    def _mark(self, store: Store, outcomes: list[Post]) -> None:
        for post in outcomes:
            values: dict[str, Any] = {
                "shown": post.shown, "standing": post.standing, "ref": post.ref, "error": post.error,
                "attempts": post.attempts, "next_try": post.next_try,
            }  # fmt: skip
            if post.standing is Standing.RETIRED:
                values["window"] = post.id
            store.change(Post, {"id": post.id}, **values)
            if post.error.startswith("place: "):
                store.change(Channel, {"tenant": post.tenant, "channel": post.channel}, paused=post.error)
            elif post.error.startswith("tenant: "):
                store.change(Tenant, {"id": post.tenant}, paused=post.error)


def retired(post: Post, look: Look) -> Message:
    """The last edit of a window: where its successor stands, and no buttons."""
    successor = look.link_to(wire.unpack(post.view), say("machine.newer_card").template)
    text = say("machine.moved_on", link=successor) if successor else say("machine.moved_away")
    return Message(text, (Text(text, "quiet"),))


def take_lease(store: Store, name: str, holder: str, now: datetime, span: timedelta) -> bool:
    """Take or renew a lease that nobody else holds; True where it is held now."""
    if store.add_new(Lease(name, holder, now + span)):
        return True
    lease = store.get(Lease, name, lock=True)
    if lease is None or (lease.holder != holder and lease.until > now):
        return False
    store.put(replace(lease, holder=holder, until=now + span))
    return True


def _unsent(post: Post) -> Standing:
    return post.standing if post.ref else Standing.NEW
