"""Changing what was understood, in one form; only changed fields are written, and a clash is said at its field."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from bot.board import priority_objection
from bot.effects import Effects, OpenForm, Refusal
from bot.forms import field
from bot.items import Item
from bot.look import Look
from bot.messages import Button, Form
from bot.people import Role
from bot.questions import MISSING, holes
from bot.routes import Routes
from bot.turn import Turn, find_item
from bot.words import say
from dialogs.capture import ask_next
from dialogs.intents import EditItem
from dialogs.item import done
from dialogs.things import answered

routes = Routes()
routes.command("edit", intent=EditItem, args="item", example="/bmm edit 42")

THINGS = ("outcome", "priority")  # what the asker is asked for; telling it here is an answer too
FIELDS = ("title", "request", "outcome", "priority", "due", "kind", "tickets")


@routes.form(EditItem)
def edit_form(intent: EditItem, look: Look) -> Form:
    """The form with the present values, and a digest of each so that another's change in between is noticed.

    Where no item was named, the form that asks for one.
    """
    if intent.item is MISSING:
        return Form(say("edit.which"), (field("item", holes(EditItem)["item"]),), intent, say("item.edit"))
    item = find_item(look.store, look.board, intent.item)
    if item is None:
        raise Refusal(say("machine.no_such_item", ref=intent.item))
    asked = {name: each for name, each in holes(EditItem).items() if name in FIELDS}
    shown = {name: each for name, each in asked.items() if len(_text(item, name)) <= each.max_length}
    fields = tuple(
        replace(field(name, each), initial=_text(item, name), optional=name != "title") for name, each in shown.items()
    )
    base = json.dumps({name: _digest(_text(item, name)) for name in shown}, separators=(",", ":"))
    note = say("edit.too_long") if len(shown) < len(asked) else None
    return Form(say("forms.item_edit", key=item.key), fields, EditItem(item.id, base=base), say("machine.save"), note)


@routes.handles(EditItem, opens=True)
def edit_item(intent: EditItem, turn: Turn) -> Effects:
    """Write what was changed in the form. An empty field empties what it shows, except the title."""
    item = turn.item(intent.item)
    base: dict[str, str] = json.loads(intent.base or "{}")
    if not base:
        yield from _open(item, turn)
        return
    new = {name: value for name, value in _said(intent, turn).items() if name in base}
    changed = {name: text for name, text in new.items() if _digest(text) != base[name]}
    for name in changed:
        if _digest(_text(item, name)) != base[name]:
            raise Refusal(say("edit.clash", now=_text(item, name)), field=name)
    if not changed:
        raise Refusal(say("edit.nothing", key=item.key))
    after = turn.save(_edited(item, intent, set(changed), turn))
    told = [name for name in THINGS if name in changed and getattr(after, name)]
    for name in told:
        answered(turn, after.id, name)
    yield from done(turn, item, after, say("edit.done", key=item.key))
    if told:
        yield from ask_next(after, turn)


def _open(item: Item, turn: Turn) -> Effects:
    """The form, which only a click or a command can open."""
    if turn.event.how not in ("command", "control", "form"):
        raise Refusal(say("edit.by_form", key=item.key), Button(say("item.edit"), EditItem(item.id)))
    yield OpenForm(EditItem(item.id))


def _edited(item: Item, intent: EditItem, changed: set[str], turn: Turn) -> Item:
    if "title" in changed and not (intent.title or "").strip():
        raise Refusal(say("machine.needed"), field="title")
    values: dict[str, Any] = {name: getattr(intent, name) for name in changed}
    values = {name: _empty(name) if value is MISSING else value for name, value in values.items()}
    if "priority" in values and values["priority"] is not None:
        objection = priority_objection(item, values["priority"])
        if objection is not None:
            raise Refusal(say(objection.words, key=item.key), field="priority")
    if "priority" in values:
        values["confirmed"] = (
            bool(turn.roles(turn.person.id) & {Role.ADMIN, Role.PM}) and values["priority"] is not None
        )
    if "tickets" in values:
        values["tickets"] = tuple(dict.fromkeys(values["tickets"].replace(",", " ").split()))
    return replace(item, **values)


def _said(intent: EditItem, turn: Turn) -> dict[str, str]:
    """What the form says, field by field, as text."""
    said: dict[str, str] = {}
    for name in FIELDS:
        value = getattr(intent, name)
        said[name] = "" if value is MISSING or value is None else str(value).strip()
    said["tickets"] = ", ".join(dict.fromkeys(said["tickets"].replace(",", " ").split()))
    return said


def _text(item: Item, name: str) -> str:
    value = getattr(item, name)
    return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value).strip()


def _empty(name: str) -> Any:
    return None if name in ("priority", "due", "kind") else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.replace("\r\n", "\n").encode(errors="replace")).hexdigest()[:10]
