"""What decisions and press items print of the case they are about; what each line says was decided by reading it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.portal.headings import ActHead, facts_of_press, head_of_act

UID = "77GV0013-01-2024-000012-59"
COURT = "Ярославский гарнизонный военный суд в составе председательствующего судьи ФИО2, рассмотрев дело,"


@pytest.mark.parametrize(
    ("lines", "head"),
    [
        (
            ["Дело № 1-7/2024", "ПРИГОВОР", "15 марта 2024 года г. Ярославль", COURT],
            ActHead("1-7/2024", (), None, date(2024, 3, 15), "77GV0013"),
        ),
        (["№ 1-7/2024 (1-70/2023)", "«5» мая 2024 г.", COURT], ActHead("1-7/2024", ("1-70/2023",), None, date(2024, 5, 5), "77GV0013")),
        (["Дело №1-7/24", "05.05.2024", COURT], ActHead("1-7/24", (), None, date(2024, 5, 5), "77GV0013")),
        # Latin letters, spaces around dashes.
        (["Дело № 22K - 7 / 2024", "5 мая 2024 г."], ActHead("22К-7/2024", (), None, date(2024, 5, 5), None)),
        # Two numbers, two days: none is sure. What is masked or cannot be is none.
        (["Дело № 1-7/2024", "Дело № 1-8/2024", "5 мая 2024 года", "6 мая 2024 года"], ActHead()),
        (["Дело № 1-<данные изъяты>", "ДД.ММ.ГГГГ"], ActHead()),
        (["Дело № 1-7/2024", "31 февраля 2024 года", "99.99.2024"], ActHead("1-7/2024")),
        # What stands below the heading is another day or number.
        (["Дело № 1-7/2024", COURT, "3 июня 2023 г. оставил часть, приговор по делу № 1-9/2020"], ActHead("1-7/2024", (), None, None, "77GV0013")),
        (["УИД 26RS0023-01-2020-000159-48", "Дело № 1-7/2024"], ActHead("1-7/2024", (), "26RS0023-01-2020-000159-48")),
        (["УИД 26RS0023-01-2020-000159-49", "Дело № 1-7/2024"], ActHead("1-7/2024")),
        # A unit and a telephone are no case numbers.
        (["войсковая часть 12345-6", "тел. 8-800-200"], ActHead()),
        ([], ActHead()),
    ],
)  # fmt: skip
def test_the_heading_of_a_decision(lines: list[str], head: ActHead) -> None:
    assert head_of_act(lines) == head


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("15 марта 2024 года Ярославский гарнизонный военный суд признал военнослужащего виновным.", date(2024, 3, 15)),
        ("15.03.2024 г. военным судом рассмотрено дело. 15.03.2024 военный суд приговорил Н.", date(2024, 3, 15)),
        ("Военный суд 15.03.2024 рассмотрел дело.", date(2024, 3, 15)),
        ("Приговор вступил в силу. Военный суд 15 марта 2024 г. назначил наказание.", date(2024, 3, 15)),
        # The day of the offence, in all the ways it may stand beside the court.
        ("Суд признал, что 15 марта 2024 года военнослужащий самовольно оставил часть.", None),
        ("15 марта 2024 года военнослужащий оставил часть и суд признал его виновным.", None),
        ("Суд установил, что 15 марта 2024 года Н. не явился на службу, и приговорил его к 5 годам.", None),
        ("15 марта 2024 года Н., как установил суд, скрылся и был осужден судом.", None),
        ("Суд приговорил Н., задержанного 15 марта 2024 года.", None),
        # Two days in the sentence, or two sentences that differ: nobody knows.
        ("15 марта 2024 года суд признал виновным Н., который 3 июня 2023 года оставил часть.", None),
        ("15 марта 2024 года суд приговорил Н. 16 марта 2024 года суд приговорил М.", None),
        ("15 марта суд приговорил Н.", None),
        ("Суд приговорил Н.", None),
    ],
)
def test_the_day_of_decision_in_news(text: str, decided: date | None) -> None:
    assert facts_of_press([text]) == (None, decided)


def test_the_number_in_news() -> None:
    assert facts_of_press(["По делу № 1-7/2024 вынесен приговор."])[0] == "1-7/2024"
    assert facts_of_press(["По делам № 1-7/2024 и № 1-8/2024 вынесены приговоры."])[0] is None


WORDS = st.sampled_from(["Дело №", "1-7/2024", "(1-2/2023;)", "15.03.2024", "15 марта 2024 года", "суд", "военный суд", "приговорил",
    "в составе", UID, "гарнизонный", "\n", ",", ".", "№", "-", "«"])  # fmt: skip


@settings(deadline=None)
@given(st.lists(WORDS | st.text(max_size=8), max_size=60))
def test_any_text_gives_values_that_it_prints_or_none(words: list[str]) -> None:
    text = " ".join(words)
    lines = [line for line in text.split("\n") if line]
    head, (number, decided) = head_of_act(lines), facts_of_press(lines)
    digits = "".join(letter for letter in text if letter.isalnum())
    for value in (head.number, number):
        assert value is None or "".join(letter for letter in value if letter.isdigit()) in "".join(
            c for c in digits if c.isdigit()
        )
    for day in (head.day, decided):
        assert day is None or str(day.year) in text


def test_a_long_line_without_blanks_takes_no_time() -> None:
    """The work is bounded: a megabyte of what almost fits is let go like any other text."""
    for piece in ("1-", "а", "суд", "15.03.", "г. ", "«"):
        head_of_act([piece * 100_000])
        facts_of_press([piece * 100_000])
