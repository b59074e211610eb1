"""Lives of matters: tried anew after a verdict, and cases whose article changed.

Invariants: pure functions over units and keys; matters are linked as the registry links them, and what it does not link is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from courttally.figures.counted import Unit


def retried(units: Iterable[Unit], chains: Sequence[Sequence[str]]) -> tuple[tuple[Unit, Unit], ...]:
    """(record with a verdict, first record received after it) of each matter that was tried anew; a matter stands once.

    ``chains``: the case records of each matter, earliest received first. Between the two another record may stand: one that was
    received while the first was still being tried.
    """
    by_record = {unit.record: unit for unit in units}
    found = []
    for chain in chains:
        members = [by_record[record] for record in chain if record in by_record]
        pair = next(
            (
                (earlier, later)
                for place, later in enumerate(members)
                for earlier in members[:place]
                if earlier.is_verdict and later.received is not None and _day(earlier) <= later.received
            ),
            None,
        )
        if pair is not None:
            found.append(pair)
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
