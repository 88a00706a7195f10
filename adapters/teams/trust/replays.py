"""What was sent and answered before, so that nobody else can send it again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

PROMPT = 10.0  # seconds: Teams sends again what was not answered in about fifteen, and nothing that was

_REMEMBERED = 100_000  # requests; what is pushed out early is still known to the inbox by its key


class Replays:
    """Knows requests by token and body until the token runs out. `now` is in Unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._answered: OrderedDict[bytes, float] = OrderedDict()  # print: when its token is good no more

    def came_before(self, print_: bytes) -> bool:
        """Whether this very request was answered, well and in time."""
        return self._answered.get(print_, 0.0) > self._now()

    def answered(self, print_: bytes, until: float) -> None:
        """Remember a request that needs no second answer, at most `until` its token runs out."""
        self._answered[print_] = until
        now = self._now()
        while self._answered and (len(self._answered) > _REMEMBERED or next(iter(self._answered.values())) <= now):
            self._answered.popitem(last=False)


def print_of(token: str, body: bytes) -> bytes:
    """What tells one request from every other."""
    return hashlib.sha256(token.encode() + b"\n" + body).digest()
