"""What the playground offers of the core: commands and shortcuts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot import routes
from bot.messages import plain
from bot.words import say


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
