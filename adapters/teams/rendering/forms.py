"""A form as the card of a dialog, with what is wrong at its fields and what was typed still in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.teams import limits
from adapters.teams.commands import plain
from adapters.teams.rendering.blocks import left_out, quiet, warning
from adapters.teams.rendering.controls import TooLong, packed, submit
from adapters.teams.rendering.render import bare
from adapters.teams.rendering.runs import drawn, flat, joined, lines, short
from adapters.teams.rendering.sheet import WORDS, Data
from bot.cleaning import clean
from bot.messages import Field, Form, Person, Words
from bot.words import say

PREFIX = "f."  # before a field's name in the id of its input

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_CUT = Words("Only the beginning of this text fits here: what comes after it is lost when this is saved.")
_KEPT = "As it stands"  # somebody whose name is not told here
_NONE = ("—", " ")  # the choice of nothing; a value that is empty Teams takes for none at all
_MANY, _FEW = 400, 10  # choices of a field, at first and where there is little room
_BRIEF = 60  # characters of the words around a field where there is little room
_NOTE = 5  # times these the words above all fields may be long
_START = 200  # characters of a text that are shown at least, and that are cut at once


@dataclass(frozen=True)
class Filling:
    """What stands in a form: who can be chosen, what was typed already and what is wrong, by the names of fields.

    `ways` are drawn below what is wrong with the whole.
    """

    people: Sequence[Person] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Words] = field(default_factory=dict)
    ways: Sequence[Data] = ()


@dataclass(frozen=True)
class _Room:
    """How much of it is shown: characters of labels, hints and errors, choices of a field, and texts by field."""

    words: int
    choices: int
    texts: Mapping[str, str]


def form(asked: Form, filling: Filling, nonce: str) -> Data:
    """The card of a form; its title belongs to the dialog. Raises TooLong, KeyError.

    Where it is too large, fewer choices are shown, then shorter words around its fields, and at last less of the
    longest text; what somebody would miss is said.
    """
    fields = [replace(each, initial=clean(filling.values.get(each.name, each.initial))) for each in asked.fields]
    room = _Room(limits.INPUT_WORDS, _MANY, {each.name: each.initial for each in fields if _is_text(each)})
    while (over := limits.weight(card := _card(asked, fields, filling, nonce, room)) - limits.CARD_BYTES) > 0:
        room = _less(room, over)
    return card


def _less(room: _Room, over: int) -> _Room:
    if room.choices > _FEW:
        return replace(room, choices=room.choices // 2)
    if room.words > _BRIEF:
        return replace(room, words=_BRIEF)
    name = max(room.texts, key=lambda name: len(room.texts[name]), default="")
    text = room.texts.get(name, "")
    if len(text) <= _START:
        raise TooLong(f"a form of {over} bytes more than fit")
    # a character takes four bytes at the most, so that this cuts nothing that would have fitted
    return replace(room, texts={**room.texts, name: text[: max(_START, len(text) - max(over // 4, _START))]})


def _card(asked: Form, fields: Sequence[Field], filling: Filling, nonce: str, room: _Room) -> Data:
    names = {each.name for each in fields}
    wrong = [joined(words, room.words) for name, words in filling.errors.items() if name not in names]
    body = [*(warning(line, WORDS) for line in wrong), *filling.ways]
    body += [drawn(line, WORDS) for line in lines(asked.note or Words(""), _NOTE * room.words)]
    for each in fields:
        body += _field(each, filling, room)
    send = submit(flat(asked.submit, limits.LABEL), {"f": packed(asked.intent)}, nonce, style="positive")
    return bare(body, flat(asked.title, limits.SUMMARY), actions=[send])


def _field(asked: Field, filling: Filling, room: _Room) -> list[Data]:
    """What is wrong, the input, and its hint."""
    text = room.texts.get(asked.name, asked.initial)
    wrong = [filling.errors[asked.name]] if asked.name in filling.errors else []
    cut = [_CUT] if text != asked.initial else []
    return [
        *(warning(joined(words, room.words), WORDS) for words in (*wrong, *cut)),
        *_input(replace(asked, initial=text), filling.people, room),
        *([quiet(joined(asked.hint, room.words), WORDS)] if asked.hint else []),
    ]


def _is_text(asked: Field) -> bool:
    return asked.kind in ("line", "lines") or (asked.kind == "choice" and not asked.options)


def _input(asked: Field, people: Sequence[Person], room: _Room) -> list[Data]:
    """The input of a field, and how many of its choices were left out."""
    match asked.kind:
        case "choice" if asked.options:
            return _choices(asked, [(plain(each.label), each.value) for each in asked.options], room)
        case "person":
            return _choices(asked, _people(asked.initial, people), room)
        case "date":
            known = {"value": asked.initial} if _DATE.fullmatch(asked.initial) else {}
            return [_framed(asked, "Input.Date", room) | known]
        case "number":
            return [_framed(asked, "Input.Number", room) | _number(asked.initial)]
        case _:
            text = {"isMultiline": asked.kind == "lines", "maxLength": max(asked.max_length, len(asked.initial), 1)}
            return [_framed(asked, "Input.Text", room) | text | ({"value": asked.initial} if asked.initial else {})]


def _framed(asked: Field, kind: str, room: _Room) -> Data:
    drawn: Data = {"type": kind, "id": f"{PREFIX}{asked.name}", "label": flat(asked.label, room.words)}
    needed = {"isRequired": True, "errorMessage": say("machine.needed").template}
    return drawn | ({} if asked.optional else needed)


def _number(initial: str) -> Data:
    if not _NUMBER.fullmatch(initial):
        return {}
    number = float(initial)
    return {"value": int(number) if number.is_integer() else number}


def _people(initial: str, people: Sequence[Person]) -> list[tuple[str, str]]:
    """Who can be chosen; whoever is chosen already can be, whether they are among these or not."""
    known = {f"<@{each.user}>": each.name for each in people}
    if initial and initial not in known and len(initial) <= limits.INPUT_WORDS:
        known = {initial: _KEPT if initial.startswith("<@") else initial, **known}
    return [(name, value) for value, name in known.items()]


def _choices(asked: Field, given: Sequence[tuple[str, str]], room: _Room) -> list[Data]:
    """All at once where they are few and one is needed, else in a list."""
    most = room.choices
    chosen = [each for each in given if asked.initial and each[1] == asked.initial]
    fitting = list(given[:most]) if not chosen or chosen[0] in given[:most] else [*chosen, *given[: most - 1]]
    none = [_NONE] if asked.optional or not fitting else []
    style = "expanded" if len(fitting) <= limits.RADIOS and not none else "compact"
    drawn = _framed(asked, "Input.ChoiceSet", room) | {"style": style, "wrap": True}
    drawn["choices"] = [
        {"title": short(title, min(room.words, limits.LABEL)), "value": value} for title, value in (*none, *fitting)
    ]
    drawn |= {"value": asked.initial} if chosen else {}
    left = len(given) - len(fitting)
    return [drawn, *([left_out(left)] if left else [])]
