"""Reading a result list of either engine, and a list of the hearings of a day.

Invariants: columns are found by their header's text; a row whose cells do not match the header is quarantined and counted
and makes its window partial; the site's own counter and range are kept and compared with the rows read. VNKOD prints its
list a second time for small screens: only the table inside ``#resultTable`` is read.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from courttally import courts
from courttally.law.text import normalise
from courttally.portal import cells as read
from courttally.portal.addresses import CaseLink, parse_act_link, parse_case_link
from courttally.portal.cells import NO_DAY, NO_RESULT, Notes, Place, read_slots
from courttally.portal.model import AccusedSeen, CaseSeen, HearingSeen, Reading
from courttally.portal.tables import Row, ends_in_table, text_up_to
from courttally.portal.upper import about
from courttally.portal.values import mask_name, parse_number, parse_time
from courttally.portal.vocabulary import (
    HEARING_COLUMNS,
    INFO_LABELS,
    LISTING_COLUMNS,
    LISTING_REQUIRED,
    PAIRS,
    UPPER,
    fold_label,
)

# Tags (VNKOD's <b>), no-break spaces and line breaks stand inside the sentence.
_GAP = r"(?:\s|&nbsp;|<[^>]{0,100}>)*+"
_COUNTER = re.compile(
    rf"по запросу найдено{_GAP}[\u2014\u2013:-]?{_GAP}([0-9]{{1,9}}){_GAP}\.{_GAP}на странице записи с{_GAP}([0-9]{{1,9}}){_GAP}по{_GAP}([0-9]{{1,9}})",
    re.IGNORECASE,
)
_LAST_TITLE = "На последн".encode()
_COUNTER_START = "по запросу найдено".encode()
_COUNTER_WINDOW = 500
_COUNTER_LIMIT = 200_000
_LAST_PAGE = re.compile(rb"[?&;]_?page=(\d{1,9})")
_LINK_LENGTH = 1000
_GREY = re.compile(r"background(?:-color)?\s*:\s*#ddd", re.IGNORECASE)
_INFO_LINE = re.compile(r"\s*([^:]{2,40}):\s*")
_LOWER = re.compile(
    r"(.{3,200}?)\s*(?:\(\s*(?:№\s*)?([^()]{3,80}(?:\([^()]{1,80}\))?)\s*\)|[,/]\s*№?\s*(\d.{2,80}))\s*"
)


def read_listing(reading: Reading, rows: list[Row], data: bytes, zone: LexborNode | None, notes: Notes) -> None:
    """Fill ``reading`` with the rows of a result list."""
    columns = _columns("list", rows[0], LISTING_COLUMNS, notes) if rows else ()
    layout = {field: index for index, field in enumerate(columns) if field}
    reading.layout["list"] = layout
    missing = [n for n, field in enumerate(LISTING_REQUIRED) if field not in layout]
    for n in missing:
        notes.add("column_missing", ("list", 0, n))
    cut_at = len(rows) - 1 if ends_in_table(data) else 0
    if cut_at:
        notes.add("page_cut_off", ("list", cut_at, 0))
    unknown = [index for index, field in enumerate(columns) if not field]
    width = len(columns)
    for number, row in enumerate(rows[1:], 1):
        case = None
        if not missing and len(row.texts) == width and not row.heads and number != cut_at:
            for index in unknown:
                if row.texts[index]:
                    notes.add("cell_unread", ("list", number, index), row.texts[index])
            case = _row(reading, layout, row, number, notes)
        if case is None:
            reading.rows_quarantined += 1
            notes.add("row_quarantined", ("list", number, 0))
            continue
        reading.cases.append(case)
    reading.rows_read = len(reading.cases)
    reading.cut = cut_at > 0
    _counter(reading, data, zone, notes)
    _last_page(reading, data)


def _columns(code: str, header: Row, known: dict[str, str], notes: Notes) -> tuple[str, ...]:
    columns: list[str] = []
    for index, text in enumerate(header.texts):
        field = known.get(fold_label(text.replace("\n", " ")), "")
        if not field and text:
            notes.add("column_unknown", (code, 0, index), text)
        if field and field in columns and not field.startswith("-"):
            notes.add("column_repeated", (code, 0, index), text)
            field = ""
        columns.append(field)
    return tuple(columns)


def _row(reading: Reading, at: dict[str, int], row: Row, number: int, notes: Notes) -> CaseSeen | None:
    case = CaseSeen(row=number)
    texts = row.texts
    _identity(reading, case, row, ("list", number, at["number"]), notes)
    if case.case_id is None and not case.number:
        return None
    branch, proceeding = case.branch or reading.branch, case.proceeding or reading.proceeding
    upper = proceeding in UPPER
    for field, index in at.items():
        text = texts[index]
        if field == "acts":
            case.act = _act(case, row, index)
        elif field == "persons":
            case.accused = _accused(case, text, ("list", number, index), notes, upper=upper)
        elif field == "received":
            case.received = notes.day(text, ("list", number, index)) if text else NO_DAY
        elif field == "judge":
            case.judge = mask_name(text)
        elif field == "result_date":
            case.result_date = notes.day(text, ("list", number, index)) if text else NO_DAY
        elif field == "result":
            case.result = notes.result(text, ("list", number, index), upper=upper) if text else NO_RESULT
        elif field == "in_force":
            case.in_force = notes.day(text, ("list", number, index)) if text else NO_DAY
        elif field == "info" and branch == "criminal":
            place = ("list", number, index)
            case.accused = _accused(case, _accused_lines(text, notes, place), place, notes, upper=upper)
    if upper and branch == "criminal":
        case.about = about(case.number, case.lower_number, [])
    return case


def _identity(reading: Reading, case: CaseSeen, row: Row, place: Place, notes: Notes) -> None:
    """Number and link of a row: the link carries the key, the number is for people."""
    href = row.links.get(place[2])
    target = parse_case_link(href) if href else None
    if target is not None:
        case.case_id, case.guid, case.srv_num = target.case_id, target.guid, target.srv_num
        _pair(reading, case, target, place, notes)
    else:
        notes.add("row_without_link", place)
    text = row.texts[place[2]]
    number = parse_number(text)
    if number is not None:
        case.number, case.earlier = number
    elif text:
        notes.add("number_unread", place, text)


def _pair(reading: Reading, case: CaseSeen, target: CaseLink, place: Place, notes: Notes) -> None:
    """Branch and proceeding of a row whose link names another pair than the page (a list of one UID mixes instances)."""
    if target.delo_id is None or (target.delo_id, target.new) == (reading.delo_id, reading.new):
        return
    new = reading.new if target.new is None and target.delo_id == reading.delo_id else target.new
    found = PAIRS.get((target.spelling, target.delo_id, new))
    if found is None:
        if (target.delo_id, new) != (reading.delo_id, reading.new):
            notes.add("pair_unlisted", place)
            case.branch, case.proceeding = "other", "other"
    elif reading.branch and found != (reading.branch, reading.proceeding):
        case.branch, case.proceeding = found


def _accused(case: CaseSeen, text: str, place: Place, notes: Notes, *, upper: bool) -> list[AccusedSeen]:
    """The accused of a row; at a court of appeal or cassation the court below and its number may stand under them."""
    return read_slots(_without_lower(case, text) if upper else text, place[1], notes, place)


def _without_lower(case: CaseSeen, text: str) -> str:
    """Take the lines that name the court below, or its number, from the end of the cell."""
    lines = text.split("\n")
    while len(lines) > 1:
        line = lines[-1].strip(" ;")
        found = _LOWER.fullmatch(line) if len(line) <= 300 else None
        court = courts.resolve_name(found[1]) if found else courts.resolve_name(line)
        number = parse_number((found[2] or found[3]) if found else line)
        if court is None and number is None:
            break
        if court is not None or found is not None:
            case.lower_court = court or read.UNMAPPED
        if number is not None:
            case.lower_number, case.lower_earlier = number
        lines.pop()
    return "\n".join(lines)


def _accused_lines(text: str, notes: Notes, place: Place) -> str:
    """The accused in VNKOD's «Информация по делу»: the lines under a label that names them, or all where none has a label."""
    kept: list[str] = []
    wanted = True
    for line in text.split("\n"):
        found = _INFO_LINE.match(line)
        if found is not None:
            label = INFO_LABELS.get(normalise(found[1]))
            if label is not None:
                wanted = label
                line = line[found.end() :]
            elif found[1].isupper():  # as the engine writes its labels
                notes.add("label_unknown", place, found[1])
                wanted = False
        if wanted and line:
            kept.append(line)
    return "\n".join(kept)


def _act(case: CaseSeen, row: Row, index: int) -> str:
    """Whether a decision's text is published: a link says yes, the site's grey cell says no, anything else is unknown."""
    href = row.links.get(index)
    if href:
        act_id = parse_act_link(href)
        case.act_ids = (act_id,) if act_id is not None else ()
        return "yes"
    return "no" if _GREY.search(row.style(index)) else "unknown"


def _counter(reading: Reading, data: bytes, zone: LexborNode | None, notes: Notes) -> None:
    """The site's own count «Всего по запросу найдено — N. На странице записи с A по B.» against the rows read."""
    start = data.find(_COUNTER_START)
    found = None
    if start >= 0:
        found = _COUNTER.match(data[start : start + _COUNTER_WINDOW].decode("utf-8", "ignore"))
    if found is None and zone is not None:
        # Letters that look alike, entities, or whatever else stands in the way of the plain form.
        found = _COUNTER.search(normalise(text_up_to(zone, _COUNTER_LIMIT)))
    if found is None:
        notes.add("counter_missing")
        return
    reading.found, reading.range_from, reading.range_to = (int(group) for group in found.groups())
    held = reading.rows_read + reading.rows_quarantined
    shown = reading.range_to - reading.range_from + 1
    if shown != held:
        notes.add("counter_disagrees", ("list", held, 0))
    reading.cut = reading.cut or shown > held


def _last_page(reading: Reading, data: bytes) -> None:
    """The number of the last page by the pager's link «На последнюю страницу списка»; it stands above the list and below it."""
    at = data.find(_LAST_TITLE)
    if at >= 0:
        page = _LAST_PAGE.search(data, max(data.rfind(b"<a", 0, at), 0), at + _LINK_LENGTH)
        reading.last_page = int(page[1]) if page else None


def read_hearings(reading: Reading, rows: list[Row], notes: Notes) -> None:
    """Fill ``reading`` with the hearings of a day. Rows of one cell are titles of groups («УГОЛОВНЫЕ ДЕЛА») and hold nothing."""
    columns = _columns("hearings", rows[0], HEARING_COLUMNS, notes) if rows else ()
    reading.layout["hearings"] = {field: index for index, field in enumerate(columns) if field and field[0] != "-"}
    for number, row in enumerate(rows[1:], 1):
        if len(row.texts) == 1:
            continue
        if len(row.texts) != len(columns) or row.heads:
            reading.rows_quarantined += 1
            notes.add("row_quarantined", ("hearings", number, 0))
            continue
        reading.rows_read += 1
        reading.hearings.append(_hearing(columns, row, number, notes))


def _hearing(columns: tuple[str, ...], row: Row, number: int, notes: Notes) -> HearingSeen:
    seen = HearingSeen(row=number)
    people: tuple[str, Place] | None = None
    ended: tuple[str, Place] | None = None
    for index, (field, text) in enumerate(zip(columns, row.texts, strict=True)):
        place = ("hearings", number, index)
        if field == "number":
            target = parse_case_link(row.links.get(index, ""))
            if target is not None:
                seen.case_id, seen.guid, seen.srv_num = target.case_id, target.guid, target.srv_num
                pair = PAIRS.get((target.spelling, target.delo_id or 0, target.new))
                if pair is None:
                    notes.add("pair_unlisted", place)
                seen.branch, seen.proceeding = pair or ("other", "other")
            else:
                notes.add("row_without_link", place)
            found = parse_number(text)
            if found is not None:
                seen.number, seen.earlier = found
            elif text:
                notes.add("number_unread", place, text)
        elif field == "time":
            time = parse_time(text)
            if time is None:
                notes.add("time_unread", place, text)
            seen.time = time or ""
        elif field == "judge":
            seen.judge = mask_name(text)
        elif field == "result":
            ended = (text, place)
        elif field == "persons":
            people = (text, place)
        elif not field and text:
            notes.add("cell_unread", place, text)
    if ended is not None:
        # «Уголовное дело прекращено» is another result at a court above, and the columns may stand in any order.
        wording = read.upper_event_result if seen.proceeding in UPPER else read.lower_event_result
        seen.result = notes.code(wording, *ended, "event_result_unmapped")
    if people is not None and seen.branch == "criminal":
        seen.accused = _hearing_accused(people[0], number, notes, people[1])
    return seen


def _hearing_accused(text: str, row: int, notes: Notes, place: Place) -> list[AccusedSeen]:
    return read_slots(_accused_lines(text, notes, place), row, notes, place)
