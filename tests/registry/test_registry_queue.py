"""The review queue as a person meets it: a line beside its page, at a real terminal, and nothing that a page wrote can steer that terminal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from registry_kit import YEAR_URL, at_a_terminal, listing_page, write
from test_registry_texts import AWOL, KEY, LIST, NEWS, VERDICT, Newsroom, listing, press, press_url

from courttally.portal.lines import printable
from courttally.registry.build import build
from courttally.registry.decisions import answers

ESCAPE = "\x1b[31mОКОНЧЕНО\x1b[0m\u202e"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    row = ("31", "1-5/2024", "01.02.2024", "Тестов Т.Т. - ст.337 ч.5 УК РФ", "03.04.2024", "{}")
    cells = [tuple(cell.format(result) for cell in row) for result in ("Дело окончено", "")]
    page = listing_page(cells).replace(
        "Дело окончено".encode("cp1251"), "Дело &#27;[31mокончено&#x202e;".encode("cp1251")
    )
    write(tmp_path, page, datetime(2025, 3, 1, 9, tzinfo=UTC), url=YEAR_URL)
    build(tmp_path)
    return tmp_path


def test_a_line_is_shown_with_its_column_its_page_and_the_words_to_answer_with(home: Path) -> None:
    shown = at_a_terminal(home, "A. Editor", "never", "other", "it ended without a word", "q")
    for words in (
        "a wording of a result that is not known",
        "1 place on 1 page; one of them: listing of 25GV0001, captured 2025-03-01 12:00 Moscow",
        "Решение:",
        "Дело \ufffd[31mокончено\ufffd",
        "at list:1:5 of ",
        "That is none of them.",
        "kept: other",
        "1 answer kept.",
    ):
        assert words in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    assert [answer.code for answer in answers(home).values()] == ["other"]


def test_news_without_a_case_stand_beside_the_cases_they_could_be_about(tmp_path: Path) -> None:
    """No day and no number: two cases of that court and article were decided shortly before, one long before, one under another article."""
    room = Newsroom(tmp_path)
    cases = [
        (70, "1-7/2024", "05.02.2024", AWOL, "15.03.2024", VERDICT, None),
        (71, "1-8/2024", "05.02.2024", AWOL, "18.03.2024", VERDICT, None),
        (72, "1-9/2023", "05.02.2023", AWOL, "15.03.2023", VERDICT, None),
        (73, "1-9/2024", "05.02.2024", AWOL.replace("337", "338"), "18.03.2024", VERDICT, None),
    ]
    room.take("2024-04-20", LIST, listing(*cases))
    room.take("2024-04-21", press_url(77), press(NEWS.replace("15 марта 2024 года ", "")))
    build(tmp_path)
    shown = at_a_terminal(tmp_path, "A. Editor", "3", "2", "the clerk said so")
    assert "press item of 77GV0013, captured 2024-04-21 12:00 Moscow" in shown
    assert "лишения свободы на срок 6 лет" in " ".join(shown.split())
    assert f"[1] {KEY}71\n      1-8/2024, received 2024-02-05, verdict 2024-03-18, 1 accused, 337/5" in shown
    assert f"[2] {KEY}70\n" in shown
    assert f"{KEY}72" not in shown
    assert f"{KEY}73" not in shown
    assert "That is none of them." in shown
    build(tmp_path)
    assert room.links() == [("press", "answer", f"{KEY}70")]


def test_leaving_every_line_keeps_nothing(home: Path) -> None:
    assert "Nothing was answered and nothing was kept." in at_a_terminal(home, "A. Editor", "")
    assert answers(home) == {}


def test_what_steers_a_terminal_is_a_mark() -> None:
    assert printable(ESCAPE) == "\ufffd[31mОКОНЧЕНО\ufffd[0m\ufffd"
    assert printable("a\nб\tв\x9b2J\x07") == "a / б\ufffdв\ufffd2J\ufffd"
