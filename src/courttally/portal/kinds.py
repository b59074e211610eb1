"""Which kind of page an answer is, told before anything is read.

Invariants: HTTP status first, then structure (a result table, a card's tabs, a form), then the text of the box that the
case module fills; never the text of the chrome around it, where news may say anything, and never the text of a result
table or a card, where a cell may say anything. What fits nothing is ``unknown``. Source: reference, section 1.7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally.law.text import normalise
from courttally.portal.addresses import Request
from courttally.portal.model import Page
from courttally.portal.tables import line_of, rows_of, rows_of_row
from courttally.portal.vocabulary import HEARING_COLUMNS, LISTING_COLUMNS, LISTING_REQUIRED, MIXED_LABELS, STATES

_NO_HEARINGS = re.compile(r"на \d\d\.\d\d\.\d{4} дел не назначено")
_ZONE_LIMIT = 4000
"""A box of the case module that only reports a state is short; a longer text is content and is not searched for states."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a page, its engine ("" where it does not show) and the node that holds what is to be read."""

    kind: str
    engine: str = ""
    node: LexborNode | None = None
    asks_captcha: bool = False


def classify(page: Page, text: str, tree: LexborHTMLParser, request: Request | None) -> Kind:
    """Tell the kind of ``page``, whose decoded text and tree are given."""
    by_status = _by_status(page)
    if by_status:
        return Kind(by_status)
    found = _card(tree) or _listing(tree) or _by_state(text, tree, request) or _other(tree, request)
    return found or Kind("unknown")


def _by_status(page: Page) -> str:
    status = page.status
    if status is None or 200 <= status < 300:
        return ""
    if status == 429:
        return "throttled"
    if status == 503:
        return "throttled" if any(name.lower() == "retry-after" for name, _ in page.headers) else "unavailable"
    if status in (404, 410):
        return "not_found"
    if status in (401, 403, 451):
        return "blocked"
    return "unavailable" if status >= 500 else "unknown"


def _card(tree: LexborHTMLParser) -> Kind | None:
    if tree.css_first("#tab_content_Case") is not None:
        return Kind("card", _skin(tree), tree.css_first("#content") or tree.body)
    if tree.css_first("#cont1") is not None and tree.css_first("ul.tabs") is not None:
        return Kind("card", "primary", tree.css_first("#content") or tree.body)
    return None


def _skin(tree: LexborHTMLParser) -> str:
    """``mixed`` where the containers of VNKOD carry a label that only PRIMARY has (reference, 1.2), else ``vnkod``."""
    for row in tree.css('div[id^="tab_content_"] tr'):
        cells = rows_of_row(row)
        labels = cells[:1] if len(cells) == 2 else cells
        if any(normalise(line_of(cell)) in MIXED_LABELS for cell in labels):
            return "mixed"
    return "vnkod"


def _listing(tree: LexborHTMLParser) -> Kind | None:
    table = tree.css_first("#resultTable")
    if table is not None:
        return Kind("listing", "vnkod", table)
    for table in tree.css("table#tablcont"):
        rows = rows_of(table)
        if not rows:
            continue
        labels = {normalise(line_of(cell)) for cell in rows[0]}
        fields = {LISTING_COLUMNS.get(label) for label in labels}
        if all(field in fields for field in LISTING_REQUIRED):
            return Kind("listing", "primary", table)
        if labels & HEARING_COLUMNS:
            return Kind("hearing_list", "primary", table)
        # A result table whose required columns are missing is still a listing: its rows are quarantined, never a zero.
        if len(fields - {None}) >= 3:
            return Kind("listing", "primary", table)
    return None


def _zones(tree: LexborHTMLParser) -> list[LexborNode]:
    """The nodes that the case module fills, the narrowest first; the body only where there is no such node."""
    error = tree.css_first("#error")
    if error is not None:
        return [error]
    found = [node for node in (tree.css_first("#content"), tree.css_first("#modSdpContent")) if node is not None]
    for box in tree.css("div.box"):
        head = box.css_first(".box__head")
        if head is not None and "судебное делопроизводство" in normalise(line_of(head)):
            found.append(box)
    if found:
        return found
    chrome = tree.css_first("div.menu, .box, header, nav")
    return [] if chrome is not None or tree.body is None else [tree.body]


def _by_state(text: str, tree: LexborHTMLParser, request: Request | None) -> Kind | None:
    for zone in _zones(tree):
        words = normalise(line_of(zone)[: _ZONE_LIMIT * 2])
        if len(words) > _ZONE_LIMIT:
            continue
        if _NO_HEARINGS.search(words):
            asked = request is not None and request.hearing_date is not None
            return Kind("hearing_list" if asked else "wrong_query")
        for marker, kind in STATES:
            if marker in words:
                return Kind(kind)
    return None


def _other(tree: LexborHTMLParser, request: Request | None) -> Kind | None:
    if tree.css_first('input[name="captcha"]') is not None:
        return Kind("search_form", asks_captcha=True)
    form = tree.css_first(
        'input[name*="DEFENDANT__"], input[name*="defendant__"], input[name*="_CASE__"], input[name*="_case__"], '
        'input[name^="case__"], input[name^="parts__"], input[name="_deloId"]'
    )
    if form is not None:
        return Kind("search_form")
    press = tree.css_first('#tdNewsDetailedTitle, td.printVersionBody, div[id^="divNewsPublishInfo"]')
    if press is not None:
        return Kind("press_item", node=press)
    if request is not None and request.name_op == "doc":
        content = tree.css_first("#content")
        if content is not None and line_of(content):
            return Kind("decision", node=content)
    return None
