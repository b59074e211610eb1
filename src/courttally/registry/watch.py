"""The watch list: what the registry knows of each case record, as a hint for the collector.

Invariants: a plain file (`HOME/registry/watch.jsonl`), one JSON object a line, replaced as a whole at each build; keys, days and
yes or no, nothing else: no name, no number of a case, no text of a page. Who collects elsewhere may carry it there; losing it costs requests.

Columns: `court, proceeding, srv_num, case_id, guid`; `received` (ISO day or null); `settled` (finished and in force, or decided more than
200 days before the latest capture); `card_on` (Moscow day of the latest card, or null).
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

NAME = "watch.jsonl"
_OPEN = frozenset({"pending", "stayed", "unmapped", "unknown", ""})
_LONG_DECIDED = timedelta(days=200)


def write_watch(folder: Path, records: pa.Table, latest: date | None, cards: pa.Table) -> int:
    """Write the list of the current criminal case records into ``folder``; how many there are.

    ``latest``: day of the snapshot's latest capture; ``cards``: a row a ``record``, ``card_on`` the day on which its card was last captured.
    """
    lines = _lines(records, latest, cards)
    draft = folder / f"{NAME}.{os.getpid()}"
    draft.write_text("".join(lines.to_pylist()), "utf-8")
    draft.chmod(0o600)
    draft.replace(folder / NAME)
    return len(lines)


def _lines(records: pa.Table, latest: date | None, cards: pa.Table) -> pa.ChunkedArray:
    """Every value is a code, a number or a day, so a line is JSON as it is put together, all lines at once: one by one took half a second."""
    kept = pc.and_(pc.is_null(records["known_to"]), pc.equal(records["branch"], "criminal"))
    for name in ("case_id", "guid"):
        kept = pc.and_(kept, pc.is_valid(records[name]))
    records = records.filter(pc.and_not(kept, pc.starts_with(records["court"], "other:")))
    card_on = cards["card_on"].take(pc.index_in(records["record"], cards["record"].combine_chunks()))
    finished = pc.invert(pc.is_in(records["outcome"], pa.array(sorted(_OPEN))))
    settled = pc.and_(finished, pc.or_(pc.is_valid(records["in_force"]), _long_ago(records["outcome_date"], latest)))
    fields = {
        "card_on": _day(card_on),
        "case_id": records["case_id"].cast(pa.string()),
        "court": _quoted(records["court"]),
        "guid": _quoted(records["guid"]),
        "proceeding": _quoted(records["proceeding"]),
        "received": _day(records["received"]),
        "settled": settled.cast(pa.string()),
        "srv_num": records["srv_num"].cast(pa.string()),
    }
    parts = [part for name, values in fields.items() for part in (f', "{name}": ', values)]
    return pc.binary_join_element_wise("{" + str(parts[0])[2:], *parts[1:], "}\n", "")


def _long_ago(decided: pa.ChunkedArray, latest: date | None) -> pa.ChunkedArray:
    """Whether each was decided long before the latest capture; false where either day is not known."""
    edge = pa.scalar(None if latest is None else latest - _LONG_DECIDED, pa.date32())
    return pc.fill_null(pc.less(decided, edge), False)


def _quoted(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise('"', values, '"', "")


def _day(days: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(_quoted(days.cast(pa.string())), "null")
