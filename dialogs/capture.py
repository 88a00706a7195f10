"""Scene one: an ask becomes an item before anything is asked, then the missing things are asked for, one at a time."""

from dataclasses import replace

from bot.board import Board
from bot.effects import Ask, Effects, Show
from bot.events import Event
from bot.items import Item, Kind, Lane, Priority, missing_things
from bot.reading import read
from bot.routes import Routes
from bot.turn import Turn
from dialogs.intents import LogItem, Prioritise, SetOutcome
from dialogs.item import ItemCard

routes = Routes()
routes.command("add", "log", "new", intent=LogItem, args="ask…", group="capture", example="/bmm add the badge printer on 3 jams, by Friday")  # noqa: E501
routes.otherwise = LogItem

_SPOKEN = ("mention", "reply", "direct")


@routes.handles(LogItem)
def log_item(intent: LogItem, turn: Turn) -> Effects:
    """Keep the ask with what its sentence says; show the card where it was asked, with the first question."""
    item = captured(intent.ask, turn)
    turn.add(item)
    yield Show(ItemCard(item.id), turn.place)
    yield from ask_next(item, turn)


def captured(ask: str, turn: Turn) -> Item:
    """The item that an ask makes: read from the sentence, numbered on this board."""
    reading = read(ask, turn.now, turn.zone)
    board = turn.store.get(Board, turn.board.id) or turn.board
    board = replace(board, number=board.number + 1)
    turn.store.change(Board, {"id": board.id}, number=board.number)
    return Item(
        turn.ids(), board.id, board.number, f"{board.prefix}-{board.number}", reading.title or ask[:80],
        reading.request or ask, turn.person.id, turn.now, turn.now, Lane.BACKLOG,
        priority=Priority(reading.urgency) if reading.urgency else None,
        due=reading.due,
        kind=Kind(reading.type) if reading.type else None,
        tickets=reading.tickets, links=_links(reading.links, turn.event), people=reading.people, source=turn.id,
    )  # fmt: skip


def ask_next(item: Item, turn: Turn) -> Effects:
    """Ask for the next of the Three Things, of the asker, on the item's card; a date without a priority asks that first."""
    things = missing_things(item)
    if item.due and "priority" in things:
        things = ("priority", *(name for name in things if name != "priority"))
    card = ItemCard(item.id)
    follows = turn.event.how in _SPOKEN and turn.event.place.thread is not None
    for name in things[:1]:
        question = Prioritise(item.id) if name == "priority" else SetOutcome(item.id)  # type: ignore[arg-type]
        yield Ask(question, card, follows)
    if not things and follows:
        yield Show(card, turn.place, anew=True)


def _links(links: tuple[str, ...], event: Event) -> tuple[str, ...]:
    return (*links, *((event.link,) if event.link else ()))
