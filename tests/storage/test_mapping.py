"""One generic mapping between a dataclass and its row: nothing is lost, changed or forgotten, on either database."""

import dataclasses
import typing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from bot.board import BoardLink
from bot.items import Item
from bot.ports import Query, Store
from storage import open_database
from storage.mapping import TABLES, Mapping, mapping
from storage.tables import LeaseTable
from tests.samples import AT, sample
from tests.storage.rows import adding, getting, links, prepared, putting

KINDS = sorted(TABLES, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_comes_back_as_it_was(kind: type[Any], database_url: str) -> None:
    database = open_database(database_url)
    await database.write(prepared, None)
    row = sample(kind, id=f"{kind.__name__}1", **links(kind))
    empty = replace(sample(kind, id=f"{kind.__name__}2", **links(kind)), **_nothing(kind))

    for each in (row, empty):
        await database.write(lambda store: store.remove(kind, {} if kind is BoardLink else {"id": "none"}), None)
        await database.write(adding(each), None)
        back = await database.read(getting(kind, each.id), None)
        assert back == each
        assert [type(getattr(back, field.name)) for field in dataclasses.fields(back)] == [
            type(getattr(each, field.name)) for field in dataclasses.fields(each)
        ]
    await database.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_put_back_with_every_field(kind: type[Any], database_url: str) -> None:
    database = open_database(database_url)
    await database.write(prepared, None)
    first = replace(sample(kind, id=f"{kind.__name__}1", **links(kind)), **_nothing(kind))
    second = sample(kind, id=first.id, **links(kind))
    await database.write(adding(first), None)
    await database.write(putting(second), None)
    assert await database.read(lambda store: store.get(kind, first.id), None) == second
    await database.close()


def _nothing(kind: type[Any]) -> dict[str, Any]:
    """Every field that may be None or an empty tuple as that."""
    hints = typing.get_type_hints(kind)
    empty: dict[str, Any] = {name: None for name, hint in hints.items() if type(None) in typing.get_args(hint)}
    return empty | {name: () for name, hint in hints.items() if typing.get_origin(hint) is tuple}


def test_every_table_has_its_kind() -> None:
    stored = {mapping(kind).table.name for kind in TABLES}
    assert stored | {"install"} == set(SQLModel.metadata.tables)


def test_a_field_without_a_column_is_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Lease:
        id: str
        holder: str
        until: datetime
        more: str

    with pytest.raises(TypeError, match="more"):
        Mapping(Lease, LeaseTable)


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=TEXTS,
    tickets=st.lists(TEXTS, max_size=4).map(tuple),
    value=st.floats(allow_nan=False, allow_infinity=False, width=64),
    at=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
)
async def test_an_item_comes_back_whatever_people_write(
    database_url: str, title: str, tickets: tuple[str, ...], value: float, at: datetime
) -> None:
    database = open_database(database_url)
    item = sample(Item, id="any", **links(Item))
    item = replace(item, title=title, tickets=tickets, value=value, created_at=at)

    def work(store: Store) -> Any:
        prepared(store)
        store.remove(Item, {"id": "any"})
        store.add(item)
        return store.get(Item, "any")

    assert await database.write(work, None) == item
    await database.close()


async def test_instants_come_back_in_utc_whatever_zone_they_had(database_url: str) -> None:
    database = open_database(database_url)
    await database.write(prepared, None)
    odd = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    await database.write(adding(sample(Item, created_at=odd, **links(Item))), None)
    found = await database.read(lambda store: store.find(Item, Query({"created_at": AT})), None)
    assert [each.created_at.utcoffset() for each in found] == [timedelta(0)] * 2
    await database.close()
