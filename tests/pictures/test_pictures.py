"""The pictures show every view that people meet on a good day, in messages, forms and homes."""

import dialogs
from bot.wire import name_of
from tests.pictures.__main__ import gallery

SHOWN = {
    "backlog.page": "backlog",
    "ballot.card": "ballot-open",
    "board.glance": "board",
    "board.hello": "first-contact",
    "help.card": "help",
    "home.page": "home",
    "item.card": "item-with-question",
    "item.found": "found",
    "item.news": "item-news",
    "item.past": "history",
    "keys.line": "key-in-passing",
    "meeting.card": "meeting-item",
    "minutes.card": "minutes",
    "standup.card": "stand-up",
}
# Where something went wrong, or is folded away: tests/dialogs draws them all.
LEFT_OUT = {
    "due.failed", "home.part", "place.back", "place.lost", "post.unsure", "question.card", "standup.missed",
}  # fmt: skip


async def test_every_view_is_pictured() -> None:
    pictures = await gallery()
    names = [each.name for each in pictures]
    assert len(set(names)) == len(names)
    assert {each.surface for each in pictures} == {"message", "modal", "home"}
    assert all(each.payload.get("blocks") for each in pictures)
    assert {name_of(view) for view in dialogs.routes().drawings} - LEFT_OUT == set(SHOWN)
    assert set(SHOWN.values()) <= set(names)
