"""Going through the agenda of a meeting: next, back, later, a vote, and what is decided about the item in hand."""

from dataclasses import dataclass, replace

from bot.effects import Become, Effects, Refusal
from bot.meetings import AgendaEntry, EntryState, Meeting, Phase, begin, next_entry, previous_entry
from bot.ports import Query
from bot.questions import hole
from bot.routes import Routes
from bot.triage import RULES, Outcome, triage_objection, triaged
from bot.turn import Turn
from bot.understanding import PersonRef
from bot.votes import Ballot, BallotState, Purpose
from bot.wire import named
from bot.words import say
from dialogs.item import done
from dialogs.meeting import end, entries_of, mine, put_down, timers
from dialogs.vote import CallEstimate, CallPriority

routes = Routes()


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


@routes.handles(NextEntry)
def next_(intent: NextEntry, turn: Turn) -> Effects:
    """What is in hand stays as it was decided, or waits for the next time."""
    meeting = mine(intent.meeting, turn, intent.after)
    yield from _advance(meeting, turn)


@routes.handles(PreviousEntry)
def previous(intent: PreviousEntry, turn: Turn) -> Effects:
    """The item before, whatever became of it."""
    meeting = mine(intent.meeting, turn, intent.after)
    entry = previous_entry(entries_of(meeting, turn.store), meeting.current)
    if entry is None:
        raise Refusal(say("meeting.first_already"))
    put_down(meeting, turn, EntryState.WAITING)
    yield from _take_up(meeting, entry, turn)


@routes.handles(LaterEntry)
def later(intent: LaterEntry, turn: Turn) -> Effects:
    """Into the parking lot of the meeting; the item itself stays as it is."""
    meeting = mine(intent.meeting, turn, intent.after)
    entry = _in_hand(meeting, turn)
    turn.save(replace(entry, state=EntryState.LATER))
    yield from _advance(replace(meeting, current=entry.id), turn)


@routes.handles(DecideEntry)
def decide(intent: DecideEntry, turn: Turn) -> Effects:
    """Settle the triage of the item in hand and go on."""
    meeting = mine(intent.meeting, turn, intent.after)
    yield from _decide(meeting, intent.outcome, turn)


@routes.handles(DiscardEntry)
def discard(intent: DiscardEntry, turn: Turn) -> Effects:
    """Off the board, with the reason."""
    meeting = mine(intent.meeting, turn, intent.after)
    yield from _decide(meeting, Outcome.DISCARD, turn, why=intent.why)


@routes.handles(AssignEntry)
def assign(intent: AssignEntry, turn: Turn) -> Effects:
    """Accepted, and somebody's."""
    meeting = mine(intent.meeting, turn, intent.after)
    yield from _decide(meeting, Outcome.ASSIGN, turn, owner=turn.human(intent.owner).id)


@routes.handles(VoteOnEntry)
def vote_on(intent: VoteOnEntry, turn: Turn) -> Effects:
    """The ballot stands on the meeting's card."""
    meeting = mine(intent.meeting, turn, intent.after)
    entry = _in_hand(meeting, turn)
    call = CallPriority if intent.purpose is Purpose.PRIORITY else CallEstimate
    yield Become(call(entry.item))


def _in_hand(meeting: Meeting, turn: Turn) -> AgendaEntry:
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    if entry is None:
        raise Refusal(say("meeting.nothing_in_hand"))
    return entry


def _advance(meeting: Meeting, turn: Turn) -> Effects:
    decided = turn.store.find(
        Ballot, Query({"board": meeting.board, "meeting": meeting.id, "state": BallotState.DECIDED}, limit=200)
    )
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    if entry is not None and entry.state is EntryState.CURRENT and any(each.subject == entry.item for each in decided):
        turn.save(replace(entry, decision=entry.decision or "triage.estimated"))
        item = turn.item(entry.item)
        turn.save(replace(item, triaged_at=item.triaged_at or turn.now))
    put_down(meeting, turn)
    following = next_entry(entries_of(meeting, turn.store), meeting.current)
    if following is not None:
        yield from _take_up(meeting, following, turn)
    elif meeting.phase is Phase.WRAP_UP:
        yield from end(meeting, turn)
    else:
        wrapping = turn.save(begin(replace(meeting, current=""), Phase.WRAP_UP, turn.now))
        yield from timers(wrapping, turn)


def _take_up(meeting: Meeting, entry: AgendaEntry, turn: Turn) -> Effects:
    turn.save(replace(entry, state=EntryState.CURRENT))
    if entry.phase is not meeting.phase:
        meeting = begin(meeting, entry.phase, turn.now)
        yield from timers(meeting, turn)
    turn.save(replace(meeting, current=entry.id))


def _decide(meeting: Meeting, outcome: Outcome, turn: Turn, why: str = "", owner: str = "") -> Effects:
    entry = _in_hand(meeting, turn)
    item = turn.item(entry.item)
    objection = triage_objection(item, outcome)
    if objection is not None:
        raise Refusal(say(objection.words, key=item.key, lane=RULES[outcome].lane, here=item.lane, things=""))
    after = turn.save(triaged(item, outcome, turn.now, owner), why or say("meeting.why").template)
    turn.save(replace(entry, state=EntryState.DONE, decision=RULES[outcome].words, note=why))
    yield from done(turn, item, after, say("meeting.receipt", key=item.key, decision=say(RULES[outcome].words)))
    yield from _advance(meeting, turn)
