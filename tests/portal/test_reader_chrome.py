"""What stands before the box of the case module is left out only where that changes nothing; long texts are described piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_kit import primary_card, primary_url
from selectolax.lexbor import LexborHTMLParser

from courttally.portal import Page, cells, chrome, read

MENU = "<div class=menu><ul><li><a href=/>О суде</a></li></ul><p>Сегодня</p></div>" * 80
HEAD = f"<!DOCTYPE html><html class=a><head><title>Суд</title><script>if (1 < 2) {{}}</script></head><body>{MENU}<div class=wrapper>"
BOX = '<div id="modSdpContent">{}</div></div></body></html>'
CARD = primary_card(
    "Уголовные дела - первая инстанция", "1-7/2024", [("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")])]
)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    chrome.forget()
    yield
    chrome.forget()


def page_with(head: str) -> Page:
    return Page((head + BOX.format(CARD)).encode("cp1251"), primary_url(1540006, 0), court_stated="77GV0013")


def test_a_beginning_is_left_out_from_its_third_page_on_and_nothing_changes() -> None:
    page = page_with(HEAD)
    readings = []
    known = []
    for _ in range(4):
        known.append(chrome.known_chrome(page.payload) is not None)
        readings.append(read(page))
    assert known[0] is False
    assert known[-1] is True
    assert readings[0].kind == "card"
    assert readings[0].cases[0].number == "1-7/2024"
    assert all(reading == readings[0] for reading in readings)


@pytest.mark.parametrize(
    ("name", "simulated"),
    [("X-Courttally-Portal", True), ("x-courttally-simulated", True), ("X-Site-X-Courttally-Portal", False), ("X-Courttally-Vantage", False)],
)  # fmt: skip
def test_what_no_courts_site_answered_is_simulated_whatever_the_page_says(name: str, simulated: bool) -> None:
    page = page_with(HEAD)
    answered = Page(page.payload, page.url, court_stated=page.court_stated, headers=((name, "asked of another"),))
    assert read(answered).simulated is simulated
    assert read(answered).cases == read(page).cases


def test_what_a_known_beginning_says_of_itself_still_holds() -> None:
    page = page_with(HEAD.replace("<title>", "<meta name=courttally-simulated><title>"))
    assert [read(page).simulated for _ in range(4)] == [True] * 4
    broken = Page(page.payload + b"\x98", page.url, court_stated="77GV0013")
    assert [[signal.code for signal in read(broken).signals] for _ in range(4)] == [["bytes_replaced"]] * 4
    zero = Page(page.payload + b"\x00", page.url, court_stated="77GV0013")
    assert [[signal.code for signal in read(zero).signals] for _ in range(2)] == [["bytes_replaced"]] * 2


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("<div id=error>Данных по запросу не обнаружено</div>", "no_data"),
        ("<div id='error'>Неверно указан проверочный код с картинки</div>", "captcha_rejected"),
        ("<div id=content>Информация временно недоступна</div>", "unavailable"),
        ("<div id=error></div><form><input name=captcha></form>", "search_form"),
        ("Информация временно недоступна", "unavailable"),
        ("<div>ничего</div></div><div id=error>Данных по запросу не обнаружено</div><div>", "no_data"),
    ],
)
def test_a_page_that_reports_a_state_is_told_alike_with_a_known_chrome(inside: str, kind: str) -> None:
    page = Page((HEAD + BOX.format(inside)).encode("cp1251"), primary_url(1540006, 0), court_stated="77GV0013")
    first, *others = (read(page) for _ in range(4))
    assert chrome.known_chrome(page.payload) is not None
    assert first.kind == kind
    assert all(reading == first for reading in others)


@pytest.mark.parametrize(
    "left",
    [
        "<!-- ",
        "<script>",
        "<style>",
        "<title>",
        "<textarea>",
        "<template>",
        "<noscript>",
        "<select>",
        "<math><mtext>",
        "<table>",
        "<table><tr><td>",
        "<form>",
        "<ul><li>",
        "<b>",
        "<p><b></p>",
        "<a href=/>",
        "<nobr>",
        "<button>",
        "<h1>",
        "<div title='",
        "<div ",
        "<![CDATA[",
        "<plaintext>",
        "<iframe>",
        "<form><div>",
        "<table><form></table>",
        "<object>",
        "<div id=mod&#83;dpContent></div>",
    ],
)
def test_a_beginning_that_leaves_something_behind_is_never_left_out(left: str) -> None:
    head = HEAD + left
    assert chrome.is_neutral(HEAD.encode("cp1251"))
    assert not chrome.is_neutral(head.encode("cp1251"))
    page = page_with(head)
    first, *others = (read(page) for _ in range(4))
    assert all(reading == first for reading in others)
    assert chrome.known_chrome(page.payload) is None


def test_a_page_without_a_doctype_mends_tables_otherwise_and_is_parsed_whole() -> None:
    assert not chrome.is_neutral(HEAD.removeprefix("<!DOCTYPE html>").encode("cp1251"))


PIECES = ("<div>", "</div>", "<b>", "</b>", "<p>", "</p>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<a href=1>", "</a>", "<form>", "</form>", "<li>",
    "<ul>", "</ul>", "x", " ", "<!--", "-->", "<script>", "</script>", "<select>", "</select>", "<option>", "<br>", "<span>", "</span>", "<i>", "</i>", "<h1>",
    "<template>", "</template>", "<svg>", "</svg>", "<title>", "</title>", "<button>", "</button>", "<nobr>", "<frameset>", "</body>", "</html>", "<body a=1>",
    "<caption>", "<center>", "<input>", "</p></b>", "<dd>", "<hr>", "<img>", "<textarea>", "</textarea>", "&amp;", "<table><form>")  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8), st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_neutral_beginning_changes_no_box(before: list[str], inside: list[str]) -> None:
    """Against the parser itself: the box after any beginning that is said to be neutral, and after the neutral one."""
    head = "<!DOCTYPE html><body>" + "".join(before)
    box = '<div id="modSdpContent">' + "".join(inside) + "<p><table><tr><td>y</table></div>"
    if not chrome.is_neutral(head.encode()):
        return
    whole = LexborHTMLParser(head + box).css_first("#modSdpContent")
    part = LexborHTMLParser(chrome.NEUTRAL + box.encode()).css_first("#modSdpContent")
    assert whole is not None
    assert part is not None
    assert whole.html == part.html


def test_what_is_remembered_is_bounded() -> None:
    for number in range(200):
        head = HEAD.replace("Суд", f"Суд {number}")
        for _ in range(3):
            read(page_with(head))
    assert 0 < len(chrome._neutral) <= 64
    assert len(chrome._tried) <= 512


@pytest.mark.shared
def test_real_pages_read_the_same_with_a_known_chrome(shared: Path) -> None:
    goldens = Path(__file__).parent / "goldens"
    known = 0
    for path in sorted(goldens.glob("*.json")):
        golden = json.loads(path.read_text("utf-8"))
        page = Page(
            (shared / "pages" / golden["page"]).read_bytes(), golden["url"], court_stated=golden["court_stated"]
        )
        first, *others = (read(page) for _ in range(4))
        assert all(reading == first for reading in others), path.name
        known += chrome.known_chrome(page.payload) is not None
    assert known >= 4


TEXT = st.text(
    st.one_of(st.sampled_from("абвГДЕё \n\t\u00a0\u00ad\u200baceopxABC1,.\u0308\u0301"), st.characters()), max_size=200
)


@settings(max_examples=150, deadline=None)
@given(TEXT, st.integers(1, 200), st.sampled_from((1, 7, 50)))
def test_a_long_text_is_described_as_a_short_one_is(text: str, times: int, piece: int) -> None:
    before, cells._PIECE = cells._PIECE, piece
    try:
        assert cells.described_long(text * times) == cells.described(text * times)
    finally:
        cells._PIECE = before
