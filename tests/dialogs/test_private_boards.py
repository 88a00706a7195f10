"""The board of a private channel is seen by who takes part there, and from elsewhere by nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.board import Board
from bot.events import Place, Quoted
from bot.items import Item
from bot.ledger import Received, Taken
from bot.messages import Form, Message, plain
from bot.ports import Answer, CannotLook, Title
from bot.views import PlaceClosed
from bot.wire import pack
from dialogs.boards import ChooseBoard
from dialogs.intents import AssignItem, Prioritise, ShowItem
from tests.engine.house import TENANT, House, opened

SECRET = "The merger with Acme"


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """Ada has asked for something in a private channel, and Ben for something in an open one."""
    async with opened(database_url) as house:
        house.platform.titles["backroom"] = Title("backroom", private=True)
        await house.said(SECRET, user="ada", channel="backroom")
        await house.said("the lift is stuck", user="ben", channel="ops")
        yield house


def read(answer: Answer | None) -> str:
    """Everything in an answer, for a search."""
    return repr(answer)


async def typed(house: House, text: str, user: str, channel: str = "ops") -> Answer | None:
    answer = await house.bot.ask(house.command(text, user, channel))
    await house.bot.settle()
    return answer


async def test_a_key_typed_elsewhere_finds_nothing_for_who_has_not_been_there(house: House) -> None:
    (item,) = [each for each in await house.rows(Item) if SECRET in each.title]
    for text in (f"show {item.key}", f"prioritise {item.key} high", f"take {item.key}", f"history {item.key}"):
        answer = await typed(house, text, "ben")
        assert SECRET not in read(answer)
        assert isinstance(answer, Message)
        assert f"no item {item.key}" in plain(answer.summary)
    assert (await house.row(Item, id=item.id)) == item


async def test_who_has_taken_part_there_goes_on_from_anywhere(house: House) -> None:
    (item,) = [each for each in await house.rows(Item) if SECRET in each.title]
    assert SECRET in read(await typed(house, f"show {item.key}", "ada"))
    assert SECRET not in read(await typed(house, "backlog", "ben", channel="backroom-of-ben"))
    await typed(house, "backlog", "ben", channel="backroom")  # typed there: they are in it
    assert SECRET in read(await typed(house, f"show {item.key}", "ben"))


async def test_who_was_given_an_item_of_it_reaches_that_one_and_no_other(house: House) -> None:
    await house.said("a second secret thing", user="ada", channel="backroom")
    items = [each for each in await house.rows(Item) if "secret" in each.title or SECRET in each.title]
    first, second = sorted(items, key=lambda each: each.number)
    await house.ask(AssignItem(first.id, "@Ben"), channel="backroom")
    assert SECRET in read(await house.ask(ShowItem(first.id), user="ben", channel="dm-ben"))
    assert "secret" not in read(await house.ask(ShowItem(second.id), user="ben", channel="dm-ben"))
    assert "second" not in read(await house.ask(Prioritise(second.id), user="ben", channel="dm-ben"))


async def test_it_is_no_board_to_choose_for_others(house: House) -> None:
    (private,) = [each for each in await house.rows(Board) if each.private]
    assert private.name == "backroom"
    answer = await house.bot.ask(house.event("control", "ben", "dm-ben", intent="item.log_new"))
    assert isinstance(answer, Form)
    assert "backroom" not in read(answer)
    refused = await house.ask(ChooseBoard("backlog.show", private.id), user="ben", channel="dm-ben")
    assert SECRET not in read(refused)
    assert SECRET not in read(await typed(house, "backlog", "ben", channel="dm-ben"))


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("ben", False)])
async def test_ones_own_page_shows_it_to_who_takes_part_alone(house: House, who: str, sees: bool) -> None:
    home = Place("memory", TENANT, who, kind="home")
    await house.bot.keep(replace(house.event("opened", who), place=home))
    await house.bot.settle()
    (page,) = [each for each in house.platform.posts if each.place.kind == "home"]
    assert (SECRET in repr(page.message), "backroom" in repr(page.message)) == (sees, sees)


async def test_where_there_is_only_a_private_board_the_chat_of_a_stranger_has_one_of_its_own(database_url: str) -> None:
    async with opened(database_url) as house:
        house.platform.titles["backroom"] = Title("backroom", private=True)
        await house.said(SECRET, user="ada", channel="backroom")
        await house.bot.keep(house.event("direct", "ben", "dm-ben", text="my chair squeaks"))
        await house.bot.settle()
        boards = {each.id: each.name for each in await house.rows(Board)}
        assert {boards[each.board]: each.title for each in await house.rows(Item)} == {
            "backroom": SECRET, "dm-ben": "My chair squeaks",
        }  # fmt: skip


async def test_a_channel_of_which_nothing_is_told_counts_as_private_until_it_is(database_url: str) -> None:
    async with opened(database_url) as house:
        house.platform.titles["ops"] = CannotLook("no scope")
        await house.said("the lift is stuck")
        assert (await house.row(Board)).private
        house.platform.titles["ops"] = Title("ops")
        await house.said("the door too")
        assert not (await house.row(Board)).private


async def test_a_command_in_a_channel_that_we_are_not_in_is_answered_in_ones_own_chat(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.said("the lift is stuck", channel="ops")
        house.platform.titles["garage"] = Title("garage", there=False)
        await typed(house, "add a tyre is flat", "ada", channel="garage")
        assert [each.name for each in await house.rows(Board)] == ["ops"]
        (card,) = [each for each in house.platform.posts if each.place.channel == "ada"]
        assert "A tyre is flat" in card.text


async def test_an_answer_typed_into_ones_own_chat_is_one_to_the_question_on_a_card_that_was_sent_there(
    database_url: str,
) -> None:
    async with opened(database_url) as house:
        await house.said("the lift is stuck", channel="ops")
        house.platform.titles["garage"] = Title("garage", there=False)
        await typed(house, "add a tyre is flat", "ada", channel="garage")
        await house.bot.keep(house.event("direct", "ada", "dm-ada", text="it rolls again"))
        await house.bot.settle()
        (item,) = [each for each in await house.rows(Item) if "tyre" in each.title]
        assert item.outcome == "it rolls again"


async def test_a_vote_on_a_key_brings_a_private_item_into_no_open_channel(house: House) -> None:
    (item,) = [each for each in await house.rows(Item) if SECRET in each.title]
    for user, text in (("esi", f"vote {item.key}"), ("ada", f"vote {item.key}"), ("ada", f"estimate {item.key}")):
        await typed(house, text, user)
        await house.said(text, user, channel="ops")
    assert SECRET not in repr([each.message for each in house.platform.posts if each.place.channel == "ops"])
    await typed(house, f"vote {item.key}", "ada", channel="backroom")
    assert "Estimate" in repr([each.message for each in house.platform.posts if each.place.channel == "backroom"])


async def test_an_item_of_it_that_somebody_elsewhere_has_stands_on_their_page(house: House) -> None:
    (item,) = [each for each in await house.rows(Item) if SECRET in each.title]
    await house.ask(AssignItem(item.id, "@Ben"), channel="backroom")
    home = Place("memory", TENANT, "ben", kind="home")
    await house.bot.keep(replace(house.event("opened", "ben"), place=home))
    await house.bot.settle()
    (page,) = [each for each in house.platform.posts if each.place.kind == "home"]
    assert (SECRET in repr(page.message), "backroom" in repr(page.message)) == (True, False)


async def test_what_is_typed_in_a_private_channel_without_us_goes_to_no_open_board_by_itself(house: House) -> None:
    house.platform.titles["hidden"] = Title("", private=True, there=False)
    answer = await typed(house, "add layoffs are planned", "ben", channel="hidden")
    assert isinstance(answer, Form)
    assert not [each for each in await house.rows(Item) if "layoffs" in each.title.casefold()]
    quoted = Quoted("m9", "layoffs are planned", "ada")
    place = replace(house.place("hidden"), private=True)
    asked = await house.bot.ask(
        replace(house.event("control", "ben", intent="item.log_this", message="m9", quoted=quoted), place=place)
    )
    assert isinstance(asked, Form)
    (board,) = [each for each in asked.fields if each.name == "board"]
    assert (board.initial, [each.value for each in board.options][-1]) == ("", "new")


async def test_a_command_where_we_were_removed_is_answered_in_ones_own_chat(house: House) -> None:
    await house.bot.keep(house.event("told", intent=pack(PlaceClosed())))
    await house.bot.settle()
    await typed(house, "add the door is stuck", "ben")
    (item,) = [each for each in await house.rows(Item) if "door" in each.title.casefold()]
    assert item.board == (await house.row(Board, name="ops")).id
    assert [each.place.channel for each in house.platform.posts if item.key in each.text] == ["ben"]
    answer = await typed(house, "start", "ben")
    assert isinstance(answer, Message)
    assert "in a channel" in plain(answer.summary)


async def test_every_command_typed_alone_is_answered(house: House) -> None:
    for command in house.routes.commands:
        await typed(house, command.name, "ben")
    assert await house.rows(Received, state=Taken.FAILED) == []


async def test_the_item_talked_about_is_called_by_its_key_in_a_form(house: House) -> None:
    await house.bot.keep(house.event("direct", "ben", "dm-ben", text="my chair squeaks"))
    await house.bot.settle()
    answer = await typed(house, "move", "ben", channel="dm-ben")
    assert isinstance(answer, Form)
    assert [each.initial.partition("-")[0] for each in answer.fields if each.name == "item"] == ["OPS"]
