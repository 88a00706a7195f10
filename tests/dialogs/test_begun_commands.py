"""A command's bare name, or that and an item, begins the command wherever it is said, as menus of platforms type it."""

import pytest

from bot.items import Item
from bot.ledger import Prompt
from bot.messages import Form
from dialogs.intents import EditItem
from tests.dialogs.messages import buttons, say, shown, words
from tests.engine.house import House


@pytest.mark.parametrize("name", ["add", "vote", "estimate", "find", "show", "move", "daily", "history", "block"])
async def test_a_name_alone_offers_its_form_to_whoever_said_it(name: str, house: House) -> None:
    await say(house, name)
    ((_, told),) = house.platform.answers
    assert words(told) == "There is a form for this; only you see it."
    assert list(buttons(told)) == ["Open the form"]
    assert not await house.rows(Item)


@pytest.mark.parametrize("said", ["move 1", "prioritise 1", "assign 1", "outcome #1", "block OPS-1"])
async def test_with_an_item_that_is_there_it_is_no_ask(said: str, house: House) -> None:
    await say(house, "the lift is stuck")
    await say(house, said, message="m9")
    assert len(await house.rows(Item)) == 1


async def test_with_an_item_the_rest_is_asked_in_the_thread(house: House) -> None:
    await say(house, "the lift is stuck")
    await say(house, "move 1", message="m9")
    assert [each.hole for each in await house.rows(Prompt, thread="m9", open=True)] == ["lane"]
    assert "lane" in words(shown(house, "ops"))


async def test_in_the_personal_chat_it_answers_no_question(house: House) -> None:
    await _to_bmm(house, "the desk is broken")
    house.platform.answers.clear()
    await _to_bmm(house, "add")
    ((_, told),) = house.platform.answers
    assert words(told) == "There is a form for this; only you see it."
    assert not (await house.row(Item)).outcome


async def _to_bmm(house: House, text: str) -> None:
    await house.bot.keep(house.event("direct", "ben", "dm-ben", text=text))
    await house.bot.settle()


async def test_edit_without_an_item_asks_which_and_then_opens_its_form(house: House) -> None:
    await say(house, "the lift is stuck")
    which = await house.ask(EditItem(), "ben")
    assert isinstance(which, Form)
    assert [each.name for each in which.fields] == ["item"]
    its = await house.bot.ask(house.form(which.intent, {"item": "1"}, "ben"))
    assert isinstance(its, Form)
    assert "title" in [each.name for each in its.fields]
