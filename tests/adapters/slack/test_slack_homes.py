"""Everybody's own page with the bot: published, published again, and what is pressed on it."""

from dataclasses import replace

import pytest

from bot.events import Account, Event, Place
from bot.messages import Button, Controls, Field, Form, Heading, Listing, Message, Row, Text, Words
from bot.ports import Invalid, PlaceGone, Sending, Throttled
from tests.adapters.slack.slack_stage import OPS, SECRET, Press, Stage, stage
from tests.fakes.slack import Kind
from tests.fakes.slack_member import SlackMember

HOME = Place("slack", OPS.tenant, "U1ANNA", kind="home")
HELLO = Message(Words("Hello."), (Heading(Words("Yours")), Controls((Button(Words("Go"), Press("1")),))))
FORM = Form(Words("Ask"), (Field("title", Words("Title")),), Press("1"), Words("Save"))
BYE = Message(Words("Bye."), (Text(Words("Bye.")),))


def sending(message: Message = HELLO, place: Place = HOME) -> Sending:
    return Sending("m1", place, message)


def event(here: Stage, how: str = "control", **more: str) -> Event:
    made = Event("k", how, here.clock.now(), HOME, Account("slack", OPS.tenant, "U1ANNA"))  # type: ignore[arg-type]
    return replace(made, **more)  # type: ignore[arg-type]


async def test_a_home_is_published_and_published_again_under_the_same_reference() -> None:
    async with stage() as here:
        ref = await here.platform.send(sending())
        home = here.slack.home("U1ANNA")
        assert (ref, home and home.lines, home and list(home.controls)) == ("home", ("Yours",), ["Go"])
        await here.platform.edit(ref, sending(BYE))
        home = here.slack.home("U1ANNA")
        assert (home and home.lines, here.slack.published) == (("Bye.",), {"U1ANNA": 2})
        assert here.slack.homes["U1ANNA"]["private_metadata"] == '{"w":"T0BMM"}'
        assert here.platform.address(HOME, ref) == ""


@pytest.mark.parametrize("fault", ["broken_before", "broken_after", "dropped_after", "garbage"])
async def test_a_home_without_an_answer_is_never_in_doubt_and_may_be_published_again(fault: Kind) -> None:
    async with stage() as here:
        here.slack.fail(fault)
        with pytest.raises(Throttled):
            await here.platform.send(sending())
        assert await here.platform.find(sending()) is None
        assert await here.platform.send(sending()) == "home"


async def test_where_the_home_tab_is_off_or_we_are_not_heard_of_the_core_is_told() -> None:
    async with stage() as here:
        here.slack.fail("error", "views.publish", error="not_enabled")
        with pytest.raises(PlaceGone):
            await here.platform.send(sending())
        here.slack.fail("error", "views.publish", error="hash_conflict")
        with pytest.raises(Throttled):
            await here.platform.send(sending())
        here.slack.fail("error", "views.publish", error="view_too_large")
        with pytest.raises(Invalid):
            await here.platform.send(sending())


async def test_a_home_holds_twice_as_much_as_a_message_and_folds_the_rest() -> None:
    rows = tuple(Row(Words("item {n}", {"n": n}), Button(Words("Open"), Press(str(n)))) for n in range(200))
    async with stage() as here:
        await here.platform.send(sending(Message(Words("All."), (Listing(None, rows),))))
        blocks = here.slack.homes["U1ANNA"]["blocks"]
        assert len(blocks) == 100
        assert blocks[-1]["elements"][0]["text"] == "… and 101 more"


async def test_a_home_heavier_than_slack_takes_is_folded() -> None:
    buttons = Controls(tuple(Button(Words("Go"), Press("x" * 1_900)) for _ in range(25)))
    async with stage() as here:
        await here.platform.send(sending(Message(Words("All."), (buttons,) * 20)))
        blocks = here.slack.homes["U1ANNA"]["blocks"]
        assert 0 < len(blocks) < 20
        assert blocks[-1]["elements"][0]["text"] == f"… and {20 - (len(blocks) - 1)} more"


async def test_a_home_with_nothing_on_it_says_its_one_sentence() -> None:
    async with stage() as here:
        await here.platform.send(sending(Message(Words("Nothing waits for you."))))
        home = here.slack.home("U1ANNA")
        assert home
        assert home.lines == ("Nothing waits for you.",)


async def test_what_is_answered_to_an_opened_home_is_published() -> None:
    async with stage() as here:
        await here.platform.answer(event(here, "opened"), HELLO)
        assert here.slack.published == {"U1ANNA": 1}
        assert here.slack.private("U1ANNA") == []


async def test_words_for_somebody_who_pressed_on_their_home_stand_in_a_modal_with_their_controls() -> None:
    async with stage() as here:
        await here.platform.answer(event(here, trigger=here.slack.trigger("U1ANNA")), HELLO)
        window = here.slack.window("U1ANNA")
        assert window
        assert (window.lines, list(window.controls)) == (("bmm", "Yours"), ["Go"])
        assert here.slack.private("U1ANNA") == []


async def test_words_that_come_too_late_for_a_modal_go_to_the_persons_own_chat() -> None:
    async with stage() as here:
        trigger = here.slack.trigger("U1ANNA")
        here.clock.move(4)
        await here.platform.answer(event(here, trigger=trigger), HELLO)
        assert here.slack.window("U1ANNA") is None
        assert [each.channel for each in here.slack.private("U1ANNA")] == ["DU1ANNA"]


async def test_a_form_asked_for_on_the_home_opens_over_it() -> None:
    async with stage() as here:
        await here.platform.answer(event(here, trigger=here.slack.trigger("U1ANNA")), FORM)
        window = here.slack.window("U1ANNA")
        assert window
        assert window.lines[0] == "Ask"


async def test_a_button_of_the_home_is_pressed_at_the_home() -> None:
    async with stage() as here:
        await here.platform.send(sending())
        home = here.slack.home("U1ANNA")
        assert home
        anna = SlackMember(here.slack, "U1ANNA", "Anna", here.url, SECRET)
        await anna.press(home, "Go")
        [pressed] = here.core.kept
        assert (pressed.how, pressed.place) == ("control", HOME)
