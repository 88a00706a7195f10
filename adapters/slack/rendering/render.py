"""Draws the words of the UI as Slack's blocks, within its limits: what is too much is folded, and says so."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack import limits
from adapters.slack.escapes import escape
from adapters.slack.rendering.blocks import actions, bold, context, folded, lines, numbered, rich_text, section, text
from adapters.slack.rendering.controls import elements, labelled
from adapters.slack.rendering.listing import listing
from adapters.slack.rendering.runs import Data, fold, rich
from bot.cleaning import clean
from bot.messages import Bar, Bars, Block, Controls, Divider, Facts, Heading, Listing, Message, Quote, Text, plain

_BAR = 10  # characters of a whole bar
_VALUE = 2_700  # characters of a fact, so that its label fits beside it
_STAYS = ("actions", "header")


@dataclass(frozen=True)
class Page:
    """What holds blocks: how many, how much of them, and how that is measured."""

    blocks: int
    room: int
    size: Callable[[list[Data]], int]


MESSAGE = Page(limits.MESSAGE_BLOCKS, limits.MESSAGE_TEXT, limits.length)
VIEW = Page(limits.MODAL_BLOCKS, limits.VIEW_BYTES - 2 * limits.PRIVATE_METADATA, limits.weight)


def message(drawn: Message) -> Data:
    """`text` for notifications and `blocks`. Raises TooLong, and KeyError for a value that a sentence lacks."""
    return {"text": fold(escape(plain(drawn.summary)), limits.SUMMARY) or "…", "blocks": _blocks(drawn, MESSAGE)}


def view(drawn: Message) -> list[Data]:
    """The blocks of a home or modal, which holds more than a message. Raises TooLong, KeyError."""
    return _blocks(drawn, VIEW)


def _blocks(drawn: Message, page: Page) -> list[Data]:
    parts = [None if isinstance(each, Listing) else block(each) for each in drawn.blocks]
    room = page.blocks - sum(len(part) for part in parts if part is not None)
    waiting = parts.count(None)
    blocks: list[Data] = []
    for each, part in zip(drawn.blocks, parts, strict=True):
        if part is None and isinstance(each, Listing):
            waiting -= 1
            part = listing(each, room - 2 * waiting)
            room -= len(part)
        blocks += part or []
    return _fitted(numbered(blocks), page)


def block(drawn: Block) -> list[Data]:
    """One block of ours as blocks of Slack's; none where there is nothing to show."""
    match drawn:
        case Heading():
            return [{"type": "header", "text": labelled(drawn.words, limits.HEADER)}]
        case Text():
            return _paragraph(drawn)
        case Quote():
            said = fold(clean(drawn.text).strip(), limits.TEXT)
            return rich_text({"type": "rich_text_quote", "elements": [text(said)]}) if said else []
        case Facts():
            return lines([[bold(label), text(": "), *rich(value, _VALUE)] for label, value in drawn.rows])
        case Listing():
            return listing(drawn, limits.MESSAGE_BLOCKS)
        case Bars():
            return lines([_bar(each, drawn.total) for each in drawn.rows])
        case Controls():
            return actions([element for each in drawn.items for element in elements(each)])
        case Divider():
            return [{"type": "divider"}]


def _paragraph(drawn: Text) -> list[Data]:
    runs = rich(drawn.words, limits.TEXT - 1)
    if not runs:
        return []
    if drawn.tone == "quiet":
        return [context(drawn.words)]
    sign = [{"type": "emoji", "name": "warning"}, text(" ")] if drawn.tone == "warning" else []
    return rich_text(section([*sign, *runs]))


def _bar(bar: Bar, total: int) -> list[Data]:
    """The bar first, so that bars stand below one another whatever their labels are; the count in words as well."""
    full = round(_BAR * min(bar.count / total, 1)) if total > 0 else 0
    full = max(full, 1) if bar.count > 0 else 0
    drawn = text("■" * full + "□" * (_BAR - full))
    mark = [text(" · "), *rich(bar.mark, _VALUE)] if bar.mark else []
    return [drawn, text(f" {bar.count} of {total} · "), bold(bar.label), *mark]


def _fitted(blocks: list[Data], page: Page) -> list[Data]:
    """The blocks within the limits of a page: headers and controls come first, and what is left out is counted."""
    if len(blocks) <= page.blocks and page.size(blocks) <= page.room:
        return blocks
    room, left = page.blocks - 1, page.room - page.size([folded(len(blocks))])
    kept: set[int] = set()
    for n in sorted(range(len(blocks)), key=lambda n: (blocks[n]["type"] not in _STAYS, n)):
        size = page.size([blocks[n]])
        if room > 0 and size <= left:
            kept.add(n)
            room, left = room - 1, left - size
    return [*(blocks[n] for n in sorted(kept)), folded(len(blocks) - len(kept))]
