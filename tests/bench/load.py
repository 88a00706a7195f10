"""The load: keep-alive connections over raw sockets, in a closed loop or in an open one."""

import asyncio
import gc
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.bench.signed import Signed

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_PATIENCE = 30.0  # seconds for a last answer


@dataclass
class Told:
    """What came of some load: seconds each request waited, statuses, and when it began and ended (perf_counter)."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    began: float = 0.0
    ended: float = 0.0
    busy: float = 0.0  # share of its core that the load and the stub took

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.statuses[200] / max(self.ended - self.began, 1e-9)

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        waits = sorted(self.waits)
        return 1000 * waits[min(int(share * len(waits)), len(waits) - 1)] if waits else 0.0

    @property
    def bad(self) -> int:
        """Answers other than 200; 0 as a status is a connection that broke."""
        return self.statuses.total() - self.statuses[200]


class _Connection(asyncio.Protocol):
    """One connection: `answered(status, seconds)` is called for each answer. 0 where the connection broke."""

    def __init__(self, answered: Callable[["_Connection", int, float], None]) -> None:
        self._answered = answered
        self._read = b""
        self._asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: Signed, since: float | None = None) -> None:
        self._asked = time.perf_counter() if since is None else since
        self.transport.write(request.wire)

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._read, 0, end)
        if len(self._read) < end + 4 + (int(length[1]) if length else 0):
            return
        status, self._read = int(self._read[9:12]), b""
        asked, self._asked = self._asked, 0.0
        self._answered(self, status, time.perf_counter() - asked)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._asked:
            self._answered(self, 0, time.perf_counter() - self._asked)


async def closed(port: int, requests: Sequence[Signed], connections: int, seconds: float) -> Told:
    """Each connection sends its next request when the last was answered, for so long or until none is left."""
    told, left, done = Told(), iter(requests), asyncio.Event()
    working = set(range(connections))

    def answered(connection: _Connection, status: int, waited: float) -> None:
        told.waits.append(waited)
        told.statuses[status] += 1
        request = next(left, None) if status and time.perf_counter() < until else None
        if request is not None:
            connection.ask(request)
        else:
            working.pop()
            if not working:
                done.set()

    opened = [await _open(port, answered) for _ in range(connections)]
    with _watched(told):
        until = told.began + seconds
        for connection, request in zip(opened, itertools.islice(left, connections), strict=True):
            connection.ask(request)
        await asyncio.wait_for(done.wait(), seconds + _PATIENCE)
    _close(opened)
    return told


async def paced(port: int, requests: Sequence[Signed], seconds: float) -> Told:
    """All requests evenly over so many seconds, whether or not those before were answered."""
    told, done = Told(), asyncio.Event()
    opened: list[_Connection] = []
    idle: list[_Connection] = []

    def answered(connection: _Connection, status: int, waited: float) -> None:
        told.waits.append(waited)
        told.statuses[status] += 1
        if status:
            idle.append(connection)
        if len(told.waits) == len(requests):
            done.set()

    opened += [await _open(port, answered) for _ in range(32)]
    idle += opened
    with _watched(told):
        for number, request in enumerate(requests):
            due = told.began + seconds * number / len(requests)
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            if not idle:
                opened.append(await _open(port, answered))
                idle.append(opened[-1])
            idle.pop().ask(request, due)
        await asyncio.wait_for(done.wait(), _PATIENCE)
    _close(opened)
    return told


@contextmanager
def _watched(told: Told) -> Iterator[None]:
    gc.collect()
    gc.disable()
    spent, told.began = time.process_time(), time.perf_counter()
    try:
        yield
    finally:
        told.ended = time.perf_counter()
        told.busy = (time.process_time() - spent) / (told.ended - told.began)
        gc.enable()


async def _open(port: int, answered: Callable[[_Connection, int, float], None]) -> _Connection:
    _, connection = await asyncio.get_running_loop().create_connection(lambda: _Connection(answered), "127.0.0.1", port)
    return connection


def _close(opened: Sequence[_Connection]) -> None:
    for connection in opened:
        connection.transport.close()
