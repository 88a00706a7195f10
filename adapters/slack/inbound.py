"""Slack's front door: what is genuine is kept and acknowledged; what answers on the line goes through Bolt."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import forms, parse
from adapters.slack.guard import Guard, Refused
from adapters.slack.outbound import SlackPlatform
from adapters.slack.payload import Malformed, Payload, body
from bot.events import Event
from bot.messages import Form, Message, Quote, Text, Words, plain
from bot.ports import Answer, Clock, Errors, Invalid, SendError, Unavailable

log = logging.getLogger("bmm.slack")

_ANY = re.compile("")
_EVENT = "bmm_event"  # where Bolt's context carries what was read
_TELLING = 2.0  # seconds to tell somebody something within the three in which Slack waits for us
_NOT_KEPT = "The database does not answer, so this was not kept. Please try again in a moment."

_UNDRAWN = "This was taken, but what comes next could not be shown here. Please look at the card, or try again."


class Inbound(Protocol):
    """What the core does with an event."""

    async def keep(self, event: Event) -> bool:
        """Keep it durably and handle it soon; False where it was kept before or is not for us. Raises Unavailable."""
        ...

    async def ask(self, event: Event) -> Answer | None:
        """Keep and handle it now, and return what its actor is shown. Raises Unavailable."""
        ...


class Door:
    """What Slack sent, verified, to the core. `now` gives aware UTC instants.

    What is only kept and acknowledged goes straight to the inbox; Bolt answers where somebody waits on the line.
    """

    def __init__(self, bot: Inbound, platform: SlackPlatform, now: Callable[[], datetime]) -> None:
        self._bot = bot
        self._platform = platform
        self._now = now
        self._bolt = self._listening()

    async def deliver(self, payload: Payload) -> BoltResponse:
        """Hand over one verified payload, from HTTP or from a socket; the response is what Slack waits for.

        Raises Malformed.
        """
        if payload.get("type") == "url_verification":
            return _json({"challenge": str(payload.get("challenge", ""))})
        installations = self._platform.installations
        if not installations.ready():
            return BoltResponse(status=503)  # Slack has not told us yet who we are; it sends events again
        installation = await installations.hearing(*parse.workspace(payload))
        event = parse.event(payload, installation.user, self._now()) if installation else None
        if event is None:
            return BoltResponse(status=200)
        if event.how != "form":
            return await self._kept(event)
        try:
            # Verified already, so Bolt checks no signature; read already, because it stumbles over strange shapes.
            request = AsyncBoltRequest(body=payload, mode="socket_mode", context={_EVENT: event})
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            raise Malformed("not where Slack puts it") from error
        return await self._bolt.async_dispatch(request)

    # --- Bolt

    def _listening(self) -> AsyncApp:
        bolt = AsyncApp(
            name="bmm",
            client=AsyncWebClient(base_url=self._platform.web.client.base_url, retry_handlers=[]),
            authorize=_authorizing(self._platform),  # type: ignore[arg-type]  # None is how Bolt is told of a strange workspace
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        bolt.view(_ANY)(self._asked)
        return bolt

    # --- what becomes of an event

    async def _kept(self, event: Event) -> BoltResponse:
        """Events, commands and pressed controls: kept, then acknowledged. Nothing of the answer waits for Bolt."""
        try:
            await self._bot.keep(event)
        except Unavailable:
            return await self._not_kept(event)
        return BoltResponse(status=200)

    async def _asked(self, context: dict[str, Any]) -> BoltResponse:
        """Submitted forms: handled while Slack waits, because errors and the next form ride on the answer."""
        event: Event = context[_EVENT]
        try:
            answer = await self._bot.ask(event)
        except Unavailable:
            at = next(iter(event.values), "")
            answer = Errors({at: Words(_NOT_KEPT)}) if at else _message(_NOT_KEPT)
        try:
            return await self._riding(event, answer)
        except Invalid as error:
            log.error("an answer could not be drawn", extra={"event": event.key, "error": str(error)})
            return self._shown(_message(_UNDRAWN))

    # --- answers

    async def _riding(self, event: Event, answer: Answer | None) -> BoltResponse:
        """The answer to a submitted form, on the response."""
        match answer:
            case Form():
                return _json({"response_action": "update", "view": self._platform.view(event, answer)})
            case Errors() if event.values:
                return _json({"response_action": "errors", "errors": forms.errors(answer, list(event.values))})
            case Errors():
                return self._shown(_message(*(plain(words) for words in answer.fields.values())))
            case Message():
                return _json({"response_action": "clear"}) if await self._told(event, answer) else self._shown(answer)
            case None:
                return _json({"response_action": "clear"})

    def _shown(self, message: Message) -> BoltResponse:
        """Words in the place of the form, where there is no other."""
        view = forms.notice(message, self._platform.drawn(message)["blocks"])
        return _json({"response_action": "update", "view": view})

    async def _told(self, event: Event, message: Message) -> bool:
        """Whether private words arrived while Slack still waits."""
        try:
            async with asyncio.timeout(_TELLING):
                await self._platform.answer(event, message)
        except (SendError, TimeoutError) as error:
            log.warning("private words were not delivered", extra={"event": event.key, "error": repr(error)})
            return False
        return True

    async def _not_kept(self, event: Event) -> BoltResponse:
        """Slack sends an event again, but neither a command nor a click: those are told, with their own words."""
        if event.how not in ("command", "control"):
            return BoltResponse(status=503)
        words = _message(_NOT_KEPT, quote=event.text)
        if event.how == "command":
            return _json({"response_type": "ephemeral"} | self._platform.drawn(words))
        await self._told(event, words)
        return BoltResponse(status=200)


def routes(
    bot: Inbound, platform: SlackPlatform, signing_secret: str, clock: Clock, path: str = "/slack/events"
) -> list[web.RouteDef]:
    """The one address for events, commands and interactions, behind the guard. ValueError for no secret."""
    guard = Guard(signing_secret, lambda: clock.now().timestamp())
    door = Door(bot, platform, lambda: clock.now().astimezone(UTC))

    async def receive(request: web.Request) -> web.Response:
        try:
            raw = await guard.read(request)
            response = await door.deliver(body(raw, request.content_type))
        except Refused as refused:
            log.warning("a request was refused", extra={"status": refused.status, "reason": refused.reason})
            return web.Response(status=refused.status)
        except Malformed as malformed:
            log.warning("a signed request is malformed", extra={"reason": str(malformed)})
            return web.Response(status=400)
        if response.status >= 500:
            guard.forget(request.headers["X-Slack-Signature"])
        return web.Response(status=response.status, text=response.body, content_type=_type(response))

    return [web.post(path, receive)]


def _authorizing(platform: SlackPlatform) -> Callable[..., Awaitable[AuthorizeResult | None]]:
    """Whom the door has let in, as the installations know them. Bolt wants a plain function."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        known = await platform.installations.hearing(team_id or "", enterprise_id or "")
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=known.token) if known else None

    return authorize


def _message(*sentences: str, quote: str = "") -> Message:
    words = [Words("{text}", {"text": each}) for each in sentences]
    said = (Quote(quote),) if quote else ()
    return Message(words[0], (*(Text(each) for each in words), *said))


def _json(told: Payload) -> BoltResponse:
    return BoltResponse(status=200, body=told)


def _type(response: BoltResponse) -> str:
    return "application/json" if response.body.startswith("{") else "text/plain"
