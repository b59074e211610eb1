"""Hearing lists, press items, decisions, lists of one UID; what leaves the reader, and what every signal is called."""

from __future__ import annotations

import ast
import hashlib
from datetime import date
from pathlib import Path

import pytest
from reader_kit import GUID, HOST, Block, codes, primary_card, primary_url, read_page, row

import courttally
from courttally.law.text import normalise
from courttally.portal import Page, decision_text, read, text_at
from courttally.portal.model import HIDDEN, NAME
from courttally.registry import signals

HEADS = ("№ п/п", "Номер дела", "Время слушания", "Зал", "Информация по делу", "Судья", "Результат слушания")


def link(delo_id: int, case_id: int, new: str = "") -> str:
    return f"/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={case_id}&case_uid={GUID}&delo_id={delo_id}{new}"


def test_hearings_of_a_day() -> None:
    rows = [
        (
            "1.",
            f"<a href='{link(1540006, 7)}'>1-7/2024</a>",
            "10:00",
            "2",
            "Информация скрыта - ст.337 ч.5 УК РФ",
            "Петров П.П.",
            "Отложено",
        ),
        (
            "2.",
            f"<a href='{link(1540005, 7)}'>2-9/2024</a>",
            "9:30",
            "",
            "Иванов И.И. к Петрову П.П.",
            "Сидоров С.С.",
            "",
        ),
    ]
    table = f"<table id='tablcont'>{row(HEADS, 'th')}<tr><td colspan=7>УГОЛОВНЫЕ ДЕЛА</td></tr>{''.join(map(row, rows))}</table>"
    url = f"{HOST}/modules.php?name=sud_delo&srv_num=1&H_date=12.02.2024"
    page = f"<div id='content'><div class='title'>Список дел</div>{table}</div>"
    reading = read_page(page, url)
    assert (reading.kind, reading.hearing_day, reading.cases, reading.rows_read) == (
        "hearing_list",
        date(2024, 2, 12),
        [],
        2,
    )
    first, second = reading.hearings
    assert (first.number, first.case_id, first.branch, first.proceeding) == ("1-7/2024", 7, "criminal", "first")
    assert (first.time, first.judge, first.result) == ("10:00", NAME, "adjourned")
    assert first.accused is not None
    assert [(s.name, [(c.article, c.part) for c in s.charges]) for s in first.accused] == [(HIDDEN, [("337", "5")])]
    assert (second.branch, second.time, second.accused) == ("civil", "09:30", None)
    assert codes(reading) == []
    assert text_at(Page(page.encode("cp1251"), url), "hearings:2:1") == "1-7/2024"


@pytest.mark.parametrize(
    ("delo_id", "new", "result"), [(1540006, "&new=0", "terminated"), (4, "&new=4", "quashed_terminated")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_one_wording_is_another_result_at_a_court_above(delo_id: int, new: str, result: str, turned: bool) -> None:
    heads = ["№ дела", "Время слушания", "Результат слушания"]
    cells = [f"<a href='{link(delo_id, 7, new)}'>1-7/2024</a>", "10:00", "Уголовное дело ПРЕКРАЩЕНО"]
    if turned:
        heads, cells = heads[::-1], cells[::-1]
    page = f"<div id='content'><table id='tablcont'>{row(heads, 'th')}{row(cells)}</table></div>"
    reading = read_page(page, f"{HOST}/modules.php?name=sud_delo&srv_num=1&H_date=12.02.2024")
    assert [hearing.result for hearing in reading.hearings] == [result]


def test_a_day_without_hearings_is_no_wrong_query_when_hearings_were_asked_for() -> None:
    page = "<div id='content'><div id='error'>На 12.02.2024 дел не назначено</div></div>"
    asked = read_page(page, f"{HOST}/modules.php?name=sud_delo&srv_num=1&H_date=12.02.2024")
    assert (asked.kind, asked.hearings) == ("hearing_list", [])
    assert read_page(page, primary_url(1540006, 0, op="r")).kind == "wrong_query"


def test_a_list_of_one_uid_mixes_proceedings_and_every_row_keeps_its_own() -> None:
    heads = (
        "№ дела",
        "Дата поступления",
        "Лица",
        "Судья",
        "Дата решения",
        "Решение",
        "Дата вступления в законную силу",
        "Судебные акты",
    )
    rows = [
        (
            f"<a href='{link(1540006, 7)}'>1-7/2024</a>",
            "10.01.2024",
            "Иванов И.И. - ст.337 ч.5 УК РФ",
            "Петров П.П.",
            "12.02.2024",
            "Вынесен ПРИГОВОР",
            "",
            "",
        ),
        (
            f"<a href='{link(4, 7, '&new=4')}'>22-3/2024</a>",
            "10.03.2024",
            "Иванов И.И. - ст.337 ч.5 УК РФ;<br>224 ГВС (1-7/2024)",
            "Сидоров С.С.",
            "12.04.2024",
            "судебный акт ОСТАВЛЕН БЕЗ ИЗМЕНЕНИЯ",
            "",
            "",
        ),
    ]
    url = f"{HOST}/modules.php?name=sud_delo&name_op=r_juid&vnkod=77GV0013&srv_num=1&delo_id=1540006&case_type=0&judicial_uid=X"
    counter = "Всего по запросу найдено — 2. На странице записи с 1 по 2."
    page = f"<div id='content'><div class='title'>Уголовные дела - первая инстанция</div>{counter}<table id='tablcont'>{row(heads, 'th')}{''.join(map(row, rows))}</table></div>"
    reading = read_page(page, url)
    first, second = reading.cases
    assert (first.branch or reading.branch, first.proceeding or reading.proceeding) == ("criminal", "first")
    assert (second.branch, second.proceeding, second.case_id) == ("criminal", "appeal", 7)
    assert (second.lower_court, second.lower_number, second.about) == ("39GV0005", "1-7/2024", "verdict")
    assert second.result is not None
    assert second.result.outcome == "upheld"
    assert second.accused is not None
    assert [(c.article, c.part) for slot in second.accused for c in slot.charges] == [("337", "5")]
    assert codes(reading) == []


def described(text: str) -> tuple[int, str]:
    words = normalise(text)
    return len(words), hashlib.sha256(words.encode()).hexdigest()


def test_a_press_item_leaves_only_its_day_length_and_digest() -> None:
    page = (
        "<div id='content'><table><tr><td id='tdNewsDetailedTitle'>Вынесен приговор</td></tr>"
        "<tr><td class='printVersionBody'><p>Иванов И.И. осуждён.</p><p>Условно.</p></td></tr></table>"
        "<div id='divNewsPublishInfo5'>опубликовано 15.03.2024 12:00</div></div>"
    )
    url = f"{HOST}/modules.php?name=press_dep&op=1&did=5"
    reading = read_page(page, url, None)
    (item,) = reading.press
    assert (reading.kind, reading.court, item.published.value) == (
        "press_item",
        "other:yaroslavsky-gvs.yar.sudrf.ru",
        date(2024, 3, 15),
    )
    assert (item.title_length, item.title_digest) == described("Вынесен приговор")
    assert (item.length, item.digest) == described("Иванов И.И. осуждён. Условно.")
    assert "Иванов" not in repr(reading)
    assert decision_text(Page(page.encode("cp1251"), url)) == [
        ("press", "Вынесен приговор\nИванов И.И. осуждён.\nУсловно.")
    ]


def test_texts_of_decisions_keep_their_paragraphs_and_whole_words() -> None:
    text = "<p style='x'>ПРИГОВОР</p><p>Именем <b>Рос</b>сийской Федерации</p>суд<br>приговорил<script>нет</script>"
    blocks: list[Block] = [("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")])]
    page = primary_card("Уголовные дела - первая инстанция", "1-7/2024", blocks)
    acts = (
        "<div id='cont2'><ul class='tabs'><li id='tab_doc1'>Судебный акт #1 (Приговор)</li></ul>"
        f"<div id='cont_doc1'>{text}</div></div><div class='outputArea"
    )
    page = page.replace("</ul>", "<li id='tab2'>СУДЕБНЫЕ АКТЫ</li></ul>", 1).replace("<div class='outputArea", acts)
    found = decision_text(Page(page.encode("cp1251"), primary_url(1540006, 0)))
    assert [kind for kind, _ in found] == ["verdict"]
    assert found[0][1].split("\n")[:2] == ["ПРИГОВОР", "Именем Российской Федерации"]
    assert "нет" not in found[0][1]
    reading = read_page(page, primary_url(1540006, 0))
    assert reading.cases[0].documents is not None
    assert [(d.index, d.kind) for d in reading.cases[0].documents] == [(1, "verdict")]
    assert page.encode("cp1251")[reading.cases[0].documents[0].offset :].startswith(b"cont_doc1")


def test_a_decision_on_a_page_of_its_own() -> None:
    page = "<div id='content'><p>П Р И Г О В О Р</p><p>Именем Российской Федерации</p></div>"
    url = f"{HOST}/modules.php?name=sud_delo&srv_num=1&name_op=doc&number=5&delo_id=1540006&new=0&text_number=1"
    reading = read_page(page, url)
    (document,) = reading.documents
    assert (reading.kind, document.kind, (document.length, document.digest)) == (
        "decision",
        "verdict",
        described("П Р И Г О В О Р Именем Российской Федерации"),
    )
    assert decision_text(Page(page.encode("cp1251"), url)) == [
        ("verdict", "П Р И Г О В О Р\nИменем Российской Федерации")
    ]


def texts_in(node: ast.expr) -> set[str]:
    """The constant texts that an argument can be: itself, or either branch of a choice."""
    if isinstance(node, ast.IfExp):
        return texts_in(node.body) | texts_in(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def raised_in(tree: ast.AST) -> set[str]:
    """Codes given to ``add(code, …)``, ``code(…, signal)``, ``signals.append((record, capture, code))`` or ``((code, …))``."""
    found: set[str] = set()
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
            continue
        name, owner = call.func.attr, ast.unparse(call.func.value)
        if name == "add" and owner in ("notes", "self"):
            found |= texts_in(call.args[0])
        elif name == "code" and owner == "notes":
            found |= texts_in(call.args[-1])
        elif name == "append" and owner.endswith("signals") and isinstance(call.args[0], ast.Tuple):
            first, *others = call.args[0].elts
            found |= texts_in(first) - {""} or texts_in(others[1])
    return found


def test_every_signal_that_can_be_raised_has_a_meaning_and_every_meaning_a_signal() -> None:
    """Codes are gathered from the source of the two rooms that raise them; one without a meaning would stop ``status``."""
    root = Path(courttally.__file__).parent
    paths = [path for room in ("portal", "registry") for path in root.glob(f"{room}/*.py") if path.name != "signals.py"]
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    raised = set().union(*map(raised_in, trees))
    assert raised - signals.codes() == set()
    named = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert signals.codes() - named == set()


@pytest.mark.parametrize(
    "warning",
    [
        "<br />\n<b>Warning</b>:  pg_connect() [<a href='function.pg-connect'>function.pg-connect</a>]: Unable to connect in <b>x.php</b><br />",
        "<b>Warning</b>:  pg_query(): Query failed: ERROR:  canceling statement due to statement timeout in <b>x.php</b>",
        "Warning: pg_fetch_result() expects parameter 1 to be resource, boolean given",
    ],
)
@pytest.mark.parametrize(
    "nothing", ["<div id='error'>Данных по запросу не обнаружено.</div>", "<div id='content'></div>"]
)
@pytest.mark.parametrize("before", [True, False])
def test_a_database_that_failed_found_nothing_because_it_did_not_look(warning: str, nothing: str, before: bool) -> None:
    """Wherever on the page the warning stands: the site says "nothing found", and it is no zero."""
    chrome = "<html><body><div class='menu'>О суде</div><div id='modSdpContent'>{}</div></body></html>"
    page = warning + chrome.format(nothing) if before else chrome.format(warning + nothing)
    assert read_page(page, primary_url(1540006, 0, op="r")).kind == "unavailable"
    assert read_page(page.replace("pg_", "jpg_"), primary_url(1540006, 0, op="r")).kind != "unavailable"


def test_rules_for_robots_are_told_by_their_address_and_are_no_unread_page() -> None:
    rules = Page(b"User-agent: *\nDisallow: /modules.php\n", f"{HOST}/robots.txt", status=200)
    assert (read(rules).kind, codes(read(rules))) == ("robots", [])
    assert read(Page(b"<html><body>?</body></html>", f"{HOST}/robots.txt", status=200)).kind == "unknown"
    assert read(Page(rules.payload, f"{HOST}/modules.php?name=robots.txt", status=200)).kind == "unknown"
    assert read(Page(b"", f"{HOST}/robots.txt", status=404)).kind == "not_found"
