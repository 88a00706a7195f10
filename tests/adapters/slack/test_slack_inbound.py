"""From a signed request to the core and back, as people on Slack do and see it."""

import pytest

from bot.messages import Button, Controls, Field, Form, Message, Option, Text, Words
from bot.ports import Errors, Sending
from tests.adapters.slack.slack_stage import OPS, Press, Stage, stage
from tests.fakes.slack_person import JSON

CARD = Message(Words("Card."), (Text(Words("Card.")), Controls((Button(Words("Go"), Press("1")),))))
FIELDS = (
    Field("title", Words("Title")),
    Field("due", Words("Due"), "date", optional=True),
    Field("owner", Words("Owner"), "person", optional=True),
    Field("priority", Words("Priority"), "choice", (Option("high", Words("High")), Option("low", Words("Low")))),
)
FORM = Form(Words("Ask"), FIELDS, Press("1"), Words("Save"))


async def opened(here: Stage) -> None:
    """Anna has pressed something, and a form stands before her."""
    await here.platform.send(Sending("m", OPS, CARD))
    await here.anna.press(here.slack.posts("C1OPS")[0], "Go")
    await here.platform.answer(here.core.kept[-1], FORM)


async def test_a_mention_is_kept_once_though_slack_tells_it_twice_and_again() -> None:
    async with stage() as here:
        stamp = await here.anna.mention("C1OPS", "the <printer> on 3 jams & smokes", twin=True)
        again = here.anna.event("app_mention", "C1OPS", here.slack.channels["C1OPS"].messages[0])
        for retry in range(4):
            assert (await here.anna.deliver(again, retry)).status == 200
        [event] = here.core.kept
        assert (event.how, event.text, event.message) == ("mention", "the <printer> on 3 jams & smokes", stamp)


async def test_replies_and_personal_words_are_heard() -> None:
    async with stage() as here:
        root = await here.anna.mention("C1OPS", "printer")
        await here.ben.reply("C1OPS", root, "by Friday")
        await here.ben.direct("hello")
        assert [event.how for event in here.core.kept] == ["mention", "reply", "direct"]
        assert here.core.kept[1].place.thread == root


async def test_a_command_is_acknowledged_with_nothing_and_can_be_answered() -> None:
    async with stage() as here:
        told = await here.anna.command("C1OPS", "add the printer")
        assert (told.status, told.body) == (200, {})
        [event] = here.core.kept
        assert (event.how, event.text, event.place.name) == ("command", "add the printer", "ops")
        await here.platform.answer(event, CARD)
        await here.platform.answer(event, FORM)
        assert here.slack.private("U1ANNA")[0].text == "Card."
        assert here.slack.modal("U1ANNA") is not None


async def test_pressing_a_button_twice_is_two_events_and_one_request_again_is_one() -> None:
    async with stage() as here:
        await here.platform.send(Sending("m", OPS, CARD))
        [post] = here.slack.posts("C1OPS")
        await here.anna.press(post, "Go")
        await here.ben.press(post, "Go")
        assert [(event.intent, event.message) for event in here.core.kept] == [('stage.press {"id":"1"}', post.ref)] * 2


async def test_a_submitted_form_comes_with_its_values_and_closes() -> None:
    async with stage() as here:
        await opened(here)
        told = await here.anna.submit(title="Printer", due="2026-11-27", owner="U2BEN", priority="High")
        assert told.body == {"response_action": "clear"}
        assert here.slack.modal("U1ANNA") is None
        [event] = here.core.asked
        assert event.intent == 'stage.press {"id":"1"}'
        assert event.values == {"title": "Printer", "due": "2026-11-27", "owner": "<@U2BEN>", "priority": "high"}
        assert (event.place.channel, event.message) == ("C1OPS", here.slack.posts("C1OPS")[0].ref)


async def test_field_errors_keep_the_form_open_and_a_mended_one_is_taken() -> None:
    async with stage() as here:
        await opened(here)
        here.core.answer = Errors({"due": Words("That day is gone.")})
        await here.anna.submit(title="Printer", due="2020-01-01", priority="High")
        assert here.anna.errors == {"Due": "That day is gone."}
        assert here.slack.modal("U1ANNA") is not None
        here.core.answer = None
        await here.anna.submit(title="Printer", priority="High")
        assert here.slack.modal("U1ANNA") is None
        assert len({event.key for event in here.core.asked}) == 2


async def test_the_next_form_takes_the_place_of_the_first() -> None:
    async with stage() as here:
        await opened(here)
        here.core.answer = Form(Words("Next"), FIELDS[:1], Press("2"), Words("Save"))
        await here.anna.submit(title="Printer", priority="High")
        modal = here.slack.modal("U1ANNA")
        assert modal is not None
        assert modal["title"]["text"] == "Next"


async def test_words_after_a_form_are_private_and_close_it() -> None:
    async with stage() as here:
        await opened(here)
        here.core.answer = CARD
        await here.anna.submit(title="Printer", priority="High")
        assert here.slack.modal("U1ANNA") is None
        assert here.slack.private("U1ANNA")[-1].text == "Card."


async def test_words_that_do_not_arrive_stand_in_the_place_of_the_form() -> None:
    async with stage() as here:
        await opened(here)
        here.core.answer = CARD
        here.slack.answers.clear()
        here.slack.fail("broken_before", times=5)
        await here.anna.submit(title="Printer", priority="High")
        modal = here.slack.modal("U1ANNA")
        assert modal is not None
        assert modal["close"]["text"] == "Close"


async def test_an_answer_that_cannot_be_drawn_is_said_and_not_a_server_error() -> None:
    async with stage() as here:
        await opened(here)
        here.core.answer = Form(Words("{missing}"), (), Press("2"), Words("Save"))
        told = await here.anna.submit(title="Printer", priority="High")
        assert (told.status, told.body["response_action"]) == (200, "update")


async def test_while_the_database_is_down_slack_keeps_the_events() -> None:
    async with stage() as here:
        here.core.down = True
        said = here.slack.post("C1OPS", "U1ANNA", "<@U0BMM> printer")
        event = here.anna.event("app_mention", "C1OPS", said)
        assert (await here.anna.deliver(event)).status == 503
        here.core.down = False
        here.clock.move(60)
        assert (await here.anna.deliver(event)).status == 200
        assert len(here.core.kept) == 1


async def test_while_the_database_is_down_people_get_their_words_back() -> None:
    async with stage() as here:
        await opened(here)
        here.core.down = True
        told = await here.anna.command("C1OPS", "add the <printer> on *3*")
        assert (told.status, told.body["response_type"]) == (200, "ephemeral")
        said = here.slack.private("U1ANNA")[-1].text
        assert "not kept" in said
        assert "> add the <printer> on *3*" in said
        assert (await here.anna.press(here.slack.posts("C1OPS")[0], "Go")).status == 200
        assert "not kept" in here.slack.private("U1ANNA")[-1].text
        await here.anna.submit(title="Printer", priority="High")
        assert "not kept" in here.anna.errors["Title"]
        assert here.slack.modal("U1ANNA") is not None


async def test_another_workspace_reaches_nothing() -> None:
    async with stage() as here:
        here.slack.team = "T0THER"
        await here.anna.mention("C1OPS", "printer")
        await here.anna.command("C1OPS", "add printer")
        assert here.core.kept == []


@pytest.mark.parametrize("kind", ["interactive_message", "view_closed", "block_suggestion", "function_executed"])
async def test_what_is_not_for_us_is_acknowledged_and_leaves_nothing(kind: str) -> None:
    async with stage() as here:
        told = await here.anna.interact(here.anna.interaction(kind) | {"callback_id": "x", "view": {"id": "V1"}})
        assert told.status == 200
        assert (await here.anna.send(b'{"type":"app_rate_limited","team_id":"T0BMM"}', JSON)).status == 200
        assert here.core.kept == here.core.asked == []
