"""Kind 8: persons whom commands list as absent, told as criminal cases or as the accused in them.

Either the publication itself says that it counts the listed, or its number is that of a list which it relies on.
"""

from collections.abc import Iterator

from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.ties import Book, same_number

LISTED = "listed_awol"


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Lists told as cases."""
    for claim in book.claims:
        if claim.amount is None or not claim.metric.of_courts or not claim.metric.counts:
            continue
        slots = fill(said=claim.amount, told=claim.metric)
        if claim.population == LISTED:
            yield Finding(claim.id, Kind.OTHER_STAGE, Verdict.DIFFERENT_SCOPE, "stage.says", slots)
            continue
        origin = [o for o in book.upstream(claim) if o.population == LISTED and not o.metric.of_courts]
        tied = next((o for o in origin if _prints(claim, o)), None)
        if tied is not None and not any(_prints(claim, o) for o in book.upstream(claim) if o.metric.of_courts):
            told = fill(said=claim.amount, told=claim.metric, others=(tied,))
            yield Finding(claim.id, Kind.OTHER_STAGE, Verdict.DIFFERENT_SCOPE, "stage.list", told, (tied.id,))


def _prints(claim: Claim, other: Claim) -> bool:
    """The same number, or a rounding of one that is itself rounded: "almost 50,000" of "at least 49,000"."""
    if claim.place.casefold() != other.place.casefold() or claim.amount is None or other.amount is None:
        return False
    close = not claim.amount.exact and claim.amount.near(other.amount.lo)
    return same_number(claim, other) or claim.amount.lo == other.amount.lo or close
