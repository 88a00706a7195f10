"""Which board is meant, where a personal chat could mean several."""

from dataclasses import dataclass

from bot import wire
from bot.board import Board
from bot.directory import boards_of, link_channel
from bot.effects import Become, Effects, Notice, Refusal
from bot.messages import Button, Words
from bot.routes import Routes
from bot.turn import Turn, channel_of
from bot.wire import named
from bot.words import say
from dialogs.intents import CARRIED, LogSaid

routes = Routes()


@named("board.which")
@dataclass(frozen=True)
class AskBoard:
    """Something was said in a personal chat, and it is open for which board."""

    said: str


@named("board.choose")
@dataclass(frozen=True)
class ChooseBoard:
    """From here on this chat is about that board, beginning with what was said."""

    board: str
    said: str


@routes.handles(AskBoard, anywhere=True)
def ask_board(intent: AskBoard, turn: Turn) -> Effects:
    """One button a board."""
    boards = boards_of(turn.store, turn.place.tenant)
    said = intent.said if len(intent.said) <= CARRIED else wire.pack(LogSaid(turn.event.key))
    buttons = tuple(Button(Words("{name}", {"name": each.name}), ChooseBoard(each.id, said)) for each in boards)
    yield Notice(say("boards.which"), buttons[:20])


@routes.handles(ChooseBoard)
def choose_board(intent: ChooseBoard, turn: Turn) -> Effects:
    """Remember it for this chat, and go on with what was said."""
    if turn.place.kind != "personal" or turn.store.get(Board, intent.board) is None:
        raise Refusal(say("machine.gone"))
    if channel_of(turn.store, turn.place) is None:
        link_channel(turn.store, turn.place, turn.board, turn.event, turn.ids)
    yield Become(wire.unpack(intent.said))


routes.undecided = lambda intent: AskBoard(wire.pack(intent))
