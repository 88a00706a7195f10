"""When something recurring falls due, whatever the clocks do (product rows K1, K2)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cadence import due_key, next_due, too_late

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
WORKDAYS = (1, 2, 3, 4, 5)
BERLIN = ZoneInfo("Europe/Berlin")
HABITS = [
    ("Australia/Lord_Howe", time(2, 15), 2024),
    ("Africa/Cairo", time(0), 2024),
    ("Africa/Casablanca", time(2, 30), 2024),
    ("America/New_York", time(1, 30), 2024),
    ("America/New_York", time(2, 30), 2024),
    ("America/Sao_Paulo", time(0), 2016),
    ("America/Sao_Paulo", time(23, 30), 2016),
    ("Asia/Tehran", time(0, 0), 2019),
    ("Europe/Dublin", time(1, 30), 2024),
    ("America/Nuuk", time(23, 30), 2024),
    ("Pacific/Chatham", time(2, 50), 2024),
    ("Asia/Kolkata", time(9), 2024),
]


def due(after: datetime, local: time, zone: ZoneInfo, days: tuple[int, ...] = EVERY_DAY) -> tuple[date, datetime]:
    return next_due(after, local, days, zone)


@cache
def minutes_of(zone: str, day: date) -> tuple[datetime, ...]:
    """Every minute (UTC) around a local day, as a clock on the wall of the zone would tick it off."""
    start = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    return tuple(start + timedelta(minutes=minute) for minute in range(60 * 54))


def first_minute(zone: str, day: date, local: time) -> datetime:
    """The first minute at which the wall clock has come to `local` on `day`: found by watching the clock."""
    wanted = datetime.combine(day, local)
    return next(m for m in minutes_of(zone, day) if m.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= wanted)


def three_years(zone: str, local: time, year: int) -> list[tuple[date, datetime]]:
    after = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    seen: list[tuple[date, datetime]] = []
    while not seen or seen[-1][0] < date(year + 3, 1, 1):
        seen.append(due(after, local, ZoneInfo(zone)))
        after = seen[-1][1]
    return seen


@pytest.mark.parametrize(("zone", "local", "year"), HABITS)
def test_each_local_date_falls_due_once_in_order_and_none_is_skipped(zone: str, local: time, year: int) -> None:
    seen = three_years(zone, local, year)
    days, instants = [day for day, _ in seen], [instant for _, instant in seen]
    assert days == [days[0] + timedelta(days=ahead) for ahead in range(len(days))]
    assert instants == sorted(set(instants))
    assert len(days) >= 3 * 365


@pytest.mark.parametrize(("zone", "local", "year"), HABITS)
def test_each_date_falls_due_when_the_clock_on_the_wall_first_gets_there(zone: str, local: time, year: int) -> None:
    shifts = [
        (day, instant) for day, instant in three_years(zone, local, year)
        if len({(instant + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() for h in (-26, 0, 26)}) > 1
    ]  # fmt: skip
    assert shifts or zone == "Asia/Kolkata"
    for day, instant in shifts:
        assert instant == first_minute(zone, day, local), day


@given(
    st.sampled_from([zone for zone, _, _ in HABITS]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(
        datetime.combine(date(2015, 1, 1), time()), datetime.combine(date(2027, 1, 1), time()), timezones=st.just(UTC)
    ),
    st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
)
def test_the_next_due_is_later_eligible_and_the_same_from_any_moment_before(
    zone: str, local: time, after: datetime, days: tuple[int, ...]
) -> None:
    day, instant = due(after, local, ZoneInfo(zone), days)
    assert instant > after
    assert day.isoweekday() in days
    assert instant == first_minute(zone, day, local)
    assert due(instant - timedelta(microseconds=1), local, ZoneInfo(zone), days) == (day, instant)
    assert due(after + (instant - after) / 2, local, ZoneInfo(zone), days) == (day, instant)


def test_a_time_the_clocks_skip_is_due_when_they_have_jumped() -> None:
    day, instant = due(datetime(2026, 3, 29, tzinfo=UTC), time(2, 30), BERLIN)
    assert (day, instant) == (date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC))


def test_a_time_the_clocks_show_twice_is_due_the_first_time() -> None:
    day, instant = due(datetime(2026, 10, 24, 12, tzinfo=UTC), time(2, 30), BERLIN)
    assert (day, instant) == (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert due(instant, time(2, 30), BERLIN)[0] == date(2026, 10, 26)


def test_a_day_whose_midnight_is_skipped_keeps_its_own_date() -> None:
    day, instant = due(datetime(2024, 4, 25, 12, tzinfo=UTC), time(0), ZoneInfo("Africa/Cairo"))
    assert (day, instant) == (date(2024, 4, 26), datetime(2024, 4, 25, 22, tzinfo=UTC))


def test_an_instant_is_not_due_again_after_itself() -> None:
    _, instant = due(datetime(2026, 1, 1, tzinfo=UTC), time(9), BERLIN)
    assert due(instant, time(9), BERLIN)[1] == instant + timedelta(days=1)


def test_weekends_and_holidays_are_passed_over() -> None:
    friday_noon = datetime(2026, 12, 18, 12, tzinfo=UTC)
    holidays = frozenset({date(2026, 12, 21), date(2026, 12, 22)})
    day, instant = next_due(friday_noon, time(9), WORKDAYS, BERLIN, holidays)
    assert (day, instant) == (date(2026, 12, 23), datetime(2026, 12, 23, 8, tzinfo=UTC))


def test_a_cadence_without_an_eligible_day_says_so() -> None:
    with pytest.raises(ValueError, match="eligible"):
        due(datetime(2026, 1, 1, tzinfo=UTC), time(9), BERLIN, ())


def test_a_due_time_has_one_key() -> None:
    assert due_key("ops", "standup", date(2026, 3, 29)) == "ops:standup:2026-03-29"


def test_a_post_is_too_late_after_more_than_an_hour() -> None:
    at = datetime(2026, 3, 29, 9, tzinfo=UTC)
    assert not too_late(at, at + timedelta(hours=1))
    assert too_late(at, at + timedelta(hours=1, seconds=1))
