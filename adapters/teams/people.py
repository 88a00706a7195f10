"""Who is meant: the directory's ids become those that Teams knows people by, and forms get people to choose from."""

from dataclasses import replace

from adapters.teams.conversations import Conversations
from adapters.teams.reading import places
from adapters.teams.reading.activity import Activity
from adapters.teams.rosters import Rosters
from bot.effects import Refusal
from bot.events import Account, Event, Place
from bot.messages import Person
from bot.people import Human, Identity
from bot.ports import Database, PlaceGone, Query, SendError, Store, Unavailable
from bot.words import say

MOST = 150  # people whom a form offers


class People:
    """Finds people by either of their ids, in rosters and among those that were heard."""

    def __init__(self, database: Database, conversations: Conversations, rosters: Rosters) -> None:
        self._database = database
        self._conversations = conversations
        self._rosters = rosters

    def account(self, told: Activity) -> Account:
        """Whoever did something."""
        return places.account(told)

    def met(self, event: Event) -> None:
        """See `Rosters.met`."""
        self._rosters.met(event)

    async def named(self, event: Event) -> Event:
        """The event with the author of the message that it is about by the id that Teams knows them by.

        Whoever cannot be found has nobody as their author, and then it is whoever logs it.
        """
        quoted = event.quoted
        if quoted is None or not quoted.author:
            return event
        found = await self._found(event.place, quoted.author)
        return replace(event, quoted=replace(quoted, author=found.user if found else ""))

    async def placed(self, event: Event) -> Event:
        """The event, whose place is afar where we were never in it. Raises Unavailable."""
        place = event.place
        if place.kind not in ("channel", "group"):
            return event
        try:
            await self._conversations.of(place.tenant, place.channel)
        except PlaceGone:
            return replace(event, place=replace(place, afar=True))
        return event

    async def by_entra(self, tenant: str, person: str) -> Account | None:
        """Whoever has this id in the directory, where they have done something here. Raises Unavailable."""
        return await self._conversations.by_directory(tenant, person)

    async def in_channel(self, tenant: str, channel: str, person: str) -> Account | None:
        """Whoever has this id in the directory, where they are in this channel.

        Raises Refusal for a guest or somebody of another organisation, SendError, Unavailable.
        """
        member = await self._rosters.member(tenant, channel, person, unheard=True)
        if member is not None and member.outsider:
            raise Refusal(say("machine.outsider"))
        return Account(places.PLATFORM, tenant, member.user) if member else None

    async def of(self, place: Place) -> list[Person]:
        """The people whom a form offers: those who are in the place, then others that are known here."""
        there = await self._rosters.people(place) if place.kind in ("channel", "group") else []
        met = {each.user for each in there}
        others = await self._database.read(lambda store: _known(store, place.tenant), place.tenant)
        return [*there, *(each for each in others if each.user not in met)][:MOST]

    async def _found(self, place: Place, person: str) -> Account | None:
        try:
            known = await self._conversations.by_directory(place.tenant, person)
            member = None if known else await self._rosters.member(place.tenant, place.channel, person)
            return Account(places.PLATFORM, place.tenant, member.user) if member else known
        except (SendError, Unavailable):
            return None


def _known(store: Store, tenant: str) -> list[Person]:
    people = store.find(Human, Query({"tenant": tenant}, order=("name", "id"), limit=MOST))
    names = {each.id: each.name for each in people}
    start = f"{places.PLATFORM}|{tenant}|"
    found = store.find(Identity, Query({"person": tuple(names)}, limit=MOST)) if names else []
    shown = [Person(each.person, names[each.person], user=each.id.removeprefix(start)) for each in found]
    return sorted((each for each in shown if each.user.startswith("29:")), key=lambda each: each.name.casefold())
