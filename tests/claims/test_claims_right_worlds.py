"""Worlds in which every claim is right: whatever their trends, nothing may be flagged."""

import pytest
from claims_build import file_of
from claims_worlds import World

from courttally.claims.audit import audit


def flagged(seed: int) -> list[str]:
    world = World(seed)
    for until in ((2023, 6), (2023, 12), (2024, 5), (2024, 12)):
        world.report(until)
    world.papers(25)
    held = file_of(*world.rows)
    return [
        f"seed {seed} {j.claim_id} {list(map(int, j.kinds))}: {j.explanation['en']}" for j in audit(held) if j.kinds
    ]


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_flagged_where_everything_is_right(seed: int) -> None:
    assert flagged(seed) == []
