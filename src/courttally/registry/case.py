"""One case as a person wants to read it: heading, accused, charges, timeline, outcome. Plain values, names masked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from courttally import courts
from courttally.engine import Engine, Row
from courttally.registry import link_rules, views, views_past, views_texts
from courttally.registry.identity import is_provisional
from courttally.registry.moscow import MOSCOW
from courttally.registry.spans import DECIDED

OUTCOME_WORDS = {
    "verdict": "verdict (which need not be a conviction)",
    "terminated": "case terminated",
    "returned": "returned to the prosecutor",
    "transferred": "transferred to another court",
    "medical": "compulsory medical measures",
    "joined": "joined to another case",
    "other": "another ruling",
    "stayed": "proceedings stayed",
    "pending": "pending",
    "unmapped": "a result in words that are not known yet",
    "unknown": "not known for this person",
}
HEADINGS = {
    ("criminal", "first"): "Criminal case, first instance",
    ("criminal", "appeal"): "Criminal case, appeal",
    ("criminal", "cassation"): "Criminal case, cassation",
    ("criminal", "supervision"): "Criminal case, supervision",
    ("criminal", "material"): "Criminal branch, material",
}


def read_case(engine: Engine, record: str, as_of: date) -> dict[str, Any]:
    """All that is known of ``record`` as of a day. Raises KeyError with a plain message when it is not known."""
    taken = views.alias_of(engine, record)
    values = views.record_at(engine, record, as_of) or (views.record_at(engine, taken, as_of) if taken else None)
    if values is None:
        raise KeyError(f"no case record of that id was known as of {as_of.isoformat()}")
    key = values["record"]
    charges: dict[int, list[str]] = {}
    for slot, _, article, part, points, stage, role, *_ in views.charges_at(engine, [key], as_of).get(key, []):
        charges.setdefault(slot, []).append(charge_words(article, part, points, stage, role))
    sentences = {row[0]: row for row in views_texts.sentences_at(engine, [key], as_of).get(key, [])}
    accused = [
        {
            "slot": slot + 1,
            "name": name,
            "charges": charges.get(slot, []),
            "outcome": outcome,
            "outcome_words": OUTCOME_WORDS[outcome],
            "outcome_date": _iso(day),
            "sentence": _sentence(sentences[slot]) if slot in sentences else None,
        }
        for slot, name, _, _, outcome, day, *_ in views.accused_at(engine, [key], as_of).get(key, [])
    ]
    return {
        "record": key,
        "asked_as": record,
        "as_of": as_of.isoformat(),
        "simulated": values["simulated"],
        "number": values["number"],
        "court": values["court"],
        "court_name": courts.label(values["court"], "en"),
        "heading": HEADINGS.get(
            (values["branch"], values["proceeding"]), f"Branch {values['branch']}, {values['proceeding']}"
        ),
        "received": _iso(values["received"]) or values["received_raw"],
        "outcome": values["outcome"],
        "outcome_words": OUTCOME_WORDS[values["outcome"]],
        "outcome_date": _iso(values["outcome_date"]),
        "ground": words(values["ground"]),
        "in_force": _iso(values["in_force"]),
        "act": values["act"],
        "uid": values["uid"],
        "uid_valid": values["uid_valid"],
        "related": _related(engine, values, as_of),
        "accused": accused,
        "second_hand": values["second_hand"],
        "texts": [
            {"capture": capture, "kind": kind, "way": way, "seen_on": _moment(fetched)}
            for capture, kind, way, fetched in views_texts.texts_of(engine, key, as_of)
        ],
        "timeline": _timeline(engine, key, values["events_seen"], as_of),
        "sightings": _sightings(engine, values, as_of),
    }


def charge_words(article: str, part: str | None, points: str, stage: str | None, role: str | None) -> str:
    """``337/5``, ``338/3 points а,б (attempt)``."""
    text = f"{article}/{part or 'unknown'}"
    if points:
        text += f" points {points}"
    extra = ", ".join(word for word in (stage, role) if word)
    return f"{text} ({extra})" if extra else text


def sentence_words(row: Row) -> str:
    """One row of ``views_texts.sentences_at`` in words; what the text does not settle is left out."""
    _, _, outcome, kind, months, days, fine, suspended, probation, regime, *_ = row
    said = [words(kind or outcome or "unknown") if kind != "none" else words(outcome or "no punishment")]
    said += [f"{months} months"] if months else []
    said += [f"{days} days"] if days else []
    said += [f"fine of {fine:,} roubles"] if fine is not None else []
    said += (
        [{"yes": "suspended", "no": "not suspended"}[suspended]]
        if suspended in ("yes", "no") and kind != "none"
        else []
    )
    said += [f"probation {probation} months"] if probation else []
    said += [f"{words(regime)} regime"] if regime else []
    return ", ".join(said)


def _sentence(row: Row) -> dict[str, Any]:
    return {"words": sentence_words(row), "evidence": row[1], "second_hand": row[10]}


def _moment(fetched: datetime | None) -> str:
    return fetched.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M Moscow") if fetched else "time not known"


def words(code: str) -> str:
    """A vocabulary code as words."""
    return code.replace("_", " ")


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _related(engine: Engine, values: dict[str, Any], as_of: date) -> list[dict[str, Any]]:
    """Other records that links lead to, surest first; candidates change no count."""
    return [
        {"record": other, "kind": kind, "comes": "later" if place == "before" else "earlier", "rule": rule, "status": status,
         "says": f"a person decided so, {rule}" if status == DECIDED else link_rules.rule(rule).says, "weight": weight, "since": _iso(since)}
        for other, place, kind, rule, status, weight, since, _, _ in views_past.links_of(engine, values["record"], as_of)
    ]  # fmt: skip


def _timeline(engine: Engine, record: str, ref: str, as_of: date) -> list[dict[str, Any]]:
    """The movement of the case as the latest card by a day shows it."""
    if not ref:
        return []
    return [
        {
            "day": _iso(day),
            "time": time,
            "event": words(event),
            "result": words(result),
            "ground": words(ground),
            "posted": _iso(posted),
        }
        for _, event, day, time, result, ground, posted in views.latest_timelines(engine, {record: ref}, as_of).get(
            record, []
        )
    ]


def _sightings(engine: Engine, values: dict[str, Any], as_of: date) -> list[dict[str, Any]]:
    stem = f"{values['court']}:{values['branch']}:{values['proceeding']}:1:"
    keys = [values["record"], *views.aliases_at(engine, values["record"], as_of)]
    provisional = [key.removeprefix(stem) for key in keys if is_provisional(key)]
    return [
        {
            "capture": capture,
            "seq": seq,
            "kind": kind,
            "seen_on": _moment(fetched),
        }
        for capture, seq, kind, fetched, included in views.sightings_of(engine, values, provisional)
        if included <= as_of
    ]
