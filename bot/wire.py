"""The names under which intents, views and events travel and rest, and how they are packed and read back.

Names are `thing.verb` and never change. Reading claims only the fields it knows and fills the others with defaults, so
that two versions can run side by side.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.cleaning import cleaned
from bot.questions import MISSING

T = TypeVar("T")

_BY_NAME: dict[str, type] = {}
_NAMES: dict[type, str] = {}
_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


class Unreadable(Exception):
    """This came from a version that does not know it, or it was changed on its way."""


def named(name: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass under its wire name. Raises ValueError where the name is taken."""

    def register(kind: type[T]) -> type[T]:
        if name in _BY_NAME:
            raise ValueError(f"{name} names {_BY_NAME[name].__name__} already")
        _BY_NAME[name] = kind
        _NAMES[kind] = name
        return kind

    return register


def name_of(kind: type) -> str:
    """The wire name of a registered class. Raises KeyError for others."""
    return _NAMES[kind]


def kinds() -> dict[str, type]:
    """Every registered class by its wire name."""
    return dict(_BY_NAME)


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The reader and writer of one class, made once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


@lru_cache(maxsize=4096)
def pack(thing: Any) -> str:
    """`thing.verb {"field":"value"}` without defaults and holes: short enough for a button. `thing` is hashable."""
    body = {}
    for each in fields(thing):
        value = getattr(thing, each.name)
        if value is not MISSING and value != each.default:
            body[each.name] = value
    name = _NAMES[type(thing)]
    return f"{name} {_ENCODE(body)}" if body else name


def unpack(packed: str, **filled: Any) -> Any:
    """The intent or view that `pack` wrote, with the fields `filled` in. Raises Unreadable."""
    name, _, body = packed.partition(" ")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise Unreadable(name)
    try:
        values = {**cleaned(json.loads(body) if body else {}), **filled}
        known = {each.name for each in fields(kind)}
        return build(kind, {key: value for key, value in values.items() if key in known})
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(name) from error


def knows(packed: str) -> bool:
    """Whether this version knows what was packed; a newer one that runs beside it may know more."""
    return packed.partition(" ")[0] in _BY_NAME


def build(kind: type[T], values: dict[str, Any]) -> T:
    """The dataclass with these values, read and checked by their types; holes stay holes. Raises ValidationError."""
    made: T = adapter(kind).validate_python(values)
    return made


def plain(thing: Any) -> Any:
    """The same as JSON would hold it: dataclasses as objects, dates as ISO text, enums as their values."""
    return adapter(type(thing)).dump_python(thing, mode="json")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return plain(value)
    return adapter(type(value)).dump_python(value, mode="json")


_ENCODE = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":")).encode


__all__ = [
    "Unreadable",
    "ValidationError",
    "adapter",
    "build",
    "kinds",
    "knows",
    "name_of",
    "named",
    "pack",
    "plain",
    "unpack",
]
