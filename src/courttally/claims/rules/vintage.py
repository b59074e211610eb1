"""Kind 13: the same source later printed another number for the same metric, articles and period.

A running total to an earlier date is a different number, not an older one: only the same months, or the same last day, have
vintages. The older is stale, neither is wrong.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from courttally.claims.dates import is_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.ties import Book, articles_agree, courts_differ, exact, same_scope

# Revisions of a source are small; a larger difference is of something else.
_REVISION = Decimal("0.2")
_DAYS = 14


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Numbers of an older vintage, and later claims that still print them."""
    stale: dict[str, Finding] = {}
    for claim in book.claims:
        if finding := _replaced(book, claim, found):
            stale[claim.id] = finding
    yield from stale.values()
    for claim in book.claims:
        if claim.id in stale or claim.amount is None or found.has(claim.id, Kind.DIGIT_WRONG):
            continue
        for other in book.kin(claim):
            if other.id in stale and other.amount == claim.amount and _same_count(book, claim, other, found):
                slots = stale[other.id].slots
                related = (other.id, *stale[other.id].related)
                yield Finding(
                    claim.id,
                    Kind.LATER_VINTAGE,
                    Verdict.STALE_VINTAGE,
                    "vintage.repeated",
                    {**slots, "old": other},
                    related,
                )
                break


def _counted_as(book: Book, claim: Claim, found: Findings) -> tuple[str, bool]:
    """What a claim counts when it is told as something else: what its parts, or the source, count."""
    for breakdown in book.breakdowns(claim):
        if breakdown.adds_up:
            return breakdown.parts[0].metric.compare, breakdown.parts[0].of_persons
    for finding in found.of(claim.id):
        if finding.kind in {Kind.UNIT_CHANGED, Kind.RECEIVED_AS_FINISHED} and finding.related:
            origin = book.by_id[finding.related[0]]
            return origin.metric.compare, origin.of_persons
    return claim.metric.compare, claim.of_persons


def _same_count(book: Book, a: Claim, b: Claim, found: Findings) -> bool:
    dated = a.end is not None and a.end == b.end and a.end.is_day
    return (
        (a.period.closed or dated)
        and is_same(a.period, b.period)
        and articles_agree(a, b)
        and same_scope(a, b)
        and not courts_differ(a, b)
        and _counted_as(book, a, found) == _counted_as(book, b, found)
    )


def _replaced(book: Book, claim: Claim, found: Findings) -> Finding | None:
    if claim.amount is None or not claim.amount.exact or not claim.metric.counts or claim.seen is None:
        return None
    wrong = (Kind.DIGIT_WRONG, Kind.MISLABEL, Kind.PERIOD_STRETCHED, Kind.OTHER_STAGE, Kind.TWO_POPULATIONS)
    if found.has(claim.id, *wrong):
        return None
    newer = [
        (other, value)
        for other, value in exact(book.kin(claim))
        if value != claim.amount.lo
        and abs(value - claim.amount.lo) <= _REVISION * value
        and _newer(other, claim)
        and not found.has(other.id, *wrong)
        and _same_count(book, claim, other, found)
    ]
    if not newer:
        return None
    last, value = max(newer, key=lambda pair: (pair[0].seen.last if pair[0].seen else date.min, pair[0].id))
    slots = fill(number=claim.amount.lo, seen=claim.seen, new=value, source=last, new_seen=last.seen)
    return Finding(claim.id, Kind.LATER_VINTAGE, Verdict.STALE_VINTAGE, "vintage.replaced", slots, (last.id,))


def _newer(other: Claim, claim: Claim) -> bool:
    """Whether a count was made clearly later. Where one says when it was counted, a reprint's own date is no such date."""
    counted = other.seen if not other.cites or claim.as_of is None else other.as_of
    return counted is not None and claim.seen is not None and (counted.first - claim.seen.last).days > _DAYS
