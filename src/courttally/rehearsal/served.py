"""What somebody who asked the served sites can have seen: the truth behind the log of a stage.

Invariants: only answers that the client can have received whole count; the rest of the rule is `seen`'s, so a collection
over HTTP and nightly captures without HTTP are held against the same truth. A check that found a card gone counts 72
hours or more after the one before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from courttally.rehearsal.addresses import Asked, taken_apart
from courttally.rehearsal.crawl import ROWS, Sight, Window
from courttally.rehearsal.stage import Entry
from courttally.rehearsal.world import World

_APART = timedelta(hours=72)
_BESIDE = frozenset({"page", "_page", "submit", "nc", "captcha", "captchaid"})


@dataclass(slots=True)
class Client:
    """What was seen by whoever made the requests of a log, as `seen.all_seen` and `truth.seen_tables` take it."""

    world: World
    sights: dict[str, Sight] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    _checks: dict[str, datetime] = field(default_factory=dict)

    def add(self, entries: Iterable[Entry], until: int | None = None) -> "Client":
        """Take in answers, in the order they were given, up to and including a night."""
        held = [entry for entry in entries if entry.whole and (until is None or entry.night <= until)]
        for entry in held:
            if entry.kind in ("listing", "card"):
                self._see(entry)
            elif entry.kind == "not_found" and entry.records and entry.records[0] in self.sights:
                self._miss(entry)
        self.windows += _windows(held)
        return self

    def _see(self, entry: Entry) -> None:
        for ref in entry.records:
            sight = self.sights.setdefault(ref, Sight(entry.night, entry.night))
            if entry.kind == "card":
                sight.card = entry.shows + 1
            else:
                sight.row = entry.shows + 1
            sight.last, sight.card_last = entry.night, entry.kind == "card"
            sight.gone.clear()

    def _miss(self, entry: Entry) -> None:
        ref, moment = entry.records[0], datetime.fromisoformat(entry.at)
        sight = self.sights[ref]
        if not sight.gone or moment - self._checks[ref] >= _APART:
            sight.gone.append(entry.night)
            self._checks[ref] = moment


def _windows(entries: list[Entry]) -> list[Window]:
    """Every listing asked by date of receipt, a night each: complete when all pages came whole and agree."""
    asked: dict[tuple[str, str, int, str], dict[int, Entry]] = {}
    days: dict[tuple[str, str, int, str], tuple[int, int]] = {}
    for entry in entries:
        if entry.kind not in ("listing", "no_data"):
            continue
        query = taken_apart(entry.query)
        rest = "&".join(f"{name}={value}" for name, value in sorted(query.fields.items()) if name not in _BESIDE)
        since, until = _received(query)
        if not since or not until:
            continue  # by another date, or open at an end: it shows records, and covers no days of receipt
        key = (entry.court, entry.proceeding, entry.night, rest)
        number = query.get("page", "_page")
        asked.setdefault(key, {})[int(number) if number.isdigit() else 1] = entry
        days[key] = (since, until)
    windows = []
    for key, pages in asked.items():
        found = {entry.found for entry in pages.values()}
        total = max((number for number in found if number is not None), default=0)
        whole = len(found) == 1 and set(range(1, max(1, -(-total // ROWS)) + 1)) <= pages.keys()
        refs = [ref for entry in pages.values() for ref in entry.records]
        state = "complete" if whole and len(set(refs)) == total else "partial"
        windows.append(Window(key[0], key[1], *days[key], key[2], state, total))
    return windows


def _received(query: Asked) -> tuple[int, int]:
    """The window of days of receipt that a listing was asked for; 0 for an end it leaves open."""
    since = [query.day(name) for name in query.fields if name.endswith("entry_date1d")]
    until = [query.day(name) for name in query.fields if name.endswith("entry_date2d")]
    return next((day for day in since if day), 0), next((day for day in until if day), 0)
