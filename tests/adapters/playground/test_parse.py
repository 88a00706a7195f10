"""What the browser sends, as events."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.playground import parse
from adapters.playground.team import TENANT, account, place
from bot.chatlog import Said

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SAID = Said("7", TENANT, "ops", AT, "ada", text="@bmm the badge printer jams", mark="n1")


def say(text: str, **more: str) -> parse.Say:
    return parse.Say.model_validate(
        {"as": "ada", "nonce": "n1", "window": "w1", "channel": "ops", "text": text, **more}
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@bmm the badge printer jams", "the badge printer jams"),
        ("@bmm: the badge printer jams", "the badge printer jams"),
        ("@BMM, the badge printer jams", "the badge printer jams"),
        ("please @bmm log this", "please log this"),
        ("the badge printer jams @bmm", "the badge printer jams"),
        ("the badge printer jams, @bmm.", "the badge printer jams, ."),
        ("@bmm", ""),
        ("@bmm first\nsecond  @Ada Okafor", "first\nsecond <@ada>"),
        ("@bmm twice @bmm", "twice"),
    ],
)
def test_a_mention_is_heard_without_the_mention(text: str, left: str) -> None:
    event = parse.words(replace(SAID, text=text), among_us=False)
    assert event is not None
    assert (event.how, event.text) == ("mention", left)


def test_a_mention_names_its_message_and_stays_outside_threads() -> None:
    event = parse.words(SAID, among_us=False, window="w1")
    assert event is not None
    assert (event.key, event.message, event.trigger) == ("playground:play:ops:7", "7", "w1")
    assert (event.place, event.actor, event.at) == (place("ops"), account("ada"), AT)
    assert event.link == "/?channel=ops&message=7"
    assert event.key == event.origin


@pytest.mark.parametrize(
    "text", ["good morning", "write to me@bmm.example", "@bmmx is somebody", "the site @bmm.com", "@@bmm"]
)
def test_words_without_a_mention_are_not_for_us(text: str) -> None:
    assert parse.words(replace(SAID, text=text), among_us=False) is None


def test_a_reply_is_heard_only_where_the_bot_has_spoken() -> None:
    reply = replace(SAID, thread="3", text="by Friday")
    assert parse.words(reply, among_us=False) is None
    heard = parse.words(reply, among_us=True)
    assert heard is not None
    assert (heard.how, heard.text, heard.place) == ("reply", "by Friday", place("ops", "3"))


def test_every_word_of_a_talk_alone_is_heard() -> None:
    heard = parse.words(replace(SAID, channel="ada", text="help"), among_us=False)
    assert heard is not None
    assert (heard.how, heard.text, heard.place.kind, heard.place.name) == ("direct", "help", "personal", "Ada Okafor")


@pytest.mark.parametrize(
    ("text", "left"),
    [("/bmm", ""), ("/bmm start 30", "start 30"), ("/BMM  vote what?", "vote what?"), ("/bmm\nadd x", "add x")],
)
def test_a_command_is_what_stands_after_its_name(text: str, left: str) -> None:
    assert parse.is_command(text)
    event = parse.command(say(text, thread="3"), AT)
    assert (event.how, event.text, event.key, event.trigger) == ("command", left, "playground:n1", "w1")
    assert event.place == place("ops", "3")


@pytest.mark.parametrize(
    ("text", "name"), [("/start 30", "/start"), ("/bmmx", "/bmmx"), ("/etc/passwd is odd", None), ("a /b", None)]
)
def test_a_command_of_another_name_is_recognised(text: str, name: str | None) -> None:
    assert not parse.is_command(text)
    assert parse.other_command(text) == name


def test_a_press_happens_where_its_message_stands() -> None:
    press = parse.Press.model_validate({"as": "ben", "nonce": "n2", "window": "w", "message": "9", "intent": "x.y"})
    event = parse.press(press, replace(SAID, id="9", thread="7", author="bmm"), AT)
    assert (event.how, event.intent, event.message, event.actor) == ("control", "x.y", "9", account("ben"))
    assert (event.place, event.key, event.trigger) == (place("ops", "7"), "playground:n2", "w")


def test_a_form_brings_its_values_without_control_characters() -> None:
    body = {"as": "ada", "nonce": "n3", "channel": "ops", "intent": "x.y", "values": {"title": " a\x00b\r\nc "}}
    event = parse.submit(parse.Submit.model_validate(body), AT)
    assert (event.how, event.intent, event.values) == ("form", "x.y", {"title": "ab\nc"})


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "x" * 8001},
        {"text": 7},
        {"text": "\ud800"},
        {"channel": "a b"},
        {"nonce": ""},
        {"more": 1},
        {"as": None},
    ],
)
def test_a_malformed_request_is_refused(change: dict[str, Any]) -> None:
    body = {"as": "ada", "nonce": "n", "channel": "ops", "text": "hi"}
    with pytest.raises(ValidationError):
        parse.Say.model_validate(body | change)
