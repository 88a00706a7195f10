"""Lines under a title, as many as fit."""

from itertools import groupby

from adapters.slack import limits
from adapters.slack.rendering.blocks import actions, bold, context, folded, marked_up, rich_text, section
from adapters.slack.rendering.controls import elements
from adapters.slack.rendering.runs import Data, flat, length, mrkdwn, rich
from bot.messages import Listing, Row, Words


def listing(drawn: Listing, room: int) -> list[Data]:
    """Title, rows and what was left out, in at most `room` blocks or in two."""
    title = rich_text(section([bold(drawn.title)])) if drawn.title else []
    more = [context(drawn.more)] if drawn.more else []
    room -= len(title) + 1
    blocks: list[Data] = []
    shown = 0
    for controlled, group in groupby(drawn.rows, lambda row: row.control is not None):
        rows = list(group)
        part, taken = _controlled(rows, room) if controlled else _bullets(rows, room)
        blocks, shown, room = blocks + part, shown + taken, room - len(part)
        if taken < len(rows):
            more = [folded(len(drawn.rows) - shown)]
            break
    return title + blocks + more


def _bullets(rows: list[Row], room: int) -> tuple[list[Data], int]:
    """Rows without controls as one list, and how many of them it holds."""
    items: list[Data] = []
    left = limits.TEXT
    for row in rows if room > 0 else []:
        item = section(rich(row.words, limits.TEXT // 2))
        left -= length(item["elements"])
        if left < 0:
            break
        items.append(item)
    return rich_text({"type": "rich_text_list", "style": "bullet", "elements": items}) if items else [], len(items)


def _controlled(rows: list[Row], room: int) -> tuple[list[Data], int]:
    """Rows with their controls, and how many of them fit."""
    blocks: list[Data] = []
    for shown, row in enumerate(rows):
        part = _row(row)
        if len(blocks) + len(part) > room:
            return blocks, shown
        blocks += part
    return blocks, len(rows)


def _told_apart(control: Data, row: Row) -> Data:
    """A button under a name of its own for who hears the page: what it does, and to which row."""
    if control["type"] != "button":
        return control
    said = flat(Words("{label}: {row}", {"label": control["text"]["text"], "row": row.words}), limits.BUTTON_TEXT)
    return control | {"accessibility_label": said}


def _row(row: Row) -> list[Data]:
    """The words beside their control where mrkdwn can hold them, else above it."""
    controls = [_told_apart(each, row) for each in elements(row.control)] if row.control else []
    marked = mrkdwn(row.words)
    if len(controls) == 1 and marked is not None:
        return [{"type": "section", "text": marked_up(marked), "accessory": controls[0]}]
    return [*rich_text(section(rich(row.words))), *actions(controls)]
