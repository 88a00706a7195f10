"""How a ballot looks: the question, how many have voted, the deck, and what came of every round."""

from collections.abc import Iterator
from typing import Literal

from bot.items import Item
from bot.look import Look
from bot.messages import Bar, Bars, Block, Button, Controls, Heading, Message, Text, Words
from bot.ports import Query
from bot.routes import Routes
from bot.votes import Ballot, BallotState, Round, Vote, Way
from bot.words import say
from dialogs.intents import ParkItem
from dialogs.item import headline
from dialogs.vote import BallotCard, CastVote, HideRound, RevealRound, TakeCard, VoteAgain

routes = Routes()


@routes.draws(BallotCard)
def draw_ballot(view: BallotCard, look: Look) -> Message:
    """The question, how many have voted, the deck, and what came of earlier rounds."""
    ballot = look.must(Ballot, view.ballot)
    title = ballot_title(ballot, look)
    return Message(title, (Heading(title), *ballot_blocks(ballot, look)))


def ballot_title(ballot: Ballot, look: Look) -> Words:
    """What is voted on."""
    item = look.store.get(Item, ballot.subject) if ballot.subject else None
    subject = headline(item) if item else Words("{text}", {"text": ballot.question})
    return say(f"votes.title_{ballot.purpose}", subject=subject)


def ballot_blocks(ballot: Ballot, look: Look) -> Iterator[Block]:
    """The body of a ballot: for its own card, and for the card of its meeting."""
    rounds = look.store.find(Round, Query({"board": ballot.board, "ballot": ballot.id}, order=("number",), limit=10))
    yield from (block for each in rounds for block in _round(each, ballot, last=each.number == ballot.round))
    if ballot.state is BallotState.OPEN:
        where = {"board": ballot.board, "ballot": ballot.id, "round": ballot.round}
        voted = look.store.count(Vote, where)
        yield Text(
            say(
                "votes.none_yet" if not voted else "votes.one" if voted == 1 else "votes.some",
                voted=voted,
                round=ballot.round,
            )
        )
        mine = look.store.get(Vote, f"{ballot.id}:{ballot.round}:{look.viewer}") if look.viewer else None
        if mine is not None:
            yield Text(say("votes.mine", card=mine.choice))
        deck = tuple(Button(Words(card), CastVote(ballot.id, ballot.round, card)) for card in ballot.cards)
        yield Controls(deck, say("votes.cast"))
        yield Controls((Button(say("votes.reveal"), RevealRound(ballot.id, ballot.round)),))
    elif ballot.state is BallotState.REVEALED:
        yield Controls(tuple(_ways(ballot, rounds[-1])))
    elif ballot.state is BallotState.DECIDED:
        yield Text(say("votes.decided", card=ballot.decision))


def _round(facts: Round, ballot: Ballot, *, last: bool) -> Iterator[Block]:
    marks = {facts.lowest: say("votes.lowest"), facts.highest: say("votes.highest")} if facts.lowest else {}
    rows = tuple(Bar(Words(each.card), each.count, marks.get(each.card)) for each in facts.counts)
    if ballot.round > 1:
        yield Text(say("votes.round", round=facts.number), "quiet")
    yield Bars(rows, facts.voters)
    for reason in facts.reasons:
        yield Text(say("votes.reason", card=reason.card, text=reason.text), "quiet")
    if last and ballot.state is BallotState.REVEALED:
        yield Text(say(f"votes.{facts.outcome}", card=facts.card, lowest=facts.lowest, highest=facts.highest))
        if facts.below_quorum:
            yield Text(say("votes.below_quorum", quorum=ballot.quorum), "warning")
        if Way.SPLIT in facts.ways:
            yield Text(say("votes.way_split"), "quiet")
        if Way.PAUSE in facts.ways:
            yield Text(say("votes.way_pause"), "quiet")


def _ways(ballot: Ballot, facts: Round) -> Iterator[Button]:
    """What can come of a reveal, most useful first."""
    if Way.TAKE in facts.ways and facts.card:
        yield Button(say("votes.way_take", card=facts.card), TakeCard(ballot.id, ballot.round, facts.card), "primary")
    if Way.AGAIN in facts.ways:
        style: Literal["plain", "primary"] = "plain" if Way.TAKE in facts.ways else "primary"
        yield Button(say("votes.way_again"), VoteAgain(ballot.id, ballot.round), style)
    if Way.PARK in facts.ways and ballot.subject:
        yield Button(say("votes.way_park"), ParkItem(ballot.subject))
    if not ballot.taken_back:
        yield Button(say("votes.hide"), HideRound(ballot.id, ballot.round))
