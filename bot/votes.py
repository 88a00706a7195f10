"""A ballot: a question put to the channel, its rounds of hidden votes, and what their count settles."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from statistics import median_high, median_low, mode, multimode

from bot.items import Priority

UNSURE, COFFEE, TOO_BIG = "?", "☕", "100"
DECKS: dict[str, tuple[str, ...]] = {
    "modified-fibonacci": ("0", "½", "1", "2", "3", "5", "8", "13", "20", "40", TOO_BIG, UNSURE, COFFEE),
    "fibonacci": ("0", "1", "2", "3", "5", "8", "13", "21", "34", "55", "89", UNSURE, COFFEE),
    "t-shirt": ("XS", "S", "M", "L", "XL", "XXL", UNSURE, COFFEE),
    "priority": tuple(step.value for step in Priority),
    "yes-no": ("yes", "no", UNSURE),
}


class Purpose(StrEnum):
    """What a ballot is for: an estimate has a rising scale, a priority a falling one, a question none."""

    ESTIMATE, PRIORITY, QUESTION = "estimate", "priority", "question"


class BallotState(StrEnum):
    """Where a ballot stands. A revealed one goes on to another round, is decided, or is closed undecided."""

    OPEN, REVEALED, DECIDED, CLOSED = "open", "revealed", "decided", "closed"


class Outcome(StrEnum):
    """What a round came to; its sentence is the catalogue's `votes.<outcome>`."""

    NOTHING, UNSURE, UNANIMOUS, CLOSE, WIDE = "nothing", "unsure", "unanimous", "close", "wide"
    STUCK, ADVICE, MOST, EVEN = "stuck", "advice", "most", "even"


class Way(StrEnum):
    """What the facilitator may do with a round; its label is the catalogue's `votes.way_<way>`."""

    TAKE, AGAIN, SPLIT, PARK, ASK, PAUSE = "take", "again", "split", "park", "ask", "pause"


_WAYS: dict[Outcome, tuple[Way, ...]] = {
    Outcome.UNSURE: (Way.ASK, Way.AGAIN),
    Outcome.STUCK: (Way.TAKE, Way.SPLIT, Way.PARK, Way.ASK),
    Outcome.ADVICE: (Way.TAKE,),
} | dict.fromkeys((Outcome.UNANIMOUS, Outcome.CLOSE, Outcome.MOST), (Way.TAKE, Way.AGAIN))


@dataclass(frozen=True)
class Ballot:
    """A question to the channel. `subject` is an item's id and `meeting` a meeting's, or "" where there is none.

    `round` counts from 1. `taken_back`: the reveal of this round was undone, which is done once (product row V2).
    """

    id: str
    board: str
    subject: str
    meeting: str
    purpose: Purpose
    question: str
    deck: str
    cards: tuple[str, ...]
    opened_by: str
    opened_at: datetime
    round: int = 1
    state: BallotState = BallotState.OPEN
    anonymous: bool = False
    quorum: int = 2
    decision: str = ""
    taken_back: bool = False


@dataclass(frozen=True)
class Vote:
    """One person's answer in one round; the id is `ballot:round:person`, so a change of mind is the same row."""

    id: str
    board: str
    ballot: str
    round: int
    person: str
    choice: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Count:
    """How often a card was chosen."""

    card: str
    count: int


@dataclass(frozen=True)
class Reason:
    """A line that somebody gave with a card; whose it was is not kept (product rows V7, V12)."""

    card: str
    text: str


@dataclass(frozen=True)
class Tally:
    """The count of a round: chosen cards and reasons in the order of the deck, never in that of the voting."""

    cards: tuple[str, ...]
    counts: tuple[Count, ...]
    voters: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Settlement:
    """What a tally comes to. `card` is what it proposes; `lowest` and `highest` are the marked ends; else "".

    `ways` are those of the outcome, then what the cards suggest (V4). `below_quorum`: too few for a decision of the
    team, though the result can be seen (V8).
    """

    outcome: Outcome
    card: str
    lowest: str
    highest: str
    ways: tuple[Way, ...]
    below_quorum: bool


@dataclass(frozen=True)
class Round:
    """The facts of one revealed round, without names: its tally and its settlement. The id is `ballot:number`."""

    id: str
    board: str
    ballot: str
    subject: str
    meeting: str
    purpose: Purpose
    number: int
    counts: tuple[Count, ...]
    voters: int
    reasons: tuple[Reason, ...]
    revealed_at: datetime
    revealed_by: str
    outcome: Outcome
    card: str
    lowest: str
    highest: str
    ways: tuple[Way, ...]
    below_quorum: bool


def all_expected_voted(expected: frozenset[str], voted: frozenset[str]) -> bool:
    """Whether a round may reveal itself (V2). Where nobody is expected it waits for the facilitator or the timer."""
    return bool(expected) and expected <= voted


def tally(cards: tuple[str, ...], votes: Iterable[Vote]) -> Tally:
    """The count of one round's votes; one person has one vote, the later one (V1, V11). KeyError off the deck."""
    order = {card: step for step, card in enumerate(cards)}
    last = {vote.person: vote for vote in sorted(votes, key=lambda vote: (vote.at, vote.id, vote.choice, vote.reason))}
    counted = Counter(vote.choice for vote in last.values())
    counts = tuple(Count(card, counted[card]) for card in sorted(counted, key=order.__getitem__))
    reasons = [Reason(vote.choice, vote.reason.strip()) for vote in last.values() if vote.reason.strip()]
    return Tally(cards, counts, len(last), tuple(sorted(reasons, key=lambda each: (order[each.card], each.text))))


def _steps(tally: Tally) -> list[int]:
    """The voted places on the scale, one per vote, lowest first; `?` and `☕` are no places."""
    scale = {each.card: each.count for each in tally.counts if each.card not in (UNSURE, COFFEE)}
    return [step for step, card in enumerate(tally.cards) for _ in range(scale.get(card, 0))]


def median_card(tally: Tally, *, falling: bool = False) -> str:
    """The median card, the upper one on a tie, "" without any (V3); a `falling` deck begins with its highest (V5)."""
    steps = _steps(tally)
    return tally.cards[median_low(steps) if falling else median_high(steps)] if steps else ""


def _of(tally: Tally, card: str) -> int:
    return sum(each.count for each in tally.counts if each.card == card)


def _outcome(tally: Tally, purpose: Purpose, number: int) -> Outcome:
    steps = _steps(tally)
    if tally.voters and _of(tally, UNSURE) * 3 >= tally.voters:
        return Outcome.UNSURE
    if not steps:
        return Outcome.NOTHING
    if purpose is Purpose.PRIORITY:
        return Outcome.ADVICE
    if purpose is Purpose.QUESTION:
        return Outcome.MOST if len(multimode(steps)) == 1 else Outcome.EVEN
    spread = steps[-1] - steps[0]
    if spread > 1:
        return Outcome.WIDE if number < 3 else Outcome.STUCK
    return Outcome.CLOSE if spread else Outcome.UNANIMOUS


def settle(tally: Tally, purpose: Purpose = Purpose.ESTIMATE, number: int = 1, quorum: int = 2) -> Settlement:
    """What round `number` comes to (product rows V3, V4, V5).

    Estimates: unanimous is proposed, a spread of one step takes the median, a wider one marks its ends and is voted
    again, and after three rounds the facilitator chooses. A third or more `?` opens a question instead. A median of
    100 suggests a split, any `☕` a pause. A priority is the median, as advice. A question goes to the fullest card.
    """
    outcome, steps = _outcome(tally, purpose, number), _steps(tally)
    median = median_card(tally, falling=purpose is Purpose.PRIORITY)
    card = tally.cards[mode(steps)] if outcome is Outcome.MOST else median
    ends = [tally.cards[step] for step in steps] if outcome in (Outcome.WIDE, Outcome.STUCK) else [""]
    split = [Way.SPLIT] if purpose is Purpose.ESTIMATE and median == TOO_BIG else []
    pause = [Way.PAUSE] if _of(tally, COFFEE) else []
    ways = _WAYS.get(outcome, (Way.AGAIN,))
    return Settlement(
        outcome,
        card if Way.TAKE in ways else "",
        lowest=ends[0],
        highest=ends[-1],
        ways=tuple(dict.fromkeys((*ways, *split, *pause))),
        below_quorum=(tally.voters if outcome is Outcome.UNSURE else len(steps)) < quorum,
    )


def reveal(ballot: Ballot, votes: Iterable[Vote], by: str, at: datetime) -> tuple[Ballot, Round]:
    """The ballot with its present round turned over, and the facts of that round (V2)."""
    count = tally(ballot.cards, (vote for vote in votes if (vote.ballot, vote.round) == (ballot.id, ballot.round)))
    facts = Round(
        f"{ballot.id}:{ballot.round}", ballot.board, ballot.id, ballot.subject, ballot.meeting, ballot.purpose,
        ballot.round, count.counts, count.voters, count.reasons, revealed_at=at, revealed_by=by,
        **vars(settle(count, ballot.purpose, ballot.round, ballot.quorum)),
    )  # fmt: skip
    return replace(ballot, state=BallotState.REVEALED), facts


def take_back(ballot: Ballot) -> Ballot | None:
    """The ballot open again in the same round: once, and while nobody has acted on the reveal (V2); else None."""
    if ballot.state is not BallotState.REVEALED or ballot.taken_back:
        return None
    return replace(ballot, state=BallotState.OPEN, taken_back=True)


def again(ballot: Ballot) -> Ballot:
    """The ballot open in its next round."""
    return replace(ballot, round=ballot.round + 1, state=BallotState.OPEN, taken_back=False)
