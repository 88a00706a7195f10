"""Kept first, then understood: the inbox is the dedupe, the promise and the dead letters in one."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.ledger import Post, Prompt, Received, Taken
from bot.messages import Form, Message, plain
from bot.ports import Answer, Errors, Invalid, Profile, Throttled, Unavailable
from tests.engine.house import House, opened
from tests.engine.tiny import (
    AskName,
    GiveName,
    Say,
    SayAndRegret,
    SayAsAdmin,
    TakeNote,
    Tiny,
    all_notes,
)  # fmt: skip


async def notes(house: House) -> list[str]:
    return await house.look(lambda store: list(all_notes(store)))


def words(answer: Answer | None) -> str:
    assert isinstance(answer, Message)
    return plain(answer.summary)


async def test_an_event_is_kept_before_it_is_understood(house: House) -> None:
    assert await house.bot.keep(house.mention("a note"))
    kept = await house.row(Received)
    assert (kept.state, '"a note"' in kept.event, await notes(house)) == (Taken.NEW, True, [])
    await house.bot.settle()
    assert ((await house.row(Received)).state, await notes(house)) == (Taken.DONE, ["a note"])


async def test_a_redelivered_event_is_heard_once_and_answered_once(house: House) -> None:
    event = house.mention("a note")
    assert [await house.bot.keep(event), await house.bot.keep(event)] == [True, False]
    await house.bot.settle()
    assert await house.bot.keep(event) is False
    await house.bot.settle()
    assert (await notes(house), house.platform.told()) == (["a note"], ["noted a note"])


async def test_many_redeliveries_at_once_are_one(house: House) -> None:
    event = house.mention("a note")
    assert sorted(await asyncio.gather(*(house.bot.keep(event) for _ in range(11)))) == [False] * 10 + [True]
    await house.bot.settle()
    assert await notes(house) == ["a note"]


async def test_a_repeated_request_gets_the_stored_answer(house: House, tiny: Tiny) -> None:
    event = house.press(Say("x"))
    first, again = await house.bot.ask(event), await house.bot.ask(event)
    assert (words(first), words(again), tiny.taken) == ("noted x", "noted x", ["x"])


async def test_a_repeated_request_for_a_form_gets_the_form_again(house: House) -> None:
    event = house.press(AskName())
    first, again = await house.bot.ask(event), await house.bot.ask(event)
    assert isinstance(first, Form)
    assert first == again


async def test_a_repeated_form_with_errors_gets_the_errors_again(house: House) -> None:
    event = house.form(SayAndRegret("x", "text"), {})
    first, again = await house.bot.ask(event), await house.bot.ask(event)
    assert isinstance(first, Errors)
    assert isinstance(again, Errors)
    assert {name: plain(each) for name, each in again.fields.items()} == {"text": "not x"}


async def test_a_refusal_rolls_the_turn_back_and_is_told_in_private(house: House) -> None:
    await house.bot.keep(house.press(SayAndRegret("x")))
    await house.bot.settle()
    assert (await notes(house), await house.rows(Post), house.platform.told()) == ([], [], ["not x"])
    assert (await house.row(Received)).state is Taken.DONE


async def test_a_bug_leaves_the_event_whole_under_a_reference_and_replay_runs_it(house: House, tiny: Tiny) -> None:
    tiny.broken = True
    await house.said("precious words")
    failed = await house.row(Received)
    (told,) = house.platform.told()
    assert (failed.state, "precious words" in failed.event, await notes(house)) == (Taken.FAILED, True, [])
    assert failed.reference
    assert failed.reference in told
    tiny.broken = False
    assert await house.bot.intake.replay(failed.reference) == [failed.reference]
    assert (await notes(house), (await house.row(Received)).state) == (["precious words"], Taken.DONE)
    assert await house.bot.intake.replay() == []


async def test_replay_of_one_reference_leaves_the_others(house: House, tiny: Tiny) -> None:
    tiny.broken = True
    await house.said("one")
    await house.said("two")
    tiny.broken = False
    first, second = await house.rows(Received)
    assert await house.bot.intake.replay(second.reference) == [second.reference]
    assert await notes(house) == ["two"]
    assert await house.bot.intake.replay() == [first.reference]
    assert await notes(house) == ["two", "one"]


async def test_what_fails_again_when_it_is_replayed_keeps_its_event(house: House, tiny: Tiny) -> None:
    tiny.broken = True
    await house.said("one")
    await house.bot.intake.replay()
    failed = await house.row(Received)
    assert (failed.state, "one" in failed.event, len(tiny.taken)) == (Taken.FAILED, True, 2)


async def test_a_failed_event_that_comes_again_is_told_its_reference_and_not_run_again(
    house: House, tiny: Tiny
) -> None:
    tiny.broken = True
    event = house.press(Say("x"))
    first = words(await house.bot.ask(event))
    assert (words(await house.bot.ask(event)), len(tiny.taken)) == (first, 1)


async def test_what_an_earlier_process_left_is_taken_up_at_start(house: House) -> None:
    for text in ("one", "two", "three"):
        await house.bot.keep(house.mention(text))
    bot = await house.restart()
    bot.start()
    for _ in range(500):
        if len(await notes(house)) == 3:
            break
        await asyncio.sleep(0.01)
    assert await notes(house) == ["one", "two", "three"]


async def test_what_a_lost_replica_kept_is_taken_up_after_a_while_and_answered_once(house: House) -> None:
    await house.bot.keep(house.mention("one"))
    other = house.replica()
    await other.intake.take_up()
    await other.intake.stop()
    assert await notes(house) == []
    house.clock.advance(timedelta(seconds=31))
    await other.settle()
    await house.bot.settle()
    assert (await notes(house), house.platform.told()) == (["one"], ["noted one"])


async def test_an_unreadable_event_holds_up_no_other(house: House) -> None:
    broken = Received("memory:x", "memory:t1", "{nonsense", house.clock.now())
    await house.bot.database.keep([broken])
    await house.said("one")
    assert await notes(house) == ["one"]


async def test_a_message_that_is_not_for_us_leaves_no_row(house: House) -> None:
    await house.said("one")
    assert await house.bot.keep(house.event("reply", thread="said1", text="just chatting")) is False
    assert len(await house.rows(Received)) == 1


async def test_the_twin_of_a_mention_that_was_not_for_us_does_not_make_it_look_seen(house: House) -> None:
    twin = house.event("reply", thread="root", text="@bmm one", key="memory:same")
    assert await house.bot.keep(twin) is False
    assert await house.bot.keep(house.mention("one", key="memory:same")) is True


async def test_words_under_an_open_question_are_for_us_until_it_expires(house: House) -> None:
    await house.bot.keep(house.event("direct", channel="dm-ada", intent="tiny.ask"))
    await house.bot.settle()
    prompt = await house.row(Prompt)
    assert await house.bot.keep(house.event("reply", channel="dm-ada", text="Ada"))
    await house.bot.settle()
    assert (await notes(house), (await house.row(Prompt)).open) == (["Ada"], False)
    await house.put(prompt, open=True, expires_at=house.clock.now() - timedelta(minutes=1))
    assert await house.bot.keep(house.event("reply", channel="dm-ada", text="late")) is False


async def test_words_in_a_thread_that_answer_nothing_may_still_be_overheard(database_url: str, tiny: Tiny) -> None:
    routes = tiny.routes()
    routes.road("overheard", lambda event: TakeNote(f"overheard {event.text}"), lambda event, _: "OPS-42" in event.text)
    async with opened(database_url, routes) as house:
        await house.bot.keep(house.event("direct", channel="dm-ada", intent="tiny.ask"))
        await house.bot.settle()
        assert await house.bot.keep(house.event("reply", channel="dm-ada", text="as for OPS-42"))
        await house.bot.settle()
        assert not await house.bot.keep(house.event("reply", channel="dm-ada", text="just chatting"))
        assert await house.bot.keep(house.event("reply", channel="dm-ada", text="see OPS-42"))
        await house.bot.settle()
        assert list(await house.look(all_notes)) == ["as for OPS-42", "overheard see OPS-42"]


async def test_without_a_database_nothing_is_kept_and_the_door_is_told(tmp_path: Path, tiny: Tiny) -> None:
    for url in (f"sqlite:///{tmp_path / 'none.db'}", "postgresql://bmm@127.0.0.1:1/none"):
        async with opened(url, tiny.routes()) as house:
            with pytest.raises(Unavailable):
                await house.bot.keep(house.mention("one"))
            with pytest.raises(Unavailable):
                await house.bot.keep(house.event("reply", text="one"))
            with pytest.raises(Unavailable):
                await house.bot.ask(house.press(Say("one")))
    assert (tiny.taken, list(tmp_path.iterdir())) == ([], [])


async def test_where_the_database_goes_away_after_keeping_the_person_is_told_it_is_kept(
    house: House, tiny: Tiny
) -> None:
    tiny.away = True
    assert "kept" in words(await house.bot.ask(house.press(Say("x"))))
    assert (await house.row(Received)).state is Taken.NEW
    tiny.away = False
    await house.bot.settle()
    assert (await notes(house), house.platform.told()) == (["x"], ["noted x"])


async def test_a_private_answer_that_cannot_be_delivered_fails_nothing(house: House) -> None:
    for wrong in (Invalid("malformed"), KeyError("a bug of the adapter")):
        house.platform.answering = wrong
        await house.said("one")
    assert await notes(house) == ["one", "one"]


async def test_a_platform_that_takes_its_time_to_answer_one_person_holds_up_nobody_else(house: House) -> None:
    slow = asyncio.Event()
    house.platform.while_answering = slow.wait
    house.bot.intake.start()
    for text in ("one", "two"):
        await house.bot.keep(house.mention(text))
    while len(await notes(house)) < 2:
        await asyncio.sleep(0)
    assert house.platform.told() == []
    slow.set()
    await house.bot.intake.stop()
    assert sorted(house.platform.told()) == ["noted one", "noted two"]


async def test_private_words_that_come_too_fast_wait_and_are_not_lost(house: House) -> None:
    tried: list[datetime] = []

    async def answering() -> None:
        tried.append(house.clock.now())
        if len(tried) < 4:
            raise Throttled(7)

    house.platform.while_answering = answering
    await house.bot.keep(house.mention("one"))
    await house.bot.settle()
    assert house.platform.told() == ["noted one"]
    assert [(later - tried[0]).total_seconds() for later in tried] == [0, 7, 14, 21]


async def test_a_platform_that_stumbles_over_a_name_holds_nothing_up(house: House) -> None:
    house.platform.profiles["ada"] = KeyError("a bug of the adapter")
    await house.said("one")
    assert await notes(house) == ["one"]


async def test_somebody_whose_name_came_late_has_it_as_soon_as_it_comes(house: House) -> None:
    from bot.people import Human

    house.platform.profiles["ada"] = Profile("")
    await house.said("one")
    assert (await house.row(Human)).name == "ada"
    house.platform.profiles["ada"] = Profile("Ada Okafor", "Europe/London")
    await house.said("two")
    assert ((await house.row(Human)).name, (await house.row(Human)).zone) == ("Ada Okafor", "Europe/London")


async def test_a_control_of_an_older_version_is_refused_in_words(house: House) -> None:
    for intent in ("gone.verb", "tiny.card", 'tiny.say {"text":', "tiny.say []", "tiny.notes"):
        answer = await house.bot.ask(house.event("control", intent=intent))
        assert "older card" in words(answer)
    assert {each.state for each in await house.rows(Received)} == {Taken.DONE}


async def test_rights_are_checked_at_the_moment_of_the_act(house: House) -> None:
    await house.said("one", user="ada")
    assert "board admin" in words(await house.ask(SayAsAdmin("x"), user="ben"))
    assert await house.ask(SayAsAdmin("y"), user="ada") is None
    assert await notes(house) == ["one", "y"]


async def test_a_hole_is_asked_for_before_a_handler_sees_the_intent(house: House, tiny: Tiny) -> None:
    assert isinstance(await house.ask(GiveName()), Form)
    assert tiny.taken == []
    assert words(await house.bot.ask(house.form(GiveName(), {"name": "Ada"}))) == "hello Ada"
