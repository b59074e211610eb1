"""The watch list is JSON of what the registry knows, line by line, whatever is missing of a record."""

import json
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.registry.schema import TABLES
from courttally.registry.watch import write_watch

LATEST = date(2025, 5, 31)
days = st.none() | st.dates(date(2024, 6, 1), LATEST)
drawn = st.fixed_dictionaries(
    {
        "known_to": st.none() | st.just(date(2025, 1, 1)),
        "branch": st.sampled_from(["criminal", "civil"]),
        "court": st.sampled_from(["25GV0001", "other:somebody"]),
        "proceeding": st.sampled_from(["first", "appeal"]),
        "srv_num": st.integers(1, 3),
        "case_id": st.none() | st.integers(1, 2**40),
        "guid": st.none() | st.uuids(version=4).map(str),
        "received": days,
        "outcome": st.sampled_from(["pending", "stayed", "unmapped", "unknown", "verdict", "returned"]),
        "outcome_date": days,
        "in_force": days,
    }
)


@given(st.lists(st.tuples(drawn, st.booleans(), days), max_size=6), st.none() | st.just(LATEST))
def test_a_line_for_each_current_criminal_record_with_an_address(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[dict[str, Any], bool, date | None]], latest: date | None
) -> None:
    folder = tmp_path_factory.mktemp("watch")
    schema = TABLES["records"].schema
    records = [dict.fromkeys(schema.names) | row | {"record": str(n)} for n, (row, _, _) in enumerate(rows)]
    cards = [{"record": str(n), "card_on": day} for n, (_, held, day) in enumerate(rows) if held]
    shown = pa.schema([("record", pa.string()), ("card_on", pa.date32())])
    wanted = []
    for row, held, card_on in rows:
        if (
            row["known_to"]
            or row["branch"] != "criminal"
            or row["court"] != "25GV0001"
            or not (row["case_id"] and row["guid"])
        ):
            continue
        finished = row["outcome"] in ("verdict", "returned")
        old = latest is not None and row["outcome_date"] is not None and latest - row["outcome_date"] > timedelta(200)
        wanted.append(
            {name: row[name] for name in ("court", "proceeding", "srv_num", "case_id", "guid")}
            | {"received": row["received"] and row["received"].isoformat()}
            | {"card_on": card_on.isoformat() if held and card_on else None}
            | {"settled": finished and (row["in_force"] is not None or old)}
        )
    made = write_watch(folder, pa.Table.from_pylist(records, schema), latest, pa.Table.from_pylist(cards, shown))
    lines = (folder / "watch.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == wanted
    assert made == len(wanted)
