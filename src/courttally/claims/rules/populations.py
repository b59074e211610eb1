"""Kind 7: numbers of different populations joined in one statement, as part and whole or one after the other.

Three signs: a number told of one population is another publication's number of another population; a part and its total
are of two populations (unless the one holds the other, as all crimes hold those against military service); a share or
growth is made of two.
"""

from collections.abc import Iterator

from courttally.claims.dates import is_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim, Words, vocabulary
from courttally.claims.numbers import significant
from courttally.claims.ties import Book, articles_within, comparable, same_number, same_thing


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Claims that join populations."""
    for claim in book.claims:
        if found.has(claim.id, Kind.OTHER_STAGE):
            continue
        partners = tuple(g for g in book.group(claim) if _joined(g, claim))
        borrowed = _borrowed(book, claim)
        # Alone, a number is borrowed only by the narrower population: the wider one has it by right.
        if borrowed and (partners or (articles_within(claim, borrowed) and not articles_within(borrowed, claim))):
            yield _finding(claim, borrowed, "populations.borrowed", (borrowed, *partners))
            for partner in partners:
                yield _finding(partner, borrowed, "populations.beside", (claim, borrowed))
        total = book.by_id.get(claim.part_of)
        if total is not None and not _one_population(claim, total):
            yield _finding(claim, total, "populations.part", (total,))
            if total.source == claim.source:
                yield _finding(total, claim, "populations.whole", (claim,))
        cited = [book.by_id[i] for i in claim.cites if i in book.by_id]
        if claim.metric.unit in {"share", "factor"} and len(cited) == 2 and not _one_population(*cited):
            yield _finding(claim, cited[1], "populations.ratio", tuple(cited))


def _borrowed(book: Book, claim: Claim) -> Claim | None:
    """The claim about another population whose number this one prints."""
    if claim.amount is None or not claim.metric.of_courts or not claim.metric.counts:
        return None
    same = [o for o in book.claims if o.source != claim.source and comparable(claim, o) and _number(claim, o)]
    if any(same_thing(claim, o) and is_same(claim.period, o.period) for o in same):
        return None
    for other in same:
        elsewhere = other.population != claim.population and other.place.casefold() == claim.place.casefold()
        if elsewhere and claim.period.closed and is_same(claim.period, other.period):
            return other
    return None


def _number(claim: Claim, other: Claim) -> bool:
    """The same number, or the same rounding of one."""
    if claim.amount is None or other.amount is None:
        return False
    rounded_alike = claim.amount.lo == other.amount.lo and significant(claim.amount.lo) >= 3
    return rounded_alike or same_number(claim, other) or same_number(other, claim)


def _joined(other: Claim, claim: Claim) -> bool:
    """Whether a claim printed beside reads as the whole that the borrowed number belongs to."""
    if other.amount is None or not other.metric.of_courts or other.part_of or other.population != claim.population:
        return False
    if other.start is None or claim.start is None or other.start.first > claim.start.first:
        return False
    return other.period.end is None or other.period.contains(claim.period)


def _one_population(part: Claim, total: Claim) -> bool:
    if part.population == total.population:
        return True
    return comparable(part, total) and articles_within(part, total)


def _words(claim: Claim) -> Words:
    plain = claim.population.replace("_", " ")
    return vocabulary().populations.get(claim.population, Words(plain, plain))


def _finding(claim: Claim, other: Claim, template: str, related: tuple[Claim, ...]) -> Finding:
    slots = fill(mine=_words(claim), theirs=_words(other), other=other, others=related)
    ids = tuple(c.id for c in related)
    return Finding(claim.id, Kind.TWO_POPULATIONS, Verdict.DIFFERENT_SCOPE, template, slots, ids)
