"""When something recurring falls due: once for each local date, whatever the clocks do that day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE = timedelta(hours=1)


def _instant(day: date, local: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall time: in a gap the first valid one after it, in a fold the first of the two."""
    wall = datetime.combine(day, local.replace(fold=0), zone)
    late, early = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return late
    while late - early > timedelta(seconds=1):  # in a gap: the clocks jump between the two readings
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == wall.utcoffset() else (early, middle)
    return late.replace(microsecond=0)


def next_due(
    after: datetime, local: time, days: tuple[int, ...], zone: ZoneInfo, holidays: frozenset[date] = frozenset()
) -> tuple[date, datetime]:
    """The next local date, and its instant in UTC strictly later than `after` (product rows K1, K2).

    `days` are ISO weekdays (1 is Monday), `local` the clock of `zone`. A local date has one instant: where the clocks
    skip that time, the first valid one after it; where they show it twice, the first. Raises ValueError where no date
    of the next two years is eligible.
    """
    start = after.astimezone(zone).date()
    for day in (start + timedelta(days=ahead) for ahead in range(2 * 366)):
        if day.isoweekday() in days and day not in holidays and (instant := _instant(day, local, zone)) > after:
            return day, instant
    raise ValueError("no day of the next two years is eligible")


def due_key(board: str, kind: str, day: date) -> str:
    """The unique key of a due time, the same on every replica and after every restart (K2)."""
    return f"{board}:{kind}:{day.isoformat()}"


def too_late(due_at: datetime, now: datetime) -> bool:
    """Whether it is no longer posted, but told to the facilitator: late by more than an hour (K2)."""
    return now - due_at > LATE
