"""How fast people's chats and channels are written to, by posts and by private words alike."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from bot.ports import Clock, Pace, Throttled

EARLY = 0.25  # seconds by which a post may be early: the courier counts from a moment before
LONGEST = 15.0  # seconds that private words wait for their turn
FORGET = 5_000  # channels remembered, and people whose chat is known


class Chats:
    """Remembers when each channel was written to: a few messages at once, then one a second.

    Somebody's own chat has two names, their user id and the channel's: what Slack tells makes them one.
    """

    def __init__(self, clock: Clock, pace: Pace) -> None:
        self._clock = clock
        self._pace = pace
        self._turns: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()  # the latest, and those to come
        self._chats: OrderedDict[tuple[str, str], str] = OrderedDict()  # of a person, by workspace and user

    def take(self, tenant: str, channel: str) -> None:
        """Write there now. Raises Throttled where it is too soon."""
        wait = self._wait(tenant, channel)
        if wait > EARLY:
            raise Throttled(wait)
        self._count(tenant, channel, self._clock.now())

    async def turn(self, tenant: str, channel: str) -> None:
        """Wait for a turn; who asks first goes first. Raises Throttled where that would be too long."""
        wait = max(self._wait(tenant, channel), 0.0)
        if wait > LONGEST:
            raise Throttled(wait)
        self._count(tenant, channel, self._clock.now() + timedelta(seconds=wait))
        if wait:
            await self._clock.sleep(wait)

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
