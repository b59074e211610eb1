"""Reading a case card of the PRIMARY engine.

Invariants: tabs are found by their text, fields and columns by their labels; every label, column and tab is read, listed
as ignored in ``vocabulary.py`` or a signal; the text of decisions is never read, only its place, length and digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally.law.text import digest, normalise
from courttally.law.uid import parse_uid
from courttally.portal import cells as read
from courttally.portal.addresses import Request, parse_request
from courttally.portal.cells import Notes
from courttally.portal.model import (
    AccusedSeen,
    CaseSeen,
    Day,
    DocumentSeen,
    EventSeen,
    PartySeen,
    Reading,
    WritSeen,
)
from courttally.portal.tables import Cells, line_of, rows_of, text_of
from courttally.portal.values import mask_name, parse_number, parse_published, parse_time
from courttally.portal.vocabulary import (
    CASE_LABELS,
    EVENT_COLUMNS,
    PARTY_COLUMNS,
    PERSON_COLUMNS,
    TABS,
    WRIT_COLUMNS,
)

_NUMBER_MARK = re.compile(r"^\s*дело\s*(?:№|n|no)?\s*", re.IGNORECASE)
_DOCUMENT_KIND = re.compile(r"судебный акт\s*#?\s*\d*\s*(?:\((.*)\))?")
DOCUMENT_KINDS = {
    "приговор": "verdict",
    "постановление": "ruling",
    "определение": "determination",
    "решение": "decision",
    "апелляционное постановление": "appeal_ruling",
    "апелляционное определение": "appeal_determination",
    "апелляционный приговор": "appeal_verdict",
    "кассационное постановление": "cassation_ruling",
    "кассационное определение": "cassation_determination",
}


def read_card(
    reading: Reading, content: LexborNode, tree: LexborHTMLParser, payload: bytes, request: Request | None, notes: Notes
) -> None:
    """Fill ``reading`` with the one case of a card."""
    case = CaseSeen(row=0)
    if request is not None and request.name_op in ("case", ""):
        case.case_id, case.guid, case.srv_num = request.case_id, request.guid, request.srv_num
    _heading(case, content, notes)
    for code, number, node in tabs_of(content):
        if not code:
            notes.add("tab_unknown", f"tab:{number}:0", normalise(_tab_label(content, number)))
            continue
        if code == "acts":
            case.documents = _documents(node, payload, notes)
            continue
        table = node.css_first("table")
        if table is None:
            notes.add("tab_without_table", f"{code}:0:0")
            continue
        _TABLES[code](reading, case, rows_of(table), notes)
    if request is None or case.case_id is None:
        notes.add("card_without_address")
    _published(reading, content, tree, notes)
    reading.cases.append(case)
    reading.rows_read = 1


def tabs_of(content: LexborNode) -> list[tuple[str, int, LexborNode]]:
    """The card's tabs as (table code or "", tab number, container), in order of number."""
    found = []
    for label in content.css("ul.tabs > li"):
        number = (label.attributes.get("id") or "").removeprefix("tab")
        if not number.isdigit():
            continue  # the inner tabs of decisions are tab_docK and belong to the tab of acts
        node = content.css_first(f"#cont{number}")
        if node is not None:
            found.append((TABS.get(normalise(line_of(label)), ""), int(number), node))
    return found


def _tab_label(content: LexborNode, number: int) -> str:
    label = content.css_first(f"#tab{number}")
    return line_of(label) if label is not None else ""


def _heading(case: CaseSeen, content: LexborNode, notes: Notes) -> None:
    node = content.css_first(".casenumber")
    text = _NUMBER_MARK.sub("", line_of(node)) if node is not None else ""
    number = parse_number(text)
    if number is not None:
        case.number, case.earlier = number
    elif text:
        notes.add("number_unread", "heading:0:0", text)
    else:
        notes.add("number_missing", "heading:0:0")


def _published(reading: Reading, content: LexborNode, tree: LexborHTMLParser, notes: Notes) -> None:
    node = tree.css_first(".publishInfo")
    stamps = parse_published(line_of(node)) if node is not None else None
    if stamps is None:
        # The stamp is the last thing on a card: without it the page may be cut off.
        notes.add("card_end_missing")
        return
    reading.published, reading.changed = stamps
    notes.seen(reading.published.date())
    if reading.changed is not None:
        notes.seen(reading.changed.date())


def _case(reading: Reading, case: CaseSeen, rows: list[Cells], notes: Notes) -> None:
    layout = reading.layout.setdefault("case", {})
    for number, cells in enumerate(rows):
        if len(cells) == 1 and cells[0].tag == "th":
            continue
        if len(cells) != 2:
            notes.add("row_quarantined", f"case:{number}:0")
            continue
        label = line_of(cells[0])
        field = CASE_LABELS.get(normalise(label), "")
        text = text_of(cells[1])
        place = f"case:{number}:1"
        if not field:
            notes.add("label_unknown", f"case:{number}:0", label)
            continue
        if field.startswith("-"):
            continue
        if field in layout and field != "judge":
            notes.add("label_repeated", f"case:{number}:0", label)
            continue
        layout[field] = number
        _case_field(case, field, text, cells[1], place, notes)


def _case_field(case: CaseSeen, field: str, text: str, cell: LexborNode, place: str, notes: Notes) -> None:
    if field == "uid":
        uid = parse_uid(text)
        if uid is None:
            case.uid, case.uid_valid = "", None
            if text:
                notes.add("uid_unread", place, text)
        else:
            case.uid, case.uid_valid = uid.text, uid.valid
            if not uid.valid:
                notes.add("uid_check_fails", place, text)
    elif field == "received":
        case.received = notes.day(text, place)
    elif field == "judge":
        case.judge = mask_name(text)
    elif field == "result_date":
        case.result_date = notes.day(text, place)
    elif field == "result":
        case.result = notes.result(text, place)
    elif field == "in_force":
        case.in_force = notes.day(text, place)
    elif field == "consideration":
        case.consideration = notes.code(read.consideration, text, place, "consideration_unmapped")


def _body(
    code: str, columns: dict[str, str], reading: Reading, rows: list[Cells], notes: Notes
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with a title row and a row of column names, each as field -> text. Mismatching rows are quarantined."""
    header = next((index for index, cells in enumerate(rows) if len(cells) > 1), None)
    if header is None:
        if any(cells[0].tag != "th" for cells in rows):
            notes.add("header_missing", f"{code}:0:0")
        return []
    fields: list[str] = []
    for index, cell in enumerate(rows[header]):
        # A tooltip stands inside the heading «Дата размещения»: the column's name is its bold part.
        bold = cell.css_first("b")
        label = line_of(bold if bold is not None else cell)
        field = columns.get(normalise(label), "")
        if not field and label:
            notes.add("column_unknown", f"{code}:{header}:{index}", label)
        if field and field in fields and not field.startswith("-"):
            notes.add("column_repeated", f"{code}:{header}:{index}", label)
            field = ""
        fields.append(field)
    reading.layout[code] = {field: index for index, field in enumerate(fields) if field and not field.startswith("-")}
    if not reading.layout[code]:
        notes.add("header_missing", f"{code}:{header}:0")
        return []
    body = []
    for number in range(header + 1, len(rows)):
        cells = rows[number]
        if len(cells) != len(fields):
            reading.rows_quarantined += 1
            notes.add("row_quarantined", f"{code}:{number}:0")
            continue
        values: dict[str, str] = {}
        for index, (field, cell) in enumerate(zip(fields, cells, strict=True)):
            if field.startswith("-"):
                continue
            text = text_of(cell)
            if field:
                values[field] = text
            elif text:
                notes.add("cell_unread", f"{code}:{number}:{index}", text)
        body.append((number, values))
    return body


def _day(values: dict[str, str], field: str, at: Callable[[str], str], notes: Notes, *, bounds: bool = True) -> Day:
    return notes.day(values.get(field, ""), at(field), bounds=bounds)


def _events(reading: Reading, case: CaseSeen, rows: list[Cells], notes: Notes) -> None:
    case.events = []
    for number, values in _body("events", EVENT_COLUMNS, reading, rows, notes):
        at = _places(reading, "events", number)
        result = notes.code(read.event_result, values.get("result", ""), at("result"), "event_result_unmapped")
        time = parse_time(values.get("time", ""))
        if time is None:
            notes.add("time_unread", at("time"), values["time"])
        case.events.append(
            EventSeen(
                row=number,
                name=notes.code(read.event_name, values.get("name", ""), at("name"), "event_unmapped"),
                # A hearing is announced ahead: its day bounds the page's time only once it has a result.
                day=_day(values, "day", at, notes, bounds=bool(result)),
                time=time or "",
                result=result,
                ground=notes.code(read.ground, values.get("ground", ""), at("ground"), "ground_unmapped"),
                posted=_day(values, "posted", at, notes),
            )
        )


def _persons(reading: Reading, case: CaseSeen, rows: list[Cells], notes: Notes) -> None:
    case.accused = []
    for number, values in _body("persons", PERSON_COLUMNS, reading, rows, notes):
        at = _places(reading, "persons", number)
        has_result = "result" in values
        case.accused.append(
            AccusedSeen(
                row=number,
                name=mask_name(values.get("name", "")),
                charges=notes.charges(values.get("charges", ""), at("charges")),
                result=notes.result(values["result"], at("result")) if has_result else None,
                result_date=_day(values, "result_date", at, notes) if "result_date" in values else None,
                has_result=has_result,
            )
        )


def _parties(reading: Reading, case: CaseSeen, rows: list[Cells], notes: Notes) -> None:
    case.parties = []
    for number, values in _body("parties", PARTY_COLUMNS, reading, rows, notes):
        at = _places(reading, "parties", number)
        role = notes.code(read.party_role, values.get("role", ""), at("role"), "role_unmapped")
        case.parties.append(PartySeen(row=number, role=role, name=mask_name(values.get("name", ""))))


def _writs(reading: Reading, case: CaseSeen, rows: list[Cells], notes: Notes) -> None:
    case.writs = []
    for number, values in _body("writs", WRIT_COLUMNS, reading, rows, notes):
        at = _places(reading, "writs", number)
        status = notes.code(read.writ_status, values.get("status", ""), at("status"), "writ_status_unmapped")
        issued = _day(values, "issued", at, notes)
        case.writs.append(WritSeen(number, issued, status, mask_name(values.get("addressee", ""))))


def _unread(code: str) -> Callable[[Reading, CaseSeen, list[Cells], Notes], None]:
    """A tab that is recognised while its columns are not known yet: its content is one signal, so that it is counted and shown."""

    def note(reading: Reading, case: CaseSeen, rows: list[Cells], notes: Notes) -> None:
        for number, cells in enumerate(rows):
            if len(cells) > 1:
                notes.add("tab_not_read", f"{code}:{number}:0", " ".join(line_of(cell) for cell in cells))

    return note


def _places(reading: Reading, code: str, row: int) -> Callable[[str], str]:
    columns = reading.layout[code]
    return lambda field: f"{code}:{row}:{columns.get(field, 0)}"


def _documents(node: LexborNode, payload: bytes, notes: Notes) -> list[DocumentSeen]:
    documents: list[DocumentSeen] = []
    for label in node.css("ul.tabs > li"):
        number = (label.attributes.get("id") or "").removeprefix("tab_doc")
        body = node.css_first(f"#cont_doc{number}") if number.isdigit() else None
        if body is None:
            notes.add("document_missing", f"acts:{len(documents)}:0")
            continue
        title = _DOCUMENT_KIND.fullmatch(normalise(line_of(label)))
        kind = DOCUMENT_KINDS.get((title[1] or "").strip(), "") if title else ""
        if not kind:
            notes.add("document_kind_unmapped", f"acts:{len(documents)}:0", line_of(label))
            kind = read.UNMAPPED
        words = normalise(line_of(body))
        offset = max(payload.find(f"cont_doc{number}".encode(), payload.find(b"cont_doc")), 0)
        documents.append(DocumentSeen(int(number), kind, offset, len(words), digest(words)))
    return documents


_TABLES: dict[str, Callable[[Reading, CaseSeen, list[Cells], Notes], None]] = {
    "case": _case,
    "events": _events,
    "persons": _persons,
    "parties": _parties,
    "writs": _writs,
    "complaints": _unread("complaints"),
    "lower": _unread("lower"),
}


def pair_on_card(content: LexborNode) -> tuple[int | None, int | None, str | None]:
    """(delo_id, new, court code) that the card's own UID link names, where the request does not say."""
    for link in content.css("a[href]"):
        href = link.attributes.get("href") or ""
        if "r_juid" in href:
            target = parse_request(href)
            if target is not None:
                return target.delo_id, target.new, target.vnkod
    return None, None, None
