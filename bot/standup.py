"""The daily stand-up post (DSU): a walk of the board in a fixed order that fits one screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.board import rank
from bot.cadence import due_key
from bot.items import Item, Priority

LINES, SCREEN = 5, 20
ENOUGH = LINES + SCREEN
DUE_SOON = timedelta(days=3)


class Part(StrEnum):
    """The sections in the order of the walk (product row D1); BACKLOG is not among them. Heads: `standup.<part>`."""

    EMERGENCY = "emergency"
    BLOCKED = "blocked"
    IN_PROGRESS = "in_progress"
    TESTING_QA = "testing_qa"
    ICE_BOX = "ice_box"
    DUE = "due"
    DONE = "done"
    LOGGED = "logged"
    WITH_PM = "with_pm"


_LANES = (Part.EMERGENCY, Part.BLOCKED, Part.IN_PROGRESS, Part.TESTING_QA, Part.ICE_BOX)
_KEYS_ONLY = (Part.DONE, Part.LOGGED)


@dataclass(frozen=True)
class Found:
    """The first few of many: what a limited query brought, and how many there are in truth."""

    items: tuple[Item, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class Line:
    """One item of a section. `days` counts the local days in its lane; `item`, `owner` and `blocked_on` are ids.

    `note` is what blocks it, `words` the catalogue key of how near its due date is; both "" where there is none.
    """

    item: str
    key: str
    title: str
    owner: str
    priority: Priority | None
    days: int
    note: str
    blocked_on: str
    due: date | None
    words: str


@dataclass(frozen=True)
class Section:
    """What is shown of a part, and how many more there are behind the link. Done and logged are one row of keys."""

    part: Part
    lines: tuple[Line, ...]
    folded: int


@dataclass(frozen=True)
class Standup:
    """The facts of one day's post; the id is `board:standup:day`. `quiet`: there is nothing to say (D2)."""

    id: str
    board: str
    day: date
    at: datetime
    sections: tuple[Section, ...]
    quiet: bool


def due_words(due: date | None, today: date) -> str:
    """The catalogue key that says how near a due date is, or "" beyond three days."""
    if due is None or due > today + DUE_SOON:
        return ""
    return "standup.overdue" if due < today else "standup.due_today" if due == today else "standup.due_soon"


def _order(part: Part, items: Iterable[Item]) -> list[Item]:
    """By the board's order; waiting lanes by priority and then due date; due ones by date (product row D1)."""
    steps = [*Priority, None]
    if part is Part.DUE:
        return sorted(items, key=lambda item: (item.due or date.max, rank(item)))
    if part in (Part.TESTING_QA, Part.ICE_BOX):
        return sorted(items, key=lambda item: (steps.index(item.priority), item.due or date.max, rank(item)))
    return sorted(items, key=rank)


def _deal(wanted: Mapping[Part, int]) -> dict[Part, int]:
    """How many items of each part are shown: emergencies first, then one each in turn until the screen is full (D2)."""
    shown = {part: min(wanted[part], LINES) for part in _KEYS_ONLY}
    room = SCREEN - sum(1 for count in shown.values() if count)
    shown |= {part: 0 for part in Part if part not in _KEYS_ONLY}
    for part in [Part.EMERGENCY] * LINES + [part for part in Part if part not in _KEYS_ONLY] * LINES:
        if room and shown[part] < min(wanted[part], LINES):
            shown[part] += 1
            room -= 1
    return shown


def _line(item: Item, today: date, zone: ZoneInfo) -> Line:
    days = (today - item.lane_since.astimezone(zone).date()).days
    return Line(
        item.id, item.key, item.title, item.owner, item.priority, max(days, 0),
        item.blocked_by, item.blocked_on, item.due, due_words(item.due, today),
    )  # fmt: skip


def walk(board: str, day: date, now: datetime, zone: ZoneInfo, found: Mapping[Part, Found]) -> Standup:
    """The stand-up of a board's local `day`, posted at `now` (product rows D1, D2).

    `found` holds, by part, what limited queries brought and the true totals; an absent part is empty. The lanes come in
    the order of rank and WITH PM too, at least `LINES` each. DUE holds the items of the open lanes with
    `due <= day + DUE_SOON` by date, at least `ENOUGH`. DONE and LOGGED: what was done or made since the last post.

    A part shows at most `LINES` and all together at most `SCREEN`, the rest is folded to a count. An item that its
    lane shows already is not repeated under DUE.
    """
    ordered = {part: _order(part, found[part].items if part in found else ()) for part in Part}
    shown = _deal({part: len(items) for part, items in ordered.items()})
    lines = {part: [_line(item, day, zone) for item in ordered[part][: shown[part]]] for part in Part}
    above = {line.item for part in _LANES for line in lines[part]}
    due = [item for item in ordered[Part.DUE] if item.id not in above]
    lines[Part.DUE] = [_line(item, day, zone) for item in due[: shown[Part.DUE]]]
    said = {part: len(lines[part]) for part in Part}
    said[Part.DUE] += sum(1 for part in _LANES for line in lines[part] if line.words)
    sections = tuple(
        Section(part, tuple(lines[part]), max(found[part].total - said[part], 0)) for part in Part if part in found
    )
    sections = tuple(section for section in sections if section.lines or section.folded)
    return Standup(due_key(board, "standup", day), board, day, now, sections, quiet=not sections)
