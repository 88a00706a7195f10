"""Scene three, the day: the walk of the board, at the board's own time or when somebody asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.board import Board
from bot.cadence import due_key, next_due, too_late
from bot.effects import Effects, Later, Notice, Refusal, Show
from bot.events import Place
from bot.items import OPEN_LANES, Item, Lane
from bot.look import Look
from bot.messages import Block, Heading, Link, Listing, Message, Row, Text, Words
from bot.people import Role
from bot.ports import Query
from bot.questions import hole
from bot.routes import Routes
from bot.standup import DUE_SOON, ENOUGH, LINES, Found, Line, Part, Section, Standup, walk
from bot.turn import Turn
from bot.wire import named
from bot.words import say
from dialogs.item import ItemCard

routes = Routes()

_LANES = {
    Part.EMERGENCY: Lane.EMERGENCY, Part.BLOCKED: Lane.BLOCKED, Part.IN_PROGRESS: Lane.IN_PROGRESS,
    Part.TESTING_QA: Lane.TESTING_QA, Part.ICE_BOX: Lane.ICE_BOX, Part.WITH_PM: Lane.WITH_PM,
}  # fmt: skip


@named("standup.now")
@dataclass(frozen=True)
class PostStandup:
    """Post the walk of the board now."""


@named("standup.due")
@dataclass(frozen=True)
class StandupDue:
    """The local time of a board's post has come: for this `day`, which fell due `at` this instant, by this `clock`."""

    day: date
    at: datetime
    clock: time


@named("standup.walk")
@dataclass(frozen=True)
class WalkDue:
    """The post of this `day` is to be made; it fell due `at` this instant."""

    day: date
    at: datetime


@named("standup.schedule")
@dataclass(frozen=True)
class ScheduleStandup:
    """Post it every business day at this local time."""

    at: str = hole("standup.ask_time")


@named("standup.stop")
@dataclass(frozen=True)
class StopStandup:
    """Post it no more by itself."""


@named("standup.card")
@dataclass(frozen=True)
class StandupCard:
    """One day's post."""

    standup: str


@named("standup.missed")
@dataclass(frozen=True)
class StandupMissed:
    """That a day's post was not made, and why."""

    board: str
    day: date
    at: datetime


routes.command("dsu", "standup", "stand-up", intent=PostStandup, group="day", example="/bmm dsu")
routes.command("daily", intent=ScheduleStandup, args="at", group="day", example="/bmm daily 09:00")
routes.command("nodaily", intent=StopStandup, group="day", example="/bmm nodaily")


@routes.handles(PostStandup)
def post_standup(_intent: PostStandup, turn: Turn) -> Effects:
    """Walk the board and post what was seen."""
    today = turn.now.astimezone(ZoneInfo(turn.board.zone)).date()
    facts = replace(walked(turn, today), id=turn.ids())
    turn.add(facts)
    yield Show(StandupCard(facts.id), turn.event.place.trunk)


@routes.handles(StandupDue, clock=True)
def standup_due(intent: StandupDue, turn: Turn) -> Effects:
    """Wait for the next day, and let this day's post be an event of its own: should it fail, the days go on.

    Where the time was changed meanwhile or the post was stopped, another due time stands for it, or none.
    """
    if turn.board.standup_at == intent.clock:
        yield _next(turn.board, max(turn.now, intent.at), turn.event.place)
        key = f"{due_key(turn.board.id, 'walk', intent.day)}:{intent.clock:%H%M}"
        yield Later(key, turn.now, WalkDue(intent.day, intent.at), turn.event.place)


@routes.handles(WalkDue, clock=True)
def walk_due(intent: WalkDue, turn: Turn) -> Effects:
    """Post for this day, once; too late, tell who runs the board instead."""
    if too_late(intent.at, turn.now):
        for person in turn.holders(Role.FACILITATOR, Role.ADMIN):
            place = turn.privately(person.id)
            if place is not None:
                yield Show(StandupMissed(turn.board.id, intent.day, intent.at), place)
        return
    facts = walked(turn, intent.day)
    if turn.store.add_new(facts):
        yield Show(StandupCard(facts.id), turn.event.place.trunk)


@routes.handles(ScheduleStandup, by=(Role.ADMIN, Role.FACILITATOR))
def schedule_standup(intent: ScheduleStandup, turn: Turn) -> Effects:
    """From the next business day on; the same again changes the time."""
    at = clock_time(intent.at)
    if at is None:
        raise Refusal(say("standup.no_time", said=intent.at[:40]), field="at")
    board = turn.save(replace(turn.board, standup_at=at))
    later = _next(board, turn.now, turn.event.place)
    yield later
    words = say("standup.scheduled", at=f"{at:%H:%M}", zone=board.zone, first=later.intent.day)
    yield Notice(words)


@routes.handles(StopStandup, by=(Role.ADMIN, Role.FACILITATOR))
def stop_standup(_intent: StopStandup, turn: Turn) -> Effects:
    """What is due already checks this when its time comes."""
    turn.save(replace(turn.board, standup_at=None))
    yield Notice(say("standup.stopped"))


def clock_time(text: str) -> time | None:
    """A time of day as people write it: `9`, `9:30`, `09.30`, `9am`, `5 pm`; None for anything else."""
    said = text.strip().casefold().replace(".", ":").replace(" ", "")
    shift = 12 if said.endswith("pm") else 0
    hours, _, minutes = said.removesuffix("am").removesuffix("pm").partition(":")
    if not hours.isdecimal() or not (minutes.isdecimal() or not minutes) or len(said) > 8:
        return None
    hour = int(hours) % 12 + shift if said.endswith(("am", "pm")) else int(hours)
    return time(hour, int(minutes or 0)) if hour < 24 and int(minutes or 0) < 60 else None


def walked(turn: Turn, day: date) -> Standup:
    """The facts of the walk, by limited queries: nothing here grows with the backlog."""
    last = turn.store.find(Standup, Query({"board": turn.board.id}, order=("-at",), limit=1))
    since = last[0].at if last else turn.now - timedelta(days=1)
    found = {part: _in_lane(turn, lane) for part, lane in _LANES.items()}
    soon = day + DUE_SOON + timedelta(days=1)
    found[Part.DUE] = _found(turn, {"lane": OPEN_LANES}, {"due": soon}, {}, "due", ENOUGH)
    found[Part.DONE] = _found(turn, {"lane": Lane.DONE}, {}, {"done_at": since}, "-done_at", ENOUGH)
    found[Part.LOGGED] = _found(turn, {"lane": OPEN_LANES}, {}, {"created_at": since}, "-created_at", ENOUGH)
    return walk(turn.board.id, day, turn.now, ZoneInfo(turn.board.zone), found)


def _in_lane(turn: Turn, lane: Lane) -> Found:
    where = {"board": turn.board.id, "lane": lane}
    items = turn.store.find(Item, Query(where, order=("rank",), limit=LINES))
    return Found(tuple(items), len(items) if len(items) < LINES else turn.store.count(Item, where))


def _found(
    turn: Turn, where: dict[str, Any], before: dict[str, Any], after: dict[str, Any], order: str, limit: int
) -> Found:
    items = turn.store.find(Item, Query({"board": turn.board.id, **where}, before, after, (order,), limit))
    return Found(tuple(items), len(items))


def _next(board: Board, after: datetime, place: Place) -> Later:
    assert board.standup_at is not None  # noqa: S101 - both callers have just set or seen it
    day, at = next_due(after, board.standup_at, board.days, ZoneInfo(board.zone), frozenset(board.holidays))
    key = f"{due_key(board.id, 'standup', day)}:{board.standup_at:%H%M}"  # one post a day is made sure by its row
    return Later(key, at, StandupDue(day, at, board.standup_at), place.trunk)


# --- how it looks


@routes.draws(StandupCard)
def draw_standup(view: StandupCard, look: Look) -> Message:
    """The sections in the order of the walk; nothing to say is said in one line."""
    facts = look.must(Standup, view.standup)
    title = say("standup.title", board=look.board.name, day=facts.day)
    if facts.quiet:
        quiet = say("standup.quiet", day=facts.day)
        return Message(quiet, (Text(quiet),))
    return Message(title, (Heading(title), *(block for each in facts.sections for block in _section(each, look))))


@routes.draws(StandupMissed)
def draw_missed(view: StandupMissed, look: Look) -> Message:
    """Why nothing was posted, and what to do."""
    words = say("standup.missed", board=look.board.name, day=view.day, at=look.when(view.at, "time"))
    return Message(words, (Text(words),))


def _section(section: Section, look: Look) -> Iterator[Block]:
    title = say(f"standup.{section.part}")
    folded = say("standup.folded", count=section.folded) if section.folded else None
    if section.part in (Part.DONE, Part.LOGGED):
        keys = tuple(part for line in section.lines for part in (Words(" · "), _key(line, look)))[1:]
        yield Listing(title, (Row(say("standup.keys", keys=keys)),), folded)
    else:
        yield Listing(title, tuple(Row(_line(line, section.part, look)) for line in section.lines), folded)


def _line(line: Line, part: Part, look: Look) -> Words:
    marks: list[Words] = []
    if line.owner:
        marks.append(say("standup.owner", person=look.person(line.owner)))
    if line.priority and part is not Part.EMERGENCY:
        marks.append(say("item.value", value=line.priority))
    if part in _LANES:
        marks.append(
            say("standup.days" if line.days != 1 else "standup.day", days=line.days)
            if line.days
            else say("standup.today")
        )
    if line.words:
        marks.append(_due(line, part))
    if line.note:
        on = say("item.on", person=look.person(line.blocked_on, ping=True)) if line.blocked_on else Words("")
        marks.append(say("standup.note", note=line.note, on=on))
    joined = tuple(part for mark in marks for part in (Words(" · "), mark))[1:]
    return say("standup.line", key=_key(line, look), title=line.title, marks=joined)


def _due(line: Line, part: Part) -> Words:
    """How near the due date is; under the heading Due the day says enough."""
    if part is Part.DUE and line.words == "standup.due_soon":
        return say("item.value", value=line.due)
    return say(line.words, due=line.due)


def _key(line: Line, look: Look) -> Link | str:
    return look.link_to(ItemCard(line.item), line.key) or line.key
