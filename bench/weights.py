"""What a probabilistic linker could add to the rules, measured on pairs that rules leave as candidates. Run:

    nice python bench/weights.py [--seeds 1-10] [--no-uid 30] [--dump FOLDER]

Weights after Fellegi and Sunter (1969): for each likeness log2(m/u), m and u its share among true and among other pairs. They are learnt from the
truth itself, on half of the worlds, and tried on the other half: no linker that learns without the truth (Splink, by expectation and
maximisation) can know these likenesses better. Printed: for each threshold how many pairs lie above it and how many of them are
true; and how often the true pair stands first among the candidates of its earlier record, in the order of the rules, by these weights, and by chance. `--dump`
writes the pairs with their likenesses as Parquet, for trying another linker on them. Nothing here is used by the program.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "registry"))

import pyarrow as pa
import pyarrow.parquet as pq
from link_measure import ABOVE, is_true, prepare
from link_oracle import record_id

from courttally.registry.snapshot import Snapshot, current
from courttally.rehearsal.world import build as tell

GAPS = (0, 10, 25, 40, 60, 90, 120, 200, 400, 100_000)


@dataclass(frozen=True, slots=True)
class Pair:
    """One candidate with its likenesses and the truth."""

    seed: int
    before: str
    after: str
    rule: str
    weight: int
    gap: int
    same_charges: str
    accused: str
    names: str
    level: str
    true: bool

    def likenesses(self) -> dict[str, str]:
        """What a linker looks at. The rule stands for what the earlier record shows and where the later one came."""
        gap = next(str(n) for n, most in enumerate(GAPS) if self.gap <= most)
        kind = self.rule.partition("-")[0]
        return {
            "gap": f"{kind}/{gap}", "charges": self.same_charges, "accused": self.accused, "names": self.names, "level": self.level,
        }  # fmt: skip


def pairs_of(seed: int, snapshot: Snapshot, true: dict[tuple[str, str], bool]) -> list[Pair]:
    """The candidates of a world as they stand on its last day."""
    now = [row for row in snapshot.table("records").to_pylist() if row["known_to"] is None]
    records = {row["record"]: row for row in now}
    charges: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in snapshot.table("charges").to_pylist():
        if row["known_to"] is None:
            told = " ".join(str(row[name] or "") for name in ("article", "part", "points", "stage", "role"))
            charges[row["record"]][row["slot"]].append(told)
    hidden = {row["record"]: row["name"] for row in snapshot.table("accused").to_pylist() if row["known_to"] is None}

    def charged(record: str) -> str:
        return " | ".join(sorted("; ".join(sorted(items)) for items in charges[record].values()))

    found = []
    for row in snapshot.table("links").to_pylist():
        if row["known_to"] is not None or row["status"] != "candidate" or row["kind"] in ABOVE:
            continue
        before, after = records[row["from_record"]], records[row["to_record"]]
        end = before["outcome_date"] or before["received"]
        gap = (after["received"] - end).days if end and after["received"] else -1
        one, other = charged(row["from_record"]), charged(row["to_record"])
        found.append(
            Pair(
                seed, row["from_record"], row["to_record"], row["rule"], row["weight"], max(gap, 0),
                "equal" if one == other else "articles", "equal" if before["slots"] == after["slots"] else "differ",
                "-".join(sorted(hidden.get(key, "none") for key in (row["from_record"], row["to_record"]))),
                f"{before['level']}-{after['level']}", true[row["from_record"], row["to_record"]],
            )
        )  # fmt: skip
    return found


def learn(pairs: list[Pair]) -> dict[tuple[str, str], float]:
    """Bits for each value of each likeness, half a pair added to every count."""
    counts: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
    totals = Counter(pair.true for pair in pairs)
    for pair in pairs:
        counts[pair.true].update(pair.likenesses().items())
    keys = counts[True].keys() | counts[False].keys()
    return {
        key: math.log2((counts[True][key] + 0.5) / (totals[True] + 1))
        - math.log2((counts[False][key] + 0.5) / (totals[False] + 1))
        for key in keys
    }


def bits(pair: Pair, weights: dict[tuple[str, str], float]) -> float:
    """The weight of a pair; a value that was never met says nothing."""
    return sum(weights.get(item, 0.0) for item in pair.likenesses().items())


def ranked(pairs: list[Pair], order: Any) -> tuple[int, int, float]:
    """Earlier records whose true successor is among the candidates; how often it stands first; how often it would by chance."""
    groups: dict[tuple[int, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.seed, pair.before].append(pair)
    held = [sorted(group, key=order) for group in groups.values() if any(pair.true for pair in group)]
    return len(held), sum(group[0].true for group in held), sum(1 / len(group) for group in held)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-10")
    parser.add_argument("--no-uid", type=int, default=30)
    parser.add_argument("--dump", type=Path)
    options = parser.parse_args()
    first, _, until = options.seeds.partition("-")
    pairs: list[Pair] = []
    for seed in range(int(first), int(until or first) + 1):
        world = tell("small", seed, no_uid=options.no_uid)
        ids = {record_id(record): record for record in world.records}
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            prepare(world, home, Path(folder) / "key")
            snapshot = current(home)
            rows = snapshot.table("links").to_pylist()
            true = {(row["from_record"], row["to_record"]): is_true(row, ids) for row in rows}
            pairs += pairs_of(seed, snapshot, true)
        print(f"seed {seed}: {len(pairs):,} candidates so far, {sum(pair.true for pair in pairs)} true", flush=True)
    if options.dump:
        rows = [{name: getattr(pair, name) for name in Pair.__slots__} for pair in pairs]
        pq.write_table(pa.Table.from_pylist(rows), options.dump / "pairs.parquet")
    scored: list[tuple[float, Pair]] = []
    for half in (0, 1):
        weights = learn([pair for pair in pairs if pair.seed % 2 != half])
        scored += [(bits(pair, weights), pair) for pair in pairs if pair.seed % 2 == half]
    prior = math.log2(max(1, sum(pair.true for pair in pairs)) / max(1, sum(not pair.true for pair in pairs)))
    print(
        f"\nsimulated worlds, {options.no_uid} % without UIDs: {len(pairs):,} candidates, {sum(p.true for p in pairs)} true"
    )
    print(f"bits from  pairs  true  precision  (prior {prior:.1f} bits)")
    for threshold in range(-4, 14, 2):
        above = [pair for weight, pair in scored if weight >= threshold]
        if above:
            right = sum(pair.true for pair in above)
            print(f"{threshold:9} {len(above):6,} {right:5,} {right / len(above):10.3f}")
    of = {(pair.seed, pair.before, pair.after): weight for weight, pair in scored}
    for name, order in (
        ("rules", lambda pair: (-pair.weight, pair.gap, pair.after)),
        ("weights", lambda pair: (-of[pair.seed, pair.before, pair.after], pair.gap, pair.after)),
    ):
        number, top, chance = ranked(pairs, order)
        print(f"true one first, by {name}: {top} of {number} (by chance {chance:.0f})")


if __name__ == "__main__":
    main()
