"""The small parts that Slack's blocks are made of."""

from typing import Any

from adapters.slack.limits import ACTIONS, CONTEXT, HEADER, TEXT
from adapters.slack.rendering.controls import labelled, plain_text
from adapters.slack.rendering.runs import Data, flat, length, mrkdwn
from bot.messages import Words


def rich_text(*parts: Data) -> list[Data]:
    """One block of rich text, or none where there are no parts."""
    return [{"type": "rich_text", "elements": list(parts)}] if parts else []


def section(runs: list[Data]) -> Data:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": runs or [text("…")]}


def text(words: str, **style: bool) -> Data:
    """A run of rich text, in which nothing is markup."""
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def bold(words: Words) -> Data:
    """A short label."""
    return text(flat(words, HEADER), bold=True)


def marked_up(words: str) -> Data:
    """A text object in Slack's markup, in which Slack looks for no links or names of its own."""
    return {"type": "mrkdwn", "text": words, "verbatim": True}


def context(words: Words) -> Data:
    """Small print."""
    marked = mrkdwn(words, CONTEXT)
    return {"type": "context", "elements": [labelled(words, CONTEXT) if marked is None else marked_up(marked)]}


def folded(count: int) -> Data:
    """What says that `count` more were left out."""
    return {"type": "context", "elements": [plain_text(f"… and {count} more")]}


def lines(drawn: list[list[Data]]) -> list[Data]:
    """Lines of runs as one block; those that do not fit are counted."""
    runs: list[Data] = []
    left = TEXT - 20
    for shown, line in enumerate(drawn):
        left -= length(line) + 1
        if left < 0:
            runs.append(text(f"\n… and {len(drawn) - shown} more"))
            break
        runs += [text("\n"), *line] if shown else line
    return rich_text(section(runs)) if runs else []


def actions(controls: list[Data]) -> list[Data]:
    """Blocks of controls, as few as will hold them."""
    starts = range(0, len(controls), ACTIONS)
    return [{"type": "actions", "elements": controls[start : start + ACTIONS]} for start in starts]


def numbered(blocks: list[Data]) -> list[Data]:
    """Each control under an id of its own, which Slack demands within a message."""
    number = 0
    for block in blocks:
        controls: list[Any] = block["elements"] if block["type"] == "actions" else []
        for element in [*controls, *([block["accessory"]] if "accessory" in block else [])]:
            number += 1
            element["action_id"] = f"bmm:{number}"
    return blocks
