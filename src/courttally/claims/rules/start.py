"""Kind 14: a running total told from another start than the one it fits.

Three signs, each enough. The years printed beside a total that is told from before mobilisation leave too little for the
rest of the time. The parts that make the total count from another start. The publication it relies on prints the same number
from another start.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from courttally.claims.dates import Span, ends_differ, may_be_same, starts_differ
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Anchor, Claim, vocabulary
from courttally.claims.rules.series import runs_from_anchor
from courttally.claims.ties import (
    Book,
    articles_agree,
    articles_within,
    exact,
    same_count,
    same_scope,
    same_thing,
    tells,
)

# Less than this part of what is known to have come in that time is too little; counts by other courts and cuts differ, by less.
_TOO_LITTLE = Decimal("0.5")


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Totals with a drifted start. Totals whose own years speak against them are no measure for others."""
    doubtful: set[str] = set()
    for claim in book.claims:
        if finding := _years_leave_too_little(book, claim):
            doubtful.add(claim.id)
            doubtful.update(part.id for b in book.breakdowns(claim) for part in b.parts)
            yield finding
    for claim in book.claims:
        if claim.id in doubtful or not _counts_up(claim):
            continue
        if finding := _parts_start_elsewhere(book, claim) or _source_starts_elsewhere(book, claim, doubtful):
            yield finding


def _counts_up(claim: Claim) -> bool:
    return claim.amount is not None and claim.metric.counts and claim.metric.of_courts and claim.start is not None


def told_from_another_start(claim: Claim, other: Claim) -> bool:
    """Whether two running totals to one date are told from two starts, one of them a usual one."""
    return (
        starts_differ(claim.period, other.period)
        and not ends_differ(claim.period, other.period)
        and (runs_from_anchor(claim) or runs_from_anchor(other))
        and not claim.period.closed
        and not other.period.closed
    )


def _parts_start_elsewhere(book: Book, claim: Claim) -> Finding | None:
    for breakdown in book.breakdowns(claim):
        first = breakdown.parts[0]
        agree = all(part.start == first.start for part in breakdown.parts)
        if (
            breakdown.adds_up
            and claim.amount
            and claim.amount.exact
            and agree
            and told_from_another_start(claim, first)
        ):
            return _drift(claim, first, breakdown.parts, "start.parts")
    own = book.breakdown_of(claim)
    odd = own.odd_one_out(lambda c: str(c.start)) if own is not None else None
    if odd is not None and odd[0].id == claim.id and told_from_another_start(claim, odd[1][0]):
        return _drift(claim, odd[1][0], odd[1], "start.part")
    return None


def _source_starts_elsewhere(book: Book, claim: Claim, doubtful: set[str]) -> Finding | None:
    same = [o for o in book.peers(claim) if o.id not in doubtful and same_count(claim, o) and _dated(claim, o)]
    right = (o for o in book.references(claim) if o.id not in doubtful and same_thing(claim, o) and tells(claim, o))
    if any(may_be_same(claim.period, other.period) for other in (*same, *right)):
        return None
    measures = {other.id for other in book.references(claim)}
    drifted = [
        other
        for other in same
        if told_from_another_start(claim, other) and (other.id in measures or _starts_earlier(claim, other))
    ]
    return _drift(claim, drifted[0], (drifted[0],), "start.source") if drifted else None


def _dated(claim: Claim, other: Claim) -> bool:
    """A rounded total is tied to another only where both say up to when they count."""
    return claim.amount is not None and (claim.amount.exact or None not in (claim.period.end, other.period.end))


def _starts_earlier(claim: Claim, other: Claim) -> bool:
    """Of two reprints of one number, the one told from the earlier start has drifted: as many cannot have come in longer."""
    return claim.start is not None and other.start is not None and claim.start.first < other.start.first


def _drift(claim: Claim, other: Claim, related: tuple[Claim, ...], template: str) -> Finding | None:
    if claim.start is None or other.start is None or claim.amount is None:
        return None
    slots = fill(said=claim.amount, start=claim.start, other_start=other.start, others=related)
    ids = tuple(c.id for c in related)
    return Finding(claim.id, Kind.START_DRIFT, Verdict.DIFFERENT_SCOPE, template, slots, ids)


def _years_leave_too_little(book: Book, claim: Claim) -> Finding | None:
    """The years beside the total, taken off it, against what is known of the time before them."""
    later = _fits_later_than(claim)
    if later is None or claim.amount is None or claim.start is None:
        return None
    years = _years_beside(book, claim)
    if not years:
        return None
    total = next((b.sum for b in book.breakdowns(claim) if b.adds_up and b.sum is not None), claim.amount.bounds[1])
    if any(value == total for _, value in years.values()):
        return None  # one year's number, told of a longer time
    rest = total - sum(value for _, value in years.values())
    first = min(years)
    before = Span(claim.start.first, date(first - 1, 12, 31))
    if before.last < before.first or rest < 0:
        return None
    for known, value in exact(book.kin(claim)):
        expected = _within(known, value, before)
        if expected is None or not articles_within(known, claim) or not same_scope(claim, known):
            continue
        if known.metric.stage == "received" and not known.of_persons and rest < expected * _TOO_LITTLE:
            slots = fill(
                total=total, years=tuple(value for _, (_, value) in sorted(years.items(), reverse=True)), rest=rest,
                before=before, known=known, value=value, start=claim.start, fits=later.words,
            )  # fmt: skip
            related = (*(c.id for c, _ in years.values()), known.id)
            return Finding(claim.id, Kind.START_DRIFT, Verdict.DIFFERENT_SCOPE, "start.years", slots, related)
    return None


def _fits_later_than(claim: Claim) -> Anchor | None:
    """The start that a total told from an earlier one may really have."""
    if claim.start is None or claim.metric.unit != "case" or claim.metric.decided or not runs_from_anchor(claim):
        return None
    start = claim.start
    return next((a for a in vocabulary().anchors if a.day - start.last > timedelta(90)), None)


def _years_beside(book: Book, claim: Claim) -> dict[int, tuple[Claim, Decimal]]:
    """The last years up to the total's end, without a gap, as the publication prints them or what it relies on."""
    found: dict[int, tuple[Claim, Decimal]] = {}
    for pool in (book.siblings(claim), book.references(claim)):
        for other, value in exact(pool):
            year = other.period.whole_year
            fits = articles_agree(claim, other) and same_scope(claim, other) and other.metric.unit == "case"
            if (
                year is not None
                and fits
                and not other.of_persons
                and other.metric.stage in {"received", "unsaid", "heard"}
            ):
                found.setdefault(year, (other, value))
        if found:
            break
    last = claim.period.end.last.year if claim.period.end else max(found, default=0)
    run = {}
    while last in found and claim.start is not None and last > claim.start.first.year:
        run[last] = found[last]
        last -= 1
    return run


def _within(known: Claim, value: Decimal, time: Span) -> Decimal | None:
    """The share of a closed count that falls into a time, by days; None when little of it does."""
    period = known.period
    if not period.closed or period.start is None or period.end is None or period.days is None:
        return None
    first, last = max(period.start.first, time.first), min(period.end.last, time.last)
    days = (last - first).days + 1
    return value * days / period.days if days * 2 > period.days else None
