"""The verbs that count and show: ``count``, ``trace``, ``case``."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.figures.count import Figure
    from courttally.figures.issued import Answer
    from courttally.figures.question import Question

METRIC_HELP = (
    "cases_received, cases_finished, cases_open, verdicts, accused, accused_with_verdict, sentences_known, matters, case_records; "
    "or one that is worked out, such as region_rate: see 'courttally metrics'."
)
SubjectName = Annotated[
    str, typer.Option("--subject", help="What is counted: refusal, or another subject of courttally/subjects.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="What was known at the end of that day, Moscow time. Default: day of the latest capture.",
        show_default=False,
    ),
]


def count(
    metric: Annotated[str, typer.Argument(help=METRIC_HELP, show_default=False)],
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="DIM",
            help="Split by article, part, stage, role, month, year, court, region, circuit, level or outcome; persons also by sentence_kind, suspended, evidence; repeatable, or with commas.",
            show_default=False,
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where", metavar="DIM=VALUE", help="Count only what has this value; repeatable.", show_default=False
        ),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option(
            help="refusal, refusal-wartime, all, or articles=337,338;parts=wartime;since=2022-09-21.",
            show_default=False,
        ),
    ] = None,
    attribution: Annotated[
        str, typer.Option(help="lead: each case under its gravest charge; any: under each of its articles.")
    ] = "lead",
    from_: Annotated[
        str | None,
        typer.Option("--from", help="First month or day, inclusive, on the metric's own date.", show_default=False),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last month or day, inclusive.", show_default=False)] = None,
    as_of: AsOf = None,
    subject: SubjectName = "refusal",
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row a cell.")] = False,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help="Write the cells to a new Parquet file.", show_default=False)
    ] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw bars below the table.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Count a metric, split by dimensions. Metrics that are worked out ('courttally metrics') are asked for the same way.

    Example: courttally count cases_received --by month --by article --scope refusal-wartime --from 2024-01 --to 2024-12
    """
    from courttally.engine import Engine
    from courttally.figures.beside import beside
    from courttally.figures.count import as_of_date
    from courttally.figures.count import count as ask
    from courttally.figures.metrics import WORKED_OUT
    from courttally.figures.question import make_question
    from courttally.figures.shares import shares
    from courttally.registry import views
    from courttally.registry.snapshot import current

    if csv and json:
        common.fail("give --csv or --json, not both", common.USAGE)
    names = tuple(name.strip() for item in by or () for name in item.split(","))
    if metric in WORKED_OUT:
        asked: dict[str, Any] = {
            "scope": scope, "attribution": attribution, "by": names, "where": tuple(where or ()), "first": from_, "last": to, "subject": subject,
        }  # fmt: skip
        _count_worked(metric, _day(as_of), asked, out=_Out(common.home_of(home), csv, parquet, json, plot))
        return
    try:
        question = make_question(
            metric,
            scope=scope,
            attribution=attribution,
            by=names,
            where=tuple(where or ()),
            first=from_,
            last=to,
            as_of=_day(as_of),
            subject=subject,
        )
    except ValueError as error:
        common.fail(str(error), common.USAGE)
    with common.reported():
        snapshot = current(common.home_of(home))
        try:
            shown = as_of_date(snapshot, question.as_of)
        except ValueError as error:
            common.fail(str(error))
        with Engine(snapshot.path) as engine:
            figures = ask(engine, snapshot, question)
            notes = [] if json else beside(engine, snapshot, question)
            parts = shares(engine, snapshot, question, figures) if metric == "sentences_known" else []
            simulated = views.simulated(engine)
    out = _Out(common.home_of(home), csv, parquet, json, plot)
    remember(out.home, figures, snapshot.manifest)
    if _filed(out, figures, simulated=simulated):
        return
    if json:
        extra = [part.as_json() for part in parts] if parts else [{}] * len(figures)
        common.print_json([figure.as_json() | more for figure, more in zip(figures, extra, strict=True)])
    else:
        _print_count(question, shown, as_of_date(snapshot), figures, notes)
        for figure, part in zip(figures, parts, strict=False):
            cell = ", ".join(f"{name} {value}" for name, value in figure.by.items()) or "all"
            print(
                f"{cell}: {part.value:,} of {part.known:,} known ({part.among_known} %), of {part.of:,} accused with a verdict; "
                f"over the unknown, from {part.low} % to {part.high} %."
            )
        _drawn(out, figures)


@dataclass(frozen=True, slots=True)
class _Out:
    """Where an answer goes, beside the terminal."""

    home: Path
    csv: bool
    parquet: Path | None
    json: bool
    plot: bool


def _drawn(out: _Out, answers: Sequence[Answer]) -> None:
    """Bars below the table, where they were asked for."""
    if out.plot:
        from courttally.cli.outputs import bars

        print("\n" + bars(answers, width=min(110, shutil.get_terminal_size((100, 24)).columns)))


def _filed(out: _Out, answers: Sequence[Answer], *, simulated: bool) -> bool:
    """Write the forms for programs that were asked for; say whether the terminal's form is not wanted then."""
    from courttally.cli.outputs import csv_text, write_parquet

    if out.parquet is not None:
        with common.reported():
            write_parquet(answers, out.parquet, simulated=simulated)
        common.note(f"{common.plural(len(answers), 'cell')} written")
    if out.csv:
        print(csv_text(answers, simulated=simulated), end="")
    return out.csv or (out.parquet is not None and not out.json)


def _count_worked(metric: str, as_of: date | None, asked: Mapping[str, Any], *, out: _Out) -> None:
    """Print a worked-out metric: its cells are texts, a ratio, a month or a range. ``asked``: the words of the command line."""
    from courttally.engine import Engine
    from courttally.figures.counted import Counted
    from courttally.figures.desk import Desk
    from courttally.figures.metrics import WORKED_OUT
    from courttally.figures.question import make_worked_question
    from courttally.figures.worked import work_out
    from courttally.registry import views
    from courttally.registry.snapshot import current

    with common.reported():
        snapshot = current(out.home)
        with Engine(snapshot.path) as engine:
            try:
                desk = Desk(Counted(engine, snapshot, as_of))
                question = make_worked_question(metric, as_of=desk.as_of, **asked)
                found = work_out(desk, question)
            except ValueError as error:
                common.fail(str(error), common.USAGE)
            simulated = views.simulated(engine)
    remember(out.home, found, snapshot.manifest)
    if _filed(out, found, simulated=simulated):
        return
    if out.json:
        common.print_json([cell.as_json() for cell in found])
        return
    told = WORKED_OUT[metric]
    common.say(f"{told.title}\n{told.counts} {told.is_not}")
    common.say(f"Scope {question.scope.name}: {question.scope.words()}{question.limits()}. As of {desk.as_of.isoformat()}.")  # fmt: skip
    if desk.counted.known() < desk.as_of:
        common.say(f"The latest capture is of {desk.counted.known().isoformat()}: what courts showed after it is not known.")  # fmt: skip
    if not found:
        print("\nNothing to tell: too little is held for it, or nothing stands out.")
    else:
        names = list(dict.fromkeys(name for cell in found for name in cell.by))
        rows = [[*(_label(n, cell.by[n]) if n in cell.by else "" for n in names), _worked_value(cell.value, told.unit), cell.figure_id] for cell in found]  # fmt: skip
        common.print_table("", [*names, found[0].unit, "figure"], rows)
        _drawn(out, found)
    if simulated:
        print("SIMULATED DATA: these are not real cases.")


def _worked_value(value: str, unit: str) -> str:
    """A worked-out value as people read it: whole numbers of things by thousands; years and months as they are."""
    if unit not in ("cases", "case numbers", "matters"):
        return value
    return re.sub(r"\d{4,}", lambda found: f"{int(found[0]):,}", value)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        common.fail("--as-of takes a day such as 2025-05-31", common.USAGE)


def remember(home: Path, answers: Sequence[Answer], manifest: dict[str, Any]) -> None:
    """Keep what is printed in the ledger of issued figures; a home that cannot be written is said."""
    from courttally.archive import ArchiveError
    from courttally.figures.issued import issue

    try:
        issue(home, answers, common.clock, manifest)
    except (OSError, ArchiveError):
        common.note("courttally: the home cannot be written: these figures cannot be traced later")


def _print_count(question: Question, as_of: date, latest: date, figures: list[Figure], notes: list[str]) -> None:
    from courttally.figures.metrics import METRICS

    metric = METRICS[question.metric]
    print(metric.title)
    common.say(f"{metric.counts} {metric.is_not}")
    common.say(
        f"Scope {question.scope.name}: {question.scope.words()}; by {question.attribution} charge{question.limits()}."
    )
    print(f"As of {as_of.isoformat()}{'' if question.as_of else ' (day of the latest capture; not today)'}.")
    if latest < as_of:
        common.say(f"The latest capture is of {latest.isoformat()}: what courts showed after it is not known.")
    rows = [
        [*(_label(name, value) for name, value in figure.by.items()), _value(figure), figure.figure_id]
        for figure in figures
    ]
    if question.by and question.attribution == "lead" and len(figures) > 1:
        rows.append(
            [
                *("total" if n == 0 else "" for n in range(len(question.by))),
                f"{sum(figure.value for figure in figures):,}",
                "",
            ]
        )
    if not rows:
        print("\nNone held. That is no proof that there are none: see coverage in 'courttally status'.")
    else:
        unit = {"case": "cases", "accused": "accused", "matter": "matters"}[metric.unit]
        common.print_table("", [*question.by, unit, "figure"], rows, numbers=frozenset({len(question.by)}))
    if "region" in question.by or "region" in question.where:
        print("Region: of the court's seat, not of the offence, the unit or the home.")
    if any(figure.fewest != figure.most for figure in figures):
        common.say("In brackets: fewest and most, while links between case records wait in 'courttally decide list'.")
    for line in notes:
        common.say(line[0].upper() + line[1:] + ".")


def _value(figure: Figure) -> str:
    """The value, with its bounds where links that wait for a person leave it open."""
    if figure.fewest is None or figure.fewest == figure.most:
        return f"{figure.value:,}"
    return f"{figure.value:,} [{figure.fewest:,}-{figure.most:,}]"


def _label(dimension: str, value: str) -> str:
    from courttally import courts

    if dimension in ("court", "circuit"):
        return f"{value} {courts.label(value, 'en')}"
    if dimension == "region":
        return f"{value} {courts.region_label(value, 'en')}" if value.isdigit() else courts.region_label(value, "en")
    return value


def trace(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="A figure (f-…), a matter (m-…) or a case record.", show_default=False)
    ],
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show lines as they stand on the page, names too; at a terminal only.")
    ] = False,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Follow a number down to the lines on the courts' pages. Names are masked.

    Example: courttally trace f-0123456789abcdef
    """
    from courttally.archive import Archive
    from courttally.engine import Engine
    from courttally.figures.trace import NotFoundError, trace_id
    from courttally.registry.snapshot import current
    from courttally.registry.trace import Tracer

    if reveal and not sys.stdout.isatty():
        common.fail("--reveal shows names and prints to a terminal only", common.USAGE)
    with common.reported():
        folder = common.home_of(home)
        snapshot = current(folder)
        with Engine(snapshot.path) as engine:
            tracer = Tracer(engine, Archive(folder), reveal=reveal, corrected=_corrected(folder))
            try:
                found = trace_id(engine, snapshot, tracer, folder, _plain_id(id_), _day(as_of))
            except NotFoundError as error:
                common.fail(str(error))
    if json:
        common.print_json(found.as_json())
        return
    for line in found.heading:
        print(line)
    for item in found.items:
        print(f"\n{item.label}")
        width = max((len(shown.field) for shown in item.evidence), default=0)
        for shown in item.evidence:
            hand = ", second-hand" if shown.second_hand else ""
            by = f" (corrected by a person, {shown.corrected}: see 'courttally decide list')" if shown.corrected else ""
            print(f"  {shown.field:<{width}}  {shown.value}{by}")
            if shown.capture:
                print(f"  {'':<{width}}    «{shown.text}»  at {shown.locator} of {shown.capture}{hand}")
            else:
                print(f"  {'':<{width}}    not on the page")


def _corrected(folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """The values that people corrected; a broken ledger is said."""
    from courttally.registry.judgement import corrected_values, judgements

    try:
        return corrected_values(judgements(folder))
    except ValueError as error:
        common.fail(str(error))


_ID = re.compile(r"[0-9A-Za-z:.@/~#А-Яа-яЁё_-]{1,200}")


def _plain_id(text: str) -> str:
    if not _ID.fullmatch(text):
        common.fail(
            "an id is a figure (f-…), a matter (m-…) or a case record such as 25GV0001:criminal:first:1:3115935",
            common.USAGE,
        )
    return text


def case(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A case record, such as 25GV0001:criminal:first:1:3115935.", show_default=False
        ),
    ],
    history: Annotated[
        bool, typer.Option("--history", help="Also every value that any page of it ever showed, from when to when.")
    ] = False,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show one case: heading, accused, charges, timeline, outcome. Names are masked.

    Example: courttally case 25GV0001:criminal:first:1:3115935
    """
    from courttally.cli.case_view import print_case
    from courttally.cli.history import history_of, print_history
    from courttally.engine import Engine
    from courttally.figures.count import as_of_date
    from courttally.registry.case import read_case
    from courttally.registry.snapshot import current

    with common.reported():
        snapshot = current(common.home_of(home))
        with Engine(snapshot.path) as engine:
            try:
                day = as_of_date(snapshot, _day(as_of))
                found = read_case(engine, _plain_id(id_), day)
                past = history_of(engine, found["record"], day) if history else None
            except (KeyError, ValueError) as error:
                common.fail(str(error.args[0]))
    if json:
        if past is not None:
            found |= {"history": [value.as_json() for value in past[0]], "presence": past[1]}
        common.print_json(found)
        return
    print_case(found)
    if past is not None:
        print_history(*past)
