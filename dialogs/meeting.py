"""Scene two, the refinement meeting: started in the channel, run on one live card, ended with minutes."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.effects import Become, Effects, Later, Notice, Refusal, Show
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
    next_entry,
    previous_entry,
)  # fmt: skip
from bot.people import Role
from bot.ports import Query, Store
from bot.questions import hole
from bot.routes import Routes
from bot.triage import RULES, Outcome, triage_objection, triaged
from bot.turn import Turn
from bot.understanding import PersonRef
from bot.votes import Ballot, BallotState, Purpose
from bot.wire import named
from bot.words import say
from dialogs.attendance import MeetingCard, attend, running_meeting
from dialogs.item import news
from dialogs.minutes import MinutesCard, hold
from dialogs.vote import CallEstimate, CallPriority

routes = Routes()
routes.subjects["meeting"] = Meeting

WARNING = timedelta(minutes=2)
LINKED = timedelta(seconds=10)  # after which the minutes stand, and the card of the meeting can link them
CANDIDATES = 200


@named("meeting.start")
@dataclass(frozen=True)
class StartMeeting:
    """Start the refinement meeting in this channel, for so many minutes."""

    minutes: int = 60


@named("meeting.next")
@dataclass(frozen=True)
class NextEntry:
    """Go on: to the next item, or the next phase; `after` is where the card stood."""

    meeting: str
    after: str


@named("meeting.back")
@dataclass(frozen=True)
class PreviousEntry:
    """Go back to the item before."""

    meeting: str
    after: str


@named("meeting.later")
@dataclass(frozen=True)
class LaterEntry:
    """Leave this item for the parking lot of the meeting."""

    meeting: str
    after: str


@named("meeting.decide")
@dataclass(frozen=True)
class DecideEntry:
    """The outcome of the triage of the item in hand."""

    meeting: str
    after: str
    outcome: Outcome


@named("meeting.discard")
@dataclass(frozen=True)
class DiscardEntry:
    """Discard the item in hand, with the reason."""

    meeting: str
    after: str
    why: str = hole("lanes.ask_discard", "lines")


@named("meeting.assign")
@dataclass(frozen=True)
class AssignEntry:
    """Accept the item in hand for somebody."""

    meeting: str
    after: str
    owner: PersonRef = hole("owners.ask_owner", "person")


@named("meeting.vote")
@dataclass(frozen=True)
class VoteOnEntry:
    """Call a vote on the item in hand."""

    meeting: str
    after: str
    purpose: Purpose


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
    yield from _timers(meeting, turn)


@routes.handles(NextEntry)
def next_(intent: NextEntry, turn: Turn) -> Effects:
    """What is in hand stays as it was decided, or waits for the next time."""
    meeting = _mine(intent.meeting, turn, intent.after)
    yield from _advance(meeting, turn)


@routes.handles(PreviousEntry)
def previous(intent: PreviousEntry, turn: Turn) -> Effects:
    """The item before, whatever became of it."""
    meeting = _mine(intent.meeting, turn, intent.after)
    entry = previous_entry(entries_of(meeting, turn.store), meeting.current)
    if entry is None:
        raise Refusal(say("meeting.first_already"))
    _put_down(meeting, turn, EntryState.WAITING)
    yield from _take_up(meeting, entry, turn)


@routes.handles(LaterEntry)
def later(intent: LaterEntry, turn: Turn) -> Effects:
    """Into the parking lot of the meeting; the item itself stays as it is."""
    meeting = _mine(intent.meeting, turn, intent.after)
    entry = _in_hand(meeting, turn)
    turn.save(replace(entry, state=EntryState.LATER))
    yield from _advance(replace(meeting, current=entry.id), turn)


@routes.handles(DecideEntry)
def decide(intent: DecideEntry, turn: Turn) -> Effects:
    """Settle the triage of the item in hand and go on."""
    meeting = _mine(intent.meeting, turn, intent.after)
    yield from _decide(meeting, intent.outcome, turn)


@routes.handles(DiscardEntry)
def discard(intent: DiscardEntry, turn: Turn) -> Effects:
    """Off the board, with the reason."""
    meeting = _mine(intent.meeting, turn, intent.after)
    yield from _decide(meeting, Outcome.DISCARD, turn, why=intent.why)


@routes.handles(AssignEntry)
def assign(intent: AssignEntry, turn: Turn) -> Effects:
    """Accepted, and somebody's."""
    meeting = _mine(intent.meeting, turn, intent.after)
    yield from _decide(meeting, Outcome.ASSIGN, turn, owner=turn.human(intent.owner).id)


@routes.handles(VoteOnEntry)
def vote_on(intent: VoteOnEntry, turn: Turn) -> Effects:
    """The ballot stands on the meeting's card."""
    meeting = _mine(intent.meeting, turn, intent.after)
    entry = _in_hand(meeting, turn)
    call = CallPriority if intent.purpose is Purpose.PRIORITY else CallEstimate
    yield Become(call(entry.item))


@routes.handles(ExtendPhase)
def extend_phase(intent: ExtendPhase, turn: Turn) -> Effects:
    """Once a phase."""
    meeting = _mine(intent.meeting, turn)
    longer = extend(meeting, turn.now) if meeting.phase is intent.phase else None
    if longer is None:
        raise Refusal(say("meeting.extended_already"))
    turn.save(longer)
    yield from _timers(longer, turn)


@routes.handles(HandOver)
def hand_over(intent: HandOver, turn: Turn) -> Effects:
    """The other one facilitates from here on."""
    meeting = _mine(intent.meeting, turn)
    other = turn.human(intent.to)
    turn.save(replace(meeting, facilitator=other.id))
    yield Notice(say("meeting.handed_over", to=other.name))


@routes.handles(EndMeeting)
def end_meeting(intent: EndMeeting, turn: Turn) -> Effects:
    """Close the agenda, write the minutes, post them."""
    running = running_meeting(turn.store, turn.board)
    meeting = _mine(intent.meeting or (running.id if running else ""), turn)
    yield from _end(meeting, turn)


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
        found += turn.store.find(Item, Query({**where, "lane": lane}, order=("rank",), limit=50))
    carried = (
        [entry.item for entry in entries_of(last[0], turn.store) if entry.state is EntryState.UNREACHED] if last else []
    )
    found += [item for id in carried if (item := turn.store.get(Item, id)) is not None]
    return agenda({item.id: item for item in found}.values(), carried, since, minutes)


def _mine(id: str, turn: Turn, after: str | None = None) -> Meeting:
    """The running meeting, for who may run it; a click on an old card is told so."""
    meeting = turn.store.get(Meeting, id) if id else None
    if meeting is None or meeting.state is not MeetingState.RUNNING or meeting.board != turn.board.id:
        raise Refusal(say("meeting.not_running"))
    if turn.person.id != meeting.facilitator and Role.ADMIN not in turn.roles(turn.person.id):
        raise Refusal(say("meeting.not_yours", who=turn.human(meeting.facilitator).name))
    if after is not None and after != stands_at(meeting):
        raise Refusal(say("meeting.moved_on"))
    return meeting


def stands_at(meeting: Meeting) -> str:
    """Where a meeting stands, as its card's controls name it: the entry in hand, else the phase."""
    return meeting.current or meeting.phase.value


def _in_hand(meeting: Meeting, turn: Turn) -> AgendaEntry:
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    if entry is None:
        raise Refusal(say("meeting.nothing_in_hand"))
    return entry


def _put_down(meeting: Meeting, turn: Turn, undecided: EntryState = EntryState.UNREACHED) -> None:
    """What was in hand is done if it was decided; open ballots on it are closed."""
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    if entry is not None and entry.state is EntryState.CURRENT:
        turn.save(replace(entry, state=EntryState.DONE if entry.decision else undecided))
    where = {"board": meeting.board, "meeting": meeting.id, "state": (BallotState.OPEN, BallotState.REVEALED)}
    turn.store.change(Ballot, where, state=BallotState.CLOSED)


def _advance(meeting: Meeting, turn: Turn) -> Effects:
    decided = turn.store.find(
        Ballot, Query({"board": meeting.board, "meeting": meeting.id, "state": BallotState.DECIDED}, limit=200)
    )
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    if entry is not None and entry.state is EntryState.CURRENT and any(each.subject == entry.item for each in decided):
        turn.save(replace(entry, decision=entry.decision or "triage.estimated"))
        item = turn.item(entry.item)
        turn.save(replace(item, triaged_at=item.triaged_at or turn.now))
    _put_down(meeting, turn)
    following = next_entry(entries_of(meeting, turn.store), meeting.current)
    if following is not None:
        yield from _take_up(meeting, following, turn)
    elif meeting.phase is Phase.WRAP_UP:
        yield from _end(meeting, turn)
    else:
        wrapping = turn.save(begin(replace(meeting, current=""), Phase.WRAP_UP, turn.now))
        yield from _timers(wrapping, turn)


def _take_up(meeting: Meeting, entry: AgendaEntry, turn: Turn) -> Effects:
    turn.save(replace(entry, state=EntryState.CURRENT))
    if entry.phase is not meeting.phase:
        meeting = begin(meeting, entry.phase, turn.now)
        yield from _timers(meeting, turn)
    turn.save(replace(meeting, current=entry.id))


def _decide(meeting: Meeting, outcome: Outcome, turn: Turn, why: str = "", owner: str = "") -> Effects:
    entry = _in_hand(meeting, turn)
    item = turn.item(entry.item)
    objection = triage_objection(item, outcome)
    if objection is not None:
        raise Refusal(say(objection.words, key=item.key, lane=RULES[outcome].lane, here=item.lane, things=""))
    after = turn.save(triaged(item, outcome, turn.now, owner), why or say("meeting.why").template)
    turn.save(replace(entry, state=EntryState.DONE, decision=RULES[outcome].words, note=why))
    yield from news(turn, item, after)
    yield from _advance(meeting, turn)


def _end(meeting: Meeting, turn: Turn) -> Effects:
    _put_down(meeting, turn)
    entries = entries_of(meeting, turn.store)
    for entry in closed(entries):
        if entry not in entries:
            turn.save(entry)
    ended = turn.save(replace(meeting, state=MeetingState.ENDED, ended_at=turn.now, current=""))
    hold(ended, entries_of(ended, turn.store), turn)
    place = Place(meeting.platform, meeting.tenant, meeting.channel)
    yield Show(MinutesCard(ended.id), place)
    yield Later(f"{meeting.id}:linked", turn.now + LINKED, Tick(meeting.id), place)


def _timers(meeting: Meeting, turn: Turn) -> Effects:
    """The card is drawn anew two minutes before a phase ends, and when it does."""
    for name, at in (("soon", meeting.phase_ends_at - WARNING), ("over", meeting.phase_ends_at)):
        if at > turn.now:
            yield Later(f"{meeting.id}:{meeting.phase}:{name}", at, Tick(meeting.id), turn.event.place.trunk)
