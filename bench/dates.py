"""One simulated world's registry against its truth at many random dates: every metric by every dimension. Run:

    python bench/dates.py --home DIR [--world full] [--seed 1] [--family published] [--dates 50]

``--home`` holds the world's archive, built, with the unknown wordings answered (``bench/world.py --folder`` leaves one). The truth
comes day by day from the rehearsal's own newsroom, which never looks at the code that counts. Compared at each date: all counted
metrics by all dimensions of the truth, by lead and by any, in both scopes; circuits, stages, roles and open cases, which are worked
out here from the truth; and those worked-out figures whose truth can be computed apart: courts covered, growth at the same age of data,
verdicts a working day (by another calendar), record months, the closing stock, raw rates by region, changed articles, vanished cases.
Ranges, levels, funnels and curves are estimates: they have tests and benches of their own. Exit status 1 when any cell differs.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import holidays

from courttally.courts import by_code, first_instance_courts, level_of, region_of
from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.metrics import DIMENSIONS
from courttally.figures.question import Question, make_question
from courttally.figures.scope import parse_scope
from courttally.figures.worked import work_out
from courttally.registry.snapshot import current
from courttally.rehearsal import counts
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.model import FIRST, Charge
from courttally.rehearsal.seen import Seen, all_seen, vanished_on
from courttally.rehearsal.shown import charges_on
from courttally.rehearsal.world import build as tell

Cells = dict[str, int]
Asked = tuple[str, str, str, str]
"""Metric, scope, attribution, dimension."""

Hold = Callable[[str, object, object], None]
Ask = Callable[..., list[tuple[dict[str, str], str]]]

HEADLINE = "refusal-wartime"
OPEN = ("pending", "stayed")
STAGES = {None: "completed", "ч.1": "preparation", "ч.3": "attempt"}
ROLES = {None: "perpetrator", "ч.3": "organiser", "ч.4": "instigator", "ч.5": "accomplice"}
CALENDAR = holidays.country_holidays("RU")


@dataclass
class Truth:
    """What is so as of one day: cells by question, and what the worked-out figures are held against."""

    cells: dict[Asked, Cells] = field(default_factory=lambda: defaultdict(dict))
    covered: frozenset[str] = frozenset()
    every_by_region: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    vanished: int = 0


def circuit_of(court: str) -> str:
    """The district court that a court's appeals go to; itself for a district court."""
    return court if level_of(court) == "district" else by_code(court).appeal_court_code or "unknown"


def truth_of(newsroom: Newsroom, day: int) -> Truth:
    """The truth as of the day up to which the newsroom has looked."""
    items, found = all_seen(newsroom), Truth()
    for cell in counts.expected(items):
        if cell.dimension in ("", *DIMENSIONS):
            found.cells[cell.metric, cell.scope, cell.attribution, cell.dimension][cell.key] = cell.value
    for scope in counts.SCOPES:
        _derived(found, counts.counted(items, scope), items, scope)
    since = counts.since(HEADLINE)
    courts = {court.code for court in first_instance_courts()}
    found.covered = frozenset(
        w.court
        for w in newsroom.windows
        if w.proceeding == FIRST
        and w.state == "complete"
        and w.rows
        and w.until >= since
        and w.since <= day
        and w.court in courts
    )
    for item in items:
        record = item.record
        if record.proceeding == FIRST and level_of(record.court) in counts.COUNTED and (item.received or 0) >= since:
            found.every_by_region[region_of(record.court)] += 1
    for item in counts.counted(items, HEADLINE):
        found.vanished += vanished_on(item.sight) is not None and _unlisted(newsroom, item)
        now = counts.lead(_charges(item), HEADLINE, item.received)
        first = counts.lead(_first_charges(item), "refusal", item.received)
        if now is not None and first is not None and first.article != now.article:
            found.changed[first.article, now.article] += 1
    return found


def _unlisted(newsroom: Newsroom, item: Seen) -> bool:
    """Whether a complete list that had to show the record was held after it was last seen: without one, two checks prove nothing."""
    return item.received is not None and any(
        w.court == item.record.court and w.proceeding == FIRST and w.state == "complete" and w.rows
        and w.night > item.sight.last and w.since <= item.received <= w.until
        for w in newsroom.windows
    )  # fmt: skip


def _charges(item: Seen) -> list[Charge]:
    return [charge for slot in item.slots for charge in slot.charges]


def _first_charges(item: Seen) -> list[Charge]:
    """The charges on the first page that showed the record."""
    return [charge for slot in item.record.slots for charge in charges_on(slot, item.sight.first - 1)]


def _derived(found: Truth, inside: list[Seen], items: list[Seen], scope: str) -> None:
    """Circuits from courts; stages and roles from lead charges; open cases."""
    units = {m: counts.record_units(inside, m) for m in ("cases_received", "cases_finished", "verdicts")}
    units |= {m: counts.slot_units(inside, m, scope) for m in ("accused", "accused_with_verdict")}
    units["matters"] = counts.matter_units(items, scope)
    units["cases_open"] = [unit for unit in units["cases_received"] if unit.outcome in OPEN]
    for cell in counts.tabulate("cases_open", scope, units["cases_open"]):
        found.cells[cell.metric, scope, cell.attribution, cell.dimension][cell.key] = cell.value
    for metric, ours in units.items():
        for dimension in ("circuit", "stage", "role"):
            cells: Counter[str] = Counter()
            for unit in ours:
                charge = counts.lead(unit.charges, scope, unit.received)
                if dimension == "circuit":
                    cells[circuit_of(unit.court)] += 1
                elif charge is not None:
                    cells[STAGES[charge.stage] if dimension == "stage" else ROLES[charge.role]] += 1
            found.cells[metric, scope, "lead", dimension] = dict(cells)


@dataclass
class Score:
    """Cells compared and those that differ, by kind of figure."""

    compared: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def hold(self, kind: str, name: str, got: object, true: object) -> None:
        self.compared[kind] += 1
        if got != true:
            self.differing.append(f"{name}: {got}, true {true}")


def hold_counted(score: Score, counted: Counted, true: Truth, *, units: bool) -> None:
    """Every cell of every question. ``units``: by lead from units that are held, as a brief asks, and not anew from the tables."""
    as_of = counted.as_of
    for (metric, scope, attribution, dimension), values in true.cells.items():
        by = (dimension,) if dimension else ()
        question = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=as_of)
        held = units and attribution == "lead" and metric != "case_records"
        figures = counted.figures(question) if held else count(counted.engine, counted.snapshot, question)
        got = {figure.by.get(dimension, ""): figure.value for figure in figures}
        for key in {*got, *values}:
            if got.get(key, 0) or values.get(key, 0):
                name = f"{metric} {scope} {attribution} by {dimension or '-'} {key} as of {as_of}"
                score.hold("counted", name, got.get(key, 0), values.get(key, 0))


def rounded(above: int, below: int, places: str) -> str:
    """A quotient in so many decimals, half up."""
    return str((Decimal(above) / Decimal(below)).quantize(Decimal(places), ROUND_HALF_UP))


def months_to(last: str) -> list[str]:
    """From the first whole month of the headline scope."""
    year, month = int(last[:4]), int(last[5:])
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(2022 * 12 + 9, year * 12 + month)]


def a_year_before(day: date) -> date:
    """The same day a year before; 28 February for 29 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def workdays(month: str) -> int:
    """Official working days by the library ``holidays``."""
    day, days = date(int(month[:4]), int(month[5:]), 1), 0
    while day.isoformat()[:7] == month:
        days += CALENDAR.is_working_day(day)
        day += timedelta(1)
    return days


def hold_worked(score: Score, desk: Desk, true: Truth, before: Truth) -> None:
    """The worked-out figures whose truth can be computed apart."""
    as_of, scope = desk.as_of, parse_scope(HEADLINE)
    monthly = {metric: true.cells[metric, HEADLINE, "lead", "month"] for metric in ("cases_received", "verdicts")}

    def ask(
        metric: str, first: date | None = None, last: date | None = None, **where: str
    ) -> list[tuple[dict[str, str], str]]:
        question = Question(metric, scope, where=where, first_day=first, last_day=last, as_of=as_of)
        return [(cell.by, cell.value) for cell in work_out(desk, question)]

    def hold(name: str, got: object, wanted: object) -> None:
        score.hold(name, f"{name} as of {as_of}", got, wanted)

    hold("courts_covered", ask("courts_covered")[0][1], f"{len(true.covered)}/{len(first_instance_courts())}")
    last = as_of.isoformat()[:7]
    rates = {by["month"]: value for by, value in ask("verdicts_per_workday", date(2022, 10, 1), as_of)}
    for month in months_to(last):
        whole = month < last or (as_of + timedelta(1)).month != as_of.month  # a month that goes on has no rate
        rate = rounded(monthly["verdicts"].get(month, 0), workdays(month), "0.1") if whole else None
        hold("verdicts_per_workday", rates.get(month), rate)
    _hold_growth(hold, ask, desk, monthly["cases_received"], true, before)
    through = ask("complete_through")
    if through:
        for metric, months in (
            ("cases_received", months_to(through[0][1])),
            ("verdicts", months_to(through[0][1])[:-1]),
        ):
            found = ask("record_month", of=metric)
            most = max((monthly[metric].get(month, 0) for month in months), default=None)
            if most is not None:
                hold("record_month", monthly[metric].get(found[0][1]) if found else None, most)
    closing = ask("stock_identity", date(as_of.year, 1, 1), as_of)[0][1].rpartition(" = ")[2]
    hold("stock_identity", int(closing), sum(true.cells["cases_open", HEADLINE, "lead", "article"].values()))
    ours = true.cells["cases_received", HEADLINE, "lead", "region"]
    raw = {by["region"]: value for by, value in ask("region_rate") if by["kind"] == "raw"}
    for region, every in true.every_by_region.items():
        hold("region_rate", raw.get(region), rounded(1000 * ours.get(region, 0), every, "0.1"))
    changed = {(by["from"], by["to"]): int(value) for by, value in ask("requalified")}
    for pair in {*changed, *true.changed}:
        hold("requalified", changed.get(pair, 0), true.changed[pair])
    gone = [value for by, value in ask("visible_now") if by == {"state": "vanished"}]
    hold("visible_now", int(gone[0]) if gone else 0, true.vanished)


def _hold_growth(hold: Hold, ask: Ask, desk: Desk, monthly: Cells, true: Truth, before: Truth) -> None:
    """January to the month of the day, against a year before: as known now, and as known then."""
    as_of = desk.as_of
    first, last = date(as_of.year, 1, 1), date(as_of.year, as_of.month, 1) - timedelta(1)
    if as_of.month == 1 or as_of.year < 2024:
        return
    months = [f"{as_of.year}-{n:02d}" for n in range(1, as_of.month)]
    earlier = [f"{as_of.year - 1}-{month[5:]}" for month in months]
    then = before.cells["cases_received", HEADLINE, "lead", "month"]
    now = sum(monthly.get(month, 0) for month in months)
    for age, known in (("complete", monthly), ("same", then)):
        base = sum(known.get(month, 0) for month in earlier)
        comparable = age != "same" or len(before.covered) * 10 >= len(true.covered) * 9
        wanted = [({}, rounded(now, base, "0.01"))] if base and comparable else []
        hold("received_against_year_before", ask("received_against_year_before", first, last, age=age), wanted)


def run(home: Path, options: argparse.Namespace) -> Score:
    """Visit every date in order, the truth always one step ahead of the registry."""
    world = tell(options.world, options.seed, options.family)
    rng = random.Random(f"dates/{options.world}/{options.seed}/{options.family}")
    days = sorted(rng.sample(range(world.start + 30, world.end + 1), options.dates))
    first, _, last = options.nth.partition("-")
    days = days[int(first) - 1 : int(last)] if options.nth else days
    years = {day: a_year_before(date.fromordinal(day)).toordinal() for day in days}
    newsroom, snapshot, score = Newsroom(world, world.start), current(home), Score()
    earlier: dict[int, Truth] = {}
    with Engine(snapshot.path) as engine:
        for day in sorted({*days, *years.values()}):
            for _ in newsroom.until(day):
                pass
            true = truth_of(newsroom, day)
            if day in years.values():
                earlier[day] = true
            if day not in years:
                continue
            start, cells, wrong = time.process_time(), sum(score.compared.values()), len(score.differing)
            as_of = date.fromordinal(day)
            counted = Counted(engine, snapshot, as_of)
            hold_counted(score, counted, true, units=options.units)
            hold_worked(score, Desk(counted), true, earlier.get(years[day], Truth()))
            cells, wrong = sum(score.compared.values()) - cells, len(score.differing) - wrong
            print(f"{as_of}  {cells:7,} cells  {wrong:5,} differ  {time.process_time() - start:6.1f} CPU s", flush=True)
            for line in score.differing[len(score.differing) - wrong :][:8]:
                print("     ", line)
    return score


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--world", default="full", choices=("small", "full"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", default="published", choices=("published", "falling"))
    parser.add_argument("--dates", type=int, default=50)
    parser.add_argument("--nth", default="", help="Only these of the dates in order, such as 24-37: parts of one run.")
    parser.add_argument(
        "--units", action="store_true", help="By lead from units held, as a brief asks (a test holds both equal)."
    )
    options = parser.parse_args()
    print(
        f"simulated world {options.world}, seed {options.seed}, family {options.family}: {options.dates} random dates"
    )
    score = run(options.home, options)
    for kind, cells in sorted(score.compared.items()):
        print(f"{kind:32} {cells:9,} cells")
    print(f"{sum(score.compared.values()):,} cells, {len(score.differing):,} differ")
    raise SystemExit(1 if score.differing else 0)


if __name__ == "__main__":
    main()
