"""The truth of a world as tables: what is true, and what had been seen by a day.

Invariants: the true tables depend on the world alone and can be written before any page is rendered; the seen tables
depend on the world, the nights and the newsroom's plan. Integers, texts and ISO days only. Names are invented, and are
left out all the same. Every table and file says that it is simulated.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from courttally.rehearsal.counts import expected, matter_groups
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.model import FIRST, Charge, Record, Ruling, iso, record_id
from courttally.rehearsal.net import net_ranges
from courttally.rehearsal.policy import VNKOD
from courttally.rehearsal.seen import Known, Seen, all_seen, day_of_ruling, vanished_on
from courttally.rehearsal.served import Client
from courttally.rehearsal.shown import events_on, lower_number
from courttally.rehearsal.stage import Entry
from courttally.rehearsal.tables import table
from courttally.rehearsal.told import releases, sentences, told
from courttally.rehearsal.world import World

Row = dict[str, Any]
MARK = "simulated data / УЧЕБНЫЕ ДАННЫЕ"


def true_tables(world: World) -> dict[str, list[Row]]:
    """What is true, whether anybody saw it or not."""
    tables: dict[str, list[Row]] = {
        name: [] for name in ("records", "accused", "charges", "events", "outcomes", "links", "disappearances")
    }
    for record in sorted(world.records, key=lambda r: (r.court, r.proceeding, r.received, r.case_id)):
        _true_record(world, record, tables)
    tables["matters"] = _matters(world)
    tables["wordings"] = wordings()
    tables["releases"] = releases(world)
    tables["sentences"] = sentences(world)
    tables["policies"] = [_policy(world, code) for code in sorted(world.policies)]
    return tables


def _true_record(world: World, record: Record, tables: dict[str, list[Row]]) -> None:
    key = record_id(record)
    tables["records"].append(
        {
            "record": key,
            "court": record.court,
            "proceeding": record.proceeding,
            "case_id": record.case_id,
            "guid": record.guid,
            "number": record.number,
            "uid": record.uids[0][1] if record.uids else None,
            "matter": record.matter,
            "origin": record.origin or None,
            "received": iso(record.received),
            "received_printed": record.received_raw,
            "posted": iso(record.posted) if record.published else None,
            "unpublished_because": record.unpublished_because or None,
            "accused": len(record.slots),
            "in_force": iso(record.in_force[1]) if record.in_force else None,
            "quashed_on": iso(record.quashed_on),
            "act_published": record.act is not None,
        }
    )
    for ruling in record.rulings:
        tables["outcomes"].append(_outcome(key, None, ruling))
    for place, slot in enumerate(record.slots, start=1):
        tables["accused"].append({"record": key, "slot": place, "results": len(slot.rulings)})
        for ruling in slot.rulings:
            tables["outcomes"].append(_outcome(key, place, ruling))
        for posted, charges in slot.charges:
            stage = "filed" if posted == slot.charges[0][0] else "decided"
            tables["charges"] += [{**row, "as": stage, "posted": iso(posted)} for row in _charges(key, place, charges)]
    for number, event in enumerate(sorted(record.events, key=lambda e: e.day), start=1):
        tables["events"].append(
            {
                "record": key,
                "line": number,
                "name": event.name,
                "day": iso(event.day),
                "time": event.time,
                "hall": event.hall,
                "result": event.result,
                "ground": event.ground,
                "posted": iso(event.posted),
                "result_posted": iso(event.result_posted),
            }
        )
    if record.previous:
        before = world.by_ref[record.previous]
        shared = bool(record.uids and before.uids and record.uids[0][1] == before.uids[0][1])
        tables["links"].append(
            {"record": key, "previous": record_id(before), "why": record.origin, "same_uid_shown": shared}
        )
    if record.published:
        for start, back in record.gone:
            tables["disappearances"].append({"record": key, "gone": iso(start), "back": iso(back)})


def _outcome(key: str, slot: int | None, ruling: Ruling) -> Row:
    return {
        "record": key,
        "slot": slot,
        "outcome": ruling.outcome or "resumed",
        "wording": ruling.wording,
        "ground": ruling.ground,
        "day": iso(ruling.day),
        "day_printed": ruling.raw_day,
        "posted": iso(ruling.posted),
    }


def _charges(key: str, place: int, charges: Iterable[Charge]) -> list[Row]:
    return [
        {
            "record": key,
            "slot": place,
            "position": position,
            "article": charge.article,
            "part": charge.part,
            "points": ",".join(charge.points),
            "stage": charge.stage,
            "role": charge.role,
        }
        for position, charge in enumerate(charges, start=1)
    ]


def _matters(world: World) -> list[Row]:
    """One row a matter, over all its first-instance records, published or not."""
    groups: dict[str, list[Record]] = {}
    for record in world.records:
        if record.proceeding == FIRST:
            groups.setdefault(record.matter, []).append(record)
    rows = []
    for name, records in sorted(groups.items()):
        records.sort(key=lambda r: (r.received, r.ref))
        final = [r for r in records[-1].rulings if r.outcome]
        rows.append(
            {
                "matter": name,
                "earliest": record_id(records[0]),
                "latest": record_id(records[-1]),
                "records": len(records),
                "published": sum(record.published for record in records),
                "outcome": final[-1].outcome if final and records[-1].rulings[-1].outcome else "pending",
            }
        )
    return rows


def wordings() -> list[Row]:
    """Every wording of a result in the world, what it means, and whether a reader is not expected to know it."""
    return [
        {"wording": text, "outcome": outcome, "drift": drift}
        for outcome, row in table("wordings")["result"].items()
        for drift, texts in ((False, row["plain"]), (True, row["drift"]))
        for text in texts
    ]


def _policy(world: World, code: str) -> Row:
    policy = world.policies[code]
    start, back, share = policy.removal
    return {
        "court": code,
        "names_hidden_since": iso(policy.hides_names_since) if 0 < policy.hides_names_since < 10**6 else None,
        "names_always_hidden": policy.hides_names_since == 0,
        "unpublished_per_10000": policy.unpublished,
        "withholds_article": policy.withholds_article or None,
        "withholds_since": iso(policy.withholds_since) if policy.withholds_article else None,
        "mass_removal": iso(start) if start else None,
        "mass_removal_back": iso(back),
        "mass_removal_per_10000": share,
        "no_uid_from": iso(policy.no_uid[0]) if policy.no_uid[1] else None,
        "no_uid_to": iso(policy.no_uid[1]) if policy.no_uid[1] else None,
        "engines": "; ".join(f"{iso(since) if since else 'always'} {engine}" for since, engine in policy.engines),
    }


def seen_tables(known: Known) -> dict[str, list[Row]]:
    """What has been seen so far, and what must be counted of it."""
    items = all_seen(known)
    tables: dict[str, list[Row]] = {
        name: [] for name in ("records", "accused", "charges", "events", "outcomes", "links", "disappearances")
    }
    for item in items:
        _seen_record(known, item, tables)
    tables["sentences"] = [
        row
        for item in items
        if item.record.act and item.sight.card and item.record.act.posted <= item.sight.card - 1
        for row in told(item.record)
    ]
    tables["matters"] = [
        {
            "earliest": record_id(group[0].record),
            "latest": record_id(group[-1].record),
            "records": len(group),
            "outcome": group[-1].outcome,
            "uid": group[0].uid,
        }
        for group in matter_groups(items)
    ]
    for group in matter_groups(items):
        for before, after in pairwise(group):
            tables["links"].append(
                {"record": record_id(after.record), "previous": record_id(before.record), "why": "uid"}
            )
    tables["coverage"] = [
        {
            "court": window.court,
            "proceeding": window.proceeding,
            "window_from": iso(window.since),
            "window_to": iso(window.until),
            "night": iso(window.night),
            "state": window.state,
            "rows": window.rows,
        }
        for window in known.windows
    ]
    tables["expected"] = [dict(cell._asdict()) for cell in expected(items)]
    tables["net"] = [dict(cell._asdict()) for cell in net_ranges(items)]
    return tables


def _seen_record(known: Known, item: Seen, tables: dict[str, list[Row]]) -> None:
    record, sight = item.record, item.sight
    key = record_id(record)
    below = record.lower is not None and sight.card > 0
    tables["records"].append(
        {
            "record": key,
            "court": record.court,
            "proceeding": record.proceeding,
            "case_id": record.case_id,
            "guid": record.guid,
            "number": item.number,
            "uid": item.uid,
            "received": iso(item.received),
            "result_wording": item.ruling.wording if item.ruling else None,
            "result_outcome": item.ruling.outcome if item.ruling else None,
            "result_day": iso(day_of_ruling(item.ruling)),
            "outcome": item.outcome if record.proceeding == FIRST else None,
            "in_force": iso(item.in_force),
            "accused": len(item.slots),
            "lower_number": lower_number(record, known.world.by_ref) if below else None,
            "first_seen": iso(sight.first),
            "last_seen": iso(sight.last),
            "row_seen": iso(sight.row) if sight.row else None,
            "card_seen": iso(sight.card) if sight.card else None,
        }
    )
    for place, slot in enumerate(item.slots, start=1):
        tables["accused"].append(
            {
                "record": key,
                "slot": place,
                "own_outcome": slot.ruling.outcome if slot.ruling else None,
                "own_wording": slot.ruling.wording if slot.ruling else None,
                "own_day": iso(day_of_ruling(slot.ruling)),
                "outcome": item.slot_outcome(slot) if record.proceeding == FIRST else None,
            }
        )
        tables["charges"] += _charges(key, place, slot.charges)
        if slot.ruling:
            tables["outcomes"].append(_outcome(key, place, slot.ruling))
    if item.ruling:
        tables["outcomes"].append(_outcome(key, None, item.ruling))
    if sight.card:
        bare = known.world.engine(record.court, record.proceeding, sight.card - 1) == VNKOD
        for number, event in enumerate(events_on(record, sight.card - 1), start=1):
            ground = {"ground": ""} if bare else {}  # that engine has no column for it
            tables["events"].append({"record": key, "line": number, **event, **ground})
    if sight.gone:
        tables["disappearances"].append(
            {
                "record": key,
                "first_check": iso(sight.gone[0]),
                "checks": len(sight.gone),
                "vanished_on": iso(vanished_on(sight)),
            }
        )


def write_tables(folder: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Each table as Parquet and as JSON lines; the mark is in the Parquet metadata and in a file beside."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SIMULATED.txt").write_text(MARK + "\n", encoding="utf-8")
    for name, rows in tables.items():
        lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        if rows:
            frame = pa.Table.from_pylist(list(rows)).replace_schema_metadata({"courttally-simulated": MARK})
            pq.write_table(frame, folder / f"{name}.parquet")


def write_truth(folder: Path, newsroom: Newsroom, days: Sequence[int]) -> dict[str, int]:
    """Write `true/`, and `seen/DATE/` for each day in order; returns the number of rows of each table.

    The newsroom is at its first night. Raises ValueError for a day before that.
    """
    if min(days) < newsroom.night:
        raise ValueError("nothing is visible before the first night")
    how: Row = {"first_night": iso(newsroom.night), "every": newsroom.every, "faults_per_10000": newsroom.faults}

    def seen_by(day: int) -> Known:
        for _ in newsroom.until(day):
            pass
        return newsroom

    return _write(folder, newsroom.world, days, seen_by, how)


def write_served(folder: Path, world: World, entries: Sequence[Entry], days: Sequence[int]) -> dict[str, int]:
    """The same of whoever asked the served sites, from the log of the stage."""
    how: Row = {"answers": len(entries)}
    return _write(folder, world, days, lambda day: Client(world).add(entries, day), how)


def _write(
    folder: Path, world: World, days: Sequence[int], seen_by: Callable[[int], Known], how: Row
) -> dict[str, int]:
    tables = true_tables(world)
    write_tables(folder / "true", tables)
    counts = {f"true/{name}": len(rows) for name, rows in tables.items()}
    for day in sorted(set(days)):
        tables = seen_tables(seen_by(day))
        write_tables(folder / "seen" / str(iso(day)), tables)
        counts |= {f"seen/{iso(day)}/{name}": len(rows) for name, rows in tables.items()}
    summary = {
        "simulated": MARK,
        "world": world.name,
        "family": world.family,
        "seed": world.seed,
        "from": iso(world.start),
        "to": iso(world.end),
        "seen_at": [iso(day) for day in sorted(set(days))],
        "courts": sorted(world.courts),
        "rows": counts,
        **how,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    return counts
