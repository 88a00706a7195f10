"""The journal of the fake Teams: every call of the Connector, what came to be seen by whom, and what came too fast."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Payload = dict[str, Any]
Deed = Literal["post", "edit", "delete", "targeted", "dialog", "message"]

# What one bot may send into one conversation, and what it may ask for in all: requests within seconds.
# learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
SENDS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
REQUESTS = 50
GRACE = 0.05  # seconds by which something may be early: clocks and wires are not exact


@dataclass(frozen=True)
class Call:
    """A call of the Connector: which `method` of the fake, on what path, and how it was answered."""

    at: float
    method: str
    path: str
    token: str
    given: Payload = field(repr=False)
    status: int = 200
    code: str = ""


@dataclass(frozen=True)
class Entry:
    """Something came to be seen, by `user` alone or, where that is empty, by everybody in the conversation.

    A `dialog` opened before somebody; a `message` is what rode on the answer to a click.
    """

    at: float
    deed: Deed
    conversation: str
    user: str
    ref: str
    thread: str
    payload: Payload = field(repr=False)


class Journal:
    """What was called and seen, in order. `breaches` says what was asked for faster than Teams allows."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.entries: list[Entry] = []
        self.breaches: list[str] = []
        self._sent: dict[str, deque[float]] = defaultdict(deque)
        self._asked: deque[float] = deque(maxlen=REQUESTS)

    def seen_by(self, user: str) -> list[Entry]:
        """What only this person saw."""
        return [each for each in self.entries if each.user == user]

    def posts(self, conversation: str) -> list[Entry]:
        """Every new message of ours that everybody sees in a conversation, its threads among them."""
        return [each for each in self.entries if each.deed == "post" and each.conversation == conversation]

    def most(self, conversation: str, seconds: float = 1.0) -> int:
        """The most new messages that a conversation got within any so many seconds."""
        times = [each.at for each in self.posts(conversation)]
        return max((sum(start <= at < start + seconds for at in times) for start in times), default=0)

    def conversations(self) -> Iterator[str]:
        """The conversations that were posted to."""
        return iter(dict.fromkeys(each.conversation for each in self.entries if each.deed == "post"))

    def wait(self, conversation: str, now: float) -> float:
        """Seconds until this conversation takes another message, 0 for none; what comes sooner is a breach."""
        sent = list(self._sent[conversation])
        waits = [sent[-most] + seconds - now for most, seconds in SENDS if len(sent) >= most]
        return self._told(conversation, max(waits, default=0.0))

    def crowded(self, now: float) -> float:
        """Seconds until the bot may ask for anything, 0 for none; counts this request."""
        wait = self._asked[0] + 1.0 - now if len(self._asked) == REQUESTS else 0.0
        self._asked.append(now)
        return self._told("the bot", wait)

    def sent(self, conversation: str, now: float) -> None:
        """Count a message."""
        times = self._sent[conversation]
        times.append(now)
        while len(times) > SENDS[-1][0]:
            times.popleft()

    def _told(self, what: str, wait: float) -> float:
        if wait <= GRACE:
            return 0.0
        self.breaches.append(f"{what}: {wait:.1f} s too early")
        return wait
