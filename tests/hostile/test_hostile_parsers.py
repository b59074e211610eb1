"""The small parsers of the portal, each against truth that was there before the text was written from it."""

import calendar
import random
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from courttally.law.charges import parse_charges
from courttally.portal.addresses import parse_case_link, parse_request
from courttally.portal.cells import slots_of
from courttally.portal.model import Day
from courttally.portal.tables import decode, line_of, rows_of, text_of
from courttally.portal.values import mask_name, parse_day, parse_number, parse_published, parse_time

LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ANY_TEXT = st.one_of(st.text(), st.text("0123456789.:/-() \u00a0АКМУ~абв;", max_size=30))


# Bytes.


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(),
        st.text().map(str.encode),
        st.text(LETTERS + "<>\x00").map(lambda t: t.encode("cp1251")),
        st.binary().map(lambda b: b + b"\x98\xc0"),
    )
)
def test_any_bytes_are_text(payload: bytes) -> None:
    text, lossy = decode(payload)
    try:
        plain = payload.decode("utf-8")
        expected = [char if char != "\x00" else "\ufffd" for char in plain.removeprefix("\ufeff")]
        assert text == "".join(expected)
        assert lossy == ("\x00" in plain)
    except UnicodeDecodeError:
        assert len(text) == len(payload)
        for byte, char in zip(payload, text, strict=True):
            if byte == 0:
                assert char in ("\ufffd", " ")
            else:
                assert char == ("\x98" if byte == 0x98 else bytes([byte]).decode("cp1251"))
        assert lossy == (0 in payload or 0x98 in payload)
    assert "\x00" not in text
    text.encode("utf-8")


# Dates and times.


@settings(deadline=None)
@given(st.dates(date(1991, 1, 1), date(2100, 12, 31)), st.booleans(), st.sampled_from(("", " ", "\n", "\u00a0", "\t ")))
def test_days(day: date, short: bool, space: str) -> None:
    text = f"{day.day}.{day.month}.{day.year}" if short else day.strftime("%d.%m.%Y")
    found = parse_day(f"{space}{text}{space}")
    assert (found.value, found.raw) == (day, "")


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_numbers_that_are_no_day(day: int, month: int, year: int) -> None:
    exists = 1991 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    text = f"{day:02}.{month:02}.{year:04}"
    found = parse_day(text)
    if exists:
        assert found.value == date(year, month, day)
    else:
        assert (found.value, found.raw) == (None, text)


@pytest.mark.parametrize("behind", ["", " г.", "г.", " года", " 10:05", " 9:05:00", "\u00a010:05", " г., 10:05"])
def test_a_day_with_its_year_spelt_out_or_with_a_time_is_that_day(behind: str) -> None:
    assert parse_day(f"05.02.2024{behind}") == Day(date(2024, 2, 5))
    assert parse_day(f"31.02.2024{behind}").value is None


@pytest.mark.parametrize("behind", ["1", " 25:00", " 10:60", " 10", " и 06.02.2024", "10:05", " гг."])
def test_a_day_with_anything_else_is_none(behind: str) -> None:
    assert parse_day(f"05.02.2024{behind}").value is None


@settings(deadline=None)
@given(ANY_TEXT)
@example("٠٥.٠٢.٢٠٢٤")
@example("05.02.٢٠٢٤ 1")
@example("٥")
def test_any_text_as_a_day(text: str) -> None:
    """Kept raw only as digits, dots, spaces and colons; a day only from such a text."""
    found = parse_day(text)
    assert re.fullmatch(r"[0-9.: ]{0,40}", found.raw)
    if found.value is not None:
        assert re.fullmatch(
            r"\s*[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}\s*(г(\.|ода)?)?,?\s*([0-9]{1,2}(:[0-9]{2}){1,2})?\s*", text
        )
        assert found.raw == ""


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(0, 99), st.booleans())
def test_times(hour: int, minute: int, short: bool) -> None:
    text = f"{hour}:{minute:02}" if short else f"{hour:02}:{minute:02}"
    assert parse_time(text) == (f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None)


@settings(deadline=None)
@given(ANY_TEXT)
@example("٠٩:٠٠")
@example("0٩:00")
def test_any_text_as_a_time(text: str) -> None:
    found = parse_time(text)
    assert found is None or found == "" or re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", found)
    if found == "":
        assert not text.strip()


@settings(deadline=None)
@given(
    st.datetimes(datetime(1991, 1, 1), datetime(2100, 12, 31)),  # noqa: DTZ001 - printed wall times have no zone
    st.one_of(st.none(), st.datetimes(datetime(1991, 1, 1), datetime(2100, 12, 31))),  # noqa: DTZ001 - the same
    st.sampled_from(("опубликовано", "Опубликовано", "ОПУБЛИКОВАНО")),
    st.sampled_from((" ", "  ", "\u00a0", "\n")),
)
def test_stamps(first: datetime, then: datetime | None, word: str, space: str) -> None:
    text = f"{word}{space}{first:%d.%m.%Y %H:%M}" + (f", изменено{space}{then:%d.%m.%Y %H:%M}" if then else "")
    floor = {"second": 0, "microsecond": 0}
    assert parse_published(text) == (first.replace(**floor), then.replace(**floor) if then else None)


@settings(deadline=None)
@given(st.text(), st.integers(0, 99), st.integers(0, 99))
def test_any_text_as_a_stamp(text: str, hour: int, minute: int) -> None:
    parse_published(text)
    found = parse_published(f"опубликовано 01.02.2024 {hour:02}:{minute:02}{text}")
    if hour > 23 or minute > 59:
        assert found is None
    else:
        assert found is not None
        assert found[0] == datetime(2024, 2, 1, hour, minute)  # noqa: DTZ001 - a printed wall time


# Case numbers.

INDEX = st.sampled_from(("1", "2", "22", "3/1", "3/10", "4/16", "10", "22К", "7У", "88", "5"))
ALIKE = str.maketrans("КАУМН", "KAYMH")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    year = draw(st.integers(1991, 2100))
    number = f"{draw(INDEX)}-{draw(st.integers(1, 99999))}"
    return number + draw(st.sampled_from((f"/{year}", f"/{year % 100:02}", "")))


@settings(deadline=None)
@given(
    numbers(), st.lists(numbers(), max_size=2), st.booleans(), st.booleans(), st.sampled_from(("", " ", "\u00a0", "\n"))
)
def test_case_numbers(number: str, earlier: list[str], spaced: bool, latin: bool, space: str) -> None:
    text = number.replace("-", " - ", 1) if spaced else number
    text += f" ({'; '.join(earlier)};)" if earlier else ""
    text = text.translate(ALIKE) if latin else text
    assert parse_number(f"{space}{text}{space}") == (number, tuple(earlier))


@settings(deadline=None)
@given(numbers(), st.text(LETTERS, min_size=3, max_size=12), st.integers(0, 3))
def test_a_word_beside_a_number_makes_it_unread(number: str, word: str, way: int) -> None:
    """A number cell with anything else in it is no number: names never ride along."""
    text = (f"{number} {word}", f"{word} {number}", f"{number} ({word})", f"{number} ~ {word}")[way]
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["2v-2/2024", "1qz-5/2024", "22w-1/2024 (1-2/2023)"])
def test_an_index_has_no_small_latin_letter_that_looks_like_no_cyrillic_one(text: str) -> None:
    assert parse_number(text) is None


@settings(deadline=None)
@given(ANY_TEXT)
@example("١-٢/٢٠٢٤")
def test_any_text_as_a_number(text: str) -> None:
    found = parse_number(text)
    if found is not None:
        for number in (found[0], *found[1]):
            assert re.fullmatch(r"[0-9А-ЯЁA-Zа-яё/-]{2,24}", number), ascii(number)
            assert sum(letter.isalpha() for letter in number) <= 5
            assert re.search(r"[0-9]", number)


# Persons and their charges.

FAMILY = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ"),
    st.text(LETTERS, min_size=2, max_size=9),
)
PLAIN_NAME = st.builds(
    lambda family, one, two: f"{family} {one}.{two}.", FAMILY, st.sampled_from("АБВГДЕ"), st.sampled_from("АБВГДЕ")
)
NAME = st.one_of(
    PLAIN_NAME,
    st.builds(lambda one, two: f"{one}-{two} Иван Иванович", FAMILY, FAMILY),
    st.sampled_from(("<Информация скрыта>", "Информация скрыта", "< Информация скрыта >")),
)
CHARGE = st.tuples(
    st.sampled_from(("337", "338", "332", "352.1", "105", "205.1")),
    st.sampled_from(("", "1", "2.1", "3.1", "5", "1.1")),
)
PERSONS = st.lists(st.tuples(NAME, st.lists(CHARGE, min_size=1, max_size=3)), min_size=1, max_size=4)


def notation(charges: list[tuple[str, str]], between: str) -> str:
    return between.join(f"ст.{article}" + (f" ч.{part}" if part else "") for article, part in charges) + " УК РФ"


@settings(max_examples=300, deadline=None)
@given(
    PERSONS,
    st.sampled_from((";\n", "; \n", ";", "; ", " ;\n")),
    st.sampled_from(("; ", ";\n", ", ")),
    st.sampled_from((" - ", " – ", " — ", " -", "\n- ")),
)
def test_persons_of_a_cell(
    persons: list[tuple[str, list[tuple[str, str]]]], between: str, inner: str, dash: str
) -> None:
    """Several layouts of one cell, the same persons with the same charges; equal names are as many persons as stand there."""
    cell = between.join(f"{name}{dash}{notation(charges, inner)}" for name, charges in persons)
    found = slots_of(cell)
    assert [mask_name(name) for name, _ in found] == [mask_name(name) for name, _ in persons]
    for (_, text), (_, charges) in zip(found, persons, strict=True):
        reading = parse_charges(text)
        assert [(charge.article, charge.part or "") for charge in reading.charges] == charges
        assert not reading.unparsed


@settings(deadline=None)
@given(st.lists(NAME, min_size=1, max_size=4))
def test_persons_without_charges(names: list[str]) -> None:
    assert [mask_name(name) for name, _ in slots_of(";\n".join(names))] == [mask_name(name) for name in names]


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("ст.337 ч5;\n-УКРФИванов", max_size=80)))
def test_any_text_as_persons(text: str) -> None:
    """Total; nothing is invented: every slot's text stands in the cell, and an empty cell has nobody."""
    found = slots_of(text)
    letters = re.sub(r"[\s;–—-]", "", text)
    for name, charges in found:
        assert re.sub(r"[\s;–—-]", "", name) in letters
        assert re.sub(r"[\s;–—-]", "", charges) in letters
    if not letters:
        assert not [name for name, charges in found if name.strip(" ;-–—") or charges.strip(" ;-–—")]


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\n"])
def test_no_name(text: str) -> None:
    assert mask_name(text) == ""


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_name_is_only_ever_a_mask(text: str) -> None:
    assert mask_name(text) in ("", "⟦name⟧", "⟦hidden⟧")
    assert (mask_name(text) == "") == (not text.strip())


# Addresses.

IDS = st.integers(1, 10**9)
GUIDS = st.uuids().map(str)
NOISE = st.lists(
    st.tuples(st.sampled_from(("nc", "Submit", "U1_DEFENDANT__NAMESS", "list", "x", "delo_table", "text_number")), st.text(LETTERS + "АБВ /&=?#;+%", max_size=8)), max_size=3
)  # fmt: skip


@dataclass
class Asked:
    """A case's address before it is written down."""

    case_id: int
    guid: str
    delo_id: int
    new: int | None
    srv_num: int
    noise: list[tuple[str, str]] = field(default_factory=list)

    def pairs(self, vnkod: bool) -> list[tuple[str, str]]:
        names = ("_id", "_uid", "_deloId", "_new") if vnkod else ("case_id", "case_uid", "delo_id", "new")
        values = (str(self.case_id), self.guid, str(self.delo_id), "" if self.new is None else str(self.new))
        pairs = [("name", "sud_delo"), ("srv_num", str(self.srv_num)), ("name_op", "case")]
        return pairs + [(name, value) for name, value in zip(names, values, strict=True) if value]


ASKED = st.builds(
    Asked,
    IDS,
    GUIDS,
    st.sampled_from((1540006, 4, 5, 1610001, 2450001)),
    st.sampled_from((None, 0, 4, 5, 2450001)),
    st.integers(1, 99),
    NOISE,
)


@settings(max_examples=200, deadline=None)
@given(ASKED, st.booleans(), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_a_cases_address_however_it_is_written(
    asked: Asked, vnkod: bool, upper: bool, mixed: bool, rng: random.Random
) -> None:
    pairs = asked.pairs(vnkod) + asked.noise
    if mixed:
        rng.shuffle(pairs)
    query = urlencode(
        [(name.upper() if upper else name, value) for name, value in pairs], encoding="cp1251", errors="replace"
    )
    for url in (
        f"/modules.php?{query}",
        f"modules.php?{query}",
        f"http://example.invalid/modules.php?{query}",
        f" https://example.invalid:8080/modules.php?{query}#top",
    ):
        request, link = parse_request(url), parse_case_link(url)
        assert request is not None
        assert link is not None
        expected = (asked.case_id, asked.guid, asked.srv_num, asked.delo_id, asked.new)
        assert (request.case_id, request.guid, request.srv_num, request.delo_id, request.new) == expected
        assert (link.case_id, link.guid, link.srv_num, link.delo_id, link.new) == expected
        assert request.vnkod_style == vnkod


@settings(deadline=None)
@given(ASKED, ASKED, st.booleans())
def test_a_repeated_parameter_is_its_last_value_that_says_anything(one: Asked, other: Asked, emptied: bool) -> None:
    pairs = one.pairs(False) + other.pairs(False) + ([("case_id", ""), ("case_uid", "")] if emptied else [])
    request = parse_request("http://example.invalid/modules.php?" + urlencode(pairs))
    assert request is not None
    assert (request.case_id, request.guid) == (other.case_id, other.guid)


@settings(deadline=None)
@given(
    st.sampled_from(
        ("U1_CASE__ENTRY_DATE", "u1_case__ENTRY_DATE", "case__entry_date", "G1_case__ENTRY_DATE", "m_case__ENTRY_DATE")
    ),
    st.dates(date(1991, 1, 1), date(2100, 1, 1)),
    st.dates(date(1991, 1, 1), date(2100, 1, 1)),
    st.sampled_from(("", "Щызжиглюфы", "337")),
)
def test_windows(stem: str, first: date, last: date, article: str) -> None:
    pairs = [
        ("name", "sud_delo"),
        ("name_op", "r"),
        (f"{stem}1D", first.strftime("%d.%m.%Y")),
        (f"{stem}2D", last.strftime("%d.%m.%Y")),
    ]
    pairs.append(("U1_DEFENDANT__LAW_ARTICLESS", article))
    request = parse_request("http://example.invalid/modules.php?" + urlencode(pairs, encoding="cp1251"))
    assert request is not None
    assert (request.window_axis, request.window_from, request.window_to) == ("received", first, last)
    assert request.filtered == bool(article)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.text().map(lambda t: "http://x/modules.php?name=sud_delo&" + t), st.lists(st.tuples(st.sampled_from(("name", "name_op", "case_id", "_id", "srv_num", "page", "new", "case_uid", "h_date", "vnkod")), st.text(max_size=14)), max_size=6).map(lambda p: "/modules.php?name=sud_delo&name_op=case&" + "&".join(f"{k}={quote(v)}" for k, v in p))))  # fmt: skip
@example(
    "/modules.php?name=sud_delo&srv_num=١&name_op=case&case_id=٢&case_uid=00000000-0000-4000-8000-000000000001&delo_id=٣"
)
def test_any_text_as_an_address(url: str) -> None:
    """Total, and nothing but numbers, dates, a GUID and a court's code comes out."""
    request, link = parse_request(url), parse_case_link(url)
    if request is None:
        assert link is None
        return
    for number in (request.delo_id, request.new, request.case_id, request.srv_num, request.page):
        assert number is None or 0 <= number < 10**12
    assert request.guid is None or re.fullmatch(r"[0-9a-f-]{36}", request.guid)
    assert request.vnkod is None or re.fullmatch(r"[0-9A-Z]{8}", request.vnkod)
    if request.name_op == "case":
        assert link is not None
        assert (link.case_id, link.guid, link.srv_num, link.delo_id, link.new) == (
            request.case_id,
            request.guid,
            request.srv_num,
            request.delo_id,
            request.new,
        )
    else:
        assert link is None


# Tables.


@dataclass
class Grid:
    """A table before it is HTML: rows of cells; a cell has a text and may hold a table."""

    rows: list[list[tuple[str, "Grid | None"]]]

    def html(self, lazy: bool, section: bool, mark: str = "") -> str:
        """The table; ``lazy`` leaves out every closing tag that HTML lets one leave out."""
        end_cell, end_row = ("", "") if lazy else ("</td>", "</tr>")
        body = ""
        for row in self.rows:
            cells = "".join(
                f"<td>{text}{nested.html(lazy, section) if nested else ''}{end_cell}" for text, nested in row
            )
            body += f"<tr>{cells}{end_row}"
        body = f"<tbody>{body}" + ("" if lazy else "</tbody>") if section else body
        return f"<table{mark}>{body}</table>"

    def words(self) -> list[str]:
        """All texts in the order of the page."""
        return [
            word for row in self.rows for text, nested in row for word in (text, *(nested.words() if nested else []))
        ]


WORD = st.text(LETTERS, min_size=1, max_size=5)


def grids(depth: int) -> st.SearchStrategy[Grid]:
    inside = st.none() if depth == 0 else st.one_of(st.none(), st.none(), grids(depth - 1))
    return st.builds(Grid, st.lists(st.lists(st.tuples(WORD, inside), min_size=1, max_size=3), min_size=1, max_size=3))


@settings(max_examples=150, deadline=None)
@given(grids(2), st.booleans(), st.booleans())
def test_rows_of_a_table_are_its_own(grid: Grid, lazy: bool, section: bool) -> None:
    tree = LexborHTMLParser(f"<body><p>x</p>{grid.html(lazy, section, ' id=outer')}")
    table = tree.css_first("#outer")
    assert table is not None
    rows = rows_of(table)
    assert [[text.split("\n") for text in row.texts] for row in rows] == [
        [[text, *(nested.words() if nested else [])] for text, nested in row] for row in grid.rows
    ]


@settings(deadline=None)
@given(
    st.lists(WORD, min_size=1, max_size=5),
    st.sampled_from(("<br>", "<br/>", "<br />", "<p>", "<div></div>", "<b></b>")),
)
def test_values_that_a_tag_parts_never_fuse(words: list[str], tag: str) -> None:
    tree = LexborHTMLParser(f"<table><tr><td>{tag.join(words)}</table>")
    cell = tree.css_first("td")
    assert cell is not None
    assert text_of(cell).split("\n") == words
    assert line_of(cell) == " ".join(words)
