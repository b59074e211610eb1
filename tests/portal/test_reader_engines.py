"""VNKOD and the mixed skin: tables printed twice, columns in another order, and keys that keep proceedings apart."""

from __future__ import annotations

import pytest
from reader_kit import (
    ACCUSED,
    EVENTS,
    VNKOD_EVENTS,
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

from courttally.portal.model import HIDDEN, NAME

CASE = fields([("Дата поступления", "10.01.2024"), ("Судья", "Петров П.П."), ("Решение", "Вынесен ПРИГОВОР")])
TWICE_HELD = ("12.02.2024", "10:00", "1", "Судебное заседание", "Отложено", "20.01.2024")
LISTING_HEADS = (
    "Номер дела",
    "Дата поступления",
    "Информация по делу",
    "Судья",
    "Дата решения",
    "Решение",
    "Дата вступления<br>в законную силу",
    "Судебные<br>акты",
)


def test_a_table_printed_again_is_read_once_and_equal_events_stay() -> None:
    """Two equal rows are two events; the small screen's and the paper's printings are none."""
    rows = [TWICE_HELD, TWICE_HELD, ("13.02.2024", "11:00", "", "Судебное заседание", "", "13.02.2024")]
    mobile = "".join(
        f"<div class='mobile-lawcase-item block-mobile'><h2>{r[0]}</h2><table>{row(r)}</table></div>" for r in rows
    )
    paper = f"<div class='lawcase-tab-content printVersionBody none'>{grid(VNKOD_EVENTS, rows, 'non-list')}</div>"
    page = vnkod_card(
        "Уголовные дела - первая инстанция",
        "1-7/2024",
        [("Case", "Дело", CASE, ""), ("EventList", "Движение дела", grid(VNKOD_EVENTS, rows), mobile)],
        paper,
    )
    reading = read_page(page, vnkod_url(1540006, 0))
    (case,) = reading.cases
    assert reading.engine == "vnkod"
    assert case.events is not None
    assert [(e.row, e.name, str(e.day.value), e.time, e.result, str(e.posted.value)) for e in case.events] == [
        (1, "hearing", "2024-02-12", "10:00", "adjourned", "2024-01-20"),
        (2, "hearing", "2024-02-12", "10:00", "adjourned", "2024-01-20"),
        (3, "hearing", "2024-02-13", "11:00", "", "2024-02-13"),
    ]
    assert codes(reading) == []


def test_the_accused_and_the_parties_are_told_by_their_columns() -> None:
    """VNKOD calls the tab of the parties «Лица»; a tab of accused may have any name."""
    parties = grid(
        ("Процессуальный статус лица, участвующего в деле", "Лицо, участвующее в деле (ФИО, наименование)"),
        [("АДВОКАТ", "Сидоров С.С.")],
    )
    accused = grid(ACCUSED, [("Информация скрыта", "ст.337 ч.3.1 УК РФ", "12.02.2024", "Вынесен ПРИГОВОР")])
    page = vnkod_card(
        "Уголовные дела - первая инстанция",
        "1-7/2024",
        [("Case", "Дело", CASE, ""), ("DefList", "Стороны", accused, ""), ("PersonList", "Лица", parties, "")],
    )
    reading = read_page(page, vnkod_url(1540006, 0))
    (case,) = reading.cases
    assert case.parties is not None
    assert [(p.role, p.name) for p in case.parties] == [("defence_lawyer", NAME)]
    assert case.accused is not None
    (slot,) = case.accused
    assert (slot.name, [(c.article, c.part) for c in slot.charges]) == (HIDDEN, [("337", "3.1")])
    assert slot.result is not None
    assert slot.result.outcome == "verdict"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (primary_url(1540006, 0), ("criminal", "first")),
        (primary_url(4, 4), ("criminal", "appeal")),
        (primary_url(4, 2450001), ("criminal", "cassation")),
        (primary_url(2450001, 2450001), ("criminal", "cassation")),
        (primary_url(1610001, 0), ("criminal", "material")),
        (vnkod_url(1540006, 0), ("criminal", "first")),
        (vnkod_url(1540006, 4), ("criminal", "appeal")),
        (vnkod_url(1540006, 2450001), ("criminal", "cassation")),
        (vnkod_url(1610001, 0), ("criminal", "material")),
        (vnkod_url(1540005, 5), ("civil", "appeal")),
        # PRIMARY's first instance is never 4, and VNKOD's appeal is no pair of PRIMARY.
        (primary_url(1540006, 4), ("other", "other")),
        (vnkod_url(4, 4), ("other", "other")),
    ],
)
def test_the_pair_in_the_words_of_its_engine_names_the_proceeding(url: str, key: tuple[str, str]) -> None:
    """Equal case_id, one court, both engines: every proceeding is a key of its own (reference, 1.3, 1.4 and 2.3)."""
    blocks = [("Case", "Дело", fields([("Дата поступления", "10.01.2024")]), "")]
    page = (
        vnkod_card("Дела", "1-7/2024", blocks)
        if "_deloId" in url
        else primary_card("Дела", "1-7/2024", [("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")])])
    )
    reading = read_page(page, url)
    (case,) = reading.cases
    assert (case.branch or reading.branch, case.proceeding or reading.proceeding) == key
    assert (case.case_id, case.srv_num) == (7, 1)
    assert ("pair_unlisted" in dict(codes(reading))) == (key == ("other", "other"))


def test_the_mixed_skin_has_primary_labels_and_vnkod_addresses() -> None:
    heads = tuple("Время слушания" if head == "Время" else head for head in EVENTS)
    line = ("Судебное заседание", "12.02.2024", "10:00", "", "Отложено", "", "", "20.01.2024")
    page = vnkod_card(
        "Уголовные дела - апелляция",
        "22-7/2024",
        [("Case", "Дело", CASE, ""), ("EventList", "Движение дела", grid(heads, [line]), "")],
        "<div class='outputArea publishInfo'>опубликовано 01.02.2024 10:00, изменено 02.03.2024 11:30</div>",
    )
    reading = read_page(page, vnkod_url(1540006, 4))
    assert (reading.engine, reading.branch, reading.proceeding) == ("mixed", "criminal", "appeal")
    assert reading.cases[0].events is not None
    assert [(e.day.value is not None, e.time, e.result) for e in reading.cases[0].events] == [
        (True, "10:00", "adjourned")
    ]


@pytest.mark.parametrize(
    ("name", "title"), [("DefList", "Подсудимые"), ("PersonList", "Лица"), ("X", "ЛИЦА, УЧАСТВУЮЩИЕ В ДЕЛЕ")]
)
def test_the_accused_are_told_by_their_columns_whatever_their_tab_is_called(name: str, title: str) -> None:
    line = ("Информация скрыта", "ст.337 ч.3.1 УК РФ", "12.02.2024", "Вынесен ПРИГОВОР")
    tabs = [("Case", "Дело", CASE, ""), (name, title, grid(ACCUSED, [line]), "")]
    reading = read_page(vnkod_card("Уголовные дела - первая инстанция", "1-7/2024", tabs), vnkod_url(1540006, 0))
    (slot,) = reading.cases[0].accused or ()
    assert (slot.name, [(c.article, c.part) for c in slot.charges]) == (HIDDEN, [("337", "3.1")])
    assert codes(reading) == []


def test_a_tab_without_its_content_shows_a_card_cut_short() -> None:
    page = vnkod_card("Уголовные дела - первая инстанция", "1-7/2024", [("Case", "Дело", CASE, "")])
    page = page.replace("</ul>", "<li id='tab_id_EventList'>Движение дела</li></ul>")
    assert codes(read_page(page, vnkod_url(1540006, 0))) == [("tab_missing", "tab:2:0")]


def vnkod_listing(info: str, result: str = "Вынесен ПРИГОВОР", pair: tuple[int, int] = (1540006, 0)) -> str:
    link = vnkod_url(*pair).partition("sudrf.ru")[2].replace("&", "&amp;")
    number = f"<a href='{link}'>1-7/2024</a>"
    line = row(
        (number, "10.01.2024", info, "Петров П.П.", "12.02.2024", result, "", f"<a href='{link}&amp;_doc=1'></a>")
    )
    mobile = f"<div class='mobile-lawcase-card'><div class='m-number'>{number}</div><table>{line}</table></div>"
    return (
        "<div id='modSdpContent'><div class='name-instanse'>Уголовные дела - первая инстанция</div>"
        "<div class='lawcase-count'>Всего по запросу найдено - <b>1</b>.&nbsp;<span>На странице записи с <b>1</b> по <b>1</b>.</span></div>"
        f"<div id='resultTable'><table><thead>{row(LISTING_HEADS)}</thead><tbody>{line}</tbody></table></div>"
        f"<div id='resultMob'>{mobile}</div></div>"
    )


@pytest.mark.parametrize(
    "info",
    [
        "Иванов И.И. - ст.337 ч.5 УК РФ;<br>Информация скрыта - ст.338 ч.3 УК РФ",
        "КАТЕГОРИЯ: о чём-то - ст.105<br>ЛИЦА: Иванов И.И. - ст.337 ч.5 УК РФ;<br>Информация скрыта - ст.338 ч.3 УК РФ",
        "ОБВИНЯЕМЫЕ: Иванов И.И. - ст.337 ч.5 УК РФ; Информация скрыта - ст.338 ч.3 УК РФ<br>ПРОКУРОР: Сидоров С.С.",
    ],
)
def test_a_vnkod_list_is_read_once_with_its_accused(info: str) -> None:
    reading = read_page(vnkod_listing(info))
    (case,) = reading.cases
    assert (reading.found, reading.range_from, reading.range_to, reading.rows_read) == (1, 1, 1, 1)
    assert (case.case_id, case.number, case.act) == (7, "1-7/2024", "yes")
    assert case.accused is not None
    assert [(s.name, [(c.article, c.part) for c in s.charges]) for s in case.accused] == [
        (NAME, [("337", "5")]),
        (HIDDEN, [("338", "3")]),
    ]
    assert codes(reading) == []


def test_an_unknown_label_of_a_vnkod_list_is_no_accused() -> None:
    reading = read_page(vnkod_listing("ЗАЩИТА ИНТЕРЕСОВ: Иванов И.И."))
    assert codes(reading) == [("label_unknown", "list:1:2")]
    assert reading.cases[0].accused == []
