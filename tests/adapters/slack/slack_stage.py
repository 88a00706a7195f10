"""A stage for tests of Slack's door: the fake workspace, the platform, the front door, and a core that listens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web

import dialogs
from adapters.slack.inbound import routes
from adapters.slack.installing.installations import OneWorkspace
from adapters.slack.outbound import SlackPlatform
from adapters.slack.web import Web
from bot.events import Event, Place
from bot.ports import Answer, Unavailable
from bot.wire import named
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_member import SlackMember

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
dialogs.routes()  # the words of the machine are theirs
PEOPLE = {"anna": "U1ANNA", "ben": "U2BEN"}
OPS = Place("slack", "slack:T0BMM", "C1OPS")

AWKWARD = {
    "short": "x",
    "empty": "",
    "mention": "<!channel> <!here> <@U1ANNA> <#C1> <!subteam^S1>",
    "markup": "*bold* _x_ ~s~ `code` ```pre``` > quote\n> quote\n&gt; more",
    "links": "<https://evil.example|bank> https://a.b javascript:alert(1) [x](https://y)",
    "entities": "R&D &amp; &lt;b&gt; <b>html</b>",
    "NUL": "a\x00b\x1f\ud800",
    "bidi": "\u202egnp.exe\u202c \u2066x",
    "emoji": "👩‍👩‍👧 :tada: ☕",
    "template": "{t} **{x}** _y_",
    "30k": "printer " * 3750,
    "one word": "w" * 30_000,
    "lines": "\n" * 50 + "a\nb",
}


@named("stage.press")
@dataclass(frozen=True)
class Press:
    """What a control of these tests becomes."""

    id: str = ""
    choice: str = ""


class Clock:
    """A clock that stands until it is moved; whoever sleeps moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)


@dataclass
class Core:
    """A core that keeps what it hears, once a key, and answers forms with `answer`; `down` where its database is."""

    kept: list[Event] = field(default_factory=list)
    asked: list[Event] = field(default_factory=list)
    answer: Answer | None = None
    down: bool = False

    async def keep(self, event: Event) -> bool:
        if self.down:
            raise Unavailable
        new = event.key not in {each.key for each in self.kept}
        self.kept += [event] if new else []
        return new

    async def ask(self, event: Event) -> Answer | None:
        if self.down:
            raise Unavailable
        self.asked.append(event)
        return self.answer


@dataclass
class Stage:
    """Everything at once."""

    slack: FakeSlack
    platform: SlackPlatform
    core: Core
    clock: Clock
    url: str
    anna: SlackMember
    ben: SlackMember


@asynccontextmanager
async def stage(*, strict: bool = True) -> AsyncIterator[Stage]:
    """Slack, the bot's door and two people; whatever Slack would have refused fails the test."""
    clock, core = Clock(), Core()
    async with FakeSlack(strict=strict, now=lambda: clock.now().timestamp()) as slack:
        api = Web(slack.url, lambda: clock.now().timestamp())
        workspace = OneWorkspace(slack.token, api)
        await workspace.start()
        platform = SlackPlatform(api, workspace, clock)
        app = web.Application()
        app.add_routes(routes(core, platform, SECRET, clock))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        slack.room("C1OPS", "ops")
        anna, ben = SlackMember(slack, "U1ANNA", "Anna", url, SECRET), SlackMember(slack, "U2BEN", "Ben", url, SECRET)
        try:
            yield Stage(slack, platform, core, clock, url, anna, ben)
        finally:
            await runner.cleanup()
            await api.close()
        assert slack.wrong == []
