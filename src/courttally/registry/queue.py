"""What a person must see to answer one line of the review queue: the place on the page, and for a text without a case the cases it could be.

Invariants: everything here goes to a terminal and nowhere else, for it can hold names; nothing is stored. Characters that steer a
terminal are shown as marks, whatever a page put into a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from courttally.archive import Archive
from courttally.engine import Engine, Row
from courttally.law.sentences import read_decision
from courttally.portal import PageLines, decision_text
from courttally.portal.lines import printable
from courttally.registry import views, views_texts
from courttally.registry.decisions import LINKS, allowed
from courttally.registry.moscow import MOSCOW
from courttally.registry.reading import page_of
from courttally.registry.texts import PRESS_DAYS

NO_LINE = "(this place has no line of its own: see the page)"
_HEAD, _PART = 8, 1500
_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case record that a text could be about, with what helps to tell."""

    record: str
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue as it is shown."""

    signal: str
    digest: str
    places: int
    pages: int
    where: str
    """Kind of page, court and time of the capture."""
    label: str
    """Name of the column or field, "" where the place has none."""
    line: str
    place: str
    candidates: tuple[Candidate, ...]
    codes: tuple[str, ...]


def item(engine: Engine, archive: Archive, row: Row, as_of: date) -> Item:
    """Fetch one line of ``views.review_queue`` from the archive."""
    signal, digest, _, places, pages, capture, place, _ = row
    page = page_of(archive.get(capture))
    ((kind, court, fetched),) = views_texts.page_facts(engine, capture)
    when = f"captured {fetched.astimezone(MOSCOW):%Y-%m-%d %H:%M} Moscow" if fetched else "captured at a time not known"
    where = f"{kind.replace('_', ' ')} of {court or 'an unknown court'}, {when}"
    found: tuple[Candidate, ...] = ()
    if signal in LINKS:
        label, line = "", _text(decision_text(page))
        found = _candidates(engine, capture, as_of)
    else:
        try:
            lines = PageLines(page)
            label, line = printable(lines.label(place)), printable(lines.text(place))
        except (KeyError, ValueError):
            label, line = "", NO_LINE
    return Item(signal, digest, places, pages, where, label, line, f"{place} of {capture}", found, allowed(signal))


def texts_of_page(archive: Archive, capture: str) -> str:
    """The decisions or the news on a page, as ``review`` shows them: heading and what was decided."""
    return _text(decision_text(page_of(archive.get(capture))))


def _text(texts: list[tuple[str, str]]) -> str:
    """The heading and what was decided, or the news."""
    parts = []
    for kind, text in texts:
        if kind == "press":
            parts.append(text[:_PART])
            continue
        operative = read_decision(text).operative
        start = operative[0] if operative else 0
        parts += ["\n".join(text[:_PART].split("\n")[:_HEAD]), "[…]", text[start : start + _PART]]
    return "\n".join(printable(line) for line in "\n".join(parts).split("\n"))


def _candidates(engine: Engine, capture: str, as_of: date) -> tuple[Candidate, ...]:
    keys = [key for row in views_texts.text_links(engine, as_of) if row[0] == capture for key in row[4].split()]
    keys = keys or views_texts.news_candidates(engine, capture, PRESS_DAYS, _CANDIDATES, as_of)
    records, charges = views.records_at(engine, keys, as_of), views.charges_at(engine, keys, as_of)
    found = []
    for key in keys:
        if key in records:
            values = records[key]
            articles = ", ".join(sorted({f"{charge[2]}/{charge[3] or 'unknown'}" for charge in charges.get(key, [])}))
            words = f"{values['number'] or 'no number'}, received {values['received'] or '?'}, {values['outcome']} {values['outcome_date'] or ''}, "
            found.append(Candidate(key, f"{words}{values['slots']} accused, {articles}"))
    return tuple(found)
