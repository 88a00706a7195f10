"""One WebSocket of Socket Mode: what Slack says on it, and whether Slack is still there."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from adapters.slack.reading.payload import Payload

log = logging.getLogger("bmm.slack")

_OVER = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)

Take = Callable[["Line", Payload], Awaitable[None]]


class Line:
    """An open WebSocket, read until one of us closes it. Envelopes go to `take`, one after the other.

    aiohttp's heartbeat ends a line on which nothing comes, not even the answer to a ping. That leaves the other side
    that answers and has forgotten us: Slack pings by itself every few seconds, so a line with neither a ping nor a
    message of Slack's own for `silence` seconds is to be replaced too.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, take: Take, silence: float) -> None:
        self._socket = socket
        self._take = take
        self._silence = silence
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._stirred = asyncio.Event()  # said hello, or is to be replaced before it did
        self._leaving = asyncio.Event()
        self._limit = asyncio.timeout(None)
        self._greeted = False
        self.why = ""  # it is to be replaced: Slack's own word, or `dropped`, or `silent`
        self.reading = asyncio.create_task(self._read())

    @property
    def live(self) -> bool:
        """Whether Slack has said hello and the line still stands."""
        return self._greeted and self.why != "silent" and not self._socket.closed and not self.reading.done()

    async def greeted(self) -> bool:
        """Wait for Slack's hello; False where the line ended without one."""
        await self._stirred.wait()
        return self._greeted

    async def leaving(self) -> str:
        """Wait until the line is to be replaced, and say why."""
        await self._leaving.wait()
        return self.why

    async def send(self, told: Payload) -> bool:
        """Say something to Slack; False where the line is gone."""
        try:
            await self._socket.send_str(json.dumps(told))
        except (aiohttp.ClientError, OSError):
            return False
        return True

    def retire(self, seconds: float) -> None:
        """Read on until Slack closes the line, but no longer than this."""
        with contextlib.suppress(RuntimeError):  # it has ended already
            self._limit.reschedule(self._loop.time() + seconds)

    async def close(self) -> None:
        """Close it now, as the protocol has it."""
        await self._socket.close()
        await asyncio.wait([self.reading])

    # --- reading

    async def _read(self) -> None:
        try:
            with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
                async with self._limit:
                    while (frame := await self._socket.receive()).type not in _OVER:
                        await self._told(frame)
        finally:
            self._leave("dropped")
            await self._socket.close()

    async def _told(self, frame: aiohttp.WSMessage) -> None:
        now = self._loop.time()
        if frame.type is aiohttp.WSMsgType.PONG:
            if now - self._heard > self._silence:
                self._leave("silent")
            return
        self._heard = now
        if frame.type is aiohttp.WSMsgType.PING:
            await self._socket.pong(frame.data)
        elif (told := _object(frame.data)) is None:
            log.warning("Slack sent something on its socket that cannot be read")
        else:
            await self._understood(told)

    async def _understood(self, told: Payload) -> None:
        match told.get("type"):
            case "hello":
                self._greeted = True
                self._stirred.set()
            case "disconnect":
                self._leave(str(told.get("reason", "")))
            case _:
                await self._take(self, told)

    def _leave(self, why: str) -> None:
        self.why = self.why or why
        self._leaving.set()
        self._stirred.set()


def _object(data: Any) -> Payload | None:
    try:
        loaded = json.loads(data)
    except (ValueError, TypeError, RecursionError):
        return None
    return loaded if isinstance(loaded, dict) else None
