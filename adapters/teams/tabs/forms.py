"""Draws a form as HTML: a label, a hint and an input for each question, and room for what is wrong with it."""

from collections.abc import Sequence
from html import escape

from adapters.teams.commands import plain
from adapters.teams.tabs.html import words
from bot.messages import Field, Form, Person
from bot.ports import Errors

Options = Sequence[tuple[str, str]]  # values and labels


def form(drawn: Form, people: Sequence[Person]) -> str:
    """What stands in the form; `people` are those whom a question for somebody offers, by their `user`."""
    note = f'<p class="quiet">{words(drawn.note)}</p>' if drawn.note else ""
    fields = "".join(_field(each, people) for each in drawn.fields)
    return (
        f'<form novalidate><div class="fields">{note}{fields}<p class="wrong" role="alert" hidden></p></div>'
        '<div class="ends"><button type="button" class="plain" data-close>Cancel</button>'
        f'<button type="submit" class="primary">{escape(plain(drawn.submit))}</button></div></form>'
    )


def names_people(drawn: Form) -> bool:
    """Whether somebody is asked for, who is to be chosen among the people there."""
    return any(each.kind == "person" and not each.options for each in drawn.fields)


def errors(wrong: Errors) -> dict[str, str]:
    """What is wrong, by field, as plain text."""
    return {name: plain(each) for name, each in wrong.fields.items()}


def _field(field: Field, people: Sequence[Person]) -> str:
    id = f"field-{escape(field.name)}"
    optional = ' <span class="quiet">(optional)</span>' if field.optional else ""
    hint = f'<p class="quiet" id="{id}-hint">{words(field.hint)}</p>' if field.hint else ""
    described = f"{id}-hint {id}-wrong" if field.hint else f"{id}-wrong"
    shared = f'id="{id}" name="{escape(field.name)}" aria-describedby="{described}"'
    shared += "" if field.optional else ' aria-required="true"'
    return (
        f'<div class="field"><label for="{id}">{escape(plain(field.label))}{optional}</label>{hint}'
        f'{_input(field, shared, people)}<p class="wrong" id="{id}-wrong" hidden></p></div>'
    )


def _input(field: Field, shared: str, people: Sequence[Person]) -> str:
    most = max(field.max_length, len(field.initial))
    match field.kind:
        case "choice":
            return _select(field, shared, [(each.value, plain(each.label)) for each in field.options])
        case "person" if field.options:
            return _select(field, shared, [(each.value, plain(each.label)) for each in field.options])
        case "person" if people:
            return _select(field, shared, [(f"<@{each.user}>", each.name) for each in people])
        case "lines":  # the parser drops a line break that follows the tag
            return f'<textarea {shared} rows="4" maxlength="{most}">\n{escape(field.initial)}</textarea>'
        case "date":
            return f'<input type="date" {shared} value="{escape(field.initial)}">'
        case kind:
            typed = ' inputmode="decimal"' if kind == "number" else ""
            value = escape(field.initial)
            return f'<input type="text" {shared} autocomplete="off" maxlength="{most}"{typed} value="{value}">'


def _select(field: Field, shared: str, options: Options) -> str:
    """A menu; one may choose nothing where nothing is chosen yet or needs to be."""
    known = any(value == field.initial for value, _ in options)
    none = [] if known and not field.optional else [("", "—" if field.optional else "Choose…")]
    drawn = "".join(
        f'<option value="{escape(value)}"{" selected" if value == field.initial else ""}>{escape(label)}</option>'
        for value, label in (*none, *options)
    )
    return f"<select {shared}>{drawn}</select>"
