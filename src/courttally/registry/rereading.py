"""What changed in our reading, apart from what changed on the sites: two snapshots compared as of one day.

Invariants: compared are snapshots that were made by other rules, another reader or other decisions, as of the last day that the older
one knew; records that captures fetched by then and brought in later touch are left out, because for them the two causes cannot be
told apart. What is found is kept in ``HOME/registry/rereadings/OLD-NEW.json``; no snapshot and no digest rests on it. No names, no text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from courttally.engine import Engine
from courttally.registry import views_past
from courttally.registry.snapshot import Snapshot, root

CAUSES = ("reader", "rules", "decisions", "judgements", "key")
SHOWN = 200
"""So many changed values are listed; all are counted."""


def folder(home: Path) -> Path:
    """Where rereadings are kept."""
    return root(home) / "rereadings"


def note(home: Path, old: Snapshot | None, new: Snapshot) -> dict[str, Any] | None:
    """Compare two snapshots and keep what differs; None where nothing of ours changed or nothing can be compared."""
    if old is None or old.id == new.id or not old.path.exists() or old.manifest["latest_capture_on"] is None:
        return None
    causes = [cause for cause in CAUSES if old.manifest.get(cause) != new.manifest.get(cause)]
    if not causes:
        return None
    as_of = date.fromisoformat(old.manifest["latest_capture_on"])
    with Engine(old.path) as before, Engine(new.path) as after:
        touched = _touched(before, after, as_of)
        one, other = views_past.values_at(before, as_of), views_past.values_at(after, as_of)
    changed = [item for item in _differences(one, other) if item["record"] not in touched]
    fields: dict[str, int] = {}
    for item in changed:
        fields[item["field"]] = fields.get(item["field"], 0) + 1
    found = {
        "from": old.id, "to": new.id, "as_of": as_of.isoformat(), "causes": causes, "changed": len(changed), "fields": fields,
        "left_out": len(touched), "values": changed[:SHOWN],
    }  # fmt: skip
    kept = folder(home)
    kept.mkdir(exist_ok=True, mode=0o700)
    draft = kept / f".{old.id}-{new.id}"
    draft.write_text(json.dumps(found, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(kept / f"{old.id}-{new.id}.json")
    return found


def _touched(before: Engine, after: Engine, as_of: date) -> set[str]:
    """Records that captures of those days show which the older snapshot did not hold yet."""
    held = set(views_past.captures_by(before, as_of))
    late = [capture for capture in views_past.captures_by(after, as_of) if capture not in held]
    return set(views_past.records_shown_by(after, late)) if late else set()


def _differences(one: dict[str, dict[str, str]], other: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    for record in sorted(set(one) | set(other)):
        before, after = one.get(record), other.get(record)
        if before is None or after is None:
            yield {
                "record": record,
                "field": "record",
                "was": "known" if before else "",
                "is": "known" if after else "",
            }
            continue
        for name in before:
            if before[name] != after[name]:
                yield {"record": record, "field": name, "was": before[name], "is": after[name]}


def rereadings(home: Path, since: date) -> list[dict[str, Any]]:
    """What was kept of builds whose captures end on a day or later, the oldest first."""
    if not folder(home).exists():
        return []
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder(home).glob("*.json"))]
    return sorted(
        (each for each in found if each["as_of"] >= since.isoformat()), key=lambda each: (each["as_of"], each["from"])
    )
