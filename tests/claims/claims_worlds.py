"""Worlds drawn by a seed, in which every claim is right.

A world is drawn by its seed: monthly cases of three articles, a newsroom that reports running totals, years, months, verdicts,
accused and rates at several dates, and papers that reprint them exactly, rounded, in part, or as growth. All of it is worked out from
the same monthly numbers.
"""

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import holidays
from claims_build import row

Row = dict[str, str]
CALENDAR = holidays.country_holidays("RU")
ARTICLES = ("332", "337", "338")
ALL = ";".join(ARTICLES)
START = "2022-09-21"


def month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


class World:
    """Monthly numbers from October 2022, and the claims made of them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.rows: list[Row] = []
        self.months = [(2022, m) for m in (10, 11, 12)] + [(y, m) for y in (2023, 2024) for m in range(1, 13)]
        self.cases: dict[tuple[int, int], dict[str, int]] = {}
        level = {a: self.rng.uniform(15, 220) for a in ARTICLES}
        trend = {a: self.rng.uniform(0.96, 1.1) for a in ARTICLES}
        for month in self.months:
            self.cases[month] = {a: max(1, int(level[a] * self.rng.uniform(0.8, 1.2))) for a in ARTICLES}
            level = {a: level[a] * trend[a] for a in ARTICLES}
        self.done = self.rng.uniform(0.6, 0.9)
        self.several = self.rng.uniform(1.01, 1.05)

    def add(self, number: int | str | None, **cells: str) -> Row:
        made = row(f"W{len(self.rows)}", number, **cells)
        self.rows.append(made)
        return made

    def total(self, months: list[tuple[int, int]], articles: tuple[str, ...] = ARTICLES) -> int:
        return sum(self.cases[m][a] for m in months for a in articles)

    def verdicts(self, months: list[tuple[int, int]], articles: tuple[str, ...] = ARTICLES) -> int:
        return sum(int(self.cases[m][a] * self.done) for m in months for a in articles)

    def report(self, until: tuple[int, int]) -> None:
        """What the newsroom prints some days after a month."""
        months = [m for m in self.months if m <= until]
        end = month_end(*until)
        when = {
            "by": "Newsroom",
            "source_id": f"newsroom-{end}",
            "as_of": end.isoformat(),
            "published": (end + timedelta(5)).isoformat(),
        }
        span = f"{START}..{end}"
        group = f"g-{end}"
        whole = self.add(self.total(months), **when, span=span, articles=ALL, group_id=group)
        for a in ARTICLES:
            self.add(self.total(months, (a,)), **when, span=span, articles=a, group_id=group, part_of=whole["claim_id"])
            self.add(
                self.verdicts(months, (a,)),
                **when,
                span=span,
                articles=a,
                metric="verdicts",
                unit_as_printed="verdict",
                group_id=group + "v",
            )
        accused = int(self.total(months) * self.several) + 7
        done = int(accused * self.done)
        people = {"unit_as_printed": "accused", "articles": ALL, "span": span, "group_id": group + "p"}
        self.add(accused, metric="accused", **when, **people)
        self.add(done, metric="accused_with_verdict", **when, **people)
        share = (Decimal(done) * 100 / accused).quantize(Decimal("0.1"), ROUND_HALF_UP)
        self.add(
            str(share),
            metric="share",
            label_as_printed="accused with a verdict",
            **when,
            **(people | {"unit_as_printed": "percent"}),
        )
        self.month(until, when)
        if until[1] == 12:
            self.year(until[0], when)

    def month(self, month: tuple[int, int], when: Row) -> None:
        first, last = date(*month, 1), month_end(*month)
        span = f"{first}..{last}"
        self.add(self.total([month]), **when, span=span, articles=ALL)
        count = self.verdicts([month])
        self.add(count, **when, span=span, articles=ALL, metric="verdicts", unit_as_printed="verdict")
        days = sum(CALENDAR.is_working_day(first + timedelta(n)) for n in range((last - first).days + 1))
        rate = (Decimal(count) / days).quantize(Decimal(1), ROUND_HALF_UP)
        self.add(
            str(rate), **when, span=span, articles=ALL, metric="verdicts_per_workday", unit_as_printed="per_workday"
        )

    def year(self, year: int, when: Row) -> None:
        span = f"{year}-01-01..{year}-12-31"
        months = [m for m in self.months if m[0] == year]
        quote = "~in the year"
        if year == 2024:
            ratio = Decimal(self.total(months)) / self.total([m for m in self.months if m[0] == 2023])
            change = ((ratio - 1) * 100).quantize(Decimal(1), ROUND_HALF_UP)
            quote = f"~{abs(change)}% {'more' if change >= 0 else 'fewer'} than in 2023"
        whole = self.add(self.total(months), **when, span=span, articles=ALL, quote=quote, group_id=f"y{year}")
        for a in ARTICLES:
            self.add(
                self.total(months, (a,)), **when, span=span, articles=a, group_id=f"y{year}", part_of=whole["claim_id"]
            )

    def papers(self, count: int) -> None:
        """Other publications that print what the newsroom printed."""
        own = [r for r in self.rows if r["op"] == "="]
        for n in range(count):
            old = self.rng.choice(own)
            new = dict(old) | {
                "by": f"Paper{n}", "cites": "Newsroom", "published": "2025-02-01", "group_id": "", "part_of": "", "quote": "~reprinted",
                "as_of": self.rng.choice([old["as_of"], ""]),
            }  # fmt: skip
            counted = old["metric"] not in {"share", "verdicts_per_workday"}
            if counted and int(old["value_lo"]) >= 1000 and self.rng.random() < 0.4:
                new |= self.rounded(int(old["value_lo"]))
            if self.rng.random() < 0.3:
                new |= {"period_start": old["period_start"][:7], "period_end": old["period_end"][:7]}
            number = new.pop("value_lo")
            for gone in ("claim_id", "value_hi", "source_id", "publisher"):
                new.pop(gone)
            self.add(number, **new)

    def rounded(self, number: int) -> Row:
        unit = 10 ** (len(str(number)) - 2)
        low = number // unit * unit
        if low == number:
            return {}
        op, shown = self.rng.choice([("over", low), ("nearly", low + unit), ("~", (number + unit // 2) // unit * unit)])
        return {"op": op, "value_lo": str(shown), "value_hi": str(shown)}
