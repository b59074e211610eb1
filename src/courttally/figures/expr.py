"""The statements that count: SQL text composed of named pieces, in the part of SQL that DuckDB and Spark share.

Invariants: values are parameters, never text in a statement; ``known_from <= as of < known_to`` picks what was known; every
statement yields *units* (a case record, a person slot or a matter) with all dimensions, and counts distinct keys.
Counting rules 1 to 5 are here and nowhere else.
"""

from __future__ import annotations

from courttally.figures.metrics import Metric

_AS_OF = "known_from <= $as_of AND (known_to IS NULL OR known_to > $as_of)"
_FIRST_INSTANCE = "branch = 'criminal' AND proceeding = 'first' AND level IN ('garrison', 'district')"

KEEP = {
    "every": "TRUE",
    "finished": "outcome NOT IN ('pending', 'stayed')",
    "open": "outcome IN ('pending', 'stayed')",
    "verdict": "is_verdict",
    "sentence_known": "is_verdict AND sentence_kind <> 'unknown'",
}

DATE = {"received": "received", "finished": "outcome_date", "verdict": "verdict_date"}

_NO_SENTENCE = "'unknown' AS sentence_kind, 'unknown' AS suspended, 'unknown' AS evidence"

# Which charges the scope's second switch lets in. A charge without a part is in ``all`` and not in ``wartime`` (rule 1).
_PARTS = {"all": "TRUE", "wartime": "c.wartime", "unknown": "c.part IS NULL"}

# Rule 2: highest maximum first, charges without a number last, then higher minimum, the subject's order of articles
# (articles outside it after, higher number first), higher part, and last the order on the page.
_LEAD_ORDER = """max_months DESC NULLS LAST, min_months DESC NULLS LAST,
    coalesce(list_position($article_order::VARCHAR[], article), 1000), article_order DESC, part_order DESC, slot, n"""


def _cases(metric: Metric) -> str:
    """One row a case record: key, record, version, the slots' partition, and its own facts."""
    where = f" AND {_FIRST_INSTANCE}" if metric.first_instance else ""
    return f"""units AS (
    SELECT record AS key, record, known_from, CAST(NULL AS INTEGER) AS of_slot, court, region, level, outcome, received,
           outcome_date, verdict_date, is_verdict, second_hand, {_NO_SENTENCE}
    FROM records WHERE {_AS_OF}{where})"""


def _accused(metric: Metric) -> str:
    """One row a person slot of those records. Rule 5: the slot's own outcome, its record's received day."""
    return f"""units AS (
    SELECT a.record || '#' || CAST(a.slot AS VARCHAR) AS key, a.record, a.known_from, a.slot AS of_slot, r.court, r.region, r.level,
           a.outcome, r.received, a.outcome_date, a.outcome_date AS verdict_date, a.outcome = 'verdict' AS is_verdict,
           {_HAND[metric.keep == "sentence_known"]} AS second_hand,
           coalesce(s.kind, 'unknown') AS sentence_kind, coalesce(s.suspended, 'unknown') AS suspended,
           CASE WHEN s.kind IS NULL THEN 'unknown' ELSE s.evidence END AS evidence
    FROM accused a JOIN records r ON r.record = a.record AND r.known_from = a.known_from
    LEFT JOIN sentences s ON s.record = a.record AND s.known_from = a.known_from AND s.slot = a.slot
    WHERE r.{_AS_OF.replace("known_to", "r.known_to")} AND {_FIRST_INSTANCE})"""


_HAND = {False: "r.second_hand", True: "r.second_hand OR coalesce(s.second_hand, FALSE)"}
"""A known sentence rests on the record and on the text that tells it."""


def _matters(metric: Metric) -> str:
    """One row a matter. Rule 4: day and charges of the earliest record, court and outcome of the latest.

    One order serves both ends: by received day, records without a usable one after those with, then by key.
    """
    return f"""held AS (
    SELECT r.*, m.matter FROM (SELECT * FROM records WHERE {_AS_OF} AND {_FIRST_INSTANCE}) r
    JOIN (SELECT record AS member, matter FROM matters WHERE {_AS_OF}) m ON m.member = r.record),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY matter ORDER BY received NULLS LAST, record) AS nth,
           row_number() OVER (PARTITION BY matter ORDER BY received DESC NULLS FIRST, record DESC) AS from_last,
           bool_and(second_hand) OVER (PARTITION BY matter) AS none_first_hand
    FROM held),
units AS (
    SELECT first.record AS key, first.record, first.known_from, CAST(NULL AS INTEGER) AS of_slot, last.court, last.region, last.level,
           last.outcome, first.received, last.outcome_date, last.verdict_date, last.is_verdict,
           first.none_first_hand AS second_hand, {_NO_SENTENCE}
    FROM ranked first JOIN ranked last ON first.matter = last.matter AND first.nth = 1 AND last.from_last = 1)"""


_UNITS = {"case": _cases, "accused": _accused, "matter": _matters}


_CIRCUIT = "coalesce(list_extract($circuits::VARCHAR[], list_position($circuit_courts::VARCHAR[], court)), 'unknown')"
"""The circuit of a court, from the directory: two lists that belong together, of courts and of their circuits."""

UNIT_COLUMNS = (
    "key", "record", "of_slot", "court", "region", "level", "outcome", "received", "outcome_date", "verdict_date", "is_verdict",
    "second_hand", "article", "part", "stage", "role", "sentence_kind", "suspended", "evidence",
)  # fmt: skip
"""The columns of :func:`units_statement`, in order; after them one a condition of ``KEEP``, in its order: whether it is met."""


def _facts(metric: Metric, *, all_articles: bool, parts: str, lead: bool, columns: str) -> str:
    """Units with the charges in scope that they stand under, and the columns that are asked for beside."""
    charge_rank = f"row_number() OVER (PARTITION BY u.key ORDER BY {_LEAD_ORDER}) = 1" if lead else "TRUE"
    join = "LEFT JOIN" if all_articles else "JOIN"
    return f"""WITH {_UNITS[metric.unit](metric)},
in_scope AS (
    SELECT u.key, c.article, c.part, c.stage, c.role, {charge_rank} AS chosen
    FROM units u JOIN charges c ON c.record = u.record AND c.known_from = u.known_from AND (u.of_slot IS NULL OR c.slot = u.of_slot)
    WHERE ($all_articles OR list_contains($articles::VARCHAR[], c.article)) AND {_PARTS[parts]}),
chosen AS (SELECT DISTINCT key, article, part, stage, role FROM in_scope WHERE chosen),
facts AS (
    SELECT u.*, {columns}coalesce(c.article, 'unknown') AS article,
           CASE WHEN c.article IS NULL THEN 'unknown' ELSE c.article || '/' || coalesce(c.part, 'unknown') END AS part,
           CASE WHEN c.article IS NULL THEN 'unknown' ELSE coalesce(c.stage, 'completed') END AS stage,
           CASE WHEN c.article IS NULL THEN 'unknown' ELSE coalesce(c.role, 'perpetrator') END AS role
    FROM units u {join} chosen c ON c.key = u.key)
"""


def units_statement(metric: Metric, *, all_articles: bool, parts: str, lead: bool) -> str:
    """Every unit in scope in order of key, by lead charge or once under each, with the columns of ``UNIT_COLUMNS``.

    Parameters: as_of, all_articles, articles, since, and by lead article_order.
    """
    facts = _facts(metric, all_articles=all_articles, parts=parts, lead=lead, columns="")
    kept = ", ".join(f"({condition}) AS keeps_{name}" for name, condition in KEEP.items())
    return f"""{facts}SELECT {", ".join(UNIT_COLUMNS)}, {kept} FROM facts
WHERE $since::DATE IS NULL OR received >= $since::DATE ORDER BY key"""


def statement(
    metric: Metric,
    *,
    all_articles: bool,
    parts: str,
    lead: bool,
    by: tuple[str, ...],
    where: tuple[str, ...],
    dated: bool,
) -> str:
    """The statement for one question.

    Parameters: as_of, all_articles, articles, since, article_order, first_day, last_day, and ``where_DIM``; circuits and
    circuit_courts where a circuit is asked for.
    Columns: one a dimension of ``by``, the value, how many of it are second-hand, the sorted keys.
    """
    date = DATE[metric.basis]
    conditions = [f"({KEEP[metric.keep]})", "($since::DATE IS NULL OR received >= $since::DATE)"]
    if dated:
        conditions.append("day BETWEEN $first_day::DATE AND $last_day::DATE")
    conditions += [f"{name} = $where_{name}" for name in where]
    columns = "".join(f"{name}, " for name in by)
    group = f"GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    extra = f"""{date} AS day, coalesce(strftime({date}, '%Y-%m'), 'undated') AS month,
           coalesce(strftime({date}, '%Y'), 'undated') AS year, """
    if "circuit" in (*by, *where):
        extra += f"{_CIRCUIT} AS circuit, "
    return f"""{_facts(metric, all_articles=all_articles, parts=parts, lead=lead, columns=extra)}SELECT {columns}count(DISTINCT key) AS value, count(DISTINCT CASE WHEN second_hand THEN key END) AS second_hand,
    list_sort(list(DISTINCT key)) AS keys
FROM facts WHERE {" AND ".join(conditions)} {group}"""


FIRST_SEEN = f"""SELECT record, min(known_from) FROM records
WHERE known_from <= $as_of AND {_FIRST_INSTANCE} GROUP BY record ORDER BY record"""
"""(record, first day on which it was seen) of everything that counts."""

FIRST_ARTICLES = f"""WITH firsts AS (
    SELECT record, min(known_from) AS known_from FROM charges WHERE known_from <= $as_of GROUP BY record),
ranked AS (
    SELECT c.record, c.article, row_number() OVER (PARTITION BY c.record ORDER BY {_LEAD_ORDER}) AS rank
    FROM charges c JOIN firsts f ON f.record = c.record AND f.known_from = c.known_from
    WHERE list_contains($articles::VARCHAR[], c.article))
SELECT record, article FROM ranked WHERE rank = 1 ORDER BY record"""
"""(record, lead article in scope when it was first seen with a charge)."""

LOOKS = """SELECT court, window_from, window_to, known_from FROM coverage
WHERE branch = 'criminal' AND proceeding = 'first' AND state = 'complete' AND NOT filtered AND axis IN ('', 'received', 'both')
    AND known_from <= $as_of ORDER BY court, known_from, window_from"""
"""(court, from, to, day) of every complete look at a list by day received; open ends are null."""

POSTED = """SELECT s.court, s.case_id, min(e.posted) FROM events_seen e
JOIN sightings s ON s.capture = e.capture AND s.seq = e.seq JOIN pages p ON p.capture = s.capture
WHERE p.included_on <= $as_of AND s.branch = 'criminal' AND s.proceeding = 'first' AND e.posted IS NOT NULL AND s.case_id IS NOT NULL
GROUP BY s.court, s.case_id ORDER BY s.court, s.case_id"""
"""(court, case id, earliest posting day that the court itself prints) of cards of criminal first instance."""

NUMBERS = f"""SELECT DISTINCT r.court, r.number, r.received, r.record FROM records r
WHERE r.known_from <= $as_of AND {_FIRST_INSTANCE} AND r.number IS NOT NULL ORDER BY r.court, r.number, r.record"""
"""(court, case number, day received, record) of every number that any version of a record bore."""

FACTS = f"""SELECT record, court, number, CASE WHEN uid_valid THEN uid END, received FROM records
WHERE {_AS_OF} AND branch = 'criminal' ORDER BY record"""
"""(record, court, case number, valid UID, day received) of every criminal record as of a day, any proceeding."""

ABOVE = """SELECT DISTINCT proceeding FROM records
WHERE known_from <= $as_of AND branch = 'criminal' AND proceeding IN ('appeal', 'cassation')"""
"""(proceeding) of courts above of which any record was held by a day."""

QUASHED = """WITH above AS (
    SELECT from_record AS record, to_record AS upper FROM links
    WHERE known_from <= $as_of AND (known_to IS NULL OR known_to > $as_of) AND kind IN ('appeal', 'cassation') AND status <> 'candidate'),
shown AS (
    SELECT concat_ws(':', s.court, s.branch, s.proceeding, CAST(s.srv_num AS VARCHAR), CAST(s.case_id AS VARCHAR)) AS upper, s.appeal_result,
        row_number() OVER (PARTITION BY s.court, s.branch, s.proceeding, s.srv_num, s.case_id ORDER BY p.rank_at DESC, p.capture, s.seq) AS place
    FROM sightings s JOIN pages p ON p.capture = s.capture
    WHERE p.included_on <= $as_of AND s.case_id IS NOT NULL AND s.appeal_result <> '')
SELECT DISTINCT a.record FROM above a JOIN shown s ON s.upper = a.upper
WHERE s.place = 1 AND list_contains($quashed::VARCHAR[], s.appeal_result) ORDER BY a.record"""
"""(record) of every case of which the latest page of a linked record above says that the verdict was quashed."""

RESULTS = """WITH shown AS (
    SELECT concat_ws(':', s.court, s.branch, s.proceeding, CAST(s.srv_num AS VARCHAR), CAST(s.case_id AS VARCHAR)) AS record,
        s.outcome, p.included_on, p.fetched_at FROM sightings s JOIN pages p ON p.capture = s.capture
    WHERE p.included_on <= $as_of AND s.branch = 'criminal' AND s.proceeding = 'first' AND s.case_id IS NOT NULL AND s.outcome IS NOT NULL
        AND NOT p.second_hand),
firsts AS (SELECT record, min(included_on) AS first_with FROM shown WHERE outcome <> '' GROUP BY record)
SELECT f.record, f.first_with, max(CASE WHEN s.outcome = '' AND s.fetched_at IS NOT NULL AND s.included_on <= f.first_with THEN s.included_on END)
FROM firsts f JOIN shown s ON s.record = f.record GROUP BY f.record, f.first_with ORDER BY f.record"""
"""(record, first day on which a page showed a result, last day up to then on which one showed none) of criminal first instance."""
