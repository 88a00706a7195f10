"""Scene one: an ask becomes an item before anything is asked, then the missing things are asked for, one at a time."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.board import Board
from bot.directory import identity
from bot.effects import Ask, Become, Effects, Notice, Refusal, Show
from bot.events import Event
from bot.forms import field, title_key
from bot.items import Item, Kind, Lane, Priority, missing_things
from bot.ledger import Post, Received
from bot.look import Look
from bot.messages import Button, Form
from bot.people import Human, Identity
from bot.ports import Query, Store
from bot.questions import holes
from bot.reading import read
from bot.references import PERSON
from bot.routes import Routes
from bot.turn import Turn, find_item
from bot.wire import adapter, pack
from bot.words import say
from dialogs.bare_words import about_item
from dialogs.intents import LogItem, LogSaid, Prioritise, ReopenItem, SetOutcome, ShowItem, UndoTurn
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

WORDS = ("mention", "direct", "reply", "edited")  # the roads of events that are a message themselves
_REFERENCE = re.compile(PERSON)


@dataclass(frozen=True)
class Source:
    """The message that an ask comes from: its identity, a link to it, and the addresses of its files."""

    origin: str = ""
    permalink: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """Whose message it is that somebody logs, and what the history says of that."""

    by: Human
    why: str = ""


def source_of(event: Event) -> Source:
    """The message that an event is about, or is; nothing for what was typed into a form or a command."""
    about = event.quoted
    if about is not None:
        return Source(event.origin, about.link or event.link, about.files)
    return Source(event.origin, event.link, event.files) if event.how in WORDS else Source()


@routes.handles(LogItem, outside="yes")
def log_item(intent: LogItem, turn: Turn) -> Effects:
    """Keep the ask with what its sentence says; show the card where it was asked, with the first question."""
    meant = about_item(intent.ask, turn)
    if meant is not None:
        yield Become(meant)
        return
    yield from logged(intent.ask, source_of(turn.event), turn)


@routes.form(LogItem)
def log_form(intent: LogItem, _look: Look) -> Form:
    """The ask; it is logged by the same word as everywhere."""
    asked = field("ask", holes(LogItem)["ask"], intent.ask)
    return Form(say(title_key(intent)), (asked,), intent, say("capture.log_it"))


@routes.handles(LogSaid, outside="yes")
def log_said(intent: LogSaid, turn: Turn) -> Effects:
    """The words rest in the inbox."""
    said = earlier(intent.event, turn.store, turn.person.id)
    if said is None or not said.text:
        raise Refusal(say("machine.gone"))
    yield from logged(said.text, source_of(said), turn)


def earlier(key: str, store: Store, person: str) -> Event | None:
    """What this person did before, as it rests in the inbox; None where it was somebody else or is forgotten."""
    received = store.get(Received, key)
    event = adapter(Event).validate_json(received.event) if received and received.event else None
    account = store.get(Identity, identity(event.actor)) if event and event.actor else None
    return event if account is not None and account.person == person else None


def logged(ask: str, source: Source, turn: Turn, of: Said | None = None) -> Effects:
    """An ask and its card, with the first question where the asker is here; a message that is an item stays that one.

    `of` is what is told of somebody else's message, for which there is a receipt; so there is for an ask from a home.
    """
    known = find_item(turn.store, None, source.origin) if source.origin else None
    if known is not None:
        yield from already(known, turn)
        return
    elsewhere = of is not None or turn.place.kind == "home"
    if turn.place.kind == "home":
        turn.place = turn.privately(turn.person.id) or turn.place
    item = captured(ask, source, turn, of.by if of else turn.person)
    turn.add(item, of.why if of else "")
    yield Show(ItemCard(item.id), turn.place)
    if item.requester == turn.person.id:
        yield from _ask(item, turn, anew=False)
    if elsewhere:
        yield Notice(say("capture.logged", key=item.key, title=item.title), (_back(item, turn),))


def _back(item: Item, turn: Turn) -> Button:
    return Button(say("item.undo"), UndoTurn(turn.id, item.id))


def already(item: Item, turn: Turn) -> Effects:
    """A message is an item once: whoever asks again is told which; people from outside see no more of it."""
    shows = (Button(say("capture.show"), ShowItem(item.id)),)
    reopens = (Button(say("capture.reopen"), ReopenItem(item.id)),) if item.lane is Lane.DISCARDED else ()
    words = say("capture.already", key=item.key, title=item.title, lane=item.lane)
    yield Notice(words, () if turn.outsider else (*shows, *reopens))


def captured(ask: str, source: Source, turn: Turn, asker: Human) -> Item:
    """The item that an ask makes: read from the sentence, numbered on this board."""
    number = turn.board.number + 1
    turn.store.change(Board, {"id": turn.board.id}, number=number)
    turn.board = replace(turn.board, number=number)
    said = understood(ask, turn, asker, turn.now)
    said["links"] = tuple(dict.fromkeys((*said["links"], *source.files)))
    return Item(
        turn.ids(), turn.board.id, number, f"{turn.board.prefix}-{number}", requester=asker.id,
        created_at=turn.now, lane_since=turn.now, lane=Lane.BACKLOG, source=turn.id,
        origin=source.origin, permalink=source.permalink, **said,
    )  # fmt: skip


def understood(ask: str, turn: Turn, asker: Human, at: datetime) -> dict[str, Any]:
    """What a sentence says that `asker` said at this moment, by field of the item."""
    reading = read(ask, at, ZoneInfo(asker.zone or turn.board.zone))
    return {
        "title": _named(reading.title or ask[:80], turn),
        "request": _named(reading.request or ask, turn),
        "priority": Priority(reading.urgency) if reading.urgency else None,
        "due": reading.due,
        "kind": Kind(reading.type) if reading.type else None,
        "tickets": reading.tickets,
        "links": reading.links,
        "people": reading.people,
    }


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
