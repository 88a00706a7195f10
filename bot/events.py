"""What comes in: one shape for words, a command, a click, a submitted form, a due time and what a platform tells."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.wire import named

How = Literal[
    "mention", "reply", "direct", "command", "control", "form", "due", "reaction", "edited", "deleted", "overheard",
    "linked", "opened", "told",
]  # fmt: skip


@dataclass(frozen=True)
class Account:
    """Who somebody is on one platform: the workspace or tenant, and the user's id there."""

    platform: str
    tenant: str
    user: str


@named("place.at")
@dataclass(frozen=True)
class Place:
    """Where something is said or shown. `thread` is the platform's reference of the message the thread hangs on.

    A `home` is somebody's own page with the bot, whose `channel` is the user's id. Into a `private` one not everybody
    of the workspace may look; a place is `afar` where the bot is not in it, and can be spoken to all the same. A `flat`
    one has no threads: what is answered in it stands in it.
    """

    platform: str
    tenant: str
    channel: str
    thread: str | None = None
    kind: Literal["channel", "group", "personal", "home"] = "channel"
    name: str = ""
    private: bool = False
    afar: bool = False
    flat: bool = False

    @property
    def trunk(self) -> "Place":
        """The channel itself, outside every thread."""
        return replace(self, thread=None)


@dataclass(frozen=True)
class Quoted:
    """A message that an event is about. `author` is a user's id, empty for a bot; `files` are addresses.

    `thread` is the reference of the message that its thread hangs on, where it is an answer in one.
    """

    message: str
    text: str = ""
    author: str = ""
    link: str = ""
    files: tuple[str, ...] = ()
    thread: str = ""


@dataclass(frozen=True)
class Event:
    """One thing that happened, verified by its adapter and not yet understood.

    `key` is its identity for the inbox; of words said, it is their `origin`.
    `how` says which road it came: words that name the bot (`mention`), words in
    a thread or personal chat (`reply`, `direct`), a typed `command`, a `control`, a `form` submitted, a `due` time; a
    `reaction` (its emoji is the text); words that were `edited` (the new ones are the text) or `deleted`; words not
    meant for the bot that name a key (`overheard`) or hold a link of ours (`linked`); a home `opened`; and what the
    platform itself has `told`, such as another name of a channel.
    `intent` is the packed intent of a control, form, due time or of what was told; `values` what the form says, by
    field. `message` is the platform's reference of the words said, reacted to, or whose control was pressed; `files`
    are addresses of what hung on them; `quoted` is the message that a shortcut or reaction is about, where it is known.
    `trigger` opens a form while it lasts; `answer` is where a private answer to a command or click goes. Edited
    words may have `named` the bot; a home that was opened may be `blank`. An `outsider`
    is of another organisation, in a channel that is shared with it; `unproven` says that the platform has not told, so
    that somebody of whom nothing is known counts as one. Typed in a place where the bot is not (`asked_in`), it is
    answered in the person's own chat.
    """

    key: str
    how: How
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
    files: tuple[str, ...] = ()
    quoted: Quoted | None = None
    named: bool = False
    blank: bool = False
    outsider: bool = False
    unproven: bool = False
    asked_in: Place | None = None

    @property
    def origin(self) -> str:
        """The identity of the message that this is about, on all roads the same; empty where there is none."""
        return f"{self.place.tenant}:{self.place.channel}:{self.message}" if self.message else ""
