"""The rows that others hang on."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from bot.board import Board, BoardLink
from bot.items import Item
from bot.ledger import Tenant
from bot.meetings import Meeting
from bot.people import Human
from bot.ports import Store
from bot.votes import Ballot
from tests.samples import sample

T = TypeVar("T")

LINKS = {"board": "b1", "tenant": "t1", "person": "p1", "meeting": "m1", "ballot": "v1"}


def links(kind: type, mark: str = "") -> dict[str, str]:
    """What a row of this kind points at; `mark` for those of another tenant."""
    names = {each.name for each in dataclasses.fields(kind)}
    found = {name: value + mark for name, value in LINKS.items() if name in names}
    if kind.__name__ == "AgendaEntry":
        found["item"] = "i1" + mark
    if kind.__name__ == "BoardLink":
        found["board"] = "b2" + mark  # not linked yet
    return found


def adding(*rows: object) -> Callable[[Store], None]:
    """What inserts these rows."""

    def work(store: Store) -> None:
        for row in rows:
            store.add(row)

    return work


def getting(kind: type[T], id: str) -> Callable[[Store], T | None]:
    """What reads this row."""
    return lambda store: store.get(kind, id)


def putting(row: object) -> Callable[[Store], None]:
    """What updates this row."""

    def work(store: Store) -> None:
        store.put(row)

    return work


def prepared(store: Store, mark: str = "") -> None:
    """A workspace with a board, a person, an item, a meeting and a ballot, and the same again for `mark`."""
    tenant, board = "t1" + mark, "b1" + mark
    rows: list[Any] = [
        sample(Tenant, id=tenant),
        sample(Board, id=board),
        sample(Board, id="b2" + mark),
        BoardLink("l1" + mark, board, tenant),
        sample(Human, id="p1" + mark, tenant=tenant),
        sample(Item, id="i1" + mark, number=1, board=board),
        sample(Meeting, id="m1" + mark, board=board, tenant=tenant),
        sample(Ballot, id="v1" + mark, board=board, meeting="m1" + mark),
    ]
    for row in rows:
        store.add_new(row)
