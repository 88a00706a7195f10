"""The playground's front door: its pages, what they ask, and the live line to every window."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

from adapters.playground import lanes, parse, talk
from adapters.playground.core import Command, Shortcut
from adapters.playground.deeds import Deeds
from adapters.playground.guard import Guard, Handler, Refused, read
from adapters.playground.live import Window
from adapters.playground.menu import overheard
from adapters.playground.outbound import PlaygroundPlatform
from adapters.playground.team import BOT, CHANNELS, PEOPLE, TENANT, home, may_see, may_talk
from bot.chatlog import Said
from bot.events import Event
from bot.inbound import Inbound
from bot.ports import Clock, Database, Ids, Store

_STATIC = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Door:
    """The handlers of the playground's routes."""

    bot: Inbound
    platform: PlaygroundPlatform
    database: Database
    clock: Clock
    ids: Ids
    commands: Sequence[Command]
    shortcuts: Sequence[Shortcut]

    async def state(self, request: web.Request) -> web.Response:
        """Everything a page draws: people, channels with their latest messages, commands, shortcuts."""
        user = _user(request)

        def look(store: Store) -> list[dict[str, Any]]:
            return [each | talk.recent(store, each["id"], user) for each in _channels(user)]

        return web.json_response(
            {
                "me": user,
                "people": [asdict(each) for each in PEOPLE.values()],
                "commands": [asdict(each) for each in self.commands],
                "shortcuts": [asdict(each) for each in self.shortcuts],
                "channels": await self.database.read(look, TENANT),
            }
        )

    async def earlier(self, request: web.Request) -> web.Response:
        """Messages of a channel before the message `before`."""
        user, channel, before = _user(request), _channel(request), request.query.get("before", "")
        return web.json_response(
            await self.database.read(lambda store: talk.recent(store, channel, user, before), TENANT)
        )

    async def thread(self, request: web.Request) -> web.Response:
        """One thread, found by any `message` of it."""
        user, channel, message = _user(request), _channel(request), request.query.get("message", "")
        return web.json_response(
            await self.database.read(lambda store: talk.thread(store, channel, user, message), TENANT)
        )

    async def board(self, request: web.Request) -> web.Response:
        """The lanes of a board."""
        _user(request)
        chosen = request.query.get("board", "")
        return web.json_response(await self.database.read(lambda store: lanes.board(store, chosen), TENANT))

    async def say(self, request: web.Request) -> web.Response:
        """Words: a command is answered on the line; all else stands in the channel first, then reaches the bot."""
        say = await read(request, parse.Say)
        _known(say.user, say.channel)
        if not may_talk(say.user, say.channel):
            raise Refused(404, "Nobody talks there.")
        text = parse.said(say.text)
        if not text:
            raise Refused(400, "There are no words in this.")
        if other := parse.other_command(text):
            raise Refused(422, f"{other} is not a command here. All of them begin with /bmm: try /bmm help.")
        if parse.is_command(text):
            return await self._ask(parse.command(say, self.clock.now()))
        return await self._say(say, text)

    async def _say(self, say: parse.Say, text: str) -> web.Response:
        at = self.clock.now()
        said = Said(self.ids(), TENANT, say.channel, at, say.user, say.thread, text=text, mark=say.nonce)

        def add(store: Store) -> tuple[Said, bool]:
            root = store.get(Said, said.thread) if said.thread else None
            if said.thread and (root is None or root.channel != said.channel or root.thread or root.to):
                raise Refused(404, "The message this answers is not there any more.")
            return talk.say_once(store, said), talk.bot_is_in(store, said)

        standing, among_us = await talk.write(self.database, add)
        self.platform.windows.show(standing)
        event = parse.words(standing, among_us, say.window)
        heeded = event is not None and await self.bot.keep(event)
        if not heeded and (event is None or event.how == "reply") and (aside := overheard(standing, say.window)):
            await self.bot.keep(aside)
        return web.json_response({"message": talk.draw(standing), "heard": event.how if event else None})

    async def press(self, request: web.Request) -> web.Response:
        """A pressed control, answered on the line."""
        press = await read(request, parse.Press)
        pressed = await self.database.read(lambda store: store.get(Said, press.message), TENANT)
        if pressed is None or press.user not in PEOPLE or not may_see(press.user, pressed.channel, pressed.to):
            raise Refused(404, "This message is not there any more. Nothing was changed.")
        return await self._ask(parse.press(press, pressed, self.clock.now()))

    async def submit(self, request: web.Request) -> web.Response:
        """A submitted form, answered on the line."""
        submit = await read(request, parse.Submit)
        _known(submit.user, submit.channel)
        return await self._ask(parse.submit(submit, self.clock.now()))

    async def dismiss(self, request: web.Request) -> web.Response:
        """Take away a private notice that was read."""
        dismiss = await read(request, parse.Dismiss)

        def remove(store: Store) -> Said | None:
            found = store.get(Said, dismiss.message)
            mine = found is not None and found.author == BOT and found.to == dismiss.user
            return found if mine and store.remove(Said, {"id": dismiss.message}) else None

        removed = await talk.write(self.database, remove)
        if removed is not None:
            self.platform.windows.gone(removed)
        return web.json_response({})

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """The line on which a window hears what changes."""
        window = Window(_user(request), request.query.get("window", ""))
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=4096, timeout=2)
        await self.platform.windows.serve(request, socket, window)
        await socket.close(code=WSCloseCode.GOING_AWAY)
        return socket

    async def _ask(self, event: Event) -> web.Response:
        answer = await self.bot.ask(event)
        return web.json_response({} if answer is None else await self.platform.riding(event, answer))


def routes(
    bot: Inbound,
    platform: PlaygroundPlatform,
    database: Database,
    clock: Clock,
    ids: Ids,
    commands: Sequence[Command],
    shortcuts: Sequence[Shortcut] = (),
    hosts: tuple[str, ...] = (),
) -> list[web.RouteDef]:
    """Every route of the playground, each behind the guard; `hosts` are names beside those of the loopback."""
    door = Door(bot, platform, database, clock, ids, commands, shortcuts)
    deeds = Deeds(bot, platform, database, clock, shortcuts)
    guard = Guard(hosts)
    return [
        web.get("/", guard(_page("index.html"))),
        web.get("/board", guard(_page("board.html"))),
        web.get("/static/{name}", guard(_static)),
        web.get("/api/state", guard(door.state)),
        web.get("/api/earlier", guard(door.earlier)),
        web.get("/api/thread", guard(door.thread)),
        web.get("/api/board", guard(door.board)),
        web.get("/api/live", guard(door.live)),
        web.post("/api/say", guard(door.say)),
        web.post("/api/press", guard(door.press)),
        web.post("/api/submit", guard(door.submit)),
        web.post("/api/dismiss", guard(door.dismiss)),
        web.post("/api/shortcut", guard(deeds.shortcut)),
        web.post("/api/edit", guard(deeds.edit)),
        web.post("/api/delete", guard(deeds.delete)),
        web.post("/api/home", guard(deeds.home)),
    ]


def _page(name: str) -> Handler:
    async def page(request: web.Request) -> web.StreamResponse:
        user = request.query.get("as")
        if user is not None and user not in PEOPLE:
            raise web.HTTPFound(request.path)
        return _file(name)

    return page


async def _static(request: web.Request) -> web.StreamResponse:
    return _file(request.match_info["name"])


def _file(name: str) -> web.FileResponse:
    path = _STATIC / name
    if path.parent != _STATIC or path.suffix not in _TYPES or not path.is_file():
        raise Refused(404, "There is no such file.")
    kind = _TYPES[path.suffix]
    return web.FileResponse(path, headers={"Content-Type": f"{kind}; charset=utf-8"})


def _channels(user: str) -> list[dict[str, str]]:
    rooms = [{"id": each.id, "name": each.id, "about": each.about, "kind": "channel"} for each in CHANNELS.values()]
    own = {"id": home(user), "name": "Home", "about": "What waits for you; only you see it", "kind": "home"}
    return [*rooms, {"id": user, "name": BOT, "about": "Only you two", "kind": "personal"}, own]


def _user(request: web.Request) -> str:
    user = request.query.get("as", "")
    if user not in PEOPLE:
        raise Refused(400, f"Say who you are: as={next(iter(PEOPLE))}, for example.")
    return user


def _channel(request: web.Request) -> str:
    channel = request.query.get("channel", "")
    _known(_user(request), channel)
    return channel


def _known(user: str, channel: str) -> None:
    if user not in PEOPLE:
        raise Refused(400, "Nobody of that name is here.")
    if not may_see(user, channel):
        raise Refused(404, "There is no such channel.")
