"""Links between case records, day by day: by rules first, what rules cannot decide as candidates.

Invariants:

* A link holds on a day because of what pages seen by that day show, and of human decisions; never because of what came later.
* An earlier record has at most one successor and a later one at most one predecessor in its matter. Stronger rules go first; of
  equally strong ones a link is automatic only where exactly one candidate is left, seen from both sides.
* Two valid UIDs that differ are two matters, whatever else is alike.
* A candidate changes no count; it only opens the bounds of net counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from courttally.registry.candidates import (
    TOLD_ELSEWHERE,
    Elsewhere,
    Told,
    came_on,
    end_of,
    is_counted,
    likeness,
    named_alike,
    pairs,
)
from courttally.registry.faces import Names, Timeline, name_timelines
from courttally.registry.link_rules import Rule, rule, rules
from courttally.registry.lookups import by_lower_number, by_uid, older_pairs, quashes_of
from courttally.registry.spans import (
    AUTOMATIC,
    CANDIDATE,
    DECIDED,
    Judged,
    Link,
    Ruled,
    Span,
    Spans,
    Taken,
    by_receipt,
    days_of,
    in_force,
)  # fmt: skip

__all__ = ["AUTOMATIC", "CANDIDATE", "DECIDED", "Judged", "Link", "Ruled", "Span", "find_links"]


@dataclass(frozen=True, slots=True)
class Search:
    """What a search for links found: every link that ever held with the days on which it did, what is told of records elsewhere, and the pairs
    that a rule could link automatically on some day."""

    links: dict[Link, list[Span]]
    elsewhere: dict[tuple[str, str], list[Told]]
    pairs: frozenset[tuple[str, str]]


NamesOf = Callable[[set[str]], Names]


def find_links(
    timelines: Mapping[str, Timeline],
    ruled: Ruled | None = None,
    names_of: NamesOf | None = None,
    gone: Mapping[str, list[Told]] | None = None,
) -> dict[Link, list[Span]]:
    """Every link that ever held, with the days on which it did."""
    return search(timelines, ruled or Ruled(), names_of, gone or {}).links


def looked_up(timelines: Mapping[str, Timeline], ruled: Ruled) -> Spans:
    """The links that are looked up and not searched for: by the number of the case below, and by UID."""
    spans = Spans()
    by_lower_number(timelines, ruled, spans)
    by_uid(timelines, ruled, spans)
    return spans


def told_elsewhere(
    timelines: Mapping[str, Timeline], found: Spans, gone: Mapping[str, list[Told]]
) -> dict[tuple[str, str], list[Told]]:
    """What is known of records not from their own pages: verdicts quashed by linked records above, and courts that stopped showing them."""
    told = {(record, "quashed"): each for record, each in quashes_of(timelines, found.found).items()}
    return told | {(record, "gone"): each for record, each in gone.items() if record in timelines}


def search(
    timelines: Mapping[str, Timeline],
    ruled: Ruled,
    names_of: NamesOf | None,
    gone: Mapping[str, list[Told]],
    beside: Mapping[Link, list[Span]] | None = None,
    only: Set[str] | None = None,
) -> Search:
    """Every link among some records.

    ``names_of`` gives the names of records that a likeness of names could link; it is asked once, for those alone. ``gone``: records
    that their courts stopped showing, with the day on which each was seen last. ``beside``: links known to hold, which take their places from others;
    ``only``: the records among which likenesses link automatically, None: all.
    """
    spans = looked_up(timelines, ruled)
    elsewhere = told_elsewhere(timelines, spans, gone)
    _decided(timelines, ruled, spans)
    taken = Taken()
    taken.add(spans.found)
    taken.add(beside or {})
    searched = tuple(each for each in rules() if each.how in SEARCHED)
    possible = pairs(timelines, searched, elsewhere)
    if names_of is not None:
        name_timelines(timelines, names_of({record for pair in possible for record in pair}))
    for pair, found in possible.items():
        possible[pair] = [each for each in found if named_alike(pair, each, timelines)]
    older = older_pairs(timelines)
    for pair in older:
        possible.setdefault(pair, []).insert(0, rule("older-number"))
    alike = {pair: found for pair, found in possible.items() if any(each.automatic for each in found)}
    for rank in sorted({each.rank for each in rules() if each.automatic and each.rank > 1}):
        made = Spans()
        for merge in (True, False):
            of_rank = {
                pair: [each for each in found if each.rank == rank and each.merge == merge and each.automatic]
                for pair, found in alike.items()
                if only is None or (pair[0] in only and pair[1] in only)
            }
            _automatic({p: f for p, f in of_rank.items() if f}, timelines, elsewhere, taken, ruled, made)
        taken.add(made.found)
        for link, days in made.found.items():
            spans.found.setdefault(link, []).extend(days)
    _candidates(possible, timelines, elsewhere, taken, ruled, spans)
    return Search(spans.found, elsewhere, frozenset(alike))


SEARCHED = ("names", "name", "charges", "article")
"""Likenesses for which pairs are searched."""


def _decided(timelines: Mapping[str, Timeline], ruled: Ruled, spans: Spans) -> None:
    for (one, other), judged in ruled.merged.items():
        if one in timelines and other in timelines:
            states = []
            for day in days_of([timelines[one], timelines[other]]):
                faces = timelines[one].at(day), timelines[other].at(day)
                links: frozenset[Link] = frozenset()
                if faces[0] is not None and faces[1] is not None and in_force(judged, timelines, day):
                    (before, _), (after, _) = sorted(((one, faces[0]), (other, faces[1])), key=by_receipt)
                    links = frozenset([Link(before, after, "decided", judged.id, DECIDED, 0, True)])
                states.append((day, links))
            spans.add_days(states)


def _holds(
    each: Rule, pair: tuple[str, str], timelines: Mapping[str, Timeline], elsewhere: Elsewhere, day: date
) -> bool:
    before, after = timelines[pair[0]].at(day), timelines[pair[1]].at(day)
    if before is None or after is None or not is_counted(before) or not is_counted(after):
        return False
    if each.how == "older":
        differ = before.uid and after.uid and before.uid != after.uid
        return bool(before.numbers & after.older) and not differ and before.court == after.court
    if before.uid and before.uid == after.uid:
        return False
    end = end_of(pair[0], before, each.after, elsewhere, day)
    return end is not None and likeness(each, before, after, end, came_on(timelines[pair[1]], after))


def _turns(elsewhere: Elsewhere, record: str) -> set[date]:
    """The days on which what is known elsewhere of a record changes."""
    told = [each for what in TOLD_ELSEWHERE for each in elsewhere.get((record, what), ())]
    return {day for each in told for day in (each.known_from, each.known_to) if day is not None}


def _automatic(
    possible: Mapping[tuple[str, str], list[Rule]],
    timelines: Mapping[str, Timeline],
    elsewhere: Elsewhere,
    taken: Taken,
    ruled: Ruled,
    made: Spans,
) -> None:
    """Links of one strength: per group of records that hang together, on every day on which something of them changes."""
    for group in _groups(possible):
        members = sorted({record for pair in group for record in pair})
        days = set(days_of(timelines[record] for record in members))
        for record in members:
            days |= _turns(elsewhere, record)
            days |= taken.days("before", record) | taken.days("after", record)
        states = []
        for day in sorted(days):
            fitting: dict[tuple[str, str], Rule] = {}
            for pair in group:
                each = next((r for r in possible[pair] if _holds(r, pair, timelines, elsewhere, day)), None)
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
    elsewhere: Elsewhere,
    taken: Taken,
    ruled: Ruled,
    spans: Spans,
) -> None:
    """What rules cannot decide: pairs that fit, while the one has no successor and the other no predecessor."""
    for pair, found in possible.items():
        merging = [each for each in found if each.merge]
        if not merging:
            continue
        days = set(days_of([timelines[pair[0]], timelines[pair[1]]]))
        days |= taken.days("before", pair[0]) | taken.days("after", pair[1])
        days |= _turns(elsewhere, pair[0])
        states = []
        for day in sorted(days):
            links: frozenset[Link] = frozenset()
            if taken.is_free("before", pair[0], day) and taken.is_free("after", pair[1], day):
                each = next((r for r in merging if _holds(r, pair, timelines, elsewhere, day)), None)
                if each is not None and not ruled.is_parted(*pair, timelines, day):
                    links = frozenset([Link(*pair, each.kind, each.id, CANDIDATE, each.weight, True)])
            states.append((day, links))
        spans.add_days(states)
