"""Boards of any size, as a team might have them after years: most of it done, most of it triaged."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from bot.board import Board, BoardLink, Channel, rank, searchable
from bot.ids import new_id
from bot.items import Change, Item, Kind, Lane, Priority
from bot.ledger import Post, Standing, Tenant
from bot.people import Human
from storage.mapping import Mapping, mapping
from tests.bench.serving import BOARD, TENANT
from tests.bench.signed import channel

CHUNK = 5_000
_PEOPLE = 40
_LANES = {
    Lane.DONE: 60.0, Lane.DISCARDED: 16.0, Lane.ICE_BOX: 12.0, Lane.BACKLOG: 4.0, Lane.IDEAS: 3.0, Lane.WITH_PM: 2.0,
    Lane.PROPOSED_PROJECT: 1.5, Lane.IN_PROGRESS: 0.8, Lane.BLOCKED: 0.4, Lane.TESTING_QA: 0.2, Lane.EMERGENCY: 0.1,
}  # fmt: skip
_TRIAGED = 0.99
_PRINTERS = 200  # one item in so many is about the printer
_DOES = "replace repair renew move clean up document review migrate rotate extend order return test automate".split()
_WHAT = (
    "badge reader,build server,nightly export,wifi access point,certificates,meeting room screen,backup job,"
    "onboarding guide,expense form,login page,coffee machine,fire door,search index,phone contract,firewall rule,"
    "licence server,password vault,ticket queue,status page,loading dock,monitoring alert,billing report"
).split(",")
_WHERE = (
    "on floor 3,in the canteen,for Dana's team,of the staging cluster,in the Lisbon office,before the audit,"
    "for new starters,after the holidays,of the old site,for the night shift,in building B,with the vendor"
).split(",")
_LONG_AGO = datetime(2023, 1, 9, 9, tzinfo=UTC)


def fill(connection: Connection, size: int) -> None:
    """Insert a board with so many items, the history of each and the card of each, in the caller's transaction."""
    chance = random.Random(size)
    kinds = (Tenant, Board, BoardLink, Channel, Human)
    for kind in kinds:
        _insert(connection, kind, [row for row in _frame(size) if type(row) is kind])
    for numbers in _chunks(size):
        items = [_item(number, chance) for number in numbers]
        _insert(connection, Item, items)
        _insert(connection, Change, [_made(item) for item in items])
        _insert(connection, Post, [_card(item) for item in items])


def _chunks(size: int) -> Iterator[range]:
    return (range(start, min(start + CHUNK, size + 1)) for start in range(1, size + 1, CHUNK))


def _insert(connection: Connection, kind: type, rows: list[Any]) -> None:
    how: Mapping[Any] = mapping(kind)
    connection.execute(insert(how.table), [how.row(row) for row in rows])


def _frame(size: int) -> Iterator[Any]:
    yield Tenant(TENANT, "slack", _LONG_AGO)
    yield Board(BOARD, "bench", "OPS", "Europe/Berlin", number=size)
    yield BoardLink("bench-link", BOARD, TENANT)
    yield Channel("bench-0", BOARD, TENANT, "slack", channel(0), "bench", _LONG_AGO)
    yield from (Human(f"person-{number}", TENANT, f"Person {number}") for number in range(_PEOPLE))


def _item(number: int, chance: random.Random) -> Item:
    lane = chance.choices(list(_LANES), list(_LANES.values()))[0]
    what = "printer" if number % _PRINTERS == 7 else chance.choice(_WHAT)
    title = f"{chance.choice(_DOES).capitalize()} the {what} {chance.choice(_WHERE)}"
    made = _LONG_AGO + timedelta(minutes=13 * number)
    known = chance.random() < 0.8
    item = Item(
        f"item-{number:07d}", BOARD, number, f"OPS-{number}", title,
        f"{title}: {chance.choice(_WHAT)} and {chance.choice(_WHAT)} wait for it since {made:%A}, case {number}.",
        f"person-{number % _PEOPLE}", made, made + timedelta(hours=5), lane,
        outcome="It works again." if known else "",
        priority=chance.choice(list(Priority)) if known else None,
        confirmed=chance.random() < 0.3,
        due=(made + timedelta(days=chance.randint(3, 60))).date() if chance.random() < 0.3 else None,
        kind=chance.choice([None, *Kind]), value=float(chance.randint(0, 40)),
        owner=f"person-{chance.randrange(_PEOPLE)}" if lane in (Lane.DONE, Lane.IN_PROGRESS, Lane.BLOCKED) else "",
        source=f"turn-{number}", triaged_at=made if chance.random() < _TRIAGED else None,
        done_at=made + timedelta(days=2) if lane is Lane.DONE else None,
    )  # fmt: skip
    return replace(item, rank=rank(item), search=searchable(item.key, item.title, item.request))


def _made(item: Item) -> Change:
    return Change(
        new_id(), BOARD, item.source, item.id, item.requester, item.created_at, "created", "null", f'"{item.key}"'
    )


def _card(item: Item) -> Post:
    view = f'item.card {{"item":"{item.id}"}}'
    return Post(
        new_id(), BOARD, TENANT, "slack", channel(0), "channel", "", view, item.id, item.created_at, shown=1,
        standing=Standing.LIVE, ref=f"1700000000.{item.number:06d}",
    )  # fmt: skip
