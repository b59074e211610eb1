"""Pages written for tests of the reader: the shapes of the sites' pages, with contents of the test's own."""

from __future__ import annotations

from collections.abc import Sequence

from courttally.portal import Page, Reading, read

GUID = "00000000-0000-0000-0000-00000000000a"
HOST = "https://yaroslavsky-gvs.yar.sudrf.ru"
EVENTS = (
    "Наименование события",
    "Дата",
    "Время",
    "Место проведения",
    "Результат события",
    "Основание для выбранного результата события",
    "Примечание",
    "Дата размещения",
)
VNKOD_EVENTS = (
    "Дата события",
    "Время события",
    "Зал судебного заседания",
    "Наименование события",
    "Результат события",
    "Дата размещения",
)
ACCUSED = (
    "Фамилия / наименование",
    "Перечень статей",
    "Дата рассмотрения дела в отношении лица",
    "Результат в отношении лица",
)
ACCUSED_ABOVE = (
    "Фамилия / наименование",
    "Перечень статей",
    "Материал (судебн. контроля, в пор. исполн. приговора и иные)",
    "Результат в отношении лица",
    "Основания отмены (изменения) решения",
)
Block = tuple[str, Sequence[Sequence[str]]]


def row(cells: Sequence[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def primary_card(heading: str, number: str, blocks: Sequence[Block]) -> str:
    """A card of PRIMARY: (title, rows) of every tab."""
    tabs = "".join(f"<li id='tab{n}'><a href='#'>{title}</a></li>" for n, (title, _) in enumerate(blocks, 1))
    bodies = "".join(
        f"<div id='cont{n}'><table id='tablcont'><tr><th colspan=10>{title}</th></tr>{''.join(map(row, rows))}</table></div>"
        for n, (title, rows) in enumerate(blocks, 1)
    )
    return (
        f"<div id='content'><div class='title'>{heading}</div><div class=casenumber>ДЕЛО № {number}</div>"
        f"<ul class='tabs'>{tabs}</ul><div class='contentt'>{bodies}</div>"
        "<div class='outputArea publishInfo'>опубликовано 01.02.2024 10:00, изменено 02.03.2024 11:30</div></div>"
    )


def vnkod_card(heading: str, number: str, blocks: Sequence[tuple[str, str, str, str]], ends: str = "") -> str:
    """A card of VNKOD: (id, title, table, further printings) of every tab."""
    tabs = "".join(f"<li id='tab_id_{name}'>{title}</li>" for name, title, _, _ in blocks)
    bodies = "".join(
        f"<div id='tab_content_{name}' class='lawcase-tab-content'>{table}{again}</div>"
        for name, _, table, again in blocks
    )
    return (
        f"<div id='modSdpContent'><div id='search_results'><div class='name-instanse'>{heading}</div>"
        f"<div id='case_window'><div class='case-num'>ДЕЛО № {number}</div><ul id='case_bookmarks'>{tabs}</ul>{bodies}{ends}</div></div></div>"
    )


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "none-mobile") -> str:
    return f"<table class='law-case-table {kind}'><thead>{row(heads)}</thead><tbody>{''.join(map(row, rows))}</tbody></table>"


def fields(pairs: Sequence[tuple[str, str]]) -> str:
    return (
        "<table class='law-case-table'><tbody>"
        + "".join(row((f"<b>{a}</b>", b)) for a, b in pairs)
        + "</tbody></table>"
    )


def primary_url(delo_id: int, new: int, case_id: int = 7, op: str = "case") -> str:
    return f"{HOST}/modules.php?name=sud_delo&srv_num=1&name_op={op}&case_id={case_id}&case_uid={GUID}&delo_id={delo_id}&new={new}"


def vnkod_url(delo_id: int, new: int, case_id: int = 7) -> str:
    return f"{HOST}/modules.php?name=sud_delo&name_op=case&_id={case_id}&_uid={GUID}&_deloId={delo_id}&_caseType=0&_new={new}&srv_num=1"


def read_page(html: str, url: str | None = None, court: str | None = "77GV0013") -> Reading:
    return read(Page(payload=html.encode("cp1251"), url=url, court_stated=court))


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(signal.code, signal.place) for signal in reading.signals]
