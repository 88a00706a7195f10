"""Teams' front door: what is genuine is kept and acknowledged; what somebody waits for is answered on the line."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from adapters.teams.conversations import Conversations
from adapters.teams.line import Answered, Line, as_json
from adapters.teams.outbound import TeamsPlatform
from adapters.teams.reading import invokes, places, tidings, words
from adapters.teams.reading.activity import Activity, Malformed, activity
from adapters.teams.trust.guard import Guard
from adapters.teams.trust.keys import KeysAway
from adapters.teams.trust.tokens import Refused
from bot.events import Event
from bot.inbound import Inbound
from bot.messages import Message, Quote, Text
from bot.ports import Clock, SendError, Unavailable
from bot.words import say

log = logging.getLogger("bmm.teams")

_TOLD = ("message", "messageUpdate", "messageDelete", "installationUpdate", "conversationUpdate")


class Door:
    """What Teams sent, verified, to the core. `now` gives aware UTC instants."""

    def __init__(
        self,
        bot: Inbound,
        platform: TeamsPlatform,
        conversations: Conversations,
        line: Line,
        now: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._platform = platform
        self._conversations = conversations
        self._line = line
        self._now = now

    async def deliver(self, payload: Any) -> Answered:
        """Hand over one verified activity; what comes back is what Teams waits for. Raises Malformed."""
        told = activity(payload)
        if told.type == "invoke":
            return await self._answered(told)
        if told.type not in _TOLD:
            return Answered(200)  # typing, reactions, and whatever comes to be
        events: list[Event] = []
        try:
            await self._conversations.learn(told)
            events = await self._events(told)
            for event in events:
                await self._bot.keep(event)
        except Unavailable:
            return await self._not_kept(told, events)
        return Answered(200)

    async def _answered(self, told: Activity) -> Answered:
        """An invoke. Where it is not known that we are in the place, this does not make it known."""
        try:
            await self._conversations.learn(told, here=not told.name.startswith("composeExtension/"))
        except Unavailable:
            log.warning("the database does not answer; an invoke goes on without it")
        return await self._line.answer(told)

    async def _events(self, told: Activity) -> list[Event]:
        now = self._now()
        match told.type:
            case "message":
                pressed = invokes.submitted(told, now)
                found = words.said(told, now) if pressed is None else pressed if isinstance(pressed, Event) else None
            case "messageUpdate":
                found = words.edited(told, now)
            case "messageDelete":
                found = words.deleted(told, now)
            case kind:
                known = await self._conversations.channels(places.tenant(told.tenant_id), told.channel_data.team.id)
                if told.members_added or told.members_removed:
                    self._platform.rosters.forget(places.tenant(told.tenant_id), told.channel)
                read = tidings.installed if kind == "installationUpdate" else tidings.changed
                return read(told, now, known)
        if found is None:
            return []
        return [await self._rooted(found)]

    async def _rooted(self, event: Event) -> Event:
        """In a place without threads, an answer to a message of ours belongs to the talk that it stands in."""
        if not event.place.flat or event.place.thread is None:
            return event
        thread = await self._conversations.thread_of(event.place)
        how = "overheard" if thread is None and event.how == "reply" else event.how
        return replace(event, how=how, place=replace(event.place, thread=thread))

    async def _not_kept(self, told: Activity, events: list[Event]) -> Answered:
        """Teams may not send words again: whoever said them is told, with their own words. What it tells, it may."""
        said = events or ([found] if told.type == "message" and (found := words.said(told, self._now())) else [])
        if not said or said[0].actor is None or said[0].how in ("told", "overheard", "reply"):
            return Answered(503)
        lost = say("machine.not_kept")
        quote = (Quote(said[0].text),) if said[0].text else ()
        try:
            await self._platform.whisper(said[0], Message(lost, (Text(lost), *quote)))
        except (SendError, Unavailable) as error:
            log.warning("nobody was told that words were not kept", extra={"error": repr(error)})
            return Answered(503)
        return Answered(200)


def routes(door: Door, guard: Guard, path: str = "/api/messages") -> list[web.RouteDef]:
    """The one address for everything that Teams sends, behind the guard."""

    async def receive(request: web.Request) -> web.Response:
        answered = await _judged(request, guard, door.deliver)
        guard.answered(request, answered.status)
        if answered.body is None and answered.status != 200:
            return web.Response(status=answered.status)
        return web.Response(status=answered.status, body=as_json(answered.body), content_type="application/json")

    return [web.post(path, receive)]


async def _judged(request: web.Request, guard: Guard, deliver: Callable[[Any], Awaitable[Answered]]) -> Answered:
    """The answer to a request, genuine or not."""
    try:
        return await deliver(await guard.read(request))
    except Refused as refused:
        log.warning("a request was refused", extra={"status": refused.status, "reason": refused.reason})
        return Answered(refused.status)
    except KeysAway as away:
        log.warning("nobody can be told from a forger just now", extra={"error": str(away)})
        return Answered(503)
    except Malformed as malformed:
        log.warning("a genuine request is malformed", extra={"reason": str(malformed)})
        return Answered(400)


def now_of(clock: Clock) -> Callable[[], datetime]:
    """The clock's aware UTC instants."""
    return lambda: clock.now().astimezone(UTC)
