"""Votes: a question to the channel, hidden until the reveal, on an estimate, a priority, or anything at all."""

import re
from dataclasses import dataclass, replace

from bot.board import priority_objection
from bot.effects import Effects, Notice, Refusal, Show
from bot.items import Item, Priority
from bot.meetings import AgendaEntry, Meeting
from bot.messages import Button
from bot.people import Role
from bot.ports import Query
from bot.questions import hole
from bot.routes import Routes
from bot.turn import Turn
from bot.understanding import ItemRef
from bot.votes import (
    DECKS,
    Ballot,
    BallotState,
    Purpose,
    Round,
    Vote,
    again,
    all_expected_voted,
    reveal,
    take_back,
)  # fmt: skip
from bot.wire import named
from bot.words import say
from dialogs.attendance import MeetingCard, check_facilitates, expected, running_meeting
from dialogs.item import done

routes = Routes()
routes.subjects["ballot"] = Ballot


@named("ballot.estimate")
@dataclass(frozen=True)
class CallEstimate:
    """Let the channel estimate an item."""

    item: ItemRef = hole("item.ask_item")


@named("ballot.priority")
@dataclass(frozen=True)
class CallPriority:
    """Let the channel say how urgent an item is."""

    item: ItemRef = hole("item.ask_item")


@named("ballot.ask")
@dataclass(frozen=True)
class CallVote:
    """Let the channel answer anything: an item's key is an estimate of it, other words are a yes or no."""

    what: str = hole("votes.ask_what")


@named("ballot.vote")
@dataclass(frozen=True)
class CastVote:
    """One person's choice in a round, changeable until the reveal."""

    ballot: str
    round: int
    choice: str
    reason: str = hole("votes.ask_reason", optional=True, default="", max_length=300)


@named("ballot.reason")
@dataclass(frozen=True)
class GiveReason:
    """A line of reason with one's vote, shown after the reveal only."""

    ballot: str
    round: int
    reason: str = hole("votes.ask_reason", max_length=300)


@named("ballot.reveal")
@dataclass(frozen=True)
class RevealRound:
    """Turn the cards over."""

    ballot: str
    round: int


@named("ballot.hide")
@dataclass(frozen=True)
class HideRound:
    """Take a reveal back, once."""

    ballot: str
    round: int


@named("ballot.again")
@dataclass(frozen=True)
class VoteAgain:
    """Open the next round."""

    ballot: str
    round: int


@named("ballot.take")
@dataclass(frozen=True)
class TakeCard:
    """Decide on a card."""

    ballot: str
    round: int
    card: str


@named("ballot.card")
@dataclass(frozen=True)
class BallotCard:
    """A ballot in the channel."""

    ballot: str


routes.command(
    "vote", "poll", intent=CallVote, args="what…", group="meeting", example="/bmm vote move the stand-up to 9:30?"
)
routes.command("estimate", intent=CallEstimate, args="item", group="meeting", example="/bmm estimate 42")


routes.subjects["what"] = Item  # of a vote: an item's key, or a question


@routes.handles(CallVote)
def call_vote(intent: CallVote, turn: Turn) -> Effects:
    """A key or number means that item's estimate."""
    if re.fullmatch(r"#?(?:[A-Za-z]{2,5}-)?\d{1,9}", intent.what.strip()):
        yield from _open(turn, turn.item(intent.what), Purpose.ESTIMATE)
    else:
        yield from _open(turn, None, Purpose.QUESTION, intent.what.strip())


@routes.handles(CallEstimate)
def call_estimate(intent: CallEstimate, turn: Turn) -> Effects:
    """Open a ballot with the board's deck."""
    yield from _open(turn, turn.item(intent.item), Purpose.ESTIMATE)


@routes.handles(CallPriority)
def call_priority(intent: CallPriority, turn: Turn) -> Effects:
    """Open a ballot with the five steps of the scale."""
    yield from _open(turn, turn.item(intent.item), Purpose.PRIORITY)


@routes.handles(CastVote)
def cast_vote(intent: CastVote, turn: Turn) -> Effects:
    """Keep the vote; reveal when everybody expected has voted. The receipt is private and says nothing to others."""
    ballot = _open_round(intent.ballot, intent.round, turn)
    if intent.choice not in ballot.cards:
        raise Refusal(say("votes.no_card"))
    old = turn.store.get(Vote, f"{ballot.id}:{ballot.round}:{turn.person.id}")
    _keep(turn, ballot, intent.choice, intent.reason or (old.reason if old else ""))
    last = _all_voted(ballot, turn)
    if last:
        _revealed(ballot, turn)
    yield from refreshed(ballot)
    why = Button(say("votes.add_reason"), GiveReason(ballot.id, ballot.round))
    receipt = "votes.revealed_by_you" if last else "votes.receipt" if old is None else "votes.changed"
    yield Notice(say(receipt, card=intent.choice), (why,))


@routes.handles(GiveReason)
def give_reason(intent: GiveReason, turn: Turn) -> Effects:
    """Keep it with the vote; what comes after the reveal is shown at once."""
    ballot = turn.must(Ballot, intent.ballot)
    if ballot.state not in (BallotState.OPEN, BallotState.REVEALED) or ballot.round != intent.round:
        raise Refusal(say("votes.reason_late"))
    old = turn.store.get(Vote, f"{ballot.id}:{ballot.round}:{turn.person.id}")
    if old is None:
        raise Refusal(say("votes.vote_first"))
    _keep(turn, ballot, old.choice, intent.reason)
    if ballot.state is BallotState.REVEALED:
        _revealed(ballot, turn)
        yield from refreshed(ballot)
        yield Notice(say("votes.reason_shown"))
    else:
        yield Notice(say("votes.reason_kept"))


@routes.handles(RevealRound)
def reveal_round(intent: RevealRound, turn: Turn) -> Effects:
    """The one who runs it turns the cards over."""
    ballot = _open_round(intent.ballot, intent.round, turn)
    _may_run(ballot, turn)
    if not _votes(ballot, turn):
        raise Refusal(say("votes.nobody_yet"))
    _revealed(ballot, turn)
    yield from refreshed(ballot)


@routes.handles(HideRound)
def hide_round(intent: HideRound, turn: Turn) -> Effects:
    """Once, and before anybody acts on it."""
    ballot = turn.must(Ballot, intent.ballot)
    _may_run(ballot, turn)
    hidden = take_back(ballot) if ballot.round == intent.round else None
    if hidden is None:
        raise Refusal(say("votes.no_way_back"))
    turn.store.remove(Round, {"id": f"{ballot.id}:{ballot.round}", "board": ballot.board})
    turn.save(hidden)
    yield from refreshed(ballot)


@routes.handles(VoteAgain)
def vote_again(intent: VoteAgain, turn: Turn) -> Effects:
    """The next round; the earlier ones stay on the card."""
    ballot = _revealed_round(intent.ballot, intent.round, turn)
    turn.save(again(ballot))
    yield from refreshed(ballot)


@routes.handles(TakeCard)
def take_card(intent: TakeCard, turn: Turn) -> Effects:
    """Decide; an estimate or priority goes to the item, confirmed where a board admin or PM takes it."""
    ballot = _revealed_round(intent.ballot, intent.round, turn)
    if intent.card not in ballot.cards:
        raise Refusal(say("votes.no_card"))
    turn.save(replace(ballot, state=BallotState.DECIDED, decision=intent.card))
    item = turn.store.get(Item, ballot.subject) if ballot.subject else None
    if item is not None and ballot.purpose is not Purpose.QUESTION:
        after = turn.save(_with_card(item, ballot, intent.card, turn), why=say("votes.by_vote").template)
        yield from done(turn, item, after, say("votes.taken", key=item.key, card=intent.card))
    yield from refreshed(ballot)


# --- inside


def _with_card(item: Item, ballot: Ballot, card: str, turn: Turn) -> Item:
    """The item with what was decided. Raises Refusal where its lane does not allow it."""
    if ballot.purpose is Purpose.ESTIMATE:
        return replace(item, estimate=card)
    against = priority_objection(item, Priority(card))
    if against is not None:
        raise Refusal(say(against.words, key=item.key))
    return replace(item, priority=Priority(card), confirmed=bool(turn.roles(turn.person.id) & {Role.ADMIN, Role.PM}))


def _open(turn: Turn, item: Item | None, purpose: Purpose, question: str = "") -> Effects:
    meeting = running_meeting(turn.store, turn.board)
    cards = {Purpose.ESTIMATE: DECKS[turn.board.deck], Purpose.PRIORITY: DECKS["priority"]}.get(
        purpose, DECKS["yes-no"]
    )
    deck = turn.board.deck if purpose is Purpose.ESTIMATE else purpose.value
    in_meeting = meeting is not None and _current_item(meeting, turn) == (item.id if item else "-")
    if meeting is not None and in_meeting:
        check_facilitates(meeting, turn)
    ballot = Ballot(
        turn.ids(), turn.board.id, item.id if item else "", meeting.id if meeting and in_meeting else "", purpose,
        question, deck, cards, turn.person.id, turn.now,
    )  # fmt: skip
    if in_meeting:
        where = {"board": turn.board.id, "meeting": ballot.meeting, "subject": ballot.subject}
        undecided = (BallotState.OPEN, BallotState.REVEALED)
        turn.store.change(Ballot, {**where, "state": undecided}, state=BallotState.CLOSED)
        turn.add(ballot)
    else:
        turn.add(ballot)
        yield Show(BallotCard(ballot.id), turn.place if turn.event.how == "control" else turn.event.place.trunk)


def _current_item(meeting: Meeting, turn: Turn) -> str:
    entry = turn.store.get(AgendaEntry, meeting.current) if meeting.current else None
    return entry.item if entry else ""


def _keep(turn: Turn, ballot: Ballot, choice: str, reason: str) -> None:
    id = f"{ballot.id}:{ballot.round}:{turn.person.id}"
    vote = Vote(id, ballot.board, ballot.id, ballot.round, turn.person.id, choice, reason.strip(), turn.now)
    if not turn.store.add_new(vote):
        turn.store.put(vote)
    turn.touch(vote)


def _open_round(id: str, number: int, turn: Turn) -> Ballot:
    ballot = turn.must(Ballot, id)
    if ballot.state is not BallotState.OPEN or ballot.round != number:
        raise Refusal(say("votes.over"))
    return ballot


def _revealed_round(id: str, number: int, turn: Turn) -> Ballot:
    ballot = turn.must(Ballot, id)
    if ballot.state is not BallotState.REVEALED or ballot.round != number:
        raise Refusal(say("votes.not_now"))
    _may_run(ballot, turn)
    return ballot


def _may_run(ballot: Ballot, turn: Turn) -> None:
    """The meeting's facilitator, the one who called the vote, or a board admin."""
    meeting = turn.store.get(Meeting, ballot.meeting) if ballot.meeting else None
    may = {
        ballot.opened_by,
        *(person.id for person in turn.holders(Role.ADMIN)),
        *([meeting.facilitator] if meeting else []),
    }
    if turn.person.id not in may:
        who = turn.human(meeting.facilitator if meeting else ballot.opened_by)
        raise Refusal(say("votes.not_yours", who=who.name))


def _votes(ballot: Ballot, turn: Turn) -> list[Vote]:
    return turn.store.find(Vote, Query({"board": ballot.board, "ballot": ballot.id, "round": ballot.round}, limit=5000))


def _all_voted(ballot: Ballot, turn: Turn) -> bool:
    if not ballot.meeting:
        return False
    there = expected(turn.store, ballot.board, ballot.meeting)
    return len(there) >= ballot.quorum and all_expected_voted(
        there, frozenset(vote.person for vote in _votes(ballot, turn))
    )


def _revealed(ballot: Ballot, turn: Turn) -> None:
    shown, facts = reveal(ballot, _votes(ballot, turn), turn.person.id, turn.now)
    before = turn.store.get(Round, facts.id)
    if before is not None:
        facts = replace(facts, revealed_by=before.revealed_by, revealed_at=before.revealed_at)
    turn.save(shown)
    if not turn.store.add_new(facts):
        turn.store.put(facts)


def refreshed(ballot: Ballot) -> Effects:
    """Draw a ballot anew, on its own card or on its meeting's."""
    yield Show(MeetingCard(ballot.meeting) if ballot.meeting else BallotCard(ballot.id))
