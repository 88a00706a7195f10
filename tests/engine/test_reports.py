"""What could not be posted is told to who runs the board, once, and in doubt it can be posted again."""

import asyncio
from datetime import timedelta

import pytest

from bot.ledger import Post, Standing
from bot.messages import Button, Controls, Message, plain
from bot.ports import PlaceGone, Unsure
from dialogs.intents import LogItem
from dialogs.reports import PostAgain
from tests.engine.house import House, opened
from tests.engine.platform import Accepted
from tests.engine.platform import Standing as Stood


def buttons(stood: Stood) -> list[str]:
    """The labels of its buttons."""
    blocks = [block for block in stood.message.blocks if isinstance(block, Controls)]
    return [plain(each.label) for block in blocks for each in block.items if isinstance(each, Button)]


def told(house: House, user: str) -> list[Stood]:
    """What stands in somebody's own chat."""
    return [each for each in house.platform.posts if each.place.channel == user]


async def doubtful(house: House) -> Post:
    """A post of which nobody knows whether it was made."""
    await house.ask(LogItem("the first"))
    house.platform.looks = False
    house.platform.failures.append(Unsure("the line broke"))
    await house.ask(LogItem("the second"))
    house.clock.advance(timedelta(seconds=3))
    await house.bot.settle()
    (post,) = await house.rows(Post, standing=Standing.UNSURE)
    return post


async def test_what_may_not_have_been_posted_is_not_sent_blindly_but_told_with_a_button(database_url: str) -> None:
    async with opened(database_url) as house:
        post = await doubtful(house)
        assert [each.mark for each in house.platform.posts].count(post.id) == 0
        (report,) = told(house, "ada")
        assert buttons(report) == ["Post it again"]
        house.clock.advance(timedelta(days=1))
        await house.bot.settle()
        assert len(told(house, "ada")) == 1


async def test_post_again_posts_it_and_says_so(database_url: str) -> None:
    async with opened(database_url) as house:
        post = await doubtful(house)
        await house.ask(PostAgain(post.id))
        assert [each.mark for each in house.platform.posts].count(post.id) == 1
        assert (await house.row(Post, id=post.id)).standing is Standing.LIVE
        (report,) = told(house, "ada")
        assert buttons(report) == []
        answer = await house.ask(PostAgain(post.id))
        assert isinstance(answer, Message)
        assert [each.mark for each in house.platform.posts].count(post.id) == 1


async def test_what_is_lost_a_second_time_is_told_a_second_time(database_url: str) -> None:
    async with opened(database_url) as house:
        post = await doubtful(house)
        house.platform.failures.append(Unsure("the line broke again"))
        await house.bot.ask(house.press(PostAgain(post.id)))
        await house.bot.courier.work()
        house.clock.advance(timedelta(seconds=3))
        await house.bot.settle()
        assert (await house.row(Post, id=post.id)).standing is Standing.UNSURE
        (report,) = told(house, "ada")
        assert buttons(report) == ["Post it again"]


async def test_a_dead_couriers_post_is_in_doubt_where_the_platform_lets_nobody_look(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.ask(LogItem("the first"))
        house.platform.looks = False
        house.platform.failures.append(Accepted(asyncio.CancelledError()))
        await house.bot.ask(house.press(LogItem("the second")))
        with pytest.raises(asyncio.CancelledError):
            await house.bot.courier.work()
        sent = len(house.platform.sent)
        house.clock.advance(timedelta(seconds=60))
        await house.replica().settle()
        (post,) = await house.rows(Post, standing=Standing.UNSURE)
        assert len([each for _, each in house.platform.sent if each.mark == post.id]) == 1
        assert len(house.platform.sent) == sent + 1  # the report
        assert len(told(house, "ada")) == 1


async def test_a_lost_channel_is_told_once_to_who_runs_the_board(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.ask(LogItem("the first"))
        house.platform.by_channel["ops"] = PlaceGone("is_archived")
        for number in range(5):
            await house.bot.ask(house.press(LogItem(f"ask {number}"), user="ben"))
            house.clock.advance(timedelta(hours=7))
            await house.bot.courier.drain()
        await house.bot.settle()
        assert len(told(house, "ada")) == 1
        assert told(house, "ben") == []


async def test_a_report_that_cannot_be_posted_itself_does_not_breed_reports(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.ask(LogItem("the first"))
        house.platform.by_channel |= {"ops": PlaceGone("is_archived"), "ada": PlaceGone("user_disabled")}
        await house.ask(LogItem("the second"))
        for _ in range(20):
            house.clock.advance(timedelta(hours=7))
            await house.bot.settle()
        assert len([post for post in await house.rows(Post) if post.view.startswith("place.lost")]) == 1
