"""Days and months as claims print them, and when two of them may or must be the same time.

Invariants: a month stands for all of its days; "may be the same" is true where nothing printed speaks against it, "is the
same" only where both are printed alike. Rules that *tie* two claims use the first, rules that call a *difference* an error
use the second.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
# How far the ends of one period may lie apart when two publications round it: a tenth of its length, within these days.
_LEAST_SLACK, _MOST_SLACK = 3, 16
# Totals of several years are dated by the month of the count or of the print, as it comes.
_LONG, _LONG_SLACK = 400, 31


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A day or a month: first and last day, both included."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read ``2024-07-31`` or ``2024-07``. Raises ``ValueError`` for anything else."""
        if match := _DAY.fullmatch(text):
            day = date(*(int(part) for part in match.groups()))
            return cls(day, day)
        if match := _MONTH.fullmatch(text):
            first = date(int(match[1]), int(match[2]), 1)
            return cls(first, _next_month(first) - timedelta(1))
        raise ValueError("is neither a day (2024-07-31) nor a month (2024-07)")

    @property
    def is_day(self) -> bool:
        """Whether the date is known to the day."""
        return self.first == self.last

    def gap(self, other: "Span") -> int:
        """Days between two spans; 0 when they touch or overlap."""
        return max(0, (other.first - self.last).days, (self.first - other.last).days)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1)


def _month_end(day: date) -> date:
    return _next_month(day) - timedelta(1)


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when a number counts; an end that is not printed is None."""

    start: Span | None
    end: Span | None

    @property
    def days(self) -> int | None:
        """Length in days, None when an end is unknown."""
        if self.start is None or self.end is None:
            return None
        return (self.end.last - self.start.first).days + 1

    @property
    def closed(self) -> bool:
        """Whether this is a whole number of calendar months within one year: a month, a quarter, a half, a year.

        A last month that stops at most a week early counts as whole: years are counted in their last days.
        """
        if self.start is None or self.end is None or self.start.first.year != self.end.last.year:
            return False
        return self.start.first.day == 1 and (_month_end(self.end.first) - self.end.last).days <= 7

    @property
    def whole_year(self) -> int | None:
        """The year, when the period is a closed calendar year."""
        if not self.closed or self.start is None or self.end is None:
            return None
        return self.start.first.year if (self.start.first.month, self.end.last.month) == (1, 12) else None

    @property
    def one_month(self) -> bool:
        """Whether the period is a single closed month."""
        return self.closed and self.start is not None and self.end is not None and self._months() == 1

    def _months(self) -> int:
        if self.start is None or self.end is None:
            return 0
        return self.end.last.month - self.start.first.month + 1 + 12 * (self.end.last.year - self.start.first.year)

    def contains(self, other: "Period") -> bool:
        """Whether the other period lies inside this one, both known."""
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return False
        return self.start.first <= other.start.first and other.end.last <= self.end.last

    def years_back(self, years: int) -> "Period":
        """The same months some years earlier."""
        return Period(_shift(self.start, years), _shift(self.end, years))


def _shift(span: Span | None, years: int) -> Span | None:
    if span is None:
        return None

    def back(day: date) -> date:
        return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)

    return Span(back(span.first), back(span.last))


def _slack(a: Period, b: Period) -> int:
    lengths = [days for days in (a.days, b.days) if days is not None]
    if not lengths:
        return _MOST_SLACK
    shorter = min(lengths)
    return max(_LEAST_SLACK, min(_LONG_SLACK if shorter > _LONG else _MOST_SLACK, shorter // 10))


def starts_differ(a: Period, b: Period) -> bool:
    """Whether both starts are printed and too far apart to be one start rounded."""
    return a.start is not None and b.start is not None and a.start.gap(b.start) > _slack(a, b)


def ends_differ(a: Period, b: Period) -> bool:
    """Whether both ends are printed and too far apart to be one end rounded."""
    return a.end is not None and b.end is not None and a.end.gap(b.end) > _slack(a, b)


def may_be_same(a: Period, b: Period) -> bool:
    """Whether nothing printed says that the periods differ."""
    return not starts_differ(a, b) and not ends_differ(a, b)


def is_same(a: Period, b: Period) -> bool:
    """Whether both periods are printed whole and alike, or are the same closed months."""
    if a.start is None or a.end is None or b.start is None or b.end is None or starts_differ(a, b):
        return False
    if a.end == b.end:
        return True
    if not (a.closed and b.closed):
        return False
    return (a.end.last.year, a.end.last.month) == (b.end.last.year, b.end.last.month)


def longer_than(a: Period, b: Period) -> bool:
    """Whether period ``a`` holds all of ``b`` and clearly more."""
    return a.contains(b) and not may_be_same(a, b)
