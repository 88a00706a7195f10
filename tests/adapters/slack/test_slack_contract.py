"""The checks that the other tests lean on do refuse what Slack would refuse."""

from typing import Any

import pytest

from adapters.slack import limits
from tests.fakes.slack_contract import errors_of, problems_of_blocks, problems_of_call, problems_of_view
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
    assert "is_archived" in (errors_of("chat.postMessage") or set())


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
