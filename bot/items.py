"""A backlog item: something asked for, what makes it actionable, and the history of its changes."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum


class Lane(StrEnum):
    """Where an item stands. The last three are off the board."""

    EMERGENCY = "EMERGENCY"
    IDEAS = "IDEAS"
    BACKLOG = "BACKLOG"
    ICE_BOX = "ICE BOX"
    IN_PROGRESS = "IN PROGRESS"
    BLOCKED = "BLOCKED"
    TESTING_QA = "TESTING QA"
    DONE = "DONE"
    WITH_PM = "WITH PM"
    PROPOSED_PROJECT = "PROPOSED PROJECT"
    DISCARDED = "DISCARDED"


OPEN_LANES = (Lane.EMERGENCY, Lane.BLOCKED, Lane.IN_PROGRESS, Lane.TESTING_QA, Lane.BACKLOG, Lane.IDEAS, Lane.ICE_BOX)


class Priority(StrEnum):
    """The scale of urgency, highest first."""

    URGENT = "Urgent"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"
    NONE = "None"


class Kind(StrEnum):
    """The type of an item."""

    PROJECT = "project"
    CHANGE = "change"
    ESCALATION = "escalation"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True)
class Item:
    """A backlog item. `(board, number)` is its key; people are person ids; instants are aware UTC.

    `priority` None: nobody has said. `confirmed`: a board admin or PM stands by it. `rank` is the board's one order as
    a sortable text (see `bot.board.rank`). `estimate` is a card of the board's deck, or "" where there is none.
    `origin` is the identity of the message it was captured from (see `bot.events.Event.origin`), `permalink` a link
    to it.
    """

    id: str
    board: str
    number: int
    key: str
    title: str
    request: str
    requester: str
    created_at: datetime
    lane_since: datetime
    lane: Lane = Lane.BACKLOG
    outcome: str = ""
    priority: Priority | None = None
    confirmed: bool = False
    due: date | None = None
    kind: Kind | None = None
    estimate: str = ""
    value: float = 0.0
    owner: str = ""
    blocked_by: str = ""
    blocked_on: str = ""
    tickets: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    source: str = ""
    input: str = "conversation"
    triaged_at: datetime | None = None
    done_at: datetime | None = None
    rank: str = ""
    search: str = ""
    origin: str = ""
    permalink: str = ""


@dataclass(frozen=True)
class Change:
    """One field of one row, as it was and as it became: who, what, when, why. `before` and `after` are JSON."""

    id: str
    board: str
    turn: str
    subject: str
    who: str
    at: datetime
    field: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True)
class Check:
    """One of the Three Things: the field of the item that answers it."""

    field: str


THREE_THINGS = (Check("outcome"), Check("request"), Check("priority"))


def missing_things(item: Item, checks: tuple[Check, ...] = THREE_THINGS) -> tuple[str, ...]:
    """The fields that keep an item from being actionable, in the order of asking.

    A due date has the priority asked next (product row B4).
    """
    missing = [check.field for check in checks if getattr(item, check.field) in ("", None)]
    return tuple(sorted(missing, key=lambda field: item.due is not None and field != "priority"))


def actionable(item: Item) -> bool:
    """Whether the Three Things are known: outcome, request and priority."""
    return not missing_things(item)


def age(item: Item, now: datetime) -> timedelta:
    """How long an item has stood in its lane."""
    return now - item.lane_since


def moved(item: Item, lane: Lane, now: datetime) -> Item:
    """The item in another lane, with what the lane does to it (product row B4).

    Entering ICE BOX resets the priority to Low; leaving BLOCKED forgets what blocked it.
    """
    item = replace(item, lane=lane, lane_since=now, done_at=now if lane is Lane.DONE else None)
    if lane is Lane.ICE_BOX:
        item = replace(item, priority=Priority.LOW, confirmed=False)
    if lane is not Lane.BLOCKED:
        item = replace(item, blocked_by="", blocked_on="")
    return item
