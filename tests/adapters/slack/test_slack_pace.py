"""No chat is written to faster than Slack allows, whoever writes there."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chats import Chats
from bot.events import Account, Event
from bot.messages import Message, Text, Words
from bot.ports import Pace, Sending, Throttled
from tests.adapters.slack.slack_stage import OPS, Clock, Stage, stage

HELLO = Message(Words("Hello."), (Text(Words("Hello.")),))
DM = replace(OPS, channel="DU1ANNA", kind="personal")


def sending(**place: str) -> Sending:
    return Sending("m1", replace(OPS, **place), HELLO)  # type: ignore[arg-type]


async def whisper(here: Stage, times: int = 1) -> None:
    anna = Account("slack", OPS.tenant, "U1ANNA")
    event = Event("k", "direct", here.clock.now(), DM, anna)
    for _ in range(times):
        await here.platform.answer(event, HELLO)


class Hours(Clock):
    """A clock that moves when nobody does anything but sleep, to when the first of them wakes."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeping: list[tuple[datetime, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleeping.append((self.at + timedelta(seconds=seconds), woken))
        await woken

    async def pass_by(self) -> None:
        """Until nobody sleeps any more, and what else could be done is done."""
        while True:
            for _ in range(100):
                await asyncio.sleep(0)
            if not self.sleeping:
                return
            self.sleeping.sort(key=lambda each: each[0])
            self.at, woken = self.sleeping.pop(0)
            woken.set_result(None)


async def test_who_asks_for_a_turn_first_goes_first_and_who_would_wait_too_long_is_told_so() -> None:
    hours, gone = Hours(), list[tuple[int, float]]()
    chats = Chats(hours, Pace(1.0, 3))

    async def turn(n: int) -> None:
        async with chats.turn("slack:T1", "D1"):
            gone.append((n, (hours.now() - Clock().now()).total_seconds()))

    waiting = asyncio.gather(*(turn(n) for n in range(25)), return_exceptions=True)
    await hours.pass_by()
    refused = [each for each in await waiting if each]
    assert gone == [(n, n // 3 * 3) for n in range(18)]
    assert [type(each) for each in refused] == [Throttled] * 7


async def test_a_few_private_words_come_at_once_and_more_of_them_one_a_second() -> None:
    async with stage() as here:
        begun = here.clock.now()
        await whisper(here, 9)
        assert len(here.slack.posts("DU1ANNA")) == 9
        assert (here.clock.now() - begun).total_seconds() >= 6
        assert here.slack.journal.breaches == []


async def test_a_post_waits_for_private_words_and_they_for_posts() -> None:
    async with stage() as here:
        await whisper(here, 3)
        with pytest.raises(Throttled) as refused:
            await here.platform.send(Sending("m1", DM, HELLO))
        assert 0 < refused.value.after <= 3
        here.clock.move(refused.value.after)
        await here.platform.send(Sending("m1", DM, HELLO))
        await whisper(here, 3)
        assert len(here.slack.posts("DU1ANNA")) == 7
        assert here.slack.journal.breaches == []


async def test_somebodys_chat_is_one_chat_by_whatever_name_it_is_written_to() -> None:
    async with stage() as here:
        here.slack.room("C1OPS").bot = False  # what is whispered there goes to Anna's own chat
        anna = Account("slack", OPS.tenant, "U1ANNA")
        for _ in range(3):
            await here.platform.answer(Event("k", "mention", here.clock.now(), OPS, anna), HELLO)
        with pytest.raises(Throttled):
            await here.platform.send(Sending("m1", DM, HELLO))
        assert len(here.slack.posts("DU1ANNA")) == 3


async def test_other_chats_channels_and_workspaces_do_not_wait() -> None:
    async with stage() as here:
        await whisper(here, 3)
        here.slack.room("C2")
        for channel in ("C1OPS", "C2", "DU2BEN"):
            await here.platform.send(sending(channel=channel))


async def test_the_channels_of_slack_itself_are_never_written_to_too_fast() -> None:
    async with stage() as here:
        here.slack.limited = True
        sent = 0
        while sent < 12:
            try:
                await here.platform.send(sending())
                sent += 1
            except Throttled as wait:
                here.clock.move(wait.after)
        assert here.slack.journal.breaches == []
        assert here.slack.journal.most("C1OPS", 1) <= 3
        assert here.slack.journal.most("C1OPS", 4) <= 7
