"""Counts the simulated world by the counting rules, straight from what each capture showed. No part of courttally
is used.

Invariants: a value is that of the latest capture, fetched by the end of the as-of day in Moscow, whose page has the
field; a listing has every field of its columns, filled or not; a card has a result only when one is printed. Rules
are those of docs/counting.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from .statute import WARTIME, rank
from .truth import Capture, Case, Charge, Court, Result, World

MOSCOW = timezone(timedelta(hours=3))
METRICS = ("case_records", "cases_received", "cases_finished", "verdicts", "accused", "accused_with_verdict", "matters")
DIMENSIONS = ("article", "part", "month", "year", "court", "region", "level", "outcome")
EVERYTHING = "everything"  # as of a day after the import: the page of unknown time counts too
OPEN = ("pending", "stayed")


@dataclass(frozen=True, slots=True)
class Scope:
    """Three switches: articles (None is every article), wartime parts only or all, received since."""

    name: str
    articles: tuple[str, ...] | None
    wartime: bool
    since: date | None

    def holds(self, charge: Charge) -> bool:
        if self.articles is not None and charge.article not in self.articles:
            return False
        return not self.wartime or charge.part in WARTIME.get(charge.article, ())


SCOPES = {
    "refusal": Scope("refusal", ("332", "337", "338"), False, None),
    "refusal-wartime": Scope("refusal-wartime", ("332", "337", "338"), True, date(2022, 9, 21)),
    "all": Scope("all", None, False, None),
    "articles=337,338;parts=wartime;since=2022-09-21": Scope("explicit", ("337", "338"), True, date(2022, 9, 21)),
}


def real_day(text: str) -> date | None:
    """The day a text names, or None where it names none."""
    try:
        return datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=UTC).date()
    except ValueError:
        return None


@dataclass(slots=True)
class Slot:
    charges: tuple[Charge, ...]
    result: Result | None = None
    day: date | None = None


@dataclass(slots=True)
class Record:
    """One case record as of a day."""

    key: str
    court: Court
    uid: str | None = None
    received: date | None = None
    result: Result | None = None
    day: date | None = None
    slots: list[Slot] = field(default_factory=list)

    def outcome(self) -> tuple[str, date | None]:
        """The record's outcome and its date: the case's result, else that of the accused decided latest, else
        pending.
        """
        if self.result:
            return self.result.outcome, self.day
        own = [slot for slot in self.slots if slot.result]
        if own:
            latest = max(own, key=lambda slot: slot.day or date.min)
            return latest.result.outcome if latest.result else "pending", latest.day
        return "pending", None

    def slot_outcome(self, slot: Slot) -> tuple[str, date | None]:
        if slot.result:
            return slot.result.outcome, slot.day
        if len(self.slots) == 1:
            return self.outcome()
        return "unknown", None

    def verdict_days(self) -> list[date | None] | None:
        """The days of every verdict in the record; None where there is no verdict."""
        days = [self.day] if self.result and self.result.outcome == "verdict" else []
        days += [slot.day for slot in self.slots if slot.result and slot.result.outcome == "verdict"]
        return days or None


def visible(world: World, as_of: str) -> list[Capture]:
    """Captures that count as of a day, the one whose values win last."""
    shown = [capture for capture in world.captures if capture.kind in ("listing", "card")]
    if as_of != EVERYTHING:
        end = datetime.combine(date.fromisoformat(as_of) + timedelta(days=1), datetime.min.time(), MOSCOW)
        shown = [capture for capture in shown if capture.at is not None and capture.at < end]
    return sorted(shown, key=lambda capture: capture.at or latest_printed(capture))


def latest_printed(capture: Capture) -> datetime:
    """The latest date printed on a page of unknown time: where it ranks."""
    texts = [*capture.window]
    for case in capture.cases:
        face = case.face(capture.shown_at)
        if face:
            texts += [face.received, face.decided, face.in_force]
    texts = texts[2:]  # the window is in the request, not on the page
    days = [day for day in map(real_day, texts) if day]
    return datetime.combine(max(days), datetime.min.time(), MOSCOW)


def records(world: World, as_of: str) -> list[Record]:
    """Every case record as of a day."""
    held: dict[str, Record] = {}
    linkless: dict[str, tuple[str, str, str]] = {}
    for capture in visible(world, as_of):
        for case in capture.cases:
            key = record_key(capture, case)
            record = held.setdefault(key, Record(key, case.court))
            read_into(record, capture, case)
            face = case.face(capture.shown_at)
            if key.endswith("!") and face:
                linkless[key] = (case.court.code, face.number, face.received)
    for key, (code, number, received) in linkless.items():
        found = [other for other in held.values() if not other.key.endswith("!") and other.court.code == code]
        twins = [other for other in found if numbers(world, other.key, number, received)]
        if len(twins) == 1:
            del held[key]
    return list(held.values())


def numbers(world: World, key: str, number: str, received: str) -> bool:
    case = next(case for case in world.cases if case.key == key)
    return any(face.number == number and face.received == received for face in case.faces)


def record_key(capture: Capture, case: Case) -> str:
    """The case's key; rows without link get a provisional key that ends in an exclamation mark."""
    return f"{case.key}!" if case.key in capture.linkless else case.key


def read_into(record: Record, capture: Capture, case: Case) -> None:
    """Overwrites the fields that this capture's page has."""
    face = case.face(capture.shown_at)
    if face is None:
        raise AssertionError(f"{case.key} is shown before it was posted")
    record.received = real_day(face.received)
    if len(record.slots) not in (0, len(face.people)):
        raise AssertionError(f"{case.key}: the number of accused changes, which no rule covers yet")
    if capture.kind == "card":
        record.uid = case.uid or record.uid
        record.slots = [Slot(person.charges, person.result, real_day(person.decided)) for person in face.people]
        if face.result:
            record.result = face.result
        if face.decided:
            record.day = real_day(face.decided)
        return
    own = record.slots or [Slot(()) for _ in face.people]
    record.slots = [Slot(new.charges, old.result, old.day) for new, old in zip(face.people, own, strict=True)]
    record.result, record.day = face.result, real_day(face.decided)


def lead(charges: Iterable[Charge], received: date | None, scope: Scope) -> Charge | None:
    """The charge that stands for all: the greatest of those in scope."""
    within = [charge for charge in charges if scope.holds(charge)]
    return max(within, key=lambda charge: rank(charge.article, charge.part, received), default=None)


def part_code(charge: Charge) -> str:
    return f"{charge.article}/{charge.part or 'unknown'}"


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a metric counts, with a value for each dimension; article and part may have several values by
    `any`.
    """

    record: str
    articles: tuple[str, ...]
    parts: tuple[str, ...]
    day: date | None
    court: Court
    outcome: str

    def values(self, dimension: str) -> tuple[str, ...]:
        single = {
            "month": self.day.isoformat()[:7] if self.day else "undated",
            "year": self.day.isoformat()[:4] if self.day else "undated",
            "court": self.court.code,
            "region": self.court.region,
            "level": self.court.level,
            "outcome": self.outcome,
        }
        if dimension == "article":
            return self.articles
        return self.parts if dimension == "part" else (single[dimension],)


def unit(
    record: Record, charges: list[Charge], scope: Scope, attribution: str, day: date | None, outcome: str
) -> Unit | None:
    """The unit that charges make in a scope, or None where none of them is in it."""
    within = [charge for charge in charges if scope.holds(charge)]
    leading = lead(charges, record.received, scope)
    if leading is None or (scope.since and (record.received is None or record.received < scope.since)):
        return None
    chosen = [leading] if attribution == "lead" else within
    return Unit(
        record.key,
        tuple(sorted({charge.article for charge in chosen})),
        tuple(sorted({part_code(charge) for charge in chosen})),
        day,
        record.court,
        outcome,
    )


def units(held: list[Record], metric: str, scope: Scope, attribution: str) -> list[Unit]:
    """Everything that a metric counts in a scope."""
    made: list[Unit | None] = []
    if metric == "matters":
        return [found for chain in matters(held) if (found := matter_unit(chain, scope, attribution))]
    for record in held:
        charges = [charge for slot in record.slots for charge in slot.charges]
        outcome, decided = record.outcome()
        if metric in ("case_records", "cases_received"):
            made.append(unit(record, charges, scope, attribution, record.received, outcome))
        elif metric == "cases_finished" and outcome not in OPEN:
            made.append(unit(record, charges, scope, attribution, decided, outcome))
        elif metric == "verdicts" and (days := record.verdict_days()) is not None:
            first = min((day for day in days if day), default=None)
            made.append(unit(record, charges, scope, attribution, first, outcome))
        elif metric in ("accused", "accused_with_verdict"):
            for slot in record.slots:
                slot_outcome, slot_day = record.slot_outcome(slot)
                day = record.received if metric == "accused" else slot_day
                if metric == "accused" or slot_outcome == "verdict":
                    made.append(unit(record, list(slot.charges), scope, attribution, day, slot_outcome))
    return [found for found in made if found]


def matters(held: list[Record]) -> list[list[Record]]:
    """Records by UID; a record without one is a matter by itself. Within a matter, by received date."""
    chains: dict[str, list[Record]] = {}
    for record in held:
        chains.setdefault(record.uid or f"alone {record.key}", []).append(record)
    return [sorted(chain, key=lambda record: record.received or date.max) for chain in chains.values()]


def matter_unit(chain: list[Record], scope: Scope, attribution: str) -> Unit | None:
    """Month and article of the earliest record, court and outcome of the latest."""
    earliest, latest = chain[0], chain[-1]
    charges = [charge for slot in earliest.slots for charge in slot.charges]
    outcome, _ = latest.outcome()
    made = unit(earliest, charges, scope, attribution, earliest.received, outcome)
    if made is None:
        return None
    return Unit(made.record, made.articles, made.parts, made.day, latest.court, outcome)


def cells(found: list[Unit], dimensions: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    """How many units there are in each non-empty cell of a table."""
    table: Counter[tuple[str, ...]] = Counter()
    for one in found:
        keys: list[tuple[str, ...]] = [()]
        for dimension in dimensions:
            keys = [(*key, value) for key in keys for value in one.values(dimension)]
        table.update(keys)
    return dict(table)
