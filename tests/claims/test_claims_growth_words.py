"""Growth words: what each allows, decided from the definition of the kind and the language."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.claims.growth_words import find_growth


@pytest.mark.parametrize(
    ("quote", "true", "untrue"),
    [
        ("doubling the number of such cases", ["2", "2.4"], ["1.868", "1.99"]),
        ("the number doubled", ["2"], ["1.9"]),
        ('~10,308 cases, "almost twice" the year before', ["1.868", "2.1"], ["1.79"]),
        ("nearly doubled within a year", ["1.8"], ["1.7"]),
        ("more than doubled", ["2.049"], ["1.99"]),
        ("tripled", ["3"], ["2.9"]),
        ("almost tripled", ["2.75"], ["2.6"]),
        ("a fourfold rise", ["4"], ["3.9"]),
        ("~343 cases, 1.5 times the year before", ["1.511"], ["1.56", "1.44"]),
        ("2.5 times as many as a year before", ["2.46"], ["2.34"]),
        ("six times as many as in 2022", ["5.6", "6.4"], ["5.4", "6.6"]),
        ("three times more than in 2022", ["3", "4"], ["2.4", "4.6"]),
        ("grew 1.9 times", ["1.87"], ["1.8"]),
        ("by a factor of 2.4", ["2.4"], ["2.2"]),
        ("a 2.4x rise", ["2.36"], ["2.2"]),
        ("nearly three times as many", ["2.8"], ["2.6", "3.6"]),
        ("63% more than in 2021", ["1.628"], ["1.62", "1.64"]),
        ("up 40%", ["1.405"], ["1.41"]),
        ("a 76% increase", ["1.761"], ["1.77"]),
        ("rose by almost 90%", ["1.85"], ["1.95", "1.7"]),
        ("more than 60 per cent up", ["1.7"], ["1.59"]),
        ("fell by 20%", ["0.8"], ["0.75", "1.2"]),
        ("20% fewer than in 2023", ["0.802"], ["0.9"]),
        ("down by a third", ["0.66"], ["0.8", "0.5"]),
        ("rose by half", ["1.5"], ["1.6"]),
        ("the number halved", ["0.5", "0.4"], ["0.6"]),
        ("удвоилось", ["2"], ["1.9"]),
        ("почти вдвое больше, чем в 2023 году", ["1.87"], ["1.7"]),
        ("выросло в 2,5 раза", ["2.5"], ["2.3"]),
        ("в 1,5 раза больше, чем годом ранее", ["1.52", "2.5"], ["1.6"]),
        ("число дел выросло на 63 %", ["1.63"], ["1.64"]),
        ("вдвое меньше, чем в 2022 году", ["0.5"], ["0.6"]),
        ("сократилось на 20 процентов", ["0.8"], ["0.7"]),
    ],
)
def test_what_a_growth_word_allows(quote: str, true: list[str], untrue: list[str]) -> None:
    growth = find_growth(quote)
    assert growth is not None
    assert [growth.holds(Fraction(r)) for r in true] == [True] * len(true)
    assert [growth.holds(Fraction(r)) for r in untrue] == [False] * len(untrue)


@pytest.mark.parametrize(
    "quote",
    [
        "14,182 cases of desertion",
        "121 suspended sentences, 40% of the sample",
        "441 cases, 80% of them AWOL",
        "convicted twice",
        "sentenced three times",
        "up to 10 years",
        "about 75% already convicted",
        "one of three soldiers",
        "over 60% of cases end so",
        "half of the 247 cases",
        "40% of the accused, up from 20%",
        "34–35 verdicts per working day",
    ],
)
def test_what_tells_no_growth(quote: str) -> None:
    assert find_growth(quote) is None


@given(st.integers(1, 300), st.integers(100, 9999))
def test_a_percentage_rounded_from_two_numbers_holds(percent: int, base: int) -> None:
    later = Fraction(base) * (100 + percent) / 100
    growth = find_growth(f"~{int(later)} cases, {percent}% more than in 2021")
    assert growth is not None
    assert growth.holds(later / base)
    assert not growth.holds(1 + Fraction(percent + 1, 100))
    assert growth.rest.strip() == "more than in 2021"


@given(st.text())
def test_any_quote_is_read_without_failing(quote: str) -> None:
    growth = find_growth(quote)
    assert growth is None or growth.low is not None or growth.high is not None
