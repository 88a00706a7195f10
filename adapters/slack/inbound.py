"""Slack's front door: what is genuine is kept and acknowledged; what answers on the line goes through Bolt."""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.guard import Guard, Refused
from adapters.slack.installing.installations import Installation
from adapters.slack.installing.leaving import left
from adapters.slack.outbound import SlackPlatform
from adapters.slack.reading import parse
from adapters.slack.reading.parse import Here
from adapters.slack.reading.payload import Malformed, Payload, body
from adapters.slack.rendering import forms
from bot.events import Event
from bot.inbound import Inbound
from bot.messages import Form, Message, Quote, Text, Words
from bot.metrics import RATE_LIMITED
from bot.ports import Answer, Clock, Errors, Invalid, SendError, Unavailable
from bot.words import say

log = logging.getLogger("bmm.slack")

_ANY = re.compile("")
_EVENT, _HERE = "bmm_event", "bmm_here"  # where Bolt's context carries what was read, and whose installation heard it
_TELLING = 2.0  # seconds to tell somebody something within the three in which Slack waits for us
_ENDS = ("command", "control", "form")  # roads on which Slack sends nothing again


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
        if payload.get("type") == "app_rate_limited":
            return _rate_limited(payload)
        if not self._platform.installations.ready():
            return BoltResponse(status=503)  # Slack has not told us yet who we are; it sends events again
        try:
            if gone := left(payload):
                await self._platform.installations.gone(*gone)
                return BoltResponse(status=200)
            team, installation = await self._hearing(payload)
        except Unavailable:
            return await self._unheard(payload)
        here = Here(team, installation.user, installation.enterprise) if installation else None
        event = parse.event(payload, here, self._now()) if here else None
        if event is None:
            return BoltResponse(status=200)
        return await (self._submitted(event, payload, installation) if event.how == "form" else self._kept(event))

    async def _hearing(self, payload: Payload) -> tuple[str, Installation | None]:
        """The workspace that a payload was sent to, and the installation that heard it. Raises Malformed, Unavailable.

        Of the workspaces that it names, the first one that we are installed in.
        """
        for team, enterprise in parse.heard_by(payload):
            found = await self._platform.installations.hearing(team, enterprise)
            if found is not None:
                return team or found.team or enterprise, found
        return "", None

    async def _unheard(self, payload: Payload) -> BoltResponse:
        """The database does not even say whether we are installed there."""
        if payload.get("type") == "event_callback":
            return BoltResponse(status=503)  # it comes again
        event = parse.event(payload, Here(parse.heard_by(payload)[0][0], ""), self._now())
        return await self._not_kept(event) if event else BoltResponse(status=200)

    async def _submitted(self, event: Event, payload: Payload, heard: Installation | None) -> BoltResponse:
        """A form, by way of Bolt. What is verified already needs no second check of its signature."""
        try:
            context = {_EVENT: event, _HERE: heard}
            request = AsyncBoltRequest(body=payload, mode="socket_mode", context=context)
        except (AttributeError, TypeError, KeyError, ValueError) as error:  # Bolt stumbles over strange shapes
            raise Malformed("not where Slack puts it") from error
        return await self._bolt.async_dispatch(request)

    # --- Bolt

    def _listening(self) -> AsyncApp:
        bolt = AsyncApp(
            name="bmm",
            client=AsyncWebClient(base_url=self._platform.web.client.base_url, retry_handlers=[]),
            authorize=_authorize,
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
            return await self._not_kept(event)
        try:
            return await self._riding(event, answer)
        except Invalid as error:
            log.error("an answer could not be drawn", extra={"event": event.key, "error": str(error)})
            return self._shown(event, _message(say("machine.undrawn")))

    # --- answers

    async def _riding(self, event: Event, answer: Answer | None) -> BoltResponse:
        """The answer to a submitted form, on the response."""
        match answer:
            case Form():
                return _json({"response_action": "update", "view": self._platform.view(event, answer)})
            case Errors() if event.values:
                return _json({"response_action": "errors", "errors": forms.errors(answer, list(event.values))})
            case Errors():
                return self._shown(event, _message(*answer.fields.values()))
            case Message() if event.place.kind == "home":
                return self._shown(event, answer)  # there is no channel in which it could be whispered
            case Message():
                told = await self._told(event, answer)
                return _json({"response_action": "clear"}) if told else self._shown(event, answer)
            case None:
                return _json({"response_action": "clear"})

    def _shown(self, event: Event, message: Message) -> BoltResponse:
        """Words in the place of the form, where there is no other."""
        view = self._platform.notice(event, message)
        return _json({"response_action": "update", "view": view})

    async def _told(self, event: Event, message: Message) -> bool:
        """Whether private words arrived while Slack still waits."""
        try:
            async with asyncio.timeout(_TELLING):
                await self._platform.answer(event, message)
        except (SendError, TimeoutError, Unavailable) as error:
            log.warning("private words were not delivered", extra={"event": event.key, "error": repr(error)})
            return False
        return True

    async def _not_kept(self, event: Event) -> BoltResponse:
        """Slack sends an event again, but no command, click or form: those are told, with their own words."""
        if event.how not in _ENDS:
            return BoltResponse(status=503)
        words = _message(say("machine.not_kept"), quote=event.text or (event.quoted.text if event.quoted else ""))
        if event.how == "command":
            return _json({"response_type": "ephemeral"} | self._platform.drawn(words))
        if event.how == "form":  # which stays open, with everything that was written in it
            return await self._riding(event, Errors({next(iter(event.values), ""): say("machine.not_kept")}))
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


async def _authorize(context: dict[str, Any]) -> AuthorizeResult:
    """Whom the door has let in: a strange workspace does not get as far as Bolt."""
    known: Installation = context[_HERE]
    return AuthorizeResult(enterprise_id=known.enterprise or None, team_id=known.team, bot_token=known.token)


def _rate_limited(payload: Payload) -> BoltResponse:
    """Slack keeps events of a workspace from us for a while, because there were too many; nothing of it comes later."""
    RATE_LIMITED.inc()
    log.warning(
        "Slack withholds events: there were more than it sends in an hour", extra={"team": payload.get("team_id")}
    )
    return BoltResponse(status=200)


def _message(*sentences: Words, quote: str = "") -> Message:
    said = (Quote(quote),) if quote else ()
    return Message(sentences[0], (*(Text(each) for each in sentences), *said))


def _json(told: Payload) -> BoltResponse:
    return BoltResponse(status=200, body=told)


def _type(response: BoltResponse) -> str:
    return "application/json" if response.body.startswith("{") else "text/plain"
