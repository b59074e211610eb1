"""Links and the days on which they hold: what the finding of links is made of.

Invariants: a link is a value; its days are half-open stretches of Moscow days. Nothing here decides what is linked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from courttally.registry.faces import Face, Timeline
from courttally.registry.judgement import basis

AUTOMATIC, CANDIDATE, DECIDED = "automatic", "candidate", "decided"
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
    """One decision about two records, and what it rests on: record -> each basis (``judgement.bases``) on which it stands."""

    id: str
    rests_on: Mapping[str, Collection[str]]


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
        if face is None or basis(face.uid, face.received, face.persons) not in shown:
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
        return not within(self._spans.get((side, record), ()), day)

    def days(self, side: str, record: str) -> set[date]:
        """The days on which that changes."""
        return edges(self._spans.get((side, record), ()))


def days_of(timelines: Iterable[Timeline]) -> list[date]:
    """Every day on which something of the records changes."""
    found: set[date] = set()
    for timeline in timelines:
        found.update(timeline.days)
        if timeline.closed_on is not None:
            found.add(timeline.closed_on)
    return sorted(found)


def by_receipt(item: tuple[str, Face]) -> tuple[bool, date, str]:
    """The order of records in a matter: by received day, undated ones last, then by key."""
    record, face = item
    return (face.received is None, face.received or date.min, record)


def within(spans: Iterable[Span], day: date) -> bool:
    """Whether a day lies in one of the stretches."""
    return any(since <= day and (until is None or day < until) for since, until in spans)


def edges(spans: Iterable[Span]) -> set[date]:
    """The days on which stretches begin or end."""
    return {day for span in spans for day in span if day is not None}
