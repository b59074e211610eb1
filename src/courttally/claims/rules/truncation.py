"""Kind 5: a share or rate that is cut off where rounding gives another last digit.

Judged where the two numbers are printed: a share with its part and whole, a rate per working day with its count, a printed
growth with the numbers it compares. Words like "about" are no cut.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from courttally.claims.findings import Finding, Findings, Kind, Slot, Verdict
from courttally.claims.model import Claim
from courttally.claims.numbers import cut_to, rounds_to
from courttally.claims.rules.growth import comparisons
from courttally.claims.rules.shares import Pair, pairs
from courttally.claims.rules.workdays import checks
from courttally.claims.ties import Book

# "40 % of the sample": a share of the total that the claim names. "80 % of them" speaks of a part of the claim's own number.
_OF_TOTAL = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s?(?:%|per\s?cent)\s+of\s+(?:the|all)\b")
_HEDGED = re.compile(r"(?:about|around|nearly|almost|over|more than|some|roughly|at least|up to)\W*$")


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Numbers cut off."""
    for claim in book.claims:
        if found.has(claim.id, Kind.UNIT_CHANGED):
            continue
        if finding := _share(book, claim) or _quoted_share(book, claim) or _rate(book, claim) or _growth(book, claim):
            yield finding


def _finding(
    claim: Claim, true: Fraction, shown: Decimal, template: str, others: tuple[Claim, ...], **more: Slot
) -> Finding:
    slots: dict[str, Slot] = {"true": true, "shown": shown, "others": others, **more}
    ids = tuple(o.id for o in others if o.id != claim.id)
    return Finding(claim.id, Kind.TRUNCATION, Verdict.ARITHMETIC_FAILS, template, slots, ids)


def _share(book: Book, claim: Claim) -> Finding | None:
    if claim.metric.unit != "share" or claim.amount is None or not claim.amount.exact:
        return None
    return _cut_pair(claim, pairs(book, claim), claim.amount.lo)


def _cut_pair(claim: Claim, found: list[Pair], shown: Decimal) -> Finding | None:
    if any(rounds_to(pair.percent, shown) for pair in found):
        return None
    pair = next((pair for pair in found if cut_to(pair.percent, shown)), None)
    if pair is None:
        return None
    more: dict[str, Slot] = {"part_value": pair.part_value, "whole_value": pair.whole_value}
    return _finding(claim, pair.percent, shown, "truncation.share", (pair.part, pair.whole), **more)


def _quoted_share(book: Book, claim: Claim) -> Finding | None:
    total = book.by_id.get(claim.part_of)
    if total is None or total.amount is None or claim.amount is None or not (claim.amount.exact and total.amount.exact):
        return None
    match = _OF_TOTAL.search(claim.quote.casefold())
    if match is None or _HEDGED.search(claim.quote.casefold()[: match.start()]) or claim.of_persons != total.of_persons:
        return None
    pair = Pair(claim, total, claim.amount.lo, total.amount.lo)
    return _cut_pair(claim, [pair], Decimal(match[1].replace(",", ".")))


def _rate(book: Book, claim: Claim) -> Finding | None:
    found = checks(book, claim)
    if claim.amount is None or any(check.holds() for check in found):
        return None
    check = next((check for check in found if check.cut()), None)
    if check is None or check.count.amount is None:
        return None
    more: dict[str, Slot] = {"count": check.count.amount.lo, "days": check.days}
    return _finding(claim, check.average, claim.amount.lo, "truncation.rate", (check.count,), **more)


def _growth(book: Book, claim: Claim) -> Finding | None:
    told = comparisons(book, claim)
    if any(c.growth.holds(c.ratio) for c in told):
        return None
    cut = next((c for c in told if c.growth.is_cut(c.ratio)), None)
    if cut is None or cut.growth.shown is None or cut.later.amount is None or cut.earlier.amount is None:
        return None
    more: dict[str, Slot] = {"later_value": cut.later.amount.lo, "earlier_value": cut.earlier.amount.lo}
    true, template = (
        cut.growth.as_printed(cut.ratio),
        "truncation.percent" if cut.growth.percent else "truncation.factor",
    )
    return _finding(claim, true, cut.growth.shown, template, (cut.later, cut.earlier), **more)
