"""Sentences as Slack draws them: rich text, in which nothing is markup, or mrkdwn where Slack offers nothing else."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from adapters.slack.escapes import escape, formats
from adapters.slack.limits import TEXT, URL
from bot.cleaning import clean
from bot.messages import Link, Person, Span, When, Words, moment, plain, spans

Data = dict[str, Any]

_DATES = {"time": "{time}", "day": "{date_short_pretty}", "both": "{date_short_pretty}, {time}"}


def fold(text: str, most: int) -> str:
    """The text within `most` characters, its cut end marked."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def flat(words: Words, most: int) -> str:
    """A sentence as plain text within a limit; never empty, which Slack refuses."""
    return fold(clean(plain(words)).strip(), most) or "…"


def rich(words: Words, most: int = TEXT) -> list[Data]:
    """The runs of a sentence as elements of a rich text section, of at most `most` characters."""
    drawn: list[Data] = []
    for element in (_element(span) for span in spans(words)):
        size = _size(element)
        if size > most:
            drawn.append(_cut(element, most))
            break
        most -= size
        if size:
            drawn.append(element)
    return drawn


def mrkdwn(words: Words, most: int = TEXT) -> str | None:
    """A sentence in Slack's markup, or None where what people wrote in it might be read as formatting, or is too long.

    No escape for formatting is documented, so that text which holds some is drawn otherwise.
    """
    drawn = ""
    for style, group in groupby(spans(words), lambda span: (span.bold, span.italic, span.code)):
        runs = [_run(span) for span in group]
        if None in runs:
            return None
        drawn += _styled("".join(run or "" for run in runs), *style)
    return drawn if drawn.strip() and len(drawn) <= most else None


def web(url: str) -> bool:
    """Whether an address leads to the web, and Slack takes it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(url) <= URL and not set(url) & set(" <>|\n")


def length(elements: list[Data]) -> int:
    """How many characters these elements show."""
    return sum(_size(each) for each in elements)


def _element(span: Span) -> Data:
    styled = {"style": style} if (style := dict(_style(span))) else {}
    match span.value:
        case Person() as person:
            user = person.user if person.ping else None
            return {"type": "user", "user_id": user} if user else {"type": "text", "text": clean(person.name)} | styled
        case When() as when:
            date = {"type": "date", "timestamp": int(when.at.timestamp()), "format": _DATES[when.form]}
            return date | {"fallback": moment(when)} | styled
        case Link() as link:
            text = {"text": fold(clean(link.label), TEXT)}
            return ({"type": "link", "url": link.url} if web(link.url) else {"type": "text"}) | text | styled
        case text:
            return {"type": "text", "text": clean(text)} | styled


def _style(span: Span) -> Iterator[tuple[str, bool]]:
    return ((name, True) for name in ("bold", "italic", "code") if getattr(span, name))


def _size(element: Data) -> int:
    return len(element.get("text") or element.get("fallback") or element.get("user_id") or "")


def _cut(element: Data, most: int) -> Data:
    return (
        element | {"text": fold(element["text"], most)} if most and "text" in element else {"type": "text", "text": "…"}
    )


def _run(span: Span) -> str | None:
    """One run in mrkdwn without its style, or None where it must not stand there."""
    match span.value:
        case Person() as person:
            user = person.user if person.ping else None
            return f"<@{user}>" if user else _literal(person.name)
        case When() as when:
            return f"<!date^{int(when.at.timestamp())}^{_DATES[when.form]}|{escape(moment(when))}>"
        case Link() as link:
            label = _literal(link.label)
            return f"<{link.url}|{label}>" if label and web(link.url) else label
        case text:
            return escape(text) if span.ours else _literal(text)


def _literal(text: str) -> str | None:
    return None if formats(text) else escape(text)


def _styled(text: str, bold: bool, italic: bool, code: bool) -> str:
    """The text between its marks, which Slack reads only where they touch it and stay on one line."""
    marks = "*" * bold + "_" * italic + "`" * code
    inner = text.strip(" ")
    if not marks or not inner or "\n" in inner:
        return text
    left, _, right = text.partition(inner)
    return f"{left}{marks}{inner}{marks[::-1]}{right}"
