"""How boards begin: a name that comes late, prefixes of their own, and channels that change their id."""

import asyncio
from datetime import timedelta

import pytest

from bot.board import Board, Channel
from bot.items import Item
from bot.ledger import Due, Post, Prompt
from bot.ports import Throttled, Title
from bot.views import PlaceMoved
from bot.wire import pack
from dialogs.standup import ScheduleStandup
from tests.engine.house import opened


async def test_a_channel_whose_name_is_told_late_has_it_from_then_on_and_so_has_its_board(database_url: str) -> None:
    async with opened(database_url) as house:
        house.platform.titles["ops"] = Throttled(60)
        await house.said("the lift is stuck")
        assert (await house.row(Board)).name == "Unnamed channel"  # and not what the platform calls it by itself
        house.platform.titles["ops"] = Title("lift crew")
        await house.said("the door too")
        assert ((await house.row(Board)).name, (await house.row(Channel)).name) == ("lift crew", "lift crew")


async def test_thirty_boards_of_one_name_have_thirty_prefixes(database_url: str) -> None:
    async with opened(database_url) as house:
        for number in range(30):
            house.platform.titles[f"c{number}"] = Title("team office")
            await house.said("the lift is stuck", channel=f"c{number}")
        keys = [each.key for each in await house.rows(Item)]
        assert len(set(keys)) == 30
        assert all(len(key.partition("-")[0]) <= 5 for key in keys)


async def test_boards_that_begin_at_once_have_prefixes_of_their_own(postgres_url: str) -> None:
    async with opened(postgres_url) as house:
        await house.said("the first")
        for number in range(8):
            house.platform.titles[f"c{number}"] = Title("team office")
        others = [house.replica() for _ in range(3)]
        bots = [house.bot, *others]
        events = [house.mention("the lift is stuck", channel=f"c{number}") for number in range(8)]
        await asyncio.gather(*(bots[n % 4].ask(event) for n, event in enumerate(events)))
        prefixes = [each.prefix for each in await house.rows(Board)]
        assert len(set(prefixes)) == 9


@pytest.fixture
def moved() -> str:
    """The id that the channel has later."""
    return "c-new"


async def test_a_channel_with_another_id_keeps_its_board_its_cards_and_what_falls_due(
    database_url: str, moved: str
) -> None:
    async with opened(database_url) as house:
        await house.said("the lift is stuck", message="m1")
        await house.ask(ScheduleStandup("09:00"))
        item = await house.row(Item)
        card = next(each for each in await house.rows(Post) if "item.card" in each.view)
        await house.bot.keep(house.event("told", intent=pack(PlaceMoved(moved))))
        await house.bot.settle()
        assert [each.channel for each in await house.rows(Channel)] == [moved]
        assert {each.channel for each in await house.rows(Post)} <= {moved, "ada"}
        assert {each.channel for each in await house.rows(Prompt)} == {moved}
        assert all(moved in each.place for each in await house.rows(Due, done=False))
        await house.bot.ask(house.command("prioritise 1 high", channel=moved))
        await house.bot.settle()
        assert [each.name for each in await house.rows(Board)] == ["ops"]
        shown = next(each for each in house.platform.posts if each.ref == card.ref)
        assert "High" in repr(shown.message)
        await house.bot.keep(house.event("edited", channel=moved, message="m1", text="the lift is stuck, by Friday"))
        await house.bot.settle()
        assert (await house.row(Item, id=item.id)).due is not None
        house.clock.advance(timedelta(days=1))
        await house.bot.settle()
        assert any("standup" in each.view and each.channel == moved for each in await house.rows(Post))
