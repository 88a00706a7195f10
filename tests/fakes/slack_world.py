"""What the workspaces of one fake Slack share, and what they are made of: channels, tokens, triggers, response URLs."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.slack_journal import Journal
from tests.fakes.slack_seen import Payload

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace

TRIGGER = 3.0  # seconds for which a trigger opens a view
ANSWERS, ANSWERING = 5, 1800.0  # uses of a response URL, and seconds for which it is good

SCOPES = (
    "app_mentions:read channels:history channels:read chat:write commands groups:history groups:read im:history "
    "im:read links:read links:write mpim:history mpim:read reactions:read users:read"
).split()


@dataclass
class Channel:
    """A conversation. `bot` tells whether ours is in it; `members` are the people there, None for everybody."""

    id: str
    name: str = ""
    bot: bool = True
    archived: bool = False
    messages: list[Payload] = field(default_factory=list)
    members: set[str] | None = None
    kind: str = "channels"  # and groups, mpim, im: how its scopes begin


@dataclass
class Grant:
    """A token, and what it may: in one workspace, or in all of an organisation. `error` is what it is told instead."""

    token: str
    team: str
    scopes: set[str]
    bot: str = "U0BMM"
    enterprise: str = ""
    organisation: bool = False
    error: str = ""
    app: bool = False  # an app-level token, which opens sockets and nothing else


@dataclass(frozen=True)
class Trigger:
    """What opens one view before somebody, while it lasts."""

    user: str
    until: float
    used: bool = False


@dataclass(frozen=True)
class Address:
    """A response URL: whom it tells something, how often still, and until when."""

    user: str
    channel: str
    left: int
    until: float


class Refusal(Exception):
    """What the API answers instead."""


class World:
    """What all workspaces of one fake share. `now` is in Unix seconds; `strict` checks blocks, which costs time."""

    def __init__(self, *, strict: bool, now: Callable[[], float]) -> None:
        self.strict, self.now = strict, now
        self.numbers = itertools.count(1)
        self.journal = Journal()
        self.wrong: list[str] = []
        self.origin = ""
        self.changed = asyncio.Event()
        self.answers: dict[str, tuple[Workspace, Address]] = {}  # by response URL
