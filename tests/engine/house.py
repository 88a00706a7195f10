"""A bot and its replicas over one real database, with the platform in memory and a clock that is given."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import dialogs
from bot import wire
from bot.bot import Bot
from bot.events import Account, Event, Place
from bot.ports import Answer, Query, Store
from bot.routes import Routes
from storage import open_database
from tests.engine.platform import MemoryPlatform
from tests.harness import MONDAY, GivenClock

T = TypeVar("T")

TENANT = "memory:t1"


class House:
    """Bots, and people who say and press things. `bot` is the first replica."""

    def __init__(self, url: str, routes: Routes | None = None, at: datetime = MONDAY) -> None:
        self.url = url
        self.clock = GivenClock(at)
        self.platform = MemoryPlatform(self.clock)
        self.full = dialogs.routes()  # the words of the machine are theirs
        self.routes = routes or self.full
        self._ids = itertools.count(1)
        self._keys = itertools.count(1)
        self.bots: list[Bot] = []
        self.bot = self.replica()

    def replica(self, platform: MemoryPlatform | None = None, routes: Routes | None = None) -> Bot:
        """One more process on the same database."""
        bot = Bot(
            open_database(self.url),
            routes or self.routes,
            {"memory": platform or self.platform},
            self.clock,
            lambda: f"{next(self._ids):08d}",
        )
        self.bots.append(bot)
        return bot

    async def close(self) -> None:
        """Stop whatever still runs."""
        for bot in self.bots:
            await bot.stop()

    async def restart(self) -> Bot:
        """Stop the bot in good order and start another in its place."""
        await self.bot.stop()
        self.bots.remove(self.bot)
        self.bot = self.replica()
        return self.bot

    # --- events

    def place(self, channel: str = "ops", thread: str = "", tenant: str = TENANT) -> Place:
        """A channel; `dm-…` is somebody's own chat. A title that the platform is to tell does not come with it."""
        kind = "personal" if channel.startswith("dm-") else "channel"
        name = "" if channel in self.platform.titles else channel
        return Place("memory", tenant, channel, thread or None, kind, name)  # type: ignore[arg-type]

    def event(self, how: Any, user: str = "ada", channel: str = "ops", thread: str = "", **values: Any) -> Event:
        """Something that somebody did just now."""
        number = next(self._keys)
        key, tenant = values.pop("key", f"memory:{number}"), values.pop("tenant", TENANT)
        values.setdefault("message", f"said{number}")
        place, actor = self.place(channel, thread, tenant), Account("memory", tenant, user)
        return Event(key, how, self.clock.now(), place, actor, **values)

    def mention(self, text: str, user: str = "ada", channel: str = "ops", **values: Any) -> Event:
        """Words that name the bot."""
        return self.event("mention", user, channel, text=text, **values)

    def command(self, text: str, user: str = "ada", channel: str = "ops", **values: Any) -> Event:
        """A typed command."""
        return self.event("command", user, channel, text=text, **values)

    def press(self, intent: Any, user: str = "ada", channel: str = "ops", **values: Any) -> Event:
        """A pressed control."""
        return self.event("control", user, channel, intent=wire.pack(intent), **values)

    def form(self, intent: Any, values: dict[str, str], user: str = "ada", channel: str = "ops") -> Event:
        """A submitted form."""
        return self.event("form", user, channel, intent=wire.pack(intent), values=values)

    async def ask(self, intent: Any, user: str = "ada", channel: str = "ops", **values: Any) -> Answer | None:
        """Press, and settle."""
        answer = await self.bot.ask(self.press(intent, user, channel, **values))
        await self.bot.settle()
        return answer

    async def said(self, text: str, user: str = "ada", channel: str = "ops", **values: Any) -> None:
        """Mention, and settle."""
        await self.bot.keep(self.mention(text, user, channel, **values))
        await self.bot.settle()

    # --- what is stored

    async def look(self, work: Callable[[Store], T]) -> T:
        """Look at everything that is stored."""
        return await self.bot.database.read(work, None)

    async def rows(self, kind: type[T], **where: Any) -> list[T]:
        """The rows that match, by id."""
        return await self.look(lambda store: store.find(kind, Query(where, order=("id",), limit=5000)))

    async def row(self, kind: type[T], **where: Any) -> T:
        """The one row that matches."""
        (found,) = await self.rows(kind, **where)
        return found

    async def put(self, row: Any, **values: Any) -> None:
        """Change a row behind the machine's back."""
        await self.bot.database.write(lambda store: store.put(replace(row, **values)), None)


@contextlib.asynccontextmanager
async def opened(url: str, routes: Routes | None = None, **more: Any) -> AsyncIterator[House]:
    """A house that is closed at the end."""
    house = House(url, routes, **more)
    try:
        yield house
    finally:
        await house.close()
