"""The courier: compares what is wanted with what is shown, draws from the present state, and sends or edits.

One courier works for a workspace at a time. Only first sends are claimed; edits may be repeated freely. A claimed send
whose answer never came is looked for by its mark before anything is sent again.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot import wire, words
from bot.board import Board, Channel
from bot.clock import woken
from bot.events import Place
from bot.leases import take_lease
from bot.ledger import Due, Lease, Post, Standing, Tenant
from bot.look import Look
from bot.messages import Message, Text
from bot.metrics import DELIVERIES
from bot.pacing import Pacing
from bot.ports import (
    CannotLook,
    Clock,
    Conflict,
    Database,
    Ids,
    Invalid,
    PlaceGone,
    Platform,
    PostGone,
    SendError,
    Sending,
    Store,
    TenantGone,
    Throttled,
    Unavailable,
)  # fmt: skip
from bot.routes import Routes
from bot.views import TellPlaceLost, TellUnsure
from bot.words import say

log = logging.getLogger("bmm.courier")

T = TypeVar("T")

LOOKED, BATCH = 500, 100  # posts looked at in one round, and sent in one
TRIES = 10
LEASE = timedelta(seconds=30)
SENDS = timedelta(seconds=12)  # a lease shorter than a platform may take to answer is not sent under
IDLE = 1.0  # seconds between looks for work that another replica left
LOST = timedelta(hours=1)  # after which a place that no board knows, such as somebody's own chat, is tried again
PLACE, TENANT = "place: ", "tenant: "  # how the errors begin that pause one
PATIENCE = 60.0  # seconds for which draining waits
RETRY = (2.0, 5.0, 15.0, 60.0, 300.0)  # seconds before a send that failed for no named reason is tried again


@dataclass(frozen=True)
class Drawn:
    """A post with its present drawing, or the reason why it could not be drawn."""

    post: Post
    message: Message | None
    error: str = ""

    def sends_first(self) -> bool:
        """Whether this is to be claimed: it was never sent, and is not let go before it was."""
        post, unsent = self.post, (Standing.NEW, Standing.PARKED)
        return self.message is not None and not post.ref and not post.retiring and post.standing in unsent

    def claimed(self) -> "Drawn":
        """The same after the claim."""
        return replace(self, post=replace(self.post, standing=Standing.SENDING)) if self.sends_first() else self


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
        due: asyncio.Event,
    ) -> None:
        self._database = database
        self._routes = routes
        self._platforms = platforms
        self._clock = clock
        self._ids = ids
        self._holder = ids()
        self._wanted = wanted
        self._due = due
        self._pacing = Pacing(clock)
        self._leases: dict[str, datetime] = {}
        self._fresh: set[str] = set()  # first sends that this process has claimed and not tried
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
        with contextlib.suppress(Unavailable):  # they run out by themselves
            await self._release()

    def works(self) -> bool:
        """Whether it was started and has not died."""
        return self._running is not None and not self._running.done()

    async def drain(self, rounds: int = 5000) -> None:
        """Send until nothing is behind, waiting on the clock where the pace demands it, for a minute at the most."""
        for _ in range(rounds):
            wait = await self.work()
            if wait is None or wait > PATIENCE:
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
            if wait != 0:
                await woken(self._wanted, IDLE if wait is None else min(wait, IDLE), self._clock)

    # --- one round

    async def work(self) -> float | None:
        """Send what may be sent now. Seconds until there is more to do, 0 for at once, None for nothing behind."""
        now = self._clock.now()
        behind = await self._database.read(lambda store: store.behind(Post, LOOKED, now), None)
        mine = [post for post in behind if post.platform in self._platforms]
        await self._hold({post.tenant for post in mine}, now)
        ready, wait = self._pacing.ready([post for post in mine if post.tenant in self._leases], self._platforms)
        if not ready:
            return wait
        drawn = await self._claimed(await self._drawings(ready[:BATCH]))
        outcomes = await asyncio.gather(*(self._delivered(each) for each in drawn))
        await self._write(lambda store: self._mark(store, [post for post in outcomes if post is not None]))
        return 0.0

    async def _hold(self, tenants: set[str], now: datetime) -> None:
        """Take or renew the lease of each workspace, where nobody else holds it."""
        wanted = sorted(tenant for tenant in tenants if self._leases.get(tenant, now) - now < LEASE / 2)
        if not wanted:
            return

        def take(store: Store) -> list[str]:
            return [tenant for tenant in wanted if take_lease(store, f"courier|{tenant}", self._holder, now, LEASE)]

        if any(self._leases.get(tenant, now) <= now for tenant in wanted):
            self._fresh.clear()  # another may have had the lease meanwhile, and sent them
        held = await self._write(take)
        for tenant in wanted:
            if tenant in held:
                self._leases[tenant] = now + LEASE
            else:
                self._leases.pop(tenant, None)

    async def _release(self) -> None:
        holder = self._holder
        await self._write(lambda store: store.remove(Lease, {"holder": holder}))

    async def _claimed(self, drawn: list[Drawn]) -> list[Drawn]:
        """What is drawn, with every first send claimed and committed before anything is sent."""
        first = sorted(each.post.id for each in drawn if each.sends_first())
        if not first:
            return drawn

        def claim(store: Store) -> set[str]:
            where = {"standing": (Standing.NEW, Standing.PARKED)}
            return {id for id in first if store.change(Post, {"id": id, **where}, standing=Standing.SENDING)}

        claimed = await self._write(claim)
        self._fresh |= claimed
        return [each.claimed() for each in drawn if each.post.id in claimed or each.post.id not in first]

    # --- drawing

    async def _drawings(self, posts: list[Post]) -> list[Drawn]:
        """The posts as they look now, each workspace's seen by itself alone."""
        drawn: list[Drawn] = []
        for tenant in dict.fromkeys(post.tenant for post in posts):
            some = await self._drawn_of(tenant, [post for post in posts if post.tenant == tenant])
            wrong = [each.post for each in some if each.error]
            if len(wrong) > 1:  # one that upset the database may have spoilt the others
                again = {post.id: (await self._drawn_of(tenant, [post]))[0] for post in wrong}
                some = [again.get(each.post.id, each) for each in some]
            drawn += some
        return drawn

    async def _drawn_of(self, tenant: str, posts: list[Post]) -> list[Drawn]:
        return await self._database.read(lambda store: [self._drawn(store, post) for post in posts], tenant)

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
        except (Unavailable, Conflict):
            raise
        except Exception as error:
            log.exception("a post could not be drawn", extra={"post": post.id})
            return Drawn(post, None, repr(error)[:300])

    def _address(self, place: Place, ref: str) -> str:
        platform = self._platforms.get(place.platform)
        return platform.address(place, ref) if platform and ref else ""

    # --- sending

    async def _delivered(self, drawn: Drawn) -> Post | None:
        """The post as it stands after it was sent, edited, or not; None where nothing was tried."""
        post = drawn.post
        if drawn.message is None:
            return replace(post, standing=Standing.PARKED, error=drawn.error, shown=post.wanted)
        if self._leases[post.tenant] - self._clock.now() < SENDS:
            return None  # another replica might take over before the answer comes
        digest = _digest(drawn.message)
        if post.ref and post.digest == digest and not post.retiring:
            return replace(post, standing=Standing.LIVE, shown=post.wanted, attempts=0, error="", next_try=None)
        doubtful = post.standing is Standing.SENDING and not post.ref and post.id not in self._fresh
        self._fresh.discard(post.id)  # whatever becomes of it: from here on it may have been posted
        platform = self._platforms[post.platform]
        self._pacing.sends(post, platform.pace)
        try:
            ref = await self._sent(platform, post, Sending(post.id, post.place(), drawn.message, post.at), doubtful)
        except SendError as error:
            DELIVERIES.labels(post.platform, type(error).__name__).inc()
            return replace(self._failed(post, error, doubtful), digest="")
        except Exception as error:
            DELIVERIES.labels(post.platform, "bug").inc()
            log.exception("a platform stumbled", extra={"post": post.id})
            return replace(self._ambiguous(post, error), digest="")
        DELIVERIES.labels(post.platform, "edited" if post.ref else "sent").inc()
        standing = Standing.RETIRED if post.retiring else Standing.LIVE
        return replace(
            post, standing=standing, ref=ref, shown=post.wanted, attempts=0, error="", next_try=None, digest=digest
        )  # fmt: skip

    @staticmethod
    async def _sent(platform: Platform, post: Post, sending: Sending, doubtful: bool) -> str:
        """The reference of what stands there now; a first send whose answer never came is looked for before it."""
        if post.ref:
            await platform.edit(post.ref, sending)
            return post.ref
        found = await platform.find(sending) if doubtful else None
        if found:
            await platform.edit(found, sending)
            return found
        return "" if post.retiring else await platform.send(sending)  # what was never posted needs no last edit

    def _failed(self, post: Post, error: SendError, doubtful: bool) -> Post:
        standing = post.standing if post.ref or doubtful else Standing.NEW  # nothing was posted
        match error:
            case Throttled(after=after):
                self._pacing.rest(post, after, self._platforms[post.platform].pace)
                return replace(post, standing=standing, next_try=self._clock.now() + timedelta(seconds=after))
            case CannotLook():
                gone = Standing.RETIRED if post.retiring else Standing.UNSURE
                return replace(post, standing=gone, shown=post.wanted, error="no answer came")
            case Invalid() if not doubtful:
                log.error("a platform refused a drawing", extra={"post": post.id, "error": str(error)})
                return replace(post, standing=Standing.PARKED, error=str(error)[:300], shown=post.wanted)
            case PostGone():
                return replace(post, standing=Standing.RETIRED, shown=post.wanted)
            case PlaceGone():
                return replace(post, standing=standing, error=f"{PLACE}{error}"[:300])
            case TenantGone():
                return replace(post, standing=standing, error=f"{TENANT}{error}"[:300])
            case _:
                return self._ambiguous(post, error)

    def _ambiguous(self, post: Post, error: Exception) -> Post:
        """It may have been posted: looked for, in a while."""
        after = timedelta(seconds=RETRY[min(post.attempts, len(RETRY) - 1)])
        standing = post.standing if post.ref else Standing.SENDING
        return replace(
            post, standing=standing, attempts=post.attempts + 1, error=repr(error)[:300],
            next_try=self._clock.now() + after,
        )  # fmt: skip

    # --- marking

    async def _write(self, work: Callable[[Store], T]) -> T:
        """One transaction, taken again where a turn was faster. Raises Unavailable."""
        for _ in range(TRIES):
            with contextlib.suppress(Conflict):
                return await self._database.write(work, None)
        raise Unavailable("others are always faster")

    def _mark(self, store: Store, outcomes: list[Post]) -> None:
        for post in sorted(outcomes, key=lambda each: each.id):
            values: dict[str, Any] = {
                "shown": post.shown, "standing": post.standing, "ref": post.ref, "error": post.error,
                "attempts": post.attempts, "next_try": post.next_try, "digest": post.digest,
            }  # fmt: skip
            if post.standing is Standing.RETIRED:
                values |= {"window": post.id, "retiring": True}
            if post.error.startswith(PLACE):
                values["next_try"] = self._pause(store, post)
            elif post.error.startswith(TENANT):
                store.change(Tenant, {"id": post.tenant, "paused": ""}, paused=post.error)
            elif post.standing is Standing.UNSURE:
                self._doubt(store, post)
            store.change(Post, {"id": post.id}, **values)

    def _doubt(self, store: Store, post: Post) -> None:
        """Say that a post may not stand; not of private words, which nobody else could look for, as reports are too."""
        if post.place().kind == "personal":
            log.warning("private words may not have been posted", extra={"post": post.id})
        else:
            self._report(store, post, TellUnsure(post.id))

    def _pause(self, store: Store, post: Post) -> datetime | None:
        """Pause the channel until somebody speaks there again, and say so once; other places are tried again later."""
        where = {"tenant": post.tenant, "channel": post.channel}
        if store.change(Channel, {**where, "paused": ""}, paused=post.error):
            self._report(store, post, TellPlaceLost(post.id))
        return None if store.count(Channel, where, 1) else self._clock.now() + LOST

    def _report(self, store: Store, post: Post, report: Any) -> None:
        """Let somebody be told; a dialog says to whom and how."""
        now, place = self._clock.now(), wire.pack(post.place())
        store.add(Due(f"report:{self._ids()}", post.board, now, wire.pack(report), place))
        self._due.set()


def _digest(message: Message) -> str:
    """What tells two drawings apart."""
    return hashlib.blake2b(repr(message).encode(errors="replace"), digest_size=8).hexdigest()


def retired(post: Post, look: Look) -> Message:
    """The last edit of a window: where its successor stands, and no buttons."""
    successor = look.link_to(wire.unpack(post.view), say("machine.newer_card").template)
    text = say("machine.moved_on", link=successor) if successor else say("machine.moved_away")
    return Message(text, (Text(text, "quiet"),))
