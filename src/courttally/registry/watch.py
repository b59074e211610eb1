"""The watch list: what the registry knows of each case record, as a hint for the collector.

Invariants: a plain file (`HOME/registry/watch.jsonl`), one JSON object a line, replaced as a whole at each build; keys, days and
yes or no, nothing else: no name, no number of a case, no text of a page. Who collects elsewhere may carry it there; losing it costs requests.

Columns: `court, proceeding, srv_num, case_id, guid`; `received` (ISO day or null); `settled` (finished and in force, or decided more than
200 days before the latest capture); `card_on` (Moscow day of the latest card, or null).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

NAME = "watch.jsonl"
_OPEN = frozenset({"pending", "stayed", "unmapped", "unknown", ""})
_LONG_DECIDED = timedelta(days=200)


def write_watch(folder: Path, records: pa.Table, latest: date | None, cards: Mapping[str, date]) -> int:
    """Write the list of the current criminal case records into ``folder``; how many there are.

    ``latest``: day of the snapshot's latest capture; ``cards``: record -> the day on which its card was last captured.
    """
    lines = list(_lines(records, latest, cards))
    draft = folder / f"{NAME}.{os.getpid()}"
    draft.write_text("".join(lines), "utf-8")
    draft.chmod(0o600)
    draft.replace(folder / NAME)
    return len(lines)


def _lines(records: pa.Table, latest: date | None, cards: Mapping[str, date]) -> Iterator[str]:
    records = records.filter(pc.and_(pc.is_null(records["known_to"]), pc.equal(records["branch"], "criminal")))
    names = (
        "record", "court", "proceeding", "srv_num", "case_id", "guid", "received", "outcome", "outcome_date", "in_force",
    )  # fmt: skip
    for row in zip(*(records[name].to_pylist() for name in names), strict=True):
        record, court, proceeding, srv_num, case_id, guid, received, outcome, decided, in_force = row
        if case_id is None or guid is None or court.startswith("other:"):
            continue
        long_ago = decided is not None and latest is not None and latest - decided > _LONG_DECIDED
        settled = "true" if outcome not in _OPEN and (in_force is not None or long_ago) else "false"
        # Every value is a code, a number or a day, so a line is JSON as it is written; an encoder takes five times as long.
        yield (
            f'{{"card_on": {_day(cards.get(record))}, "case_id": {case_id}, "court": "{court}", "guid": "{guid}", '
            f'"proceeding": "{proceeding}", "received": {_day(received)}, "settled": {settled}, "srv_num": {srv_num}}}\n'
        )


def _day(day: date | None) -> str:
    return "null" if day is None else f'"{day.isoformat()}"'
