"""Spoiled pages by the hundred thousand: `python bench/mutate.py --pages N --seed S [--workers W]`.

Starts from the real pages in ../shared/pages where they are present, and from the example corpus and the rehearsal's pages; one mutant in
twenty comes from a page over 30 KB. Each reading is checked as in tests/hostile; prints what went wrong, the slowest page (CPU seconds of
the process that read it), and which kinds of page became which. Exit status 1 when anything is wrong. A mutant can be made again by
itself: its seed and serial number are printed.
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "hostile"))

from page_run import LONGEST, Result, run
from page_seeds import own_seeds, real_seeds

PART = 1000
LARGE = 0.05


def part(number: int, pages: int) -> Result:
    """One part of the run, a process's work."""
    return run(real_seeds() + own_seeds(), pages, number, LARGE)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Read spoiled pages and check every reading.")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    # Parts have seeds of their own, far apart for different runs.
    numbers = [options.seed * 1_000_000 + n for n in range(-(-options.pages // PART))]
    sizes = [min(PART, options.pages - PART * n) for n in range(len(numbers))]
    start = time.monotonic()
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(part, numbers, sizes))
    elapsed = time.monotonic() - start
    pages = sum(result.pages for result in results)
    faults = [fault for result in results for fault in result.faults]
    worst = max(result.worst for result in results)
    kinds: Counter[tuple[str, str]] = Counter()
    for result in results:
        kinds.update(result.kinds)
    seconds = sum(result.seconds for result in results)
    print(f"{'pages':<34} {pages:>12,}")
    print(f"{'bytes':<34} {sum(result.sizes for result in results):>12,}")
    print(f"{'share of at most 30 KB':<34} {sum(result.small for result in results) / max(pages, 1):>12.1%}")
    print(f"{'seeds: real, own':<34} {f'{len(real_seeds())}, {len(own_seeds())}':>12}")
    print(f"{'ways of spoiling':<34} {len(set().union(*(result.mutators for result in results))):>12}")
    print(f"{'CPU seconds of reading':<34} {seconds:>12,.1f}")
    print(f"{'pages a CPU second':<34} {pages / max(seconds, 1e-9):>12,.0f}")
    print(f"{'slowest page, CPU seconds':<34} {worst[0]:>12.3f}   {worst[1]}")
    print(f"{'pages over the limit':<34} {sum(result.worst[0] > LONGEST for result in results):>12}")
    print(f"{'raised':<34} {sum('raised' in fault for fault in faults):>12}")
    print(f"{'other faults':<34} {sum('raised' not in fault for fault in faults):>12}")
    print(f"{'elapsed seconds':<34} {elapsed:>12,.0f}\n")
    print(f"{'made as':<20} {'read as':<20} {'pages':>10}")
    for (made, seen), number in sorted(kinds.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{made:<20} {seen:<20} {number:>10,}")
    for fault in faults[:40]:
        print("\n" + fault)
    return 1 if faults or worst[0] > LONGEST else 0


if __name__ == "__main__":
    sys.exit(main())
