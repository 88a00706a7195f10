"""Who looks at a tab: a person whom Entra names in the token that Teams gave the page, and where they look."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.teams.reading import places
from adapters.teams.tabs.refusals import ELSEWHERE, NOT_THERE, STRANGER, UNCHECKED, UNPROVEN, Declined
from adapters.teams.trust.keys import KeysAway
from adapters.teams.trust.tokens import Claims, Refused, bearer_of
from bot.events import Account, Place
from bot.messages import Person
from bot.ports import PlaceGone

log = logging.getLogger("bmm.teams.tabs")

SCOPE = "access_as_user"  # what Teams asks Entra for on a tab's behalf; a token of an app, not a person, lacks it
_CHATS = ("@thread.v2", "@unq.gbl.spaces")  # how the ids of chats end, which have no threads

Verify = Callable[[str], Awaitable[Claims]]


class People(Protocol):
    """Whom Teams knows, by the object id that Entra gives them."""

    async def by_entra(self, tenant: str, person: str) -> Account | None:
        """The account of somebody who has met the bot, or None. Raises Unavailable."""
        ...

    async def in_channel(self, tenant: str, channel: str, person: str) -> Account | None:
        """The account of somebody who is in a channel or group chat now, or None. Raises SendError, Unavailable."""
        ...

    async def of(self, place: Place) -> Sequence[Person]:
        """Whom a form that is opened there offers, each with the `user` of their account. Raises SendError."""
        ...


@dataclass(frozen=True)
class Looker:
    """Somebody who looks at a place."""

    account: Account
    place: Place


class Session:
    """Tells who asks. `tenant` is the Entra tenant's id, whose people alone are served."""

    def __init__(self, people: People, verify: Verify, tenant: str) -> None:
        self._people = people
        self._verify = verify
        self._id = tenant.casefold()
        self._tenant = places.tenant(tenant)

    async def who(self, request: web.Request) -> str:
        """The object id of who asks. Raises Declined."""
        try:
            claims = await self._verify(bearer_of(request.headers.getall("Authorization", [])))
        except Refused as refused:
            log.info("a tab's token was refused", extra={"reason": refused.reason})
            raise Declined(UNPROVEN) from refused
        except KeysAway as away:
            raise Declined(UNCHECKED) from away
        if claims.text("tid").casefold() != self._id:
            raise Declined(ELSEWHERE)
        oid = claims.text("oid")
        if not oid or SCOPE not in claims.text("scp").split():
            raise Declined(UNPROVEN)
        return oid

    async def home(self, oid: str) -> Looker:
        """Somebody at their own page. Raises Declined."""
        account = await self._people.by_entra(self._tenant, oid)
        if account is None:
            raise Declined(STRANGER)
        return Looker(account, Place(account.platform, account.tenant, account.user, kind="home"))

    async def board(self, oid: str, channel: str) -> Looker:
        """Somebody in a channel that they are in. Raises Declined, SendError."""
        try:
            account = await self._people.in_channel(self._tenant, channel, oid)
        except PlaceGone:
            account = None
        if account is None:
            raise Declined(NOT_THERE)
        return Looker(account, _place(account, channel))


def _place(account: Account, channel: str) -> Place:
    """A group's chat has no threads, and is nobody else's; whether a channel is private is asked when it matters."""
    if channel.endswith(_CHATS):
        return Place(account.platform, account.tenant, channel, kind="group", private=True, flat=True)
    return Place(account.platform, account.tenant, channel)
