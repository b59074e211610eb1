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
from courttally.claims.ties import Book, articles_agree, exact, same_number, same_scope

ACCUSED = "accused"


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
    own = book.breakdown_of(claim)
    odd = own.odd_one_out(unit_of) if own is not None else None
    if odd is not None and odd[0].id == claim.id and all(unit_of(o) for o in odd[1]):
        yield _finding(claim, odd[1], "unit.part")
        return
    near = [
        other
        for other in (*book.references(claim), *book.siblings(claim))
        if articles_agree(claim, other) and same_scope(claim, other) and may_be_same(claim.period, other.period)
    ]
    if any(unit_of(o) == mine and same_number(claim, o) and o.source != claim.source for o in near):
        return
    if _rounds_its_own_unit(claim, mine, near):
        return
    pool = book.peers(claim) if _loosely_persons(claim) else book.references(claim)
    for other in pool:
        same_time = (
            articles_agree(claim, other) and same_scope(claim, other) and may_be_same(claim.period, other.period)
        )
        if same_time and unit_of(other) not in {"", mine} and same_number(claim, other) and _may_convert(claim):
            yield _finding(claim, (other,))
            return


def _loosely_persons(claim: Claim) -> bool:
    """Whether a number is told of soldiers or persons, not of the accused: the words that cases are told in."""
    return claim.of_persons and claim.unit != ACCUSED


def _may_convert(claim: Claim) -> bool:
    """Whether a number may be tied to another unit. A rounded one of "accused" is a court's own unit, with a count of its own."""
    return claim.amount is not None and (claim.amount.exact or not claim.of_persons or _loosely_persons(claim))


def _rounds_its_own_unit(claim: Claim, mine: str, near: list[Claim]) -> bool:
    """Whether persons are counted as well, and rounded rightly: "over 10,000 accused" of 10,085."""
    if claim.amount is None or claim.amount.exact:
        return False
    return any(
        unit_of(o) == mine and o.metric.decided == claim.metric.decided and claim.amount.says(value)
        for o, value in exact(near)
    )


def _finding(claim: Claim, origin: tuple[Claim, ...], template: str = "unit.told") -> Finding:
    slots = fill(said=claim.amount, told=claim.metric, counted=origin[0].metric, others=origin)
    related = tuple(o.id for o in origin)
    return Finding(claim.id, Kind.UNIT_CHANGED, Verdict.DIFFERENT_UNIT, template, slots, related)


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
    """Persons of cases, or cases of persons; a sentence is one of a person or of a case, as printed."""
    units = {"person" if c.of_persons else c.metric.unit for c in (pair.part, pair.whole)}
    return "person" in units and bool(units & {"case", "verdict"})
