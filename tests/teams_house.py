"""The room of the harness in Teams: proven activities to the front door, and a fake of the Connector behind it."""

import contextlib
import re
from collections.abc import AsyncIterator

from aiohttp import web

from adapters.playground.team import Player
from adapters.teams.joining import Teams
from bot.messages import plain
from bot.settings import Settings
from bot.words import say
from tests.fakes.teams import Conversation, FakeTeams, Said, Team
from tests.fakes.teams_dialogs import Dialog
from tests.fakes.teams_issuer import APP, SECRET, TENANT, FakeIssuer
from tests.fakes.teams_person import TeamsPerson
from tests.fakes.teams_seen import pings_of
from tests.fakes.teams_talker import Told
from tests.harness import BOT, CHANNELS, PEOPLE, Control, Room, Seen, SeenForm, first_name, joined
from tests.teams_cards import as_elsewhere, form_of, parts, seen_dialog
from tests.teams_tab import Tab

NORTHWIND = "9d1c4f5e-2b3a-4c8d-8e7f-6a5b4c3d2e1f"  # another organisation, with which #partners is shared
GIL = Player("gil", "Gil Park", "America/New_York")  # who works there


class TeamsRoom(Room):
    """People in a tenant: one team with bmm, another without, and a group chat."""

    def __init__(self, database_url: str, teams: FakeTeams, issuer: FakeIssuer) -> None:
        super().__init__(database_url)
        self.teams, self.issuer = teams, issuer
        teams.now = issuer.now = lambda: self.clock.now().timestamp()
        self.joined = Teams(self.settings(), self.bot)
        self.platform = self.platforms["teams"] = self.joined.platform
        self.people: dict[str, TeamsPerson] = {}
        self.tabs: dict[str, Tab] = {}
        self.rooms: dict[str, Conversation] = {}  # by their present names

    def settings(self) -> Settings:
        """What whoever runs the bot has set."""
        return Settings(
            teams_app_id=APP,
            teams_app_password=SECRET,
            teams_tenant_id=TENANT,
            teams_service_hosts=f"127.0.0.1:{self.teams.port}",
            teams_openid_url=self.issuer.metadata_url,
            teams_login_url=self.issuer.url,
        )

    def app(self) -> web.Application:
        """Teams' front door."""
        app = web.Application()
        app.add_routes(self.joined.routes())
        return app

    def enter(self, url: str) -> None:
        """Let everybody and every channel be there; `url` is where bmm is served."""
        for first, player in {**PEOPLE, "Gil": GIL}.items():
            away = {"tenant": NORTHWIND, "role": "guest"} if player is GIL else {}
            member = self.teams.person(player.name, player.zone, **away)
            self.people[first] = TeamsPerson(self.teams, member, f"{url}/api/messages", self.prove)
            self.tabs[first] = Tab(first, url, member, self.issuer)
        ours = {self.people[first].id for first in PEOPLE}
        self._furnish(self.teams.team("Works", set(ours)), self.teams.team("Motor Pool", set(ours), bot=False))

    def _furnish(self, works: Team, pool: Team) -> None:
        two, gil = {self.people["Ada"].id, self.people["Ben"].id}, self.people["Gil"].id
        self.rooms = {name: self.teams.channel(name, works) for name in CHANNELS}
        self.rooms["garage"] = self.teams.channel("garage", pool)
        self.rooms["backroom"] = self.teams.channel("backroom", works, sort="private", members=set(two))
        self.rooms["partners"] = self.teams.channel("partners", works, sort="shared", members={*works.members, gil})
        self.rooms["trio"] = self.teams.group("trio", set(two))

    async def prove(self) -> str:
        """The header with which Teams comes."""
        return f"Bearer {self.issuer.bearer(self.teams.service)}"

    # --- acts

    async def command(self, person: str, channel: str, text: str) -> None:
        """Type a command. A form that it asks for waits behind a button, as only a click opens one: it is clicked."""
        before = {each.ref for each in await self.private(person)}
        await super().command(person, channel, text)
        opens = plain(say("machine.open_form"))
        for each in await self.private(person):
            if each.ref not in before and [control.label for control in each.controls] == [opens]:
                await self.press(person, opens, each)

    async def _say(self, person: str, channel: str, text: str, thread: str) -> str:
        somebody, where = self.people[person], self._channel(person, channel)
        words = self._typed_as(text)
        if where.kind == "groupChat" and thread:
            return await somebody.quote(where, where.said(thread), words)
        return await somebody.say(where, words, thread)

    async def _edit(self, person: str, on: Seen, text: str) -> None:
        await self.people[person].edit(self._channel(person, on.channel), on.ref, self._typed_as(text))

    async def _delete(self, person: str, on: Seen) -> None:
        await self.people[person].delete(self._channel(person, on.channel), on.ref)

    async def _command(self, person: str, channel: str, text: str) -> None:
        somebody, where = self.people[person], self._channel(person, channel)
        words = self._typed_as(text)
        if where.kind == "personal":
            await somebody.direct(f"/bmm {words}".strip())
        elif where.bot:
            await somebody.slash(where, words)

    async def _use(self, person: str, shortcut: str, on: Seen | None) -> None:
        somebody = self.people[person]
        if on is None:
            _well(await somebody.compose_action(shortcut, self.teams.chat(somebody.id), "commandBox"))
        else:
            where = self._channel(person, on.channel)
            _well(await somebody.message_action(shortcut, where, where.said(on.ref)))

    async def _press(self, person: str, on: Seen, control: Control) -> None:
        if control.options:  # a button that asks first
            await self._choose(person, on, control, control.label, dict(control.options)[control.label])
        elif isinstance(on.raw, Tab):
            await on.raw.press(control.value, self.teams.stamp())
        elif isinstance(on.raw, Dialog):
            _well(await self.people[person].press_here(control.raw))
        else:
            where, said = on.raw
            _well(await self.people[person].press(where, said, control.raw))

    async def _choose(self, person: str, on: Seen, control: Control, option: str, value: str) -> None:
        if isinstance(on.raw, Tab):
            await on.raw.press(value, self.teams.stamp())
        elif isinstance(on.raw, Dialog):
            _well(await self.people[person].choose_here(control.raw, option))
        else:
            where, said = on.raw
            _well(await self.people[person].choose(where, said, control.raw, option))

    async def _submit(self, person: str, form: SeenForm, values: dict[str, str]) -> None:
        if isinstance(form.raw, Tab):
            await form.raw.submit(values, self.teams.stamp())
        else:
            _well(await self.people[person].submit(values))

    async def _open_home(self, person: str) -> None:
        tab, somebody = self.tabs[person], self.people[person]
        if not tab.looked:  # the tab comes with the app, of which Teams tells the bot first
            await somebody.install(self.teams.chat(somebody.id))
        await tab.look()

    async def _move(self, person: str, deed: str, channel: str, name: str) -> None:
        somebody, where = self.people[person], self.rooms[channel]
        deeds = {"invites": somebody.install, "removes": somebody.uninstall}
        deeds |= {"deletes": somebody.remove, "restores": somebody.restore}
        if deed in deeds:
            await deeds[deed](where)
        elif deed in ("archives", "unarchives"):  # a team as a whole
            await somebody.archive(self.teams.teams[where.team], again=deed == "archives")
        else:
            await somebody.rename(where, name)
            self.rooms = {name if each == channel else each: room for each, room in self.rooms.items()}

    def close_form(self, person: str) -> None:
        """Close the open dialog."""
        self.people[person].close()
        self.tabs[person].close()

    # --- what is seen

    async def everything(self) -> list[Seen]:
        """Every message of every channel and chat, what was targeted or rode on answers, and what stands in dialogs."""
        found = [self._seen(there, said) for there, said in self.teams.seen() if not said.to or self._is_bot(said)]
        found += [self._seen(self.teams.conversations[at], said) for _, at, said in self.teams.words]
        found += [
            seen_dialog(dialog, self._first(user)) for user, dialog in self.teams.dialogs.items() if not dialog.inputs
        ]
        found += [told for tab in self.tabs.values() if (told := tab.told())]
        return sorted((each for each in found if not each.to or each.to in self.known), key=lambda each: each.ref)

    async def home(self, person: str) -> Seen | None:
        """What stands on somebody's tab."""
        return await self.tabs[person].page()

    async def form(self, person: str) -> SeenForm | None:
        """The dialog that is open before somebody, where it asks for something."""
        dialog = self.people[person].dialog
        if dialog is None or not dialog.inputs:
            return self.tabs[person].asked()
        return form_of(dialog, self.people[person].lacking)

    def _seen(self, there: Conversation, said: Said) -> Seen:
        bot, alone = self._is_bot(said), there.kind == "personal"
        whom = said.to or (next(iter(there.members)) if alone and bot else "")
        return Seen(
            ref=said.id,
            channel=next((name for name, room in self.rooms.items() if room is there), BOT if alone else there.name),
            thread=said.thread,
            author=BOT if bot else self._first(said.author),
            parts=joined(parts(said.card) if said.card else self._read(said, bot).split("\n")),
            edited=said.edited,
            to=self._first(whom) if whom else "",
            pings=tuple(self._first(id) for id in pings_of(said.card)),
            raw=(there, said),
        )

    def _is_bot(self, said: Said) -> bool:
        return said.author == self.teams.bot

    def _first(self, id: str) -> str:
        return first_name(self.teams.people[id].name)

    def _read(self, said: Said, bot: bool) -> str:
        """What a message without a card says."""
        return as_elsewhere(said.text) if bot else self._named(said.text)

    def _named(self, text: str) -> str:
        """Words of people with others by their names."""
        return re.sub(r"<@([^>]+)>", lambda id: f"@{BOT if id[1] == self.teams.bot else self._first(id[1])}", text)

    def _typed_as(self, text: str) -> str:
        """What Teams' client makes of typed words: people and the bot are mentions."""
        known = {first.casefold(): each.id for first, each in self.people.items()} | {BOT: self.teams.bot}
        return re.sub(r"@(\w+)", lambda name: f"<@{known[name[1]]}>" if name[1] in known else name[0], text)

    def _channel(self, person: str, channel: str) -> Conversation:
        return self.teams.chat(self.people[person].id) if channel == BOT else self.rooms[channel]

    def _user(self, person: str) -> str:
        return f"<@{self.people[person].id}>" if person else ""


@contextlib.asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[TeamsRoom]:
    """The front door on a port of the loopback, beside the fakes."""
    async with FakeIssuer() as issuer, FakeTeams(accepts=lambda token: token in issuer.granted) as teams:
        room = TeamsRoom(database_url, teams, issuer)
        runner = web.AppRunner(room.app(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        room.enter(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await room.joined.start()
        try:
            yield room
            assert teams.wrong == []
        finally:
            await runner.cleanup()
            await room.joined.stop()
            await room.bot.stop()


def _well(told: Told) -> None:
    assert told.status in (0, 200), f"{told.status}: {told.text[:200]}"  # 0: the client itself kept it back
