"""The least of Slack's Web API, cheap enough not to be what is measured: it answers at once and remembers."""

import asyncio
import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from tests.bench.signed import BOT, TEAM

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_USER = re.compile(rb"user=(\w+)")
_CHANNEL = re.compile(rb'"?channel"?[=:] ?"?(\w+)')
_TOKEN = re.compile(rb"q\d{6}")


@dataclass(frozen=True)
class Call:
    """One call as it came; `at` by `time.perf_counter`. `where` is the channel, where the address names it."""

    at: float
    method: str
    body: bytes
    ts: str
    where: str = ""


class Stub:
    """The stub; `calls` are those of chat.postMessage and chat.update, `counts` those of every method.

    It answers at once, or after `delay` seconds.
    """

    def __init__(self) -> None:
        self.delay = 0.0
        self.calls: list[Call] = []
        self.counts: Counter[str] = Counter()
        self.origin = ""
        self._stamps = itertools.count(1)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def forget(self) -> None:
        """Begin anew."""
        self.calls = []
        self.counts.clear()

    def posts(self) -> list[Call]:
        """The messages posted."""
        return [call for call in self.calls if call.method == "chat.postMessage"]

    def tokens(self) -> Counter[bytes]:
        """How many messages show each ask's own word; one message shows it more than once."""
        return Counter(token for call in self.posts() for token in set(_TOKEN.findall(call.body)))

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Whether it became true in time."""
        end = time.perf_counter() + seconds
        while not (now := true()) and time.perf_counter() < end:
            await asyncio.sleep(0.005)
        return now

    def answer(self, head: bytes, body: bytes) -> bytes:
        """What a request is answered."""
        target = head[: head.find(b"\r\n")].split(b" ")[1]
        method = target.partition(b"?")[0].rpartition(b"/")[2].decode()
        self.counts[method] += 1
        if method == "auth.test":
            return told({"ok": True, "team_id": TEAM, "user_id": BOT, "bot_id": "B0BMM", "url": self.origin})
        if method == "users.info":
            found = _USER.search(target) or _USER.search(body)
            return told(_user(found[1].decode() if found else "U0"))
        ts = f"1700000000.{next(self._stamps):06d}"
        if method.startswith("chat."):
            self.calls.append(Call(time.perf_counter(), method, body, ts))
        where = _CHANNEL.search(body)
        return told({"ok": True, "channel": where[1].decode() if where else "C0", "ts": ts, "message_ts": ts})


class _Connection(asyncio.Protocol):
    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            body, self._read = self._read[end + 4 : whole], self._read[whole:]
            answer = self._stub.answer(head, body)
            if self._stub.delay:
                asyncio.get_running_loop().call_later(self._stub.delay, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _user(id: str) -> dict[str, object]:
    user = {"id": id, "name": id.lower(), "tz": "Europe/Berlin", "is_bot": False, "profile": {"display_name": id}}
    return {"ok": True, "user": user}


def told(answer: dict[str, object]) -> bytes:
    """An answer as it goes over the wire."""
    body = json.dumps(answer).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
