"""What a sentence says: the one reading of an ask, the same on every platform."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.datewords import Clock
from bot.deadlines import deadline
from bot.references import references
from bot.signals import type_, urgency
from bot.titles import title

_READ = 4_000
"""Characters read at either end for date, urgency and type: an ask says these there, not in a log pasted between."""
_MONTH_FIRST = ("America/", "US/", "Canada/", "Pacific/Honolulu")
_SPACES = re.compile(r"[^\S\n]+|\s*\n\s*")
_EMPHASIS = re.compile(r"(?<![\w*_~])(\*{1,2}|[_~])([^\s*_~](?:[^*_~\n]{0,80}[^\s*_~])?)\1(?![\w*_~])")


@dataclass(frozen=True)
class Reading:
    """What was understood of an ask; None and empty where it says nothing."""

    title: str
    request: str
    due: date | None = None
    urgency: str | None = None
    type: str | None = None
    tickets: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def read(text: str, now: datetime, zone: ZoneInfo) -> Reading:
    """Read an ask said at `now` (aware) by somebody in `zone`. Never raises, whatever the text; linear in its length.

    `title` is a headline of at most 80 characters; `request` the whole text less the white space at its ends; `urgency`
    a step of the scale (Urgent, High, Medium, Low, None); `type` project, change, escalation or maintenance. Days come
    before months (3/12 is 3 December) except in American zones; Canadians, who write both, are read as Americans.
    """
    request = text.strip()
    named = references(request)
    clock = Clock(now.astimezone(zone), str(zone).startswith(_MONTH_FIRST))
    plain = _EMPHASIS.sub(r"\2", _ends(named.plain))
    words = _SPACES.sub(_space, plain).lower()
    due = deadline(words, clock)
    return Reading(
        title=title(plain, clock) or title(request, clock),
        request=request,
        due=due.due if due else None,
        urgency=urgency(words),
        type=type_(words),
        tickets=named.tickets,
        links=named.links,
        people=named.people,
    )


def _ends(text: str) -> str:
    """`text` without the middle of what is too long to be an ask."""
    return text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}"


def _space(found: re.Match[str]) -> str:
    """A run of white space as one space, or as one new line."""
    return "\n" if "\n" in found.group() else " "
