"""Who changed what, when and why, on one item."""

import json
from dataclasses import dataclass
from typing import Any

from bot.effects import Card, Effects
from bot.items import Change, Item
from bot.look import Look
from bot.messages import Heading, Listing, Message, Row, Words
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import named
from bot.words import say
from dialogs.intents import ShowHistory
from dialogs.item import headline

routes = Routes()
routes.command("history", intent=ShowHistory, args="item", group="find", example="/bmm history 42")

SHOWN = 20
_EMPTY: tuple[Any, ...] = ("", None, [])
_SILENT = {"lane_since", "done_at", "triaged_at", "confirmed", "source"}


@named("item.past")
@dataclass(frozen=True)
class ItemPast:
    """The history of an item."""

    item: str


@routes.handles(ShowHistory)
def show_history(intent: ShowHistory, turn: Turn) -> Effects:
    """The history, for the one who asked."""
    yield Card(ItemPast(turn.item(intent.item).id))


@routes.draws(ItemPast)
def draw_history(view: ItemPast, look: Look) -> Message:
    """The latest changes first, one line each."""
    item = look.item(view.item)
    query = Query({"board": look.board.id, "subject": item.id}, order=("-at", "-id"), limit=3 * SHOWN)
    changes = [change for change in look.store.find(Change, query) if change.field not in _SILENT]
    title = say("history.title", item=headline(item))
    more = say("history.more") if len(changes) > SHOWN else None
    return Message(
        title,
        (
            Heading(title),
            Listing(None, tuple(Row(_line(item, each, look)) for each in changes[:SHOWN]), more),
        ),
    )


def _line(item: Item, change: Change, look: Look) -> Words:
    why = say("history.why", why=change.why) if change.why else Words("")
    who, when = look.person(change.who), look.when(change.at, "both")
    if change.field == "created" and item.requester != change.who:
        return say("history.created_for", who=who, when=when, requester=look.person(item.requester), why=why)
    if change.field == "created":
        return say("history.created", who=who, when=when, why=why)
    name = say(f"fields.{change.field}")
    if json.loads(change.before) in _EMPTY:
        return say(
            "history.set", who=who, when=when, field=name, after=_shown(change.field, change.after, look), why=why
        )
    before, after = _shown(change.field, change.before, look), _shown(change.field, change.after, look)
    return say("history.changed", who=who, when=when, field=name, before=before, after=after, why=why)


def _shown(field: str, packed: str, look: Look) -> Any:
    value = json.loads(packed)
    if value in _EMPTY:
        return say("history.nothing")
    if field in ("owner", "blocked_on", "requester"):
        return look.person(value)
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
