"""The net count where not every link is shown: what is true, and between what it can be counted.

Some records of a matter show no UID, and whoever counts may or may not know by other evidence that they belong together.
Invariants: a range holds every way of putting the records of one true matter together that keeps records of one shown UID in
one; records of two true matters are never together. Where the records of every matter show one UID, a range is one number.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from courttally.courts import level_of
from courttally.rehearsal.counts import COUNTED, SCOPES, age, matter_unit, tabulate
from courttally.rehearsal.model import FIRST
from courttally.rehearsal.seen import Seen

Group = list[Seen]
_Key = tuple[str, str, str]


class Range(NamedTuple):
    """One cell of the net count: the true number, and the least and most that shown UIDs and true links leave possible."""

    scope: str
    attribution: str
    dimension: str
    key: str
    least: int
    true: int
    most: int


def pieces(items: Sequence[Seen]) -> list[list[Group]]:
    """The records of each true matter, those of one shown UID together; each piece in the order of receipt."""
    matters: dict[str, dict[str, Group]] = defaultdict(lambda: defaultdict(list))
    for item in sorted(items, key=age):
        if item.record.proceeding == FIRST and level_of(item.record.court) in COUNTED:
            matters[item.record.matter][item.uid or f"alone:{item.record.ref}"].append(item)
    return [list(found.values()) for found in matters.values()]


def ways(parts: list[Group]) -> Iterator[list[Group]]:
    """Every way of putting pieces together, the first with all of them in one."""
    if not parts:
        yield []
        return
    first, rest = parts[0], parts[1:]
    for way in ways(rest):
        for place, group in enumerate(way):
            yield [*way[:place], first + group, *way[place + 1 :]]
        yield [first, *way]


def _cells(groups: Sequence[Group], scope: str) -> Counter[_Key]:
    units = [unit for group in groups if (unit := matter_unit(sorted(group, key=age), scope)) is not None]
    return Counter({(c.attribution, c.dimension, c.key): c.value for c in tabulate("matters", scope, units)})


def net_ranges(items: Sequence[Seen]) -> list[Range]:
    """Every cell of `matters` in both scopes that can be more than nothing."""
    found: list[Range] = []
    matters = pieces(items)
    for scope in SCOPES:
        least = _cells([parts[0] for parts in matters if len(parts) == 1], scope)
        true, most = Counter(least), Counter(least)
        for parts in matters:
            if len(parts) == 1:
                continue
            told = [_cells(way, scope) for way in ways(parts)]
            true += told[0]
            for key in set().union(*told):
                least[key] += min(cells[key] for cells in told)
                most[key] += max(cells[key] for cells in told)
        found += [Range(scope, *key, least[key], true[key], most[key]) for key in sorted(most)]
    return found
