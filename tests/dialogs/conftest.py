"""A database with a world in it."""

from collections.abc import AsyncIterator

import pytest

import storage
from bot.ledger import Received, Taken
from bot.ports import Database
from tests.engine.house import House
from tests.engine.house import opened as opened_house


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh database, closed afterwards."""
    opened = storage.open_database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """All the dialogs with the platform in memory, on each kind of database in turn; nothing may fail in it."""
    async with opened_house(database_url) as house:
        yield house
        assert [each.event for each in await house.rows(Received, state=Taken.FAILED)] == []
