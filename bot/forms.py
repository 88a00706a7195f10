"""The form of an intent: one field for each hole, unless its dialog draws its own."""

from typing import Any

from bot.items import Item
from bot.look import Look
from bot.messages import Field, Form, Option, Words
from bot.questions import MISSING, Hole, holes
from bot.routes import Routes
from bot.wire import name_of
from bot.words import knows, say


def form_of(intent: Any, routes: Routes, look: Look) -> Form:
    """The form that, submitted, becomes `intent` with its holes filled."""
    custom = routes.forms.get(type(intent))
    if custom is not None:
        return custom(intent, look)
    fields = tuple(
        field(name, each, _shown(name, getattr(intent, name), look)) for name, each in holes(type(intent)).items()
    )
    return Form(say(title_key(intent)), fields, intent, say("machine.save"))


def _shown(name: str, value: Any, look: Look) -> Any:
    """An item by its key, as people call it."""
    item = look.store.get(Item, value) if name == "item" and isinstance(value, str) else None
    return item.key if item is not None else value


def field(name: str, hole: Hole, value: Any = MISSING) -> Field:
    """The form's field of one hole, with the value that it holds already."""
    options = tuple(Option(value, words) for value, words in choices(hole))
    hint = say(f"{hole.words}_hint") if knows(f"{hole.words}_hint") else None
    initial = "" if value is MISSING or value is None else str(value)
    label = say(f"{hole.words}_label")
    return Field(name, label, hole.kind, options, initial, hint, hole.optional, hole.max_length)


def choices(hole: Hole) -> list[tuple[str, Any]]:
    """The values and labels of a choice; labels are data, not markup."""
    return [(value, Words("{label}", {"label": label})) for value, label in (hole.options() if hole.options else ())]


def title_key(intent: Any) -> str:
    """The catalogue's key of a form's title: `forms.item_block` for `item.block`."""
    return "forms." + name_of(type(intent)).replace(".", "_")
