"""Kind 11: the range of punishment in the statute told as the punishment that courts hand down.

A range told as law is no error. A single observed term, or a range that no part of the article has, says nothing.
"""

from collections.abc import Iterator

from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.numbers import Op
from courttally.claims.terms import longest_years, ranges
from courttally.claims.ties import Book


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Observed terms that are those of the law."""
    for claim in book.claims:
        if (
            claim.metric.name == "sentence_term"
            and claim.one_article
            and (finding := _finding(claim, claim.one_article))
        ):
            yield finding


def _finding(claim: Claim, article: str) -> Finding | None:
    amount = claim.amount
    if amount is None:
        return None
    if amount.op is Op.RANGE and (part := ranges(article, claim).get((amount.lo, amount.hi))) is not None:
        slots = fill(said=amount, article=claim.articles, part=part)
        return Finding(claim.id, Kind.STATUTE_AS_OBSERVATION, Verdict.DIFFERENT_SCOPE, "statute.range", slots)
    if amount.op is Op.AT_MOST and longest_years(article, claim) == amount.hi:
        slots = fill(said=amount, article=claim.articles)
        return Finding(claim.id, Kind.STATUTE_AS_OBSERVATION, Verdict.DIFFERENT_SCOPE, "statute.maximum", slots)
    return None
