"""From captures to the *seen* tables: row logic without state, a batch of captures in, Arrow tables out.

Invariants: a row follows from one capture alone; nothing here knows another capture or the clock. Batches can be read by any
number of processes in any order: tables are put in the order of their keys at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa

from courttally.archive import Capture
from courttally.portal import READER_VERSION, Page, Reading, decision_text, read
from courttally.portal.addresses import Request, parse_request
from courttally.portal.model import CaseSeen, Day, DocumentSeen, Result
from courttally.portal.vocabulary import UPPER
from courttally.registry.moscow import MOSCOW, moscow_date
from courttally.registry.schema import SEEN
from courttally.registry.sentences import sentence_rows

Rows = dict[str, list[tuple[Any, ...]]]
_PAGING = frozenset({"page", "_page", "submit", "nc", "captcha", "captchaid"})
_NOTHING = Day()


def page_of(capture: Capture) -> Page:
    """The capture as the reader takes it."""
    return Page(
        payload=capture.payload,
        url=capture.url,
        method=capture.method,
        court_stated=capture.court_stated,
        status=capture.status,
        headers=capture.headers,
    )


def read_batch(captures: Iterable[Capture]) -> dict[str, pa.Table]:
    """The seen tables of some captures."""
    rows: Rows = {table.name: [] for table in SEEN}
    for capture in captures:
        _add(rows, capture)
    return {table.name: to_table(rows[table.name], table.schema) for table in SEEN}


def to_table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Rows as tuples in the order of ``schema``."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _add(rows: Rows, capture: Capture) -> None:
    page = page_of(capture)
    reading = read(page)
    request = parse_request(capture.url) if capture.url else None
    rows["pages"].append(_page_row(capture, reading, request))
    for n, signal in enumerate(reading.signals):
        rows["signals"].append((capture.capture_id, n, signal.code, signal.place, signal.length, signal.digest))
    for seq, case in enumerate(reading.cases):
        _case_rows(rows, capture.capture_id, seq, case, reading)
    _add_other(rows, capture.capture_id, reading)
    if reading.documents or reading.press or (reading.branch == "criminal" and any(c.documents for c in reading.cases)):
        # The texts are read here and let go; a page without a case of its own is sighting -1.
        rows["sentences_seen"] += sentence_rows(capture.capture_id, 0 if reading.cases else -1, decision_text(page))


def _add_other(rows: Rows, capture: str, reading: Reading) -> None:
    """What a page shows that is no sighting: hearings of a day, press items, decisions on pages of their own."""
    for n, hearing in enumerate(reading.hearings):
        charges = [charge for slot in hearing.accused or () for charge in slot.charges]
        articles = " ".join(dict.fromkeys(f"{charge.article}/{charge.part or 'unknown'}" for charge in charges))
        rows["hearings_seen"].append(
            (
                capture, n, hearing.row, reading.court, hearing.branch, hearing.proceeding, hearing.srv_num, hearing.case_id,
                hearing.guid, hearing.number, " ".join(hearing.earlier), reading.hearing_day, hearing.time, hearing.judge,
                hearing.result, len(hearing.accused) if hearing.accused is not None else None, articles,
            )
        )  # fmt: skip
    for n, item in enumerate(reading.press):
        rows["press_seen"].append(
            (capture, n, reading.court, item.published.value, item.title_length, item.title_digest, item.offset, item.length,
             item.digest, item.number, item.decided)
        )  # fmt: skip
    _add_documents(rows, capture, -1, reading.documents)


def _add_documents(rows: Rows, capture: str, seq: int, documents: Iterable[DocumentSeen]) -> None:
    for n, document in enumerate(documents):
        rows["documents_seen"].append(
            (
                capture,
                seq,
                n,
                document.kind,
                document.offset,
                document.length,
                document.digest,
                document.number,
                " ".join(document.earlier),
                document.uid,
                document.day,
                document.court,
            )
        )


def _outcome(result: Result | None, *, upper: bool) -> tuple[str | None, str | None]:
    """(outcome, result of appeal or cassation). What a court above decides is no outcome of the case below: it is an *other
    ruling* there, whatever word it uses, so that a terminated appeal never looks like a terminated case."""
    if result is None or not upper:
        return (result.outcome if result else None), None
    return ("other" if result.outcome not in ("", "unmapped") else result.outcome), result.outcome


def _page_row(capture: Capture, reading: Reading, request: Request | None) -> tuple[Any, ...]:
    fetched = capture.fetched_at
    included = moscow_date(fetched if fetched is not None else capture.imported_at)
    return (
        capture.capture_id, capture.payload_digest, capture.origin, reading.kind, reading.engine, reading.court,
        reading.court_basis, reading.branch, reading.proceeding, reading.delo_id, reading.new,
        request.name_op if request else "", request.srv_num if request else None,
        request.case_id if request else None, request.document if request else None, request.text_number if request else None, request.page if request else None, query_key(capture.url, reading.court),
        request.window_axis if request else "", request.window_from if request else None,
        request.window_to if request else None, request.filtered if request else False, request is not None,
        capture.status, fetched, capture.imported_at if fetched is None else None, included,
        fetched if fetched is not None else _unknown_rank(reading.latest_date, included), reading.latest_date,
        reading.published, reading.changed, reading.found, reading.range_from, reading.range_to, reading.last_page,
        reading.rows_read, reading.rows_quarantined, reading.asks_captcha, reading.simulated, reading.kind == "export_row",
        json.dumps(reading.layout, sort_keys=True), READER_VERSION,
    )  # fmt: skip


def _unknown_rank(latest: date | None, included: date) -> datetime:
    """Where a capture of unknown time ranks: at the start of the latest day printed on it, so that it never overrides a
    capture that is dated that day or later; a page that prints no day ranks before everything dated."""
    if latest is None:
        return datetime(1990, 1, 1, tzinfo=UTC)
    return datetime.combine(min(latest, included), time(), MOSCOW).astimezone(UTC)


def query_key(url: str | None, court: str | None) -> str:
    """Names the question of a listing without its page number: equal for all pages of one result. "" without a URL."""
    if not url:
        return ""
    try:
        query = urlsplit(url).query
    except ValueError:  # no address at all, such as http://[::1/
        return ""
    values = {
        key.lower(): value.strip()
        for key, value in parse_qsl(query, encoding="cp1251", errors="replace")
        if value.strip() and key.lower() not in _PAGING
    }
    values.pop("vnkod", None)  # pagers add it to the same question
    text = json.dumps([court, sorted(values.items())], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _case_rows(rows: Rows, capture: str, seq: int, case: CaseSeen, reading: Reading) -> None:
    received, decided, in_force = case.received or _NOTHING, case.result_date or _NOTHING, case.in_force or _NOTHING
    result = case.result
    upper = (case.proceeding or reading.proceeding) in UPPER
    outcome, appeal_result = _outcome(result, upper=upper)
    accused = case.accused
    rows["sightings"].append(
        (
            capture, seq, case.row, reading.court, case.branch or reading.branch, case.proceeding or reading.proceeding,
            case.srv_num, case.case_id, case.guid, case.number, " ".join(case.earlier), case.uid, case.uid_valid,
            received.value, received.raw, case.received is not None, case.judge, outcome,
            result.rule if result else None, result.ground if result else None, decided.value, decided.raw,
            case.result_date is not None, in_force.value, in_force.raw, case.in_force is not None,
            case.act if case.act is not None else ("yes" if case.documents else None),
            " ".join(map(str, case.act_ids)) or None, case.consideration,
            len(accused) if accused is not None else None, bool(accused) and all(slot.has_result for slot in accused or ()),
            case.events is not None, appeal_result, case.about, case.lower_region, case.lower_court, case.lower_number,
            " ".join(case.lower_earlier), case.lower_judge,
        )
    )  # fmt: skip
    for slot, person in enumerate(accused or ()):
        own, day = person.result, person.result_date or _NOTHING
        outcome, appeal_result = _outcome(own, upper=upper)
        rows["accused_seen"].append(
            (capture, seq, slot, person.row, person.name, person.has_result, outcome, own.rule if own else None,
             own.ground if own else None, day.value, day.raw, appeal_result, person.material, person.grounds)
        )  # fmt: skip
        for n, charge in enumerate(person.charges):
            rows["charges_seen"].append(
                (capture, seq, slot, n, charge.article, charge.part, ",".join(charge.points), charge.stage, charge.role)
            )
    for n, event in enumerate(case.events or ()):
        rows["events_seen"].append(
            (
                capture,
                seq,
                n,
                event.row,
                event.name,
                event.day.value,
                event.day.raw,
                event.time,
                event.result,
                event.ground,
                event.posted.value,
            )
        )
    for n, party in enumerate(case.parties or ()):
        rows["parties_seen"].append((capture, seq, n, party.row, party.role, party.name))
    for n, writ in enumerate(case.writs or ()):
        rows["writs_seen"].append((capture, seq, n, writ.row, writ.issued.value, writ.status, writ.addressee))
    for n, complaint in enumerate(case.complaints or ()):
        rows["complaints_seen"].append(
            (
                capture, seq, n, complaint.row, complaint.received.value, complaint.role, complaint.applicant,
                complaint.passed_on.value, complaint.file_demanded, complaint.decided.value, complaint.result,
            )
        )  # fmt: skip
    _add_documents(rows, capture, seq, case.documents or ())
