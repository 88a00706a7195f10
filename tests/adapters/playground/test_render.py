"""What the bot shows, as data for the browser."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.playground import render
from bot.messages import (
    Bar,
    Bars,
    Block,
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
from bot.ports import Errors
from bot.wire import pack, unpack
from tests.adapters.playground.intents import Do, Rename

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PRESS = Button(Words("Do it"), Do("it"), "danger", Words("Really?"))

BLOCKS: list[tuple[Block, dict[str, Any]]] = [
    (Heading(Words("Hi")), {"kind": "heading", "words": [{"text": "Hi"}]}),
    (Text(Words("Hi"), "warning"), {"kind": "text", "words": [{"text": "Hi"}], "tone": "warning"}),
    (Quote("**as said**"), {"kind": "quote", "text": "**as said**"}),
    (Facts(((Words("Lane"), Words("DONE")),)), {"kind": "facts", "rows": [[[{"text": "Lane"}], [{"text": "DONE"}]]]}),
    (
        Listing(Words("Due"), (Row(Words("one")),), Words("and 2 more")),
        {
            "kind": "listing",
            "title": [{"text": "Due"}],
            "rows": [{"words": [{"text": "one"}], "control": None}],
            "more": [{"text": "and 2 more"}],
        },
    ),
    (
        Bars((Bar(Words("5"), 3),), 7),
        {"kind": "bars", "rows": [{"label": [{"text": "5"}], "count": 3, "mark": None}], "total": 7},
    ),
    (Controls(()), {"kind": "controls", "items": []}),
    (Divider(), {"kind": "divider"}),
]


@pytest.mark.parametrize(("block", "data"), BLOCKS, ids=lambda each: type(each).__name__)
def test_every_block_becomes_plain_data(block: Block, data: dict[str, Any]) -> None:
    assert render.block(block) == data
    json.dumps(data)


def test_what_people_wrote_is_never_read_as_markup() -> None:
    title = "**<script>alert(1)</script>** _{name}_ `x`"
    drawn = render.words(Words("**{title}** logged", {"title": title}))
    assert drawn == [{"bold": True, "text": title}, {"text": " logged"}]


def test_times_people_and_days_keep_their_kind() -> None:
    words = Words(
        "{who} by {due}, {at}",
        {"who": Person("p1", "Ada", ping=True), "due": date(2026, 11, 27), "at": When(AT, "time")},
    )
    assert render.words(words) == [
        {"person": "p1", "text": "Ada", "ping": True},
        {"text": " by "},
        {"text": "Fri 27 Nov 2026"},
        {"text": ", "},
        {"at": "2026-11-27T09:00:00+00:00", "form": "time"},
    ]


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b#c", "http://example.org", "/?channel=ops&message=7", "/board"]
)
def test_links_to_the_web_and_to_our_pages_are_followed(url: str) -> None:
    assert render.href(url) == url
    assert render.words(Words("{link}", {"link": Link("here", url)})) == [{"text": "here", "href": url}]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "file:///etc",
        "",
        "http:",
        "https:///x",
        "http://[",
        " https://example.org",
        "/\t/evil.example",
        "vbscript:x",
    ],
)
def test_other_links_stay_words(url: str) -> None:
    assert render.href(url) is None
    assert render.control(Link("here", url)) == {"kind": "link", "label": "here", "href": None}


def test_a_control_carries_the_intent_it_becomes() -> None:
    button = render.control(PRESS)
    assert unpack(button["intent"]) == Do("it")
    assert (button["style"], button["confirm"]) == ("danger", "Really?")
    choice = render.control(Choice(Words("Priority"), (PRESS, Button(Words("Not"), Do("not"))), chosen=1))
    assert [unpack(each["intent"]) for each in choice["options"]] == [Do("it"), Do("not")]
    assert choice["chosen"] == 1


def test_a_message_without_blocks_shows_its_summary() -> None:
    drawn = render.message(Message(Words("Your vote: **{card}**.", {"card": "5"})))
    assert drawn["summary"] == "Your vote: 5."
    assert drawn["blocks"] == [
        {
            "kind": "text",
            "tone": "normal",
            "words": [{"text": "Your vote: "}, {"bold": True, "text": "5"}, {"text": "."}],
        }
    ]


def test_a_form_says_its_questions_and_carries_its_intent() -> None:
    field = Field("title", Words("Title?"), "choice", (Option("a", Words("A")),), "a", Words("hint"), True, 75)
    drawn = render.form(Form(Words("Edit"), (field,), Rename(), Words("Save")))
    assert drawn["intent"] == pack(Rename())
    assert drawn["fields"] == [
        {
            "name": "title",
            "label": "Title?",
            "kind": "choice",
            "options": [{"value": "a", "label": "A"}],
            "initial": "a",
            "hint": [{"text": "hint"}],
            "optional": True,
            "max": 75,
        }
    ]
    assert render.errors(Errors({"title": Words("**Too** short")})) == {"title": "Too short"}
