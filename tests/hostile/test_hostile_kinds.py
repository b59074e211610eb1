"""No wrong kind of page is accepted, and every row is read or set aside: pages spoiled in ways whose effect is known."""

import dataclasses
import re
from typing import Any

import pytest
from page_checks import faults
from page_mutants import MARKERS
from page_seeds import Seed, own_seeds

from courttally.portal import Page, Reading, read

SEEDS = {seed.name: seed for seed in own_seeds()}
LISTINGS = [name for name, seed in SEEDS.items() if seed.kind == "listing"]
PRIMARY_LISTINGS = [name for name in LISTINGS if read(SEEDS[name].page).engine == "primary"]
CONTENT = [name for name, seed in SEEDS.items() if seed.kind in ("listing", "card")]
STATES = [name for name, seed in SEEDS.items() if seed.kind not in ("listing", "card", "press_item", "search_form")]
CELL = re.compile(rb"<td[^<>]*>.*?(?=<td|</td|</tr|<tr|</table)", re.S)


def spoiled(seed: Seed, payload: bytes) -> Page:
    return dataclasses.replace(seed.page, payload=payload)


def text_of_seed(seed: Seed) -> tuple[str, str]:
    """The page as text, and its encoding."""
    try:
        return seed.page.payload.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return seed.page.payload.decode("cp1251"), "cp1251"


def rows_held(reading: Reading) -> int:
    return reading.rows_read + reading.rows_quarantined


@pytest.mark.parametrize("name", list(LISTINGS))
def test_without_its_result_table_no_page_is_a_listing_or_a_zero(name: str) -> None:
    seed = SEEDS[name]
    gone = [
        re.sub(rb"tablcont|resultTable", b"someTable", seed.page.payload),
        re.sub(rb"<table.*</table>", b"", seed.page.payload, flags=re.S),
        re.sub(rb"</?(table|tr|td|th|thead|tbody)\b[^<>]*>", b"", seed.page.payload),
        re.sub(rb"<table", b"<template><table", seed.page.payload),
    ]
    for payload in gone:
        reading = read(spoiled(seed, payload))
        assert reading.kind not in ("listing", "no_data", "card"), reading.kind
        assert rows_held(reading) == 0
        assert reading.cases == []


@pytest.mark.parametrize("name", LISTINGS)
def test_a_list_without_its_columns_is_never_a_zero(name: str) -> None:
    """All rows set aside, or an unknown page: in no way "nothing found"."""
    seed = SEEDS[name]
    for labels in (
        (b"\xe4\xe5\xeb\xe0",),
        (b"\xcf\xee\xf1\xf2\xf3\xef\xeb\xe5\xed\xe8\xff", b"\xef\xee\xf1\xf2\xf3\xef\xeb\xe5\xed\xe8\xff"),
    ):
        payload = seed.page.payload
        for label in labels:
            payload = re.sub(rb"(<th[^<>]*>[^<]*(?:<[^<>]*>)?[^<]*)" + label, rb"\g<1>x", payload)
        reading = read(spoiled(seed, payload))
        if payload == seed.page.payload or "utf-8" in name:
            continue
        assert reading.kind in ("listing", "unknown", "hearing_list"), reading.kind
        if reading.engine == "primary":
            assert reading.rows_read == 0
        assert reading.signals


def cells_of_first_table_row(payload: bytes, row: int) -> list[tuple[int, int]]:
    """Where the cells of one row of the result table stand."""
    starts = [found.start() for found in re.finditer(rb"<tr\b", payload)]
    table = re.search(rb"<table[^<>]*tablcont", payload)
    assert table is not None
    rows = [start for start in starts if start > table.start()]
    if row >= len(rows):
        return []
    end = rows[row + 1] if row + 1 < len(rows) else payload.index(b"</table", rows[row])
    return [(found.start(), found.end()) for found in CELL.finditer(payload, rows[row], end)]


@pytest.mark.parametrize("name", [name for name in PRIMARY_LISTINGS if name.startswith("example")])
def test_a_row_with_another_number_of_cells_is_set_aside_and_counted(name: str) -> None:
    seed = SEEDS[name]
    whole = read(seed.page)
    spoiled_rows = 0
    for row in range(1, whole.rows_read + 1):
        cells = cells_of_first_table_row(seed.page.payload, row)
        if len(cells) != 8:
            continue
        for index in (0, 3, 7):
            start, end = cells[index]
            cell = seed.page.payload[start:end]
            fewer = seed.page.payload[:start] + seed.page.payload[end:]
            more = seed.page.payload[:end] + b"</td>" + cell + seed.page.payload[end:]
            for payload in (fewer, more):
                reading = read(spoiled(seed, payload))
                assert reading.kind == "listing"
                assert (reading.rows_read, reading.rows_quarantined) == (whole.rows_read - 1, 1)
                assert f"list:{row}:0" in [
                    signal.place for signal in reading.signals if signal.code == "row_quarantined"
                ]
                others = [case for case in whole.cases if case.row != row]
                assert reading.cases == others
                spoiled_rows += 1
    assert spoiled_rows >= 6


@pytest.mark.parametrize("name", STATES)
def test_a_state_page_with_cells_is_no_listing(name: str) -> None:
    """Tables of all sorts beside a state's text: the page may become unknown, never a list or a card."""
    seed = SEEDS[name]
    row = "<tr><td>1-1/2024</td><td>01.02.2024</td><td>Щызжиглюфы - ст.337 ч.5 УК РФ</td></tr>".encode("cp1251")
    for table in (
        b"<table>" + row + b"</table>",
        b"<table id=tablcont>" + row * 3 + b"</table>",
        b"<table id='tablcont'><tr><th>x</th></tr>" + row + b"</table>",
        row,
    ):
        for at in (0, len(seed.page.payload), seed.page.payload.rfind(b"</div>"), seed.page.payload.find(b"<body") + 6):
            payload = seed.page.payload[: max(at, 0)] + table + seed.page.payload[max(at, 0) :]
            page = spoiled(seed, payload)
            reading = read(page)
            assert reading.kind in (seed.kind, "unknown"), reading.kind
            assert rows_held(reading) == 0
            assert not faults(page, reading)


def test_nothing_found_beside_rows_is_no_zero() -> None:
    """The text says nothing was found, the case module's table shows rows: an error to look at, not a zero."""
    row = "<tr><td>1-1/2024</td><td>01.02.2024</td><td>Щызжиглюфы - ст.337 ч.5 УК РФ</td></tr>".encode("cp1251")
    for name in ("example-no_data-1", "rehearsal-VNKOD-first-no-data"):
        seed = SEEDS[name]
        assert read(seed.page).kind == "no_data"
        text = seed.page.payload.decode("cp1251")
        at = len(text[: text.index("о запросу")].encode("cp1251"))
        end = seed.page.payload.index(b"<", at)
        for mark in (b"tablcont", b"resultTable"):
            payload = (
                seed.page.payload[:end] + b"<table id=" + mark + b">" + row * 3 + b"</table>" + seed.page.payload[end:]
            )
            assert read(spoiled(seed, payload)).kind != "no_data"


@pytest.mark.parametrize("marker", MARKERS)
def test_what_a_cell_says_is_no_state_of_the_site(marker: str) -> None:
    """A state's words in a cell of a list or a card change no kind, and lose no row."""
    for name in CONTENT:
        seed = SEEDS[name]
        word = marker.encode(text_of_seed(seed)[1])
        whole = read(seed.page)
        cells = list(re.finditer(rb"<td[^<>]*>", seed.page.payload))
        for found in cells[:: max(1, len(cells) // 4)]:
            reading = read(
                spoiled(seed, seed.page.payload[: found.end()] + word + b" " + seed.page.payload[found.end() :])
            )
            assert reading.kind == seed.kind, (name, reading.kind)
            assert reading.kind == "card" or rows_held(reading) == rows_held(whole)


@pytest.mark.parametrize("marker", MARKERS)
def test_what_the_news_says_is_no_state_of_the_site(marker: str) -> None:
    """A state's words in the chrome around a list, a card or another state change nothing."""
    news = f"<div class='news'><a href='/x'>{marker}</a></div>"
    for name, seed in SEEDS.items():
        if b'id="content"' not in seed.page.payload and b"id='content'" not in seed.page.payload:
            continue
        encoding = text_of_seed(seed)[1]
        at = seed.page.payload.find(b"<body")
        at = seed.page.payload.index(b">", at) + 1 if at >= 0 else 0
        reading = read(spoiled(seed, seed.page.payload[:at] + news.encode(encoding) + seed.page.payload[at:]))
        assert reading.kind == seed.kind, (name, reading.kind)


def compared(reading: Reading) -> dict[str, Any]:
    """What a reading says, apart from what only describes bytes."""
    whole = dataclasses.asdict(reading)
    for case in whole["cases"]:
        for document in case["documents"] or []:
            for name in ("offset", "length", "digest"):
                document.pop(name)
    whole["signals"] = [(signal.code, signal.place) for signal in reading.signals]
    return whole


# Letters of the two alphabets that no reader can tell apart, as typists and broken keyboards mix them.
ALIKE = str.maketrans("асеорхуАВСЕНКМОРТХ", "aceopxyABCEHKMOPTX")


@pytest.mark.parametrize("name", CONTENT)
def test_look_alike_letters_change_nothing(name: str) -> None:
    seed = SEEDS[name]
    text, encoding = text_of_seed(seed)
    # The first letter of every word that keeps another Cyrillic one: a word in Latin letters alone is another language.
    words = re.compile("[А-Яа-яё]{2,}")

    def mixed(found: re.Match[str]) -> str:
        word = found.group()
        swapped = word[0].translate(ALIKE) + word[1:]
        return swapped if re.search("[А-Яа-яё]", swapped) else word

    payload = words.sub(mixed, text).encode(encoding)
    assert payload != seed.page.payload
    assert compared(read(spoiled(seed, payload))) == compared(read(seed.page))


@pytest.mark.parametrize("name", CONTENT)
def test_encodings_change_nothing(name: str) -> None:
    """The same text as UTF-8, with and without a mark, or as windows-1251, whatever the header says."""
    seed = SEEDS[name]
    text, _ = text_of_seed(seed)
    readings = [
        compared(
            read(
                dataclasses.replace(
                    seed.page, payload=text.encode(encoding), headers=(("Content-Type", f"text/html; charset={said}"),)
                )
            )
        )
        for encoding in ("utf-8", "utf-8-sig", "cp1251")
        for said in ("utf-8", "windows-1251", "koi8-r")
    ]
    for reading in readings[1:]:
        assert reading == readings[0]
    assert readings[0]["kind"] == seed.kind


@pytest.mark.parametrize("name", CONTENT)
def test_a_second_result_table_is_not_mixed_in(name: str) -> None:
    """A copy of the whole content behind the page: what is read stays within one of them, rows counted once."""
    seed = SEEDS[name]
    whole = read(seed.page)
    reading = read(spoiled(seed, seed.page.payload + seed.page.payload))
    assert reading.kind == seed.kind
    assert rows_held(reading) == rows_held(whole)
    assert len(reading.cases) == len(whole.cases)
