"""Rates per working day against the official calendar and the count printed beside them.

Invariants: the count is one of the ids cited, else printed in the same publication or by the source, of the same metric's
verdicts, articles, place and period. The calendar holds 2019 to 2026; other years cannot be judged.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from courttally.claims.dates import Period, is_same
from courttally.claims.model import Claim
from courttally.claims.numbers import Op, cut_to, rounds_to
from courttally.claims.ties import Book, articles_agree, same_scope
from courttally.figures.calendar import workdays, years

RATE = "verdicts_per_workday"


@dataclass(frozen=True, slots=True)
class Check:
    """A rate with the count it should come from and the working days of its period."""

    rate: Claim
    count: Claim
    days: int

    @property
    def average(self) -> Fraction:
        """The average per working day that the count gives."""
        return Fraction(self.count.amount.lo if self.count.amount else 0) / self.days

    def holds(self) -> bool:
        """Whether the rate is this average, as printed."""
        amount, count = self.rate.amount, self.count.amount
        if amount is None or count is None:
            return False
        if amount.op is Op.RANGE:
            # One month has one average: a range can only be its two neighbours, or an average that is not known better.
            low, high = (Fraction(n) / self.days for n in count.bounds)
            ends = Fraction(amount.lo) - Fraction(1, 2), Fraction(amount.hi) + Fraction(1, 2)
            return amount.hi - amount.lo <= 1 and low <= ends[1] and ends[0] <= high
        if not count.exact:
            least, most = count.bounds
            return any(amount.says(n / self.days) or least <= amount.lo * self.days <= most for n in (least, most))
        average = Decimal(self.average.numerator) / self.average.denominator
        return rounds_to(self.average, amount.lo) if amount.exact else amount.says(average)

    def cut(self) -> bool:
        """Whether the rate is the average with its further digits cut off."""
        amount, count = self.rate.amount, self.count.amount
        return bool(amount and amount.exact and count and count.exact and cut_to(self.average, amount.lo))


def days_of(period: Period) -> int | None:
    """The official working days of a period; None when an end is unknown or the calendar does not hold it."""
    if period.start is None or period.end is None:
        return None
    first, last = period.start.first, period.end.last
    if first.year not in years() or last.year not in years():
        return None
    return workdays(first, last)


def checks(book: Book, claim: Claim) -> list[Check]:
    """The checks that a rate per working day allows; those of cited counts leave no others in question."""
    if claim.metric.name != RATE or claim.amount is None:
        return []
    days = days_of(claim.period)
    if not days:
        return []
    cited = [book.by_id[i] for i in claim.cites if i in book.by_id]
    for pool in (cited, book.group(claim), book.siblings(claim), book.references(claim)):
        found = [
            Check(claim, other, days)
            for other in pool
            if other.metric.stage == "decided"
            and other.metric.counts
            and other.amount is not None
            and other.amount.op is not Op.RANGE
            and articles_agree(claim, other)
            and same_scope(claim, other)
            and is_same(claim.period, other.period)
        ]
        if found:
            return found
    return []
