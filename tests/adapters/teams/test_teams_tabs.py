"""The tabs over HTTP: who may see what, what presses and forms come to, and what is refused."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.teams.tabs import forms, html, pages
from bot.items import Item
from bot.messages import (
    Bar,
    Bars,
    Button,
    Choice,
    Controls,
    Divider,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Listing,
    Message,
    Option,
    Person,
    Quote,
    Row,
    Text,
    When,
    Words,
)
from bot.ports import Errors, Query
from bot.wire import pack
from dialogs.intents import AssignItem, BlockItem, DiscardItem, EditItem, LogTo, TakeItem
from tests.adapters.teams.tabs_stage import NAMES, OPS, TENANT, Stage, account, mri, opened, token

SCRIPT = "<script>alert('x')</script> & \"quoted\""
PAGES = "home board configure about privacy terms".split()


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """A team whose channel has spoken once."""
    async with opened(sqlite_url) as stage:
        await stage.say("ada", f"the badge printer on 3 jams {SCRIPT}")
        yield stage


async def items(stage: Stage) -> list[Item]:
    """What is on the board, oldest first."""
    query = Query(order=("id",))
    found: list[Item] = await stage.core.bot.database.read(lambda store: store.find(Item, query), None)
    return found


def controls(fragment: str) -> dict[str, str]:
    """What can be pressed, by what stands on it: what it carries."""
    found = re.findall(r'<button[^>]* data-intent="([^"]*)"[^>]*>([^<]*)<', fragment)
    return {label: carried.replace("&quot;", '"').replace("&amp;", "&") for carried, label in found}


# --- the pages


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_shown_in_frames_of_teams_only_and_runs_nothing_of_its_own(stage: Stage, page: str) -> None:
    async with stage.client.get(f"/teams/{page}") as response:
        text, policy = await response.text(), response.headers["Content-Security-Policy"]
        assert response.status == 200
        assert not response.cookies
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self' https://res.cdn.office.net; style-src 'self';" in policy
    assert "connect-src 'self';" in policy
    frames = policy.partition("frame-ancestors ")[2].split()
    assert {"https://teams.microsoft.com", "https://*.cloud.microsoft", "https://outlook.office.com"} <= set(frames)
    assert all(each.startswith("https://") for each in frames)
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=", text)


@pytest.mark.parametrize("page", ["home", "board", "configure"])
async def test_microsofts_library_is_the_published_one_or_none(stage: Stage, page: str) -> None:
    async with stage.client.get(f"/teams/{page}") as response:
        text = await response.text()
    assert re.search(r"https://res\.cdn\.office\.net/teams-js/2\.\d+\.\d+/js/MicrosoftTeams\.min\.js", pages.LIBRARY)
    assert f'<script src="{pages.LIBRARY}" integrity="{pages.INTEGRITY}" crossorigin="anonymous" defer>' in text


@pytest.mark.parametrize(("asked", "shown"), [("dark", "dark"), ("contrast", "contrast"), ('"><b>', "default")])
async def test_the_theme_in_the_address_is_one_of_teams_own(stage: Stage, asked: str, shown: str) -> None:
    async with stage.client.get("/teams/home", params={"theme": asked}) as response:
        assert f'<html lang="en" data-theme="{shown}">' in await response.text()


async def test_what_is_said_about_bmm_can_be_read_without_teams(stage: Stage) -> None:
    async with stage.client.get("/teams/privacy") as response:
        text = await response.text()
    assert "two weeks" in text
    assert "How it is deleted" in text
    assert "script" not in text


@pytest.mark.parametrize(("name", "status"), [("tab.js", 200), ("tab.css", 200), ("no.js", 404), ("..%2fdoor.py", 404)])
async def test_only_scripts_and_styles_of_ours_are_served(stage: Stage, name: str, status: int) -> None:
    async with stage.client.get(f"/teams/static/{name}") as response:
        assert response.status == status
        assert response.headers["X-Content-Type-Options"] == "nosniff"


# --- who sees what


async def test_a_home_is_ones_own_and_introduces_whoever_opens_it(stage: Stage) -> None:
    drawn = await stage.get("home?opened=1")
    assert "<h1>Your page</h1>" in drawn["html"]
    assert "OPS-1" in drawn["html"]
    assert [(each.how, each.place.kind, each.actor) for each in stage.core.asked] == [
        ("opened", "home", account("ada"))
    ]
    assert "OPS-1" not in (await stage.get("home?opened=1", token("ben")))["html"]


async def test_looking_again_asks_nothing_of_the_core(stage: Stage) -> None:
    first = await stage.get("home?opened=1")
    stage.core.asked.clear()
    assert await stage.get("home") == first
    assert stage.core.asked == []


async def test_a_board_looks_alike_to_everybody_in_its_channel_and_to_nobody_else(stage: Stage) -> None:
    seen = [await stage.get(f"board?channel={OPS}", token(who)) for who in NAMES]
    assert "OPS-1" in seen[0]["html"]
    assert seen[0] == seen[1]
    stage.people.there = {OPS: ["ada"]}
    refused = await stage.get(f"board?channel={OPS}", token("ben"), status=403)
    assert refused["error"]["what"] == "This board is for the people of its channel."
    intent = pack(TakeItem((await items(stage))[0].id))
    await stage.post("press", token("ben"), status=403, page="board", channel=OPS, intent=intent)
    await stage.post("submit", token("ben"), status=403, page="board", channel=OPS, intent=intent, values={})
    assert stage.core.asked == []


@pytest.mark.parametrize("channel", ["19:elsewhere@thread.tacv2", "19:left@thread.v2"])
async def test_where_the_bot_is_not_there_is_no_board(stage: Stage, channel: str) -> None:
    refused = await stage.get(f"board?channel={channel}", status=403)
    assert "bmm is not in the channel" in refused["error"]["why"]


async def test_a_group_chat_has_a_board_of_its_own(stage: Stage) -> None:
    chat = "19:group@thread.v2"
    stage.people.there = {chat: ["ada"]}
    await stage.post("press", page="board", channel=chat, intent=pack(LogTo()))
    place = stage.core.asked[0].place
    assert (place.kind, place.channel, place.flat, place.private) == ("group", chat, True, True)
    assert "OPS-1" not in (await stage.get(f"board?channel={chat}"))["html"]


async def test_whoever_has_not_met_the_bot_reads_how_to_begin(stage: Stage) -> None:
    stage.people.known.remove("ada")
    refused = await stage.get("home?opened=1", status=403)
    assert refused["error"]["what"] == "bmm has not met you yet."
    assert "Chat tab" in refused["error"]["do"]


@pytest.mark.parametrize(
    ("bearer", "status"),
    [
        (None, 401),
        ("nonsense", 401),
        (token("forged"), 401),
        (token("ada", scope="profile"), 401),
        (token("", TENANT), 401),
        (token("ada", "another"), 403),
    ],
)
async def test_a_token_that_proves_nothing_opens_nothing(stage: Stage, bearer: str | None, status: int) -> None:
    for path in ("home?opened=1", f"board?channel={OPS}"):
        refused = await stage.get(path, bearer, status)
        assert set(refused["error"]) == {"what", "why", "do"}
    headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
    for path in ("press", "submit"):  # what a stranger sends is not even read
        async with stage.client.post(f"/teams/api/{path}", data=b"x" * 1000, headers=headers) as response:
            assert response.status == status
    assert stage.core.asked == []


async def test_without_teams_list_of_people_nobody_sees_a_board_and_somebody_is_named_by_hand(stage: Stage) -> None:
    intent = pack(AssignItem((await items(stage))[0].id))
    assert f'<option value="&lt;@{mri("ben")}&gt;">' in (await stage.post("press", intent=intent))["form"]
    stage.people.away = True
    assert 'type="text" id="field-owner"' in (await stage.post("press", intent=intent))["form"]
    assert "Teams does not answer" in (await stage.get(f"board?channel={OPS}", status=503))["error"]["why"]


# --- presses and forms


async def test_an_item_is_opened_taken_and_given_back(stage: Stage) -> None:
    board = await stage.get(f"board?channel={OPS}")
    opened_ = await stage.post("press", page="board", channel=OPS, intent=controls(board["html"])["Open"])
    assert opened_["title"].startswith("OPS-1")
    assert not opened_["short"]
    taken = await stage.post("press", page="board", channel=OPS, intent=controls(opened_["notice"])["Take it"])
    assert taken["short"]
    assert (await items(stage))[0].owner
    assert "Do next" in (await stage.get("home"))["html"]
    await stage.post("press", page="board", channel=OPS, intent=controls(taken["notice"])["Undo"])
    assert not (await items(stage))[0].owner


async def test_a_press_that_is_sent_again_is_done_once_and_answered_alike(stage: Stage) -> None:
    intent = pack(TakeItem((await items(stage))[0].id))
    first = await stage.post("press", intent=intent, nonce="same")
    again = await stage.post("press", intent=intent, nonce="same")
    assert "is yours" in first["notice"]
    assert "is yours" in again["notice"]
    assert "already" in (await stage.post("press", intent=intent))["notice"]
    assert "already" in (await stage.post("press", token("ada"), intent=intent, nonce="other"))["notice"]


async def test_ones_nonce_says_nothing_about_anothers_press(stage: Stage) -> None:
    intent = pack(TakeItem((await items(stage))[0].id))
    await stage.post("press", intent=intent, nonce="same")
    owner = (await items(stage))[0].owner
    await stage.post("press", token("ben"), intent=intent, nonce="same")
    assert (await items(stage))[0].owner != owner


async def test_a_form_says_what_is_wrong_and_then_is_done(stage: Stage) -> None:
    form = await stage.post("press", intent=pack(EditItem((await items(stage))[0].id)))
    assert form["title"] == "Edit OPS-1"
    assert 'name="title"' in form["form"]
    wrong = await stage.post("submit", intent=form["intent"], values={"title": " \x00"})
    assert list(wrong["errors"]) == ["title"]
    values = {"title": "The badge printer", "request": "it jams\r\nall day"}
    assert (await stage.post("submit", intent=form["intent"], values=values))["short"]
    after = (await items(stage))[0]
    assert (after.title, after.request) == ("The badge printer", "it jams\nall day")


async def test_somebody_is_chosen_by_their_account(stage: Stage) -> None:
    form = await stage.post("press", intent=pack(AssignItem((await items(stage))[0].id)))
    await stage.post("submit", intent=form["intent"], values={"owner": f"<@{mri('ben')}>"})
    assert "OPS-1" in (await stage.get("home?opened=1", token("ben")))["html"]


async def test_what_somebody_logs_from_home_is_on_the_board_at_once(stage: Stage) -> None:
    form = await stage.post("press", intent=pack(LogTo()))
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"', form["form"])
    text = next(name for name in names if name in ("words", "request", "text", "ask"))
    await stage.post("submit", intent=form["intent"], values={text: "two more monitors for the new desks"})
    assert "monitors" in (await stage.get(f"board?channel={OPS}"))["html"]


async def test_while_the_database_is_away_it_is_said_in_three_parts_and_nothing_is_lost(stage: Stage) -> None:
    intent = pack(TakeItem((await items(stage))[0].id))
    stage.core.down = True
    for path in ("home?opened=1", "home", f"board?channel={OPS}"):
        assert set((await stage.get(path, status=503))["error"]) == {"what", "why", "do"}
    await stage.post("press", status=503, intent=intent, nonce="kept")
    stage.core.down = False
    assert "is yours" in (await stage.post("press", intent=intent, nonce="kept"))["notice"]


# --- what no page of ours would send

GOOD = {"page": "home", "nonce": "n", "intent": "item.show", "values": {}}


@pytest.mark.parametrize(
    "bad",
    [
        {"page": "away"},
        {"nonce": ""},
        {"nonce": "a b"},
        {"intent": ""},
        {"intent": "x" * 16_001},
        {"intent": 7},
        {"channel": "C123"},
        {"channel": "19:a;messageid=1"},
        {"page": "board"},
        {"values": {"why": "x" * 8_001}},
        {"values": {"a b": ""}},
        {"values": {f"f{n}": "" for n in range(51)}},
        {"values": {"why": None}},
        {"values": []},
        {"more": 1},
    ],
    ids=lambda bad: json.dumps(bad)[:40],
)
async def test_what_cannot_be_meant_is_declined_in_words(stage: Stage, bad: dict[str, Any]) -> None:
    refused = await stage.post("submit", status=400, **(GOOD | bad))
    assert refused["error"]["what"] == "This cannot be read."
    assert stage.core.asked == []


@pytest.mark.parametrize("query", ["", "?channel=", "?channel=ops", "?channel=19:a%00b", f"?channel=19:{'a' * 400}"])
async def test_a_board_needs_a_channel(stage: Stage, query: str) -> None:
    await stage.get(f"board{query}", status=400)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"page=home", "application/x-www-form-urlencoded", 415),
        (b"x" * 300_000, "application/json", 413),
    ],
    ids=["empty", "list", "no text", "deep", "form", "long"],
)
async def test_a_body_that_is_no_request_is_declined(stage: Stage, body: bytes, kind: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {token('ada')}", "Content-Type": kind}
    async with stage.client.post("/teams/api/press", data=body, headers=headers) as response:
        assert response.status == status
        assert "what" in (await response.json())["error"]


@pytest.mark.parametrize(
    "intent", ["no.such", "item.take {", 'item.take {"item":7}', "item.take", "place.joined", "\x00"]
)
async def test_an_intent_that_nobody_may_send_comes_to_private_words_or_a_form(stage: Stage, intent: str) -> None:
    answer = await stage.post("press", intent=intent)
    assert "notice" in answer or "form" in answer


# --- how it is drawn


def never(_intent: Any) -> bool:
    return False


def drawn(*blocks: Any) -> str:
    return html.message(Message(Words("Summary."), blocks), never)


async def test_what_people_wrote_is_text_wherever_it_stands(stage: Stage) -> None:
    for path in ("home?opened=1", f"board?channel={OPS}"):
        assert "<script" not in (await stage.get(path))["html"]
    said = Words("{text}\n**{text}**", {"text": SCRIPT})
    whole = drawn(
        Heading(said),
        Text(said, "warning"),
        Quote(SCRIPT * 30),
        Facts(((said, said),)),
        Listing(said, (Row(said, Choice(said, (Button(said, BlockItem(SCRIPT), confirm=said),), 0)),), said),
        Bars((Bar(said, 1, said),), 3),
        Controls((Link(SCRIPT, "https://example.org/?a=1&b=\"'<>"),), said),
        Text(Words("{who} {link}", {"who": Person("1", SCRIPT), "link": Link(SCRIPT, "javascript:alert(1)")})),
    )
    field = Field(SCRIPT, said, "lines", initial=f"\n</textarea>{SCRIPT}", hint=said)
    choice = Field("c", said, "choice", (Option(SCRIPT, said),), SCRIPT)
    whole += forms.form(Form(said, (field, choice, Field("p", said, "person")), BlockItem("1"), said, said), [])
    assert "<script" not in whole
    assert "javascript:" not in whole
    assert set(re.findall(r" (on\w+)=", whole)) == set()
    assert whole.count("</textarea>") == 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/teams/home",
        "https:/x",
        "http://[",
        "ht\ntps://a.b",
        "https://a.b\\@c",
    ],
)
def test_only_addresses_of_the_web_are_followed(url: str) -> None:
    assert html.control(Link("there", url), never) == "there"


def test_a_view_is_headed_divided_and_said_in_words() -> None:
    at = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    page = drawn(
        Heading(Words("One")),
        Divider(),
        Heading(Words("Two")),
        Text(Words("at {when}", {"when": When(at, "time")})),
        Listing(Words("Three"), (Row(Words("first\nsecond")),)),
        Bars((Bar(Words("5"), 2),), 4),
    )
    assert re.findall(r"<h(\d)>(\w+)", page) == [("1", "One"), ("2", "Two"), ("3", "Three")]
    assert page.count("<section>") == 2
    assert '<time datetime="2026-11-23T09:05:00+00:00" data-form="time">09:05</time>' in page
    assert '<p>first</p><p class="quiet">second</p>' in page
    assert "<span>2 of 4</span>" in page
    assert 'width="50"' in page


def test_a_menu_shows_what_is_chosen_and_a_button_that_it_opens_a_form() -> None:
    options = (Button(Words("High"), EditItem("1")), Button(Words("Low"), DiscardItem("1"), confirm=Words("Sure?")))
    menu = html.control(Choice(Words("Priority"), options, 1), lambda intent: isinstance(intent, EditItem))
    assert '<summary>Priority <span class="chosen">Low</span></summary>' in menu
    assert re.search(r'aria-haspopup="dialog">High', menu)
    assert re.search(r'aria-current="true" data-confirm="Sure\?">Low', menu)
    assert html.control(Choice(Words("None"), ()), never) == ""


@pytest.mark.parametrize(
    ("blocks", "is_short"),
    [
        ((), True),
        ((Text(Words("Done.")), Controls((Button(Words("Undo"), LogTo()),))), True),
        ((Text(Words("One.")), Text(Words("Two."))), False),
        ((Heading(Words("OPS-1")),), False),
        ((Text(Words("Which?")), Controls((Choice(Words("Board"), ()),))), False),
    ],
)
def test_a_sentence_with_a_way_back_needs_no_dialog(blocks: tuple[Any, ...], is_short: bool) -> None:
    assert html.is_short(Message(Words("Summary."), blocks)) is is_short


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("a", Words("A"), "date", initial="2026-12-24"), '<input type="date" id="field-a" name="a"'),
        (Field("a", Words("A"), "number"), 'inputmode="decimal"'),
        (Field("a", Words("A"), max_length=80), 'maxlength="80"'),
        (Field("a", Words("A"), max_length=2, initial="longer"), 'maxlength="6"'),
        (Field("a", Words("A"), "choice", (Option("x", Words("X")),)), '<option value="" selected>Choose…</option>'),
        (Field("a", Words("A"), "choice", (Option("x", Words("X")),), optional=True), ">—</option>"),
        (Field("a", Words("A"), "choice", (Option("x", Words("X")),), "x"), '"><option value="x" selected>X</option>'),
        (Field("a", Words("A"), "person", initial="<@29:1ben>"), '<option value="&lt;@29:1ben&gt;" selected>Ben'),
        (Field("a", Words("A"), hint=Words("So.")), 'aria-describedby="field-a-hint field-a-wrong"'),
    ],
)
def test_a_question_has_the_input_that_it_needs(field: Field, expected: str) -> None:
    form = Form(Words("Title"), (field,), BlockItem("1"), Words("Save"))
    assert expected in forms.form(form, [Person("ben", "Ben", user="29:1ben")])
    assert '<label for="field-a">A' in forms.form(form, [])


def test_errors_are_plain_words_by_field() -> None:
    assert forms.errors(Errors({"why": Words("**Say** why.")})) == {"why": "Say why."}
