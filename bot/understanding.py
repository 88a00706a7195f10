"""What is meant by what was said: typed words become an intent of the table of commands, or an ask."""

import re
import typing
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot import wire
from bot.board import lane_of, priority_of
from bot.items import Lane, Priority
from bot.reading import read
from bot.references import PERSON
from bot.routes import Command, Routes

ItemRef = Annotated[str, "item"]  # an item as somebody names it: an id, `OPS-42`, `42`
PersonRef = Annotated[str, "person"]  # a person as somebody names them: an id, `@ben`, `<@U1>`, `me`

_KEY = re.compile(r"#?(?:[A-Za-z]{2,5}-)?\d{1,9}")
_FULL_KEY = re.compile(r"\b[A-Za-z]{2,5}-\d{1,9}\b")
_PASSING_KEY = re.compile(r"(?<![\w-])[A-Za-z]{2,5}-\d{1,9}(?![\w-])")
_ADDRESS = re.compile(r"https?://\S+")
_MENTIONED = re.compile(rf"{PERSON}|@\w[\w.-]*|me")


@dataclass(frozen=True)
class Understood:
    """A command with its arguments as they were read. `unread` is what could not be read as `argument`."""

    command: Command
    values: dict[str, Any] = field(default_factory=dict)
    argument: str = ""
    unread: str = ""

    @property
    def whole(self) -> bool:
        """Whether every word was read and nothing that has to be said is missing."""
        required = {name for name in self.command.args if not name.endswith("?")}
        return not self.unread and {name.rstrip("…") for name in required} <= set(self.values)

    @property
    def named(self) -> bool:
        """Whether its item was named by key, so that the words can be nothing else."""
        return not self.unread and "-" in str(self.values.get("item", ""))


def command_in(text: str, routes: Routes, item: str, now: datetime, zone: ZoneInfo) -> Understood | None:
    """The command that `text` opens with, or None. `item` is the item talked about here, or empty."""
    verb, _, rest = text.strip().partition(" ")
    command = routes.named(verb.casefold().rstrip("!.,"))
    if command is None:
        return None
    return _arguments(command, rest.strip(), item, now, zone)


def nearest(text: str, routes: Routes) -> str | None:
    """The name of the command that a mistyped word most likely meant, or None."""
    word = text.strip().partition(" ")[0].casefold()
    names = [name for command in routes.commands for name in command.names if len(name) > 2]
    found = process.extractOne(word, names, scorer=fuzz.ratio, score_cutoff=70) if len(word) > 2 else None
    return found[0] if found else None


def key_in(text: str) -> str | None:
    """The key that a short message or question is about: `OPS-42`, `what of OPS-42?`; None where it says more."""
    found = _FULL_KEY.findall(text)
    if len(found) != 1:
        return None
    others = [word for word in text.replace(found[0], " ").split() if any(c.isalnum() for c in word)]
    return found[0].upper() if len(others) <= 2 or (text.rstrip().endswith("?") and len(others) <= 6) else None


def keys_in(text: str) -> list[str]:
    """The distinct keys named anywhere in a text, but for those within addresses: `OPS-42` is none of a wiki's page."""
    return list(dict.fromkeys(key.upper() for key in _PASSING_KEY.findall(_ADDRESS.sub(" ", text))))


def intent_of(understood: Understood) -> Any:
    """The intent with what was said in it, and holes where something is missing. Raises wire.Unreadable."""
    try:
        return wire.build(understood.command.intent, understood.values)
    except wire.ValidationError as error:
        raise wire.Unreadable(understood.command.name) from error


def _arguments(command: Command, text: str, item: str, now: datetime, zone: ZoneInfo) -> Understood:
    hints = typing.get_type_hints(command.intent, include_extras=True)
    values: dict[str, Any] = {}
    for argument in command.args:
        name = argument.rstrip("…?")
        if argument.rstrip("?").endswith("…"):
            if text:
                values[name] = text
            text = ""
            continue
        value, left = _take(hints[name], text, item, now, zone)
        if value is not None:
            values[name], text = value, left
        elif text and not argument.endswith("?"):
            return Understood(command, values, name, text)
    return Understood(command, values, "", text)


def _take(hint: Any, text: str, item: str, now: datetime, zone: ZoneInfo) -> tuple[Any, str]:
    """The value that `text` opens with for a field of this type, and what is left."""
    word, _, left = text.partition(" ")
    options = {hint, *typing.get_args(hint)}
    if ItemRef in options:
        return (word, left.strip()) if _KEY.fullmatch(word) else (item or None, text)
    if Lane in options:
        return _lane(text)
    if Priority in options:
        return priority_of(word), left.strip()
    if PersonRef in options:
        return (word, left.strip()) if _MENTIONED.fullmatch(word) else (None, text)
    if int in options:
        number = word.removesuffix("m").removesuffix("min")
        return (int(number), left.strip()) if number.isdecimal() and len(number) < 5 else (None, text)
    if date in options:
        return read(text, now, zone).due, ""
    return (word or None), left.strip()


def _lane(text: str) -> tuple[Lane | None, str]:
    words = text.split()
    words = words[1:] if words[:1] == ["to"] else words
    for length in (2, 1):
        lane = lane_of(" ".join(words[:length])) if len(words) >= length else None
        if lane is not None:
            return lane, " ".join(words[length:])
    return None, text


def coerced(kind: str, text: str, options: tuple[tuple[str, str], ...], now: datetime, zone: ZoneInfo) -> str | None:
    """What somebody typed as the answer to a question of this kind, or None where it cannot be read as one."""
    said = text.strip()
    if kind == "choice" and not options:
        return said or None  # what there was to choose from is known to the form alone: the handler checks it
    if kind == "choice":
        close = [value for value, label in options if said.casefold() in (value.casefold(), label.casefold())]
        return close[0] if close else None
    if kind == "date":
        due = _iso(said) or read(said, now, zone).due
        return due.isoformat() if due else None
    if kind == "number":
        return said if said.isdecimal() else None
    return said or None


def _iso(text: str) -> date | None:
    """A date as forms give it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
