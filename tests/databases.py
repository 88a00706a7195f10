"""Fresh databases for tests: every test that asks for `database_url` runs once on SQLite and once on PostgreSQL.

Each session (each worker of pytest-xdist) migrates one database of each kind once; a test gets a copy without rows.
A server for each worker is as fast as a shared one, which needs a lock and somebody to end it.
"""

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.needs import needs
from tests.pgtest import Postgres

MIGRATED = "migrated"
names = (f"test_{number}" for number in itertools.count(1))


def migrate(url: str) -> None:
    """Bring an empty database to the newest version."""
    import storage  # a broken storage should fail the tests that need one, not the whole run

    storage.upgrade(url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server without databases of its own."""
    with Postgres(needs("postgresql")) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Postgres:
    """The server, with a migrated database to copy from."""
    postgres.create(MIGRATED)
    migrate(postgres.url(MIGRATED))
    return postgres


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / f"{MIGRATED}.db"
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    return f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'bmm.db')}"


@pytest.fixture
def postgres_url(migrated_postgres: Postgres) -> Iterator[str]:
    """A fresh migrated PostgreSQL database, dropped after the test together with connections left open."""
    name = next(names)
    migrated_postgres.create(name, template=MIGRATED)
    yield migrated_postgres.url(name)
    migrated_postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, on each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
