"""The meeting that runs on a board, and who takes part: whoever spoke, pressed or voted. Nobody is listed."""

from dataclasses import dataclass

from bot.board import Board
from bot.effects import Refusal
from bot.meetings import Meeting, MeetingState, Presence
from bot.people import Role
from bot.ports import Query, Store
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import named
from bot.words import say

routes = Routes()


@named("meeting.card")
@dataclass(frozen=True)
class MeetingCard:
    """The live card of a meeting."""

    meeting: str


def running_meeting(store: Store, board: Board) -> Meeting | None:
    """The meeting that runs on a board, or None."""
    where = {"board": board.id, "state": MeetingState.RUNNING}
    found = store.find(Meeting, Query(where, order=("-started_at",), limit=1))
    return found[0] if found else None


def attend(turn: Turn) -> None:
    """Remember that the one who speaks takes part."""
    meeting = running_meeting(turn.store, turn.board)
    if meeting is not None:
        turn.store.add_new(Presence(f"{meeting.id}:{turn.person.id}", turn.board.id, meeting.id, turn.person.id))


def check_facilitates(meeting: Meeting, turn: Turn) -> None:
    """Raises Refusal for whoever neither facilitates this meeting nor runs the board."""
    if turn.person.id != meeting.facilitator and Role.ADMIN not in turn.roles(turn.person.id):
        raise Refusal(say("meeting.not_yours", who=turn.human(meeting.facilitator).name))


def expected(store: Store, board: str, meeting: str) -> frozenset[str]:
    """The people whose votes a round waits for."""
    there = store.find(Presence, Query({"board": board, "meeting": meeting}, limit=1000))
    return frozenset(each.person for each in there)


routes.attends = attend
