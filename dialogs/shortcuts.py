"""What a platform's menus offer: log a message that somebody else may have written, or log anything from anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot import wire
from bot.directory import board_at, boards_of
from bot.effects import Effects, OpenForm, Refusal
from bot.events import Event, Place, Quoted
from bot.forms import field, title_key
from bot.items import Item
from bot.ledger import Post, Standing
from bot.look import Look
from bot.messages import Field, Form
from bot.people import Human
from bot.ports import Query, Store
from bot.questions import hole, holes
from bot.routes import Routes
from bot.turn import Turn, channel_of, find_item
from bot.understanding import PersonRef
from bot.wire import named
from bot.words import say
from dialogs.boards import board_field, check_board, only_board
from dialogs.capture import Said, Source, already, earlier, logged, source_of
from dialogs.intents import LogTo
from dialogs.item import ItemCard, ItemNews

routes = Routes()

OPENING = 200  # characters by which a message that no form holds is known again
_SHARED = ("channel", "group")


@named("item.log_this")
@dataclass(frozen=True)
class LogThis:
    """Log a message as it stands there; the event that says so holds it."""


@named("item.log_message")
@dataclass(frozen=True)
class LogMessage:
    """Keep a message as an item; `event` is the key of the shortcut's event, in which the message rests."""

    event: str
    ask: str = hole("capture.ask", "lines", optional=True)
    requester: PersonRef = hole("shortcuts.ask_requester", "person", optional=True)
    board: str = hole("boards.ask_board", "choice", optional=True)


routes.shortcut(LogThis, on="message")
routes.shortcut(LogTo, on="anywhere")


@routes.handles(LogThis, anywhere=True)
def log_this(_intent: LogThis, turn: Turn) -> Effects:
    """The form with what the message says; a message that is an item already is shown instead."""
    if turn.event.quoted is None:
        raise Refusal(say("machine.old_control"))
    ours = our_post(turn.event, turn.store)
    known = _shown_by(ours, turn) if ours else find_item(turn.store, None, turn.event.origin)
    if ours is not None and known is None:
        raise Refusal(say("shortcuts.ours"))
    if known is not None:
        yield from already(known, turn)
    else:
        yield OpenForm(LogMessage(turn.event.key))


@routes.handles(LogMessage, anywhere=True)
def log_message(intent: LogMessage, turn: Turn) -> Effects:
    """Keep the message for who wrote it, with its link and files, which no form can change."""
    shortcut, quoted = _quoted(earlier(intent.event, turn.store, turn.person.id))
    check_board(intent.board, turn)
    said = words_of(quoted)
    ask = (intent.ask or "").strip() or said
    if not ask:
        raise Refusal(say("machine.needed"), field="ask")
    by = turn.human(intent.requester) if intent.requester else author(quoted, turn)
    reworded = ask.split() != said.split()
    turn.place = _card_place(shortcut, turn)
    why = say("shortcuts.reworded").template if reworded else ""
    yield from logged(ask, source_of(shortcut), turn, Said(by, why))


@routes.form(LogMessage)
def log_message_form(intent: LogMessage, look: Look) -> Form:
    """What the message says and who wrote it; the board, where several can be meant."""
    shortcut, quoted = _quoted(earlier(intent.event, look.store, look.viewer))
    shared, only = shortcut.place.kind in _SHARED, only_board(look)
    board = board_at(look.store, shortcut.place, look.viewer) or (None if shared else only)
    fields = tuple(_fields(shortcut, quoted))
    if board is None and boards_of(look.store, look.place.tenant, look.viewer):
        asked = board_field(look, new=shared)
        chosen = only.id if only is not None and not shortcut.place.private else ""
        fields = (*fields, replace(asked, initial=asked.initial or chosen))
    kept = LogMessage(intent.event, board=board.id) if board else intent
    note = say("shortcuts.long", opening=words_of(quoted)[:OPENING]) if _is_long(quoted) else None
    return Form(say(title_key(intent)), fields, kept, say("capture.log_it"), note)


@routes.handles(LogTo, anywhere=True)
def log_to(intent: LogTo, turn: Turn) -> Effects:
    """Keep what was typed, on the board that was chosen."""
    check_board(intent.board, turn)
    yield from logged(intent.ask, Source(), turn)


@routes.form(LogTo)
def log_to_form(intent: LogTo, look: Look) -> Form:
    """The ask; the board, where there are several."""
    asked = field("ask", holes(LogTo)["ask"], intent.ask)
    board = only_board(look)
    fields, kept = ((asked,), LogTo(board=board.id)) if board else ((asked, board_field(look)), LogTo())
    return Form(say(title_key(intent)), fields, kept, say("capture.log_it"))


def our_post(event: Event, store: Store) -> Post | None:
    """Our own post, where the message that an event is about is one."""
    place, user = event.place, event.actor.user if event.actor else ""
    # A personal chat is opened by the user's id, and has one of its own as well.
    channels = (place.channel, user) if place.kind == "personal" and user else (place.channel,)
    refs = (event.message, f"{place.channel}:{event.message}")
    where = {"tenant": place.tenant, "channel": channels, "ref": refs}
    return next(iter(store.find(Post, Query(where, limit=1))), None) if event.message else None


def _shown_by(post: Post, turn: Turn) -> Item | None:
    """The item whose card a post of ours is."""
    try:
        view = wire.unpack(post.view)
    except wire.Unreadable:
        return None
    return turn.store.get(Item, view.item) if isinstance(view, ItemCard | ItemNews) else None


def author(quoted: Quoted, turn: Turn) -> Human:
    """Who wrote a message; of a bot's, whoever logs it."""
    return turn.human(f"<@{quoted.author}>") if quoted.author else turn.person


def words_of(quoted: Quoted) -> str:
    """What a message says, or that it says nothing and brings a file; empty where it brings neither."""
    return quoted.text.strip() or (say("capture.wordless").template if quoted.files else "")


def _quoted(shortcut: Event | None) -> tuple[Event, Quoted]:
    if shortcut is None or shortcut.quoted is None:
        raise Refusal(say("machine.gone"))
    return shortcut, shortcut.quoted


def _fields(shortcut: Event, quoted: Quoted) -> Iterator[Field]:
    """The words, unless a form is too small for them, and who asks."""
    asked = holes(LogMessage)
    writer = quoted.author or (shortcut.actor.user if shortcut.actor else "")
    if not _is_long(quoted):
        yield replace(field("ask", asked["ask"], words_of(quoted)), optional=False)
    yield replace(field("requester", asked["requester"], f"<@{writer}>"), optional=False)


def _is_long(quoted: Quoted) -> bool:
    return len(words_of(quoted)) > holes(LogMessage)["ask"].max_length


def _card_place(shortcut: Event, turn: Turn) -> Place:
    """The message's thread, where the channel feeds a board and we can post; else the chat with who logs it."""
    place = shortcut.place
    here = {"tenant": place.tenant, "channel": place.channel, "standing": (Standing.LIVE, Standing.RETIRED)}
    posts = place.kind in _SHARED and turn.store.find(Post, Query(here, limit=1))
    channel = channel_of(turn.store, place) if posts else None
    if channel is not None and not channel.paused:
        return place
    return turn.privately(turn.person.id) or place
