"""How fast a platform may be written to: a few posts at once in a channel, then one a second; edits of a post apart."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.ledger import Post
from bot.ports import Clock, Pace, Platform

FORGET = 5_000  # channels and posts remembered at the most
HOUR = 3600.0


class Pacing:
    """Remembers what was sent when, and says what may be sent now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.now()
        self._places: dict[tuple[str, str], deque[datetime]] = {}
        self._edits: dict[str, datetime] = {}
        self._resting: dict[tuple[str, str, str], datetime] = {}

    def ready(self, posts: Iterable[Post], platforms: Mapping[str, Platform]) -> tuple[list[Post], float | None]:
        """The posts that may be sent now, and the seconds until another may; None where none waits.

        Of the posts of a channel that were never sent there is one among `posts`: what is later waits its turn.
        """
        now, ready, waits = self._clock.now(), [], []
        for post in posts:
            wait = self._wait(post, now, platforms[post.platform].pace)
            if wait > 0:
                waits.append(wait)
            else:
                ready.append(post)
        return ready, min(waits, default=None)

    def sends(self, post: Post, pace: Pace) -> None:
        """Remember that a post is sent or edited now; an attempt that fails counts as well."""
        now, place = self._clock.now(), (post.tenant, post.channel)
        self._edits.pop(post.id, None)  # the latest stand last
        self._edits[post.id] = now
        if not post.ref:
            sent = self._places.pop(place, None) or self._before(pace)
            sent.append(now)
            self._places[place] = sent  # of the last hour where that is counted, else of the last burst
        if len(self._edits) > FORGET:
            self._edits = dict(list(self._edits.items())[-FORGET // 2 :])
        if len(self._places) > FORGET:
            self._places = dict(list(self._places.items())[-FORGET // 2 :])

    def rest(self, post: Post, seconds: float, pace: Pace) -> None:
        """The platform asked for a pause: nothing of the kind goes to this workspace, or place, before it is over."""
        until, where = self._clock.now() + timedelta(seconds=seconds), _resting(post, pace)
        self._resting[where] = max(until, self._resting.pop(where, until))  # the latest stand last
        if len(self._resting) > FORGET:
            self._resting = dict(list(self._resting.items())[-FORGET // 2 :])

    def _before(self, pace: Pace) -> deque[datetime]:
        """What an earlier process may have sent to a place until we began: as much as it was allowed to."""
        ago = range(pace.burst - 1, -1, -1) if pace.place else ()
        most = max(pace.burst, pace.hourly)
        return deque((self._began - timedelta(seconds=pace.place * each) for each in ago), maxlen=most)

    def _wait(self, post: Post, now: datetime, pace: Pace) -> float:
        """Seconds until this post may be sent."""
        waits = [_until(self._resting.get(_resting(post, pace)), 0, now), _until(post.next_try, 0, now)]
        if post.ref:
            waits.append(_until(self._edits.get(post.id), pace.edit, now))
        else:
            sent = self._places.get((post.tenant, post.channel)) or self._before(pace)
            if len(sent) >= pace.burst:  # of as many as may go at once, the oldest
                waits.append(_until(sent[-pace.burst], pace.place * pace.burst, now))
            if pace.hourly and len(sent) >= pace.hourly:
                waits.append(_until(sent[-pace.hourly], HOUR, now))
        return max(waits)


def _resting(post: Post, pace: Pace) -> tuple[str, str, str]:
    """What rests together."""
    return post.tenant, post.channel if pace.rests == "place" else "", _kind(post)


def _kind(post: Post) -> str:
    """What platforms count apart: new posts, edits, and people's homes."""
    return "home" if post.kind == "home" else "edit" if post.ref else "post"


def _until(since: datetime | None, seconds: float, now: datetime) -> float:
    return 0.0 if since is None else seconds - (now - since).total_seconds()
