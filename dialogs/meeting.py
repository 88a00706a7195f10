"""Scene two, the refinement meeting: started in the channel, run on one live card, ended with minutes."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.effects import Effects, Later, Notice, Refusal, Show
from bot.events import Place
from bot.items import Item
from bot.meetings import (
    AGENDA_LANES,
    AgendaEntry,
    EntryState,
    Meeting,
    MeetingState,
    Phase,
    agenda,
    begin,
    closed,
    extend,
)  # fmt: skip
from bot.ports import Query, Store
from bot.questions import hole
from bot.routes import Routes
from bot.turn import Turn
from bot.understanding import PersonRef
from bot.votes import Ballot, BallotState
from bot.wire import named
from bot.words import say
from dialogs.attendance import MeetingCard, attend, check_facilitates, running_meeting
from dialogs.minutes import MinutesCard, hold

routes = Routes()
routes.subjects["meeting"] = Meeting

WARNING = timedelta(minutes=2)
LINKED = timedelta(seconds=10)  # after which the minutes stand, and the card of the meeting can link them
CANDIDATES = 80


@named("meeting.start")
@dataclass(frozen=True)
class StartMeeting:
    """Start the refinement meeting in this channel, for so many minutes."""

    minutes: int = 60


@named("meeting.extend")
@dataclass(frozen=True)
class ExtendPhase:
    """Five minutes more for this phase, once."""

    meeting: str
    phase: Phase


@named("meeting.hand_over")
@dataclass(frozen=True)
class HandOver:
    """Let somebody else facilitate."""

    meeting: str
    to: PersonRef = hole("meeting.ask_hand_over", "person")


@named("meeting.end")
@dataclass(frozen=True)
class EndMeeting:
    """End the meeting, and post its minutes."""

    meeting: str = ""


@named("meeting.tick")
@dataclass(frozen=True)
class Tick:
    """A phase is about to end, or has: the card is drawn anew."""

    meeting: str


routes.command(
    "start",
    "refinement",
    "grooming",
    "bmm",
    "refine",
    intent=StartMeeting,
    args="minutes?",
    group="meeting",
    example="/bmm start 45",
)
routes.command("end", "stop", intent=EndMeeting, group="meeting", example="/bmm end")


@routes.handles(StartMeeting)
def start_meeting(intent: StartMeeting, turn: Turn) -> Effects:
    """Make the agenda and show it; who starts the meeting facilitates it."""
    if turn.event.place.kind in ("personal", "home"):
        raise Refusal(say("meeting.in_channel"))
    running = running_meeting(turn.store, turn.board)
    if running is not None:
        yield Show(MeetingCard(running.id), turn.event.place.trunk, anew=True)
        yield Notice(say("meeting.runs_already"))
        return
    if not 10 <= intent.minutes <= 180:
        raise Refusal(say("meeting.minutes", said=intent.minutes))
    place = turn.event.place
    meeting = Meeting(
        turn.ids(), turn.board.id, place.platform, place.tenant, place.channel, turn.person.id, turn.person.id,
        turn.now, intent.minutes, Phase.KICKOFF, turn.now, turn.now,
    )  # fmt: skip
    meeting = begin(meeting, Phase.KICKOFF, turn.now)
    turn.add(meeting)
    for item, phase, position in _agenda(turn, intent.minutes):
        turn.add(AgendaEntry(turn.ids(), turn.board.id, meeting.id, item, phase, position))
    attend(turn)
    yield Show(MeetingCard(meeting.id), place.trunk)
    yield from timers(meeting, turn)


@routes.handles(ExtendPhase)
def extend_phase(intent: ExtendPhase, turn: Turn) -> Effects:
    """Once a phase."""
    meeting = mine(intent.meeting, turn)
    longer = extend(meeting, turn.now) if meeting.phase is intent.phase else None
    if longer is None:
        raise Refusal(say("meeting.extended_already"))
    turn.save(longer)
    yield from timers(longer, turn)


@routes.handles(HandOver)
def hand_over(intent: HandOver, turn: Turn) -> Effects:
    """The other one facilitates from here on."""
    meeting = mine(intent.meeting, turn)
    other = turn.human(intent.to)
    turn.save(replace(meeting, facilitator=other.id))
    yield Notice(say("meeting.handed_over", to=other.name))


@routes.handles(EndMeeting)
def end_meeting(intent: EndMeeting, turn: Turn) -> Effects:
    """Close the agenda, write the minutes, post them."""
    running = running_meeting(turn.store, turn.board)
    meeting = mine(intent.meeting or (running.id if running else ""), turn)
    yield from end(meeting, turn)


@routes.handles(Tick, clock=True)
def tick(intent: Tick, turn: Turn) -> Effects:
    """Draw the card anew, if the meeting still runs."""
    yield Show(MeetingCard(turn.must(Meeting, intent.meeting).id))


@routes.watches(Item)
@routes.watches(Ballot)
@routes.watches(Meeting)
@routes.watches(AgendaEntry)
def cards_of(row: object, turn: Turn) -> list[MeetingCard]:
    """Whatever changes on a board is seen on the card of the meeting that runs there."""
    if isinstance(row, Meeting):
        return [MeetingCard(row.id)]
    meeting = running_meeting(turn.store, turn.board)
    return [MeetingCard(meeting.id)] if meeting else []


# --- inside


def entries_of(meeting: Meeting, store: Store) -> list[AgendaEntry]:
    """The agenda of a meeting."""
    return store.find(AgendaEntry, Query({"board": meeting.board, "meeting": meeting.id}, limit=100))


def _agenda(turn: Turn, minutes: int) -> tuple[tuple[str, Phase, int], ...]:
    where = {"board": turn.board.id, "lane": AGENDA_LANES}
    last = turn.store.find(
        Meeting, Query({"board": turn.board.id, "state": MeetingState.ENDED}, order=("-started_at",), limit=1)
    )
    since = last[0].ended_at if last else None
    found = turn.store.find(Item, Query({**where, "triaged_at": None}, order=("rank",), limit=CANDIDATES))
    if since is not None:
        found += turn.store.find(
            Item, Query(where, after={"created_at": since}, order=("created_at",), limit=CANDIDATES)
        )
    for lane in AGENDA_LANES:
        found += turn.store.find(Item, Query({**where, "lane": lane}, order=("rank",), limit=30))
    carried = (
        [entry.item for entry in entries_of(last[0], turn.store) if entry.state is EntryState.UNREACHED] if last else []
    )
    found += [item for id in carried if (item := turn.store.get(Item, id)) is not None]
    return agenda({item.id: item for item in found}.values(), carried, since, minutes)


def mine(id: str, turn: Turn, after: str | None = None) -> Meeting:
    """The running meeting, for who may run it; a click on an old card is told so."""
    meeting = turn.store.get(Meeting, id) if id else None
    if meeting is None or meeting.state is not MeetingState.RUNNING or meeting.board != turn.board.id:
        raise Refusal(say("meeting.not_running"))
    check_facilitates(meeting, turn)
    if after is not None and after != stands_at(meeting):
        raise Refusal(say("meeting.moved_on"))
    return meeting


def stands_at(meeting: Meeting) -> str:
    """Where a meeting stands, as its card's controls name it: the entry in hand, else the phase."""
    return meeting.current or meeting.phase.value


def put_down(meeting: Meeting, turn: Turn, undecided: EntryState = EntryState.UNREACHED) -> None:
    """What was in hand is done if it was decided; open ballots on it are closed."""
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    if entry is not None and entry.state is EntryState.CURRENT:
        turn.save(replace(entry, state=EntryState.DONE if entry.decision else undecided))
    where = {"board": meeting.board, "meeting": meeting.id, "state": (BallotState.OPEN, BallotState.REVEALED)}
    turn.store.change(Ballot, where, state=BallotState.CLOSED)


def end(meeting: Meeting, turn: Turn) -> Effects:
    put_down(meeting, turn)
    entries = entries_of(meeting, turn.store)
    for entry in closed(entries):
        if entry not in entries:
            turn.save(entry)
    ended = turn.save(replace(meeting, state=MeetingState.ENDED, ended_at=turn.now, current=""))
    hold(ended, entries_of(ended, turn.store), turn)
    place = Place(meeting.platform, meeting.tenant, meeting.channel)
    yield Show(MinutesCard(ended.id), place)
    yield Later(f"{meeting.id}:linked", turn.now + LINKED, Tick(meeting.id), place)


def timers(meeting: Meeting, turn: Turn) -> Effects:
    """The card is drawn anew two minutes before a phase ends, and when it does."""
    for name, at in (("soon", meeting.phase_ends_at - WARNING), ("over", meeting.phase_ends_at)):
        if at > turn.now:
            yield Later(f"{meeting.id}:{meeting.phase}:{name}", at, Tick(meeting.id), turn.event.place.trunk)
