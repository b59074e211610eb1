"""One run of mutants: what the tests and the long run share.

Invariants: a run is a function of its seed and its pages; the time of a page is the CPU time of this process, which a busy
machine does not change.
"""

import hashlib
import random
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from page_checks import faults
from page_mutants import MUTATORS, mutant_url
from page_seeds import Seed

from courttally.archive import Capture
from courttally.portal import Page, Reading, read

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST = 2.0
"""CPU seconds that no page may take."""
BIGGEST = 30 << 10
"""Bytes; the share of larger pages is held small in long runs, since most of their bytes are the same chrome."""


@dataclass(slots=True)
class Mutant:
    """One spoiled page: which page it was, and how it was spoiled."""

    serial: int
    seed: Seed
    names: tuple[str, ...]
    page: Page


@dataclass(slots=True)
class Result:
    """What came of a run."""

    pages: int = 0
    sizes: int = 0
    small: int = 0
    seconds: float = 0.0
    worst: tuple[float, str] = (0.0, "")
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    mutators: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def mutants(seeds: Sequence[Seed], pages: int, number: int, large: float = 0.1) -> Iterator[Mutant]:
    """``pages`` mutants drawn by seed ``number``; at most about ``large`` of them from pages over 30 KB."""
    small = [seed for seed in seeds if len(seed.page.payload) <= BIGGEST]
    big = [seed for seed in seeds if len(seed.page.payload) > BIGGEST]
    for serial in range(pages):
        rng = random.Random(f"{number}:{serial}")  # each mutant can be made again by itself
        seed = rng.choice(big if big and rng.random() < large else small)
        other = rng.choice(small)
        chosen = tuple(rng.choice(MUTATORS) for _ in range(rng.choice((1, 1, 1, 2, 3))))
        payload = seed.page.payload
        for mutator in chosen:
            payload = mutator(rng, payload, other.page.payload)
        url = seed.page.url if rng.random() < 0.8 else mutant_url(rng, seed.page.url)
        page = Page(payload, url, "GET", seed.page.court_stated, seed.page.status)
        yield Mutant(serial, seed, tuple(mutator.__name__ for mutator in chosen), page)


def run(seeds: Sequence[Seed], pages: int, number: int, large: float = 0.1) -> Result:
    """Read every mutant, check every reading, time every page."""
    result = Result()
    for mutant in mutants(seeds, pages, number, large):
        what = f"seed {number} serial {mutant.serial}: {mutant.seed.name} {'+'.join(mutant.names)}"
        start = time.process_time()
        try:
            reading: Reading | None = read(mutant.page)
        except Exception:  # noqa: BLE001 - a reader that raises anything at all is what we look for
            reading = None
            result.faults.append(f"{what}: raised {traceback.format_exc(limit=-2)}")
        spent = time.process_time() - start
        result.pages += 1
        result.sizes += len(mutant.page.payload)
        result.small += len(mutant.page.payload) <= BIGGEST
        result.seconds += spent
        result.worst = max(result.worst, (spent, f"{what} ({len(mutant.page.payload):,} bytes)"))
        result.mutators.update(mutant.names)
        if reading is not None:
            result.kinds[mutant.seed.kind, reading.kind] += 1
            result.faults += [f"{what}: {fault}" for fault in faults(mutant.page, reading)]
    return result


def capture_of(page: Page, serial: int = 0) -> Capture:
    """The page as the archive would hold it."""
    digest = "sha256:" + hashlib.sha256(page.payload).hexdigest()
    name = hashlib.sha256(repr((serial, digest, page.url)).encode("utf-8", "surrogatepass")).hexdigest()
    return Capture(
        capture_id=f"c-{name[:24]}",
        payload_digest=digest,
        url=page.url,
        method=page.method,
        status=page.status,
        fetched_at=NOW,
        imported_at=NOW,
        court_stated=page.court_stated,
        headers=page.headers,
        payload=page.payload,
        origin="import",
    )
