"""The page as a reader, a screen reader and a browser take it: read by parsers that know nothing of how it was made."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from lxml import etree
from publish_kit import CELLS, SCOPE, SUBJECT, inputs, site, table

from courttally.law.subjects import SubjectArticle
from courttally.publish.chart import draw
from courttally.publish.rollup import Row
from courttally.publish.words import SIMULATED, headline_pieces, listed, period_code, period_words

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def soup(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "lxml")


def words_of(tag: Tag | BeautifulSoup) -> str:
    return " ".join(tag.get_text(" ").split())


def grid(page: BeautifulSoup) -> list[list[str]]:
    """The body of the table as lines of text, cells over several columns repeated."""
    lines = []
    for row in page.select("tbody tr"):
        line = []
        for cell in row.find_all(["th", "td"]):
            line += [words_of(cell)] * int(cell.get("colspan", 1))
        lines.append(line)
    return lines


def test_headline_by_the_counting_rule(tmp_path: Path) -> None:
    """At least N cases (M matters), which articles, which parts, since when; as seen by when, K of 113, what is not covered."""
    page = soup(site(tmp_path, inputs(n_matters=1100)))
    # 12+6+1076+7+3+20+8+9+2 = 1143
    assert words_of(page.h1) == (
        "Russian military courts received at least 1,143 cases (1,100 matters) of failure to obey an order (article 332), "
        "AWOL (article 337) or desertion (article 338), wartime parts, since 21 September 2022."
    )
    assert page.h1.data["value"] == "1143"
    lede = words_of(page.select_one(".lede"))
    assert lede.startswith(
        "As seen by 20 February 2024 on the courts’ own sites, with at least one complete list of cases for 2 of 113 courts of "
        "first instance. Not covered: 1 court with incomplete lists only and 110 courts without any list."
    )
    assert "accusation, not guilt" in lede


def test_the_table_worked_by_hand(tmp_path: Path) -> None:
    """November is clean. December has 3 and 1 of 338: total 1076 + 7 + 3 = 1086, 900 + 6 + 1 = 907. January is clean.
    February has 2 of 338: total 11, 35; it is not over. The rest that is hidden: 2023 has 338 at 3, so the years are joined:
    3 + 2 = 5 received, 1 + 5 = 6 finished; 332 7, 6; 337 1085, 930. By article: 332 6 + 7 = 13, 0 + 6 = 6; 337 12 + 1076 + 20 + 9 = 1117,
    5 + 900 + 9 + 30 = 944; 338 3 + 8 + 2 = 13, 1 + 5 + 5 = 11. All: 1143, 961. Months before November had no case and are left out."""
    folder = site(tmp_path, inputs())
    lines = grid(soup(folder))
    assert lines[0][0] == "Sep 2022 to Feb 2024 so far"
    assert lines == [
        ["Sep 2022 to Feb 2024 so far", "1,143", "13", "1,117", "13", "961", "6", "944", "11"],
        ["November 2023", "18", "6", "12", "0", "5", "0", "5", "0"],
        ["December 2023", "1,086", "[c]", "[c]", "[c]", "907", "[c]", "[c]", "[c]"],
        ["January 2024", "28", "0", "20", "8", "14", "0", "9", "5"],
        ["February 2024 so far", "11", "[c]", "[c]", "[c]", "35", "[c]", "[c]", "[c]"],
    ]
    rows = [(r["period"], r["row"], r["article"], r["received"], r["finished"], r["unfinished"]) for r in table(folder)]
    assert rows == [
        ("2023-11", "part", "all", "18", "5", "no"),
        ("2023-11", "part", "332", "6", "0", "no"),
        ("2023-11", "part", "337", "12", "5", "no"),
        ("2023-11", "part", "338", "0", "0", "no"),
        ("2023-12", "part", "all", "1086", "907", "no"),
        ("2024-01", "part", "all", "28", "14", "no"),
        ("2024-01", "part", "332", "0", "0", "no"),
        ("2024-01", "part", "337", "20", "9", "no"),
        ("2024-01", "part", "338", "8", "5", "no"),
        ("2024-02", "part", "all", "11", "35", "yes"),
        ("2022-09/2024-02", "sum", "all", "1143", "961", "yes"),
        ("2022-09/2024-02", "sum", "332", "13", "6", "yes"),
        ("2022-09/2024-02", "sum", "337", "1117", "944", "yes"),
        ("2022-09/2024-02", "sum", "338", "13", "11", "yes"),
    ]


def test_csv_and_json_hold_the_same_rows(tmp_path: Path) -> None:
    folder = site(tmp_path, inputs())
    value = json.loads((folder / "cases_by_month.json").read_text(encoding="utf-8"))
    as_text = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in value["rows"]]
    assert as_text == table(folder)
    assert [column["name"] for column in value["columns"]] == list(table(folder)[0])
    assert value["scope"] == {
        "name": "refusal-wartime",
        "articles": ["332", "337", "338"],
        "parts": "wartime",
        "since": "2022-09-21",
    }


def headers_of(page: BeautifulSoup) -> dict[tuple[int, int], list[str]]:
    """For each data cell of the table, by line and column, the header cells that belong to it by their ``scope``."""
    occupied: dict[tuple[int, int], Tag] = {}
    for y, row in enumerate(page.select("table tr")):
        x = 0
        for cell in row.find_all(["th", "td"]):
            while (y, x) in occupied:
                x += 1
            for dy in range(int(cell.get("rowspan", 1))):
                for dx in range(int(cell.get("colspan", 1))):
                    occupied[y + dy, x + dx] = cell
    width = max(x for _, x in occupied) + 1
    assert set(occupied) == {(y, x) for y in range(len(page.select("table tr"))) for x in range(width)}
    found = {}
    for (y, x), cell in occupied.items():
        if cell.name == "td":
            above = [occupied[other, x] for other in range(y) if occupied[other, x].get("scope") in ("col", "colgroup")]
            beside = [occupied[y, other] for other in range(x) if occupied[y, other].get("scope") == "row"]
            found[y, x] = [words_of(one) for one in (*above, *beside)]
    return found


def test_every_cell_has_its_headers(tmp_path: Path) -> None:
    page = soup(site(tmp_path, inputs()))
    found = headers_of(page)
    assert len(found) == 5 * 8
    assert all(len(set(headers)) == 3 for headers in found.values())
    assert found[3, 3] == ["Received", "337 AWOL", "November 2023"]
    assert found[3, 5] == ["Finished", "All", "November 2023"]
    assert page.table.caption is not None


def test_the_markup_is_sound(tmp_path: Path) -> None:
    """One h1, levels without a gap, ids once, references that exist, lists of their own items, language, title."""
    folder = site(tmp_path, inputs())
    page = soup(folder)
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert page.html["lang"] == "en"
    assert page.title.get_text()
    assert [tag.name for tag in page.find_all(re.compile("h[1-6]"))] == ["h1"] + ["h2"] * 5
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in page.find_all("a"):
        target = link["href"]
        assert target == LICENCE or target.lstrip("#") in ids or (folder / target).is_file()
    for name in re.findall(r"url\(#([^)]+)\)", text):
        assert name in ids
    assert page.select_one("[role=region]")["aria-labelledby"] in ids
    assert all(item.parent.name == "ul" for item in page.find_all("li"))
    # What a forgiving parser mends would show as a difference in the number of tags.
    for name in ("p", "div", "section", "tr", "td", "th", "ul", "li", "dl", "dd", "dt", "figure", "details", "tbody"):
        assert len(re.findall(rf"<{name}[\s>]", text)) == len(page.find_all(name)) == text.count(f"</{name}>")


def test_nothing_is_asked_of_anybody_else(tmp_path: Path) -> None:
    """No script, no inline style, no picture or font from elsewhere; the only address named is the licence's."""
    folder = site(tmp_path, inputs())
    page = soup(folder)
    assert page.find_all(["script", "iframe", "img", "object", "embed", "form", "base", "style"]) == []
    assert page.find_all(style=True) == page.find_all(src=True) == []
    assert not [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert [link["href"] for link in page.find_all("link")] == ["style.css"]
    assert "default-src 'none'" in page.select_one("meta[http-equiv]")["content"]
    for path in folder.iterdir():
        addresses = re.findall(r"[a-z]+://[^\s\"'<)]+", path.read_text(encoding="utf-8"))
        assert set(addresses) <= {LICENCE}, path.name
    style = (folder / "style.css").read_text(encoding="utf-8")
    assert "@import" not in style
    assert "url(" not in style


def test_no_day_but_the_as_of_day_and_the_start(tmp_path: Path) -> None:
    folder = site(tmp_path, inputs())
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", text)) == {"2024-02-20", "2022-09-21"}
    named = re.findall(
        r"\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}", text
    )
    assert set(named) == {"20 February 2024", "21 September 2022"}
    assert not re.search(r"\d\d\.\d\d\.\d{4}", text)
    assert not re.search(r"\b[fqm]-[0-9a-f]{16}\b", text)


def test_simulated_data_say_so_everywhere(tmp_path: Path) -> None:
    folder = site(tmp_path, inputs(simulated=True))
    page = soup(folder)
    assert SIMULATED in page.title.get_text()
    first = page.body.find("p")
    assert first["class"] == ["banner"]
    assert SIMULATED in words_of(first)
    for picture in page.find_all("svg"):
        assert "SIMULATED DATA" in words_of(picture)
        assert picture["aria-label"].startswith(SIMULATED)
    assert SIMULATED in words_of(page.caption)
    assert SIMULATED in words_of(page.footer)
    assert {row["data"] for row in table(folder)} == {SIMULATED}
    for name in ("README.txt", "cases_by_month.json"):
        assert SIMULATED in (folder / name).read_text(encoding="utf-8")
    for name in ("cases_by_month.json", "manifest.json"):
        assert json.loads((folder / name).read_text(encoding="utf-8"))["simulated"] is True


def test_documented_data_are_not_called_simulated(tmp_path: Path) -> None:
    folder = site(tmp_path, inputs())
    for path in folder.iterdir():
        assert "SIMULATED" not in path.read_text(encoding="utf-8"), path.name


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    hostile = "\"><script>alert(1)</script><img src=x onerror='y'>&amp; {{ 7*7 }} =cmd|' /C'!A0"
    articles = tuple(SubjectArticle(a.number, hostile, hostile) for a in SUBJECT.articles)
    subject = replace(SUBJECT, title_en=hostile, articles=articles)
    folder = site(tmp_path, inputs(subject=subject))
    page = soup(folder)
    assert page.find_all(["script", "img"]) == []
    assert words_of(page.select_one(".kicker")) == " ".join(hostile.split())
    assert hostile in page.h1.get_text()
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in table(folder) for cell in row.values())


def test_courts_are_named_in_both_languages_and_without_numbers(tmp_path: Path) -> None:
    page = soup(site(tmp_path, inputs()))
    lists = {words_of(one.summary): one for one in page.find_all("details")}
    assert list(lists) == [
        "Complete for some time at least: 2 courts",
        "Incomplete lists only: 1 court",
        "No list yet: 110 courts",
    ]
    complete, partial, none = ([words_of(item) for item in one.find_all("li")] for one in lists.values())
    assert complete == [
        "Vladivostok Garrison Military Court Владивостокский гарнизонный военный суд",
        "Pacific Fleet Military Court Тихоокеанский флотский военный суд",
    ]
    assert partial == ["Severomorsk Garrison Military Court Североморский гарнизонный военный суд"]
    assert len(none) == 110
    assert sum("(in occupied territory of Ukraine)" in name for name in none) == 6
    assert sum("(abroad)" in name for name in none) == 5
    assert {tag["lang"] for tag in page.select(".courts span")} == {"ru"}


@pytest.mark.parametrize("total", [0, 1, 4])
def test_few_cases_give_words_and_no_table(tmp_path: Path, total: int) -> None:
    cells = {("2023-11", "337"): (total, 0)} if total else {}
    folder = site(tmp_path, inputs(cells))
    page = soup(folder)
    said = "fewer than 5" if total else "no"
    assert f"In the records held, Russian military courts received {said} cases" in words_of(page.h1)
    assert page.table is None
    assert page.svg is None
    assert table(folder) == []
    shown = words_of(page.main) + words_of(page.header)
    assert not re.search(rf"\b{total} (cases|matters)", shown) or total == 0


def test_small_numbers_beside_the_table_are_words(tmp_path: Path) -> None:
    cells = CELLS | {("undated", "338"): (0, 3)}
    page = soup(site(tmp_path, inputs(cells, unknown_part_beside=4, undated_beside=31)))
    assert [words_of(item) for item in page.select(".notes li")] == [
        "Not counted: fewer than 5 cases whose article is in scope and whose part is not stated.",
        "Not counted: 31 cases without a usable day received, so not known to be in scope.",
        "Finished on no usable day, so in no period: fewer than 5.",
    ]
    assert grid(page)[-1] == ["No usable day", "0", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]"]


@pytest.mark.parametrize(
    ("received", "second_hand", "said"),
    [
        (300, 31, "31 of the cases counted"),
        (300, 4, "fewer than 5 of the cases counted"),
        # The rest is small: an exact number would give it away.
        (300, 297, "all but fewer than 5 of the cases counted"),
        (300, 300, "the cases counted"),
        (3, 2, "the cases counted"),
    ],
)
def test_what_is_second_hand_says_so_on_the_page_and_in_the_files(
    tmp_path: Path, received: int, second_hand: int, said: str
) -> None:
    folder = site(tmp_path, inputs({("2023-11", "337"): (received, 0)}, second_hand=second_hand))
    note = f"Second-hand: {said} rest on rows that others exported; no page of a court is held for them."
    assert note in [words_of(item) for item in soup(folder).select(".notes li")]
    files = [path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".json", ".txt")]
    assert sum(note in text for text in files) == 2
    assert "Second-hand" not in (site(tmp_path / "none", inputs()) / "index.html").read_text("utf-8")


def test_the_words_the_subject_needs(tmp_path: Path) -> None:
    """An accusation is not guilt, a verdict is not one of guilt by itself; sentences and suspension are not spoken of."""
    text = words_of(soup(site(tmp_path, inputs())).body).lower()
    assert "a verdict is not always one of guilt" in text
    assert "convict" not in text
    assert "criminals" not in text
    assert "suspended" not in text
    assert "332 (parts 2.1, 2.2 and 4); 337 (parts 2.1, 3.1 and 5); 338 (part 3)" in text


def test_pictures_are_sound_and_drawn_to_scale(tmp_path: Path) -> None:
    """Each picture is well-formed; the area of a column is in proportion to its cases, however many months it covers."""
    text = (site(tmp_path, inputs()) / "index.html").read_text(encoding="utf-8")
    pictures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        root = etree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label", "").startswith("Columns: cases received, ")
        assert [rect.get("class") for rect in root.iter("rect")][2:] == ["column"] * 3 + ["column unfinished"]
    parts = [
        Row("2023-01", "2023-06", (600, 300), None),
        Row("2023-07", "2023-07", (100, 40), None),
        Row("2023-08", "2023-09", (400, 80), None),
    ]
    chart = draw(parts, "2023-12", name="x", width=760, height=270)
    assert chart is not None
    areas = [float(column.width) * float(column.height) for column in chart.columns]
    for row, area in zip(parts, areas, strict=True):
        assert area / sum(areas) == pytest.approx((row.total[0] or 0) / 1100, abs=0.01)
    assert [tick.text for tick in chart.scale] == ["0", "50", "100", "150", "200"]


def test_a_picture_needs_something_to_show() -> None:
    nothing = [Row("2023-01", "2023-01", (0, 0), None), Row("2023-02", "2023-02", (0, 0), None)]
    assert draw(nothing, "2023-12", name="x", width=760, height=270) is None
    assert draw([], "2023-12", name="x", width=760, height=270) is None


@pytest.mark.parametrize(
    ("first", "last", "words", "code"),
    [
        ("2024-07", "2024-07", "July 2024", "2024-07"),
        ("2024-07", "2024-09", "Jul to Sep 2024", "2024-Q3"),
        ("2024-08", "2024-10", "Aug to Oct 2024", "2024-08/2024-10"),
        ("2024-01", "2024-12", "2024", "2024"),
        ("2022-09", "2022-12", "Sep to Dec 2022", "2022-09/2022-12"),
        ("2022-09", "2023-03", "Sep 2022 to Mar 2023", "2022-09/2023-03"),
        ("2023-01", "2024-12", "Jan 2023 to Dec 2024", "2023-01/2024-12"),
        ("undated", "undated", "No usable day", "undated"),
    ],
)
def test_periods_in_words(first: str, last: str, words: str, code: str) -> None:
    assert (period_words(first, last), period_code(first, last)) == (words, code)


def test_other_words() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    open_scope = replace(SCOPE, parts="all", since=None, articles=("337",))
    assert headline_pieces(SUBJECT, open_scope, 20538, 3) == (
        "Russian military courts received at least ",
        "20,538",
        " cases (fewer than 5 matters) of AWOL (article 337), all parts.",
    )


def test_the_table_ends_with_the_last_month_that_has_a_case(tmp_path: Path) -> None:
    """Months after it, up to the as-of day, are not said to be zero: nobody has shown that they are."""
    folder = site(tmp_path, inputs(as_of=date(2025, 8, 1)))
    assert max(row["period_end"] for row in table(folder) if row["row"] == "part") == "2024-02"
    assert [row["period"] for row in table(folder) if row["row"] == "sum"] == ["2022-09/2024-12"] * 4
    assert "so far" not in words_of(soup(folder).tbody.find_all("tr")[-1])
