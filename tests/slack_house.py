"""The room of the harness in Slack: signed requests to the front door, and a fake of Slack's Web API behind it."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.playground.team import Player
from adapters.slack.inbound import routes
from adapters.slack.installing.installations import OneWorkspace
from adapters.slack.outbound import SlackPlatform
from adapters.slack.web import Web
from tests.fakes.slack import FakeSlack, dm
from tests.fakes.slack_member import SlackMember
from tests.fakes.slack_person import escaped
from tests.fakes.slack_seen import Control as SlackControl
from tests.fakes.slack_seen import Seen as SlackSeen
from tests.fakes.slack_seen import controls_of, lines_of, seen, seen_view
from tests.harness import BOT, CHANNELS, PEOPLE, Asked, Control, Room, Seen, SeenForm, joined

Payload = dict[str, Any]

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NORTHWIND = "T9NORTHWIND"  # another organisation, with which #partners is shared
GIL = Player("gil", "Gil Park", "America/New_York")  # who works there
USERS = {first: f"U{number}{first.upper()}" for number, first in enumerate((*PEOPLE, "Gil"), 1)}
_MORE = ("garage", "backroom", "trio", "partners")
ROOMS = {name: f"C{number}{name.upper()}" for number, name in enumerate((*CHANNELS, *_MORE), 1)}  # as they begin
_NAMES = {user: first for first, user in USERS.items()}


class SlackRoom(Room):
    """People in a workspace."""

    member = SlackMember  # how they reach the bot

    def __init__(self, database_url: str, slack: FakeSlack) -> None:
        super().__init__(database_url)
        self.slack = slack
        slack.now = lambda: self.clock.now().timestamp()
        self.api = Web(slack.url)
        self.workspace = OneWorkspace(slack.token, self.api)
        self.platform = SlackPlatform(self.api, self.workspace, self.clock)
        self.platforms[self.platform.name] = self.platform
        self.people: dict[str, SlackMember] = {}
        self.rooms = dict(ROOMS)  # ids of channels by their present names

    def app(self) -> web.Application:
        """Slack's front door."""
        app = web.Application()
        app.add_routes(routes(self.bot, self.platform, SECRET, self.clock))
        return app

    def enter(self, url: str) -> None:
        """Let everybody and every channel be there."""
        for first, player in {**PEOPLE, "Gil": GIL}.items():
            self.people[first] = self.member(self.slack, USERS[first], player.name, url, SECRET)
            away = {"team_id": NORTHWIND} if player is GIL else {}
            self.people[first].team = NORTHWIND if away else ""
            self.slack.user(USERS[first], player.name, player.zone, **away)
        ours, two = {USERS[first] for first in PEOPLE}, {USERS["Ada"], USERS["Ben"]}
        odd: dict[str, dict[str, Any]] = {
            "garage": {"bot": False},
            "backroom": {"kind": "groups", "members": two},
            "trio": {"kind": "mpim", "members": two, "name": "mpdm-ada--ben--bmm-1"},
            "partners": {"members": {*ours, USERS["Gil"]}},
        }
        for name, id in ROOMS.items():
            self.slack.room(id, **{"members": ours, "name": name} | odd.get(name, {}))

    # --- acts

    async def _say(self, person: str, channel: str, text: str, thread: str) -> str:
        somebody, where = self.people[person], self._channel(person, channel)
        said = self.slack.post(where, somebody.id, escaped(self._typed_as(text)), thread or None)
        await somebody.tell_message(where, said)
        if ours := re.findall(r"https://\S+/items/[A-Z]+-\d+", text):
            await somebody.link(where, said, ours)
        return str(said["ts"])

    async def _attach(self, person: str, channel: str, text: str, thread: str, files: tuple[str, ...]) -> str:
        where = self._channel(person, channel)
        return await self.people[person].attach(where, self._typed_as(text), files, thread or None)

    async def _edit(self, person: str, on: Seen, text: str) -> None:
        await self.people[person].edit(self._channel(person, on.channel), on.ref, self._typed_as(text))

    async def _delete(self, person: str, on: Seen) -> None:
        await self.people[person].delete(self._channel(person, on.channel), on.ref)

    async def _react(self, person: str, emoji: str, on: Seen) -> None:
        await self.people[person].react(self._channel(person, on.channel), on.ref, emoji)

    async def _use(self, person: str, shortcut: str, on: Seen | None) -> None:
        about = (self._channel(person, on.channel), on.ref) if on else ()
        told = await self.people[person].use(shortcut, *about)
        assert told.status == 200

    async def _open_home(self, person: str) -> None:
        await self.people[person].open_home()

    async def _move(self, person: str, deed: str, channel: str, name: str) -> None:
        id = self.rooms[channel]
        await self.people[person].move(deed, id, name)
        if name:
            self.rooms = {name if each == channel else each: room for each, room in self.rooms.items()}

    def _typed_as(self, text: str) -> str:
        """What Slack's client makes of typed words: people and the bot are tokens."""
        return re.sub(r"@(\w+)", _token, re.sub(r"@bmm\b", f"<@{self.slack.bot}>", text))

    async def _command(self, person: str, channel: str, text: str) -> None:
        told = await self.people[person].command(self._channel(person, channel), re.sub(r"@(\w+)", _token, text))
        assert told.status == 200

    async def _press(self, person: str, on: Seen, control: Control) -> None:
        told = await self.people[person].press(self._only(on, control), control.label)
        assert told.status == 200

    async def _choose(self, person: str, on: Seen, control: Control, option: str, value: str) -> None:
        if control.raw.kind == "button":
            told = await self.people[person].press(self._only(on, control), control.label)
        else:
            told = await self.people[person].choose(self._only(on, control), control.label, option)
        assert told.status == 200

    async def _submit(self, person: str, form: SeenForm, values: dict[str, str]) -> None:
        told = await self.people[person].submit(**values)
        assert told.status == 200

    def close_form(self, person: str) -> None:
        """Close the open modal."""
        self.people[person].close()

    # --- what is seen

    async def everything(self) -> list[Seen]:
        """Every message of every channel and personal chat, what was whispered, and what stands in a modal."""
        found = [self._seen(message, id) for id, channel in self.slack.channels.items() for message in channel.messages]
        found += [unfurled for seen in found for unfurled in _unfurled(seen)]
        found += [replace(self._seen(said, where), to=_NAMES[user]) for user, where, said in self.slack.ephemerals]
        found += [_seen_view(view, _NAMES[user]) for user, view in self.slack.views.items() if not _inputs(view)]
        return sorted((each for each in found if not each.to or each.to in self.known), key=lambda each: each.ref)

    async def form(self, person: str) -> SeenForm | None:
        """The modal that is open before somebody."""
        view = self.slack.modal(USERS[person])
        if view is None or not _inputs(view):
            return None
        lines = [line for block in view["blocks"] if block["type"] != "input" for line in lines_of(block)]
        errors = tuple(self.people[person].errors.items())
        return SeenForm(view["title"]["text"], tuple(map(_asked, _inputs(view))), errors, "\n".join(lines), view)

    async def home(self, person: str) -> Seen | None:
        """What is published on somebody's App Home."""
        view = self.slack.homes.get(USERS[person])
        return _seen_view(view, person) if view else None

    def _seen(self, message: Payload, channel: str) -> Seen:
        drawn = seen(message, channel)
        bot = not drawn.author or drawn.author.endswith("BMM")
        name = next((name for name, id in self.rooms.items() if id == channel), BOT)
        parts = [part for block in message.get("blocks", []) for part in _block(block)]
        parts = parts or [_readable(line) for line in message.get("text", "").split("\n")]
        return Seen(
            ref=drawn.ref,
            channel=name,
            thread=drawn.thread or "",
            author=BOT if bot else _NAMES.get(drawn.author, "Slackbot"),
            parts=joined(parts),
            edited=drawn.edited,
            to=_NAMES[channel[1:]] if name == BOT and bot else "",
            pings=tuple(_NAMES[user] for user in drawn.pings),
            raw=message,
        )

    def _only(self, on: Seen, control: Control) -> SlackSeen:
        """The message or view as Slack's person sees it, with the one control that is meant."""
        raw: SlackControl = control.raw
        is_view = on.raw.get("type") in ("modal", "home")
        whole = seen_view(on.raw) if is_view else seen(on.raw, self._channel(on.to, on.channel))
        return replace(whole, controls={control.label: raw})

    def _channel(self, person: str, channel: str) -> str:
        return dm(USERS[person]) if channel == BOT else self.rooms[channel]

    def _user(self, person: str) -> str:
        return USERS[person] if person else ""


@contextlib.asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[SlackRoom]:
    """The front door on a port of the loopback, beside the fake."""
    async with FakeSlack() as slack:
        room = SlackRoom(database_url, slack)
        await room.workspace.start()
        runner = web.AppRunner(room.app(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        room.enter(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        try:
            yield room
            assert slack.wrong == []
        finally:
            await runner.cleanup()
            await room.api.close()
            await room.bot.stop()


# --- what Slack holds, as people see it


def _token(name: re.Match[str]) -> str:
    """`@ben` as Slack's client makes a token of it."""
    user = USERS.get(name[1].capitalize())
    return f"<@{user}>" if user else name[0]


def _unfurled(said: Seen) -> Iterator[Seen]:
    """What was unfurled below somebody's words: the bot's own, in their thread."""
    for each in said.raw.get("attachments", []):
        url = each["app_unfurl_url"]
        drawn = joined(part for block in each["blocks"] for part in _block(block))
        parts = tuple(part if isinstance(part, str) else _below(part, url) for part in drawn)
        yield replace(said, ref=f"{said.ref} {url}", thread=said.thread or said.ref, author=BOT, parts=parts)


def _below(control: Control, url: str) -> Control:
    return replace(control, raw=replace(control.raw, unfurl=url))


def _seen_view(view: Payload, person: str) -> Seen:
    """A home, or a modal that asks for nothing: private words with their controls. Put anew, it is another one."""
    drawn = seen_view(view)
    parts = [part for block in view["blocks"] for part in _block(block)]
    return Seen(view["hash"], BOT, "", BOT, joined(parts), to=person, raw=drawn.payload)


def _inputs(view: Payload) -> list[Payload]:
    """What a modal asks for."""
    return [block for block in view["blocks"] if block["type"] == "input"]


def _block(block: Payload) -> Iterator[str | Control]:
    rich = block["type"] == "rich_text"
    yield from (_named(line) if rich else _readable(line) for line in lines_of(block))
    for each in controls_of(block):
        options = tuple(each.options.items())
        yield Control(each.label, each.value, options, each.url, each)


def _named(text: str) -> str:
    """A line with people by their names."""
    return re.sub(r"<@(\w+)>", lambda user: f"@{_NAMES.get(user[1], BOT)}", text)


def _readable(text: str) -> str:
    """A line of mrkdwn without Slack's tokens."""
    return re.sub(r"<[^<>|\s][^<>|]*\|([^<>]*)>", r"\1", _named(text))


def _asked(block: Payload) -> Asked:
    element = block["element"]
    given = [*element.get("options", []), *(one for g in element.get("option_groups", []) for one in g["options"])]
    options = tuple((one["value"], one["text"]["text"]) for one in given)
    initial = element.get("initial_value") or element.get("initial_date") or element.get("initial_user") or ""
    initial = initial or element.get("initial_option", {}).get("value", "")
    kind = {"users_select": "person"}.get(element["type"], element["type"])
    hint = block.get("hint", {}).get("text", "")
    return Asked(block["block_id"], block["label"]["text"], kind, initial, options, hint, bool(block.get("optional")))
