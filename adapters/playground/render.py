"""Draws the words of the UI as data for the browser, which puts every text into the page as text, never as markup."""

from typing import Any
from urllib.parse import urlsplit

from adapters.playground.team import BOT
from bot.chatlog import Said
from bot.messages import (
    Bar,
    Bars,
    Block,
    Button,
    Choice,
    Controls,
    Divider,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Listing,
    Message,
    Person,
    Quote,
    Row,
    Span,
    Text,
    When,
    Words,
    plain,
    spans,
)
from bot.ports import Errors
from bot.wire import pack

Data = dict[str, Any]

ANSWER = "answer:"  # opens the mark of a private answer; the id of the message it answers follows


def message(drawn: Message) -> Data:
    """A message as data; one without blocks is its summary."""
    blocks = drawn.blocks or (Text(drawn.summary),)
    return {"summary": plain(drawn.summary), "blocks": [block(each) for each in blocks]}


def form(drawn: Form) -> Data:
    """A form as data; submitted, its `intent` comes back with the values."""
    return {
        "title": plain(drawn.title),
        "fields": [_field(each) for each in drawn.fields],
        "intent": pack(drawn.intent),
        "submit": plain(drawn.submit),
        "note": words(drawn.note),
    }


def errors(wrong: Errors) -> dict[str, str]:
    """What is wrong, by field, as plain text."""
    return {name: plain(each) for name, each in wrong.fields.items()}


def block(drawn: Block) -> Data:
    """One block as data, told apart by its `kind`."""
    match drawn:
        case Heading():
            return {"kind": "heading", "words": words(drawn.words)}
        case Text():
            return {"kind": "text", "words": words(drawn.words), "tone": drawn.tone}
        case Quote():
            return {"kind": "quote", "text": drawn.text}
        case Facts():
            return {"kind": "facts", "rows": [[words(label), words(value)] for label, value in drawn.rows]}
        case Listing():
            rows = [_row(each) for each in drawn.rows]
            return {"kind": "listing", "title": words(drawn.title), "rows": rows, "more": words(drawn.more)}
        case Bars():
            return {"kind": "bars", "rows": [_bar(each) for each in drawn.rows], "total": drawn.total}
        case Controls():
            return {"kind": "controls", "items": [control(each) for each in drawn.items]}
        case Divider():
            return {"kind": "divider"}


def control(drawn: Button | Choice | Link) -> Data:
    """One control as data; what it becomes travels packed in `intent`."""
    match drawn:
        case Button():
            return {
                "kind": "button",
                "label": words(drawn.label),
                "intent": pack(drawn.intent),
                "style": drawn.style,
                "confirm": plain(drawn.confirm) if drawn.confirm else None,
            }
        case Choice():
            options = [control(each) for each in drawn.options]
            return {"kind": "choice", "label": words(drawn.label), "options": options, "chosen": drawn.chosen}
        case Link():
            return {"kind": "link", "label": drawn.label, "href": href(drawn.url)}


def words(drawn: Words | None) -> list[Data] | None:
    """A sentence as its runs."""
    return None if drawn is None else [_span(each) for each in spans(drawn)]


def href(url: str) -> str | None:
    """The address, if it leads to the web or to a page of ours; None for what must not be followed."""
    if any(char <= " " or char == "\\" for char in url):  # browsers drop or turn these, and so change the address
        return None
    if url.startswith("/") and not url.startswith("//"):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def said(row: Said, card: Data | None) -> Data:
    """A message of the conversation as data; `card` is the drawn body of one of the bot's."""
    shown: Data = {
        "id": row.id,
        "channel": row.channel,
        "thread": row.thread,
        "author": row.author,
        "at": row.at.isoformat(),
        "to": row.to,
        "text": row.text,
        "card": card,
    }
    if row.author != BOT:
        marks = {"edited": row.edited and bool(row.text), "deleted": not row.text}
        shown |= {name: True for name, is_so in marks.items() if is_so}
    if row.to and row.mark.startswith(ANSWER):
        shown["under"] = row.mark.removeprefix(ANSWER)
    return shown


def _span(span: Span) -> Data:
    drawn = {name: True for name in ("bold", "italic", "code") if getattr(span, name)}
    match span.value:
        case Person() as person:
            return drawn | {"person": person.id, "text": person.name, "ping": person.ping}
        case When() as when:
            return drawn | {"at": when.at.isoformat(), "form": when.form}
        case Link() as link:
            return drawn | {"text": link.label, "href": href(link.url)}
        case text:
            return drawn | {"text": text}


def _row(row: Row) -> Data:
    return {"words": words(row.words), "control": control(row.control) if row.control else None}


def _bar(bar: Bar) -> Data:
    return {"label": words(bar.label), "count": bar.count, "mark": words(bar.mark)}


def _field(field: Field) -> Data:
    return {
        "name": field.name,
        "label": plain(field.label),
        "kind": field.kind,
        "options": [{"value": each.value, "label": plain(each.label)} for each in field.options],
        "initial": field.initial,
        "hint": words(field.hint),
        "optional": field.optional,
        "max": field.max_length,
    }
