"""Slack's views: a form as a modal, what is wrong with a submitted one, words as a modal, somebody's home."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.slack import limits
from adapters.slack.reading.parse import PART
from adapters.slack.rendering.blocks import rich_text, section
from adapters.slack.rendering.controls import TooLong, labelled, option, options, plain_text
from adapters.slack.rendering.runs import Data, flat, rich
from bot.cleaning import clean
from bot.messages import Field, Form, Message
from bot.ports import Errors
from bot.wire import pack

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_SHORT = 150  # characters of a label or hint where there is little room
_RADIOS = 4  # options of a choice that are shown at once rather than in a menu


def view(form: Form, origin: Mapping[str, str]) -> Data:
    """The modal of a form; `origin` travels in it. Raises TooLong where the intent is more than a modal carries."""
    blocks = _blocks(form, limits.INPUT_LABEL)
    if not _fits(blocks) and not _fits(blocks := _blocks(form, _SHORT)):
        raise TooLong(f"a form of {len(blocks)} blocks")
    return {
        "type": "modal",
        "callback_id": "bmm",
        "title": labelled(form.title, limits.VIEW_TITLE),
        "submit": labelled(form.submit, limits.VIEW_TITLE),
        "close": plain_text("Cancel"),
        "private_metadata": _metadata(form.intent, origin),
        "blocks": blocks or rich_text(section([])),
    }


def notice(message: Message, blocks: list[Data], origin: Mapping[str, str] | None = None) -> Data:
    """A modal that tells something; from `origin` its controls know where they were asked for."""
    return {
        "type": "modal",
        "callback_id": "bmm",
        "title": plain_text("bmm"),
        "close": plain_text("Close"),
        "private_metadata": _fitting(dict(origin or {})),
        "blocks": blocks or [{"type": "section", "text": labelled(message.summary, limits.TEXT)}],
    }


def home(message: Message, blocks: list[Data], team: str) -> Data:
    """Somebody's own page with the bot; its controls come back with the id of its workspace."""
    return {
        "type": "home",
        "callback_id": "bmm",
        "private_metadata": _fitting({"w": team}),
        "blocks": blocks or [{"type": "section", "text": labelled(message.summary, limits.TEXT)}],
    }


def errors(wrong: Errors, fields: Sequence[str]) -> dict[str, str]:
    """What is wrong, by block of the form with these `fields`; words for a field it lacks stand at its first one."""
    told: dict[str, str] = {}
    for name, words in wrong.fields.items():
        at = name if name in fields else next(iter(fields), "")
        told[at] = f"{told[at]} {flat(words, limits.TEXT)}" if at in told else flat(words, limits.TEXT)
    return {name: words for name, words in told.items() if name}


def _blocks(form: Form, most: int) -> list[Data]:
    """Note and inputs, with labels and hints of at most `most` characters."""
    note = rich_text(section(rich(form.note))) if form.note else []
    return [*note, *(block for field in form.fields for block in _inputs(field, most))]


def _fits(blocks: list[Data]) -> bool:
    spare = 2 * limits.PRIVATE_METADATA
    return len(blocks) <= limits.MODAL_BLOCKS and limits.weight(blocks) <= limits.VIEW_BYTES - spare


def _metadata(intent: Any, origin: Mapping[str, str]) -> str:
    return _fitting({"i": pack(intent), **origin})


def _fitting(kept: dict[str, str]) -> str:
    """What travels in a view, without its least parts where it is too much. Raises TooLong."""
    for least in ("n", "a", ""):
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        if len(text) <= limits.PRIVATE_METADATA:
            return text
        kept.pop(least, None)
    raise TooLong(f"a view that carries {sum(map(len, kept.values()))} characters")


def _inputs(field: Field, most: int) -> list[Data]:
    """The input of a field; a text longer than one holds is laid over several, which are joined when they come back."""
    initial = clean(field.initial)
    size = limits.INPUT_TEXT
    parts = [initial[start : start + size] for start in range(0, len(initial), size)] or [""]
    if field.kind not in ("line", "lines") or len(parts) == 1:
        return [_input(field, field.name, _element(field, initial), most)]
    first, *others = parts
    rest = replace(field, hint=None)
    more = [_input(rest, f"{field.name}{PART}{n}", _text(part), _SHORT) for n, part in enumerate(others, 1)]
    return [_input(field, field.name, _text(first), most), *more]


def _input(field: Field, block_id: str, element: Data, most: int) -> Data:
    drawn: Data = {"type": "input", "block_id": block_id, "label": labelled(field.label, most)}
    drawn |= {"element": element | {"action_id": "value"}, "optional": field.optional or PART in block_id}
    return drawn | ({"hint": labelled(field.hint, most)} if field.hint else {})


def _element(field: Field, initial: str) -> Data:
    match field.kind:
        case "choice" if field.options:
            return _choice(field, initial)
        case "date":
            return {"type": "datepicker"} | ({"initial_date": initial} if _DATE.fullmatch(initial) else {})
        case "person":
            user = initial[2:-1] if initial.startswith("<@") else None
            return {"type": "users_select"} | ({"initial_user": user} if user else {})
        case "number":
            return {"type": "number_input", "is_decimal_allowed": True} | (
                {"initial_value": initial} if initial else {}
            )
        case _:
            most = min(max(field.max_length, len(initial), 1), limits.INPUT_TEXT)
            return _text(initial, most, multiline=field.kind == "lines")


def _text(initial: str, most: int = limits.INPUT_TEXT, *, multiline: bool = True) -> Data:
    drawn = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    return drawn | ({"initial_value": initial} if initial else {})


def _choice(field: Field, initial: str) -> Data:
    """Few options at once, many in a menu; a menu too where none may be chosen, which radio buttons cannot undo."""
    pairs = [option(each.label, each.value) for each in field.options]
    chosen = next((n for n, each in enumerate(field.options) if each.value == initial), None)
    kind = "radio_buttons" if len(pairs) <= _RADIOS and not field.optional else "static_select"
    return {"type": kind} | options(pairs, chosen)
