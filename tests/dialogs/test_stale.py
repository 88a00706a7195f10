"""A click on what was, after it has moved on: nothing happens twice, and the one who clicked is told."""

import pytest

from tests.harness import HouseName, Room, Seen, opened

HOUSES: tuple[HouseName, ...] = ("playground", "slack")


async def newest(room: Room, words: str) -> Seen:
    """The newest message of the channel that says so."""
    return [each for each in await room.messages("ops") if words in each.text][-1]


async def meeting(room: Room) -> Seen:
    """A meeting of three items, with the first in hand."""
    for ask in ("the badge printer jams", "paint the kitchen", "water the plants"):
        await room.say("Ada", "ops", f"@bmm {ask}")
    await room.command("Ada", "ops", "start 30")
    await room.press("Ada", "Begin", on=await newest(room, "kick-off"))
    return await newest(room, "Item 1 of 3")


@pytest.mark.parametrize("house", HOUSES)
async def test_next_pressed_twice_on_the_same_card_goes_on_once(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        card = await meeting(room)
        await room.press("Ada", "Next", on=card)
        await room.press("Ada", "Next", on=card)
        assert (await newest(room, "Item 2 of 3")).ref == card.ref
        assert "moved on" in (await room.private("Ada"))[-1].text


@pytest.mark.parametrize("house", HOUSES)
async def test_a_decision_on_the_item_before_does_not_hit_the_next_one(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        card = await meeting(room)
        await room.choose("Ada", "Decide", "Park", on=card)
        await room.choose("Ada", "Decide", "Park", on=card)
        await room.command("Ada", "ops", "board")
        board = (await room.private("Ada"))[-1].text
        assert board.index("OPS-2") < board.index("ICE BOX") < board.index("OPS-1")


@pytest.mark.parametrize("house", HOUSES)
async def test_a_vote_for_a_round_that_is_over_is_not_counted(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        await room.command("Ada", "ops", "vote 1")
        card = await newest(room, "Estimate")
        await room.press("Ada", "3", on=card)
        await room.press("Ben", "5", on=card)
        await room.press("Ada", "Reveal", on=card)
        await room.press("Ben", "13", on=card)
        assert "not counted" in (await room.private("Ben"))[-1].text
        await room.press("Ada", "Vote again", on=await newest(room, "Estimate"))
        await room.press("Ben", "13", on=card)
        assert "not counted" in (await room.private("Ben"))[-1].text
        shown = await newest(room, "Estimate")
        assert "1 of 2 · 5" in shown.text
        assert "13" not in shown.text
        assert "voted." not in shown.text


@pytest.mark.parametrize("house", HOUSES)
async def test_a_card_that_is_taken_once_is_taken(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        await room.command("Ada", "ops", "vote 1")
        await room.press("Ada", "3", on=await newest(room, "Estimate"))
        await room.press("Ada", "Reveal", on=await newest(room, "Estimate"))
        revealed = await newest(room, "Estimate")
        await room.press("Ada", "Decide: 3", on=revealed)
        await room.press("Ada", "Vote again", on=revealed)
        assert "moved on" in (await room.private("Ada"))[-1].text
        assert "Decided: 3" in (await newest(room, "Estimate")).text


@pytest.mark.parametrize("house", HOUSES)
async def test_undo_works_once(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams, urgent")
        await room.command("Ada", "ops", "park 1")
        notice = (await room.private("Ada"))[-1]
        await room.press("Ada", "Undo", on=notice)
        assert "Undone" in (await room.private("Ada"))[-1].text
        await room.press("Ada", "Undo", on=notice)
        assert "cannot be undone" in (await room.private("Ada"))[-1].text


@pytest.mark.parametrize("house", HOUSES)
async def test_a_question_that_is_answered_is_not_answered_again(house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        root = await room.say("Ada", "ops", "@bmm the badge printer jams, by Friday")
        card = [each for each in await room.messages("ops") if each.thread == root][-1]
        await room.press("Ada", "High", on=card)
        await room.press("Ada", "Skip", on=card)
        now = [each for each in await room.messages("ops") if each.thread == root][-1]
        assert "Priority: High" in now.text
        assert "What will be true" in now.text
