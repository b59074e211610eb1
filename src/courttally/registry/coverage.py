"""Coverage: which windows were asked for, and how completely they are held.

Invariants (DESIGN, *coverage*): the window is the request's date filters; it is complete when all pages up to the site's counter
are held and agree, else partial. A request with further filters (an article, a person) covers only what it asked for and is
partial for the court. Without a URL the window is unknown and partial. A card alone covers nothing. A "no data" answer is a
zero only where the same form brought rows at that court on the same day (law 4); else it is partial.

What the collector asked is held as captures like any list, and is judged by them. Its ledger adds what no capture shows: windows that failed or
are disallowed, with the reason, until a list of the same window is held, or until a later night asked for all its days again (a nightly window ends a
day later every night, and the words of the latest one stand for all); and a complete one is not complete where the ledger says
of the same day that it is not. A ledger alone makes nothing complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from courttally.registry.moscow import moscow_date

ROWS_PER_PAGE = 25

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One capture of a listing or of a "no data" answer."""

    capture: str
    digest: str
    included_on: date
    rank: int
    court: str
    branch: str
    proceeding: str
    query: str
    has_url: bool
    page: int
    axis: str
    window_from: date | None
    window_to: date | None
    filtered: bool
    kind: str
    found: int | None
    range_from: int | None
    range_to: int | None
    rows: int
    quarantined: int


_Window = tuple[str, str, str, date, date]
"""Court, proceeding, axis, first and last day of a window of the collector's."""
_Said = dict[date, tuple[str, str]]
"""Moscow day -> the ledger's last word of that day: state and reason."""


def coverage_rows(
    pages: Iterable[ListingPage],
    ledger: Iterable[Mapping[str, object]] = (),
    proven: Set[tuple[str, str, str, date]] | None = None,
) -> list[Row]:
    """Versions of windows in the order of the ``coverage`` table's columns. ``ledger``: entries of the archive's coverage ledger; ``proven``:
    (court, branch, proceeding, day) on which a list brought rows, None where ``pages`` are all there are."""
    pages = sorted(pages, key=lambda p: (p.included_on, p.rank, p.digest, p.capture))
    if proven is None:
        brought = (page for page in pages if page.kind == "listing" and page.rows)
        proven = {(page.court, page.branch, page.proceeding, page.included_on) for page in brought}
    said = _said(ledger)
    held_from: dict[_Window, date] = {}
    queries: dict[tuple[str, str, str, str], list[ListingPage]] = {}
    for page in pages:
        queries.setdefault((page.court, page.proceeding, page.branch, page.query), []).append(page)
    rows: list[Row] = []
    for (court, proceeding, branch, query), held in sorted(queries.items()):
        first = held[0]
        words: _Said = {}
        if (
            first.window_from is not None
            and first.window_to is not None
            and branch == "criminal"
            and not first.filtered
        ):
            window = (court, proceeding, first.axis, first.window_from, first.window_to)
            words = said.get(window, {})
            held_from[window] = min(first.included_on, held_from.get(window, first.included_on))
        versions = _versions(held, proven, words)
        for n, (day, value) in enumerate(versions):
            until = versions[n + 1][0] if n + 1 < len(versions) else None
            rows.append(
                (
                    court,
                    branch,
                    proceeding,
                    query,
                    first.axis,
                    first.window_from,
                    first.window_to,
                    first.filtered,
                    *value,
                    day,
                    until,
                )
            )
    nights = _nights(said)
    for window, words in sorted(said.items()):
        if all(state == "complete" for state, _ in words.values()):
            continue  # a ledger alone makes nothing complete
        again = _asked_again(window, max(words), nights[window[:3]])
        ends = [day for day in (held_from.get(window), again) if day is not None]
        rows += _asked_rows(window, words, min(ends, default=None))
    return rows


_Nights = dict[tuple[str, str, str], dict[date, list[tuple[date, date]]]]
"""Court, proceeding, axis -> night -> the spans of days that were asked for."""


def _nights(said: Mapping[_Window, _Said]) -> _Nights:
    nights: _Nights = {}
    for window, words in sorted(said.items()):
        for day in words:
            nights.setdefault(window[:3], {}).setdefault(day, []).append(window[3:])
    return nights


def _asked_again(window: _Window, after: date, nights: Mapping[date, list[tuple[date, date]]]) -> date | None:
    """The first night after a day on which all days of a window were asked for again, in whatever windows."""
    for night in sorted(day for day in nights if day > after):
        first, last = window[3:]
        for since, until in sorted(nights[night]):
            if since > first:
                break
            first = max(first, until + timedelta(days=1))
        if first > last:
            return night
    return None


def _said(ledger: Iterable[Mapping[str, object]]) -> dict[_Window, _Said]:
    said: dict[_Window, _Said] = {}
    for entry in ledger:
        first, last = (date.fromisoformat(str(entry[name])) for name in ("window_from", "window_to"))
        window = (str(entry["court"]), str(entry["proceeding"]), str(entry["axis"]), first, last)
        day = moscow_date(datetime.fromisoformat(str(entry["asked_at"])))
        said.setdefault(window, {})[day] = (str(entry["state"]), str(entry["reason"] or ""))
    return said


def _asked_rows(window: _Window, words: _Said, ends: date | None) -> list[Row]:
    """What the ledger says of a window before any list of it is held, or all its days were asked for again (`ends`)."""
    court, proceeding, axis, first, last = window
    states: list[tuple[date, tuple[str, str]]] = []
    for day, word in sorted(words.items()):
        if (ends is None or day < ends) and word[0] != "complete" and (not states or states[-1][1] != word):
            states.append((day, word))
    query = f"asked:{axis}:{first}:{last}"
    rows: list[Row] = []
    for n, (day, (state, reason)) in enumerate(states):
        until = states[n + 1][0] if n + 1 < len(states) else ends
        rows.append(
            (court, "criminal", proceeding, query, axis, first, last, False, state, reason, None, 0, day, until)
        )
    return rows


_State = tuple[str, str, int | None, int]


def _versions(
    held: list[ListingPage], proven: Set[tuple[str, str, str, date]], words: _Said
) -> list[tuple[date, _State]]:
    latest: dict[int, ListingPage] = {}
    versions: list[tuple[date, _State]] = []
    for n, page in enumerate(held):
        current = latest.get(page.page)
        if current is None or page.rank >= current.rank:
            latest[page.page] = page
        if n + 1 < len(held) and held[n + 1].included_on == page.included_on:
            continue
        state = _state(_standing(list(latest.values())), proven)
        word = words.get(page.included_on)
        if state[0] == "complete" and word is not None and word[0] != "complete":
            state = (*word, *state[2:])
        if not versions or versions[-1][1] != state:
            versions.append((page.included_on, state))
    return versions


def _standing(pages: list[ListingPage]) -> list[ListingPage]:
    """Without pages that lie behind the end of the list as it was last seen: rows were taken away since, and nobody can ask for them."""
    newest = max(pages, key=lambda page: (page.rank, page.digest))
    last = 1 if newest.kind == "no_data" else _last_page(newest)
    return pages if last is None else [page for page in pages if page.page <= max(last, newest.page)]


def _last_page(page: ListingPage) -> int | None:
    """The last page of a list as one of its pages shows it: a page that does not end the list is full. None without a counter."""
    if page.found is None:
        return None
    if page.range_from is None or page.range_to is None or page.range_to < page.range_from:
        return -(-page.found // ROWS_PER_PAGE)
    return page.page if page.range_to >= page.found else -(-page.found // (page.range_to - page.range_from + 1))


def _state(pages: list[ListingPage], proven: Set[tuple[str, str, str, date]]) -> _State:
    pages.sort(key=lambda page: page.page)
    rows = sum(page.rows for page in pages)
    found = pages[-1].found
    reason = _shortfall(pages, proven, rows, found)
    return ("partial" if reason else "complete", reason, found, rows)


def _shortfall(pages: list[ListingPage], proven: Set[tuple[str, str, str, date]], rows: int, found: int | None) -> str:
    """Why the window is not complete, "" if it is."""
    first = pages[0]
    if not first.has_url:
        return "no address: which window was asked for is not known"
    if any(page.quarantined for page in pages):
        return "rows that did not match their header"
    if all(page.kind == "no_data" for page in pages):
        if (first.court, first.branch, first.proceeding, first.included_on) not in proven:
            return "no data answered, and no control query of the same day shows that the form works"
        return "narrowed by further filters" if first.filtered else ""
    counted = [page for page in pages if page.kind == "listing"]
    if any(page.found is None for page in counted):
        return "a page without the site's counter"
    if len({page.found for page in counted}) > 1:
        return "the counter changed between pages"
    if found is None or rows != found:
        return "rows held differ from the site's counter"
    expected = 1
    for page in counted:
        if page.range_from != expected or page.range_to is None:
            return "pages are missing or overlap"
        expected = page.range_to + 1
    return "narrowed by further filters" if first.filtered else ""
