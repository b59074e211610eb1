"""Links between case records, day by day: by rules first, what rules cannot decide as candidates.

Invariants:

* A link holds on a day because of what pages seen by that day show, and of human decisions; never because of what came later.
* An earlier record has at most one successor and a later one at most one predecessor in its matter. Stronger rules go first; of
  equally strong ones a link is automatic only where exactly one candidate is left, seen from both sides.
* Two valid UIDs that differ are two matters, whatever else is alike.
* A candidate changes no count; it only opens the bounds of net counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from courttally.registry.candidates import Quash, came_on, end_of, is_counted, likeness, pairs
from courttally.registry.faces import Face, Names, Timeline, name_timelines
from courttally.registry.judgement import basis
from courttally.registry.link_rules import Rule, rule, rules

AUTOMATIC, CANDIDATE, DECIDED = "automatic", "candidate", "decided"
_QUASHED = frozenset({"guilty_quashed", "acquittal_quashed", "quashed", "quashed_new_trial", "quashed_returned"})
UPPER = ("appeal", "cassation", "supervision")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """One link as it stands on a day; ``before`` is the earlier record (for appeals the one below)."""

    before: str
    after: str
    kind: str
    rule: str
    status: str
    weight: int
    merge: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision about two records, and what it rests on: record -> its basis then (``judgement.basis``)."""

    id: str
    rests_on: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What people decided of pairs. A pair is in order of its keys."""

    merged: Mapping[tuple[str, str], Judged] = field(default_factory=dict)
    parted: Mapping[tuple[str, str], Judged] = field(default_factory=dict)

    def is_parted(self, one: str, other: str, timelines: Mapping[str, Timeline], day: date) -> bool:
        """Whether a decision that is in force on a day says that the two are not one matter."""
        judged = self.parted.get((min(one, other), max(one, other)))
        return judged is not None and in_force(judged, timelines, day)


def in_force(judged: Judged, timelines: Mapping[str, Timeline], day: date) -> bool:
    """Whether both records show on a day what the decision rests on."""
    for record, shown in judged.rests_on.items():
        face = timelines[record].at(day) if record in timelines else None
        if face is None or basis(face.uid, face.received, face.persons) != shown:
            return False
    return True


Span = tuple[date, date | None]


@dataclass(slots=True)
class Spans:
    """Links with the days on which they hold."""

    found: dict[Link, list[Span]] = field(default_factory=dict)

    def add_days(self, states: list[tuple[date, frozenset[Link]]], closing: date | None = None) -> None:
        """Take in what holds from each of some days on; the last state holds until ``closing``."""
        open_: dict[Link, date] = {}
        for day, links in states:
            for link in [link for link in open_ if link not in links]:
                self._close(link, open_.pop(link), day)
            for link in links:
                open_.setdefault(link, day)
        for link, since in open_.items():
            self._close(link, since, closing)

    def _close(self, link: Link, since: date, until: date | None) -> None:
        if until is None or since < until:
            self.found.setdefault(link, []).append((since, until))


class Taken:
    """On which days a record has a successor, or a predecessor."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, str], list[Span]] = {}

    def add(self, spans: Mapping[Link, list[Span]]) -> None:
        """Take in links that make two records neighbours in one matter."""
        for link, days in spans.items():
            if link.merge and link.status != CANDIDATE and link.kind not in UPPER:
                self._spans.setdefault(("before", link.before), []).extend(days)
                self._spans.setdefault(("after", link.after), []).extend(days)

    def is_free(self, side: str, record: str, day: date) -> bool:
        """Whether nothing follows (``before``) or precedes (``after``) the record on a day."""
        return not _within(self._spans.get((side, record), ()), day)

    def days(self, side: str, record: str) -> set[date]:
        """The days on which that changes."""
        return _edges(self._spans.get((side, record), ()))


def find_links(
    timelines: Mapping[str, Timeline], ruled: Ruled | None = None, names_of: Callable[[set[str]], Names] | None = None
) -> dict[Link, list[Span]]:
    """Every link that ever held, with the days on which it did.

    ``names_of`` gives the names of records that a likeness of names could link; it is asked once, for those alone.
    """
    ruled = ruled or Ruled()
    spans = Spans()
    _by_lower_number(timelines, ruled, spans)
    _by_uid(timelines, ruled, spans)
    quashes = _quashes(timelines, spans.found)
    _decided(timelines, ruled, spans)
    taken = Taken()
    taken.add(spans.found)
    searched = tuple(each for each in rules() if each.how in ("names", "name", "charges", "article"))
    possible = pairs(timelines, searched, quashes)
    if names_of is not None:
        name_timelines(timelines, names_of({record for pair in possible for record in pair}))
    older = _older_pairs(timelines)
    for pair in older:
        possible.setdefault(pair, []).insert(0, rule("older-number"))
    for rank in sorted({each.rank for each in rules() if each.automatic and each.rank > 1}):
        made = Spans()
        for merge in (True, False):
            of_rank = {
                pair: [each for each in found if each.rank == rank and each.merge == merge and each.automatic]
                for pair, found in possible.items()
            }
            _automatic({p: f for p, f in of_rank.items() if f}, timelines, quashes, taken, ruled, made)
        taken.add(made.found)
        for link, days in made.found.items():
            spans.found.setdefault(link, []).extend(days)
    _candidates(possible, timelines, quashes, taken, ruled, spans)
    return spans.found


def _days(timelines: Iterable[Timeline]) -> list[date]:
    found: set[date] = set()
    for timeline in timelines:
        found.update(timeline.days)
        if timeline.closed_on is not None:
            found.add(timeline.closed_on)
    return sorted(found)


def _order(item: tuple[str, Face]) -> tuple[bool, date, str]:
    record, face = item
    return (face.received is None, face.received or date.min, record)


def _by_uid(timelines: Mapping[str, Timeline], ruled: Ruled, spans: Spans) -> None:
    """The records of one UID. Records above that the number of the case below linked are left alone."""
    groups: dict[str, set[str]] = {}
    for record, timeline in timelines.items():
        for face in timeline.faces:
            if face.uid:
                groups.setdefault(face.uid, set()).add(record)
    named: dict[str, list[Span]] = {}
    for link, days in spans.found.items():
        if link.status != CANDIDATE:
            named.setdefault(link.after, []).extend(days)
    for uid, members in groups.items():
        if len(members) > 1:
            changes = set(_days(timelines[record] for record in members))
            changes |= {day for record in members for day in _edges(named.get(record, ()))}
            states = []
            for day in sorted(changes):
                free = sorted(record for record in members if not _within(named.get(record, ()), day))
                states.append((day, frozenset(_uid_links(uid, free, timelines, day, ruled))))
            spans.add_days(states)


def _uid_links(
    uid: str, members: list[str], timelines: Mapping[str, Timeline], day: date, ruled: Ruled
) -> Iterable[Link]:
    """The records of one UID on a day: those of first instance in a chain, the others hung onto them."""
    here = [(record, face) for record in members if (face := timelines[record].at(day)) is not None and face.uid == uid]
    first = sorted(((record, face) for record, face in here if face.proceeding == "first"), key=_order)
    by_uid = rule("uid")
    for place, (record, face) in enumerate(first):
        before = next(
            (item for item in reversed(first[:place]) if not ruled.is_parted(item[0], record, timelines, day)), None
        )
        if before is not None:
            yield Link(before[0], record, _kind(before[1], face), by_uid.id, AUTOMATIC, by_uid.weight, True)
    for record, face in here:
        below = (
            None
            if face.proceeding == "first"
            else _below(face, [item for item in first if not ruled.is_parted(item[0], record, timelines, day)])
        )
        if below is not None:
            kind = face.proceeding if face.proceeding in UPPER[:2] else "same_uid"
            yield Link(below, record, kind, by_uid.id, AUTOMATIC, by_uid.weight, True)


def _kind(before: Face, after: Face) -> str:
    """What made one record of a UID follow another, as far as their pages say."""
    if before.court != after.court:
        return "transferred" if before.outcome == "transferred" else "same_uid"
    if before.numbers & after.older:
        return "older_number"
    return {"returned": "refiled", "verdict": "retrial"}.get(before.outcome, "same_uid")


def _below(face: Face, free: list[tuple[str, Face]]) -> str | None:
    """The record of first instance that a record above (or a material) of the same UID belongs to: the latest before it."""
    if face.lower_court:
        # It says which court it comes from: a record of another court is not the one.
        free = [(key, each) for key, each in free if each.court == face.lower_court]
    came = [
        key for key, each in free if each.received is None or face.received is None or each.received <= face.received
    ]
    return came[-1] if came else free[0][0] if free else None


def _by_lower_number(timelines: Mapping[str, Timeline], ruled: Ruled, spans: Spans) -> None:
    """Records of courts above by the court below and its number, which say more than a UID: they name one record."""
    by_number: dict[tuple[str, str], set[str]] = {}
    for record, timeline in timelines.items():
        for face in timeline.faces:
            if face.proceeding in ("first", "material"):
                for number in face.numbers | face.older:
                    by_number.setdefault((face.court, number), set()).add(record)
    for record, timeline in timelines.items():
        if timeline.faces[-1].proceeding not in UPPER:
            continue
        others = sorted(
            {
                other
                for face in timeline.faces
                for number in face.lower_numbers
                for other in by_number.get((face.lower_court, number), ())
            }
        )
        if others:
            days = _days([timeline, *(timelines[other] for other in others)])
            spans.add_days([(day, _lower_links(record, others, timelines, day, ruled)) for day in days])


def _within(spans: Iterable[Span], day: date) -> bool:
    return any(since <= day and (until is None or day < until) for since, until in spans)


def _edges(spans: Iterable[Span]) -> set[date]:
    return {day for span in spans for day in span if day is not None}


def _lower_links(
    record: str, others: list[str], timelines: Mapping[str, Timeline], day: date, ruled: Ruled
) -> frozenset[Link]:
    """The record below that a record above names on a day; more than one that fit are candidates."""
    face = timelines[record].at(day)
    if face is None:
        return frozenset()
    free = [other for other in others if not ruled.is_parted(other, record, timelines, day)]
    faces = {other: below for other in free if (below := timelines[other].at(day)) is not None and _fits(below, face)}
    fitting = [other for other, below in faces.items() if below.uid and below.uid == face.uid] or list(faces)
    status = AUTOMATIC if len(fitting) == 1 else CANDIDATE
    kind = face.proceeding if face.proceeding in UPPER[:2] else "appeal"
    by_lower = rule("lower-number")
    return frozenset(Link(other, record, kind, by_lower.id, status, by_lower.weight, True) for other in fitting)


def _fits(below: Face, above: Face) -> bool:
    if below.court != above.lower_court or (below.uid and above.uid and below.uid != above.uid):
        return False
    if below.received is not None and above.received is not None and below.received > above.received:
        return False
    return bool((below.numbers | below.older) & above.lower_numbers)


def _quashes(timelines: Mapping[str, Timeline], found: Mapping[Link, list[Span]]) -> dict[str, list[Quash]]:
    """Records whose verdict a linked record of a court above quashed: on which day, and since when that is known."""
    quashes: dict[str, list[Quash]] = {}
    for link, spans in found.items():
        if link.kind not in UPPER or link.status == CANDIDATE:
            continue
        above = timelines[link.after]
        for since, until in spans:
            days = sorted({since, *(day for day in above.days if day >= since and (until is None or day < until))})
            for place, day in enumerate(days):
                face = above.at(day)
                if face is not None and face.upper_result in _QUASHED and face.outcome_date is not None:
                    end = days[place + 1] if place + 1 < len(days) else until
                    quashes.setdefault(link.before, []).append(Quash(face.outcome_date, day, end))
    return quashes


def _older_pairs(timelines: Mapping[str, Timeline]) -> set[tuple[str, str]]:
    """Records of one court and proceeding of which the later carries a number of the earlier as its older one."""
    by_number: dict[tuple[str, str, str], set[str]] = {}
    for record, timeline in timelines.items():
        last = timeline.faces[-1]
        for number in last.numbers:
            by_number.setdefault((last.court, last.proceeding, number), set()).add(record)
    return {
        (other, record)
        for record, timeline in timelines.items()
        if (last := timeline.faces[-1]).proceeding == "first"
        for number in last.older
        for other in by_number.get((last.court, last.proceeding, number), ())
        if other != record
    }


def _decided(timelines: Mapping[str, Timeline], ruled: Ruled, spans: Spans) -> None:
    for (one, other), judged in ruled.merged.items():
        if one in timelines and other in timelines:
            states = []
            for day in _days([timelines[one], timelines[other]]):
                faces = timelines[one].at(day), timelines[other].at(day)
                links: frozenset[Link] = frozenset()
                if faces[0] is not None and faces[1] is not None and in_force(judged, timelines, day):
                    (before, _), (after, _) = sorted(((one, faces[0]), (other, faces[1])), key=_order)
                    links = frozenset([Link(before, after, "decided", judged.id, DECIDED, 0, True)])
                states.append((day, links))
            spans.add_days(states)


def _holds(
    each: Rule, pair: tuple[str, str], timelines: Mapping[str, Timeline], quashes: Mapping[str, list[Quash]], day: date
) -> bool:
    before, after = timelines[pair[0]].at(day), timelines[pair[1]].at(day)
    if before is None or after is None or not is_counted(before) or not is_counted(after):
        return False
    if each.how == "older":
        differ = before.uid and after.uid and before.uid != after.uid
        return bool(before.numbers & after.older) and not differ and before.court == after.court
    if before.uid and before.uid == after.uid:
        return False
    end = end_of(pair[0], before, each.after, quashes, day)
    return end is not None and likeness(each, before, after, end, came_on(timelines[pair[1]], after))


def _automatic(
    possible: Mapping[tuple[str, str], list[Rule]],
    timelines: Mapping[str, Timeline],
    quashes: Mapping[str, list[Quash]],
    taken: Taken,
    ruled: Ruled,
    made: Spans,
) -> None:
    """Links of one strength: per group of records that hang together, on every day on which something of them changes."""
    for group in _groups(possible):
        members = sorted({record for pair in group for record in pair})
        days = set(_days(timelines[record] for record in members))
        for record in members:
            days |= {each for quash in quashes.get(record, ()) for each in (quash.known_from, quash.known_to) if each}
            days |= taken.days("before", record) | taken.days("after", record)
        states = []
        for day in sorted(days):
            fitting: dict[tuple[str, str], Rule] = {}
            for pair in group:
                each = next((r for r in possible[pair] if _holds(r, pair, timelines, quashes, day)), None)
                if each is None or ruled.is_parted(*pair, timelines, day):
                    continue
                if not each.merge or (taken.is_free("before", pair[0], day) and taken.is_free("after", pair[1], day)):
                    fitting[pair] = each
            states.append((day, frozenset(_sole(fitting))))
        made.add_days(states)


def _sole(fitting: Mapping[tuple[str, str], Rule]) -> Iterable[Link]:
    """Pairs of which neither side fits another one."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for one, other in fitting:
        before[one] = before.get(one, 0) + 1
        after[other] = after.get(other, 0) + 1
    for (one, other), each in fitting.items():
        if (each.one != "both" or before[one] == 1) and after[other] == 1:
            yield Link(one, other, each.kind, each.id, AUTOMATIC, each.weight, each.merge)


def _groups(possible: Mapping[tuple[str, str], list[Rule]]) -> list[list[tuple[str, str]]]:
    """Pairs by the records they share."""
    parent: dict[str, str] = {}

    def root(record: str) -> str:
        while parent.setdefault(record, record) != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for one, other in possible:
        parent[root(one)] = root(other)
    groups: dict[str, list[tuple[str, str]]] = {}
    for pair in sorted(possible):
        groups.setdefault(root(pair[0]), []).append(pair)
    return list(groups.values())


def _candidates(
    possible: Mapping[tuple[str, str], list[Rule]],
    timelines: Mapping[str, Timeline],
    quashes: Mapping[str, list[Quash]],
    taken: Taken,
    ruled: Ruled,
    spans: Spans,
) -> None:
    """What rules cannot decide: pairs that fit, while the one has no successor and the other no predecessor."""
    for pair, found in possible.items():
        merging = [each for each in found if each.merge]
        if not merging:
            continue
        days = set(_days([timelines[pair[0]], timelines[pair[1]]]))
        days |= taken.days("before", pair[0]) | taken.days("after", pair[1])
        days |= {each for quash in quashes.get(pair[0], ()) for each in (quash.known_from, quash.known_to) if each}
        states = []
        for day in sorted(days):
            links: frozenset[Link] = frozenset()
            if taken.is_free("before", pair[0], day) and taken.is_free("after", pair[1], day):
                each = next((r for r in merging if _holds(r, pair, timelines, quashes, day)), None)
                if each is not None and not ruled.is_parted(*pair, timelines, day):
                    links = frozenset([Link(*pair, each.kind, each.id, CANDIDATE, each.weight, True)])
            states.append((day, links))
        spans.add_days(states)
