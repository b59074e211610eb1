"""Kind 9: a rate, peak or total of one period told of another or a longer one.

Four signs, each enough. The source prints the same number for another period. A rate per working day, times the official
working days, does not give the count beside it (a range for one month comes from several). The parts that make a total are all
of another period. A number compared with a shorter period of another year is itself of the shorter one, and the longer one is
known to have had more.
"""

from collections.abc import Iterator
from decimal import Decimal

from courttally.claims.dates import Period, is_same, longer_than, may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.growth_words import find_growth
from courttally.claims.model import Claim
from courttally.claims.numbers import Op
from courttally.claims.rules.growth import ratio_of
from courttally.claims.rules.start import told_from_another_start
from courttally.claims.rules.workdays import RATE, checks, days_of
from courttally.claims.ties import Book, exact, same_count, same_thing

_MUCH_MORE = Decimal("1.25")
_CLEARLY_SHORTER = Decimal("0.7")


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Claims of a stretched or shifted period."""
    for claim in book.claims:
        if claim.amount is None or found.has(claim.id, Kind.MISLABEL, Kind.START_DRIFT):
            continue
        if claim.metric.name == RATE:
            yield from _per_workday(book, claim)
        if finding := _told_elsewhere(book, claim) or _parts_elsewhere(book, claim) or _half_told_as_whole(book, claim):
            yield finding


def _finding(claim: Claim, other: Claim, template: str, **more: Decimal) -> Finding:
    slots = fill(said=claim.amount, told=claim.period, counted=other.period, others=(other,), **more)
    return Finding(claim.id, Kind.PERIOD_STRETCHED, Verdict.DIFFERENT_SCOPE, template, slots, (other.id,))


def _told_elsewhere(book: Book, claim: Claim) -> Finding | None:
    if not (claim.metric.counts or claim.metric.unit == "rate"):
        return None
    told = Period(claim.start, claim.end)
    same = [o for o in book.peers(claim) if _number(claim, o)]
    if not same or any(may_be_same(told, o.period) for o in same):
        return None
    measures = {other.id for other in book.references(claim)}
    moved = [o for o in same if not told_from_another_start(claim, o) and _moved(claim, told, o)]
    # Between two reprints alike, the number is stretched where it is told of the longer time.
    other = next((o for o in moved if o.id in measures or longer_than(told, o.period)), None)
    return None if other is None else _finding(claim, other, "period.source")


def _number(claim: Claim, other: Claim) -> bool:
    if claim.metric.unit == "rate":
        return same_thing(claim, other) and claim.amount == other.amount
    if claim.amount is None or not same_count(claim, other):
        return False
    # "Over 1,000" is true of many periods; it is one number only where the longer time holds the shorter.
    return claim.amount.exact or (claim.amount == other.amount and longer_than(claim.period, other.period))


def _moved(claim: Claim, told: Period, other: Claim) -> bool:
    """A count may be moved anywhere; a rate of one period may well hold in the next, so it must be stretched over more."""
    return claim.metric.counts or longer_than(told, other.period)


def _per_workday(book: Book, claim: Claim) -> Iterator[Finding]:
    found, amount = checks(book, claim), claim.amount
    if amount is None:
        return
    if found and not any(c.holds() or c.cut() for c in found):
        check = found[0]
        template = "period.workday_range" if amount.op is Op.RANGE else "period.workday"
        slots = fill(
            said=amount, count=check.count.amount, days=check.days, average=check.average, when=claim.period,
            needed=tuple(sorted({amount.lo * check.days, amount.hi * check.days})), others=(check.count,),
        )  # fmt: skip
        yield Finding(claim.id, Kind.PERIOD_STRETCHED, Verdict.ARITHMETIC_FAILS, template, slots, (check.count.id,))
    elif not found and amount.op is Op.RANGE and claim.period.one_month and amount.hi - amount.lo > 1:
        # Round ends ("30 to 40") are an estimate, not two averages.
        days = days_of(claim.period)
        if days and (amount.lo % 5 or amount.hi % 5):
            slots = fill(said=amount, days=days, when=claim.period)
            yield Finding(claim.id, Kind.PERIOD_STRETCHED, Verdict.ARITHMETIC_FAILS, "period.workday_alone", slots)


def _parts_elsewhere(book: Book, claim: Claim) -> Finding | None:
    """The odd one out of a breakdown that adds up: numbers that make a total are of one time."""
    if claim.amount is None or not claim.amount.exact:
        return None
    for breakdown in book.breakdowns(claim):
        first = breakdown.parts[0]
        agree = all(is_same(part.period, first.period) for part in breakdown.parts)
        if breakdown.adds_up and agree and _apart(claim, first):
            return _finding(claim, first, "period.parts")
    own = book.breakdown_of(claim)
    if own is not None and own.adds_up and own.total.amount and own.total.amount.exact and len(own.parts) > 1:
        rest = [part for part in own.parts if part.id != claim.id]
        if all(is_same(part.period, own.total.period) for part in rest) and _apart(claim, own.total):
            return _finding(claim, own.total, "period.part")
    return None


def _apart(claim: Claim, other: Claim) -> bool:
    return not may_be_same(claim.period, other.period) and not told_from_another_start(claim, other)


def _half_told_as_whole(book: Book, claim: Claim) -> Finding | None:
    """A year's number that a half of the next year is compared with, though the year is known to have had more."""
    if claim.amount is None or not claim.amount.exact or not claim.period.closed:
        return None
    compared = next((o for o in book.siblings(claim) if _compares_shorter(claim, o)), None)
    if compared is None:
        return None
    for other, value in exact(book.claims):
        more = value >= claim.amount.lo * _MUCH_MORE and is_same(other.period, claim.period)
        if more and other.source != claim.source and same_thing(claim, other) and other.articles == claim.articles:
            return _finding(claim, compared, "period.half", more=value)
    shorter = compared.period.years_back(1)
    for breakdown in book.breakdowns(claim):
        if all(is_same(part.period, shorter) for part in breakdown.parts):
            return _finding(claim, compared, "period.half_parts")
    return None


def _compares_shorter(claim: Claim, other: Claim) -> bool:
    """Whether a shorter period of a later year prints a growth that this number is the base of."""
    growth, ratio = find_growth(other.quote), ratio_of(other, claim)
    if growth is None or ratio is None or not growth.holds(ratio) or not same_thing(claim, other):
        return False
    mine, theirs = claim.period.days, other.period.days
    return bool(
        mine and theirs and theirs <= mine * _CLEARLY_SHORTER and claim.period.contains(other.period.years_back(1))
    )
