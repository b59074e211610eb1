"""The files of the site as bytes: the page, its style, the table as CSV and JSON, a readme.

Invariants: a pure function of :class:`Content`, which holds printed numbers only, so that nothing else can reach a file; the same
content gives the same bytes; no file names another host, but for the licence; templates escape everything.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from courttally.courts import Court
from courttally.law.subjects import NamedScope, Subject
from courttally.publish import chart, words
from courttally.publish.rollup import UNDATED, Printed, Row, quarter_of, year_of
from courttally.publish.tiers import FEWER, HIDDEN, PublicRow, is_small, passed, public_table, shown

TABLE = "cases_by_month"
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Content:
    """All that the page may say. The numbers of cases are printed ones, or go through :func:`tiers.shown`; None: not told."""

    as_of: date
    subject: Subject
    scope: NamedScope
    printed: Printed
    n_cases: int
    n_finished: int | None
    n_matters: int | None
    complete: tuple[Court, ...]
    partial: tuple[Court, ...]
    none: tuple[Court, ...]
    simulated: bool
    unknown_part_beside: int | None
    undated_beside: int | None
    second_hand: int | None
    overridden: tuple[tuple[Court, str], ...] = ()

    @property
    def month(self) -> str:
        """The month of the as-of day."""
        return self.as_of.isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table on the page. ``numbers``: per measure, the total and the split, as text."""

    label: str
    code: str
    numbers: tuple[tuple[str, tuple[str, ...] | None], ...]
    unfinished: bool
    kept: str
    """The day of the earlier release whose numbers the line keeps; empty: of this one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together: a sum over them, if one is published, and the parts."""

    sum: Line | None
    parts: tuple[Line, ...]


def site_files(content: Content) -> dict[str, bytes]:
    """Every file of the site by name, but for the manifest."""
    rows = passed(TABLE, list(table_rows(content)))
    return {
        "index.html": _html(content).encode(),
        "style.css": files("courttally.publish").joinpath("templates/style.css").read_bytes(),
        f"{TABLE}.csv": _csv(rows).encode(),
        f"{TABLE}.json": _json(content, rows).encode(),
        "README.txt": _readme(content).encode(),
    }


def table_rows(content: Content) -> Iterator[PublicRow]:
    """The rows of the public table: for each printed line its total, then its split by article if it has one."""
    printed = content.printed
    lines = [(row, "part") for row in shown_parts(printed)] + [(row, "sum") for row in _shown_sums(printed)]
    if _has_undated(printed):
        lines.append((printed.undated, "part"))
    for row, kind in lines:
        start = {
            "period": words.period_code(row.first, row.last),
            "period_start": row.first,
            "period_end": row.last,
            "row": kind,
        }
        end = {
            "unfinished": "yes" if _unfinished(row, content.month) else "no",
            "as_of": row.as_of or content.as_of.isoformat(),
            "data": words.SIMULATED if content.simulated else "documented",
        }
        split = zip(printed.articles, row.by_article, strict=True) if row.by_article else ()
        for article, (received, finished) in (("all", row.total), *split):
            yield {**start, "article": article, "received": received, "finished": finished, **end}


def shown_parts(printed: Printed) -> tuple[Row, ...]:
    """The parts from the first to the last with any case: months before and after are not said to be zero."""
    filled = [n for n, row in enumerate(printed.parts) if any(row.total)]
    return printed.parts[filled[0] : filled[-1] + 1] if filled else ()


def _shown_sums(printed: Printed) -> tuple[Row, ...]:
    """The sums over any part that is shown."""
    parts = shown_parts(printed)
    return tuple(row for row in printed.sums if any(row.first <= part.first <= row.last for part in parts))


def _has_undated(printed: Printed) -> bool:
    return bool(printed.parts) and printed.undated.total[1] != 0 and "finished" not in printed.withheld


def _unfinished(row: Row, month: str) -> bool:
    return row.first != UNDATED and row.last >= (row.as_of[:7] or month)


def _csv(rows: tuple[dict[str, str | int | None], ...]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [column.name for column in public_table(TABLE).columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _scope_words(content: Content) -> dict[str, Any]:
    scope = content.scope
    return {
        "name": scope.name,
        "articles": list(scope.articles),
        "parts": scope.parts,
        "since": scope.since.isoformat() if scope.since else None,
    }


def headline_text(content: Content) -> str:
    """The headline sentence, all of it."""
    before, number, after = words.headline_pieces(content.subject, content.scope, content.n_cases, content.n_matters)
    return " ".join((f"{before}{number}{after}", *_coverage_text(content)))


def _coverage_text(content: Content) -> tuple[str, str]:
    courts = len(content.complete) + len(content.partial) + len(content.none)
    return words.coverage_sentences(content.as_of, len(content.complete), len(content.partial), courts)


def _json(content: Content, rows: tuple[dict[str, str | int | None], ...]) -> str:
    table = public_table(TABLE)
    value = {
        "table": TABLE,
        "title": (f"{words.SIMULATED}. " if content.simulated else "") + table.title,
        "simulated": content.simulated,
        "headline": headline_text(content),
        "as_of": content.as_of.isoformat(),
        "scope": _scope_words(content),
        "attribution": "lead",
        "notes": list(_notes(content)),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "citation": citation(content),
        "columns": [{"name": column.name, "meaning": column.meaning} for column in table.columns],
        "rows": rows,
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def citation(content: Content) -> str:
    """How to cite the table."""
    mark = f"{words.SIMULATED}. " if content.simulated else ""
    articles = words.articles_words(content.subject, content.scope, "and")
    return (
        f"{mark}Cases received and finished by Russian military courts, {articles}, scope {content.scope.name}, "
        f"as seen by {words.day_words(content.as_of)}. Counted with courttally from the courts’ own sites. {LICENCE}."
    )


def _notes(content: Content) -> Iterator[str]:
    """What stands beside the numbers and is in none of them, and what is not printed."""
    printed = content.printed
    if printed.kept:
        yield (
            "Lines with a day of their own keep the numbers of that day’s release: none of their totals has changed by five since, and a smaller "
            f"change could point to a person. {HIDDEN} in place of one number of a line has the same reason."
        )
    for number, what in (
        (content.unknown_part_beside, "whose article is in scope and whose part is not stated"),
        (content.undated_beside, "without a usable day received, so not known to be in scope"),
    ):
        if number != 0:
            yield f"Not counted: {f'{shown(number)} ' if number is not None else ''}cases {what}."
    if content.second_hand is None:
        yield "Second-hand: some of the cases counted rest on rows that others exported; no page of a court is held for them."
    elif content.second_hand:
        yield f"Second-hand: {_second_hand(content)} rest on rows that others exported; no page of a court is held for them."
    if "received" in printed.withheld:
        yield f"There are {FEWER} cases in all, so no table is published."
    elif not printed.parts:
        yield "No table is published, because hidden numbers could be worked out from it."
    elif "finished" in printed.withheld:
        yield f"In all, {FEWER} cases are finished, so no numbers of finished cases are published."
    if _has_undated(printed):
        number = printed.undated.total[1]
        yield f"Finished on no usable day, so in no period: {FEWER if number is None else shown(number)}."


def _second_hand(content: Content) -> str:
    """How many cases, so that neither they nor the rest are a small number that can be worked out."""
    second_hand = content.second_hand or 0
    first_hand = content.n_cases - second_hand
    if is_small(content.n_cases) or not first_hand:
        return "the cases counted"
    if is_small(first_hand):
        return f"all but {FEWER} of the cases counted"
    return f"{shown(second_hand)} of the cases counted"


def _readme(content: Content) -> str:
    table = public_table(TABLE)
    width = max(len(column.name) for column in table.columns) + 2
    mark = [words.SIMULATED, ""] if content.simulated else []
    lines = [
        *mark,
        table.title,
        "",
        headline_text(content),
        "",
        f"Scope {content.scope.name}: {words.articles_words(content.subject, content.scope, 'and')}; "
        f"{words.parts_words(content.subject, content.scope)}.",
        "A case with several charges is counted once, under the gravest of them.",
        "A case is an accusation, not guilt. Finished is not a verdict: cases that were terminated, returned or transferred",
        "are finished too; and a verdict can acquit.",
        "",
        f"{TABLE}.csv (UTF-8, comma) and {TABLE}.json hold the same rows:",
        "",
        *(f"  {column.name:<{width}}{column.meaning}" for column in table.columns),
        "",
        "Rows marked 'part' share out the time and add up to the whole. Rows marked 'sum' cover several parts; do not add them.",
        "No number from 1 to 4 is published: such a month is given without articles, or within its quarter, its year or longer.",
        *_notes(content),
        "",
        f"Licence: {LICENCE}, {LICENCE_URL}",
        f"Cite as: {citation(content)}",
        "manifest.json has the SHA-256 of every file.",
        "",
    ]
    return "\n".join(lines)


def _line(row: Row, articles: int, month: str) -> Line:
    def text(number: int | None) -> str:
        return HIDDEN if number is None or is_small(number) else f"{number:,}"

    numbers = tuple(
        (text(row.total[m]), tuple(text(pair[m]) for pair in row.by_article) if row.by_article else None)
        for m in (0, 1)
    )
    label = words.period_words(row.first, row.last)
    kept = words.day_words(date.fromisoformat(row.as_of)) if row.as_of else ""
    return Line(label, words.period_code(row.first, row.last), numbers, _unfinished(row, month), kept)


def _groups(content: Content) -> Iterator[Group]:
    """The parts by the sum that covers them; a part that none covers by its year."""
    printed, many = content.printed, len(content.printed.articles)
    parts = list(shown_parts(printed))
    for total in _shown_sums(printed):
        covered = [row for row in parts if total.first <= row.first <= total.last]
        parts = [row for row in parts if row not in covered]
        yield Group(_line(total, many, content.month), tuple(_line(row, many, content.month) for row in covered))
    for year in sorted({year_of(row.first) for row in parts}):
        yield Group(None, tuple(_line(row, many, content.month) for row in parts if year_of(row.first) == year))


def _html(content: Content) -> str:
    environment = Environment(
        loader=PackageLoader("courttally.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    printed = content.printed
    parts = shown_parts(printed)
    sizes = (("wide", 760, 270), ("narrow", 348, 230))
    drawn = [chart.draw(parts, content.month, name=name, width=w, height=h) for name, w, h in sizes]
    groups = sorted(_groups(content), key=lambda group: (group.sum or group.parts[0]).code)
    return environment.get_template("index.html.jinja").render(
        content=content,
        subject=content.subject,
        words=words,
        hidden=HIDDEN,
        headline=words.headline_pieces(content.subject, content.scope, content.n_cases, content.n_matters),
        coverage=_coverage_text(content),
        n_cases=None if is_small(content.n_cases) else content.n_cases,
        n_matters=None if content.n_matters is None else shown(content.n_matters),
        n_finished=content.n_finished if parts else None,
        n_courts=len(content.complete) + len(content.partial) + len(content.none),
        articles=[content.subject.article(number) for number in printed.articles],
        groups=groups,
        undated=_line(printed.undated, len(printed.articles), content.month) if _has_undated(printed) else None,
        rolled=any(row.first != row.last for row in parts),
        quarters=any(len({quarter_of(row.first), quarter_of(row.last)}) > 1 for row in parts),
        notes=list(_notes(content)),
        charts=[one for one in drawn if one],
        alternative=chart.alternative(parts) if all(drawn) else "",
        table=public_table(TABLE),
        licence=LICENCE,
        licence_url=LICENCE_URL,
        citation=citation(content),
        away={"abroad": "abroad", "occupied_ukraine": "in occupied territory of Ukraine"},
    )
