"""A bot that runs: what it does by itself, how it stops, and that nothing which goes wrong ends it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.events import Account
from bot.intake import AHEAD
from bot.ledger import Lease, Received, Taken
from bot.ports import Profile, Sending, Unavailable
from storage import upgrade
from tests.engine.house import House, opened
from tests.engine.tiny import Remind, Say, Tiny, all_notes
from tests.needs import needs
from tests.pgtest import Postgres


class RealClock(SystemClock):
    """The machine's own time, in the place of the given one."""

    at: datetime

    def advance(self, by: timedelta) -> None:
        """Nobody moves it."""


async def until(done: Callable[[], Any], seconds: float = 8) -> None:
    """Wait for what happens in the background. Fails when it does not."""
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.005)


@pytest.fixture
async def running(house: House) -> House:
    """The house with its bot started, in real time."""
    house.clock = RealClock()  # type: ignore[assignment]
    house.platform.clock = house.clock
    await house.restart()
    house.bot.start()
    return house


async def notes(house: House) -> list[str]:
    return await house.look(lambda store: list(all_notes(store)))


async def test_what_is_kept_is_handled_shown_and_answered_without_being_asked(running: House) -> None:
    await running.bot.keep(running.mention("one"))

    async def done() -> bool:
        return running.platform.texts() == ["1 notes, last one"] and running.platform.told() == ["noted one"]

    await until(done)


async def test_a_time_that_comes_rings_by_itself(running: House) -> None:
    await running.bot.ask(running.press(Remind("k", running.clock.now() + timedelta(seconds=0.3), "rang")))

    async def done() -> bool:
        return await notes(running) == ["rang"]

    await until(done)


async def test_a_command_that_opens_a_form_does_not_wait_for_the_backlog(running: House) -> None:
    for number in range(50):
        await running.bot.keep(running.mention(f"ask {number}"))
    await running.bot.keep(running.press(Say("ahead"), trigger="t1"))

    async def done() -> bool:
        return "noted ahead" in running.platform.told()

    await until(done)
    assert len(running.platform.told()) < 50


async def test_words_of_one_channel_are_handled_in_their_order(running: House) -> None:
    said = [f"note {number}" for number in range(40)]
    for text in said:
        await running.bot.keep(running.mention(text))

    async def done() -> bool:
        return len(await notes(running)) == 40

    await until(done)
    assert await notes(running) == said


async def test_a_clean_stop_finishes_what_runs_and_leaves_what_waits(running: House) -> None:
    for number in range(200):
        await running.bot.keep(running.mention(f"note {number}", channel=f"c{number % 7}"))
    await running.bot.stop()
    running.bots.remove(running.bot)
    running.bot = running.replica()
    received = await running.rows(Received)
    done = sum(each.state is Taken.DONE for each in received)
    assert (len(received), {each.state for each in received} <= {Taken.NEW, Taken.DONE}) == (200, True)
    assert len(await notes(running)) == done
    assert await running.rows(Lease, holder="none") == []
    assert [each for each in await running.rows(Lease) if each.id.startswith("courier")] == []
    await running.bot.settle()
    assert len(await notes(running)) == 200


async def test_a_stop_waits_for_the_post_on_its_way(running: House) -> None:
    began, release = asyncio.Event(), asyncio.Event()

    async def slow(_sending: Sending) -> None:
        began.set()
        await release.wait()

    running.platform.while_sending = slow
    await running.bot.ask(running.press(Say("one")))
    await began.wait()
    stopping = asyncio.create_task(running.bot.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    release.set()
    await stopping
    running.bots.remove(running.bot)
    running.bot = running.replica()
    assert running.platform.texts() == ["1 notes, last one"]
    await running.bot.courier.drain()
    assert len(running.platform.sent) == 1
    assert running.platform.looked == []


async def test_a_bug_in_one_turn_ends_no_worker(running: House, tiny: Tiny) -> None:
    running.platform.answering = KeyError("a bug of the adapter")
    tiny.broken = True
    for channel in "abcdefgh":
        await running.bot.keep(running.mention("one", channel=channel))

    async def failed() -> bool:
        return len(await running.rows(Received, state=Taken.FAILED)) == 8

    await until(failed)
    tiny.broken = False
    for channel in "abcdefgh":
        await running.bot.keep(running.mention("two", channel=channel))

    async def done() -> bool:
        return len(await notes(running)) == 8

    await until(done)


async def test_many_clicks_at_once_are_handled_a_few_at_a_time(running: House) -> None:
    """Two hundred in the same moment share a few connections, and none waits until it is given up."""
    turns = {"now": 0, "most": 0}
    tell = running.platform.profile

    async def profile(account: Account) -> Profile:
        turns["now"] += 1
        turns["most"] = max(turns["most"], turns["now"])
        await asyncio.sleep(0.001)
        turns["now"] -= 1
        return await tell(account)

    running.platform.profile = profile  # type: ignore[method-assign]
    clicks = [running.press(Say(str(number)), user=f"u{number}", trigger="t") for number in range(200)]
    assert all(await asyncio.gather(*(running.bot.keep(click) for click in clicks)))

    async def done() -> bool:
        return len(await notes(running)) == 200

    await until(done, 20)
    assert 1 < turns["most"] <= AHEAD
    assert {each.state for each in await running.rows(Received)} == {Taken.DONE}


@pytest.fixture
def fragile() -> Iterator[Postgres]:
    """A server of our own, to be killed."""
    with Postgres(needs("postgresql"), durable=True) as server:
        server.create("bmm")
        upgrade(server.url("bmm"))
        yield server


async def test_a_database_that_goes_away_and_comes_back_is_used_again_by_everything_that_runs(
    fragile: Postgres, tiny: Tiny
) -> None:
    async with opened(fragile.url("bmm"), tiny.routes()) as house:
        house.clock = RealClock()  # type: ignore[assignment]
        house.platform.clock = house.clock
        await house.restart()
        house.bot.start()
        await house.bot.ask(house.press(Remind("k", house.clock.now() + timedelta(seconds=1.5), "rang")))
        for number in range(100):
            await house.bot.keep(house.mention(f"note {number}", channel=f"c{number % 5}"))
        fragile.kill9()
        with pytest.raises(Unavailable):
            await house.bot.keep(house.mention("lost"))
        await asyncio.sleep(1.2)
        fragile.start()

        async def done() -> bool:
            return len(await notes(house)) == 101 and len(house.platform.told()) == 100

        await until(done, 15)
        assert sorted(await notes(house)) == sorted(["rang", *(f"note {number}" for number in range(100))])
        assert await house.bot.keep(house.mention("after"))


async def test_a_second_replica_posts_what_the_first_left(running: House) -> None:
    other = running.replica()
    await other.ask(running.press(Say("one")))

    async def done() -> bool:
        return running.platform.texts() == ["1 notes, last one"]

    await until(done)
