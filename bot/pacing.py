"""How fast a platform may be written to: a few posts at once in a channel, then one a second; edits of a post apart."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.ledger import Post
from bot.ports import Clock, Platform

FORGET = 5_000  # channels and posts remembered at the most


class Pacing:
    """Remembers what was sent when, and says what may be sent now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._places: dict[tuple[str, str], deque[datetime]] = {}
        self._edits: dict[str, datetime] = {}
        self._resting: dict[str, datetime] = {}

    def ready(self, posts: Iterable[Post], platforms: Mapping[str, Platform]) -> tuple[list[Post], float | None]:
        """The posts that may be sent now, one a channel, in order; and seconds until another may, None where none waits."""
        now, ready, waits = self._clock.now(), [], []
        busy: set[tuple[str, str]] = set()
        for post in posts:
            place = (post.tenant, post.channel)
            if not post.ref and place in busy:
                waits.append(0.0)
                continue
            wait = self._wait(post, now, platforms[post.platform])
            if wait > 0:
                waits.append(wait)
            else:
                ready.append(post)
            if not post.ref:
                busy.add(place)  # what comes later in this channel waits its turn
        return ready, min(waits, default=None)

    def sent(self, post: Post) -> None:
        """Remember that a post was sent or edited just now."""
        now = self._clock.now()
        self._edits[post.id] = now
        if not post.ref:
            self._places.setdefault((post.tenant, post.channel), deque(maxlen=8)).append(now)
        if len(self._edits) > FORGET:
            self._edits = dict(list(self._edits.items())[-FORGET // 2 :])
        if len(self._places) > FORGET:
            self._places = dict(list(self._places.items())[-FORGET // 2 :])

    def rest(self, post: Post, seconds: float) -> None:
        """The platform asked for a pause: nothing goes to this workspace before it is over."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._resting[post.tenant] = max(until, self._resting.get(post.tenant, until))

    def _wait(self, post: Post, now: datetime, platform: Platform) -> float:
        waits = [_until(self._resting.get(post.tenant), 0, now), _until(post.next_try, 0, now)]
        if post.ref:
            waits.append(_until(self._edits.get(post.id), platform.pace.edit, now))
        else:
            sent = self._places.get((post.tenant, post.channel), deque())
            recent = [at for at in sent if (now - at).total_seconds() < platform.pace.place * platform.pace.burst]
            if len(recent) >= platform.pace.burst:
                waits.append(_until(recent[-platform.pace.burst], platform.pace.place * platform.pace.burst, now))
        return max(waits)


def _until(since: datetime | None, seconds: float, now: datetime) -> float:
    return 0.0 if since is None else seconds - (now - since).total_seconds()
