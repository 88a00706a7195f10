"""The manifest is one that Slack takes, asks for no more than it explains, and hears what it subscribes to."""

import json
from itertools import pairwise
from typing import Any

from jsonschema import Draft7Validator

from manifest.slack import EVENTS, SCOPES, Command, as_yaml, commands, slack_manifest
from tests.needs import needs


def test_the_manifest_is_one_that_slack_takes() -> None:
    schema = json.loads((needs("specs") / "slack" / "manifest.schema.2.0.0.json").read_text())
    many = [Command(f"c{n}", f"c{n} <what>", "Does something. " * 20) for n in range(300)]
    for offered in (None, [], many):
        made = slack_manifest("https://bmm.example.com/", offered)
        assert list(Draft7Validator(schema).iter_errors(made)) == []


def test_every_scope_has_a_reason_and_every_event_its_scope() -> None:
    made = slack_manifest("https://bmm.example.com")
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert all(len(reason.split()) > 2 for reason in SCOPES.values())
    assert set(EVENTS.values()) <= set(SCOPES)
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_every_scope_is_asked_for_by_a_method_or_event_we_use() -> None:
    methods = needs("specs") / "slack" / "methods"
    used = ("chat.postMessage", "chat.update", "users.info", "conversations.info")
    asked = {scope for name in used for scope in json.loads((methods / f"{name}.json").read_text())["scope"]["bot"]}
    assert set(SCOPES) - asked - set(EVENTS.values()) == {"commands"}


def test_all_requests_come_to_one_address() -> None:
    made = slack_manifest("https://bmm.example.com/")
    address = "https://bmm.example.com/slack/events"
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["settings"]["event_subscriptions"]["request_url"] == address


def test_what_can_be_typed_comes_from_the_table_of_commands() -> None:
    [command] = slack_manifest("https://bmm.example.com")["features"]["slash_commands"]
    assert command["usage_hint"].startswith(commands()[0].usage)


def test_as_yaml_it_says_the_same() -> None:
    made = slack_manifest("https://bmm.example.com", [Command("x", 'say "hi": #1', "é")])
    assert read(as_yaml(made).splitlines()) == made


def read(lines: list[str]) -> Any:
    """A reader of the little YAML that is written."""
    if lines[0].lstrip().startswith("- "):
        return (
            [json.loads(line.lstrip()[2:]) for line in lines] if ":" not in lines[0].split('"')[0] else _objects(lines)
        )
    depth, made, at = len(lines[0]) - len(lines[0].lstrip()), {}, 0
    while at < len(lines):
        name, _, value = lines[at].strip().partition(":")
        end = at + 1
        while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > depth:
            end += 1
        made[name] = json.loads(value) if value.strip() else read(lines[at + 1 : end])
        at = end
    return made


def _objects(lines: list[str]) -> list[Any]:
    starts = [n for n, line in enumerate(lines) if line.lstrip().startswith("- ")] + [len(lines)]
    return [read([lines[a].replace("- ", "  ", 1), *lines[a + 1 : b]]) for a, b in pairwise(starts)]
