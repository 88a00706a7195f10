"""Holds calls of Slack's Web API to documents that we did not write: methods, arguments, blocks, limits."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from adapters.slack import limits
from tests.needs import find_specs

Payload = dict[str, Any]

_BLOCKS = {
    "actions": "ActionsBlock",
    "context": "ContextBlock",
    "divider": "DividerBlock",
    "header": "HeaderBlock",
    "input": "InputBlock",
    "rich_text": "RichTextBlock",
    "section": "SectionBlock",
}
# Errors of every method: docs.slack.dev lists them on each page; the machine-readable copy leaves them out.
COMMON = (
    "access_denied account_inactive ekm_access_denied fatal_error internal_error invalid_arguments invalid_auth "
    "missing_scope no_permission not_allowed_token_type not_authed org_login_required ratelimited request_timeout "
    "service_unavailable team_access_not_granted team_added_to_org token_expired token_revoked invalid_blocks "
    "msg_too_long is_archived channel_not_found not_in_channel"
).split()


def problems_of_call(method: str, given: Payload) -> list[str]:
    """What is wrong with the arguments of a call, by the method's own description; nothing where that is absent."""
    described = _method(method)
    if described is None:
        return []
    known = described["args"]["properties"]
    unknown = sorted(set(given) - set(known))
    missing = sorted(set(described["args"]["required"]) - set(given) - {"token"})
    return [f"{method}: no argument {each}" for each in unknown] + [f"{method}: lacks {each}" for each in missing]


def problems_of_blocks(blocks: list[Payload], *, modal: bool = False) -> list[str]:
    """What is wrong with blocks, by the limits and, where it is present, the schema of @slack/types."""
    wrong = [] if modal or blocks else ["no blocks"]
    wrong += limits.check(blocks, modal=modal)
    for block in blocks:
        validator = _schema(_BLOCKS.get(block["type"], ""))
        if validator is not None:
            wrong += [f"{block['type']}: {error.message[:200]}" for error in validator.iter_errors(block)]
    return wrong


def problems_of_view(view: Payload) -> list[str]:
    """What is wrong with a modal."""
    wrong = problems_of_blocks(view["blocks"], modal=True)
    for name in ("title", "submit", "close"):
        if name in view and not 1 <= len(view[name]["text"]) <= limits.VIEW_TITLE:
            wrong.append(f"{name} of {len(view[name]['text'])} characters")
    if len(view.get("private_metadata", "")) > limits.PRIVATE_METADATA:
        wrong.append("private_metadata too long")
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        wrong.append("inputs without submit")
    validator = _schema("ModalView")
    bare = view | {"blocks": []}
    return wrong + ([error.message[:200] for error in validator.iter_errors(bare)] if validator else [])


def errors_of(method: str) -> set[str] | None:
    """Every error that a method may answer, or None where its description is absent."""
    described = _method(method)
    return None if described is None else {*described["errors"], *COMMON}


@cache
def _method(name: str) -> Payload | None:
    specs = find_specs()
    path = specs / "slack" / "methods" / f"{name}.json" if specs else Path("absent")
    return json.loads(path.read_text()) if path.is_file() else None


@cache
def _schema(name: str) -> Draft7Validator | None:
    specs = find_specs()
    if specs is None or not name:
        return None
    whole = json.loads((specs / "slack" / "types.schema.json").read_text())
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": whole["definitions"]})
