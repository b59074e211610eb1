"""How often the ranges hold: unfinished months, and cases never shown. Run: `python bench/estimates.py [--seeds 20] [--dates 12]`.

Worlds of the rehearsal are told to their end (no pages are rendered); at days drawn by seed, only what the rehearsal's newsroom had seen by then
is given to the estimators, and the range is held against the truth of the record: for a month, all its cases in scope that the court
ever shows; for gaps, the cases in scope among those that it never does. Coverage is pooled over months and resampled by world, because
the months of one world are not independent. A chain ladder on the same triangle stands beside.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from courttally.figures import gaps, lateness
from courttally.law.subjects import load_subject
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.model import FIRST, Record
from courttally.rehearsal.world import build

ARTICLES = {article.number for article in load_subject("refusal").articles}
FAMILIES = ("published", "falling")


@dataclass
class Score:
    """Held or not, and width, of each interval of one world."""

    held: list[bool] = field(default_factory=list)
    width: list[float] = field(default_factory=list)

    def add(self, low: float, true: int, high: float) -> None:
        self.held.append(low <= true <= high)
        self.width.append(high - low)


def in_scope(record: Record) -> bool:
    return any(charge.article in ARTICLES for slot in record.slots for charge in slot.charges[0][1])


def one_world(family: str, seed: int, dates: int, every: int | None) -> dict[str, Score]:
    """The scores of one world."""
    world = build("small", seed, family)
    newsroom = Newsroom(world, world.start, 0, every)
    for _ in newsroom.until(world.end):
        pass
    first = [record for record in world.records if record.proceeding == FIRST and record.received_raw is None]
    ours = [record for record in first if in_scope(record)]
    seen = {ref: date.fromordinal(sight.first) for ref, sight in newsroom.sights.items() if sight.first}
    arrivals = [
        lateness.Arrival(record.court, date.fromordinal(record.received), seen[record.ref])
        for record in ours
        if record.ref in seen
    ]
    looks = lateness.Looks(
        lateness.Look(w.court, date.fromordinal(w.since), date.fromordinal(w.until), date.fromordinal(w.night))
        for w in newsroom.windows
        if w.proceeding == FIRST and w.state == "complete"
    )
    final = Counter(date.fromordinal(record.received).isoformat()[:7] for record in ours if record.published)
    rng = random.Random(f"{family}/{seed}")
    scores = {"nowcast": Score(), "chain ladder": Score()}
    start = date.fromordinal(world.start)
    for day in sorted(rng.sample(range(world.start + 200, world.end), dates)):
        as_of = date.fromordinal(day)
        rows = lateness.chain_ladder(lateness.triangle(arrivals, as_of))
        for month in lateness.outlook(arrivals, looks, as_of, start.isoformat()[:7]):
            if month.complete or month.visible < lateness.TOLD:
                continue
            true = final[month.month]
            scores["nowcast"].add(month.low, true, month.high)
            if month.month in rows:
                _, low, high = rows[month.month]
                scores["chain ladder"].add(round(low), true, round(high))
    hidden = {r.ref for r in first if r.ref not in seen}
    for name, hides in {"as told": hidden, **_hidings(first, rng)}.items():
        for mechanism, span, true in _gaps(first, hides, date.fromordinal(world.end)):
            scores.setdefault(f"{name}: {mechanism}", Score()).add(span.low, true, span.high)
    return scores


def _hidings(first: list[Record], rng: random.Random) -> dict[str, set[str]]:
    """Three ways in which every court hides cases of the same dockets: by chance, one article, and cases in scope twice as readily."""
    courts = sorted({record.court for record in first})
    share = {court: rng.choice((0.0, 0.01, 0.03, 0.07)) for court in courts}
    article = {court: rng.choice(("", *sorted(ARTICLES))) for court in courts}
    by_chance, by_article, by_policy = set(), set(), set()
    for record in first:
        draw = rng.random()
        charges = {charge.article for slot in record.slots for charge in slot.charges[0][1]}
        if draw < share[record.court]:
            by_chance.add(record.ref)
        if draw < 0.3 and article[record.court] in charges:
            by_article.add(record.ref)
        if draw < share[record.court] * (2 if in_scope(record) else 1):
            by_policy.add(record.ref)
    return {"hidden by chance": by_chance, "hidden by article": by_article, "hidden by policy": by_policy}


def _gaps(first: list[Record], hidden: set[str], as_of: date) -> list[tuple[str, gaps.Range, int]]:
    """Mechanism, range and truth of one way of hiding."""
    numbered = [
        gaps.Numbered(r.court, text, date.fromordinal(r.received), r.ref, in_scope(r))
        for r in first
        if r.ref not in hidden
        for _, text in r.numbers
    ]
    found = gaps.sequences(numbered, as_of)
    highest = {(item.court, item.year, item.index): item.highest for item in found}
    true = 0
    for r in first:
        if r.ref in hidden and in_scope(r):
            index, rest = r.number.translate({ord("K"): "К"}).split("-")
            place, year = rest.split("/")
            true += int(place) <= highest.get((r.court, int(year[:4]), index), 0)
    return [(name, span, true) for name, span in gaps.ranges(found).items()]


def pooled(name: str, worlds: list[dict[str, Score]]) -> str:
    """Coverage with its 99 % interval by resampling worlds, and the mean width."""
    held = [world[name].held for world in worlds]
    widths = [width for world in worlds for width in world[name].width]
    count = sum(map(len, held))
    if not count:
        return f"{name:30} no intervals"
    rng = random.Random(name)
    draws = []
    for _ in range(4000):
        drawn = [held[rng.randrange(len(held))] for _ in held]
        total = sum(map(len, drawn))
        draws.append(sum(map(sum, drawn)) / total if total else 1.0)
    draws.sort()
    share = sum(map(sum, held)) / count
    low, high = draws[len(draws) // 200], draws[-1 - len(draws) // 200]
    return f"{name:30} {count:5} intervals  coverage {share:.3f} (99 %: {low:.3f} to {high:.3f})  mean width {sum(widths) / count:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--dates", type=int, default=20)
    parser.add_argument("--every", type=int, default=None)
    arguments = parser.parse_args()
    worlds: list[dict[str, Score]] = []
    for family in FAMILIES:
        for seed in range(arguments.first, arguments.first + arguments.seeds):
            worlds.append(one_world(family, seed, arguments.dates, arguments.every))
    print(f"{len(worlds)} simulated worlds, {arguments.dates} days each")
    for name in worlds[0]:
        print(pooled(name, worlds))


if __name__ == "__main__":
    main()
