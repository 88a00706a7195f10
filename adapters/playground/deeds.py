"""What people do with messages beside talking: a shortcut, an edit, a deletion; and looking at their home."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from adapters.playground import menu, parse, talk
from adapters.playground.core import Shortcut
from adapters.playground.guard import Refused, read
from adapters.playground.outbound import PlaygroundPlatform
from adapters.playground.team import PEOPLE, TENANT, home, is_home, may_see
from bot.chatlog import Said
from bot.inbound import Inbound
from bot.ports import Clock, Database, Store

GONE = "This message is not there any more. Nothing was changed."


@dataclass(frozen=True)
class Deeds:
    """The handlers of these routes."""

    bot: Inbound
    platform: PlaygroundPlatform
    database: Database
    clock: Clock
    shortcuts: Sequence[Shortcut]

    async def shortcut(self, request: web.Request) -> web.Response:
        """A shortcut on a message or anywhere, answered on the line."""
        use = await read(request, menu.Use)
        on = next((each.on for each in self.shortcuts if each.name == use.name), None)
        if use.user not in PEOPLE or on is None or (on == "message") != bool(use.message):
            raise Refused(404, "There is no such shortcut here.")
        about = await self.database.read(lambda store: store.get(Said, use.message), TENANT) if use.message else None
        if use.message and (about is None or not _is_quotable(use.user, about)):
            raise Refused(404, GONE)
        event = menu.shortcut(use, about, self.clock.now())
        answer = await self.bot.ask(event)
        return web.json_response({} if answer is None else await self.platform.riding(event, answer))

    async def edit(self, request: web.Request) -> web.Response:
        """Other words for a message of one's own."""
        change = await read(request, menu.Change)
        text = parse.said(change.text)
        if not text or parse.is_command(text) or parse.other_command(text):
            raise Refused(422, "A message can only become other words. To take it away, delete it.")

        def put(store: Store) -> tuple[Said, bool]:
            before = _own(store, change.user, change.message)
            after = replace(before, text=text, edited=True)
            store.put(after)
            return after, before.text != text

        said, is_other = await talk.write(self.database, put)
        self.platform.windows.show(said)
        if is_other:
            await self.bot.keep(menu.edited(change, said, self.clock.now()))
        return web.json_response({"message": talk.draw(said)})

    async def delete(self, request: web.Request) -> web.Response:
        """Take away a message of one's own; where a thread hangs on it, what is left says that it was deleted."""
        remove = await read(request, menu.Remove)

        def take(store: Store) -> tuple[Said, Said | None]:
            said = _own(store, remove.user, remove.message)
            if store.count(Said, {"tenant": TENANT, "thread": said.id}):
                left = replace(said, text="")
                store.put(left)
                return said, left
            store.remove(Said, {"id": said.id})
            return said, None

        said, left = await talk.write(self.database, take)
        if left is None:
            self.platform.windows.gone(said)
        else:
            self.platform.windows.show(left)
        await self.bot.keep(menu.deleted(remove, said, self.clock.now()))
        return web.json_response({})

    async def home(self, request: web.Request) -> web.Response:
        """Somebody looks at their home; what stands there comes on the live line."""
        opening = await read(request, menu.Open)
        if opening.user not in PEOPLE:
            raise Refused(400, "Nobody of that name is here.")
        where = {"tenant": TENANT, "channel": home(opening.user), "to": ""}
        there = await self.database.read(lambda store: store.count(Said, where, 1), TENANT)
        await self.bot.keep(menu.opened(opening, not there, self.clock.now()))
        return web.json_response({})


def _is_quotable(user: str, said: Said) -> bool:
    """Whether somebody may point at a message: one that others see too, and that was not deleted."""
    is_there = bool(said.text or said.body)
    return is_there and not said.to and not is_home(said.channel) and may_see(user, said.channel)


def _own(store: Store, user: str, message: str) -> Said:
    """A message of one's own that stands. Raises Refused."""
    found = store.get(Said, message, lock=True)
    if found is None or found.author != user or user not in PEOPLE or not found.text:
        raise Refused(404, GONE)
    return found
