"""Reading one row that sudrfscraper exported: what somebody else read on a court's page, second-hand.

Invariants:

* An export row is told by the header that import gives it, on a capture that has neither address nor status: no site can answer so.
* Cells go through the same vocabulary as those of a result list and have locators like its: ``list:1:COLUMN``, the columns being the
  row's keys in order, 0-based; ``list:0:COLUMN`` is a key.
* An empty cell and «NA» say nothing: the exporter may have failed to read, so they never stand against what a page showed.
* The exporter's ``id`` is his own running number, not the court's case_id: the row is known by number and day of receipt.
* The court is the one whose name it is in the directory; else ``other:court-`` and 8 hexadecimal digits of the name's digest, with a
  signal: a name is never guessed.
* The instance is as stated, but a number that belongs to another kind of proceeding (a material, an appeal) takes a row out of
  first instance; it never puts one in.

The columns (their meaning found by comparing a sample's days and values with the columns of result lists): ``entryDate`` is the day
received, ``resultDate`` that of the result, ``endDate`` the day in force (it follows the result by the time for appeal),
``decision`` the result, ``names`` the cell «Лица», ``name`` the court, ``text`` the decision.
"""

from __future__ import annotations

import json
import re

from courttally import courts
from courttally.law.text import digest, normalise
from courttally.portal.cells import UNMAPPED, Notes, read_slots
from courttally.portal.model import CaseSeen, DocumentSeen, Page, Reading
from courttally.portal.upper import about, is_material_number
from courttally.portal.values import mask_name, parse_number
from courttally.portal.vocabulary import DOCUMENT_KINDS, UPPER

MARK = ("courttally-export", "sudrfscraper")
"""Name (in lower case) and value of the header on an export row."""

COLUMNS = {
    "caseNumber": "number", "entryDate": "received", "names": "persons", "judge": "judge", "resultDate": "result_date",
    "decision": "result", "endDate": "in_force", "instance": "instance", "name": "court", "text": "acts",
}  # fmt: skip
IGNORED = frozenset({"id", "region", "row"})
"""The exporter's running number, his number of the court's region (the directory says where a court sits), and the row of the file."""

INSTANCES = {"first": "first", "appeal": "appeal", "appellation": "appeal", "cassation": "cassation"}
# Index of a case number (what stands before the first hyphen) -> the proceeding whose cases have it.
_INDEX = re.compile(r"\d{1,3}[А-Я]?|[А-Я]{1,2}")
_INDICES = {
    "1": "first", "10": "appeal", "22": "appeal", "22К": "appeal", "55": "appeal", "7У": "cassation", "77": "cassation",
    "44У": "cassation", "4У": "cassation", "ДА": "material",
}  # fmt: skip
_CRIMINAL_CODE = re.compile(r"(?<!\w)ук\s*(?:рф|рсфср)(?!\w)")
_NOTHING = frozenset({"", "na"})
_ROW = 1
_DOCUMENT_LINES = 20


def is_export_row(page: Page) -> bool:
    """Whether a capture is a row that import took from an export."""
    marked = any((name.lower(), value) == MARK for name, value in page.headers)
    return marked and page.url is None and page.status is None


def read_export_row(page: Page) -> Reading:
    """Read one row. Never raises on its content: what is not understood is in ``signals``."""
    notes = Notes()
    cells = _cells(page)
    reading = Reading(kind="export_row" if cells else "unknown")
    if not cells:
        notes.add("kind_unknown")
    else:
        reading.cases.append(_case(reading, page, cells, notes))
        reading.rows_read = 1
    reading.signals = notes.signals
    reading.latest_date = notes.latest
    return reading


def text_of_row(page: Page, row: int, column: int) -> str:
    """The text at a place of an export row. Raises IndexError where there is none."""
    if row not in (0, _ROW) or column < 0:
        raise IndexError(row)
    name, text = list(_cells(page).items())[column]
    return text if row else name


def decision_of_row(page: Page) -> list[tuple[str, str]]:
    """(kind, text) of the decision in an export row, if it has one."""
    text = _cells(page).get("text", "")
    return [] if _empty(text) else [(_kind(text), text)]


def _cells(page: Page) -> dict[str, str]:
    """Columns and texts, keys in order; white space folded line by line, as on a page. {} where this is no row."""
    try:
        row = json.loads(page.payload)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(row, dict):
        return {}
    return {name: _folded(value if isinstance(value, str) else "") for name, value in sorted(row.items())}


def _folded(text: str) -> str:
    return "\n".join(line for part in text.splitlines() if (line := " ".join(part.split())))


def _empty(text: str) -> bool:
    return text.strip().casefold() in _NOTHING


def _case(reading: Reading, page: Page, cells: dict[str, str], notes: Notes) -> CaseSeen:
    case = CaseSeen(row=_ROW)
    layout: dict[str, int] = {}
    said: dict[str, tuple[str, tuple[str, int, int]]] = {}
    for column, (name, text) in enumerate(cells.items()):
        place = ("list", _ROW, column)
        field = COLUMNS.get(name, "")
        if field:
            layout[field] = column
            if not _empty(text):
                said[field] = (text, place)
        elif name not in IGNORED:
            notes.add("column_unknown", ("list", 0, column), name)
    reading.layout["list"] = layout
    _court(reading, page, said.get("court"), notes)
    if "number" in said:
        number = parse_number(said["number"][0].replace("\n", " "))
        if number is None:
            notes.add("number_unread", said["number"][1], said["number"][0])
        else:
            case.number, case.earlier = number
    _proceeding(reading, case, said, notes)
    if "received" in said:
        case.received = notes.day(*said["received"])
    if "persons" in said:
        case.accused = read_slots(said["persons"][0], _ROW, notes, said["persons"][1])
    if "judge" in said:
        case.judge = mask_name(said["judge"][0])
    if "result_date" in said:
        case.result_date = notes.day(*said["result_date"])
    if "result" in said:
        case.result = notes.result(*said["result"], upper=reading.proceeding in UPPER)
    if "in_force" in said:
        case.in_force = notes.day(*said["in_force"])
    if "acts" in said:
        case.act = "yes"
        case.documents = [_document(page, said["acts"][0])]
    if reading.proceeding in UPPER and reading.branch == "criminal":
        case.about = about(case.number, None, [])
    return case


def _court(reading: Reading, page: Page, name: tuple[str, tuple[str, int, int]] | None, notes: Notes) -> None:
    if name is not None:
        code = courts.resolve_name(name[0].replace("\n", " "))
        reading.court, reading.court_basis = code or f"other:court-{digest(name[0])[:8]}", "name"
        if code is None:
            notes.add("court_name_unmatched", name[1], name[0])
        return
    if page.court_stated:
        try:
            reading.court, reading.court_basis = courts.parse_court_argument(page.court_stated), "stated"
        except ValueError:
            notes.add("court_unreadable")
            return
    else:
        notes.add("court_unknown")


def _proceeding(
    reading: Reading, case: CaseSeen, said: dict[str, tuple[str, tuple[str, int, int]]], notes: Notes
) -> None:
    """Branch by the code of law that the charges name; proceeding by the stated instance, checked against the number."""
    persons, place = said.get("persons", ("", ("list", _ROW, 0)))
    reading.branch = "criminal" if _CRIMINAL_CODE.search(normalise(persons)) else "other"
    if reading.branch == "other":
        notes.add("branch_unknown", place)
    stated, place = said.get("instance", ("", ("list", _ROW, 0)))
    reading.proceeding = INSTANCES.get(normalise(stated), "other")
    if reading.proceeding == "other":
        notes.add("instance_unread", place, stated)
    indexed = _indexed(case.number)
    if indexed and reading.proceeding not in (indexed, "other"):
        notes.add("instance_disagrees", place)
        if reading.proceeding == "first":
            reading.proceeding = indexed


def _indexed(number: str | None) -> str:
    """The proceeding that a case number belongs to; "" where its index is used by several, or is not known."""
    if number is None:
        return ""
    if is_material_number(number):
        return "material"
    index = number.partition("-")[0]
    return _INDICES.get(index, "") if _INDEX.fullmatch(index) else ""


def _document(page: Page, text: str) -> DocumentSeen:
    """Where the decision starts in the payload (bytes), and length and digest of its normalised text."""
    words = normalise(text)
    return DocumentSeen(1, _kind(text), max(page.payload.find(b'"text":'), 0), len(words), digest(words))


def _kind(text: str) -> str:
    """The kind that a line near the start names; an export has no label for it."""
    for line in text.split("\n")[:_DOCUMENT_LINES]:
        words = normalise(line).strip(" .:")
        kind = DOCUMENT_KINDS.get(words) or DOCUMENT_KINDS.get(words.replace(" ", ""))
        if kind:
            return kind
    return UNMAPPED
