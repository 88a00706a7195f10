"""Migrations under a lock, and the sentinel that says a database is ours.

An emptied or foreign file passes SQLite's own checks, and a bot that starts on it would begin as if new: so a file that
exists must carry our application id, and every database the sentinel row.
"""

import asyncio
import contextlib
import os
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, inspect, text
from sqlalchemy.engine import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import asyncpg_url, is_sqlite, sqlite_path
from storage.errors import translated
from storage.tables import InstallTable

APPLICATION = 0x626D6D31  # "bmm1"
READS = 1  # this program reads databases whose oldest reader is this or less
_LOCK = 0x626D6D  # any number of our own
_VERSIONS = Path(__file__).parent / "migrations" / "versions"


class NotOurs(Exception):
    """This database is not one of bmm, or it was emptied. Nothing was changed: restore a backup, or name a new file."""


class TooNew(Exception):
    """This database was written by a newer bmm, which this version cannot read. Nothing was changed."""


def head() -> str:
    """The newest revision that this program knows."""
    return max(path.name.split("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def upgrade(url: str) -> None:
    """Bring the database at `url` to this program's tables; a missing SQLite file is made.

    Raises NotOurs, TooNew, Unavailable where it cannot be reached, and ValueError for another address.
    """
    with translated():
        if is_sqlite(url):
            path = Path(sqlite_path(url))
            _refuse_foreign(path) if path.exists() else _make(path)
            _upgrade_sqlite(path)
        else:
            with ThreadPoolExecutor(1) as thread:  # whoever calls may be inside a running loop
                thread.submit(lambda: asyncio.run(_upgrade_postgres(url))).result()


def refuse_foreign(url: str) -> None:
    """Raises NotOurs for an SQLite file that is not one of bmm; a missing one, or another address, is no matter."""
    if is_sqlite(url) and Path(sqlite_path(url)).exists():
        _refuse_foreign(Path(sqlite_path(url)))


def _make(path: Path) -> None:
    """A new file, whole before it has its name: nobody ever sees it empty, not even after a kill in the midst."""
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        _upgrade_sqlite(draft)
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _upgrade_sqlite(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 30})
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.isolation_level = None
        # Batch mode drops tables, and with foreign keys on that deletes every child row.
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("BEGIN IMMEDIATE")
        try:
            _migrate(connection)
            raw.execute(f"PRAGMA application_id={APPLICATION}")
            if raw.execute("PRAGMA foreign_key_check").fetchone():
                raise NotOurs("rows point at rows that are gone")
            raw.execute("COMMIT")
        except BaseException:
            raw.execute("ROLLBACK")
            raise
    engine.dispose()


def _refuse_foreign(path: Path) -> None:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            check = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise NotOurs(f"{path}: {error}") from error
    if application != APPLICATION:
        raise NotOurs(f"{path} is no database of bmm, or it was emptied")
    if check != "ok":
        raise NotOurs(f"{path} is damaged: {check}")


async def _upgrade_postgres(url: str) -> None:
    engine = create_async_engine(
        asyncpg_url(url), poolclass=NullPool, connect_args={"timeout": 5, "command_timeout": 120}
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _migrate(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names())
    if tables and not {"install", "alembic_version"} <= tables:
        raise NotOurs("there are tables in it, and not those of bmm")
    if tables:
        _refuse_newer(connection)
        if connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == head():
            return
    _run_alembic(connection)
    if not connection.execute(text("SELECT count(*) FROM install")).scalar():
        sentinel = {"id": uuid.uuid4().hex, "oldest_reader": READS, "made_at": datetime.now(UTC)}
        connection.execute(insert(InstallTable), sentinel)


def _refuse_newer(connection: Connection) -> None:
    oldest = connection.execute(text("SELECT max(oldest_reader) FROM install")).scalar()
    if oldest is None:
        raise NotOurs("its sentinel is gone: it was emptied")
    if oldest > READS:
        raise TooNew(f"it asks for a reader of {oldest}, and this one is {READS}")
    known = {path.name.split("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py")}
    stands = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if stands not in known:
        raise TooNew(f"it stands at {stands}, and this version knows {head()}")


def _run_alembic(connection: Connection) -> None:
    from alembic import command  # a third of a second to import, and needed only where something changes
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


__all__ = ["NotOurs", "TooNew", "head", "upgrade"]
