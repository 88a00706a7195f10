"""The minutes of a meeting, which nobody had to write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.items import OPEN_LANES, Item, Kind, Lane
from bot.look import Look
from bot.meetings import AgendaEntry, Meeting, MeetingState
from bot.messages import Block, Heading, Listing, Message, Row, Text, Words
from bot.minutes import Decided, Minutes, Standing, write_minutes
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.votes import Round
from bot.wire import named
from bot.words import say

routes = Routes()

FEW = 20
VOTED = "triage.estimated"


@named("minutes.card")
@dataclass(frozen=True)
class MinutesCard:
    """The minutes of a meeting, in its channel."""

    meeting: str


def hold(meeting: Meeting, entries: list[AgendaEntry], turn: Turn) -> Minutes:
    """Store the facts of a meeting that has just ended."""
    items = {item.id: item for entry in entries if (item := turn.store.get(Item, entry.item)) is not None}
    items |= {item.id: item for item in _outputs(turn)}
    rounds = turn.store.find(Round, Query({"board": turn.board.id, "meeting": meeting.id}, limit=500))
    facts = write_minutes(meeting, entries, items.values(), rounds, turn.now, since=_since(meeting, turn))
    turn.add(facts)
    return facts


def _since(meeting: Meeting, turn: Turn) -> datetime | None:
    query = Query({"board": turn.board.id, "state": MeetingState.ENDED}, order=("-started_at",), limit=2)
    return next((each.ended_at for each in turn.store.find(Meeting, query) if each.id != meeting.id), None)


def _outputs(turn: Turn) -> Iterator[Item]:
    """What the three outputs of a meeting may name (M10), by limited queries."""
    board = {"board": turn.board.id}
    for lane in (Lane.IN_PROGRESS, Lane.TESTING_QA):
        yield from turn.store.find(Item, Query({**board, "lane": lane}, order=("rank",), limit=FEW))
    yield from turn.store.find(Item, Query({**board, "lane": Lane.DONE}, order=("-done_at",), limit=FEW))
    for kind in (Kind.PROJECT, Kind.ESCALATION):
        yield from turn.store.find(Item, Query({**board, "kind": kind, "lane": OPEN_LANES}, order=("rank",), limit=FEW))


@routes.draws(MinutesCard)
def draw_minutes(view: MinutesCard, look: Look) -> Message:
    """What was decided with its votes, what is ready, what is missing, and the three outputs."""
    facts = look.must(Minutes, view.meeting)
    title = say("minutes.title", board=look.board.name, day=look.when(facts.held_at, "day"))
    reached = say("minutes.reached", reached=facts.reached, unreached=facts.unreached, minutes=facts.duration)
    who = say("minutes.started_by", who=look.person(facts.started_by))
    return Message(title, (Heading(title), Text(say("minutes.line", who=who, reached=reached), "quiet"), *_body(facts)))


def _body(facts: Minutes) -> Iterator[Block]:
    if facts.decided:
        yield Listing(say("minutes.decided"), tuple(Row(_decided(each)) for each in facts.decided))
    else:
        yield Text(say("minutes.nothing_decided"))
    yield from _keys("minutes.ready", facts.ready)
    if facts.missing:
        rows = tuple(Row(say("minutes.misses", key=each.key, things=_things(each.fields))) for each in facts.missing)
        yield Listing(say("minutes.missing"), rows)
    for name in ("parked", "later", "to_pm", "discarded"):
        yield from _keys(f"minutes.{name}", getattr(facts, name))
    for name in ("projects", "progress", "escalations"):
        standing: tuple[Standing, ...] = getattr(facts, name)
        if standing:
            yield Listing(say(f"minutes.{name}"), tuple(Row(_standing(each)) for each in standing[:5]))
    yield Text(say("minutes.thanks"), "quiet")


def _keys(title: str, keys: tuple[str, ...]) -> Iterator[Block]:
    if keys:
        yield Text(say("minutes.keys", title=say(title), keys=", ".join(keys)))


def _decided(each: Decided) -> Words:
    votes = tuple(
        part for one in each.counts for part in (Words(", "), say("minutes.count", count=one.count, card=one.card))
    )[1:]
    voted = each.decision == VOTED and bool(each.estimate)
    marks = [] if voted else [say(each.decision)]  # the estimate itself says that it was voted on
    marks += [say("minutes.estimate", estimate=each.estimate)] if each.estimate else []
    marks += [Words(each.priority.value)] if each.priority else []
    marks += [say("minutes.votes", votes=votes)] if votes else []
    joined = tuple(part for mark in marks for part in (Words(" · "), mark))[1:]
    return say("minutes.decision", key=each.key, title=each.title, marks=joined)


def _things(names: tuple[str, ...]) -> tuple[Words, ...]:
    return tuple(part for name in names for part in (Words(", "), say(f"things.{name}")))[1:]


def _standing(each: Standing) -> Words:
    priority = Words(each.priority.value) if each.priority else say("item.priority_open")
    return say("minutes.standing", key=each.key, title=each.title, lane=each.lane, priority=priority)
