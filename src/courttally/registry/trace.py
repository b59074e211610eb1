"""From a case record's values back to the lines that show them.

Invariants: every value that puts a record into a count (received date, charge, result, court) leads to a capture and a
place in it; names are masked unless ``reveal``; nothing that is fetched here is stored.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from courttally.archive import Archive
from courttally.engine import Engine, Row
from courttally.portal import PageLines, decision_text
from courttally.portal.addresses import parse_request
from courttally.portal.lines import printable
from courttally.registry import views, views_texts
from courttally.registry.case import charge_words, sentence_words
from courttally.registry.reading import page_of

_OPEN_PAGES = 64


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value and the line that shows it. ``locator`` is a place on the page, or ``request`` for the court."""

    field: str
    value: str
    capture: str
    fetched_at: datetime | None
    locator: str
    text: str
    second_hand: bool = False
    """Whether the line is of a row that somebody else exported, and of no page of the court."""
    corrected: str = ""
    """The decision by which a person corrected the value; the line then says what the page shows, "" where it shows nothing."""

    def as_json(self) -> dict[str, Any]:
        """The object that ``trace --json`` prints."""
        return {
            "field": self.field,
            "value": self.value,
            "capture": self.capture,
            "fetched_at": self.fetched_at.isoformat() if self.fetched_at else None,
            "locator": self.locator,
            "text": self.text,
            "second_hand": self.second_hand,
            "corrected": self.corrected,
        }


_REFS = (
    "number_seen", "received_seen", "slots_seen", "uid_seen", "result_seen", "result_date_seen", "slot_results_seen", "events_seen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """One sighting: where it is and how its page is laid out."""

    capture: str
    row: int
    kind: str
    layout: dict[str, dict[str, int]]
    fetched_at: datetime | None
    basis: str


@dataclass(frozen=True, slots=True)
class _Held:
    """What is known of one record as of a day, and the sightings it rests on."""

    values: dict[str, Any]
    accused: list[Row]
    charges: list[Row]
    sentences: list[Row]
    seen: dict[str, _Seen]


def _place(seen: _Seen, field: str) -> str | None:
    if "list" in seen.layout:  # a result list, or an exported row, which is read as a list of one
        column = seen.layout.get("list", {}).get(field)
        return f"list:{seen.row}:{column}" if column is not None else None
    if field == "number":
        return "heading:0:0"
    line = seen.layout.get("case", {}).get(field)
    return f"case:{line}:1" if line is not None else None


def shown_line(engine: Engine, archive: Archive, ref: str, field: str) -> tuple[str, str]:
    """Label and text of a field as the sighting ``capture#seq`` shows it: for a terminal, and to be stored nowhere.

    Raises KeyError where that sighting is not held or has no such field.
    """
    row, kind, layout, fetched, basis = views.sightings(engine, [ref])[ref]
    capture = ref.partition("#")[0]
    place = _place(_Seen(capture, row, kind, json.loads(layout), fetched, basis), field)
    if place is None:
        raise KeyError(f"{field} is not on that page")
    lines = PageLines(page_of(archive.get(capture)))
    return printable(lines.label(place)), printable(lines.text(place))


class Tracer:
    """Finds evidence; keeps the pages it looked at last open, since the records of a figure share listings."""

    def __init__(
        self,
        engine: Engine,
        archive: Archive,
        *,
        reveal: bool = False,
        corrected: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType({}),
    ) -> None:
        """``corrected``: (record, field) -> decision and value, see ``judgement.corrected_values``."""
        self._engine = engine
        self._archive = archive
        self._reveal = reveal
        self._corrected = corrected
        self._pages: OrderedDict[str, tuple[PageLines, str]] = OrderedDict()
        self._held: dict[tuple[str, date], _Held] = {}

    def prepare(self, records: Iterable[str], as_of: date) -> None:
        """Fetch what is known of many records at once, so that tracing a large figure asks the engine four times in all."""
        keys = sorted({record for record in records if (record, as_of) not in self._held})
        if not keys:
            return
        found = views.records_at(self._engine, keys, as_of)
        accused = views.accused_at(self._engine, keys, as_of)
        charges = views.charges_at(self._engine, keys, as_of)
        sentences = views_texts.sentences_at(self._engine, keys, as_of)
        refs = sorted({values[name] for values in found.values() for name in _REFS if values[name]})
        seen = {
            ref: _Seen(ref.partition("#")[0], row, kind, json.loads(layout), fetched, basis)
            for ref, (row, kind, layout, fetched, basis) in views.sightings(self._engine, refs).items()
        }
        for key, values in found.items():
            own = {values[name]: seen[values[name]] for name in _REFS if values[name]}
            self._held[key, as_of] = _Held(
                values, accused.get(key, []), charges.get(key, []), sentences.get(key, []), own
            )

    def record(self, record: str, as_of: date, slot: int | None = None) -> list[Evidence]:
        """The evidence of one record, or of one of its slots. Raises KeyError when the record was not known as of that day."""
        self.prepare([record], as_of)
        held = self._held.get((record, as_of))
        if held is None:
            raise KeyError(f"no record {record} as of {as_of.isoformat()}")
        found = [self._court(held)]
        for field in ("number", "uid", "received", "result", "result_date"):
            value, seen = held.values[field], held.seen.get(held.values[f"{field}_seen"])
            place = _place(seen, field) if seen is not None and value else None
            decision, decided = self._corrected.get((record, field), ("", ""))
            by = decision if value and decided == str(value) else ""
            if seen is not None and place is not None:
                found.append(replace(self._line(seen, place, field, str(value), field), corrected=by))
            elif by:
                found.append(Evidence(field, str(value), "", None, f"decision {by}", "", corrected=by))
        return found + self._slots(held, slot) + self._sentences(held, slot)

    def _sentences(self, held: _Held, only: int | None) -> list[Evidence]:
        """What decisions and press items say: the fragment is free text, so it is shown only where lines are revealed."""
        found = []
        for row in held.sentences:
            slot, (seen, document, begins, ends) = row[0], row[-4:]
            if only not in (None, slot):
                continue
            capture = seen.partition("#")[0]
            ((kind, _, fetched),) = views_texts.page_facts(self._engine, capture)
            text = "⟦text⟧" if ends else "read by a person: see 'courttally decide list'"
            if self._reveal and ends:
                _, whole = decision_text(page_of(self._archive.get(capture)))[document]
                text = printable(whole[begins:ends])
            field = f"sentence of accused {slot + 1}"
            found.append(
                Evidence(
                    field,
                    sentence_words(row),
                    capture,
                    fetched,
                    f"text:{document}:{begins}-{ends}",
                    text,
                    kind == "export_row",
                )
            )
        return found

    def _court(self, held: _Held) -> Evidence:
        seen = next(iter(held.seen.values()))
        named = _place(seen, "court") if seen.basis == "name" else None
        if named is not None:
            return self._line(seen, named, "court", held.values["court"], "court")
        _, said = self._open(seen.capture)
        return Evidence(
            "court", held.values["court"], seen.capture, seen.fetched_at, "request", f"{seen.basis}: {said}"
        )

    def _slots(self, held: _Held, only: int | None) -> list[Evidence]:
        listed = held.seen.get(held.values["slots_seen"])
        decided = held.seen.get(held.values["slot_results_seen"])
        charges: dict[int, list[str]] = {}
        for slot, _, article, part, points, stage, role, *_ in held.charges:
            charges.setdefault(slot, []).append(charge_words(article, part, points, stage, role))
        found = []
        for slot, name, result, _, _, _, row, result_row in held.accused:
            if only is not None and slot != only:
                continue
            if listed is not None:
                table, field = ("list", "persons") if "list" in listed.layout else ("persons", "charges")
                column = listed.layout.get(table, {}).get(field)
                if column is not None:
                    words = "; ".join(charges.get(slot, []))
                    found.append(
                        self._line(listed, f"{table}:{row}:{column}", field, words, f"charges of accused {slot + 1}")
                    )
            if self._reveal and listed is not None and "name" in listed.layout.get("persons", {}):
                place = f"persons:{row}:{listed.layout['persons']['name']}"
                found.append(self._line(listed, place, "name", name, f"name of accused {slot + 1}"))
            if result and decided is not None:
                place = f"persons:{result_row}:{decided.layout['persons']['result']}"
                found.append(self._line(decided, place, "result", result, f"result of accused {slot + 1}"))
        return found

    def _line(self, seen: _Seen, place: str, field: str, value: str, label: str) -> Evidence:
        lines, _ = self._open(seen.capture)
        text = printable(lines.text(place)) if self._reveal else lines.masked(place, field)
        return Evidence(label, value, seen.capture, seen.fetched_at, place, text, seen.kind == "export_row")

    def _open(self, capture: str) -> tuple[PageLines, str]:
        """The page of a capture, and what its request says of the court (host or stated court, never the whole address)."""
        if capture not in self._pages:
            held = self._archive.get(capture)
            request = parse_request(held.url) if held.url else None
            said = " and ".join(part for part in (request.host if request else "", held.court_stated or "") if part)
            self._pages[capture] = (PageLines(page_of(held)), said or "the page's own links")
            if len(self._pages) > _OPEN_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(capture)
        return self._pages[capture]
