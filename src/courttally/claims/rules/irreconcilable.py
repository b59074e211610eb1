"""Kind 12: two publications differ on the same thing, and nothing printed explains it.

The flag is on the one that stands apart: the one with less behind it (other publications, a sum, a growth that holds). Where
both stand alike, neither is flagged. A total whose part stands apart stands apart with it. A sum of the source that a total
misses by a little is such a difference too. The verdict is "cannot be judged", never "wrong".
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from courttally.claims.dates import is_same, may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import CHAPTER, UNSTATED, Claim
from courttally.claims.numbers import digit_slip
from courttally.claims.rules.growth import borne_out
from courttally.claims.ties import Book, courts_differ, same_count, same_scope, same_thing

# Numbers closer than this may differ by date and rounding alone.
_APART = Decimal("0.05")
# Counts made at different dates differ by so much through late cards alone.
_VINTAGE, _VINTAGE_DAYS = Decimal("0.2"), 60
# A total this near to a sum is meant to be that sum.
_MISSES_BY = Decimal("0.05")
_EXPLAINED = tuple(
    k for k in Kind if k not in {Kind.GROWTH_WORD, Kind.DROPPED_PART, Kind.TRUNCATION, Kind.IRRECONCILABLE}
)


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Claims that stand apart."""
    tied = borne_out(book)
    apart: dict[str, Finding] = {}
    for claim in book.claims:
        if found.has(claim.id, *_EXPLAINED):
            continue
        if finding := _against_others(book, claim, found, tied) or _against_sum(book, claim, found):
            apart[claim.id] = finding
    yield from apart.values()
    for claim in book.claims:
        parts = [p for b in book.breakdowns(claim) for p in b.parts if p.id in apart and p.source == claim.source]
        alone = book.support(claim) == 0 and claim.id not in tied
        if parts and claim.id not in apart and not found.has(claim.id, *_EXPLAINED) and alone:
            slots = fill(others=tuple(parts))
            ids = tuple(p.id for p in parts)
            yield Finding(claim.id, Kind.IRRECONCILABLE, Verdict.CANNOT_JUDGE, "irreconcilable.total", slots, ids)


def _behind(book: Book, claim: Claim, tied: set[str]) -> tuple[int, bool, bool]:
    """What stands behind a number; where that is equal, an exact number of a named stage stands firmer."""
    # A reprint has behind it what its source has.
    rows = (claim, *(o for o in book.upstream(claim) if same_count(claim, o) and may_be_same(claim.period, o.period)))
    support = max(book.support(row) + (row.id in tied) for row in rows)
    exact_number = any(row.amount is not None and row.amount.exact for row in rows)
    return support, exact_number, any(row.metric.stage != "unsaid" for row in rows)


def _against_others(book: Book, claim: Claim, found: Findings, tied: set[str]) -> Finding | None:
    if claim.amount is None or not claim.metric.of_courts or not claim.period.closed:
        return None
    kin = {other.id for other in book.kin(claim)}
    for other in book.claims:
        if other.id in kin or other.id == claim.id or other.source == claim.source or found.has(other.id, *_EXPLAINED):
            continue
        same = same_thing(claim, other) and claim.articles == other.articles and is_same(claim.period, other.period)
        same = same and not _explained(claim, other)
        if same and _differ(claim, other) and _behind(book, claim, tied) < _behind(book, other, tied):
            slots = fill(said=claim.amount, other=other, when=claim.period, theirs=other.amount)
            return Finding(
                claim.id, Kind.IRRECONCILABLE, Verdict.CANNOT_JUDGE, "irreconcilable.pair", slots, (other.id,)
            )
    return None


def _explained(a: Claim, b: Claim) -> bool:
    """Whether something printed explains a difference: wartime parts, a level of courts, or the date of the count."""
    if (a.parts == "wartime") != (b.parts == "wartime") or courts_differ(a, b):
        return True
    if a.seen is None or b.seen is None or a.amount is None or b.amount is None:
        return False
    low, high = sorted((a.amount.lo, b.amount.lo))
    return a.seen.gap(b.seen) > _VINTAGE_DAYS and high - low <= _VINTAGE * high


def _differ(a: Claim, b: Claim) -> bool:
    if a.amount is None or b.amount is None:
        return False
    (low, high), (low2, high2) = a.amount.bounds, b.amount.bounds
    gap = max(low - high2, low2 - high)
    return gap > _APART * max(high, high2)


def _against_sum(book: Book, claim: Claim, found: Findings) -> Finding | None:
    """A decided total against the numbers by article that its source prints for the same date."""
    if claim.amount is None or not claim.amount.exact or claim.metric.stage != "decided" or not claim.metric.counts:
        return None
    if any(same_count(claim, other) for other in book.upstream(claim)):
        return None
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for other in book.upstream(claim):
        if _summand(claim, other) and other.group and not found.has(other.id):
            groups[other.source, other.group].append(other)
    for rows in groups.values():
        named = [r.one_article for r in rows]
        if len(rows) < 2 or len(set(named)) != len(named) or len({r.metric.name for r in rows}) != 1:
            continue
        total = sum((r.amount.lo for r in rows if r.amount), Decimal(0))
        off = abs(total - claim.amount.lo)
        if claim.of_persons and not rows[0].of_persons and claim.amount.lo > total:
            continue  # a case may have several accused
        if 0 < off <= _MISSES_BY * total and digit_slip(claim.amount.lo, total) is None:
            slots = fill(
                said=claim.amount, values=tuple(r.amount.lo for r in rows if r.amount), sum=total, off=off,
                others=tuple(rows),
            )  # fmt: skip
            ids = tuple(r.id for r in rows)
            return Finding(claim.id, Kind.IRRECONCILABLE, Verdict.CANNOT_JUDGE, "irreconcilable.sum", slots, ids)
    return None


def _summand(claim: Claim, other: Claim) -> bool:
    wide = {UNSTATED, CHAPTER} & claim.articles
    return (
        other.metric.stage == "decided"
        and other.one_article is not None
        and other.amount is not None
        and other.amount.exact
        and (bool(wide) or other.articles < claim.articles)
        and same_scope(claim, other)
        and may_be_same(claim.period, other.period)
    )
