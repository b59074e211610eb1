"""Kind 10: a number that differs from the one it relies on by a digit lost, added, swapped or changed.

Two signs: the source's number for the same thing and time is one slip away, and the claim's own number is printed by
nobody else; or a breakdown that names every article of its total misses it, and exactly one of its numbers, changed by one
slip, makes it add up. An older or rounded figure is no copying error.
"""

from collections.abc import Iterator
from decimal import Decimal

from courttally.claims.dates import is_same, may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.numbers import digit_slip
from courttally.claims.ties import Book, Breakdown, exact, same_thing


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Numbers with a slip."""
    for claim in book.claims:
        if found.has(claim.id):
            continue
        if finding := _against_source(book, claim, found):
            yield finding
        for breakdown in book.breakdowns(claim):
            if finding := _against_sum(book, breakdown):
                yield finding


def _against_source(book: Book, claim: Claim, found: Findings) -> Finding | None:
    original = original_of(book, claim, found)
    if original is None or claim.amount is None or original.amount is None:
        return None
    slip = digit_slip(claim.amount.lo, original.amount.lo)
    slots = fill(number=claim.amount.lo, right=original.amount.lo, source=original)
    return Finding(claim.id, Kind.DIGIT_WRONG, Verdict.ARITHMETIC_FAILS, f"digit.{slip}", slots, (original.id,))


def original_of(book: Book, claim: Claim, found: Findings) -> Claim | None:
    """The claim of the source that this number is one slip away from, if nobody at hand prints the number itself."""
    if claim.amount is None or not claim.amount.exact or not claim.metric.counts or not claim.cites:
        return None
    near = [(o, v) for o, v in exact(book.references(claim)) if same_thing(claim, o) and not found.has(o.id)]
    if any(v == claim.amount.lo and may_be_same(claim.period, o.period) for o, v in near):
        return None
    for other, value in near:
        slipped = digit_slip(claim.amount.lo, value) is not None
        if slipped and _same_time(claim, other) and not _counted_later(claim, other):
            return other
    return None


def _same_time(claim: Claim, other: Claim) -> bool:
    # Dates that neither prints are alike in a reprint.
    return is_same(claim.period, other.period) or claim.period == other.period


def _counted_later(claim: Claim, other: Claim) -> bool:
    """A later count of the same months is a new vintage, not a slip."""
    if claim.as_of is None or other.seen is None or not claim.period.closed:
        return False
    return (claim.as_of.first - other.seen.last).days > 14


def _against_sum(book: Book, breakdown: Breakdown) -> Finding | None:
    total, total_sum = breakdown.total, breakdown.sum
    if total_sum is None or total.amount is None or not total.amount.exact or not breakdown.whole or breakdown.adds_up:
        return None
    missing = total.amount.lo - total_sum
    suspects: list[tuple[Claim, Decimal, Decimal]] = []
    for claim, value in exact((total, *breakdown.parts)):
        needed = value - missing if claim.id == total.id else value + missing
        # A number that other publications print as well is not the one that slipped.
        if needed > 0 and digit_slip(value, needed) and not book.repeated_by(claim):
            suspects.append((claim, value, needed))
    if len(suspects) != 1:
        return None
    claim, value, needed = suspects[0]
    others = tuple(c for c in (total, *breakdown.parts) if c.id != claim.id)
    slots = fill(number=value, right=needed, others=others, total=total.amount.lo, sum=total_sum)
    ids = tuple(c.id for c in others)
    return Finding(claim.id, Kind.DIGIT_WRONG, Verdict.ARITHMETIC_FAILS, "digit.sum", slots, ids)
