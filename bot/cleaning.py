"""Text as it may be kept: what no database takes, what reverses a line and what nobody sees is dropped at the edge.

Joined emoji, accents and the marks of languages that are written from the right survive.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

_DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tabs and line breaks
    "\ud800-\udfff"  # halves of a character, which no encoding takes
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: they make a line read as another one
    "\u200b\ufeff]"  # spaces of no width
)
_MARKS = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"({_MARKS}{{4}}){_MARKS}+")  # more than four accents on one letter


def clean(text: str) -> str:
    """The text without what is dropped, with one kind of line break, and at most four accents on a letter."""
    if text.isascii() and text.isprintable():
        return text
    return _PILED.sub(r"\1", _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def cleaned(thing: T) -> T:
    """The same with every text in it clean: a text, a list, an object of JSON, or a frozen dataclass."""
    match thing:
        case str():
            return clean(thing)  # type: ignore[return-value]  # the same type as given
        case dict():
            return {cleaned(name): cleaned(value) for name, value in thing.items()}  # type: ignore[return-value]
        case list() | tuple():
            return type(thing)(cleaned(each) for each in thing)
        case _ if is_dataclass(thing) and not isinstance(thing, type):
            return _of_fields(thing)  # type: ignore[no-any-return]
        case _:
            return thing


def _of_fields(thing: Any) -> Any:
    """A frozen dataclass, itself where nothing in it changes."""
    new = {each.name: cleaned(old) for each in fields(thing) if (old := getattr(thing, each.name)) != ""}
    return replace(thing, **new) if any(value is not getattr(thing, name) for name, value in new.items()) else thing
