"""How we introduce ourselves to a platform at the start: at once, or again and again until it answers."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.directory import go_on
from bot.ledger import Tenant
from bot.ports import Conflict, Database, Query, SendError, Store, TenantGone, Unavailable
from bot.settings import WrongSettings

log = logging.getLogger("bmm.introduction")

AGAIN = 5.0  # seconds between tries


class Introduction:
    """`prove` shows a platform who we are, and raises SendError; `unknown` says what is wrong where it refuses us.

    Once it takes us, whatever was paused while it did not is tried again.
    """

    def __init__(self, database: Database, platform: str, prove: Callable[[], Awaitable[object]], unknown: str) -> None:
        self._database = database
        self._platform = platform
        self._prove = prove
        self._unknown = unknown
        self._again: asyncio.Task[None] | None = None
        self.done = False

    async def start(self) -> None:
        """Try now and, where the platform is away, go on trying. Raises WrongSettings where it does not take us."""
        try:
            await self._tried()
        except TenantGone as error:
            raise WrongSettings(f"{self._unknown}: {error}") from None
        except SendError:
            log.warning("a platform cannot be reached; bmm goes on trying", extra={"platform": self._platform})
            self._again = asyncio.create_task(self._until_done())

    async def stop(self) -> None:
        """Try no more."""
        if self._again is not None:
            self._again.cancel()
            await asyncio.gather(self._again, return_exceptions=True)

    async def _until_done(self) -> None:
        while not self.done:
            await asyncio.sleep(AGAIN)
            try:
                await self._tried()
            except TenantGone as error:
                log.error("a platform does not take us", extra={"platform": self._platform, "error": str(error)})
            except SendError:
                continue

    async def _tried(self) -> None:
        await self._prove()
        self.done = True

        def write(store: Store) -> None:
            paused = store.find(Tenant, Query({"platform": self._platform}, after={"paused": ""}, limit=10_000))
            go_on(store, [each.id for each in paused])

        with contextlib.suppress(Unavailable, Conflict):
            await self._database.write(write, None)
