"""Asking one window of one court, page by page, and saying how completely it was answered.

Invariants
- *Complete* is said only where every page up to the site's counter was read, the pages agree on the counter, ranges join without a gap,
  no row was quarantined, and no case stands on two pages.
- A list without the site's counter is turned to its end all the same, so that its rows are known; it is never complete.
- Rows that move while the pages are turned are noticed, and the window is asked again from its first page.
- A list that mostly shows other days than were asked for was not asked in words that the site understands.
- "Nothing found" is no zero here: whoever asked must prove it (law 4 of the house).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from courttally.collect.queries import ROWS_PER_PAGE, Form, Manner, listing_url
from courttally.collect.talk import Answer, Ask, Talk
from courttally.portal import Reading
from courttally.portal.model import CaseSeen

TURNS = 3
"""How often a window whose rows move is asked from its first page."""
MANY_ROWS = 500
"""Rows above which a window is halved: the longer one turns pages, the likelier rows move."""
FEW_DAYS = 5
"""Fewer rows with a day than these do not show whether a site understood which days were asked for."""
MOST_PAGES = 40
"""Pages that are turned of a list that does not say how long it is."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days first..last, both included, on one axis of dates of one court and proceeding."""

    court: str
    proceeding: str
    axis: str
    first: date
    last: date

    def halves(self) -> tuple[Window, Window] | None:
        """Its two halves, the later first; None for a single day."""
        if self.first >= self.last:
            return None
        middle = self.first + (self.last - self.first) // 2
        return replace(self, first=middle + timedelta(days=1)), replace(self, last=middle)


@dataclass(slots=True)
class Ended:
    """How a window was answered.

    `state` is a state of the ledger, `zero` (nothing found, unproven), `misfit` (the site does not understand this form), `captcha`,
    or `halve` (too many rows, or rows that would not stand still). `cases` are the rows read; `last` is the answer that ended it.
    """

    window: Window
    state: str
    reason: str = ""
    found: int | None = None
    cases: list[CaseSeen] = field(default_factory=list)
    last: Answer | None = None
    first_page: Reading | None = None


_WORST = ("zero", "complete", "partial", "failed", "halve", "captcha", "misfit")
"""States, the better ones first; a zero is no worse than rows that another part of the court brought."""

# Kinds of page that answer a request for a list with: this form is not understood here.
_MISFITS = frozenset({"wrong_query", "search_form", "module_off"})
REASONS = {
    "unsupported_filter": "the court does not know this filter",
    "throttled": "throttled, and still so after pauses",
    "unavailable": "temporarily unavailable, and still so after pauses",
    "blocked": "blocked for reasons of security, and still so after pauses",
    "not_found": "the site knows no such page",
    "unknown": "an answer of a kind that was never seen",
}


def ask_window(manner: Manner, form: Form, window: Window, many: int = MANY_ROWS) -> Talk[Ended]:
    """Ask a window in one form until its rows stand still, `TURNS` times at most."""
    ended = Ended(window, "partial", "never asked")
    for _ in range(TURNS):
        ended, moved = yield from _turn_pages(manner, form, window, many)
        if not moved:
            return ended
    if window.halves() is not None:
        ended.state = "halve"
    return ended


def _turn_pages(manner: Manner, form: Form, window: Window, many: int) -> Talk[tuple[Ended, bool]]:
    """Ask the pages from the first on. The second value says whether rows moved meanwhile."""
    ended = Ended(window, "complete")
    seen: set[tuple[int, int]] = set()
    short = ""
    page, position, as_pager = 1, 0, False
    while True:
        url = listing_url(manner, form, window.axis, window.first, window.last, page, as_pager=as_pager)
        answer = yield Ask(window.court, url, "listing")
        ended.last, reading = answer, answer.reading
        if answer.kind == "no_data" and page > 1:
            if ended.found is None:
                return _shortened(ended, short), False
            return _shortened(ended, "rows moved while the pages were turned"), True
        if answer.kind != "listing" or reading is None:
            return _refused(ended, answer), False
        if page == 1:
            ended.first_page, ended.found = reading, reading.found
            as_pager = f"vnkod={manner.court}".encode() in answer.body
            if _elsewhere(window, reading.cases):
                return _shortened(ended, "the site shows days that were not asked for", "misfit"), False
            if reading.found is not None and reading.found > many and window.halves() is not None:
                return _shortened(ended, f"more than {many} rows", "halve"), False
        if reading.found != ended.found:
            return _shortened(ended, "the counter changed between pages"), True
        rows = len(reading.cases)
        keys = {(case.srv_num, case.case_id) for case in reading.cases if case.case_id is not None}
        if reading.found is None or reading.range_to is None or reading.range_from is None:
            short = "a page without the site's counter"
            if not keys - seen:
                return _shortened(ended, short), False
            ended.cases += [case for case in reading.cases if (case.srv_num, case.case_id) not in seen]
            seen.update(keys)
            if rows < ROWS_PER_PAGE or page >= MOST_PAGES:
                break
        else:
            ended.cases += reading.cases
            if reading.rows_quarantined:
                short = "rows that did not match their header"
            if seen.intersection(keys) or reading.range_from != position + 1:
                return _shortened(ended, "rows moved while the pages were turned"), not short
            seen.update(keys)
            if reading.range_to != position + rows + reading.rows_quarantined or not rows:
                return _shortened(ended, "pages are missing or overlap"), False
            position = reading.range_to
            if position >= reading.found:
                break
        page += 1
    if len(ended.cases) != ended.found:
        short = short or "rows held differ from the site's counter"
    return (_shortened(ended, short) if short else ended), False


def _elsewhere(window: Window, cases: list[CaseSeen]) -> bool:
    """Whether most of a list lies outside its window: a site passes over a field that it does not know, and lists everything."""
    dates = [case.received if window.axis == "received" else case.result_date for case in cases]
    days = [day.value for day in dates if day is not None and day.value is not None]
    outside = sum(not window.first <= day <= window.last for day in days)
    return len(days) >= FEW_DAYS and outside > len(days) / 2


def _shortened(ended: Ended, reason: str, state: str = "partial") -> Ended:
    ended.state, ended.reason = state, reason
    return ended


def is_captcha(answer: Answer) -> bool:
    """Whether an answer asks for a captcha instead of showing anything."""
    return answer.kind == "captcha_rejected" or (answer.reading is not None and answer.reading.asks_captcha)


def joined(window: Window, parts: list[Ended]) -> Ended:
    """How a window was answered by all servers and buildings of a court together: as badly as by the worst, a zero only where all found nothing."""
    worst = max(parts, key=lambda part: _WORST.index(part.state))
    whole = replace(worst, window=window, cases=[case for part in parts for case in part.cases])
    found = [part.found or 0 for part in parts]
    whole.found = None if any(part.found is None for part in parts if part.state != "zero") else sum(found)
    whole.first_page = next((part.first_page for part in parts if part.first_page is not None), None)
    return whole


def _refused(ended: Ended, answer: Answer) -> Ended:
    if answer.kind == "no_data":
        return _shortened(ended, "", "zero")
    if is_captcha(answer):
        return _shortened(ended, "the court asks for a captcha", "captcha")
    if answer.kind in _MISFITS or (
        answer.kind == "not_found" and not ended.cases
    ):  # perhaps another engine's address is known
        return _shortened(ended, "the site did not understand the request", "misfit")
    reason = answer.error or REASONS.get(answer.kind, f"answered by a page of the kind {answer.kind.replace('_', ' ')}")
    return _shortened(ended, reason, "partial" if ended.cases else "failed")
