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

from adapters.slack.escapes import read
from adapters.slack.reading import parse
from adapters.slack.reading.payload import Malformed, body
from bot.cleaning import clean
from bot.events import Account, Event, Place
from bot.understanding import keys_in
from tests.adapters.slack.slack_payloads import ACTION, BOT, COMMAND, MENTION, SUBMISSION
from tests.adapters.slack.slack_recorded import read as read_recorded
from tests.adapters.slack.slack_recorded import recorded
from tests.fakes.slack_person import FORM

BOT_OF_ACME = "U0BMM"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def event(payload: dict[str, Any], **changed: Any) -> Any:
    """The event in a payload whose inner event has `changed`."""
    made = copy.deepcopy(payload)
    if changed:
        made["event"] = {name: value for name, value in (made["event"] | changed).items() if value is not None}
    (team, enterprise), *_ = parse.heard_by(made)
    return parse.event(made, parse.Here(team, BOT, enterprise), NOW)


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
        {"bot_id": "B1"}, {"user": BOT}, {"user": "USLACKBOT"}, {"hidden": True}, {"subtype": "channel_join"},
        {"subtype": "bot_message"}, {"subtype": "channel_name"}, {"user": None}, {"type": "team_join"},
        {"type": "message", "edited": {"user": "U1", "ts": "1.2"}},
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
    "kind", ["view_closed", "block_suggestion", "interactive_message", "function_executed", "app_rate_limited", "x"]
)
def test_unknown_kinds_are_not_for_us(kind: str) -> None:
    assert parse.event({"type": kind}, parse.Here("T1", BOT), NOW) is None


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
        {"container": {"type": "canvas", "file_id": "F1"}},
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


# --- words that change


def edit(**changed: Any) -> Any:
    """The recorded edit, whose inner event has `changed`."""
    made = recorded("message_changed")
    made["event"] |= changed
    return read_recorded(made)


def test_an_edit_is_known_by_its_time_whoever_tells_of_it() -> None:
    inner = recorded("message_changed")["event"]["message"]
    again = inner | {"edited": {"user": "U0ANNA", "ts": "1764234099.000000"}}
    assert edit().key == edit(event_ts="1.2").key != edit(message=again).key


def test_an_edit_without_what_stood_there_before_is_an_edit() -> None:
    assert edit(previous_message=None) == edit()


@pytest.mark.parametrize(
    "message",
    [
        {"edited": None}, {"bot_id": "B1"}, {"user": BOT_OF_ACME}, {"user": "USLACKBOT"}, {"subtype": "channel_topic"},
        {"text": recorded("mention")["event"]["text"]},
    ],
)  # fmt: skip
def test_what_no_person_has_changed_is_no_edit(message: dict[str, Any]) -> None:
    assert edit(message=recorded("message_changed")["event"]["message"] | message) is None


def test_words_that_were_taken_back_need_no_author() -> None:
    made = recorded("message_deleted")
    del made["event"]["previous_message"]
    gone = read_recorded(made)
    assert gone is not None
    assert (gone.how, gone.actor, gone.key) == ("deleted", None, "slack:T0ACME:C0OPS:1764234001.000100:deleted")
    made["event"]["previous_message"] = {"bot_id": "B0BMM", "user": BOT_OF_ACME, "ts": "1764234001.000100"}
    assert read_recorded(made) is None


# --- who is from outside


@pytest.mark.parametrize(
    ("changed", "outsider"),
    [
        ({"user_team": "T0PEER"}, True),
        ({"user_team": "E0PEER"}, True),
        ({"user_team": "T0ACME"}, False),
        ({"user_team": None, "source_team": "T0PEER"}, True),
        ({"user_team": None, "source_team": None, "team": "T0PEER"}, True),
        ({"user_team": None, "source_team": None, "team": None}, False),
    ],
)
def test_who_wrote_from_another_organisation_is_an_outsider(changed: dict[str, Any], outsider: bool) -> None:
    made = recorded("mention_shared")
    made["event"] |= changed
    heard = read_recorded(made)
    assert heard is not None
    assert heard.outsider is outsider
    made["is_ext_shared_channel"] = False
    inside = read_recorded(made)
    assert inside is not None
    assert not inside.outsider


@pytest.mark.parametrize(
    ("changed", "outsider"),
    [({"user_team": "E0GRID"}, False), ({"user_team": "T0GRID1"}, False), ({"user_team": "T0PEER"}, True)],
)
def test_in_an_organisation_its_workspaces_are_no_strangers(changed: dict[str, Any], outsider: bool) -> None:
    made = recorded("mention_grid_shared")
    made["event"] |= changed
    heard = read_recorded(made)
    assert heard is not None
    assert heard.outsider is outsider


# --- the way back of a form


@pytest.mark.parametrize(
    "place",
    [
        Place("slack", "slack:T0ACME", "C0OPS", "1.2", "channel", "ops"),
        Place("slack", "slack:T0ACME", "D0ANNA", None, "personal"),
        Place("slack", "slack:T0ACME", "C0MPIM", None, "group", private=True),
        Place("slack", "slack:T0ACME", "U0ANNA", None, "home"),
        Place("slack", "slack:T0ACME", "U0ANNA", None, "personal"),
        Place("slack", "slack:T0ACME", "D0ANNA", None, "channel"),
    ],
)
def test_a_form_comes_back_to_where_it_was_opened(place: Place) -> None:
    opened = Event(
        "k", "control", NOW, place, Account("slack", place.tenant, "U0ANNA"), message="1.3", answer="view:V1"
    )
    made = recorded("form")
    made["view"]["private_metadata"] = json.dumps({"i": "x.y"} | parse.origin(opened))
    made["team"], made["view"]["app_installed_team_id"] = {"id": "T0OTHER"}, "T0OTHER"
    back = read_recorded(made)
    assert back is not None
    assert (back.place, back.message, back.answer) == (place, "1.3", "")


def test_a_modal_that_says_nothing_of_its_origin_answers_in_ones_own_chat() -> None:
    made = recorded("press_modal")
    made["view"]["private_metadata"] = ""
    pressed = read_recorded(made)
    assert pressed is not None
    assert pressed.place == Place("slack", "slack:T0ACME", "U0ANNA", None, "personal")


def test_an_uninstalled_workspace_is_named_alone_where_a_view_says_whose_it_is() -> None:
    made = recorded("press_modal")
    made["view"]["private_metadata"] = '{"w":"T0GONE"}'
    assert parse.heard_by(made) == [("T0GONE", "")]


# --- writing


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("OPS-42 and ops-42", ["OPS-42"]),
        ("is OPS-1 like NET-22?", ["OPS-1", "NET-22"]),
        ("see https://wiki.example/OPS-42 and <https://a.b/NET-1>", []),
        ("utf-8-sig, x-OPS-42, OPS-", []),
    ],
)
def test_keys_are_found_anywhere_but_in_addresses_and_longer_words(text: str, keys: list[str]) -> None:
    assert keys_in(text) == keys


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
            (team, enterprise), *_ = parse.heard_by(made)
            parse.event(made, parse.Here(team, BOT, enterprise), NOW)


@given(some.text())
def test_an_interaction_is_read_as_any_form_is(text: str) -> None:
    raw = urlencode({"payload": json.dumps({"t": text, "u": "100%22 %2522 a+b"})}).encode()
    assert body(raw, FORM) == body(raw + b"&x=1", FORM) == {"t": text, "u": "100%22 %2522 a+b"}
