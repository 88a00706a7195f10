"""What people see of an Adaptive Card: lines in reading order, and controls by their labels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from bot.messages import day

Payload = dict[str, Any]

ZONE = "Europe/London"  # in which the reader of these tests sits
_TOKEN = re.compile(r"\{\{(DATE|TIME)\((\S+?)(?:,\s*(?:SHORT|LONG|COMPACT))?\)\}\}")
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
_MARKS = re.compile(r"\*\*|(?<![\w\\])_(?=\S)|(?<=\S)(?<!\\)_(?!\w)")


@dataclass(frozen=True)
class Control:
    """A button, a link or a menu as it is seen. `action` is the card's; an option of a menu also names its `choice`."""

    label: str
    action: Payload = field(compare=False)
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    url: str = ""
    choice: str = ""


def parts_of(card: Payload) -> Iterator[str | Control]:
    """The lines and controls of a card, in the order in which they stand."""
    for each in card.get("body", []):
        yield from _element(each)
    for action in card.get("actions", []):
        yield from controls_of(action)


def lines_of(card: Payload) -> list[str]:
    """The lines alone."""
    return [line for part in parts_of(card) if isinstance(part, str) for line in part.split("\n") if line.strip()]


def _element(each: Payload) -> Iterator[str | Control]:
    if each.get("isVisible") is False:
        return
    match each["type"]:
        case "TextBlock":
            yield from _plain(each["text"]).split("\n")
        case "RichTextBlock":
            yield from "".join(map(_run, each["inlines"])).split("\n")
        case "FactSet":
            yield from (f"{_plain(one['title']).rstrip(':')}: {_plain(one['value'])}" for one in each["facts"])
        case "ColumnSet":
            yield from _acting(each, _row(each))
        case "Container" | "Column" | "TableCell":
            yield from _acting(each, (part for item in each.get("items", []) for part in _element(item)))
        case "Table":
            yield from (part for row in each["rows"] for part in _row({"columns": row["cells"]}))
        case "ActionSet":
            yield from (control for action in each["actions"] for control in controls_of(action))
        case _:
            pass  # an image, or an input, which is asked in a form


def _row(each: Payload) -> Iterator[str | Control]:
    """What stands side by side: columns of as many lines are read line by line, then what can be pressed in them."""
    columns = [list(_element({"type": "Column", **column})) for column in each["columns"]]
    texts = [[part for part in column if isinstance(part, str)] for column in columns]
    texts = [column for column in texts if column]
    if len({len(column) for column in texts}) == 1:
        yield from (" ".join(filter(None, line)) for line in zip_longest(*texts))
    else:
        yield from (line for column in texts for line in column)
    yield from (part for column in columns for part in column if isinstance(part, Control))


def _acting(each: Payload, within: Iterator[str | Control]) -> Iterator[str | Control]:
    """An element that can be pressed as a whole: the accented words in it say what happens, and are no line of it."""
    action = each.get("selectAction")
    label = next(_accented(each), "") if action else ""
    for part in within:
        if isinstance(part, str) and label:
            part = part.removesuffix(label).rstrip()
        yield part
    if action:
        yield from controls_of({**action, "title": label or action.get("title", "")})


def _accented(each: Any) -> Iterator[str]:
    if isinstance(each, dict):
        if each.get("color") == "accent" and each.get("text"):
            yield _plain(each["text"]) if each["type"] == "TextBlock" else _joined(each["text"])
        each = [value for name, value in each.items() if name != "selectAction"]
    if isinstance(each, list):
        for one in each:
            yield from _accented(one)


def controls_of(action: Payload) -> Iterator[Control]:
    """One action as a control; a menu is followed by each of its options, which opens, chooses and submits."""
    label, ours = _joined(action.get("title", "")), action.get("data", {}).get("bmm", {})
    if action["type"] == "Action.OpenUrl":
        yield Control(label, action, url=action["url"])
    elif menu := ours.get("m"):
        options = tuple((_joined(str(name)), str(value)) for name, value in menu["o"])
        yield Control(label, action, options=options)
        yield from (Control(name, action, value, choice=value) for name, value in options)
        yield from _folded(label, action, options)
    else:
        yield Control(label, action, str(ours.get("i", "")))


def _folded(label: str, action: Payload, options: tuple[tuple[str, str], ...]) -> Iterator[Control]:
    """Menus that were folded into this one, known by the labels of their options: `Move to: ICE BOX`."""
    menus: dict[str, list[tuple[str, str]]] = {}
    for name, value in options:
        menu, colon, option = name.partition(": ")
        if colon and menu != label:
            menus.setdefault(menu, []).append((option, value))
    yield from (Control(menu, action, options=tuple(folded)) for menu, folded in menus.items())


def pings_of(card: Payload) -> list[str]:
    """The ids of those who are mentioned, and so notified."""
    return [each["mentioned"]["id"] for each in card.get("msteams", {}).get("entities", [])]


def found(card: Payload, label: str) -> Control:
    """The control whose label begins so. Raises LookupError, naming those that are there."""
    there = [part for part in parts_of(card) if isinstance(part, Control)]
    for each in there:
        if each.label.casefold().startswith(label.casefold()):
            return each
    raise LookupError(f"{label!r} is none of {[each.label for each in there]}")


def _run(run: str | Payload) -> str:
    """Text of rich text is shown as it is written; times are left as tokens there."""
    return _joined(run if isinstance(run, str) else str(run.get("text", "")))


def _plain(text: str) -> str:
    """Text of a TextBlock without its Markdown; what was escaped is shown as it is."""
    text = re.sub(r"<at>(.*?)</at>", lambda name: f"@{name[1].partition(' ')[0]}", _dated(text))
    text = re.sub(r"(?<!\\)\[((?:\\.|[^\[\]\\])*)\]\([^()\s]*\)", r"\1", text)
    text = _MARKS.sub("", text)
    text = _ESCAPED.sub(r"\1", text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return _joined(text)


def _joined(text: str) -> str:
    """Text without what has no width."""
    return re.sub(r"[\u200b\u2060]", "", text)


def _dated(text: str) -> str:
    return _TOKEN.sub(_moment, text)


def _moment(token: re.Match[str]) -> str:
    local = datetime.fromisoformat(token[2]).astimezone(ZoneInfo(ZONE))
    return f"{local:%H:%M}" if token[1] == "TIME" else day(local.date())


__all__ = ["ZONE", "Control", "controls_of", "found", "lines_of", "parts_of", "pings_of"]
