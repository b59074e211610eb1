"""Pages that end before their end, as a site sends them whose page program was stopped: nothing half shown is taken for a whole."""

from __future__ import annotations

import pytest
from reader_kit import (
    ACCUSED,
    GUID,
    codes,
    fields,
    grid,
    primary_card,
    primary_url,
    read_page,
    row,
    vnkod_card,
    vnkod_url,
)

from courttally.portal import Page, Reading, read

TWO = [
    ("Информация скрыта", "ст.337 ч.5 УК РФ", "12.02.2024", "Вынесен ПРИГОВОР"),
    ("Информация скрыта", "ст.338 ч.3 УК РФ", "13.02.2024", "Уголовное дело ПРЕКРАЩЕНО"),
]
CASE = [("<b>Дата поступления</b>", "10.01.2024"), ("<b>Судья</b>", "Петров П.П.")]
HEADS = (
    "№ дела",
    "Дата<br>поступления",
    "Лица",
    "Судья",
    "Дата<br>решения",
    "Решение",
    "Дата вступления<br>в законную силу",
    "Судебные<br>акты",
)


def primary() -> str:
    people = [[f"<b>{name}</b>" for name in ACCUSED], *TWO]
    return primary_card("Уголовные дела - первая инстанция", "1-7/2024", [("ДЕЛО", CASE), ("ЛИЦА", people)])


def vnkod() -> str:
    case = fields([("Дата поступления", "10.01.2024"), ("Судья", "Петров П.П.")])
    tabs = [("Case", "Дело", case, ""), ("DefList", "Лица", grid(ACCUSED, TWO), "")]
    return f"<html><body>{vnkod_card('Уголовные дела - первая инстанция', '1-7/2024', tabs)}</body></html>"


def listing(number: int = 3) -> str:
    link = f"/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={{}}&case_uid={GUID}&delo_id=1540006"
    rows = [
        (f"<a href='{link.format(n)}'>1-{n}/2024</a>", "10.01.2024", "Информация скрыта - ст.337 ч.5 УК РФ", "Петров П.П.", "12.02.2024", "Вынесен ПРИГОВОР", "28.02.2024", "")
        for n in range(1, number + 1)
    ]  # fmt: skip
    counter = f"Всего по запросу найдено — {number}. На странице записи с 1 по {number}."
    return (
        f"<div id='content'><div class='title'>Уголовные дела - первая инстанция</div><table><tr><td>{counter}</td></tr></table>"
        f"<table id='tablcont'>{row(HEADS, 'th')}{''.join(map(row, rows))}</table></div>"
    )


def people_of(reading: Reading) -> list[tuple[str, str]] | None:
    slots = reading.cases[0].accused
    return (
        None
        if slots is None
        else [(slot.charges[0].article, slot.result.outcome if slot.result else "") for slot in slots]
    )


@pytest.mark.parametrize(("page", "url"), [(primary(), primary_url(1540006, 0)), (vnkod(), vnkod_url(1540006, 0))])
def test_a_card_that_ends_anywhere_shows_all_its_accused_or_says_nothing_of_them(page: str, url: str) -> None:
    """At every character: a half list of accused would take one of them from the count."""
    whole = read_page(page, url)
    assert people_of(whole) == [("337", "verdict"), ("338", "terminated")]
    assert not whole.cut
    ends = 0
    for end in range(page.index("ДЕЛО №") + 20, len(page)):
        reading = read_page(page[:end], url)
        if reading.kind != "card":
            continue
        case = reading.cases[0]
        assert people_of(reading) in (None, people_of(whole)), page[:end][-40:]
        assert case.received in (None, whole.cases[0].received), page[:end][-40:]
        assert case.judge in (None, whole.cases[0].judge), page[:end][-40:]
        if people_of(reading) is None:
            ends += 1
            assert reading.cut, page[:end][-40:]
    assert ends > 100


def test_a_list_that_ends_anywhere_shows_whole_rows_and_is_known_to_be_cut() -> None:
    page = listing()
    whole = read_page(page, primary_url(1540006, 0, op="r"))
    assert (whole.rows_read, whole.rows_quarantined, whole.cut) == (3, 0, False)
    for end in range(page.index("1-1/2024"), page.index("</table></div>")):
        reading = read_page(page[:end], primary_url(1540006, 0, op="r"))
        assert reading.cut, page[:end][-40:]
        assert reading.cases == whole.cases[: len(reading.cases)], page[:end][-40:]
        assert len(reading.cases) < 3
    assert ("page_cut_off", "list:3:0") in codes(
        read_page(page[: page.index("</table></div>")], primary_url(1540006, 0, op="r"))
    )


def test_who_forgets_to_close_a_table_and_closes_the_page_did_not_cut_it() -> None:
    page = f"<html><body>{listing().replace('</table></div>', '</div>')}</body></html>"
    reading = read_page(page, primary_url(1540006, 0, op="r"))
    assert (reading.rows_read, reading.cut) == (3, False)


def test_a_page_that_ends_within_a_character_is_still_in_its_encoding() -> None:
    data = listing().encode()
    for end in range(data.index(b"1-3/2024"), data.index(b"</table></div>")):
        reading = read(Page(payload=data[:end], url=primary_url(1540006, 0, op="r"), court_stated="77GV0013"))
        assert [case.number for case in reading.cases] == ["1-1/2024", "1-2/2024"]
        assert "charge_unparsed" not in {signal.code for signal in reading.signals}


def test_a_page_of_no_known_kind_that_does_not_end_may_be_whole_another_time() -> None:
    page = "<!DOCTYPE html><html><head></head><body><div class='menu'>О суде</div>"
    assert (read_page(page).kind, read_page(page).cut) == ("unknown", True)
    assert (read_page(" \n").kind, read_page("").cut) == ("unknown", True)
    assert (read_page(page + "</body></html>").kind, read_page(page + "</body></html>").cut) == ("unknown", False)
