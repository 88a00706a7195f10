"""Who is in a conversation and what it is called, as the Bot Connector tells; asked once and remembered for a while."""

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from adapters.teams.connector import Connector, Data, path, team_path
from adapters.teams.conversations import Conversations
from adapters.teams.own_chats import OwnChats
from adapters.teams.reading import places
from bot.cleaning import clean
from bot.events import Account, Event, Place
from bot.ledger import ConversationReference
from bot.messages import Person
from bot.ports import Clock, Invalid, PlaceGone, PostGone, Profile, SendError, Title
from bot.references import people_in

T = TypeVar("T")

FRESH = timedelta(minutes=10)
KNOWN = 2_000  # rosters, and people, remembered
_PAGE, _PAGES = 200, 3
_PATIENCE = 1.2  # seconds for all that is asked about one person: an ask waits no longer
NAMED = 10  # people named in one event
_OPEN = ("standard", "shared")  # kinds of channels into which everybody of the team may look
_CALLED = 3  # people after whom a group's chat is called


@dataclass(frozen=True)
class Member:
    """Somebody in a roster. `person` is the directory's id; an `outsider` is a guest, or of another organisation."""

    user: str
    person: str
    name: str
    outsider: bool


class Rosters:
    """Asks for members, profiles and titles."""

    def __init__(self, connector: Connector, conversations: Conversations, own_chats: OwnChats, clock: Clock) -> None:
        self._connector = connector
        self._conversations = conversations
        self._own_chats = own_chats
        self._rosters = _Remembered[list[Member]](clock)
        self._members = _Remembered[Member | None](clock)

    def met(self, event: Event) -> None:
        """Remember where those whom an event names can be looked up."""
        named = people_in(" ".join((event.text, *event.values.values())))[:NAMED]
        self._conversations.heard_of(event.place.tenant, event.place.channel, named)

    def forget(self, tenant: str, channel: str) -> None:
        """Ask again who is in a conversation: somebody came or went."""
        for known in (self._rosters, self._members):
            known.forget(f"{tenant}|{channel}")

    async def people(self, place: Place) -> list[Person]:
        """Everybody in a place, by name, as forms offer them; nobody where Teams does not tell."""
        try:
            members = await self.members(place.tenant, place.channel)
        except SendError:
            return []
        return [
            Person("", each.name, user=each.user) for each in sorted(members, key=lambda each: each.name.casefold())
        ]

    async def members(self, tenant: str, channel: str) -> list[Member]:
        """The people in a conversation, the first few hundred of them. Raises SendError."""
        key = f"{tenant}|{channel}"
        if (known := self._rosters.get(key)) is not None:
            return known
        reference = await self._reached(tenant, channel)
        members: list[Member] = []
        query = {"pageSize": str(_PAGE)}
        for _ in range(_PAGES):
            page = await self._connector.get(reference.service, path(reference.conversation, "pagedmembers"), query)
            members += [_member(each, tenant) for each in page.get("members") or [] if isinstance(each, dict)]
            if not (more := page.get("continuationToken")):
                break
            query["continuationToken"] = str(more)
        return self._rosters.keep(key, [each for each in members if each.user and not each.user.startswith("28:")])

    async def member(self, tenant: str, channel: str, who: str, *, unheard: bool = False) -> Member | None:
        """Somebody in a conversation by either id; None where they are not in it. Raises SendError.

        In an `unheard` one, we may be without ever having heard anybody there.
        """
        key = f"{tenant}|{channel}|{who}"
        if (known := self._members.get(key)) is not None:
            return known
        asked = self._conversations.supposed if unheard else self._reached
        reference = await asked(tenant, channel)
        try:
            told = await self._connector.get(reference.service, path(reference.conversation, "members", who))
        except (PlaceGone, PostGone, Invalid):
            return None
        found = _member(told, tenant)
        return self._members.keep(key, found) if found.user else None

    async def profile(self, account: Account) -> Profile:
        """Name, zone, and whether somebody is from outside, which a roster tells. Raises SendError.

        They are looked up where they were met or named last, else in their own chat, which is opened for whoever has
        come to us themselves. Where no roster tells of them, they are called as Teams called them when they spoke, and
        it is not sure whose they are.
        """
        reference = await self._conversations.of(account.tenant, account.user)
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._found(account, reference)
        except (SendError, TimeoutError):
            found = None
        if found is not None:
            return Profile(found.name or reference.name, reference.zone, outsider=found.outsider)
        if not reference.name:
            raise PlaceGone("in no roster that we know")
        return Profile(reference.name, reference.zone, outsider=True, unsure=True)

    async def title(self, place: Place) -> Title:
        """What a channel or a group's chat is called, and who may look into it. Raises SendError."""
        reference = await self._reached(place.tenant, place.channel)
        if place.kind == "group":
            return Title(place.name or await self._named_by(place), private=True)
        if not reference.team:
            raise PlaceGone("a channel of no team that we know")
        try:
            told = await self._connector.get(reference.service, team_path(reference.team, "conversations"))
        except SendError:
            if not reference.name:
                raise
            return Title(reference.name, private=True)  # until Teams tells who may look into it
        channels = [each for each in told.get("conversations") or [] if isinstance(each, dict)]
        found = next((each for each in channels if each.get("id") == place.channel), {})
        kind = _text(found, "type").casefold()
        is_open = kind in _OPEN or place.channel == reference.team  # of whose kind nothing is told counts as private
        return Title(_text(found, "name") or await self._team(reference, place), private=not is_open)

    # --- inside

    async def _found(self, account: Account, reference: ConversationReference) -> Member | None:
        """Somebody in a roster; None where Teams says that they are in none, or that we are not there."""
        heard = self._conversations.heard_in(account.tenant, account.user)
        with contextlib.suppress(PlaceGone):
            if heard and (found := await self.member(account.tenant, heard, account.user)) is not None:
                return found
        if not (reference.conversation or reference.name):
            return None
        try:
            await self._own_chats.of(reference)
            return await self.member(account.tenant, account.user, account.user)
        except (PlaceGone, Invalid):
            return None

    async def _named_by(self, place: Place) -> str:
        """A chat that nobody has named is called after who is in it."""
        members = await self.members(place.tenant, place.channel)
        names = [each.name.partition(" ")[0] for each in sorted(members, key=lambda each: each.name.casefold())]
        return ", ".join(names[:_CALLED]) + (" …" if len(names) > _CALLED else "")

    async def _team(self, reference: ConversationReference, place: Place) -> str:
        """The channel that a team has by itself has no name but the team's."""
        if reference.name or place.channel != reference.team:
            return reference.name
        return _text(await self._connector.get(reference.service, team_path(reference.team)), "name")

    async def _reached(self, tenant: str, channel: str) -> ConversationReference:
        reference = await self._conversations.of(tenant, channel)
        if not reference.conversation:
            raise PlaceGone("no chat with them yet")
        return reference


class _Remembered(Generic[T]):
    """What was told in the last few minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, T]] = OrderedDict()

    def get(self, key: str) -> T | None:
        until, value = self._kept.get(key, (self._clock.now(), None))
        return value if until > self._clock.now() else None

    def forget(self, start: str) -> None:
        """What begins so is not remembered any more."""
        for key in [each for each in self._kept if each.startswith(start)]:
            del self._kept[key]

    def keep(self, key: str, value: T) -> T:
        self._kept[key] = (self._clock.now() + FRESH, value)
        self._kept.move_to_end(key)
        if len(self._kept) > KNOWN:
            self._kept.popitem(last=False)
        return value


def _member(told: Data, tenant: str) -> Member:
    home, role = _text(told, "tenantId").casefold(), _text(told, "userRole").casefold()
    other = bool(home) and places.tenant(home) != tenant
    person = _text(told, "aadObjectId") or _text(told, "objectId")
    return Member(_text(told, "id"), person, _text(told, "name"), other or role in ("guest", "anonymous"))


def _text(told: Data, name: str) -> str:
    found: Any = told.get(name)
    return clean(found).strip() if isinstance(found, str) else ""
