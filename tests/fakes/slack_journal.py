"""The journal of the fake Slack: every call by the token that made it, and everything that somebody came to see."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.slack_seen import Payload

Deed = Literal["post", "edit", "ephemeral", "answer", "modal", "push", "update", "home", "unfurl"]

GRACE = 0.5  # seconds by which a post may be early: clocks and wires are not exact


@dataclass(frozen=True)
class Call:
    """A call of a method, and its error or an empty text. `at` in Unix seconds of the fake's clock."""

    at: float
    method: str
    token: str
    team: str
    given: Payload = field(repr=False)
    error: str = ""


@dataclass(frozen=True)
class Entry:
    """Something came to be seen, by `user` alone or, where that is empty, by everybody in `channel`."""

    at: float
    deed: Deed
    token: str
    team: str
    channel: str
    user: str
    ref: str
    payload: Payload = field(repr=False)


class Journal:
    """What was called and seen, in order. `breaches` says which channels were written to faster than Slack allows.

    Slack takes a post a second a channel and short bursts, without saying how short: here `burst` at once.
    """

    def __init__(self, burst: int = 3) -> None:
        self.calls: list[Call] = []
        self.entries: list[Entry] = []
        self.breaches: list[str] = []
        self._burst = burst
        self._posted: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def seen_by(self, user: str) -> list[Entry]:
        """What only this person saw."""
        return [each for each in self.entries if each.user == user]

    def posts(self, channel: str) -> list[Entry]:
        """Every new message of ours in a channel, its threads among them."""
        return [each for each in self.entries if each.deed == "post" and each.channel == channel]

    def tokens(self, method: str) -> list[str]:
        """By which tokens a method was called, in order."""
        return [each.token for each in self.calls if each.method == method]

    def most(self, channel: str, seconds: float = 1.0) -> int:
        """The most posts that a channel got within any so many seconds."""
        times = [each.at for each in self.posts(channel)]
        return max((sum(start <= at < start + seconds for at in times) for start in times), default=0)

    def channels(self) -> Iterator[str]:
        """The channels that were posted to."""
        return iter(dict.fromkeys(each.channel for each in self.entries if each.deed == "post"))

    def wait(self, team: str, channel: str, now: float) -> float:
        """Seconds until this channel takes another post, 0 for none; what comes sooner is a breach."""
        back = enumerate(reversed(self._posted[team, channel]), 1)  # the latest is the first
        waits = [at + nth + 1 - self._burst - now for nth, at in back if nth >= self._burst]
        wait = max(waits, default=0.0)
        if wait <= GRACE:
            return 0.0
        self.breaches.append(f"{channel}: a post {wait:.1f} s too early")
        return wait

    def post(self, team: str, channel: str, now: float) -> None:
        """Count a post."""
        posted = self._posted[team, channel]
        posted.append(now)
        while len(posted) > 60:
            posted.popleft()
