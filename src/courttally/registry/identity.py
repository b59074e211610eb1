"""Which sightings are one case record: keys, provisional keys and their take-over, GUID conflicts.

Invariants:

* ``court:branch:proceeding:srv_num:case_id`` is the key; a case number never is.
* Without case_id the key is provisional, ``court:branch:proceeding:1:uid:UID``, else ``…:1:no:NUMBER@DATE``; a record with
  case_id and the same UID (else, where one of them has none, the same number and received date) in that court and proceeding
  takes it over from the first day on which what is known leaves one candidate. Two candidates: a signal and no take-over.
* The GUID is a checked second key: the first that a record showed stays; a sighting with another one is set aside
  with a signal and overwrites nothing. A person may decide that some identifiers are of one case, or are not: then there is no signal.
* What holds as of D depends only on sightings included by D.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

AMBIGUOUS = "takeover_ambiguous"
"""The signal that several records could take a provisional one over."""


@dataclass(slots=True)
class Sighting:
    """What identity and resolution need of one sighting, in plain values; ``ref`` is ``capture#seq``."""

    ref: str
    capture: str
    seq: int
    row: int
    included_on: date
    rank: int
    """Microseconds since 1970 (UTC): the later one's value is current."""
    card: bool
    digest: str
    simulated: bool
    court: str
    branch: str
    proceeding: str
    srv_num: int
    case_id: int | None
    guid: str | None
    number: str | None
    uid: str | None
    uid_valid: bool | None
    received: date | None
    received_raw: str
    has_received: bool
    outcome: str | None
    rule: str | None
    ground: str | None
    result_date: date | None
    result_date_raw: str
    has_result_date: bool
    in_force: date | None
    has_in_force: bool
    act: str | None
    consideration: str | None
    slots: int | None
    has_slot_results: bool
    has_events: bool
    second_hand: bool = False
    """Somebody else's note of a page: an exported row."""

    def order(self) -> tuple[date, int, bool, str, str]:
        """The order in which sightings became known; total, so that no result rests on the order of files."""
        return (self.included_on, self.rank, self.card, self.digest, self.ref)


@dataclass(frozen=True, slots=True)
class Takeover:
    """A provisional key, the record that took it over, and from which day."""

    provisional: str
    record: str
    known_from: date


@dataclass(slots=True)
class Identified:
    """Sightings by their own key, the take-overs, and signals as (record, capture, code)."""

    records: dict[str, list[Sighting]]
    takeovers: list[Takeover]
    signals: list[tuple[str, str, str]]


def key_of(sighting: Sighting) -> str | None:
    """The sighting's own key; None where the page gives nothing to build one from."""
    stem = f"{sighting.court}:{sighting.branch}:{sighting.proceeding}"
    if sighting.case_id is not None:
        return f"{stem}:{sighting.srv_num}:{sighting.case_id}"
    if sighting.uid and sighting.uid_valid:
        return f"{stem}:1:uid:{sighting.uid}"
    if sighting.number and sighting.received is not None:
        return f"{stem}:1:no:{sighting.number}@{sighting.received.isoformat()}"
    return None


def is_provisional(key: str) -> bool:
    """Whether a record key was built without case_id."""
    return ":uid:" in key or ":no:" in key


def identify(
    sightings: Iterable[Sighting],
    decided: Mapping[str, tuple[frozenset[str], bool]] | None = None,
    takeovers: Sequence[Takeover] | None = None,
) -> Identified:
    """Group ``sightings`` into records. ``decided``: record -> identifiers that a person looked at, and whether they are of one
    case. ``takeovers``: those known to hold; None: ``sightings`` are all there are, and tell. Raises nothing: what has no key is a signal."""
    records: dict[str, list[Sighting]] = {}
    signals: list[tuple[str, str, str]] = []
    for sighting in sorted(sightings, key=Sighting.order):
        key = key_of(sighting)
        if key is None:
            signals.append(("", sighting.capture, "record_without_key"))
        else:
            records.setdefault(key, []).append(sighting)
    for key, seen in records.items():
        records[key] = _one_guid(key, seen, signals, (decided or {}).get(key, _UNDECIDED))
    found = list(takeovers) if takeovers is not None else _takeovers(records, signals)
    return Identified(records, found, sorted(set(signals)))


_UNDECIDED: tuple[frozenset[str], bool] = (frozenset(), False)


def _one_guid(
    key: str, seen: list[Sighting], signals: list[tuple[str, str, str]], decided: tuple[frozenset[str], bool]
) -> list[Sighting]:
    looked_at, same = decided
    guid: str | None = None
    kept = []
    for sighting in seen:
        if sighting.guid is not None and guid is None:
            guid = sighting.guid
        if sighting.guid is None or sighting.guid == guid:
            kept.append(sighting)
        elif guid not in looked_at or sighting.guid not in looked_at:
            signals.append((key, sighting.capture, "guid_conflict"))
        elif same:
            kept.append(sighting)
    return kept


_Stem = tuple[str, str, str]


def _takeovers(records: dict[str, list[Sighting]], signals: list[tuple[str, str, str]]) -> list[Takeover]:
    provisional = {key: seen for key, seen in records.items() if is_provisional(key)}
    if not provisional:
        return []
    facts = _Facts()
    for key, seen in records.items():
        if key not in provisional:
            for sighting in seen:
                facts.add(key, sighting)
    found = []
    for key, seen in sorted(provisional.items()):
        taken = None
        for day, candidates in _candidates(seen, facts):
            if len(candidates) > 1:
                signals.append((key, seen[0].capture, AMBIGUOUS))
            elif candidates and taken is None:
                taken = Takeover(key, next(iter(candidates)), day)
        if taken is not None:
            found.append(taken)
    return found


class _Facts:
    """From which day records with case_id are known to show a UID, or a number and date."""

    def __init__(self) -> None:
        self.by_uid: dict[tuple[_Stem, str], dict[str, date]] = {}
        self.by_number: dict[tuple[_Stem, str, date], dict[str, date]] = {}
        self.uid_since: dict[str, date] = {}

    def add(self, key: str, sighting: Sighting) -> None:
        """Take in one sighting; a record's come in the order in which they became known."""
        stem, day = _stem(sighting), sighting.included_on
        if sighting.uid and sighting.uid_valid:
            self.by_uid.setdefault((stem, sighting.uid), {}).setdefault(key, day)
            self.uid_since.setdefault(key, day)
        if sighting.number and sighting.received is not None:
            self.by_number.setdefault((stem, sighting.number, sighting.received), {}).setdefault(key, day)


def _stem(sighting: Sighting) -> _Stem:
    return (sighting.court, sighting.branch, sighting.proceeding)


def _candidates(seen: list[Sighting], facts: _Facts) -> Iterator[tuple[date, set[str]]]:
    """The records that could be the provisional one, day by day, each day by what was known then and nothing later."""
    stem, since = _stem(seen[0]), seen[0].included_on
    uid = seen[0].uid if seen[0].uid and seen[0].uid_valid else None  # the same in all: it makes the key
    of_uid = {other: max(day, since) for other, day in facts.by_uid.get((stem, uid), {}).items()} if uid else {}
    of_number: dict[str, date] = {}
    for sighting in seen:
        if sighting.number and sighting.received is not None:
            for other, day in facts.by_number.get((stem, sighting.number, sighting.received), {}).items():
                both = max(day, sighting.included_on)
                of_number[other] = min(both, of_number.get(other, both))
    # A record that shows another UID is another case, whatever its number.
    denied = {other: facts.uid_since[other] for other in of_number if uid and other in facts.uid_since}
    days = {*of_uid.values(), *of_number.values(), *denied.values()}
    for today in sorted(day for day in days if day >= since):
        same_uid = {other for other, day in of_uid.items() if day <= today}
        same_number = {other for other, day in of_number.items() if day <= today}
        yield today, same_uid or {o for o in same_number if o not in denied or denied[o] > today}


def timed_sightings(identified: Identified) -> Iterable[tuple[str, list[tuple[Sighting, date]], date | None]]:
    """Every record with its sightings and the day from which each counts for it, in order of key.

    The third value is the day on which another record took a provisional one over, None for all others.
    """
    taken = {takeover.provisional: takeover for takeover in identified.takeovers}
    gained: dict[str, list[Takeover]] = {}
    for takeover in identified.takeovers:
        gained.setdefault(takeover.record, []).append(takeover)
    for record in sorted(identified.records):
        timed = [(sighting, sighting.included_on) for sighting in identified.records[record]]
        for takeover in gained.get(record, ()):
            timed += [(s, max(s.included_on, takeover.known_from)) for s in identified.records[takeover.provisional]]
        yield record, timed, taken[record].known_from if record in taken else None
