"""Which two printed numbers a share is made of.

Invariants: a share is tied to two numbers by the ids that it cites, or by its words (which count stands above the line) and
its articles; both numbers are exact and of one time and place. More than one pair may come into question: a share is called
wrong only when none of them gives it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from courttally.claims.dates import Period, is_same, may_be_same
from courttally.claims.model import Claim
from courttally.claims.numbers import Op, cut_to, rounds_to
from courttally.claims.ties import Book, articles_within, comparable, exact, same_scope


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers, the first a part of the second."""

    part: Claim
    whole: Claim
    part_value: Decimal
    whole_value: Decimal

    @property
    def percent(self) -> Fraction:
        """The share in per cent."""
        return Fraction(self.part_value) / Fraction(self.whole_value) * 100


def pairs(book: Book, claim: Claim) -> list[Pair]:
    """The pairs that a share may be made of; those cited by id leave no others in question."""
    cited = [(c, v) for c, v in exact([book.by_id[i] for i in claim.cites if i in book.by_id]) if c.metric.counts]
    if len(cited) > 1:
        return [Pair(a, b, x, y) for a, x in cited for b, y in cited if a.id != b.id and 0 < x < y]
    pools: tuple[Iterable[Claim], ...] = (
        (*(c for c, _ in cited), *book.group(claim)),
        book.siblings(claim),
        book.references(claim),
        # A reprint whose source is not held: only a part with its own total says enough.
        [c for c in book.claims if c.part_of or book.breakdowns(c)] if claim.cites and not book.upstream(claim) else (),
    )
    return next((found for pool in pools if (found := list(_tied(claim, pool)))), [])


def _tied(claim: Claim, pool: Iterable[Claim]) -> Iterator[Pair]:
    text = f"{claim.label} {claim.quote}".casefold()
    time = Period(claim.start, claim.end or claim.as_of)
    rows = [
        (c, v)
        for c, v in exact(list(pool))
        if c.metric.counts
        and same_scope(claim, c)
        and may_be_same(time, c.period)
        and (c.metric.of_courts or c.metric.share)
    ]
    for part, x in rows:
        by_words = any(word in text for word in part.metric.share)
        if not by_words and part.articles != claim.articles:
            continue
        for whole, y in rows:
            if not 0 < x < y or not may_be_same(part.period, whole.period):
                continue
            if _decided_of(claim, part, whole) if by_words else _article_of(claim, part, whole):
                yield Pair(part, whole, x, y)


def _article_of(claim: Claim, part: Claim, whole: Claim) -> bool:
    """Whether one article stands above the line and several, with it, below."""
    named = claim.one_article is not None and part.articles != whole.articles
    inside = part.part_of == whole.id or articles_within(part, whole)
    one_time = is_same(part.period, whole.period) or part.period == whole.period
    return named and comparable(part, whole) and inside and one_time


def _decided_of(claim: Claim, part: Claim, whole: Claim) -> bool:
    """Whether decided numbers stand above the line and what they were taken from below."""
    if part.articles != whole.articles or not articles_within(part, claim) or not whole.metric.of_courts:
        return False
    if part.metric.unit == "sentence":
        return whole.metric.stage == "decided"
    return part.metric.stage == "decided" and not whole.metric.decided


def agreeing(claim: Claim, found: list[Pair]) -> list[Pair]:
    """The pairs that give the share as printed, rounded or cut."""
    amount = claim.amount
    if amount is None:
        return []
    if amount.op is not Op.EXACT:
        return [p for p in found if amount.says(Decimal(p.percent.numerator) / p.percent.denominator)]
    return [p for p in found if rounds_to(p.percent, amount.lo) or cut_to(p.percent, amount.lo)]
