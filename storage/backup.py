"""A consistent copy of a running database in one SQLite file."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, insert, select, text
from sqlmodel import SQLModel

from storage.database import is_sqlite, postgres_engine, sqlite_engine, sqlite_path
from storage.migrate import upgrade

_CHUNK = 1000


def backup(url: str, file: Path) -> int:
    """Copy every table at `url` to the new SQLite `file`, as of one instant; returns the number of rows.

    Raises FileExistsError, and what the database raises. A copy that was not finished is taken away.
    """
    if file.exists():
        raise FileExistsError(f"{file} exists already")
    try:
        if is_sqlite(url):
            _copy_file(sqlite_path(url), file)
        else:
            asyncio.run(_copy_tables(url, file))
        return _rows(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _copy_file(source: str, file: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(f"{Path(source).resolve().as_uri()}?mode=ro", uri=True)) as running,
        contextlib.closing(sqlite3.connect(file)) as copy,
    ):
        running.backup(copy)


async def _copy_tables(url: str, file: Path) -> None:
    await asyncio.to_thread(upgrade, f"sqlite:///{file}")
    target = sqlite_engine(str(file))
    engine = postgres_engine(url, 1)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            with target.connect() as into, into.begin():
                into.execute(text("DELETE FROM install"))
                await connection.run_sync(_copy_each, into)
    finally:
        await engine.dispose()
        target.dispose()


def _copy_each(source: Connection, target: Connection) -> None:
    for table in SQLModel.metadata.sorted_tables:
        rows = source.execute(select(table)).mappings()
        while some := rows.fetchmany(_CHUNK):
            target.execute(insert(table), [dict(row) for row in some])


def _rows(file: Path) -> int:
    with contextlib.closing(sqlite3.connect(file)) as copy:
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables)  # noqa: S608 - our names
