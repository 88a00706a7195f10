"""What makes an item actionable, and what its lanes do to it (product rows B4, B2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.items import Check, Item, Lane, Priority, actionable, age, missing_things, moved

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=2)
ITEM = Item("i", "ops", 42, "OPS-42", "Badge printer jams", "It jams on floor 3.", "ada", NOON, NOON)
WHOLE = replace(ITEM, outcome="badges before the audit", priority=Priority.HIGH)


def test_an_item_misses_what_nobody_has_said_in_the_order_of_asking() -> None:
    assert missing_things(replace(ITEM, request="")) == ("outcome", "request", "priority")


def test_an_item_with_the_three_things_is_actionable() -> None:
    assert actionable(WHOLE)
    assert not actionable(replace(WHOLE, outcome=""))


def test_a_priority_of_none_has_been_said_and_no_priority_has_not() -> None:
    assert actionable(replace(WHOLE, priority=Priority.NONE))
    assert not actionable(replace(WHOLE, priority=None))


def test_a_due_date_without_a_priority_has_the_priority_asked_next() -> None:
    assert missing_things(replace(ITEM, due=date(2026, 11, 20))) == ("priority", "outcome")


def test_a_board_may_have_other_checks() -> None:
    assert missing_things(ITEM, (Check("owner"), Check("title"))) == ("owner",)


def test_age_counts_from_when_the_lane_was_entered() -> None:
    assert age(replace(ITEM, lane_since=LATER), LATER + timedelta(hours=5)) == timedelta(hours=5)


def test_entering_the_ice_box_resets_the_priority_to_low() -> None:
    parked = moved(replace(WHOLE, confirmed=True), Lane.ICE_BOX, LATER)
    assert (parked.priority, parked.confirmed) == (Priority.LOW, False)


def test_entering_the_ice_box_gives_low_to_what_had_no_priority() -> None:
    assert moved(ITEM, Lane.ICE_BOX, LATER).priority is Priority.LOW


def test_leaving_the_ice_box_does_not_bring_the_old_priority_back() -> None:
    assert moved(moved(WHOLE, Lane.ICE_BOX, LATER), Lane.BACKLOG, LATER).priority is Priority.LOW


def test_leaving_blocked_forgets_what_blocked_it() -> None:
    blocked = replace(WHOLE, lane=Lane.BLOCKED, blocked_by="no toner", blocked_on="bo")
    freed = moved(blocked, Lane.IN_PROGRESS, LATER)
    assert (freed.blocked_by, freed.blocked_on) == ("", "")


def test_what_is_done_knows_since_when_and_forgets_it_when_reopened() -> None:
    done = moved(WHOLE, Lane.DONE, LATER)
    assert done.done_at == LATER
    assert moved(done, Lane.IN_PROGRESS, LATER).done_at is None


@given(st.sampled_from(Lane), st.sampled_from(Lane))
def test_a_move_keeps_what_an_item_is(lane: Lane, to: Lane) -> None:
    before = replace(WHOLE, lane=lane, owner="bo", due=date(2026, 12, 1), estimate="5")
    after = moved(before, to, LATER)
    assert (after.lane, after.lane_since) == (to, LATER)
    kept = replace(after, lane=lane, lane_since=NOON, done_at=None, priority=before.priority, confirmed=False)
    assert kept == before


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane is not Lane.ICE_BOX])
def test_every_other_lane_keeps_the_priority(lane: Lane) -> None:
    assert moved(replace(WHOLE, confirmed=True), lane, LATER).priority is Priority.HIGH
