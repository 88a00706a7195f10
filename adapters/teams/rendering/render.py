"""Draws the words of the UI as an Adaptive Card, within its size: what is too much is left out, and counted."""

from collections.abc import Sequence

from adapters.teams import limits
from adapters.teams.rendering.blocks import RULE, block, left_out
from adapters.teams.rendering.folding import folded
from adapters.teams.rendering.runs import drawn, flat, lines
from adapters.teams.rendering.sheet import Data, Sheet
from bot.messages import Message, Span

_SPARE = 256  # bytes for what counts the rest, and for the activity around the card
_HEAD = "large"


def card(message: Message, sheet: Sheet) -> Data:
    """The card of a message; on a post it is drawn anew for its viewers. Raises TooLong, KeyError."""
    summary = flat(message.summary, limits.SUMMARY)
    shown = [] if sheet.nonce else [each.user for each in message.viewers if each.user]
    body = [part for each in folded(message.blocks) for part in block(each, sheet)]
    if not [each for each in body if each != RULE]:
        body = [drawn(line, sheet) for line in lines(message.summary) or [[Span("…")]]]
    frame = bare([], summary) | (_refresh(shown) if shown else {})
    room = limits.CARD_BYTES - _SPARE - limits.escaped_weight([frame, summary, sheet.entities(body)])
    body = _settled(_fitted(body, room))
    return frame | {"body": body, "msteams": {"width": "Full", "entities": sheet.entities(body)}}


def bare(body: Sequence[Data], fallback: str, **more: object) -> Data:
    """A card of these elements."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "fallbackText": fallback,
        "body": list(body),
        **more,
    }


def _refresh(users: list[str]) -> Data:
    """What lets each of these people's clients ask for the card as they see it."""
    action = {"type": "Action.Execute", "title": "Refresh", "verb": "refresh", "data": {"bmm": {"r": 1}}}
    return {"refresh": {"action": action, "userIds": list(dict.fromkeys(users))[: limits.REFRESHED]}}


def _fitted(body: list[Data], room: int) -> list[Data]:
    """The elements within `room` bytes: headings and controls come first, and what is left out is counted."""
    sizes = [limits.escaped_weight(each) + 40 for each in body]  # a comma, a line above, its distance
    if sum(sizes) <= room:
        return body
    kept: set[int] = set()
    for n in sorted(range(len(body)), key=lambda n: (not _stays(body[n]), n)):
        if sizes[n] <= room:
            kept.add(n)
            room -= sizes[n]
    left = sum(body[n] != RULE for n in range(len(body)) if n not in kept)
    return [*(body[n] for n in sorted(kept)), left_out(left)]


def _stays(element: Data) -> bool:
    return element["type"] == "ActionSet" or _is_heading(element)


def _is_heading(element: Data) -> bool:
    return bool(_HEAD in (element.get("size"), *(each.get("size") for each in element.get("inlines", []))))


def _settled(body: Sequence[Data]) -> list[Data]:
    """Lines as the upper edge of what comes next, and later headings smaller than the first."""
    settled: list[Data] = []
    ruled = headed = False
    for each in body:
        if each == RULE:
            ruled = bool(settled)
            continue
        if _is_heading(each):
            each = _smaller(each) if headed else each
            headed = True
        settled.append(each | ({"separator": True, "spacing": "medium"} if ruled else {}))
        ruled = False
    return settled


def _smaller(heading: Data) -> Data:
    """A heading below the first one."""
    if "inlines" in heading:
        return heading | {"inlines": [each | {"size": "medium"} for each in heading["inlines"]], "spacing": "medium"}
    return heading | {"size": "medium", "spacing": "medium"}
