"""The deadline among the dates of a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.dates import Phrase, dates, next_year
from bot.datewords import DAY, EOD, TIME, Clock, Weight

_NEAR = 80
"""Characters around a date that say what it is."""
_MOST = 500
"""Dates looked at: a text with more is no ask but a log."""
_FIRM, _FOR, _SOFT, _BARE, _NONE = 4, 3, 2, 1, 0


def _compiled(pattern: str) -> re.Pattern[str]:
    """`pattern`, in which a space stands for any white space."""
    return re.compile(pattern.replace(" ", r"\s"))


_DUE = (
    r"due(?: date)?(?: is)?|deadline(?: is| of)?|no later than|not later than|(?:at the )?latest"
    r"|expir(?:es?|ing|y)(?: date)?|runs? out|lapses?|needed|required|eta|target(?:ing)?(?: date)?|must be done"
    r"|go[- ]?live|ends?"
)
_BY = r"by|before|befor|until|till|til|bis|ahead of|prior to|in time for|needed for|required for"
_FILL = rf"(?:,? ?(?:the|this|next|latest|about|around|early|late|on|of|at|by|{TIME}|{EOD}),? ?)"
_EVENT = r"(?:the|our|my|their|an?|your|his|her) [\w-]+(?: [\w-]+){0,2}"
_LEAD = _compiled(
    rf"(?:(?P<event>\b(?:{_BY}) {_EVENT} )(?:on|is) (?:the )?"
    r"|\b(?P<moved>(?:mov|postpon|push|extend|reschedul|delay|slipp)[a-z]+(?: [^ ]+){0,8} to )(?:the )?"
    rf"|(?P<firm>\b(?:{_DUE}|{_BY})\b:? ?(?:on |by |for )?{_FILL}{{0,4}}(?:the )?)"
    r"|(?P<for>\bfor (?:the |this )?)"
    r"|(?P<soft>\b(?:on|in|at|am|zum|during|over|starts?|starting|begins?|beginning|arrives?|arriving)"
    rf" (?:the |{TIME} (?:on )?)?))$"
)
_NEVER = _compiled(
    r"(?:\b(?:since|after|from|last|past|previous|every|each|alternate|most|not|instead of|as of|not before"
    r"|no earlier than|not until|older than|version|v|python|release|room|line|page|step|item|section|between"
    r"|black|(?:from|between) [^ ]+(?: [^ ]+)? (?:to|and|until|till|through|[-–]))(?: on)?(?: the)?"
    r"|\b(?:do not|don['’]?t|never) [^.!?\n,;]{0,60} (?:before|until|on)(?: the)?|\w['’]s) $"
)
_LATEST = _compiled(
    r"[ ,]{0,2}(?:(?:at (?:the )?)?(?:very )?latest|is (?:the|our|my) (?:hard )?deadline|deadline"
    r"|or (?:sooner|earlier|before))"
)
_GONE = _compiled(r" (?:ago|last|past)\b|s\b| (?:onwards|was|were)\b")
_POSSESSIVE = re.compile(r"['’]s?\b")
_OWN = re.compile(r"within|by|before|until|till|no\slater")
_AHEAD = _compiled(rf"tom|tmr|2mo|next {DAY}")
_NOUN = _compiled(
    r" (?!(?:please|pls|plz|at|so|or|and|if|as|because|for|in|to|with|the|a|an|we|i|they|he|she|it|you|is|are|will"
    r"|would|latest|morning|afternoon|evening|night|noon|lunchtime|lunch|eod|cob|thanks|thx|asap|but|then|when|while"
    r"|from|by|before|about|on|only|this|my|our|there|need|needs|must|should|can|could|until|till|since|that|due|get"
    r"|which)\b)[^\W\d_]"
)
_ARTICLE = re.compile(r"(?:^|[.!?;:\n,]\s?|\b(?:the|a|an|our|my|your|their)\s)$")
_CLAUSE = re.compile(r"[.!?](?=\s|$)|[;:\n,—–()]|\s-\s")
_PARTICIPLE = _compiled(
    r"\b(?:be|been|is|are|gets?|getting|got|to|need(?:s|ed)?|want(?:ed)?|have|has|must|should)"
    r"(?: (?:it|them|this|that|the \w+))? \w+ed\b"
)
_PAST = re.compile(
    r"\b(?:was|were|did|had|broke|went|saw|came|fell|began|sent|said|told|met|froze|blew|burst|died|lost|left|ran|found"
    r"|took|gave|threw|stuck|got|gone|wrong|heard|spoke|wrote|hit|paid|bought"
    r"|(?!need|speed|feed|seed|exceed|proceed|embed|shared|indeed)[a-z]{2,}[^e\W]ed)\b"
)
_STATE = re.compile(
    r"\b(?:not|no|down|fails?|failing|keeps?|still|slow|broken|crash(?:es|ing)?|offline|stuck|again|out)\b|n['’]t\b"
)


@dataclass(frozen=True)
class Deadline:
    """A day that may be the deadline, where the text says it (preposition included) and how plainly."""

    due: date
    start: int
    end: int
    rank: int


def deadline(text: str, clock: Clock) -> Deadline | None:
    """The deadline that lower-case `text` sets, or None: the one announced most plainly, and of those the first said.

    A weekday is the coming one, today included; "next Friday" is the Friday of next week. A period is due on its last
    day (a week on its Friday), "before" it on its eve, "by" a month, a weekend or a holiday on its first day. A day
    named after "before" is kept as said.
    """
    return max(deadlines(text, clock), key=lambda found: (found.rank, -found.start), default=None)


def deadlines(text: str, clock: Clock) -> Iterator[Deadline]:
    """The days in lower-case `text` that may be its deadline, in the order said."""
    for phrase in islice(dates(text, clock), _MOST):
        before = text[max(0, phrase.start - _NEAR) : phrase.start]
        lead = _LEAD.search(before)
        rank = _rank(phrase, before, lead, text)
        if rank and (due := _due(phrase, lead.group() if lead else "", rank, clock)):
            own = lead.group() if lead and not (lead["event"] or lead["moved"]) else ""
            yield Deadline(due, phrase.start - len(own), phrase.end, rank)


def _rank(phrase: Phrase, before: str, lead: re.Match[str] | None, text: str) -> int:
    """How plainly the words around a date make it a deadline."""
    after = text[phrase.end : phrase.end + _NEAR]
    moved = lead is not None and lead["moved"] is not None
    if _GONE.match(after) or (_NEVER.search(before) and not moved):
        return _NONE
    announced = lead is not None and (moved or lead["event"] or lead["firm"])
    lasting = announced and lead is not None and re.search(r"\b(?:until|till?)\b", lead.group())  # "it worked until"
    named = _names(phrase, before, after)
    firm = phrase.weight is Weight.FIRM and (not named or _OWN.match(phrase.words))
    if (firm or announced or _LATEST.match(after)) and not (lasting and _told(phrase, text)):
        return _FIRM
    if not _free(phrase, lead is not None, after) or named or _told(phrase, text):
        return _NONE
    if phrase.weight is Weight.FAIR or (lead and lead["for"]):
        return _FOR
    return _SOFT if lead else _BARE


def _free(phrase: Phrase, led: bool, after: str) -> bool:
    """Whether a phrase has the preposition it needs, or is a short weekday that ends its clause."""
    if phrase.weight is Weight.TIMID:
        return False
    ends = re.fullmatch(DAY, phrase.words) and (not after or _CLAUSE.match(after))
    return phrase.weight is not Weight.SHY or led or bool(ends)


def _names(phrase: Phrase, before: str, after: str) -> bool:
    """Whether a date only says which thing is meant: "the Friday report", "Friday's report"."""
    if _POSSESSIVE.match(after):
        return not _AHEAD.match(phrase.words)
    return bool(_NOUN.match(after) and _ARTICLE.search(before))


def _told(phrase: Phrase, text: str) -> bool:
    """Whether the clause around a date tells of something past, or of how things stand just now."""
    start, end = max(0, phrase.start - 2 * _NEAR), phrase.end + 2 * _NEAR
    left = _CLAUSE.split(text[start : phrase.start])[-1]
    right = _CLAUSE.split(text[phrase.end : end], maxsplit=1)[0]
    clause = _PARTICIPLE.sub(" ", f"{left} {right}")
    now = phrase.words.startswith(("today", "tonight", "this")) and _STATE.search(clause)
    return bool(now or _PAST.search(clause))


def _due(phrase: Phrase, lead: str, rank: int, clock: Clock) -> date | None:
    """The day kept for a phrase; one gone by is next year's, or the past year's it names, where it is announced."""
    span = phrase.span
    if span.last < clock.today:
        dated = re.search(r"\d{4}|\d[-/.]\d+[-/.]\d", phrase.words)
        if rank < (_FIRM if dated else _FOR):
            return None
        span = span if dated else next_year(span)
    if re.search(r"\b(?:before?|prior|ahead)\b(?! .*\bon\b)", lead):
        return span.before
    return span.first if span.opens and re.search(r"\bby\b", lead) else span.last
