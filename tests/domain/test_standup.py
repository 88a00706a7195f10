"""The walk of the board on one screen (product rows D1, D2)."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.items import Item, Lane, Priority
from bot.standup import ENOUGH, LINES, SCREEN, Found, Line, Part, Section, Standup, due_words, walk

TODAY = date(2026, 11, 18)
NINE = datetime(2026, 11, 18, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ITEM = Item("i", "ops", 1, "OPS-1", "Badge printer jams", "It jams.", "ada", NINE, NINE)
LANES = {
    Part.EMERGENCY: Lane.EMERGENCY,
    Part.BLOCKED: Lane.BLOCKED,
    Part.IN_PROGRESS: Lane.IN_PROGRESS,
    Part.TESTING_QA: Lane.TESTING_QA,
    Part.ICE_BOX: Lane.ICE_BOX,
    Part.WITH_PM: Lane.WITH_PM,
}


def item(number: int, **changes: object) -> Item:
    """An item that is called by its number: i1, OPS-1."""
    return replace(ITEM, id=f"i{number}", number=number, key=f"OPS-{number}", **changes)  # type: ignore[arg-type]


def lane(part: Part, count: int, start: int = 0, **changes: object) -> list[Item]:
    return [item(start + n, lane=LANES[part], **changes) for n in range(count)]


def posted(**parts: list[Item]) -> Standup:
    """The stand-up of a board on which there is exactly this, by the part's value."""
    found = {Part(name): Found(tuple(items), len(items)) for name, items in parts.items()}
    return walk("ops", TODAY, NINE, BERLIN, found)


def keys(standup: Standup) -> dict[str, list[str]]:
    return {section.part.value: [line.key for line in section.lines] for section in standup.sections}


# --- D1: the walk


def test_the_walk_goes_from_emergency_to_the_pm() -> None:
    standup = posted(
        with_pm=[item(1)], logged=[item(2)], done=[item(3)], due=[item(4, due=TODAY)], ice_box=[item(5)],
        testing_qa=[item(6)], in_progress=[item(7)], blocked=[item(8)], emergency=[item(9)],
    )  # fmt: skip
    assert list(keys(standup)) == [
        "emergency", "blocked", "in_progress", "testing_qa", "ice_box", "due", "done", "logged", "with_pm",
    ]  # fmt: skip


def test_the_backlog_is_not_discussed() -> None:
    assert "BACKLOG" not in {part.name for part in Part}


def test_blocked_and_moving_items_stand_by_priority() -> None:
    items = [item(n, priority=step) for n, step in enumerate([None, *reversed(Priority)])]
    assert keys(posted(blocked=items[1:]))["blocked"] == ["OPS-5", "OPS-4", "OPS-3", "OPS-2", "OPS-1"]


def test_waiting_items_stand_by_priority_and_then_due_date() -> None:
    low = [item(n, priority=Priority.LOW, due=TODAY + timedelta(days=30 - n), value=-n) for n in range(3)]
    items = [item(7, priority=Priority.LOW, value=9.0), *low, item(8, priority=Priority.HIGH)]
    assert keys(posted(ice_box=items))["ice_box"] == ["OPS-8", "OPS-2", "OPS-1", "OPS-0", "OPS-7"]


def test_a_line_says_how_long_and_what_blocks() -> None:
    since = NINE - timedelta(days=3)
    blocked = item(1, lane=Lane.BLOCKED, lane_since=since, blocked_by="no toner", blocked_on="bo", owner="eve")
    (line,) = posted(blocked=[blocked]).sections[0].lines
    assert (line.days, line.note, line.blocked_on, line.owner) == (3, "no toner", "bo", "eve")


def test_days_are_days_of_the_boards_zone() -> None:
    late_yesterday = datetime(2026, 11, 17, 22, 59, tzinfo=UTC)
    early_today = datetime(2026, 11, 17, 23, 1, tzinfo=UTC)
    lines = posted(emergency=[item(1, lane_since=late_yesterday), item(2, lane_since=early_today)]).sections[0].lines
    assert {line.key: line.days for line in lines} == {"OPS-1": 1, "OPS-2": 0}


def test_due_dates_are_named_by_how_near_they_are() -> None:
    near = {ahead: due_words(TODAY + timedelta(days=ahead), TODAY) for ahead in (-9, -1, 0, 1, 3, 4)}
    assert near == {
        -9: "standup.overdue", -1: "standup.overdue", 0: "standup.due_today",
        1: "standup.due_soon", 3: "standup.due_soon", 4: "",
    }  # fmt: skip
    assert due_words(None, TODAY) == ""


def test_due_items_stand_by_date_whatever_their_priority() -> None:
    late, soon = item(1, due=TODAY - timedelta(days=2)), item(2, due=TODAY, priority=Priority.URGENT)
    assert keys(posted(due=[soon, late]))["due"] == ["OPS-1", "OPS-2"]


def test_a_due_item_that_its_lane_shows_is_said_once() -> None:
    moving, waiting = item(1, lane=Lane.IN_PROGRESS, due=TODAY), item(2, due=TODAY)
    standup = posted(in_progress=[moving], due=[moving, waiting])
    assert keys(standup) == {"in_progress": ["OPS-1"], "due": ["OPS-2"]}
    assert standup.sections[0].lines[0].words == "standup.due_today"
    assert standup.sections[1].folded == 0


def test_a_due_item_that_its_lane_folds_is_said_under_due() -> None:
    moving = [item(n, lane=Lane.IN_PROGRESS, priority=Priority.HIGH) for n in range(LINES)]
    late = item(9, lane=Lane.IN_PROGRESS, priority=Priority.LOW, due=TODAY - timedelta(days=1))
    standup = posted(in_progress=[*moving, late], due=[late])
    assert keys(standup)["due"] == ["OPS-9"]
    assert standup.sections[0].folded == 1


# --- D2: short


def test_a_long_lane_folds_to_a_count() -> None:
    found = {Part.IN_PROGRESS: Found(tuple(lane(Part.IN_PROGRESS, LINES)), total=37)}
    (section,) = walk("ops", TODAY, NINE, BERLIN, found).sections
    assert (len(section.lines), section.folded) == (LINES, 37 - LINES)


def test_a_full_board_still_shows_something_of_each_part() -> None:
    every = {part.value: lane(part, LINES, start=100 * n) for n, part in enumerate(LANES)}
    standup = posted(
        **every, due=[item(900 + n, due=TODAY) for n in range(LINES)], done=[item(950)], logged=[item(960)]
    )
    assert len(keys(standup)) == len(Part)
    assert all(keys(standup).values())


def test_emergencies_are_shown_before_the_screen_is_shared() -> None:
    every = {part.value: lane(part, LINES, start=100 * n) for n, part in enumerate(LANES)}
    assert len(keys(posted(**every))["emergency"]) == LINES


def test_nothing_to_say_is_quiet() -> None:
    assert posted().quiet
    assert posted(blocked=[], done=[]).quiet
    assert not posted(done=[item(1)]).quiet


DUES = st.sampled_from([None, *(TODAY + timedelta(days=days) for days in (-5, 0, 3, 4, 90))])


@st.composite
def boards(draw: st.DrawFn) -> dict[Part, list[Item]]:
    """Whole boards: what stands in each part, all of it."""
    parts = [Part.EMERGENCY, Part.BLOCKED, Part.IN_PROGRESS, Part.TESTING_QA, Part.ICE_BOX, Part.WITH_PM]
    places = [draw(st.sampled_from([*LANES.values(), Lane.BACKLOG])) for _ in range(draw(st.integers(0, 60)))]
    items = [
        item(n, lane=place, due=draw(DUES), priority=draw(st.sampled_from([None, *Priority])))
        for n, place in enumerate(places)
    ]
    board = {part: [each for each in items if each.lane is LANES[part]] for part in parts}
    soon = [each for each in items if each.lane is not Lane.WITH_PM and due_words(each.due, TODAY)]
    return board | {Part.DUE: sorted(soon, key=lambda each: str(each.due))}


def walked(board: dict[Part, list[Item]]) -> Standup:
    """The stand-up from limited queries over a whole board."""
    limits = {part: ENOUGH if part is Part.DUE else LINES for part in Part}
    found = {part: Found(tuple(items[: limits[part]]), len(items)) for part, items in board.items()}
    return walk("ops", TODAY, NINE, BERLIN, found)


@given(boards())
def test_any_board_fits_one_screen(board: dict[Part, list[Item]]) -> None:
    sections = walked(board).sections
    assert sum(len(section.lines) for section in sections) <= SCREEN
    assert all(len(section.lines) <= LINES for section in sections)


@given(boards())
def test_no_item_is_said_twice(board: dict[Part, list[Item]]) -> None:
    said = [line.item for section in walked(board).sections for line in section.lines]
    assert len(said) == len(set(said))


@given(boards())
def test_what_is_shown_and_what_is_folded_make_the_whole(board: dict[Part, list[Item]]) -> None:
    standup = walked(board)
    said = {line.item for section in standup.sections for line in section.lines if section.part is not Part.DUE}
    for part, items in board.items():
        section = next((s for s in standup.sections if s.part is part), Section(part, (), 0))
        hidden = len([each for each in items if each.id in said]) if part is Part.DUE else 0
        assert len(section.lines) + section.folded == len(items) - hidden


# --- the row


def test_a_day_has_one_stand_up() -> None:
    standup = posted(blocked=[item(1)])
    assert (standup.id, standup.board, standup.day, standup.at) == ("ops:standup:2026-11-18", "ops", TODAY, NINE)


def test_a_stand_up_comes_back_from_json_as_it_was() -> None:
    standup = posted(blocked=[item(1, due=TODAY, priority=Priority.HIGH)], done=[item(2)])
    adapter = TypeAdapter(Standup)
    assert adapter.validate_json(adapter.dump_json(standup)) == standup


def test_nobody_is_counted_in_a_stand_up() -> None:
    counts = {each.name for kind in (Standup, Section, Line) for each in fields(kind) if each.type is int}
    assert counts == {"folded", "days"}
