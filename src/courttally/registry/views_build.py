"""Named statements that a build asks of the seen tables: which sightings tell something, what each record showed last, what a night touches.

With ``views.py``, ``views_past.py``, ``views_texts.py`` and ``figures/expr.py`` one of the files that hold SQL text; values are parameters.

Kept in memory by these statements, under names of their own: ``fresh`` (captures that came since the snapshot before), ``compared`` (every sighting
with a key: a digest of each of its `GROUPS`, and whether one is new for its record), ``odd`` (records whose order cannot be trusted), ``telling`` (capture, seq). Digests serve one comparison on one machine and are in no table of a snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from courttally.engine import Engine, Row

RECORD = (
    "court || ':' || branch || ':' || proceeding || ':' || CAST(srv_num AS VARCHAR) || ':' || CAST(case_id AS VARCHAR)"
)
"""The key of a sighting with case_id, as text."""

# A row is hashed as one text: hashes of several values, combined over rows, cancel each other where rows change alike.
_DIGESTS = """
persons AS (SELECT capture, seq, bit_xor(hash(CAST(row(slot, name) AS VARCHAR))) AS persons,
    bit_xor(hash(CAST(row(slot, outcome, outcome_rule, ground, result_date, result_date_raw, appeal_result, material, quash_grounds,
        result_date > included_on) AS VARCHAR))) AS own_results FROM accused_seen {only} JOIN pages USING (capture) GROUP BY ALL),
charged AS (SELECT capture, seq, bit_xor(hash(CAST(row(slot, n, article, part, points, stage, role) AS VARCHAR))) AS charges FROM charges_seen {only} GROUP BY ALL),
moved AS (SELECT capture, seq, bit_xor(hash(CAST(row(n, event, day, day_raw, time, result, ground, posted) AS VARCHAR))) AS events FROM events_seen {only} GROUP BY ALL),
said AS (SELECT capture, seq, bit_xor(hash(CAST(row({sentence}) AS VARCHAR))) AS sentences FROM sentences_seen {only} GROUP BY ALL),
listed AS (SELECT capture, split_part(place, ':', 2) AS row, bit_xor(hash(CAST(row(code, digest) AS VARCHAR))) AS wordings FROM signals {only}
    WHERE split_part(place, ':', 1) = 'list' AND digest <> '' GROUP BY ALL),
carded AS (SELECT capture, bit_xor(hash(CAST(row(code, digest, CASE WHEN place LIKE 'case:%' THEN '' ELSE place END) AS VARCHAR))) AS wordings FROM signals {only}
    WHERE digest <> '' GROUP BY ALL)"""

Groups = dict[str, tuple[str, tuple[str, ...]]]


def keep_telling(engine: Engine, groups: Groups, sentence: list[str], *, carried: bool = False) -> None:
    """Keep ``compared``, ``odd`` and ``telling`` as ``registry/telling`` describes them. ``sentence``: the columns that make a sentence.

    ``carried``: only for sightings of ``fresh``, after what their records showed before (``shown``); then ``telling`` is left to ``keep_wanted``.
    """
    only = "SEMI JOIN fresh USING (capture)" if carried else ""
    digests = _DIGESTS.format(sentence=", ".join(sentence), only=only)
    present = ", ".join(
        f"CASE WHEN {has} THEN hash({', '.join(says)}) END AS g_{name}" for name, (has, says) in groups.items()
    )
    engine.keep(
        "marks",
        f"""WITH {digests},
        held AS (SELECT s.*, p.included_on, p.rank_at, p.kind = 'card' AS card, p.payload_digest, p.simulated, p.second_hand,
            persons, charges, own_results, events, sentences, s.capture || '#' || s.seq AS ref,
            CASE WHEN p.kind = 'card' THEN carded.wordings ELSE listed.wordings END AS wordings
            FROM sightings s {only} JOIN pages p USING (capture) LEFT JOIN persons USING (capture, seq) LEFT JOIN charged USING (capture, seq)
            LEFT JOIN moved USING (capture, seq) LEFT JOIN said USING (capture, seq) LEFT JOIN carded USING (capture)
            LEFT JOIN listed ON listed.capture = s.capture AND listed.row = CAST(s.row AS VARCHAR))
        SELECT {RECORD} AS record, court || ':' || branch || ':' || proceeding AS stem, capture, seq, guid, number, uid, included_on, rank_at, card, payload_digest,
            ref, CASE WHEN card THEN included_on END AS card_on, {present} FROM held WHERE court IS NOT NULL AND case_id IS NOT NULL""",
    )
    news = " OR ".join(
        f"(g_{name} IS NOT NULL AND g_{name} IS DISTINCT FROM last_value(g_{name} IGNORE NULLS) OVER earlier)"
        for name in groups
    )
    before = (
        "UNION ALL BY NAME SELECT 0 AS turn, * EXCLUDE (odd) FROM shown SEMI JOIN marks USING (record)"
        if carried
        else ""
    )
    order = "PARTITION BY record ORDER BY turn, included_on, rank_at, card, payload_digest, ref"
    engine.keep(
        "compared",
        f"""SELECT *, row_number() OVER whole AS place, rank_at <= max(rank_at) OVER earlier AS late, {news} AS news
        FROM (SELECT 1 AS turn, * FROM marks {before})
        WINDOW whole AS ({order}), earlier AS ({order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)""",
    )
    engine.let_go("marks")
    engine.keep(
        "provisional",
        """SELECT court || ':' || branch || ':' || proceeding AS stem, number, uid FROM sightings
        WHERE court IS NOT NULL AND case_id IS NULL""",
    )
    known = "UNION SELECT record FROM shown SEMI JOIN compared USING (record) WHERE odd" if carried else ""
    engine.keep(
        "odd",
        f"""SELECT record FROM compared GROUP BY record HAVING coalesce(bool_or(late), FALSE) OR count(DISTINCT guid) > 1
        UNION SELECT record FROM compared m SEMI JOIN provisional p ON m.stem = p.stem AND m.number = p.number
        UNION SELECT record FROM compared m SEMI JOIN provisional p ON m.stem = p.stem AND m.uid = p.uid {known}""",
    )
    if not carried:
        engine.keep(
            "telling",
            """SELECT capture, seq FROM compared WHERE news
            UNION SELECT capture, seq FROM compared SEMI JOIN odd USING (record)
            UNION SELECT capture, seq FROM sightings WHERE court IS NULL OR case_id IS NULL""",
        )


def told(engine: Engine) -> pa.Table:
    """(record, capture, seq) of every sighting that told something when it was compared."""
    return engine.table("SELECT record, capture, seq FROM compared WHERE turn = 1 AND news")


def shown(engine: Engine, groups: Groups) -> pa.Table:
    """What every compared record showed last: GUID, latest day, rank and day of card, whether it is ``odd``, and a digest of each group."""
    last = ", ".join(f"arg_max(g_{name}, place) AS g_{name}" for name in groups)
    return engine.table(
        f"""SELECT record, any_value(stem) AS stem, max(guid) AS guid, max(included_on) AS included_on, max(rank_at) AS rank_at, max(card_on) AS card_on,
        bool_or(record IN (SELECT record FROM odd)) AS odd, {last} FROM compared GROUP BY record"""
    )


def fresh_trouble(engine: Engine) -> bool:
    """Whether fresh sightings are such that only a build from all captures can say what they change: without case_id, or of a record that
    could take over one without."""
    return bool(
        engine.rows(
            """SELECT 1 FROM sightings SEMI JOIN fresh USING (capture)
            WHERE court IS NOT NULL AND (case_id IS NULL OR branch IS NULL OR proceeding IS NULL OR srv_num IS NULL)
            UNION ALL SELECT 1 FROM compared m SEMI JOIN provisional p ON m.stem = p.stem AND m.number = p.number
            UNION ALL SELECT 1 FROM compared m SEMI JOIN provisional p ON m.stem = p.stem AND m.uid = p.uid LIMIT 1"""
        )
    )


def fresh_days(engine: Engine) -> tuple[date, date] | None:
    """The first and last day of fresh captures, None where there are none."""
    first, last = engine.rows("SELECT min(included_on), max(included_on) FROM pages SEMI JOIN fresh USING (capture)")[0]
    return None if first is None else (first, last)


def touched(engine: Engine) -> list[str]:
    """The records of which fresh sightings tell something."""
    return [
        record
        for (record,) in engine.rows(
            """SELECT DISTINCT record FROM compared WHERE turn = 1 AND (news OR record IN (SELECT record FROM odd)) ORDER BY record"""
        )
    ]


def keep_wanted(engine: Engine, records: Iterable[str]) -> None:
    """Keep as ``telling`` the sightings of some records that tell something, fresh ones among them, and as ``near`` their captures and those
    of texts on pages of their own. Needs ``told`` and ``shown`` of the snapshot before."""
    engine.take("wanted", pa.table({"record": pa.array(sorted(records), pa.string())}))
    engine.keep(
        "telling",
        f"""SELECT capture, seq FROM told SEMI JOIN wanted USING (record)
        UNION SELECT capture, seq FROM compared SEMI JOIN wanted USING (record) WHERE turn = 1 AND news
        UNION SELECT s.capture, s.seq FROM (SELECT capture, seq, {RECORD} AS record FROM sightings WHERE case_id IS NOT NULL) s
            SEMI JOIN wanted USING (record) SEMI JOIN (SELECT record FROM odd UNION SELECT record FROM shown WHERE odd) USING (record)
        UNION SELECT capture, seq FROM sightings WHERE court IS NOT NULL AND case_id IS NULL""",
    )
    engine.keep(
        "near", "SELECT capture FROM telling UNION SELECT capture FROM pages WHERE kind IN ('decision', 'press_item')"
    )


def seen_rows(engine: Engine, name: str, columns: list[str], key: tuple[str, ...], *, only: str) -> pa.Table:
    """A seen table in the order of its key; ``only``: ``telling`` (rows of those sightings), ``near`` (of those captures) or "" (all)."""
    joins = {"telling": "SEMI JOIN telling USING (capture, seq)", "near": "SEMI JOIN near USING (capture)", "": ""}
    quoted = ", ".join(f'"{column}"' for column in columns)
    return engine.table(f"SELECT {quoted} FROM {name} {joins[only]} ORDER BY {', '.join(key)}")


def listing_columns(engine: Engine, columns: tuple[str, ...], since: date | None, windows: pa.Table | None) -> pa.Table:
    """Columns of the pages that bear on coverage: listings and "no data" answers of a known court and proceeding. With ``since`` only of
    questions that were asked since that day or about one of ``windows`` (court, proceeding, window_axis, window_from, window_to)."""
    quoted = ", ".join(f'p."{column}"' for column in columns)
    bears = "court IS NOT NULL AND branch <> '' AND kind IN ('listing', 'no_data') AND name_op <> 'r_juid'"
    if since is None or windows is None:
        return engine.table(f"SELECT {quoted} FROM pages p WHERE {bears} ORDER BY capture")
    engine.take("asked_windows", windows)
    return engine.table(
        f"""WITH bearing AS (SELECT * FROM pages WHERE {bears}),
        named AS (SELECT court, proceeding, window_axis, window_from, window_to FROM bearing WHERE included_on >= $since
            UNION SELECT court, proceeding, window_axis, window_from, window_to FROM asked_windows),
        questions AS (SELECT court, proceeding, branch, query FROM bearing WHERE included_on >= $since
            UNION SELECT b.court, b.proceeding, b.branch, b.query FROM bearing b
            JOIN named n USING (court, proceeding, window_axis, window_from, window_to))
        SELECT {quoted} FROM bearing p SEMI JOIN questions USING (court, proceeding, branch, query) ORDER BY capture""",
        {"since": since},
    )


def proven(engine: Engine) -> list[Row]:
    """(court, branch, proceeding, day) on which a list brought rows: the form works there."""
    return engine.rows(
        """SELECT DISTINCT court, branch, proceeding, included_on FROM pages
        WHERE court IS NOT NULL AND branch <> '' AND kind = 'listing' AND name_op <> 'r_juid' AND rows_read > 0"""
    )


def looked_at(engine: Engine) -> list[Row]:
    """(court, day) on which its lists or cards of criminal first instance were captured, in order."""
    return engine.rows(
        """SELECT DISTINCT court, included_on FROM pages WHERE kind IN ('listing', 'card') AND branch = 'criminal' AND proceeding = 'first'
        AND court IS NOT NULL ORDER BY court, included_on"""
    )


def captures(engine: Engine) -> list[str]:
    """Every capture, in order."""
    return [capture for (capture,) in engine.rows("SELECT capture FROM pages ORDER BY capture")]


def latest(engine: Engine) -> date | None:
    """The day of the latest capture."""
    day: date | None = engine.rows("SELECT max(included_on) FROM pages")[0][0]
    return day


def near_texts(engine: Engine, values: pa.Table) -> list[tuple[str, str]]:
    """(record, value) of every record that once showed one of ``values`` (court, value): ``n:`` a number with four digits of its year, ``a:`` the
    number of a decision, ``d:`` a day of result."""
    engine.take("text_values", values)
    return [
        (record, value)
        for record, value in engine.rows(
            f"""WITH held AS (SELECT {RECORD} AS record, capture, seq, court, number, earlier, act_ids, result_date FROM sightings
                WHERE court IN (SELECT court FROM text_values) AND case_id IS NOT NULL),
            said AS (SELECT record, court, 'n:' || regexp_replace(number, '/(\\d\\d)$', '/20\\1') AS value FROM held WHERE number IS NOT NULL
                UNION SELECT record, court, 'n:' || regexp_replace(unnest(string_split(earlier, ' ')), '/(\\d\\d)$', '/20\\1') FROM held WHERE earlier <> ''
                UNION SELECT record, court, 'a:' || unnest(string_split(act_ids, ' ')) FROM held WHERE act_ids <> ''
                UNION SELECT record, court, 'd:' || CAST(result_date AS VARCHAR) FROM held WHERE result_date IS NOT NULL
                UNION SELECT h.record, h.court, 'd:' || CAST(a.result_date AS VARCHAR) FROM held h JOIN accused_seen a USING (capture, seq)
                    WHERE a.result_date IS NOT NULL)
            SELECT DISTINCT s.record, s.court || ' ' || s.value FROM said s SEMI JOIN text_values USING (court, value)"""
        )
    ]


def joints_of(engine: Engine, records: Iterable[str]) -> set[str]:
    """The values that join some records with others, as ``joints`` of the snapshot before has them."""
    asked = {"records": sorted(records)}
    return {
        value
        for (value,) in engine.rows(
            "SELECT DISTINCT value FROM joints WHERE record IN (SELECT unnest($records::VARCHAR[]))", asked
        )
    }


def joined_by(engine: Engine, values: Iterable[str]) -> set[str]:
    """The records that some values join."""
    asked = {"values": sorted(values)}
    return {
        record
        for (record,) in engine.rows(
            "SELECT DISTINCT record FROM joints WHERE value IN (SELECT unnest($values::VARCHAR[]))", asked
        )
    }


def first_named(engine: Engine, records: Iterable[str], mask: str) -> dict[str, tuple[str, int]]:
    """Record -> (capture, seq) of its first sighting that names all its accused, where there is one. ``mask``: what stands for a name."""
    engine.take("asked_names", pa.table({"record": pa.array(sorted(records), pa.string())}))
    rows = engine.rows(
        """WITH asked AS (SELECT record, capture, seq FROM told SEMI JOIN asked_names USING (record)
            UNION SELECT record, capture, seq FROM compared SEMI JOIN asked_names USING (record) WHERE turn = 1 AND news),
        named AS (SELECT capture, seq FROM accused_seen SEMI JOIN asked USING (capture, seq) GROUP BY capture, seq HAVING bool_and(name = $mask)),
        placed AS (SELECT record, capture, seq, row_number() OVER (PARTITION BY record
            ORDER BY included_on, rank_at, kind = 'card', payload_digest, capture, seq) AS place
            FROM asked JOIN named USING (capture, seq) JOIN pages USING (capture))
        SELECT record, capture, seq FROM placed WHERE place = 1""",
        {"mask": mask},
    )
    return {record: (capture, seq) for record, capture, seq in rows}
