"""What one person is shown: a form while its trigger lasts, and private words wherever they can still arrive."""

from dataclasses import replace

import pytest

from bot.events import Account, Event
from bot.messages import Button, Controls, Field, Form, Message, Text, Words
from bot.ports import Errors, Profile, SendError, Throttled
from tests.adapters.slack.slack_stage import OPS, Press, Stage, stage

HELLO = Message(Words("Hello."), (Text(Words("Hello.")), Controls((Button(Words("Go"), Press("1")),))))
FORM = Form(Words("Ask"), (Field("title", Words("Title")),), Press("1"), Words("Save"))


def event(here: Stage, **more: str) -> Event:
    anna = Account("slack", OPS.tenant, "U1ANNA")
    made = Event("k", "command", here.clock.now(), OPS, anna, trigger=here.slack.trigger("U1ANNA"))
    return replace(made, **more)  # type: ignore[arg-type]


async def test_a_form_opens_before_the_person_who_asked() -> None:
    async with stage() as here:
        await here.platform.answer(event(here), FORM)
        modal = here.slack.modal("U1ANNA")
        assert modal is not None
        assert (modal["title"]["text"], modal["submit"]["text"]) == ("Ask", "Save")


async def test_a_form_that_came_too_late_is_told_privately() -> None:
    async with stage() as here:
        await here.platform.answer(event(here, trigger="1.2.3"), FORM)
        assert here.slack.modal("U1ANNA") is None
        assert "took too long" in here.slack.private("U1ANNA")[0].text


async def test_a_form_that_slack_does_not_take_just_now_is_a_failure_for_the_log() -> None:
    async with stage() as here:
        here.slack.fail("throttled", "views.open")
        with pytest.raises(Throttled):
            await here.platform.answer(event(here), FORM)


async def test_private_words_go_by_the_address_that_came_with_the_event() -> None:
    async with stage() as here:
        url = here.slack.answer_url("U1ANNA", "C1OPS")
        await here.platform.answer(event(here, answer=url), HELLO)
        assert here.slack.private("U1ANNA")[0].lines == ("Hello.",)
        assert here.slack.counted() == {"auth.test": 1, "response_url": 1}


async def test_where_that_address_is_used_up_they_are_an_ephemeral() -> None:
    async with stage() as here:
        url = here.slack.answer_url("U1ANNA", "C1OPS")
        for _ in range(6):
            await here.platform.answer(event(here, answer=url), HELLO)
        assert len(here.slack.private("U1ANNA")) == 6
        assert here.slack.counted()["chat.postEphemeral"] == 1
        assert here.slack.private("U2BEN") == here.slack.posts("C1OPS") == []


async def test_where_the_bot_is_not_they_go_to_the_persons_own_chat() -> None:
    async with stage() as here:
        here.slack.room("C1OPS").bot = False
        await here.platform.answer(event(here), HELLO)
        [told] = here.slack.private("U1ANNA")
        assert (told.channel, told.lines) == ("DU1ANNA", ("Hello.",))


async def test_in_a_personal_chat_they_stay() -> None:
    async with stage() as here:
        own = replace(OPS, channel="DU1ANNA", kind="personal")
        await here.platform.answer(replace(event(here), place=own), HELLO)
        assert [each.channel for each in here.slack.private("U1ANNA")] == ["DU1ANNA"]
        assert here.slack.ephemerals == []


async def test_errors_of_a_form_that_is_gone_are_told_as_words() -> None:
    async with stage() as here:
        await here.platform.answer(event(here), Errors({"due": Words("No such day."), "who": Words("Nobody.")}))
        assert here.slack.private("U1ANNA")[0].lines == ("No such day.", "Nobody.")


async def test_an_event_of_nobody_has_nobody_to_tell() -> None:
    async with stage() as here:
        with pytest.raises(SendError):
            await here.platform.answer(replace(event(here), actor=None), HELLO)


async def test_people_are_known_by_their_names_and_zones() -> None:
    async with stage() as here:
        told = await here.platform.profile(Account("slack", OPS.tenant, "U1ANNA"))
        assert told == Profile("Anna", "Europe/Berlin")
        assert (await here.platform.profile(Account("slack", OPS.tenant, "U0BMM"))).bot
        with pytest.raises(SendError):
            await here.platform.profile(Account("slack", OPS.tenant, "U9"))
