"""The truth of what was visible, against the pages themselves, read here by another library with another little reader."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup

from courttally.rehearsal.counts import expected
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.seen import all_seen
from courttally.rehearsal.tables import table
from courttally.rehearsal.truth import seen_tables
from courttally.rehearsal.world import World, build

LATIN = str.maketrans("ceopABEKMHOPCT", "сеорАВЕКМНОРСТ")
MEANS = {
    text: outcome for outcome, row in table("wordings")["result"].items() for text in (*row["plain"], *row["drift"])
}


BRANCHES = {"civil": "1540005", "kas": "41", "koap": "1500001"}


def cell_text(node: Any) -> str:
    return re.sub(r"\s+", " ", node.get_text().replace("\xa0", " ")).strip()


def first_line(node: Any) -> str:
    return next(iter(node.stripped_strings), "")


def meaning(text: str) -> str | None:
    return MEANS[text.translate(LATIN)] if text else None


def articles(text: str) -> set[str]:
    """The refusal articles in a list of charges, parts 30 and 33 aside."""
    found = re.findall(r"[сc]т\.\s?(\d+(?:\.\d+)?)", text)
    return {article for article in found if article in {"332", "337", "338"}}


def day(text: str) -> date | None:
    try:
        parsed = date(*(int(piece) for piece in reversed(text.split("."))))
    except (ValueError, TypeError):
        return None
    return parsed if parsed.year < 2100 else None


def read_listing(soup: BeautifulSoup) -> dict[str, dict[str, Any]]:
    found = {}
    for row in soup.select("#tablcont tr[valign=top], #resultTable tbody tr"):
        cells = row.find_all("td", recursive=False)
        people = [articles(part) for part in cells[2].decode_contents().split("<br/>")]
        link = re.search(r"[?&](?:case)?_id=(\d+)", cells[0].a["href"])
        assert link is not None
        found[link[1]] = {
            "received": day(cell_text(cells[1])),
            "people": people,
            "result": meaning(cell_text(cells[5])),
            "day": day(cell_text(cells[4])),
        }
    return found


def read_card(soup: BeautifulSoup) -> dict[str, Any]:
    fields = {}
    for row in soup.select("#cont1 tr, #tab_content_Case tr"):
        cells = row.find_all("td", recursive=False)
        if len(cells) == 2:
            fields[cell_text(cells[0])] = first_line(cells[1])
    people = []
    for block in soup.select("div[id^=cont], #tab_content_DefList"):
        rows = block.select("tr")
        if block["id"] == "tab_content_DefList":
            rows = [rows[0], *rows]
        elif not rows or cell_text(rows[0]) != "ЛИЦА":
            continue
        for row in rows[2:]:
            cells = row.find_all("td")
            people.append((articles(cell_text(cells[1])), meaning(first_line(cells[3])), day(cell_text(cells[2]))))
    return {
        "received": day(fields["Дата поступления"]),
        "people": [person[0] for person in people],
        "own": [person[1:] for person in people],
        "uid": fields.get("Уникальный идентификатор дела"),
        "result": meaning(fields.get("Результат рассмотрения", "") or fields.get("Решение", "")),
        "day": day(fields.get("Дата рассмотрения", "")),
        "has_result": "Результат рассмотрения" in fields or "Решение" in fields,
    }


@pytest.mark.parametrize(("seed", "family", "until"), [(5, "published", "2024-05-31"), (8, "falling", "2024-03-31")])
def test_what_was_visible_is_what_the_pages_say(seed: int, family: str, until: str) -> None:
    """Received, verdicts, accused and matters of the refusal articles, counted from the pages of every capture."""
    world = build("small", seed, family)
    some = sorted(world.courts, key=lambda code: (len(world.policies[code].engines) < 2, code))[:6]
    world.by_court = {key: records for key, records in world.by_court.items() if key[0] in some}
    newsroom = Newsroom(world, world.start, faults=200, every=12, extras=True)
    known: dict[tuple[str, str], dict[str, Any]] = {}
    for answer in newsroom.until(date.fromisoformat(until).toordinal()):
        if answer.kind not in ("listing", "card") or "delo_id=1540006" not in answer.query.replace(
            "_deloId", "delo_id"
        ):
            continue
        soup = BeautifulSoup(answer.page().encode("cp1251"), "lxml", from_encoding="cp1251")
        if answer.kind == "listing":
            pages = read_listing(soup)
        else:
            match = re.search(r"[?&](?:case)?_id=(\d+)", answer.query)
            assert match is not None
            pages = {match[1]: read_card(soup)}
        for case, page in pages.items():
            record = known.setdefault((answer.court, case), {"own": [], "uid": None})
            if answer.kind == "card" and not page.pop("has_result"):
                del page["result"], page["day"]
            if answer.kind == "card" and page["uid"] is None:
                del page["uid"]
            record.update(page)

    inside = {key: record for key, record in known.items() if any(record["people"])}
    got: Counter[tuple[str, str, str]] = Counter()
    for record in inside.values():
        month = record["received"].isoformat()[:7] if record["received"] else "undated"
        got["cases_received", "month", month] += 1
        own = record["own"]
        verdicts = [when for what, when in [(record["result"], record["day"]), *own] if what == "verdict"]
        if verdicts:
            days = [when for when in verdicts if when]
            got["verdicts", "month", min(days).isoformat()[:7] if days else "undated"] += 1
        for place, person in enumerate(record["people"]):
            if not person:
                continue
            got["accused", "month", month] += 1
            result = own[place] if place < len(own) else (None, None)
            if result[0] is None and len(record["people"]) == 1:
                result = (record["result"], record["day"])
            if result[0] == "verdict":
                got["accused_with_verdict", "month", result[1].isoformat()[:7] if result[1] else "undated"] += 1
    uids = {record["uid"] or key for key, record in inside.items()}
    got["matters", "", ""] = len(uids)

    wanted = Counter(
        {
            (cell.metric, cell.dimension, cell.key): cell.value
            for cell in expected(all_seen(newsroom))
            if cell.scope == "refusal" and cell.attribution == "lead"
            if (cell.dimension == "month" and cell.metric not in ("matters", "cases_finished"))
            or (cell.metric == "matters" and not cell.dimension)
        }
    )
    assert len(inside) > 60
    assert got == wanted


def test_cells_sum_to_their_total(small: World) -> None:
    newsroom = Newsroom(small, small.start, every=20)
    for _ in newsroom.until(small.end):
        pass
    cells = expected(all_seen(newsroom))
    totals = {(c.metric, c.scope): c.value for c in cells if not c.dimension}
    sums: Counter[tuple[str, str, str]] = Counter()
    for cell in cells:
        if cell.dimension and cell.attribution == "lead":
            sums[cell.metric, cell.scope, cell.dimension] += cell.value
    assert len(totals) == 13
    for (metric, scope, _), value in sums.items():
        assert value == totals[metric, scope]


def test_more_is_known_later(small: World) -> None:
    """Records once seen stay counted, whatever vanishes (law 5)."""
    newsroom = Newsroom(small, small.start, every=10)
    before = 0
    for until in (small.start + 100, small.start + 300, small.end):
        for _ in newsroom.until(until):
            pass
        assert len(newsroom.sights) > before
        before = len(newsroom.sights)
    assert any(len(sight.gone) > 1 for sight in newsroom.sights.values())


def test_seen_tables_say_what_the_last_card_says(small: World) -> None:
    """UID, number, events and the accused's own results, line by line, on every engine."""
    newsroom = Newsroom(small, small.start, every=20)
    last = {}
    for answer in newsroom.until(small.start + 260):
        if answer.kind == "card":
            found = re.search(r"[?&](?:case)?_id=(\d+)", answer.query)
            assert found is not None
            last[answer.court, branch(answer.query), found[1]] = answer
    tables = seen_tables(newsroom)
    records = {row["record"]: row for row in tables["records"]}
    events: dict[str, list[Any]] = {key: [] for key in records}
    for row in tables["events"]:
        events[row["record"]].append(row)
    compared = Counter[str]()
    chosen = [key for key in records if records[key]["card_seen"]]
    for key in sorted(chosen)[::5]:
        court, kind, _, _, case = key.split(":")
        soup = BeautifulSoup(last[court, kind, case].page(), "lxml")
        heading = soup.select_one(".casenumber, .case-num")
        assert heading is not None
        assert cell_text(heading) == f"ДЕЛО № {records[key]['number']}"
        block = next((b for b in soup.select("div[id^=cont], #tab_content_EventList") if is_movement(b)), None)
        got = movement(block) if block else []
        wanted = [{name: str(row[name]) for name in got[0]} for row in events[key]] if got else []
        assert [{**row, "day": iso_day(row["day"]), "posted": iso_day(row["posted"])} for row in got] == wanted
        assert len(got) == len(events[key])
        compared[
            "mixed" if soup.select("#printVersionBodyCase") else "vnkod" if soup.select("#case_window") else "primary"
        ] += 1
    assert compared.keys() == {"primary", "vnkod", "mixed"}


def branch(query: str) -> str:
    """The branch that a query asks for, by its number."""
    return next((name for name, number in BRANCHES.items() if f"delo_id={number}&" in f"{query}&"), "criminal")


def is_movement(block: Any) -> bool:
    text = cell_text(block)
    return block["id"] == "tab_content_EventList" or text.startswith(("ДВИЖЕНИЕ ДЕЛА", "СЛУШАНИЯ"))


COLUMNS = {
    "Наименование события": "name",
    "Дата": "day",
    "Дата события": "day",
    "Время": "time",
    "Время события": "time",
    "Время слушания": "time",
    "Место проведения": "hall",
    "Зал судебного заседания": "hall",
    "Результат события": "result",
    "Основание для выбранного результата события": "ground",
    "Дата размещения": "posted",
}


def movement(block: Any) -> list[dict[str, str]]:
    rows = block.select("table tr")
    skip = 0 if block["id"] == "tab_content_EventList" else 1
    heads = [COLUMNS.get(first_line(cell)) for cell in rows[skip].find_all("td", recursive=False)]
    return [
        {head: cell_text(cell) for head, cell in zip(heads, row.find_all("td"), strict=True) if head}
        for row in rows[skip + 1 :]
    ]


def iso_day(text: str) -> str:
    return "-".join(reversed(text.split(".")))
