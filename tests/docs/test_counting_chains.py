"""The worked chains of docs/counting.md: the document's tables are the truth, pages are rendered from its notation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from courttally.archive import Archive
from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.question import make_question
from courttally.registry.build import build
from courttally.registry.snapshot import Snapshot, current

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "counting.md"
METRICS = ("cases_received", "cases_finished", "matters", "accused", "verdicts", "accused_with_verdict")
RESULTS = {
    "verdict": "Вынесен ПРИГОВОР",
    "terminated": "Уголовное дело ПРЕКРАЩЕНО",
    "returned": "ВОЗВРАЩЕНО ПРОКУРОРУ в порядке ст. 237 УПК РФ",
    "transferred": "Направлено ПО ПОДСУДНОСТИ (подведомственности)",
    "joined": "Дело присоединено к другому делу",
}
RECORD = re.compile(
    r"(?P<name>[A-Z])@(?P<court>\w{8}) (?P<silent>no)?uid(?P<uid>\d+) (?P<received>[\d-]+) (?P<accused>\S+)(?: =>(?P<result>\S+))?"
)


@dataclass(frozen=True)
class Row:
    chain: str
    as_of: date
    expected: tuple[int, ...]
    pages: tuple[str, ...]


def rows() -> list[Row]:
    found = []
    chain = ""
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("### "):
            chain = line[4:]
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if chain and len(cells) == 9 and cells[0][:2] == "20":
            numbers = tuple(int(cell) for cell in cells[2:8])
            # Columns of the document: received, finished, matters, accused, verdicts, with verdict.
            found.append(Row(chain, date.fromisoformat(cells[0]), numbers, tuple(re.findall(r"`([^`]+)`", cells[8]))))
    return found


def printed(day: str) -> str:
    return date.fromisoformat(day).strftime("%d.%m.%Y")


def uid(number: int) -> str:
    stem = f"25GV0001-01-2024-{number:06d}-"
    digits = "".join(str(int(sign, 36)) for sign in stem.replace("-", ""))
    # ISO 7064 mod 97-10: the check makes the whole number leave 1.
    return f"{stem}{98 - int(digits + '00') % 97:02d}"


def result_cells(text: str) -> tuple[str, str]:
    if text == "-":
        return "", ""
    code, _, day = text.partition(":")
    return RESULTS[code], printed(day)


def card(record: re.Match[str]) -> str:
    persons = ""
    for person in record["accused"].split("|"):
        charges, _, result = person.partition("=")
        notation = "; ".join(f"ст.{article} ч.{part}" for article, part in (c.split("/") for c in charges.split(",")))
        wording, day = result_cells(result)
        persons += (
            f"<tr><td>&lt;Информация скрыта&gt;</td><td>{notation} УК РФ</td><td>{day}</td><td>{wording}</td></tr>"
        )
    wording, day = result_cells(record["result"] or "-")
    case = [] if record["silent"] else [("Уникальный идентификатор дела", uid(int(record["uid"])))]
    case.append(("Дата поступления", printed(record["received"])))
    case += [("Дата рассмотрения", day), ("Результат рассмотрения", wording)] if wording else []
    lines = "".join(f"<tr><td><b>{label}</b></td><td>{value}</td></tr>" for label, value in case)
    number = int(record["uid"]) * 10 + ord(record["name"]) - 64
    return (
        '<html><head><meta name="courttally-simulated" content="1"></head><body><div id="content">'
        '<div class="title">Уголовные дела - первая инстанция</div>'
        f'<div class="casenumber">ДЕЛО № 1-{number}/2024</div>'
        '<ul class="tabs"><li id="tab1">ДЕЛО</li><li id="tab2">ЛИЦА</li></ul>'
        f'<div id="cont1"><table id="tablcont"><tr><th colspan="2">ДЕЛО</th></tr>{lines}</table></div>'
        '<div id="cont2"><table id="tablcont"><tr><th colspan="10">ЛИЦА</th></tr><tr><td><b>Фамилия / наименование</b></td>'
        "<td><b>Перечень статей</b></td><td><b>Дата рассмотрения дела в отношении лица</b></td>"
        f"<td><b>Результат в отношении лица</b></td></tr>{persons}</table></div>"
        f'<div class="publishInfo">опубликовано {printed(record["received"])} 10:00</div></div></body></html>'
    )


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    home = tmp_path_factory.mktemp("chains")
    now = datetime(2025, 1, 1, tzinfo=UTC)
    with Archive(home).writer(clock=lambda: now, origin="import") as writer:
        for row in rows():
            for text in row.pages:
                record = RECORD.fullmatch(text)
                assert record, f"notation not understood: {text}"
                case_id = int(record["uid"]) * 10 + ord(record["name"]) - 64
                writer.write(
                    url=f"http://example.invalid/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={case_id}"
                    f"&case_uid=00000000-0000-0000-0000-{case_id:012d}&delo_id=1540006&new=0",
                    method="GET",
                    status=200,
                    fetched_at=datetime(row.as_of.year, row.as_of.month, row.as_of.day, 17, tzinfo=UTC),
                    court=record["court"],
                    headers=(),
                    payload=card(record).encode("cp1251"),
                )
    build(home)
    return current(home)


@pytest.fixture(scope="module")
def engine(snapshot: Snapshot) -> Iterator[Engine]:
    with Engine(snapshot.path) as engine:
        yield engine


def test_the_document_holds_every_chain() -> None:
    assert len({row.chain for row in rows()}) == 8
    assert len(rows()) == 27


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.chain} {row.as_of}")
def test_counts_are_those_of_the_document(row: Row, engine: Engine, snapshot: Snapshot) -> None:
    courts = {
        m["court"]
        for other in rows()
        if other.chain == row.chain
        for page in other.pages
        if (m := RECORD.fullmatch(page))
    }
    found = []
    for metric in METRICS:
        question = make_question(metric, scope="all", by=("court",), as_of=row.as_of)
        found.append(sum(f.value for f in count(engine, snapshot, question) if f.by["court"] in courts))
    assert tuple(found) == row.expected


def test_what_waits_for_a_person_opens_the_bounds(engine: Engine, snapshot: Snapshot) -> None:
    for day, expected in ((date(2024, 2, 1), (1, 1, 1)), (date(2024, 3, 15), (2, 1, 2))):
        question = make_question("matters", scope="all", where=("court=25GV0004",), as_of=day)
        (figure,) = count(engine, snapshot, question)
        assert (figure.value, figure.fewest, figure.most) == expected


def test_everything_was_read(snapshot: Snapshot) -> None:
    assert snapshot.table("signals").num_rows == 0
    assert snapshot.table("registry_signals").num_rows == 0
