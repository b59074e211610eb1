"""``read(page)``: one answer of a court site in, plain records out. A pure function.

Invariants:

* The request says which court, proceeding and kind were asked for; the bytes are checked against it; every disagreement
  is a signal. The court is, in this order: the directory's court of the URL's host, the court stated at import, the
  URL's unknown host as ``other:HOST``, the code in the page's own links. A page without any has no court.
* Branch and proceeding come from the engine and the pair (delo_id, new): of the request, else of the page's own links,
  else of the heading. An unlisted pair is branch ``other`` and a signal.
* ``latest_date`` is the latest date printed on the page that cannot lie in the page's future: stamps, dates of receipt
  and decision, posting dates, and days of events that have a result. A hearing is announced ahead and bounds nothing.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally import courts
from courttally.law.text import normalise
from courttally.portal.addresses import Request, parse_case_link, parse_request
from courttally.portal.card import pair_on_card, read_card
from courttally.portal.cells import Notes
from courttally.portal.kinds import classify
from courttally.portal.listing import read_listing
from courttally.portal.model import Page, Reading
from courttally.portal.tables import decode, parse, text_of
from courttally.portal.vocabulary import HEADINGS, PAIRS

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
SIMULATED_MARK = "courttally-simulated"


def read(page: Page) -> Reading:
    """Read one page. Never raises on the page's content: what is not understood is in ``signals``."""
    text, lossy = decode(page.payload)
    tree = parse(text)
    request = parse_request(page.url) if page.url else None
    found = classify(page, text, tree, request)
    notes = Notes()
    reading = Reading(kind=found.kind, engine=found.engine, asks_captcha=found.asks_captcha)
    reading.simulated = _simulated(page, text)
    if lossy:
        notes.add("bytes_replaced")
    _check_kind(found.kind, request, notes)
    if not reading.engine and request is not None and request.delo_id is not None:
        reading.engine = "vnkod" if request.vnkod_style else "primary"
    if found.kind == "unknown":
        notes.add("kind_unknown")
    page_court = _identify(reading, page, request, found.node, tree, notes)
    _resolve_court(reading, page, request, page_court, notes)
    if found.kind in ("listing", "card") and found.node is not None:
        if reading.engine == "primary":
            if found.kind == "listing":
                read_listing(reading, found.node, tree, text, request, notes)
            else:
                read_card(reading, found.node, tree, page.payload, request, notes)
        else:
            notes.add("not_yet_read")
    elif found.kind in ("hearing_list", "press_item", "decision"):
        notes.add("not_yet_read")
    reading.signals = notes.signals
    reading.latest_date = notes.latest
    return reading


def _simulated(page: Page, text: str) -> bool:
    return SIMULATED_MARK in text or any(name.lower() == "x-courttally-simulated" for name, _ in page.headers)


def _check_kind(kind: str, request: Request | None, notes: Notes) -> None:
    if request is None or kind not in _CONTENT_KINDS:
        return
    expected = _ANSWERS.get(request.name_op)
    if request.hearing_date is not None and not request.name_op:
        expected = frozenset({"hearing_list"})
    if expected is not None and kind not in expected:
        notes.add("kind_disagrees")


def _identify(
    reading: Reading, page: Page, request: Request | None, node: LexborNode | None, tree: LexborHTMLParser, notes: Notes
) -> str | None:
    """Set the page's pair, branch and proceeding; return the court code that the page's own links name."""
    if reading.kind not in ("listing", "card"):
        if request is not None and request.delo_id is not None:
            reading.delo_id, reading.new = request.delo_id, request.new
            reading.branch, reading.proceeding = PAIRS.get((reading.engine, request.delo_id, request.new), ("", ""))
        return None
    delo_id, new, page_court = _pair_on_page(reading.kind, node, tree)
    if request is not None and request.delo_id is not None:
        delo_id, new = request.delo_id, request.new
    reading.delo_id, reading.new = delo_id, new
    heading = _heading(tree)
    if delo_id is not None and (reading.engine, delo_id, new) in PAIRS:
        pair = PAIRS[reading.engine, delo_id, new]
        if heading is not None and heading != pair:
            notes.add("proceeding_disagrees", "heading:0:0")
    elif heading is not None and (delo_id is None or new is None):
        pair = heading
    else:
        notes.add("pair_unlisted" if delo_id is not None else "proceeding_unknown", "heading:0:0")
        pair = ("other", "other")
    reading.branch, reading.proceeding = pair
    return page_court


def _heading(tree: LexborHTMLParser) -> tuple[str, str] | None:
    for node in tree.css(".title"):
        words = normalise(text_of(node).split("\n", 1)[0])
        if words in HEADINGS:
            return HEADINGS[words]
    return None


def _pair_on_page(
    kind: str, node: LexborNode | None, tree: LexborHTMLParser
) -> tuple[int | None, int | None, str | None]:
    if node is None:
        return None, None, None
    if kind == "card":
        return pair_on_card(node)
    delo_id = new = court = None
    for link in node.css("a[href]"):
        case = parse_case_link(link.attributes.get("href") or "")
        if case is not None:
            delo_id, new = case.delo_id, case.new
            break
    for link in tree.css('a[href*="vnkod="]'):
        target = parse_request(link.attributes.get("href") or "")
        if target is not None and target.vnkod and target.name_op in ("r", "r_juid"):
            court = target.vnkod
            if target.delo_id == delo_id and new is None:
                new = target.new
            break
    return delo_id, new, court


def _resolve_court(reading: Reading, page: Page, request: Request | None, page_court: str | None, notes: Notes) -> None:
    stated = None
    if page.court_stated:
        try:
            stated = courts.parse_court_argument(page.court_stated)
        except ValueError:
            notes.add("court_unreadable")
    host = request.host if request is not None else ""
    known = courts.by_host(host) if host else None
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
    elif reading.kind in ("listing", "card", "hearing_list", "no_data"):
        notes.add("court_unknown")
    if (
        page_court is not None
        and reading.court
        and not reading.court.startswith("other:")
        and page_court != reading.court
    ):
        notes.add("court_disagrees", "heading:0:0")
