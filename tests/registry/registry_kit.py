"""Sightings made by hand, and what the registry knows of them, as plain rows.

Days are written as small numbers: day 1 is 1 January 2024. Nothing here decides anything; the rows come from the registry's own
functions and are compared with truth that the tests state.
"""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from courttally.archive import Archive
from courttally.registry.identity import Sighting, identify, timed_sightings
from courttally.registry.resolve import Seen, SlotSeen, versions_of
from courttally.registry.schema import TABLES

FIRST = date(2024, 1, 1)
UID_A, UID_B = "25GV0001-01-2024-000001-64", "25GV0001-01-2024-000002-61"
GUID_A, GUID_B = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def sighting(ref: str, on: int, **values: Any) -> Sighting:
    """One sighting in court 25GV0001, criminal first instance, seen on a day; noon is its rank unless told otherwise."""
    rank = values.pop("rank", None)
    fields: dict[str, Any] = {
        "ref": f"{ref}#0", "capture": ref, "seq": 0, "row": 1, "included_on": day(on), "rank": on * 100 if rank is None else rank,
        "card": False, "digest": f"sha256:{ref}", "simulated": False, "court": "25GV0001", "branch": "criminal", "proceeding": "first",
        "srv_num": 1, "case_id": None, "guid": None, "number": None, "uid": None, "uid_valid": None, "received": None, "received_raw": "",
        "has_received": False, "outcome": None, "rule": None, "ground": None, "result_date": None, "result_date_raw": "",
        "has_result_date": False, "in_force": None, "has_in_force": False, "act": None, "consideration": None, "slots": None,
        "has_slot_results": False, "has_events": False,
    }  # fmt: skip
    if values.get("uid") is not None:
        values.setdefault("uid_valid", True)
    if values.get("received") is not None:
        values.setdefault("has_received", True)
    if values.get("result_date") is not None:
        values.setdefault("has_result_date", True)
    if values.get("outcome") is not None:
        values.setdefault("rule", "")
        values.setdefault("ground", "")
        values.setdefault("has_result_date", True)
    return Sighting(**(fields | values))


Charge = tuple[str, str | None, str, str | None, str | None]
AWOL: Charge = ("337", "5", "", None, None)


def slot(
    outcome: str | None = None, on: date | None = None, charges: tuple[Charge, ...] = (AWOL,), row: int = 0
) -> SlotSeen:
    """One accused of a sighting."""
    rule = None if outcome is None else ""
    return SlotSeen(row, "⟦hidden⟧", outcome, rule, rule, on, charges)


Slots = Mapping[str, Sequence[SlotSeen]]
Events = Mapping[str, Sequence[tuple[str, date | None, str]]]


@dataclass
class Known:
    """Rows of the known tables, each as column -> value."""

    records: list[dict[str, Any]] = field(default_factory=list)
    accused: list[dict[str, Any]] = field(default_factory=list)
    charges: list[dict[str, Any]] = field(default_factory=list)
    aliases: list[dict[str, Any]] = field(default_factory=list)
    signals: list[tuple[str, str, str]] = field(default_factory=list)

    def at(self, on: int) -> dict[str, dict[str, Any]]:
        """The version of every record that held at the end of a day."""
        return {row["record"]: row for row in self.records if holds(row, day(on))}

    def one(self, on: int) -> dict[str, Any]:
        """The only record known on a day."""
        (row,) = self.at(on).values()
        return row

    def people(self, on: int) -> list[dict[str, Any]]:
        """The slots known on a day."""
        return [row for row in self.accused if holds(row, day(on))]

    def codes(self) -> set[str]:
        return {code for _, _, code in self.signals}


def holds(row: dict[str, Any], on: date) -> bool:
    return bool(row["known_from"] <= on and (row["known_to"] is None or row["known_to"] > on))


def known(sightings: Iterable[Sighting], slots: Slots | None = None, events: Events | None = None) -> Known:
    """All that follows from some sightings."""
    found = Known()
    identified = identify(sightings)
    found.signals += identified.signals
    found.aliases = [
        {"provisional": t.provisional, "record": t.record, "known_from": t.known_from} for t in identified.takeovers
    ]
    seen = Seen(slots or {}, events or {})
    for record, timed, closed_on in timed_sightings(identified):
        made = versions_of(record, timed, closed_on, seen)
        found.signals += made.signals
        days = [row[0] for row in made.records]
        until = dict(zip(days, [*days[1:], closed_on][: len(days)], strict=True))
        for name, rows in (("records", made.records), ("accused", made.accused), ("charges", made.charges)):
            columns = TABLES[name].schema.names
            for first, key, *rest in rows:
                values = (key, first, until[first], *rest)
                getattr(found, name).append(dict(zip(columns, values, strict=True)))
    return found


def dotted(on: date) -> str:
    return on.strftime("%d.%m.%Y")


HEADS = (
    "№ дела",
    "Дата поступления",
    "Лица",
    "Судья",
    "Дата решения",
    "Решение",
    "Дата вступления в законную силу",
    "Судебные акты",
)


def listing_page(
    rows: Sequence[tuple[str, ...]], found: int | None = None, first: int = 1, last: int | None = None
) -> bytes:
    """A list of the PRIMARY engine: rows as (case id or "", number, received, persons, decided, result)."""
    body = ""
    for case_id, number, received, persons, decided, result in rows:
        link = f"<a href='/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={case_id}&case_uid={guid(case_id)}&delo_id=1540006&new=0'>{number}</a>"
        cells = (link if case_id else number, received, persons, "Щызжиглюфы Ж.Ж.", decided, result, "", "")
        body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    held = len(rows) if found is None else found
    counter = (
        f"Всего по запросу найдено — {held}. На странице записи с {first} по {last if last is not None else len(rows)}."
    )
    text = f"<div id='content'><div class='title'>Уголовные дела - первая инстанция</div>{counter}<table id='tablcont'><tr>{heads}</tr>{body}</table></div>"
    return text.encode("cp1251")


def guid(case_id: str | int) -> str:
    return f"00000000-0000-4000-8000-{int(case_id or 0):012d}"


NOTHING = "<div id='content'>Данных по запросу не обнаружено</div>".encode("cp1251")
HOST = "http://example.invalid/modules.php?name=sud_delo"
LIST_URL = f"{HOST}&srv_num=1&name_op=r&delo_id=1540006&case_type=0&new=0&delo_table=u1_case"
YEAR_URL = f"{LIST_URL}&u1_case__ENTRY_DATE1D=01.01.2024&u1_case__ENTRY_DATE2D=31.12.2024"


def write(
    home: Path,
    payload: bytes,
    at: datetime | None,
    url: str | None = YEAR_URL,
    court: str | None = "25GV0001",
    imported: datetime = datetime(2026, 1, 1, tzinfo=UTC),
) -> None:
    """Put one capture into the archive of a home."""
    with Archive(home).writer(clock=lambda: imported, origin="import") as writer:
        writer.write(url=url, method="GET", status=200, fetched_at=at, court=court, headers=(), payload=payload)


def at_a_terminal(home: Path, *answers_given: str, verb: Sequence[str] = ("review",)) -> str:
    """What a verb that asks shows at a real terminal, each answer typed when it asks; the clock is the rehearsals'."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from courttally.cli import main; main()", *verb, "--home", str(home)],
        stdin=other,
        stdout=other,
        stderr=other,
        env={**os.environ, "COLUMNS": "100", "COURTTALLY_NOW": "2026-01-02T00:00:00+00:00", "TERM": "dumb"},
    )
    os.close(other)
    os.write(main, "".join(f"{line}\n" for line in answers_given).encode())
    shown = b""
    while process.poll() is None or select.select([main], [], [], 0)[0]:
        if select.select([main], [], [], 60)[0]:
            try:
                piece = os.read(main, 65536)
            except OSError:  # the terminal is gone with the process
                break
            if not piece:
                break
            shown += piece
    os.close(main)
    assert process.wait() == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n")
