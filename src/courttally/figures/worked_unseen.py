"""Worked-out figures of what is late, missing or gone: the triangle, unfinished months, gaps, what is visible, what was posted.

Invariants: as in :mod:`courttally.figures.worked`, which asks them; nothing here is ever added to a count.
"""

from __future__ import annotations

from collections.abc import Iterable

from courttally.figures import gaps, lateness, posted, series
from courttally.figures.counted import month_of
from courttally.figures.desk import Desk
from courttally.figures.question import Question

Cells = list[tuple[dict[str, str], str, Iterable[str]]]
"""Cell, value, keys it rests on."""


def triangle(desk: Desk, question: Question) -> Cells:
    """Cases of a month seen by the end of that month, of the next one, and so on."""
    arrivals = [item for item in desk.arrivals(question.scope) if question.holds(item.received)]
    return [
        ({"month": month, "seen_by": series.shift(month, age)}, str(count), ())
        for month, row in lateness.triangle(arrivals, desk.as_of).items()
        for age, count in enumerate(row)
    ]


def complete_through(desk: Desk, question: Question) -> Cells:
    """The month through which nearly everything can be expected to be visible."""
    month = desk.complete_through(question.scope)
    return [({}, month, ())] if month is not None else []


def nowcast(desk: Desk, question: Question) -> Cells:
    """The range of every unfinished month of which enough can be seen."""
    through = desk.complete_through(question.scope) or ""
    cases = desk.cases(question.scope)
    return [
        ({"month": item.month}, f"{item.low}-{item.high}", [u.key for u in cases if month_of(u.received) == item.month])
        for item in desk.outlook(question.scope)
        if item.month > through and item.visible >= lateness.TOLD
    ]


def _gap_groups(desk: Desk, question: Question) -> list[tuple[dict[str, str], list[gaps.CourtYear]]]:
    """The courts' years by what the question is split by: all in one cell, or by court, year or both."""
    groups: dict[tuple[str, ...], list[gaps.CourtYear]] = {}
    for item in desk.gaps(question.scope):
        of = {"court": item.court, "year": str(item.year)}
        groups.setdefault(tuple(of[name] for name in question.by), []).append(item)
    return [(dict(zip(question.by, cell, strict=True)), items) for cell, items in sorted(groups.items())]


def numbers_missing(desk: Desk, question: Question) -> Cells:
    """Numbers that no record bears, in all or by court and year."""
    return [(by, str(sum(item.missing for item in items)), ()) for by, items in _gap_groups(desk, question)]


def missing_in_scope(desk: Desk, question: Question) -> Cells:
    """Under each mechanism, and the widest; split, of the courts and years that miss any. Ranges of parts are wider than that of the whole: they do not add up to it."""
    return [
        (by | {"mechanism": name}, f"{span.low}-{span.high}", ())
        for by, items in _gap_groups(desk, question)
        if not question.by or any(item.missing for item in items)
        for name, span in (gaps.ranges(items) if question.by else desk.missing_ranges(question.scope)).items()
    ]


def visible_now(desk: Desk, question: Question) -> Cells:
    """Records not found gone, and those that were, by what became of them; nothing where nobody checked."""
    gone = desk.gone(question.scope)
    if gone is None:
        return []
    vanished = set(gone.get("vanished", ()))
    shown = [unit.record for unit in desk.cases(question.scope) if unit.record not in vanished]
    cells: Cells = [({"state": "visible"}, str(len(shown)), shown)]
    return cells + [({"state": state}, str(len(records)), records) for state, records in gone.items()]


def posted_by(desk: Desk, question: Question) -> Cells:
    """Cases and results that courts had put online by the period's last day, whenever we fetched them."""
    if question.last_day is None:
        raise ValueError("posted_by is asked for a day: give it with --to")
    found: Cells = []
    for what, postings in desk.postings(question.scope).items():
        span = posted.posted_by(postings, question.last_day)
        if postings:
            found.append(({"of": what}, f"{len(span.low)}-{len(span.high)}", span.high))
    return found
