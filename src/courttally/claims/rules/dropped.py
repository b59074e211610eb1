"""Kind 3: a total printed with parts that fall short of it by just the part that the source prints and this one leaves out.

A breakdown that does not claim to be whole ("including …", a single "of them") is no error.
"""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from courttally.claims.dates import may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.ties import Book, Breakdown, same_scope

_NOT_WHOLE = re.compile(
    r"\b(?:including|includes|among (?:them|others|these)|inter alia|for example|в том числе|включая|среди них)\b"
)


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Totals with a part dropped."""
    for claim in book.claims:
        for own in book.breakdowns(claim):
            if own.sum is None or len(own.parts) < 2 or _not_whole(own):
                continue
            for source in book.references(claim):
                for theirs in book.breakdowns(source):
                    if finding := _finding(claim, own, source, theirs):
                        yield finding


def _not_whole(breakdown: Breakdown) -> bool:
    return any(_NOT_WHOLE.search(c.quote.casefold()) for c in (breakdown.total, *breakdown.parts))


def _values(breakdown: Breakdown) -> Counter[Decimal]:
    return Counter(part.amount.lo for part in breakdown.parts if part.amount)


def _finding(claim: Claim, own: Breakdown, source: Claim, theirs: Breakdown) -> Finding | None:
    if own.sum is None or theirs.sum is None or claim.amount is None or not theirs.adds_up:
        return None
    if not same_scope(claim, source) or not may_be_same(claim.period, source.period):
        return None
    mine, whole = _values(own), _values(theirs)
    left_out = list((whole - mine).elements())
    if mine - whole or len(left_out) != 1:
        return None
    told = claim.amount.lo
    fits = told == theirs.sum if claim.amount.exact else claim.amount.near(theirs.sum)
    if not fits or abs(told - own.sum) <= abs(told - theirs.sum):
        return None
    part = next(p for p in theirs.parts if p.amount and p.amount.lo == left_out[0])
    slots = fill(
        said=claim.amount, parts=tuple(p.amount.lo for p in own.parts if p.amount), sum=own.sum, part=part,
        left_out=left_out[0], articles=part.articles, whole=theirs.sum,
    )  # fmt: skip
    return Finding(claim.id, Kind.DROPPED_PART, Verdict.ARITHMETIC_FAILS, "dropped.part", slots, (part.id, source.id))
