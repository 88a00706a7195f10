"""A store opened for one tenant cannot see or touch what belongs to another: every table, every verb."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.board import Board, BoardLink
from bot.ledger import Lease, Tenant
from bot.ports import Conflict, Database, Query, Store
from storage import open_database
from storage.mapping import TABLES, mapping
from tests.samples import sample
from tests.storage.rows import adding, links, prepared, putting

KINDS = sorted(set(TABLES) - {Lease}, key=lambda kind: kind.__name__)
OTHER = "-other"


async def opened(url: str, kind: type[Any]) -> tuple[Database, Any]:
    """A database with two workspaces, and a row of this kind in the other one."""
    database = open_database(url)
    row = _theirs(kind)

    def write(store: Store) -> None:
        prepared(store)
        prepared(store, OTHER)
        if store.get(kind, row.id) is None:
            store.add(row)

    await database.write(write, None)
    return database, row


def _theirs(kind: type[Any]) -> Any:
    ids = {
        "Tenant": "t1",
        "Board": "b1",
        "BoardLink": "l1",
        "Human": "p1",
        "Item": "i1",
        "Meeting": "m1",
        "Ballot": "v1",
    }
    id = ids.get(kind.__name__, "x1") + OTHER
    if kind is BoardLink:
        return BoardLink(id, "b1" + OTHER, "t1" + OTHER)
    return sample(kind, id=id, **links(kind, OTHER))


def _field(kind: type[Any]) -> tuple[str, Any]:
    """Some text column of this kind that may be changed."""
    free = [name for name, column in mapping(kind).table.columns.items() if column.type.python_type is str]
    name = next((each for each in free if each not in ("id", "board", "tenant")), "id")
    return name, "changed"


@pytest.mark.parametrize("kind", KINDS)
async def test_no_verb_reaches_a_row_of_another_tenant(kind: type[Any], database_url: str) -> None:
    database, row = await opened(database_url, kind)
    stood = await database.read(lambda store: store.get(kind, row.id), None)
    name, value = _field(kind)
    own = mapping(kind).owner
    reads: list[Callable[[Store], Any]] = [
        lambda store: store.get(kind, row.id),
        lambda store: store.get(kind, row.id, lock=True),
        lambda store: store.find(kind, Query({"id": row.id})),
        lambda store: store.find(kind, Query({"id": (row.id, "none")})),
        lambda store: [each for each in store.find(kind, Query(order=("id",), limit=500)) if each.id == row.id],
        lambda store: store.count(kind, {"id": row.id}),
        lambda store: store.search(kind, "id", [row.id], {}, "id", 10),
        lambda store: store.change(kind, {"id": row.id}, **{name: value}) if name != "id" else 0,
        lambda store: store.remove(kind, {"id": row.id}),
    ]
    for number, read in enumerate(reads):
        assert not await database.write(read, "t1"), number
    if own:
        where = {own[0]: getattr(row, own[0])}
        assert not await database.write(lambda store: store.find(kind, Query(where)), "t1")
        assert not await database.write(lambda store: store.remove(kind, where), "t1")
    writes = [putting(row)]
    if kind is not Board:  # a new board belongs to nobody until it is linked
        writes.append(adding(replace(row, id="new")))
    for write in writes:
        with pytest.raises((LookupError, Conflict)):
            await database.write(write, "t1")
    assert await database.read(lambda store: store.get(kind, row.id), None) == stood
    await database.close()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (Tenant, Board, BoardLink)])
async def test_a_row_of_ones_own_cannot_be_given_to_another_tenant_or_taken(kind: type[Any], database_url: str) -> None:
    database, row = await opened(database_url, kind)
    mine = sample(kind, id="mine", **links(kind))
    owner = mapping(kind).owner
    assert owner is not None
    await database.write(adding(mine), "t1")
    theirs = getattr(row, owner[0])
    for write in (
        putting(replace(mine, **{owner[0]: theirs})),
        lambda store: store.change(kind, {"id": "mine"}, **{owner[0]: theirs}),
        lambda store: store.add_new(replace(mine, id="another", **{owner[0]: theirs})),
    ):
        with pytest.raises(LookupError):
            await database.write(write, "t1")
    assert await database.read(lambda store: store.get(kind, "mine"), "t1") == mine
    await database.close()


async def test_nobody_links_themselves_to_a_foreign_board(database_url: str) -> None:
    database, _ = await opened(database_url, Board)
    for link in (BoardLink("l2", "b1" + OTHER, "t1"), BoardLink("l2", "b1", "t1" + OTHER)):
        with pytest.raises(LookupError):
            await database.write(adding(link), "t1")
    assert await database.read(lambda store: store.get(Board, "b1" + OTHER), "t1") is None
    await database.close()


async def test_the_rows_of_the_machine_belong_to_no_tenant(database_url: str) -> None:
    database = open_database(database_url)
    lease = sample(Lease, id="courier|t1")
    for write in (
        lambda store: store.get(Lease, "courier|t1"),
        adding(lease),
        lambda store: store.add_new(lease),
        putting(lease),
    ):
        with pytest.raises(LookupError):
            await database.write(write, "t1")
    await database.close()


async def test_a_board_shared_by_two_workspaces_is_seen_by_both(database_url: str) -> None:
    database, _ = await opened(database_url, Board)
    await database.write(adding(BoardLink("l2", "b1", "t1" + OTHER)), None)
    assert (await database.read(lambda store: store.get(Board, "b1"), "t1" + OTHER)) is not None
    assert (await database.read(lambda store: store.get(Board, "b1" + OTHER), "t1")) is None
    await database.close()


async def test_asking_for_anothers_rows_by_name_does_not_answer_with_ones_own(database_url: str) -> None:
    from bot.people import Human

    database, _ = await opened(database_url, Human)
    assert await database.read(lambda store: store.find(Human, Query({"tenant": "t1" + OTHER})), "t1") == []
    assert len(await database.read(lambda store: store.find(Human, Query({"tenant": ("t1", "t1-other")})), "t1")) == 1
    await database.close()
