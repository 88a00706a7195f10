"""The words for dates: the phrases in use, how much each needs around it to be a deadline, and the days it means."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from bot.spans import Span, day_of_month, holiday, in_year_from, later, month, period, quarter, weekday


class Weight(Enum):
    """How much a phrase needs around it before it can be a deadline."""

    FIRM = auto()  # is one by itself: "EOD", "end of month", "within 3 days"
    FAIR = auto()  # speaks of the time to come: "in two weeks"
    PLAIN = auto()  # one unless the words around say otherwise: "Friday", "3 Dec", "this week"
    SHY = auto()  # only after a preposition: "3/12", "in March"
    TIMID = auto()  # only where a deadline is announced: "by 3.12", "before Christmas"


@dataclass(frozen=True)
class Clock:
    """The speaker's local time, and whether they put the month before the day."""

    now: datetime
    month_first: bool = False

    @property
    def today(self) -> date:
        """The speaker's date."""
        return self.now.date()


Said = Mapping[str, str]
Meaning = Callable[[Said, Clock], Span]

_DAYS = (
    "monday mon mondy",
    "tuesday tues tue teusday tusday",
    "wednesday weds wed wensday wendesday wednsday",
    "thursday thurs thur thu thrusday thurday",
    "friday fri firday frday",
    "saturday sat satuday",
    "sunday sun",
)
_WEEKDAYS = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNTS = {"a": 1, "an": 1, "couple": 2, "few": 3} | {name: number for number, name in enumerate(_NUMBERS, 1)}
_UNITS = {"wk": "week", "d": "day", "h": "hour", "hr": "hour", "w": "week", "m": "month", "q": "quarter", "y": "year"}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest first."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_SHORT = {"sat", "sun", "wed", "mon"}  # words of their own, too: they need a preposition
DAY, _SHORT_DAY, _LONG_DAY = _any(_WEEKDAYS), _any(_SHORT), _any(_WEEKDAYS.keys() - _SHORT)
_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_M = f"(?P<m>{_MONTH})"
TIME = (
    r"(?:noon|midday|midnight|lunch(?:time)?|\d\d?(?:[:.]\d\d)? ?[ap]\.?m\b\.?"
    r"|\d\d?(?::\d\d|\.(?:00|15|30|45))(?![\d.]))"
)
EOD = (
    r"(?:e\.?o\.?[db]|c\.?o\.?[bp]|(?:the )?end of (?:the |business |working )*day|(?:the )?close of (?:business|play)"
    r"|end of (?:play|business))"
)
_TH = "(?:st|nd|rd|th)"
_N = rf"(?:(?:an? )?(?P<some>couple|few)(?: of)?|(?P<n>\d{{1,3}}|an?|{_any(_NUMBERS)}))"
_UNIT = (
    r"(?P<work>business |working |work )?(?P<unit>minute|min|hour|hr|h|day|d|week|wk|fortnight|month|quarter|year)s?"
    r"(?:['’] time)?"
)
_EDGE = r"(?:the )?(?P<edge>end|close|start|beginning|early|mid|middle|late|last day)[ -](?:of |in )?(?:the )?"
_WITH_DAY = rf"(?:{DAY}\.?,? (?:the )?)"
_D = rf"(?P<d>\d\d?){_TH}?(?: ?[-–] ?\d\d?{_TH}?)?"
_THEN = (
    rf"(?!,? (?:on |of |this |next |the )*(?:{DAY}|today|tomorrow|\d\d?{_TH}|\d\d? {_MONTH}|{_MONTH} \d"
    r"|week|month|year|quarter)\b)"
)
_IN = "|".join(f"(?<={word} )" for word in ("in", "by", "before", "until", "till", "bis", "during"))


def _iso(said: Said, clock: Clock) -> Span:
    return Span.day(date(int(said["y"]), int(said["m"]), int(said["d"])))


def _written(said: Said, clock: Clock) -> Span:
    month_, day = _MONTHS[said["m"][:3]], int(said["d"])
    return Span.day(date(_year(said), month_, day)) if said.get("y") else in_year_from(clock.today.year, month_, day)


def _figures(said: Said, clock: Clock) -> Span:
    """Day and month in the order of the speaker's country, or in the only one there can be. Dots are never American."""
    first, second = int(said["a"]), int(said["b"])
    american = clock.month_first and said["dot"] != "." and first <= 12
    day, month_ = (second, first) if american or second > 12 else (first, second)
    return Span.day(date(_year(said), month_, day)) if said.get("y") else in_year_from(clock.today.year, month_, day)


def _year(said: Said) -> int:
    return int(said["y"]) + (0 if len(said["y"]) == 4 else 2000)


def _within(said: Said, clock: Clock) -> Span:
    return Span.day(clock.today if said["unit"] in {"hour", "day"} else period(clock.today, said["unit"]).last)


def _count(said: Said, clock: Clock) -> Span:
    unit = _UNITS.get(said["unit"], said["unit"])
    number = said["some"] or said["n"]
    count = int(number) if number.isdecimal() else _COUNTS[number]
    if unit in {"minute", "min", "hour"}:
        return Span.day((clock.now + timedelta(hours=count if unit == "hour" else 0)).date())
    start = clock.today
    if name := said.get("from"):
        start = start + timedelta(days=1) if name == "tomorrow" else weekday(start, _WEEKDAYS[name]).first
    return Span.day(later(start, count, "workday" if said["work"] and unit == "day" else unit))


def _hour(said: Said, clock: Clock) -> Span:
    """Today, or tomorrow when that hour has struck."""
    minutes = 24 * 60 if said["time"] == "midnight" else 12 * 60 + 60 * said["time"].startswith("lunch")
    if figures := re.match(r"(\d\d?)(?:[:.](\d\d))?\s?([ap]?)", said["time"]):
        hour = int(figures[1]) % 12 + 12 * (figures[3] == "p") if figures[3] else int(figures[1])
        minutes = hour * 60 + int(figures[2] or 0)
    return Span.day(clock.today + timedelta(days=minutes < clock.now.hour * 60 + clock.now.minute))


def _today(said: Said, clock: Clock) -> Span:
    return Span.day(clock.today)


def _tomorrow(said: Said, clock: Clock) -> Span:
    return Span.day(clock.today + timedelta(days=2 if said["after"] else 8 if said["week"] else 1))


def _nth(said: Said, clock: Clock) -> Span:
    if said.get("which") == "next":
        return Span.day(period(clock.today, "month", 1).first.replace(day=int(said["n"])))
    return day_of_month(clock.today, int(said["n"]))


def _ordinal(said: Said, clock: Clock) -> Span:
    """The first Monday, the second week, the last day of a month."""
    inside, nth, unit = _whole(said, clock), _ORDINALS[said["nth"]], said["day"] or "day"
    if unit in _WEEKDAYS:
        days = [day for day in inside.days if day.weekday() == _WEEKDAYS[unit]]
    else:
        days = [day for day in inside.days if unit == "day" or day.weekday() == 4]
    return Span.day(days[nth - (nth > 0)])


def _weekday(said: Said, clock: Clock) -> Span:
    return weekday(clock.today, _WEEKDAYS[said["day"]], said.get("which", "")).shifted(7 if said["week"] else 0)


def _week_of(said: Said, clock: Clock) -> Span:
    first = _written(said, clock).first
    return Span(first, period(first, "week").last)


def _period(said: Said, clock: Clock) -> Span:
    """A month, quarter or year by its name or by its place ("next month"), or its beginning, middle or end."""
    span = _whole(said, clock)
    return span.edge(said["edge"]) if said.get("edge") else span


def _whole(said: Said, clock: Clock) -> Span:
    today = clock.today
    if name := said.get("m"):
        number = _MONTHS[name[:3]]
        return month(_year(said) if said.get("y") else today.year + (number < today.month), number)
    if name := said.get("q"):
        return quarter(_year(said) if said.get("y") else today.year + (int(name) * 3 < today.month), int(name))
    if said.get("y"):
        return period(date(_year(said), 1, 1), "year")
    unit = said.get("unit") or "month"
    return period(today, _UNITS.get(unit, unit), 1 if said.get("which") in {"next", "following"} else 0)


def _holiday(said: Said, clock: Clock) -> Span:
    span = holiday(clock.today.year, said["name"])
    return span if span.last >= clock.today else holiday(clock.today.year + 1, said["name"])


RULES: tuple[tuple[Weight, Meaning, str], ...] = (
    (
        Weight.PLAIN,
        _iso,
        r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)(?:t\d\d:\d\d[\d:.z+-]{0,18})?(?![-.]\d)",
    ),
    (Weight.PLAIN, _written, rf"{_WITH_DAY}?{_D}(?: of)?[ -]?{_M}\.?(?:,? |-)(?P<y>20\d\d|(?<=-)\d\d)"),
    (Weight.PLAIN, _written, rf"{_WITH_DAY}?{_M}\.? (?:the )?(?P<d>\d\d?){_TH}?,? (?P<y>20\d\d)"),
    (Weight.PLAIN, _written, rf"{_WITH_DAY}?{_D}(?: of)?[ -]?{_M}"),
    (Weight.PLAIN, _written, rf"{_WITH_DAY}?{_M}\.? (?:the )?(?P<d>\d\d?){_TH}?(?![:.%]\d)"),
    (Weight.PLAIN, _figures, r"(?P<a>\d\d?)(?P<dot>[-/.])(?P<b>\d\d?)(?P=dot)(?P<y>20\d\d)(?![-/.]\d)"),
    (Weight.PLAIN, _figures, rf"{_WITH_DAY}(?P<a>\d\d?)(?P<dot>[/.])(?P<b>\d\d?)\.?(?![-/.]?\d)"),
    (Weight.SHY, _figures, r"(?P<a>\d\d?)(?P<dot>[/.])(?P<b>\d\d?)(?P=dot)(?P<y>\d\d)(?![-/.]\d)"),
    (Weight.SHY, _figures, r"(?P<a>\d\d?)(?P<dot>/)(?P<b>\d\d?)(?![-/.]?\d)"),
    (Weight.SHY, _figures, r"(?P<a>\d\d?)(?P<dot>\.)(?P<b>\d\d?)\.(?!\d)"),
    (Weight.TIMID, _figures, r"(?P<a>\d\d?)(?P<dot>\.)(?P<b>\d\d?)(?![-/.]?\d)"),
    (Weight.FIRM, _within, r"within the (?P<unit>hour|day|week|month|quarter|year)"),
    (Weight.FIRM, _count, rf"within (?:the )?(?:next )?{_N}[ -]?{_UNIT}"),
    (Weight.FAIR, _count, rf"in (?:the )?(?:next )?{_N}[ -]?{_UNIT}"),
    (Weight.FAIR, _count, rf"{_N} {_UNIT} (?:from (?:now|today)|(?:from|on) (?P<from>{DAY}|tomorrow))"),
    (Weight.FIRM, _hour, rf"(?:by|before|until|till|no later than) (?:about )?(?P<time>{TIME}){_THEN}"),
    (Weight.FIRM, _today, rf"{EOD}{_THEN}"),
    (Weight.PLAIN, _today, r"today|tonight"),
    (Weight.SHY, _today, r"this (?:morning|afternoon|evening)"),
    (
        Weight.PLAIN,
        _tomorrow,
        r"(?P<after>(?:the )?day after )?(?:tomm?orr?ow|tommorow|tmrw|tmr|2moro)(?P<week> week)?",
    ),
    (Weight.SHY, _nth, rf"{_WITH_DAY}(?P<n>\d\d?){_TH}"),
    (Weight.SHY, _nth, rf"(?:the )?(?P<n>\d\d?){_TH}(?: of (?P<which>this|next|the) month)?"),
    (Weight.PLAIN, _ordinal, rf"(?:the )?(?P<nth>{_any(_ORDINALS)}) (?:(?P<day>{DAY}|week|day) )?(?:of|in) {_M}"),
    (
        Weight.PLAIN,
        _ordinal,
        rf"(?:the )?(?P<nth>{_any(_ORDINALS)}) (?P<day>{DAY}|week|day) (?:of|in) (?:(?P<which>this|next|the) )month",
    ),
    (Weight.PLAIN, _weekday, rf"(?P<which>this|next|coming) (?P<day>{DAY})(?P<week> week)?"),
    (Weight.PLAIN, _weekday, rf"(?P<day>{_LONG_DAY})(?P<week> week)?"),
    (Weight.SHY, _weekday, rf"(?P<day>{_SHORT_DAY})(?P<week> week)?"),
    (Weight.FIRM, _period, rf"{_EDGE}(?:(?P<which>this|next|current|coming) )?(?P<unit>week|month|quarter|year)"),
    (Weight.FIRM, _period, r"(?P<unit>week|month|quarter|year)['’]?s?[ -](?P<edge>end)"),
    (Weight.FIRM, _period, r"(?P<edge>e)o(?P<unit>[wmqy])"),
    (
        Weight.PLAIN,
        _period,
        r"(?:the )?(?P<which>this|next|coming|following) (?P<unit>weekend|week|month|quarter|year)",
    ),
    (Weight.PLAIN, _period, r"the (?P<unit>weekend)"),
    (Weight.PLAIN, _week_of, rf"(?:w/c|w/b|week (?:commencing|beginning|starting|of))(?: the)? {_D}(?: of)? {_M}"),
    (Weight.FIRM, _period, rf"{_EDGE}{_M}(?:,? (?P<y>20\d\d))?"),
    (Weight.SHY, _period, rf"{_M},? (?P<y>20\d\d)"),
    (Weight.SHY, _period, rf"(?:{_IN}){_M}"),
    (Weight.FIRM, _period, rf"{_EDGE}q(?P<q>[1-4])(?:[ /](?P<y>20\d\d))?"),
    (Weight.SHY, _period, r"q(?P<q>[1-4])(?:[ /](?P<y>20\d\d))?"),
    (Weight.FIRM, _period, rf"{_EDGE}(?P<y>20\d\d)"),
    (Weight.TIMID, _period, r"(?P<y>20\d\d)"),
    (Weight.TIMID, _holiday, r"(?P<name>christmas|xmas|new year|easter|thanksgiving)(?:['’]?s)?(?: day| eve)?"),
)
"""Tried in this order; a space stands for any white space."""
