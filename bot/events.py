"""What comes in: one shape for a mention, a command, a click, a submitted form and a due time."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.wire import named


@dataclass(frozen=True)
class Account:
    """Who somebody is on one platform: the workspace or tenant, and the user's id there."""

    platform: str
    tenant: str
    user: str


@named("place.at")
@dataclass(frozen=True)
class Place:
    """Where something is said or shown. `thread` is the platform's reference of the message the thread hangs on."""

    platform: str
    tenant: str
    channel: str
    thread: str | None = None
    kind: Literal["channel", "group", "personal"] = "channel"
    name: str = ""

    @property
    def trunk(self) -> "Place":
        """The channel itself, outside every thread."""
        return replace(self, thread=None)


@dataclass(frozen=True)
class Event:
    """One thing that happened, verified by its adapter and not yet understood.

    `key` is its identity for the inbox. `how` says which road it came: words that name the bot (`mention`), words in
    a thread or personal chat (`reply`, `direct`), a typed `command`, a `control`, a `form` submitted, a `due` time.
    `intent` is the packed intent of a control, form or due time; `values` what the form says, by field.
    `message` is the platform's reference of the words said or of the message whose control was pressed.
    `trigger` opens a form while it lasts; `answer` is where a private answer to a command or click goes.
    """

    key: str
    how: Literal["mention", "reply", "direct", "command", "control", "form", "due"]
    at: datetime
    place: Place
    actor: Account | None = None
    text: str = ""
    intent: str = ""
    values: dict[str, str] = field(default_factory=dict)
    message: str = ""
    link: str = ""
    trigger: str = ""
    answer: str = ""
