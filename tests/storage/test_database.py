"""Both databases through one code path: durable, never losing an update, and honest when they do not answer."""

import asyncio
import contextlib
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.board import Board
from bot.items import Item
from bot.ledger import Due, Received, Tenant
from bot.ports import Conflict, Database, Query, Store, Unavailable
from storage import open_database, upgrade
from storage.database import sqlite_path
from tests.needs import needs
from tests.pgtest import Postgres
from tests.samples import sample
from tests.storage.rows import adding, links, prepared, putting

ADDER = """
import asyncio, sys
from dataclasses import replace
from bot.board import Board
from bot.ports import Conflict
from storage import open_database

def more(store):
    board = store.get(Board, "b1", lock=True)
    store.put(replace(board, number=board.number + 1))

async def run():
    database = open_database(sys.argv[1])
    async def many():
        for _ in range(25):
            while True:
                try:
                    await database.write(more, None)
                    break
                except Conflict:
                    pass
    await asyncio.gather(*(many() for _ in range(4)))
    await database.close()

asyncio.run(run())
"""


def tenant(id: str, **given: Any) -> Tenant:
    made: Tenant = sample(Tenant, id=id, **given)
    return made


@contextlib.asynccontextmanager
async def opened(url: str) -> Any:
    database = open_database(url)
    yield database
    await database.close()


# --- group commit


async def test_whoever_keeps_at_the_same_time_shares_commits_and_each_learns_what_was_new(database_url: str) -> None:
    async with opened(database_url) as database:
        await database.keep([tenant("t0")])
        kept = await asyncio.gather(*(database.keep([tenant(f"t{number % 50}")]) for number in range(200)))
        assert sum(new for (new,) in kept) == 49
        assert kept[0] == [False]
        assert await database.read(lambda store: store.count(Tenant, {}), None) == 50


async def test_the_same_row_twice_in_one_call_is_new_once(database_url: str) -> None:
    async with opened(database_url) as database:
        assert await database.keep([tenant("a"), tenant("b"), tenant("a")]) == [True, True, False]
        assert await database.keep([tenant("b"), tenant("c")]) == [False, True]


async def test_rows_of_several_kinds_are_kept_together(database_url: str) -> None:
    async with opened(database_url) as database:
        await database.write(prepared, None)
        due = sample(Due, id="d1", **links(Due))
        assert await database.keep([tenant("a"), due]) == [True, True]
        assert await database.keep([due, tenant("b")]) == [False, True]


async def test_a_row_that_cannot_be_kept_is_refused_alone(database_url: str) -> None:
    async with opened(database_url) as database:
        rows = [tenant("a"), sample(Due, id="d1", board="nowhere"), tenant("b")]
        kept = await asyncio.gather(*(database.keep([row]) for row in rows), return_exceptions=True)
        assert (kept[0], kept[2]) == ([True], [True])
        assert isinstance(kept[1], Exception)


async def test_replicas_that_keep_the_same_rows_in_other_orders_do_not_meet(postgres_url: str) -> None:
    async with opened(postgres_url) as one, opened(postgres_url) as two:
        for round_ in range(20):
            rows = [tenant(f"{round_}-{number}") for number in range(50)]
            first, second = await asyncio.gather(one.keep(rows), two.keep(rows[::-1]))
            assert sum(first) + sum(second) == 50


# --- nothing is lost


def test_nothing_is_lost_where_several_processes_read_and_then_write(database_url: str) -> None:
    async def before() -> None:
        async with opened(database_url) as database:
            await database.write(prepared, None)
            await database.write(lambda store: store.change(Board, {"id": "b1"}, number=0), None)

    async def after() -> int:
        async with opened(database_url) as database:
            (board,) = await database.read(lambda store: store.find(Board, Query({"id": "b1"})), None)
            return int(board.number)

    asyncio.run(before())
    running = [subprocess.Popen([sys.executable, "-c", ADDER, database_url]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert asyncio.run(after()) == 200


async def test_a_transaction_that_raises_leaves_nothing(database_url: str) -> None:
    def work(store: Store) -> None:
        store.add(tenant("a"))
        raise ZeroDivisionError

    async with opened(database_url) as database:
        with pytest.raises(ZeroDivisionError):
            await database.write(work, None)
        assert await database.read(lambda store: store.count(Tenant, {}), None) == 0


async def test_a_unique_value_that_is_taken_is_a_conflict_and_a_bad_reference_is_a_bug(database_url: str) -> None:
    async with opened(database_url) as database:
        await database.write(prepared, None)
        await database.write(adding(sample(Item, id="x", number=5, **links(Item))), None)
        for wrong in (sample(Item, id="y", number=5, **links(Item)), sample(Item, id="x", number=6, **links(Item))):
            with pytest.raises(Conflict):
                await database.write(adding(wrong), None)
        with pytest.raises(Conflict):
            await database.write(putting(sample(Item, id="gone", **links(Item))), None)
        with pytest.raises(Exception, match=r"(?i)foreign key") as caught:
            await database.write(adding(sample(Item, id="z", board="nowhere")), None)
        assert not isinstance(caught.value, Conflict | Unavailable)


async def test_an_amount_is_added_and_not_written_over(database_url: str) -> None:
    async with opened(database_url) as database:
        await database.write(prepared, None)
        await database.write(lambda store: store.change(Board, {"id": "b1"}, number=0), None)
        add = [database.write(lambda store: store.change(Board, {"id": "b1"}, add_number=2), None) for _ in range(20)]
        assert await asyncio.gather(*add) == [1] * 20
        board = await database.read(lambda store: store.get(Board, "b1"), None)
        assert board.number == 40


# --- finding


async def test_queries_mean_the_same_on_both(database_url: str) -> None:
    async with opened(database_url) as database:
        await database.write(prepared, None)
        rows = [
            sample(Item, id=f"q{n}", number=10 + n, rank=f"r{n}", search=f"word{n} common 100%", **links(Item))
            for n in range(6)
        ]
        await database.keep(rows)

        async def found(*parts: Any, **named: Any) -> list[str]:
            query = Query(*parts, **named)
            return [each.id for each in await database.read(lambda store: store.find(Item, query), None)]

        assert await found({"id": ("q1", "q4", "none")}, order=("-rank",)) == ["q4", "q1"]
        assert await found({"id": ()}) == []
        assert await found({"number": 12, "board": "b1"}) == ["q2"]
        assert await found({}, {"number": 13}, {"number": 10}, ("number",)) == ["q1", "q2"]
        assert await found({"board": "b1"}, after={"number": 9}, order=("rank",), limit=2) == ["q0", "q1"]
        assert await database.read(lambda store: store.count(Item, {"board": "b1"}, 3), None) == 3
        search = ["common", "word3"]
        hits = await database.read(lambda store: store.search(Item, "search", search, {}, "rank", 5), None)
        assert [each.id for each in hits] == ["q3"]
        percent = await database.read(lambda store: store.search(Item, "search", ["%"], {}, "rank", 50), None)
        assert len(percent) == 7  # a wildcard is no word


# --- when it does not answer


async def test_a_locked_file_is_said_to_be_unavailable_within_seconds(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        with contextlib.closing(sqlite3.connect(sqlite_path(sqlite_url))) as other:
            other.execute("BEGIN EXCLUSIVE")
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await database.keep([tenant("a")])
            assert time.monotonic() - began < 5
        assert await database.keep([tenant("a")]) == [True]


@contextlib.contextmanager
def no_space(path: Path) -> Iterator[None]:
    """No file of this process may grow beyond what the log of this database has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_unavailable_and_what_was_kept_stays_and_it_works_again_with_space(
    sqlite_url: str,
) -> None:
    async with opened(sqlite_url) as database:
        await database.keep([tenant("before")])
        with no_space(Path(sqlite_path(sqlite_url))):
            for number in range(3):
                with pytest.raises(Unavailable):
                    await database.keep([tenant(f"during{number}", paused="x" * 9000)])
            assert await database.read(lambda store: store.count(Tenant, {}), None) == 1
        assert await database.keep([tenant("after")]) == [True]
        assert await database.read(lambda store: store.count(Tenant, {}), None) == 2


@pytest.fixture(scope="module")
def fragile() -> Iterator[Postgres]:
    """A server of our own, to be frozen and killed."""
    with Postgres(needs("postgresql"), durable=True) as server:
        server.create("bmm")
        upgrade(server.url("bmm"))
        yield server


async def test_a_frozen_server_is_unavailable_within_seconds_and_works_again_when_it_thaws(fragile: Postgres) -> None:
    async with opened(fragile.url("bmm")) as database:
        await database.keep([tenant("frozen0")])
        fragile.freeze()
        try:
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await database.keep([tenant("frozen1")])
            with pytest.raises(Unavailable):
                await database.read(lambda store: store.get(Tenant, "frozen0"), None)
            assert time.monotonic() - began < 20
        finally:
            fragile.thaw()
        assert await database.keep([tenant("frozen2")]) == [True]


async def test_a_restarted_server_is_used_again_at_once(fragile: Postgres) -> None:
    async with opened(fragile.url("bmm")) as database:
        await database.keep([tenant("restart")])

        async def read() -> bool:
            return await database.read(lambda store: store.get(Tenant, "restart"), None) is not None

        for round_ in range(3):
            assert all(await asyncio.gather(*(read() for _ in range(5))))  # every connection is open
            fragile.kill9()
            if round_ == 0:
                with pytest.raises(Unavailable):
                    await database.keep([tenant("down")])
            fragile.start()
            assert all([await read() for _ in range(5)])
            assert await database.keep([tenant(f"up{round_}")]) == [True]


async def test_a_killed_server_keeps_everything_it_acknowledged(fragile: Postgres) -> None:
    acknowledged: list[str] = []

    async def keeping(database: Database, mark: str) -> None:
        for number in range(100_000):
            await database.keep([tenant(f"{mark}{number}")])
            acknowledged.append(f"{mark}{number}")

    for round_ in range(3):
        async with opened(fragile.url("bmm")) as database:
            tasks = [asyncio.create_task(keeping(database, f"r{round_}w{number}-")) for number in range(8)]
            while len(acknowledged) < 200 * (round_ + 1):
                await asyncio.sleep(0.01)
            await asyncio.to_thread(fragile.kill9)
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(end) for end in ends} == {Unavailable}
            fragile.start()
    async with opened(fragile.url("bmm")) as database:
        found = await database.read(
            lambda store: store.find(Tenant, Query({"id": tuple(acknowledged)}, limit=10**6)), None
        )
        assert {each.id for each in found} == set(acknowledged)


async def test_an_address_nobody_listens_at_is_unavailable() -> None:
    async with opened("postgresql://bmm@127.0.0.1:1/bmm") as database:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await database.keep([sample(Received)])
