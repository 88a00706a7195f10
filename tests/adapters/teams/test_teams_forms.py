"""Every form and every menu is a dialog that Teams takes, whatever stands in it."""

from typing import Any

import pytest

from adapters.teams import limits
from adapters.teams.rendering import drawing
from bot.messages import Field, Form, Option, Person, Words
from bot.ports import Invalid
from bot.questions import Kind
from tests.adapters.teams.teams_texts import AWKWARD, Press
from tests.fakes.teams_contract import parts, problems_of_card

Payload = dict[str, Any]

KINDS: list[Kind] = ["line", "lines", "choice", "date", "person", "number"]
PEOPLE = [Person("anna", "Anna Berg", user="29:anna"), Person("ben", "Ben Ode", user="29:ben")]


def asked(*fields: Field, note: Words | None = None) -> Form:
    return Form(Words("Edit OPS-1"), fields, Press("1"), Words("Save"), note)


def shown(*fields: Field, **more: Any) -> Payload:
    return drawing.form(asked(*fields), more.pop("people", PEOPLE), "n1", **more)


def inputs(card: Payload) -> dict[str, Payload]:
    return {each["id"]: each for each in parts(card["body"]) if str(each.get("type")).startswith("Input.")}


def read(card: Payload) -> list[str]:
    """What stands on the card from above: sentences, and ids of inputs."""
    return [
        each["id"] if "id" in each else "".join(run["text"] for run in each["inlines"])
        for each in card["body"]
    ]  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
def test_every_form_is_a_dialog_that_teams_takes(name: str) -> None:
    t = AWKWARD[name]
    words = Words("{t}", {"t": t})
    for count in (0, 1, 4, 13, 250):
        options = tuple(Option(f"v{n}", words) for n in range(count))
        fields = tuple(
            Field(f"{kind}{optional}", words, kind, options, initial, words, optional)
            for kind in KINDS
            for optional in (False, True)
            for initial in [{"choice": "v0", "date": "2026-11-27", "person": "anna", "number": "8"}.get(kind, t)]
        )
        people = [Person(f"p{n}", t, user=f"29:{n:060}") for n in range(count)]
        form = Form(words, fields, Press("1"), words, words)
        wrong = {each.name: words for each in fields} | {"gone": words}
        typed = {each.name: t for each in fields}
        for card in (drawing.form(form, people, "n1"), drawing.form(form, people, "n1", typed, wrong)):
            assert problems_of_card(card) == []
            assert limits.weight(card) <= limits.CARD_BYTES


@pytest.mark.parametrize("name", AWKWARD)
def test_every_menu_is_a_dialog_that_teams_takes(name: str) -> None:
    for count in (1, 2, 7, 8, 60):
        options = [(AWKWARD[name], f'texts.press {{"id":"{n}"}}') for n in range(count)]
        for question in ("", AWKWARD[name]):
            card = drawing.menu(AWKWARD[name], options, 0, "n1", question)
            assert problems_of_card(card) == []


def test_a_form_comes_back_with_its_intent_its_fields_and_its_nonce() -> None:
    card = shown(Field("title", Words("Title")), Field("due", Words("Due"), "date", optional=True))
    [send] = card["actions"]
    assert (send["type"], send["title"]) == ("Action.Submit", "Save")
    assert send["data"] == {"bmm": {"f": 'texts.press {"id":"1"}', "n": "n1"}}
    assert list(inputs(card)) == ["f.title", "f.due"]
    assert inputs(card)["f.title"]["isRequired"] is True
    assert inputs(card)["f.title"]["errorMessage"] == "This is needed."
    assert "isRequired" not in inputs(card)["f.due"]


def test_the_title_of_a_form_is_the_dialogs_and_not_on_the_card() -> None:
    form = asked(Field("title", Words("Title"), hint=Words("Short.")), note=Words("It is **kept**."))
    assert drawing.title(form.title) == "Edit OPS-1"
    assert read(drawing.form(form, PEOPLE, "n1")) == ["It is kept.", "f.title", "Short."]


def test_inputs_are_of_their_kind_and_hold_what_stands_already() -> None:
    def drawn(kind: Kind, initial: str = "", **more: Any) -> Payload:
        return inputs(shown(Field("f", Words("F"), kind, initial=initial, **more)))["f.f"]

    few = tuple(Option(f"v{n}", Words(f"o{n}")) for n in range(4))
    assert drawn("line", "x", max_length=300) == {
        "type": "Input.Text", "id": "f.f", "label": "F", "isRequired": True, "errorMessage": "This is needed.",
        "isMultiline": False, "maxLength": 300, "value": "x",
    }  # fmt: skip
    assert drawn("lines", "x" * 4_000)["maxLength"] == 4_000
    assert drawn("choice", options=few)["style"] == "expanded"
    assert drawn("choice", options=few * 2)["style"] == "compact"
    assert drawn("choice", "v2", options=few)["value"] == "v2"
    assert "value" not in drawn("choice", "gone", options=few)
    assert (drawn("date", "2026-11-27")["value"], "value" in drawn("date", "soon")) == ("2026-11-27", False)
    assert (drawn("number", "13")["value"], drawn("number", "½").get("value")) == (13, None)
    assert drawn("number", "1.5")["value"] == 1.5


def test_what_may_be_empty_can_be_emptied() -> None:
    few = tuple(Option(f"v{n}", Words(f"o{n}")) for n in range(2))
    drawn = inputs(shown(Field("f", Words("F"), "choice", few, "v1", optional=True)))["f.f"]
    assert (drawn["style"], drawn["value"]) == ("compact", "v1")
    assert drawn["choices"][0] == {"title": "—", "value": " "}  # blanks are dropped where forms are read


def test_somebody_is_chosen_by_name_and_whoever_is_chosen_already_can_be() -> None:
    known = inputs(shown(Field("f", Words("F"), "person", initial="<@29:ben>")))["f.f"]
    assert known["value"] == "<@29:ben>"
    assert known["choices"] == [
        {"title": "Anna Berg", "value": "<@29:anna>"},
        {"title": "Ben Ode", "value": "<@29:ben>"},
    ]
    other = inputs(shown(Field("f", Words("F"), "person", initial="<@29:gone>")))["f.f"]
    assert (other["value"], other["choices"][0]) == ("<@29:gone>", {"title": "As it stands", "value": "<@29:gone>"})
    named = inputs(shown(Field("f", Words("F"), "person", initial="the vendor"), people=[]))["f.f"]
    assert named["choices"] == [{"title": "the vendor", "value": "the vendor"}]


def test_what_was_typed_stands_in_the_form_that_comes_back_and_errors_at_their_fields() -> None:
    fields = (Field("title", Words("Title"), initial="old"), Field("due", Words("Due"), "date"))
    wrong = {"due": Words("No such **day**."), "gone": Words("Changed meanwhile.")}
    card = shown(*fields, values={"title": "new", "due": "2026-12-01"}, errors=wrong)
    assert read(card) == ["⚠ Changed meanwhile.", "f.title", "⚠ No such day.", "f.due"]
    assert [each["value"] for each in inputs(card).values()] == ["new", "2026-12-01"]
    emptied = shown(*fields, values={"title": ""})
    assert "value" not in inputs(emptied)["f.title"]


def test_a_form_too_large_shows_fewer_people_first_and_says_so() -> None:
    people = [Person(f"p{n}", f"Somebody {n}", user=f"29:{n:060}") for n in range(900)]
    text = "x" * 3_000
    fields = (Field("f", Words("F"), "person", initial="<@29:me>"), Field("t", Words("T"), "lines", initial=text))
    card = shown(*fields, people=people)
    drawn = inputs(card)
    assert drawn["f.f"]["value"] == "<@29:me>"
    assert read(card)[1] == f"… and {901 - len(drawn['f.f']['choices'])} more"
    assert drawn["f.t"]["value"] == text


def test_a_text_too_long_for_a_form_is_cut_and_says_so_at_its_field() -> None:
    card = shown(Field("t", Words("T"), "lines", initial="w" * 60_000, max_length=100_000))
    [warned, field] = read(card)
    assert (warned[:26], field) == ("⚠ Only the beginning of th", "f.t")
    assert 20_000 < len(inputs(card)["f.t"]["value"]) < limits.CARD_BYTES


def test_a_form_that_carries_too_much_is_invalid() -> None:
    with pytest.raises(Invalid):
        drawing.form(Form(Words("T"), (), Press("x" * 5_000), Words("S")), PEOPLE, "n1")
    many = tuple(Field(f"f{n}", Words("w" * 300), "lines", initial="x" * 300) for n in range(80))
    with pytest.raises(Invalid):
        shown(*many)


def test_a_menu_shows_few_options_at_once_many_in_a_list_and_the_present_one() -> None:
    options = [(f"o{n}", f"i{n}") for n in range(limits.EXPANDED + 1)]
    few, many = drawing.menu("Move", options[:-1], 2, "n1"), drawing.menu("Move", options, None, "n1")
    choice = inputs(few)["choice"]
    assert (choice["style"], choice["value"], choice["isRequired"]) == ("expanded", "i2", True)
    assert choice["choices"][0] == {"title": "o0", "value": "i0"}
    assert (inputs(many)["choice"]["style"], "value" in inputs(many)["choice"]) == ("compact", False)
    assert [(each["title"], each["data"]) for each in few["actions"]] == [("Choose", {"bmm": {"p": 1, "n": "n1"}})]
    with pytest.raises(Invalid):
        drawing.menu("Move", [], None, "n1")
