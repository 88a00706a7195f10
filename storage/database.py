"""Where everything is kept: one code path over SQLite (a thread of its own) and PostgreSQL (asyncpg).

Work is a plain function of a `Store`. On SQLite one thread writes, which is the in-process lock as well, and a few
read; on PostgreSQL the same function runs on a pooled asynchronous connection.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.ports import Database
from storage.committer import Committer, insert_new
from storage.errors import translated
from storage.store import SqlStore
from storage.writer import Writer

T = TypeVar("T")
Work = Callable[[Connection], T]

READERS = 2


class Engines(Protocol):
    """How a function of a connection is run on one kind of database."""

    async def write(self, work: Work[T], *, urgent: bool = False) -> T: ...

    async def read(self, work: Work[T]) -> T: ...

    async def close(self) -> None: ...


class SqlDatabase:
    """`bot.ports.Database` over either kind of engine."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._committer = Committer(self._insert_new)

    async def write(self, work: Callable[[SqlStore], T], tenant: str | None) -> T:
        """Run `work` in one transaction and commit it. Raises Conflict, Unavailable, and what `work` raises."""
        with translated():
            return await self._engines.write(lambda connection: work(SqlStore(connection, tenant)))

    async def read(self, work: Callable[[SqlStore], T], tenant: str | None) -> T:
        """Run `work` on a consistent view of what is committed. Raises Unavailable."""
        with translated():
            return await self._engines.read(lambda connection: work(SqlStore(connection, tenant)))

    async def keep(self, rows: Iterable[object]) -> list[bool]:
        """Insert rows durably, many callers in one commit; False for one whose id stands already."""
        return await self._committer.keep(list(rows))

    async def close(self) -> None:
        """Finish what runs and let go of every connection."""
        await self._committer.close()
        await self._engines.close()

    async def _insert_new(self, rows: list[Any]) -> set[str]:
        with translated():
            return await self._engines.write(lambda connection: insert_new(connection, rows), urgent=True)


class SqliteEngines:
    """One writing thread and a few reading ones over one file."""

    def __init__(self, path: str) -> None:
        self._engine = sqlite_engine(path)
        self._writer = Writer()
        self._readers = ThreadPoolExecutor(READERS, "sqlite-read")

    async def write(self, work: Work[T], *, urgent: bool = False) -> T:
        return await self._writer.run(lambda: self._run(work, False), urgent=urgent)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, work, True)

    async def close(self) -> None:
        await self._writer.close()
        self._readers.shutdown(wait=True)
        self._engine.dispose()

    def _run(self, work: Work[T], reading: bool) -> T:
        with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
            return work(connection)


class PostgresEngines:
    """A pool of asyncpg connections; what is read together is read as of one instant."""

    def __init__(self, url: str, size: int) -> None:
        self._engine = postgres_engine(url, size)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    async def write(self, work: Work[T], *, urgent: bool = False) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        async with self._reading.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def is_sqlite(url: str) -> bool:
    """Whether this is `sqlite:///path`, and not `postgresql://…`. Raises ValueError for another address."""
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("a database is sqlite:///path or postgresql://…")
    return url.startswith("sqlite:///")


def sqlite_path(url: str) -> str:
    """The file of a `sqlite:///path` address."""
    return url.removeprefix("sqlite:///")


def sqlite_engine(path: str) -> Engine:
    """An engine that never loses an update: WAL, FULL, foreign keys, and BEGIN IMMEDIATE unless it only reads.

    Measured without it: drivers' defaults lose most concurrent read-then-write updates and raise no error. A file that
    is not there is not made: an empty one would pass for a new board.
    """
    file = f"{Path(path).resolve().as_uri()}?mode=rw"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(file, uri=True, check_same_thread=False, isolation_level=None),
        poolclass=QueuePool,
        pool_size=READERS + 1,
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=1000"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def postgres_engine(url: str, size: int = 5) -> AsyncEngine:
    """An engine over asyncpg with time limits everywhere: without them it hangs on a frozen server."""
    return create_async_engine(
        asyncpg_url(url),
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={"timeout": 3, "command_timeout": 5},
    )


def asyncpg_url(url: str) -> str:
    """`postgresql://…` as SQLAlchemy names the asyncpg driver."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1).replace("postgres://", "postgresql+asyncpg://", 1)


def open_database(url: str, size: int = 5) -> Database:
    """The database at `sqlite:///path` or `postgresql://…`. Raises ValueError for another address."""
    return SqlDatabase(SqliteEngines(sqlite_path(url)) if is_sqlite(url) else PostgresEngines(url, size))
