"""A room with people who talk and click, in three houses: the playground, Slack and Teams.

    async with opened("slack", database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        await room.press("Ada", "Skip", on=room.newest("Ada"))

Everything goes through the houses' own front doors over HTTP on the loopback, to the real bot over a real database.
Clock and ids are given; after each act everything that can be done has been done. There is no sleeping and no network.
"""

import contextlib
import importlib
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import dialogs
import storage
from adapters.playground.team import PEOPLE as TEAM
from bot.bot import Bot
from bot.messages import plain
from bot.ports import Platform
from bot.routes import Shortcut
from bot.words import say

HouseName = Literal["playground", "slack", "teams"]

BOT = "bmm"
PEOPLE = {each.name.partition(" ")[0]: each for each in TEAM.values()}  # Ada, Ben, Chloe, Dmitri, Esi
CHANNELS = ("ops", "facilities", "product")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class GivenClock:
    """A clock that stands until it is moved; whoever sleeps moves it."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant that was given."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Let time go by."""
        self.at += by

    async def sleep(self, seconds: float) -> None:
        """No waiting: the time has gone by at once."""
        self.advance(timedelta(seconds=seconds))


@dataclass(frozen=True)
class Control:
    """A button, a link, or a menu with its options by label; `value` is what it carries."""

    label: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    url: str = ""
    raw: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Seen:
    """A message as somebody sees it: lines and controls in the order they stand. `to` is who alone sees it, or empty.

    `thread` is the ref of the message it hangs on; `author` a first name, or bmm.
    """

    ref: str
    channel: str
    thread: str
    author: str
    parts: tuple[str | Control, ...]
    edited: bool = False
    to: str = ""
    pings: tuple[str, ...] = ()
    raw: Any = field(default=None, compare=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """What can be read, without markup."""
        return tuple(part for part in self.parts if isinstance(part, str))

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    @property
    def controls(self) -> tuple[Control, ...]:
        """What can be pressed or chosen."""
        return tuple(part for part in self.parts if isinstance(part, Control))

    def control(self, label: str, beside: str = "") -> Control:
        """The first control with this label below a line that holds `beside`. Raises LookupError, naming all."""
        reached = not beside
        for part in self.parts:
            if isinstance(part, str):
                reached = reached or beside in part
            elif reached and part.label == label:
                return part
        raise LookupError(f"no [{label}] among {[each.label for each in self.controls]} of\n{self.text}")


@dataclass(frozen=True)
class Asked:
    """One field of a form, as somebody sees it."""

    name: str
    label: str
    kind: str
    initial: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True)
class SeenForm:
    """A form that stands open before somebody; `errors` are those of the last attempt, by label."""

    title: str
    fields: tuple[Asked, ...]
    errors: tuple[tuple[str, str], ...] = ()
    note: str = ""
    raw: Any = field(default=None, compare=False)

    def field(self, label: str) -> Asked:
        """The field whose label begins so. Raises LookupError."""
        for each in self.fields:
            if each.label.startswith(label):
                return each
        raise LookupError(f"no field {label!r} among {[each.label for each in self.fields]}")


def first_name(name: str) -> str:
    """`Ada` for `Ada Okafor`."""
    return name.partition(" ")[0]


class Room(ABC):
    """What people do and see. People have first names, channels the playground's names; `bmm` is one's own chat."""

    def __init__(self, database_url: str) -> None:
        numbers = itertools.count(1)
        self.clock = GivenClock()
        self.platforms: dict[str, Platform] = {}
        database = storage.open_database(database_url)
        self.bot = Bot(database, dialogs.routes(), self.platforms, self.clock, lambda: f"{next(numbers):012d}")
        self.known: dict[str, None] = {}  # who has spoken or pressed here

    # --- acts

    async def say(self, person: str, channel: str, text: str, thread: str = "", files: tuple[str, ...] = ()) -> str:
        """Say something in a channel or thread, `@bmm` and `@ben` being mentions; the ref of what was said.

        `files` are the names of those that hang on it.
        """
        self._begin(person)
        ref = await (
            self._attach(person, channel, text, thread, files) if files else self._say(person, channel, text, thread)
        )
        await self.settle()
        return ref

    async def edit(self, person: str, on: Seen, text: str) -> None:
        """Let one's own message read differently."""
        self._begin(person)
        await self._edit(person, on, text)
        await self.settle()

    async def delete(self, person: str, on: Seen) -> None:
        """Take one's own message away."""
        self._begin(person)
        await self._delete(person, on)
        await self.settle()

    async def react(self, person: str, emoji: str, on: Seen) -> None:
        """React to a message with an emoji, named without colons."""
        self._begin(person)
        await self._react(person, emoji, on)
        await self.settle()

    async def use(self, person: str, label: str, on: Seen | None = None) -> None:
        """Choose a shortcut in the menu of a message or, without one, where they are offered anywhere."""
        self._begin(person)
        where = "message" if on else "anywhere"
        found = [each for each in self.bot.routes.shortcuts if each.on == where and title_of(each) == label]
        if not found:
            raise LookupError(f"no [{label}] among {[title_of(each) for each in self.bot.routes.shortcuts]}")
        await self._use(person, found[0].name, on)
        await self.settle()

    async def open_home(self, person: str) -> None:
        """Look at one's own page."""
        self._begin(person)
        await self._open_home(person)
        await self.settle()

    async def move(self, person: str, deed: str, channel: str, name: str = "") -> None:
        """One of `invites`, `removes` (the bot), `archives`, `unarchives`, `renames` (to `name`), done to a channel.

        Teams knows `deletes` and `restores` as well, and archives the whole team.
        """
        self._begin(person)
        await self._move(person, deed, channel, name)
        await self.settle()

    async def command(self, person: str, channel: str, text: str) -> None:
        """Type a command: `text` is what stands after `/bmm`."""
        self._begin(person)
        await self._command(person, channel, text)
        await self.settle()

    async def press(self, person: str, label: str, on: Seen, beside: str = "") -> None:
        """Press a button; `beside` names a line above it where several are called the same."""
        self._begin(person)
        await self._press(person, on, on.control(label, beside))
        await self.settle()

    async def choose(self, person: str, menu: str, option: str, on: Seen, beside: str = "") -> None:
        """Choose an option of a menu."""
        self._begin(person)
        control = on.control(menu, beside)
        known = dict(control.options)
        if option not in known:
            raise LookupError(f"no {option!r} among {list(known)}")
        await self._choose(person, on, control, option, known[option])
        await self.settle()

    async def submit(self, person: str, values: dict[str, str]) -> None:
        """Fill in and submit the open form: `values` by label, with labels of choices and first names of people."""
        self._begin(person)
        form = await self.form(person)
        if form is None:
            raise LookupError(f"no form is open before {person}")
        filled = {form.field(label).name: self._typed(form.field(label), value) for label, value in values.items()}
        await self._submit(person, form, filled)
        await self.settle()

    async def settle(self) -> None:
        """Do all that can be done now."""
        await self.bot.settle()

    async def advance(self, by: timedelta) -> None:
        """Let time go by, and what falls due happen."""
        self.clock.advance(by)
        await self.settle()

    # --- what is seen

    async def messages(self, channel: str) -> list[Seen]:
        """What everybody sees in a channel and its threads, in order."""
        return [each for each in await self.everything() if each.channel == channel and not each.to]

    async def private(self, person: str) -> list[Seen]:
        """What only this person is shown by the bot, in order."""
        return [each for each in await self.everything() if each.to == person]

    @abstractmethod
    async def everything(self) -> list[Seen]:
        """Every message of everybody, in order; the private ones of those who have spoken."""

    @abstractmethod
    async def home(self, person: str) -> Seen | None:
        """What stands on somebody's own page, where they have opened it."""

    @abstractmethod
    async def form(self, person: str) -> SeenForm | None:
        """The form that is open before somebody."""

    @abstractmethod
    def close_form(self, person: str) -> None:
        """Close the open form."""

    # --- what each house does its own way

    @abstractmethod
    async def _say(self, person: str, channel: str, text: str, thread: str) -> str: ...

    @abstractmethod
    async def _command(self, person: str, channel: str, text: str) -> None: ...

    @abstractmethod
    async def _press(self, person: str, on: Seen, control: Control) -> None: ...

    @abstractmethod
    async def _choose(self, person: str, on: Seen, control: Control, option: str, value: str) -> None: ...

    @abstractmethod
    async def _submit(self, person: str, form: SeenForm, values: dict[str, str]) -> None: ...

    @abstractmethod
    async def _edit(self, person: str, on: Seen, text: str) -> None: ...

    @abstractmethod
    async def _delete(self, person: str, on: Seen) -> None: ...

    @abstractmethod
    async def _use(self, person: str, shortcut: str, on: Seen | None) -> None: ...

    @abstractmethod
    async def _open_home(self, person: str) -> None: ...

    # --- what only some houses can do; a scene that does it names its house

    async def _attach(self, person: str, channel: str, text: str, thread: str, files: tuple[str, ...]) -> str:
        raise LookupError("nobody attaches files here")

    async def _react(self, person: str, emoji: str, on: Seen) -> None:
        raise LookupError("nobody reacts to messages here")

    async def _move(self, person: str, deed: str, channel: str, name: str) -> None:
        raise LookupError(f"nobody {deed} channels here")

    @abstractmethod
    def _user(self, person: str) -> str:
        """The id of somebody in a form's field."""

    def _begin(self, person: str) -> None:
        self.known[person] = None
        self.clock.advance(timedelta(seconds=1))

    def _typed(self, asked: Asked, value: str) -> str:
        if asked.kind == "person":
            return self._user(value)
        options = {label: option for option, label in asked.options}
        if asked.options and value and value not in options:
            raise LookupError(f"no {value!r} among {list(options)}")
        return options.get(value, value)


def title_of(shortcut: Shortcut) -> str:
    """What a shortcut is called in menus."""
    return plain(say(f"shortcuts.{shortcut.name.replace('.', '_')}"))


def joined(parts: Iterable[str | Control]) -> tuple[str | Control, ...]:
    """Parts as people see them: lines without marks, empty ones left out."""
    cleaned: list[str | Control] = []
    for part in parts:
        if isinstance(part, Control):
            cleaned.append(part)
        else:
            cleaned += [line for line in map(str.strip, unmarked(part).split("\n")) if line]
    return tuple(cleaned)


def unmarked(text: str) -> str:
    """Text without the marks of bold and code."""
    return re.sub(r"\*\*|`", "", text)


@contextlib.asynccontextmanager
async def opened(house: HouseName, database_url: str) -> AsyncIterator[Room]:
    """A room in one of the houses; whatever the house would have refused fails the test."""
    made = importlib.import_module(f"tests.{house}_house")
    async with made.opened(database_url) as room:
        yield room
        assert await failures(room) == []


async def failures(room: Room) -> list[str]:
    """What went wrong inside: events whose handling failed, and posts that could not be drawn or were refused."""
    from bot.ledger import Post, Received, Standing, Taken
    from bot.ports import Query

    def look(store: Any) -> list[str]:
        failed = store.find(Received, Query({"state": Taken.FAILED}))
        parked = store.find(Post, Query({"standing": (Standing.PARKED, Standing.UNSURE)}))
        return [each.event for each in failed] + [f"{each.view}: {each.error}" for each in parked]

    found: list[str] = await room.bot.database.read(look, None)
    return found
