"""What adapters ask of the core: to keep an event, or to answer it."""

from typing import Protocol

from bot.events import Event
from bot.ports import Answer


class Inbound(Protocol):
    """What the core does with an event."""

    async def keep(self, event: Event) -> bool:
        """Keep it durably and handle it soon; False where it was kept before or is not for us. Raises Unavailable."""
        ...

    async def ask(self, event: Event) -> Answer | None:
        """Keep and handle it now, and return what its actor is shown. Raises Unavailable."""
        ...
