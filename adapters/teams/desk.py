"""What somebody gets who presses, opens or submits something: a dialog, a card of their own, or words."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from adapters.teams.commands import plain
from adapters.teams.connector import Data
from adapters.teams.outbound import TeamsPlatform, told
from adapters.teams.people import People
from adapters.teams.reading import invokes
from adapters.teams.reading.activity import Activity
from adapters.teams.reading.invokes import Glance, Menu
from adapters.teams.rendering import drawing
from bot.answers import notice
from bot.effects import Refusal
from bot.events import Event, Place
from bot.inbound import Inbound
from bot.messages import Form, Message, Person, Words
from bot.ports import Answer, Errors, Invalid, Refused, SendError, Unavailable
from bot.viewing import Viewing
from bot.wire import Unreadable
from bot.words import say

log = logging.getLogger("bmm.teams")

_TELLING = 3.0  # seconds to tell somebody something within the ten in which Teams waits for us
_WHOLE = ""  # the field of what is wrong with a form as a whole
_WORDS, _CARD = "application/vnd.microsoft.activity.message", drawing.CARD


class Desk:
    """Answers invokes. `now` gives aware UTC instants."""

    def __init__(
        self, bot: Inbound, viewing: Viewing, platform: TeamsPlatform, people: People, now: Callable[[], datetime]
    ) -> None:
        self._bot = bot
        self._viewing = viewing
        self._platform = platform
        self._people = people
        self._now = now

    # --- which invoke it is

    async def pressed(self, told: Activity) -> Data:
        """A control of a card, answered with words or with the card as it looks to whoever pressed it."""
        match invokes.deed(told, self._now()):
            case Glance() as glance:
                return await self._seen(glance.place, glance.message, told)
            case Event() as event:
                return await self._after_press(event, told)
            case Menu():
                return _said(say("machine.old_control"))

    async def opened(self, told: Activity) -> Data:
        """A dialog: the menu, the form, or what is to be said instead of it."""
        match invokes.deed(told, self._now()):
            case Event() as event:
                return await self._dialog(event, opening=True)
            case deed:
                return self._listed(deed, told)

    async def submitted(self, told: Activity) -> Data:
        """What comes after a dialog: another one, or none."""
        match invokes.deed(told, self._now()):
            case Event() as event:
                return await self._dialog(event, opening=False)
            case deed:
                return self._listed(deed, told)

    async def offered(self, told: Activity) -> Data:
        """The dialog of a command that stands in a menu of Teams' own."""
        event = await self._people.named(invokes.shortcut(told, self._now()))
        return await self._dialog(event, opening=True)

    # --- answers

    async def _asked(self, event: Event) -> Answer | None:
        self._people.met(event)
        try:
            return await self._bot.ask(await self._people.placed(event))
        except Unavailable:
            return notice(say("machine.not_kept"))

    async def _after_press(self, event: Event, told_by: Activity) -> Data:
        answer = await self._asked(event)
        if answer is None:
            return await self._seen(event.place, event.message, told_by)
        words = None if isinstance(answer, Form) else drawing.said(told(event, answer))
        if words is not None:
            return _worded(words)
        message = told(event, answer)
        if await self._whispered(event, message):
            return await self._seen(event.place, event.message, told_by)
        return _said(message.summary)

    async def _dialog(self, event: Event, *, opening: bool) -> Data:
        try:
            return await self._continued(event, await self._asked(event), opening=opening)
        except Invalid as error:
            log.error("an answer could not be drawn", extra={"event": event.key, "error": str(error)})
            return self._notice(event, notice(say("machine.undrawn")))

    async def _continued(self, event: Event, answer: Answer | None, *, opening: bool) -> Data:
        match answer:
            case Form():
                return await self._form(event, answer)
            case Errors() if event.how == "form":
                return await self._again(event, answer)
            case Errors():
                return self._notice(event, told(event, answer))
            case Refused() if event.how == "form":
                return await self._again(event, Errors({_WHOLE: answer.summary}), answer)
            case Message():
                return self._notice(event, answer)
            case None:
                return self._notice(event, notice(say("machine.done"))) if opening else {}

    async def _again(self, event: Event, wrong: Errors, refused: Message | None = None) -> Data:
        """The form as it was filled in, with what is wrong and what can be done about it; Teams holds no errors."""
        try:
            asked = await self._viewing.form(event)
        except (Refusal, LookupError, Unreadable, Unavailable) as error:
            log.info("a form is not there any more", extra={"event": event.key, "error": repr(error)})
            return self._notice(event, refused or told(event, wrong))
        return await self._form(event, asked, wrong, refused)

    async def _form(
        self, event: Event, asked: Form, wrong: Errors | None = None, refused: Message | None = None
    ) -> Data:
        people: list[Person] = []
        if any(field.kind == "person" for field in asked.fields):
            people = await self._people.of(event.place)
        values = event.values if wrong else None
        nonce, errors = invokes.nonce(event), wrong.fields if wrong else None
        ways = drawing.ways(refused, self._platform.opens, nonce) if refused else ()
        card = drawing.form(asked, people, nonce, values, errors, ways)
        return _task(drawing.title(asked.title), card)

    def _notice(self, event: Event, message: Message) -> Data:
        card = drawing.notice(message, self._platform.opens, invokes.nonce(event))
        return _task("bmm", card)

    def _listed(self, deed: Menu | Glance, told: Activity) -> Data:
        """The dialog of a menu, which nobody has to be asked about: the control carries it."""
        if isinstance(deed, Glance):
            return {}
        nonce = invokes.nonce(invokes.opening(told, self._now()))
        try:
            card = drawing.menu(deed.label, deed.options, deed.chosen, nonce, deed.question)
        except Invalid:
            card = drawing.notice(notice(say("machine.old_control")), self._platform.opens, nonce)
        return _task(drawing.title(Words("{label}", {"label": deed.label})), card)

    # --- cards of one's own

    async def _seen(self, place: Place, message: str, told: Activity) -> Data:
        """The card as it stands now for whoever looks at it."""
        account = self._people.account(told)
        try:
            shown = await self._viewing.post(place, message, account) if message else None
            return _answer(_CARD, drawing.card(shown, self._platform.opens)) if shown else _said(say("machine.done"))
        except (LookupError, Unreadable, Unavailable, Invalid) as error:
            log.info("a card could not be drawn for one", extra={"error": repr(error)})
            return _said(say("machine.done"))

    async def _whispered(self, event: Event, message: Message) -> bool:
        """Whether private words arrived while Teams still waits."""
        try:
            async with asyncio.timeout(_TELLING):
                await self._platform.whisper(event, message)
        except (SendError, TimeoutError, Unavailable) as error:
            log.warning("private words were not delivered", extra={"event": event.key, "error": repr(error)})
            return False
        return True


def _task(title: str, card: Data) -> Data:
    value = {"title": title, "card": {"contentType": _CARD, "content": card}}
    return {"task": {"type": "continue", "value": value}}


def _answer(kind: str, value: str | Data) -> Data:
    return {"statusCode": 200, "type": kind, "value": value}


def _said(words: Words) -> Data:
    return _worded(plain(words))


def _worded(text: str) -> Data:
    return _answer(_WORDS, text)
