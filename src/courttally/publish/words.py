"""Words of the public pages: dates, months, lists, and the headline sentence of counting rule 8.

Invariants: pure functions, English; an article is never named without its number; nothing here knows a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from courttally.law.subjects import NamedScope, Subject
from courttally.publish.rollup import UNDATED, months_between, quarter_of, year_of
from courttally.publish.tiers import LARGEST_SMALL, shown

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SIMULATED = "SIMULATED DATA: these are not real cases"


def day_words(day: date) -> str:
    """``21 September 2022``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_words(month: str) -> str:
    """``July 2024`` of ``2024-07``."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"


def period_words(first: str, last: str) -> str:
    """A period as a reader says it: ``July 2024``, ``Jul to Sep 2024``, ``2024``, ``Sep 2022 to Mar 2023``."""
    if first == UNDATED:
        return "No usable day"
    if first == last:
        return month_words(first)
    if period_code(first, last) == year_of(first):
        return year_of(first)
    start = f"{_short(first)} {year_of(first)}" if year_of(first) != year_of(last) else _short(first)
    return f"{start} to {_short(last)} {year_of(last)}"


def _short(month: str) -> str:
    return MONTHS[int(month[5:]) - 1][:3]


def period_code(first: str, last: str) -> str:
    """``2024-07``, ``2024-Q3``, ``2024``, ``2022-09/2023-03`` or ``undated``."""
    if first == last:
        return first
    covered = months_between(first, last)
    if len(covered) == 3 and len({quarter_of(month) for month in covered}) == 1:
        return quarter_of(first)
    if len(covered) == 12 and year_of(first) == year_of(last):
        return year_of(first)
    return f"{first}/{last}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def plural(number: int, one: str, many: str) -> str:
    """A number with its noun, small numbers as they are: for courts and files, never for cases."""
    return f"{number:,} {one if number == 1 else many}"


def articles_words(subject: Subject, scope: NamedScope, last: str = "or") -> str:
    """The articles of a scope by words and numbers."""
    return listed([subject.article(number).headline("en") for number in scope.articles], last)


def parts_words(subject: Subject, scope: NamedScope) -> str:
    """Which parts a scope counts: ``332 (parts 2.1, 2.2 and 4), …``, or all of them."""
    if scope.parts == "all":
        return "all parts"
    of = {number: [part for article, part in subject.wartime if article == number] for number in scope.articles}
    return "; ".join(
        f"{number} ({'part' if len(parts) == 1 else 'parts'} {listed(parts)})" for number, parts in of.items() if parts
    )


def headline_pieces(subject: Subject, scope: NamedScope, n_cases: int, n_matters: int | None) -> tuple[str, str, str]:
    """The headline sentence in three pieces: before the number of cases, that number in words, and after it. ``n_matters``: None if not told."""
    parts = "wartime parts" if scope.parts == "wartime" else "all parts"
    since = f", since {day_words(scope.since)}" if scope.since else ""
    matters = f" ({shown(n_matters)} matters)" if n_cases and n_matters is not None else ""
    after = f" cases{matters} of {articles_words(subject, scope)}, {parts}{since}."
    if n_cases > LARGEST_SMALL:
        return "Russian military courts received at least ", shown(n_cases), after
    return "In the records held, Russian military courts received ", shown(n_cases) if n_cases else "no", after


def coverage_sentences(as_of: date, complete: int, partial: int, courts: int) -> tuple[str, str]:
    """The rest of counting rule 8: as seen by when, K of how many courts; and what is not covered."""
    none = courts - complete - partial
    seen = (
        f"As seen by {day_words(as_of)} on the courts’ own sites, with at least one complete list of cases for "
        f"{complete} of {courts} courts of first instance."
    )
    missing = [
        f"{plural(partial, 'court', 'courts')} with incomplete lists only" if partial else "",
        f"{plural(none, 'court', 'courts')} without any list" if none else "",
    ]
    named = [item for item in missing if item]
    return (
        seen,
        f"Not covered: {listed(named)}." if named else "Every court of first instance is covered in part at least.",
    )
