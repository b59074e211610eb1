"""How judgements stand against the registry as it is now: in force, or reopened because their sources changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from courttally.engine import Engine
from courttally.registry import views
from courttally.registry.judgement import EMPTY, Judgement, basis, shown_value

LAST = date.max
IN_FORCE, REOPENED, UNKNOWN = "in force", "reopened", "record not held"


def now(engine: Engine, records: list[str]) -> dict[str, dict[str, Any]]:
    """Records as they are known now: record -> column -> value. Those that are not held are absent."""
    return views.records_at(engine, records, LAST)


def standing(engine: Engine, held: Iterable[Judgement]) -> dict[str, str]:
    """Judgement -> in force, reopened (what it rests on is not what the sources show), or record not held."""
    found = list(held)
    rows = now(engine, sorted({record for each in found for record in each.records}))
    return {each.id: _state(each, rows) for each in found}


def _state(each: Judgement, rows: dict[str, dict[str, Any]]) -> str:
    if any(record not in rows for record in each.records):
        return UNKNOWN
    if each.kind in ("merge", "split"):
        same = all(
            basis(_uid(rows[key]), rows[key]["received"], rows[key]["slots"]) == shown
            for key, shown in each.rests_on.items()
        )
        return IN_FORCE if same else REOPENED
    if each.kind == "correct":
        row = rows[each.records[0]]
        value: Any = row[each.field]
        if each.field in ("received", "result_date"):
            value = (row[each.field], row[f"{each.field}_raw"])
        elif each.field in ("result", "uid"):
            value = (row[each.field],)
        return IN_FORCE if shown_value(each.field, value) == (each.value or EMPTY) else REOPENED
    return IN_FORCE


def _uid(row: dict[str, Any]) -> str | None:
    return str(row["uid"]) if row["uid"] and row["uid_valid"] else None
