"""Disappearance and return: what a court stopped showing, and what proves it (law 5 of the house).

Invariants:

* *Vanished* is concluded only when the court was up, a complete list by day received no longer shows the record, and its card was gone in
  two checks at least 72 hours apart, each with a control card of the same court answering within half a day.
* An outage, a captcha, a block, a list that is not complete, or somebody else's export is never a ground. A record without a usable
  received day cannot be looked for in a list by day: it stays *missing*.
* A later page that shows the record ends it: *returned*. Vanished records keep counting in what was ever seen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from courttally.engine import Engine
from courttally.registry import views_past
from courttally.registry.moscow import moscow_date
from courttally.registry.schema import TABLES

APART = timedelta(hours=72)
NEAR = timedelta(hours=12)
"""How near in time a control card must have answered."""

MASS = 5
"""So many records of one court that go together are one event."""
TOGETHER = timedelta(days=14)
"""Records whose absence was first noticed within so many days, and that were all still seen before, can have gone together."""

Row = tuple[Any, ...]
Key = tuple[str, str, str, int, int]
"""Court, branch, proceeding, srv_num, case_id."""


@dataclass(frozen=True, slots=True)
class Check:
    """One look that did not find the card, with the control card that answered near it, if any did."""

    at: datetime
    capture: str
    control: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One complete list by day received."""

    first: date | None
    last: date | None
    day: date
    at: datetime
    capture: str

    def covers(self, received: date | None) -> bool:
        """Whether a record received that day had to be in the list."""
        if received is None:
            return self.first is None and self.last is None
        return (self.first is None or self.first <= received) and (self.last is None or received <= self.last)


@dataclass(frozen=True, slots=True)
class Version:
    """What is concluded of one record from a day on; columns as in the table ``presence``."""

    known_from: date
    state: str
    last_seen: date
    first: Check
    second: Check | None = None
    listing: Listing | None = None
    back_on: date | None = None


def presence_rows(records: Iterable[Row], engine: Engine) -> list[Row]:
    """Rows of ``presence`` for every one of ``records`` (rows of that table) whose card was once not there. ``engine`` is over all seen tables."""
    checks = _checks(engine)
    if not checks:
        return []
    shows: dict[Key, list[datetime]] = {}
    for *place, at in views_past.shows_of_gone(engine):
        shows.setdefault(_key(place), []).append(at)
    listings: dict[tuple[str, str, str], list[Listing]] = {}
    for court, branch, proceeding, first, last, day, capture, at in views_past.whole_listings(engine):
        listings.setdefault((court, branch, proceeding), []).append(Listing(first, last, day, at, capture))
    names = TABLES["records"].schema.names
    columns = [names.index(name) for name in ("court", "branch", "proceeding", "srv_num", "case_id")]
    received_at, since_at = names.index("received"), names.index("known_from")
    received: dict[Key, list[tuple[date, date | None]]] = {}
    record_of: dict[Key, str] = {}
    for row in records:
        key = _key([row[column] for column in columns])
        if key in checks:
            received.setdefault(key, []).append((row[since_at], row[received_at]))
            record_of[key] = row[0]
    rows: list[Row] = []
    for key in sorted(set(checks) & set(record_of) & set(shows)):
        days = sorted(received[key], key=lambda item: item[0])
        versions = list(versions_of(shows[key], checks[key], listings.get(key[:3], ()), days))
        for n, version in enumerate(versions):
            until = versions[n + 1].known_from if n + 1 < len(versions) else None
            rows.append(_row(record_of[key], version, until))
    return rows


def _key(values: Sequence[Any]) -> Key:
    court, branch, proceeding, srv_num, case_id = values
    return (court, branch, proceeding, srv_num, case_id)


def _checks(engine: Engine) -> dict[Key, list[Check]]:
    controls: dict[str, tuple[list[datetime], list[str]]] = {}
    for court, capture, at in views_past.control_cards(engine):
        times, captures = controls.setdefault(court, ([], []))
        times.append(at)
        captures.append(capture)
    found: dict[Key, list[Check]] = {}
    for *key, capture, at in views_past.gone_checks(engine):
        found.setdefault(_key(key), []).append(Check(at, capture, _nearest(controls.get(key[0]), at)))
    return found


def _nearest(controls: tuple[list[datetime], list[str]] | None, at: datetime) -> str:
    """The card that answered nearest in time, "" where none did within ``NEAR``."""
    if controls is None:
        return ""
    times, captures = controls
    place = bisect_left(times, at)
    near = [n for n in (place - 1, place) if 0 <= n < len(times) and abs(times[n] - at) <= NEAR]
    return captures[min(near, key=lambda n: (abs(times[n] - at), n))] if near else ""


def versions_of(
    shows: Sequence[datetime],
    checks: Sequence[Check],
    listings: Sequence[Listing],
    received: Sequence[tuple[date, date | None]],
) -> Iterator[Version]:
    """What is concluded of one record, in order of days. All times ascend; ``received``: day known from, received day as then known."""
    place = 0
    while place < len(shows):
        seen = shows[place]
        back = shows[place + 1] if place + 1 < len(shows) else None
        place += 1
        between = [check for check in checks if check.at > seen and (back is None or check.at < back) and check.control]
        if not between:
            continue
        first = between[0]
        last_seen = moscow_date(seen)
        missing = Version(moscow_date(first.at), "missing", last_seen, first)
        second = next((check for check in between if check.at - first.at >= APART), None)
        concluded = None
        if second is not None:
            proof = _proof(listings, seen, back, received)
            if proof is not None:
                day = max(moscow_date(second.at), proof.day)
                concluded = Version(day, "vanished", last_seen, first, second, proof)
        found = [missing, *([concluded] if concluded is not None else [])]
        if back is not None:
            known = concluded or missing
            day = moscow_date(back)
            found.append(Version(day, "returned", last_seen, first, known.second, known.listing, day))
        # Of several conclusions on one day the last counts.
        for number, version in enumerate(found):
            if number + 1 == len(found) or found[number + 1].known_from > version.known_from:
                yield version


def _proof(
    listings: Sequence[Listing], seen: datetime, back: datetime | None, received: Sequence[tuple[date, date | None]]
) -> Listing | None:
    """The first complete list after the record was last seen that had to show it and did not."""
    for listing in listings:
        if listing.at <= seen or (back is not None and listing.at >= back):
            continue
        came = [value for since, value in received if since <= listing.day]
        if came and listing.covers(came[-1]):
            return listing
    return None


def _row(record: str, version: Version, until: date | None) -> Row:
    second, listing = version.second, version.listing
    return (
        record, version.known_from, until, version.state, version.last_seen, version.first.at, second.at if second else None,
        listing.day if listing else None, version.back_on, version.first.capture, version.first.control,
        second.capture if second else "", second.control if second else "", listing.capture if listing else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Removal:
    """A mass removal: one event with its list. All were seen by ``after`` at the latest, and all were missed by ``by``."""

    court: str
    after: date
    by: date
    records: tuple[str, ...]
    back: int
    """How many of them came back since."""


def mass_removals(rows: Iterable[Row]) -> list[Removal]:
    """Events among the rows of ``views_past.presence_at``: at least ``MASS`` vanished records of one court that were first missed ``TOGETHER``."""
    by_court: dict[str, list[tuple[date, date, str, bool]]] = {}
    for record, state, _, last_seen, first, second, _, court in rows:
        if second is not None and state in ("vanished", "returned"):
            by_court.setdefault(court, []).append((moscow_date(first), last_seen, record, state == "returned"))
    found = []
    for court, items in sorted(by_court.items()):
        items.sort()
        while items:
            together = [item for item in items if item[0] - items[0][0] <= TOGETHER]
            if len(together) >= MASS:
                found.append(
                    Removal(
                        court,
                        max(last_seen for _, last_seen, _, _ in together),
                        max(missed for missed, _, _, _ in together),
                        tuple(sorted(record for _, _, record, _ in together)),
                        sum(back for _, _, _, back in together),
                    )
                )
                items = items[len(together) :]
            else:
                items = items[1:]
    return found
