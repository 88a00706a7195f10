"""The refinement meeting: phases, agenda, the way through it, minutes (product rows M2, M4, M9, M10)."""

import random
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.items import Item, Kind, Lane, Priority
from bot.meetings import (
    AgendaEntry,
    EntryState,
    Meeting,
    Phase,
    agenda,
    begin,
    closed,
    extend,
    next_entry,
    phases,
    previous_entry,
    size,
)
from bot.minutes import Decided, Minutes, OpenQuestion, Standing, StillMissing, ready, write_minutes
from bot.votes import DECKS, Ballot, Count, Purpose, Round, Vote, reveal

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
LAST = NOON - timedelta(days=7)
OLD = NOON - timedelta(days=30)
ITEM = Item("i", "ops", 1, "OPS-1", "Badge printer jams", "It jams.", "ada", OLD, OLD)
WHOLE = replace(ITEM, outcome="badges", priority=Priority.HIGH, estimate="3")
MEETING = Meeting("m", "ops", "slack", "T1", "C1", "ada", "bo", NOON, 60, Phase.KICKOFF, NOON, NOON)
MINUTES = st.integers(10, 180)


def item(number: int, base: Item = WHOLE, **changes: object) -> Item:
    """An item that is called by its number: i1, OPS-1."""
    return replace(base, id=f"i{number}", number=number, key=f"OPS-{number}", **changes)  # type: ignore[arg-type]


def planned(
    *items: Item, over: frozenset[str] = frozenset(), last: datetime | None = LAST, minutes: int = 60
) -> dict[Phase, list[str]]:
    """The agenda as item ids by phase, from candidates in no order."""
    mixed = random.Random(7).sample(items, len(items))
    slots = sorted(agenda(mixed, over, last, minutes), key=lambda slot: slot[2])
    return {phase: [who for who, where, _ in slots if where is phase] for phase in Phase}


# --- M2: phases


def test_an_hour_is_five_twenty_twenty_five_and_ten() -> None:
    assert [minutes for _, minutes in phases(60)] == [5, 20, 25, 10]
    assert [phase for phase, _ in phases(60)] == list(Phase)


@given(MINUTES)
def test_the_phases_fill_the_meeting_and_none_is_empty(minutes: int) -> None:
    lengths = [length for _, length in phases(minutes)]
    assert sum(lengths) == minutes
    assert min(lengths) >= 1


@given(MINUTES)
def test_each_phase_is_within_a_minute_of_its_share(minutes: int) -> None:
    for (_, length), share in zip(phases(minutes), (5, 20, 25, 10), strict=True):
        assert abs(length - minutes * share / 60) < 1


@pytest.mark.parametrize("minutes", [-1, 0, 9, 181])
def test_a_meeting_too_short_or_too_long_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError):
        phases(minutes)


# --- M9: time


def test_a_phase_ends_when_its_minutes_are_over() -> None:
    begun = begin(replace(MEETING, extended=True), Phase.TRIAGE, NOON)
    assert (begun.phase, begun.phase_ends_at, begun.extended) == (Phase.TRIAGE, NOON + timedelta(minutes=20), False)


def test_a_phase_is_extended_once() -> None:
    longer = extend(begin(MEETING, Phase.TRIAGE, NOON), NOON)
    assert longer is not None
    assert longer.phase_ends_at == NOON + timedelta(minutes=25)
    assert extend(longer, NOON) is None


def test_an_overrun_phase_is_extended_from_now() -> None:
    late = NOON + timedelta(minutes=33)
    longer = extend(begin(MEETING, Phase.TRIAGE, NOON), late)
    assert longer is not None
    assert longer.phase_ends_at == late + timedelta(minutes=5)


# --- M2: size


def test_a_small_clear_item_is_smaller_than_a_large_an_unclear_and_a_break_down_one() -> None:
    small = size(WHOLE)
    assert small < size(replace(WHOLE, estimate="13"))
    assert small < size(replace(WHOLE, estimate=""))
    assert small < size(replace(WHOLE, outcome=""))
    assert small < size(replace(WHOLE, request="word " * 400))
    assert small < size(replace(WHOLE, kind=Kind.PROJECT))


def test_a_project_is_larger_than_anything_that_is_merely_unclear() -> None:
    assert size(replace(ITEM, estimate="?", request="")) < size(replace(WHOLE, kind=Kind.PROJECT))


@pytest.mark.parametrize("deck", ["modified-fibonacci", "fibonacci", "t-shirt"])
def test_the_size_rises_with_the_cards_of_a_deck(deck: str) -> None:
    sizes = [size(replace(WHOLE, estimate=card)) for card in DECKS[deck] if card not in "?☕"]
    assert sizes == sorted(set(sizes))


# --- M2: agenda


def test_what_was_never_triaged_or_came_since_last_time_is_triaged() -> None:
    never, new, known = item(1), item(2, triaged_at=NOON, created_at=NOON), item(3, triaged_at=OLD)
    plan = planned(never, new, known)
    assert set(plan[Phase.TRIAGE]) == {"i1", "i2"}
    assert plan[Phase.DEEP_DIVE] == ["i3"]


def test_a_first_meeting_triages_what_was_never_triaged() -> None:
    assert planned(item(1), item(2, triaged_at=NOON), last=None)[Phase.TRIAGE] == ["i1"]


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane not in (Lane.BACKLOG, Lane.IDEAS)])
def test_only_backlog_and_ideas_are_refined(lane: Lane) -> None:
    assert not agenda([item(1, lane=lane), item(2, lane=lane, triaged_at=OLD)], {"i1", "i2"}, LAST, 60)


def test_small_and_clear_go_first_and_large_unclear_and_projects_last() -> None:
    plan = planned(item(1, kind=Kind.PROJECT), item(2, ITEM), item(3), item(4, estimate="1"), item(5, estimate="40"))
    assert plan[Phase.TRIAGE] == ["i4", "i3", "i2", "i5", "i1"]


def test_what_was_not_reached_goes_before_everything_that_is_new() -> None:
    plan = planned(item(1, kind=Kind.PROJECT), item(2, estimate="1"), item(3), over=frozenset({"i1", "i3"}))
    assert plan[Phase.TRIAGE] == ["i3", "i1", "i2"]


def test_what_was_not_reached_in_the_deep_dive_goes_first_there() -> None:
    known = [item(n, triaged_at=OLD, priority=Priority.URGENT) for n in range(1, 5)]
    plan = planned(*known, item(9, triaged_at=OLD, priority=Priority.LOW), over=frozenset({"i9"}))
    assert plan[Phase.DEEP_DIVE][0] == "i9"


def test_an_item_that_has_left_since_is_not_carried_over() -> None:
    assert planned(item(1, lane=Lane.DONE), over=frozenset({"i1", "gone"}))[Phase.TRIAGE] == []


@pytest.mark.parametrize(("minutes", "dives"), [(10, 2), (30, 2), (60, 3), (90, 4), (180, 4)])
def test_the_deep_dive_takes_the_top_two_to_four_in_the_boards_order(minutes: int, dives: int) -> None:
    known = [item(n, triaged_at=OLD, value=float(n)) for n in range(1, 10)]
    assert planned(*known, minutes=minutes)[Phase.DEEP_DIVE] == [f"i{n}" for n in range(9, 9 - dives, -1)]


@pytest.mark.parametrize(("minutes", "fits"), [(10, 1), (30, 5), (60, 10), (180, 30)])
def test_triage_takes_what_fits_at_two_minutes_an_item(minutes: int, fits: int) -> None:
    assert len(planned(*(item(n) for n in range(50)), minutes=minutes)[Phase.TRIAGE]) == fits


CANDIDATES = st.lists(
    st.builds(
        item,
        st.integers(1, 40),
        lane=st.sampled_from(Lane),
        triaged_at=st.sampled_from([None, OLD, NOON]),
        created_at=st.sampled_from([OLD, LAST, NOON]),
        estimate=st.sampled_from(["", "?", "½", "5", "100", "XL"]),
        kind=st.sampled_from([None, *Kind]),
        priority=st.sampled_from([None, *Priority]),
    ),
    max_size=40,
)
OVER = st.frozensets(st.integers(1, 40).map(lambda number: f"i{number}"))


@given(CANDIDATES, OVER, st.sampled_from([None, LAST]), MINUTES)
def test_the_agenda_repeats_no_item_and_fits_its_phases(
    candidates: list[Item], over: frozenset[str], last: datetime | None, minutes: int
) -> None:
    slots = agenda(candidates, over, last, minutes)
    assert len({who for who, _, _ in slots}) == len(slots)
    assert {phase for _, phase, _ in slots} <= {Phase.TRIAGE, Phase.DEEP_DIVE}
    for phase in (Phase.TRIAGE, Phase.DEEP_DIVE):
        places = [place for _, where, place in slots if where is phase]
        assert places == list(range(1, len(places) + 1))
    time = dict(phases(minutes))
    assert sum(phase is Phase.TRIAGE for _, phase, _ in slots) * 2 <= max(time[Phase.TRIAGE], 2)


@given(st.lists(st.integers(1, 40), unique=True), st.randoms())
def test_the_agenda_does_not_depend_on_the_order_of_the_candidates(numbers: list[int], chance: random.Random) -> None:
    candidates = [item(number) for number in numbers]
    mixed = chance.sample(candidates, len(candidates))
    assert agenda(mixed, (), LAST, 60) == agenda(candidates, (), LAST, 60)


# --- M4: next and back


def entries(*states: EntryState, triage: int = 2) -> list[AgendaEntry]:
    """Entries e0, e1 … of which the first `triage` stand in triage and the others in the deep dive."""
    return [
        AgendaEntry(
            f"e{n}", "ops", "m", f"i{n}", Phase.TRIAGE if n < triage else Phase.DEEP_DIVE,
            n + 1 if n < triage else n - triage + 1, state,
        )
        for n, state in enumerate(states)
    ]  # fmt: skip


WAITING, CURRENT, DONE, LATER, UNREACHED = EntryState


def found(entry: AgendaEntry | None) -> str:
    return entry.id if entry else ""


def test_the_first_entry_is_next_to_nothing() -> None:
    assert found(next_entry(entries(WAITING, WAITING), "")) == "e0"


def test_next_crosses_from_triage_to_the_deep_dive_and_then_ends() -> None:
    agenda_of_three = entries(DONE, CURRENT, WAITING)
    assert found(next_entry(agenda_of_three, "e1")) == "e2"
    assert found(next_entry(agenda_of_three, "e2")) == ""


def test_next_passes_over_what_is_done_or_for_later() -> None:
    assert found(next_entry(entries(CURRENT, DONE, LATER, WAITING), "e0")) == "e3"


def test_back_shows_the_entry_before_even_when_it_is_done() -> None:
    agenda_of_three = entries(DONE, LATER, CURRENT)
    assert [found(previous_entry(agenda_of_three, at)) for at in ("e2", "e1", "e0")] == ["e1", "e0", ""]


def test_back_from_behind_the_last_entry_is_the_last() -> None:
    assert found(previous_entry(entries(DONE, DONE, DONE), "")) == "e2"
    assert previous_entry([], "") is None


@given(st.integers(0, 12), st.integers(0, 12), st.randoms())
def test_going_on_reaches_every_waiting_entry_once_in_order(count: int, triage: int, chance: random.Random) -> None:
    left = entries(*[WAITING] * count, triage=triage)
    mixed, seen, at = chance.sample(left, count), list[str](), ""
    while following := next_entry(mixed, at):
        assert found(previous_entry(mixed, following.id)) == at
        at = following.id
        seen.append(at)
    assert seen == [entry.id for entry in left]


def test_what_waits_at_the_end_is_unreached() -> None:
    ends = closed([*entries(DONE, WAITING, CURRENT), replace(entries(LATER)[0], id="e9", position=9)])
    assert {entry.id: entry.state for entry in ends} == {
        "e0": DONE, "e1": UNREACHED, "e2": UNREACHED, "e9": LATER,
    }  # fmt: skip


def test_what_was_just_decided_at_the_end_is_done() -> None:
    (entry,) = closed([replace(entries(CURRENT)[0], decision="triage.accepted")])
    assert entry.state is DONE


# --- M10: minutes


def a_round(subject: str, *choices: str, purpose: Purpose = Purpose.ESTIMATE, hours: int = 0) -> Round:
    deck = "priority" if purpose is Purpose.PRIORITY else "modified-fibonacci"
    ballot = Ballot(f"b{subject}{deck}", "ops", subject, "m", purpose, "", deck, DECKS[deck], "ada", NOON)
    votes = [Vote(f"{n}", "ops", ballot.id, 1, f"p{n}", choice, "", NOON) for n, choice in enumerate(choices)]
    return reveal(ballot, votes, "ada", NOON + timedelta(hours=hours))[1]


def minuted(
    *items: Item, states: tuple[EntryState, ...] = (), decision: str = "", rounds: tuple[Round, ...] = ()
) -> Minutes:
    """The minutes of a meeting on `items`, all of them done but for `states`."""
    agenda_of_all = [
        AgendaEntry(f"e{n}", "ops", "m", each.id, Phase.TRIAGE, n, state, decision)
        for n, (each, state) in enumerate(zip(items, states or [DONE] * len(items), strict=True))
    ]
    return write_minutes(MEETING, agenda_of_all, items, rounds, NOON + timedelta(minutes=58), since=LAST)


def test_the_minutes_say_when_by_whom_and_how_long() -> None:
    minutes = minuted()
    assert (minutes.id, minutes.held_at, minutes.started_by, minutes.duration) == ("m", NOON, "bo", 58)


def test_a_decision_stands_with_the_count_of_its_last_estimate() -> None:
    rounds = (
        a_round("i1", "5", "8", hours=1),
        a_round("i1", "1", "8"),
        a_round("i1", "High", "Low", purpose=Purpose.PRIORITY, hours=2),
    )
    minutes = minuted(item(1, estimate="8"), decision="triage.accepted", rounds=rounds)
    counts = (Count("5", 1), Count("8", 1))
    assert minutes.decided == (
        Decided("OPS-1", "Badge printer jams", "triage.accepted", "8", Priority.HIGH, counts),
    )  # fmt: skip


def test_a_priority_vote_stands_where_nothing_was_estimated() -> None:
    rounds = (a_round("i1", "High", "High", purpose=Purpose.PRIORITY),)
    assert minuted(item(1), decision="d", rounds=rounds).decided[0].counts == (Count("High", 2),)


def test_items_are_ready_or_still_miss_something() -> None:
    minutes = minuted(item(1), item(2, outcome="", priority=None), item(3, estimate=""), item(4, lane=Lane.IDEAS))
    assert minutes.ready == ("OPS-1",)
    assert minutes.missing == (StillMissing("OPS-2", ("outcome", "priority")),)


def test_an_item_held_back_by_a_question_is_not_ready() -> None:
    assert ready(item(1))
    assert not ready(item(1), {"i1"})


def test_where_things_went_is_told_by_their_lanes() -> None:
    lanes = (Lane.ICE_BOX, Lane.WITH_PM, Lane.DISCARDED, Lane.BACKLOG)
    minutes = minuted(*(item(n, lane=lane) for n, lane in enumerate(lanes)), states=(DONE, DONE, DONE, LATER))
    assert (minutes.parked, minutes.to_pm, minutes.discarded, minutes.later) == (
        ("OPS-0",), ("OPS-1",), ("OPS-2",), ("OPS-3",),
    )  # fmt: skip


def test_reached_and_unreached_are_counts_of_items() -> None:
    minutes = minuted(*(item(n) for n in range(4)), states=(DONE, LATER, CURRENT, WAITING))
    assert (minutes.reached, minutes.unreached) == (2, 2)


def test_what_was_not_reached_is_not_reported_on() -> None:
    assert minuted(item(1, lane=Lane.ICE_BOX), states=(WAITING,)).parked == ()


def test_an_entry_whose_item_is_gone_breaks_nothing() -> None:
    entry = AgendaEntry("e", "ops", "m", "gone", Phase.TRIAGE, 1, DONE, "triage.accepted")
    assert write_minutes(MEETING, [entry], [], [], NOON).reached == 1


def test_the_three_outputs_come_from_the_board() -> None:
    project = item(1, kind=Kind.PROJECT, priority=Priority.LOW)
    first = item(2, kind=Kind.PROJECT, priority=Priority.URGENT)
    doing = item(3, kind=Kind.CHANGE, lane=Lane.IN_PROGRESS)
    done = item(4, kind=Kind.MAINTENANCE, lane=Lane.DONE, done_at=NOON)
    done_before = item(5, lane=Lane.DONE, done_at=OLD)
    escalation = item(6, kind=Kind.ESCALATION)
    emergency = item(7, kind=Kind.ESCALATION, lane=Lane.EMERGENCY)
    board = [project, first, doing, done, done_before, escalation, emergency]
    minutes = write_minutes(MEETING, [], board, [], NOON, since=LAST)
    assert [each.key for each in minutes.projects] == ["OPS-2", "OPS-1"]
    assert [each.key for each in minutes.progress] == ["OPS-3", "OPS-4"]
    assert minutes.escalations == (Standing("OPS-6", "Badge printer jams", Priority.HIGH, Lane.BACKLOG),)


@given(CANDIDATES)
def test_no_item_stands_in_two_outputs(items: list[Item]) -> None:
    minutes = write_minutes(MEETING, [], items, [], NOON)
    keys = [each.key for each in (*minutes.projects, *minutes.progress, *minutes.escalations)]
    assert len(keys) == len(set(keys))


def test_questions_stand_with_their_owners_and_the_next_date_with_nobody() -> None:
    asked = (OpenQuestion("OPS-1", "Which floor?", "ada"),)
    minutes = write_minutes(MEETING, [], [], [], NOON, questions=asked, next_on=date(2026, 11, 24))
    assert (minutes.questions, minutes.next_on) == (asked, date(2026, 11, 24))


def test_nobody_is_counted_in_the_minutes() -> None:
    kinds = {each.name: str(each.type) for each in fields(Minutes)}
    assert [name for name, kind in kinds.items() if "int" in kind] == ["duration", "reached", "unreached"]


def test_minutes_come_back_from_json_as_they_were() -> None:
    minutes = minuted(item(1), item(2, ITEM, kind=Kind.PROJECT), decision="d", rounds=(a_round("i1", "5", "8"),))
    adapter = TypeAdapter(Minutes)
    assert adapter.validate_json(adapter.dump_json(minutes)) == minutes
