"""What must be counted: DESIGN's counting rules over what was seen, written without a look at the code that counts.

Invariants: integers only; every cell of every dimension is given, cells of zero are not; by `lead` the cells of a
dimension sum to the total. Where the rules leave room, `docs/rehearsal.md` says how they are read here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from courttally.courts import level_of, region_of
from courttally.rehearsal.model import FINISHED, FIRST, Charge, branch_of, day_of
from courttally.rehearsal.seen import Seen, SlotSeen, day_of_ruling
from courttally.rehearsal.tables import is_wartime, scope_articles, table, term_of

SCOPES = ("refusal", "refusal-wartime")
COUNTED = frozenset({"garrison", "district"})


class Cell(NamedTuple):
    """One expected number. `dimension` is empty for the total, `key` is the cell's."""

    metric: str
    scope: str
    attribution: str
    dimension: str
    key: str
    value: int


class Unit(NamedTuple):
    """One thing counted: where it is, when it is dated, what it is charged with, how it ended."""

    court: str
    day: int | None
    outcome: str
    charges: tuple[Charge, ...]
    received: int | None


def in_scope(charge: Charge, scope: str) -> bool:
    """Whether a charge is within a scope's articles and parts."""
    return charge.article in scope_articles() and (scope == "refusal" or is_wartime(charge.article, charge.part))


def since(scope: str) -> int:
    """The first day of receipt of a scope; 0 for all time."""
    return 0 if scope == "refusal" else day_of(table("statutes")["headline_since"])


def lead(charges: Iterable[Charge], scope: str, received: int | None) -> Charge | None:
    """The charge a unit is attributed to: highest maximum, higher minimum, 338 over 337 over 332, higher part."""
    inside = [charge for charge in charges if in_scope(charge, scope)]
    return max(inside, key=lambda charge: _weight(charge, received), default=None)


def _weight(charge: Charge, received: int | None) -> tuple[int, int, int, tuple[int, ...]]:
    term = term_of(charge.article, charge.part, received if received is not None else 10**7)
    part = tuple(int(piece) for piece in charge.part.split(".")) if charge.part else (-1,)
    return (*(term or (-1, -1)), int(charge.article), part)


@cache
def _month(day: int | None) -> str:
    return "undated" if day is None else date.fromordinal(day).strftime("%Y-%m")


@cache
def _year(day: int | None) -> str:
    return "undated" if day is None else str(date.fromordinal(day).year)


_PLAIN: dict[str, Callable[[Unit], str]] = {
    "month": lambda unit: _month(unit.day),
    "year": lambda unit: _year(unit.day),
    "court": lambda unit: unit.court,
    "region": lambda unit: region_of(unit.court),
    "level": lambda unit: level_of(unit.court),
    "outcome": lambda unit: unit.outcome,
}


def _part(charge: Charge) -> str:
    return f"{charge.article}/{charge.part or 'unknown'}"


def tabulate(metric: str, scope: str, units: Sequence[Unit]) -> list[Cell]:
    """Every cell of a metric in a scope, by lead; by any charge for article and part."""
    cells: Counter[tuple[str, str, str]] = Counter()
    cells["lead", "", ""] = len(units)
    for unit in units:
        for dimension, key in _PLAIN.items():
            cells["lead", dimension, key(unit)] += 1
        charge = lead(unit.charges, scope, unit.received)
        if charge is None:
            continue
        cells["lead", "article", charge.article] += 1
        cells["lead", "part", _part(charge)] += 1
        inside = [c for c in unit.charges if in_scope(c, scope)]
        for article in {c.article for c in inside}:
            cells["any", "article", article] += 1
        for part in {_part(c) for c in inside}:
            cells["any", "part", part] += 1
    return [Cell(metric, scope, a, d, k, value) for (a, d, k), value in sorted(cells.items())]


def counted(items: Iterable[Seen], scope: str) -> list[Seen]:
    """First-instance records of garrison and district courts with a charge in scope, received since the scope's start."""
    first = since(scope)
    return [
        item
        for item in items
        if item.record.proceeding == FIRST
        and level_of(item.record.court) in COUNTED
        and (first == 0 or (item.received is not None and item.received >= first))
        and any(in_scope(charge, scope) for slot in item.slots for charge in slot.charges)
    ]


def _charges(item: Seen) -> tuple[Charge, ...]:
    return tuple(charge for slot in item.slots for charge in slot.charges)


def record_units(items: Iterable[Seen], metric: str) -> list[Unit]:
    """Units of the three case metrics."""
    units = []
    for item in items:
        unit = Unit(item.record.court, item.received, item.outcome, _charges(item), item.received)
        if metric == "cases_received":
            units.append(unit)
        elif metric == "cases_finished" and item.outcome in FINISHED:
            units.append(unit._replace(day=day_of_ruling(item.standing)))
        elif metric == "verdicts":
            found, day = item.first_verdict()
            if found:
                units.append(unit._replace(day=day))
    return units


def slot_units(items: Iterable[Seen], metric: str, scope: str) -> list[Unit]:
    """Units of the two metrics of persons."""
    units = []
    for item in items:
        for slot in item.slots:
            if not any(in_scope(charge, scope) for charge in slot.charges):
                continue
            unit = Unit(item.record.court, item.received, item.slot_outcome(slot), slot.charges, item.received)
            if metric == "accused":
                units.append(unit)
            elif unit.outcome == "verdict":
                units.append(unit._replace(day=_slot_day(item, slot)))
    return units


def _slot_day(item: Seen, slot: SlotSeen) -> int | None:
    return day_of_ruling(item.slot_ruling(slot))


def matter_groups(items: Iterable[Seen]) -> list[list[Seen]]:
    """First-instance records of one UID together, each without one alone; the earliest first."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for item in items:
        if item.record.proceeding == FIRST and level_of(item.record.court) in COUNTED:
            groups[item.uid or f"alone:{item.record.ref}"].append(item)
    return [sorted(group, key=age) for group in groups.values()]


def age(item: Seen) -> tuple[bool, int, str]:
    return item.received is None, item.received or 0, item.record.ref


def matter_unit(group: Sequence[Seen], scope: str) -> Unit | None:
    """The net count of some records as one matter, in the order of `matter_groups`: month and article of the earliest, court
    and outcome of the latest; None where it is not in scope.
    """
    first, earliest, newest = since(scope), group[0], group[-1]
    if first and (earliest.received is None or earliest.received < first):
        return None
    charges = _charges(earliest)
    if not any(in_scope(charge, scope) for charge in charges):
        return None
    return Unit(newest.record.court, earliest.received, newest.outcome, charges, earliest.received)


def matter_units(items: Iterable[Seen], scope: str) -> list[Unit]:
    """Units of the net count, records joined by the UID they show and by nothing else (`net` has what else is possible)."""
    return [unit for group in matter_groups(items) if (unit := matter_unit(group, scope)) is not None]


def held_cells(items: Sequence[Seen]) -> list[Cell]:
    """`case_records`: everything held, whatever it is about."""
    cells: Counter[tuple[str, str]] = Counter({("", ""): len(items)})
    for item in items:
        cells["month", _month(item.received)] += 1
        cells["year", _year(item.received)] += 1
        cells["court", item.record.court] += 1
        cells["region", region_of(item.record.court)] += 1
        cells["level", level_of(item.record.court)] += 1
        cells["proceeding", branch_of(item.record.proceeding)[1]] += 1
    return [
        Cell("case_records", "all", "lead", dimension, key, value) for (dimension, key), value in sorted(cells.items())
    ]


def expected(items: Sequence[Seen]) -> list[Cell]:
    """Every metric of step 1 by every dimension, in both scopes."""
    cells = held_cells(items)
    for scope in SCOPES:
        inside = counted(items, scope)
        for metric in ("cases_received", "cases_finished", "verdicts"):
            cells += tabulate(metric, scope, record_units(inside, metric))
        for metric in ("accused", "accused_with_verdict"):
            cells += tabulate(metric, scope, slot_units(inside, metric, scope))
        cells += tabulate("matters", scope, matter_units(items, scope))
    return cells
