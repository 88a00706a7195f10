"""A board: one team's backlog, its rules of the lanes and its one order."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.items import Item, Lane, Priority, actionable


@dataclass(frozen=True)
class Board:
    """One team's backlog. `prefix` opens the keys of its items; `zone` is an IANA name; `number` the last one given.

    `standup_at` is the local time of the daily post, None until somebody has said yes to it; `days` are ISO weekdays.
    A `private` board is fed by private places alone: who has not taken part there does not see it.
    `reaction` is the emoji that captures a message, without colons; empty for none.
    """

    id: str
    name: str
    prefix: str
    zone: str
    number: int = 0
    deck: str = "modified-fibonacci"
    wip_limit: int = 3
    standup_at: time | None = None
    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: tuple[date, ...] = ()
    language: str = "en"
    reaction: str = "inbox_tray"
    private: bool = False


@dataclass(frozen=True)
class Objection:
    """Why an item may not go to a lane: a catalogue key, and whether an override with a reason would let it."""

    words: str
    overridable: bool


_WORK = (Lane.IN_PROGRESS, Lane.BLOCKED, Lane.TESTING_QA, Lane.DONE)
_ASIDE = (Lane.WITH_PM, Lane.DISCARDED)

TRANSITIONS: dict[Lane, tuple[Lane, ...]] = {
    Lane.EMERGENCY: (Lane.IN_PROGRESS, Lane.BLOCKED, Lane.TESTING_QA, Lane.DONE, Lane.BACKLOG, Lane.DISCARDED),
    Lane.IDEAS: (Lane.EMERGENCY, Lane.BACKLOG, Lane.ICE_BOX, *_WORK, *_ASIDE),
    Lane.BACKLOG: (Lane.EMERGENCY, Lane.IDEAS, Lane.ICE_BOX, *_WORK, *_ASIDE),
    Lane.ICE_BOX: (Lane.EMERGENCY, Lane.IDEAS, Lane.BACKLOG, *_WORK, *_ASIDE),
    Lane.IN_PROGRESS: (Lane.EMERGENCY, Lane.BACKLOG, Lane.ICE_BOX, *_WORK, *_ASIDE),
    Lane.BLOCKED: (Lane.EMERGENCY, Lane.BACKLOG, Lane.ICE_BOX, *_WORK, *_ASIDE),
    Lane.TESTING_QA: (Lane.EMERGENCY, Lane.BACKLOG, Lane.ICE_BOX, *_WORK, *_ASIDE),
    Lane.DONE: (Lane.BACKLOG, Lane.IN_PROGRESS, Lane.TESTING_QA),
    Lane.WITH_PM: (Lane.BACKLOG, Lane.PROPOSED_PROJECT, Lane.DISCARDED),
    Lane.PROPOSED_PROJECT: (Lane.BACKLOG, Lane.WITH_PM, Lane.DISCARDED),
    Lane.DISCARDED: (Lane.BACKLOG, Lane.IDEAS),
}


def objection(item: Item, to: Lane, owners_wip: int = 0, wip_limit: int = 3) -> Objection | None:
    """What stands against moving `item` to the lane `to` (product row B4), or None.

    `owners_wip` is how many items the owner has IN PROGRESS. Work lanes need the Three Things, EMERGENCY bypasses
    them; the pull gate is the owner's WIP limit.
    """
    if to is item.lane:
        return Objection("lanes.already_there", overridable=False)
    if to not in TRANSITIONS[item.lane]:
        return Objection("lanes.no_way", overridable=False)
    if to in _WORK and item.lane is not Lane.EMERGENCY and item.lane not in _WORK and not actionable(item):
        return Objection("lanes.not_actionable", overridable=True)
    if to is Lane.IN_PROGRESS and item.owner and owners_wip >= wip_limit:
        return Objection("lanes.wip_limit", overridable=True)
    return None


def priority_objection(item: Item, priority: Priority) -> Objection | None:
    """In ICE BOX nothing is raised to High or Urgent (product row B4)."""
    if item.lane is Lane.ICE_BOX and priority in (Priority.URGENT, Priority.HIGH):
        return Objection("lanes.ice_box_priority", overridable=False)
    return None


def rank(item: Item) -> str:
    """The one order of a board as a text that sorts: priority, then value score, then due date, then age (B2).

    A confirmed priority goes before the same priority unconfirmed; no date goes after every date. A value counts from
    0 to 9999.99.
    """
    steps = list(Priority)
    step = steps.index(item.priority) if item.priority else len(steps)
    due = item.due.isoformat() if item.due else "9999-99-99"
    value = min(max(int(item.value * 100), 0), 999999)
    return f"{step}{0 if item.confirmed else 1}{999999 - value:06d}{due}{item.created_at:%Y%m%d%H%M%S}"


def searchable(*texts: str) -> str:
    """Texts as `find` compares them: NFKC, casefolded, white space folded, at most 400 characters."""
    return " ".join(unicodedata.normalize("NFKC", " ".join(texts)[:400]).casefold().split())[:400].rstrip()


def prefix_from(name: str) -> str:
    """A prefix of two to four letters from a channel's name: initials, or its first letters; else `OPS`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    parts = [part for part in "".join(c if c.isalpha() else " " for c in plain).split() if part]
    letters = "".join(part[0] for part in parts)[:4] if len(parts) > 1 else "".join(parts)[:3]
    return letters if len(letters) > 1 else "OPS"


def lane_of(text: str) -> Lane | None:
    """The lane that somebody means: its name in any case, or a common word for it (`doing`, `qa`, `freeze`)."""
    return _LANE_WORDS.get(" ".join(text.replace("_", " ").replace("-", " ").casefold().split()))


_LANE_WORDS = {lane.value.casefold(): lane for lane in Lane} | {
    "doing": Lane.IN_PROGRESS, "wip": Lane.IN_PROGRESS, "progress": Lane.IN_PROGRESS, "started": Lane.IN_PROGRESS,
    "qa": Lane.TESTING_QA, "testing": Lane.TESTING_QA, "test": Lane.TESTING_QA, "review": Lane.TESTING_QA,
    "icebox": Lane.ICE_BOX, "ice": Lane.ICE_BOX, "park": Lane.ICE_BOX, "parked": Lane.ICE_BOX,
    "freeze": Lane.ICE_BOX, "frozen": Lane.ICE_BOX,
    "idea": Lane.IDEAS, "todo": Lane.BACKLOG, "to do": Lane.BACKLOG, "backlog": Lane.BACKLOG,
    "closed": Lane.DONE, "finished": Lane.DONE, "block": Lane.BLOCKED, "stuck": Lane.BLOCKED, "pm": Lane.WITH_PM,
}  # fmt: skip


def priority_of(text: str) -> Priority | None:
    """The step of the scale that somebody means, in any case, or None."""
    return next((step for step in Priority if step.value.casefold() == text.strip().casefold()), None)


@dataclass(frozen=True)
class BoardLink:
    """That a tenant may see a board."""

    id: str
    board: str
    tenant: str


@dataclass(frozen=True)
class Channel:
    """A place that feeds a board. `paused` says why nothing is posted there any more, or is empty."""

    id: str
    board: str
    tenant: str
    platform: str
    channel: str
    name: str
    since: datetime
    paused: str = ""
