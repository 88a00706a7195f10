"""Which board an intent is about, and whether somebody may speak of it from where they are."""

from typing import Any

from bot import directory
from bot.board import Board
from bot.effects import Refusal
from bot.events import Event
from bot.items import Item
from bot.people import Human
from bot.ports import Store
from bot.routes import Routes
from bot.turn import find_item
from bot.words import say


def board_of(
    store: Store, routes: Routes, event: Event, person: Human, here: Board | None, intent: Any
) -> Board | None:
    """The board that an intent names, or that of the row it names: of its item, ballot, meeting, prompt.

    Raises Refusal for a private one, spoken of elsewhere by somebody whom the row does not concern.
    """
    for name, kind in routes.subjects.items():
        ref = getattr(intent, name, "")
        row = (find_item(store, None, ref) if kind is Item else store.get(kind, ref)) if ref else None
        if row is None:
            continue
        board = row if isinstance(row, Board) else store.get(Board, row.board)
        if board is None or board == here or event.actor is None or _concerns(row, person.id):
            return board
        if not directory.may_see(store, board, person.id):
            raise Refusal(say("machine.no_such_item", ref=ref) if kind is Item else say("machine.gone"))
        return board
    return None


def _concerns(row: Any, person: str) -> bool:
    """Whether somebody has a row, has asked for it, or is waited for."""
    return person in [getattr(row, name, "") for name in ("owner", "requester", "blocked_on", "person")]
