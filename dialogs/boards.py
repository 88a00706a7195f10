"""Which board is meant, where a place could mean several."""

from dataclasses import dataclass, replace
from typing import Any

from bot import wire
from bot.board import Board
from bot.directory import board_at, boards_of, link_channel
from bot.effects import Become, Effects, Notice, OpenForm, Refusal
from bot.forms import field, title_key
from bot.look import Look
from bot.messages import Button, Field, Form, Option, Words
from bot.questions import hole, holes, missing
from bot.routes import Routes
from bot.turn import Turn, channel_of
from bot.wire import named
from bot.words import say
from dialogs.intents import CARRIED, LogItem, LogSaid, LogTo, kept

routes = Routes()

NEW = "new"  # what is chosen for a board that this channel is to have of its own


@named("board.which")
@dataclass(frozen=True)
class AskBoard:
    """Something was said in a personal chat, and it is open for which board."""

    said: str


@named("board.choose")
@dataclass(frozen=True)
class ChooseBoard:
    """From here on this chat is about that board, beginning with what was said."""

    said: str
    board: str = hole("boards.ask_board", "choice")


@routes.handles(AskBoard, anywhere=True)
def ask_board(intent: AskBoard, turn: Turn) -> Effects:
    """A form where one can be opened, else one button a board."""
    said = _unpacked(intent.said)
    opens = turn.event.how in ("command", "control")
    if opens and isinstance(said, LogItem) and missing(said):
        yield OpenForm(LogTo())
    elif opens and not missing(said):
        yield OpenForm(ChooseBoard(_carried(said, turn)))
    else:
        chosen = ((each, ChooseBoard(_carried(said, turn), each.id)) for each in _seen(turn))
        yield Notice(say("boards.which"), tuple(Button(_name(each), choose) for each, choose in chosen)[:20])


@routes.handles(ChooseBoard)
def choose_board(intent: ChooseBoard, turn: Turn) -> Effects:
    """Remember it for this chat, and go on with what was said."""
    if turn.place.kind not in ("personal", "home") or turn.board.id != intent.board:
        raise Refusal(say("machine.gone"))
    if turn.place.kind == "personal" and channel_of(turn.store, turn.place) is None:
        link_channel(turn.store, turn.place, turn.board, turn.event, turn.ids)
    yield Become(_unpacked(intent.said))


@routes.form(ChooseBoard)
def choose_board_form(intent: ChooseBoard, look: Look) -> Form:
    """The boards to choose from."""
    return Form(say(title_key(intent)), (board_field(look),), intent, say("boards.choose"), say("boards.which"))


def board_field(look: Look, *, new: bool = False) -> Field:
    """The boards of this workspace as a choice, that of this place chosen; or a `new` one for this channel."""
    options = tuple(Option(each.id, _name(each)) for each in boards_of(look.store, look.place.tenant, look.viewer))
    own = (Option(NEW, say("boards.new_here")),) if new else ()
    here = board_at(look.store, look.place, look.viewer)
    asked = field("board", holes(ChooseBoard)["board"], here.id if here else "")
    return replace(asked, options=(*options, *own))


def only_board(look: Look) -> Board | None:
    """The board of a workspace that has one."""
    boards = boards_of(look.store, look.place.tenant, look.viewer)
    return boards[0] if len(boards) == 1 else None


def check_board(chosen: Any, turn: Turn) -> None:
    """Raises Refusal unless this turn is about the board that was chosen, or about the only one that can be meant."""
    if chosen and chosen != NEW:
        if turn.board.id != chosen:
            raise Refusal(say("machine.gone"), field="board")
        return
    here = board_at(turn.store, turn.event.place, turn.person.id)
    if not turn.board.id or (here is None and len(_seen(turn)) > 1):
        raise Refusal(say("machine.needed"), field="board")


def _carried(said: Any, turn: Turn) -> str:
    """What was said, short enough for a button to take along."""
    intent = kept(said.ask, turn) if isinstance(said, LogItem) and said.ask else said
    packed = wire.pack(intent)
    return packed if len(packed) <= CARRIED else wire.pack(LogSaid(turn.event.key))


def _unpacked(said: str) -> Any:
    try:
        return wire.unpack(said)
    except wire.Unreadable as error:
        raise Refusal(say("machine.old_control")) from error


def _name(board: Board) -> Words:
    return Words("{name}", {"name": board.name})


def _seen(turn: Turn) -> list[Board]:
    return boards_of(turn.store, turn.place.tenant, turn.person.id)


routes.undecided = lambda intent: AskBoard(wire.pack(intent))
