"""Named statements about a snapshot: what is held, how it was read, what one record says.

With ``views_past.py``, ``views_texts.py`` and ``figures/expr.py`` one of the files that hold SQL text; values are parameters.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from courttally.engine import Engine, Row

CURRENT = "known_from <= $as_of AND (known_to IS NULL OR known_to > $as_of)"
"""The versions that held on the day ``$as_of``."""


def simulated(engine: Engine) -> bool:
    """Whether any capture is marked as simulated."""
    return bool(engine.rows("SELECT 1 FROM pages WHERE simulated LIMIT 1"))


def second_hand(engine: Engine) -> bool:
    """Whether any capture is a row that others exported."""
    return bool(engine.rows("SELECT 1 FROM pages WHERE second_hand LIMIT 1"))


def kinds(engine: Engine) -> list[tuple[str, int]]:
    """Kinds of page and how many captures of each."""
    return [
        (kind, n)
        for kind, n in engine.rows("SELECT kind, count(*) FROM pages GROUP BY kind ORDER BY count(*) DESC, kind")
    ]


def signal_counts(engine: Engine) -> list[tuple[str, int, int]]:
    """(code, signals, captures) of the reader's signals and the registry's, most frequent first."""
    return [
        (code, n, captures)
        for code, n, captures in engine.rows(
            """SELECT code, count(*), count(DISTINCT capture) FROM (
            SELECT code, capture FROM signals UNION ALL SELECT code, capture FROM registry_signals) every
            GROUP BY code ORDER BY count(*) DESC, code"""
        )
    ]


def review_queue(engine: Engine, *, unanswered: bool = True) -> list[Row]:
    """(signal, digest, length, places, captures, capture, place, answer), the most frequent first."""
    where = "WHERE answer = ''" if unanswered else ""
    return engine.rows(
        f"""SELECT signal, digest, length, places, captures, capture, place, answer FROM review {where}
        ORDER BY places DESC, signal, digest"""
    )


def open_signals(engine: Engine) -> dict[str, int]:
    """Signal -> places that nobody has answered."""
    answered: dict[str, int] = dict(
        engine.rows("SELECT signal, sum(places) FROM review WHERE answer <> '' GROUP BY signal")
    )
    return {code: n - answered.get(code, 0) for code, n, _ in signal_counts(engine) if n > answered.get(code, 0)}


def courts_held(engine: Engine) -> list[Row]:
    """(court, captures, case records now, first received, last received) for every court seen."""
    return engine.rows(
        """SELECT p.court, p.captures, coalesce(r.records, 0), r.first_received, r.last_received
        FROM (SELECT court, count(*) AS captures FROM pages WHERE court IS NOT NULL GROUP BY court) p
        LEFT JOIN (SELECT court, count(*) AS records, min(received) AS first_received, max(received) AS last_received
                   FROM records WHERE known_to IS NULL GROUP BY court) r ON r.court = p.court
        ORDER BY p.court"""
    )


def fill_rates(engine: Engine) -> list[tuple[str, int, int]]:
    """(field, filled, of) over the current case records of criminal first instance."""
    row = engine.rows(
        """SELECT count(*), count(number), count(CASE WHEN uid_valid THEN 1 END), count(received),
        count(CASE WHEN slots > 0 THEN 1 END), count(CASE WHEN result <> '' THEN 1 END), count(result_date)
        FROM records WHERE known_to IS NULL AND branch = 'criminal' AND proceeding = 'first'"""
    )[0]
    names = ("number", "valid UID", "received date", "accused", "result", "result date")
    return [(name, filled, row[0]) for name, filled in zip(names, row[1:], strict=True)]


FILL_FIELDS = {
    "number": "number IS NOT NULL",
    "received date": "received IS NOT NULL",
    "accused": "slots > 0",
    "charges": "charges > 0",
    "result": "outcome <> ''",
    "result date": "result_date IS NOT NULL",
    "UID": "uid_valid",
}
"""Fields whose fill rate is watched -> when a sighting of criminal first instance has a value in them."""


def fill_by_month(engine: Engine) -> list[Row]:
    """(field, court, kind of page, month captured, filled, of), where the page has the field at all.

    Months are Moscow months of capture, so that a site that stops showing something is seen the month it does.
    """
    has = {
        "number": "TRUE",
        "received date": "has_received",
        "accused": "slots IS NOT NULL",
        "charges": "slots > 0",
        "result": "outcome IS NOT NULL",
        "result date": "has_result_date",
        "UID": "kind = 'card'",
    }
    parts = [
        f"""SELECT '{name}' AS field, court, kind, month, count(CASE WHEN {filled} THEN 1 END) AS filled, count(*) AS held
        FROM facts WHERE {has[name]} GROUP BY court, kind, month"""
        for name, filled in FILL_FIELDS.items()
    ]
    return engine.rows(
        f"""WITH charged AS (SELECT capture, seq, count(*) AS charges FROM charges_seen GROUP BY capture, seq),
        facts AS (SELECT s.*, p.kind, strftime(p.included_on, '%Y-%m') AS month, coalesce(c.charges, 0) AS charges
            FROM sightings s JOIN pages p ON p.capture = s.capture
            LEFT JOIN charged c ON c.capture = s.capture AND c.seq = s.seq
            WHERE s.court IS NOT NULL AND s.branch = 'criminal' AND s.proceeding = 'first')
        {" UNION ALL ".join(parts)} ORDER BY 1, 2, 3, 4"""
    )


def coverage(engine: Engine, as_of: date) -> list[Row]:
    """Windows known as of a day: (court, branch, proceeding, axis, from, to, filtered, state, reason, found, rows)."""
    return engine.rows(
        f"""SELECT court, branch, proceeding, axis, window_from, window_to, filtered, state, reason, found, rows
        FROM coverage WHERE {CURRENT} ORDER BY court, branch, proceeding, axis, window_from, window_to, query""",
        {"as_of": as_of},
    )


def records_at(engine: Engine, records: list[str], as_of: date) -> dict[str, dict[str, Any]]:
    """The versions of case records that held as of a day: record -> column -> value. Records not known then are absent."""
    names = [name for (name,) in engine.rows("SELECT column_name FROM (DESCRIBE records)")]
    rows = engine.rows(
        f"SELECT * FROM records WHERE record IN (SELECT unnest($records::VARCHAR[])) AND {CURRENT}",
        {"records": records, "as_of": as_of},
    )
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def record_at(engine: Engine, record: str, as_of: date) -> dict[str, Any] | None:
    """The version of a case record that held as of a day, as column -> value."""
    return records_at(engine, [record], as_of).get(record)


def accused_at(engine: Engine, records: list[str], as_of: date) -> dict[str, list[Row]]:
    """Record -> (slot, name mask, result, result date, outcome, outcome date, row, result row) of the version as of a day."""
    return grouped(
        engine,
        f"""SELECT record, slot, name, result, result_date, outcome, outcome_date, row, result_row FROM accused
        WHERE record IN (SELECT unnest($records::VARCHAR[])) AND {CURRENT} ORDER BY record, slot""",
        {"records": records, "as_of": as_of},
    )


def charges_at(engine: Engine, records: list[str], as_of: date) -> dict[str, list[Row]]:
    """Record -> (slot, n, article, part, points, stage, role, wartime, max months, min months, in force) as of a day."""
    return grouped(
        engine,
        f"""SELECT record, slot, n, article, part, points, stage, role, wartime, max_months, min_months, in_force FROM charges
        WHERE record IN (SELECT unnest($records::VARCHAR[])) AND {CURRENT} ORDER BY record, slot, n""",
        {"records": records, "as_of": as_of},
    )


def grouped(engine: Engine, statement: str, parameters: dict[str, Any]) -> dict[str, list[Row]]:
    """Rows by their first column."""
    found: dict[str, list[Row]] = {}
    for record, *row in engine.rows(statement, parameters):
        found.setdefault(record, []).append(tuple(row))
    return found


def version_days(engine: Engine, record: str, as_of: date) -> list[date]:
    """The days, up to one, from which each version of a case record was known, earliest first."""
    rows = engine.rows(
        "SELECT DISTINCT known_from FROM records WHERE record = $record AND known_from <= $as_of ORDER BY known_from",
        {"record": record, "as_of": as_of},
    )
    return [day for (day,) in rows]


def same_matter(engine: Engine, record: str, as_of: date) -> list[str]:
    """The record and every other of its matter as of a day."""
    rows = engine.rows(
        f"""SELECT m.record FROM matters m JOIN (SELECT matter FROM matters WHERE record = $record AND {CURRENT}) own
        ON own.matter = m.matter WHERE {CURRENT.replace("known", "m.known")} ORDER BY m.record""",
        {"record": record, "as_of": as_of},
    )
    return [record, *(other for (other,) in rows if other != record)]


def guid_conflicts(engine: Engine) -> list[Row]:
    """(record, captures that were set aside because they show another identifier), most first."""
    return engine.rows(
        """SELECT record, count(DISTINCT capture) FROM registry_signals WHERE code = 'guid_conflict'
        GROUP BY record ORDER BY count(DISTINCT capture) DESC, record"""
    )


def guids_of(engine: Engine, record: str) -> list[Row]:
    """What each identifier of one record was shown with, the earliest first: (identifier, pages, first seen, last seen, numbers, UIDs,
    received, accused, results, a capture)."""
    return engine.rows(
        """SELECT s.guid, count(DISTINCT s.capture), min(p.included_on), max(p.included_on), list_sort(list(DISTINCT s.number)),
        list_sort(list(DISTINCT s.uid)), list_sort(list(DISTINCT CAST(s.received AS VARCHAR))), max(s.slots), list_sort(list(DISTINCT s.outcome)), min(s.capture)
        FROM sightings s JOIN pages p ON p.capture = s.capture
        WHERE s.guid IS NOT NULL AND s.case_id IS NOT NULL
          AND concat_ws(':', s.court, s.branch, s.proceeding, CAST(s.srv_num AS VARCHAR), CAST(s.case_id AS VARCHAR)) = $record
        GROUP BY s.guid ORDER BY min(p.rank_at), s.guid""",
        {"record": record},
    )


def latest_timelines(engine: Engine, records: dict[str, str], as_of: date) -> dict[str, list[Row]]:
    """Record -> (row, event, day, time, result, ground, posted) of the latest page by a day that shows its timeline.

    ``records``: record -> a page (``capture#seq``) of it that shows one. The record's *state* names the page that first showed whether
    the case is stayed; later ones show more lines.
    """
    return grouped(
        engine,
        """WITH named AS (SELECT unnest($records::VARCHAR[]) AS record, unnest($refs::VARCHAR[]) AS ref),
        keyed AS (SELECT n.record, s.* FROM named n JOIN sightings s ON s.capture || '#' || CAST(s.seq AS VARCHAR) = n.ref),
        shown AS (SELECT k.record, s.capture, s.seq, p.rank_at, p.payload_digest FROM keyed k
            JOIN sightings s ON s.court = k.court AND s.branch = k.branch AND s.proceeding = k.proceeding AND s.srv_num = k.srv_num
                AND (s.case_id = k.case_id OR (s.capture = k.capture AND s.seq = k.seq)) AND (s.guid IS NULL OR k.guid IS NULL OR s.guid = k.guid)
            JOIN pages p ON p.capture = s.capture WHERE s.has_events AND p.included_on <= $as_of),
        latest AS (SELECT *, row_number() OVER (PARTITION BY record ORDER BY rank_at DESC, payload_digest, capture, seq) AS place FROM shown)
        SELECT l.record, e.row, e.event, e.day, e.time, e.result, e.ground, e.posted FROM latest l
        JOIN events_seen e ON e.capture = l.capture AND e.seq = l.seq WHERE l.place = 1 ORDER BY l.record, e.n""",
        {"records": list(records), "refs": list(records.values()), "as_of": as_of},
    )


def sightings(engine: Engine, refs: list[str]) -> dict[str, Row]:
    """``capture#seq`` -> (row in its table, page kind, layout as JSON, fetched at, court basis) of sightings."""
    return {
        ref: tuple(row)
        for ref, *row in engine.rows(
            """SELECT s.capture || '#' || CAST(s.seq AS VARCHAR), s.row, p.kind, p.layout, p.fetched_at, p.court_basis
            FROM sightings s JOIN pages p ON p.capture = s.capture
            WHERE s.capture || '#' || CAST(s.seq AS VARCHAR) IN (SELECT unnest($refs::VARCHAR[]))""",
            {"refs": refs},
        )
    }


def sightings_of(engine: Engine, record: dict[str, Any], provisional: list[str]) -> list[Row]:
    """(capture, seq, kind, fetched at, included on) of every sighting of a record, in order of knowledge: those with its case_id,
    and those without one that have a key of ``provisional`` (``uid:UID`` or ``no:NUMBER@DATE``)."""
    return engine.rows(
        """SELECT s.capture, s.seq, p.kind, p.fetched_at, p.included_on FROM sightings s JOIN pages p ON p.capture = s.capture
        WHERE s.court = $court AND s.branch = $branch AND s.proceeding = $proceeding
          AND ((s.case_id = $case_id AND s.srv_num = $srv_num) OR (s.case_id IS NULL AND list_contains($provisional::VARCHAR[],
            CASE WHEN s.uid_valid AND s.uid <> '' THEN 'uid:' || s.uid ELSE 'no:' || s.number || '@' || CAST(s.received AS VARCHAR) END)))
        ORDER BY p.included_on, p.rank_at, s.capture, s.seq""",
        {name: record[name] for name in ("court", "branch", "proceeding", "srv_num", "case_id")}
        | {"provisional": provisional},
    )


def aliases_at(engine: Engine, record: str, as_of: date) -> list[str]:
    """The provisional keys that a record had taken over by a day."""
    statement = "SELECT provisional FROM aliases WHERE record = $record AND known_from <= $as_of ORDER BY provisional"
    return [key for (key,) in engine.rows(statement, {"record": record, "as_of": as_of})]


COUNTED = "branch = 'criminal' AND proceeding = 'first' AND level IN ('garrison', 'district')"


def record_keys(engine: Engine, as_of: date) -> list[tuple[str, str, date | None]]:
    """(record, matter, received) of everything that counts towards a matter as of a day."""
    return [
        (record, matter, received)
        for record, matter, received in engine.rows(
            f"""SELECT r.record, m.matter, r.received FROM (SELECT * FROM records WHERE {COUNTED} AND {CURRENT}) r
            JOIN (SELECT record AS member, matter FROM matters WHERE {CURRENT}) m ON m.member = r.record ORDER BY r.record""",
            {"as_of": as_of},
        )
    ]


def alias_of(engine: Engine, record: str) -> str | None:
    """The record that took over a provisional key."""
    rows = engine.rows("SELECT record FROM aliases WHERE provisional = $record", {"record": record})
    return rows[0][0] if rows else None
