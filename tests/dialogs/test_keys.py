"""Keys that people write to one another, and links to items: shown in one line, and quietly."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.board import Board
from bot.items import Item, Lane
from bot.ledger import Received
from bot.meetings import Presence
from bot.messages import Message, plain
from bot.ports import Profile
from dialogs.intents import LogItem, MoveItem, ShowItem
from dialogs.keys import ShowLinked, ShowSaid
from dialogs.meeting import StartMeeting
from tests.dialogs.home_stage import Opened
from tests.engine.house import House, opened


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """Three items of which nobody has spoken for an hour, on each kind of database in turn."""
    async with opened(database_url) as house:
        for ask in ("the lift is stuck", "the door squeaks", "the lamp flickers"):
            await house.ask(LogItem(ask))
        house.clock.advance(timedelta(hours=1))
        yield house


async def overheard(house: House, text: str, user: str = "ben", **values: str) -> bool:
    """Something that people say to one another; whether it was heeded."""
    heeded = await house.bot.keep(house.event("overheard", user, text=text, **values))
    await house.bot.settle()
    return heeded


def lines(house: House) -> list[tuple[str, str]]:
    """Every line that was posted, with the thread it is in."""
    found = [each for each in house.platform.posts if ". It is in " in each.text and len(each.message.blocks) == 1]
    return [(each.place.thread or "", each.text) for each in found]


async def test_a_key_that_somebody_says_is_shown_in_one_line_in_the_thread_of_the_words(house: House) -> None:
    assert await overheard(house, "did OPS-1 make it?", message="m9")
    assert lines(house) == [("m9", "OPS-1: The lift is stuck. It is in BACKLOG.")]
    shown = Opened(house.platform.posts[-1].message)
    assert shown.lines == ["OPS-1 The lift is stuck | BACKLOG · no priority yet"]
    assert list(shown.buttons()) == ["Open"]
    assert isinstance(shown.buttons()["Open"], ShowItem)


async def test_two_keys_are_two_lines_and_three_are_none(house: House) -> None:
    assert await overheard(house, "OPS-1 or ops-2, and OPS-1 again")
    assert [text[:5] for _, text in lines(house)] == ["OPS-1", "OPS-2"]
    assert not await overheard(house, "OPS-1, OPS-2 and OPS-3")


@pytest.mark.parametrize("text", ["ISO-9001 says so", "OPS-99", "OPS-1 and ISO-9001", "x-OPS-1", "OPS-1x", "nothing"])
async def test_what_is_no_item_leaves_no_row(house: House, text: str) -> None:
    before = len(await house.rows(Received))
    assert not await overheard(house, text)
    assert (len(await house.rows(Received)), lines(house)) == (before, [])


async def test_within_half_an_hour_an_item_is_shown_once_in_a_channel(house: House) -> None:
    assert await overheard(house, "did OPS-1 make it?")
    house.clock.advance(timedelta(minutes=29))
    assert not await overheard(house, "OPS-1, I mean")
    assert await overheard(house, "OPS-1 or OPS-2")
    assert [text[:5] for _, text in lines(house)] == ["OPS-1", "OPS-2"]
    house.clock.advance(timedelta(minutes=2))
    assert await overheard(house, "OPS-1, I said")
    assert len(lines(house)) == 3


async def test_two_who_say_it_at_once_have_it_shown_once(house: House) -> None:
    events = [house.event("overheard", user, text="OPS-1") for user in ("ben", "chloe")]
    assert [await house.bot.keep(event) for event in events] == [True, True]
    await house.bot.settle()
    assert len(lines(house)) == 1


async def test_where_its_card_has_just_been_posted_nothing_is_shown(house: House) -> None:
    await house.ask(LogItem("the roof leaks"))
    assert not await overheard(house, "OPS-4 is urgent")


async def test_in_the_thread_of_the_item_itself_nothing_is_shown_however_old_it_is(house: House) -> None:
    await house.said("the roof leaks", message="m5")
    house.clock.advance(timedelta(days=2))
    assert not await overheard(house, "OPS-4 is urgent", thread="m5")
    assert await overheard(house, "OPS-4 is urgent")


async def test_keys_of_another_channels_board_are_not_shown_here(house: House) -> None:
    await house.ask(LogItem("who is let go"), channel="management")
    house.clock.advance(timedelta(hours=1))
    key = (await house.rows(Item))[-1].key
    assert not await overheard(house, f"look at {key}")
    assert await overheard(house, f"look at {key}", channel="management")


async def test_neither_in_a_personal_chat_nor_in_a_channel_without_a_board_is_anything_shown(house: House) -> None:
    for channel in ("dm-ben", "lobby"):
        assert not await overheard(house, "OPS-1", channel=channel)
    assert len(await house.rows(Board)) == 1


@pytest.mark.parametrize("how", ["overheard", "linked"])
@pytest.mark.parametrize("by_event", [True, False], ids=["as the event says", "as the platform says"])
async def test_who_is_from_outside_shows_nothing_and_is_told_nothing(house: House, how: str, by_event: bool) -> None:
    house.platform.profiles["eve"] = Profile("Eve", "UTC", outsider=not by_event)
    heeded = await house.bot.keep(house.event(how, "eve", text="see OPS-1", outsider=by_event))
    await house.bot.settle()
    assert heeded is not by_event
    assert (lines(house), house.platform.answers) == ([], [])


async def test_a_line_stays_as_it_was_and_its_button_shows_how_it_is(house: House) -> None:
    await overheard(house, "did OPS-1 make it?")
    item = await house.row(Item, number=1)
    await house.ask(MoveItem(item.id, Lane.IDEAS))
    assert [text for _, text in lines(house)] == ["OPS-1: The lift is stuck. It is in BACKLOG."]


async def test_a_question_in_that_thread_is_about_the_item_that_was_shown(house: House) -> None:
    await overheard(house, "did OPS-1 make it?", message="m9")
    await house.said("done", thread="m9")
    assert "OPS-1" in house.platform.told()[-1]


async def test_a_link_to_an_item_is_shown_where_it_stands_and_not_again(house: House) -> None:
    link = "https://bmm.example/items/OPS-1"
    assert await house.bot.keep(house.event("linked", "ben", text=link, message="m9"))
    await house.bot.settle()
    ((event, answer),) = house.platform.answers
    assert event.message == "m9"
    assert isinstance(answer, Message)
    assert plain(answer.summary) == "OPS-1: The lift is stuck. It is in BACKLOG."
    assert lines(house) == []
    await house.restart()
    assert not await house.bot.keep(house.event("linked", "chloe", text=link))
    assert not await overheard(house, "OPS-1, as I said")
    house.clock.advance(timedelta(minutes=31))
    assert await house.bot.keep(house.event("linked", "chloe", text=link))


async def test_links_to_two_items_and_links_elsewhere_are_left_alone(house: House) -> None:
    for text in (
        "https://bmm.example/OPS-1 https://bmm.example/OPS-2",
        "https://bmm.example/",
        "https://x.example/Q-1",
    ):
        assert not await house.bot.keep(house.event("linked", "ben", text=text))


async def test_who_is_overheard_does_not_take_part_in_the_meeting(house: House) -> None:
    await house.ask(StartMeeting(30), "ada")
    await overheard(house, "did OPS-1 make it?", "ben")
    assert len(await house.rows(Presence)) == 1


async def test_words_that_the_road_shows_are_shown_by_no_control(house: House) -> None:
    for forged in (ShowSaid("OPS-1"), ShowLinked("OPS-1")):
        assert await house.ask(forged, "ben") is None
    assert lines(house) == []
