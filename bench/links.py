"""How good the links are: small simulated worlds through archive and build, every link held against the truth. Run:

    nice python bench/links.py [--seeds 1-10] [--no-uid 0 3 30] [--show]

Each world is visited every 14 days, names shown at each court's policy, UIDs missing for so many of a hundred courts and years. An
oracle that sees displayed fields only (tests/registry/link_oracle.py) says which true links the pages determine. A line a world, and for each share of
missing UIDs a line in all: automatic links and how many are false; determined links and how many were found; whether fewest and most
hold the true number of matters; matters whose every record shows a UID, and how many are held otherwise than they are; and of true pairs that
nothing decides, how many wait as candidates, and how many of these stand first among them. `--show` prints what is false or missed. Exit status 1 when
precision is below 0.999, recall below 0.98, bounds do not hold, or net is not exact where UIDs are shown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "registry"))

from link_measure import Measured, measure, prepare

from courttally.registry.snapshot import current
from courttally.rehearsal.world import build as tell

HEAD = "UIDs    seed  automatic false  determined found  matters true     held      shown wrong   open waiting first   CPU s"


def line(no_uid: int, name: str, found: list[Measured], spent: float) -> str:
    """One line of the table, for one world or for many."""

    def total(column: str) -> int:
        values = [getattr(each, column) for each in found]
        return sum(len(value) if isinstance(value, list) else value for value in values)

    holding = sum(each.fewest <= each.true_matters <= each.matters for each in found)
    widths = [each.matters - each.fewest for each in found]
    held = f"{holding} of {len(found)}, {min(widths)}-{max(widths)}"
    return (
        f"-{no_uid:2} %  {name:>5} {total('automatic'):10,} {total('false'):5} {total('determined'):11,} {total('determined') - total('missed'):5,}"
        f" {total('matters'):8,} {total('true_matters'):5,} {held:>14} {total('shown_matters'):6,} {total('shown_wrong'):5}"
        f" {total('open_pairs'):6} {total('waiting'):7} {total('first'):5} {spent:7.0f}"
    )


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-10")
    parser.add_argument("--no-uid", type=int, nargs="+", default=[0, 3, 30])
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    first, _, until = options.seeds.partition("-")
    print(f"simulated worlds\n{HEAD}", flush=True)
    good = True
    for no_uid in options.no_uid:
        worlds = []
        whole = time.process_time()
        for seed in range(int(first), int(until or first) + 1):
            start = time.process_time()
            world = tell("small", seed, no_uid=no_uid)
            with tempfile.TemporaryDirectory() as folder:
                home = Path(folder) / "home"
                prepare(world, home, Path(folder) / "key")
                made = measure(world, current(home))
            worlds.append(made)
            print(line(no_uid, str(seed), [made], time.process_time() - start), flush=True)
            if options.show:
                for what, items in (
                    ("false", made.false),
                    ("missed", made.missed),
                    ("shown, held otherwise", made.shown_wrong),
                    ("not waiting", made.not_waiting),
                ):
                    for item in items:
                        print(f"    {what}: {item}", flush=True)
        print(line(no_uid, "all", worlds, time.process_time() - whole), flush=True)
        false, automatic = sum(len(each.false) for each in worlds), sum(each.automatic for each in worlds)
        missed, determined = sum(len(each.missed) for each in worlds), sum(each.determined for each in worlds)
        good &= false <= automatic // 1000 and missed <= determined * 2 // 100
        good &= all(each.fewest <= each.true_matters <= each.matters and not each.shown_wrong for each in worlds)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
