"""Teams' limits, each with its source, and a check of drawn cards against them.

Sources: FM learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages · RL its page rate-limit ·
UA its pages on universal actions and user-specific views · CR its cards reference · SEEN what clients were seen to do.
"""

import json
from collections.abc import Iterator
from typing import Any

REQUEST_BYTES = 256 * 1024  # ours: activities stay far below it

# What is sent: a message may have about 100 KB as UTF-16 with its mentions, 80 KB are advised (FM), older pages say 40.
CARD_BYTES = 28 * 1024  # what every road takes, those of webhooks and connectors as well
MENU_BYTES = 6 * 1024  # ours: the options that one control carries
INTENT = 4_000  # ours: characters of what one control becomes

ACTIONS = 6  # SEEN: desktop shows no more, and a phone hides the others
REFRESHED = 60  # UA: the people for whom a card is drawn anew by itself
SUMMARY = 300  # ours: a notification shows less
HEADING = 200  # ours, and so are the next ones: what is read on a card, and what is opened instead
TEXT = 1_500
LINES = 40
ROW = 300
FACT = 600
QUOTE = 1_200
QUOTE_LINES = 12
ROWS = 40
LABEL = 75  # ours: a button, an option, the label of an input
TITLE = 60  # ours: the head of a dialog
EXPANDED = 13  # ours: options that are shown at once rather than in a drop-down: every deck is
RADIOS = 4  # ours: the same within a form
INPUT_WORDS = 300  # ours: the label of an input, its hint and what is wrong with it
URL = 2_000  # ours: what every browser takes
SAID = 280  # ours: words that ride on the answer to a click

# How often a bot may write into one conversation: (messages, seconds), new conversations counted alike (RL).
SEND_WINDOWS = ((7, 1), (8, 2), (60, 30), (1_800, 3_600))
APP_PER_SECOND = 50  # RL: every call of an app in one tenant


def check(card: dict[str, Any]) -> list[str]:
    """Every limit that this card breaks, in words; an empty list where there is none."""
    parts = list(_parts(card.get("body", []))) + list(_parts(card.get("actions", [])))
    actions = sum(len(each["actions"]) for each in parts if each.get("type") == "ActionSet")
    actions += len(card.get("actions", []))
    broken = [f"{actions} actions"] if actions > ACTIONS else []
    if (size := weight(card)) > CARD_BYTES:
        broken.append(f"{size} bytes")
    if len(users := card.get("refresh", {}).get("userIds", [])) > REFRESHED:
        broken.append(f"refreshed for {len(users)} people")
    if not str(card.get("fallbackText", "")).strip():
        broken.append("no fallbackText")
    mentioned = [each["text"] for each in card.get("msteams", {}).get("entities", [])]
    shown = " ".join(str(each["text"]) for each in parts if each.get("type") == "TextBlock")
    broken += [f"{each} mentioned and not shown" for each in mentioned if each not in shown]
    return [*broken, *(wrong for each in parts for wrong in _part(each))]


def _part(part: dict[str, Any]) -> Iterator[str]:
    kind = str(part.get("type", ""))
    if kind.startswith("Action."):
        yield from _sized(part.get("title"), kind, LABEL)
        yield from _sized(part.get("url", "x"), "url", URL)
    elif kind == "Input.ChoiceSet":
        if not part["choices"]:
            yield "no choices"
        for each in part["choices"]:
            yield from _sized(each["title"], "choice", LABEL)
    if kind.startswith("Input."):
        yield from _sized(part.get("label"), "label", INPUT_WORDS)
    if kind == "RichTextBlock" and not any(str(each["text"]).strip() for each in part["inlines"]):
        yield "empty text"
    if kind == "TextBlock" and not str(part["text"]).strip():
        yield "empty text"


def _sized(text: Any, what: str, most: int) -> Iterator[str]:
    if not 1 <= len(str(text or "")) <= most:
        yield f"{what} of {len(str(text or ''))} characters"


def _parts(thing: Any) -> Iterator[dict[str, Any]]:
    if isinstance(thing, dict):
        yield thing
        thing = [value for name, value in thing.items() if name != "data"]
    if isinstance(thing, list):
        for each in thing:
            yield from _parts(each)


def weight(thing: Any) -> int:
    """The bytes of a part of a card as JSON in UTF-8."""
    return len(json.dumps(thing, ensure_ascii=False).encode())


def escaped_weight(thing: Any) -> int:
    """The bytes of the same where every sign beyond ASCII is escaped, which is how most clients write JSON."""
    return len(json.dumps(thing))
