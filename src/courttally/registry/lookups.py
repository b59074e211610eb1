"""Links that are looked up: by UID, by the number of the case below, by an older number; and what courts above quashed.

Invariants: a record above belongs to the one record below that it names; what it names comes before what a UID says, for a UID is that
of the matter and a number that of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from courttally.registry.candidates import Told
from courttally.registry.faces import Face, Timeline
from courttally.registry.link_rules import rule
from courttally.registry.spans import (
    AUTOMATIC,
    CANDIDATE,
    UPPER,
    Link,
    Ruled,
    Span,
    Spans,
    by_receipt,
    days_of,
    edges,
    within,
)

QUASHED = frozenset({"guilty_quashed", "acquittal_quashed", "quashed", "quashed_new_trial", "quashed_returned"})


def by_uid(timelines: Mapping[str, Timeline], ruled: Ruled, spans: Spans) -> None:
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
            changes = set(days_of(timelines[record] for record in members))
            changes |= {day for record in members for day in edges(named.get(record, ()))}
            states = []
            for day in sorted(changes):
                free = sorted(record for record in members if not within(named.get(record, ()), day))
                states.append((day, frozenset(_uid_links(uid, free, timelines, day, ruled))))
            spans.add_days(states)


def _uid_links(
    uid: str, members: list[str], timelines: Mapping[str, Timeline], day: date, ruled: Ruled
) -> Iterable[Link]:
    """The records of one UID on a day: those of first instance in a chain, the others hung onto them."""
    here = [(record, face) for record in members if (face := timelines[record].at(day)) is not None and face.uid == uid]
    first = sorted(((record, face) for record, face in here if face.proceeding == "first"), key=by_receipt)
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
            kind = (
                face.proceeding
                if face.proceeding in UPPER[:2] and _of_it(face, timelines[below].at(day))
                else "same_uid"
            )
            yield Link(below, record, kind, by_uid.id, AUTOMATIC, by_uid.weight, True)


def _of_it(face: Face, below: Face | None) -> bool:
    """Whether a record above can be of a record below of its UID, and not of another one of that matter, which the court never showed:
    it did not come before it, and does not name another number."""
    if below is None or (face.received and below.received and face.received < below.received):
        return False
    numbers = below.numbers | below.older
    return not (face.lower_numbers and numbers and not face.lower_numbers & numbers)


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


def by_lower_number(timelines: Mapping[str, Timeline], ruled: Ruled, spans: Spans) -> None:
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
            days = days_of([timeline, *(timelines[other] for other in others)])
            spans.add_days([(day, _lower_links(record, others, timelines, day, ruled)) for day in days])


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


def quashes_of(timelines: Mapping[str, Timeline], found: Mapping[Link, list[Span]]) -> dict[str, list[Told]]:
    """Records whose verdict a linked record of a court above quashed: on which day, and since when that is known."""
    quashes: dict[str, list[Told]] = {}
    for link, spans in found.items():
        if link.kind not in UPPER or link.status == CANDIDATE:
            continue
        above = timelines[link.after]
        for since, until in spans:
            days = sorted({since, *(day for day in above.days if day >= since and (until is None or day < until))})
            for place, day in enumerate(days):
                face = above.at(day)
                if face is not None and face.upper_result in QUASHED and face.outcome_date is not None:
                    end = days[place + 1] if place + 1 < len(days) else until
                    quashes.setdefault(link.before, []).append(Told(face.outcome_date, day, end))
    return quashes


def older_pairs(timelines: Mapping[str, Timeline]) -> set[tuple[str, str]]:
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
