"""The one table of what can be meant and shown: help, menus, manifests, documents and the engine read it.

A file in `dialogs/` makes a `Routes`, declares its intents, handlers and drawings on it, and is found by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from bot.board import Board
from bot.effects import Effects
from bot.events import Event, How
from bot.items import Item
from bot.ledger import Prompt
from bot.look import Look
from bot.messages import Form, Message
from bot.people import Role
from bot.ports import Store
from bot.questions import missing
from bot.turn import Turn
from bot.views import FormAgain
from bot.wire import name_of

Handler = Callable[[Any, Turn], Effects]
Drawing = Callable[[Any, Look], Message]
Forming = Callable[[Any, Look], Form]
Watcher = Callable[[Any, Turn], Iterable[Any]]

Outside = Literal["no", "own", "yes"]

H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True)
class Command:
    """What somebody can type: `names` (the first is the one shown), the intent, and its arguments in order.

    An argument in `args` is the name of the intent's field; the last one with `…` takes the rest of the line.
    """

    names: tuple[str, ...]
    intent: type
    args: tuple[str, ...] = ()
    group: str = "items"
    example: str = ""

    @property
    def name(self) -> str:
        """The name that help shows."""
        return self.names[0]


@dataclass(frozen=True)
class Route:
    """An intent, its handler and the roles that may; an empty `by` means everybody in the channel.

    What can be done `anywhere` needs no board to be chosen first; what the `clock` does or a platform has `told`, no
    person can. People of another organisation may what is `outside`: anything, or only what is about their own ask.
    What `opens` answers with a form although nothing is missing.
    """

    intent: type
    handler: Handler
    by: tuple[Role, ...] = ()
    anywhere: bool = False
    clock: bool = False
    told: bool = False
    outside: Outside = "no"
    opens: bool = False


@dataclass(frozen=True)
class Road:
    """What is meant by events that come one way, and whether one of them is for us: what is not leaves no row.

    `heeds` reads and may not write. An event that `begins` gives a channel a board of its own.
    """

    meaning: Callable[[Event], Any]
    heeds: Callable[[Event, Store], bool]
    begins: bool = False


@dataclass(frozen=True)
class Shortcut:
    """What a platform's menus offer: on a `message`, or `anywhere`. The name is the intent's own wire name."""

    intent: type
    on: Literal["message", "anywhere"]

    @property
    def name(self) -> str:
        """The name under which the platform calls it, and the catalogue's key of its words: `shortcuts.<name>`."""
        return name_of(self.intent)


class Routes:
    """A table of routes; tables add up.

    Hooks name what is meant by words that are no command: `otherwise(text)` an ask, `answering(prompt, text)` the
    answer to an open question, `puzzled(text, nearest)` neither, `showing(key)` a question about an item, and
    `undecided(intent)` what to do where it is open which board is meant. `welcome` is what happens when a channel
    speaks for the first time; `attends` is told of every turn that a person takes; `subjects` names the fields of
    intents that say which row, and so which board, they are about.
    """

    def __init__(self) -> None:
        self.handlers: dict[type, Route] = {}
        self.drawings: dict[type, Drawing] = {}
        self.forms: dict[type, Forming] = {}
        self.commands: list[Command] = []
        self.roads: dict[How, Road] = {}
        self.shortcuts: list[Shortcut] = []
        self.pages: dict[str, Callable[[str], Any]] = {}
        self.watchers: list[tuple[type, Watcher]] = []
        self.subjects: dict[str, type] = {"item": Item, "prompt": Prompt, "board": Board}
        self.welcome: Callable[[Turn], Effects] | None = None
        self.attends: Callable[[Turn], None] | None = None
        self.otherwise: Callable[[str], Any] | None = None
        self.answering: Callable[[str, str], Any] | None = None
        self.puzzled: Callable[[str, str], Any] | None = None
        self.showing: Callable[[str], Any] | None = None
        self.undecided: Callable[[Any], Any] | None = None

    def handles(
        self,
        intent: type,
        *,
        by: tuple[Role, ...] = (),
        anywhere: bool = False,
        clock: bool = False,
        told: bool = False,
        outside: Outside = "no",
        opens: bool = False,
    ) -> Callable[[H], H]:
        """Declare the handler of an intent."""

        def declare(handler: H) -> H:
            self.handlers[intent] = Route(intent, handler, by, anywhere, clock, told, outside, opens)
            return handler

        return declare

    def command(self, *names: str, intent: type, args: str = "", group: str = "items", example: str = "") -> None:
        """Declare a typed command: `args` names the intent's fields in order, as in `item lane why…`."""
        self.commands.append(Command(names, intent, tuple(args.split()), group, example))

    def shortcut(self, intent: type, *, on: Literal["message", "anywhere"]) -> None:
        """Declare what a platform's menus offer: an intent without holes that has to be filled first."""
        self.shortcuts.append(Shortcut(intent, on))

    def road(
        self, how: How, meaning: Callable[[Event], Any], heeds: Callable[[Event, Store], bool], *, begins: bool = False
    ) -> None:
        """Declare what is meant by the events of one road. Raises ValueError where it is declared already."""
        if how in self.roads:
            raise ValueError(f"declared twice: {how}")
        self.roads[how] = Road(meaning, heeds, begins)

    def page(self, name: str, view: Callable[[str], Any]) -> None:
        """Declare a page that platforms show by itself: its view, by the id of whoever looks, empty for a stranger."""
        self.pages[name] = view

    def draws(self, view: type) -> Callable[[H], H]:
        """Declare how a view is drawn."""

        def declare(drawing: H) -> H:
            self.drawings[view] = drawing
            return drawing

        return declare

    def form(self, intent: type) -> Callable[[H], H]:
        """Declare the form of an intent, where the one made from its holes does not do."""

        def declare(forming: H) -> H:
            self.forms[intent] = forming
            return forming

        return declare

    def watches(self, kind: type) -> Callable[[H], H]:
        """Declare which views to refresh when a row of `kind` was saved."""

        def declare(watcher: H) -> H:
            self.watchers.append((kind, watcher))
            return watcher

        return declare

    def watching(self, row: object, turn: Turn) -> list[Any]:
        """The views that show a saved row and must be drawn anew."""
        return [view for kind, watcher in self.watchers if isinstance(row, kind) for view in watcher(row, turn)]

    def opens_form(self, intent: Any) -> bool:
        """Whether a control of this intent opens a form, as far as that is known before it is pressed."""
        route = self.handlers.get(type(intent))
        return isinstance(intent, FormAgain) or (route is not None and (route.opens or bool(missing(intent))))

    def include(self, other: "Routes") -> None:
        """Add another table to this one. Raises ValueError where both claim a command, an intent or a road."""
        taken = (
            self.handlers.keys() & other.handlers.keys()
            or self._names() & other._names()
            or self.roads.keys() & other.roads.keys()
        )
        if taken:
            raise ValueError(f"declared twice: {taken}")
        self.handlers |= other.handlers
        self.drawings |= other.drawings
        self.forms |= other.forms
        self.commands += other.commands
        self.roads |= other.roads
        self.shortcuts += other.shortcuts
        self.pages |= other.pages
        self.watchers += other.watchers
        self.subjects |= other.subjects
        self.welcome = self.welcome or other.welcome
        self.attends = self.attends or other.attends
        self.otherwise = self.otherwise or other.otherwise
        self.answering = self.answering or other.answering
        self.puzzled = self.puzzled or other.puzzled
        self.showing = self.showing or other.showing
        self.undecided = self.undecided or other.undecided

    def named(self, name: str) -> Command | None:
        """The command of this name or alias."""
        return next((each for each in self.commands if name in each.names), None)

    def _names(self) -> set[str]:
        return {name for each in self.commands for name in each.names}
