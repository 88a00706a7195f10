"""The backlog stands in one stated order: confirmed priority, then value, then due date, then age (product row B2)."""

import random
from dataclasses import replace
from datetime import date, timedelta

from bot.board import rank
from bot.items import Item, Priority
from bot.ports import Query, Store
from tests.harness import Room, opened

# From first to last, as the rule says: (priority, confirmed, value, due, age in days)
ORDERED = (
    (Priority.URGENT, True, 0.0, None, 1),
    (Priority.URGENT, False, 0.0, None, 9),
    (Priority.HIGH, True, 8.0, None, 1),
    (Priority.HIGH, True, 2.5, date(2026, 11, 24), 1),
    (Priority.HIGH, True, 2.5, date(2026, 12, 1), 9),
    (Priority.HIGH, True, 2.5, None, 9),
    (Priority.HIGH, True, 2.5, None, 2),
    (Priority.HIGH, False, 99.0, date(2026, 11, 23), 30),
    (Priority.MEDIUM, False, 0.0, None, 1),
    (Priority.LOW, False, 0.0, None, 1),
    (Priority.NONE, False, 0.0, None, 1),
    (None, False, 99.0, date(2026, 11, 23), 30),
)


async def titles(room: Room, page: int = 1) -> list[str]:
    """What `/bmm backlog` lists, from top to bottom."""
    await room.command("Ben", "ops", f"backlog {page}")
    card = (await room.private("Ben"))[-1]
    return [line.partition(" ")[2] for line in card.lines if line.startswith("OPS-")]


async def test_the_backlog_is_in_its_order_over_all_pages(database_url: str) -> None:
    async with opened("playground", database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer on 3 jams")
        await room.bot.database.write(_fill, None)
        first, second = await titles(room), await titles(room, 2)
        assert first + second == [f"item {number}" for number in range(len(ORDERED))]
        assert len(first) == 10


def _fill(store: Store) -> None:
    """Put the items in, in any order, in the place of the one that is there."""
    base = store.find(Item, Query())[0]
    numbers = list(range(len(ORDERED)))
    random.Random(7).shuffle(numbers)
    store.remove(Item, {"id": base.id})
    for at, number in enumerate(numbers, 2):
        priority, confirmed, value, due, age = ORDERED[number]
        item = replace(
            base, id=f"i{number}", number=at, key=f"OPS-{at}", title=f"item {number}", priority=priority,
            confirmed=confirmed, value=value, due=due, created_at=base.created_at - timedelta(days=age),
        )  # fmt: skip
        store.add(replace(item, rank=rank(item)))
