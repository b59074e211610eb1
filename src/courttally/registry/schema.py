"""The tables of a snapshot: columns, types, primary keys, meaning.

Two layers. *Seen* tables hold what the reader found, a row per value of one capture; they are cached per WARC file and never
change. *Known* tables hold what follows from all captures together, as versions: a row holds from ``known_from`` until
before ``known_to`` (Moscow dates; no ``known_to``: still), so that any table as of D is ``known_from <= D < known_to``.

No floats, no time of the build, no text of a page but accepted values.
"""

from __future__ import annotations

import hashlib

from courttally.registry.columns import DAY, FLAG, INT, LONG, TEXT, Table, table
from courttally.registry.seen import SEEN

__all__ = ["KNOWN", "SCHEMA_VERSION", "SEEN", "TABLES", "Table"]

KNOWN: tuple[Table, ...] = (
    table(
        "records",
        "versions of case records: the current value of every field, the record's own outcome, and the sightings they rest on",
        "record known_from",
        record=TEXT,
        known_from=DAY,
        known_to=DAY,
        court=TEXT,
        level=TEXT,
        region=TEXT,
        branch=TEXT,
        proceeding=TEXT,
        srv_num=INT,
        case_id=LONG,
        guid=TEXT,
        uid=TEXT,
        uid_valid=FLAG,
        number=TEXT,
        received=DAY,
        received_raw=TEXT,
        result=TEXT,
        result_rule=TEXT,
        ground=TEXT,
        result_date=DAY,
        result_date_raw=TEXT,
        in_force=DAY,
        act=TEXT,
        consideration=TEXT,
        slots=INT,
        outcome=TEXT,
        outcome_date=DAY,
        is_verdict=FLAG,
        verdict_date=DAY,
        simulated=FLAG,
        second_hand=FLAG,
        number_seen=TEXT,
        uid_seen=TEXT,
        received_seen=TEXT,
        result_seen=TEXT,
        result_date_seen=TEXT,
        slots_seen=TEXT,
        slot_results_seen=TEXT,
        events_seen=TEXT,
    ),
    table(
        "accused",
        "versions of person slots: the slot's own result, and its outcome by the counting rules",
        "record known_from slot",
        record=TEXT,
        known_from=DAY,
        known_to=DAY,
        slot=INT,
        name=TEXT,
        result=TEXT,
        result_rule=TEXT,
        ground=TEXT,
        result_date=DAY,
        outcome=TEXT,
        outcome_date=DAY,
        row=INT,
        result_row=INT,
    ),
    table(
        "charges",
        "versions of charges with their weight in the statute table at the received date (months)",
        "record known_from slot n",
        record=TEXT,
        known_from=DAY,
        known_to=DAY,
        slot=INT,
        n=INT,
        article=TEXT,
        part=TEXT,
        points=TEXT,
        stage=TEXT,
        role=TEXT,
        wartime=FLAG,
        max_months=INT,
        min_months=INT,
        in_force=FLAG,
        article_order=INT,
        part_order=INT,
    ),
    table(
        "sentences",
        "versions of the sentences known of person slots: kind, term (months, days), fine (roubles), suspended (article 73)",
        "record known_from slot",
        record=TEXT,
        known_from=DAY,
        known_to=DAY,
        slot=INT,
        evidence=TEXT,
        outcome=TEXT,
        kind=TEXT,
        months=INT,
        days=INT,
        fine=LONG,
        suspended=TEXT,
        probation_months=INT,
        regime=TEXT,
        convicted=TEXT,
        requalified=FLAG,
        second_hand=FLAG,
        seen=TEXT,
        document=INT,
        rule=TEXT,
        begins=INT,
        ends=INT,
    ),
    table(
        "aliases",
        "a provisional key and the record that took it over",
        "provisional",
        provisional=TEXT,
        record=TEXT,
        known_from=DAY,
    ),
    table(
        "text_links",
        "versions of what a decision or press item on a page of its own is about: a record and the way it was found, or why none was",
        "capture known_from",
        capture=TEXT,
        kind=TEXT,
        known_from=DAY,
        known_to=DAY,
        way=TEXT,
        record=TEXT,
        candidates=TEXT,
    ),
    table(
        "coverage",
        "versions of windows that were asked for: court, proceeding, axis and dates, and how completely they are held",
        "court proceeding branch query known_from",
        court=TEXT,
        branch=TEXT,
        proceeding=TEXT,
        query=TEXT,
        axis=TEXT,
        window_from=DAY,
        window_to=DAY,
        filtered=FLAG,
        state=TEXT,
        reason=TEXT,
        found=LONG,
        rows=LONG,
        known_from=DAY,
        known_to=DAY,
    ),
    table(
        "review",
        "wordings that were not accepted: how often, one place where each stands, and the answer a person gave",
        "signal digest",
        signal=TEXT,
        digest=TEXT,
        length=LONG,
        places=LONG,
        captures=LONG,
        capture=TEXT,
        place=TEXT,
        answer=TEXT,
    ),
    table(
        "registry_signals",
        "what the registry could not decide, by record and capture",
        "record capture code",
        record=TEXT,
        capture=TEXT,
        code=TEXT,
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in SEEN + KNOWN}


def _version() -> str:
    text = "\n".join(f"{table.name} {table.key} {table.schema}" for table in SEEN + KNOWN)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


SCHEMA_VERSION = _version()
"""Names these tables: a snapshot with other tables is built again and never misread."""
