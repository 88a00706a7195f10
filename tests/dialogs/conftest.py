"""A database with a world in it."""

from collections.abc import AsyncIterator

import pytest

import storage
from bot.ports import Database


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh database, closed afterwards."""
    opened = storage.open_database(sqlite_url)
    yield opened
    await opened.close()
