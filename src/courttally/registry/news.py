"""What changed on the courts' sites after a day: new records, changed values, links, and what was taken away or came back, and what
courts began or ceased to show (by months).

Invariant: everything here follows from what was seen after that day; what our own rules or decisions changed is in ``rereading``.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from courttally.engine import Engine
from courttally.registry import views_past
from courttally.registry.policy import habits
from courttally.registry.vanish import mass_removals


def news(engine: Engine, since: date) -> dict[str, Any]:
    """All that is new after ``since``, as plain values."""
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    before: tuple[str, list[str]] | None = None
    for record, day, *values in views_past.versions_since(engine, since):
        shown = [_text(value) for value in values]
        if before is not None and before[0] == record:
            for name, was, now in zip(views_past.CHANGING, before[1], shown, strict=True):
                if was != now:
                    changed.append({"day": day.isoformat(), "record": record, "field": name, "was": was, "is": now})
        elif day > since:
            new.append({"day": day.isoformat(), "record": record})
        before = (record, shown)
    links: list[dict[str, Any]] = []
    for one, other, kind, rule, _, known_from, known_to in views_past.links_since(engine, since):
        for day, what in ((known_from, "linked"), (known_to, "link ended")):
            if day is not None and day > since:
                links.append(
                    {"day": day.isoformat(), "what": what, "kind": kind, "from": one, "to": other, "rule": rule}
                )
    presence = [
        {"day": day.isoformat(), "record": record, "state": state, "last_seen": last.isoformat()}
        for record, state, day, last in views_past.presence_since(engine, since)
    ]
    recent = {item["record"] for item in presence if item["state"] == "vanished"}
    removals = [
        {
            "court": each.court,
            "after": each.after.isoformat(),
            "by": each.by.isoformat(),
            "records": list(each.records),
            "back": each.back,
        }
        for each in mass_removals(views_past.presence_at(engine, date.max))
        if recent & set(each.records)
    ]
    kept = [asdict(each) for each in habits(views_past.policies(engine)) if each.since >= since.isoformat()[:7]]
    return {"habits": kept, "new": new, "changed": changed, "links": links, "presence": presence, "removals": removals}


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
