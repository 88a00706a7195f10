"""A house for installs: the real bot joined to many workspaces over a real database, its front door on the loopback.

async with house(database_url) as here:
    page = await here.install("T1ACME")
    anna = here.person("T1ACME", "U1ANNA", "Anna")
"""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp
from aiohttp import web

import dialogs
from adapters.slack.installing.oauth import Wish
from adapters.slack.joining import Slack
from bot.bot import Bot
from bot.ids import new_id
from bot.ledger import Credential
from bot.ports import Query
from bot.settings import Settings
from manifest.permissions import OPTIONS, scopes
from storage import open_database
from storage.sealing import Keys
from tests.fakes.slack_oauth import CLIENT, SECRET, FakeSlackOAuth
from tests.fakes.slack_person import JSON, SlackPerson, sign
from tests.harness import GivenClock

SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
KEY = "a key of these tests that is long enough"
ROOM = "C1OPS"


@dataclass(frozen=True)
class Page:
    """What a browser shows."""

    status: int
    text: str
    headers: Any
    cookies: dict[str, Any]

    @property
    def link(self) -> str:
        """Where its button leads."""
        found = re.search(r'class="button" href="([^"]+)"', self.text)
        assert found, self.text
        return unescape(found[1])

    @property
    def title(self) -> str:
        """What it says first."""
        found = re.search(r"<h1>(.*?)</h1>", self.text)
        return unescape(found[1]) if found else ""


class Browser:
    """A browser with its cookies."""

    def __init__(self) -> None:
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def get(self, address: str, **headers: str) -> Page:
        """Open a page."""
        async with self.session.get(address, headers=headers) as response:
            return Page(response.status, await response.text(), response.headers, dict(response.cookies))


@dataclass
class House:
    """One replica, the fake Slack, and a browser."""

    slack: FakeSlackOAuth
    clock: GivenClock
    bot: Bot
    joined: Slack
    url: str
    browser: Browser
    people: list[SlackPerson] = field(default_factory=list)

    async def install(self, team: str, *, organisation: bool = False) -> Page:
        """Somebody follows the link, agrees in Slack, and comes back."""
        page = await self.browser.get(f"{self.url}/slack/install")
        self.slack.back = f"{self.url}/slack/oauth_redirect"
        back = await self.browser.get(self.slack.agrees(page.link, team, organisation=organisation))
        assert back.status == 200, back.text
        return back

    def person(self, team: str, id: str, name: str, channel: str = ROOM) -> SlackPerson:
        """Somebody in a workspace, and a channel there."""
        here = self.slack.workspace(team)
        here.room(channel, "ops")
        return SlackPerson(here, id, name, f"{self.url}/slack/events", SIGNING)

    async def tells(self, team: str, kind: str, enterprise: str = "", **more: Any) -> int:
        """Slack tells that something happened to the app."""
        person = SlackPerson(self.slack.workspace(team), "U0", "Nobody", f"{self.url}/slack/events", SIGNING)
        told = {
            "token": "unused",
            "team_id": team,
            "api_app_id": "A0BMM",
            "type": "event_callback",
            "event": {"type": kind, **more},
            "event_id": f"Ev{new_id()}",
            "event_time": int(self.clock.now().timestamp()),
        } | ({"enterprise_id": enterprise} if enterprise else {})
        return (await person.deliver(told)).status

    async def rows(self) -> list[Credential]:
        """What is kept of installs."""
        query = Query(order=("id",))
        return await self.bot.database.read(lambda store: store.find(Credential, query), None)


@asynccontextmanager
async def replica(database_url: str, slack: FakeSlackOAuth, clock: GivenClock, key: str = KEY) -> AsyncIterator[House]:
    """One more process, as far as anything outside of it can tell."""
    settings = Settings(
        database_url=database_url,
        slack_client_id=CLIENT,
        slack_client_secret=SECRET,
        slack_signing_secret=SIGNING,
        slack_api_url=slack.url,
    )
    platforms: dict[str, Any] = {}
    bot = Bot(open_database(database_url), dialogs.routes(), platforms, clock, new_id)
    wish = Wish(lambda names: scopes([one for one in OPTIONS if one.name in names]), {"listen": "it hears <more>"})
    joined = Slack(settings, bot, Keys([key]), wish)
    platforms[joined.platform.name] = joined.platform
    app = web.Application()
    app.add_routes(joined.routes())
    runner, browser = web.AppRunner(app, access_log=None), Browser()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await joined.start(listening=False)
    async with AsyncExitStack() as stack:
        for end in (bot.stop, joined.stop, runner.cleanup, browser.session.close):
            stack.push_async_callback(end)
        yield House(slack, clock, bot, joined, f"http://127.0.0.1:{runner.addresses[0][1]}", browser)


@asynccontextmanager
async def house(database_url: str, lasts: int | None = None) -> AsyncIterator[House]:
    """Slack and one replica; whatever Slack would have refused fails the test."""
    clock = GivenClock()
    async with FakeSlackOAuth(lasts=lasts, now=lambda: clock.now().timestamp()) as slack:
        async with replica(database_url, slack, clock) as here:
            yield here
        assert slack.wrong == []


__all__ = ["JSON", "KEY", "ROOM", "SIGNING", "House", "Page", "house", "replica", "sign"]
