"""The checks that the other tests lean on do refuse what Slack would refuse."""

from typing import Any

import pytest

from adapters.slack import limits
from tests.fakes.slack_contract import (
    errors_of,
    problems_of_blocks,
    problems_of_call,
    problems_of_unfurl,
    problems_of_view,
)
from tests.fakes.slack_methods import Methods
from tests.needs import needs

TEXT = {"type": "plain_text", "text": "x"}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "section", "text": TEXT, "txt": "x"},
        {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": TEXT, "style": "loud"}]},
        {"type": "actions", "elements": [{"type": "button", "action_id": "a"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "txt", "text": "x"}]}]},
    ],
)
def test_the_schema_refuses_a_wrong_block(block: dict[str, Any]) -> None:
    needs("specs")
    assert problems_of_blocks([block]) != []


def test_the_schema_refuses_a_wrong_modal_and_a_wrong_call() -> None:
    needs("specs")
    assert problems_of_view({"type": "modal", "blocks": [{"type": "divider"}]}) != []
    assert problems_of_call("chat.update", {"channel": "C1", "txt": "x"}) == [
        "chat.update: no argument txt",
        "chat.update: lacks ts",
    ]
    assert problems_of_call("conversations.replies", {"channel": "C1", "ts": "1.1"}) != []
    assert problems_of_call("conversations.replies", {"channel": "C1", "ts": "1.1", "limit": "2"}, typed=False) == []
    assert problems_of_call("chat.update", {"channel": 7, "ts": "1.1"}) == ["chat.update: channel is no string"]
    assert "is_archived" in (errors_of("chat.postMessage") or set())


CALLED = (
    "apps.connections.open auth.test chat.postEphemeral chat.postMessage chat.unfurl chat.update conversations.history "
    "conversations.info conversations.members conversations.open conversations.replies oauth.v2.access users.info "
    "views.open views.publish views.push views.update"
).split()


@pytest.mark.parametrize("method", CALLED)
def test_every_method_is_described_and_no_argument_passes_that_it_does_not_have(method: str) -> None:
    needs("specs")
    assert errors_of(method)
    assert f"{method}: no argument txt" in problems_of_call(method, {"txt": "x"}, typed=False)


@pytest.mark.parametrize(
    "method", [each for each in CALLED if each not in ("apps.connections.open", "oauth.v2.access")]
)
def test_the_fake_answers_every_method(method: str) -> None:
    assert Methods.named(method)


@pytest.mark.parametrize(
    "view",
    [
        {"type": "home", "blocks": []},
        {"type": "home", "blocks": [{"type": "divider"}] * 101},
        {"type": "home", "blocks": [{"type": "divider"}], "title": TEXT},
        {"type": "home", "blocks": [{"type": "divider"}], "private_metadata": "x" * 3001},
        {"type": "modal", "title": TEXT | {"text": "x" * 25}, "blocks": [{"type": "divider"}]},
        {"type": "modal", "title": TEXT, "blocks": [{"type": "section", "text": TEXT | {"text": "x" * 3000}}] * 90},
    ],
)
def test_what_slack_would_refuse_of_a_view_is_refused(view: dict[str, Any]) -> None:
    needs("specs")
    assert problems_of_view(view) != []


def test_what_stands_below_a_link_is_blocks_and_nothing_else() -> None:
    assert problems_of_unfurl({"blocks": [{"type": "divider"}]}) == []
    assert problems_of_unfurl({"blocks": [{"type": "divider"}] * 51}) != []
    assert problems_of_unfurl({"blocks": [{"type": "divider"}], "txt": "x"}) != []


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": TEXT} | more


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 51,
        [{"type": "header", "text": TEXT | {"text": "x" * 151}}],
        [{"type": "section", "text": TEXT | {"text": "x" * 3001}}],
        [{"type": "section", "text": TEXT | {"text": ""}}],
        [actions()],
        [actions(*(button(action_id=str(n)) for n in range(26)))],
        [actions(button(), button())],
        [actions(button(value="x" * 2001))],
        [actions(button(text=TEXT | {"text": "x" * 76}))],
        [actions({"type": "static_select", "action_id": "a", "options": [{"text": TEXT, "value": "x" * 151}]})],
        [actions({"type": "static_select", "action_id": "a", "options": [{"text": TEXT, "value": "x"}] * 101})],
        [{"type": "section", "text": TEXT | {"text": "x" * 2900}}] * 5,
        [{"type": "table"}],
    ],
)
def test_the_table_of_limits_refuses_what_is_too_much(blocks: list[dict[str, Any]]) -> None:
    assert limits.check(blocks) != []


def test_what_is_within_the_limits_is_not_refused() -> None:
    assert limits.check([actions(button(value="x" * 2000)), {"type": "divider"}]) == []
