"""The Russian production calendar, 2019 to 2026: which days courts work.

Invariants: the days are data (``calendar_ru.csv``), one row for every day that departs from "Monday to Friday", each
with the act that makes it so; no rule is worked out here, and a day outside the years held is an error, not a guess.

Kinds of row:

``holiday``
    a public holiday on a weekday (Labour Code, article 112);
``moved_off``
    a weekday off, moved from ``moved`` (by article 112 itself, or by the yearly decree of the Government);
``moved_work``
    a Saturday worked in exchange for ``moved``;
``declared_off``
    a weekday that a decree of the President declared non-working, with pay (spring 2020, two days in summer 2020,
    May and autumn 2021).

The last kind is a choice. The yearly norm of working time was not lowered for those days (248 days in 2020, 247 in
2021), and courts heard urgent matters on some of them; yet the decrees call them non-working, and a widely used
calendar counts 219 and 240. Here they are **not** working days unless ``declared_off_works=True``, so that a rate per
working day of April 2020 does not pretend that courts sat as usual. No other year is touched.

Military courts are federal: the holidays that single regions add (Tatarstan, Bashkortostan) are left out on purpose.

``verified`` says whether the number of the act was seen in a public page; where it is false, the number is general
knowledge. The days of 2019 and 2022 to 2026 equal an independent library day for day either way (a test).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class CalendarError(ValueError):
    """A day lies outside the years that the calendar holds, or a period ends before it starts."""


class DayKind(StrEnum):
    """Why a day departs from "Monday to Friday"."""

    HOLIDAY = "holiday"
    MOVED_OFF = "moved_off"
    MOVED_WORK = "moved_work"
    DECLARED_OFF = "declared_off"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One row of the calendar: day, kind, the day it was exchanged with, the act, and whether its number was seen."""

    day: date
    kind: DayKind
    moved: date | None
    act: str
    verified: bool


@cache
def special_days() -> Mapping[date, SpecialDay]:
    """Every day that departs from "Monday to Friday", by date."""
    text = files("courttally.figures").joinpath("calendar_ru.csv").read_text(encoding="utf-8")
    rows: dict[date, SpecialDay] = {}
    for row in csv.DictReader(text.splitlines()):
        day = date.fromisoformat(row["day"])
        if day in rows:
            raise CalendarError(f"calendar_ru.csv names {day} twice")
        moved = date.fromisoformat(row["moved"]) if row["moved"] else None
        rows[day] = SpecialDay(
            day, DayKind(row["kind"]), moved, row["act"], {"true": True, "false": False}[row["verified"]]
        )
    return MappingProxyType(rows)


@cache
def years() -> range:
    """The years held, whole."""
    held = {day.year for day in special_days()}
    return range(min(held), max(held) + 1)


def is_workday(day: date, *, declared_off_works: bool = False) -> bool:
    """Say whether ``day`` is an official working day.

    Raises ``CalendarError`` outside the years held.
    """
    if day.year not in years():
        raise CalendarError(f"the production calendar holds {years()[0]} to {years()[-1]}, not {day}")
    special = special_days().get(day)
    if special is None or (declared_off_works and special.kind is DayKind.DECLARED_OFF):
        return day.weekday() < 5
    return special.kind is DayKind.MOVED_WORK


def workdays(first: date, last: date, *, declared_off_works: bool = False) -> int:
    """Count the official working days from ``first`` to ``last``, both included.

    Raises ``CalendarError`` for a period that ends before it starts or leaves the years held.
    """
    if last < first:
        raise CalendarError(f"a period from {first} to {last} ends before it starts")
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return sum(is_workday(day, declared_off_works=declared_off_works) for day in days)


def workdays_of_month(year: int, month: int, *, declared_off_works: bool = False) -> int:
    """Count the official working days of one month."""
    first = date(year, month, 1)
    last = (first.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    return workdays(first, last, declared_off_works=declared_off_works)
