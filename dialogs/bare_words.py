"""A bare word in an item's thread: `high` or `in progress` is what becomes of that item, and no new ask."""

from bot.board import lane_of, priority_of
from bot.meaning import answer_place, context_of
from bot.routes import Routes
from bot.turn import Turn
from dialogs.intents import MoveItem, Prioritise

routes = Routes()

_SPOKEN = ("mention", "direct")
_TRIES = {"test"}  # what people say to see whether anybody is there


def about_item(text: str, turn: Turn) -> Prioritise | MoveItem | None:
    """What a priority or a lane, said alone, means for the item talked about here; None where it means none."""
    word = text.strip(" .!").casefold()
    priority, lane = priority_of(word), None if word in _TRIES else lane_of(word)
    item = _talked_about(turn) if priority or lane else ""
    if item and priority:
        return Prioritise(item, priority)
    return MoveItem(item, lane) if item and lane else None


def _talked_about(turn: Turn) -> str:
    if turn.event.how not in _SPOKEN:
        return ""
    user = turn.event.actor.user if turn.event.actor else ""
    return context_of(turn.store, answer_place(turn.event), user).item
