"""What a round of hidden votes comes to (product rows V1 to V5, V7, V8, V11, V12)."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.votes import (
    DECKS,
    Ballot,
    BallotState,
    Count,
    Outcome,
    Purpose,
    Reason,
    Round,
    Settlement,
    Tally,
    Vote,
    Way,
    again,
    all_expected_voted,
    median_card,
    reveal,
    settle,
    take_back,
    tally,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DECK = DECKS["modified-fibonacci"]
STEPS = DECKS["priority"]
BALLOT = Ballot("b", "ops", "item", "m", Purpose.ESTIMATE, "", "modified-fibonacci", DECK, "ada", NOON)


def votes(*choices: str, number: int = 1) -> list[Vote]:
    """One vote each by as many people."""
    return [
        Vote(f"b:{number}:p{place}", "ops", "b", number, f"p{place}", choice, "", NOON)
        for place, choice in enumerate(choices)
    ]


def estimate(*choices: str, number: int = 1) -> Settlement:
    return settle(tally(DECK, votes(*choices)), number=number)


def priority(*choices: str) -> Settlement:
    return settle(tally(STEPS, votes(*choices)), Purpose.PRIORITY)


# --- V3: estimates


def test_the_modified_fibonacci_deck_is_the_one_that_was_promised() -> None:
    assert " ".join(DECK) == "0 ½ 1 2 3 5 8 13 20 40 100 ? ☕"


def test_a_unanimous_round_is_proposed() -> None:
    assert estimate("5", "5", "5") == Settlement(Outcome.UNANIMOUS, "5", "", "", (Way.TAKE, Way.AGAIN), False)


def test_a_spread_of_one_step_takes_the_median() -> None:
    assert (estimate("5", "8", "5").outcome, estimate("5", "8", "5").card) == (Outcome.CLOSE, "5")


def test_a_spread_of_one_step_takes_the_upper_median() -> None:
    assert estimate("3", "5").card == "5"
    assert estimate("½", "½", "1", "1").card == "1"


def test_a_step_is_a_step_of_the_deck_and_not_a_difference() -> None:
    assert estimate("40", "100").outcome is Outcome.CLOSE
    assert estimate("½", "2").outcome is Outcome.WIDE


def test_a_wider_spread_marks_its_ends_and_is_voted_again() -> None:
    assert estimate("2", "5", "13") == Settlement(Outcome.WIDE, "", "2", "13", (Way.AGAIN,), False)


def test_a_second_wide_round_is_voted_again_too() -> None:
    assert estimate("2", "13", number=2).outcome is Outcome.WIDE


@pytest.mark.parametrize("number", [3, 4, 9])
def test_after_three_rounds_the_facilitator_chooses(number: int) -> None:
    stuck = estimate("2", "5", "13", number=number)
    assert (stuck.outcome, stuck.card, stuck.lowest, stuck.highest) == (Outcome.STUCK, "5", "2", "13")
    assert stuck.ways == (Way.TAKE, Way.SPLIT, Way.PARK, Way.ASK)


def test_a_third_round_that_agrees_is_proposed() -> None:
    assert estimate("5", "8", number=3).outcome is Outcome.CLOSE


def test_shirts_and_custom_decks_follow_the_same_rule() -> None:
    assert settle(tally(DECKS["t-shirt"], votes("M", "L"))).card == "L"
    assert settle(tally(("1", "4", "9"), votes("1", "9"))).outcome is Outcome.WIDE


# --- V4: ?, 100 and ☕


def test_a_third_of_question_marks_opens_a_question() -> None:
    asked = estimate("?", "5", "5")
    assert (asked.outcome, asked.card, asked.ways) == (Outcome.UNSURE, "", (Way.ASK, Way.AGAIN))


def test_less_than_a_third_of_question_marks_does_not_count_in_the_median() -> None:
    assert estimate("?", "5", "5", "8") == estimate("5", "5", "8")


def test_question_marks_go_before_a_wide_spread_in_any_round() -> None:
    assert estimate("?", "1", "100", number=3).outcome is Outcome.UNSURE


def test_a_median_of_100_suggests_a_split() -> None:
    assert Way.SPLIT in estimate("100", "100", "40").ways
    assert Way.SPLIT in estimate("100", "100", "5").ways


def test_a_lone_100_does_not_suggest_a_split() -> None:
    assert Way.SPLIT not in estimate("100", "40", "40").ways


def test_coffee_suggests_a_pause_and_is_no_estimate() -> None:
    tired = estimate("5", "5", "☕")
    assert (tired.outcome, tired.card, tired.ways) == (Outcome.UNANIMOUS, "5", (Way.TAKE, Way.AGAIN, Way.PAUSE))


def test_nothing_but_coffee_is_a_pause_and_no_result() -> None:
    assert estimate("☕", "☕") == Settlement(Outcome.NOTHING, "", "", "", (Way.AGAIN, Way.PAUSE), True)


def test_a_round_without_votes_has_no_result() -> None:
    assert estimate() == Settlement(Outcome.NOTHING, "", "", "", (Way.AGAIN,), True)
    assert median_card(tally(DECK, [])) == ""


# --- V8: quorum


def test_a_lone_voter_sees_the_result_below_quorum() -> None:
    assert (estimate("5").card, estimate("5").below_quorum, estimate("5", "5").below_quorum) == ("5", True, False)


def test_coffee_does_not_make_a_quorum() -> None:
    assert estimate("5", "☕").below_quorum


def test_two_who_do_not_know_are_enough_to_open_a_question() -> None:
    assert not estimate("?", "?").below_quorum


def test_a_board_may_ask_for_a_larger_quorum() -> None:
    assert settle(tally(DECK, votes("5", "5")), quorum=3).below_quorum


# --- V5, V9: priority and plain questions


def test_a_priority_is_the_median_as_advice_however_wide_the_spread() -> None:
    advice = priority("Urgent", "Low", "Low")
    assert (advice.outcome, advice.card, advice.lowest) == (Outcome.ADVICE, "Low", "")


def test_a_tie_of_priorities_takes_the_more_urgent() -> None:
    assert priority("High", "Medium").card == "High"
    assert priority("Urgent", "High", "Low", "None").card == "High"


def test_a_question_goes_to_the_fullest_card_and_a_tie_to_none() -> None:
    most = settle(tally(("tea", "cake", "soup"), votes("tea", "soup", "soup")), Purpose.QUESTION)
    even = settle(tally(("tea", "cake", "soup"), votes("tea", "soup")), Purpose.QUESTION)
    assert (most.outcome, most.card) == (Outcome.MOST, "soup")
    assert (even.outcome, even.card) == (Outcome.EVEN, "")


# --- the count


def test_a_later_vote_of_the_same_person_replaces_the_earlier() -> None:
    early, late = votes("5", "13")
    late = replace(late, person=early.person, at=NOON + timedelta(seconds=1))
    assert tally(DECK, [late, early]) == Tally(DECK, (Count("13", 1),), 1)


def test_a_card_that_is_not_in_the_deck_is_an_error_and_not_lost() -> None:
    with pytest.raises(KeyError):
        tally(DECK, votes("4"))


def test_reasons_stand_in_the_order_of_the_deck_and_without_names() -> None:
    first, second, third = votes("13", "2", "2")
    given_reasons = [replace(first, reason=" the audit "), replace(second, reason="easy"), replace(third, reason=" ")]
    assert tally(DECK, given_reasons).reasons == (Reason("2", "easy"), Reason("13", "the audit"))


CHOICES = st.lists(st.sampled_from(DECK), max_size=40)


@given(CHOICES, st.randoms())
def test_the_order_of_voting_does_not_change_the_tally(choices: list[str], random: object) -> None:
    cast = [replace(vote, reason=vote.person) for vote in votes(*choices)]
    mixed = list(cast)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert tally(DECK, mixed) == tally(DECK, cast)


@given(CHOICES)
def test_no_vote_is_lost_in_the_count(choices: list[str]) -> None:
    count = tally(DECK, votes(*choices))
    assert sum(each.count for each in count.counts) == count.voters == len(choices)


@given(CHOICES, st.integers(1, 5))
def test_what_is_proposed_was_voted_and_lies_between_the_ends(choices: list[str], number: int) -> None:
    result = estimate(*choices, number=number)
    on_scale = sorted(DECK.index(choice) for choice in choices if choice not in "?☕")
    assert not result.card or on_scale[0] <= DECK.index(result.card) <= on_scale[-1]
    assert not result.card or result.card in choices
    assert bool(result.card) == (Way.TAKE in result.ways)


@given(CHOICES, st.integers(1, 5))
def test_ends_are_marked_exactly_where_they_are_more_than_a_step_apart(choices: list[str], number: int) -> None:
    result = estimate(*choices, number=number)
    assert bool(result.lowest) == (result.outcome in (Outcome.WIDE, Outcome.STUCK)) == bool(result.highest)
    if result.lowest:
        assert DECK.index(result.highest) - DECK.index(result.lowest) > 1


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=30))
def test_no_more_than_half_find_it_more_urgent_than_the_advice(choices: Sequence[str]) -> None:
    step = STEPS.index(priority(*choices).card)
    assert sum(STEPS.index(choice) < step for choice in choices) * 2 < len(choices)
    assert sum(STEPS.index(choice) > step for choice in choices) * 2 <= len(choices)


# --- V2, V12: reveal and rounds


def test_a_reveal_counts_only_its_own_round_and_ballot() -> None:
    second = replace(BALLOT, round=2)
    other = replace(votes("100", number=2)[0], ballot="another", person="eve")
    revealed, facts = reveal(second, [*votes("1", "1"), *votes("5", "8", number=2), other], "ada", NOON)
    assert revealed.state is BallotState.REVEALED
    assert (facts.id, facts.number, facts.voters, facts.counts) == ("b:2", 2, 2, (Count("5", 1), Count("8", 1)))
    assert (facts.subject, facts.meeting, facts.outcome, facts.card) == ("item", "m", Outcome.CLOSE, "8")


def test_the_facts_of_a_round_name_no_voter() -> None:
    _, facts = reveal(BALLOT, [replace(vote, person="Grace", reason="big") for vote in votes("5")], "ada", NOON)
    assert "Grace" not in repr(facts)
    assert "person" not in {each.name for kind in (Round, Tally, Settlement, Reason, Count) for each in fields(kind)}


def test_a_round_comes_back_from_json_as_it_was() -> None:
    _, facts = reveal(BALLOT, votes("1", "100", "☕", "20"), "ada", NOON)
    adapter = TypeAdapter(Round)
    assert adapter.validate_json(adapter.dump_json(facts)) == facts


def test_a_reveal_is_taken_back_once() -> None:
    revealed, _ = reveal(BALLOT, votes("1", "5"), "ada", NOON)
    opened = take_back(revealed)
    assert opened is not None
    assert (opened.state, opened.round) == (BallotState.OPEN, 1)
    assert take_back(reveal(opened, votes("1", "5"), "ada", NOON)[0]) is None


@pytest.mark.parametrize("state", [BallotState.OPEN, BallotState.DECIDED, BallotState.CLOSED])
def test_what_is_not_just_revealed_is_not_taken_back(state: BallotState) -> None:
    assert take_back(replace(BALLOT, state=state)) is None


def test_another_round_is_open_and_may_be_taken_back_again() -> None:
    following = again(replace(BALLOT, state=BallotState.REVEALED, taken_back=True))
    assert (following.round, following.state, following.taken_back) == (2, BallotState.OPEN, False)


def test_a_round_reveals_itself_when_all_expected_have_voted() -> None:
    assert all_expected_voted(frozenset({"ada", "bo"}), frozenset({"ada", "bo", "guest"}))
    assert not all_expected_voted(frozenset({"ada", "bo"}), frozenset({"ada"}))


def test_a_round_nobody_is_expected_in_waits() -> None:
    assert not all_expected_voted(frozenset(), frozenset({"ada"}))
