"""Triage: the quick look at a new item, and what it leads to."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.board import Objection, objection
from bot.items import Item, Lane, moved


class Outcome(StrEnum):
    """What a triage can lead to (product row M5)."""

    ACCEPT = "accept"
    PARK = "park"
    DISCARD = "discard"
    TO_PM = "to_pm"
    ASSIGN = "assign"
    LATER = "later"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Rule:
    """What an outcome does: the lane it leads to (None: it stays), the catalogue key that says so, what it must know.

    `needs` is "" or the hole to fill: `reason`, `owner` or `ticket` (which is asked for and never waited for, C10).
    """

    lane: Lane | None
    words: str
    needs: str = ""


RULES: dict[Outcome, Rule] = {
    Outcome.ACCEPT: Rule(Lane.BACKLOG, "triage.accepted"),
    Outcome.PARK: Rule(Lane.ICE_BOX, "triage.parked"),
    Outcome.DISCARD: Rule(Lane.DISCARDED, "triage.discarded", needs="reason"),
    Outcome.TO_PM: Rule(Lane.WITH_PM, "triage.to_pm"),
    Outcome.ASSIGN: Rule(Lane.BACKLOG, "triage.assigned", needs="owner"),
    Outcome.LATER: Rule(None, "triage.later"),
    Outcome.EMERGENCY: Rule(Lane.EMERGENCY, "triage.emergency", needs="ticket"),
}


def triage_objection(item: Item, outcome: Outcome) -> Objection | None:
    """What stands against an outcome by the rules of the lanes (B4), or None; staying where it is is no move."""
    lane = RULES[outcome].lane
    return None if lane in (None, item.lane) else objection(item, lane)


def triaged(item: Item, outcome: Outcome, now: datetime, owner: str = "") -> Item:
    """The item after its triage; `owner` counts for ASSIGN. LATER leaves it as it was (M5)."""
    lane = RULES[outcome].lane
    if lane is None:
        return item
    after = item if lane is item.lane else moved(item, lane, now)
    return replace(after, triaged_at=now, owner=owner if outcome is Outcome.ASSIGN else item.owner)
