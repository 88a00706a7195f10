"""Answers one person by the road they came: a modal, their home, what stands below a link, private words."""

import logging

import aiohttp

from adapters.slack.refusals import code
from adapters.slack.rendering import drawing
from adapters.slack.rendering.runs import Data
from adapters.slack.voice import Voice, thread
from bot.answers import notice
from bot.events import Event
from bot.messages import Button, Form, Message, Text, Words
from bot.ports import Answer, Errors, Invalid, PostGone, SendError, Throttled
from bot.views import FormAgain
from bot.words import say

log = logging.getLogger("bmm.slack")

_LET_GO = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")
_FULL = ("push_limit_reached", *_LET_GO)  # then the view in which somebody clicked is taken, which needs no trigger
_VIEW = "view:"  # how the answer address of a click in a modal begins


class Answering:
    """Brings answers. What cannot be shown where it belongs is told in the person's own chat."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    async def bring(self, event: Event, answer: Answer) -> None:
        """Answer `event`. Raises SendError."""
        match answer:
            case Form():
                await self._open(event, answer)
            case Errors():
                await self._tell(event, told(answer))
            case Message():
                await self._tell(event, answer)

    # --- forms

    async def _open(self, event: Event, form: Form) -> None:
        """Open it while the trigger lasts; afterwards a private button does."""
        view = drawing.form(event, form)
        try:
            if not event.trigger:
                raise PostGone("no trigger")
            await (self._push(event, view) if _modal(event) else self._show(event, view))
        except SendError as error:
            if not (isinstance(error, Throttled | PostGone) or code(error.__cause__) in _LET_GO):
                raise
            log.info("a form came too late", extra={"event": event.key, "error": repr(error)})
            await self._tell(event, _late(event))

    async def _show(self, event: Event, view: Data) -> None:
        await self._view(event, "views.open", {"trigger_id": event.trigger, "view": view})

    async def _push(self, event: Event, view: Data) -> None:
        """On top of the modal in which somebody clicked, or in its place."""
        try:
            await self._view(event, "views.push", {"trigger_id": event.trigger, "view": view})
        except Invalid as error:
            if code(error.__cause__) not in _FULL:
                raise
            await self._replace(event, view)

    async def _replace(self, event: Event, view: Data) -> None:
        await self._view(event, "views.update", {"view_id": _modal(event), "view": view})

    async def _view(self, event: Event, method: str, what: Data) -> None:
        await self._voice.call(event.place.tenant, method, "look", what)

    # --- words

    async def _tell(self, event: Event, message: Message) -> None:
        """Where they came from, or privately where that is gone."""
        if event.how == "opened" and event.actor is not None:
            home = drawing.home(event.place.tenant, message)
            await self._voice.publish(event.place.tenant, event.actor.user, home)
        elif event.how == "linked":
            await self._unfurl(event, message)
        elif not await self._in_view(event, message):
            await self._whisper(event, message)

    async def _in_view(self, event: Event, message: Message) -> bool:
        """Whether a modal shows them: the one in which somebody clicked, or one over their home."""
        if event.how != "control" or not (_modal(event) or (event.place.kind == "home" and event.trigger)):
            return False
        view = drawing.notice(event, message)
        try:
            await (self._replace(event, view) if _modal(event) else self._show(event, view))
        except (Invalid, PostGone, Throttled) as error:
            log.info("no modal shows this any more", extra={"event": event.key, "error": repr(error)})
            return False
        return True

    async def _unfurl(self, event: Event, message: Message) -> None:
        """Below the message with the links. May be repeated freely."""
        unfurls = {url: {"blocks": drawing.below(message)} for url in event.text.split()}
        where = {"channel": event.place.channel, "ts": event.message}
        await self._voice.call(event.place.tenant, "chat.unfurl", "edit", where | {"unfurls": unfurls})

    async def _whisper(self, event: Event, message: Message) -> None:
        """By the address that came with the event, else as an ephemeral, else in the person's own chat."""
        if event.actor is None:
            raise SendError("nobody caused this event")
        said = drawing.message(message)
        by_address = event.answer and not _modal(event)
        if not (by_address and await self._respond(event.answer, said | thread(event.place))):
            await self._voice.whisper(event, said)

    async def _respond(self, url: str, said: Data) -> bool:
        """Whether a response URL, good for five uses within half an hour, took the words."""
        body = {"response_type": "ephemeral", "replace_original": False} | said
        try:
            async with self._voice.web.session.post(url, json=body, allow_redirects=False) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False


def told(wrong: Errors) -> Message:
    """Field errors as words, for where the form is gone."""
    return Message(Words("{all}", {"all": _joined(wrong)}), tuple(Text(words) for words in wrong.fields.values()))


def _joined(wrong: Errors) -> Words:
    names = [f"e{n}" for n in range(len(wrong.fields))]
    return Words(" ".join(f"{{{name}}}" for name in names), dict(zip(names, wrong.fields.values(), strict=True)))


def _late(event: Event) -> Message:
    return notice(say("machine.late_form"), (Button(say("machine.open_again"), FormAgain(event.key)),))


def _modal(event: Event) -> str:
    """The id of the modal in which somebody clicked, or an empty text."""
    return event.answer.removeprefix(_VIEW) if event.answer.startswith(_VIEW) else ""
