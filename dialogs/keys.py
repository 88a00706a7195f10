"""Keys that people write to one another: said or linked in a channel, an item is shown in one line, and quietly.

Shown are items of the board that the channel feeds, and no others: what somebody types must not bring the board of a
private channel into an open one. Who is from outside shows nothing by it. Nothing is shown twice within half an hour,
nor where three or more are named, nor in the thread of the item itself.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.board import Board
from bot.effects import Card, Effects, Show
from bot.events import Event, Place
from bot.items import Item
from bot.ledger import Post, Standing
from bot.look import Look
from bot.meaning import answer_place
from bot.messages import Listing, Message
from bot.ports import Query, Store
from bot.routes import Routes
from bot.turn import Turn, channel_of, find_item
from bot.understanding import keys_in
from bot.wire import named, pack
from bot.words import say
from dialogs.finding import row
from dialogs.item import ItemCard

routes = Routes()

QUIET = timedelta(minutes=30)
FEW = 2  # keys in one message; of more nobody wants to see each
_LINKED = re.compile(r"(?<![\w-])[A-Za-z]{2,5}-\d{1,9}(?![\w-])")  # within addresses, which `keys_in` leaves out


@named("keys.said")
@dataclass(frozen=True)
class ShowSaid:
    """Show the items that somebody named to others."""

    text: str


@named("keys.linked")
@dataclass(frozen=True)
class ShowLinked:
    """Show the item that somebody put a link to."""

    text: str


@named("keys.line")
@dataclass(frozen=True)
class KeyLine:
    """An item in one line, as it stood when it was named: it is not drawn anew in every place that once named it."""

    item: str


def said(event: Event, store: Store) -> bool:
    """Whether words name items to be shown."""
    return bool(_shown(event, keys_in(event.text), store, FEW))


def linked(event: Event, store: Store) -> bool:
    """Whether links lead to one item to be shown."""
    return bool(_shown(event, _linked(event.text), store, 1))


routes.road("overheard", lambda event: ShowSaid(event.text), said)
routes.road("linked", lambda event: ShowLinked(event.text), linked)


@routes.handles(ShowSaid, outside="yes")
def show_said(intent: ShowSaid, turn: Turn) -> Effects:
    """A line for each, in the thread of the words."""
    if turn.event.how == "overheard" and not turn.outsider:
        for item in _shown(turn.event, keys_in(intent.text), turn.store, FEW):
            yield Show(KeyLine(item.id), turn.place)


@routes.handles(ShowLinked, outside="yes")
def show_linked(intent: ShowLinked, turn: Turn) -> Effects:
    """The line hangs on the words themselves; it is remembered as a post that is done with."""
    if turn.event.how == "linked" and not turn.outsider:
        for item in _shown(turn.event, _linked(intent.text), turn.store, 1):
            turn.store.add(_unfurled(item, turn))
            yield Card(KeyLine(item.id))


@routes.draws(KeyLine)
def draw_line(view: KeyLine, look: Look) -> Message:
    """Its key and title, how it stands, and a button to its card."""
    item = look.item(view.item)
    return Message(say("keys.line", key=item.key, title=item.title, lane=item.lane), (_line(item, look),))


def _line(item: Item, look: Look) -> Listing:
    return Listing(None, (row(item, look, lane=True),))


def _linked(text: str) -> list[str]:
    return list(dict.fromkeys(key.upper() for key in _LINKED.findall(text)))


def _shown(event: Event, keys: list[str], store: Store, most: int) -> list[Item]:
    """The items to be shown, in the order they are named; none unless every key is one of this channel's board."""
    channel = channel_of(store, event.place) if event.place.kind in ("channel", "group") else None
    board = store.get(Board, channel.board) if channel is not None and not channel.paused else None
    if board is None or event.actor is None or event.outsider or not 1 <= len(keys) <= most:
        return []
    items = [item for key in keys if (item := find_item(store, board, key)) and item.board == board.id]
    return [item for item in items if not _stands(item, event, store)] if len(items) == len(keys) else []


def _stands(item: Item, event: Event, store: Store) -> bool:
    """Whether the item can be seen already: lately in this channel, or in this thread."""
    place: Place = answer_place(event)
    views = (pack(KeyLine(item.id)), pack(ItemCard(item.id)))
    where = {"view": views, "tenant": place.tenant, "channel": place.channel}
    posts = store.find(Post, Query(where, order=("-at",), limit=50))
    return any(post.at > event.at - QUIET or place.thread in (post.thread, post.ref) for post in posts)


def _unfurled(item: Item, turn: Turn) -> Post:
    place, id = turn.place, turn.ids()
    return Post(
        id, turn.board.id, place.tenant, place.platform, place.channel, place.kind, place.thread or "",
        pack(KeyLine(item.id)), id, turn.now, shown=1, standing=Standing.RETIRED, retiring=True,
    )  # fmt: skip
