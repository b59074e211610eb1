"""Decisions and press items on pages of their own, from the bytes of the pages to the count; what is true of each was decided by hand."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from courttally.archive import Archive
from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.question import make_question
from courttally.registry import decisions, views, views_texts
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.snapshot import current

YAROSLAVL = "https://yargvs.jrs.sudrf.ru/modules.php"
COURT = "77GV0013"
OTHER = "25GV0001"
LIST = f"{YAROSLAVL}?name=sud_delo&srv_num=1&name_op=r&delo_id=1540006&case_type=0&new=0&delo_table=u1_case"
KEY = f"{COURT}:criminal:first:1:"
HEADS = (
    "№ дела", "Дата<br>поступления", "Лица", "Судья", "Дата<br>решения", "Решение", "Дата вступления<br>в законную силу",
    "Судебные акты",
)  # fmt: skip
AWOL = "Информация скрыта - ст.337 ч.5 УК РФ"
VERDICT = "Вынесен ПРИГОВОР"


def listing(*rows: tuple[int, str, str, str, str, str, int | None]) -> bytes:
    """(case id, number, received, persons, decided, result, number of the decision that the row links to)."""
    body = ""
    for case_id, number, received, persons, decided, result, act in rows:
        card = f"/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={case_id}&case_uid=00000000-0000-4000-8000-{case_id:012d}&delo_id=1540006&new=0"
        acts = (
            f"<td>&nbsp;<a href='/modules.php?name=sud_delo&srv_num=1&name_op=doc&number={act}&delo_id=1540006&new=0&text_number=1' TITLE='Приговор'><img src='/images/arow.gif'></a>"
            if act
            else "<td style='background:#ddd;'>&nbsp;"
        )
        cells = "".join(
            f"<td>{cell or '&nbsp;'}</td>" for cell in (received, persons, "Судьин С.С.", decided, result, "")
        )
        body += f"<tr><td><a href='{card}'>{number}</a></td>{cells}{acts}</td></tr>"
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    return (
        "<html><head><meta charset='windows-1251'></head><body><div id='modSdpContent'><div id='content'>"
        "<div class='title'>Уголовные дела - первая инстанция</div>"
        f"Всего по запросу найдено — {len(rows)}. На странице записи с 1 по {len(rows)}."
        f"<table id='tablcont'><tr>{heads}</tr>{body}</table></div></div></body></html>"
    ).encode("cp1251")


def act(
    number: str = "1-7/2024",
    day: str = "15 марта 2024 года",
    court: str = "Ярославский гарнизонный военный суд",
    decided: str = "",
) -> bytes:
    """A judgment on a page of its own, as courts mask them."""
    decided = decided or (
        "признать ФИО1 виновным в совершении преступления, предусмотренного ч. 5 ст. 337 УК РФ, и назначить ему наказание в виде "
        "лишения свободы сроком на 5 (пять) лет 6 (шесть) месяцев в исправительной колонии общего режима."
    )
    return (
        "<html><head><meta charset='windows-1251'></head><body><div id='content'>"
        f"<p style='TEXT-ALIGN: right'>Дело № {number}</p><p>П Р И Г О В О Р</p><p>Именем Российской Федерации</p>"
        f"<p>{day} &nbsp; г. Ярославль</p><p>{court} в составе председательствующего &lt;данные изъяты&gt;, рассмотрев в открытом "
        "судебном заседании уголовное дело в отношении ФИО1, &lt;дата&gt; года рождения,</p><p>У С Т А Н О В И Л:</p>"
        "<p>3 июня 2023 г. ФИО1 самовольно оставил часть.</p><p>На основании изложенного суд</p><p>П Р И Г О В О Р И Л :</p>"
        f"<p>{decided}</p><p>Меру пресечения не изменять.</p></div></body></html>"
    ).encode("cp1251")


def act_url(number: int, text: int = 1) -> str:
    return f"{YAROSLAVL}?name=sud_delo&srv_num=1&name_op=doc&number={number}&delo_id=1540006&new=0&text_number={text}"


def press(text: str, posted: str = "20.03.2024", title: str = "Вынесен приговор") -> bytes:
    return (
        "<html><head><meta charset='windows-1251'></head><body><table><tr><td id='tdNewsDetailedTitle'>"
        f"{title}</td></tr><tr><td class='printVersionBody'><p>{text}</p></td></tr></table>"
        f"<div id='divNewsPublishInfo77'>опубликовано {posted} 12:00</div></body></html>"
    ).encode("cp1251")


NEWS = (
    "15 марта 2024 года Ярославский гарнизонный военный суд рассмотрел уголовное дело в отношении военнослужащего. Суд признал его "
    "виновным в преступлении, предусмотренном ч. 5 ст. 337 УК РФ, и назначил ему наказание в виде лишения свободы на срок 6 лет "
    "с отбыванием в колонии общего режима."
)


def press_url(item: int) -> str:
    return f"{YAROSLAVL}?name=press_dep&op=1&did={item}"


class Newsroom:
    """A home into which pages are put by hand."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def take(self, on: str, url: str | None, payload: bytes, court: str | None = None) -> None:
        moment = datetime.fromisoformat(f"{on}T09:00:00+00:00")
        with Archive(self.home).writer(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), origin="import") as writer:
            writer.write(url=url, method="GET", status=200, fetched_at=moment, court=court, headers=(), payload=payload)

    def known(self, by: str, as_of: str = "2025-12-31", metric: str = "sentences_known") -> dict[str, int]:
        """Value of each cell of a split."""
        with Engine(current(self.home).path) as engine:
            question = make_question(metric, by=(by,), as_of=date.fromisoformat(as_of))
            return {figure.by[by]: figure.value for figure in count(engine, current(self.home), question)}

    def links(self, as_of: str = "2025-12-31") -> list[tuple[str, str, str]]:
        """(kind, way or reason, record) of every text as of a day."""
        with Engine(current(self.home).path) as engine:
            return [tuple(row[1:4]) for row in views_texts.text_links(engine, date.fromisoformat(as_of))]

    def signals(self) -> set[str]:
        with Engine(current(self.home).path) as engine:
            return {code for code, _, _ in views.signal_counts(engine)}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


ONE = (70, "1-7/2024", "05.02.2024", AWOL, "15.03.2024", VERDICT, 9001)


def test_a_decision_that_a_list_links_to_counts_from_the_day_it_was_fetched(room: Newsroom) -> None:
    room.take("2024-04-01", LIST, listing(ONE))
    room.take("2024-04-05", act_url(9001), act())
    build(room.home)
    assert room.links() == [("text", "act_link", f"{KEY}70")]
    assert room.known("sentence_kind") == {"imprisonment": 1}
    assert room.known("suspended") == {"no": 1}
    assert room.known("evidence") == {"text": 1}
    assert room.known("evidence", "2024-04-05") == {"text": 1}
    assert room.known("evidence", "2024-04-04") == {}
    assert room.known("evidence", "2024-04-04", "accused_with_verdict") == {"unknown": 1}
    with Engine(current(room.home).path) as engine:
        rows = engine.rows("SELECT known_from, months, regime, slot, rule FROM sentences")
    assert rows == [(date(2024, 4, 5), 66, "general", 0, "kind.imprisonment")]


def test_a_decision_may_come_before_the_list_and_waits_for_it(room: Newsroom) -> None:
    room.take("2024-04-01", act_url(9001), act())
    build(room.home)
    assert room.links() == [("text", "none_held", "")]
    assert "act_unlinked" in room.signals()
    room.take("2024-04-09", LIST, listing(ONE))
    build(room.home)
    assert room.links("2024-04-08") == [("text", "none_held", "")]
    assert room.links("2024-04-09") == [("text", "act_link", f"{KEY}70")]
    assert room.known("evidence", "2024-04-08") == {}
    assert room.known("evidence", "2024-04-09") == {"text": 1}
    assert "act_unlinked" not in room.signals()


@pytest.mark.parametrize(
    ("page", "linked"),
    [
        (act(), True),
        (act(number="1-7/24"), True),
        (act(day="15.03.2024"), True),
        (act(day="«15» марта 2024 г."), True),
        (act(number="1-8/2024"), False),
        (act(day="16 марта 2024 года"), False),
        (act(day="ДД.ММ.ГГГГ"), False),
        (act(court="2-й Западный окружной военный суд"), False),
        (act(number="1-7/2024 и № 1-9/2024"), False),
    ],
)
def test_without_a_link_number_and_day_of_the_heading_must_both_be_the_records(
    room: Newsroom, page: bytes, linked: bool
) -> None:
    room.take("2024-04-01", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-02", act_url(9001), page)
    build(room.home)
    assert [way for _, way, record in room.links() if record] == ["heading"] * linked
    assert room.known("evidence") == ({"text": 1} if linked else {})
    assert ("act_unlinked" in room.signals()) is not linked


def test_the_same_number_and_day_at_another_court_is_another_case(room: Newsroom) -> None:
    room.take("2024-04-01", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-02", act_url(9001).replace("yargvs.jrs", "xn-unknown.mos"), act())
    build(room.home)
    assert room.links() == [("text", "none_held", "")]
    assert room.known("evidence") == {}


def test_two_records_that_fit_are_linked_to_neither_and_a_link_ends_when_a_second_appears(room: Newsroom) -> None:
    room.take("2024-04-01", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-02", act_url(9001), act())
    twin = (71, "1-9/2024 (1-7/2024)", "06.02.2024", AWOL, "15.03.2024", VERDICT, None)
    room.take("2024-04-10", LIST, listing((*ONE[:-1], None), twin))
    build(room.home)
    assert room.links("2024-04-09") == [("text", "heading", f"{KEY}70")]
    assert room.links("2024-04-10") == [("text", "several", "")]
    assert room.known("evidence", "2024-04-09") == {"text": 1}
    assert room.known("evidence", "2024-04-10") == {}


def test_a_link_goes_over_with_the_record_that_another_takes_over(room: Newsroom) -> None:
    """A list without links knows the case by number and day only; later the court's own link names it."""
    full = listing((*ONE[:-1], None))
    start, end = full.index(b"<a href='/modules.php?name=sud_delo&srv_num=1&name_op=case"), full.index(b"1-7/2024")
    room.take("2024-04-01", LIST, full[:start] + full[end:])
    room.take("2024-04-02", act_url(9001), act())
    room.take("2024-04-10", LIST, full)
    build(room.home)
    assert room.links("2024-04-09") == [("text", "heading", f"{COURT}:criminal:first:1:no:1-7/2024@2024-02-05")]
    assert room.links("2024-04-10") == [("text", "heading", f"{KEY}70")]
    assert [room.known("evidence", day) for day in ("2024-04-01", "2024-04-02", "2024-04-09", "2024-04-10")] == [
        {},
        {"text": 1},
        {"text": 1},
        {"text": 1},
    ]


def test_texts_are_linked_alike_however_often_the_registry_was_built(room: Newsroom) -> None:
    room.take("2024-04-20", LIST, listing(ONE))
    room.take("2024-04-21", press_url(77), press(NEWS))
    build(room.home)
    room.take("2024-04-22", act_url(9001), act())
    build(room.home)
    step_by_step = digests(current(room.home))
    build(room.home, everything=True)
    assert digests(current(room.home)) == step_by_step


def test_a_link_stands_before_a_heading_but_not_against_it(room: Newsroom) -> None:
    """The list links the decision to one case, its heading has the number of another: nobody gets it."""
    room.take("2024-04-01", LIST, listing(ONE, (71, "1-8/2024", "06.02.2024", AWOL, "15.03.2024", VERDICT, None)))
    room.take("2024-04-02", act_url(9001), act(number="1-8/2024"))
    build(room.home)
    assert room.links() == [("text", "disagrees", "")]
    assert room.known("evidence") == {}


def test_an_act_inside_a_card_counts(room: Newsroom) -> None:
    card = (
        "<div id='content'><div class='title'>Уголовные дела - первая инстанция</div><div class=casenumber>ДЕЛО № 1-7/2024</div>"
        "<ul class='tabs'><li id='tab1'><a>ДЕЛО</a></li><li id='tab2'><a>ЛИЦА</a></li><li id='tab3'><a>СУДЕБНЫЕ АКТЫ</a></li></ul>"
        "<div id='cont1'><table id='tablcont'><tr><th colspan=2>ДЕЛО</th></tr><tr><td><b>Дата поступления</b></td><td>05.02.2024</td></tr>"
        "<tr><td><b>Дата рассмотрения</b></td><td>15.03.2024</td></tr><tr><td><b>Результат рассмотрения</b></td><td>Вынесен ПРИГОВОР</td></tr></table></div>"
        "<div id='cont2'><table id='tablcont'><tr><th colspan=4>ЛИЦА</th></tr><tr><td><b>Фамилия / наименование</b></td><td><b>Перечень статей</b></td>"
        "<td><b>Дата рассмотрения дела в отношении лица</b></td><td><b>Результат в отношении лица</b></td></tr>"
        "<tr><td>Информация скрыта</td><td>ст.337 ч.5 УК РФ</td><td>15.03.2024</td><td>Вынесен ПРИГОВОР</td></tr></table></div>"
        "<div id='cont3'><ul class='tabs'><li id='tab_doc1'>Судебный акт #1 (Приговор)</li></ul><div id='cont_doc1'>{act}</div></div>"
        "<div class='outputArea publishInfo'>опубликовано 06.02.2024 10:00, изменено 20.03.2024 11:30</div></div>"
    )
    inner = act().decode("cp1251").partition("<div id='content'>")[2].partition("</div>")[0]
    url = f"{YAROSLAVL}?name=sud_delo&srv_num=1&name_op=case&case_id=70&case_uid=00000000-0000-4000-8000-000000000070&delo_id=1540006&new=0"
    room.take("2024-04-01", url, card.replace("{act}", inner).encode("cp1251"))
    build(room.home)
    assert room.links() == []
    assert room.known("sentence_kind") == {"imprisonment": 1}
    assert room.known("evidence") == {"text": 1}


TWO = "Информация скрыта - ст.337 ч.5 УК РФ;<br>Информация скрыта - ст.338 ч.1 УК РФ"
SAME = "признать ФИО1 и ФИО2 виновными по ч. 5 ст. 337 УК РФ и назначить каждому лишение свободы на срок 5 лет в колонии общего режима."
APART = (
    "признать ФИО1 виновным в совершении преступления, предусмотренного ч. 1 ст. 338 УК РФ, и назначить ему лишение свободы на срок 4 года "
    "в исправительной колонии общего режима. Признать ФИО2 виновным в совершении преступления, предусмотренного ч. 5 ст. 337 УК РФ, и "
    "назначить ему лишение свободы на срок 6 лет в исправительной колонии общего режима."
)


@pytest.mark.parametrize(
    ("persons", "decided", "given"),
    [
        # Each is convicted of what one slot is charged with: the order of the text does not matter.
        (TWO, APART, {0: 72, 1: 48}),
        # Both slots have the same charges: nobody can say which is which.
        (TWO.replace("338 ч.1", "337 ч.5"), APART, {}),
        # The text speaks of one person, the case has two.
        (TWO, "", {}),
        (TWO.replace("338 ч.1", "337 ч.5"), SAME, {0: 60, 1: 60}),
    ],
)
def test_of_several_accused_a_sentence_is_given_only_to_whom_the_text_names(
    room: Newsroom, persons: str, decided: str, given: dict[int, int]
) -> None:
    room.take("2024-04-01", LIST, listing((70, "1-7/2024", "05.02.2024", persons, "15.03.2024", VERDICT, 9001)))
    room.take("2024-04-02", act_url(9001), act(decided=decided))
    build(room.home)
    assert room.links() == [("text", "act_link", f"{KEY}70")]
    with Engine(current(room.home).path) as engine:
        assert dict(engine.rows("SELECT slot, months FROM sentences WHERE kind IS NOT NULL")) == given


@pytest.mark.parametrize(
    ("text", "posted", "way"),
    [
        (NEWS, "20.03.2024", "press_day"),
        (NEWS.replace("15 марта 2024 года", "15.03.2024"), "20.03.2024", "press_day"),
        (f"По делу № 1-7/2024. {NEWS}", "20.03.2024", "press_number"),
        # Another day than the case's; a day before the decision; more than a season later.
        (NEWS.replace("15 марта", "16 марта"), "20.03.2024", ""),
        (NEWS, "14.03.2024", ""),
        (NEWS, "20.12.2024", ""),
        # Another article; another part.
        (NEWS.replace("ч. 5 ст. 337", "ч. 1 ст. 338"), "20.03.2024", ""),
        (NEWS.replace("ч. 5 ст. 337", "ч. 4 ст. 337"), "20.03.2024", ""),
        # A number that no case has is not looked past.
        (f"По делу № 1-9/2024. {NEWS}", "20.03.2024", ""),
        # The number of the case, and a day that is not its day.
        (f"По делу № 1-7/2024. {NEWS.replace('15 марта', '18 марта')}", "20.03.2024", ""),
        # The day is that of the offence.
        (
            NEWS.replace("15 марта 2024 года Ярославский", "Ярославский").replace(
                "виновным в", "виновным в том, что 15 марта 2024 года он самовольно оставил часть, то есть в"
            ),
            "20.03.2024",
            "",
        ),
        (
            NEWS.replace(
                "15 марта 2024 года Ярославский",
                "15 марта 2024 года военнослужащий оставил часть и был осуждён. Ярославский",
            ),
            "20.03.2024",
            "",
        ),
    ],
)
def test_a_press_item_is_linked_by_its_number_or_by_day_and_articles_and_by_nothing_weaker(
    room: Newsroom, text: str, posted: str, way: str
) -> None:
    room.take("2024-04-20", LIST, listing((*ONE[:-1], None)))
    room.take("2025-01-10", press_url(77), press(text, posted))
    build(room.home)
    assert [found for _, found, record in room.links() if record] == ([way] if way else [])
    assert room.known("evidence") == ({"press": 1} if way else {})
    assert room.known("evidence", "2025-01-09") == {}
    assert ("press_unlinked" in room.signals()) is not bool(way)


def test_a_second_case_of_the_same_day_and_article_ends_a_press_link(room: Newsroom) -> None:
    room.take("2024-04-20", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-21", press_url(77), press(NEWS))
    more = (71, "1-8/2024", "06.02.2024", AWOL.replace("ч.5", "ч.4"), "15.03.2024", VERDICT, None)
    room.take("2024-04-29", LIST, listing((*ONE[:-1], None), more))
    build(room.home)
    assert room.links("2024-04-28") == [("press", "press_day", f"{KEY}70")]
    assert room.links("2024-04-29") == [("press", "several", "")]
    assert room.known("evidence", "2024-04-28") == {"press": 1}
    assert room.known("evidence", "2024-04-29") == {}


def test_that_there_is_no_other_case_can_be_said_only_when_results_are_posted(room: Newsroom) -> None:
    """Decided on 15 March; a court may post a result weeks later, so only a list of 14 April or later is believed."""
    room.take("2024-04-01", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-02", press_url(77), press(NEWS))
    room.take("2024-04-13", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-14", LIST, listing((*ONE[:-1], None)))
    build(room.home)
    assert room.links("2024-04-13") == [("press", "too_early", "")]
    assert room.links("2024-04-14") == [("press", "press_day", f"{KEY}70")]
    assert room.known("evidence", "2024-04-13") == {}
    assert room.known("evidence", "2024-04-14") == {"press": 1}


def test_an_act_stands_before_a_press_item_and_a_difference_is_a_signal(room: Newsroom) -> None:
    room.take("2024-04-20", LIST, listing(ONE))
    room.take("2024-04-21", press_url(77), press(NEWS))
    room.take("2024-04-28", act_url(9001), act())
    build(room.home)
    assert room.known("evidence", "2024-04-27") == {"press": 1}
    assert room.known("evidence", "2024-04-28") == {"text": 1}
    with Engine(current(room.home).path) as engine:
        assert engine.rows("SELECT known_from, evidence, months FROM sentences ORDER BY known_from") == [
            (date(2024, 4, 21), "press", 72),
            (date(2024, 4, 28), "text", 66),
        ]
        assert engine.rows("SELECT record FROM registry_signals WHERE code = 'press_disagrees'") == [(f"{KEY}70",)]


def test_press_items_that_differ_say_nothing_together(room: Newsroom) -> None:
    room.take("2024-04-20", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-21", press_url(77), press(NEWS))
    room.take("2024-04-22", press_url(78), press(NEWS.replace("6 лет", "7 лет")))
    build(room.home)
    assert room.known("evidence", "2024-04-21") == {"press": 1}
    assert room.known("evidence", "2024-04-22") == {}
    assert "press_disagrees" in room.signals()


def test_a_later_text_of_the_same_record_counts_and_an_edited_page_replaces_itself(room: Newsroom) -> None:
    appeal = act(
        number="22-3/2024",
        decided="приговор изменить, смягчить назначенное ФИО1 наказание до 4 лет лишения свободы в исправительной колонии общего режима.",
    ).replace("П Р И Г О В О Р<".encode("cp1251"), "Апелляционное определение<".encode("cp1251"))
    room.take("2024-04-01", LIST, listing(ONE))
    room.take("2024-04-02", act_url(9001), act().replace("6 (шесть) месяцев".encode("cp1251"), b""))
    room.take("2024-04-03", act_url(9001), act())
    room.take("2024-04-20", act_url(9001, 2), appeal)
    build(room.home)
    with Engine(current(room.home).path) as engine:
        found = engine.rows("SELECT known_from, months FROM sentences ORDER BY known_from")
    assert found == [(date(2024, 4, 2), 60), (date(2024, 4, 3), 66), (date(2024, 4, 20), 48)]


def test_a_person_may_say_what_a_text_is_about(room: Newsroom) -> None:
    room.take("2024-04-01", LIST, listing((*ONE[:-1], None)))
    room.take("2024-04-02", press_url(77), press(NEWS.replace("15 марта 2024 года ", "")))
    build(room.home)
    assert room.links() == [("press", "none_held", "")]
    with Engine(current(room.home).path) as engine:
        ((signal, digest, *_, answer),) = views.review_queue(engine)
    assert (signal, answer) == ("press_unlinked", "")

    def answered(code: str) -> None:
        decisions.answer(
            room.home,
            signal=signal,
            digest=digest,
            code=code,
            who="A. Editor",
            why="the court's clerk said so",
            clock=lambda: datetime(2026, 1, 2, tzinfo=UTC),
        )
        build(room.home)

    answered(f"{KEY}70")
    assert room.links() == [("press", "answer", f"{KEY}70")]
    assert room.known("evidence") == {"press": 1}
    assert "press_unlinked" not in room.signals()
    answered(f"{KEY}999")
    assert room.links() == [("press", "answer_unknown", "")]
    assert room.known("evidence") == {}
    answered("withdrawn")
    assert room.links() == [("press", "none_held", "")]
    with pytest.raises(ValueError, match="does not answer"):
        answered("verdict")


def test_what_a_person_answers_is_about_the_court_of_the_text(room: Newsroom) -> None:
    """A record of another court never gets the sentence, whoever says so."""
    elsewhere = LIST.replace("yargvs.jrs", "xn-unknown.mos")
    room.take("2024-04-01", elsewhere, listing((*ONE[:-1], None)), court=OTHER)
    room.take("2024-04-02", press_url(77), press(NEWS))
    build(room.home)
    with Engine(current(room.home).path) as engine:
        ((signal, digest, *_),) = views.review_queue(engine)
    key = f"{OTHER}:criminal:first:1:70"
    decisions.answer(
        room.home,
        signal=signal,
        digest=digest,
        code=key,
        who="A",
        why="b",
        clock=lambda: datetime(2026, 1, 2, tzinfo=UTC),
    )
    build(room.home)
    assert room.links() == [("press", "answer_unknown", "")]
