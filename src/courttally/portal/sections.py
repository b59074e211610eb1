"""The tables behind a card's tabs, row by row.

Invariants: columns are found by their labels; every label and column is read, listed as ignored in ``vocabulary.py`` or a
signal; a row that does not match its header is quarantined. What a table holds is told by its columns, not by its tab's
name: VNKOD lists parties under «Лица».
"""

from __future__ import annotations

from dataclasses import dataclass

from courttally import courts
from courttally.law.text import normalise
from courttally.law.uid import parse_uid
from courttally.portal import cells as read
from courttally.portal.cells import Notes, Place
from courttally.portal.model import AccusedSeen, CaseSeen, ComplaintSeen, EventSeen, PartySeen, Reading, WritSeen
from courttally.portal.tables import Row
from courttally.portal.upper import complaint_result, grounds, subject
from courttally.portal.values import mask_name, parse_number, parse_time
from courttally.portal.vocabulary import (
    ACCUSED_MARKS,
    COMPLAINT_COLUMNS,
    COMPLAINT_PREFIXES,
    EVENT_COLUMNS,
    PEOPLE_COLUMNS,
    UPPER,
    WRIT_COLUMNS,
    YES_NO,
    fold_label,
)

# A party who is the accused: a table that mixes both names them by their role.
_ACCUSED_ROLES = frozenset({"accused", "convicted", "acquitted", "person_for_medical_measures"})


@dataclass(slots=True)
class Grid:
    """A table with a row of column names. ``at`` gives a field's column, -1 where there is none: every row of ``body``
    (row number, texts) ends in an empty text for it."""

    code: str
    at: dict[str, int]
    body: list[tuple[int, list[str]]]

    def place(self, number: int, field: str) -> Place:
        """Where a field of a row stands."""
        return (self.code, number, self.at.get(field, 0))


def read_grid(
    code: str,
    known: dict[str, str],
    reading: Reading,
    rows: list[Row],
    notes: Notes,
    prefixes: tuple[tuple[str, str], ...] = (),
) -> Grid:
    """Find the columns of a table and set aside the rows that do not match them."""
    header = next((index for index, row in enumerate(rows) if len(row.texts) > 1), None)
    if header is None:
        if any(not row.heads for row in rows):
            notes.add("header_missing", (code, 0, 0))
        return Grid(code, {}, [])
    at, unknown = _columns(code, header, rows[header].texts, known, prefixes, notes)
    reading.layout[code] = at
    if not at:
        notes.add("header_missing", (code, header, 0))
        return Grid(code, {}, [])
    body: list[tuple[int, list[str]]] = []
    width = len(rows[header].texts)
    for number in range(header + 1, len(rows)):
        texts = rows[number].texts
        if len(texts) != width:
            reading.rows_quarantined += 1
            notes.add("row_quarantined", (code, number, 0))
            continue
        for index in unknown:
            if texts[index]:
                notes.add("cell_unread", (code, number, index), texts[index])
        body.append((number, [*texts, ""]))
    return Grid(code, at, body)


# Headers whose every name is known, by their texts: nearly every card has the same few. No other header is kept.
_MOST_HEADERS = 256
_headers: dict[tuple[str, ...], dict[str, int]] = {}


def _columns(
    code: str, header: int, texts: list[str], known: dict[str, str], prefixes: tuple[tuple[str, str], ...], notes: Notes
) -> tuple[dict[str, int], list[int]]:
    """Field -> column, and the columns that are not read because their names are unknown or repeated."""
    key = (code, *texts)
    kept = _headers.get(key)
    if kept is not None:
        return dict(kept), []
    at: dict[str, int] = {}
    unknown: list[int] = []
    for index, text in enumerate(texts):
        field = _column(text, known, prefixes)
        if not field:
            unknown.append(index)
            if text:
                notes.add("column_unknown", (code, header, index), text)
        elif not field.startswith("-"):
            if field in at:
                unknown.append(index)
                notes.add("column_repeated", (code, header, index), text)
            else:
                at[field] = index
    if not unknown and len(_headers) < _MOST_HEADERS:
        _headers[key] = at
    return at, unknown


def _column(text: str, known: dict[str, str], prefixes: tuple[tuple[str, str], ...]) -> str:
    label = fold_label(text.replace("\n", " "))
    field = known.get(label, "")
    if not field and "\n" in text:
        # A tooltip stands inside the heading «Дата размещения»: the column's name is its first line.
        field = known.get(fold_label(text.split("\n", 1)[0]), "")
    if not field:
        field = next((found for start, found in prefixes if label.startswith(start)), "")
    return field


def read_pairs(
    code: str, known: dict[str, str], reading: Reading, case: CaseSeen, rows: list[Row], notes: Notes
) -> None:
    """A table of labels and values: ДЕЛО and РАССМОТРЕНИЕ В НИЖЕСТОЯЩЕМ СУДЕ."""
    layout = reading.layout.setdefault(code, {})
    for number, row in enumerate(rows):
        texts = row.texts
        if len(texts) == 1 and row.heads:
            continue
        if len(texts) != 2:
            notes.add("row_quarantined", (code, number, 0))
            continue
        field = known.get(fold_label(texts[0].replace("\n", " ")), "")
        if not field:
            if texts[0] or texts[1]:
                notes.add("label_unknown", (code, number, 0), texts[0])
            continue
        if field.startswith("-"):
            continue
        if field in layout and field != "judge":
            notes.add("label_repeated", (code, number, 0), texts[0])
            continue
        layout[field] = number
        _field(reading, case, field, texts[1], (code, number, 1), notes)


def _field(reading: Reading, case: CaseSeen, field: str, text: str, place: Place, notes: Notes) -> None:
    match field:
        case "uid":
            _uid(case, text, place, notes)
        case "received":
            case.received = notes.day(text, place)
        case "judge":
            case.judge = mask_name(text)
        case "result_date":
            case.result_date = notes.day(text, place)
        case "result":
            case.result = notes.result(text, place, upper=reading.proceeding in UPPER)
        case "in_force":
            case.in_force = notes.day(text, place)
        case "consideration":
            case.consideration = notes.code(read.consideration, text, place, "consideration_unmapped")
        case "lower_region":
            digits = text[:2]
            known = digits.isascii() and digits.isdigit() and (len(text) == 2 or not text[2].isdigit())
            case.lower_region = digits if known else notes.code(_nothing, text, place, "region_unread")
        case "lower_court":
            case.lower_court = notes.code(courts.resolve_name, text.replace("\n", " "), place, "lower_court_unknown")
        case "lower_number":
            _lower_number(case, text, place, notes)
        case "lower_judge":
            case.lower_judge = mask_name(text)


def _nothing(text: str) -> str | None:
    return None


def _uid(case: CaseSeen, text: str, place: Place, notes: Notes) -> None:
    uid = parse_uid(text)
    if uid is None:
        case.uid, case.uid_valid = "", None
        if text:
            notes.add("uid_unread", place, text)
        return
    case.uid, case.uid_valid = uid.text, uid.valid
    if not uid.valid:
        notes.add("uid_check_fails", place, text)


def _lower_number(case: CaseSeen, text: str, place: Place, notes: Notes) -> None:
    number = parse_number(text)
    if number is not None:
        case.lower_number, case.lower_earlier = number
        return
    case.lower_number = ""
    if text:
        notes.add("number_unread", place, text)


def read_events(reading: Reading, case: CaseSeen, rows: list[Row], code: str, notes: Notes) -> None:
    """ДВИЖЕНИЕ ДЕЛА."""
    grid = read_grid(code, EVENT_COLUMNS, reading, rows, notes)
    at = [grid.at.get(field, -1) for field in ("name", "day", "time", "result", "ground", "posted")]
    named, dated, timed, ended, why, posted = at
    read_result = read.upper_event_result if reading.proceeding in UPPER else read.event_result
    case.events = []
    for number, texts in grid.body:
        result = notes.code(read_result, texts[ended], (code, number, ended), "event_result_unmapped")
        time = parse_time(texts[timed])
        if time is None:
            notes.add("time_unread", (code, number, timed), texts[timed])
        case.events.append(
            EventSeen(
                row=number,
                name=notes.code(read.event_name, texts[named], (code, number, named), "event_unmapped"),
                # A hearing is announced ahead: its day bounds the page's time only once it has a result.
                day=notes.day(texts[dated], (code, number, dated), bounds=bool(result)),
                time=time or "",
                result=result,
                ground=notes.code(read.ground, texts[why], (code, number, why), "ground_unmapped"),
                posted=notes.day(texts[posted], (code, number, posted)),
            )
        )


def read_people(reading: Reading, case: CaseSeen, rows: list[Row], code: str, notes: Notes) -> None:
    """ЛИЦА and СТОРОНЫ."""
    grid = read_grid(code, PEOPLE_COLUMNS, reading, rows, notes)
    accused = bool(ACCUSED_MARKS & grid.at.keys())
    parties = "role" in grid.at
    if not grid.at:
        # Nothing shows what the table holds; then the tab's name does.
        accused, parties = code == "persons", code == "parties"
    if accused and case.accused is None:
        case.accused = []
    if parties and case.parties is None:
        case.parties = []
    role_at = grid.at.get("role", -1)
    for number, texts in grid.body:
        role = notes.code(read.party_role, texts[role_at], (code, number, role_at), "role_unmapped")
        if accused and case.accused is not None and (not parties or role in _ACCUSED_ROLES):
            case.accused.append(_accused(reading, grid, number, texts, notes))
        elif case.parties is not None:
            case.parties.append(PartySeen(number, role, mask_name(texts[grid.at.get("name", -1)])))
        else:
            notes.add("cell_unread", (code, number, 0), texts[0])


def _accused(reading: Reading, grid: Grid, number: int, texts: list[str], notes: Notes) -> AccusedSeen:
    at, code = grid.at, grid.code
    seen = AccusedSeen(row=number, name=mask_name(texts[at.get("name", -1)]))
    column = at.get("charges")
    if column is not None:
        seen.charges = notes.charges(texts[column], (code, number, column))
    column = at.get("result")
    if column is not None:
        seen.has_result = True
        seen.result = notes.result(texts[column], (code, number, column), upper=reading.proceeding in UPPER)
    column = at.get("result_date")
    if column is not None:
        seen.result_date = notes.day(texts[column], (code, number, column))
    column = at.get("material")
    if column is not None:
        words = texts[column].replace("\n", " ")
        seen.material = notes.code(subject, words, (code, number, column), "material_unmapped")
    column = at.get("grounds")
    if column is not None:
        seen.grounds = notes.code(grounds, texts[column], (code, number, column), "ground_unmapped")
    return seen


def read_writs(reading: Reading, case: CaseSeen, rows: list[Row], code: str, notes: Notes) -> None:
    """ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ."""
    grid = read_grid(code, WRIT_COLUMNS, reading, rows, notes)
    issued, status, addressee = (grid.at.get(field, -1) for field in ("issued", "status", "addressee"))
    case.writs = [
        WritSeen(
            number,
            notes.day(texts[issued], (code, number, issued)),
            notes.code(read.writ_status, texts[status], (code, number, status), "writ_status_unmapped"),
            mask_name(texts[addressee]),
        )
        for number, texts in grid.body
    ]


def read_complaints(reading: Reading, case: CaseSeen, rows: list[Row], code: str, notes: Notes) -> None:
    """ЖАЛОБЫ of a court of appeal or cassation. At first instance no such tab was ever seen: its content is a signal."""
    if reading.proceeding not in UPPER:
        for number, row in enumerate(rows):
            if len(row.texts) > 1:
                notes.add("tab_not_read", (code, number, 0), " ".join(row.texts).replace("\n", " "))
        return
    grid = read_grid(code, COMPLAINT_COLUMNS, reading, rows, notes, COMPLAINT_PREFIXES)
    names = ("received", "role", "applicant", "passed_on", "file_demanded", "decided", "result")
    received, role, applicant, passed_on, demanded, decided, result = (grid.at.get(name, -1) for name in names)
    case.complaints = [
        ComplaintSeen(
            row=number,
            received=notes.day(texts[received], (code, number, received)),
            role=notes.code(read.party_role, texts[role], (code, number, role), "role_unmapped"),
            applicant=mask_name(texts[applicant]),
            passed_on=notes.day(texts[passed_on], (code, number, passed_on)),
            file_demanded=notes.code(_yes_no, texts[demanded], (code, number, demanded), "complaint_unmapped"),
            decided=notes.day(texts[decided], (code, number, decided)),
            result=notes.code(complaint_result, texts[result], (code, number, result), "complaint_unmapped"),
        )
        for number, texts in grid.body
    ]


def _yes_no(text: str) -> str | None:
    return YES_NO.get(normalise(text))
