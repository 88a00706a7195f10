"""What is drawn for one pair of eyes at once, from what is committed: nothing is written, and no row is left."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot import directory, wire, words
from bot.board import Board
from bot.effects import Refusal
from bot.events import Account, Event, Place
from bot.forms import form_of
from bot.ledger import Post
from bot.look import Look
from bot.messages import Form, Message
from bot.people import Human, Identity
from bot.ports import Clock, Database, Query, Store
from bot.routes import Routes
from bot.subjects import board_of
from bot.words import say

T = TypeVar("T")

NO_BOARD = Board("", "", "", "UTC")  # where there is none yet: what stands on it can be said, and never stored
STRANGER = Human("", "", "")  # whom nobody has introduced


class Viewing:
    """Draws for platforms that ask: a form again, a post for each of its viewers, a page of its own."""

    def __init__(self, database: Database, routes: Routes, clock: Clock, address: Callable[[Place, str], str]) -> None:
        self._database = database
        self._routes = routes
        self._clock = clock
        self._address = address

    async def form(self, event: Event) -> Form:
        """The form of the intent that `event` carries. Raises Refusal, LookupError, wire.Unreadable, Unavailable."""

        def draw(store: Store) -> Form:
            drawn: Form = self.form_in(store, event, _known(store, event.actor), wire.unpack(event.intent))
            return drawn

        return await self._read(draw, event.place)

    async def post(self, place: Place, ref: str, actor: Account) -> Message | None:
        """The post that stands as `ref` in a place, for this person's eyes; None where it is none, or done with.

        Raises LookupError, wire.Unreadable, Unavailable.
        """
        where = {"tenant": place.tenant, "channel": place.channel, "ref": ref}

        def draw(store: Store) -> Message | None:
            post = next(iter(store.find(Post, Query(where, limit=1))), None)
            board = store.get(Board, post.board) if post else None
            if post is None or board is None or post.retiring:
                return None
            return self._drawn(store, board, wire.unpack(post.view), post.place(), actor)

        return await self._read(draw, place)

    async def page(self, name: str, place: Place, actor: Account) -> Message:
        """The page of this name, as it looks in a place to this person. Raises Refusal, LookupError, Unavailable."""

        def draw(store: Store) -> Message:
            person = _known(store, actor)
            if person.outsider:
                raise Refusal(say("machine.outsider"))
            board = directory.board_at(store, place, person.id) or NO_BOARD
            return self._drawn(store, board, self._routes.pages[name](person.id), place, actor)

        return await self._read(draw, place)

    def form_in(self, store: Store, event: Event, person: Human, intent: Any) -> Any:
        """The form of an intent as `person` sees it where `event` came from."""
        here = directory.board_at(store, event.place, person.id)
        board = board_of(store, self._routes, event, person, here, intent) or here or NO_BOARD
        return form_of(intent, self._routes, Look(store, board, event.at, event.place, person.id, self._address))

    def _drawn(self, store: Store, board: Board, view: Any, place: Place, actor: Account) -> Message:
        look = Look(store, board, self._clock.now(), place, _known(store, actor).id, self._address)
        return self._routes.drawings[type(view)](view, look)

    async def _read(self, draw: Callable[[Store], T], place: Place) -> T:
        def work(store: Store) -> T:
            words.speak("en")
            return draw(store)

        return await self._database.read(work, place.tenant)


def _known(store: Store, actor: Account | None) -> Human:
    """Who somebody is, or a stranger to whom nothing belongs."""
    identity = store.get(Identity, directory.identity(actor)) if actor is not None else None
    return (store.get(Human, identity.person) if identity else None) or STRANGER
