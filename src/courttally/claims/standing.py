"""What is said of a claim in which no kind of error was found: it is reproduced, or it cannot be judged.

Invariants: "reproduced" needs another claim, a sum, a calendar or the statute table behind it; a publication's own count,
however often it is repeated, is not reproduced by its repetitions. Whatever cannot be judged says what is missing. Arithmetic
that fails without being one of the kinds is said so only where it is certain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from courttally.claims.dates import is_same, may_be_same
from courttally.claims.findings import Findings, Kind, Slot, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.rules.growth import comparisons
from courttally.claims.rules.shares import agreeing, pairs
from courttally.claims.rules.workdays import RATE, checks, days_of
from courttally.claims.terms import longest_years, ranges
from courttally.claims.ties import Book, Breakdown, same_count, same_number, same_thing


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict without a kind, with its sentence and the claims it rests on."""

    verdict: Verdict
    template: str
    slots: Mapping[str, Slot]
    related: tuple[str, ...] = ()


def standing(book: Book, claim: Claim, found: Findings) -> Standing:
    """Where a claim stands that no rule flags."""
    by_unit = {
        "none": _words, "factor": _growth, "share": _share, "days": _workdays, "term": _term,
    }  # fmt: skip
    if judge := by_unit.get(claim.metric.unit):
        return judge(book, claim)
    if claim.metric.name == RATE and (rate := _rate(book, claim)):
        return rate
    return (
        _broken_sum(book, claim)
        or _sum(book, claim)
        or _same(book, claim, found)
        or _told_growth(book, claim)
        or _missing(book, claim)
    )


def _cannot(template: str, slots: Mapping[str, Slot] | None = None, related: tuple[str, ...] = ()) -> Standing:
    return Standing(Verdict.CANNOT_JUDGE, template, slots or {}, related)


def _words(book: Book, claim: Claim) -> Standing:
    return _cannot("missing.number")


def _growth(book: Book, claim: Claim) -> Standing:
    return _told_growth(book, claim) or _cannot("missing.growth")


def _told_growth(book: Book, claim: Claim) -> Standing | None:
    for told in comparisons(book, claim):
        if told.growth.holds(told.ratio) and told.later.amount and told.earlier.amount:
            slots = fill(
                later=told.later, earlier=told.earlier, later_value=told.later.amount.lo,
                earlier_value=told.earlier.amount.lo, ratio=told.ratio, words=told.growth.text,
            )  # fmt: skip
            related = tuple(c.id for c in (told.later, told.earlier) if c.id != claim.id)
            return Standing(Verdict.WITHIN_ROUNDING, "holds.growth", slots, related)
    return None


def _rounding(true: Fraction, shown: Decimal) -> Verdict:
    return Verdict.REPRODUCED if true == Fraction(shown) else Verdict.WITHIN_ROUNDING


def _share(book: Book, claim: Claim) -> Standing:
    found = pairs(book, claim)
    if claim.amount is None or not found:
        return _cannot("missing.parts")
    agree = agreeing(claim, found)
    cited = sum(i in book.by_id for i in claim.cites) == 2
    if not agree and not cited:
        return _cannot("missing.parts")
    pair = (agree or found)[0]
    slots = fill(
        part_value=pair.part_value, whole_value=pair.whole_value, true=pair.percent, said=claim.amount,
        others=(pair.part, pair.whole),
    )  # fmt: skip
    related = (pair.part.id, pair.whole.id)
    if agree:
        return Standing(_rounding(pair.percent, claim.amount.lo), "holds.share", slots, related)
    return Standing(Verdict.ARITHMETIC_FAILS, "fails.share", slots, related)


def _rate(book: Book, claim: Claim) -> Standing | None:
    check = next((c for c in checks(book, claim) if c.holds()), None)
    if check is None or claim.amount is None or check.count.amount is None:
        return None
    slots = fill(count=check.count.amount, days=check.days, true=check.average, others=(check.count,))
    return Standing(_rounding(check.average, claim.amount.lo), "holds.rate", slots, (check.count.id,))


def _workdays(book: Book, claim: Claim) -> Standing:
    days = days_of(claim.period)
    if days is None or claim.amount is None:
        return _cannot("missing.number")
    slots = fill(days=days, said=claim.amount)
    if claim.amount.says(Decimal(days)):
        return Standing(_rounding(Fraction(days), claim.amount.lo), "holds.workdays", slots)
    return Standing(Verdict.ARITHMETIC_FAILS, "fails.workdays", slots)


def _term(book: Book, claim: Claim) -> Standing:
    article, amount = claim.one_article, claim.amount
    if claim.metric.name != "statutory_term" or article is None or amount is None:
        return _cannot("missing.own", fill(told=claim.metric, when=claim.period))
    own = longest_years(article, claim)
    if own is not None and (amount.hi == own or (amount.lo, amount.hi) in ranges(article, claim)):
        return Standing(Verdict.REPRODUCED, "holds.statute", fill(articles=claim.articles, own=own))
    return _cannot("missing.law")


# Sums


def _parts(breakdown: Breakdown) -> Mapping[str, Slot]:
    return fill(parts=breakdown.parts, sum=breakdown.sum, said=breakdown.total.amount, total=breakdown.total)


def _broken_sum(book: Book, claim: Claim) -> Standing | None:
    for own in book.breakdowns(claim):
        one_time = all(may_be_same(part.period, claim.period) for part in own.parts)
        if own.sum is None or claim.amount is None or not one_time or own.adds_up:
            continue
        ids = tuple(part.id for part in own.parts)
        if own.sum > claim.amount.bounds[1]:
            return Standing(Verdict.ARITHMETIC_FAILS, "fails.sum_exceeds", _parts(own), ids)
        if own.whole and claim.amount.exact:
            return Standing(Verdict.ARITHMETIC_FAILS, "fails.sum_differs", _parts(own), ids)
    return None


def _sum(book: Book, claim: Claim) -> Standing | None:
    if claim.amount is None:
        return None
    verdict = Verdict.REPRODUCED if claim.amount.exact else Verdict.WITHIN_ROUNDING
    for own in book.breakdowns(claim):
        if own.adds_up:
            return Standing(verdict, "holds.sum", _parts(own), tuple(part.id for part in own.parts))
    mine = book.breakdown_of(claim)
    if mine is not None and mine.adds_up and mine.total.amount and claim.amount.exact:
        verdict = Verdict.REPRODUCED if mine.total.amount.exact else Verdict.WITHIN_ROUNDING
        return Standing(verdict, "holds.part", _parts(mine), (mine.total.id,))
    for other in book.kin(claim):
        for theirs in book.breakdowns(other):
            tied = all(same_thing(claim, part) or _within(claim, part) for part in theirs.parts)
            tied = tied and theirs.adds_up and may_be_same(claim.period, other.period)
            if tied and theirs.sum is not None and claim.amount.sums(theirs.sum):
                return Standing(verdict, "holds.sum_elsewhere", _parts(theirs), tuple(p.id for p in theirs.parts))
    return None


def _within(claim: Claim, part: Claim) -> bool:
    same = part.metric.compare == claim.metric.compare and part.of_persons == claim.of_persons
    return same and part.articles < claim.articles and part.place == claim.place and part.population == claim.population


# The same elsewhere


def _same(book: Book, claim: Claim, found: Findings) -> Standing | None:
    kin = {other.id for other in book.kin(claim)}
    for other in (*book.references(claim), *(o for o in book.claims if o.id not in kin)):
        if other.source == claim.source or found.has(other.id, *_WRONG) or not may_be_same(claim.period, other.period):
            continue
        one_time = is_same(claim.period, other.period) and same_thing(claim, other) and same_number(claim, other)
        if claim.amount and (one_time or same_count(claim, other)):
            verdict = Verdict.REPRODUCED if claim.amount == other.amount else Verdict.WITHIN_ROUNDING
            return Standing(verdict, "holds.same", fill(other=other), (other.id,))
    for other in book.references(claim):
        verdicts = claim.metric.name == "convictions" and other.metric.name in {"verdicts", "accused_with_verdict"}
        if verdicts and claim.articles == other.articles and same_number(claim, other):
            return _cannot("missing.acquittals", fill(other=other), (other.id,))
    return None


_WRONG = (
    Kind.MISLABEL,
    Kind.UNIT_CHANGED,
    Kind.DIGIT_WRONG,
    Kind.OTHER_STAGE,
    Kind.TWO_POPULATIONS,
    Kind.IRRECONCILABLE,
)


def _missing(book: Book, claim: Claim) -> Standing:
    if claim.metric.context:
        return _cannot("missing.context", fill(told=claim.metric))
    if cited := [name for name in claim.cites if name.casefold() != "unknown"]:
        return _cannot("missing.source", fill(cited=", ".join(cited)))
    if claim.cites:
        return _cannot("missing.counter")
    if repeats := book.repeated_by(claim):
        others = tuple(o for o in book.claims if o.source in repeats and same_number(o, claim) and same_thing(o, claim))
        return _cannot("missing.repeated", fill(others=others), tuple(o.id for o in others))
    return _cannot("missing.own", fill(told=claim.metric, when=claim.period))
