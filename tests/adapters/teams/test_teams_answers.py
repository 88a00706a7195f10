"""What one person gets on the line: words, their card, a dialog; and what they get where something is missing."""

from typing import Any

import pytest

from bot.messages import Button, Controls, Field, Form, Message, Text, When, Words
from bot.ports import Errors, Sending
from bot.wire import pack
from tests.adapters.teams.teams_stage import Open, Press, Stage, stage
from tests.fakes.teams import Said
from tests.fakes.teams_talker import Told

HELLO = Message(Words("Hello."), (Text(Words("Hello.")),))
RICH = Message(Words("Hello."), (Text(Words("Hello.")), Controls((Button(Words("Go"), Press("1")),))))
FORM = Form(Words("Ask"), (Field("title", Words("Title")),), Press("1"), Words("Save"))


async def posted(here: Stage) -> Said:
    """A card of ours in the channel, with a control, one that opens a form and a menu."""
    await here.ada.mention(here.ops, "hello")
    here.core.kept.clear()
    message = Message(Words("Card."), (Controls((Button(Words("Go"), Press("1")), Button(Words("Edit"), Open("1")))),))
    ref = await here.platform.send(Sending("m1", here.place(here.ops), message))
    return here.ops.said(ref)


def card_of(told: Told) -> str:
    """The card of the dialog that was answered."""
    task: dict[str, Any] = told.body["task"]
    assert task["type"] == "continue"
    return str(task["value"]["card"]["content"])


async def test_a_press_that_says_nothing_is_done(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        told = await here.ada.press(here.ops, await posted(here), "Go")
        assert (told.status, told.body["value"]) == (200, "Done.")
        assert here.core.asked[0].intent == pack(Press("1"))


async def test_short_words_ride_on_the_answer_and_richer_ones_are_whispered(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        card = await posted(here)
        here.core.answer = HELLO
        told = await here.ada.press(here.ops, card, "Go")
        assert told.body == {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Hello."}
        calls = len(here.teams.journal.calls)
        here.core.answer = RICH
        await here.ada.press(here.ops, card, "Go")
        assert len(here.teams.journal.calls) == calls + 1
        assert any("Hello." in str(each.card) and each.to == here.ada.id for each in here.teams.private(here.ada.id))


async def test_words_that_cannot_be_whispered_ride_on_the_answer_after_all(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        card = await posted(here)
        here.core.answer = RICH
        here.teams.fail("error", "send", status=403)
        here.teams.fail("broken_before", "create")  # of their own chat
        told = await here.ada.press(here.ops, card, "Go")
        assert (told.body["statusCode"], told.body["value"]) == (200, "Hello.")
        assert [each.text for each in here.teams.private(here.ada.id)] == ["Hello."]


async def test_times_are_never_said_as_plain_words(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        card = await posted(here)
        words = Words("Until {at}.", {"at": When(here.clock.now())})
        here.core.answer = Message(words, (Text(words),))
        await here.ada.press(here.ops, card, "Go")
        assert here.teams.private(here.ada.id)[-1].to == here.ada.id


async def test_a_control_that_opens_a_form_opens_it_and_what_is_wrong_is_said_in_its_place(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        card = await posted(here)
        here.core.answer = FORM
        told = await here.ada.press(here.ops, card, "Edit")
        assert "f.title" in card_of(told)
        here.core.answer = Errors({"title": Words("No.")})
        told = await here.ada.submit({"f.title": "x"})
        assert "No." in card_of(told)  # nobody can draw the form of this core again
        here.core.answer = None
        await here.ada.press(here.ops, card, "Edit")
        assert here.ada.dialog is not None
        assert "Done." in str(here.ada.dialog.card)


async def test_a_submitted_form_without_an_answer_closes_its_dialog(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        card = await posted(here)
        here.core.answer = FORM
        await here.ada.press(here.ops, card, "Edit")
        here.core.answer = None
        told = await here.ada.submit({"f.title": "x"})
        assert (told.status, told.text, here.ada.dialog) == (200, "{}", None)
        assert here.core.asked[-1].values == {"title": "x"}


@pytest.mark.parametrize("fault", [HELLO, RICH])
async def test_words_instead_of_a_form_stand_in_the_dialog(sqlite_url: str, fault: Message) -> None:
    async with stage(sqlite_url) as here:
        here.core.answer = fault
        told = await here.ada.press(here.ops, await posted(here), "Edit")
        assert "Hello." in card_of(told)


async def test_an_answer_that_cannot_be_drawn_says_that_it_was_taken(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        here.core.answer = Form(Words("{missing}"), (Field("title", Words("Title")),), Press("1"), Words("Save"))
        told = await here.ada.press(here.ops, await posted(here), "Edit")
        assert "could not be shown" in card_of(told)


async def test_without_a_database_a_click_says_that_it_was_not_kept(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        card = await posted(here)
        here.database.down = True
        told = await here.ada.press(here.ops, card, "Go")
        assert "not kept" in told.body["value"]
        told = await here.ada.press(here.ops, card, "Edit")
        assert "not kept" in card_of(told)
        here.database.down = False
        assert here.core.asked == []


async def test_the_author_of_a_logged_message_is_known_by_the_id_that_teams_uses(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        here.core.answer = FORM
        said = await here.ben.say(here.ops, "the lift is stuck")
        await here.ada.mention(here.ops, "hello")
        told = await here.ada.message_action("item.log_this", here.ops, here.ops.said(said))
        assert "f.title" in card_of(told)
        quoted = here.core.asked[-1].quoted
        assert quoted is not None
        assert (quoted.author, quoted.text) == (here.ben.id, "the lift is stuck")


async def test_of_an_author_who_cannot_be_found_there_is_none(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        said = await here.ben.say(here.ops, "the lift is stuck")
        here.ops.members = here.ops.members - {here.ben.id}
        here.teams.fail("broken_before", "member")
        payload = here.ada._payload(here.ops, here.ops.said(said))
        payload["from"]["user"]["id"] = "aad00000-0000-4000-8000-00000000ffff"
        value = {"commandId": "item.log_this", "commandContext": "message", "messagePayload": payload}
        where = here.ada.place(here.ops, said) | {"trunk": here.ops.id}
        await here.ada._invoke("composeExtension/fetchTask", where, value)
        quoted = here.core.asked[-1].quoted
        assert quoted is not None
        assert quoted.author == ""
