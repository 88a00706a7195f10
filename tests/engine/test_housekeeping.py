"""Growth: once a night, in small steps, what nobody will ask for again goes, and nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot import housekeeping
from bot.housekeeping import next_night
from bot.ledger import Due, Post, Prompt, Received, Standing, Taken
from tests.engine.house import House
from tests.engine.tiny import Remind, Say, ShowCards, Tiny

DAY = timedelta(days=1)


async def test_bodies_go_after_two_weeks_and_keys_after_a_month(house: House) -> None:
    await house.said("one")
    house.clock.advance(13 * DAY)
    assert await house.bot.housekeeping.tidy() == 0
    house.clock.advance(2 * DAY)
    assert await house.bot.housekeeping.tidy() == 1
    received = await house.row(Received)
    assert (received.event, received.state, received.reply != "") == ("", Taken.DONE, True)
    assert await house.bot.keep(house.mention("one", key=received.id)) is False
    house.clock.advance(16 * DAY)
    assert await house.bot.housekeeping.tidy() == 1
    assert await house.rows(Received) == []


async def test_what_failed_or_waits_is_kept_whole_however_old(house: House, tiny: Tiny) -> None:
    tiny.broken = True
    await house.said("failed")
    tiny.broken = False
    await house.bot.keep(house.mention("waiting"))
    house.clock.advance(100 * DAY)
    assert await house.bot.housekeeping.tidy() == 0
    await house.bot.intake.replay()
    await house.bot.settle()
    assert house.platform.texts() == ["2 notes, last waiting"]


async def test_retired_posts_go_after_a_month_and_live_ones_stay(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    await house.ask(ShowCards(("a",), anew=True))
    house.clock.advance(29 * DAY)
    await house.bot.housekeeping.tidy()
    assert len(await house.rows(Post)) == 2
    house.clock.advance(2 * DAY)
    await house.bot.housekeeping.tidy()
    assert [each.standing for each in await house.rows(Post)] == [Standing.LIVE]
    await house.ask(ShowCards(("a",)))
    assert house.platform.texts()[-1] == "card a at 3"


async def test_times_that_are_past_go_and_those_to_come_stay(house: House) -> None:
    now = house.clock.now()
    await house.ask(Remind("past", now + DAY, "x"))
    await house.ask(Remind("to come", now + 400 * DAY, "y"))
    house.clock.advance(2 * DAY)
    await house.bot.settle()
    house.clock.advance(40 * DAY)
    await house.bot.housekeeping.tidy()
    assert [each.id for each in await house.rows(Due)] == ["to come"]


async def test_a_question_that_expired_is_closed(house: House) -> None:
    await house.bot.keep(house.event("direct", channel="dm-ada", intent="tiny.ask"))
    await house.bot.settle()
    await house.bot.housekeeping.tidy()
    assert (await house.row(Prompt)).open
    house.clock.advance(4 * DAY)
    await house.bot.housekeeping.tidy()
    assert not (await house.row(Prompt)).open


async def test_it_works_in_small_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        await house.bot.ask(house.press(Say(str(number))))
    house.clock.advance(20 * DAY)
    monkeypatch.setattr(housekeeping, "STEP", 3)
    assert await house.bot.housekeeping._step(housekeeping._forget_bodies) == 3
    assert await house.bot.housekeeping.tidy() == 4


async def test_one_replica_does_it_once_a_night(house: House) -> None:
    other = house.replica()
    for _ in range(3):
        took = await asyncio.gather(*(bot.housekeeping.due() for bot in (house.bot, other, house.bot)))
        assert sorted(took) == [False, False, True]
        house.clock.advance(DAY)


async def test_a_started_bot_tidies_up_by_itself(house: House) -> None:
    await house.said("one")
    house.clock.advance(20 * DAY)
    house.bot.housekeeping.start()
    for _ in range(500):
        if not (await house.row(Received)).event:
            break
        await asyncio.sleep(0.01)
    assert (await house.row(Received)).event == ""


def test_the_night_is_at_three() -> None:
    assert next_night(datetime(2026, 11, 23, 2, 59, tzinfo=UTC)) == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert next_night(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) == datetime(2026, 11, 24, 3, tzinfo=UTC)
