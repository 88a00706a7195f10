"""What a handler yields: what should be seen, what is asked, and what is due later. Nothing here is done at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.events import Place
from bot.messages import Control, Words


@dataclass(frozen=True)
class Show:
    """Let `view` be seen at a place, or, without one, be refreshed wherever it stands.

    `anew` posts below what was said since and retires the window that stood there; what is `aside` comes after answers.
    """

    view: Any
    at: Place | None = None
    anew: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Retire:
    """Let every window of `view` show its last edit and be refreshed no more."""

    view: Any


@dataclass(frozen=True)
class Notice:
    """Private words for the one who caused this turn."""

    words: Words
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True)
class Card:
    """A view for the eyes of the one who caused this turn."""

    view: Any


@dataclass(frozen=True)
class OpenForm:
    """Open the form of an intent; where no form can be opened, its first hole is asked for in the thread."""

    intent: Any


@dataclass(frozen=True)
class Ask:
    """Ask for the first hole of `intent` in the thread; `on` is the view that draws the question, else its own card."""

    intent: Any
    on: Any = None
    anew: bool = False


@dataclass(frozen=True)
class Later:
    """Let `intent` happen at `at`, once for this `key`."""

    key: str
    at: datetime
    intent: Any
    place: Place


@dataclass(frozen=True)
class Become:
    """Go on as if `intent` had been said: its own rights, holes and handler."""

    intent: Any


Effect = Show | Retire | Notice | Card | OpenForm | Ask | Later | Become
Effects = Iterator[Effect]


class Refusal(Exception):
    """Something cannot be done, and somebody is told why: the turn is rolled back, nothing else happens."""

    def __init__(self, words: Words, *controls: Control, field: str = "") -> None:
        super().__init__(words.template)
        self.words = words
        self.controls = controls
        self.field = field  # the form's field that the words belong to, where a form was submitted
