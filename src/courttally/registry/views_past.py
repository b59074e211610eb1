"""Named statements about what came and went: links between records, what courts stopped showing, every value ever shown.

The other half of ``views.py`` (together with ``figures/expr.py`` the files that hold SQL text); values are parameters.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from courttally.engine import Engine, Row
from courttally.registry.views import COUNTED, CURRENT


def open_links(engine: Engine, as_of: date) -> list[tuple[str, str, str, str]]:
    """(record, key of its matter, candidate successor, key of its matter) of candidates that could make one matter of two.

    The key of a matter is its earliest record that counts, as in figures.
    """
    return [
        (before, one, after, other)
        for before, one, after, other in engine.rows(
            f"""WITH held AS (
            SELECT r.record, first_value(r.record) OVER (PARTITION BY m.matter ORDER BY r.received NULLS LAST, r.record) AS key
            FROM (SELECT * FROM records WHERE {COUNTED} AND {CURRENT}) r
            JOIN (SELECT record AS member, matter FROM matters WHERE {CURRENT}) m ON m.member = r.record)
            SELECT l.from_record, b.key, l.to_record, a.key
            FROM (SELECT * FROM links WHERE status = 'candidate' AND merges AND {CURRENT}) l
            JOIN held b ON b.record = l.from_record JOIN held a ON a.record = l.to_record
            WHERE a.key <> b.key ORDER BY 1, 3""",
            {"as_of": as_of},
        )
    ]


def links_of(engine: Engine, record: str, as_of: date) -> list[Row]:
    """(other record, which of the two comes first, kind, rule, status, weight, since, sighting of one, of the other), as of a day."""
    return engine.rows(
        f"""SELECT CASE WHEN from_record = $record THEN to_record ELSE from_record END AS other,
        CASE WHEN from_record = $record THEN 'before' ELSE 'after' END AS place, kind, rule, status, weight, known_from, from_seen, to_seen
        FROM links WHERE (from_record = $record OR to_record = $record) AND {CURRENT}
        ORDER BY status = 'candidate', other, kind""",
        {"record": record, "as_of": as_of},
    )


def candidate_links(engine: Engine) -> list[Row]:
    """(earlier record, candidates, strongest weight, kinds) that wait for a person, the surest first."""
    return engine.rows(
        """SELECT from_record, list_sort(list(DISTINCT to_record)), max(weight), list_sort(list(DISTINCT kind)) FROM links
        WHERE status = 'candidate' AND known_to IS NULL GROUP BY from_record
        ORDER BY max(weight) DESC, count(DISTINCT to_record), from_record"""
    )


def waiting_links(engine: Engine) -> list[Row]:
    """(earlier record, later record, kind, rule, weight, since) of every candidate that waits now."""
    return engine.rows(
        """SELECT from_record, to_record, kind, rule, weight, min(known_from) FROM links
        WHERE status = 'candidate' AND known_to IS NULL GROUP BY ALL ORDER BY 1, 2, 3, 4"""
    )


def pairs_linked(engine: Engine) -> list[Row]:
    """(earlier record, later record, status) of pairs of first instance that are linked as one matter now, or are candidates."""
    return engine.rows(
        """SELECT from_record, to_record, min(status) FROM links WHERE known_to IS NULL AND merges
        AND kind NOT IN ('appeal', 'cassation', 'supervision') AND status <> 'decided' GROUP BY 1, 2 ORDER BY 1, 2"""
    )


def gone_checks(engine: Engine) -> list[Row]:
    """(court, branch, proceeding, srv_num, case_id, capture, at) of every dated answer that a card that was asked for is not there."""
    return engine.rows(
        """SELECT court, branch, proceeding, srv_num, asked_case, capture, fetched_at FROM pages
        WHERE kind = 'not_found' AND name_op = 'case' AND asked_case IS NOT NULL AND fetched_at IS NOT NULL AND court IS NOT NULL
        ORDER BY fetched_at, capture"""
    )


_ASKED_GONE = """SELECT DISTINCT court, branch, proceeding, srv_num, asked_case AS case_id FROM pages
    WHERE kind = 'not_found' AND name_op = 'case' AND asked_case IS NOT NULL AND fetched_at IS NOT NULL"""


def shows_of_gone(engine: Engine) -> list[Row]:
    """(court, branch, proceeding, srv_num, case_id, at) of every dated page of a court that showed a record whose card was once not there."""
    return engine.rows(
        f"""SELECT DISTINCT s.court, s.branch, s.proceeding, s.srv_num, s.case_id, p.fetched_at FROM sightings s
        JOIN ({_ASKED_GONE}) g USING (court, branch, proceeding, srv_num, case_id) JOIN pages p ON p.capture = s.capture
        WHERE p.fetched_at IS NOT NULL AND NOT p.second_hand ORDER BY p.fetched_at"""
    )


def control_cards(engine: Engine) -> list[Row]:
    """(court, capture, at) of every card that answered at a court where another was not there, that day or the next to it."""
    return engine.rows(
        """SELECT p.court, p.capture, p.fetched_at FROM pages p
        JOIN (SELECT DISTINCT court, included_on FROM pages WHERE kind = 'not_found' AND name_op = 'case') g
        ON g.court = p.court AND p.included_on BETWEEN g.included_on - 1 AND g.included_on + 1
        WHERE p.kind = 'card' AND p.fetched_at IS NOT NULL GROUP BY ALL ORDER BY p.fetched_at, p.capture"""
    )


def whole_listings(engine: Engine) -> list[Row]:
    """(court, branch, proceeding, from, to, day, capture of its first page, first time) of lists by day received that were held
    whole on one day: all pages agree on the site's counter and hold as many rows; nothing narrows them, nothing was set aside."""
    return engine.rows(
        """SELECT court, branch, proceeding, any_value(window_from), any_value(window_to), included_on, min(capture), min(fetched_at)
        FROM pages WHERE kind IN ('listing', 'no_data') AND name_op <> 'r_juid' AND has_url AND fetched_at IS NOT NULL
            AND court IN (SELECT court FROM pages WHERE kind = 'not_found' AND name_op = 'case') AND window_axis IN ('', 'received')
            AND NOT filtered
        GROUP BY court, branch, proceeding, query, included_on
        HAVING count(CASE WHEN kind = 'no_data' THEN 1 END) = 0 AND min(found) = max(found) AND sum(rows_read) = max(found)
            AND count(found) = count(*) AND sum(rows_quarantined) = 0
        ORDER BY included_on, min(fetched_at), min(capture)"""
    )


# The sightings of one record: by case_id, else (a provisional record) by UID, or by number and received day.
_OF_RECORD = """s.court = $court AND s.branch = $branch AND s.proceeding = $proceeding AND (
    ($case_id::BIGINT IS NOT NULL AND s.srv_num = $srv_num AND s.case_id = $case_id::BIGINT) OR ($case_id::BIGINT IS NULL AND s.case_id IS NULL
    AND (s.uid = $uid OR (s.number = $number AND s.received = $received::DATE))))"""
_RECORD_COLUMNS = ("court", "branch", "proceeding", "srv_num", "case_id", "uid", "number", "received")


def shown(engine: Engine, record: dict[str, Any]) -> list[Row]:
    """Every sighting of a record in the order in which they rank: capture, seq, included on, fetched at, earliest
    posting date among its lines, then the
    columns of ``sightings`` that hold values."""
    return engine.rows(
        f"""SELECT s.capture, s.seq, p.included_on, p.fetched_at,
        (SELECT min(e.posted) FROM events_seen e WHERE e.capture = s.capture AND e.seq = s.seq), s.number, s.earlier, s.uid, s.has_received, s.received,
        s.received_raw, s.outcome, s.ground, s.has_result_date, s.result_date, s.result_date_raw, s.has_in_force, s.in_force, s.act,
        s.consideration, s.appeal_result FROM sightings s JOIN pages p ON p.capture = s.capture WHERE {_OF_RECORD}
        ORDER BY p.rank_at, p.kind = 'card', p.payload_digest DESC, s.capture, s.seq""",
        {name: record[name] for name in _RECORD_COLUMNS},
    )


def charges_shown(engine: Engine, record: dict[str, Any]) -> list[Row]:
    """(capture, seq, slot, article, part, points, stage, role) of every sighting of a record."""
    return engine.rows(
        f"""SELECT c.capture, c.seq, c.slot, c.article, c.part, c.points, c.stage, c.role FROM charges_seen c
        JOIN sightings s ON s.capture = c.capture AND s.seq = c.seq WHERE {_OF_RECORD} ORDER BY c.capture, c.seq, c.slot, c.n""",
        {name: record[name] for name in _RECORD_COLUMNS},
    )


def accused_shown(engine: Engine, record: dict[str, Any]) -> list[Row]:
    """(capture, seq, slot, whether it has results, result, ground, day, day as printed) of every sighting of a record."""
    return engine.rows(
        f"""SELECT a.capture, a.seq, a.slot, a.has_result, a.outcome, a.ground, a.result_date, a.result_date_raw FROM accused_seen a
        JOIN sightings s ON s.capture = a.capture AND s.seq = a.seq WHERE {_OF_RECORD} ORDER BY a.capture, a.seq, a.slot""",
        {name: record[name] for name in _RECORD_COLUMNS},
    )


def versions_since(engine: Engine, since: date) -> list[Row]:
    """Versions of records that begin after a day, and for each record the one before: (record, known_from, then the columns
    of ``CHANGING``), in order."""
    columns = ", ".join(f'r."{name}"' for name in CHANGING)
    return engine.rows(
        f"""SELECT r.record, r.known_from, {columns} FROM records r
        WHERE r.record IN (SELECT record FROM records WHERE known_from > $since)
            AND (r.known_to IS NULL OR r.known_to > $since) ORDER BY r.record, r.known_from""",
        {"since": since},
    )


CHANGING = (
    "number",
    "uid",
    "received",
    "received_raw",
    "result",
    "ground",
    "result_date",
    "in_force",
    "act",
    "outcome",
    "outcome_date",
    "slots",
)
"""Columns of ``records`` whose change is news."""


def links_since(engine: Engine, since: date) -> list[Row]:
    """(from, to, kind, rule, status, known from, known to) of links that began or ended after a day, candidates aside."""
    return engine.rows(
        """SELECT from_record, to_record, kind, rule, status, known_from, known_to FROM links
        WHERE status <> 'candidate' AND (known_from > $since OR known_to > $since) ORDER BY known_from, from_record, to_record""",
        {"since": since},
    )


def presence_since(engine: Engine, since: date) -> list[Row]:
    """(record, state, since, last seen) of records that went missing, vanished or came back after a day."""
    return engine.rows(
        """SELECT record, state, known_from, last_seen FROM presence WHERE known_from > $since ORDER BY known_from, record""",
        {"since": since},
    )


def presence_at(engine: Engine, as_of: date) -> list[Row]:
    """(record, state, since, last seen, first check, second check, back on, court) of records that a court stopped
    showing, as of a day."""
    return engine.rows(
        f"""SELECT p.record, p.state, p.known_from, p.last_seen, p.first_check, p.second_check, p.back_on, split_part(p.record, ':', 1)
        FROM (SELECT * FROM presence WHERE {CURRENT}) p ORDER BY p.known_from, p.record""",
        {"as_of": as_of},
    )


def presence_of(engine: Engine, record: str) -> list[Row]:
    """Every version of whether a court shows one record."""
    return engine.rows(
        """SELECT state, known_from, known_to, last_seen, first_check, second_check, listing_on, back_on, first_capture, first_control,
        second_capture, second_control, listing FROM presence WHERE record = $record ORDER BY known_from""",
        {"record": record},
    )


_COMPARED = (
    "number", "uid", "received", "received_raw", "result", "ground", "result_date", "in_force", "act", "outcome", "outcome_date",
    "slots",
)  # fmt: skip


def values_at(engine: Engine, as_of: date) -> dict[str, dict[str, str]]:
    """Record -> what is known of it as of a day, as text: its own columns, its charges, its accused's outcomes, and its matter."""
    columns = ", ".join(f"coalesce(CAST(r.{name} AS VARCHAR), '')" for name in _COMPARED)
    rows = engine.rows(
        f"""WITH charged AS (SELECT record, known_from, string_agg(concat_ws(' ', slot, article, part, points, stage, role), '; '
            ORDER BY slot, n) AS text FROM charges GROUP BY record, known_from),
        persons AS (SELECT record, known_from, string_agg(concat_ws(' ', slot, outcome, outcome_date), '; ' ORDER BY slot) AS text
            FROM accused GROUP BY record, known_from),
        punished AS (SELECT record, known_from, string_agg(concat_ws(' ', slot, kind, months, suspended), '; ' ORDER BY slot) AS text
            FROM sentences GROUP BY record, known_from)
        SELECT r.record, {columns}, coalesce(c.text, ''), coalesce(p.text, ''), coalesce(s.text, ''), coalesce(m.matter, '')
        FROM (SELECT * FROM records WHERE {CURRENT}) r
        LEFT JOIN charged c ON c.record = r.record AND c.known_from = r.known_from
        LEFT JOIN persons p ON p.record = r.record AND p.known_from = r.known_from
        LEFT JOIN punished s ON s.record = r.record AND s.known_from = r.known_from
        LEFT JOIN (SELECT * FROM matters WHERE {CURRENT}) m ON m.record = r.record ORDER BY r.record""",
        {"as_of": as_of},
    )
    names = (*_COMPARED, "charges", "outcomes of accused", "sentences", "matter")
    return {record: dict(zip(names, values, strict=True)) for record, *values in rows}


def captures_by(engine: Engine, as_of: date) -> list[str]:
    """The captures that are included by a day."""
    return [
        capture for (capture,) in engine.rows("SELECT capture FROM pages WHERE included_on <= $as_of", {"as_of": as_of})
    ]


def records_shown_by(engine: Engine, captures: list[str]) -> list[str]:
    """The records that some captures show."""
    rows = engine.rows(
        """SELECT DISTINCT r.record FROM records r JOIN sightings s ON s.court = r.court AND s.branch = r.branch
        AND s.proceeding = r.proceeding AND s.srv_num = r.srv_num AND s.case_id = r.case_id
        WHERE s.capture IN (SELECT unnest($captures::VARCHAR[]))""",
        {"captures": captures},
    )
    return [record for (record,) in rows]


def policy_by_month(engine: Engine) -> list[Row]:
    """What each court's cards of criminal first instance showed, by Moscow month of capture: (court, month, cards, cards with a UID, cards
    with a final result, of those with a published text, accused, accused whose names are hidden, lines that register a case and bear a
    posting date, days from event to posting in all, most days)."""
    return engine.rows(
        """WITH cards AS (SELECT s.capture, s.seq, s.court, strftime(p.included_on, '%Y-%m') AS month, s.uid, s.outcome, s.act
            FROM sightings s JOIN pages p ON p.capture = s.capture
            WHERE p.kind = 'card' AND s.branch = 'criminal' AND s.proceeding = 'first' AND s.court IS NOT NULL),
        people AS (SELECT c.court, c.month, count(*) AS accused, count(CASE WHEN a.name = '⟦hidden⟧' THEN 1 END) AS hidden
            FROM cards c JOIN accused_seen a ON a.capture = c.capture AND a.seq = c.seq GROUP BY c.court, c.month),
        late AS (SELECT c.court, c.month, count(*) AS lines, sum(e.posted - e.day) AS days, max(e.posted - e.day) AS most
            FROM cards c JOIN events_seen e ON e.capture = c.capture AND e.seq = c.seq
            WHERE e.event = 'registration' AND e.posted IS NOT NULL AND e.day IS NOT NULL AND e.posted >= e.day GROUP BY c.court, c.month),
        held AS (SELECT court, month, count(*) AS cards, count(CASE WHEN uid <> '' THEN 1 END) AS uids,
            count(CASE WHEN outcome NOT IN ('', 'stayed') THEN 1 END) AS decided,
            count(CASE WHEN outcome NOT IN ('', 'stayed') AND act = 'yes' THEN 1 END) AS texts FROM cards GROUP BY court, month)
        SELECT h.court, h.month, h.cards, h.uids, h.decided, h.texts, coalesce(p.accused, 0), coalesce(p.hidden, 0), coalesce(l.lines, 0),
            CAST(coalesce(l.days, 0) AS BIGINT), CAST(l.most AS INTEGER)
        FROM held h LEFT JOIN people p ON p.court = h.court AND p.month = h.month LEFT JOIN late l ON l.court = h.court AND l.month = h.month
        ORDER BY h.court, h.month"""
    )


def policies(engine: Engine) -> list[Row]:
    """The table of what courts' cards showed, in order of court and month."""
    return engine.rows(
        """SELECT court, month, cards, with_uid, decided, with_text, accused, hidden FROM policies ORDER BY court, month"""
    )


def has_withdrawn(engine: Engine) -> bool:
    """Whether people have withdrawn any record from what goes public."""
    return bool(engine.rows("SELECT 1 FROM withdrawals LIMIT 1"))


def leave_out_withdrawn(engine: Engine) -> None:
    """Let every later statement of this connection see no withdrawn record: for whatever goes public."""
    if has_withdrawn(engine):
        engine.replace(
            "records",
            "SELECT r.* FROM records r WHERE r.record NOT IN (SELECT record FROM withdrawals) ORDER BY r.record, r.known_from",
        )
