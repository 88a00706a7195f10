"""Where is it: one item, a search, the backlog in its order, and the board at a glance."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.board import Board, searchable
from bot.effects import Card, Effects, Refusal
from bot.items import Item, Lane
from bot.look import Look
from bot.messages import Block, Button, Choice, Controls, Heading, Listing, Message, Row, Text, Words
from bot.ports import Query
from bot.questions import hole
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import named
from bot.words import say
from dialogs.intents import CARRIED, ShowItem, log
from dialogs.item import ItemCard, headline

routes = Routes()
SHOWN, LANE_SHOWN, PAGE = 10, 5, 10
MANY = 300  # what is counted at the most: nobody reads further, and a longer backlog costs no more
GLANCE = (Lane.EMERGENCY, Lane.BLOCKED, Lane.IN_PROGRESS, Lane.TESTING_QA, Lane.BACKLOG, Lane.IDEAS, Lane.ICE_BOX)


@named("item.find")
@dataclass(frozen=True)
class FindItems:
    """Find items by words."""

    words: str = hole("finding.ask_words")


@named("backlog.show")
@dataclass(frozen=True)
class ShowBacklog:
    """Show the backlog in its order, a page at a time; of this board, or of the one that is named."""

    page: int = 1
    board: str = ""


@named("board.show")
@dataclass(frozen=True)
class ShowBoard:
    """Show the board at a glance; this one, or the one that is named."""

    board: str = ""


@named("backlog.page")
@dataclass(frozen=True)
class BacklogPage:
    """One page of the backlog."""

    page: int


@named("board.glance")
@dataclass(frozen=True)
class BoardGlance:
    """The lanes with their first items."""


routes.command("show", intent=ShowItem, args="item", group="find", example="/bmm show 42")
routes.command("find", "search", intent=FindItems, args="words…", group="find", example="/bmm find printer")
routes.command("backlog", intent=ShowBacklog, args="page?", group="find", example="/bmm backlog")
routes.command("board", intent=ShowBoard, group="find", example="/bmm board")
routes.page("board", lambda _person: BoardGlance())
routes.showing = lambda key: ShowItem(key)


@routes.handles(ShowItem)
def show_item(intent: ShowItem, turn: Turn) -> Effects:
    """The item's card, for the one who asked."""
    yield Card(ItemCard(turn.item(intent.item).id))


@routes.handles(FindItems)
def find_items(intent: FindItems, turn: Turn) -> Effects:
    """The items that hold all of the words, in the board's order."""
    words = searchable(intent.words).split()[:8]
    if not words:
        raise Refusal(say("finding.no_words"), field="words")
    found = turn.store.search(Item, "search", words, {"board": turn.board.id}, "rank", SHOWN + 1)
    if not found:
        raise Refusal(
            say("finding.nothing", words=intent.words[:80]), log(say("finding.log_it"), intent.words[:CARRIED], turn)
        )
    yield Card(Found(tuple(item.id for item in found), intent.words[:80]))


@named("item.found")
@dataclass(frozen=True)
class Found:
    """What a search found."""

    items: tuple[str, ...]
    words: str


@routes.draws(Found)
def draw_found(view: Found, look: Look) -> Message:
    """The items found, each with a button to its card."""
    rows = tuple(row(look.item(item), look, lane=True) for item in view.items[:SHOWN])
    more = say("finding.more") if len(view.items) > SHOWN else None
    title = say("finding.found", words=view.words)
    return Message(title, (Heading(title), Listing(None, rows, more)))


@routes.handles(ShowBacklog)
def show_backlog(intent: ShowBacklog, turn: Turn) -> Effects:
    """A page of the backlog, for the one who asked."""
    yield Card(BacklogPage(max(intent.page, 1)))


@routes.draws(BacklogPage)
def draw_backlog(view: BacklogPage, look: Look) -> Message:
    """The backlog by confirmed priority, value, due date and age."""
    where = {"board": look.board.id, "lane": Lane.BACKLOG}
    until = look.store.find(Item, Query(where, order=("rank",), limit=min(view.page, 50) * PAGE + 1))
    items = until[(min(view.page, 50) - 1) * PAGE :]
    total = look.store.count(Item, where, MANY)
    summary = say("finding.backlog", board=look.board.name, total=_many(total))
    if not items:
        return Message(summary, (Heading(summary), Text(say("finding.backlog_empty"))))
    rows = tuple(row(item, look) for item in items[:PAGE])
    more = say("finding.next_page", page=view.page + 1) if len(items) > PAGE else None
    on = Controls((Button(say("finding.next"), ShowBacklog(view.page + 1, look.board.id)),))
    order = Text(say("finding.order"), "quiet")
    return Message(summary, (Heading(summary), order, Listing(None, rows, more), *((on,) if more else ())))


@routes.handles(ShowBoard)
def show_board(_intent: ShowBoard, turn: Turn) -> Effects:
    """The lanes, for the one who asked."""
    yield Card(BoardGlance())


@routes.draws(BoardGlance)
def draw_board(_view: BoardGlance, look: Look) -> Message:
    """Each lane with its first items and the count of the rest; empty lanes in one line."""
    if not look.board.id:
        return Message(say("finding.no_board"), (Text(say("finding.no_board")),))
    summary = say("finding.board", board=look.board.name)
    return Message(summary, (Heading(summary), *_lanes(look)))


def _lanes(look: Look) -> Iterator[Block]:
    empty = []
    for lane in GLANCE:
        where = {"board": look.board.id, "lane": lane}
        items = look.store.find(Item, Query(where, order=("rank",), limit=LANE_SHOWN))
        if not items:
            empty.append(lane.value)
            continue
        more = look.store.count(Item, where, MANY) - len(items)
        folded = say("finding.folded", count=_many(more)) if more > 0 else None
        yield Listing(say("finding.lane", lane=lane), tuple(row(item, look) for item in items), folded)
    if len(empty) == len(GLANCE):
        yield Text(say("finding.board_empty"))
    elif empty:
        yield Text(say("finding.empty_lanes", lanes=", ".join(empty)), "quiet")


def row(item: Item, look: Look, *, lane: bool = False, control: Button | Choice | None = None) -> Row:
    """An item as lists show it: its key and title, how it stands, and a button to its card unless there is another."""
    marks = [say("item.value", value=item.lane)] if lane else []
    marks += [say("item.value", value=item.priority) if item.priority else say("item.priority_open")]
    marks += [say("finding.overdue" if _late(item, look) else "finding.due", due=item.due)] if item.due else []
    marks += [say("finding.estimate", estimate=item.estimate)] if item.estimate else []
    joined = tuple(part for mark in marks for part in (Words(" · "), mark))[1:]
    words = say("finding.row", item=headline(item), marks=joined)
    return Row(words, control or Button(say("finding.open"), ShowItem(item.id)))


def _late(item: Item, look: Look) -> bool:
    """Whether the day it was due is over where its board is, and it is not done."""
    today = look.now.astimezone(ZoneInfo(look.must(Board, item.board).zone)).date()
    return item.due is not None and item.due < today and item.lane not in (Lane.DONE, Lane.DISCARDED)


def _many(count: int) -> str:
    return f"{count}" if count < MANY - LANE_SHOWN else f"{count} or more"
