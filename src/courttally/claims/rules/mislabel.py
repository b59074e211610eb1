"""Kind 1: a number under one article's name that belongs to another.

Three signs, each enough: the number equals what the source prints for another article; it breaks the running totals of its
own article (they fall, or leap) and continues those of another; a legal maximum is the maximum of another article by the
dated statute table. A number that fits its own article as well is left alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from courttally.claims.dates import is_same, may_be_same
from courttally.claims.findings import Finding, Findings, Kind, Verdict, fill
from courttally.claims.model import Claim
from courttally.claims.numbers import Op, decimals
from courttally.claims.rules import series
from courttally.claims.rules.digit import original_of
from courttally.claims.rules.shares import agreeing, pairs
from courttally.claims.terms import longest_years, named_part, ranges, rivals
from courttally.claims.ties import Book, same_number, same_scope, tells


def find(book: Book, found: Findings) -> Iterator[Finding]:
    """Claims under the wrong article."""
    equal = {f.claim_id: f for claim in book.claims if (f := _equals(book, claim))}
    yield from equal.values()
    for misfit in series.misfits(book, frozenset(equal)):
        claim = misfit.claim
        if original_of(book, claim, found) is not None:
            continue  # a slip of a digit, found by its own rule
        slots = fill(
            number=misfit.value, named=claim.articles, fits=misfit.fits, when=claim.period,
            own=misfit.own, neighbours=misfit.neighbours,
        )  # fmt: skip
        related = tuple(c.id for c in (*misfit.own, *misfit.neighbours))
        yield Finding(claim.id, Kind.MISLABEL, Verdict.MISLABELLED, "mislabel.series", slots, related)
    for claim in book.claims:
        if claim.metric.unit == "share" and (finding := _share(book, claim)):
            yield finding
    confused = {f.claim_id: f.slots["fits"] for f in equal.values()}
    for claim in book.claims:
        if finding := _legal_maximum(book, claim, confused):
            yield finding


def _same_sort(a: Claim, b: Claim) -> bool:
    """Whether two counts are of one sort, so that only the article can set them apart."""
    if a.metric.compare == b.metric.compare:
        return True
    if not a.metric.of_courts or not b.metric.of_courts:
        return False
    return a.metric.unit == b.metric.unit or (a.metric.stage == b.metric.stage == "decided")


def _equals(book: Book, claim: Claim) -> Finding | None:
    if claim.one_article is None or claim.amount is None or not (claim.metric.counts and claim.metric.of_courts):
        return None
    near = [
        other
        for other in book.references(claim)
        # Two articles of one publication may well have equal numbers.
        if (other.source != claim.source or other.id in claim.cites)
        and _same_sort(claim, other)
        and same_scope(claim, other)
        and may_be_same(claim.period, other.period)
    ]
    own = [
        o
        for o in near
        if o.articles == claim.articles and o.amount and o.amount.exact and is_same(o.period, claim.period)
    ]
    own_differs = any(o.amount != claim.amount for o in own) and claim.amount.exact
    equal = [o for o in near if same_number(claim, o) or (own_differs and o.amount == claim.amount)]
    if any(not _numbered(o) for o in equal) or any(claim.articles == o.articles and tells(claim, o) for o in near):
        return None
    others = sorted(equal, key=lambda o: (len(o.articles), o.id))
    if not others:
        return None
    fits = others[0]
    slots = fill(said=claim.amount, named=claim.articles, fits=fits.articles, source=fits)
    return Finding(claim.id, Kind.MISLABEL, Verdict.MISLABELLED, "mislabel.equals", slots, (fits.id,))


def _share(book: Book, claim: Claim) -> Finding | None:
    """A share of one article that the numbers give for another, and not for its own."""
    article, amount = claim.one_article, claim.amount
    if article is None or amount is None or not amount.exact or agreeing(claim, pairs(book, claim)):
        return None
    for other in rivals(article, book):
        told = replace(claim, articles=frozenset({other}))
        own, theirs = pairs(book, claim), agreeing(told, pairs(book, told))
        if theirs and own and decimals(amount.lo) + len(str(int(amount.lo))) > 2:
            pair = theirs[0]
            slots = fill(
                number=amount.lo, named=claim.articles, fits=told.articles, part_value=pair.part_value,
                whole_value=pair.whole_value, true=pair.percent, others=(pair.part, pair.whole),
            )  # fmt: skip
            ids = (pair.part.id, pair.whole.id)
            return Finding(claim.id, Kind.MISLABEL, Verdict.MISLABELLED, "mislabel.share", slots, ids)
    return None


def _numbered(claim: Claim) -> bool:
    return all(article[0].isdigit() for article in claim.articles)


def _legal_maximum(book: Book, claim: Claim, confused: Mapping[str, object]) -> Finding | None:
    article, amount = claim.one_article, claim.amount
    if claim.metric.name != "statutory_term" or article is None or amount is None:
        return None
    if amount.op not in {Op.AT_MOST, Op.EXACT, Op.RANGE} or named_part(claim.quote) or named_part(claim.label):
        return None
    own = longest_years(article, claim)
    if own is None or amount.hi == own:
        return None
    if amount.op is Op.RANGE:
        if (amount.lo, amount.hi) in ranges(article, claim):
            return None
        fits = [other for other in rivals(article, book) if (amount.lo, amount.hi) in ranges(other, claim)]
    else:
        fits = [other for other in rivals(article, book) if longest_years(other, claim) == amount.hi]
    # Two articles may share a maximum; the one that the same publication confuses with this label is meant.
    hinted = [
        f for f in fits
        if any(confused.get(s.id) == frozenset({f}) and s.articles == claim.articles for s in book.siblings(claim))
    ]  # fmt: skip
    named = frozenset(hinted or fits)
    if not named:
        return None
    slots = fill(years=amount.hi, named=claim.articles, fits=named, own=own)
    return Finding(claim.id, Kind.MISLABEL, Verdict.MISLABELLED, "mislabel.maximum", slots)
