"""``read(page)``: one answer of a court site in, plain records out. A pure function.

Invariants:

* The request says which court, proceeding and kind were asked for; the bytes are checked against it; every disagreement
  is a signal. The court is, in this order: the directory's court of the URL's host, the court stated at import, the
  URL's unknown host as ``other:HOST``, the code in the page's own links. A page without any has no court.
* Branch and proceeding come from the pair (delo_id, new) in the spelling of the engine whose address it is: of the
  request, else of the page's own links, else of the heading. An unlisted pair is branch ``other`` and a signal.
* ``latest_date`` is the latest date printed on the page that cannot lie in the page's future: stamps, dates of receipt
  and decision, posting dates, and days of events that have a result. A hearing is announced ahead and bounds nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from courttally import courts
from courttally.portal.addresses import Request, host_of, parse_case_link, parse_pager_link
from courttally.portal.card import pair_on_card, read_card
from courttally.portal.cells import Notes
from courttally.portal.chrome import SIMULATED_MARK
from courttally.portal.export_row import is_export_row, read_export_row
from courttally.portal.kinds import Kind, Marks, open_page
from courttally.portal.listing import read_hearings, read_listing
from courttally.portal.model import Page, Reading
from courttally.portal.tables import Row, children, lacks_its_end
from courttally.portal.texts import read_decision, read_press
from courttally.portal.vocabulary import HEADINGS, PAIRS, fold_label

_HOST = re.compile(r"[a-z0-9.-]{1,100}")
# name_op of the request -> kinds of page that answer it. Any other kind is a disagreement, states of the site excepted.
_ANSWERS: dict[str, frozenset[str]] = {
    "r": frozenset({"listing", "no_data"}),
    "r_juid": frozenset({"listing", "no_data"}),
    "case": frozenset({"card"}),
    "doc": frozenset({"decision", "empty_document"}),
    "sf": frozenset({"search_form"}),
}
_CONTENT_KINDS = frozenset(
    {"listing", "card", "decision", "empty_document", "hearing_list", "press_item", "search_form", "no_data"}
)
_PAGER = 'a[href*="vnkod="]'
_NOT_THE_SITE = frozenset({"x-courttally-simulated", "x-courttally-portal"})
"""Headers of a capture that no court's site answered: whatever stood in its place, its pages are no real cases."""


def read(page: Page) -> Reading:
    """Read one page. Never raises on the page's content: what is not understood is in ``signals``."""
    if is_export_row(page):
        row = read_export_row(page)
        row.simulated = SIMULATED_MARK in page.payload or _says_simulated(page)
        return row
    opened = open_page(page)
    data, marks, request, found = opened.data, opened.marks, opened.request, opened.found
    notes = Notes()
    reading = Reading(kind=found.kind, engine=found.engine, asks_captcha=found.asks_captcha)
    reading.simulated = opened.simulated or _says_simulated(page)
    if opened.lossy:
        notes.add("bytes_replaced")
    _check_kind(found.kind, request, notes)
    if request is not None and request.delo_id is not None:
        if not reading.engine:
            reading.engine = request.spelling
        elif (reading.engine == "primary") == request.vnkod_style:
            notes.add("engine_disagrees")
    if found.kind == "unknown":
        notes.add("kind_unknown")
        reading.cut = lacks_its_end(page.payload)
    if found.signal:
        notes.add("page_too_large" if found.signal == "page_too_large" else "page_too_deep")
    page_court = _identify(reading, request, found, data, marks, notes)
    _resolve_court(reading, page, request, page_court, notes)
    if found.kind == "listing":
        read_listing(reading, found.rows, data, marks.zone, notes)
    elif found.kind == "card":
        read_card(reading, marks, page.payload, data, opened.box, request, notes)
    elif found.kind == "hearing_list":
        reading.hearing_day = request.hearing_date if request is not None else None
        read_hearings(reading, found.rows, notes)
    elif found.kind == "press_item":
        read_press(reading, marks, page.payload, notes)
    elif found.kind == "decision" and found.node is not None:
        read_decision(reading, found.node, page.payload, notes)
    reading.signals = notes.signals
    reading.latest_date = notes.latest
    return reading


def _says_simulated(page: Page) -> bool:
    return any(name.lower() in _NOT_THE_SITE for name, _ in page.headers)


def _check_kind(kind: str, request: Request | None, notes: Notes) -> None:
    if request is None or kind not in _CONTENT_KINDS:
        return
    expected = _ANSWERS.get(request.name_op)
    if request.hearing_date is not None and not request.name_op:
        expected = frozenset({"hearing_list"})
    if expected is not None and kind not in expected:
        notes.add("kind_disagrees")


def _identify(
    reading: Reading, request: Request | None, found: Kind, data: bytes, marks: Marks, notes: Notes
) -> str | None:
    """Set the page's pair, branch and proceeding; return the court code that the page's own links name."""
    if reading.kind not in ("listing", "card"):
        if request is not None and request.delo_id is not None:
            reading.delo_id, reading.new = request.delo_id, request.new
            pair = PAIRS.get((request.spelling, request.delo_id, request.new))
            reading.branch, reading.proceeding = pair or ("", "")
        return None
    delo_id, new, page_court, spelling = (
        pair_on_card(marks) if reading.kind == "card" else _pair_on_listing(found.rows, data, marks)
    )
    if request is not None and request.delo_id is not None:
        delo_id, new, spelling = request.delo_id, request.new, request.spelling
    reading.delo_id, reading.new = delo_id, new
    heading = _heading(marks)
    listed = PAIRS.get((spelling, delo_id, new)) if delo_id is not None else None
    if listed is not None:
        if heading is not None and heading != listed:
            notes.add("proceeding_disagrees", ("heading", 0, 0))
    elif heading is not None and (delo_id is None or new is None):
        listed = heading
    else:
        notes.add("pair_unlisted" if delo_id is not None else "proceeding_unknown", ("heading", 0, 0))
        listed = ("other", "other")
    reading.branch, reading.proceeding = listed
    return page_court


def _heading(marks: Marks) -> tuple[str, str] | None:
    for name in ("title", "name-instanse"):
        for node in marks.of_class(name):
            # The first line only: a notice of the law on publication stands below it.
            child = next((each for each in children(node) if each.is_text_node and not _blank(each)), None)
            words = fold_label(" ".join((child.text_content or "").split())) if child is not None else ""
            if words in HEADINGS:
                return HEADINGS[words]
    return None


def _blank(node: LexborNode) -> bool:
    text = node.text_content
    return not text or text.isspace()


def _pair_on_listing(rows: list[Row], data: bytes, marks: Marks) -> tuple[int | None, int | None, str | None, str]:
    delo_id = new = court = None
    spelling = ""
    for row in rows[1:]:
        case = next((found for href in row.links.values() if (found := parse_case_link(href))), None)
        if case is not None:
            delo_id, new, spelling = case.delo_id, case.new, case.spelling
            break
    pager = _pager(marks.zone) if b"vnkod=" in data and marks.zone is not None else None
    if pager is not None:
        court = pager[2]
        if pager[0] == delo_id and new is None:
            new = pager[1]
    return delo_id, new, court, spelling


def _pager(zone: LexborNode) -> tuple[int | None, int | None, str] | None:
    """What the first link to another page of the list names."""
    first = zone.css_first(_PAGER)
    if first is None:
        return None
    named = parse_pager_link(first.attributes.get("href") or "")
    if named is not None:
        return named
    links = (link.attributes.get("href") or "" for link in zone.css(_PAGER))
    return next((found for href in links if (found := parse_pager_link(href))), None)


_stated = lru_cache(maxsize=1024)(courts.parse_court_argument)
_court_of = lru_cache(maxsize=1024)(courts.by_host)


def _resolve_court(reading: Reading, page: Page, request: Request | None, page_court: str | None, notes: Notes) -> None:
    stated = None
    if page.court_stated:
        try:
            stated = _stated(page.court_stated)
        except ValueError:
            notes.add("court_unreadable")
    host = request.host if request is not None else host_of(page.url) if page.url else ""
    known = _court_of(host) if host else None
    if known is not None:
        reading.court, reading.court_basis = known.code, "host"
        if stated is not None and stated != known.code:
            notes.add("court_disagrees")
    elif stated is not None:
        reading.court, reading.court_basis = stated, "stated"
    elif host and _HOST.fullmatch(host):
        reading.court, reading.court_basis = f"other:{host}", "host"
    elif page_court is not None:
        reading.court, reading.court_basis = page_court, "page"
    elif reading.kind in ("listing", "card", "hearing_list", "no_data", "press_item", "decision"):
        notes.add("court_unknown")
    if (
        page_court is not None
        and reading.court
        and not reading.court.startswith("other:")
        and page_court != reading.court
    ):
        notes.add("court_disagrees", ("heading", 0, 0))
