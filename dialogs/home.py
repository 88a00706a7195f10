"""Everybody's own page: what waits for them, what is theirs and what they asked for, on all boards of the workspace."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.effects import Card, Effects, Show
from bot.items import Item
from bot.ledger import Post, Prompt
from bot.meetings import Meeting, Presence
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.votes import Ballot, Vote
from bot.wire import named, pack

routes = Routes()

THERE = 1_000  # people of a meeting whose pages are drawn anew


class Part(StrEnum):
    """The lists of the page."""

    WAITING = "waiting"
    MINE = "mine"
    ASKED = "asked"


@named("home.open")
@dataclass(frozen=True)
class OpenHome:
    """Show what concerns me: on my own page, or in private words where this is typed."""


@named("home.more")
@dataclass(frozen=True)
class ShowPart:
    """Show one list of my page, some items at a time."""

    part: Part
    page: int = 1


@named("home.page")
@dataclass(frozen=True)
class Home:
    """What concerns one person, for their eyes alone."""

    person: str


@named("home.part")
@dataclass(frozen=True)
class HomePart:
    """One list of somebody's page."""

    person: str
    part: Part
    page: int


routes.command("home", "mine", intent=OpenHome, group="find", example="/bmm home")
routes.page("home", lambda person: Home(person))
routes.road("opened", lambda _event: OpenHome(), lambda event, _store: event.place.kind == "home")


@routes.handles(OpenHome, anywhere=True)
def open_home(_intent: OpenHome, turn: Turn) -> Effects:
    """The page stands there and is kept fresh; before there is any board it is an answer, and says what to do first."""
    view, place = Home(turn.person.id), turn.event.place
    if turn.event.how != "opened" or not turn.board.id:
        yield Card(view)
        return
    if turn.event.blank:  # whatever was published is gone: it is sent again, changed or not
        turn.store.change(Post, {"view": pack(view), "tenant": place.tenant, "channel": place.channel}, digest="")
    yield Show(view, place)


@routes.handles(ShowPart, anywhere=True)
def show_part(intent: ShowPart, turn: Turn) -> Effects:
    """One list, for the one whose it is."""
    yield Card(HomePart(turn.person.id, intent.part, max(intent.page, 1)))


@routes.watches(Item)
def pages_with_item(item: Item, turn: Turn) -> list[Home]:
    """The pages of whoever owns it, asked for it, or is waited for."""
    return _standing((item.owner, item.requester, item.blocked_on), turn)


@routes.watches(Prompt)
@routes.watches(Vote)
def page_of(row: Prompt | Vote, turn: Turn) -> list[Home]:
    """The page of who was asked, or has voted."""
    return _standing((row.person,), turn)


@routes.watches(Ballot)
@routes.watches(Meeting)
def pages_of_voters(row: Ballot | Meeting, turn: Turn) -> list[Home]:
    """The pages of whoever takes part in the meeting."""
    meeting = row.meeting if isinstance(row, Ballot) else row.id
    where = {"board": turn.board.id, "meeting": meeting}
    there = turn.store.find(Presence, Query(where, limit=THERE)) if meeting else []
    return _standing((each.person for each in there), turn)


def _standing(people: Iterable[str], turn: Turn) -> list[Home]:
    """Of these people's pages those that stand somewhere: where nobody has opened one, this is all that it costs."""
    pages = {pack(Home(person)): Home(person) for person in sorted(set(people)) if person}
    query = Query({"view": tuple(pages), "retiring": False}, limit=5 * len(pages))
    standing = {post.view for post in turn.store.find(Post, query)} if pages else set()
    return [page for view, page in pages.items() if view in standing]
