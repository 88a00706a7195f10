"""A running playground over a real database, with a core that only notes what reaches it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import storage
from adapters.playground.core import Command, Shortcut
from adapters.playground.inbound import routes
from adapters.playground.outbound import PlaygroundPlatform
from adapters.playground.team import place
from bot.events import Event
from bot.messages import Message
from bot.ports import Answer, Database, Sending, Unavailable

COMMANDS = [Command("add [ask]", "Log something"), Command("vote <question>", "Ask the room")]
SHORTCUTS = [
    Shortcut("playground_test.rename", "message", "Log this", "Keep a message"),
    Shortcut("playground_test.do", "anywhere", "Log anything", "Keep an ask"),
]


class StandingClock:
    """A clock that moves a second at each look and never waits."""

    def __init__(self) -> None:
        self._at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at

    async def sleep(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


@dataclass
class Notes:
    """Stands where the core will: notes each event, and answers as it is told."""

    kept: list[Event] = field(default_factory=list)
    asked: list[Event] = field(default_factory=list)
    answer: Callable[[Event], Answer | None] = lambda _: None
    react: Callable[[Event], Awaitable[object]] | None = None
    down: bool = False

    async def keep(self, event: Event) -> bool:
        if self.down:
            raise Unavailable
        isnew = event.key not in {each.key for each in self.kept}
        self.kept.append(event)
        if self.react is not None:
            await self.react(event)
        return isnew

    async def ask(self, event: Event) -> Answer | None:
        if self.down:
            raise Unavailable
        self.asked.append(event)
        return self.answer(event)


@dataclass
class Room:
    """The playground as people use it, from their browsers' side."""

    core: Notes
    platform: PlaygroundPlatform
    database: Database
    client: TestClient[web.Request, web.Application]
    number: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return str(self.client.make_url("/")).rstrip("/")

    def nonce(self) -> str:
        return f"nonce-{next(self.number)}"

    async def post(self, path: str, user: str = "ada", status: int = 200, **body: Any) -> dict[str, Any]:
        whole = {"as": user, "nonce": self.nonce(), **body}
        async with self.client.post(f"/api/{path}", json=whole) as response:
            assert response.status == status, await response.text()
            answer: dict[str, Any] = await response.json()
            return answer

    async def say(self, text: str, user: str = "ada", channel: str = "ops", **more: Any) -> dict[str, Any]:
        return await self.post("say", user, channel=channel, text=text, **more)

    async def get(self, path: str, user: str = "ada", **query: str) -> dict[str, Any]:
        async with self.client.get(f"/api/{path}", params={"as": user, **query}) as response:
            assert response.status == 200, await response.text()
            answer: dict[str, Any] = await response.json()
            return answer

    async def seen(self, user: str = "ada", channel: str = "ops") -> list[dict[str, Any]]:
        """What somebody sees in a channel, threads included."""
        state = await self.get("state", user)
        found: list[dict[str, Any]] = next(each for each in state["channels"] if each["id"] == channel)["messages"]
        return found

    async def show(self, message: Message, channel: str = "ops", thread: str = "", mark: str = "mark") -> str:
        """The bot posts."""
        return await self.platform.send(Sending(mark, place(channel, thread), message))


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Room]:
    """The playground on a port of the loopback."""
    numbers = itertools.count(1)
    database, clock, core = storage.open_database(sqlite_url), StandingClock(), Notes()

    def ids() -> str:
        return f"{next(numbers):08d}"

    platform = PlaygroundPlatform(database, clock, ids)
    app = web.Application()
    app.add_routes(routes(core, platform, database, clock, ids, COMMANDS, SHORTCUTS))
    async with TestClient(TestServer(app)) as client:
        yield Room(core, platform, database, client)
        await platform.close()
    await database.close()
