"""How somebody's own page looks: three short lists, each with what can be done next, and the way to every board."""

from collections.abc import Iterator
from dataclasses import replace

from bot.board import TRANSITIONS, Board
from bot.directory import boards_of
from bot.events import Place
from bot.items import OPEN_LANES, Item, Lane
from bot.ledger import Prompt
from bot.look import Look
from bot.meetings import Meeting, MeetingState, Presence
from bot.messages import (
    Block,
    Button,
    Choice,
    Control,
    Controls,
    Divider,
    Heading,
    Link,
    Listing,
    Message,
    Row,
    Text,
    Words,
)
from bot.ports import Query
from bot.routes import Routes
from bot.votes import Ballot, BallotState, Vote
from bot.words import say
from dialogs.ballot_card import ballot_title
from dialogs.finding import ShowBacklog, ShowBoard, row
from dialogs.help import ShowHelp
from dialogs.home import Home, HomePart, Part, ShowPart
from dialogs.intents import BlockItem, LogTo, MoveItem, ShowItem
from dialogs.item import headline
from dialogs.prompting import question_blocks
from dialogs.vote import CastVote

routes = Routes()

SHOWN, PAGE = 5, 10  # items of a list on the page, and of one page of that list
QUESTIONS = 3  # asked at once: the others come when these are answered
READ = 200  # items of a list that are looked at, at the most
NEXT = (Lane.IN_PROGRESS, Lane.TESTING_QA, Lane.DONE)  # where whoever has an item most often puts it
OVER = (Lane.DONE, Lane.DISCARDED)
STILL_OPEN = tuple(lane for lane in Lane if lane not in OVER)


@routes.draws(Home)
def draw_home(view: Home, look: Look) -> Message:
    """What waits, what is theirs, what they asked for; before there is any board, what to do first."""
    boards = boards_of(look.store, look.place.tenant, view.person) if view.person else []  # of a stranger nothing is
    title = say("home.title")
    if not boards:
        first = (Text(say("home.first")), Text(say("home.first_then")), Controls((_help(),)))
        return Message(say("home.first_summary"), (Heading(title), *first))
    ways = Controls((Button(say("home.log"), LogTo(), "primary"), *_boards(boards), _help()))
    parts = (*_waiting(view.person, look), *_list(Part.MINE, view.person, look), *_list(Part.ASKED, view.person, look))
    return Message(say("home.summary"), (Heading(title), ways, *parts))


@routes.draws(HomePart)
def draw_part(view: HomePart, look: Look) -> Message:
    """A page of one list."""
    title = say(f"home.list_{view.part}")
    found = _items(view.part, view.person, look, READ)
    page = min(view.page, READ // PAGE)
    items = found[(page - 1) * PAGE : page * PAGE]
    if not items:
        return Message(title, (Heading(title), Text(_nothing(view.part, view.person, look))))
    rows = tuple(_row(view.part, item, look) for item in items)
    on = (Controls((Button(say("finding.next"), ShowPart(view.part, page + 1)),)),) if found[page * PAGE :] else ()
    return Message(title, (Heading(title), Listing(None, rows), *on))


# --- the lists


def _items(part: Part, person: str, look: Look, limit: int) -> list[Item]:
    """The first items of a list: the board's order, and newest first for what was asked for and others have."""
    boards = tuple(board.id for board in boards_of(look.store, look.place.tenant))  # what concerns them they may see
    where = {
        Part.WAITING: {"board": boards, "blocked_on": person, "lane": Lane.BLOCKED},
        Part.MINE: {"board": boards, "owner": person, "lane": OPEN_LANES},
        Part.ASKED: {"board": boards, "requester": person, "lane": STILL_OPEN},
    }[part]
    order = ("-created_at", "-id") if part is Part.ASKED else ("rank", "id")
    found = look.store.find(Item, Query(where, order=order, limit=limit))
    return [item for item in found if part is not Part.ASKED or item.owner != person]


def _list(part: Part, person: str, look: Look) -> Iterator[Block]:
    found = _items(part, person, look, READ if part is Part.ASKED else SHOWN + 1)
    yield Divider()
    yield Heading(say(f"home.head_{part}"))
    if not found:
        yield Text(_nothing(part, person, look), "quiet")
        return
    yield Listing(None, tuple(_row(part, item, look) for item in found[:SHOWN]))
    if len(found) > SHOWN:
        yield Controls((Button(say("home.more"), ShowPart(part)),))


def _nothing(part: Part, person: str, look: Look) -> Words:
    """That a list is empty; what somebody asked for may be theirs by now, and stands there."""
    mine = _items(Part.MINE, person, look, READ) if part is Part.ASKED else []
    return say("home.no_more_asked" if any(item.requester == person for item in mine) else f"home.no_{part}")


def _row(part: Part, item: Item, look: Look) -> Row:
    if part is Part.WAITING:
        words = say("home.stuck", item=headline(item), why=item.blocked_by)
        return Row(words, Button(say("finding.open"), ShowItem(item.id)))
    return row(item, look, lane=True, control=_ways(item) if part is Part.MINE else None)


def _ways(item: Item) -> Choice:
    """What whoever has an item does next."""
    opens = Button(say("finding.open"), ShowItem(item.id))
    lanes = [lane for lane in NEXT if lane in TRANSITIONS[item.lane]]
    moves = tuple(Button(say("home.move", lane=lane), MoveItem(item.id, lane)) for lane in lanes)
    blocks = (Button(say("item.block"), BlockItem(item.id)),) if Lane.BLOCKED in TRANSITIONS[item.lane] else ()
    return Choice(say("home.do"), (opens, *moves, *blocks))


# --- what waits


def _waiting(person: str, look: Look) -> Iterator[Block]:
    """The questions asked of them, the votes they may still cast, and what is blocked on them."""
    questions, votes = _questions(person, look), _votes(person, look)
    blocked = _items(Part.WAITING, person, look, SHOWN + 1)
    yield Divider()
    yield Heading(say("home.head_waiting"))
    if not (questions or votes or blocked):
        yield Text(say("home.no_waiting"), "quiet")
    for prompt in questions[:QUESTIONS]:
        yield from _question(prompt, look)
    if len(questions) > QUESTIONS:
        yield Text(say("home.more_questions"), "quiet")
    if votes:
        yield Listing(None, tuple(_vote(ballot, look) for ballot in votes))
    if blocked:
        yield Listing(None, tuple(_row(Part.WAITING, item, look) for item in blocked[:SHOWN]))
    if len(blocked) > SHOWN:
        yield Controls((Button(say("home.more"), ShowPart(Part.WAITING)),))


def _questions(person: str, look: Look) -> list[Prompt]:
    """The open questions about items that are not over, newest first."""
    where = {"person": person, "open": True, "tenant": look.place.tenant}
    query = Query(where, after={"expires_at": look.now}, order=("-at", "-id"), limit=4 * QUESTIONS)
    asked = [(prompt, look.store.get(Item, prompt.item)) for prompt in look.store.find(Prompt, query) if prompt.item]
    return [prompt for prompt, item in asked if item is not None and item.lane not in OVER]


def _question(prompt: Prompt, look: Look) -> Iterator[Block]:
    """About which item it is, with a link to where it was asked; it can be answered here as well as there."""
    name = headline(look.item(prompt.item))
    place = Place(prompt.platform, prompt.tenant, prompt.channel, prompt.thread or None)
    url = look.address(place, prompt.thread) if prompt.thread else ""
    where = Link(say("home.asked_there").template, url)
    yield Text(say("home.question_there", item=name, where=where) if url else say("home.question", item=name))
    yield from question_blocks(replace(prompt, thread=""), look)


def _votes(person: str, look: Look) -> list[Ballot]:
    """The open ballots of running meetings in which they take part and have not voted."""
    boards = tuple(board.id for board in boards_of(look.store, look.place.tenant, person))
    running = look.store.find(Meeting, Query({"board": boards, "state": MeetingState.RUNNING}, limit=SHOWN))
    mine = tuple(each.id for each in running if look.store.get(Presence, f"{each.id}:{person}"))
    where = {"board": boards, "meeting": mine, "state": BallotState.OPEN}
    ballots = look.store.find(Ballot, Query(where, order=("-opened_at",), limit=SHOWN)) if mine else []
    return [each for each in ballots if look.store.get(Vote, f"{each.id}:{each.round}:{person}") is None]


def _vote(ballot: Ballot, look: Look) -> Row:
    cards = tuple(Button(Words(card), CastVote(ballot.id, ballot.round, card)) for card in ballot.cards)
    return Row(ballot_title(ballot, look), Choice(say("home.vote"), cards))


# --- the ways from here


def _boards(boards: list[Board]) -> tuple[Control, ...]:
    """One board as two buttons, several as two menus."""
    if len(boards) == 1:
        return (
            Button(say("home.board"), ShowBoard(boards[0].id)),
            Button(say("home.backlog"), ShowBacklog(board=boards[0].id)),
        )
    glances = tuple(Button(_name(each), ShowBoard(each.id)) for each in boards)
    backlogs = tuple(Button(_name(each), ShowBacklog(board=each.id)) for each in boards)
    return Choice(say("home.boards"), glances), Choice(say("home.backlogs"), backlogs)


def _name(board: Board) -> Words:
    return Words("{name}", {"name": board.name})


def _help() -> Button:
    return Button(say("help.show"), ShowHelp())
