"""How fast people's chats and channels are written to, by posts and by private words alike."""

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.ports import Clock, Pace, Throttled

EARLY = 0.25  # seconds by which a post may be early: the courier counts from a moment before
LONGEST = 15.0  # seconds that private words wait for their turn
FORGET = 5_000  # channels remembered, and people whose chat is known


class Chats:
    """Remembers when each channel was written to: a few messages at once, then one a second.

    Somebody's own chat may have two names, their user id and the channel's: what the platform tells makes them one.
    """

    def __init__(self, clock: Clock, pace: Pace) -> None:
        self._clock = clock
        self._pace = pace
        self._turns: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()  # the latest
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._queues: Counter[tuple[str, str]] = Counter()  # who writes there or waits to
        self._chats: OrderedDict[tuple[str, str], str] = OrderedDict()  # of a person, by workspace and user

    @contextlib.asynccontextmanager
    async def at_once(self, tenant: str, channel: str) -> AsyncIterator[None]:
        """Write there now, alone until it is done. Raises Throttled where it is too soon, or others wait."""
        key = self._key(tenant, channel)
        wait = self._pace.place if self._queues[key] else self._wait(tenant, channel)
        if wait > EARLY:
            raise Throttled(wait)
        async with self._alone(key):
            self._count(tenant, channel, self._clock.now())
            yield

    @contextlib.asynccontextmanager
    async def turn(self, tenant: str, channel: str) -> AsyncIterator[None]:
        """Wait for a turn, and write alone; who asks first goes first. Raises Throttled where that would take too long.

        What is on its way counts when it has arrived: two that wait never set out together.
        """
        key = self._key(tenant, channel)
        burst, ahead = self._pace.burst, self._queues[key]
        wait = max(self._wait(tenant, channel), 0.0) + ahead // burst * burst * self._pace.place
        if wait > LONGEST:
            raise Throttled(wait)
        async with self._alone(key):
            if (wait := self._wait(tenant, channel)) > 0:
                await self._clock.sleep(wait)
            self._count(tenant, channel, self._clock.now())
            yield

    @contextlib.asynccontextmanager
    async def _alone(self, key: tuple[str, str]) -> AsyncIterator[None]:
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._queues[key] += 1
        try:
            async with lock:
                yield
        finally:
            self._queues[key] -= 1
            if not self._queues[key]:
                del self._queues[key]
                self._locks.pop(key, None)

    def is_chat(self, tenant: str, user: str, channel: str) -> None:
        """Know the channel that is somebody's own chat."""
        if user == channel or self._chats.get((tenant, user)) == channel:
            return
        self._chats[tenant, user] = channel
        if len(self._chats) > FORGET:
            self._chats.popitem(last=False)
        for at in self._turns.pop((tenant, user), ()):
            self._count(tenant, channel, at)

    def _wait(self, tenant: str, channel: str) -> float:
        turns = list(self._turns.get(self._key(tenant, channel), ()))
        if len(turns) < self._pace.burst:
            return 0.0
        free = turns[0] + timedelta(seconds=self._pace.place * self._pace.burst)  # of as many as go at once, the oldest
        return (free - self._clock.now()).total_seconds()

    def _count(self, tenant: str, channel: str, at: datetime) -> None:
        key = self._key(tenant, channel)
        turns = self._turns.pop(key, ())
        self._turns[key] = deque(sorted([*turns, at]), maxlen=self._pace.burst)
        if len(self._turns) > FORGET:
            self._turns.popitem(last=False)

    def _key(self, tenant: str, channel: str) -> tuple[str, str]:
        return tenant, self._chats.get((tenant, channel), channel)
