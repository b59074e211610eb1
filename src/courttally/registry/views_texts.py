"""Named statements about texts and sentences: what decisions and press items say, and which case record they are about.

With ``views.py`` and ``figures/expr.py`` the third of the files that hold SQL text; values are parameters.
"""

from __future__ import annotations

from datetime import date

from courttally.engine import Engine, Row
from courttally.registry.views import CURRENT, grouped


def page_facts(engine: Engine, capture: str) -> list[Row]:
    """(kind, court, fetched at) of a capture."""
    return engine.rows("SELECT kind, court, fetched_at FROM pages WHERE capture = $capture", {"capture": capture})


def text_counts(engine: Engine, as_of: date) -> list[Row]:
    """(kind of text, way or reason, whether it is linked, texts) of decisions and press items on pages of their own, as of a day."""
    return engine.rows(
        f"""SELECT kind, way, record <> '', count(*) FROM text_links WHERE {CURRENT} GROUP BY 1, 2, 3 ORDER BY 1, 3 DESC, 2""",
        {"as_of": as_of},
    )


def texts_of(engine: Engine, record: str, as_of: date) -> list[Row]:
    """(capture, kind, way, fetched at) of the decisions and press items linked to a record as of a day."""
    return engine.rows(
        f"""SELECT t.capture, t.kind, t.way, p.fetched_at FROM (SELECT * FROM text_links WHERE record = $record AND {CURRENT}) t
        JOIN pages p ON p.capture = t.capture ORDER BY p.rank_at, t.capture""",
        {"record": record, "as_of": as_of},
    )


def text_links(engine: Engine, as_of: date) -> list[Row]:
    """(capture, kind, way or reason, record or "", candidates) of every decision or press item on a page of its own that says
    something of a person, as of a day."""
    return engine.rows(
        f"SELECT capture, kind, way, record, candidates FROM text_links WHERE {CURRENT} ORDER BY capture",
        {"as_of": as_of},
    )


def sentences_at(engine: Engine, records: list[str], as_of: date) -> dict[str, list[Row]]:
    """Record -> (slot, evidence, outcome, kind, months, days, fine, suspended, probation in months, regime, second-hand, where it is
    seen, document, begins, ends) of the sentences known as of a day."""
    return grouped(
        engine,
        f"""SELECT record, slot, evidence, outcome, kind, months, days, fine, suspended, probation_months, regime, second_hand, seen,
        document, begins, ends FROM sentences WHERE record IN (SELECT unnest($records::VARCHAR[])) AND {CURRENT} ORDER BY record, slot""",
        {"records": records, "as_of": as_of},
    )


def news_candidates(engine: Engine, capture: str, first: int, most: int, as_of: date) -> list[str]:
    """First-instance cases of a press item's court with a verdict in the ``first`` days before it was posted and a charge under any of
    the articles it names, the latest first: for a person to look at, never to be linked by."""
    rows = engine.rows(
        f"""WITH item AS (SELECT n.court, n.published, s.convicted FROM press_seen n JOIN sentences_seen s USING (capture)
            WHERE n.capture = $capture),
        named AS (SELECT DISTINCT split_part(pair, '/', 1) AS article
            FROM (SELECT unnest(string_split(convicted, ',')) AS pair FROM item) pairs WHERE pair <> '')
        SELECT DISTINCT r.record, r.verdict_date FROM (SELECT * FROM records WHERE {CURRENT}) r
        JOIN charges c ON c.record = r.record AND c.known_from = r.known_from
        JOIN named ON named.article = c.article JOIN item ON item.court = r.court
        WHERE r.branch = 'criminal' AND r.proceeding = 'first'
          AND r.verdict_date BETWEEN item.published - CAST($first AS INTEGER) AND item.published
        ORDER BY r.verdict_date DESC, r.record LIMIT $most""",
        {"capture": capture, "first": first, "most": most, "as_of": as_of},
    )
    return [record for record, _ in rows]


def second_hand_records(engine: Engine) -> int:
    """How many of the current case records nobody but others' exports has shown."""
    ((found,),) = engine.rows("SELECT count(*) FROM records WHERE known_to IS NULL AND second_hand")
    return int(found)


_TOLD = """told AS (SELECT r.record, s.capture, s.seq, p.rank_at FROM records r JOIN sightings s ON s.court = r.court AND s.branch = r.branch
        AND s.proceeding = r.proceeding AND s.srv_num = r.srv_num AND s.case_id = r.case_id JOIN pages p ON p.capture = s.capture
        SEMI JOIN sentences_seen x ON x.capture = s.capture AND x.seq = s.seq WHERE r.known_to IS NULL
    UNION ALL SELECT t.record, t.capture, 0, p.rank_at FROM text_links t JOIN pages p ON p.capture = t.capture
        WHERE t.known_to IS NULL AND t.record <> '')"""


def texts_said(engine: Engine, records: list[str]) -> dict[str, list[str]]:
    """Record -> captures whose decisions or press items say something of a person of it, the latest first, as known now."""
    found: dict[str, list[str]] = {}
    for record, capture in engine.rows(
        f"""WITH {_TOLD} SELECT record, capture FROM told WHERE record IN (SELECT unnest($records::VARCHAR[]))
        GROUP BY record, capture ORDER BY record, max(rank_at) DESC, capture""",
        {"records": records},
    ):
        found.setdefault(record, []).append(capture)
    return found


def unclear_sentences(engine: Engine) -> list[Row]:
    """(record, slot, why) of persons with a verdict for whose case a text is held that does not settle the sentence
    (``open``), or whose texts contradict each other (``disagree``), or whose text leaves term or suspension open (``part``), as known now."""
    return engine.rows(
        f"""WITH {_TOLD},
        persons AS (SELECT a.record, a.slot, s.kind, s.outcome, s.suspended, s.months, s.days FROM accused a
            JOIN records r ON r.record = a.record AND r.known_from = a.known_from
            LEFT JOIN sentences s ON s.record = a.record AND s.known_from = a.known_from AND s.slot = a.slot
            WHERE a.known_to IS NULL AND r.branch = 'criminal' AND r.proceeding = 'first' AND r.is_verdict
              AND a.outcome IN ('verdict', 'unknown') AND coalesce(s.rule, '') NOT LIKE 'decision:%')
        SELECT record, slot, 'open' FROM persons WHERE kind IS NULL
            AND coalesce(outcome, '') NOT IN ('acquitted', 'terminated', 'medical', 'released_from_punishment')
            AND record IN (SELECT record FROM told)
        UNION SELECT record, slot, 'disagree' FROM persons
            WHERE record IN (SELECT record FROM registry_signals WHERE code = 'press_disagrees')
        UNION SELECT record, slot, 'part' FROM persons
            WHERE kind IN ('imprisonment', 'disciplinary_unit', 'restriction_of_military_service', 'correctional_labour')
              AND (suspended = 'unknown' OR (months IS NULL AND days IS NULL)) ORDER BY 1, 2, 3"""
    )


def results_shown(engine: Engine) -> list[Row]:
    """(record, ``capture#seq`` that shows its case result, result) of criminal first instance, as known now."""
    return engine.rows(
        """SELECT record, result_seen, result FROM records WHERE known_to IS NULL AND branch = 'criminal' AND proceeding = 'first'
        AND result <> '' AND result_seen <> '' AND result_rule NOT LIKE 'decision:%' ORDER BY record"""
    )


def sentences_told(engine: Engine) -> list[Row]:
    """(record, slot, outcome, kind, suspended) of persons with a verdict for whose case a text is held; None where none is known."""
    return engine.rows(
        f"""WITH {_TOLD} SELECT a.record, a.slot, s.outcome, s.kind, s.suspended FROM accused a
        JOIN records r ON r.record = a.record AND r.known_from = a.known_from
        LEFT JOIN sentences s ON s.record = a.record AND s.known_from = a.known_from AND s.slot = a.slot
        WHERE a.known_to IS NULL AND r.branch = 'criminal' AND r.proceeding = 'first' AND r.is_verdict
          AND a.outcome IN ('verdict', 'unknown') AND a.record IN (SELECT record FROM told) ORDER BY a.record, a.slot"""
    )
