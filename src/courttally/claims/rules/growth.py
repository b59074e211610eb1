"""Kind 2: a growth word, factor or percentage that says more than the two numbers it compares.

The two numbers are those cited by id, else the claim's own number and the one that its words point to (the year named, the
year before, the months before), as printed in the same publication, by the source, or by others on the same source. It is
called wrong only when none of the numbers in question bears it out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from courttally.claims.dates import Period, is_same, may_be_same, starts_differ
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.growth_words import Growth, find_growth, printed_growth, told_fall
from courttally.claims.model import Claim
from courttally.claims.ties import Book, articles_agree, exact, same_scope, same_thing

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_BEFORE = re.compile(r"\b(?:year (?:before|earlier|ago)|(?:previous|preceding|last|prior) year|year[- ]on[- ]year|годом ранее|год назад|прошл\w+ год\w*|предыдущ\w+ год\w*)")  # fmt: skip


_TIME = re.compile(
    r"\b(?:(?:19|20)\d\d|year\w*|month\w*|quarter\w*|half|week\w*|before|earlier|previous|preceding|prior|ago|since|last|"
    r"spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"год\w*|лет\w*|месяц\w*|квартал\w*|полугоди\w*|ранее|раньше|прошл\w+|предыдущ\w+)\b"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A told growth with two numbers that it may compare."""

    growth: Growth
    later: Claim
    earlier: Claim
    firm: bool
    """Whether the earlier number may refute: what other reprints alone print may only bear out."""

    @property
    def ratio(self) -> Fraction:
        """The later number over the earlier."""
        return ratio_of(self.later, self.earlier) or Fraction(0)


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Growth that the numbers do not bear out. A number cut off is a kind of its own."""
    tied = borne_out(book)
    for claim in book.claims:
        told = comparisons(book, claim)
        if any(c.growth.holds(c.ratio) or c.growth.is_cut(c.ratio) for c in told):
            continue
        first = next((c for c in told if c.firm or c.earlier.id in tied), None)
        if first is None:
            continue
        slots = fill(
            words=first.growth.text, later=first.later, earlier=first.earlier, later_value=_value(first.later),
            earlier_value=_value(first.earlier), ratio=first.ratio,
        )  # fmt: skip
        related = tuple(c.id for c in (first.later, first.earlier) if c.id != claim.id)
        yield Finding(claim.id, Kind.GROWTH_WORD, Verdict.ARITHMETIC_FAILS, "growth.words", slots, related)


def _value(claim: Claim) -> Decimal:
    return claim.amount.lo if claim.amount else Decimal(0)


def ratio_of(later: Claim, earlier: Claim) -> Fraction | None:
    """The ratio of two exact numbers, None where one is not exact or the earlier is nought."""
    if later.amount is None or earlier.amount is None or not later.amount.exact or not earlier.amount.exact:
        return None
    return Fraction(later.amount.lo) / Fraction(earlier.amount.lo) if earlier.amount.lo else None


def comparisons(book: Book, claim: Claim) -> list[Comparison]:
    """What a claim compares, if it tells a growth; empty where it tells none or the numbers are not at hand."""
    if claim.metric.unit == "factor":
        growth = _growth_of(claim)
        return [] if growth is None else [Comparison(growth, b, a, True) for a, b in _two_numbers(book, claim)]
    growth = find_growth(claim.quote) if claim.metric.counts and claim.amount and claim.amount.exact else None
    # "Twice as many as desertion cases" compares two things, not two times.
    if growth is None or (growth.rest.strip(" .,;)") and not _TIME.search(growth.rest)):
        return []
    return [Comparison(growth, claim, base, firm) for base, firm in _bases(book, claim, growth) if _value(base)]


def _growth_of(claim: Claim) -> Growth | None:
    if claim.amount is None:
        return find_growth(claim.quote) or find_growth(claim.label)
    sign = -1 if told_fall(f"{claim.quote} {claim.label}") else 1
    return printed_growth(claim.amount, percent=claim.unit == "percent", sign=sign)


# A growth without a number of its own


def _two_numbers(book: Book, claim: Claim) -> list[tuple[Claim, Claim]]:
    cited = [c for c, v in exact([book.by_id[i] for i in claim.cites if i in book.by_id]) if c.metric.counts and v]
    if len(cited) > 1:
        ordered = sorted(cited, key=lambda c: (_counted(c), c.id))
        return [(ordered[0], ordered[-1])]
    anyone = book.claims if claim.articles and all(a[0].isdigit() for a in claim.articles) else ()
    for pool in (book.group(claim), book.siblings(claim), book.references(claim), book.kin(claim), anyone):
        rows = [
            c for c, v in exact(pool) if v and c.metric.of_courts and articles_agree(claim, c) and same_scope(claim, c)
        ]
        # A growth without a unit is one of cases, where cases are at hand.
        rows.sort(key=lambda c: c.metric.unit != "case")
        found = [(a, b) for a in rows for b in rows if same_thing(a, b) and _spans(claim.period, a.period, b.period)]
        if found:
            return found
    return []


def _counted(claim: Claim) -> date:
    span = claim.period.end or claim.seen
    return span.last if span else date.min


def _spans(told: Period, earlier: Period, later: Period) -> bool:
    """Whether two counts are those that a growth over a period compares: two years, or two dates of one running total."""
    if told.start is None or told.end is None or earlier.end is None or later.end is None:
        return False
    running = not starts_differ(earlier, later) and earlier.start is not None and not earlier.closed
    if running and earlier.end.last < later.end.first:
        return earlier.end.gap(told.start) == 0 and later.end.gap(told.end) == 0
    next_to = is_same(earlier, later.years_back(1)) or _just_before(earlier, later)
    if not (earlier.closed and later.closed and next_to):
        return False
    return is_same(told, later) or may_be_same(Period(earlier.start, later.end), told)


# A growth told beside a number


def _bases(book: Book, claim: Claim, growth: Growth) -> list[tuple[Claim, bool]]:
    """The numbers that a growth may be told from, and whether each may refute it."""
    siblings, measures = book.siblings(claim), book.references(claim)
    for pool in (siblings, measures, book.kin(claim)):
        rows = [c for c, _ in exact(pool) if same_thing(claim, c) and c.id != claim.id]
        if found := _pointed_at(claim, growth, rows, own=pool is siblings):
            relied = {c.id for c in (*siblings, *measures)}
            houses = {claim.publisher, *(c.publisher for c in measures)}
            return [(c, c.id in relied or c.publisher in houses or book.support(c) > 0) for c in found]
    return []


def _pointed_at(claim: Claim, growth: Growth, rows: list[Claim], *, own: bool) -> list[Claim]:
    """The numbers that the words point to: the year named; the same months a year before; the total before; in the same
    publication also the whole year before, and the months just before.
    """
    period = claim.period
    named = [int(year) for year in _YEAR.findall(growth.rest)]
    named = [year for year in named if period.end is None or year != period.end.last.year]
    if named:
        year = named[0]
        # "Than in 2023" beside half a year may mean the year or the same half.
        return [
            c
            for c in rows
            if c.period.whole_year == year or (_inside(c.period, year) and _same_months(c.period, period))
        ] or [c for c in rows if _ends_in(c.period, year) and _earlier_total(c.period, period)]
    before = [c for c in rows if _same_months(c.period, period, 1)]
    if before or not own:
        return before
    totals = [c for c in rows if _earlier_total(c.period, period)]
    if totals:
        return totals
    if period.end is not None and _YEAR_BEFORE.search(growth.rest):
        return [c for c in rows if c.period.whole_year == period.end.last.year - 1]
    just = [c for c in rows if _just_before(c.period, period)]
    return just or [c for c in rows if c.period.whole_year is not None and _year_ahead(c.period, period)]


def _inside(period: Period, year: int) -> bool:
    return (
        period.start is not None and period.end is not None and period.start.first.year == period.end.last.year == year
    )


def _ends_in(period: Period, year: int) -> bool:
    return period.end is not None and period.end.last.year == year


def _same_months(earlier: Period, later: Period, years: int | None = None) -> bool:
    if earlier.start is None or later.start is None:
        return False
    back = later.start.first.year - earlier.start.first.year if years is None else years
    return back > 0 and earlier.end is not None and later.end is not None and is_or_may(earlier, later.years_back(back))


def is_or_may(a: Period, b: Period) -> bool:
    """Whether two whole periods are one, allowing for rounded ends."""
    return is_same(a, b) or may_be_same(a, b)


def _earlier_total(earlier: Period, later: Period) -> bool:
    if earlier.start is None or earlier.end is None or later.start is None or later.end is None:
        return False
    return not starts_differ(earlier, later) and earlier.end.last < later.end.first


def _just_before(earlier: Period, later: Period) -> bool:
    if earlier.end is None or later.start is None or earlier.days is None or later.days is None:
        return False
    gap = (later.start.first - earlier.end.last).days
    return 0 < gap <= 3 and abs(earlier.days - later.days) <= 3


def _year_ahead(earlier: Period, later: Period) -> bool:
    return earlier.end is not None and later.start is not None and later.start.first.year - earlier.end.last.year == 1


def borne_out(book: Book) -> set[str]:
    """The ids of numbers that a printed growth ties together rightly."""
    found: set[str] = set()
    for claim in book.claims:
        for comparison in comparisons(book, claim):
            if comparison.growth.holds(comparison.ratio):
                found |= {comparison.later.id, comparison.earlier.id}
    return found
