"""Sentences from decisions of a simulated world, from the page to the registry, against what the courts of that world decided.

The texts are the rehearsal's own, written without a look at the rules that read them.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from courttally.registry.build import build
from courttally.registry.snapshot import current
from courttally.rehearsal import world as telling
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import keep
from courttally.rehearsal.truth import seen_tables

SAME = ("months", "fine", "probation_months", "regime")


def as_told(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of the truth in the registry's words; of an acquittal there is no more to say."""
    if row["kind"] == "acquitted":
        return ("acquitted",)
    suspended = {None: None, True: "yes", False: "no"}[row["suspended"]]
    return ("convicted", row["kind"], suspended, *(row[name] for name in SAME))


def as_known(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of the registry; a fine is neither suspended nor not."""
    if row["outcome"] == "acquitted":
        return ("acquitted",)
    suspended = row["suspended"] if row["kind"] == "imprisonment" else None
    return ("convicted", row["kind"], suspended, *(row[name] or None for name in SAME))


@pytest.fixture
def texts_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every court publishes every decision."""
    policy_for = telling.policy_for
    monkeypatch.setattr(telling, "policy_for", lambda *given: replace(policy_for(*given), acts=10_000))


@pytest.mark.usefixtures("texts_everywhere")
@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(21, 25))])
def test_sentences_are_read_as_they_were_given(seed: int, tmp_path: Path) -> None:
    """All of those with one accused; of several accused, what is known is right, and none is made up where nobody was sentenced."""
    world = telling.build("small", seed, "published" if seed % 2 else "falling")
    newsroom = Newsroom(world, world.start, every=40)
    keep(newsroom, tmp_path, world.start + 250)
    build(tmp_path, workers=1)
    rows = [row for row in current(tmp_path).table("sentences").to_pylist() if row["known_to"] is None]
    known = {
        (row["record"], row["slot"] + 1): as_known(row) for row in rows if row["outcome"] in ("convicted", "acquitted")
    }
    tables = seen_tables(newsroom)
    told = {(row["record"], row["slot"]): as_told(row) for row in tables["sentences"]}
    accused = {row["record"]: row["accused"] for row in tables["records"]}
    alone = {key for key in told if accused[key[0]] == 1}
    assert {key: known.get(key) for key in alone} == {key: told[key] for key in alone}
    assert [key for key, found in known.items() if told.get(key) != found] == []
    kinds = Counter(row["kind"] for row in tables["sentences"])
    assert len(alone) > 200
    assert min(kinds[kind] for kind in ("imprisonment", "restriction_of_military_service", "fine")) > 5
    assert sum(bool(row["suspended"]) for row in tables["sentences"]) > 50
