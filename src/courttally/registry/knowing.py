"""From seen tables to known tables: all of them from all sightings, or the rows of some records from theirs.

Invariants: known rows follow from seen rows, the coverage ledger, people's decisions, the linkage key and the rules, and from nothing else.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from courttally.registry import decisions, judgement, linked, views_build, views_past
from courttally.registry.coverage import coverage_rows
from courttally.registry.free_texts import free_texts
from courttally.registry.identity import Sighting, Takeover, identify, timed_sightings
from courttally.registry.load import LISTING, Answered, listing_pages, load_seen, load_sightings, review_rows
from courttally.registry.reading import to_table
from courttally.registry.resolve import Seen, Versions, versions_of
from courttally.registry.schema import KNOWN, TABLES
from courttally.registry.sentences import Linked
from courttally.registry.telling import Telling
from courttally.registry.texts import link_texts, waiting
from courttally.registry.vanish import presence_rows

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
Timed = list[tuple[str, list[tuple[Sighting, date]], date | None]]


@dataclass(frozen=True, slots=True)
class Given:
    """What people and the collector said: answers to wordings, entries of the coverage ledger, judgements."""

    answers: decisions.Answers
    ledger: list[dict[str, object]]
    judged: list[judgement.Judgement]


@dataclass(slots=True)
class Loaded:
    """Some records with their sightings, and what belongs to those."""

    timed: Timed
    lookup: Seen
    takeovers: Sequence[Takeover]
    signals: list[tuple[str, str, str]] = field(default_factory=list)


def load(seen: Telling, given: Given, takeovers: Sequence[Takeover] | None = None) -> Loaded:
    """The records of ``seen``. ``takeovers``: those already known to hold; None: all sightings are there, and they are looked for."""
    answered = Answered(seen, given.answers)
    identified = identify(load_sightings(seen, answered), judgement.same_guids(given.judged), takeovers)
    lookup = load_seen(seen, answered)
    lookup.corrections = judgement.corrections(given.judged)
    return Loaded(list(timed_sightings(identified)), lookup, identified.takeovers, identified.signals)


def versions(loaded: Loaded, texts: Mapping[str, Sequence[Linked]], signals: set[tuple[str, str, str]]) -> Rows:
    """Rows of ``records``, ``accused``, ``charges`` and ``sentences`` for every record; what was odd is added to ``signals``."""
    rows: Rows = {name: [] for name in VERSIONED}
    for record, timed, closed_on in loaded.timed:
        made = versions_of(record, timed, closed_on, loaded.lookup, texts.get(record, ()))
        _close(rows, made, closed_on)
        signals.update(made.signals)
    return rows


VERSIONED = ("records", "accused", "charges", "sentences")


@dataclass(slots=True)
class Known:
    """Known tables, and the faces of all records with what is told of them elsewhere, as links were found among them."""

    tables: dict[str, pa.Table]
    linking: linked.Linking


def known_tables(seen: Telling, given: Given, naming: linked.Naming | None) -> Known:
    """Every known table, from all that is seen. ``naming`` None: there is no key."""
    with many_rows():
        loaded = load(seen, given)
        texts = list(free_texts(seen, loaded.lookup.sentences, looked_at(seen)))
        links = link_texts(seen, texts, loaded.timed, loaded.lookup, given.answers)
        review, text_signals = waiting(texts, links.rows, given.answers)
        signals = {*loaded.signals, *text_signals}
        rows: Rows = {table.name: [] for table in KNOWN}
        rows |= versions(loaded, links.by_record, signals)
        rows["aliases"] = [(t.provisional, t.record, t.known_from) for t in loaded.takeovers]
        rows["coverage"] = coverage_rows(
            listing_pages(views_build.listing_columns(seen.engine, LISTING, None, None)), given.ledger
        )
        rows["registry_signals"] = list(signals)
        rows["review"] = review_rows(seen, given.answers) + review
        rows["text_links"] = links.rows
        rows["presence"] = presence_rows(rows["records"], seen.engine)
        linking = linked.linking(rows, seen, loaded.timed, naming, linked.ruled_by(given.judged))
        rows |= linking.rows()
        rows["policies"] = list(views_past.policy_by_month(seen.engine))
        rows["withdrawals"] = withdrawals(given)
        return Known({name: sorted_table(name, found) for name, found in rows.items()}, linking)


def looked_at(seen: Telling) -> list[tuple[str, date]]:
    """(court, day) on which results could be seen."""
    return [(court, day) for court, day in views_build.looked_at(seen.engine)]


def withdrawals(given: Given) -> list[Row]:
    """Rows of the table of withdrawn records."""
    return [(each.records[0], each.id) for each in given.judged if each.kind == "withdraw"]


def sorted_table(name: str, rows: list[Row]) -> pa.Table:
    """Rows as the known table of a name, in the order of its key."""
    return in_order(name, to_table(rows, TABLES[name].schema))


def in_order(name: str, table: pa.Table) -> pa.Table:
    """A known table in the order of its key."""
    return table.sort_by([(key, "ascending") for key in TABLES[name].key]) if table.num_rows else table


@contextmanager
def many_rows() -> Iterator[None]:
    """Millions of rows that all stay, none of them in a circle: looking for circles among them takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _close(rows: Rows, made: Versions, closed_on: Any) -> None:
    """Put ``known_from`` and ``known_to`` behind the record's key."""
    days = [row[0] for row in made.records]
    until = dict(zip(days, [*days[1:], closed_on], strict=True)) if days else {}
    for name in VERSIONED:
        found = getattr(made, name)
        rows[name] += [(row[1], row[0], until[row[0]], *row[2:]) for row in found]
