"""Scene one: an ask becomes an item before anything is asked, then the missing things are asked for, one at a time."""

import re
from dataclasses import replace

from bot.board import Board
from bot.effects import Ask, Become, Effects, Refusal, Show
from bot.events import Event
from bot.items import Item, Kind, Lane, Priority, missing_things
from bot.ledger import Post, Received
from bot.ports import Query
from bot.reading import read
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import adapter, pack
from bot.words import say
from dialogs.intents import LogItem, LogSaid, Prioritise, SetOutcome
from dialogs.item import ItemCard

routes = Routes()
routes.command(
    "add",
    "log",
    intent=LogItem,
    args="ask…",
    group="capture",
    example="/bmm add the badge printer on 3 jams, by Friday",
)
routes.otherwise = LogItem

_REFERENCE = re.compile(r"<@[\w.-]+(?:\|[^>]*)?>")


@routes.handles(LogItem)
def log_item(intent: LogItem, turn: Turn) -> Effects:
    """Keep the ask with what its sentence says; show the card where it was asked, with the first question."""
    item = captured(intent.ask, turn)
    turn.add(item)
    yield Show(ItemCard(item.id), turn.place)
    yield from _ask(item, turn, anew=False)


@routes.handles(LogSaid)
def log_said(intent: LogSaid, turn: Turn) -> Effects:
    """The words rest in the inbox."""
    received = turn.store.get(Received, intent.event)
    said = adapter(Event).validate_json(received.event).text if received and received.event else ""
    if not said:
        raise Refusal(say("machine.gone"))
    yield Become(LogItem(said))


def captured(ask: str, turn: Turn) -> Item:
    """The item that an ask makes: read from the sentence, numbered on this board."""
    reading = read(ask, turn.now, turn.zone)
    number = turn.board.number + 1
    turn.store.change(Board, {"id": turn.board.id}, number=number)
    turn.board = replace(turn.board, number=number)
    return Item(
        turn.ids(), turn.board.id, number, f"{turn.board.prefix}-{number}", _named(reading.title or ask[:80], turn),
        _named(reading.request or ask, turn), turn.person.id, turn.now, turn.now, Lane.BACKLOG,
        priority=Priority(reading.urgency) if reading.urgency else None,
        due=reading.due,
        kind=Kind(reading.type) if reading.type else None,
        tickets=reading.tickets, links=reading.links, people=reading.people, source=turn.id,
    )  # fmt: skip


def ask_next(item: Item, turn: Turn) -> Effects:
    """Ask the asker for the next of the Three Things, where the card stands; what they wrote is answered below."""
    card = ItemCard(item.id)
    if turn.person.id != item.requester or not _stands_here(card, turn):
        return
    talk = turn.place.thread is not None or turn.place.kind == "personal"
    below = talk and turn.event.how in ("mention", "reply", "direct")
    if missing_things(item):
        yield from _ask(item, turn, anew=below)
    elif below:
        yield Show(card, turn.place, anew=True)


def _ask(item: Item, turn: Turn, *, anew: bool) -> Effects:
    for name in missing_things(item)[:1]:
        yield Ask(Prioritise(item.id) if name == "priority" else SetOutcome(item.id), ItemCard(item.id), anew)


def _stands_here(card: ItemCard, turn: Turn) -> bool:
    place = turn.place
    where = {"tenant": place.tenant, "channel": place.channel, "thread": place.thread or "", "view": pack(card)}
    return bool(turn.store.find(Post, Query({"board": turn.board.id, **where}, limit=1)))


def _named(text: str, turn: Turn) -> str:
    """The text with the platform's references of people replaced by their names."""
    return _REFERENCE.sub(lambda found: f"@{turn.name_of(found[0])}", text)
