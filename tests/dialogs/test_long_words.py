"""Long words are kept whole, and no card is lost over them."""

import pytest

from bot.items import Item
from bot.ports import Query
from tests.harness import HouseName, Room, opened

HOUSES: tuple[HouseName, ...] = ("playground", "slack")
LONG = "the badge printer jams. " + "line of a long log; " * 290 + "the very end"


async def items(room: Room) -> list[Item]:
    """Every item there is."""
    return await room.bot.database.read(lambda store: store.find(Item, Query(order=("number",))), None)


@pytest.mark.parametrize("house", HOUSES)
async def test_a_long_ask_is_kept_whole_and_its_card_has_a_short_title(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        await room.say("Ada", "ops", f"@bmm {LONG}")
        (item,) = await items(room)
        assert item.request.endswith("the very end")
        assert len(item.title) <= 80
        card = [each for each in await room.messages("ops") if each.thread][-1]
        assert "Edit" in {control.label for control in card.controls}


@pytest.mark.parametrize("house", HOUSES)
async def test_a_long_answer_of_somebody_else_is_offered_and_taken_whole(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        root = await room.say("Ada", "ops", "@bmm the badge printer on 3 jams")
        await room.say("Ben", "ops", f"@bmm {LONG}", thread=root)
        card = [each for each in await room.messages("ops") if each.thread and each.author == "bmm"][-1]
        assert "Ben Lindqvist says" in card.text
        await room.press("Ada", "Use this answer", on=card)
        assert (await items(room))[0].outcome.endswith("the very end")


@pytest.mark.parametrize("house", HOUSES)
async def test_long_words_that_were_no_answer_are_logged_whole_at_a_press(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        root = await room.say("Ada", "ops", "@bmm the badge printer on 3 jams, by Friday")
        await room.say("Ada", "ops", f"@bmm {LONG}", thread=root)
        told = (await room.private("Ada"))[-1]
        await room.press("Ada", "Log it as a new ask instead", on=told)
        assert [each.request[-12:] for each in await items(room)][1:] == ["the very end"]


@pytest.mark.parametrize("house", HOUSES)
async def test_a_long_title_is_edited_and_cards_and_lists_still_stand(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer on 3 jams")
        await room.command("Ada", "ops", "edit 1")
        await room.submit("Ada", {"Title": "long " * 500})
        for command in ("backlog", "board", "find long", "show 1", "history 1", "dsu", "start"):
            before = len(await room.everything())
            await room.command("Ada", "ops", command)
            assert len(await room.everything()) > before, command
