"""The one door: an event is understood, checked and handled in one transaction.

Understood, then the board is locked, and only then is anything read that will be written; the handler's effects and the
inbox's state are committed together. A refusal rolls the turn back and becomes private words; a bug leaves the event
whole, under a reference.
"""

import logging
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot import directory, words
from bot.answers import notice, stored, unstored
from bot.applying import Applying
from bot.board import Board
from bot.effects import Refusal
from bot.events import Account, Event, Place
from bot.forms import form_of
from bot.ledger import Due, Received, Taken, Tenant
from bot.look import Look
from bot.meaning import answer_place, meant
from bot.people import Human, Role
from bot.ports import Answer, Clock, Conflict, Database, Errors, Ids, Profile, Store, Unavailable
from bot.routes import Routes
from bot.turn import Turn, find_item
from bot.words import say

log = logging.getLogger("bmm.engine")

TRIES = 10


@dataclass(frozen=True)
class Settled:
    """What a turn came to: the answer for one person, and whether something is to be shown or falls due."""

    answer: Answer | None = None
    shows: bool = False
    due: bool = False


class Engine:
    """Takes turns. `address` makes links to posts."""

    def __init__(
        self, database: Database, routes: Routes, clock: Clock, ids: Ids, address: Callable[[Place, str], str]
    ) -> None:
        self._database = database
        self._routes = routes
        self._clock = clock
        self._ids = ids
        self._address = address

    async def handle(self, event: Event, profiles: Mapping[Account, Profile]) -> Settled:
        """One turn of a kept event. Answers whatever happens; raises Unavailable only while the database is down.

        `profiles` tells of the actor and of whoever the event names.
        """
        for attempt in range(TRIES):
            try:
                return await self._database.write(lambda store: self._turn(store, event, profiles), event.place.tenant)
            except Conflict:
                await self._clock.sleep(random.uniform(0, 0.005) * 2**attempt)  # noqa: S311 - spreads, hides nothing
            except Refusal as refusal:
                return await self._refused(event, refusal)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the one edge at which a bug is caught: the event is kept
                return await self._failed(event, error)
        return await self._failed(event, Conflict("taken again too often"))

    # --- one turn

    def _turn(self, store: Store, event: Event, profiles: Mapping[Account, Profile]) -> Settled:
        received = store.get(Received, event.key, lock=True)
        if received is None:
            raise LookupError(f"{event.key} was not kept")
        person = directory.introduced(store, event.actor, profiles, self._ids)
        if received.state is Taken.DONE:
            return Settled(unstored(received.reply, lambda intent: self._form(store, event, person, intent)))
        words.speak("en")
        here, new = self._board_here(store, event, person)
        intent = meant(event, store, self._routes, ZoneInfo(person.zone or (here.zone if here else "UTC")))
        about = self._board_of(store, intent)
        if here is None and about is None:
            intent, here = self._undecided(store, event, intent)
        board = self._locked(store, about or here)
        turn = Turn(
            self._ids(), event, store, board, person, answer_place(event), event.at, self._ids, self._routes.watching
        )
        applying = Applying(turn, self._routes, self._address)
        if new:
            turn.grant(person.id, Role.ADMIN)
        if new and self._routes.welcome:
            applying.greet(self._routes.welcome(turn))
        if self._routes.attends and event.actor is not None:
            self._routes.attends(turn)
        applying.run(intent)
        if event.how == "due":
            store.change(Due, {"id": event.key.removeprefix("due:")}, done=True)
        done = replace(received, state=Taken.DONE, reply=stored(applying.answer), reference="")
        store.put(done)
        return Settled(applying.answer, applying.shows, applying.due)

    def _board_here(self, store: Store, event: Event, person: Human) -> tuple[Board | None, bool]:
        """The board that this place feeds, and whether it is new. A channel that speaks for the first time gets one."""
        store.add_new(Tenant(event.place.tenant, event.place.platform, event.at))
        board = directory.board_at(store, event.place)
        if board is not None or event.actor is None:
            return board, False
        if event.place.kind == "personal" and directory.boards_of(store, event.place.tenant):
            return None, False
        return directory.new_board(store, event, person, self._ids), True

    def _undecided(self, store: Store, event: Event, intent: Any) -> tuple[Any, Board]:
        """What is said in a personal chat without a board of its own: somebody has to say which one is meant."""
        boards = directory.boards_of(store, event.place.tenant)
        if not boards or self._routes.undecided is None:
            raise LookupError(f"{event.place.channel} feeds no board")
        anywhere = self._routes.handlers[type(intent)].anywhere
        return intent if anywhere else self._routes.undecided(intent), boards[0]

    def _board_of(self, store: Store, intent: Any) -> Board | None:
        """The board that an intent names, or that of the row it names: of its item, ballot, meeting, prompt."""
        for name, kind in self._routes.subjects.items():
            ref = getattr(intent, name, "")
            row = (find_item(store, None, ref) if name == "item" else store.get(kind, ref)) if ref else None
            if row is not None:
                return row if isinstance(row, Board) else store.get(Board, row.board)
        return None

    @staticmethod
    def _locked(store: Store, board: Board | None) -> Board:
        locked = store.get(Board, board.id, lock=True) if board else None
        if locked is None:
            raise Conflict
        return locked

    def _form(self, store: Store, event: Event, person: Human, intent: Any) -> Any:
        board = self._board_of(store, intent) or directory.board_at(store, event.place)
        if board is None:
            raise Refusal(say("machine.gone"))
        look = Look(store, board, event.at, event.place, person.id, self._address)
        return form_of(intent, self._routes, look)

    # --- when it does not come to a turn

    async def _refused(self, event: Event, refusal: Refusal) -> Settled:
        field = refusal.field if event.how == "form" else ""
        answer: Answer = Errors({field: refusal.words}) if field else notice(refusal.words, refusal.controls)
        await self._settle(event, state=Taken.DONE, reply=stored(answer))
        return Settled(answer)

    async def _failed(self, event: Event, error: Exception) -> Settled:
        reference = secrets.token_hex(4).upper()
        log.error("turn failed", exc_info=error, extra={"event": event.key, "reference": reference})
        answer = notice(say("machine.failed", reference=reference))
        await self._settle(event, state=Taken.FAILED, reply=stored(answer), reference=reference)
        return Settled(answer)

    async def _settle(self, event: Event, **values: Any) -> None:
        where = {"id": event.key, "state": Taken.NEW}

        def work(store: Store) -> None:
            store.change(Received, where, **values)
            if event.how == "due":
                store.change(Due, {"id": event.key.removeprefix("due:")}, done=True)

        await self._database.write(work, None)
