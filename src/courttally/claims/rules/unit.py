"""Kind 4: a number counted in one unit and told in another, or a share of one unit in another.

Persons against cases (or verdicts, which count case records). The number must be the one that the source, the parts, or
the same publication prints in the other unit, and nothing at hand may print it in this one. Persons and cases side by side,
each with its own number, are no error.
"""

from collections.abc import Iterator

from courttally.claims.dates import may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim, vocabulary
from courttally.claims.rules.shares import Pair, agreeing, pairs
from courttally.claims.ties import Book, articles_agree, same_number, same_scope


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Claims told in another unit than counted."""
    for claim in book.claims:
        if claim.amount is None or found.has(claim.id, Kind.MISLABEL):
            continue
        if claim.metric.unit == "share":
            yield from _mixed_share(book, claim)
        elif claim.metric.of_courts and claim.metric.counts:
            yield from _changed(book, claim)


def unit_of(claim: Claim) -> str:
    """``person`` or ``case``; a verdict is one of a case record. Empty where the print leaves it open."""
    if claim.of_persons:
        # "975 resulting in convictions": neither persons nor cases are printed.
        return "person" if claim.unit in vocabulary().person_units else ""
    return "case" if claim.metric.unit in {"case", "verdict"} else ""


def _changed(book: Book, claim: Claim) -> Iterator[Finding]:
    mine = unit_of(claim)
    if not mine:
        return
    for breakdown in book.breakdowns(claim):
        if breakdown.adds_up and all(unit_of(part) not in {"", mine} for part in breakdown.parts):
            yield _finding(claim, breakdown.parts)
            return
    near = [
        other
        for other in (*book.references(claim), *book.siblings(claim))
        if articles_agree(claim, other) and same_scope(claim, other) and may_be_same(claim.period, other.period)
    ]
    if any(unit_of(o) == mine and same_number(claim, o) and o.source != claim.source for o in near):
        return
    # A rounded number of persons may be right where persons are counted as well: "over 10,000" of 10,085.
    if any(unit_of(o) == mine and o.amount and o.amount.exact and claim.amount and claim.amount.says(o.amount.lo)
           and not claim.amount.exact and o.metric.stage == claim.metric.stage for o in near):  # fmt: skip
        return
    other = next(
        (o for o in book.references(claim) if o in near and unit_of(o) not in {"", mine} and same_number(claim, o)),
        None,
    )
    if other is not None:
        yield _finding(claim, (other,))


def _finding(claim: Claim, origin: tuple[Claim, ...]) -> Finding:
    slots = fill(said=claim.amount, told=claim.metric, counted=origin[0].metric, others=origin)
    related = tuple(o.id for o in origin)
    return Finding(claim.id, Kind.UNIT_CHANGED, Verdict.DIFFERENT_UNIT, "unit.told", slots, related)


def _mixed_share(book: Book, claim: Claim) -> Iterator[Finding]:
    told = agreeing(claim, pairs(book, claim))
    if any(not _mixed(pair) for pair in told):
        return
    mixed = next((pair for pair in told if _mixed(pair)), None)
    if mixed is not None and claim.amount is not None:
        slots = fill(
            share=claim.amount.lo, part=mixed.part, whole=mixed.whole, part_value=mixed.part_value,
            whole_value=mixed.whole_value, part_unit=mixed.part.metric, whole_unit=mixed.whole.metric,
        )  # fmt: skip
        related = (mixed.part.id, mixed.whole.id)
        yield Finding(claim.id, Kind.UNIT_CHANGED, Verdict.DIFFERENT_UNIT, "unit.share", slots, related)


def _mixed(pair: Pair) -> bool:
    return pair.part.of_persons != pair.whole.of_persons
