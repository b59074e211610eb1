"""The stranger who reads sums catches leaks: tables that give a cell away, and tables that do not."""

import pytest
from disclosure import Equation, bounds, disclosed, follows
from hypothesis import given
from hypothesis import strategies as st


def sums(**printed: int) -> list[Equation]:
    """Equations from words such as ``abc=7``: cells a, b and c add up to 7."""
    return [(frozenset(name), value) for name, value in printed.items()]


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        (sums(abc=9, a=5), {"a"}),
        (sums(abc=9, ab=7), {"c"}),
        (sums(abc=9, a=5, b=2), {"a", "b", "c"}),
        (sums(abc=0), {"a", "b", "c"}),
        (sums(ab=3, bc=3, ac=4), {"a", "b", "c"}),
        (sums(abcd=9, ab=4, cd=5), set()),
        (sums(abcd=9, bcd=9), {"a"}),
        (sums(ab=4, abc=4), {"c"}),
        (sums(ab=6, cd=6), set()),
    ],
)
def test_known_tables(printed: list[Equation], known: set[str]) -> None:
    assert disclosed(printed) == known


def test_sums_that_follow() -> None:
    printed = sums(abcd=9, ab=4, d=2)
    assert follows("cd", printed)
    assert follows("c", printed)
    assert not follows("a", printed)
    assert not follows("bc", printed)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), min_size=6),
    st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), max_size=5),
)
def test_bounds_hold_the_truth(cells: dict[str, int], printed: list[frozenset[str]]) -> None:
    """Whatever is printed, the true value lies within the bounds."""
    for cell, (least, most) in bounds([(inside, sum(cells[one] for one in inside)) for inside in printed]).items():
        assert least <= cells[str(cell)] <= most
