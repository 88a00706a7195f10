"""Every form is a modal that Slack takes, whatever stands in it."""

import json
from typing import Any

import pytest
from slack_sdk.models.views import View

from adapters.slack.rendering import forms
from adapters.slack.rendering.controls import TooLong
from bot.messages import Field, Form, Message, Option, Words
from bot.ports import Errors
from bot.questions import Kind
from tests.adapters.slack.slack_stage import AWKWARD, Press
from tests.fakes.slack_contract import problems_of_view

KINDS: list[Kind] = ["line", "lines", "choice", "date", "person", "number"]


@pytest.mark.parametrize("name", AWKWARD)
def test_every_form_is_a_modal_that_slack_takes(name: str) -> None:
    t = AWKWARD[name]
    words = Words("{t}", {"t": t})
    for count in (1, 4, 13, 250):
        options = tuple(Option(f"v{n}", words) for n in range(count))
        fields = tuple(
            Field(f"{kind}{optional}", words, kind, options, initial, words, optional)
            for kind in KINDS
            for optional in (False, True)
            for initial in [{"choice": "v0", "date": "2026-11-27", "person": "anna", "number": "8"}.get(kind, t)]
        )
        view = forms.view(Form(words, fields, Press("1"), words, words), {"c": "C1OPS", "t": "1.2"})
        assert problems_of_view(view) == []
        View(**view).to_dict()


def test_forms_show_few_options_at_once_many_in_a_menu_and_what_stands_already() -> None:
    def drawn(field: Field) -> dict[str, Any]:
        view = forms.view(Form(Words("T"), (field,), Press("1"), Words("Save")), {})
        element: dict[str, Any] = view["blocks"][0]["element"]
        return element

    few = tuple(Option(f"v{n}", Words(f"o{n}")) for n in range(4))
    assert drawn(Field("f", Words("F"), "choice", few))["type"] == "radio_buttons"
    assert drawn(Field("f", Words("F"), "choice", few, optional=True))["type"] == "static_select"
    assert drawn(Field("f", Words("F"), "choice", few, "v2"))["initial_option"]["value"] == "v2"
    assert drawn(Field("f", Words("F"), "choice", few * 2))["type"] == "static_select"
    assert drawn(Field("f", Words("F"), "person", initial="<@U2BEN>"))["initial_user"] == "U2BEN"
    assert drawn(Field("f", Words("F"), "date", initial="soon")).get("initial_date") is None
    assert drawn(Field("f", Words("F"), "number", initial="13"))["initial_value"] == "13"


def test_a_text_longer_than_an_input_is_laid_over_several_without_loss() -> None:
    text = "".join(f"{n:06d} " for n in range(1000))
    view = forms.view(Form(Words("T"), (Field("f", Words("F"), "lines", initial=text),), Press("1"), Words("S")), {})
    assert "".join(block["element"]["initial_value"] for block in view["blocks"]) == text
    assert [block["block_id"] for block in view["blocks"]] == ["f", "f~1", "f~2"]


def test_an_intent_beyond_a_modal_is_an_error() -> None:
    with pytest.raises(TooLong):
        forms.view(Form(Words("T"), (), Press("x" * 3000), Words("S")), {})


def test_field_errors_stand_at_their_field_and_others_at_the_first() -> None:
    wrong = Errors({"due": Words("No such day."), "gone": Words("Changed meanwhile."), "other": Words("And this.")})
    assert forms.errors(wrong, ["title", "due"]) == {"due": "No such day.", "title": "Changed meanwhile. And this."}


def test_the_parts_of_a_long_text_are_told_apart_and_say_their_hint_once() -> None:
    field = Field("f", Words("F"), "lines", initial="x" * 7_000, hint=Words("As long as you like."))
    view = forms.view(Form(Words("T"), (field,), Press("1"), Words("S")), {})
    assert [("hint" in block, block["optional"]) for block in view["blocks"]] == [
        (True, False), (False, True), (False, True),
    ]  # fmt: skip


def test_a_form_heavier_than_a_modal_says_less_around_its_fields_and_beyond_that_is_an_error() -> None:
    said = Words("{t}", {"t": "w" * 2_000})
    fields = tuple(Field(f"f{n}", said, "lines", initial="x" * 9_000, hint=said) for n in range(18))
    view = forms.view(Form(Words("T"), fields, Press("1"), Words("S")), {})
    assert problems_of_view(view) == []
    assert {len(block["label"]["text"]) for block in view["blocks"]} == {150}
    with pytest.raises(TooLong):
        forms.view(Form(Words("T"), fields * 2, Press("1"), Words("S")), {})


def test_a_modal_of_words_and_a_home_carry_where_they_belong() -> None:
    told = Message(Words("Done."))
    notice, home = forms.notice(told, [], {"c": "C1", "w": "T1"}), forms.home(told, [], "T1")
    assert (notice["private_metadata"], home["private_metadata"]) == ('{"c":"C1","w":"T1"}', '{"w":"T1"}')
    for view in (notice, home):
        assert problems_of_view(view) == []
        assert view["blocks"][0]["text"]["text"] == "Done."
        View(**view).to_dict()


def test_an_origin_too_long_to_travel_loses_its_least_parts_first() -> None:
    origin = {"c": "C1", "n": "n" * 2_990, "a": "https://hooks.example"}
    kept = json.loads(forms.notice(Message(Words("x")), [], origin)["private_metadata"])
    assert kept == {"c": "C1", "a": "https://hooks.example"}
