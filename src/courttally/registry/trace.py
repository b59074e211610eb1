"""From a case record's values back to the lines that show them.

Invariants: every value that puts a record into a count (received date, charge, result, court) leads to a capture and a
place in it; names are masked unless ``reveal``; nothing that is fetched here is stored.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from courttally.archive import Archive
from courttally.engine import Engine
from courttally.portal import PageLines
from courttally.portal.addresses import parse_request
from courttally.registry import views
from courttally.registry.reading import page_of

_OPEN_PAGES = 32


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value and the line that shows it. ``locator`` is a place on the page, or ``request`` for the court."""

    field: str
    value: str
    capture: str
    fetched_at: datetime | None
    locator: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """The object that ``trace --json`` prints."""
        return {
            "field": self.field,
            "value": self.value,
            "capture": self.capture,
            "fetched_at": self.fetched_at.isoformat() if self.fetched_at else None,
            "locator": self.locator,
            "text": self.text,
        }


class Tracer:
    """Finds evidence; keeps the pages it looked at last open, since the records of a figure share listings."""

    def __init__(self, engine: Engine, archive: Archive, *, reveal: bool = False) -> None:
        self._engine = engine
        self._archive = archive
        self._reveal = reveal
        self._pages: OrderedDict[str, tuple[PageLines, str]] = OrderedDict()

    def record(self, record: str, as_of: date, slot: int | None = None) -> list[Evidence]:
        """The evidence of one record, or of one of its slots. Raises KeyError when the record was not known as of that day."""
        values = views.record_at(self._engine, record, as_of)
        if values is None:
            raise KeyError(f"no record {record} as of {as_of.isoformat()}")
        found = [self._court(values)]
        for field, ref, value in (
            ("number", "number_seen", values["number"]),
            ("uid", "uid_seen", values["uid"]),
            ("received", "received_seen", values["received"]),
            ("result", "result_seen", values["result"]),
            ("result_date", "result_date_seen", values["result_date"]),
        ):
            if values[ref] and value:
                place = self._field(values[ref], field)
                if place is not None:
                    found.append(self._line(values[ref], place, field, str(value), field))
        found += self._slots(values, slot)
        return found

    def _court(self, values: dict[str, Any]) -> Evidence:
        ref = values["number_seen"] or values["received_seen"] or values["slots_seen"] or values["uid_seen"]
        capture, _, _, fetched, _, _, basis = self._sighting(ref)
        _, said = self._open(capture)
        return Evidence("court", values["court"], capture, fetched, "request", f"{basis}: {said}")

    def _slots(self, values: dict[str, Any], only: int | None) -> list[Evidence]:
        if not values["slots_seen"]:
            return []
        charges: dict[int, list[str]] = {}
        for slot, _, article, part, points, stage, role, *_ in views.charges_at(
            self._engine, values["record"], values["known_from"]
        ):
            words = [word for word in (stage, role) if word]
            text = (
                f"{article}/{part or 'unknown'}"
                + (f" ({points})" if points else "")
                + "".join(f" {word}" for word in words)
            )
            charges.setdefault(slot, []).append(text)
        found = []
        for slot, _, result, _, _, _, row, result_row in views.accused_at(
            self._engine, values["record"], values["known_from"]
        ):
            if only is not None and slot != only:
                continue
            _, listed, layout, *_ = self._sighting(values["slots_seen"])
            table, field = ("list", "persons") if listed == "listing" else ("persons", "charges")
            if field in layout.get(table, {}):
                place = f"{table}:{row}:{layout[table][field]}"
                found.append(
                    self._line(
                        values["slots_seen"],
                        place,
                        field,
                        "; ".join(charges.get(slot, [])),
                        f"charges of accused {slot + 1}",
                    )
                )
            if result and values["slot_results_seen"]:
                _, _, layout, *_ = self._sighting(values["slot_results_seen"])
                place = f"persons:{result_row}:{layout['persons']['result']}"
                found.append(
                    self._line(values["slot_results_seen"], place, "result", result, f"result of accused {slot + 1}")
                )
        return found

    def _field(self, ref: str, field: str) -> str | None:
        _, kind, layout, _, row, *_ = self._sighting(ref)
        if kind == "listing":
            column = layout.get("list", {}).get(field)
            return f"list:{row}:{column}" if column is not None else None
        if field == "number":
            return "heading:0:0"
        line = layout.get("case", {}).get(field)
        return f"case:{line}:1" if line is not None else None

    def _sighting(self, ref: str) -> tuple[str, str, dict[str, dict[str, int]], datetime | None, int, str, str]:
        capture, _, seq = ref.partition("#")
        found = views.sighting(self._engine, capture, int(seq))
        if found is None:
            raise KeyError(f"no sighting {ref}")
        row, kind, layout, fetched, _, court, basis = found
        return capture, kind, json.loads(layout), fetched, row, court, basis

    def _line(self, ref: str, place: str, field: str, value: str, label: str) -> Evidence:
        capture, _, _, fetched, *_ = self._sighting(ref)
        lines, _ = self._open(capture)
        text = lines.text(place) if self._reveal else lines.masked(place, field)
        return Evidence(label, value, capture, fetched, place, text)

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
