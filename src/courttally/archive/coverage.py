"""The coverage ledger: what was asked of a court, when, and how completely it answered.

Invariants
- Entries are strict: exactly these columns, checked before anything is written.
- Nothing is edited; a later entry about the same window stands beside the earlier one.

Columns: `court` (a court code, or `other:NAME` as given), `proceeding`, `axis` (which date the window is about, a
lower-case word such as `received` or `result`), `window_from` and `window_to` (ISO days, both inclusive), `state`,
`asked_at` (ISO time with a zone), `reason` (a plain sentence; owed unless the state is complete, else None).
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from courttally.archive.capture import ArchiveError, Clock, canonical_json, parse_time, time_text
from courttally.archive.layout import Layout, called
from courttally.archive.ledger import append_ledger, read_ledger

PROCEEDINGS = frozenset({"first", "appeal", "cassation", "supervision", "material"})
STATES = frozenset({"complete", "partial", "failed", "disallowed"})
COLUMNS = ("court", "proceeding", "axis", "window_from", "window_to", "state", "asked_at", "reason")
_AXIS = re.compile(r"[a-z][a-z_]{0,39}")
_LONGEST = 300


class CoverageLedger:
    """Append-only record of windows asked for, in HOME/archive/coverage.jsonl."""

    def __init__(self, home: Path) -> None:
        self._layout = Layout(home)

    def append(self, entry: Mapping[str, object], clock: Clock) -> None:
        """Check one entry and bring it to the disk. Raises ValueError that names the column at fault, not its value."""
        append_ledger(self._layout.coverage, {"event": "asked", **check_entry(entry)}, clock)

    def entries(self) -> list[dict[str, object]]:
        """Every entry in the order written: the columns above and nothing else.

        With entries merged from other machines, in the order of `asked_at` (then of their text), which is the same
        wherever they were merged. Bytes torn by a crash are no entry (they were never acknowledged). Raises ArchiveError
        for a broken chain.
        """
        others = self._layout.machines()
        found = [entry for layout in (self._layout, *others) for entry in _read(layout)]
        return sorted(found, key=lambda entry: (str(entry["asked_at"]), canonical_json(entry))) if others else found


def _read(layout: Layout) -> list[dict[str, object]]:
    state = read_ledger(layout.coverage)
    if state.broken is not None:
        line, what = state.broken
        raise ArchiveError(
            f"{called(layout.machine, 'coverage.jsonl')}, line {line}: {what}; bring the ledger back from a backup, then run verify"
        )
    asked = [entry for entry in state.entries if entry.get("event") == "asked"]
    return [{column: entry[column] for column in COLUMNS} for entry in asked]


def check_entry(entry: Mapping[str, object]) -> dict[str, object]:
    """The entry in canonical form. Raises ValueError that names the column at fault."""
    unknown = [key for key in entry if key not in COLUMNS]
    missing = [key for key in COLUMNS if key not in entry]
    if unknown or missing:
        raise ValueError(f"a coverage entry has the columns {', '.join(COLUMNS)}, all of them and no others")
    first, last = _day(entry, "window_from"), _day(entry, "window_to")
    if last < first:
        raise ValueError("coverage column window_to lies before window_from")
    state = _word(entry, "state", STATES)
    reason = entry["reason"]
    if reason is not None and not (isinstance(reason, str) and reason.strip() and len(reason) <= _LONGEST):
        raise ValueError(f"coverage column reason must be None or a sentence of at most {_LONGEST} characters")
    if reason is None and state != "complete":
        raise ValueError("coverage column reason is owed unless the state is complete")
    court, axis = entry["court"], entry["axis"]
    if not (isinstance(court, str) and court.strip() and court.isprintable() and len(court) <= _LONGEST):
        raise ValueError("coverage column court must be a court code or other:NAME")
    if not (isinstance(axis, str) and _AXIS.fullmatch(axis)):
        raise ValueError("coverage column axis must be a lower-case word such as received or result")
    asked = entry["asked_at"]
    if not isinstance(asked, str):
        raise ValueError("coverage column asked_at must be a time with its zone")
    try:
        asked_at = time_text(parse_time(asked))
    except ValueError:
        raise ValueError("coverage column asked_at must be a time with its zone") from None
    return {
        "court": court,
        "proceeding": _word(entry, "proceeding", PROCEEDINGS),
        "axis": axis,
        "window_from": first.isoformat(),
        "window_to": last.isoformat(),
        "state": state,
        "asked_at": asked_at,
        "reason": reason,
    }


def _day(entry: Mapping[str, object], column: str) -> date:
    value = entry[column]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # falls through to the one message for every bad day
    raise ValueError(f"coverage column {column} must be a day such as 2024-07-01")


def _word(entry: Mapping[str, object], column: str, allowed: frozenset[str]) -> str:
    value = entry[column]
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"coverage column {column} must be one of: {', '.join(sorted(allowed))}")
    return value
