"""What Slack's payloads mean."""

import contextlib
import copy
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.slack import parse
from adapters.slack.escapes import read
from adapters.slack.payload import Malformed, body
from bot.cleaning import clean
from bot.events import Account, Place
from tests.adapters.slack.slack_payloads import ACTION, BOT, COMMAND, MENTION, SUBMISSION
from tests.fakes.slack_person import FORM

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def event(payload: dict[str, Any], **changed: Any) -> Any:
    """The event in a payload whose inner event has `changed`."""
    made = copy.deepcopy(payload)
    if changed:
        made["event"] = {name: value for name, value in (made["event"] | changed).items() if value is not None}
    return parse.event(made, BOT, NOW)


def test_a_mention_is_heard_without_the_bots_own_name() -> None:
    heard = event(MENTION)
    assert (heard.how, heard.text) == ("mention", "is the printer on 3 jammed? R&D <3")
    assert heard.key == "slack:T123ABC456:C123ABC456:1515449522.000016"
    assert heard.place == Place("slack", "slack:T123ABC456", "C123ABC456")
    assert heard.actor == Account("slack", "slack:T123ABC456", "U061F7TTT")
    assert heard.at == datetime(2018, 1, 8, 22, 12, 2, 16, tzinfo=UTC)
    assert heard.link == "https://slack.com/archives/C123ABC456/p1515449522000016"


def test_the_message_twin_of_a_mention_and_a_redelivery_under_another_event_id_are_the_same_event() -> None:
    first = event(MENTION)
    assert event(MENTION | {"event_id": "Ev999"}) == first
    assert event(MENTION, type="message", channel_type="channel", client_msg_id="x") == first


def test_the_bots_name_is_known_where_slack_does_not_say_it() -> None:
    made = {name: value for name, value in MENTION.items() if name != "authorizations"}
    assert event(made, type="message", channel_type="channel").how == "mention"


def test_words_in_a_personal_chat_are_for_the_bot() -> None:
    """docs.slack.dev/reference/events/message.im"""
    heard = event(MENTION, type="message", channel="D024BE91L", channel_type="im", text="hello")
    assert (heard.how, heard.place.kind, heard.text) == ("direct", "personal", "hello")


def test_words_in_a_thread_are_a_reply_and_others_are_not_for_us() -> None:
    said = {"type": "message", "channel_type": "channel", "text": "by Friday"}
    assert event(MENTION, **said) is None
    assert event(MENTION, **said, thread_ts="1515449522.000016") is None
    reply = event(MENTION, **said, thread_ts="1515449500.000001")
    assert (reply.how, reply.place.thread) == ("reply", "1515449500.000001")


def test_a_mention_in_a_thread_stays_in_it() -> None:
    assert event(MENTION, thread_ts="1515449500.000001").place.thread == "1515449500.000001"


@pytest.mark.parametrize(
    "changed",
    [
        {"bot_id": "B1"}, {"user": BOT}, {"user": "USLACKBOT"}, {"subtype": "message_changed"}, {"hidden": True},
        {"subtype": "message_deleted"}, {"subtype": "channel_join"}, {"subtype": "bot_message"}, {"user": None},
        {"edited": {"user": "U1", "ts": "1.2"}}, {"type": "reaction_added"}, {"type": "app_home_opened"},
    ],
)  # fmt: skip
def test_bots_edits_and_notices_are_never_asks(changed: dict[str, Any]) -> None:
    assert event(MENTION, **changed) is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_an_ask_with_a_picture_is_an_ask(subtype: str) -> None:
    assert event(MENTION, subtype=subtype).how == "mention"


def test_in_a_shared_channel_the_workspace_is_the_one_that_installed_us() -> None:
    assert event(MENTION | {"team_id": "T0THER"}).place.tenant == "slack:T123ABC456"


@pytest.mark.parametrize(
    "kind", ["view_closed", "shortcut", "message_action", "block_suggestion", "app_rate_limited", "x"]
)
def test_unknown_kinds_are_not_for_us(kind: str) -> None:
    assert parse.event({"type": kind}, BOT, NOW) is None


def test_a_command_is_known_by_its_trigger_and_answers_by_its_url() -> None:
    heard = event(COMMAND)
    assert (heard.how, heard.text, heard.at) == ("command", "assign 12 <@U012ABCDEF>", NOW)
    assert heard.key == "slack:T0001:13345224609.738474920.8088930838d88f008e0"
    assert heard.place == Place("slack", "slack:T0001", "C2147483705", None, "channel", "test")
    assert (heard.trigger, heard.answer) == (COMMAND["trigger_id"], COMMAND["response_url"])


@pytest.mark.parametrize("name", ["directmessage", "privategroup", "mpdm-anna--ben-1"])
def test_a_channel_without_a_name_of_its_own_has_none(name: str) -> None:
    assert event(COMMAND | {"channel_name": name}).place.name == ""


def test_a_pressed_button_carries_its_intent_and_where_it_stands() -> None:
    heard = event(ACTION)
    assert (heard.how, heard.intent, heard.message) == ("control", 'item.show {"item":"42"}', "1548261231.000200")
    assert heard.key == f"slack:T9TK3CUKW:{ACTION['trigger_id']}:1548426417.840180"
    assert (heard.place.channel, heard.place.thread, heard.place.name) == ("CBR2V3XEX", None, "review-updates")


def test_a_chosen_option_is_its_intent() -> None:
    chosen = {
        "type": "static_select",
        "selected_option": {"value": "vote.cast"},
        "action_id": "bmm:2",
        "action_ts": "1.2",
    }
    in_thread = ACTION["message"] | {"thread_ts": "1548261200.000100"}
    heard = event(ACTION | {"actions": [chosen], "message": in_thread})
    assert (heard.intent, heard.place.thread) == ("vote.cast", "1548261200.000100")


@pytest.mark.parametrize(
    "changed",
    [
        {"actions": [{"type": "button", "action_id": "bmm:1", "url": "https://x", "action_ts": "1.2"}]},
        {"actions": [{"type": "button", "action_id": "other", "value": "x", "action_ts": "1.2"}]},
        {"container": {"type": "view", "view_id": "V1"}},
    ],
)
def test_links_and_controls_of_others_are_not_for_us(changed: dict[str, Any]) -> None:
    assert event(ACTION | changed) is None


def test_an_organisation_wide_click_belongs_to_the_persons_workspace() -> None:
    assert event(ACTION | {"team": None}).place.tenant == "slack:T9TK3CUKW"


def test_a_submitted_form_is_its_intent_with_values_at_the_place_where_it_was_opened() -> None:
    heard = event(SUBMISSION)
    assert (heard.how, heard.intent) == ("form", 'item.edit {"item":"42"}')
    assert heard.values == {
        "title": "Printer jams",
        "owner": "<@U012ABCDEF>",
        "due": "2026-11-27",
        "priority": "high",
        "estimate": "",
        "request": "one two",
    }
    assert heard.place == Place("slack", "slack:T1234567", "C1", "1548261231.000200")
    assert heard.message == "1548261232.000100"


def test_a_form_sent_again_is_the_same_event_and_a_mended_one_is_another() -> None:
    mended = copy.deepcopy(SUBMISSION)
    mended["view"]["state"]["values"]["title"]["value"]["value"] = "Printer"
    assert event(SUBMISSION | {"trigger_id": "2.2"}).key == event(SUBMISSION).key != event(mended).key


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("<@U061F7AUR>: the printer", "the printer"),
        ("<@U061F7AUR|bmm>, the printer", "the printer"),
        ("could <@U061F7AUR> log  this", "could log this"),
        ("ask <@U2|ben> and <@W3>", "ask <@U2> and <@W3>"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@ops> <!subteam^S2>", "@ops @S2"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!date^1^{date}|tomorrow>", "tomorrow"),
        ("<https://a.b/?x=1&amp;y=2>", "https://a.b/?x=1&y=2"),
        ("the <https://a.b|page>", "the page (https://a.b)"),
        ("<http://node.js|node.js> <mailto:a@b.c|a@b.c>", "node.js a@b.c"),
        ("a &lt;!channel&gt; &amp;amp; b", "a <!channel> &amp; b"),
        ("one\ntwo  three\n", "one\ntwo three"),
        ("<", "<"),
        ("the <b> tag", "the <b> tag"),
        ("<@U061F7AUR>", ""),
        ("<@U061F7AUR>\n• one\n• two", "• one\n• two"),
    ],
)
def test_slacks_writing_is_read_as_it_was_meant(written: str, means: str) -> None:
    assert read(written, "U061F7AUR") == means


def test_what_would_harm_is_dropped_and_what_people_need_survives() -> None:
    assert clean("a\x00b\x1bc\ud800d\u202ee\u200bf\r\ng") == "abcdef\ng"
    assert clean("👩‍👩‍👧 é " + "z" + "\u0301" * 500) == "👩‍👩‍👧 é z" + "\u0301" * 4


JSONS = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5) | some.just("T1"),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "type",
    "team",
    "user",
    "view",
    "event",
    "actions",
    "container",
    "message",
    "channel",
    "authorizations",
    "state",
]


@given(some.sampled_from([MENTION, COMMAND, ACTION, SUBMISSION]), some.dictionaries(some.sampled_from(KEYS), JSONS))
def test_any_shape_is_an_event_or_nothing_or_malformed(payload: dict[str, Any], changed: dict[str, Any]) -> None:
    for made in (payload | changed, {**payload, "event": changed}, {**payload, "view": changed}):
        with contextlib.suppress(Malformed):
            parse.event(made, BOT, NOW)


@given(some.text())
def test_an_interaction_is_read_as_any_form_is(text: str) -> None:
    raw = urlencode({"payload": json.dumps({"t": text, "u": "100%22 %2522 a+b"})}).encode()
    assert body(raw, FORM) == body(raw + b"&x=1", FORM) == {"t": text, "u": "100%22 %2522 a+b"}
