"""A house with the tiny dialog in it, for the rules of the machine."""

from collections.abc import AsyncIterator

import pytest

from tests.engine.house import House, opened
from tests.engine.tiny import Tiny


@pytest.fixture
def tiny() -> Tiny:
    """The dialog, to be broken at will."""
    return Tiny()


@pytest.fixture
async def house(database_url: str, tiny: Tiny) -> AsyncIterator[House]:
    """On each kind of database in turn."""
    async with opened(database_url, tiny.routes()) as house:
        yield house


@pytest.fixture
async def postgres_house(postgres_url: str, tiny: Tiny) -> AsyncIterator[House]:
    """On PostgreSQL, where turns truly run at once."""
    async with opened(postgres_url, tiny.routes()) as house:
        yield house
