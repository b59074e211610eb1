"""Numbers in words: what an independent speller writes in each grammatical case is read back, alone, in terms and in sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.law.sentences.model import Term
from courttally.law.sentences.numbers import words_at
from courttally.law.sentences.quantities import find_quantities
from courttally.law.sentences.tokens import tokenise

CASES = ("nominative", "genitive", "dative", "instrumental", "prepositional")
# One line per number: its forms in the order of CASES, written from a grammar of Russian and not from the reader's table.
UNITS = {
    1: "один одного одному одним одном",
    2: "два двух двум двумя двух",
    3: "три трёх трём тремя трёх",
    4: "четыре четырёх четырём четырьмя четырёх",
    5: "пять пяти пяти пятью пяти",
    6: "шесть шести шести шестью шести",
    7: "семь семи семи семью семи",
    8: "восемь восьми восьми восемью восьми",
    9: "девять девяти девяти девятью девяти",
}
TEENS = {
    10: "десят",
    11: "одиннадцат",
    12: "двенадцат",
    13: "тринадцат",
    14: "четырнадцат",
    15: "пятнадцат",
    16: "шестнадцат",
    17: "семнадцат",
    18: "восемнадцат",
    19: "девятнадцат",
    20: "двадцат",
    30: "тридцат",
}
TENS = {
    40: "сорок сорока сорока сорока сорока",
    50: "пятьдесят пятидесяти пятидесяти пятьюдесятью пятидесяти",
    60: "шестьдесят шестидесяти шестидесяти шестьюдесятью шестидесяти",
    70: "семьдесят семидесяти семидесяти семьюдесятью семидесяти",
    80: "восемьдесят восьмидесяти восьмидесяти восемьюдесятью восьмидесяти",
    90: "девяносто девяноста девяноста девяноста девяноста",
}
HUNDREDS = {
    100: "сто ста ста ста ста",
    200: "двести двухсот двумстам двумястами двухстах",
    300: "триста трёхсот трёмстам тремястами трёхстах",
    400: "четыреста четырёхсот четырёмстам четырьмястами четырёхстах",
    500: "пятьсот пятисот пятистам пятьюстами пятистах",
    600: "шестьсот шестисот шестистам шестьюстами шестистах",
    700: "семьсот семисот семистам семьюстами семистах",
    800: "восемьсот восьмисот восьмистам восемьюстами восьмистах",
    900: "девятьсот девятисот девятистам девятьюстами девятистах",
}


def spell(number: int, case: str = "nominative") -> str:
    """The number from 1 to 999 in words."""
    place = CASES.index(case)
    words = []
    hundreds, rest = number // 100 * 100, number % 100
    if hundreds:
        words.append(HUNDREDS[hundreds].split()[place])
    if rest in TEENS:
        words.append(TEENS[rest] + ("ь", "и", "и", "ью", "и")[place])
        return " ".join(words)
    tens, unit = rest // 10 * 10, rest % 10
    if tens in TENS:
        words.append(TENS[tens].split()[place])
    elif tens:
        words.append(TEENS[tens] + ("ь", "и", "и", "ью", "и")[place])
    if unit:
        words.append(UNITS[unit].split()[place])
    return " ".join(words)


@pytest.mark.parametrize("case", CASES)
def test_every_number_below_a_thousand_is_read_back_in_every_case(case: str) -> None:
    wrong = {}
    for number in range(1, 1000):
        tokens = tokenise(spell(number, case))
        if words_at(tokens, 0, len(tokens)) != (number, len(tokens)):
            wrong[number] = spell(number, case)
    assert wrong == {}


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(("nominative", "genitive")))
def test_thousands_in_words_and_digits_are_one_sum(thousands: int, rest: int, case: str) -> None:
    *before, last = spell(thousands, case).split()
    feminine = " ".join([*before, {"один": "одна", "два": "две", "одного": "одной"}.get(last, last)])
    total = thousands * 1000 + rest
    for text in (
        f"{feminine} тысяч {spell(rest, case)} рублей",
        f"{thousands} {rest:03d} рублей",
        f"{total} руб.",
        f"{total} ({feminine} тысяч {spell(rest, case)}) рублей",
        f"{thousands}.{rest:03d} ({feminine} тысяч {spell(rest, case)} рублей) 00 копеек".replace(")", ") рублей", 1),
    ):
        tokens = tokenise(text)
        sums = [mark.value for mark in find_quantities(tokens, 0, len(tokens)) if mark.concept == "money"]
        assert sums == [total], text


@given(
    st.integers(0, 25),
    st.integers(0, 11),
    st.integers(0, 29),
    st.sampled_from(("nominative", "genitive")),
    st.booleans(),
)
def test_terms_in_words_digits_and_both_are_one_term(
    years: int, months: int, days: int, case: str, joined: bool
) -> None:
    parts = [(years, "лет"), (months, "месяцев"), (days, "дней")]
    parts = [(number, unit) for number, unit in parts if number]
    if not parts:
        return
    glue = " и " if joined else " "
    for written in (
        lambda n: str(n),
        lambda n: spell(n, case),
        lambda n: f"{n} ({spell(n, case)})",
        lambda n: f"{spell(n, case)} ({n})",
        lambda n: f"{n:02d}({spell(n, case).upper()})",
    ):
        text = "на срок " + glue.join(f"{written(number)} {unit}" for number, unit in parts)
        tokens = tokenise(text)
        marks = [mark for mark in find_quantities(tokens, 0, len(tokens)) if mark.concept == "term"]
        assert [mark.value for mark in marks] == [Term(years * 12 + months, days)], text


@given(st.integers(1, 30), st.integers(1, 30))
def test_digits_and_words_that_disagree_give_no_term(digits: int, words: int) -> None:
    tokens = tokenise(f"сроком на {digits} ({spell(words)}) лет")
    marks = [mark for mark in find_quantities(tokens, 0, len(tokens)) if mark.concept == "term"]
    assert [mark.value for mark in marks] == [Term(digits * 12) if digits == words else None]


@given(st.integers(1, 999), st.integers(1, 999))
def test_two_numbers_side_by_side_are_never_added(first: int, second: int) -> None:
    tokens = tokenise(f"{spell(first)} {spell(second)}")
    read = words_at(tokens, 0, len(tokens))
    if second >= 100 or first % 10:
        assert read == (first, len(spell(first).split()))


@pytest.mark.parametrize(
    ("text", "months", "days", "hours"),
    [
        ("полтора года", 18, 0, 0),
        ("5 /пять/ лет", 60, 0, 0),
        ("5 [пять] лет 6 [шесть] месяцев", 66, 0, 0),
        ("6-ть лет", 72, 0, 0),
        ("полгода", 6, 0, 0),
        ("два с половиной года", 30, 0, 0),
        ("2,5 года", 30, 0, 0),
        ("на год", 12, 0, 0),
        ("на год и три месяца", 15, 0, 0),
        ("трехлетний", 36, 0, 0),
        ("3-х летний", 36, 0, 0),
        ("6-месячный", 6, 0, 0),
        ("2 г. 3 мес. 5 дн.", 27, 5, 0),
        ("10 суток", 0, 10, 0),
        ("две недели", 0, 14, 0),
        ("400 часов", 0, 0, 400),
        ("5 (пяти) годам", 60, 0, 0),
    ],
)
def test_other_ways_to_write_a_term(text: str, months: int, days: int, hours: int) -> None:
    tokens = tokenise(text)
    values = [mark.value for mark in find_quantities(tokens, 0, len(tokens)) if mark.concept == "term"]
    assert values == [Term(months, days, hours)]


@pytest.mark.parametrize(
    "text",
    [
        "12 мая 2020 года",
        "01.02.2019 г.",
        "2020 год",
        "с 5 мая 2019 г. по 3 июня 2020 г.",
        "ДД.ММ.ГГГГ года",
        "<дата> года рождения",
    ],
)
def test_a_date_is_no_term(text: str) -> None:
    tokens = tokenise(text)
    assert [mark for mark in find_quantities(tokens, 0, len(tokens)) if mark.concept == "term"] == []
