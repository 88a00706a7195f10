"""Who somebody is and what a channel is called, as the platforms tell; asked once and remembered."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.events import Account, Event, Place
from bot.ports import PlaceGone, Platform, Profile, SendError, Title
from bot.references import people_in

K = TypeVar("K")
T = TypeVar("T")

KNOWN = 10_000  # profiles and titles remembered, each
NAMED = 10  # people named in one event who are looked up
PATIENCE = 1.5  # seconds for a platform to answer: an ask waits no longer for a name


class Acquaintance:
    """Remembers the people and channels of all platforms. What a platform does not tell in time is asked again."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._platforms = platforms
        self._profiles: OrderedDict[Account, Profile] = OrderedDict()
        self._titles: OrderedDict[tuple[str, str], Title] = OrderedDict()

    async def named(self, event: Event) -> Event:
        """The event with what is told of its channel: its name, who may look into it, and whether we are in it.

        A channel of which nothing is told and which has no name to show counts as private.
        """
        place = event.place
        if place.kind not in ("channel", "group") or event.actor is None or (place.name and event.how != "command"):
            return event
        title = self._titles.get((place.tenant, place.channel)) or await self._title(place)
        if title is None:
            return replace(event, place=replace(place, private=place.private or not place.name))
        named = place.name or title.name
        return replace(
            event, place=replace(place, name=named, private=place.private or title.private, afar=not title.there)
        )

    async def people(self, event: Event) -> dict[Account, Profile]:
        """Who the event is from and whom it names."""
        if event.actor is None:
            return {}
        quoted = event.quoted
        said = " ".join((event.text, quoted.text if quoted else "", *event.values.values()))
        users = [quoted.author] if quoted and quoted.author else []
        named = [replace(event.actor, user=user) for user in [*users, *people_in(said)[:NAMED]]]
        return {account: await self._profile(account) for account in dict.fromkeys((event.actor, *named))}

    async def quoting(self, event: Event) -> Event:
        """The event with the message that it is about, where it does not bring it and the platform lets it be read."""
        platform = self._platforms.get(event.place.platform)
        if event.how != "reaction" or event.quoted is not None or platform is None:
            return event
        return replace(event, quoted=await _in_time(platform.quote(event)))

    async def _profile(self, account: Account) -> Profile:
        known = self._profiles.get(account)
        platform = self._platforms.get(account.platform)
        if known is not None or platform is None:
            return known or Profile("")
        told = await _in_time(platform.profile(account))
        if told is not None and told.name and not told.unsure:
            _remember(self._profiles, account, told)
        return told or Profile("")

    async def _title(self, place: Place) -> Title | None:
        platform = self._platforms.get(place.platform)
        if platform is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                told = await platform.title(place)
        except PlaceGone:
            return Title("", private=True, there=False)
        except (SendError, TimeoutError):
            return None
        if told.name and told.there:
            _remember(self._titles, (place.tenant, place.channel), told)
        return told


async def _in_time(asking: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asking
    except (SendError, TimeoutError):
        return None


def _remember(known: OrderedDict[K, T], key: K, value: T) -> None:
    known[key] = value
    if len(known) > KNOWN:
        known.popitem(last=False)
