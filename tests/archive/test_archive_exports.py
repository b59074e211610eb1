"""Rows that others exported: one capture a row, the same from CSV and JSON, marked; nothing guessed, nothing leaked, nothing taken twice."""

import csv
import io
import json
from pathlib import Path

import pytest
from archive_kit import all_bytes, clock, held
from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.archive import Archive, ImportReport, exports
from courttally.archive.exports import COLUMNS, ExportRow, NotAnExportError, rows

RARE = "Жужуйников-Ыкрамов"
HEAD = [
    "row",
    "caseNumber",
    "decision",
    "endDate",
    "entryDate",
    "id",
    "instance",
    "judge",
    "name",
    "names",
    "region",
    "resultDate",
    "text",
]
ROW = {
    "row": "1",
    "caseNumber": "1-5/2024",
    "decision": "Вынесен ПРИГОВОР",
    "endDate": "NA",
    "entryDate": "01.02.2024",
    "id": "7",
    "instance": "FIRST",
    "judge": "Судьин С.С.",
    "name": "Н-ский районный суд",
    "names": "Тестов Т.Т. - ст.158 ч.1 УК РФ",
    "region": "24",
    "resultDate": "03.04.2024",
    "text": 'приговорил:\n"виновным"; 1,5\r\nгода',
}
# The payload of ROW, written out by hand.
PAYLOAD = (
    '{"caseNumber":"1-5/2024","decision":"Вынесен ПРИГОВОР","endDate":"NA","entryDate":"01.02.2024","id":"7","instance":"FIRST",'
    '"judge":"Судьин С.С.","name":"Н-ский районный суд","names":"Тестов Т.Т. - ст.158 ч.1 УК РФ","region":"24","resultDate":"03.04.2024",'
    '"row":"1","text":"приговорил:\\n\\"виновным\\"; 1,5\\r\\nгода"}'
).encode()


def table(*found: dict[str, str], separator: str = ",", head: list[str] = HEAD) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator)
    writer.writerow(head)
    writer.writerows([row.get(name, "") for name in head] for row in found)
    return target.getvalue()


def take(tmp_path: Path, data: bytes, name: str = "e.csv", **flags: str) -> tuple[Archive, ImportReport]:
    path = tmp_path / name
    path.write_bytes(data)
    archive = Archive(tmp_path / "home")
    return archive, archive.import_paths([path], clock=clock, **flags)


def found(data: bytes, what: str = "table") -> list[ExportRow]:
    return list(rows(io.BytesIO(data), what))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_every_form_of_a_table_gives_the_same_capture(tmp_path: Path, separator: str, encoding: str) -> None:
    archive, report = take(tmp_path, table(ROW, separator=separator).encode(encoding))
    assert (report.items, report.added, report.failures, report.skipped) == (1, 1, (), {})
    (capture,) = held(archive)
    assert capture.payload == PAYLOAD
    assert (capture.url, capture.method, capture.status, capture.fetched_at) == (None, "GET", None, None)
    assert (capture.court_stated, capture.origin) == (None, "import")
    assert capture.headers == (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Courttally-Export", "sudrfscraper"),
    )
    for again in (
        table(ROW).encode(),
        json.dumps([ROW]).encode(),
        json.dumps([ROW | {"id": 7, "region": 24}]).encode(),
    ):
        _, report = take(tmp_path, again, "e.json" if again.startswith(b"[") else "f.csv")
        assert (report.items, report.added, report.duplicates) == (1, 0, 1)
    assert archive.verify().problems == ()


def test_column_order_and_extra_columns_are_as_the_file_has_them() -> None:
    odd = ROW | {"more": "x"}
    (row,) = found(table(odd, head=[*reversed(HEAD), "more"]).encode())
    assert json.loads(row.payload) == odd
    without = [name for name in HEAD if name != "row"]
    (row,) = found(table(ROW, head=without).encode())
    assert json.loads(row.payload) == {name: ROW[name] for name in without}


def test_flags_fill_the_time_and_only_a_missing_court(tmp_path: Path) -> None:
    data = table(ROW, ROW | {"name": "NA"}, ROW | {"name": " "}).encode()
    archive, _ = take(tmp_path, data, court="77OV0000", url="http://flag")
    assert [(one.court_stated, one.url) for one in held(archive)] == [
        (None, None),
        ("77OV0000", None),
        ("77OV0000", None),
    ]


def test_rows_that_do_not_fit_are_failures_and_the_others_are_kept(tmp_path: Path) -> None:
    good = table(ROW).splitlines(keepends=True)
    lines = [
        good[0],
        "1,2,3\r\n",
        *good[1:],
        "\r\n",
        '"a" b' + "," * 12 + "\r\n",
        *table(ROW | {"row": "2"}).splitlines(keepends=True)[1:],
    ]
    archive, report = take(tmp_path, "".join(lines).encode())
    problem = "its cells do not fit the header"
    assert report.failures == ((1, f"file 1, row 1: {problem}"), (3, f"file 1, row 3: {problem}"))
    assert (report.items, [json.loads(one.payload)["row"] for one in held(archive)]) == (4, ["1", "2"])


def test_an_open_quote_does_not_take_in_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LARGEST_ROW", 500)
    data = table(ROW).encode() + b'9,"open' + b"x" * 60 * 50 + b"\n" + table(ROW).encode()
    *_, last = found(data)
    assert last.failure == "the file is damaged here, and its rest was left"
    data = table(ROW).encode() + b'9,"open\n' + b"x,y\n" * 1000
    first, *others = found(data)
    assert first.payload == PAYLOAD
    assert {row.failure for row in others} == {
        "its cells do not fit the header",
        "100 rows before are damaged; the rest was left",
    }
    assert len(others) == 101
    assert csv.field_size_limit() == 131072


def test_long_decisions_are_rows_like_others() -> None:
    text = "слово " * 100_000
    (row,) = found(table(ROW | {"text": text}).encode())
    assert json.loads(row.payload)["text"] == text


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        ("a,b\n1,2\n", "e.csv", "this is no export of sudrfscraper: one has the columns caseNumber, decision, "),
        ("", "e.csv", "this is no export of sudrfscraper: one has the columns "),
        (table(ROW, head=HEAD[:-1]), "e.csv", "this is no export of sudrfscraper: it lacks text"),
        (table(ROW, head=[*HEAD, "id"]), "e.csv", "this export of sudrfscraper names a column twice"),
        ("{}", "e.json", "this JSON is no list of rows as sudrfscraper exports them"),
        ("[]", "e.json", "this JSON is no list of rows as sudrfscraper exports them"),
        ("[1]", "e.json", "this JSON is no list of rows as sudrfscraper exports them"),
        ('[{"a": 1}]', "e.json", "this is no export of sudrfscraper: its rows have caseNumber, decision, "),
        ('[{"a": ', "e.json", "this JSON is damaged, or no list of rows as sudrfscraper exports them"),
        ("[" + '{"a":' * 100_000, "e.json", "this JSON is damaged, or no list of rows as sudrfscraper exports them"),
    ],
)
def test_other_tables_fail_where_named_and_are_skipped_in_folders(
    tmp_path: Path, data: str, name: str, reason: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    archive, report = take(folder, data.encode(), name)
    assert (report.items, report.added) == (1, 0)
    assert report.failures[0][1].startswith(reason)
    report = archive.import_paths([folder], clock=clock)
    if "lacks text" in reason or "twice" in reason:  # so like an export that leaving it out in silence would mislead
        assert [problem for _, problem in report.failures] == [reason]
    else:
        assert (report.items, report.skipped["table" if name == "e.csv" else "other JSON"]) == (0, 1)


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ('{"a": "b"}', "its columns are not those of the export"),
        ("7", "its columns are not those of the export"),
        (json.dumps(ROW | {"text": ["x"]}), "a value is neither text nor a whole number"),
        (json.dumps(ROW | {"text": True}), "a value is neither text nor a whole number"),
        (json.dumps(ROW | {"text": "\ud800"}), "a value is not valid Unicode text"),
    ],
)
def test_odd_rows_of_json_are_failures_and_the_others_are_kept(odd: str, reason: str) -> None:
    first, second, third = found(f"[{json.dumps(ROW)}, {odd},\n{json.dumps(ROW | {'text': None})}]".encode(), "json")
    assert (first.payload, second.failure) == (PAYLOAD, reason)
    assert json.loads(third.payload)["text"] is None


@pytest.mark.parametrize(
    "rest", ["", ",", ",]", "}", "] x", ',{"a', f', {json.dumps(ROW)[:-1]}, "id": 1}}]', ', {"id": 1.5}]']
)
def test_json_that_ends_badly_keeps_what_was_whole(rest: str) -> None:
    kept, *others = found(f"[{json.dumps(ROW)}{rest}".encode(), "json")
    assert kept.payload == PAYLOAD
    assert [row.failure for row in others] == ["the file is damaged here, and its rest was left"]


def test_byte_98_is_read_as_browsers_read_it() -> None:
    (row,) = found(table(ROW | {"text": "a Б"}).encode("cp1251").replace(b"a ", b"a\x98"))
    assert json.loads(row.payload)["text"] == "a\x98Б"


def test_large_exports_are_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces are small here, so that rows lie across them."""
    many = [ROW | {"row": str(number)} for number in range(300)]
    for piece in (1, 77, 4096):
        monkeypatch.setattr(exports, "_PIECE", piece)
        for data, what in (
            (table(*many).encode(), "table"),
            (json.dumps(many[: 300 if piece > 1 else 3]).encode(), "json"),
        ):
            read = found(data, what)
            assert [json.loads(row.payload)["row"] for row in read] == [str(number) for number in range(len(read))]
            assert [row.number for row in read] == list(range(1, len(read) + 1))
    assert len(found(table(*many).encode())) == 300


def test_no_cell_or_column_leaves_the_evidence(tmp_path: Path) -> None:
    folder = tmp_path / RARE
    folder.mkdir()
    bad = table(ROW) + f"{RARE},{RARE}\n" + table(ROW | dict.fromkeys(COLUMNS, RARE)).split("\n", 1)[1]
    (folder / f"{RARE}.csv").write_text(bad)
    (folder / f"2{RARE}.csv").write_text(f"{RARE},caseNumber\n1,2\n")
    (folder / f"3{RARE}.json").write_text(json.dumps([ROW | {RARE: RARE}, {RARE: RARE}, ROW | {"text": [RARE]}]) + RARE)
    (folder / f"4{RARE}.json").write_text(json.dumps([RARE]))
    archive = Archive(tmp_path / "home")
    report = archive.import_paths([folder], clock=clock)
    assert (report.added, len(report.failures), report.skipped) == (3, 4, {"other JSON": 1, "table": 1})
    index = archive.index("00000001-import.warc.gz").to_pylist()
    kept = all_bytes(tmp_path / "home").replace(str(tmp_path).encode(), b"") + repr((index, report)).encode()
    assert RARE.encode() not in kept


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({name: st.text(st.characters(exclude_categories=["Cs"]), max_size=8) for name in HEAD}),
        max_size=4,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_whatever_cells_hold_csv_and_json_give_the_same_rows(
    written: list[dict[str, str]], separator: str, encoding: str
) -> None:
    read = found(table(*written, separator=separator).encode(encoding))
    assert [json.loads(row.payload) for row in read] == written
    if written:
        assert [row.payload for row in found(json.dumps(written).encode(), "json")] == [row.payload for row in read]


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["table", "json"]), st.booleans())
def test_any_bytes_are_rows_failures_or_no_export(data: bytes, what: str, begun: bool) -> None:
    if begun:
        data = (table(ROW).encode() if what == "table" else json.dumps([ROW]).encode()[:-1]) + data
    try:
        read = found(data, what)
    except NotAnExportError:
        if begun:
            raise
        return
    assert all(bool(row.payload) != bool(row.failure) for row in read)
    assert [row.number for row in read] == list(range(1, len(read) + 1))
