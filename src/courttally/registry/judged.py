"""How judgements stand against the registry as it is now: in force, or reopened because their sources changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from courttally.engine import Engine
from courttally.registry import views, views_texts
from courttally.registry.judgement import EMPTY, Judgement, bases, basis, shown_value
from courttally.registry.sentence_codes import Written, slot_of, spell

LAST = date.max
IN_FORCE, NEXT, REOPENED, UNKNOWN = "in force", "from the next build on", "reopened", "record not held"


def now(engine: Engine, records: list[str]) -> dict[str, dict[str, Any]]:
    """Records as they are known now: record -> column -> value. Those that are not held are absent."""
    return views.records_at(engine, records, LAST)


def standing(engine: Engine, held: Iterable[Judgement]) -> dict[str, str]:
    """Judgement -> in force, from the next build on (a correction), reopened (what it rests on is not what the sources show), or
    record not held."""
    found = list(held)
    rows = now(engine, sorted({record for each in found for record in each.records}))
    said = sentences_now(engine, sorted({each.records[0] for each in found if slot_of(each.field) is not None}))
    guids = {each.records[0]: guids_shown(engine, each.records[0]) for each in found if each.kind == "guid"}
    return {each.id: _state(each, found, rows, said, guids) for each in found}


def guids_shown(engine: Engine, record: str) -> set[str]:
    """Every identifier that a page showed for a record."""
    return {row[0] for row in views.guids_of(engine, record)}


def sentences_now(engine: Engine, records: list[str]) -> dict[tuple[str, int], str]:
    """(record, slot from 0) -> its sentence as known now, in the words of the ledger; those that are not known are absent."""
    return {
        (record, slot): spell(Written(outcome, kind, months, days, fine, {"yes": True, "no": False}.get(suspended), probation, regime))
        for record, rows in views_texts.sentences_at(engine, records, LAST).items()
        for slot, _, outcome, kind, months, days, fine, suspended, probation, regime, *_ in rows
    }  # fmt: skip


def _state(
    each: Judgement,
    found: list[Judgement],
    rows: dict[str, dict[str, Any]],
    said: dict[tuple[str, int], str],
    guids: dict[str, set[str]],
) -> str:
    if any(record not in rows for record in each.records):
        return UNKNOWN
    if each.kind in ("merge", "split"):
        same = all(
            basis(_uid(rows[key]), rows[key]["received"], rows[key]["slots"]) in shown
            for key, shown in bases(each, found).items()
        )
        return IN_FORCE if same else REOPENED
    if each.kind == "guid":
        return REOPENED if guids[each.records[0]] - set(each.rests_on[each.records[0]].split()) else IN_FORCE
    slot = slot_of(each.field)
    if slot is not None:
        return _corrected(said.get((each.records[0], slot), EMPTY), each)
    if each.kind == "correct":
        row = rows[each.records[0]]
        value: Any = row[each.field]
        if each.field in ("received", "result_date"):
            value = (row[each.field], row[f"{each.field}_raw"])
        elif each.field in ("result", "uid"):
            value = (row[each.field],)
        return _corrected(shown_value(each.field, value), each)
    return IN_FORCE


def _corrected(held: str, each: Judgement) -> str:
    """How a correction stands where the registry holds a value: the corrected one, the one before, or one that neither knew."""
    if held == (each.value or EMPTY):
        return IN_FORCE
    return NEXT if held == each.rests_on[each.records[0]] else REOPENED


def _uid(row: dict[str, Any]) -> str | None:
    return str(row["uid"]) if row["uid"] and row["uid_valid"] else None
