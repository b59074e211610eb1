"""Every template has the structure of the real page it imitates: tags, labels, columns."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from courttally.rehearsal import render_states
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.model import APPEAL, FIRST
from courttally.rehearsal.pages import Renderer
from courttally.rehearsal.render_primary import encoded
from courttally.rehearsal.world import World


def soup_of(data: bytes) -> BeautifulSoup:
    return BeautifulSoup(data, "lxml", from_encoding="windows-1251")


def sample(shared: Path, name: str) -> BeautifulSoup:
    return soup_of((shared / "pages" / f"{name}.html").read_bytes())


def label(node: Tag) -> str:
    return re.sub(r"\s+", " ", node.get_text(" ").replace("\xa0", " ")).strip()


def heads(table: Tag) -> list[str]:
    return [label(node) for node in table.select("th")]


def listing_of(world: World) -> BeautifulSoup:
    key = max(world.by_court, key=lambda k: len(world.by_court[k]) if k[1] == FIRST else 0)
    records = [r for r in world.by_court[key] if r.published][:25]
    render = Renderer(world)
    query = render.listing_query(key[0], FIRST, world.start, world.end, 1, world.end)
    return soup_of(encoded(render.listing(key[0], FIRST, records, 60, 1, query, world.end + 400)()))


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["listing_criminal_first_instance_primary", "listing_military_district_court_names_hidden"]
)
def test_listing(shared: Path, small: World, name: str) -> None:
    real, ours = sample(shared, name), listing_of(small)
    mine, theirs = ours.select_one("table#tablcont"), real.select_one("table#tablcont")
    assert mine is not None
    assert theirs is not None
    assert heads(mine) == heads(theirs)
    rows, real_rows = mine.select("tr[valign=top]"), theirs.select("tr[valign=top]")
    shape = [
        [child.name for child in cell.find_all(True, recursive=False)][:1] for cell in real_rows[0].find_all("td")
    ][:7]
    assert [[child.name for child in cell.find_all(True, recursive=False)][:1] for cell in rows[0].find_all("td")][
        :7
    ] == shape
    assert {len(row.find_all("td")) for row in rows} == {len(row.find_all("td")) for row in real_rows} == {8}
    assert ours.select_one("#content .title") is not None
    counter = re.compile(r"Всего по запросу найдено — \d+\. На странице записи с \d+\s+по \d+\.")
    assert counter.search(ours.get_text())
    assert counter.search(real.get_text())
    assert rows[0].attrs.keys() == real_rows[0].attrs.keys()


def tabs(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Tab titles, each with the labels of its block (names of fields, or of columns)."""
    found = {}
    for number, tab in enumerate(soup.select("ul.tabs > li[id^=tab]"), start=1):
        if not re.fullmatch(r"tab\d+", str(tab["id"])):
            continue
        block = soup.select_one(f"#cont{number}")
        assert block is not None
        found[label(tab)] = [label(node) for node in block.select("td > b")]
    return found


def cards(world: World, proceeding: str) -> list[BeautifulSoup]:
    render = Renderer(world)
    chosen = [r for (_, p), records in world.by_court.items() if p == proceeding for r in records if r.published]
    chosen.sort(key=lambda r: (r.act is None, not r.parties))
    return [soup_of(encoded(render.card(record, world.end + 500)())) for record in chosen[:60]]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "proceeding", "absent"),
    [
        ("card_criminal_first_instance_primary", FIRST, {"ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ"}),
        ("card_military_appeal_custody_material", APPEAL, set()),
    ],
)
def test_card(shared: Path, small: World, name: str, proceeding: str, absent: set[str]) -> None:
    real = tabs(sample(shared, name))
    ours: dict[str, set[str]] = {}
    for soup in cards(small, proceeding):
        for title, labels in tabs(soup).items():
            ours.setdefault(title, set()).update(labels)
            if title in real and title not in ("ДЕЛО", "СУДЕБНЫЕ АКТЫ"):
                assert labels == real[title]
    acts = {"СУДЕБНЫЕ АКТЫ"}
    assert set(real) - absent - acts <= set(ours)
    assert set(real["ДЕЛО"]) <= ours["ДЕЛО"]
    page = cards(small, proceeding)[0]
    for mark in ("div.title", "div.casenumber", "div.outputArea.publishInfo", "div.contentt"):
        assert page.select_one(mark) is not None
        assert sample(shared, name).select_one(mark) is not None


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "page", "words"),
    [
        (
            "state_temporarily_unavailable",
            render_states.unavailable(),
            "Информация временно недоступна. Приносим свои извинения.",
        ),
        (
            "state_captcha_rejected",
            render_states.captcha_rejected("4", "4"),
            "Неверно указан проверочный код с картинки",
        ),
    ],
)
def test_states(shared: Path, name: str, page: str, words: str) -> None:
    assert words in sample(shared, name).get_text()
    assert words in soup_of(encoded(page)).get_text()


@pytest.mark.shared
def test_no_data(shared: Path, small: World) -> None:
    ours = soup_of(encoded(Renderer(small).listing("x", FIRST, [], 0, 1, "", small.start)()))
    error, real = ours.select_one("#error"), sample(shared, "state_no_data").select_one("#error")
    assert error is not None
    assert real is not None
    assert [label(node) for node in (error, real)] == [label(error)] * 2
    assert [child.name for child in error.find_all(True)] == [child.name for child in real.find_all(True)]


def test_every_page_is_marked(small: World) -> None:
    kinds = set()
    for answer in Newsroom(small, small.start, faults=500, every=30).until(small.end):
        page = encoded(answer.page())
        kinds.add(answer.kind)
        assert b'<meta name="courttally-simulated" content="1">' in page
        assert "УЧЕБНЫЕ ДАННЫЕ".encode("cp1251") in page
        assert b"simulated data" in page
    assert kinds == {"listing", "card", "no_data", "not_found", "unavailable"}
