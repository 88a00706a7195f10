"""People in the fake Teams see cards, press, choose and fill in, and the bot is told as Teams tells it."""

import pytest

from tests.adapters.teams.fake_stage import button, buttons, card, choice, dialog, menu, playing, said, text
from tests.fakes.teams_methods import ADAPTIVE
from tests.fakes.teams_seen import Control, lines_of, parts_of
from tests.fakes.teams_world import Payload

# --- what people see of a card


def test_a_card_is_read_without_its_marks_with_times_in_the_readers_zone() -> None:
    fact = {"type": "FactSet", "facts": [{"title": "Due", "value": "{{DATE(2026-07-27T23:30:00Z,SHORT)}}"}]}
    rich = {"type": "RichTextBlock", "inlines": ["a ", {"type": "TextRun", "text": "*b*"}]}
    hidden = text("hidden", isVisible=False)
    shown = card(text("<at>Ada Okafor</at>: **bold** \\_not\\_ [here](https://x.example) &lt;b>"), fact, rich, hidden)
    ends = card(text("Ends at {{TIME(2026-11-23T10:03:00Z)}}.\nThen _more_."))
    assert lines_of(shown["content"]) == ["@Ada: bold _not_ here <b>", "Due: Tue 28 Jul 2026", "a *b*"]
    assert lines_of(ends["content"]) == ["Ends at 10:03.", "Then more."]


def test_a_row_that_can_be_pressed_is_called_as_its_accented_words_say() -> None:
    words = {"type": "Column", "items": [text("OPS-1 The lift")]}
    named = {"type": "Column", "items": [text("Open", color="accent")]}
    row = {"type": "ColumnSet", "columns": [words, named], "selectAction": button("Open: OPS-1 The lift", "item.open")}
    assert list(parts_of(card(row)["content"])) == ["OPS-1 The lift", Control("Open", {}, "item.open")]


def test_a_menu_is_followed_by_its_options_and_by_the_menus_that_were_folded_into_it() -> None:
    folded = menu("More", ("Edit", "a"), ("Move to: DONE", "b"), ("Move to: ICE BOX", "c"))
    found = [part for part in parts_of(card(buttons(folded))["content"]) if isinstance(part, Control)]
    assert [(each.label, each.choice) for each in found] == [
        ("More", ""), ("Edit", "a"), ("Move to: DONE", "b"), ("Move to: ICE BOX", "c"), ("Move to", ""),
    ]  # fmt: skip
    assert found[-1].options == (("DONE", "b"), ("ICE BOX", "c"))


# --- people who click


async def test_a_press_is_answered_with_words_or_with_a_card_for_one_pair_of_eyes() -> None:
    async with playing() as stage:
        ref = (await stage.post(stage.ops.id, said(buttons(button("Take it")))))["id"]
        post = stage.ops.said(ref)
        stage.answers = [{"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "yours"}]
        await stage.ada.press(stage.ops, post, "take")
        (heard,) = stage.heard
        assert (heard["name"], heard["replyToId"]) == ("adaptiveCard/action", ref)
        assert heard["value"]["action"] == {"type": "Action.Execute", "verb": "press", "data": {"bmm": {"i": "x.y"}}}
        assert [each.text for each in stage.teams.private(stage.ada.id)] == ["yours"]
        mine = card(text("yours"))["content"]
        stage.answers = [{"statusCode": 200, "type": ADAPTIVE, "value": mine}]
        await stage.ada.press(stage.ops, post, "Take it")
        assert (stage.ada.card(post), stage.ben.card(post)) == (mine, post.card)
        await stage.edit(stage.ops.id, ref, said(text("taken")))
        assert stage.ada.card(post) == post.card
        assert stage.teams.wrong == []


async def test_an_action_that_is_not_answered_is_written_down() -> None:
    async with playing() as stage:
        ref = (await stage.post(stage.ops.id, said(buttons(button("Take it")))))["id"]
        await stage.ada.press(stage.ops, stage.ops.said(ref), "Take it")
        assert len(stage.teams.wrong) == 1


async def test_a_menu_opens_a_dialog_in_which_one_option_is_chosen() -> None:
    async with playing() as stage:
        shown = said(buttons(menu("More", ("Low", "a"), ("High", "b"))))
        post = stage.ops.said((await stage.post(stage.ops.id, shown))["id"])
        for pressed in (stage.ada.choose(stage.ops, post, "More", "High"), stage.ada.press(stage.ops, post, "High")):
            stage.answers = [choice(("Low", "a"), ("High", "b")), {}]
            await pressed
            fetched, sent = stage.heard[-2:]
            assert fetched["name"] == "task/fetch"
            assert fetched["value"]["data"]["bmm"]["m"]["l"] == "More"
            assert (sent["name"], sent["replyToId"]) == ("task/submit", post.id)
            assert sent["value"]["data"] == {"bmm": {"p": 1, "n": "n1"}, "choice": "b"}
            assert stage.ada.dialog is None
        stage.answers = [{}]
        with pytest.raises(LookupError, match="did not open"):
            await stage.ada.press(stage.ops, post, "High")


async def test_a_form_stands_open_until_it_is_sent_and_the_client_keeps_back_what_lacks_something() -> None:
    async with playing() as stage:
        fetch = {"msteams": {"type": "task/fetch"}, "bmm": {"i": "x.y"}}
        opens = {"type": "Action.Submit", "title": "Edit", "data": fetch}
        post = stage.ops.said((await stage.post(stage.ops.id, said(buttons(opens))))["id"])
        needed = {"isRequired": True, "errorMessage": "Needed."}
        asked = {"type": "Input.Text", "id": "f.title", "label": "Title", **needed}
        send: Payload = {"type": "Action.Submit", "title": "Save", "data": {"bmm": {"f": "x.y", "n": "n1"}}}
        form = dialog(asked, {"type": "Input.Text", "id": "f.note", "label": "Note", "value": "kept"}, actions=[send])
        stage.answers = [form, form, {"task": {"type": "message", "value": "saved"}}]
        await stage.ada.press(stage.ops, post, "Edit")
        assert stage.ada.dialog is not None
        assert (stage.ada.dialog.title, stage.ben.dialog) == ("A form", None)
        assert (await stage.ada.submit()).status == 0
        assert stage.ada.lacking == {"f.title": "Needed."}
        with pytest.raises(LookupError):
            await stage.ada.submit({"f.other": "x"})
        await stage.ada.submit({"f.title": "x"})
        assert stage.heard[-1]["value"]["data"] == {"bmm": send["data"]["bmm"], "f.title": "x", "f.note": "kept"}
        assert stage.ada.dialog is not None
        await stage.ada.submit({"f.title": "y"})
        assert stage.ada.id not in stage.teams.dialogs
        assert stage.teams.private(stage.ada.id)[-1].text == "saved"
        assert [each.deed for each in stage.teams.journal.seen_by(stage.ada.id)] == ["dialog", "dialog", "message"]


async def test_a_message_action_carries_the_message_and_is_repeated_with_what_is_sent() -> None:
    async with playing() as stage:
        ref = await stage.ben.say(stage.ops, "the lift\nis stuck")
        send = {"type": "Action.Submit", "title": "Log", "data": {"bmm": {"f": "x.y"}}}
        stage.answers = [dialog(actions=[send]), {}]
        await stage.ada.message_action("item.log_this", stage.ops, stage.ops.said(ref))
        await stage.ada.submit()
        fetched, sent = stage.heard[-2:]
        payload = fetched["value"]["messagePayload"]
        assert (fetched["name"], sent["name"]) == ("composeExtension/fetchTask", "composeExtension/submitAction")
        assert (payload["id"], payload["from"]["user"]["id"]) == (ref, stage.ben.member.object_id)
        assert payload["body"] == {"contentType": "html", "content": "<p>the lift</p><p>is stuck</p>"}
        assert payload["linkToMessage"].startswith("https://teams.microsoft.com/l/message/")
        assert sent["value"]["commandId"] == "item.log_this"
        assert sent["value"]["messagePayload"] == payload
        assert sent["value"]["data"] == {"bmm": {"f": "x.y"}}


async def test_a_compose_action_says_where_it_was_chosen() -> None:
    async with playing() as stage:
        await stage.ada.compose_action("item.log_to", stage.ops)
        await stage.ada.compose_action("item.log_to", stage.teams.chat(stage.ada.id), "commandBox")
        assert [each["value"]["commandContext"] for each in stage.heard] == ["compose", "commandBox"]


async def test_a_card_is_drawn_anew_for_those_it_names_alone() -> None:
    async with playing() as stage:
        action = {"type": "Action.Execute", "verb": "refresh", "data": {"bmm": {"r": 1}}}
        shown = said(text("x"), refresh={"action": action, "userIds": [stage.ada.id]})
        post = stage.ops.said((await stage.post(stage.ops.id, shown))["id"])
        mine = card(text("for Ada"))["content"]
        stage.answers = [{"statusCode": 200, "type": ADAPTIVE, "value": mine}]
        assert await stage.ada.refresh(stage.ops, post)
        assert await stage.ben.refresh(stage.ops, post) is None
        assert (stage.ada.card(post), stage.ben.card(post)) == (mine, post.card)
        assert [each["value"]["trigger"] for each in stage.heard] == ["automatic"]


async def test_a_plain_submit_comes_as_a_message_without_words() -> None:
    async with playing() as stage:
        plain = {"type": "Action.Submit", "title": "Take it", "data": {"bmm": {"i": "x.y"}}}
        post = stage.ops.said((await stage.post(stage.ops.id, said(buttons(plain))))["id"])
        await stage.ada.press(stage.ops, post, "Take it")
        (heard,) = stage.heard
        assert (heard["type"], heard["value"], heard["replyToId"]) == ("message", plain["data"], post.id)
        assert "text" not in heard
