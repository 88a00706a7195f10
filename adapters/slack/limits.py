"""Slack's limits, each with its source, and a check of drawn blocks against them.

Sources: BK docs.slack.dev/reference/block-kit · CO its pages on composition objects · EL its pages on elements ·
VI docs.slack.dev/reference/views · PM chat.postMessage · SDK what slack_sdk.models enforces.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

REQUEST_BYTES = 256 * 1024  # ours: Slack's own events stay far below it
FORM_BYTES = 1024 * 1024  # ours: a click in a view brings all of its 250 kB, with each sign escaped
CLOCK_SECONDS = 300  # docs.slack.dev/authentication/verifying-requests-from-slack

MESSAGE_BLOCKS = 50  # BK
MODAL_BLOCKS = 100  # BK, VI
SUMMARY = 3_000  # PM asks for at most 4,000 and truncates above 40,000
MESSAGE_TEXT = 12_000  # PM answers msg_blocks_too_long somewhere above 13,000: no figure is documented
TEXT = 3_000  # BK section text; taken for rich text too, which has no figure of its own
HEADER = 150  # BK
CONTEXT = 2_000  # below BK's 3,000 of a text object
CONTEXT_ELEMENTS = 10  # BK
ACTIONS = 25  # BK
BUTTON_TEXT = 75  # EL
BUTTON_VALUE = 2_000  # EL
URL = 3_000  # EL
ACTION_ID = 255  # EL
BLOCK_ID = 255  # BK
OPTION_TEXT = 75  # CO
OPTION_VALUE = 150  # CO
OPTIONS = 100  # EL static select; and in each group
OPTION_GROUPS = 100  # EL
RADIO_OPTIONS = 10  # EL
PLACEHOLDER = 150  # EL
CONFIRM_TITLE = 100  # CO
CONFIRM_TEXT = 300  # CO
CONFIRM_LABEL = 30  # CO
VIEW_BYTES = 250_000  # VI answers view_too_large above it
VIEW_TITLE = 24  # VI title, submit and close
PRIVATE_METADATA = 3_000  # VI
CALLBACK_ID = 255  # VI
INPUT_LABEL = 2_000  # BK
INPUT_HINT = 2_000  # BK
INPUT_TEXT = 3_000  # EL plain text input


def check(blocks: Sequence[dict[str, Any]], *, modal: bool = False) -> list[str]:
    """Every limit that these blocks break, in words; an empty list where there is none."""
    broken = [f"{len(blocks)} blocks"] if len(blocks) > (MODAL_BLOCKS if modal else MESSAGE_BLOCKS) else []
    for block in blocks:
        broken += _block(block)
    for name in ("action_id", "block_id"):
        ids = Counter(each[name] for each in _parts(list(blocks)) if name in each)
        repeated = [each for each, times in ids.items() if times > 1]
        if repeated and not (modal and name == "action_id"):
            broken.append(f"{name} twice: {repeated}")
    if not modal and length(list(blocks)) > MESSAGE_TEXT:
        broken.append(f"{length(list(blocks))} characters in all")
    return broken


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    yield from _over(block, kind, {"block_id": BLOCK_ID})
    match kind:
        case "header":
            yield from _text(block["text"], "header", HEADER)
        case "section":
            yield from _text(block["text"], "section", TEXT)
            yield from _elements([block["accessory"]] if "accessory" in block else [])
        case "context":
            if not 1 <= len(block["elements"]) <= CONTEXT_ELEMENTS:
                yield f"context of {len(block['elements'])} elements"
            for each in block["elements"]:
                yield from _text(each, "context", CONTEXT)
        case "actions":
            if not 1 <= len(block["elements"]) <= ACTIONS:
                yield f"{len(block['elements'])} actions"
            yield from _elements(block["elements"])
        case "rich_text":
            if not 1 <= length(block) <= TEXT:
                yield f"rich text of {length(block)} characters"
        case "input":
            yield from _text(block["label"], "label", INPUT_LABEL)
            yield from _text(block.get("hint"), "hint", INPUT_HINT)
            yield from _elements([block["element"]])
        case "divider":
            pass
        case _:
            yield f"unknown block {kind}"


def _elements(elements: list[dict[str, Any]]) -> Iterator[str]:
    for each in elements:
        kind = each["type"]
        yield from _over(each, kind, {"value": BUTTON_VALUE, "url": URL, "action_id": ACTION_ID})
        yield from _over(each, kind, {"initial_value": INPUT_TEXT, "accessibility_label": BUTTON_TEXT})
        yield from _text(each.get("text"), kind, BUTTON_TEXT)
        yield from _text(each.get("placeholder"), "placeholder", PLACEHOLDER)
        if "confirm" in each:
            sizes = {"title": CONFIRM_TITLE, "text": CONFIRM_TEXT, "confirm": CONFIRM_LABEL, "deny": CONFIRM_LABEL}
            for name, size in sizes.items():
                yield from _text(each["confirm"][name], f"confirm {name}", size)
        groups = each.get("option_groups", [])
        if len(groups) > OPTION_GROUPS:
            yield f"{len(groups)} groups of options"
        most = RADIO_OPTIONS if kind == "radio_buttons" else OPTIONS
        for options in [each["options"]] if "options" in each else [group["options"] for group in groups]:
            if not 1 <= len(options) <= most:
                yield f"{len(options)} options"
            for option in options:
                yield from _text(option["text"], "option", OPTION_TEXT)
                yield from _over(option, "option", {"value": OPTION_VALUE})


def _text(text: dict[str, Any] | None, what: str, most: int) -> Iterator[str]:
    if text is not None and not 1 <= len(text["text"]) <= most:
        yield f"{what} of {len(text['text'])} characters"


def _over(thing: dict[str, Any], what: str, sizes: dict[str, int]) -> Iterator[str]:
    for name, most in sizes.items():
        if name in thing and not 1 <= len(thing[name]) <= most:
            yield f"{name} of {what} has {len(thing[name])} characters"


def _parts(thing: Any) -> Iterator[dict[str, Any]]:
    if isinstance(thing, dict):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for each in thing:
            yield from _parts(each)


def weight(blocks: Any) -> int:
    """The bytes of a part of a view, as it is sent."""
    return len(json.dumps(blocks))


def length(thing: dict[str, Any] | list[dict[str, Any]]) -> int:
    """The characters that people read in a part of a message, without what unfolds only when pressed."""
    if isinstance(thing, list):
        return sum(map(length, thing))
    size = 0
    for name, value in thing.items():
        if isinstance(value, str):
            size += len(value) if name in ("text", "fallback") else 0
        elif isinstance(value, dict | list) and name not in _UNFOLDS:
            size += length(value)
    return size


_UNFOLDS = ("options", "option_groups", "initial_option", "confirm", "style")
