"""What one person is shown: a form while its trigger lasts, and private words wherever they can still arrive."""

import json
from dataclasses import replace

import pytest

from bot.events import Account, Event, Place
from bot.messages import Button, Controls, Field, Form, Message, Text, Words
from bot.ports import Errors, Invalid, PlaceGone, PostGone, SendError, Throttled
from bot.views import FormAgain
from bot.wire import pack
from tests.adapters.slack.slack_stage import OPS, Press, Stage, stage
from tests.fakes.slack import Kind
from tests.fakes.slack_contract import problems_of_view

HELLO = Message(Words("Hello."), (Text(Words("Hello.")), Controls((Button(Words("Go"), Press("1")),))))
BYE = Message(Words("Bye."), (Text(Words("Bye.")),))
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


@pytest.mark.parametrize(("seconds", "opened"), [(0, True), (2.9, True), (3.1, False)])
async def test_a_form_opens_while_its_trigger_lasts_and_later_by_a_private_button(seconds: float, opened: bool) -> None:
    async with stage() as here:
        asked = event(here)
        here.clock.move(seconds)
        await here.platform.answer(asked, FORM)
        assert (here.slack.modal("U1ANNA") is not None) == opened
        if not opened:
            [told] = here.slack.private("U1ANNA")
            assert "took too long" in told.text
            assert told.controls["Open the form"].value == pack(FormAgain("k"))
            assert here.slack.private("U2BEN") == here.slack.posts("C1OPS") == []


@pytest.mark.parametrize("trigger", ["", "1.2.3", "used"])
async def test_a_trigger_that_opens_nothing_leaves_the_button(trigger: str) -> None:
    async with stage() as here:
        asked = event(here) if trigger == "used" else event(here, trigger=trigger)
        if trigger == "used":
            await here.platform.answer(asked, FORM)
            here.slack.modals.clear()
        await here.platform.answer(asked, FORM)
        assert here.slack.modal("U1ANNA") is None
        assert list(here.slack.private("U1ANNA")[0].controls) == ["Open the form"]


@pytest.mark.parametrize("fault", ["throttled", "dropped_before", "broken_after"])
async def test_a_form_that_slack_does_not_take_just_now_leaves_the_button_too(fault: Kind) -> None:
    async with stage() as here:
        here.slack.fail(fault, "views.open")
        await here.platform.answer(event(here), FORM)
        assert list(here.slack.private("U1ANNA")[0].controls) == ["Open the form"]
        assert here.slack.counted()["views.open"] == 1


async def test_a_form_that_cannot_be_drawn_is_a_failure_for_the_log() -> None:
    async with stage() as here:
        with pytest.raises(Invalid):
            await here.platform.answer(event(here), replace(FORM, intent=Press("x" * 3000)))


# --- in a modal


async def opened(here: Stage) -> str:
    """Words in a modal before Anna; the address of a click in it."""
    home = Place("slack", OPS.tenant, "U1ANNA", kind="home")
    await here.platform.answer(replace(event(here, how="control"), place=home), HELLO)
    return f"view:{here.slack.modals['U1ANNA']['id']}"


async def test_words_answered_to_a_click_in_a_modal_take_its_place() -> None:
    async with stage() as here:
        view = await opened(here)
        await here.platform.answer(event(here, how="control", answer=view), BYE)
        window = here.slack.window("U1ANNA")
        assert window
        assert (window.lines, f"view:{window.ref}") == (("bmm", "Bye."), view)
        assert here.slack.private("U1ANNA") == []
        assert here.slack.counted()["views.update"] == 1


async def test_a_form_answered_to_a_click_in_a_modal_lies_on_top_of_it() -> None:
    async with stage() as here:
        view = await opened(here)
        await here.platform.answer(event(here, how="control", answer=view), FORM)
        stack = here.slack.views.stacks["U1ANNA"]
        assert [each["title"]["text"] for each in stack] == ["bmm", "Ask"]


async def test_a_fourth_view_takes_the_place_of_the_one_that_was_clicked() -> None:
    async with stage() as here:
        await opened(here)
        for _ in range(4):
            top = f"view:{here.slack.modals['U1ANNA']['id']}"
            await here.platform.answer(event(here, how="control", answer=top), FORM)
        assert [each["title"]["text"] for each in here.slack.views.stacks["U1ANNA"]] == ["bmm", "Ask", "Ask"]
        assert here.slack.counted()["views.update"] == 2
        assert here.slack.private("U1ANNA") == []


async def test_in_a_modal_a_form_that_comes_late_takes_its_place_which_needs_no_trigger() -> None:
    async with stage() as here:
        view = await opened(here)
        late = event(here, how="control", answer=view)
        here.clock.move(10)
        await here.platform.answer(late, FORM)
        assert [each["title"]["text"] for each in here.slack.views.stacks["U1ANNA"]] == ["Ask"]


async def test_where_the_modal_was_closed_meanwhile_words_are_private_and_a_form_leaves_the_button() -> None:
    async with stage() as here:
        view = await opened(here)
        here.slack.modals.clear()
        await here.platform.answer(event(here, how="control", answer=view), BYE)
        await here.platform.answer(event(here, how="control", answer=view), FORM)
        told, late = here.slack.private("U1ANNA")
        assert (told.lines, list(late.controls)) == (("Bye.",), ["Open the form"])


async def test_a_modal_of_words_remembers_where_they_were_asked_for() -> None:
    async with stage() as here:
        place = replace(OPS, thread="1700000000.000100")
        made = replace(event(here, how="control", answer="view:V1"), place=place, message="1700000001.000100")
        view = here.platform.notice(made, HELLO)
        kept = json.loads(view["private_metadata"])
        assert kept == {"c": "C1OPS", "t": "1700000000.000100", "m": "1700000001.000100", "w": "T0BMM"}
        assert problems_of_view(view) == []


# --- below links


async def test_a_message_answered_to_links_stands_below_them() -> None:
    async with stage() as here:
        one, two = "https://bmm.example/i/OPS-42", "https://bmm.example/i/OPS-43?a=1&b=2"
        said = here.slack.post("C1OPS", "U1ANNA", f"look <{one}> and <{two.replace('&', '&amp;')}>")
        here.slack.domains = {"bmm.example"}
        await here.platform.answer(event(here, how="linked", text=f"{one} {two}", message=said["ts"]), HELLO)
        assert [each["app_unfurl_url"] for each in said["attachments"]] == [one, two]
        [shown] = here.slack.channel("C1OPS")
        assert shown.lines[1:] == ("Hello.", "Hello.")
        assert here.slack.private("U1ANNA") == []
        await here.platform.answer(event(here, how="linked", text=one, message=said["ts"]), BYE)
        assert len(said["attachments"]) == 2


@pytest.mark.parametrize(
    ("error", "kind"),
    [("cannot_find_message", PostGone), ("cannot_unfurl_message", PostGone), ("cannot_unfurl_url", Invalid),
     ("cannot_find_channel", PlaceGone)],
)  # fmt: skip
async def test_a_link_that_slack_does_not_unfurl_is_a_failure_for_the_log_and_nobody_is_told(
    error: str, kind: type[SendError]
) -> None:
    async with stage() as here:
        here.slack.fail("error", "chat.unfurl", error=error)
        linked = event(here, how="linked", text="https://bmm.example/x", message="1.1")
        with pytest.raises(kind):
            await here.platform.answer(linked, HELLO)
        assert here.slack.private("U1ANNA") == []


# --- private words


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


async def test_where_slack_asks_for_a_rest_private_words_come_after_it() -> None:
    async with stage() as here:
        here.slack.fail("throttled", "chat.postEphemeral", after=7)
        begun = here.clock.now()
        await here.platform.answer(event(here), HELLO)
        assert len(here.slack.private("U1ANNA")) == 1
        assert (here.clock.now() - begun).total_seconds() == 7


async def test_a_rest_too_long_to_wait_for_is_a_failure_for_the_log() -> None:
    async with stage() as here:
        here.slack.fail("throttled", "chat.postEphemeral", after=60)
        with pytest.raises(Throttled):
            await here.platform.answer(event(here), HELLO)
        assert here.slack.private("U1ANNA") == []
