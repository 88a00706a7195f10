"""The manifest is one that Slack takes, asks for no more than it explains, and hears what it subscribes to."""

import ast
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

import adapters.slack
import dialogs
from bot.board import Board
from bot.wire import kinds
from manifest.permissions import BASE, LINKS, NO_SCOPE, OPTIONS, REACTIONS, events, scopes
from manifest.slack import FILE, Command, Setup, as_yaml, commands, committed, slack_manifest
from tests.needs import needs

RECORDED = Path(__file__).parent / "recorded"
CHOICES = [some for count in range(len(OPTIONS) + 1) for some in itertools.combinations(OPTIONS, count)]
SETUPS = [
    Setup("https://bmm.example.com/", socket, oauth, options)
    for socket, oauth, options in itertools.product((False, True), (False, True), CHOICES)
]


def test_the_manifest_is_one_that_slack_takes() -> None:
    schema = Draft7Validator(json.loads((needs("specs") / "slack" / "manifest.schema.2.0.0.json").read_text()))
    many = [Command(f"c{n}", f"c{n} <what>", "Does something. " * 20) for n in range(300)]
    for setup, offered in itertools.product(SETUPS, (None, [], many)):
        assert list(schema.iter_errors(slack_manifest(setup, offered))) == []


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == committed(), "run: .venv/bin/python -m manifest.slack"


@pytest.mark.parametrize("options", CHOICES, ids=lambda some: "+".join(each.name for each in some) or "none")
def test_every_scope_has_a_reason_and_every_event_its_scope(options: tuple[Any, ...]) -> None:
    made = slack_manifest(Setup(options=options))
    asked = made["oauth_config"]["scopes"]["bot"]
    assert asked == list(scopes(options))
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(events(options))
    assert set(events(options).values()) <= {*asked, NO_SCOPE}
    assert all(len(reason.split()) > 2 for reason in scopes(options).values())


def test_the_app_asks_for_no_scope_that_nothing_it_calls_or_hears_wants() -> None:
    wanted = {scope for name in _called() for scope in _wanted(name)}
    for options in CHOICES:
        assert set(scopes(options)) - wanted - set(events(options).values()) == {"commands"}


def test_all_that_it_calls_may_be_called_with_the_scopes_of_the_options() -> None:
    everything = scopes(OPTIONS)
    for name in _called():
        assert not _wanted(name) or _wanted(name) & set(everything), name
    optional = {name for name in _called() if _wanted(name) and not _wanted(name) & (set(BASE.scopes) - {"im:history"})}
    assert optional <= {"conversations.history", "conversations.replies", "chat.unfurl", "reactions.get"}


def test_no_option_is_needed_for_another_and_none_is_in_the_base() -> None:
    for each in OPTIONS:
        assert each.brings
        assert not set(each.events) & set(BASE.events)
        assert not set(each.scopes) & set(BASE.scopes)
    assert f":{Board('b', 'n', 'OPS', 'UTC').reaction}:" in REACTIONS.brings


def test_what_is_subscribed_to_is_what_is_read() -> None:
    heard = {_type(json.loads(path.read_text())) for path in RECORDED.glob("*.json")} - {""}
    listened = {name.partition(".")[0] for name in events(OPTIONS)}
    assert heard == listened


def test_of_those_who_leave_a_channel_it_is_told_of_itself_only() -> None:
    heard = events(OPTIONS)
    assert "member_left_channel" not in heard
    assert {"channel_left", "group_left"} <= set(heard)
    assert {name for name in heard if name.startswith("member_")} == {"member_joined_channel"}


def test_all_requests_come_to_one_address() -> None:
    made = slack_manifest(Setup("https://bmm.example.com/"))
    address = "https://bmm.example.com/slack/events"
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["settings"]["event_subscriptions"]["request_url"] == address


def test_over_a_socket_no_address_is_named() -> None:
    assert "http" not in json.dumps(slack_manifest(Setup("", socket=True)))
    assert slack_manifest(Setup("", socket=True))["settings"]["socket_mode_enabled"] is True


def test_an_install_link_comes_back_to_us_and_its_tokens_rotate() -> None:
    made = slack_manifest(Setup("https://bmm.example.com", oauth=True))
    assert made["oauth_config"]["redirect_urls"] == ["https://bmm.example.com/slack/oauth_redirect"]
    assert made["settings"]["token_rotation_enabled"] is made["settings"]["org_deploy_enabled"] is True


def test_only_links_to_our_own_host_are_shown_to_us() -> None:
    assert "unfurl_domains" not in slack_manifest(Setup())["features"]
    made = slack_manifest(Setup("https://bmm.example.com:8443/x", options=(LINKS,)))
    assert made["features"]["unfurl_domains"] == ["bmm.example.com"]


def test_what_can_be_typed_comes_from_the_table_of_commands() -> None:
    [command] = slack_manifest(Setup())["features"]["slash_commands"]
    assert command["usage_hint"].startswith(commands()[0].usage)


def test_what_stands_in_menus_comes_from_the_shortcuts_of_the_routes() -> None:
    shown = slack_manifest(Setup())["features"]["shortcuts"]
    assert [(each["callback_id"], each["type"]) for each in shown] == [
        (each.name, "message" if each.on == "message" else "global") for each in dialogs.routes().shortcuts
    ]
    assert {each["type"] for each in shown} == {"message", "global"}
    assert all(each["callback_id"] in kinds() for each in shown)
    assert len({each["name"] for each in shown}) == len(shown)


def test_as_yaml_it_says_the_same() -> None:
    for setup in SETUPS:
        made = slack_manifest(setup, [Command("x", 'say "hi": #1', "é")])
        assert read(as_yaml(made).splitlines()) == made


@pytest.mark.parametrize(
    "given",
    ["", "--oauth --socket", "--links --socket", "--url http://bmm.example.com", "--url bmm.example.com"],
)
def test_an_address_that_is_missing_or_without_https_is_asked_for(given: str) -> None:
    ended = _bmm("manifest", "slack", *given.split())
    assert ended.returncode == 1
    assert "https://bmm.example.com" in ended.stderr
    assert not ended.stdout


def test_the_command_writes_json_or_yaml() -> None:
    made = slack_manifest(Setup("https://bmm.team.example", oauth=True, options=OPTIONS))
    given = "--url https://bmm.team.example --oauth --listen --reactions --links"
    assert json.loads(_bmm("manifest", "slack", *given.split()).stdout) == made
    assert read(_bmm("manifest", "slack", "--yaml", *given.split()).stdout.splitlines()) == made
    assert json.loads(_bmm("manifest", "slack", "--socket").stdout) == slack_manifest(Setup("", socket=True))


def _type(payload: dict[str, Any]) -> str:
    return str(payload["event"]["type"]) if payload.get("type") == "event_callback" else ""


# --- what is called, and a reader of the little YAML that is written


def _called() -> set[str]:
    """The methods of the Web API that the adapter names."""
    known = {path.stem for path in (needs("specs") / "slack" / "methods").glob("*.json")}
    folder = Path(adapters.slack.__file__).parent
    texts = {text for path in folder.glob("*.py") for text in _texts(path)}
    assert {"chat.postMessage", "views.publish"} <= texts
    assert {text for text in texts if re.fullmatch(r"(chat|views|users|conversations)\.[a-zA-Z]+", text)} <= known
    return texts & known


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _wanted(method: str) -> set[str]:
    """The scopes of which a bot needs one for a method."""
    told = json.loads((needs("specs") / "slack" / "methods" / f"{method}.json").read_text())
    return set((told.get("scope") or {}).get("bot", []))


def _bmm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot", *arguments], capture_output=True, text=True, timeout=50)


def read(lines: list[str]) -> Any:
    """The manifest that lines of YAML say."""
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
