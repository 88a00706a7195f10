"""Holds Teams' cards to documents that we did not write: the schema of Adaptive Cards 1.5, and the table of limits."""

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from jsonschema import Draft6Validator

from adapters.teams import limits
from tests.needs import find_specs

Payload = dict[str, Any]


def problems_of_card(card: Payload) -> list[str]:
    """What is wrong with a card, by the limits and, where it is present, the schema: the innermost elements at fault.

    `msteams` is Teams' own and no part of the schema.
    """
    bare = {name: value for name, value in card.items() if name != "msteams"} | {"body": []}
    elements = [bare, *card.get("body", [])]
    return limits.check(card) + [fault for each in elements for fault in _problems(json.dumps(each, sort_keys=True))]


def problems_of_post(card: Payload) -> list[str]:
    """The same for a card that stands in a conversation, where inputs would be lost by every edit."""
    kinds = {str(part.get("type", "")) for part in parts(card)}
    return problems_of_card(card) + sorted(f"{kind} on a post" for kind in kinds if kind.startswith("Input."))


def problems_of_activity(activity: Payload) -> list[str]:
    """What is wrong with a message activity of one card."""
    wrong = [] if str(activity.get("summary", "")).strip() else ["no summary"]
    size = max(limits.weight(activity), limits.escaped_weight(activity))
    wrong += [f"{size} bytes"] if size > limits.CARD_BYTES else []
    kinds = [each.get("contentType") for each in activity["attachments"]]
    wrong += [] if kinds == ["application/vnd.microsoft.card.adaptive"] else [f"attachments {kinds}"]
    return wrong + [problem for each in activity["attachments"] for problem in problems_of_post(each["content"])]


def parts(thing: Any) -> Iterator[Payload]:
    """Every object of a card, but not what its actions carry."""
    if isinstance(thing, dict):
        yield thing
        thing = [value for name, value in thing.items() if name != "data"]
    if isinstance(thing, list):
        for each in thing:
            yield from parts(each)


@lru_cache(maxsize=10_000)  # checking takes milliseconds, and most elements stand on many cards
def _problems(element: str) -> tuple[str, ...]:
    whole = json.loads(element)
    if _schema("AdaptiveCard") is None:
        return ()
    validator = _schema(str(whole.get("type", "")))
    return () if validator is not None and validator.is_valid(whole) else tuple(_walked(whole))


def _walked(element: Payload) -> Iterator[str]:
    """The faults of the innermost elements: the schema itself only says that the card is none of a hundred things."""
    inner = [fault for each in _children(element) for fault in _walked(each)]
    yield from inner
    kind = str(element.get("type", ""))
    validator = _schema(kind)
    if inner or not kind:
        return
    if validator is None:
        yield f"unknown element {kind}"
        return
    for error in validator.iter_errors(element):
        yield f"{kind}: {_deepest(error).message[:200]}"


def _children(element: Payload) -> Iterator[Payload]:
    for name, value in element.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and name != "data":
                yield each


def _deepest(error: Any) -> Any:
    """The error that says most: of alternatives the one that went furthest into the element."""
    while error.context:
        error = max(error.context, key=lambda each: (len(each.absolute_path), each.validator != "enum"))
    return error


@cache
def _schema(kind: str) -> Draft6Validator | None:
    specs = find_specs()
    path = specs / "teams" / "adaptive-card.schema.1.5.0.json" if specs else None
    if path is None or not path.is_file():
        return None
    definitions = _definitions(str(path))
    known = kind in definitions
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": definitions}) if known else None


@cache
def _definitions(path: str) -> Payload:
    with open(path, encoding="utf-8") as schema:
        read: Payload = json.load(schema)["definitions"]
    return read
