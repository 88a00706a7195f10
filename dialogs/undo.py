"""Taking back what one turn changed, for ten minutes, unless somebody has changed it since."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot import wire
from bot.board import priority_objection
from bot.effects import Effects, Notice, Refusal
from bot.items import Change, Item, Lane, moved
from bot.ledger import Prompt
from bot.meetings import EntryState
from bot.messages import Button
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.words import say
from dialogs.attendance import running_meeting
from dialogs.intents import DiscardItem, UndoTurn
from dialogs.item import UNDO
from dialogs.lanes import owners_wip
from dialogs.meeting import entries_of

routes = Routes()


@routes.handles(UndoTurn, outside="yes")
def undo_turn(intent: UndoTurn, turn: Turn) -> Effects:
    """A new turn that puts every field back, or refuses with the reason."""
    changes = turn.store.find(Change, Query({"board": turn.board.id, "turn": intent.turn}, order=("id",)))
    if not changes:
        raise Refusal(say("undo.nothing"))
    if turn.now - changes[0].at > UNDO:
        raise Refusal(say("undo.too_late", minutes=UNDO // timedelta(minutes=1)))
    if turn.outsider and any(turn.item(each.subject).requester != turn.person.id for each in changes):
        raise Refusal(say("machine.unsure" if turn.unsure else "machine.outsider"))
    items = {change.subject: turn.item(change.subject) for change in changes}
    for item in items.values():
        before = _before(item, [change for change in changes if change.subject == item.id], turn)
        turn.save(before, why=say("undo.why").template)
        if before.lane is Lane.DISCARDED:
            turn.store.change(Prompt, {"board": turn.board.id, "item": item.id, "open": True}, open=False)
    _taken_up_again(items.values(), turn)
    keys = ", ".join(item.key for item in items.values())
    captured = any(change.field == "created" for change in changes)
    yield Notice(say("undo.withdrawn" if captured else "undo.done", keys=keys))


def _before(item: Item, changes: list[Change], turn: Turn) -> Item:
    if any(change.field == "created" for change in changes):
        asked = item.requester == turn.person.id  # though somebody else may have logged it for them
        if not asked and any(change.who != turn.person.id for change in changes):
            raise Refusal(say("undo.not_yours"), Button(say("item.discard"), DiscardItem(item.id)))
        since = [change for change in _history(item, turn) if change not in changes]
        if any(change.who != turn.person.id for change in since):
            raise Refusal(say("undo.others_since", key=item.key), Button(say("item.discard"), DiscardItem(item.id)))
        return moved(item, Lane.DISCARDED, turn.now)
    now = wire.plain(item)
    for change in changes:
        if now[change.field] != json.loads(change.after):
            raise Refusal(say("undo.changed_since", key=item.key, field=say(f"fields.{change.field}")))
    values = {**now, **{change.field: json.loads(change.before) for change in changes}}
    before = wire.build(Item, values)
    _check_rules(before, item, turn)
    return before


def _history(item: Item, turn: Turn) -> list[Change]:
    return turn.store.find(Change, Query({"board": turn.board.id, "subject": item.id}, order=("at",), limit=200))


def _check_rules(before: Item, item: Item, turn: Turn) -> None:
    """What the lanes do not allow is no way back either (product row B4)."""
    raised = before.priority is not None and before.priority is not item.priority
    against = priority_objection(before, before.priority) if raised and before.priority else None
    if against is not None:
        raise Refusal(say(against.words, key=item.key))
    pulled = before.lane is Lane.IN_PROGRESS and (before.lane, before.owner) != (item.lane, item.owner)
    if pulled and before.owner and owners_wip(turn, before.owner) >= turn.board.wip_limit:
        raise Refusal(say("lanes.wip_limit", key=item.key))


def _taken_up_again(items: Iterable[Item], turn: Turn) -> None:
    """What a running meeting had decided about them is open again on its agenda."""
    meeting = running_meeting(turn.store, turn.board)
    for entry in entries_of(meeting, turn.store) if meeting else []:
        if entry.item in {item.id for item in items} and entry.state is EntryState.DONE:
            turn.save(replace(entry, state=EntryState.WAITING, decision="", note=""))
