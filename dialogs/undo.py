"""Taking back what one turn changed, for ten minutes, unless somebody has changed it since."""

import json
from dataclasses import replace
from datetime import timedelta

from bot import wire
from bot.effects import Effects, Notice, Refusal
from bot.items import Change, Item, Lane, moved
from bot.ledger import Prompt
from bot.messages import Button
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.words import say
from dialogs.intents import DiscardItem, UndoTurn
from dialogs.item import UNDO

routes = Routes()


@routes.handles(UndoTurn)
def undo_turn(intent: UndoTurn, turn: Turn) -> Effects:
    """A new turn that puts every field back, or refuses with the reason."""
    changes = turn.store.find(Change, Query({"board": turn.board.id, "turn": intent.turn}, order=("id",)))
    if not changes:
        raise Refusal(say("undo.nothing"))
    if turn.now - changes[0].at > UNDO:
        raise Refusal(say("undo.too_late", minutes=UNDO // timedelta(minutes=1)))
    items = {change.subject: turn.item(change.subject) for change in changes}
    for item in items.values():
        before = _before(item, [change for change in changes if change.subject == item.id], turn)
        turn.save(before, why=say("undo.why").template)
        if before.lane is Lane.DISCARDED:
            turn.store.change(Prompt, {"board": turn.board.id, "item": item.id, "open": True}, open=False)
    keys = ", ".join(item.key for item in items.values())
    captured = any(change.field == "created" for change in changes)
    yield Notice(say("undo.withdrawn" if captured else "undo.done", keys=keys))


def _before(item: Item, changes: list[Change], turn: Turn) -> Item:
    if any(change.field == "created" for change in changes):
        if any(change.who != turn.person.id for change in changes):
            raise Refusal(say("undo.not_yours"), Button(say("item.discard"), DiscardItem(item.id)))
        return moved(item, Lane.DISCARDED, turn.now)
    now = wire.plain(item)
    for change in changes:
        if now[change.field] != json.loads(change.after):
            raise Refusal(say("undo.changed_since", key=item.key, field=say(f"fields.{change.field}")))
    values = {**now, **{change.field: json.loads(change.before) for change in changes}}
    return replace(wire.build(Item, values))
