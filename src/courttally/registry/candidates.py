"""Which pairs of case records could belong together: blocking by court, window and article, so that no rule has to look at all pairs.

Invariants: a pair is found whenever the two could satisfy a rule on any day; whether they do on a given day is decided by
``likeness``, from the two faces of that day alone. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

from courttally.portal.keyed import sounds
from courttally.registry.faces import Face, Timeline, ended
from courttally.registry.link_rules import Rule

FIRST_LEVELS = ("garrison", "district")
SUCCESSION = ("returned", "transferred", "quashed")
"""Ends after which the same matter comes back as another record."""

_Span = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Told:
    """From ``known_from`` until before ``known_to`` it is known, not from the record's own pages, that something happened to it on
    ``day``: its verdict was quashed, or it was seen for the last time."""

    day: date
    known_from: date
    known_to: date | None


Elsewhere = Mapping[tuple[str, str], list[Told]]
"""(record, ``quashed`` or ``gone``) -> what is known of that."""

TOLD_ELSEWHERE = ("quashed", "gone")
OPEN = ("pending", "stayed")


def is_counted(face: Face) -> bool:
    """Whether the record is of first instance at a court whose cases are counted."""
    return face.proceeding == "first" and face.level in FIRST_LEVELS


def end_of(record: str, face: Face, after: str, elsewhere: Elsewhere, today: date) -> date | None:
    """The day of the end that a rule asks for, as known on ``today``."""
    if after in TOLD_ELSEWHERE:
        if after == "gone" and face.outcome not in OPEN:
            return None
        days = [
            each.day
            for each in elsewhere.get((record, after), ())
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
            return (
                bool(before.names) and before.names == after.names and articles_of(before) & articles_of(after) != set()
            )
        case "name":
            few, many = (after, before) if rule.after == "split" else (before, after)
            return len(few.names) == 1 and few.names[0] in many.names
        case "charges":
            return any(before.charges) and before.charges == after.charges and not _differ(before, after)
        case "article":
            return _overlap(before, after) and not _differ(before, after)
    raise ValueError(f"rule {rule.id} is not decided by two faces")


def _differ(before: Face, after: Face) -> bool:
    """Whether both pages name their accused, and name others, not the same in another spelling."""
    return bool(before.names) and bool(after.names) and sounds(before.names) != sounds(after.names)


def articles_of(face: Face) -> set[str]:
    """The articles a face shows; an empty text stands for a face that shows none."""
    return {charge[0] for slot in face.charges for charge in slot} or {""}


def _overlap(before: Face, after: Face) -> bool:
    """Whether they share an article; a record without any charge could be about every article."""
    return sharing(articles_of(before), articles_of(after))


def sharing(one: Set[str], other: Set[str]) -> bool:
    """Whether two sets of articles, as ``articles_of`` gives them, can be about one."""
    return bool(one & other) or "" in one or "" in other


def came_on(timeline: Timeline, face: Face) -> date:
    """The day a record was received; where its page does not say, the day from which it is known."""
    return face.received if face.received is not None else timeline.days[0]


class Blocks:
    """Counted records by court and day of receipt; apart those that do not show one valid UID all the time."""

    def __init__(self, timelines: Mapping[str, Timeline]) -> None:
        self._courts: dict[tuple[str, bool], list[tuple[date, str]]] = {}
        self._every: dict[bool, list[tuple[date, str]]] = {False: [], True: []}
        self._timelines = timelines
        for record, timeline in timelines.items():
            if not is_counted(timeline.faces[-1]):
                continue
            court = timeline.faces[-1].court
            for silent in (False, True) if not settled(timeline) else (False,):
                for day in {came_on(timeline, face) for face in timeline.faces}:
                    self._every[silent].append((day, record))
                    self._courts.setdefault((court, silent), []).append((day, record))
        for items in (*self._courts.values(), *self._every.values()):
            items.sort()

    def within(self, before: Timeline, where: str, first: date, last: date) -> Iterator[str]:
        """Records that came to the court of ``before``, or to any other, from one day to another, both inclusive, the nearest first.

        Where ``before`` shows a valid UID, only records that do not: others are found by their UID, or are another matter.
        """
        court, silent = before.faces[-1].court, settled(before)
        items = self._courts.get((court, silent), []) if where == "same" else self._every[silent]
        for _, record in items[bisect_left(items, (first, "")) : bisect_right(items, (last, "\uffff"))]:
            if where == "same" or self._timelines[record].faces[-1].court != court:
                yield record

    def every_at(self, court: str, first: date, last: date) -> Iterator[str]:
        """Every record that came to a court from one day to another, both inclusive."""
        items = self._courts.get((court, False), [])
        for _, record in items[bisect_left(items, (first, "")) : bisect_right(items, (last, "\uffff"))]:
            yield record


def settled(timeline: Timeline) -> bool:
    """Whether a record has shown one valid UID all the time."""
    uid = timeline.faces[-1].uid
    return bool(uid) and all(face.uid == uid for face in timeline.faces)


NEAREST = 25
"""So many candidates that only charges speak for are kept for one end of one record: the nearest in time."""
NEAR_ONLY = ("charges", "article")


def ends_of(timeline: Timeline, after: str, elsewhere: Elsewhere) -> set[date]:
    """Every day that was ever known as the day of that end."""
    if after in TOLD_ELSEWHERE:
        return {each.day for each in elsewhere.get((timeline.record, after), ())}
    return {day for face in timeline.faces if (day := ended(face, after)) is not None}


def pairs(
    timelines: Mapping[str, Timeline], rules: tuple[Rule, ...], elsewhere: Elsewhere
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
            for end in sorted(ends_of(timeline, rule.after, elsewhere)):
                first, last = shifted(end, rule.first_day), shifted(end, rule.last_day)
                left = NEAREST if rule.how in NEAR_ONLY else len(timelines)
                others = _joined(blocks, timeline, rule, first, last)
                for other in others:
                    if other != record and _could_be(rule, timeline, timelines[other]):
                        of_pair = found.setdefault((record, other), [])
                        if rule not in of_pair:
                            of_pair.append(rule)
                        left -= 1
                        if not left:
                            break
    return found


def _joined(blocks: Blocks, before: Timeline, rule: Rule, first: date, last: date) -> Iterator[str]:
    """Where a rule does not make one matter of two, UIDs say nothing: then every record of the court is looked at."""
    if rule.merge or not settled(before):
        return blocks.within(before, rule.where, first, last)
    return blocks.every_at(before.faces[-1].court, first, last)


def named_alike(pair: tuple[str, str], rule: Rule, timelines: Mapping[str, Timeline]) -> bool:
    """Whether the names that are known of two records by now could ever satisfy a rule; names once known stay known."""
    return alike(rule, timelines[pair[0]].faces[-1].names, timelines[pair[1]].faces[-1].names)


def alike(rule: Rule, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether the keyed names of two records are alike in the way of a rule; rules that ask for no names find all alike."""
    if rule.how == "names":
        return bool(before) and before == after
    if rule.how == "name":
        few, many = (after, before) if rule.after == "split" else (before, after)
        return len(few) == 1 and few[0] in many
    return True


def shifted(day: date, by: int) -> date:
    """A day so many days later, held within the days that there are."""
    return date.fromordinal(min(max(day.toordinal() + by, 1), date.max.toordinal()))


def _could_be(rule: Rule, before: Timeline, after: Timeline) -> bool:
    """A cheap look at the latest faces: UIDs that differ for good, articles that share nothing."""
    one, other = before.faces[-1], after.faces[-1]
    settled = all(face.uid == one.uid for face in before.faces) and all(face.uid == other.uid for face in after.faces)
    if rule.merge and settled and one.uid and other.uid and one.uid != other.uid:
        return False
    return any(_overlap(face, other) for face in before.faces)
