"""The rules of the lanes and the one order of a board (product rows B2, B4)."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board import (
    TRANSITIONS,
    Objection,
    lane_of,
    objection,
    prefix_from,
    priority_objection,
    priority_of,
    rank,
    searchable,
)
from bot.items import OPEN_LANES, Item, Lane, Priority

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
ITEM = Item("i", "ops", 42, "OPS-42", "Badge printer jams", "It jams on floor 3.", "ada", NOON, NOON)
WHOLE = replace(ITEM, outcome="badges before the audit", priority=Priority.HIGH)
WORK = (Lane.IN_PROGRESS, Lane.BLOCKED, Lane.TESTING_QA, Lane.DONE)


# --- transitions


def test_every_lane_has_its_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Lane)


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane is not Lane.BACKLOG])
def test_every_lane_has_a_way_back_to_the_backlog(lane: Lane) -> None:
    assert Lane.BACKLOG in TRANSITIONS[lane]


def test_every_lane_can_be_reached_from_the_backlog() -> None:
    reached, border = set[Lane](), {Lane.BACKLOG}
    while border:
        reached |= border
        border = {to for lane in border for to in TRANSITIONS[lane]} - reached
    assert reached == set(Lane)


@pytest.mark.parametrize("lane", [lane for lane in OPEN_LANES if lane is not Lane.EMERGENCY])
def test_everything_open_can_become_an_emergency_and_at_once(lane: Lane) -> None:
    assert objection(replace(ITEM, lane=lane), Lane.EMERGENCY, owners_wip=99) is None


@given(st.sampled_from(Lane), st.sampled_from(Lane), st.integers(0, 9))
def test_a_way_that_is_not_in_the_table_is_refused_for_good(lane: Lane, to: Lane, wip: int) -> None:
    answer = objection(replace(WHOLE, lane=lane, owner="bo"), to, wip)
    if to is lane:
        assert answer == Objection("lanes.already_there", overridable=False)
    elif to not in TRANSITIONS[lane]:
        assert answer == Objection("lanes.no_way", overridable=False)
    else:
        assert answer in (None, Objection("lanes.wip_limit", overridable=True))


# --- the Three Things


@pytest.mark.parametrize("to", WORK)
def test_work_needs_the_three_things_or_an_override(to: Lane) -> None:
    assert objection(ITEM, to) == Objection("lanes.not_actionable", overridable=True)
    assert objection(WHOLE, to) is None


@pytest.mark.parametrize("to", WORK)
def test_an_emergency_bypasses_the_three_things(to: Lane) -> None:
    assert objection(replace(ITEM, lane=Lane.EMERGENCY), to) is None


def test_work_under_way_is_not_asked_again() -> None:
    assert objection(replace(ITEM, lane=Lane.IN_PROGRESS), Lane.TESTING_QA) is None


@pytest.mark.parametrize("to", [Lane.IDEAS, Lane.ICE_BOX, Lane.WITH_PM, Lane.DISCARDED])
def test_only_work_needs_the_three_things(to: Lane) -> None:
    assert objection(ITEM, to) is None


# --- the pull gate


@pytest.mark.parametrize(("wip", "stands"), [(0, False), (2, False), (3, True), (4, True)])
def test_an_owner_pulls_below_the_limit_only(wip: int, stands: bool) -> None:
    answer = objection(replace(WHOLE, owner="bo"), Lane.IN_PROGRESS, wip, wip_limit=3)
    assert answer == (Objection("lanes.wip_limit", overridable=True) if stands else None)


def test_the_limit_does_not_stop_other_lanes_or_an_item_without_owner() -> None:
    assert objection(replace(WHOLE, owner="bo"), Lane.BLOCKED, owners_wip=9) is None
    assert objection(WHOLE, Lane.IN_PROGRESS, owners_wip=9) is None


# --- priority


@pytest.mark.parametrize("priority", Priority)
def test_nothing_is_raised_to_high_or_urgent_in_the_ice_box(priority: Priority) -> None:
    refused = priority_objection(replace(ITEM, lane=Lane.ICE_BOX), priority)
    assert (refused is not None) == (priority in (Priority.URGENT, Priority.HIGH))
    assert refused is None or not refused.overridable


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane is not Lane.ICE_BOX])
def test_elsewhere_any_priority_may_be_given(lane: Lane) -> None:
    assert all(priority_objection(replace(ITEM, lane=lane), priority) is None for priority in Priority)


@pytest.mark.parametrize(("said", "step"), [("urgent", "Urgent"), (" HIGH ", "High"), ("none", "None"), ("asap", None)])
def test_a_priority_is_known_by_its_name_in_any_case(said: str, step: str | None) -> None:
    assert priority_of(said) == (Priority(step) if step else None)


# --- the order


def in_order(*items: Item) -> bool:
    """Whether the ranks rise in the order given, however the items are shuffled."""
    mixed = random.Random(42).sample(items, len(items))
    return tuple(sorted(mixed, key=rank)) == items


def test_priority_goes_first_and_a_missing_one_last() -> None:
    assert in_order(*(replace(ITEM, priority=step) for step in [*Priority, None]))


def test_a_confirmed_priority_goes_before_the_same_unconfirmed() -> None:
    confirmed, said = replace(WHOLE, confirmed=True), replace(WHOLE, value=500.0, due=date(2026, 1, 1))
    assert in_order(replace(said, priority=Priority.URGENT), confirmed, said)


def test_then_the_value_then_the_due_date_then_the_age() -> None:
    assert in_order(
        replace(WHOLE, value=10.0),
        replace(WHOLE, value=9.5, due=date(2027, 1, 1)),
        replace(WHOLE, due=date(2026, 11, 20), created_at=NOON + timedelta(days=1)),
        replace(WHOLE, due=date(2026, 11, 21)),
        replace(WHOLE, created_at=NOON - timedelta(days=400)),
        replace(WHOLE, created_at=NOON),
        replace(WHOLE, created_at=NOON + timedelta(seconds=1)),
    )


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_no_value_is_too_large_or_too_small_for_the_order(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert rank(replace(WHOLE, value=high)) <= rank(replace(WHOLE, value=low))
    assert rank(replace(WHOLE, value=high, priority=Priority.LOW)) > rank(replace(WHOLE, value=low))
    assert len(rank(replace(WHOLE, value=one))) == len(rank(WHOLE))


# --- words


@pytest.mark.parametrize("lane", Lane)
def test_a_lane_is_known_by_its_name_however_it_is_written(lane: Lane) -> None:
    assert lane_of(lane.value.lower()) == lane_of(lane.value.replace(" ", "_")) == lane_of(f" {lane.value} ") == lane


@pytest.mark.parametrize(
    ("said", "lane"),
    [
        ("doing", Lane.IN_PROGRESS), ("qa", Lane.TESTING_QA), ("freeze", Lane.ICE_BOX), ("Park", Lane.ICE_BOX),
        ("to-do", Lane.BACKLOG), ("ice-box", Lane.ICE_BOX), ("stuck", Lane.BLOCKED), ("pm", Lane.WITH_PM),
        ("kitchen", None), ("", None),
    ],
)  # fmt: skip
def test_common_words_mean_a_lane(said: str, lane: Lane | None) -> None:
    assert lane_of(said) is lane


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("team-ops-backlog", "TOB"), ("printers", "PRI"), ("it", "IT"), ("a-b-c-d-e", "ABCD"), ("#ops-2", "OPS"),
        ("équipe réseau", "ER"), ("x", "OPS"), ("2026", "OPS"), ("日本", "OPS"), ("", "OPS"),
    ],
)  # fmt: skip
def test_a_prefix_comes_from_the_initials_of_the_channel(name: str, prefix: str) -> None:
    assert prefix_from(name) == prefix


@given(st.text())
def test_any_name_gives_two_to_four_capital_letters(name: str) -> None:
    prefix = prefix_from(name)
    assert 2 <= len(prefix) <= 4
    assert prefix.isascii()
    assert prefix.isalpha()
    assert prefix.isupper()


@given(st.text(max_size=600))
def test_what_can_be_searched_is_short_and_stays_as_it_is(text: str) -> None:
    assert len(searchable(text)) <= 400
    assert searchable(text) == " ".join(searchable(text).split())


def test_a_search_does_not_grow_with_the_letters_it_unfolds() -> None:
    assert len(searchable("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 300)) <= 400


def test_a_search_ignores_case_width_and_white_space() -> None:
    assert searchable("OPS-42", "Badge\u00a0 printer") == "ops-42 badge printer"
    assert searchable("\uff22adge STRASSE") == searchable("badge straße")
