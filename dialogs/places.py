"""What becomes of channels, as the platform tells: joined, closed, opened again, another name."""

from dataclasses import dataclass, replace

from bot.board import Board, Channel
from bot.directory import CLOSED, identity, leave
from bot.effects import Effects, Show
from bot.events import Account, Event
from bot.look import Look
from bot.messages import Button, Controls, Message, Text
from bot.moving import move_place
from bot.people import Identity
from bot.ports import Store
from bot.routes import Routes
from bot.turn import Turn, channel_of
from bot.views import PersonLeft, PlaceClosed, PlaceJoined, PlaceMoved, PlaceOpened, PlaceRenamed
from bot.wire import Unreadable, named, unpack
from bot.words import say
from dialogs.finding import ShowBoard
from dialogs.help import ShowHelp
from dialogs.reports import PlaceLost, lost

routes = Routes()


@named("place.back")
@dataclass(frozen=True)
class PlaceBack:
    """That bmm is in a channel again, where it had been away."""

    channel: str


def heeds(event: Event, store: Store) -> bool:
    """Whether a tiding is of a channel that feeds a board, or of one that somebody lets bmm into."""
    try:
        told = unpack(event.intent)
    except Unreadable:
        return False
    channel = channel_of(store, event.place)
    if isinstance(told, PersonLeft):
        board = store.get(Board, channel.board) if channel else None
        return board is not None and board.private
    return channel is not None or (isinstance(told, PlaceJoined) and event.actor is not None)


routes.road("told", lambda event: unpack(event.intent), heeds, begins=True)


@routes.handles(PlaceJoined, told=True, outside="yes")
def joined(_intent: PlaceJoined, turn: Turn) -> Effects:
    """A channel that is new has its first card by now; one that bmm had been away from is told that it is back."""
    channel = channel_of(turn.store, turn.event.place)
    if channel is not None and channel.paused:
        turn.save(replace(channel, paused=""))
        yield Show(PlaceBack(channel.id), turn.event.place.trunk, anew=True)


@routes.handles(PlaceOpened, told=True, outside="yes")
def opened(_intent: PlaceOpened, turn: Turn) -> Effects:
    """What waited is posted."""
    channel = channel_of(turn.store, turn.event.place)
    if channel is not None and channel.paused:
        turn.save(replace(channel, paused=""))
    return iter(())


@routes.handles(PlaceClosed, told=True, outside="yes")
def closed(_intent: PlaceClosed, turn: Turn) -> Effects:
    """Nothing is tried there any more; who runs the board is told once, and not again by the first post that fails."""
    channel = channel_of(turn.store, turn.event.place)
    if channel is not None and not channel.paused:
        yield from lost(turn.save(replace(channel, paused=CLOSED)), turn)


@routes.handles(PlaceRenamed, told=True, outside="yes")
def renamed(intent: PlaceRenamed, turn: Turn) -> Effects:
    """A board that was called as its channel follows; its prefix and keys never change."""
    channel = channel_of(turn.store, turn.event.place)
    if channel is not None and intent.name not in ("", channel.name):
        turn.save(replace(channel, name=intent.name))
        if turn.board.name == channel.name:
            turn.save(replace(turn.board, name=intent.name), say("places.renamed").template)
    return iter(())


@routes.handles(PersonLeft, told=True, outside="yes")
def person_left(intent: PersonLeft, turn: Turn) -> Effects:
    """A private board is seen by who is there."""
    place = turn.event.place
    known = turn.store.get(Identity, identity(Account(place.platform, place.tenant, intent.user)))
    if known is not None:
        leave(turn.store, turn.board, known.person)
    return iter(())


@routes.handles(PlaceMoved, told=True, outside="yes")
def moved(intent: PlaceMoved, turn: Turn) -> Effects:
    """The board goes with its channel, unless something stands under the new id already."""
    place = turn.event.place
    if intent.to and channel_of(turn.store, replace(place, channel=intent.to)) is None:
        move_place(turn.store, place, intent.to)
    return iter(())


@routes.watches(Channel)
def report_of(channel: Channel, _turn: Turn) -> list[PlaceLost]:
    """What was said of a channel that was lost is right again when it is found."""
    return [PlaceLost(channel=channel.id)]


@routes.draws(PlaceBack)
def draw_back(view: PlaceBack, look: Look) -> Message:
    """One sentence, and how to see where things stand."""
    board = look.must(Board, look.must(Channel, view.channel).board)
    words = say("places.back", board=board.name)
    buttons = Button(say("places.board"), ShowBoard(board.id)), Button(say("help.show"), ShowHelp())
    return Message(words, (Text(words), Controls(buttons)))
