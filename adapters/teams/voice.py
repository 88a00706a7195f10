"""Speaks in Teams: new messages at their pace, edits, and private words by the most private road that there is."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.teams.connector import Connector, Data, path
from adapters.teams.conversations import Conversations
from adapters.teams.own_chats import OwnChats, id_in, tenant_of
from adapters.teams.reading import places
from adapters.teams.reading.activity import ROOT
from adapters.teams.refusals import UNSUPPORTED
from bot.chats import Chats
from bot.events import Event, Place
from bot.ledger import ConversationReference
from bot.ports import Clock, Invalid, Pace, PlaceGone, PostGone, SendError, Unsure

log = logging.getLogger("bmm.teams")

_UNHEARD = timedelta(hours=1)  # for which targeted messages are not tried again where Teams did not take one


class Voice:
    """The bot, in every conversation that was ever heard from."""

    def __init__(
        self, connector: Connector, conversations: Conversations, own_chats: OwnChats, clock: Clock, pace: Pace
    ) -> None:
        self.connector = connector
        self.conversations = conversations
        self.own_chats = own_chats
        self._clock = clock
        self._chats = Chats(clock, pace)
        self._untargeted: dict[tuple[str, str], datetime] = {}  # by channel and user; nobody's where none can

    # --- posts

    async def post(self, place: Place, said: Data) -> str:
        """A new message, now; its id. Raises SendError; Throttled where the conversation was written to too lately."""
        async with self._chats.at_once(place.tenant, place.channel):
            return await self._said(place, said)

    async def edit(self, place: Place, ref: str, said: Data) -> None:
        """Put a message in the place of the one that stands as `ref`. May be repeated freely. Raises SendError."""
        reference = await self.conversations.of(place.tenant, place.channel)
        where = (await self.own_chats.of(reference) if place.kind == "personal" else reference).conversation
        if place.kind == "channel":
            where += f"{ROOT}{place.thread or ref}"
        await self.connector.put(reference.service, path(where, "activities", ref), said | {"id": ref})

    async def _said(self, place: Place, said: Data) -> str:
        reference = await self.conversations.of(place.tenant, place.channel)
        match place.kind:
            case "channel" if not place.thread:
                return await self._begun(reference, said)
            case "channel":
                where = f"{reference.conversation}{ROOT}{place.thread}"
            case "personal":
                where = (await self.own_chats.of(reference)).conversation
            case _:
                where = reference.conversation
        return id_in(await self.connector.post(reference.service, path(where, "activities"), said))

    async def _begun(self, reference: ConversationReference, said: Data) -> str:
        """A thread of its own in a channel, which begins with this message."""
        tenant = tenant_of(reference)
        body: Data = {
            "isGroup": True,
            "bot": self.own_chats.bot,
            "tenantId": tenant,
            "channelData": {"channel": {"id": reference.conversation}, "tenant": {"id": tenant}},
            "activity": said,
        }
        told = await self.connector.post(reference.service, path(), body)
        return str(told.get("activityId") or "") or str(told.get("id") or "").partition(ROOT)[2] or id_in(told)

    # --- private words

    async def whisper(self, event: Event, draw: Callable[[], Data]) -> None:
        """To the one who caused `event`: for their eyes where they are, else in their own chat. Raises SendError."""
        if event.actor is None:
            raise ValueError("nobody caused this event")
        place, said = event.place, draw()
        if place.kind in ("channel", "group") and await self._targeted(event, said):
            return
        own = Place(places.PLATFORM, place.tenant, event.actor.user, kind="personal")
        async with self._chats.turn(own.tenant, own.channel):
            await self._said(own, said)

    async def _targeted(self, event: Event, said: Data) -> bool:
        """Whether Teams showed it in the conversation to this person alone; not every client and channel does."""
        place, now = event.place, self._clock.now()
        if event.actor is None:
            return False
        mine, everybodys = (place.channel, event.actor.user), (place.channel, "")
        if any(self._untargeted.get(each, now) > now for each in (mine, everybodys)):
            return False
        try:
            reference = await self.conversations.of(place.tenant, place.channel)
            thread = place.thread or (event.message if place.kind == "channel" else "")
            where = reference.conversation + (f"{ROOT}{thread}" if thread and place.kind == "channel" else "")
            whole = said | {"recipient": {"id": event.actor.user}}
            async with self._chats.turn(place.tenant, place.channel):
                await self.connector.post(
                    reference.service, path(where, "activities"), whole, {"isTargetedActivity": "true"}
                )
        except (PlaceGone, PostGone, Invalid) as error:
            log.info("private words go to somebody's own chat", extra={"event": event.key, "error": str(error)})
            self._untargeted = {each: at for each, at in self._untargeted.items() if at > now}
            self._untargeted[everybodys if _is_of_all(error) else mine] = now + _UNHEARD
            return False
        except Unsure:
            return True  # they may have been shown: they are not told twice
        return True


def _is_of_all(error: SendError) -> bool:
    """Whether a refusal says that nobody there can be told anything so, whoever they are."""
    return any(code in str(error) for code in UNSUPPORTED)
