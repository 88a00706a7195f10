"""A dialog is an intent with holes and a question for each hole."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

Kind = Literal["line", "lines", "choice", "date", "person", "number"]


class Missing:
    """What stands in a field of an intent that nobody has filled yet; there is one of it."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final[Any] = Missing()


@dataclass(frozen=True)
class Hole:
    """The question that fills one field of an intent; `words` is the catalogue's key of it (`…_label` the short form).

    `options` gives (value, label) pairs for a choice. An `optional` hole is offered in forms and never asked for.
    """

    words: str
    kind: Kind = "line"
    options: Callable[[], tuple[tuple[str, str], ...]] | None = None
    optional: bool = False
    max_length: int = 3000


def hole(
    words: str,
    kind: Kind = "line",
    options: Callable[[], tuple[tuple[str, str], ...]] | None = None,
    *,
    optional: bool = False,
    default: Any = MISSING,
    max_length: int = 3000,
) -> Any:
    """A field of an intent that a form, a button or an answer in the thread may fill."""
    return field(default=default, metadata={"hole": Hole(words, kind, options, optional, max_length)})


def holes(kind: type) -> dict[str, Hole]:
    """The fields of an intent that can be asked for, by name, in the order of asking."""
    return {each.name: each.metadata["hole"] for each in fields(kind) if "hole" in each.metadata}


def missing(intent: Any) -> list[str]:
    """The names of the fields that must be filled before a handler may see this intent."""
    return [
        name for name, each in holes(type(intent)).items() if getattr(intent, name) is MISSING and not each.optional
    ]
