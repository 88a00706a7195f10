"""A form that came too late is opened again by the one who asked for it, whatever they had done."""

from datetime import timedelta

from bot.board import Board
from bot.items import Item
from bot.ledger import Received
from bot.messages import Form, plain
from bot.views import FormAgain
from dialogs.intents import BlockItem, LogTo
from tests.dialogs.messages import LIFT, fields, form, found, shortcut, submit, words
from tests.engine.house import House


async def again(house: House, key: str, user: str = "ada", channel: str = "ops") -> Form:
    """Press the button that opens it."""
    return await form(house, house.press(FormAgain(key), user, channel, trigger="fresh"))


async def test_the_form_of_a_control_is_opened_again(house: House) -> None:
    await house.said("the lift is stuck")
    item = await house.row(Item)
    event = house.press(BlockItem(item.id), trigger="stale")
    first = await form(house, event)
    assert await again(house, event.key) == first


async def test_the_form_of_a_command_is_opened_again(house: House) -> None:
    event = house.command("add", trigger="stale")
    assert plain((await form(house, event)).title) == "Log an ask"
    assert plain((await again(house, event.key)).title) == "Log an ask"


async def test_the_form_of_a_shortcut_is_opened_again_and_logs_the_message(house: House) -> None:
    event = shortcut(house)
    await form(house, event)
    pressed = house.press(FormAgain(event.key), trigger="fresh")
    opened = await form(house, pressed)
    assert fields(opened)["ask"].initial == LIFT.text
    await submit(house, opened, pressed)
    assert (await found(house, event.origin)).permalink == LIFT.link


async def test_a_shortcut_in_a_channel_without_a_board_makes_none_when_its_form_is_opened_again(house: House) -> None:
    for channel in ("ops", "desk"):
        await house.said("the first ask of this channel", channel=channel)
    event = shortcut(house, channel="lobby")
    await form(house, event)
    await again(house, event.key, channel="lobby")
    assert len(await house.rows(Board)) == 2


async def test_a_form_may_come_too_late_more_than_once(house: House) -> None:
    event = house.press(LogTo(), channel="dm-ada", trigger="stale")
    await form(house, event)
    late = house.press(FormAgain(event.key), channel="dm-ada", trigger="stale")
    await form(house, late)
    assert plain((await again(house, late.key, channel="dm-ada")).title) == "Log an ask"


async def test_nobody_else_opens_it_and_what_is_forgotten_is_said_so(house: House) -> None:
    await house.said("the lift is stuck")
    event = house.press(BlockItem((await house.row(Item)).id), trigger="stale")
    await form(house, event)
    kept = len(await house.rows(Received))
    for key, user in ((event.key, "ben"), ("memory:none", "ada"), (house.mention("x").key, "ada")):
        assert words(await house.ask(FormAgain(key), user=user)).startswith("I cannot open that form again")
    assert len(await house.rows(Received)) == kept + 3
    house.clock.advance(timedelta(days=15))
    await house.bot.housekeeping.tidy()
    assert words(await house.ask(FormAgain(event.key))).startswith("I cannot open that form again")


async def test_a_button_that_leads_to_itself_ends(house: House) -> None:
    await house.said("the lift is stuck")
    event = house.press(FormAgain("memory:round"), key="memory:round")
    answer = await house.bot.ask(event)
    assert words(answer).startswith("I cannot open that form again")


async def test_words_that_were_said_are_not_said_again_by_it(house: House) -> None:
    said = house.mention("the lift is stuck")
    await house.bot.keep(said)
    await house.bot.settle()
    await house.ask(FormAgain(said.key))
    assert len(await house.rows(Item)) == 1
