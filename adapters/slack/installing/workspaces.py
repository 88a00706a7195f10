"""The workspaces and organisations that have installed us, as the database keeps them."""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.slack.installing import credentials
from adapters.slack.installing.credentials import Kept
from adapters.slack.installing.grants import Grant, Grants
from adapters.slack.installing.installations import Installation
from adapters.slack.installing.renewal import AHEAD, Renewal
from adapters.slack.reading.parse import tenant
from adapters.slack.web import Web
from bot.ports import (
    Clock,
    Conflict,
    Database,
    Ids,
    Seal,
    SendError,
    Store,
    TenantGone,
    Throttled,
    Unavailable,
    Unsealable,
)  # fmt: skip

log = logging.getLogger("bmm.slack")

T = TypeVar("T")
Load = Callable[[str], Awaitable[Kept | None]]

LIFE = timedelta(seconds=60)  # for which what was read is believed: another replica may have renewed or forgotten it
SKEW = timedelta(seconds=5)  # between Slack's clock and ours
_TRIES = 10
_WAIT = 5.0  # seconds until a workspace whose installation cannot be read now is tried again


@dataclass(frozen=True)
class _Known:
    kept: Kept
    since: datetime


class ManyWorkspaces:
    """Knows every workspace that we are installed in; keeps what each has granted, sealed, and renews it."""

    def __init__(self, database: Database, seal: Seal, grants: Grants, web: Web, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._seal = seal
        self._web = web
        self._clock = clock
        self._known: dict[str, _Known] = {}  # by tenant
        self.renewal = Renewal(database, seal, grants, clock, ids, self._known.clear)

    def ready(self) -> bool:
        """Always: what it knows is in the database."""
        return True

    async def of(self, tenant_: str) -> Installation:
        """See `Installations.of`. A token that has run out is renewed first, one that soon will meanwhile."""
        try:
            kept = await self._kept(tenant_, self._loaded)
        except (Unavailable, Unsealable) as error:
            raise Throttled(_WAIT) from error
        if kept is None:
            raise TenantGone("bmm is not installed there")
        now = self._clock.now()
        if kept.until is not None and kept.until <= now:
            return await self._renewed(tenant_, kept.owner)
        if kept.until is not None and kept.until - AHEAD <= now:
            self.renewal.soon(kept.owner)
        return kept.installation

    async def hearing(self, team: str, enterprise: str) -> Installation | None:
        """See `Installations.hearing`. An organisation itself is no place to act in. Raises Unavailable."""
        if not team or team.startswith("E"):
            return None

        async def heard(tenant_: str) -> Kept | None:
            now = self._clock.now()
            kept, changes = await self._database.read(
                lambda store: credentials.heard(store, self._seal, tenant_, enterprise), None
            )
            if kept is not None and changes:
                owner = kept.owner
                await self._write(lambda store: credentials.join(store, tenant_, owner, now))
            return kept

        try:
            kept = await self._kept(tenant(team), heard)
        except Unsealable as error:
            raise Unavailable("an installation cannot be opened") from error
        return kept.installation if kept is not None else None

    async def again(self, tenant_: str, refused: str) -> Installation | None:
        """See `Installations.again`."""
        self._known.pop(tenant_, None)
        fresh = await self.of(tenant_)
        return fresh if fresh.token != refused else None

    async def add(self, grant: Grant) -> None:
        """Keep what was granted just now; who was paused goes on. Raises Unavailable."""
        kept = credentials.kept_of(grant, self._clock.now())

        def write(store: Store) -> None:
            credentials.save(store, self._seal, kept)
            credentials.welcome(store, kept)

        await self._write(write)
        self._known.clear()
        log.info("bmm was installed", extra={"tenant": kept.owner})

    async def gone(self, team: str, enterprise: str, at: datetime) -> None:
        """See `Installations.gone`. Where an organisation's token still works, only this workspace has left."""
        left = tenant(team or enterprise)
        row = await self._database.read(lambda store: credentials.standing(store, left, enterprise), None)
        if row is None or row.at > at + SKEW:
            return
        if row.id != left and await self._works(row.id):
            await self._write(lambda store: credentials.leave(store, left, row.id))
        else:
            await self._write(lambda store: credentials.forget(store, row.id))
        self._known.clear()
        log.info("bmm was uninstalled", extra={"tenant": left, "owner": row.id})

    # --- what is known

    async def _kept(self, tenant_: str, load: Load) -> Kept | None:
        """What is known, at most `LIFE` old; older only while the database does not answer."""
        now = self._clock.now()
        known = self._known.get(tenant_)
        if known is not None and now - known.since < LIFE:
            return known.kept
        try:
            kept = await load(tenant_)
        except Unsealable as error:
            log.error("an installation cannot be opened", extra={"tenant": tenant_, "error": str(error)})
            raise
        except Unavailable:
            if known is None:
                raise
            return known.kept
        if kept is None:
            self._known.pop(tenant_, None)
        else:
            self._known[tenant_] = _Known(kept, now)
        return kept

    async def _loaded(self, tenant_: str) -> Kept | None:
        return await self._database.read(lambda store: credentials.load(store, self._seal, tenant_), None)

    async def _renewed(self, tenant_: str, owner: str) -> Installation:
        """After a token has run out. Raises TenantGone, Throttled."""
        granted = await self.renewal.renew(owner)
        self._known.pop(tenant_, None)
        try:
            kept = await self._kept(tenant_, self._loaded)
        except (Unavailable, Unsealable) as error:
            raise Throttled(_WAIT) from error
        if kept is None:
            raise TenantGone("bmm is not installed there")
        if kept.until is not None and kept.until <= self._clock.now():
            raise Throttled(_WAIT) if granted else TenantGone("its token has run out, and Slack does not renew it")
        return kept.installation

    async def _works(self, owner: str) -> bool:
        """Whether Slack still takes a token; taken for granted where that cannot be asked."""
        try:
            standing = await self.of(owner)
            await self._web.call(standing.token, "auth.test", "look", {}, standing.owner)
        except TenantGone:
            return False
        except SendError:
            return True
        return True

    async def _write(self, work: Callable[[Store], T]) -> T:
        for _ in range(_TRIES):
            with contextlib.suppress(Conflict):
                return await self._database.write(work, None)
        raise Unavailable("others are always faster")
