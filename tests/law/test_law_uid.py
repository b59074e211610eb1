"""Identifiers of matters. The valid ones are printed on public pages; the check is redone here by hand arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.courts import COURT_TYPES, is_wellformed_code
from courttally.law import uid as module
from courttally.law.uid import Uid, parse_uid


@pytest.mark.parametrize(
    ("text", "court", "year", "number", "check"),
    [
        ("26RS0023-01-2020-000159-48", "26RS0023", 2020, 159, "48"),
        ("03RS0003-01-2026-003803-62", "03RS0003", 2026, 3803, "62"),
        ("63RS0042-01-2025-002452-47", "63RS0042", 2025, 2452, "47"),
        ("27GV0008-01-2019-000081-20", "27GV0008", 2019, 81, "20"),
    ],
)
def test_real_identifiers_are_valid(text: str, court: str, year: int, number: int, check: str) -> None:
    assert parse_uid(text) == Uid(text, court, 1, year, number, check, True)


@pytest.mark.parametrize(
    "text",
    [
        " 27GV0008-01-2019-000081-20\u00a0",
        "27gv0008-01-2019-000081-20",
        "27GV0008–01–2019–000081–20",
        "27 GV 0008 - 01 - 2019 - 000081 - 20",
    ],
)
def test_typing_habits_do_not_matter(text: str) -> None:
    read = parse_uid(text)
    assert read is not None
    assert (read.text, read.valid) == ("27GV0008-01-2019-000081-20", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1-25/2023",
        "27GV0008-01-2019-000081",
        "27GV0008-00-2019-000081-20",  # servers count from 01
        "27GV0008-01-1819-000081-20",
        "27XX0008-01-2019-000081-20",
        "27GV008-01-2019-000081-20",
        "Иванов 27GV0008-01-2019-000081-20",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert parse_uid(text) is None


def _remainder_by_long_division(identifier: str) -> int:
    """The check of ISO 7064 mod 97-10, digit by digit, as one would do it on paper."""
    rest = 0
    for character in identifier.replace("-", ""):
        for digit in str("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(character)):
            rest = (rest * 10 + int(digit)) % 97
    return rest


bodies = st.builds(
    "{:02d}{}{:04d}-{:02d}-{}-{:06d}-".format,
    st.integers(0, 99),
    st.sampled_from(module.COURT_TYPES),
    st.integers(0, 9999),
    st.integers(1, 9),
    st.integers(1900, 2099),
    st.integers(0, 999999),
)


@given(bodies, st.integers(0, 99))
def test_validity_is_the_remainder(body: str, check: int) -> None:
    text = f"{body}{check:02d}"
    read = parse_uid(text)
    assert read is not None
    assert read.text == text
    assert read.valid is (_remainder_by_long_division(text) == 1 and check not in (0, 1, 99))


@given(bodies, st.integers(0, 99))
def test_cyrillic_letters_of_the_same_look_are_the_same(body: str, check: int) -> None:
    text = f"{body}{check:02d}"
    typed = text.translate(str.maketrans("ACKMOVS", "АСКМОVЅ"))
    assert parse_uid(typed) == parse_uid(text)


@given(bodies)
def test_one_check_of_a_hundred_holds(body: str) -> None:
    """98 minus the remainder of the body with 00 is the only check that is issued; 99 and 01 would fit but are not."""
    issued = 98 - _remainder_by_long_division(f"{body}00")
    valid = [check for check in range(100) if (read := parse_uid(f"{body}{check:02d}")) is not None and read.valid]
    assert valid == ([issued] if issued not in (0, 1, 99) else [])


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    read = parse_uid(text)
    assert read is None or is_wellformed_code(read.court)


def test_both_rooms_know_the_same_types_of_court() -> None:
    # courts and law import nothing of each other, so the list of portal.md 2.3 stands in both.
    assert module.COURT_TYPES == COURT_TYPES
