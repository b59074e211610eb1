"""Rows that others exported become second-hand case records: read like a result list's row, marked in every figure, never coverage.

The counts of the shared sample were made by reading its 40 rows.
"""

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_kit import HOST, listing_page, write

from courttally.archive import Archive
from courttally.archive.exports import HEADER, HEADERS
from courttally.engine import Engine
from courttally.figures.beside import beside
from courttally.figures.count import Figure, count
from courttally.figures.headline import headline
from courttally.figures.question import make_question
from courttally.law.text import digest
from courttally.portal import Page, PageLines, Reading, decision_text, read
from courttally.portal.export_row import MARK, is_export_row
from courttally.registry import signals, views
from courttally.registry.build import build
from courttally.registry.case import read_case
from courttally.registry.digest import digests
from courttally.registry.snapshot import Snapshot, current
from courttally.registry.trace import Tracer

RARE = "Жужуйников-Ыкрамов"
NOTE = "rest on second-hand rows exported by others: no page of the court is held for them"
ROW = {
    "caseNumber": "1-5/2024 (1-77/2023;)",
    "decision": "Вынесен ПРИГОВОР",
    "endDate": "20.04.2024",
    "entryDate": "01.02.2024",
    "id": "7",
    "instance": "FIRST",
    "judge": "Судьин С.С.",
    "name": "Ярославский гарнизонный военный суд",
    "names": "Тестов Т.Т. - ст.337 ч.5 УК РФ; Информация скрыта - ст. 30 ч.3, ст.338 ч.1 УК РФ",
    "region": "76",
    "resultDate": "03.04.2024",
    "text": "ПРИГОВОР\nименем Российской Федерации\nвиновен",
}


def page(row: object = None, **cells: object) -> Page:
    payload = json.dumps(ROW | cells if row is None else row, ensure_ascii=False, sort_keys=True).encode()
    return Page(payload=payload, headers=HEADERS)


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(signal.code, signal.place) for signal in reading.signals]


def test_the_two_rooms_mean_the_same_mark() -> None:
    assert (HEADER[0].lower(), HEADER[1]) == MARK


def test_a_row_is_read_like_a_row_of_a_result_list() -> None:
    reading = read(page())
    assert (reading.kind, reading.court, reading.court_basis) == ("export_row", "77GV0013", "name")
    assert (reading.branch, reading.proceeding, reading.rows_read, reading.signals) == ("criminal", "first", 1, [])
    (case,) = reading.cases
    assert (case.number, case.earlier, case.case_id, case.guid, case.uid) == (
        "1-5/2024",
        ("1-77/2023",),
        None,
        None,
        None,
    )
    days = [case.received, case.result_date, case.in_force]
    assert [day.value for day in days if day] == [date(2024, 2, 1), date(2024, 4, 3), date(2024, 4, 20)]
    assert (case.judge, case.act, case.result and case.result.outcome) == ("⟦name⟧", "yes", "verdict")
    found = [
        (slot.name, [(c.article, c.part, c.stage) for c in slot.charges], slot.has_result)
        for slot in case.accused or ()
    ]
    assert found == [("⟦name⟧", [("337", "5", None)], False), ("⟦hidden⟧", [("338", "1", "attempt")], False)]
    (document,) = case.documents or ()
    words = "приговор именем российской федерации виновен"
    assert (document.kind, document.length, document.digest) == ("verdict", len(words), digest(words))
    assert page().payload[document.offset :].startswith(b'"text":')
    assert reading.latest_date == date(2024, 4, 20)


def test_the_text_of_the_decision_is_handed_on_and_lines_are_found_again() -> None:
    assert decision_text(page()) == [("verdict", ROW["text"])]
    assert decision_text(page(text="NA")) == []
    lines, layout = PageLines(page()), read(page()).layout["list"]
    shown = {
        field: lines.masked(f"list:1:{layout[field]}", field)
        for field in ("number", "received", "result", "persons", "court")
    }
    assert shown == {
        "number": "1-5/2024 (1-77/2023;)",
        "received": "01.02.2024",
        "result": "Вынесен ПРИГОВОР",
        "persons": "⟦name⟧ - ст.337 ч.5 УК РФ; ⟦hidden⟧ - ст. 30 ч.3, ст.338 ч.1 УК РФ",
        "court": "Ярославский гарнизонный военный суд",
    }
    assert PageLines(page(name=RARE)).masked(f"list:1:{layout['court']}", "court") == "⟦unread⟧"
    assert lines.text(f"list:0:{layout['court']}") == "name"
    for place in ("list:2:0", "list:1:99", "list:1:-1", "case:1:1", "heading:0:0"):
        with pytest.raises(KeyError):
            lines.text(place)


def test_empty_cells_say_nothing_rather_than_no() -> None:
    blank: dict[str, object] = {
        "decision": "NA",
        "resultDate": "",
        "endDate": " ",
        "names": "NA",
        "judge": None,
        "text": "NA",
    }
    reading = read(page(**blank))
    (case,) = reading.cases
    assert (case.result, case.result_date, case.in_force, case.accused, case.judge) == (None, None, None, None, None)
    assert (case.act, case.documents, reading.branch) == (None, None, "other")
    assert codes(reading) == [("branch_unknown", "list:1:0")]


@pytest.mark.parametrize(
    ("instance", "number", "proceeding", "signal"),
    [
        ("FIRST", "1-5/2024", "first", ""),
        ("FIRST", "2-5/2024", "first", ""),
        ("FIRST", "NA", "first", ""),
        ("APPEAL", "22-5/2024", "appeal", ""),
        ("APPELLATION", "10-5/2024", "appeal", ""),
        ("CASSATION", "7У-5/2024", "cassation", ""),
        ("APPELLATION", "1-5/2024", "appeal", "instance_disagrees"),
        ("FIRST", "22К-5/2024", "material", "instance_disagrees"),
        ("FIRST", "3/1-5/2024", "material", "instance_disagrees"),
        ("FIRST", "4/17-5/2024", "material", "instance_disagrees"),
        ("FIRST", "22-5/2024", "appeal", "instance_disagrees"),
        ("CASSATION", "22-5/2024", "cassation", "instance_disagrees"),
        ("SECOND", "1-5/2024", "other", "instance_unread"),
        ("NA", "3/1-5/2024", "other", "instance_unread"),
    ],
)
def test_a_number_may_take_a_row_out_of_first_instance_and_never_puts_one_in(
    instance: str, number: str, proceeding: str, signal: str
) -> None:
    reading = read(page(instance=instance, caseNumber=number, decision="NA"))
    assert (reading.proceeding, [code for code, _ in codes(reading)]) == (proceeding, [signal] if signal else [])


@pytest.mark.parametrize(
    ("names", "branch"),
    [
        ("Тестов Т.Т. - ст.337 ч.5 УК РФ", "criminal"),
        ("Тестов Т.Т. - ст.337 ч.5 УКРФ", "criminal"),
        ("Тестов Т.Т. - ст.20.25 ч.1 КоАП РФ", "other"),
        ("Тестов Т.Т. - ст.125 УПК РФ", "other"),
        ("Тестов Т.Т.", "other"),
    ],
)
def test_the_branch_is_told_by_the_code_of_law_that_the_charges_name(names: str, branch: str) -> None:
    reading = read(page(names=names))
    assert reading.branch == branch
    assert ("branch_unknown" in {code for code, _ in codes(reading)}) == (branch == "other")


def test_a_court_is_matched_by_name_or_reported_and_never_guessed() -> None:
    assert read(page(name="224 ГВС")).court == "39GV0005"
    stranger = read(page(name=f"Районный суд {RARE}"))
    assert stranger.court == f"other:court-{digest(f'Районный суд {RARE}')[:8]}"
    assert codes(stranger) == [("court_name_unmatched", "list:1:7")]
    assert read(page(name=f"районный  СУД {RARE}")).court == stranger.court
    nobody = read(page(name="NA"))
    assert (nobody.court, codes(nobody)) == (None, [("court_unknown", "")])
    stated = Page(payload=page(name="NA").payload, headers=HEADERS, court_stated="39GV0005")
    assert (read(stated).court, read(stated).court_basis) == ("39GV0005", "stated")


def test_unknown_columns_are_signals_and_broken_rows_are_looked_at() -> None:
    assert codes(read(page(**{RARE: "x"}))) == [("column_unknown", "list:0:12")]
    for row in ([], 7, "", None):
        broken = Page(payload=json.dumps(row).encode(), headers=HEADERS)
        assert (read(broken).kind, codes(read(broken))) == ("unknown", [("kind_unknown", "")])
    deep = Page(payload=b"[" * 100_000, headers=HEADERS)
    assert (read(deep).kind, read(Page(payload=b"\xff", headers=HEADERS)).kind) == ("unknown", "unknown")


def test_no_site_can_answer_with_an_export_row() -> None:
    """The mark in a site's answer is a header like any other: the capture has an address or a status."""
    payload = page().payload
    assert is_export_row(page())
    for forged in (
        Page(payload=payload, headers=HEADERS, url=HOST),
        Page(payload=payload, headers=HEADERS, status=200),
        Page(payload=payload),
    ):
        assert not is_export_row(forged)
        assert (read(forged).kind, read(forged).cases) == ("unknown", [])


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*ROW, "row", "more"]), st.none() | st.text(max_size=30) | st.integers(), max_size=14
    )
)
def test_whatever_a_row_holds_is_read_or_noted_and_only_masks_come_out(row: dict[str, Any]) -> None:
    held = page(row)
    reading = read(held)
    assert all(signals.meaning(signal.code) for signal in reading.signals)
    if reading.kind == "export_row":
        (case,) = reading.cases
        assert case.judge in (None, "⟦name⟧", "⟦hidden⟧")
        assert all(slot.name in ("", "⟦name⟧", "⟦hidden⟧") for slot in case.accused or ())
        for column in range(len(row)):
            PageLines(held).text(f"list:1:{column}")
    decision_text(held)


def take(home: Path, folder: Path, *rows: dict[str, str], at: datetime | None = None) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / f"{len(list(folder.iterdir()))}.csv"
    with path.open("w", newline="") as target:
        writer = csv.DictWriter(target, list(ROW))
        writer.writeheader()
        writer.writerows(rows)
    Archive(home).import_paths([path], fetched_at=at, clock=lambda: datetime(2025, 6, 1, tzinfo=UTC))


def made(home: Path) -> Snapshot:
    build(home)
    return current(home)


def ask(snapshot: Snapshot, metric: str, *, by: tuple[str, ...] = (), as_of: date | None = None) -> list[Figure]:
    with Engine(snapshot.path) as engine:
        return count(engine, snapshot, make_question(metric, by=by, as_of=as_of))


UNITS = {"cases_received": 2, "verdicts": 2, "accused": 3, "matters": 2}


def test_a_figure_says_how_much_of_it_is_second_hand_until_a_page_is_held(tmp_path: Path) -> None:
    home = tmp_path / "home"
    other = ROW | {"caseNumber": "1-6/2024", "names": "А А - ст.332 ч.1 УК РФ"}
    take(home, tmp_path / "in", ROW, other, at=datetime(2025, 1, 1, tzinfo=UTC))
    snapshot = made(home)
    for metric, units in UNITS.items():
        (figure,) = ask(snapshot, metric)
        assert (figure.value, figure.second_hand, figure.as_json()["second_hand"]) == (units, units, units)
        assert sum(cell.second_hand for cell in ask(snapshot, metric, by=("article",))) == units
        with Engine(snapshot.path) as engine:
            assert f"{units} {NOTE}" in beside(engine, snapshot, make_question(metric))
            assert views.coverage(engine, date(2025, 6, 1)) == []
    # A list of the court itself shows one of the two cases; it takes the provisional record over.
    row = (
        "31",
        "1-5/2024",
        "01.02.2024",
        "А - ст.337 ч.5 УК РФ; Б - ст.338 ч.1 УК РФ",
        "03.04.2024",
        "Вынесен ПРИГОВОР",
    )
    write(home, listing_page([row]), datetime(2025, 3, 1, tzinfo=UTC), court="77GV0013")
    snapshot = made(home)
    for metric, units in UNITS.items():
        (figure,) = ask(snapshot, metric)
        assert (figure.value, figure.second_hand) == (units, 1)
        (before,) = ask(snapshot, metric, as_of=date(2025, 2, 1))
        assert (before.value, before.second_hand) == (units, units)
        with Engine(snapshot.path) as engine:
            assert f"1 {NOTE}" in beside(engine, snapshot, make_question(metric))


def test_a_sentence_that_only_an_export_tells_is_second_hand_though_the_case_is_not(tmp_path: Path) -> None:
    """The court's own list shows the case; that it ended in five years nobody but the exporter says."""
    home = tmp_path / "home"
    told = ROW | {
        "names": "А А - ст.337 ч.5 УК РФ",
        "text": "ПРИГОВОРИЛ: признать ФИО1 виновным по ч. 5 ст. 337 УК РФ и назначить 5 лет лишения свободы в колонии общего режима.",
    }
    take(home, tmp_path / "in", told, at=datetime(2025, 1, 1, tzinfo=UTC))
    row = ("31", "1-5/2024", "01.02.2024", "А А - ст.337 ч.5 УК РФ", "03.04.2024", "Вынесен ПРИГОВОР")
    write(home, listing_page([row]), datetime(2025, 3, 1, tzinfo=UTC), court="77GV0013")
    snapshot = made(home)
    (verdicts,), (known,) = ask(snapshot, "accused_with_verdict"), ask(snapshot, "sentences_known")
    assert (verdicts.value, verdicts.second_hand) == (1, 0)
    assert (known.value, known.second_hand) == (1, 1)
    with Engine(snapshot.path) as engine:
        assert f"1 {NOTE}" in beside(engine, snapshot, make_question("sentences_known"))
        record = read_case(engine, "77GV0013:criminal:first:1:31", date(2025, 6, 1))
        assert (record["second_hand"], record["accused"][0]["sentence"]["second_hand"]) == (False, True)
        assert headline(engine, snapshot, date(2025, 6, 1)).second_hand == 0
        assert headline(engine, snapshot, date(2025, 2, 1)).second_hand == 1


def test_a_newer_export_without_a_case_says_nothing_of_its_end(tmp_path: Path) -> None:
    """A row that is missing from a later export is no ground to call a record vanished, nor is an export ever an answer of the court."""
    home = tmp_path / "home"
    other = ROW | {"caseNumber": "1-6/2024", "entryDate": "02.02.2024"}
    take(home, tmp_path / "in", ROW, other, at=datetime(2025, 1, 1, tzinfo=UTC))
    for month in (2, 3, 4, 5):
        take(home, tmp_path / "in", other | {"judge": f"Судьин {month}"}, at=datetime(2025, month, 1, tzinfo=UTC))
    snapshot = made(home)
    (figure,) = ask(snapshot, "cases_received")
    assert (figure.value, figure.second_hand) == (2, 2)
    with Engine(snapshot.path) as engine:
        assert views.coverage(engine, date(2025, 6, 1)) == []
        tables = [
            path.stem for path in snapshot.path.glob("*.parquet") if "disappear" in path.stem or "vanish" in path.stem
        ]
        assert [engine.rows(f"SELECT count(*) FROM {name}") for name in tables] == [[(0,)]] * len(tables)


def test_without_exports_nothing_is_said_of_them(tmp_path: Path) -> None:
    row = ("31", "1-5/2024", "01.02.2024", "А - ст.337 ч.5 УК РФ", "03.04.2024", "Вынесен ПРИГОВОР")
    write(tmp_path, listing_page([row]), datetime(2025, 3, 1, tzinfo=UTC))
    snapshot = made(tmp_path)
    (figure,) = ask(snapshot, "cases_received")
    assert (figure.value, figure.second_hand) == (1, 0)
    with Engine(snapshot.path) as engine:
        assert not any("second-hand" in note for note in beside(engine, snapshot, make_question("cases_received")))


def test_rows_taken_twice_change_nothing_and_names_stay_in_the_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, folder = tmp_path / "home", tmp_path / "in"
    planted = ROW | {"judge": RARE, "text": RARE, "name": f"Суд {RARE}", "names": f"{RARE} - ст.337 ч.5 УК РФ"}
    odd = {name: f"{RARE} {name}" for name in ROW}
    take(home, folder, ROW, planted, odd)
    first = made(home)
    before = digests(first)
    take(home, folder, ROW, planted, odd)
    assert digests(made(home)) == before
    assert Archive(home).count() == 3
    tables = {path.name: path for path in first.path.glob("*.parquet")}
    with Engine(first.path) as engine:
        for name in tables:
            assert RARE not in repr(engine.rows(f"SELECT * FROM '{tables[name]}'"))
        (record,) = [key for (key,) in engine.rows("SELECT record FROM records WHERE court = '77GV0013'")]
        shown = Tracer(engine, Archive(home)).record(record, date(2025, 6, 1))
    assert RARE not in repr(capsys.readouterr())
    assert all(each.second_hand and each.as_json()["second_hand"] for each in shown)
    assert [(each.field, each.locator, each.text) for each in shown][:2] == [
        ("court", "list:1:7", "Ярославский гарнизонный военный суд"),
        ("number", "list:1:0", "1-5/2024 (1-77/2023;)"),
    ]


@pytest.mark.shared
def test_the_forty_rows_of_the_sample(shared: Path, tmp_path: Path) -> None:
    source = shared / "acts" / "sudrfscraper_export_sample.csv"
    archive = Archive(tmp_path)
    report = archive.import_paths([source], clock=lambda: datetime(2026, 11, 1, tzinfo=UTC))
    assert (report.items, report.added, report.failures) == (40, 40, ())
    again = archive.import_paths([source], clock=lambda: datetime(2026, 11, 2, tzinfo=UTC))
    assert (again.items, again.added, again.duplicates) == (40, 0, 40)
    snapshot = made(tmp_path)
    with Engine(snapshot.path) as engine:
        pages = engine.rows("SELECT kind, second_hand, branch, proceeding FROM pages")
        assert Counter(pages) == {
            ("export_row", True, "criminal", "first"): 35,
            ("export_row", True, "criminal", "appeal"): 5,
        }
        first = "SELECT outcome, count(*) FROM records WHERE proceeding = 'first' GROUP BY outcome"
        assert dict(engine.rows(first)) == {
            "verdict": 27,
            "terminated": 5,
            "returned": 1,
            "medical": 1,
            "transferred": 1,
        }
        slots = "SELECT a.name, count(*) FROM accused a GROUP BY a.name"
        assert dict(engine.rows(slots)) == {"⟦name⟧": 39, "⟦hidden⟧": 4}
        assert engine.rows("SELECT count(DISTINCT court), bool_and(second_hand) FROM records") == [(39, True)]
        assert engine.rows("SELECT count(*) FROM documents_seen") == [(29,)]
        assert engine.rows("SELECT min(received), max(received) FROM records") == [
            (date(2008, 10, 8), date(2021, 4, 27))
        ]
        counted = views.signal_counts(engine)
        assert {code: n for code, n, _ in counted} == {
            "court_name_unmatched": 40,
            "instance_disagrees": 5,
            "result_unmapped": 2,  # two appeals whose result is a verdict
        }
        assert views.coverage(engine, date(2026, 11, 1)) == []
    assert ask(snapshot, "cases_received") == []
    (held,) = ask(snapshot, "case_records")
    assert (held.value, held.second_hand) == (40, 40)
