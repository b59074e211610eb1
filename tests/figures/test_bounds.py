"""Bounds of net counts hold whatever candidates turn out to be true: compared with every way in which they can be."""

from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from courttally.figures.bounds import Bounds

SIZE = 6
pairs_drawn = st.sets(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda pair: pair[0] < pair[1]), max_size=7
)
cells_drawn = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.booleans()), min_size=SIZE, max_size=SIZE)


def every_way(pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Every set of pairs in which nobody has two successors or two predecessors."""
    return [
        list(some)
        for size in range(len(pairs) + 1)
        for some in combinations(pairs, size)
        if len({a for a, _ in some}) == len(some) == len({b for _, b in some})
    ]


def counted(
    way: list[tuple[int, int]], kinds: list[tuple[int, int, bool]], early: bool, late: bool
) -> dict[tuple[int, ...], int]:
    """Matters by cell: early value and scope of the first record, late value of the last."""
    after = dict(way)
    found: dict[tuple[int, ...], int] = {}
    for first in range(SIZE):
        if first in after.values():
            continue
        last = first
        while last in after:
            last = after[last]
        if kinds[first][2]:
            cell = (*([kinds[first][0]] if early else []), *([kinds[last][1]] if late else []))
            found[cell] = found.get(cell, 0) + 1
    return found


@example({(0, 2), (2, 4)}, [(0, 0, n in (2, 4)) for n in range(SIZE)], False, True)
@settings(max_examples=600)
@given(pairs_drawn, cells_drawn, st.booleans(), st.booleans())
def test_bounds_hold_every_way(
    pairs: set[tuple[int, int]], kinds: list[tuple[int, int, bool]], early: bool, late: bool
) -> None:
    ordered = sorted(pairs)
    rows = [(str(a), str(a), str(b), str(b)) for a, b in ordered]
    cells: dict[tuple[str, ...], list[str]] = {}
    for record, (one, other, inside) in enumerate(kinds):
        if inside:
            cells.setdefault((*([str(one)] if early else []), *([str(other)] if late else [])), []).append(str(record))
    names = [*(["month"] if early else []), *(["court"] if late else [])]
    bounds = Bounds(rows).of(cells, names)
    for way in every_way(ordered):
        true = counted(way, kinds, early, late)
        for cell, (fewest, most) in bounds.items():
            number = true.get(tuple(map(int, cell)), 0)
            assert fewest <= number <= most, (way, cell)


def test_without_candidates_there_is_nothing_open() -> None:
    assert Bounds([]).of({("a",): ["x", "y"]}, ["court"]) == {("a",): (2, 2)}
