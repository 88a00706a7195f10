"""The tabs over the real bot and a real database; Entra and Teams' list of people are given at their ports."""

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import dialogs
import storage
from adapters.teams.tabs.door import routes
from adapters.teams.trust.tokens import Claims, Refused
from bot.bot import Bot
from bot.events import Account, Event, Place, Quoted
from bot.messages import Person
from bot.ports import Answer, Pace, PlaceGone, Profile, Sending, Throttled, Title, Unavailable
from tests.harness import GivenClock

TENANT = "f0e1d2c3-0000-4000-8000-000000000001"
TEAM = f"teams:{TENANT}"
OPS = "19:ops@thread.tacv2"
NAMES = {"ada": "Ada Okafor", "ben": "Ben Lindqvist"}


def mri(who: str) -> str:
    """Somebody's id in Teams."""
    return f"29:1{who}"


def account(who: str) -> Account:
    """Somebody's account."""
    return Account("teams", TEAM, mri(who))


def token(who: str, tenant: str = TENANT, scope: str = "access_as_user") -> str:
    """What Entra gives somebody, in the shape of one."""
    return f"{who}.{tenant}.{scope}"


class Line:
    """Teams as the core sees it: it takes everything, and knows the people and the one channel."""

    name = "teams"
    pace = Pace(0, 100, 0)

    async def send(self, sending: Sending) -> str:
        return f"1700{sending.mark}"

    async def edit(self, ref: str, sending: Sending) -> None:
        return None

    async def find(self, sending: Sending) -> str | None:
        return None

    async def answer(self, event: Event, answer: Answer) -> None:
        return None

    async def quote(self, event: Event) -> Quoted | None:
        return None

    async def profile(self, account: Account) -> Profile:
        return Profile(NAMES.get(account.user.removeprefix("29:1"), "Somebody"), "UTC")

    async def title(self, place: Place) -> Title:
        if place.channel != OPS:
            raise PlaceGone
        return Title("Ops")

    def address(self, place: Place, ref: str) -> str:
        return f"https://teams.microsoft.com/l/message/{place.channel}/{ref}"


@dataclass
class People:
    """Whom Teams knows, who is in which channel, and whether it says so at all."""

    known: set[str] = field(default_factory=lambda: set(NAMES))
    there: Mapping[str, Sequence[str]] = field(default_factory=lambda: {OPS: ["ada", "ben"]})
    away: bool = False

    async def by_entra(self, tenant: str, person: str) -> Account | None:
        return account(person) if tenant == TEAM and person in self.known else None

    async def in_channel(self, tenant: str, channel: str, person: str) -> Account | None:
        if self.away:
            raise Throttled(1)
        if channel not in self.there:
            raise PlaceGone
        return account(person) if tenant == TEAM and person in self.there[channel] else None

    async def of(self, place: Place) -> Sequence[Person]:
        if self.away:
            raise Throttled(1)
        return [Person(each, name, user=mri(each)) for each, name in NAMES.items()]


async def verify(bearer: str) -> Claims:
    """What Entra's token says. Raises Refused for a forged one."""
    who, tenant, scope = bearer.split(".")
    if who == "forged":
        raise Refused(401, "wrong signature")
    return Claims({"oid": who, "tid": tenant, "scp": scope}, expires=4e9)


class Core:
    """The real bot, whose database can be taken away."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.down = False
        self.asked: list[Event] = []

    async def ask(self, event: Event) -> Answer | None:
        if self.down:
            raise Unavailable
        self.asked.append(event)
        return await self.bot.ask(event)

    async def page(self, name: str, place: Place, actor: Account) -> Any:
        if self.down:
            raise Unavailable
        return await self.bot.viewing.page(name, place, actor)


@dataclass
class Stage:
    """A team in Teams: what is said in its channel, and what its browsers send."""

    core: Core
    people: People
    client: TestClient[web.Request, web.Application]
    number: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        """Where the tabs are served, without a slash at the end."""
        return str(self.client.make_url("/")).rstrip("/")

    async def say(self, who: str, text: str) -> None:
        """Mention the bot in the channel, and let everything come of it."""
        bot, ref = self.core.bot, f"{1764000000000 + next(self.number)}"
        place = Place("teams", TEAM, OPS, name="Ops")
        at = bot.clock.now()
        await bot.keep(Event(f"{TEAM}:{OPS}:{ref}", "mention", at, place, account(who), text, message=ref))
        await bot.settle()

    async def get(self, path: str, bearer: str | None = "", status: int = 200) -> dict[str, Any]:
        """What a page asks for, as Ada where nobody is named; None sends no token."""
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer or token('ada')}"}
        async with self.client.get(f"/teams/api/{path}", headers=headers) as response:
            assert response.status == status, await response.text()
            answer: dict[str, Any] = await response.json()
            return answer

    async def post(self, path: str, bearer: str = "", status: int = 200, **body: Any) -> dict[str, Any]:
        """What a page sends, as Ada on her home where nothing else is said."""
        headers = {"Authorization": f"Bearer {bearer or token('ada')}"}
        whole = {"page": "home", "nonce": f"n{next(self.number)}", **body}
        async with self.client.post(f"/teams/api/{path}", json=whole, headers=headers) as response:
            assert response.status == status, await response.text()
            answer: dict[str, Any] = await response.json()
        await self.core.bot.settle()
        return answer


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Stage]:
    """The stage, on a port of the loopback."""
    numbers = itertools.count(1)
    database = storage.open_database(database_url)
    bot = Bot(database, dialogs.routes(), {"teams": Line()}, GivenClock(), lambda: f"{next(numbers):012d}")
    core, people = Core(bot), People()
    app = web.Application()
    app.add_routes(routes(core, core, people, verify, TENANT, bot.routes.opens_form, bot.clock, bot.ids))
    async with TestClient(TestServer(app)) as client:
        yield Stage(core, people, client)
    await database.close()
