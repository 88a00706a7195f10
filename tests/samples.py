"""A full row of every stored kind, with awkward values, for tests that must not forget one."""

import dataclasses
import types
import typing
import zlib
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Literal

AT = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)
TEXT = 'naïve "quoted" 👩🏽‍🚀 \\u0041 {braces} 100%_\nnext line'
UNIQUE = {"Post": "window", "Channel": "channel", "Item": "number"}  # what no two rows may share


def sample(kind: type, id: str = "id1", **given: Any) -> Any:
    """A row of `kind` in which every field holds something, also where None would do."""
    unique = UNIQUE.get(kind.__name__, "id")
    own = {unique: zlib.crc32(id.encode()) % 10**8 if unique == "number" else id}
    return _made(kind, {**own, "id": id, **given})


def _made(kind: type, given: dict[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    fields = {each.name for each in dataclasses.fields(kind)}
    values = {name: _value(hints[name]) for name in fields} | {k: v for k, v in given.items() if k in fields}
    return kind(**values)


def _value(hint: Any) -> Any:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _value(next(each for each in options if each is not type(None)))
    if origin is Literal:
        return options[-1]
    if origin is tuple:
        return tuple(_value(each) for each in options if each is not ...) * (2 if ... in options else 1)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[-1]
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _made(hint, {})
    plain: dict[Any, Any] = {
        str: TEXT,
        int: 7,
        float: 2.5,
        bool: True,
        datetime: AT,
        date: AT.date(),
        time: time(9, 30),
    }
    return plain[hint]
