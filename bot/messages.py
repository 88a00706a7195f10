"""The words of the UI: what a view is drawn with, on every platform.

A view is drawn as a `Message` of blocks, or a `Form` of fields. Every control carries the intent it will become.
Sentences are `Words`: a template in a small neutral markup with typed values, so that a renderer can tell our own
markup from what people wrote and is the only place where anything is escaped.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal


@dataclass(frozen=True)
class Person:
    """Somebody, as each platform shows them; `ping` only where they must act, as the platform's `user` there."""

    id: str
    name: str
    ping: bool = False
    user: str = ""


@dataclass(frozen=True)
class When:
    """An instant in the reader's own zone; `zone` (IANA) serves where the platform has no date tokens."""

    at: datetime
    form: Literal["time", "day", "both"] = "both"
    zone: str = "UTC"


@dataclass(frozen=True)
class Link:
    """An address with a label; as a control it is a button that leads there."""

    label: str
    url: str


Value = Any  # str | int | float | date | Person | When | Link | Words; str is people's text, never markup


@dataclass(frozen=True)
class Words:
    """A sentence: `**bold**`, `_italic_`, `` `code` ``, `{name}` and line breaks; values are never read as markup."""

    template: str
    values: dict[str, Value] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Span:
    """One run of a sentence. `ours` is true where the text is the catalogue's own, false where people wrote it."""

    value: str | Person | When | Link
    bold: bool = False
    italic: bool = False
    code: bool = False
    ours: bool = False


_MARKUP = re.compile(r"(\*\*|`|(?<!\w)_|_(?!\w)|\{\w+\})")


def spans(words: Words, bold: bool = False, italic: bool = False, code: bool = False) -> Iterator[Span]:
    """The runs of a sentence, nested sentences flattened. Raises KeyError for a value that is not given."""
    for piece in _pieces(words.template):
        if piece == "**":
            bold = not bold
        elif piece == "_":
            italic = not italic
        elif piece == "`":
            code = not code
        elif piece.startswith("{") and piece.endswith("}"):
            yield from _value(words.values[piece[1:-1]], bold, italic, code)
        elif piece:
            yield Span(piece, bold, italic, code, ours=True)


@lru_cache(maxsize=2_000)  # there are no more templates than sentences in the catalogue, but for what people vote on
def _pieces(template: str) -> tuple[str, ...]:
    return tuple(_MARKUP.split(template))


def _value(value: Value, bold: bool, italic: bool, code: bool) -> Iterator[Span]:
    if isinstance(value, Words):
        yield from spans(value, bold, italic, code)
    elif isinstance(value, tuple):
        for part in value:
            yield from _value(part, bold, italic, code)
    elif isinstance(value, Person | When | Link):
        yield Span(value, bold, italic, code)
    elif isinstance(value, date) and not isinstance(value, datetime):
        yield Span(day(value), bold, italic, code, ours=True)
    else:
        yield Span(str(value), bold, italic, code)


def day(value: date) -> str:
    """A calendar day as everybody reads it the same way: `Fri 27 Nov 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def plain(words: Words) -> str:
    """The sentence without markup, for notifications, screen readers and tests; times in the zone they carry."""
    return unmarked(spans(words))


def unmarked(runs: Iterable[Span]) -> str:
    """Runs of a sentence, or of several, as plain text."""
    return "".join(_plain(span.value) for span in runs)


def _plain(value: str | Person | When | Link) -> str:
    match value:
        case Person():
            return value.name
        case When():
            return moment(value)
        case Link():
            return value.label
        case _:
            return value


def moment(when: When) -> str:
    """An instant in the zone that it carries: `09:00`, `Fri 27 Nov 2026` or both."""
    from zoneinfo import ZoneInfo

    local = when.at.astimezone(ZoneInfo(when.zone))
    return {"time": f"{local:%H:%M}", "day": day(local.date()), "both": f"{day(local.date())}, {local:%H:%M}"}[
        when.form
    ]


# --- controls


@dataclass(frozen=True)
class Button:
    """A verb that becomes `intent` when pressed. `confirm` only for what cannot be undone."""

    label: Words
    intent: Any
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: Words | None = None


@dataclass(frozen=True)
class Choice:
    """A menu; every option is a button of its own. `chosen` is the index that is shown as the present one."""

    label: Words
    options: tuple[Button, ...]
    chosen: int | None = None


Control = Button | Choice | Link


# --- blocks


@dataclass(frozen=True)
class Heading:
    """The name of what the message is about."""

    words: Words


@dataclass(frozen=True)
class Text:
    """A paragraph. `quiet` is small print; `warning` carries its own word for it, never colour alone."""

    words: Words
    tone: Literal["normal", "quiet", "warning"] = "normal"


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, as they wrote it; renderers fold it when it is long."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Label and value, in pairs."""

    rows: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True)
class Row:
    """One line of a listing, with the control that acts on it."""

    words: Words
    control: Button | Choice | None = None


@dataclass(frozen=True)
class Listing:
    """Lines under a title. `more` says in words what was folded away."""

    title: Words | None
    rows: tuple[Row, ...]
    more: Words | None = None


@dataclass(frozen=True)
class Bar:
    """A count out of a whole, with its label; said in words as well as drawn."""

    label: Words
    count: int
    mark: Words | None = None


@dataclass(frozen=True)
class Bars:
    """A distribution: one bar a row, drawn against `total`."""

    rows: tuple[Bar, ...]
    total: int


@dataclass(frozen=True)
class Controls:
    """What can be done here, most useful first.

    `label` names them together where they are the answers to one question, for platforms that show a list instead.
    """

    items: tuple[Control, ...]
    label: Words | None = None


@dataclass(frozen=True)
class Divider:
    """A thin line."""


Block = Heading | Text | Quote | Facts | Listing | Bars | Controls | Divider


@dataclass(frozen=True)
class Message:
    """A drawn view. `summary` is a full sentence for notifications and screen readers.

    To `viewers` it looks different: a platform that can draws it for each of them, who are known by their `user`.
    """

    summary: Words
    blocks: tuple[Block, ...] = ()
    viewers: tuple[Person, ...] = field(default=(), repr=False)


# --- forms


@dataclass(frozen=True)
class Option:
    """One answer of a choice field."""

    value: str
    label: Words


@dataclass(frozen=True)
class Field:
    """One question of a form; `name` is the field of the intent that it fills. Dates travel as ISO text."""

    name: str
    label: Words
    kind: Literal["line", "lines", "choice", "date", "person", "number"] = "line"
    options: tuple[Option, ...] = ()
    initial: str = ""
    hint: Words | None = None
    optional: bool = False
    max_length: int = 3000


@dataclass(frozen=True)
class Form:
    """A form that, submitted, is `intent` with the fields' values in it."""

    title: Words
    fields: tuple[Field, ...]
    intent: Any
    submit: Words
    note: Words | None = None
