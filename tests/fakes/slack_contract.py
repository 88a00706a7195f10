"""Holds calls of Slack's Web API to documents that we did not write: methods, arguments, blocks, limits."""

import json
from functools import cache, lru_cache
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
    "msg_too_long is_archived channel_not_found not_in_channel unknown_method"
).split()


def problems_of_call(method: str, given: Payload, typed: bool = True) -> list[str]:
    """What is wrong with the arguments of a call, by the method's own description; nothing where that is absent.

    `typed`: they came as JSON, which not every method takes.
    """
    described = _method(method)
    if described is None:
        return []
    if typed and given and not described.get("json_input_supported"):
        return [f"{method}: takes no JSON"]
    known, required = described["args"]["properties"], described["args"].get("required", [])
    wrong = [f"{method}: no argument {each}" for each in sorted(set(given) - set(known))]
    wrong += [f"{method}: lacks {each}" for each in sorted(set(required) - set(given) - {"token"})]
    kinds = {name: known[name].get("type") for name in given if name in known}
    return wrong + [f"{method}: {name} is no {kind}" for name, kind in kinds.items() if not _is(kind, given[name])]


def _is(kind: str | None, value: Any) -> bool:
    """Whether an argument is of the kind described; a text may hold an object, which SDKs send as it is."""
    match kind:
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in ("0", "1", "true", "false")
        case "number":
            return isinstance(value, int | float) or str(value).isdecimal()
        case "string":
            return isinstance(value, str | dict)
        case _:
            return True


def problems_of_blocks(blocks: list[Payload], *, modal: bool = False) -> list[str]:
    """What is wrong with blocks, by the limits and, where it is present, the schema of @slack/types."""
    wrong = [] if modal or blocks else ["no blocks"]
    wrong += limits.check(blocks, modal=modal)
    for block in blocks:
        wrong += _problems_of_block(block["type"], json.dumps(block, sort_keys=True))
    return wrong


@lru_cache(maxsize=10_000)  # checking takes milliseconds, and most blocks stand in many messages
def _problems_of_block(kind: str, block: str) -> tuple[str, ...]:
    validator = _schema(_BLOCKS.get(kind, ""))
    errors = validator.iter_errors(json.loads(block)) if validator is not None else ()
    return tuple(f"{kind}: {error.message[:200]}" for error in errors)


def problems_of_view(view: Payload) -> list[str]:
    """What is wrong with a modal or a home."""
    home = view.get("type") == "home"
    wrong = problems_of_blocks(view["blocks"], modal=True) if view["blocks"] else ["no blocks"]
    for name in ("title", "submit", "close"):
        if name in view and not 1 <= len(view[name]["text"]) <= limits.VIEW_TITLE:
            wrong.append(f"{name} of {len(view[name]['text'])} characters")
    if len(view.get("private_metadata", "")) > limits.PRIVATE_METADATA:
        wrong.append("private_metadata too long")
    if len(json.dumps(view, ensure_ascii=False).encode()) > limits.VIEW_BYTES:
        wrong.append("too large a view")
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        wrong.append("inputs without submit")
    validator = _schema("HomeView" if home else "ModalView")
    bare = view | {"blocks": []}
    return wrong + ([error.message[:200] for error in validator.iter_errors(bare)] if validator else [])


def problems_of_unfurl(unfurl: Payload) -> list[str]:
    """What is wrong with what stands below a link: blocks, and nothing that we do not use."""
    return problems_of_blocks(unfurl.get("blocks", [])) + [f"unfurl: {each}" for each in unfurl if each != "blocks"]


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
