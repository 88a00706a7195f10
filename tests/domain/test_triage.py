"""What a triage leads to (product rows M5, B4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.board import TRANSITIONS, Objection
from bot.items import Item, Lane, Priority
from bot.triage import RULES, Outcome, triage_objection, triaged

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ITEM = Item("i", "ops", 42, "OPS-42", "Badge printer jams", "It jams.", "ada", NOON, NOON)
IDEA = replace(ITEM, lane=Lane.IDEAS)


def test_every_outcome_has_a_rule_and_words_of_its_own() -> None:
    assert set(RULES) == set(Outcome)
    assert len({rule.words for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("item", [ITEM, IDEA])
def test_every_outcome_is_open_to_what_is_triaged(item: Item, outcome: Outcome) -> None:
    assert triage_objection(item, outcome) is None
    lane = RULES[outcome].lane
    assert lane in (None, item.lane, *TRANSITIONS[item.lane])


def test_an_accepted_item_stays_in_the_backlog_and_keeps_its_age() -> None:
    assert triaged(ITEM, Outcome.ACCEPT, LATER) == replace(ITEM, triaged_at=LATER)


def test_an_accepted_idea_comes_to_the_backlog() -> None:
    accepted = triaged(IDEA, Outcome.ACCEPT, LATER)
    assert (accepted.lane, accepted.lane_since, accepted.triaged_at) == (Lane.BACKLOG, LATER, LATER)


def test_a_parked_item_is_low() -> None:
    parked = triaged(replace(ITEM, priority=Priority.URGENT), Outcome.PARK, LATER)
    assert (parked.lane, parked.priority) == (Lane.ICE_BOX, Priority.LOW)


def test_a_discarded_item_needs_a_reason_and_is_off_the_board() -> None:
    assert RULES[Outcome.DISCARD].needs == "reason"
    assert triaged(ITEM, Outcome.DISCARD, LATER).lane is Lane.DISCARDED


def test_an_item_may_go_to_the_pm_or_become_an_emergency() -> None:
    assert triaged(ITEM, Outcome.TO_PM, LATER).lane is Lane.WITH_PM
    assert triaged(ITEM, Outcome.EMERGENCY, LATER).lane is Lane.EMERGENCY


def test_an_assigned_item_has_an_owner_and_waits_in_the_backlog() -> None:
    assigned = triaged(IDEA, Outcome.ASSIGN, LATER, owner="bo")
    assert (assigned.owner, assigned.lane) == ("bo", Lane.BACKLOG)


def test_other_outcomes_leave_the_owner_alone() -> None:
    assert triaged(replace(ITEM, owner="bo"), Outcome.ACCEPT, LATER, owner="eve").owner == "bo"


def test_later_changes_nothing_so_that_it_is_triaged_again() -> None:
    assert triaged(IDEA, Outcome.LATER, LATER) is IDEA


def test_the_rules_of_the_lanes_hold_in_triage_too() -> None:
    proposed = replace(ITEM, lane=Lane.PROPOSED_PROJECT)
    assert triage_objection(proposed, Outcome.PARK) == Objection("lanes.no_way", overridable=False)
    assert triage_objection(proposed, Outcome.LATER) is None
