"""Reading a result list of the PRIMARY engine.

Invariants: columns are found by their header's text; a row whose cells do not match the header is quarantined and counted
and makes its window partial; the site's own counter and range are kept and compared with the rows read.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally.law.text import normalise
from courttally.portal.addresses import CaseLink, Request, parse_case_link
from courttally.portal.cells import Notes, read_slots
from courttally.portal.model import CaseSeen, Reading
from courttally.portal.tables import Cells, line_of, rows_of, text_of
from courttally.portal.values import mask_name, parse_number
from courttally.portal.vocabulary import LISTING_COLUMNS, LISTING_REQUIRED, PAIRS

_COUNTER = re.compile(r"найдено\s*[\u2014\u2013-]?\s*(\d+)\s*\.\s*на странице записи с\s*(\d+)\s*по\s*(\d+)")
_LAST_PAGE = re.compile(r"[?&]_?page=(\d+)")
_COUNTER_WINDOW = 400
_GREY = re.compile(r"background(?:-color)?\s*:\s*#ddd", re.IGNORECASE)


def read_listing(
    reading: Reading, table: LexborNode, tree: LexborHTMLParser, text: str, request: Request | None, notes: Notes
) -> None:
    """Fill ``reading`` with the rows of ``table``."""
    rows = rows_of(table)
    columns = _columns(rows[0], notes)
    reading.layout["list"] = {field: index for index, field in enumerate(columns) if field}
    missing = [field for field in LISTING_REQUIRED if field not in reading.layout["list"]]
    for field in missing:
        notes.add("column_missing", f"list:0:{field}")
    for number, cells in enumerate(rows[1:], 1):
        if missing or len(cells) != len(columns) or any(cell.tag == "th" for cell in cells):
            reading.rows_quarantined += 1
            notes.add("row_quarantined", f"list:{number}:0")
            continue
        case = _row(reading, columns, cells, number, notes)
        if case is None:
            reading.rows_quarantined += 1
            notes.add("row_quarantined", f"list:{number}:0")
            continue
        reading.rows_read += 1
        reading.cases.append(case)
    _counter(reading, tree, text, notes)


def _columns(header: Cells, notes: Notes) -> list[str]:
    columns: list[str] = []
    for index, cell in enumerate(header):
        label = line_of(cell)
        field = LISTING_COLUMNS.get(normalise(label), "")
        if not field and label:
            notes.add("column_unknown", f"list:0:{index}", label)
        if field and field in columns:
            notes.add("column_repeated", f"list:0:{index}", label)
            field = ""
        columns.append(field)
    return columns


def _row(reading: Reading, columns: list[str], cells: Cells, row: int, notes: Notes) -> CaseSeen | None:
    case = CaseSeen(row=row)
    for index, (field, cell) in enumerate(zip(columns, cells, strict=True)):
        place = f"list:{row}:{index}"
        if field == "acts":
            case.act = _act(cell)
            continue
        text = text_of(cell)
        if field == "number":
            _identity(reading, case, cell, text, place, notes)
        elif field == "received":
            case.received = notes.day(text, place)
        elif field == "persons":
            case.accused = read_slots(text, row, notes, place)
        elif field == "judge":
            case.judge = mask_name(text)
        elif field == "result_date":
            case.result_date = notes.day(text, place)
        elif field == "result":
            case.result = notes.result(text, place)
        elif field == "in_force":
            case.in_force = notes.day(text, place)
        elif not field and text:
            notes.add("cell_unread", place, text)
    if case.case_id is None and not case.number:
        return None
    return case


def _identity(reading: Reading, case: CaseSeen, cell: LexborNode, text: str, place: str, notes: Notes) -> None:
    """Number and link of a row: the link carries the key, the number is for people."""
    href = _href(cell)
    target = parse_case_link(href) if href else None
    if target is not None:
        case.case_id, case.guid, case.srv_num = target.case_id, target.guid, target.srv_num
        _pair(reading, case, target, place, notes)
    else:
        notes.add("row_without_link", place)
    number = parse_number(text.replace("\n", " "))
    if number is None:
        if text:
            notes.add("number_unread", place, text)
    else:
        case.number, case.earlier = number


def _href(cell: LexborNode) -> str:
    """The first link of a cell. Looked for by hand among its children: a selector costs ten times as much."""
    child = cell.child
    while child is not None:
        if child.tag == "a":
            return child.attributes.get("href") or ""
        child = child.next
    link = cell.css_first("a")
    return (link.attributes.get("href") or "") if link is not None else ""


def _pair(reading: Reading, case: CaseSeen, target: CaseLink, place: str, notes: Notes) -> None:
    """Branch and proceeding of a row whose link names another pair than the page (a list of one UID mixes instances)."""
    if target.delo_id is None or (target.delo_id, target.new) == (reading.delo_id, reading.new):
        return
    new = reading.new if target.new is None and target.delo_id == reading.delo_id else target.new
    found = PAIRS.get((reading.engine, target.delo_id, new))
    if found is None:
        if (reading.engine, target.delo_id, new) != (reading.engine, reading.delo_id, reading.new):
            notes.add("pair_unlisted", place)
            case.branch, case.proceeding = "other", "other"
    elif reading.branch and found != (reading.branch, reading.proceeding):
        case.branch, case.proceeding = found


def _act(cell: LexborNode) -> str:
    """Whether a decision's text is published: a link says yes, the site's grey cell says no, anything else is unknown."""
    if _href(cell):
        return "yes"
    return "no" if _GREY.search(cell.attributes.get("style") or "") else "unknown"


def _counter(reading: Reading, tree: LexborHTMLParser, text: str, notes: Notes) -> None:
    """The site's own count «Всего по запросу найдено — N. На странице записи с A по B.» against the rows read."""
    start = text.find("по запросу найдено")
    found = None
    if start >= 0:
        # Cut out and folded: tags (VNKOD's <b>) and line breaks stand inside the sentence.
        piece = re.sub(r"<[^>]*>", " ", text[start : start + _COUNTER_WINDOW]).replace("&nbsp;", " ")
        found = _COUNTER.search(normalise(piece))
    if found is None:
        notes.add("counter_missing")
    else:
        reading.found, reading.range_from, reading.range_to = (int(group) for group in found.groups())
        held = reading.rows_read + reading.rows_quarantined
        if reading.range_to - reading.range_from + 1 != held:
            notes.add("counter_disagrees", f"list:{held}:0")
    pages = [
        int(page[1])
        for link in tree.css("a[title]")
        if normalise(link.attributes.get("title") or "").startswith("на последнюю страницу")
        and (page := _LAST_PAGE.search(link.attributes.get("href") or ""))
    ]
    if pages:
        reading.last_page = max(pages)
