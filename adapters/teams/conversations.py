"""How Teams is reached: every place and person that was heard is remembered with where it is served."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from adapters.teams.reading import places
from adapters.teams.reading.activity import Activity
from bot.cleaning import clean
from bot.events import Account, Place
from bot.ledger import ConversationReference, Post
from bot.ports import Clock, Conflict, Database, PlaceGone, Query, Store, Unavailable

K = TypeVar("K")
V = TypeVar("V")

KNOWN = 10_000  # references remembered
MOST = 2_000  # channels of a team


class Conversations:
    """The conversation references of all places, remembered in front of the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str, ConversationReference] = OrderedDict()
        self._told_of: OrderedDict[str, ConversationReference] = OrderedDict()  # whether or not they could be written
        self._learning = asyncio.Lock()
        self._heard: OrderedDict[tuple[str, str], str] = OrderedDict()  # where somebody spoke or was named last

    async def learn(self, told: Activity, *, here: bool = True) -> None:
        """Remember who did something and, where we are `here` or were before, its place. Raises Unavailable.

        Only what has changed is written, which is hardly ever.
        """
        here = here or await self._is_known_place(told)
        if here:
            self._hear_of(told)
        new = [each for each in self._told(told, here=here) if not self._is_known(each)]
        if new:
            _recall(self._told_of, ((each.id, each) for each in new))
            async with self._learning:
                await self._write(new)
            for each in new:
                self._remember(await self._read(each.id) or each)

    async def of(self, tenant: str, channel: str) -> ConversationReference:
        """How a place or person is reached. Raises PlaceGone where we were never there, Unavailable."""
        id = _id(tenant, channel)
        try:
            found = self._known.get(id) or await self._read(id)
        except Unavailable:
            if id not in self._told_of:
                raise
            return self._told_of[id]  # who cannot be kept can be answered
        if found is not None:
            self._remember(found)
            return found
        elsewhere = await self._database.read(lambda store: _newest(store, {"tenant": tenant}), None)
        if elsewhere is None or not channel.startswith("29:"):
            raise PlaceGone("never heard of")
        return ConversationReference(
            _id(tenant, channel), tenant, channel, "", elsewhere.service, elsewhere.at
        )  # somebody who was only named

    async def supposed(self, tenant: str, channel: str) -> ConversationReference:
        """How a place would be reached in which nobody was heard yet; whether we are there, Teams tells.

        Raises PlaceGone, Unavailable.
        """
        with contextlib.suppress(PlaceGone):
            return await self.of(tenant, channel)
        elsewhere = await self._database.read(lambda store: _newest(store, {"tenant": tenant}), None)
        if elsewhere is None:
            raise PlaceGone("nobody was ever heard")
        return ConversationReference(_id(tenant, channel), tenant, channel, channel, elsewhere.service, elsewhere.at)

    def heard_of(self, tenant: str, channel: str, users: Iterable[str]) -> None:
        """Remember where these can be looked up."""
        _recall(self._heard, (((tenant, user), channel) for user in users if user.startswith("29:")))

    def heard_in(self, tenant: str, user: str) -> str:
        """The channel in which somebody spoke or was named last, or an empty text."""
        return self._heard.get((tenant, user), "")

    async def opened(self, reference: ConversationReference, conversation: str) -> ConversationReference:
        """Remember the chat that was opened with somebody. Raises Unavailable."""
        chat = replace(reference, conversation=conversation)
        await self._write([chat])
        self._remember(chat)
        return chat

    async def channels(self, tenant: str, team: str) -> tuple[str, ...]:
        """The channels of a team that we have heard from. Raises Unavailable."""
        query = Query({"tenant": tenant, "team": team}, order=("channel",), limit=MOST)
        found = await self._database.read(lambda store: store.find(ConversationReference, query), None) if team else []
        return tuple(each.channel for each in found)

    async def by_directory(self, tenant: str, person: str) -> Account | None:
        """Whoever has this id in the directory, where they have done something here. Raises Unavailable."""
        where = {"tenant": tenant, "person": person}
        found = await self._database.read(lambda store: _newest(store, where), None) if person else None
        return Account(places.PLATFORM, tenant, found.channel) if found else None

    async def thread_of(self, place: Place) -> str | None:
        """In a place without threads, the talk that a message of ours belongs to; None where it is none of ours."""
        where = {"tenant": place.tenant, "channel": place.channel, "ref": place.thread or ""}
        found = await self._database.read(lambda store: store.find(Post, Query(where, limit=1)), place.tenant)
        return (found[0].thread or found[0].ref) if found else None

    # --- inside

    def _told(self, told: Activity, *, here: bool) -> Iterator[ConversationReference]:
        tenant, at = places.tenant(told.tenant_id), self._clock.now()
        personal, person = told.kind == "personal", told.sender
        if here and not personal:
            chosen = told.channel_data.settings.selected_channel.id if told.kind == "channel" else ""
            team = told.channel_data.team.id if told.kind == "channel" else ""
            for channel in dict.fromkeys(each for each in (told.channel, chosen) if each):
                name = places.name_of(told, channel)
                yield ConversationReference(
                    _id(tenant, channel), tenant, channel, channel, told.service_url, at, team, name=name
                )
        if person.id and not person.id.startswith("28:"):
            chat = told.chat if here else ""  # a message may be logged from a chat that is not ours
            yield ConversationReference(
                _id(tenant, person.id), tenant, person.id, chat, told.service_url, at,
                person=person.aad_object_id, name=clean(person.name), zone=clean(told.zone),
            )  # fmt: skip

    def _hear_of(self, told: Activity) -> None:
        if told.kind == "personal":
            return
        tenant = places.tenant(told.tenant_id)
        named = (each.mentioned.id for each in told.entities if each.type == "mention")
        self.heard_of(tenant, told.channel, (told.sender.id, *named))

    async def _is_known_place(self, told: Activity) -> bool:
        """Whether we were in this conversation before, or are in the team whose channel it is."""
        tenant = places.tenant(told.tenant_id)
        if told.kind == "channel" and await self.channels(tenant, told.channel_data.team.id):
            return not places.is_shared(told)
        id = _id(tenant, told.channel)
        return told.kind != "personal" and (id in self._known or await self._read(id) is not None)

    def _is_known(self, told: ConversationReference) -> bool:
        known = self._known.get(told.id)
        return known is not None and _merged(known, told) == known

    async def _write(self, references: list[ConversationReference]) -> None:
        try:
            await self._database.write(lambda store: _keep(store, references), None)
        except Conflict as error:  # another replica was faster, and may have learned something else
            raise Unavailable("others are faster") from error

    async def _read(self, id: str) -> ConversationReference | None:
        return await self._database.read(lambda store: store.get(ConversationReference, id), None)

    def _remember(self, reference: ConversationReference) -> None:
        _recall(self._known, [(reference.id, reference)])


def _recall(known: "OrderedDict[K, V]", told: Iterable[tuple[K, V]]) -> None:
    """Put these last, and forget the first where there are too many."""
    for key, value in told:
        known[key] = value
        known.move_to_end(key)
    while len(known) > KNOWN:
        known.popitem(last=False)


def _keep(store: Store, references: Iterable[ConversationReference]) -> None:
    for told in references:
        known = store.get(ConversationReference, told.id)
        if known is None:
            store.add_new(told)
        elif (merged := _merged(known, told)) != known:
            store.put(merged)


def _merged(known: ConversationReference, told: ConversationReference) -> ConversationReference:
    """What is known, with what was told since; what was not told stays."""
    return replace(
        known,
        conversation=told.conversation or known.conversation,
        service=told.service or known.service,
        team=told.team or known.team,
        person=told.person or known.person,
        name=told.name or known.name,
        zone=told.zone or known.zone,
    )


def _id(tenant: str, channel: str) -> str:
    return f"{tenant}|{channel}"


def _newest(store: Store, where: dict[str, str]) -> ConversationReference | None:
    return next(iter(store.find(ConversationReference, Query(where, order=("-at",), limit=1))), None)
