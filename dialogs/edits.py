"""Messages that change after they were said: an edit is read anew, a deletion lets go of the link, and items stay."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bot.board import priority_objection
from bot.effects import Become, Effects, Notice, Refusal
from bot.events import Event
from bot.items import Change, Item, Lane
from bot.ledger import Prompt, Received
from bot.meaning import meant
from bot.messages import Button, Words
from bot.ports import Query, Store
from bot.reading import read
from bot.routes import Routes
from bot.turn import Turn, find_item
from bot.understanding import ItemRef
from bot.wire import named
from bot.words import say
from dialogs.capture import ask_next, understood
from dialogs.intents import DiscardItem, UndoTurn
from dialogs.item import UNDO

routes = Routes()

FIELDS = ("title", "request", "priority", "due", "kind", "tickets", "links", "people")
TOLD = ("priority", "due", "kind", "tickets")  # what an edit is told for: a mended letter needs no words
NAMED = ("title", *TOLD)  # what is named then
_OVER = (Lane.DONE, Lane.DISCARDED)


@named("message.edited")
@dataclass(frozen=True)
class ReadAgain:
    """Read a message anew; `item` is its identity, by which it may be an item."""

    item: ItemRef


@named("message.deleted")
@dataclass(frozen=True)
class LetGo:
    """A message is gone; `item` is its identity, by which it may be an item."""

    item: ItemRef


@routes.handles(ReadAgain, outside="yes")
def read_again(intent: ReadAgain, turn: Turn) -> Effects:
    """What the asker's new words say is written where nobody has written since; words that name us now are heard."""
    _check_road("edited", turn)
    item = find_item(turn.store, None, intent.item)
    if item is None:
        yield Become(meant(replace(turn.event, how="mention"), turn.store, _everything(), turn.zone))
    elif item.requester == turn.person.id and item.lane not in _OVER:
        yield from _follow(item, turn)


@routes.handles(LetGo, outside="yes")
def let_go(intent: LetGo, turn: Turn) -> Effects:
    """The item stays without its link; its asker is told, while nobody has touched it."""
    _check_road("deleted", turn)
    item = turn.item(intent.item)
    turn.save(replace(item, permalink=""))
    if item.requester == turn.person.id and _is_untouched(item, turn):
        fresh = turn.now - item.created_at < UNDO
        undo = Button(say("item.undo"), UndoTurn(item.source, item.id))
        away = undo if fresh else Button(say("item.discard"), DiscardItem(item.id))
        yield Notice(say("edits.deleted", key=item.key, title=item.title), (away,))


def heeds_edit(event: Event, store: Store) -> bool:
    """Whether the message is an item, or names us in a channel and was never heard before."""
    if find_item(store, None, event.origin) is not None:
        return True
    # What was said is kept under the identity of its message: an answer or a command is not heard a second time.
    return event.named and event.place.kind in ("channel", "group") and store.get(Received, event.origin) is None


def heeds_deletion(event: Event, store: Store) -> bool:
    """Whether the message is an item."""
    return find_item(store, None, event.origin) is not None


routes.road("edited", lambda event: ReadAgain(event.origin), heeds_edit, begins=True)
routes.road("deleted", lambda event: LetGo(event.origin), heeds_deletion)


def _check_road(how: str, turn: Turn) -> None:
    if turn.event.how != how:
        raise Refusal(say("machine.old_control"))


@cache
def _everything() -> Routes:
    from dialogs import routes as everything

    return everything()


# --- an edit


def _follow(item: Item, turn: Turn) -> Effects:
    after = replace(item, **_reread(item, turn))
    if after == item:
        return
    after = turn.save(after, _why())
    changed = [name for name in NAMED if getattr(item, name) != getattr(after, name)]
    if set(changed) & set(TOLD):
        names = tuple(part for name in changed for part in (Words(", "), say(f"fields.{name}")))[1:]
        undo = Button(say("item.undo"), UndoTurn(turn.id, item.id))
        yield Notice(say("edits.followed", key=item.key, fields=names), (undo,))
    where = {"board": item.board, "item": item.id, "hole": "priority", "open": True}
    if after.priority and turn.store.change(Prompt, where, open=False):
        yield from ask_next(after, turn)


def _reread(item: Item, turn: Turn) -> dict[str, Any]:
    """What the new words say, for the fields that nobody has written since the old ones were read."""
    said, by_hand = turn.event.text.strip(), _by_hand(item, turn)
    if not said or "request" in by_hand:
        return {}
    # Words mean what they meant on the day they were said: `tomorrow` does not move with a mended letter.
    new = understood(said, turn, turn.person, item.created_at)
    read_before = read(item.request, item.created_at, turn.zone).links
    new["links"] = (*new["links"], *(link for link in item.links if link not in (*read_before, *new["links"])))
    if new["priority"] and priority_objection(item, new["priority"]):
        del new["priority"]
    return {name: value for name, value in new.items() if name not in by_hand}


def _by_hand(item: Item, turn: Turn) -> set[str]:
    """The fields that were changed by anything but an edit; words that were not the message's own count as that."""
    where = {"board": item.board, "subject": item.id, "field": ("created", "confirmed", *FIELDS)}
    changes = turn.store.find(Change, Query(where, order=("at",), limit=1000))
    names = {change.field for change in changes if change.field != "created" and change.why != _why()}
    reworded = any(change.field == "created" and change.why for change in changes)
    return names | ({"request"} if reworded else set()) | ({"priority"} if "confirmed" in names else set())


def _why() -> str:
    return say("edits.why").template


# --- a deletion


def _is_untouched(item: Item, turn: Turn) -> bool:
    """Whether an item stands in BACKLOG as it came, less what its asker has added."""
    if item.lane is not Lane.BACKLOG or item.owner or item.triaged_at:
        return False
    changes = turn.store.find(Change, Query({"board": item.board, "subject": item.id}, limit=200))
    return all(change.who == item.requester for change in changes if change.field != "created")
