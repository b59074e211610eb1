"""Kind 6: a number of cases received by courts, told as heard, decided, sentenced or convicted.

The number must be the source's number of cases received (or the sum of parts that are), over the same time, and nothing at
hand may print it as decided.
"""

from collections.abc import Iterator

from courttally.claims.dates import may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.ties import Book, articles_agree, same_number, same_scope, tells


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Claims told as decided whose number is one of cases received."""
    for claim in book.claims:
        if claim.amount is None or not claim.metric.decided or not claim.metric.counts:
            continue
        for breakdown in book.breakdowns(claim):
            if breakdown.adds_up and all(_received(part) for part in breakdown.parts):
                yield _finding(claim, breakdown.parts)
        own = book.breakdown_of(claim)
        odd = own.odd_one_out(_stage) if own is not None else None
        if odd is not None and odd[0].id == claim.id and all(_received(o) for o in odd[1]):
            yield _finding(claim, odd[1], "received.part")
        same = [o for o in book.peers(claim) if _tied(claim, o) and not found.has(o.id, Kind.MISLABEL)]
        decided = [o for o in book.references(claim) if o.metric.decided and tells(claim, o) and _one_count(claim, o)]
        origin = next((o for o in same if _received(o)), None)
        # Another reprint may have the same error; a first count has not.
        if origin is not None and not any(not o.cites or origin.cites for o in decided):
            yield _finding(claim, (origin,))


def _stage(claim: Claim) -> str:
    return "decided" if claim.metric.decided else claim.metric.compare


def _received(claim: Claim) -> bool:
    return claim.metric.unit == "case" and claim.metric.stage == "received" and not claim.of_persons


def _tied(claim: Claim, other: Claim) -> bool:
    return (
        same_number(claim, other)
        and articles_agree(claim, other)
        and same_scope(claim, other)
        and may_be_same(claim.period, other.period)
    )


def _one_count(claim: Claim, other: Claim) -> bool:
    same = articles_agree(claim, other) and same_scope(claim, other) and may_be_same(claim.period, other.period)
    return same and claim.of_persons == other.of_persons


def _finding(claim: Claim, origin: tuple[Claim, ...], template: str = "received.told") -> Finding:
    slots = fill(said=claim.amount, told=claim.metric, counted=origin[0].metric, others=origin)
    related = tuple(o.id for o in origin)
    return Finding(claim.id, Kind.RECEIVED_AS_FINISHED, Verdict.DIFFERENT_SCOPE, template, slots, related)
