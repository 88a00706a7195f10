"""The room of the harness in Slack: signed requests to the front door, and a fake of Slack's Web API behind it."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.slack.inbound import routes
from adapters.slack.installations import OneWorkspace
from adapters.slack.outbound import SlackPlatform
from adapters.slack.web import Web
from tests.fakes.slack import FakeSlack, dm
from tests.fakes.slack_person import SlackPerson
from tests.fakes.slack_seen import Control as SlackControl
from tests.fakes.slack_seen import Seen as SlackSeen
from tests.fakes.slack_seen import controls_of, lines_of, seen
from tests.harness import BOT, CHANNELS, PEOPLE, Asked, Control, Room, Seen, SeenForm, joined

Payload = dict[str, Any]

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
USERS = {first: f"U{number}{first.upper()}" for number, first in enumerate(PEOPLE, 1)}
ROOMS = {name: f"C{number}{name.upper()}" for number, name in enumerate(CHANNELS, 1)}
_NAMES = {user: first for first, user in USERS.items()}
_CHANNELS = {id: name for name, id in ROOMS.items()} | {dm(user): BOT for user in USERS.values()}


class SlackRoom(Room):
    """People in a workspace."""

    def __init__(self, database_url: str, slack: FakeSlack) -> None:
        super().__init__(database_url)
        self.slack = slack
        slack.now = lambda: self.clock.now().timestamp()
        self.api = Web(slack.url)
        self.workspace = OneWorkspace(slack.token, self.api)
        self.platform = SlackPlatform(self.api, self.workspace)
        self.platforms[self.platform.name] = self.platform
        self.people: dict[str, SlackPerson] = {}

    def app(self) -> web.Application:
        """Slack's front door."""
        app = web.Application()
        app.add_routes(routes(self.bot, self.platform, SECRET, self.clock))
        return app

    def enter(self, url: str) -> None:
        """Let everybody and every channel be there."""
        for name, id in ROOMS.items():
            self.slack.room(id, name)
        for first, player in PEOPLE.items():
            self.people[first] = SlackPerson(self.slack, USERS[first], player.name, url, SECRET)
            self.slack.user(USERS[first], player.name, player.zone)

    # --- acts

    async def _say(self, person: str, channel: str, text: str, thread: str) -> str:
        somebody, where = self.people[person], self._channel(person, channel)
        said = re.sub(r"@(\w+)", _token, text)
        if channel == BOT:
            return await somebody.direct(said, thread or None)
        if re.search(r"@bmm\b", said):
            return await somebody.mention(where, re.sub(r"@bmm\b[,:]?\s*", "", said), thread or None, twin=True)
        if thread:
            return await somebody.reply(where, thread, said)
        posted = self.slack.post(where, somebody.id, said)
        await somebody.deliver(somebody.event("message", where, posted))
        return str(posted["ts"])

    async def _command(self, person: str, channel: str, text: str) -> None:
        told = await self.people[person].command(self._channel(person, channel), re.sub(r"@(\w+)", _token, text))
        assert told.status == 200

    async def _press(self, person: str, on: Seen, control: Control) -> None:
        told = await self.people[person].press(_only(on, control), control.label)
        assert told.status == 200

    async def _choose(self, person: str, on: Seen, control: Control, option: str, value: str) -> None:
        if control.raw.kind == "button":
            told = await self.people[person].press(_only(on, control), control.label)
        else:
            told = await self.people[person].choose(_only(on, control), control.label, option)
        assert told.status == 200

    async def _submit(self, person: str, form: SeenForm, values: dict[str, str]) -> None:
        told = await self.people[person].submit(**values)
        assert told.status == 200

    def close_form(self, person: str) -> None:
        """Close the open modal."""
        self.people[person].close()

    # --- what is seen

    async def everything(self) -> list[Seen]:
        """Every message of every channel and personal chat, and what was whispered."""
        found = [_seen(message, id) for id, channel in self.slack.channels.items() for message in channel.messages]
        found += [replace(_seen(said, where), to=_NAMES[user]) for user, where, said in self.slack.ephemerals]
        return sorted((each for each in found if not each.to or each.to in self.known), key=lambda each: each.ref)

    async def form(self, person: str) -> SeenForm | None:
        """The modal that is open before somebody."""
        view = self.slack.modal(USERS[person])
        if view is None:
            return None
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        lines = [line for block in view["blocks"] if block["type"] != "input" for line in lines_of(block)]
        errors = tuple(self.people[person].errors.items())
        return SeenForm(view["title"]["text"], tuple(map(_asked, inputs)), errors, "\n".join(lines), view)

    def _channel(self, person: str, channel: str) -> str:
        return dm(USERS[person]) if channel == BOT else ROOMS[channel]

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


def _seen(message: Payload, channel: str) -> Seen:
    drawn = seen(message, channel)
    bot = not drawn.author or drawn.author.endswith("BMM")
    mine = _CHANNELS[channel] == BOT
    blocks = message.get("blocks", [])
    parts = [part for block in blocks for part in _block(block)] or [_readable(line) for line in drawn.lines]
    return Seen(
        ref=drawn.ref,
        channel=_CHANNELS[channel],
        thread=drawn.thread or "",
        author=BOT if bot else _NAMES[drawn.author],
        parts=joined(parts),
        edited=drawn.edited,
        to=_NAMES[channel[1:]] if mine and bot else "",
        pings=tuple(_NAMES[user] for user in drawn.pings),
        raw=message,
    )


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


def _only(on: Seen, control: Control) -> SlackSeen:
    """The message as Slack's person sees it, with the one control that is meant."""
    raw: SlackControl = control.raw
    whole = seen(on.raw, ROOMS.get(on.channel) or dm(USERS[on.to]))
    return replace(whole, controls={control.label: raw})


def _asked(block: Payload) -> Asked:
    element = block["element"]
    given = [*element.get("options", []), *(one for g in element.get("option_groups", []) for one in g["options"])]
    options = tuple((one["value"], one["text"]["text"]) for one in given)
    initial = element.get("initial_value") or element.get("initial_date") or element.get("initial_user") or ""
    initial = initial or element.get("initial_option", {}).get("value", "")
    kind = {"users_select": "person"}.get(element["type"], element["type"])
    hint = block.get("hint", {}).get("text", "")
    return Asked(block["block_id"], block["label"]["text"], kind, initial, options, hint, bool(block.get("optional")))
