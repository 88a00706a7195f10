"""The dates that a text names, whatever it says of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.datewords import RULES, TIME, Clock, Weight
from bot.spans import Span, in_year_from


@dataclass(frozen=True)
class Phrase:
    """The words for a date, found at `start`; `end` is behind the hour that may follow them."""

    start: int
    end: int
    words: str
    span: Span
    weight: Weight


_PATTERNS = [re.compile(f"(?:{pattern})".replace(" ", r"\s") + r"(?!\w)") for _, _, pattern in RULES]


def _unnamed(pattern: str) -> str:
    """`pattern` without groups, to stand beside others in one expression."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern).replace("(?P=dot)", "[-/.]")


_ANY = re.compile(r"(?<![\w£$€#:/.,+-])(?:" + "|".join(f"({_unnamed(pattern.pattern)})" for pattern in _PATTERNS) + ")")
_HOUR = re.compile(
    rf",?\s(?:(?:at\s|by\s)?(?:{TIME}|\d\d? ?h\b)|(?:in\sthe\s)?(?:morning|afternoon|evening)\b|night\b)"
)


def dates(text: str, clock: Clock) -> Iterator[Phrase]:
    """The dates named in lower-case `text`, in order; impossible ones (31 Nov) are passed over."""
    for found in _ANY.finditer(text):
        number = (found.lastindex or 1) - 1
        weight, meaning, _ = RULES[number]
        parts = _PATTERNS[number].match(text, found.start())
        try:
            span = meaning(parts.groupdict(""), clock) if parts else None
        except (ValueError, OverflowError):
            continue
        if span:
            hour = _HOUR.match(text, found.end())
            yield Phrase(found.start(), hour.end() if hour else found.end(), found.group(), span, weight)


def next_year(span: Span) -> Span:
    """The same days a year later. ValueError beyond the last year there is."""
    first = in_year_from(span.first.year + 1, span.first.month, span.first.day).first
    return replace(span, first=first, last=first + (span.last - span.first))
