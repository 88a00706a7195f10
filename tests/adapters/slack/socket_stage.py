"""A stage for tests of Socket Mode: Slack's end of the socket, ours, and a core that can be held up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.inbound import Door
from adapters.slack.installing.installations import OneWorkspace
from adapters.slack.outbound import SlackPlatform
from adapters.slack.socket import SocketMode, Timing
from adapters.slack.web import Web
from bot.events import Event
from tests.adapters.slack.slack_stage import Clock, Core
from tests.fakes.slack_socket import SlackLine, SocketPerson, SocketSlack

QUICK = Timing(again=0.02, longest=0.2, refused=0.1, linger=5.0)
OPS = "C1OPS"


@dataclass
class HeldCore(Core):
    """A core whose commits wait for `release`, where `hold` was called; `begun` are the events it was handed."""

    begun: list[Event] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: int = 0
    most: int = 0  # that were ever under way at once
    broken: bool = False

    def __post_init__(self) -> None:
        self.release.set()

    def hold(self) -> None:
        """Let no commit end."""
        self.release.clear()

    async def keep(self, event: Event) -> bool:
        """Keep it, when it may."""
        self.begun.append(event)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if self.broken:
                raise RuntimeError("a bug")
            await self.release.wait()
            return await super().keep(event)
        finally:
            self.under_way -= 1


@dataclass
class SocketStage:
    """Everything at once."""

    slack: SocketSlack
    core: HeldCore
    socket: SocketMode
    anna: SocketPerson
    web: Web

    def mention(self, text: str = "printer jams") -> dict[str, Any]:
        """The event of a new mention by Anna."""
        said = self.slack.post(OPS, self.anna.id, f"<@{self.slack.bot}> {text}")
        return self.anna.event("app_mention", OPS, said)

    async def connected(self) -> None:
        """Wait until the bot's end says so."""
        async with asyncio.timeout(5):
            while not self.socket.connected():
                await asyncio.sleep(0)

    async def heard(self, line: SlackLine) -> None:
        """Wait until everything that was sent on a line was read, and whatever was said before is here."""
        before = line.ponged
        await line.ping()
        await self.slack.until(lambda: line.ponged > before)


async def begun(core: HeldCore, events: int = 1) -> None:
    """Wait until the core was handed so many events."""
    async with asyncio.timeout(5):
        while len(core.begun) < events:
            await asyncio.sleep(0)


@asynccontextmanager
async def socket_stage(
    *, timing: Timing = QUICK, token: str = "", most: int = 500, started: bool = True
) -> AsyncIterator[SocketStage]:
    """Slack, the bot's end of the socket and a person; what breaks the protocol fails the test."""
    clock, core = Clock(), HeldCore()
    async with SocketSlack(now=lambda: clock.now().timestamp()) as slack:
        slack.room(OPS, "ops")
        web = Web(slack.url)
        workspace = OneWorkspace(slack.token, web)
        await workspace.start()
        door = Door(core, SlackPlatform(web, workspace), clock.now)
        socket = SocketMode(web, token or slack.app_token, door.deliver, timing=timing, most=most)
        if started:
            await socket.start()
        try:
            yield SocketStage(slack, core, socket, SocketPerson(slack, "U1ANNA", "Anna", "", ""), web)
        finally:
            core.release.set()
            await socket.stop()
            await web.close()
        assert slack.wrong == []
