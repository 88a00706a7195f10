"""Migrations under a lock, and the sentinel: a database that is not ours, or not whole, is refused and left alone."""

import asyncio
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from bot.ledger import Tenant
from bot.ports import Unavailable
from storage import NotOurs, TooNew, open_database, upgrade
from storage.database import postgres_engine, sqlite_engine, sqlite_path
from storage.migrate import head
from tests.pgtest import Postgres
from tests.samples import sample

UPGRADE = "import sys, storage; storage.upgrade(sys.argv[1])"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where no database is yet, on each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"empty_{time.monotonic_ns()}"
    server.create(name)
    yield server.url(name)
    server.drop(name)


def on(url: str, statement: str) -> object:
    """One value from a database."""

    async def ask() -> object:
        engine = postgres_engine(url)
        try:
            async with engine.begin() as connection:
                result = await connection.execute(text(statement))
                return result.scalar() if result.returns_rows else None
        finally:
            await engine.dispose()

    if not url.startswith("sqlite"):
        return asyncio.run(ask())
    with closing(sqlite3.connect(sqlite_path(url))) as connection, connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- tables and versions


async def test_the_migrations_make_the_tables_that_the_program_knows(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_schemas": False}
        )
        return list(compare_metadata(context, SQLModel.metadata))

    if database_url.startswith("sqlite"):
        engine = sqlite_engine(sqlite_path(database_url))
        with engine.connect() as connection:
            assert differences(connection) == []
        engine.dispose()
    else:
        large = postgres_engine(database_url)
        async with large.connect() as connected:
            assert await connected.run_sync(differences) == []
        await large.dispose()


def test_an_empty_place_gets_tables_and_a_sentinel_and_keeps_them(empty_url: str) -> None:
    upgrade(empty_url)
    sentinel = on(empty_url, "SELECT id FROM install")
    assert sentinel
    assert on(empty_url, "SELECT version_num FROM alembic_version") == head()
    upgrade(empty_url)
    assert on(empty_url, "SELECT id FROM install") == sentinel


def test_upgrading_works_inside_a_running_loop(empty_url: str) -> None:
    async def inside() -> None:
        upgrade(empty_url)

    asyncio.run(inside())
    assert on(empty_url, "SELECT count(*) FROM install") == 1


def test_three_that_migrate_at_once_make_one_database(empty_url: str) -> None:
    running = [subprocess.Popen([sys.executable, "-c", UPGRADE, empty_url]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert on(empty_url, "SELECT count(*) FROM install") == 1


def test_a_kill_in_the_midst_of_the_first_start_leaves_nothing_that_a_second_would_refuse(tmp_path: Path) -> None:
    url, delays = f"sqlite:///{tmp_path / 'new.db'}", random.Random(7)
    for _ in range(6):
        process = subprocess.Popen([sys.executable, "-c", UPGRADE, url])
        time.sleep(delays.uniform(0.3, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    upgrade(url)
    assert on(url, "SELECT count(*) FROM install") == 1


@pytest.mark.parametrize("newer", ["oldest_reader", "revision"])
def test_a_newer_database_is_refused_and_left_alone(database_url: str, newer: str) -> None:
    if newer == "revision":
        on(database_url, "UPDATE alembic_version SET version_num = '9999'")
    else:
        on(database_url, "UPDATE install SET oldest_reader = 99")
    with pytest.raises(TooNew, match=r"9999|99"):
        upgrade(database_url)
    assert on(database_url, "SELECT count(*) FROM install") == 1
    stands = on(database_url, "SELECT version_num FROM alembic_version")
    assert stands == ("9999" if newer == "revision" else head())


# --- what is not ours


def test_a_database_with_other_tables_is_refused_and_left_alone(empty_url: str) -> None:
    on(empty_url, "CREATE TABLE letters (letter varchar)")
    with pytest.raises(NotOurs):
        upgrade(empty_url)
    with pytest.raises(Exception, match="install"):
        on(empty_url, "SELECT count(*) FROM install")


def test_a_database_without_its_sentinel_is_refused(database_url: str) -> None:
    on(database_url, "DELETE FROM install")
    with pytest.raises(NotOurs, match="sentinel"):
        upgrade(database_url)
    assert on(database_url, "SELECT count(*) FROM install") == 0


@pytest.mark.parametrize("content", [b"", b"\x00" * 4096, b"a letter to a friend", os.urandom(9000)])
def test_a_file_that_is_empty_or_something_else_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bmm.db"
    path.write_bytes(content)
    with pytest.raises(NotOurs, match=r"bmm\.db"):
        upgrade(f"sqlite:///{path}")
    assert (path.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (content, ["bmm.db"])


async def _filled(url: str) -> Path:
    database = open_database(url)
    await database.keep([sample(Tenant, id=f"t{number}") for number in range(3000)])
    await database.close()
    path = Path(sqlite_path(url))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


async def test_a_truncated_file_is_refused_and_not_touched(sqlite_url: str) -> None:
    path = await _filled(sqlite_url)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    before = digest(path)
    with pytest.raises(NotOurs):
        upgrade(sqlite_url)
    assert digest(path) == before


async def test_a_file_that_something_wrote_over_is_refused_with_words_and_a_backup_restores_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    path, chance = await _filled(sqlite_url), random.Random(11)
    backup = shutil.copyfile(path, tmp_path / "backup")
    for _ in range(20):
        data = bytearray(backup.read_bytes())
        at = chance.randrange(0, len(data) - 4096)
        data[at : at + 4096] = chance.randbytes(4096)
        path.write_bytes(data)
        before = digest(path)
        with pytest.raises(NotOurs, match=r"bmm\.db"):
            upgrade(sqlite_url)
        assert digest(path) == before
    shutil.copyfile(backup, path)
    upgrade(sqlite_url)


async def test_a_file_that_is_missing_is_not_made_by_opening_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(Unavailable):
        await database.read(lambda store: store.get(Tenant, "t1"), None)
    await database.close()
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_something_else_is_refused() -> None:
    for open_ in (open_database, upgrade):
        with pytest.raises(ValueError, match="sqlite:///path"):
            open_("mysql://localhost/bmm")


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/bmm.db", "postgresql://bmm@127.0.0.1:1/bmm"])
def test_a_place_that_cannot_be_reached_is_said_to_be_unavailable(url: str) -> None:
    with pytest.raises(Unavailable):
        upgrade(url)
