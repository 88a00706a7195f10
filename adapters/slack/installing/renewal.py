"""Token rotation: what runs out is renewed ahead of time, by one replica, while the old token serves on.

A refresh token is good for one use, so who spends one holds a lease, and gives it back when the new token is kept. A
failed try leaves the lease to run out, and that is the pause before the next one.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.slack.installing import credentials
from adapters.slack.installing.credentials import Kept
from adapters.slack.installing.grants import Grant, Grants, NotGranted
from bot.leases import take_lease
from bot.ledger import Lease
from bot.ports import Clock, Conflict, Database, Ids, Seal, Store, Throttled, Unavailable, Unsealable

log = logging.getLogger("bmm.slack")

AHEAD = timedelta(hours=2)  # of the twelve hours that Slack gives
LOOK = 300.0  # seconds between looks at what runs out
_SPAN = timedelta(seconds=60)
_AGAIN = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # seconds between tries to keep what Slack gives only once


class Renewal:
    """Renews tokens; `renewed` is called after each, so that what was read before is read again."""

    def __init__(
        self, database: Database, seal: Seal, grants: Grants, clock: Clock, ids: Ids, renewed: Callable[[], None]
    ) -> None:
        self._database = database
        self._seal = seal
        self._grants = grants
        self._clock = clock
        self._ids = ids
        self._renewed = renewed
        self._under_way: dict[str, asyncio.Task[bool]] = {}  # by owner
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look at what runs out until stopped."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look no more; what is being renewed is kept first."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def look(self) -> None:
        """Renew everything that runs out soon. Raises Unavailable."""
        before = self._clock.now() + AHEAD
        for owner in await self._database.read(lambda store: credentials.due(store, before), None):
            await self.renew(owner)

    def soon(self, owner: str) -> asyncio.Task[bool]:
        """Renew a token, once however often it is asked for; False where Slack will not have it."""
        task = self._under_way.get(owner)
        if task is None:
            task = self._under_way[owner] = asyncio.create_task(self._renew(owner))
            task.add_done_callback(lambda _: self._under_way.pop(owner, None))
        return task

    async def renew(self, owner: str) -> bool:
        """The same, and wait for the end of it."""
        return await asyncio.shield(self.soon(owner))

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("renewing tokens waits", extra={"error": repr(error)})
            except Exception:
                log.exception("renewing tokens stumbled and is tried again")
            await self._clock.sleep(LOOK)

    async def _renew(self, owner: str) -> bool:
        """One try, never fatal: until the old token runs out it serves, and afterwards this is tried again."""
        holder, now = self._ids(), self._clock.now()
        try:
            kept = await self._database.write(lambda store: self._claimed(store, owner, holder, now), None)
            if kept is not None:
                await self._keep(kept, await self._grants.renew(kept.refresh), holder)
        except NotGranted as error:
            log.error(
                "Slack does not renew a token; when it runs out bmm has to be installed there again",
                extra={"tenant": owner, "error": error.code},
            )
            return False
        except (Throttled, Unavailable, Conflict, Unsealable) as error:
            log.warning(
                "a token was not renewed and will be tried again", extra={"tenant": owner, "error": repr(error)}
            )
        return True

    def _claimed(self, store: Store, owner: str, holder: str, now: datetime) -> Kept | None:
        """What is to be renewed, where nobody else is at it or was just before."""
        if not take_lease(store, _lease(owner), holder, now, _SPAN):
            return None
        kept = credentials.load(store, self._seal, owner)
        if kept is not None and kept.refresh and kept.until is not None and kept.until - AHEAD <= now:
            return kept
        store.remove(Lease, {"id": _lease(owner), "holder": holder})
        return None

    async def _keep(self, kept: Kept, grant: Grant, holder: str) -> None:
        """Keep the new token, and try hard: Slack does not give it twice. Raises Unavailable."""
        fresh = replace(
            credentials.kept_of(grant, self._clock.now()),
            at=kept.at,
            installation=replace(kept.installation, token=grant.installation.token),
        )

        def write(store: Store) -> bool:
            stands = credentials.load(store, self._seal, kept.owner)
            if stands is None or stands.refresh != kept.refresh:
                return False  # uninstalled meanwhile, or installed anew
            credentials.save(store, self._seal, fresh)
            store.remove(Lease, {"id": _lease(kept.owner), "holder": holder})
            return True

        for pause in _AGAIN:
            with contextlib.suppress(Unavailable, Conflict):
                if await self._database.write(write, None):
                    self._renewed()
                return
            await self._clock.sleep(pause)
        raise Unavailable("the new token could not be kept")


def _lease(owner: str) -> str:
    return f"renew|{owner}"
