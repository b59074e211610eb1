"""Running totals by article: which number breaks its own series and continues another.

Invariants: a running total counts from the start of the war or of mobilisation to a printed date, for one first counter,
place, population and sort of number. It never falls; a number is a misfit only if it breaks its own series **and** fits
exactly into another, and the numbers it disagrees with do not fit elsewhere themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from courttally.claims.dates import starts_differ
from courttally.claims.model import Claim, vocabulary
from courttally.claims.ties import Book, comparable, same_scope

# Publications count some days apart, and revise: a fall within this is none.
_REVISED = Decimal("0.98")
# No series of the kind has grown faster than this a month, once past its first few cases.
_LEAP, _LEAP_A_MONTH = Decimal(4), Decimal("1.5")
_MONTH = timedelta(days=30)
_YEAR = 366


@dataclass(frozen=True, slots=True)
class Misfit:
    """A number in the wrong series: what it disagrees with in its own, and its neighbours in the one that it fits."""

    claim: Claim
    value: Decimal
    fits: frozenset[str]
    own: tuple[Claim, ...]
    neighbours: tuple[Claim, ...]


def runs_from_anchor(claim: Claim) -> bool:
    """Whether a claim is a running total from one of the usual starts."""
    if claim.start is None or claim.period.closed:
        return False
    return any(
        claim.start.first - timedelta(16) <= a.day <= claim.start.last + timedelta(16) for a in vocabulary().anchors
    )


def _value(claim: Claim) -> Decimal:
    return claim.amount.lo if claim.amount else Decimal(0)


def _member(claim: Claim) -> bool:
    return (
        claim.amount is not None
        and claim.amount.exact
        and claim.one_article is not None
        and claim.period.end is not None
        and claim.metric.counts
        and claim.metric.of_courts
        and runs_from_anchor(claim)
    )


class _Family:
    """The running totals that one claim belongs with, by article."""

    def __init__(self, claim: Claim, others: list[Claim]) -> None:
        self.claim = claim
        self.by_article: dict[str, list[Claim]] = {}
        for other in others:
            if other.one_article is not None:
                self.by_article.setdefault(other.one_article, []).append(other)

    def disagrees(self, claim: Claim, article: str) -> list[Claim]:
        """The members of a series that ``claim`` cannot stand beside."""
        return [m for m in self.by_article.get(article, []) if m.id != claim.id and not _beside(claim, m)]

    def fits(self, claim: Claim, article: str) -> list[Claim]:
        """The nearest members before and after, where ``claim`` continues a series; empty where it does not."""
        members = [m for m in self.by_article.get(article, []) if m.id != claim.id]
        if not members or any(not _beside(claim, m) for m in members):
            return []
        return _nearest(claim, members)


def _order(a: Claim, b: Claim) -> int:
    """-1 when ``a`` was counted before ``b``, 1 after, 0 when that cannot be said."""
    x, y = a.period.end, b.period.end
    if x is None or y is None or x.gap(y) == 0:
        return 0
    return -1 if x.last < y.first else 1


def _beside(a: Claim, b: Claim) -> bool:
    """Whether both numbers may stand in one running total."""
    before = _order(a, b)
    if before == 0:
        small, large = sorted((a, b), key=_value)
        # A day inside a month: which came first cannot be said, only that they lie close.
        return not _leaps(small, large) if a.period.end != b.period.end else _value(large) * _REVISED <= _value(small)
    first, second = (a, b) if before < 0 else (b, a)
    if _value(first) * _REVISED > _value(second):
        return False
    return not _leaps(first, second)


def _leaps(first: Claim, second: Claim) -> bool:
    if first.period.end is None or second.period.end is None or _value(first) < 10:
        return False
    months = max(0, (second.period.end.last - first.period.end.first) // _MONTH)
    return _value(second) > _value(first) * max(_LEAP, _LEAP_A_MONTH**months)


def _nearest(claim: Claim, members: list[Claim]) -> list[Claim]:
    same = [m for m in members if _order(m, claim) == 0]
    before = sorted((m for m in members if _order(m, claim) < 0), key=_value)[-1:]
    after = sorted((m for m in members if _order(m, claim) > 0), key=_value)[:1]
    if same:
        return same[:1]
    # Far from any neighbour on one side only, a series says nothing.
    return [*before, *after] if (before and after) or any(_near(claim, m) for m in (*before, *after)) else []


def _near(a: Claim, b: Claim) -> bool:
    return a.period.end is not None and b.period.end is not None and a.period.end.gap(b.period.end) <= _YEAR


def misfits(book: Book, known: frozenset[str]) -> Iterator[Misfit]:
    """The running totals that stand under the wrong article; ``known`` ones are not used as a measure."""
    members = [claim for claim in book.claims if _member(claim) and claim.id not in known]
    for claim in members:
        kin = {other.id for other in (*book.kin(claim), *book.siblings(claim))}
        others = [m for m in members if m.id in kin and comparable(claim, m) and same_scope(claim, m)]
        family = _Family(claim, others)
        article = claim.one_article or ""
        against = family.disagrees(claim, article)
        fits = _other_series(family, claim)
        if against and fits and _outvoted(_Family(claim, [*others, claim]), claim, against):
            named = frozenset(fits)
            yield Misfit(
                claim, _value(claim), named, tuple(against[:2]), tuple(n for f in sorted(fits) for n in fits[f])
            )


def _other_series(family: _Family, claim: Claim) -> dict[str, list[Claim]]:
    fits = {}
    for other in family.by_article:
        if other != claim.one_article and (neighbours := family.fits(claim, other)):
            fits[other] = neighbours
    return fits


def _outvoted(family: _Family, claim: Claim, against: list[Claim]) -> bool:
    """Whether the claim, not what it disagrees with, is the one out of place."""
    for member in against:
        theirs = len(family.disagrees(member, member.one_article or ""))
        if theirs > len(against) or (theirs == len(against) and _other_series(family, member)):
            return False
    return True


def same_start_or_anchor(a: Claim, b: Claim) -> bool:
    """Whether two running totals start alike, or both from one of the usual starts."""
    return not starts_differ(a.period, b.period) or (runs_from_anchor(a) and runs_from_anchor(b))
