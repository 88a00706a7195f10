"""A dialog of the smallest kind: notes that stand on one card, with everything that can go wrong on demand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.effects import Ask, Effects, Later, Notice, OpenForm, Refusal, Retire, Show
from bot.items import Change
from bot.ledger import Prompt
from bot.look import Look
from bot.messages import Button, Controls, Field, Form, Message, Text, Words
from bot.people import Role
from bot.ports import Conflict, Query, Store, Unavailable
from bot.questions import hole
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import named


@named("tiny.say")
@dataclass(frozen=True)
class Say:
    """Take a note, and refresh the card in the channel."""

    text: str


@named("tiny.silent")
@dataclass(frozen=True)
class TakeNote:
    """Take a note that no card shows."""

    text: str


@named("tiny.refuse")
@dataclass(frozen=True)
class SayAndRegret:
    """Take a note, then refuse."""

    text: str
    field: str = ""


@named("tiny.admin")
@dataclass(frozen=True)
class SayAsAdmin:
    """What only an admin may."""

    text: str


@named("tiny.cards")
@dataclass(frozen=True)
class ShowCards:
    """Show these cards, in this order."""

    names: tuple[str, ...]
    anew: bool = False
    aside: bool = False


@named("tiny.touch")
@dataclass(frozen=True)
class TouchCards:
    """Refresh these cards wherever they stand."""

    names: tuple[str, ...]


@named("tiny.retire")
@dataclass(frozen=True)
class RetireCard:
    """Let a card go."""

    name: str


@named("tiny.later")
@dataclass(frozen=True)
class Remind:
    """Take a note later, once for this key."""

    key: str
    at: datetime
    text: str


@named("tiny.name")
@dataclass(frozen=True)
class GiveName:
    """An intent with a hole."""

    name: str = hole("item.ask_item")


@named("tiny.ask")
@dataclass(frozen=True)
class AskName:
    """Ask for the name in the thread."""


@named("tiny.answer")
@dataclass(frozen=True)
class Answered:
    """An answer to the question."""

    prompt: str
    text: str


@named("tiny.notes")
@dataclass(frozen=True)
class Notes:
    """How many notes there are, and the last."""


@named("tiny.card")
@dataclass(frozen=True)
class Card:
    """A card with a name and a button."""

    name: str


@dataclass
class Tiny:
    """The dialog, and what goes wrong in it: `broken` intents, `conflicts` to come, drawings that raise."""

    broken: bool = False
    away: bool = False
    conflicts: int = 0
    undrawable: set[str] = field(default_factory=set)
    notes_shown: int | None = None  # what cards say instead of the count
    taken: list[str] = field(default_factory=list)  # every time a handler ran, committed or not

    def routes(self) -> Routes:
        """Its table."""
        routes = Routes()
        routes.otherwise = Say
        routes.answering = Answered

        @routes.handles(Say)
        def say(intent: Say, turn: Turn) -> Effects:
            self._note(intent.text, turn)
            yield Show(Notes(), turn.event.place.trunk)
            yield Notice(Words("noted {text}", {"text": intent.text}))

        @routes.handles(TakeNote)
        def take_note(intent: TakeNote, turn: Turn) -> Effects:
            self._note(intent.text, turn)
            return iter(())

        @routes.handles(SayAndRegret)
        def regret(intent: SayAndRegret, turn: Turn) -> Effects:
            self._note(intent.text, turn)
            yield Show(Notes(), turn.place)
            raise Refusal(Words("not {text}", {"text": intent.text}), field=intent.field)

        @routes.handles(SayAsAdmin, by=(Role.ADMIN,))
        def say_as_admin(intent: SayAsAdmin, turn: Turn) -> Effects:
            self._note(intent.text, turn)
            return iter(())

        @routes.handles(ShowCards)
        def show_cards(intent: ShowCards, turn: Turn) -> Effects:
            self._note(",".join(intent.names), turn)
            for name in intent.names:
                yield Show(Card(name), turn.event.place.trunk, intent.anew, intent.aside)

        @routes.handles(TouchCards)
        def touch(intent: TouchCards, turn: Turn) -> Effects:
            self._note("touched", turn)
            for name in intent.names:
                yield Show(Card(name))

        @routes.handles(RetireCard)
        def retire(intent: RetireCard, turn: Turn) -> Effects:
            yield Retire(Card(intent.name))

        @routes.handles(Remind)
        def remind(intent: Remind, turn: Turn) -> Effects:
            yield Later(intent.key, intent.at, TakeNote(intent.text), turn.event.place.trunk)

        @routes.handles(GiveName)
        def give_name(intent: GiveName, turn: Turn) -> Effects:
            self._note(intent.name, turn)
            yield Notice(Words("hello {name}", {"name": intent.name}))

        @routes.handles(AskName)
        def ask_name(intent: AskName, turn: Turn) -> Effects:
            yield OpenForm(GiveName()) if turn.event.how == "control" else Ask(GiveName(), Card("question"))

        @routes.handles(Answered)
        def answered(intent: Answered, turn: Turn) -> Effects:
            prompt = turn.must(Prompt, intent.prompt)
            turn.store.change(Prompt, {"id": prompt.id}, open=False)
            self._note(intent.text, turn)
            return iter(())

        @routes.form(GiveName)
        def form_name(intent: GiveName, _look: Look) -> Form:
            return Form(Words("Name"), (Field("name", Words("Your name")),), intent, Words("Save"))

        @routes.draws(Notes)
        def draw_notes(_view: Notes, look: Look) -> Message:
            notes = notes_of(look.store, look.board.id)
            words = Words("{count} notes, last {last}", {"count": len(notes), "last": notes[-1] if notes else "none"})
            return Message(words, (Text(words),))

        @routes.draws(Card)
        def draw_card(view: Card, look: Look) -> Message:
            if view.name in self.undrawable:
                raise ZeroDivisionError(view.name)
            notes = len(notes_of(look.store, look.board.id)) if self.notes_shown is None else self.notes_shown
            words = Words("card {name} at {notes}", {"name": view.name, "notes": notes})
            return Message(words, (Text(words), Controls((Button(Words("Say"), Say("pressed")),))))

        return routes

    def _note(self, text: str, turn: Turn) -> None:
        self.taken.append(text)
        if self.away:
            raise Unavailable("gone")
        turn.store.add(
            Change(
                turn.ids(), turn.board.id, turn.id, "note", turn.person.id, turn.now, "text", '""', json.dumps(text), ""
            )
        )
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict
        if self.broken:
            raise ZeroDivisionError("the handler is broken")


def notes_of(store: Store, board: str) -> list[str]:
    """The notes of a board, in order."""
    rows = store.find(Change, Query({"board": board, "subject": "note"}, order=("id",), limit=5000))
    return [json.loads(each.after) for each in rows]


def all_notes(store: Store) -> Iterator[Any]:
    """The notes of every board."""
    rows = store.find(Change, Query({"subject": "note"}, order=("id",), limit=5000))
    return (json.loads(each.after) for each in rows)
