"""What the playground asks of the core, and what it offers of it: commands and shortcuts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot import routes
from bot.events import Event
from bot.messages import plain
from bot.ports import Answer
from bot.words import say


class Inbound(Protocol):
    """What the core does with an event."""

    async def keep(self, event: Event) -> bool:
        """Keep it durably and handle it later; False where it was kept before or is not for us. Raises Unavailable."""
        ...

    async def ask(self, event: Event) -> Answer | None:
        """Handle it now, and return what its actor is shown. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Command:
    """One line of the completion: `usage` as `start [minutes]`, without the name of the bot, and what it does."""

    usage: str
    help: str


@dataclass(frozen=True)
class Shortcut:
    """One line of a menu: on a `message`, or `anywhere`; `name` is the wire name of its intent."""

    name: str
    on: Literal["message", "anywhere"]
    label: str
    help: str


def offered(shortcuts: Sequence[routes.Shortcut]) -> list[Shortcut]:
    """The shortcuts of the table of routes, with their words."""
    return [Shortcut(each.name, each.on, _words(each.name), _words(f"{each.name}_about")) for each in shortcuts]


def _words(name: str) -> str:
    return plain(say(f"shortcuts.{name.replace('.', '_')}"))
