"""What the statute table says of terms, in the years that claims print.

Invariants: the one place of this room that asks ``law`` for terms of punishment; figures are those of the table, a part
without a figure has none.
"""

import re
from datetime import date
from decimal import Decimal

from courttally.claims.model import Claim
from courttally.claims.ties import Book
from courttally.law.statutes import StatutePart, statute_table
from courttally.law.subjects import load_subject, subject_names

_PART = re.compile(r"\bparts? \d|\bч(?:\.|асть|асти)\s?\d", re.IGNORECASE)


def named_part(text: str) -> bool:
    """Whether a text speaks of a numbered part of an article, so that the article's maximum says nothing about it."""
    return _PART.search(text) is not None


def _day(claim: Claim) -> date | None:
    for span in (claim.end, claim.seen):
        if span is not None:
            return span.last
    return None


def parts_in_force(article: str, claim: Claim) -> list[StatutePart]:
    """The parts of an article at the date of a claim (the latest version where it has none), only the wartime ones where
    the claim says so.
    """
    known = statute_table().articles.get(article)
    on = _day(claim)
    rows = [] if known is None else [p for p in known.parts if (p.in_force(on) if on else p.until is None)]
    return [p for p in rows if p.wartime] if claim.parts == "wartime" else rows


def _years(months: int) -> Decimal:
    return Decimal(months) / 12


def longest_years(article: str, claim: Claim) -> Decimal | None:
    """The longest term of an article in years, over all its parts; None when the table has no figure."""
    terms = [p.imprisonment_max for p in parts_in_force(article, claim) if p.imprisonment_max is not None]
    return _years(max(terms)) if terms else None


def ranges(article: str, claim: Claim) -> dict[tuple[Decimal, Decimal], str]:
    """Shortest and longest term of each part that has both, in years, with the part."""
    return {
        (_years(p.imprisonment_min), _years(p.imprisonment_max)): p.part
        for p in parts_in_force(article, claim)
        if p.imprisonment_min is not None and p.imprisonment_max is not None
    }


def rivals(article: str, book: Book) -> list[str]:
    """The articles that this one may be taken for: those of a subject that holds it, and those the claims speak of when
    no subject does.
    """
    subjects = [load_subject(name) for name in subject_names()]
    numbers = {a.number for s in subjects for a in s.articles if any(b.number == article for b in s.articles)}
    if not numbers:
        numbers = {c.one_article for c in book.claims if c.one_article is not None}
    return sorted(numbers - {article})
