"""Lives of matters: tried anew after a verdict, and cases whose article changed.

Invariants: pure functions over units and keys; matters are linked as the registry links them, and what it does not link is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from courttally.figures.counted import Unit


def retried(units: Iterable[Unit], chains: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """(record with a verdict, record received after it) of each matter that was tried anew.

    ``chains``: the case records of each matter, earliest received first.
    """
    by_record = {unit.record: unit for unit in units}
    found = []
    for chain in chains:
        members = [by_record[record] for record in chain if record in by_record]
        for earlier, later in pairwise(members):
            if earlier.is_verdict and later.received is not None and _day(earlier) <= later.received:
                found.append((earlier.record, later.record))
    return tuple(found)


def _day(unit: Unit) -> date:
    return unit.verdict_date or unit.received or date.min


def requalified(units: Iterable[Unit], first_articles: Mapping[str, str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(article first seen, article now) to the records whose lead article changed."""
    found: dict[tuple[str, str], list[str]] = {}
    for unit in units:
        first = first_articles.get(unit.record)
        if first is not None and first != unit.article:
            found.setdefault((first, unit.article), []).append(unit.record)
    return {change: tuple(records) for change, records in sorted(found.items())}
