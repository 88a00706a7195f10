"""A stage for tests of Teams' door: the fake Teams, who signs for it, the platform, the door, and a core that listens.

What the adapter remembers stands in a real database, which can be taken away.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aiohttp import web

import dialogs
import storage
from adapters.teams.connector import Connector
from adapters.teams.conversations import Conversations
from adapters.teams.desk import Desk
from adapters.teams.inbound import Door, now_of, routes
from adapters.teams.line import Line
from adapters.teams.outbound import PACE, TeamsPlatform
from adapters.teams.own_chats import OwnChats
from adapters.teams.people import People
from adapters.teams.rosters import Rosters
from adapters.teams.trust.credentials import ClientSecret, Credentials
from adapters.teams.trust.guard import Guard
from adapters.teams.trust.hosts import Hosts
from adapters.teams.trust.keys import Keys
from adapters.teams.voice import Voice
from bot.events import Account, Event, Place
from bot.ports import Answer, Database, Query, Store, Unavailable
from bot.viewing import Viewing
from bot.wire import named
from tests.fakes.teams import Conversation, FakeTeams, Team
from tests.fakes.teams_issuer import APP, SECRET, TENANT, FakeIssuer
from tests.fakes.teams_person import TeamsPerson

T = TypeVar("T")

WHOSE = f"teams:{TENANT}"

AWKWARD = {
    "short": "x",
    "empty": "",
    "mention": "<!channel> <at>everyone</at> <@29:1somebody> @here",
    "markup": "**bold** _x_ ~~s~~ `code` [x](https://y) # head\n- list\n> quote",
    "links": "https://a.b javascript:alert(1) <https://evil.example|bank> {{DATE(2026-01-01T00:00:00Z)}}",
    "entities": "R&D &amp; &lt;b&gt; <b>html</b> &#0; &#xD800; &nosuch;",
    "NUL": "a\x00b\x1f\ud800",
    "bidi": "\u202egnp.exe\u202c \u2066x",
    "marks": "z" + "\u0301" * 500,
    "emoji": "👩‍👩‍👧 🇩🇪 👍🏽 ☕",
    "template": "{t} **{x}** _y_ ${z}",
    "30k": "printer " * 3750,
    "one word": "w" * 30_000,
    "lines": "\n" * 50 + "a\nb",
}


@named("stage.press_here")
@dataclass(frozen=True)
class Press:
    """What a control of these tests becomes."""

    id: str = ""


@named("stage.open_here")
@dataclass(frozen=True)
class Open:
    """What a control that opens a form becomes."""

    id: str = ""


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


class Fragile:
    """A real database that is `down` at will."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.down = False
        self.writes = 0

    async def write(self, work: Callable[[Store], T], tenant: str | None) -> T:
        self._check()
        self.writes += 1
        return await self._database.write(work, tenant)

    async def read(self, work: Callable[[Store], T], tenant: str | None) -> T:
        self._check()
        return await self._database.read(work, tenant)

    async def keep(self, rows: Iterable[object]) -> list[bool]:
        self._check()
        return await self._database.keep(rows)

    async def close(self) -> None:
        await self._database.close()

    async def rows(self, kind: type[T]) -> list[T]:
        """Every row of a kind, by its id."""
        return await self._database.read(lambda store: store.find(kind, Query(order=("id",), limit=1000)), None)

    def _check(self) -> None:
        if self.down:
            raise Unavailable


@dataclass
class Core:
    """A core that keeps what it hears, once a key, and answers what is asked with `answer`."""

    database: Fragile
    kept: list[Event] = field(default_factory=list)
    asked: list[Event] = field(default_factory=list)
    answer: Answer | None = None

    @property
    def heard(self) -> list[Event]:
        """All of it."""
        return [*self.kept, *self.asked]

    async def keep(self, event: Event) -> bool:
        if self.database.down:
            raise Unavailable
        new = event.key not in {each.key for each in self.kept}
        self.kept += [event] if new else []
        return new

    async def ask(self, event: Event) -> Answer | None:
        if self.database.down:
            raise Unavailable
        self.asked.append(event)
        return self.answer


@dataclass
class Adapter:
    """One process of ours: what it says things with, and what it remembers."""

    connector: Connector
    conversations: Conversations
    rosters: Rosters
    people: People
    platform: TeamsPlatform


@dataclass
class Stage:
    """Everything at once: the team Works with #ops, the group chat trio, Ada and Ben in both."""

    teams: FakeTeams
    issuer: FakeIssuer
    database: Fragile
    core: Core
    clock: Clock
    adapter: Adapter
    hosts: Hosts
    url: str = ""
    others: list[Adapter] = field(default_factory=list)
    works: Team = field(init=False)
    ops: Conversation = field(init=False)
    trio: Conversation = field(init=False)
    ada: TeamsPerson = field(init=False)
    ben: TeamsPerson = field(init=False)

    def furnish(self) -> None:
        """Let everybody be there."""
        self.ada, self.ben = (self.person(name) for name in ("Ada Okafor", "Ben Lindqvist"))
        both = {self.ada.id, self.ben.id}
        self.works = self.teams.team("Works", both)
        self.ops, self.trio = self.teams.channel("ops", self.works), self.teams.group("trio", set(both))

    def person(self, name: str, **more: Any) -> TeamsPerson:
        """Somebody who can talk and click."""
        return TeamsPerson(self.teams, self.teams.person(name, **more), self.url, self.prove)

    async def prove(self) -> str:
        """The header with which Teams comes."""
        return f"Bearer {self.issuer.bearer(self.teams.service)}"

    @property
    def platform(self) -> TeamsPlatform:
        """What speaks."""
        return self.adapter.platform

    def place(self, conversation: Conversation, thread: str = "") -> Place:
        """A place of the core's; somebody's own chat is called as they are."""
        if conversation.kind == "personal":
            return Place("teams", WHOSE, next(iter(conversation.members)), kind="personal")
        kind: Any = {"channel": "channel", "groupChat": "group"}[conversation.kind]
        return Place("teams", WHOSE, conversation.id, thread or None, kind, flat=kind == "group")

    def account(self, person: TeamsPerson) -> Account:
        """Somebody's account."""
        return Account("teams", WHOSE, person.id)

    def again(self) -> Adapter:
        """Another process on the same database, which remembers nothing but what stands there."""
        self.others.append(adapter_of(self.issuer, self.hosts, self.database, self.clock))
        return self.others[-1]


def adapter_of(issuer: FakeIssuer, hosts: Hosts, database: Fragile, clock: Clock) -> Adapter:
    """The adapter's pieces, as they are joined."""
    held: list[Connector] = []
    source = ClientSecret(issuer.url, TENANT, APP, SECRET)
    credentials = Credentials(source, lambda: held[0].session, lambda: clock.now().timestamp())
    connector = Connector(credentials, hosts, clock)
    held.append(connector)
    conversations = Conversations(database, clock)
    own_chats = OwnChats(connector, conversations, APP)
    rosters = Rosters(connector, conversations, own_chats, clock)
    voice = Voice(connector, conversations, own_chats, clock, PACE)
    people = People(database, conversations, rosters)
    platform = TeamsPlatform(voice, rosters, lambda intent: isinstance(intent, Open))
    return Adapter(connector, conversations, rosters, people, platform)


def door_of(here: Stage) -> list[web.RouteDef]:
    """The front door before the stage's core."""
    adapter, now = here.adapter, now_of(here.clock)
    stamp: Callable[[], float] = lambda: here.clock.now().timestamp()  # noqa: E731
    keys = Keys(here.issuer.metadata_url, lambda: adapter.connector.session, stamp)
    viewing = Viewing(here.database, dialogs.routes(), here.clock, adapter.platform.address)
    line = Line(Desk(here.core, viewing, adapter.platform, adapter.people, now))
    door = Door(here.core, adapter.platform, adapter.conversations, line, now)
    return routes(door, Guard(APP, TENANT, keys, here.hosts, stamp))


@asynccontextmanager
async def stage(database_url: str, *, strict: bool = True, limited: bool = False) -> AsyncIterator[Stage]:
    """Teams, our door and two people; whatever Teams would have refused fails the test."""
    dialogs.routes()  # the words of the machine are theirs
    clock, database = Clock(), Fragile(storage.open_database(database_url))
    stamp: Callable[[], float] = lambda: clock.now().timestamp()  # noqa: E731
    async with (
        FakeIssuer(now=stamp) as issuer,
        FakeTeams(strict=strict, limited=limited, accepts=lambda token: token in issuer.granted, now=stamp) as teams,
    ):
        hosts = Hosts(f"127.0.0.1:{teams.port}")
        adapter = adapter_of(issuer, hosts, database, clock)
        here = Stage(teams, issuer, database, Core(database), clock, adapter, hosts)
        app = web.Application()
        app.add_routes(door_of(here))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        here.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        here.furnish()
        try:
            yield here
        finally:
            await runner.cleanup()
            for each in (adapter, *here.others):
                await each.connector.close()
            await database.close()
        assert teams.wrong == []
