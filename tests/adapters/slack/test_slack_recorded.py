"""Every kind of payload that Slack sends, as it was recorded, and what it comes to."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft7Validator

from adapters.slack.installing.leaving import left
from manifest.permissions import OPTIONS, events
from tests.adapters.slack.slack_recorded import EXPECTED, FOLDER, NAMES, Payload, read, recorded
from tests.needs import needs

_CHANNELS = {"message.channels": "channel", "message.groups": "group", "message.im": "im", "message.mpim": "mpim"}
_WORDS = {
    "bot_message": "BotMessageEvent",
    "channel_join": "ChannelJoinMessageEvent",
    "file_share": "FileShareMessageEvent",
    "message_changed": "MessageChangedEvent",
    "message_deleted": "MessageDeletedEvent",
    "thread_broadcast": "ThreadBroadcastMessageEvent",
    "": "GenericMessageEvent",
}
_UNTYPED = ("user_team", "source_team")  # of messages in shared channels; the types know them of mentions only
_VIEWED = ("type", "blocks", "private_metadata", "callback_id", "external_id")  # the types know a view as it is sent
_UNTYPABLE = {
    "file_shared_from_outside": "a file without anything but its id",
    "message_deleted_with_answers": "a tombstone",
    "reaction_on_file": "a reaction to anything but a message",
}
_EVENTS = [name for name in NAMES if "event" in recorded(name)]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "url_verification"])
def test_a_recorded_payload_comes_to_what_it_means(name: str) -> None:
    assert read(recorded(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "url_verification"])
def test_it_means_the_same_where_the_other_organisation_has_installed_us_too(name: str) -> None:
    assert read(recorded(name), peer=True) == EXPECTED[name]


def test_every_recording_is_expected_and_says_where_its_shape_is_from() -> None:
    told = re.findall(r"^\| `(\w+)` \| [\w/.-]+ \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert NAMES == sorted(told) == sorted({*EXPECTED, "url_verification"})


@pytest.mark.parametrize("event", sorted(events(OPTIONS)))
def test_every_event_that_the_manifest_subscribes_to_is_recorded_and_read(event: str) -> None:
    kind, channel = event.partition(".")[0], _CHANNELS.get(event, "")
    named = [name for name in _EVENTS if recorded(name)["event"]["type"] == kind]
    those = [name for name in named if recorded(name)["event"].get("channel_type", "") == channel or not channel]
    assert any(EXPECTED[name] is not None or left(recorded(name)) for name in those)


@pytest.mark.parametrize("name", [name for name in _EVENTS if name not in _UNTYPABLE])
def test_a_recorded_event_has_the_shape_of_slacks_own_types(name: str) -> None:
    whole = json.loads((needs("specs") / "slack" / "types.schema.json").read_text())
    event = recorded(name)["event"]
    kind = "".join(part.capitalize() for part in event["type"].split("_")).replace("ChannelId", "ChannelID")
    definition = _WORDS[event.get("subtype", "")] if event["type"] == "message" else f"{kind}Event"
    assert definition in whole["definitions"]
    validator = Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": whole["definitions"]})
    assert [error.message[:300] for error in validator.iter_errors(_typed(event))] == []


def _typed(event: Payload) -> Payload:
    """An event as the types have it: the messages within it there repeat what stands outside, which Slack's do not."""
    typed: dict[str, Any] = dict(event)
    if "view" in event:
        typed["view"] = {name: event["view"][name] for name in _VIEWED}
    around = {name: event[name] for name in ("channel", "channel_type", "event_ts") if name in event}
    for inner in ("message", "previous_message"):
        if event["type"] == "message" and inner in event:
            typed[inner] = {name: value for name, value in event[inner].items() if name not in _UNTYPED} | around
    return {name: value for name, value in typed.items() if event["type"] != "message" or name not in _UNTYPED}
