"""Wrong claims and right restatements, derived from right claims by what can go wrong with a number on its way.

Written from the definitions of the kinds, as an editor would slip; it imports nothing of the rules. A derived claim is what
another, invented publication prints after the publication of its original. Everything follows from the seed.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import holidays

Row = dict[str, str]

CASES = {"cases_received", "cases"}
PERSONS = {"accused"}
VERDICTS = {"verdicts"}
LABELS = {"332": "refusing an order", "337": "absence without leave", "338": "desertion"}
CALENDAR = holidays.country_holidays("RU")


@dataclass
class Derived:
    """Rows to add to the file; the one judged; the kind expected (0: none); what was done."""

    rows: list[Row]
    judged: str
    kind: int
    how: str
    original: str
    also: list[str] = field(default_factory=list)


@dataclass
class Maker:
    rng: random.Random
    rows: list[Row]
    number: int = 0

    def reprint(self, row: Row, **changes: str) -> Row:
        """The row as a new publication prints it after the old one."""
        self.number += 1
        new = dict(row)
        new.update(
            claim_id=f"M{self.number:04d}",
            source_id=f"paper-{self.number}",
            publisher=f"Paper {self.number}",
            cites=row["publisher"] if self.rng.random() < 0.8 else row["claim_id"],
            url="",
            published="2026-01",
            group_id="",
            part_of="",
            quote=f"~{row['value_lo']} printed again",
        )
        new.update(changes)
        return new

    def by_id(self, claim_id: str) -> Row:
        return next(row for row in self.rows if row["claim_id"] == claim_id)

    def months(self) -> list[Row]:
        return [r for r in self.counts() if r["period_start"][:7] == r["period_end"][:7] and r["period_end"]]

    def years(self) -> list[Row]:
        return [r for r in self.counts() if r["period_start"].endswith("-01-01") and r["period_end"][5:] >= "12-2"]

    def running(self) -> list[Row]:
        return [r for r in self.counts() if r["period_start"] in {"2022-09-21", "2022-09"} and r["period_end"]]

    def counts(self) -> list[Row]:
        return [
            r
            for r in self.rows
            if r["op"] == "=" and r["metric"] in CASES | PERSONS | VERDICTS | {"accused_with_verdict"}
        ]


def workdays(month: str) -> int:
    """Working days of a month, by a library that the project does not use."""
    first = date.fromisoformat(month + "-01")
    days = (first + timedelta(n) for n in range(31))
    return sum(CALENDAR.is_working_day(day) for day in days if day.month == first.month)


def value(text: str) -> dict[str, str]:
    return {"value_lo": text, "value_hi": text}


# What goes wrong, one slip each


def label(m: Maker) -> Derived | None:
    row = m.rng.choice([r for r in m.counts() if r["articles"] in LABELS])
    other = m.rng.choice(sorted(set(LABELS) - {row["articles"]}))
    new = m.reprint(
        row, articles=other, label_as_printed=LABELS[other], quote=f"~{row['value_lo']} for {LABELS[other]}"
    )
    return Derived([new], new["claim_id"], 1, f"label {row['articles']} to {other}", row["claim_id"])


def unit(m: Maker) -> Derived | None:
    row = m.rng.choice([r for r in m.counts() if r["metric"] in CASES | PERSONS])
    changes = (
        {"metric": "accused", "unit_as_printed": m.rng.choice(["soldier", "person"]), "label_as_printed": "soldiers"}
        if row["metric"] in CASES
        else {"metric": "cases_received", "unit_as_printed": "case", "label_as_printed": "cases"}
    )
    return one(m, row, 4, "unit", **changes)


def one(m: Maker, row: Row, kind: int, how: str, **changes: str) -> Derived:
    new = m.reprint(row, **changes)
    return Derived([new], new["claim_id"], kind, how, row["claim_id"])


def stage(m: Maker) -> Derived | None:
    row = m.rng.choice([r for r in m.counts() if r["metric"] == "cases_received"])
    metric, printed = m.rng.choice([("cases_heard", "case"), ("cases_finished", "case"), ("convictions", "conviction")])
    return one(m, row, 6, f"received told as {metric}", metric=metric, unit_as_printed=printed, label_as_printed=metric)


def digit(m: Maker) -> Derived | None:
    row = m.rng.choice(m.counts())
    d, at = list(row["value_lo"]), m.rng.randrange(1, len(row["value_lo"]))
    how = m.rng.choice(["lost", "added", "swapped", "changed"])
    if how == "lost":
        del d[at]
    elif how == "added":
        d.insert(at, m.rng.choice("0123456789"))
    elif how == "changed":
        d[at] = m.rng.choice([c for c in "0123456789" if c != d[at]])
    else:
        d[at - 1], d[at] = d[at], d[at - 1]
    text = "".join(d)
    if text == row["value_lo"] or text.startswith("0"):
        return None
    return one(m, row, 10, f"digit {how}", **value(text))


def period(m: Maker) -> Derived | None:
    how = m.rng.choice(["month", "month to year", "year", "year to war"])
    if how.startswith("month"):
        row = m.rng.choice(m.months())
        year, month = int(row["period_start"][:4]), int(row["period_start"][5:7])
        if how == "month":
            month = month % 12 + 1
            last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).isoformat()
            return one(m, row, 9, how, period_start=f"{year}-{month:02d}-01", period_end=last, as_of="")
        return one(m, row, 9, how, period_start=f"{year}-01-01", period_end=f"{year}-12-31", as_of="")
    row = m.rng.choice(m.years())
    year = int(row["period_start"][:4])
    if how == "year":
        year += m.rng.choice([-1, 1])
        return one(m, row, 9, how, period_start=f"{year}-01-01", period_end=f"{year}-12-31", as_of="")
    if year < 2024:
        return None
    return one(m, row, 9, how, period_start="2022-02-24")


def start(m: Maker) -> Derived | None:
    row = m.rng.choice(m.running())
    return one(
        m,
        row,
        14,
        "start",
        period_start=m.rng.choice(["2022-02-24", "2022-02"]),
        label_as_printed=row["label_as_printed"] + " since the invasion",
    )


def shares(m: Maker) -> Iterator[tuple[Row, Row, str]]:
    """Verdicts of cases, verdicts of accused, one article of all: numbers printed together."""
    for a in m.rows:
        for b in m.rows:
            if a["source_id"] != b["source_id"] or a["op"] != "=" or b["op"] != "=":
                continue
            same = (
                a["articles"] == b["articles"]
                and a["period_start"] == b["period_start"]
                and a["period_end"] == b["period_end"] != ""
            )
            if same and (a["metric"], b["metric"]) in {
                ("verdicts", "cases_received"),
                ("accused_with_verdict", "accused"),
            }:
                yield a, b, "with a verdict"
            if a["part_of"] == b["claim_id"] and a["metric"] == b["metric"] and a["articles"] in LABELS:
                yield a, b, LABELS[a["articles"]] + " among the cases"


def share(m: Maker, *, cut: bool) -> Derived | None:
    a, b, words = m.rng.choice(sorted(shares(m), key=lambda t: (t[0]["claim_id"], t[1]["claim_id"])))
    places = m.rng.choice([0, 1])
    true = Decimal(a["value_lo"]) * 100 / Decimal(b["value_lo"])
    step = Decimal(1).scaleb(-places)
    down, near = (true // step) * step, true.quantize(step)
    if cut and down == near:
        return None
    text = str((down if cut else near).quantize(step))
    new = m.reprint(
        a, metric="share", unit_as_printed="percent", label_as_printed=words, quote=f"~{text}% {words}",
        cites=m.rng.choice([f"{a['claim_id']};{b['claim_id']}", a["publisher"]]), **value(text),
    )  # fmt: skip
    return Derived([new], new["claim_id"], 5 if cut else 0, f"share {text} of {true:.2f}", a["claim_id"])


def rate(m: Maker, *, cut: bool) -> Derived | None:
    row = m.rng.choice([r for r in m.months() if r["metric"] == "verdicts"])
    true = Decimal(row["value_lo"]) / workdays(row["period_start"][:7])
    step = m.rng.choice([Decimal(1), Decimal("0.1")])
    down, near = (true // step) * step, true.quantize(step)
    if cut and down == near:
        return None
    text = str((down if cut else near).quantize(step))
    metric = {"metric": "verdicts_per_workday", "unit_as_printed": "per_workday", "label_as_printed": "a working day"}
    return one(m, row, 5 if cut else 0, f"rate {text} of {true:.2f}", **metric, cites=row["claim_id"], **value(text))


def rate_wrong(m: Maker) -> Derived | None:
    """The rate of one month, told of the next: the count beside it does not give it."""
    row = m.rng.choice([r for r in m.months() if r["metric"] == "verdicts"])
    true = Decimal(row["value_lo"]) / workdays(row["period_start"][:7])
    text = str((true * Decimal(m.rng.choice(["0.85", "1.15", "1.3"]))).quantize(Decimal(1)))
    metric = {"metric": "verdicts_per_workday", "unit_as_printed": "per_workday", "label_as_printed": "a working day"}
    return one(m, row, 9, f"rate {text} of {true:.2f}", **metric, cites=row["claim_id"], **value(text))


WORDS = [
    ("{n} cases, {f} times as many as the year before", "times"),
    ("{n} cases, up {p}% on the year before", "percent"),
    ("{n} cases, {p}% more than in {y}", "percent"),
    ("{n} cases, nearly double the year before", "0.9:2"),
    ("{n} cases: the number doubled, year on year", "2"),
    ("{n} cases, more than twice as many as in {y}", "2"),
    ("{n} cases, almost tripled since the previous year", "0.9:3"),
]


def growth(m: Maker, *, wrong: bool) -> Derived | None:
    rows = [r for r in m.years() if r["metric"] == "cases_received"]
    pairs = [
        (a, b)
        for a in rows for b in rows
        if a["articles"] == b["articles"] and int(b["period_start"][:4]) - int(a["period_start"][:4]) == 1
    ]  # fmt: skip
    if not pairs:
        return None
    a, b = m.rng.choice(pairs)
    ratio = Decimal(b["value_lo"]) / Decimal(a["value_lo"])
    if ratio <= 1:
        return None  # the words below tell a rise
    text, kind = m.rng.choice(WORDS)
    f, p = ratio.quantize(Decimal("0.1")), ((ratio - 1) * 100).quantize(Decimal(1))
    if kind in {"times", "percent"}:
        if wrong:
            f, p = f + m.rng.choice([Decimal("0.3"), Decimal("0.5")]), p + m.rng.choice([5, 10, 30])
        holds = not wrong
    else:
        soft, _, factor = kind.rpartition(":")
        holds = ratio >= Decimal(factor) * Decimal(soft or 1)
    if holds == wrong:
        return None
    quote = "~" + text.format(n=b["value_lo"], f=f, p=p, y=a["period_start"][:4])
    return one(m, b, 2 if wrong else 0, quote, quote=quote)


def totals(m: Maker) -> list[tuple[Row, list[Row]]]:
    found = []
    for total in m.rows:
        parts = [r for r in m.rows if r["part_of"] == total["claim_id"]]
        if total["op"] == "=" and len(parts) > 2 and sum(int(p["value_lo"]) for p in parts) == int(total["value_lo"]):
            found.append((total, parts))
    return found


def breakdown(m: Maker, *, drop: bool) -> Derived | None:
    total, parts = m.rng.choice(totals(m))
    new = m.reprint(
        total,
        group_id=f"g{m.number}",
        metric="cases_received" if total["unit_as_printed"] == "case" else total["metric"],
    )
    kept = list(parts)
    if drop:
        kept.remove(m.rng.choice(parts))
    rows = [new]
    for part in kept:
        again = m.reprint(
            part,
            source_id=new["source_id"],
            publisher=new["publisher"],
            group_id=new["group_id"],
            part_of=new["claim_id"],
        )
        rows.append(again)
    return Derived(
        rows, new["claim_id"], 3 if drop else 0, "breakdown", total["claim_id"], [r["claim_id"] for r in rows[1:]]
    )


# What is right, said in another way


def copied(m: Maker) -> Derived | None:
    row = m.rng.choice(m.counts())
    changes: Row = {}
    if m.rng.random() < 0.4:
        changes |= {k: row[k][:7] for k in ("period_start", "period_end", "as_of")}
    if m.rng.random() < 0.3:
        changes["as_of"] = ""
    if m.rng.random() < 0.2:
        changes |= {"articles": "unstated", "label_as_printed": "refusing to serve"}
    return one(m, row, 0, "copied", **changes)


def rounded(m: Maker) -> Derived | None:
    row = m.rng.choice(m.counts())
    n = int(row["value_lo"])
    unit_ = 10 ** max(1, len(row["value_lo"]) - 2)
    low = n // unit_ * unit_
    if n == low:
        return None
    op, shown = m.rng.choice([("over", low), ("nearly", low + unit_), ("~", round(n / unit_) * unit_), (">", low)])
    return one(m, row, 0, f"rounded {op} {shown}", op=op, **value(str(shown)))


def older(m: Maker) -> Derived | None:
    """An older running total printed later, with its own date: no error."""
    row = m.rng.choice(m.running())
    return one(m, row, 0, "older total", published="2026-06-01")


def part_alone(m: Maker) -> Derived | None:
    """One part of a total, "of them": it does not claim to be whole."""
    total, parts = m.rng.choice(totals(m))
    part = m.rng.choice(parts)
    new = m.reprint(total, group_id=f"g{m.number}")
    again = m.reprint(
        part, source_id=new["source_id"], publisher=new["publisher"], group_id=new["group_id"], part_of=new["claim_id"],
        quote=f"~{part['value_lo']} of them",
    )  # fmt: skip
    return Derived([new, again], new["claim_id"], 0, "one part of a total", total["claim_id"], [again["claim_id"]])


def other_word(m: Maker) -> Derived | None:
    """The same unit in another word of the schema."""
    row = m.rng.choice([r for r in m.counts() if r["metric"] == "cases_received"])
    return one(m, row, 0, "cases, stage not said", metric="cases")


Make = Callable[[Maker], Derived | None]
WRONG: tuple[Make, ...] = (
    label, unit, stage, digit, period, start,
    lambda m: share(m, cut=True),
    lambda m: rate(m, cut=True),
    rate_wrong,
    lambda m: growth(m, wrong=True),
    lambda m: breakdown(m, drop=True),
)  # fmt: skip
RIGHT: tuple[Make, ...] = (
    copied, rounded, older, part_alone, other_word,
    lambda m: share(m, cut=False),
    lambda m: rate(m, cut=False),
    lambda m: growth(m, wrong=False),
    lambda m: breakdown(m, drop=False),
)  # fmt: skip


def derive(rows: list[Row], count: int, makers: tuple[Make, ...], seed: int) -> list[Derived]:
    """``count`` claims derived from ``rows``, each maker in turn."""
    maker = Maker(random.Random(seed), rows)
    found: list[Derived] = []
    turn = 0
    while len(found) < count:
        made = makers[turn % len(makers)](maker)
        turn += made is not None or maker.rng.random() < 0.2
        if made is not None:
            found.append(made)
    return found


def batches(derived: list[Derived], size: int) -> Iterator[list[Derived]]:
    """Batches in which no two slips of one sort come from one original, so that one does not vouch for another."""
    waiting = list(derived)
    while waiting:
        batch: list[Derived] = []
        rest = []
        for d in waiting:
            free = len(batch) < size and all((d.original, d.kind) != (other.original, other.kind) for other in batch)
            (batch if free else rest).append(d)
        yield batch
        waiting = rest


def relabelled(derived: list[Derived], prefix: str) -> list[Derived]:
    """The same with other ids, so that two lists can stand in one file."""
    done = []
    for d in derived:
        names = {row["claim_id"]: prefix + row["claim_id"] for row in d.rows}
        rows = []
        for row in d.rows:
            new = dict(
                row,
                claim_id=names[row["claim_id"]],
                source_id=prefix + row["source_id"],
                publisher=prefix + row["publisher"],
            )
            new["part_of"] = names.get(row["part_of"], row["part_of"])
            rows.append(new)
        done.append(replace(d, rows=rows, judged=names[d.judged], also=[names[i] for i in d.also]))
    return done
