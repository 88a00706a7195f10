"""The open windows, and what is shown in them the moment it happens."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from adapters.playground.limits import WAITING_FRAMES
from adapters.playground.talk import draw
from adapters.playground.team import may_see
from bot.chatlog import Said


@dataclass(eq=False)
class Window:
    """One open page of somebody; `id` is its own name for itself."""

    user: str
    id: str
    frames: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(WAITING_FRAMES))

    def put(self, frame: str) -> None:
        """Queue a frame; a window that is too slow is told to come again, and fetches what it missed."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Drop what waits and close."""
        while not self.frames.empty():
            self.frames.get_nowait()
        self.frames.put_nowait(None)


class Windows:
    """All open windows of this process."""

    def __init__(self) -> None:
        self._open: set[Window] = set()

    def show(self, said: Said) -> None:
        """Show a new or changed message to everybody who may see it."""
        frame = json.dumps({"type": "message", "message": draw(said)})
        for window in self._open:
            if may_see(window.user, said.channel, said.to):
                window.put(frame)

    def gone(self, said: Said) -> None:
        """Take a message away."""
        frame = json.dumps({"type": "gone", "id": said.id})
        for window in self._open:
            if may_see(window.user, said.channel, said.to):
                window.put(frame)

    def push(self, user: str, window: str, what: dict[str, Any]) -> bool:
        """Send something to one window of somebody, or to all of theirs where it is closed; False where all are."""
        theirs = [each for each in self._open if each.user == user]
        meant = [each for each in theirs if each.id == window] or theirs
        for each in meant:
            each.put(json.dumps(what))
        return bool(meant)

    async def serve(self, request: web.Request, socket: web.WebSocketResponse, window: Window) -> None:
        """Keep a window live until either side closes it; what a window sends is not read."""
        self._open.add(window)  # before the answer: once a window knows that it is live, it misses nothing
        writer = None
        try:
            await socket.prepare(request)
            writer = asyncio.create_task(self._write(socket, window))
            async for _ in socket:
                pass
        finally:
            self._open.discard(window)
            window.end()
            if writer is not None:
                await writer

    async def _write(self, socket: web.WebSocketResponse, window: Window) -> None:
        try:
            while (frame := await window.frames.get()) is not None:
                await socket.send_str(frame)
            await socket.close()
        except (ConnectionError, RuntimeError):
            self._open.discard(window)

    def close(self) -> None:
        """Let go of every window, so that the server can stop."""
        for window in list(self._open):
            window.end()
