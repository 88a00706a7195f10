"""Channels that bmm is invited to, that are closed, opened again, and called otherwise."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.board import Board, Channel
from bot.events import Event, Place
from bot.items import Change, Item
from bot.ledger import Received
from bot.meetings import Presence
from bot.messages import plain
from bot.people import Grant, Role
from bot.ports import PlaceGone
from bot.views import PlaceClosed, PlaceJoined, PlaceOpened, PlaceRenamed
from bot.wire import pack
from dialogs.intents import LogItem
from dialogs.meeting import StartMeeting
from dialogs.standup import ScheduleStandup
from tests.engine.house import House, opened


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """On each kind of database in turn."""
    async with opened(database_url) as house:
        yield house


def tiding(house: House, told: Any, by: str = "ada", channel: str = "ops", **values: Any) -> Event:
    """What the platform tells; with nobody in `by` it does not say who did it."""
    event = house.event("told", by or "nobody", channel, intent=pack(told), message="", **values)
    return replace(event, actor=event.actor if by else None)


async def told(house: House, what: Any, by: str = "ada", channel: str = "ops", **values: Any) -> bool:
    """Tell it, and settle; whether it was heeded."""
    heeded = await house.bot.keep(tiding(house, what, by, channel, **values))
    await house.bot.settle()
    return heeded


def texts(house: House, channel: str) -> list[str]:
    """What stands in a channel or somebody's own chat."""
    return house.platform.texts(channel)


async def test_who_invites_bmm_has_a_board_with_its_first_card_and_runs_it(house: House) -> None:
    assert await told(house, PlaceJoined())
    board = await house.row(Board)
    assert texts(house, "ops") == [f"Hello, I keep the backlog of {board.name}"]
    (grant,) = await house.rows(Grant)
    assert grant.role is Role.ADMIN
    await house.said("the lift is stuck", "ben")
    assert len(await house.rows(Board)) == 1
    assert len(await house.rows(Grant)) == 1


async def test_invited_again_without_having_been_away_it_says_nothing(house: House) -> None:
    await told(house, PlaceJoined())
    await told(house, PlaceJoined())
    assert len(texts(house, "ops")) == 1
    assert len(await house.rows(Board)) == 1


async def test_an_invitation_by_nobody_known_to_an_unknown_channel_leaves_no_row(house: House) -> None:
    assert not await told(house, PlaceJoined(), by="")
    assert (await house.rows(Received), await house.rows(Board)) == ([], [])


@pytest.mark.parametrize("what", [PlaceClosed(), PlaceOpened(), PlaceRenamed("x")])
async def test_what_becomes_of_channels_that_feed_no_board_leaves_no_row(house: House, what: Any) -> None:
    await house.said("hello", channel="other")
    before = len(await house.rows(Received))
    assert not await told(house, what, channel="ops")
    assert len(await house.rows(Received)) == before


async def test_of_a_closed_channel_its_admin_is_told_once_and_nothing_is_tried_there(house: House) -> None:
    await house.said("hello")
    sent = len(house.platform.sent)
    await told(house, PlaceClosed(), by="")
    assert [text[:26] for text in texts(house, "ada")] == ["I cannot post to ops any m"]
    assert (await house.row(Channel)).paused
    await told(house, PlaceClosed(), by="")
    house.platform.by_channel["ops"] = PlaceGone("is_archived")
    await house.ask(LogItem("the lift is stuck"), channel="dm-ada")
    assert len(texts(house, "ada")) == 1
    assert [sending.place.channel for _, sending in house.platform.sent[sent:]].count("ops") == 0


async def test_the_platform_saying_so_and_a_post_that_fails_tell_it_once_between_them(house: House) -> None:
    await house.said("hello")
    house.platform.by_channel["ops"] = PlaceGone("is_archived")
    await house.said("the lift is stuck")
    await told(house, PlaceClosed(), by="")
    assert [text[:26] for text in texts(house, "ada")] == ["I cannot post to ops any m"]


async def test_invited_again_after_it_was_away_it_says_so_and_posts_what_waited(house: House) -> None:
    await house.said("hello")
    await told(house, PlaceClosed(), by="")
    for _ in range(2):
        await told(house, PlaceJoined(), by="ben")
    assert texts(house, "ops")[1:] == ["I am back. Everything on the board of ops is still there."]
    assert texts(house, "ada") == ["I can post to ops again."]
    assert not (await house.row(Channel)).paused


async def test_words_in_a_channel_that_was_lost_open_it_and_what_was_said_of_it_is_right_again(house: House) -> None:
    await house.said("hello")
    await told(house, PlaceClosed(), by="")
    await house.said("the lift is stuck", "ben")
    assert not (await house.row(Channel)).paused
    assert texts(house, "ada") == ["I can post to ops again."]


async def test_a_command_from_a_channel_that_bmm_was_removed_from_does_not_open_it(house: House) -> None:
    await house.said("hello")
    await told(house, PlaceClosed(), by="")
    await house.bot.keep(house.command("board", "ben"))
    await house.bot.settle()
    assert (await house.row(Channel)).paused


async def test_lost_a_second_time_it_is_told_a_second_time(house: House) -> None:
    await house.said("hello")
    for what in (PlaceClosed(), PlaceOpened(), PlaceClosed()):
        await told(house, what, by="")
    assert texts(house, "ada")[-1].startswith("I cannot post to ops any more")
    assert len(texts(house, "ada")) == 2


async def test_a_channel_that_is_opened_again_goes_on_in_silence(house: House) -> None:
    await house.said("hello")
    await told(house, PlaceClosed(), by="")
    before = texts(house, "ops")
    await told(house, PlaceOpened(), by="ben")
    assert texts(house, "ops") == before
    assert not (await house.row(Channel)).paused
    await house.said("the lift is stuck")
    assert len(texts(house, "ops")) == len(before) + 1


async def test_the_days_that_pass_while_a_channel_is_closed_do_not_pile_up(house: House) -> None:
    await house.said("hello")
    await house.ask(ScheduleStandup("09:00"))
    await told(house, PlaceClosed(), by="")
    for _ in range(4):
        house.clock.advance(timedelta(hours=24))
        await house.bot.settle()
    before = len(texts(house, "ops"))
    await told(house, PlaceOpened(), by="")
    assert len(texts(house, "ops")) == before


async def test_a_board_called_as_its_channel_follows_it_and_its_keys_do_not(house: House) -> None:
    await house.said("the lift is stuck")
    before = await house.row(Board)
    await told(house, PlaceRenamed("operations"), by="ben")
    after = await house.row(Board)
    assert (before.name, after.name, after.prefix) == ("ops", "operations", before.prefix)
    assert (await house.row(Channel)).name == "operations"
    assert "Hello, I keep the backlog of operations" in texts(house, "ops")
    change = await house.row(Change, subject=after.id, field="name")
    assert (change.before, change.after, change.why) == ('"ops"', '"operations"', "its channel was renamed")
    await house.said("the door is stuck")
    assert {item.key.partition("-")[0] for item in await house.rows(Item)} == {before.prefix}


async def test_a_board_with_a_name_of_its_own_keeps_it(house: House) -> None:
    await house.said("hello")
    await house.put(await house.row(Board), name="The workshop")
    await told(house, PlaceRenamed("operations"))
    assert (await house.row(Board)).name == "The workshop"
    assert (await house.row(Channel)).name == "operations"


async def test_tidings_make_nobody_take_part_in_a_meeting(house: House) -> None:
    await house.said("the lift is stuck")
    await house.ask(StartMeeting(30))
    await told(house, PlaceRenamed("operations"), by="ben")
    assert len(await house.rows(Presence)) == 1


async def test_in_somebodys_home_no_first_card_is_shown(house: House) -> None:
    home = Place("memory", "memory:t1", "ada", kind="home")
    await house.bot.ask(replace(house.press(LogItem("the lift is stuck")), place=home))
    await house.bot.settle()
    assert all("Hello" not in plain(each.message.summary) for each in house.platform.posts if each.place.kind == "home")
