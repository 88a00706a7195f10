"""First contact: one card to the channel that bmm hears for the first time, with defaults that already work."""

from dataclasses import dataclass

from bot.board import Board
from bot.effects import Effects, Show
from bot.look import Look
from bot.messages import Button, Controls, Heading, Message, Text
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import named
from bot.words import say
from dialogs.help import ShowHelp
from dialogs.meeting import StartMeeting
from dialogs.standup import ScheduleStandup

routes = Routes()


@named("board.hello")
@dataclass(frozen=True)
class FirstContact:
    """That a channel has a board now."""

    board: str


def welcome(turn: Turn) -> Effects:
    """The card, in the channel itself."""
    if turn.event.place.kind in ("channel", "group"):
        yield Show(FirstContact(turn.board.id), turn.event.place.trunk, aside=True)


routes.welcome = welcome


@routes.watches(Board)
def cards_of(board: Board, _turn: Turn) -> list[FirstContact]:
    """The card says what was said yes to."""
    return [FirstContact(board.id)]


@routes.draws(FirstContact)
def draw_first_contact(view: FirstContact, look: Look) -> Message:
    """What stands, and the three things to try."""
    board = look.must(Board, view.board)
    title = say("welcome.title", board=board.name)
    at, zone = board.standup_at, board.zone
    daily = say("welcome.daily_on", at=f"{at:%H:%M}", zone=zone) if at else say("welcome.daily_off", zone=zone)
    buttons = (
        *(() if board.standup_at else (Button(say("welcome.daily"), ScheduleStandup("09:00"), "primary"),)),
        Button(say("welcome.start"), StartMeeting()),
        Button(say("welcome.help"), ShowHelp()),
    )
    about = say("welcome.about", prefix=board.prefix)
    return Message(title, (Heading(title), Text(about), Text(daily, "quiet"), Controls(buttons)))
