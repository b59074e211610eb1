"""Which pairs of case records could belong together: blocking by court, window and article, so that no rule has to look at all pairs.

Invariants: a pair is found whenever the two could satisfy a rule on any day; whether they do on a given day is decided by
``likeness``, from the two faces of that day alone. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from courttally.registry.faces import Face, Timeline, ended
from courttally.registry.link_rules import Rule

FIRST_LEVELS = ("garrison", "district")
SUCCESSION = ("returned", "transferred", "quashed")
"""Ends after which the same matter comes back as another record."""

_Span = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Quash:
    """From ``known_from`` until before ``known_to`` it is known that the verdict of a record was quashed on ``day``."""

    day: date
    known_from: date
    known_to: date | None


Quashes = Mapping[str, list[Quash]]


def is_counted(face: Face) -> bool:
    """Whether the record is of first instance at a court whose cases are counted."""
    return face.proceeding == "first" and face.level in FIRST_LEVELS


def end_of(record: str, face: Face, after: str, quashes: Quashes, today: date) -> date | None:
    """The day of the end that a rule asks for, as known on ``today``."""
    if after == "quashed":
        days = [
            each.day
            for each in quashes.get(record, ())
            if each.known_from <= today and (each.known_to is None or each.known_to > today)
        ]
        return max(days, default=None)
    return ended(face, after)


def likeness(rule: Rule, before: Face, after: Face, end: date, came: date) -> bool:
    """Whether two faces are alike in the way of ``rule``, ``after`` having come on a day measured from the end of ``before``."""
    if before.uid and after.uid and before.uid != after.uid and rule.merge:
        return False
    if not rule.first_day <= (came - end).days <= rule.last_day:
        return False
    if (rule.where == "same" and before.court != after.court) or (
        rule.where == "other" and before.court == after.court
    ):
        return False
    match rule.how:
        case "names":
            return bool(before.names) and before.names == after.names and _articles(before) & _articles(after) != set()
        case "name":
            few, many = (after, before) if rule.after == "split" else (before, after)
            return len(few.names) == 1 and few.names[0] in many.names
        case "charges":
            return any(before.charges) and before.charges == after.charges and not _differ(before, after)
        case "article":
            return _overlap(before, after) and not _differ(before, after)
    raise ValueError(f"rule {rule.id} is not decided by two faces")


def _differ(before: Face, after: Face) -> bool:
    """Whether both pages name their accused, and name others."""
    return bool(before.names) and bool(after.names) and before.names != after.names


def _articles(face: Face) -> set[str]:
    return {charge[0] for slot in face.charges for charge in slot} or {""}


def _overlap(before: Face, after: Face) -> bool:
    """Whether they share an article; a record without any charge could be about every article."""
    one, other = _articles(before), _articles(after)
    return bool(one & other) or "" in one or "" in other


def came_on(timeline: Timeline, face: Face) -> date:
    """The day a record was received; where its page does not say, the day from which it is known."""
    return face.received if face.received is not None else timeline.days[0]


class Blocks:
    """Counted records by court and day of receipt."""

    def __init__(self, timelines: Mapping[str, Timeline]) -> None:
        self._courts: dict[str, list[tuple[date, str]]] = {}
        self._every: list[tuple[date, str]] = []
        self._timelines = timelines
        for record, timeline in timelines.items():
            if not is_counted(timeline.faces[-1]):
                continue
            days = {came_on(timeline, face) for face in timeline.faces}
            for day in days:
                self._every.append((day, record))
                self._courts.setdefault(timeline.faces[-1].court, []).append((day, record))
        self._every.sort()
        for items in self._courts.values():
            items.sort()

    def within(self, court: str, where: str, first: date, last: date) -> Iterator[str]:
        """Records that came to ``court``, or to any other, from one day to another, both inclusive."""
        items = self._courts.get(court, []) if where == "same" else self._every
        for _, record in items[bisect_left(items, (first, "")) : bisect_right(items, (last, "\uffff"))]:
            if where == "same" or self._timelines[record].faces[-1].court != court:
                yield record


def ends_of(timeline: Timeline, after: str, quashes: Quashes) -> set[date]:
    """Every day that was ever known as the day of that end."""
    if after == "quashed":
        return {each.day for each in quashes.get(timeline.record, ())}
    return {day for face in timeline.faces if (day := ended(face, after)) is not None}


def pairs(
    timelines: Mapping[str, Timeline], rules: tuple[Rule, ...], quashes: Quashes
) -> dict[tuple[str, str], list[Rule]]:
    """Pairs of records (the earlier, the later) that some rules could ever link, with those rules, in their order.

    Only rules that two faces decide; those by UID, lower number or older number are looked up and not searched for.
    """
    blocks = Blocks(timelines)
    found: dict[tuple[str, str], list[Rule]] = {}
    for record, timeline in timelines.items():
        if not is_counted(timeline.faces[-1]):
            continue
        for rule in rules:
            for end in ends_of(timeline, rule.after, quashes):
                first, last = _shifted(end, rule.first_day), _shifted(end, rule.last_day)
                for other in blocks.within(timeline.faces[-1].court, rule.where, first, last):
                    if other != record and _could_be(rule, timeline, timelines[other]):
                        of_pair = found.setdefault((record, other), [])
                        if rule not in of_pair:
                            of_pair.append(rule)
    return found


def _shifted(day: date, by: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + by, 1), date.max.toordinal()))


def _could_be(rule: Rule, before: Timeline, after: Timeline) -> bool:
    """A cheap look at the latest faces: UIDs that differ for good, articles that share nothing."""
    one, other = before.faces[-1], after.faces[-1]
    settled = all(face.uid == one.uid for face in before.faces) and all(face.uid == other.uid for face in after.faces)
    if rule.merge and settled and one.uid and other.uid and one.uid != other.uid:
        return False
    return any(_overlap(face, other) for face in before.faces)
