"""Every template has the structure of the real page it imitates: tags, labels, columns."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from courttally.rehearsal import render_states
from courttally.rehearsal.addresses import FORMS
from courttally.rehearsal.captcha import Challenge
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.forms import primary_form
from courttally.rehearsal.model import APPEAL, FIRST
from courttally.rehearsal.pages import Renderer
from courttally.rehearsal.policy import MIXED, PRIMARY, VNKOD
from courttally.rehearsal.render_primary import encoded, no_data
from courttally.rehearsal.world import World


def soup_of(data: bytes) -> BeautifulSoup:
    return BeautifulSoup(data, "lxml", from_encoding="windows-1251")


def sample(shared: Path, name: str) -> BeautifulSoup:
    return soup_of((shared / "pages" / f"{name}.html").read_bytes())


def label(node: Tag) -> str:
    return re.sub(r"\s+", " ", node.get_text(" ").replace("\xa0", " ")).strip()


def heads(table: Tag) -> list[str]:
    return [label(node) for node in table.select("th")]


def courts_on(world: World, engine: str) -> list[str]:
    """Courts of first instance on an engine, the busiest first."""
    codes = [code for code, proceeding in world.by_court if proceeding == FIRST]
    chosen = [code for code in codes if world.policies[code].engine(world.end) == engine]
    return sorted(chosen, key=lambda code: -len(world.by_court[code, FIRST]))


def listing_of(world: World, engine: str = PRIMARY) -> BeautifulSoup:
    key = (courts_on(world, engine)[0], FIRST)
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


def cards(world: World, proceeding: str, engine: str = PRIMARY) -> list[BeautifulSoup]:
    render = Renderer(world)
    chosen = [
        record
        for (code, kind), records in world.by_court.items()
        if kind == proceeding and render.engine(code, kind, world.end) == engine
        for record in records
        if record.published
    ]
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
@pytest.mark.parametrize("engine", [VNKOD, MIXED])
def test_vnkod_listing(shared: Path, small: World, engine: str) -> None:
    real, ours = sample(shared, "listing_vnkod"), listing_of(small, engine)
    mine, theirs = ours.select_one("#search_results"), real.select_one("#search_results")
    assert mine is not None
    assert theirs is not None
    outline = "[id], table, thead, tbody, .name-instanse, .lawcase-paging, .lawcase-count, .lawcase-count b"
    assert [(n.name, n.get("id"), n.get("class")) for n in mine.select(outline)] == [
        (n.name, n.get("id"), n.get("class")) for n in theirs.select(outline)
    ]
    assert [label(n) for n in mine.select("thead td")] == [label(n) for n in theirs.select("thead td")]
    row, real_row = mine.select("#resultTable tbody tr")[0], theirs.select("#resultTable tbody tr")[0]
    assert [n.get("class") for n in row.select("td")] == [n.get("class") for n in real_row.select("td")]
    counter = re.compile(r"Всего по запросу найдено - \d+\. На странице записи с \d+ по \d+\.")
    for page in (mine, theirs):
        count = page.select_one(".lawcase-count")
        assert count is not None
        assert counter.fullmatch(re.sub(r"\s+", " ", count.get_text().replace("\xa0", " ")).strip())


def column_names(soup: BeautifulSoup, tab: str) -> list[list[str]]:
    return [[label(n) for n in head.select("td")] for head in soup.select(f"#tab_content_{tab} thead")]


@pytest.mark.shared
@pytest.mark.parametrize(("engine", "name"), [(VNKOD, "card_appeal_vnkod"), (MIXED, "card_first_instance_mixed_skin")])
def test_vnkod_card(shared: Path, small: World, engine: str, name: str) -> None:
    """Containers, columns and the doubled tables; the accused's tab is in neither sample (portal.md 1.2)."""
    real, ours = sample(shared, name), cards(small, FIRST, engine)
    for mark in (
        "#modSdpContent > link",
        "#search_results",
        ".name-instanse",
        "#case_window .case-num",
        "ul#case_bookmarks.bookmarks",
    ):
        assert real.select_one(mark) is not None, mark
        assert all(page.select_one(mark) is not None for page in ours), mark
    for tab in ("EventList", "PersonList"):
        wanted = column_names(real, tab)[0]
        assert {tuple(names) for page in ours for names in column_names(page, tab)} == {tuple(wanted)}
    whole = [page for page in ours if page.select("#tab_content_EventList tr")]
    for page in whole:
        rows = len(page.select("#tab_content_EventList tbody tr"))
        assert rows * 2 == sum(
            len(table.select("tbody tr"))
            for table in page.select("table.law-case-table")
            if label(table.select("tr")[0]) == label(page.select("#tab_content_EventList thead tr")[0])
        )
    known = {label(n) for n in real.select("#tab_content_Case td > b")} | {
        "Дата рассмотрения",
        "Решение",
        "Результат рассмотрения",
        "Судья",
    }
    assert {label(n) for page in ours for n in page.select("#tab_content_Case td > b")} <= known


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
    ours = soup_of(encoded(Renderer(small).listing("50AV0000", APPEAL, [], 0, 1, "", small.start)()))
    error, real = ours.select_one("#error"), sample(shared, "state_no_data").select_one("#error")
    assert error is not None
    assert real is not None
    assert [label(node) for node in (error, real)] == [label(error)] * 2
    assert [child.name for child in error.find_all(True)] == [child.name for child in real.find_all(True)]


@pytest.mark.shared
def test_form(shared: Path) -> None:
    """The fixed fields, the code with its picture, and the button, under the same names in the same form."""
    real = sample(shared, "form_with_captcha").select_one("form#calform")
    ours = soup_of(encoded(primary_form(FORMS[APPEAL], Challenge("nonce", "12345")))).select_one("form#calform")
    assert real is not None
    assert ours is not None
    fixed = ["name", "srv_num", "name_op", "delo_id", "case_type", "new", "delo_table", "captcha", "captchaid"]
    for name in fixed:
        (mine,), (theirs,) = ours.select(f"input[name={name}]"), real.select(f"input[name={name}]")
        assert mine.get("type") == theirs.get("type"), name
    assert (ours.get("method"), ours.get("name")) == (real.get("method"), real.get("name"))
    pictures = [[str(i["src"])[:33] for i in form.select("img[src^=data]")] for form in (ours, real)]
    assert pictures[0] == pictures[1] == ["data: image/png;base64, iVBORw0KG"]
    suffixes = ("CASE_NUMBERSS", "JUDICIAL_UIDSS", "ENTRY_DATE1D", "ENTRY_DATE2D", "RESULT_DATE1D", "RESULT_DATE2D")
    for form in (ours, real):
        names = [str(field.get("name", "")).upper() for field in form.select("input")]
        assert [s for s in suffixes if not any(name.endswith(f"__{s}") for name in names)] == []


def test_states_are_worded_by_court() -> None:
    """Every form of "unavailable" and "nothing found" of portal.md 1.7 is some court's."""
    courts = [f"{n:02d}GV{m:04d}" for n in range(20) for m in range(4)]
    unavailable = {label(soup_of(encoded(render_states.unavailable(court)))) for court in courts}
    for words in ("временно недоступна", "информационное наполнение", "pg_connect()", "Сайт временно недоступен"):
        assert any(words in text for text in unavailable), words
    nothing = {label(soup_of(encoded(no_data(FIRST, court)))) for court in courts}
    for words in ("Данных по запросу не обнаружено", "Ничего не найдено"):
        assert any(words in text for text in nothing), words


def test_every_page_is_marked(small: World) -> None:
    kinds = set()
    for answer in Newsroom(small, small.start, faults=500, every=30, extras=True).until(small.end):
        page = encoded(answer.page())
        kinds.add(answer.kind)
        assert b'<meta name="courttally-simulated" content="1">' in page
        assert "УЧЕБНЫЕ ДАННЫЕ".encode("cp1251") in page
        assert b"simulated data" in page
    refusals = {"unavailable", "throttled", "blocked", "captcha_rejected"}
    assert kinds >= {"listing", "card", "no_data", "not_found", "hearing_list", "decision", *refusals}
