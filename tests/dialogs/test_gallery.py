"""The gallery: every view and every form, with short, long and awkward texts, within each platform's limits."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

import dialogs
from adapters.playground import render as playground
from adapters.slack import limits
from adapters.slack.rendering import drawing
from adapters.slack.rendering import forms as slack_forms
from adapters.slack.rendering import render as slack
from adapters.teams.rendering import drawing as teams
from bot.events import Event, Place
from bot.forms import form_of
from bot.messages import Button, Choice, Control, Controls, Form, Listing, Message, Person, plain
from bot.ports import Database, Store
from bot.questions import holes
from bot.wire import pack
from bot.words import knows
from dialogs.attendance import MeetingCard
from dialogs.vote import BallotCard
from tests.dialogs.world import AWKWARD, LONG, NOW, PLACE, SHORT, Texts, World
from tests.fakes.slack_contract import problems_of_blocks, problems_of_unfurl, problems_of_view
from tests.fakes.teams_contract import parts, problems_of_activity, problems_of_card

ROUTES = dialogs.routes()
TEXTS = {"short": SHORT, "long": LONG, "awkward": AWKWARD}

SLACK = Place("slack", "slack:T0BMM", "C1OPS", "1700000000.000100", name="ops" * 30)

TEAM = [Person(f"p{n}", f"Somebody {n}", user=f"29:{n:060}") for n in range(30)]

Drawn = list[tuple[Any, Message]]


async def drawn(database: Database, texts: Texts) -> Drawn:
    """Every view, in a thread and outside, for everybody and for one pair of eyes."""
    world = World(texts)

    def work(store: Store) -> Drawn:
        world.fill(store)
        looks = (world.look(store), world.look(store, PLACE, "ada"))
        return [(view, ROUTES.drawings[type(view)](view, look)) for view in world.views for look in looks]

    return await database.write(work, PLACE.tenant)


async def forms(database: Database, texts: Texts) -> list[Form]:
    """The form of every intent that has one."""
    world = World(texts)
    bare = [kind for kind in ROUTES.handlers if holes(kind)]

    def work(store: Store) -> list[Form]:
        world.fill(store)
        look = world.look(store, viewer="ada")
        made = [_made(kind) for kind in bare if kind not in ROUTES.forms]
        return [form_of(intent, ROUTES, look) for intent in (*made, *world.editing())]

    return await database.write(work, PLACE.tenant)


def _made(kind: type) -> Any:
    """An intent with its holes open and something in its other fields."""
    import typing
    from dataclasses import MISSING as NO_DEFAULT
    from dataclasses import fields

    hints = typing.get_type_hints(kind)
    given = {}
    for each in fields(kind):
        if "hole" not in each.metadata and each.default is NO_DEFAULT:
            hint = hints[each.name]
            given[each.name] = "i1" if hint is str else 1 if hint is int else next(iter(hint))
    return kind(**given)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_every_view_is_in_the_gallery(database: Database, texts: Texts) -> None:
    shown = await drawn(database, texts)
    assert {type(view) for view, _ in shown} == set(ROUTES.drawings)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_slack_takes_every_view(database: Database, texts: Texts) -> None:
    for view, message in await drawn(database, texts):
        payload = slack.message(message)
        problems = limits.check(payload["blocks"]) + problems_of_blocks(payload["blocks"])
        assert problems == [], pack(view)
        assert 1 <= len(payload["text"]) <= limits.SUMMARY, pack(view)
        for block in payload["blocks"]:
            parsed = Block.parse(block)
            assert parsed is not None, pack(view)
            parsed.to_dict()  # raises where a length of slack_sdk.models is broken


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_slack_takes_every_view_on_a_home_in_a_modal_and_below_a_link(database: Database, texts: Texts) -> None:
    event = Event("k" * 255, "control", NOW, SLACK, text="https://bmm.example/i/OPS-42", message="1700000000.000100")
    for view, message in await drawn(database, texts):
        for page in (drawing.home(SLACK.tenant, message), drawing.notice(event, message)):
            assert problems_of_view(page) == [], pack(view)
            View(**page).to_dict()  # raises where a length of slack_sdk.models is broken
        assert problems_of_unfurl({"blocks": drawing.below(message)}) == [], pack(view)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_the_playground_draws_every_view(database: Database, texts: Texts) -> None:
    for view, message in await drawn(database, texts):
        assert json.loads(json.dumps(playground.message(message)))["blocks"], pack(view)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_slack_opens_every_form_and_folds_no_title(database: Database, texts: Texts) -> None:
    made = await forms(database, texts)
    assert len(made) > 20
    for form in made:
        assert len(plain(form.title)) <= limits.VIEW_TITLE
        view = slack_forms.view(
            form, {"c": "C1OPS", "t": "1700000000.000100", "a": "https://hooks.example/" + "a" * 90}
        )
        assert problems_of_view(view) == [], pack(form.intent)
        View(**view).to_dict()
        assert json.dumps(playground.form(form))


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_teams_takes_every_view_and_in_a_dialog_as_well(database: Database, texts: Texts) -> None:
    for view, message in await drawn(database, texts):
        assert problems_of_activity(teams.activity(message, ROUTES.opens_form)) == [], pack(view)
        shown = teams.notice(message, ROUTES.opens_form, "n1")
        assert problems_of_card(shown) == [], pack(view)
        assert all(each["data"]["bmm"]["n"] == "n1" for each in parts(shown) if "data" in each), pack(view)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_teams_opens_every_menu_of_every_view(database: Database, texts: Texts) -> None:
    labels = set()
    for view, message in await drawn(database, texts):
        for menu in _menus(teams.card(message, ROUTES.opens_form)):
            shown = teams.menu(menu["l"], menu["o"], menu.get("c"), "n1", menu.get("q", ""))
            assert problems_of_card(shown) == [], pack(view)
            labels.add(menu["l"])
    assert {"Vote", "Answer", "Decide", "More"} <= labels


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
async def test_teams_opens_every_form_and_folds_no_title(database: Database, texts: Texts) -> None:
    for form in await forms(database, texts):
        typed = {each.name: texts.long[:3_000] for each in form.fields if each.kind in ("line", "lines")}
        wrong = {each.name: form.title for each in form.fields} | {"gone": form.title}
        assert problems_of_card(teams.form(form, TEAM, "n1")) == [], pack(form.intent)
        assert problems_of_card(teams.form(form, TEAM, "n1", typed, wrong)) == [], pack(form.intent)
        assert teams.title(form.title) == plain(form.title)


async def test_on_teams_a_deck_is_one_list_of_all_its_cards(database: Database) -> None:
    for view, message in await drawn(database, SHORT):
        decks = [each for each in message.blocks if isinstance(each, Controls) and each.label is not None]
        menus = list(_menus(teams.card(message, ROUTES.opens_form)))
        for deck in decks:
            said = [plain(each.label) for each in deck.items if isinstance(each, Button)]
            assert any(said == [label for label, _ in menu["o"]] for menu in menus), pack(view)


async def test_every_label_is_a_short_verb_and_few_are_primary(database: Database) -> None:
    for view, message in await drawn(database, SHORT):
        controls = list(_controls(message))
        buttons = [each for each in controls if isinstance(each, Button)]
        assert all(len(plain(each.label)) <= 75 for each in buttons), pack(view)
        assert sum(each.style == "primary" for each in buttons) <= 3, pack(view)
        assert not any(plain(each.label) in ("Start meeting", "OK", "Submit") for each in buttons)


async def test_a_meeting_has_one_thing_that_comes_first(database: Database) -> None:
    for view, message in await drawn(database, SHORT):
        if isinstance(view, MeetingCard | BallotCard):
            primary = [each for each in _controls(message) if isinstance(each, Button) and each.style == "primary"]
            assert len(primary) <= 1, pack(view)


async def test_every_message_says_itself_in_one_sentence(database: Database) -> None:
    for view, message in await drawn(database, SHORT):
        summary = plain(message.summary)
        assert len(summary) > 4, pack(view)
        assert not knows(summary), pack(view)


async def test_every_control_is_a_known_intent_with_a_handler(database: Database) -> None:
    for view, message in await drawn(database, SHORT):
        for control in _controls(message):
            options = control.options if isinstance(control, Choice) else (control,)
            for each in options:
                if isinstance(each, Button):
                    assert type(each.intent) in ROUTES.handlers, pack(view)


def _menus(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each["data"]["bmm"]["m"] for each in parts(card) if "m" in each.get("data", {}).get("bmm", {}))


def _controls(message: Message) -> Iterator[Control]:
    for block in message.blocks:
        if isinstance(block, Controls):
            yield from block.items
        elif isinstance(block, Listing):
            yield from (row.control for row in block.rows if row.control)
