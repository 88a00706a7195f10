"""Days and periods of the calendar, and the arithmetic between them. Weeks begin on Monday and end on Friday."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A day, or a period from `first` to `last`; it `opens` when "by" it means by its first day ("by December")."""

    first: date
    last: date
    opens: bool = False

    @classmethod
    def day(cls, day: date) -> "Span":
        """The span of one day."""
        return cls(day, day)

    @property
    def before(self) -> date:
        """The day kept for "before" this span: a named day itself, the eve of a period or a holiday."""
        return self.first - _ONE if self.opens or self.first < self.last else self.first

    @property
    def days(self) -> list[date]:
        """The days of the span."""
        return [self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1)]

    def shifted(self, days: int) -> "Span":
        """The span so many days later."""
        return Span(self.first + timedelta(days=days), self.last + timedelta(days=days), self.opens)

    def edge(self, word: str) -> "Span":
        """The end, start or middle ("early", "mid", "late") of this period, as one day."""
        length = (self.last - self.first).days
        if word in {"start", "beginning"}:
            return Span.day(self.first)
        if word == "early":
            return Span.day(self.first + timedelta(days=length // 3 or 1))
        if word in {"mid", "middle"}:
            return Span.day(self.first + timedelta(days=length // 2 if length < 7 else (length - 1) // 2))
        return Span.day(self.last)


def weekday(today: date, number: int, which: str = "") -> Span:
    """The coming weekday (0 is Monday), today included; "next" is the one of next week."""
    if which == "next":
        return Span.day(today + timedelta(days=7 - today.weekday() + number))
    return Span.day(today + timedelta(days=(number - today.weekday()) % 7))


def period(today: date, unit: str, ahead: int = 0) -> Span:
    """This week (to Friday; on a weekend, to Sunday), weekend, month, quarter or year, or one so many `ahead`."""
    if unit in {"week", "weekend"}:
        monday = today - timedelta(days=today.weekday()) + ahead * WEEK
        if unit == "weekend":
            return Span(monday + 5 * _ONE, monday + 6 * _ONE, opens=True)
        return Span(monday, monday + (6 if not ahead and today.weekday() > 4 else 4) * _ONE)
    if unit == "year":
        return Span(date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31))
    size = 3 if unit == "quarter" else 1
    return _months((today.month - 1) // size * size + 1 + ahead * size, size, today.year)


def month(year: int, number: int) -> Span:
    """The month of that number (1 to 12)."""
    span = _months(number, 1, year)
    return Span(span.first, span.last, opens=True)


def quarter(year: int, number: int) -> Span:
    """The quarter of that number (1 to 4)."""
    return _months(number * 3 - 2, 3, year)


def later(today: date, count: int, unit: str) -> date:
    """The day `count` days, weeks, fortnights, months, quarters, years or working days after `today`."""
    if unit in {"month", "quarter", "year"}:
        count *= {"month": 1, "quarter": 3, "year": 12}[unit]
        span = _months(today.month + count, 1, today.year)
        return span.first.replace(day=min(today.day, span.last.day))
    if unit != "workday":
        return today + timedelta(days=count * {"week": 7, "fortnight": 14}.get(unit, 1))
    while count:
        today += _ONE
        count -= today.weekday() < 5
    return today


def day_of_month(today: date, day: int) -> Span:
    """The next day of that number, today included, in the first month that has it. ValueError above 31."""
    if not 1 <= day <= 31:
        raise ValueError(day)
    months = (period(today, "month", ahead) for ahead in range(4))
    return next(
        Span.day(span.first.replace(day=day))
        for span in months
        if day <= span.last.day and span.first.replace(day=day) >= today
    )


def in_year_from(year: int, month_: int, day: int) -> Span:
    """That day of `year`, or of the first later year that has it (29 February). ValueError when none has."""
    if (month_, day) == (2, 29):
        year = next(leap for leap in range(year, year + 9) if calendar.isleap(leap))
    return Span.day(date(year, month_, day))


def holiday(year: int, name: str) -> Span:
    """Christmas, New Year (its eve: the end of `year`), Thanksgiving or Easter Sunday."""
    if name.startswith("new"):
        return Span.day(date(year, 12, 31))
    if name.startswith("thanks"):
        first = date(year, 11, 1)
        day = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    else:
        day = _easter(year) if name.startswith("easter") else date(year, 12, 25)
    return Span(day, day, opens=True)


def _months(number: int, size: int, year: int) -> Span:
    """`size` months from month `number` of `year`; the number may lie beyond 12."""
    start, end = (divmod(value, 12) for value in (number - 1, number - 1 + size))
    return Span(date(year + start[0], start[1] + 1, 1), date(year + end[0], end[1] + 1, 1) - _ONE)


def _easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus, Jones, Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * sunday) // 451
    month_, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month_, day + 1)
