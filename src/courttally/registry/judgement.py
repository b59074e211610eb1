"""What people decide of case records: merge, split, correct, guid, withdraw, note; and undo.

Invariants:

* A judgement is a line of the decision ledger (``decisions.jsonl``) with who, when and why, named ``d-`` and its line; nothing is ever
  edited. ``undo`` takes a line out of force, and an undo of an undo brings it back.
* A judgement rests on what the sources showed when it was made, and names that. Where and while they show something else it is not
  in force: it is reopened, and waits for a person again. Sources are never edited.
* Judgements are rules, not observations: they hold on every day on which the sources showed what they rest on, so that the same
  captures and the same ledger give the same registry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.law import outcomes
from courttally.law.uid import parse_uid
from courttally.registry.decisions import path
from courttally.registry.sentence_codes import parse, slot_of

EVENT = "judgement"
KINDS = ("merge", "split", "correct", "guid", "withdraw", "note")
CORRECTED = ("received", "result", "result_date", "in_force", "uid", "sentence.1")
"""Fields that a correction can be of; ``sentence.2`` is that of the second accused, and so on."""
GUID_ANSWERS = ("same", "other")
"""Two identifiers of one case_id: the same case, or another one, whose pages stay set aside."""
EMPTY = "none"
"""How a correction, or what it rests on, names an empty field."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement in force. ``rests_on``: record -> what its sources showed, in the words of :func:`basis` or of the field."""

    id: str
    kind: str
    records: tuple[str, ...]
    field: str
    value: str
    rests_on: Mapping[str, str]
    who: str
    why: str
    at: str


def basis(uid: str | None, received: date | None, accused: int) -> str:
    """What a link of two records by a person rests on: UID, day received and number of accused, as sources show them."""
    return f"uid {uid or EMPTY}; received {received.isoformat() if received else EMPTY}; accused {accused}"


def bases(each: Judgement, found: Iterable[Judgement]) -> dict[str, frozenset[str]]:
    """Record -> every basis on which a link by a person stands: what sources showed, and that as later corrected by people.

    A correction is no change of a source: it must not reopen what was decided before it.
    """
    corrected = corrections(found).by_record
    accepted = {}
    for record, shown in each.rests_on.items():
        stands = {shown}
        for correction in corrected.get(record, ()):
            for one in tuple(stands):  # each may come into force on a day of its own
                parts = dict(part.split(" ", 1) for part in one.split("; "))
                if correction.field in parts:
                    parts[correction.field] = correction.value or EMPTY
                    stands.add("; ".join(f"{name} {value}" for name, value in parts.items()))
        accepted[record] = frozenset(stands)
    return accepted


def judgements(home: Path) -> list[Judgement]:
    """The judgements in force, in the order in which they were made. Raises ValueError when the ledger is broken."""
    state = read_ledger(path(home))
    if state.broken is not None:
        line, what = state.broken
        raise ValueError(f"decisions.jsonl is broken at line {line}: {what}")
    undone: set[str] = set()
    for line in range(len(state.entries), 0, -1):  # a later undo decides over an earlier one
        entry = state.entries[line - 1]
        if entry.get("event") == "undo" and f"d-{line}" not in undone:
            undone.add(str(entry["undoes"]))
    return [
        _read(f"d-{line}", entry)
        for line, entry in enumerate(state.entries, 1)
        if entry.get("event") == EVENT and f"d-{line}" not in undone
    ]


def _read(name: str, entry: Mapping[str, Any]) -> Judgement:
    return Judgement(
        name, str(entry["kind"]), tuple(map(str, entry["records"])), str(entry.get("field", "")), str(entry.get("value", "")),
        dict(entry.get("rests_on", {})), str(entry["who"]), str(entry["why"]), str(entry["at"]),
    )  # fmt: skip


def state_digest(found: Iterable[Judgement]) -> str:
    """Names the judgements in force, whenever and by whom they were made."""
    lines = [f"{j.id} {j.kind} {j.records} {j.field} {j.value} {sorted(j.rests_on.items())}" for j in found]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def decide(
    home: Path,
    *,
    kind: str,
    records: Sequence[str],
    rests_on: Mapping[str, str],
    who: str,
    why: str,
    clock: Clock,
    field: str = "",
    value: str = "",
) -> str:
    """Append a judgement and return its id. Raises ValueError for what makes no sense or lacks a name or a reason."""
    if kind not in KINDS:
        raise ValueError(f"there is no judgement '{kind}': use one of {', '.join(KINDS)}")
    wanted = 2 if kind in ("merge", "split") else 1
    if len(set(records)) != wanted or len(records) != wanted:
        raise ValueError(f"'{kind}' takes {'two different case records' if wanted == 2 else 'one case record'}")
    if kind == "correct":
        parse_value(field, value)
    if kind == "guid" and value not in GUID_ANSWERS:
        raise ValueError(f"identifiers are answered with {' or '.join(GUID_ANSWERS)}")
    if not who.strip() or not why.strip():
        raise ValueError("a decision needs who and why")
    entry = {
        "event": EVENT,
        "kind": kind,
        "records": list(records),
        "rests_on": dict(rests_on),
        "who": who.strip(),
        "why": why.strip(),
    }
    if field:
        entry |= {"field": field, "value": value}
    return _append(home, entry, clock)


def undo(home: Path, name: str, *, who: str, why: str, clock: Clock) -> str:
    """Take a judgement, or an undo, out of force. Raises ValueError where there is no such line or it lacks who or why."""
    entries = read_ledger(path(home)).entries
    number = int(name[2:]) if name.startswith("d-") and name[2:].isascii() and name[2:].isdigit() else 0
    if not 1 <= number <= len(entries) or entries[number - 1].get("event") not in (EVENT, "undo"):
        raise ValueError(f"there is no judgement {name}: 'courttally decide list' prints them")
    if not who.strip() or not why.strip():
        raise ValueError("a decision needs who and why")
    return _append(home, {"event": "undo", "undoes": name, "who": who.strip(), "why": why.strip()}, clock)


def _append(home: Path, entry: Mapping[str, object], clock: Clock) -> str:
    written = append_ledger(path(home), entry, clock)
    entries = read_ledger(path(home)).entries
    return f"d-{1 + max(n for n, each in enumerate(entries) if each == written)}"


def parse_value(field: str, value: str) -> Any:
    """A correction's value as the registry keeps that field. Raises ValueError for a field or value that cannot be."""
    if slot_of(field) is not None:
        return parse(value or EMPTY)
    if field not in CORRECTED:
        raise ValueError(f"a correction is of one of {', '.join(CORRECTED)}")
    empty = value in ("", EMPTY)
    if field in ("received", "result_date", "in_force"):
        try:
            day = None if empty else date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"'{field}' takes a day such as 2024-05-31, or {EMPTY}") from None
        return day if field == "in_force" else (day, "")
    if field == "uid":
        uid = None if empty else parse_uid(value)
        if not empty and (uid is None or not uid.valid):
            raise ValueError("that is no valid UID: its form or its check digits do not hold")
        return (uid.text if uid is not None else "", True if uid is not None else None)
    codes = sorted({rule.code for rule in outcomes.vocabulary().sections["case_outcome"]})
    if not empty and value not in codes:
        raise ValueError(f"'result' takes one of {', '.join(codes)}, or {EMPTY}")
    return ("" if empty else value, "", "")


def shown_value(field: str, value: Any) -> str:
    """A field's current value in the words of the ledger."""
    if value is None:
        return EMPTY
    if field == "in_force":
        return str(value.isoformat())
    if field in ("received", "result_date"):
        day, raw = value
        return str(day.isoformat()) if day is not None else str(raw) or EMPTY
    return str(value[0] or EMPTY)


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections in force, by record."""

    by_record: Mapping[str, tuple[Judgement, ...]]

    def apply(self, record: str, current: Mapping[str, Any]) -> Mapping[str, Any]:
        """``current`` (field -> value as ``resolve`` takes them) with the corrections that rest on what it shows."""
        found = self.by_record.get(record)
        if not found:
            return current
        made = dict(current)
        rulings = {slot: each for each in found if (slot := slot_of(each.field)) is not None}
        if rulings:
            made["sentence_rulings"] = rulings  # what they rest on is known only once the texts are settled
        for each in found:
            if (
                slot_of(each.field) is None
                and shown_value(each.field, current.get(each.field)) == each.rests_on[record]
            ):
                value = parse_value(each.field, each.value)
                if each.field == "result":
                    value = (value[0], f"decision:{each.id}", "")
                made[each.field] = value
        return made


NO_CORRECTIONS = Corrections({})


def corrections(found: Iterable[Judgement]) -> Corrections:
    """The corrections among some judgements; the last of a field is the one that counts."""
    by_record: dict[str, dict[str, Judgement]] = {}
    for each in found:
        if each.kind == "correct":
            by_record.setdefault(each.records[0], {})[each.field] = each
    return Corrections({record: tuple(fields.values()) for record, fields in by_record.items()})


def same_guids(found: Iterable[Judgement]) -> dict[str, tuple[frozenset[str], bool]]:
    """Record -> identifiers that a person looked at together, and whether they are of one case; the last decision counts."""
    return {
        each.records[0]: (frozenset(each.rests_on[each.records[0]].split()), each.value == "same")
        for each in found
        if each.kind == "guid"
    }


def corrected_values(found: Iterable[Judgement]) -> dict[tuple[str, str], tuple[str, str]]:
    """(record, field) -> the decision that corrects it, and the corrected value in the words of the ledger."""
    return {
        (record, each.field): (each.id, each.value)
        for record, of_record in corrections(found).by_record.items()
        for each in of_record
    }
