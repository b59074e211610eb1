"""What is currently known of one case record, as versions: pure row logic, one record at a time.

Invariants:

* Per field the current value is that of the latest sighting (by rank) whose page has the field; ties: card over listing,
  then the smaller payload digest. Sightings count from the day they are included.
* A version is opened only when a value changes; the sighting named beside a value is the first that showed it without
  a break.
* A date after the day on which it was seen is impossible: it counts as undated, with a signal.
* Counting rule 5: the record's outcome is the case result, else the latest of its accused's, else stayed or pending by
  its events. A slot without a result of its own takes the case's only when it is the only slot; else it is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from courttally import courts
from courttally.law import outcomes
from courttally.law.statutes import is_wartime, severity
from courttally.registry.identity import Sighting
from courttally.registry.sentences import UNKNOWN, SentenceSeen, by_slot

OPEN = ("pending", "stayed")


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """One slot of one sighting."""

    row: int
    name: str
    outcome: str | None
    rule: str | None
    ground: str | None
    result_date: date | None
    charges: tuple[tuple[str, str | None, str, str | None, str | None], ...]


@dataclass(slots=True)
class Seen:
    """Looks up what belongs to a sighting: its slots and its events as (name, day, result)."""

    slots: Mapping[str, Sequence[SlotSeen]]
    events: Mapping[str, Sequence[tuple[str, date | None, str]]]
    sentences: Mapping[str, Sequence[SentenceSeen]] = field(default_factory=dict)


@dataclass(slots=True)
class Versions:
    """Rows of the known tables for one record, without ``known_to`` (the next version's ``known_from`` closes it)."""

    records: list[tuple[Any, ...]] = field(default_factory=list)
    accused: list[tuple[Any, ...]] = field(default_factory=list)
    charges: list[tuple[Any, ...]] = field(default_factory=list)
    sentences: list[tuple[Any, ...]] = field(default_factory=list)
    signals: list[tuple[str, str, str]] = field(default_factory=list)


_FIELDS = (
    "number",
    "uid",
    "received",
    "result",
    "result_date",
    "in_force",
    "act",
    "consideration",
    "slots",
    "slot_results",
    "events",
    "sentences",
)


def _has(sighting: Sighting, name: str, seen: Seen) -> bool:
    match name:
        case "number":
            return sighting.number is not None
        case "uid":
            return sighting.uid is not None
        case "received":
            return sighting.has_received
        case "result":
            return sighting.outcome is not None
        case "result_date":
            return sighting.has_result_date
        case "in_force":
            return sighting.has_in_force
        case "act":
            return sighting.act is not None
        case "consideration":
            return sighting.consideration is not None
        case "slots":
            return sighting.slots is not None
        case "slot_results":
            return sighting.has_slot_results
        case "events":
            return sighting.has_events
        case "sentences":
            return sighting.ref in seen.sentences
    raise ValueError(f"no field {name}")


def _later(new: Sighting, old: Sighting) -> bool:
    if (new.rank, new.card) != (old.rank, old.card):
        return (new.rank, new.card) > (old.rank, old.card)
    return (new.digest, new.ref) < (old.digest, old.ref)


def versions_of(record: str, timed: Sequence[tuple[Sighting, date]], closed_on: date | None, seen: Seen) -> Versions:
    """All versions of ``record``. ``closed_on``: the day on which another record took it over."""
    made = Versions()
    best: dict[str, Sighting] = {}
    by_day: dict[date, list[Sighting]] = {}
    for sighting, day in timed:
        by_day.setdefault(day, []).append(sighting)
    days = [day for day in sorted(by_day) if closed_on is None or day < closed_on]
    last: tuple[Any, ...] | None = None
    refs: dict[str, str] = {}
    guid: str | None = None
    for day in days:
        for sighting in by_day[day]:
            guid = guid or sighting.guid
            for name in _FIELDS:
                if _has(sighting, name, seen) and (name not in best or _later(sighting, best[name])):
                    best[name] = sighting
        # The record's own sightings come first; one that it took over names no case_id.
        state = _state(record, timed[0][0], guid, best, seen, made.signals)
        values, old = state.values, last
        if old is not None and values == old:
            continue
        refs = {name: _ref(name, best, refs, values, old) for name in _FIELDS}
        made.records.append((day, *values[0], *(refs[name] for name in _REFS)))
        made.accused += [(day, *row) for row in values[1]]
        made.charges += [(day, *row) for row in values[2]]
        made.sentences += [(day, *row, refs["sentences"]) for row in values[4]]
        last = values
    made.signals = sorted(set(made.signals))
    return made


_REFS = ("number", "uid", "received", "result", "result_date", "slots", "slot_results", "events")


def _ref(
    name: str, best: dict[str, Sighting], refs: dict[str, str], values: tuple[Any, ...], old: tuple[Any, ...] | None
) -> str:
    """The sighting a value rests on; kept from the version before while the value is the same."""
    if name not in best:
        return ""
    if old is not None and refs.get(name) and values[3].get(name) == old[3].get(name):
        return refs[name]
    return best[name].ref


@dataclass(slots=True)
class _State:
    values: tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], dict[str, Any], tuple[Any, ...]]


def _past(
    record: str, value: date | None, sighting: Sighting | None, signals: list[tuple[str, str, str]]
) -> date | None:
    if value is not None and sighting is not None and value > sighting.included_on:
        signals.append((record, sighting.capture, "date_in_future"))
        return None
    return value


def _state(
    record: str,
    any_: Sighting,
    guid: str | None,
    best: dict[str, Sighting],
    seen: Seen,
    signals: list[tuple[str, str, str]],
) -> _State:
    court = any_.court
    received = _past(record, best["received"].received, best["received"], signals) if "received" in best else None
    received_raw = best["received"].received_raw if "received" in best else ""
    decided_by = best.get("result_date")
    decided = _past(record, decided_by.result_date, decided_by, signals) if decided_by else None
    result_by = best.get("result")
    result = (result_by.outcome or "") if result_by else ""
    slots = list(seen.slots.get(best["slots"].ref, ())) if "slots" in best else []
    results = _slot_results(record, slots, best, seen, signals)
    own = [(slot.outcome or "", _past(record, slot.result_date, best.get("slot_results"), signals)) for slot in results]
    outcome, outcome_date = _outcome(result, decided, own, best, seen)
    verdicts = [decided] if result == "verdict" else []
    verdicts += [day for code, day in own if code == "verdict"]
    dated = [day for day in verdicts if day is not None]
    head = (
        record, court, courts.level_of(court), courts.region_of(court), any_.branch, any_.proceeding, any_.srv_num, any_.case_id,
        guid, best["uid"].uid if "uid" in best else None, best["uid"].uid_valid if "uid" in best else None,
        best["number"].number if "number" in best else None, received, received_raw, result, (result_by.rule or "") if result_by else "",
        (result_by.ground or "") if result_by else "", decided, decided_by.result_date_raw if decided_by else "",
        best["in_force"].in_force if "in_force" in best else None, best["act"].act if "act" in best else "unknown",
        best["consideration"].consideration if "consideration" in best else None, len(slots), outcome, outcome_date,
        bool(verdicts), min(dated) if dated else None, any(sighting.simulated for sighting in best.values()),
    )  # fmt: skip
    accused = tuple(
        (record, n, slot.name, own[n][0], results[n].rule or "", results[n].ground or "", own[n][1],
         *_slot_outcome(own, n, len(slots), outcome, outcome_date, decided), slot.row, results[n].row)
        for n, slot in enumerate(slots)
    )  # fmt: skip
    charges = tuple(
        (record, n, k, article, part, points, stage, role, is_wartime(article, part), *_weight(article, part, received))
        for n, slot in enumerate(slots)
        for k, (article, part, points, stage, role) in enumerate(slot.charges)
    )
    signals += [(record, best["slots"].capture, "part_not_in_force") for charge in charges if charge[11] is False]
    watched = {
        "number": head[11], "uid": head[9], "received": (received, received_raw), "result": result, "result_date": decided,
        "slots": tuple((slot.row, slot.charges) for slot in slots), "slot_results": tuple((slot.row, *value) for slot, value in zip(results, own, strict=True)), "events": outcome,
    }  # fmt: skip
    sentences = _sentences(record, best, seen, len(slots))
    watched["sentences"] = sentences
    return _State((head, accused, charges, watched, sentences))


_SUSPENDED = {True: "yes", False: "no", None: UNKNOWN}


def _sentences(record: str, best: dict[str, Sighting], seen: Seen, slots: int) -> tuple[Any, ...]:
    """The sentences known of the slots, from the latest sighting that carries a decision's text."""
    if "sentences" not in best:
        return ()
    found = by_slot(seen.sentences[best["sentences"].ref], slots)
    return tuple(
        (record, n, one.evidence, one.outcome, one.kind, one.months, one.days, one.fine, _SUSPENDED[one.suspended],
         one.probation_months, one.regime, one.convicted, one.requalified)
        for n, one in enumerate(found)
        if one is not None
    )  # fmt: skip


_NO_RESULT = SlotSeen(row=-1, name="", outcome="", rule="", ground="", result_date=None, charges=())


def _slot_results(
    record: str, slots: list[SlotSeen], best: dict[str, Sighting], seen: Seen, signals: list[tuple[str, str, str]]
) -> list[SlotSeen]:
    """The results of the slots in order, from the latest card that has them; none where the numbers of slots differ."""
    by = best.get("slot_results")
    if by is None:
        return [_NO_RESULT] * len(slots)
    found = list(seen.slots.get(by.ref, ()))
    if len(found) != len(slots):
        signals.append((record, by.capture, "slots_disagree"))
        return [_NO_RESULT] * len(slots)
    return found


def _outcome(
    result: str, decided: date | None, own: list[tuple[str, date | None]], best: dict[str, Sighting], seen: Seen
) -> tuple[str, date | None]:
    if result:
        return result, decided
    given = [(day or date.min, n, code, day) for n, (code, day) in enumerate(own) if code]
    if given:
        _, _, code, day = max(given)
        return code, day
    return ("stayed" if "events" in best and _is_stayed(seen.events.get(best["events"].ref, ())) else "pending"), None


def _is_stayed(events: Sequence[tuple[str, date | None, str]]) -> bool:
    """Whether the last word on the proceedings is that they are stayed. Any later hearing or resumption ends the stay.

    Events without a day keep their place in the list.
    """
    stayed = False
    for _, _, result in sorted(events, key=lambda event: event[1] or date.min):
        effect = outcomes.event_effect(result) if result not in ("", "unmapped") else None
        stayed = effect == "stayed"
    return stayed


def _slot_outcome(
    own: list[tuple[str, date | None]],
    n: int,
    slots: int,
    outcome: str,
    outcome_date: date | None,
    decided: date | None,
) -> tuple[str, date | None]:
    code, day = own[n]
    if code:
        return code, day if day is not None or slots > 1 else decided
    return (outcome, outcome_date) if slots == 1 else ("unknown", None)


def _weight(
    article: str, part: str | None, received: date | None
) -> tuple[int | None, int | None, bool | None, int, int]:
    """Weight in the statute table, and the keys of the tie rules: higher article number, higher part."""
    weight = severity(article, part, received)
    return weight.max_months, weight.min_months, weight.in_force, _dotted(article), _dotted(part or "")


def _dotted(text: str) -> int:
    """Orders 3 < 3.1 < 10 and 352 < 352.1; 0 for no or no numeric text."""
    head, _, tail = text.partition(".")
    if not head.isdigit() or (tail and not tail.isdigit()):
        return 0
    return int(head[:6]) * 1000 + (int(tail[:3]) if tail else 0)
