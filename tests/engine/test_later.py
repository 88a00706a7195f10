"""What falls due: once for each key, whatever number of replicas looks, and however late."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import wire
from bot.effects import Effects
from bot.ledger import Due, Post, Received, Taken
from bot.standup import Standup
from dialogs.intents import LogItem
from dialogs.standup import PostStandup, ScheduleStandup, StopStandup, WalkDue
from tests.engine.house import House, opened
from tests.engine.tiny import Remind, Tiny, all_notes

HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


async def notes(house: House) -> list[str]:
    return await house.look(lambda store: list(all_notes(store)))


async def pass_time(house: House, by: timedelta) -> None:
    house.clock.advance(by)
    await house.bot.settle()


async def test_what_is_due_happens_when_its_time_comes_and_once(house: House) -> None:
    await house.ask(Remind("k", house.clock.now() + HOUR, "now"))
    await pass_time(house, timedelta(minutes=59))
    assert await notes(house) == []
    for _ in range(3):
        await pass_time(house, timedelta(minutes=1))
    assert (await notes(house), (await house.row(Due)).done) == (["now"], True)


async def test_a_key_falls_due_once_and_the_last_word_counts(house: House) -> None:
    now = house.clock.now()
    await house.ask(Remind("k", now + HOUR, "first"))
    await house.ask(Remind("k", now + 2 * HOUR, "second"))
    await pass_time(house, HOUR)
    assert await notes(house) == []
    await pass_time(house, 2 * HOUR)
    assert await notes(house) == ["second"]


async def test_a_time_that_is_moved_after_it_rang_happens_at_its_new_time_alone(house: House) -> None:
    now = house.clock.now()
    await house.ask(Remind("k", now + HOUR, "first"))
    house.clock.advance(HOUR)
    await house.bot.alarm.ring()
    await house.bot.ask(house.press(Remind("k", now + 2 * HOUR, "second")))
    await house.bot.settle()
    assert await notes(house) == []
    await pass_time(house, HOUR)
    assert await notes(house) == ["second"]


async def test_a_due_time_waits_for_the_process_to_come_back(house: House) -> None:
    await house.ask(Remind("k", house.clock.now() + HOUR, "now"))
    bot = await house.restart()
    house.clock.advance(3 * HOUR)
    await bot.settle()
    assert await notes(house) == ["now"]


async def test_two_replicas_ring_once(house: House) -> None:
    for number in range(20):
        await house.bot.ask(house.press(Remind(f"k{number}", house.clock.now() + HOUR, str(number))))
    other = house.replica()
    house.clock.advance(HOUR)
    await asyncio.gather(house.bot.settle(), other.settle())
    await asyncio.gather(house.bot.settle(), other.settle())
    assert sorted(await notes(house), key=int) == [str(number) for number in range(20)]
    assert len(await house.rows(Received, state=Taken.DONE)) == 40


async def test_the_clock_tells_how_long_it_may_sleep(house: House) -> None:
    await house.ask(Remind("k", house.clock.now() + timedelta(seconds=7), "now"))
    assert 6.9 < await house.bot.alarm.ring() <= 7
    house.clock.advance(timedelta(seconds=7))
    assert await house.bot.alarm.ring() == 20


async def test_what_only_a_newer_version_knows_is_left_to_it_and_holds_up_nothing(house: House) -> None:
    await house.ask(Remind("k", house.clock.now() + HOUR, "known"))
    due = await house.row(Due)
    for number, intent in enumerate(("newer.intent", "tiny.silent {", due.intent)):
        place = "place.at [" if intent == due.intent else due.place
        row = Due(f"odd{number}", due.board, due.at - HOUR, intent, place)
        await house.bot.database.keep([row])
    await pass_time(house, HOUR)
    assert await notes(house) == ["known"]
    assert not (await house.row(Due, id="odd0")).done


async def test_a_due_intent_that_fails_is_kept_for_replay(house: House, tiny: Tiny) -> None:
    await house.ask(Remind("k", house.clock.now() + HOUR, "now"))
    tiny.broken = True
    await pass_time(house, HOUR)
    await pass_time(house, HOUR)
    assert len(tiny.taken) == 1
    tiny.broken = False
    assert len(await house.bot.intake.replay()) == 1
    assert await notes(house) == ["now"]


# --- the daily post


async def scheduled(house: House, at: str = "09:00") -> None:
    await house.bot.keep(house.mention("the printer jams, please fix it by Friday"))
    await house.bot.settle()
    await house.ask(ScheduleStandup(at))


async def posted(house: House) -> list[tuple[str, str]]:
    """The local instants of the posts in the channel, with their days."""
    found = await house.rows(Standup)
    return [(str(each.day), f"{each.at.astimezone(LONDON):%H:%M}") for each in found]


async def test_the_daily_post_comes_once_a_business_day_across_restarts_and_replicas(database_url: str) -> None:
    async with opened(database_url) as house:
        await scheduled(house)
        other = house.replica()
        for hour in range(24 * 8):
            house.clock.advance(HOUR)
            await asyncio.gather(house.bot.settle(), other.settle())
            if hour % 30 == 0:
                await house.restart()
        days = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]
        assert await posted(house) == [(day, "09:00") for day in days]
        shown = [post for post in await house.rows(Post) if post.view.startswith("standup.card")]
        assert len(shown) == len(days)


async def test_the_daily_post_keeps_its_local_time_when_the_clocks_change(database_url: str) -> None:
    async with opened(database_url, at=datetime(2027, 3, 25, 12, tzinfo=UTC)) as house:
        await scheduled(house)
        for _ in range(24 * 5):
            await pass_time(house, HOUR)
        assert await posted(house) == [("2027-03-26", "09:00"), ("2027-03-29", "09:00"), ("2027-03-30", "09:00")]


async def test_a_daily_post_that_is_more_than_an_hour_late_is_told_and_not_posted(database_url: str) -> None:
    async with opened(database_url) as house:
        await scheduled(house)
        await house.bot.stop()
        house.clock.advance(timedelta(hours=25))  # Tuesday, 11:00
        house.bots.remove(house.bot)
        house.bot = house.replica()
        await house.bot.settle()
        assert await posted(house) == []
        (told,) = [each for each in house.platform.posts if each.place.channel == "ada"]
        assert "24 Nov" in told.text
        await pass_time(house, timedelta(hours=22))  # Wednesday, 09:00
        assert await posted(house) == [("2026-11-25", "09:00")]


async def test_a_daily_post_that_is_less_than_an_hour_late_is_posted(database_url: str) -> None:
    async with opened(database_url) as house:
        await scheduled(house)
        await pass_time(house, timedelta(hours=23, minutes=55))
        assert await posted(house) == [("2026-11-24", "09:55")]


async def test_a_daily_post_that_was_stopped_does_not_come(database_url: str) -> None:
    async with opened(database_url) as house:
        await scheduled(house)
        await house.ask(StopStandup())
        await pass_time(house, timedelta(days=3))
        assert await posted(house) == []


async def test_a_daily_post_in_an_archived_channel_does_not_pile_up(database_url: str) -> None:
    from bot.ports import PlaceGone

    async with opened(database_url) as house:
        await scheduled(house)
        house.platform.by_channel["ops"] = PlaceGone("is_archived")
        for _ in range(24 * 7):
            await pass_time(house, HOUR)
        lost = [each.text for each in house.platform.posts if each.place.channel == "ada"]
        assert len(lost) == 1
        del house.platform.by_channel["ops"]
        before = len(house.platform.posts)
        await house.ask(PostStandup())
        assert len(house.platform.posts) - before <= 2  # the one that met the closed door, and the one asked for


async def test_a_time_in_another_zone_is_that_of_the_board(database_url: str) -> None:
    from bot.board import Board
    from bot.ports import Profile

    async with opened(database_url) as house:
        house.platform.profiles["ada"] = Profile("Ada", "Asia/Kolkata")
        await house.ask(LogItem("the printer jams"))
        await house.ask(ScheduleStandup("09:00"))
        (due,) = [each for each in await house.rows(Due) if "standup" in each.id]
        assert due.at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
        assert (await house.row(Board)).zone == "Asia/Kolkata"
        assert wire.knows(due.intent)


def broken(_intent: Any, _turn: Any) -> Effects:
    """A handler with a bug."""
    raise ZeroDivisionError


async def test_a_daily_post_that_fails_is_told_and_the_next_day_comes(database_url: str) -> None:
    async with opened(database_url) as house:
        await scheduled(house)
        sound = house.full.handlers[WalkDue]
        house.full.handlers[WalkDue] = replace(sound, handler=broken)
        await pass_time(house, timedelta(hours=23))  # Tuesday, 09:00
        house.full.handlers[WalkDue] = sound
        (told,) = [each for each in house.platform.posts if each.place.channel == "ada"]
        (failed,) = await house.rows(Received, state=Taken.FAILED)
        assert failed.reference in told.text
        await pass_time(house, timedelta(hours=24))
        assert await posted(house) == [("2026-11-25", "09:00")]
