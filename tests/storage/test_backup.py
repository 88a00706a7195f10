"""`bmm backup` while it runs: one instant, every table, nothing half-written, and a file that bmm starts on."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.items import Item
from bot.ledger import Tenant
from bot.ports import Query, Store
from storage import open_database, upgrade
from storage.backup import backup
from storage.mapping import TABLES
from tests.samples import sample
from tests.storage.rows import links, prepared


def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of every kind."""
    return {kind.__name__: store.find(kind, Query(order=("id",), limit=10**6)) for kind in TABLES}


async def test_a_backup_has_every_row_of_every_table_as_it_was(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url)
    await database.write(prepared, None)
    for kind in TABLES:
        row = sample(kind, id=f"full-{kind.__name__}", **links(kind))
        await database.write(lambda store, row=row: store.add_new(row), None)  # type: ignore[misc]
    rows = await asyncio.to_thread(backup, database_url, tmp_path / "copy.db")
    before = await database.read(everything, None)
    await database.close()
    assert rows >= sum(map(len, before.values()))
    url = f"sqlite:///{tmp_path / 'copy.db'}"
    upgrade(url)  # it passes for ours
    copy = open_database(url)
    assert await copy.read(everything, None) == before
    await copy.close()


async def test_a_backup_while_people_write_is_of_one_instant(database_url: str, tmp_path: Path) -> None:
    """Pairs are written together: a copy with half a pair was taken in the midst of a transaction."""
    database = open_database(database_url)
    await database.write(prepared, None)
    stop = asyncio.Event()

    async def writing() -> int:
        number = 0
        while not stop.is_set():
            number += 1

            def pair(store: Store, number: int = number) -> None:
                store.add(sample(Tenant, id=f"pair{number}"))
                store.add(sample(Item, id=f"pair{number}", number=number + 1000, **links(Item)))

            await database.write(pair, None)
        return number

    task = asyncio.create_task(writing())
    sizes = []
    for number in range(3):
        await asyncio.sleep(0.05)
        file = tmp_path / f"copy{number}.db"
        await asyncio.to_thread(backup, database_url, file)
        with closing(sqlite3.connect(file)) as copy:
            counts = [
                copy.execute(f"SELECT count(*) FROM {table} WHERE id LIKE 'pair%'").fetchone()[0]
                for table in ("tenants", "items")
            ]
            assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        assert counts[0] == counts[1] > 0
        sizes.append(counts[0])
    stop.set()
    assert await task > sizes[-1]
    assert sizes == sorted(sizes)
    await database.close()


def test_a_backup_never_writes_over_a_file_and_leaves_none_half_made(sqlite_url: str, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("something else")
    with pytest.raises(FileExistsError):
        backup(sqlite_url, taken)
    assert taken.read_text() == "something else"
    with pytest.raises(sqlite3.OperationalError):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        backup("postgresql://bmm@127.0.0.1:1/bmm", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
