"""The pictures show every view that people meet on a good day, in messages, forms and homes, in both houses."""

import pytest

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


MENUS = {
    "question-menu",
    "move-menu",
    "more-menu",
    "decide-menu",
    "deck-menu",
    "vote-menu",
}  # which are dialogs on Teams
SURFACES = {"slack": {"message", "modal", "home"}, "teams": {"message", "modal"}}  # Teams' home is a tab: tests/browser
ELSEWHERE: dict[str, set[str]] = {"slack": set(), "teams": {"home.page"}}  # not pictured in this house
ONLY_SLACK = {"link-unfolded", "home", "home-of-another"}


@pytest.mark.parametrize("house", ["slack", "teams"])
async def test_every_view_is_pictured(house: str) -> None:
    pictures = await gallery(house)
    names = [each.name for each in pictures]
    assert len(set(names)) == len(names)
    assert {each.surface for each in pictures} == SURFACES[house]
    assert all(each.payload.get("blocks") or each.payload.get("body") for each in pictures)
    assert {name_of(view) for view in dialogs.routes().drawings} - LEFT_OUT == set(SHOWN)
    assert {shown for view, shown in SHOWN.items() if view not in ELSEWHERE[house]} <= set(names)


async def test_both_houses_show_the_same_morning() -> None:
    slack, teams = [{each.name for each in await gallery(house)} for house in ("slack", "teams")]
    assert (slack - teams, teams - slack) == (ONLY_SLACK, MENUS)
