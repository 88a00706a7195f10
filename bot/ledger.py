"""The rows of the machine itself: what came in, what stands where, what is due, what was asked."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.events import Place

DUE = "due:"  # how the keys of due events begin


class Taken(StrEnum):
    """How far an event has come."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Received:
    """An event, kept before it is understood. `reply` is what its turn answered; `reference` names a failure."""

    id: str
    tenant: str
    event: str
    at: datetime
    state: Taken = Taken.NEW
    reply: str = ""
    reference: str = ""


class Standing(StrEnum):
    """How a post stands with the courier.

    `sending` was claimed for its first send; `unsure` may have been posted and could not be looked for; `parked` could
    not be drawn or was refused as malformed, and is tried again when its view changes; `retired` shows its last edit
    and is not refreshed any more.
    """

    NEW = "new"
    SENDING = "sending"
    LIVE = "live"
    UNSURE = "unsure"
    PARKED = "parked"
    RETIRED = "retired"


@dataclass(frozen=True)
class Post:
    """A window on the state: a packed view, the place it stands in, and how far what is shown is behind what is wanted.

    `window` is unique while the post is live, so that a view has one window in a place. `weight` orders the courier's
    work: answers (0), what comes aside (1), then clocks (2). `error` says why it is parked,
    `attempts` how often sending failed; `digest` is of what is shown, so that an edit that changes nothing is not sent.
    """

    id: str
    board: str
    tenant: str
    platform: str
    channel: str
    kind: Literal["channel", "group", "personal", "home"]
    thread: str
    view: str
    window: str
    at: datetime
    weight: int = 0
    wanted: int = 1
    shown: int = 0
    standing: Standing = Standing.NEW
    ref: str = ""
    error: str = ""
    attempts: int = 0
    next_try: datetime | None = None
    retiring: bool = False
    digest: str = ""

    def place(self) -> Place:
        """Where it stands."""
        return Place(self.platform, self.tenant, self.channel, self.thread or None, self.kind)


def window_of(place: Place, view: str) -> str:
    """The window of a packed view in a place."""
    where = f"{place.platform}|{place.tenant}|{place.channel}|{place.thread or ''}|{view}"
    return hashlib.sha256(where.encode()).hexdigest()


@dataclass(frozen=True)
class Due:
    """An intent whose time comes. The id is its key: what falls due is unique by it, whatever number of replicas."""

    id: str
    board: str
    at: datetime
    intent: str
    place: str
    done: bool = False

    @property
    def key(self) -> str:
        """The identity of the event that it becomes; moved to another time, it becomes another one."""
        return f"{DUE}{self.at:%Y%m%d%H%M%S%f}:{self.id}"


def due_id(key: str) -> str:
    """The id of the row that became the event with this key, or empty text for other events."""
    return key.split(":", 2)[2] if key.startswith(DUE) else ""


@dataclass(frozen=True)
class Prompt:
    """A question that is open: the packed intent with its hole, who may answer it in which thread, and until when.

    `offer` is what somebody else said under it, to be used or not by the one who was asked.
    """

    id: str
    board: str
    item: str
    person: str
    intent: str
    hole: str
    platform: str
    tenant: str
    channel: str
    thread: str
    at: datetime
    expires_at: datetime
    open: bool = True
    offer: str = ""
    offered_by: str = ""


@dataclass(frozen=True)
class Lease:
    """Who alone does something for a tenant, until when."""

    id: str
    holder: str
    until: datetime


@dataclass(frozen=True)
class Tenant:
    """A workspace. `paused` says why nothing is sent to it, or is empty."""

    id: str
    platform: str
    since: datetime
    paused: str = ""


@dataclass(frozen=True)
class ConversationReference:
    """How a platform is reached in a place that it has no fixed address for; only its adapter reads it.

    `channel` is the place's; `conversation` what the platform calls it, empty for somebody with whom no chat was opened
    yet; `service` where it is served, `team` what it belongs to. Of a person's chat `person` is the id by which the
    platform's directory knows them, `name` and `zone` what it last said of them; of a channel `name` is the team's.
    """

    id: str
    tenant: str
    channel: str
    conversation: str
    service: str
    at: datetime
    team: str = ""
    person: str = ""
    name: str = ""
    zone: str = ""


@dataclass(frozen=True)
class Credential:
    """What a platform gave us to act in a workspace, sealed; the id is the tenant's.

    Where an organisation has given it for all of its workspaces, a workspace's row is empty and says in `via` whose it
    is. `until` is when it has to be renewed, None for never.
    """

    id: str
    tenant: str
    sealed: str
    at: datetime
    via: str = ""
    until: datetime | None = None
