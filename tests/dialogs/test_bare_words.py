"""`@bmm high` in an item's thread is about that item; elsewhere it is not understood as anything's priority."""

import pytest

from bot.items import Item, Lane, Priority
from tests.dialogs.messages import say, words
from tests.engine.house import House


async def _item(house: House) -> Item:
    """An item that nothing is asked about any more."""
    await say(house, "the lift is stuck")
    await say(house, "prioritise 1 high", message="m8")
    await say(house, "outcome 1 the lift runs", message="m8b")
    return await house.row(Item)


@pytest.mark.parametrize(("word", "priority"), [("urgent", Priority.URGENT), ("Low!", Priority.LOW)])
async def test_a_priority_alone_is_that_of_the_item_talked_about(word: str, priority: Priority, house: House) -> None:
    await _item(house)
    await say(house, word, message="m9", thread="m7")
    assert (await house.row(Item)).priority is priority


@pytest.mark.parametrize(("word", "lane"), [("qa", Lane.TESTING_QA), ("in progress", Lane.IN_PROGRESS)])
async def test_a_lane_alone_is_where_the_item_goes(word: str, lane: Lane, house: House) -> None:
    item = await _item(house)
    await say(house, "take", message="m9", thread="m7")
    await say(house, "doing", message="m10", thread="m7")
    await say(house, word, message="m11", thread="m7")
    after = await house.row(Item)
    assert (after.key, after.lane) == (item.key, lane)


async def test_somebody_else_is_told_what_their_word_did(house: House) -> None:
    await _item(house)
    house.platform.answers.clear()
    await say(house, "urgent", user="ada", message="m9", thread="m7")
    ((_, told),) = house.platform.answers
    assert words(told) == "OPS-1 is Urgent now."


async def test_elsewhere_it_is_about_nothing(house: House) -> None:
    await _item(house)
    house.platform.answers.clear()
    await say(house, "urgent", message="m9")
    ((_, told),) = house.platform.answers
    assert words(told) == "Is “urgent” something to do? Press Log it, and it is kept as an ask."
    assert (await house.row(Item)).priority is Priority.HIGH


async def test_a_word_that_tries_whether_anybody_is_there_moves_nothing(house: House) -> None:
    await _item(house)
    await say(house, "test", message="m9", thread="m7")
    assert (await house.row(Item)).lane is Lane.BACKLOG
