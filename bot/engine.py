"""The one door: an event is understood, checked and handled in one transaction.

Understood, then the board is locked, and only then is anything read that will be written; the handler's effects and the
inbox's state are committed together. A refusal rolls the turn back and becomes private words; a bug leaves the event
whole, under a reference.
"""

import contextlib
import logging
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot import directory, words
from bot.answers import notice, stored, unstored
from bot.applying import Applying
from bot.board import Board
from bot.effects import Refusal
from bot.events import Account, Event, Place
from bot.ledger import Due, Received, Taken, due_id
from bot.meaning import again, answer_place, meant
from bot.metrics import TURN_SECONDS, TURNS
from bot.people import Human, Role
from bot.ports import Answer, Clock, Conflict, Database, Errors, Ids, Profile, Refused, Store, Unavailable
from bot.routes import Routes
from bot.subjects import board_of
from bot.turn import Turn
from bot.viewing import NO_BOARD, Viewing
from bot.views import TellFailed
from bot.wire import pack
from bot.words import say

T = TypeVar("T")

log = logging.getLogger("bmm.engine")

TRIES = 10


@dataclass(frozen=True)
class Settled:
    """What a turn came to: the answer for one person, and whether something is to be shown or falls due.

    `repeated`: the turn was taken before, and this is the answer that it gave then.
    """

    answer: Answer | None = None
    shows: bool = False
    due: bool = False
    repeated: bool = False


class Engine:
    """Takes turns. `viewing` draws forms anew; `address` makes links to posts."""

    def __init__(
        self,
        database: Database,
        routes: Routes,
        clock: Clock,
        ids: Ids,
        viewing: Viewing,
        address: Callable[[Place, str], str],
    ) -> None:
        self._database = database
        self._routes = routes
        self._clock = clock
        self._ids = ids
        self._address = address
        self._viewing = viewing

    async def handle(self, event: Event, profiles: Mapping[Account, Profile]) -> Settled:
        """One turn of a kept event. Answers whatever happens; raises Unavailable only while the database is down.

        `profiles` tells of the actor and of whoever the event names.
        """
        with TURN_SECONDS.time():
            try:
                settled = await self._written(lambda store: self._turn(store, event, profiles), event.place.tenant)
                TURNS.labels("repeated" if settled.repeated else "done").inc()
                return settled
            except Refusal as refusal:
                TURNS.labels("refused").inc()
                return await self._refused(event, refusal)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the one edge at which a bug is caught: the event is kept
                TURNS.labels("failed").inc()
                return await self._failed(event, error)

    async def _written(self, work: Callable[[Store], T], tenant: str | None) -> T:
        """One transaction, taken again where another was faster. Raises Conflict when that happens too often."""
        for attempt in range(TRIES):
            with contextlib.suppress(Conflict):
                return await self._database.write(work, tenant)
            await self._clock.sleep(random.uniform(0, 0.005) * 2**attempt)  # noqa: S311 - spreads, hides nothing
        raise Conflict("taken again too often")

    # --- one turn

    def _turn(self, store: Store, event: Event, profiles: Mapping[Account, Profile]) -> Settled:
        received = store.get(Received, event.key, lock=True)
        if received is None:
            raise LookupError(f"{event.key} was not kept")
        person = directory.introduced(store, event.actor, profiles, self._ids)
        if received.state is not Taken.NEW:
            answer = unstored(received.reply, lambda intent: self._viewing.form_in(store, event, person, intent))
            return Settled(answer, repeated=True)
        words.speak("en")
        event = again(event, store)
        found = directory.heard(store, event)
        here = directory.board_at(store, event.place, person.id)
        if event.actor is not None and directory.speaks_from_afar(store, event):
            event = replace(event, place=directory.chat_with(event.actor), asked_in=event.place)
            here = here or directory.board_at(store, event.place, person.id, event.asked_in)
        intent = meant(event, store, self._routes, ZoneInfo(person.zone or (here.zone if here else "UTC")))
        about = board_of(store, self._routes, event, person, here, intent) or self._board_due(store, event)
        new = here is None and about is None and self._begins(store, event, person, intent)
        if new:
            here = directory.new_board(store, event, person, self._ids)
        elif here is None and about is None:
            intent, here = self._undecided(store, event, person, intent)
        board = self._locked(store, about or here or NO_BOARD)
        if intent is None or self._moved_on(store, received):
            store.put(replace(received, state=Taken.DONE))
            return Settled()
        turn = Turn(
            self._ids(), event, store, board, person, answer_place(event), event.at, self._ids, self._routes.watching,
            outsider=event.outsider or person.outsider or (event.unproven and not directory.is_known(person, event)),
            unsure=event.actor is not None and profiles.get(event.actor, Profile("")).unsure,
        )  # fmt: skip
        if here is not None and event.actor is not None:
            directory.take_part(store, here, event, person.id)
        applying = Applying(turn, self._routes, self._address)
        if found is not None:
            turn.touch(found)
        if new and not turn.outsider:  # else the first member who needs an admin becomes it
            turn.grant(person.id, Role.ADMIN)
        if new and self._routes.welcome:
            applying.greet(self._routes.welcome(turn))
        if self._routes.attends and event.actor is not None and self._is_there(event):
            self._routes.attends(turn)
        applying.run(intent)
        if event.how == "due":
            store.change(Due, {"id": due_id(event.key)}, done=True)
        store.change(Received, {"id": received.id}, state=Taken.DONE, reply=stored(applying.answer), reference="")
        return Settled(applying.answer, applying.shows, applying.due)

    def _is_there(self, event: Event) -> bool:
        """Whether this is somebody who takes part: who looks at a page of their own or is overheard does not."""
        return event.how not in self._routes.roads and event.place.kind != "home"

    def _begins(self, store: Store, event: Event, person: Human, intent: Any) -> bool:
        """Whether a place gets a board of its own.

        A channel does at its first word; a personal chat, or a channel in which a shortcut was used, where there is no
        other board; somebody's home only for what needs one. Where we are not, a shortcut only asks: nothing begins.
        """
        if event.actor is None or (event.place.afar and event.quoted is not None):
            return False
        if event.how in self._routes.roads:
            return self._routes.roads[event.how].begins
        route = self._routes.handlers.get(type(intent))
        if event.place.kind == "home" and (route is None or route.anywhere):
            return False
        first = not directory.boards_of(store, event.place.tenant, person.id)
        return first or (event.place.kind not in ("personal", "home") and event.quoted is None)

    def is_conditional(self, event: Event) -> bool:
        """Whether `heeds` has to be asked."""
        return event.how in self._routes.roads

    def heeds(self, store: Store, event: Event) -> bool:
        """Whether an event of such a road is for us. What is not leaves no row."""
        return self._routes.roads[event.how].heeds(event, store)

    @staticmethod
    def _board_due(store: Store, event: Event) -> Board | None:
        """The board of what falls due."""
        due = store.get(Due, due_id(event.key)) if due_id(event.key) else None
        return store.get(Board, due.board) if due else None

    def _undecided(self, store: Store, event: Event, person: Human, intent: Any) -> tuple[Any, Board | None]:
        """What is said in a place without a board of its own: somebody has to say which one is meant.

        Where there is none at all, only what is done anywhere is done; of the rest nothing becomes.
        """
        boards = directory.boards_of(store, event.place.tenant, person.id)
        route = self._routes.handlers.get(type(intent))
        if route is None or route.anywhere:
            return intent, boards[0] if boards else None
        if not boards or self._routes.undecided is None or event.how in self._routes.roads:
            return None, None
        return self._routes.undecided(intent), boards[0]

    @staticmethod
    def _locked(store: Store, board: Board) -> Board:
        locked = store.get(Board, board.id, lock=True) if board is not NO_BOARD else NO_BOARD
        if locked is None:
            raise Conflict
        return locked

    @staticmethod
    def _moved_on(store: Store, received: Received) -> bool:
        """Whether this is a time that was moved or has been dealt with; one that failed may be replayed."""
        if not due_id(received.id) or received.reference:
            return False
        due = store.get(Due, due_id(received.id))
        return due is None or due.done or due.key != received.id

    # --- when it does not come to a turn

    async def _refused(self, event: Event, refusal: Refusal) -> Settled:
        field = refusal.field if event.how == "form" else ""
        said = notice(refusal.words, refusal.controls)
        whole = Refused(said.summary, said.blocks) if event.how == "form" else said
        answer: Answer = Errors({field: refusal.words}) if field else whole
        await self._settle(event, state=Taken.DONE, reply=stored(answer))
        return Settled(answer)

    async def _failed(self, event: Event, error: Exception) -> Settled:
        reference = secrets.token_hex(4).upper()
        log.error("turn failed", exc_info=error, extra={"event": event.key, "reference": reference})
        answer = notice(say("machine.failed", reference=reference))
        told = Due(f"failed:{event.key}", "", event.at, pack(TellFailed(reference)), pack(event.place))
        await self._settle(event, told, state=Taken.FAILED, reply=stored(answer), reference=reference)
        return Settled(answer, due=event.how == "due")

    async def _settle(self, event: Event, told: Due | None = None, **values: Any) -> None:
        """Close an event that came to no turn; of what fell due and failed somebody is `told`."""
        where = {"id": event.key, "state": Taken.NEW}

        def work(store: Store) -> None:
            store.change(Received, where, **values)
            if event.how == "due":
                store.change(Due, {"id": due_id(event.key)}, done=True)
                board = directory.board_at(store, event.place)
                if told is not None and board is not None and not event.key.startswith("due:failed:"):
                    store.add_new(replace(told, board=board.id))

        try:
            await self._written(work, None)
        except Conflict as error:
            raise Unavailable("others are always faster") from error
