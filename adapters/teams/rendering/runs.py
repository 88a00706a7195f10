"""Sentences as Teams draws them: runs of rich text, in which nothing is markup, or marked-up text where that must be.

A mention is read in a TextBlock only, and so are times: in runs of rich text Teams leaves them as they are written
(github.com/microsoft/AdaptiveCards/issues/6194). There backslashes keep what people wrote from being markup; as phones
have taken them for text (issue 5590), an invisible joiner breaks what would be worse than a stray emphasis.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from adapters.teams import commands
from adapters.teams.limits import LINES, TEXT, URL
from adapters.teams.rendering.sheet import Data, Sheet
from bot.cleaning import clean
from bot.messages import Link, Person, Span, When, Words

_JOINER = "\u2060"  # of no width, and breaks no line
_TOKEN = re.compile(r"(?<=\{)(?=\{)|(?<=<)(?=/?at\b)", re.IGNORECASE)
_MARK = re.compile(r"[\\`*_\[\]~#|>]")
_READ = re.compile(r"(?<=[{<&\]])|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)  # tokens, tags, entities, links
_PLAIN = re.compile(r"(?!\s*(?:[-+]|\d+[.)])(?:\s|$))(?:[^\\`*_\[\]~#|<>&{}@/.]|\.(?=\s|$))+")
_LISTED = re.compile(r"\s*(?:[-+]|\d+[.)])(?:\s|$)")


def fold(text: str, most: int) -> str:
    """The text within `most` characters, its cut end marked."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def disarmed(text: str) -> str:
    """What people wrote without what Teams would read as a time or a mention, wherever it stands."""
    return _TOKEN.sub(_JOINER, clean(text))


def flat(words: Words, most: int) -> str:
    """A sentence as one line of plain text within a limit; never empty."""
    return short(commands.plain(words), most)


@lru_cache(maxsize=2_000)  # the same few labels stand on every card
def short(text: str, most: int) -> str:
    """A text as one such line."""
    begun = text.strip()[: 20 * most]  # what comes later is folded away, and cleaning it would only take long
    return fold(" ".join(disarmed(begun).split()), most) or "…"


def is_plain(text: str) -> bool:
    """Whether no client could read markup, a mention, a time or a link in it."""
    return _PLAIN.fullmatch(text) is not None


def web(url: str) -> bool:
    """Whether an address leads to the web, and can stand in a card."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(url) <= URL and not set(url) & set(" <>\n")


def lines(words: Words, most: int = TEXT) -> list[list[Span]]:
    """The runs of a sentence within `most` characters, line by line, without empty lines and not too many.

    Raises KeyError.
    """
    found: list[list[Span]] = [[]]
    for span in _within(commands.runs(words), most):
        first, *others = span.value.split("\n") if isinstance(span.value, str) else [span.value]
        found[-1].append(replace(span, value=first) if others else span)
        found += [[replace(span, value=other)] for other in others]
    full = [line for line in found if any(_text(span.value).strip() for span in line)]
    return full if len(full) <= LINES else [*full[: LINES - 1], [Span("…")]]


def joined(words: Words, most: int) -> list[Span]:
    """The runs of a sentence on one line; never none."""
    found: list[Span] = []
    for line in lines(words, most) or [[Span("…")]]:
        found += [Span(" · "), *line] if found else line
    return found


def drawn(line: Sequence[Span], sheet: Sheet, **look: Any) -> Data:
    """One line as a block; `look` is what Teams calls size, weight, isSubtle and color."""
    if any(isinstance(span.value, When) or sheet.pings(span.value) for span in line):
        return {"type": "TextBlock", "text": _marked(line, sheet), "wrap": True, **look}
    runs = (_run(style, list(group)) for style, group in groupby(line, _style))
    return {"type": "RichTextBlock", "inlines": [look | run for some in runs for run in some]}


def _within(given: Iterator[Span], most: int) -> Iterator[Span]:
    for span in given:
        value = span.value
        if isinstance(value, str):
            value = clean(value)
        elif isinstance(value, Link):
            value = Link(fold(" ".join(clean(value.label).split()), most) or "…", value.url)
        size = len(_text(value))
        if size > most:
            yield replace(span, value=fold(value, max(most, 1)) if isinstance(value, str) else "…")
            return
        most -= size
        if size:
            yield span if value is span.value else replace(span, value=value)


def _text(value: str | Person | When | Link) -> str:
    match value:
        case Person() as person:
            return " ".join(clean(person.name).split())
        case When():
            return "Fri, Nov 27, 2026"
        case Link() as link:
            return link.label
        case text:
            return text


def _style(span: Span) -> tuple[bool, bool, bool]:
    return span.bold, span.italic, span.code


# --- rich text


def _run(style: tuple[bool, bool, bool], line: list[Span]) -> Iterator[Data]:
    """The runs of one style; neighbours that are only text become one."""
    bold, italic, code = style
    look: Data = {"weight": "bolder"} if bold else {}
    look |= ({"italic": True} if italic else {}) | ({"fontType": "monospace"} if code else {})
    for url, group in groupby(line, lambda span: _target(span.value)):
        text = disarmed("".join(_text(span.value) for span in group))
        opens = {"selectAction": {"type": "Action.OpenUrl", "title": fold(text, 75), "url": url}} if url else {}
        yield {"type": "TextRun", "text": text, **look, **opens}


def _target(value: object) -> str:
    return value.url if isinstance(value, Link) and web(value.url) else ""


# --- marked-up text


def _marked(line: Sequence[Span], sheet: Sheet) -> str:
    drawn = ""
    for style, group in groupby(line, _style):
        drawn += _styled("".join(_written(span, sheet) for span in group), *style)
    return (_JOINER if _LISTED.match(drawn) else "") + drawn


def _written(span: Span, sheet: Sheet) -> str:
    match span.value:
        case Person() as person if sheet.pings(person):
            return sheet.mention(person)
        case When() as when:
            return _moment(when)
        case Link() as link if web(link.url):
            return f"[{_literal(link.label)}]({link.url.replace('(', '%28').replace(')', '%29')})"
        case _:
            return _literal(_text(span.value))


def _moment(when: When) -> str:
    """An instant that each client shows in its reader's zone: `Fri, Nov 27, 2026`, `10:00 AM`, or both."""
    at = f"{when.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    day, time = f"{{{{DATE({at},SHORT)}}}}", f"{{{{TIME({at})}}}}"
    return {"time": time, "day": day, "both": f"{day}, {time}"}[when.form]


def _literal(text: str) -> str:
    return _READ.sub(_JOINER, _MARK.sub(r"\\\g<0>", text))


def _styled(text: str, bold: bool, italic: bool, _code: bool) -> str:
    """The text between its marks, which are read only where they touch it; mentions stay outside."""
    marks = "**" * bold + "_" * italic
    inner = text.strip(" ")
    if not marks or not inner or "<at>" in inner:
        return text
    left, _, right = text.partition(inner)
    return f"{left}{marks}{inner}{marks[::-1]}{right}"
