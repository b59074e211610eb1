"""Which kind of page an answer is, told before anything is read.

Invariants: HTTP status first, then structure (a result table, a card's tabs, a form), then the text of the box that the
case module fills; never the text of the chrome around it, where news may say anything, and never the text of a result
table or a card, where a cell may say anything. What fits nothing is ``unknown``. Source: reference, section 1.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally.law.text import normalise
from courttally.portal.addresses import Request, parse_request
from courttally.portal.chrome import NEUTRAL, SIMULATED_MARK, ZONE, known_chrome, learn
from courttally.portal.limits import too_much
from courttally.portal.model import Page
from courttally.portal.tables import (
    Row,
    from_cp1251,
    is_cp1251,
    line_of,
    parse,
    rows_of,
    tables_under,
    text_up_to,
    to_utf8,
)
from courttally.portal.vocabulary import (
    HEARING_COLUMNS,
    HEARING_MARKS,
    LISTING_COLUMNS,
    LISTING_REQUIRED,
    MIXED_LABELS,
    STATES,
    fold_label,
)

_NO_HEARINGS = re.compile(r"на \d\d\.\d\d\.\d{4} дел не назначено")
_ROBOTS = re.compile(
    r"https?://[^/?#]+/robots\.txt"
)  # rules for robots are no page: a site may answer them by one all the same
_BEGINS = re.compile(rb"<!doctype|<html", re.IGNORECASE)
_DATABASE = re.compile(r"(?<![a-z_])pg_[a-z_]{1,30}\(\)")
"""A function of PHP's for PostgreSQL, as PHP names it in a warning: «Warning: pg_query(): …», «Warning: pg_connect() […]: …»."""
_LONG_PAGE = 1 << 15
_ZONE_LIMIT = 4000
"""A box of the case module that only reports a state is short; a longer text is content and is not searched for states."""
_FORM_FIELDS = (
    'input[name*="DEFENDANT__"], input[name*="defendant__"], input[name*="_CASE__"], input[name*="_case__"], '
    'input[name^="case__"], input[name^="parts__"], input[name="_deloId"]'
)


@dataclass(slots=True)
class Marks:
    """The marked nodes of a page: by id (the first that has it), tabs and result tables in their order, and by class."""

    zone: LexborNode | None = None
    """What the case module fills: ``#modSdpContent``, else the whole body."""
    ids: dict[str, LexborNode] = field(default_factory=dict)
    tabs: list[LexborNode] = field(default_factory=list)
    tables: list[LexborNode] = field(default_factory=list)
    _rows: dict[int, list[Row]] = field(default_factory=dict)

    def rows(self, table: LexborNode) -> list[Row]:
        """The rows of a table, which is gone through once however often it is looked at."""
        key = table.mem_id
        if key not in self._rows:
            self._rows[key] = rows_of(table)
        return self._rows[key]

    def of_class(self, name: str) -> Iterator[LexborNode]:
        """The nodes of a class, in their order. What its id makes a tab or its content is that and nothing else."""
        if self.zone is None:
            return
        first = self.zone.css_first(f".{name}")
        if first is None:
            return
        if _is_of_class(first, name):
            yield first
        yield from (
            node for node in self.zone.css(f".{name}") if node.mem_id != first.mem_id and _is_of_class(node, name)
        )

    def first(self, *names: str) -> LexborNode | None:
        """The first node of any of some classes."""
        return next((node for name in names for node in self.of_class(name)), None)


def _is_of_class(node: LexborNode, name: str) -> bool:
    attributes = node.attributes
    return name in (attributes.get("class") or "").split() and not (attributes.get("id") or "").startswith(
        ("cont", "tab")
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a page, its engine ("" where it does not show), the node that holds what is to be read, and the rows of a
    table that was looked at for telling."""

    kind: str
    engine: str = ""
    node: LexborNode | None = None
    asks_captcha: bool = False
    rows: list[Row] = field(default_factory=list)
    signal: str = ""
    """Why the page was not taken apart."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page taken apart as far as its kind needs: its bytes in UTF-8 (of a known chrome those from the case module's box on),
    where that box is first named in the bytes as they came, whether bytes had to be replaced, whether the page says that it is
    simulated, its marked nodes, its request and its kind."""

    data: bytes
    box: int
    lossy: bool
    simulated: bool
    marks: Marks
    request: Request | None
    found: Kind


def open_page(page: Page) -> Opened:
    """Take a page apart and tell its kind. Most kinds are told by what stands in the box, so a chrome that is known to leave nothing
    behind is not parsed for them; anything else is looked at whole."""
    request = parse_request(page.url) if page.url else None
    payload = page.payload
    chrome = known_chrome(payload) if not _by_status(page) else None
    start = len(chrome.text) if chrome is not None else 0
    signal = too_much(payload, start, chrome.tags if chrome is not None else 0)
    if signal:
        found = Kind(_by_status(page) or "unknown", signal=signal)
        return Opened(b"", 0, False, SIMULATED_MARK in payload, Marks(), request, found)
    if chrome is not None and is_cp1251(payload):
        data = NEUTRAL + from_cp1251(payload[start:])
        tree = parse(data)
        marks = marks_of(tree, data)
        kind = _by_box(tree, marks, request) if marks.zone is not None and marks.zone.id == ZONE else None
        if kind is not None:
            simulated = chrome.simulated or payload.find(SIMULATED_MARK, start) >= 0
            return Opened(
                data, start, b"\x98" in payload, simulated, marks, request, _unless_broken(kind, tree, marks, payload)
            )
    data, lossy = to_utf8(payload)
    tree = parse(data)
    marks = marks_of(tree, data)
    if chrome is None and ZONE in marks.ids:
        learn(payload)
    found = _unless_broken(classify(page, tree, marks, request), tree, marks, payload)
    box = max(payload.find(ZONE.encode()), 0) if found.kind == "card" else 0
    return Opened(data, box, lossy, SIMULATED_MARK in payload, marks, request, found)


def _unless_broken(found: Kind, tree: LexborHTMLParser, marks: Marks, payload: bytes) -> Kind:
    """The kind, but where the site's database failed: what finds nothing then did not look. PHP says so in the box, or before the page begins."""
    if found.kind not in ("no_data", "unknown") or b"pg_" not in payload:
        return found
    begins = _BEGINS.search(payload)
    if begins is not None and _DATABASE.search(payload[: begins.start()].decode("ascii", "ignore")):
        return Kind("unavailable")
    for zone in _boxes(tree, marks):
        if _DATABASE.search(text_up_to(zone, _ZONE_LIMIT)[:_ZONE_LIMIT]):
            return Kind("unavailable")
    return found


def _by_box(tree: LexborHTMLParser, marks: Marks, request: Request | None) -> Kind | None:
    """The kind of a page where the box alone tells it: what it tells first, whatever stands around it. A state is looked for in the
    box before anything around it, and a form only in the box."""
    found = _card(marks) or _listing(marks)
    if found is None:
        found, content = _by_state(tree, marks, request)
        if content:
            found = _form(marks)
    return found


def marks_of(tree: LexborHTMLParser, data: bytes) -> Marks:
    """The marked nodes of the part of a page that the case module fills; ``data`` are the bytes of ``tree``."""
    # On a long page the parser is quicker to say that there is no such box than a search through its bytes.
    zone = tree.css_first(f"#{ZONE}") if len(data) > _LONG_PAGE or ZONE.encode() in data else None
    if zone is not None:
        marks = _collect(zone)
        if marks.ids.keys() - {ZONE}:
            return marks
    return _collect(tree.body) if tree.body is not None else Marks(zone)


def _collect(zone: LexborNode) -> Marks:
    marks = Marks(zone)
    ids = marks.ids
    for node in zone.css("[id]"):
        name = node.id
        if name:
            ids.setdefault(name, node)
            if name == "tablcont":
                marks.tables.append(node)
            elif name.startswith("tab") and node.tag == "li":
                marks.tabs.append(node)
    return marks


def classify(page: Page, tree: LexborHTMLParser, marks: Marks, request: Request | None) -> Kind:
    """Tell the kind of ``page``, whose tree and marked nodes are given."""
    by_status = _by_status(page)
    if by_status:
        return Kind(by_status)
    if page.url is not None and _ROBOTS.fullmatch(page.url) and not page.payload.lstrip().startswith(b"<"):
        return Kind("robots")
    found = _card(marks) or _listing(marks) or _by_state(tree, marks, request)[0] or _other(tree, marks, request)
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


def _card(marks: Marks) -> Kind | None:
    ids = marks.ids
    if "tab_content_Case" in ids:
        return Kind("card", _skin(marks), ids.get("content", marks.zone))
    if "cont1" in ids and any(tab.id == "tab1" for tab in marks.tabs):
        return Kind("card", "primary", ids.get("content", marks.zone))
    return None


def _skin(marks: Marks) -> str:
    """``mixed`` where the containers of VNKOD carry a label that only PRIMARY has (reference, 1.2), else ``vnkod``."""
    for name, container in marks.ids.items():
        if not name.startswith("tab_content_") or name.startswith("tab_content_Document"):
            continue
        tables = tables_under(container)
        rows = marks.rows(tables[0]) if tables else []
        for row in rows[: len(rows) if name == "tab_content_Case" else 1]:
            labels = row.texts[:1] if len(row.texts) == 2 else row.texts
            if any(fold_label(label.split("\n", 1)[0]) in MIXED_LABELS for label in labels):
                return "mixed"
    return "vnkod"


def _listing(marks: Marks) -> Kind | None:
    result = marks.ids.get("resultTable")
    if result is not None:
        table = result if result.tag == "table" else result.css_first("table")
        rows = rows_of(table) if table is not None else []
        if rows:
            return Kind("listing", "vnkod", table, rows=rows)
    for table in marks.tables:
        rows = rows_of(table)
        if not rows:
            continue
        labels = [fold_label(text.replace("\n", " ")) for text in rows[0].texts]
        fields = {LISTING_COLUMNS.get(label) for label in labels}
        if all(field in fields for field in LISTING_REQUIRED):
            return Kind("listing", "primary", table, rows=rows)
        if HEARING_MARKS & {HEARING_COLUMNS.get(label) for label in labels}:
            return Kind("hearing_list", "primary", table, rows=rows)
        # A result table whose required columns are missing is still a listing: its rows are quarantined, never a zero.
        if len(fields - {None}) >= 3:
            return Kind("listing", "primary", table, rows=rows)
    return None


def _zones(tree: LexborHTMLParser, marks: Marks) -> Iterator[LexborNode]:
    """The nodes that the case module fills, the narrowest first; the body only where there is no such node."""
    error = marks.ids.get("error")
    if error is not None:
        yield error
        return
    yield from _boxes(tree, marks)


def _boxes(tree: LexborHTMLParser, marks: Marks) -> Iterator[LexborNode]:
    """The boxes of the case module, the narrowest first."""
    found = False
    for name in ("content", "modSdpContent"):
        if name in marks.ids:
            found = True
            yield marks.ids[name]
    for box in tree.css("div.box"):
        head = box.css_first(".box__head")
        if head is not None and "судебное делопроизводство" in normalise(line_of(head)):
            found = True
            yield box
    if not found and tree.body is not None and tree.css_first("div.menu, .box, header, nav") is None:
        yield tree.body


def _by_state(tree: LexborHTMLParser, marks: Marks, request: Request | None) -> tuple[Kind | None, bool]:
    """The kind by what the case module says, and whether it says so much that it is content and no state at all."""
    for zone in _zones(tree, marks):
        text = text_up_to(zone, _ZONE_LIMIT)
        if len(text) > _ZONE_LIMIT:
            return None, True  # and what is around it is longer still
        words = normalise(text)
        if _NO_HEARINGS.search(words):
            asked = request is not None and request.hearing_date is not None
            return Kind("hearing_list" if asked else "wrong_query"), False
        for marker, kind in STATES:
            if marker in words:
                # "Nothing found" beside a result table with rows is no zero, but an error to look at.
                return Kind("unknown" if kind == "no_data" and any(map(rows_of, marks.tables)) else kind), False
    return None, False


def _form(marks: Marks) -> Kind | None:
    zone = marks.zone
    if zone is not None and zone.css_first('input[name="captcha"]') is not None:
        return Kind("search_form", asks_captcha=True)
    if zone is not None and zone.css_first(_FORM_FIELDS) is not None:
        return Kind("search_form")
    return None


def _other(tree: LexborHTMLParser, marks: Marks, request: Request | None) -> Kind | None:
    form = _form(marks)
    if form is not None:
        return form
    press = marks.ids.get("tdNewsDetailedTitle") or marks.first("printVersionBody")
    if press is None:
        press = next((node for name, node in marks.ids.items() if name.startswith("divNewsPublishInfo")), None)
    if press is None:
        press = tree.css_first('#tdNewsDetailedTitle, td.printVersionBody, div[id^="divNewsPublishInfo"]')
    if press is not None:
        return Kind("press_item", node=press)
    if request is not None and request.name_op == "doc":
        content = marks.ids.get("content")
        if content is not None and text_up_to(content, 1):
            return Kind("decision", node=content)
    return None
