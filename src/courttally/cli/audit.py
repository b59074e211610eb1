"""The verb ``audit``: what is said of published figures, from the claims alone. Thin: the work is in the room ``claims``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.claims.audit import Judgement
    from courttally.claims.findings import Kind
    from courttally.claims.model import Claim
    from courttally.claims.reading import ClaimsFile

DEFAULT = "run"
OWN_FILE = "claims.csv"


class _FileOrCommand(TyperGroup):
    """``audit FILE`` and ``audit --json`` mean the default command; ``audit add`` the command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_FileOrCommand,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Say which published figures hold: a verdict for each claim, with the arithmetic shown.

    courttally audit [CLAIMS.csv] [--kind KIND] [--json]; without a file, the project's own claims and those that you added.

    Example: courttally audit claims.csv --kind mislabel --kind unit

    Exit status: 0 done, 1 failed, 2 bad usage, 3 done with rows that could not be read.""",
)

Claims = Annotated[
    Path | None,
    typer.Argument(
        metavar="[CLAIMS.csv]",
        help="A claims file. Default: the project's own claims, and those in the home folder.",
        show_default=False,
    ),
]
Language = Annotated[str, typer.Option("--lang", metavar="en|ru", help="Language of the explanations.")]
Alone = Annotated[
    bool, typer.Option("--alone", help="Do not look up, in the project's own claims, publishers that the file cites.")
]


@app.command(DEFAULT)
def run(
    claims: Claims = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="Only claims of this kind: its number or name; repeatable.",
            show_default=False,
        ),
    ] = None,
    alone: Alone = False,
    lang: Language = "en",
    home: Home = None,
    json: Json = False,
) -> None:
    """Judge every claim of a file (this is what `courttally audit` does).

    Example: courttally audit --kind mislabel

    Kinds: 1 mislabel, 2 growth, 3 dropped-part, 4 unit, 5 truncation, 6 received-as-decided, 7 populations, 8 stage,
    9 period, 10 digit, 11 statute, 12 irreconcilable, 13 vintage, 14 start.
    """
    wanted = [_kind(name) for name in kind or ()]
    _check(lang)
    held, judged, _ = _audit(claims, home, alone=alone)
    shown = [j for j in judged if not wanted or set(wanted) & set(j.kinds)]
    if json:
        common.print_json([j.as_json() for j in shown])
    else:
        from courttally.cli.audit_view import print_judgements

        print_judgements(shown, judged, lang)
    _finish(held)


@app.command()
def show(
    claim_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a claim.", show_default=False)],
    claims: Claims = None,
    alone: Alone = False,
    lang: Language = "en",
    home: Home = None,
    json: Json = False,
) -> None:
    """Show one claim: what is printed, what it says in our terms, related claims, the verdict, and how to say it rightly.

    Example: courttally audit show E-06
    """
    _check(lang)
    held, judged, by_id = _audit(claims, home, alone=alone)
    found = next((j for j in judged if j.claim_id == claim_id), None)
    if found is None:
        common.fail(f"no claim {claim_id} in the file. 'courttally audit' lists the claims", common.USAGE)
    if json:
        common.print_json(found.as_json())
    else:
        from courttally.cli.audit_view import print_claim

        print_claim(found, by_id, lang)
    _finish(held)


@app.command()
def add(
    file: Annotated[
        Path | None,
        typer.Option("--file", help="The claims file. Default: claims.csv in the home folder.", show_default=False),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Short name of the publication, such as gazette-2025-03-01.")
    ] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    cites: Annotated[str, typer.Option(help="What it relies on: a publisher, or claim ids joined by semicolons.")] = "",
    url: Annotated[str, typer.Option(help="Its address.")] = "",
    published: Annotated[str, typer.Option(help="Day or month of publication.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Day or month of the count.")] = "",
    quote: Annotated[str | None, typer.Option(help="The printed text; a leading ~ marks a paraphrase.")] = None,
    label: Annotated[str | None, typer.Option(help="What the number is called there.")] = None,
    unit: Annotated[
        str | None, typer.Option(help="The unit as printed: case, soldier, person, verdict, percent, …")
    ] = None,
    metric: Annotated[str | None, typer.Option(help="The metric in our terms, such as cases_received.")] = None,
    articles: Annotated[
        str | None, typer.Option(help="Articles joined by semicolons, chapter33, all_crimes, other or unstated.")
    ] = None,
    parts: Annotated[str, typer.Option(help="all, wartime or unstated.")] = "unstated",
    place: Annotated[str, typer.Option(help="RU, a region or a court.")] = "RU",
    from_: Annotated[str | None, typer.Option("--from", help="First day or month of the period.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last day or month of the period.")] = None,
    number: Annotated[
        str | None, typer.Option(help="The number as printed: 14182, 'over 20000', 39-41; empty for none.")
    ] = None,
    group: Annotated[str, typer.Option(help="The group printed together.")] = "",
    part_of: Annotated[str, typer.Option("--part-of", help="The claim that is its total.")] = "",
    population: Annotated[str, typer.Option(help="Whom the publication says it counts.")] = "court_cases",
    claim_id: Annotated[str, typer.Option("--id", help="Its id; A001, A002, … when not given.")] = "",
    lang: Language = "en",
    home: Home = None,
    json: Json = False,
) -> None:
    """Record a claim: asks for what was not given as an option, checks it, and says what is to be said of it.

    Example: courttally audit add --source gazette-2025-03 --publisher Gazette --cites Mediazona --metric cases_received
    --articles 338 --number 14182 --quote "14,182 cases of desertion" --label desertion --unit case --from 2022-02-24 --to 2024-12
    """  # fmt: skip
    from courttally.claims.adding import AddingError, add_row, next_id, typed_number
    from courttally.claims.known import known_claims
    from courttally.claims.reading import ReadingError, read_claims

    _check(lang)
    path = file or common.home_of(home) / OWN_FILE
    asked = {
        "source_id": _ask(source, "Publication, in short (gazette-2025-03-01)", "--source"),
        "publisher": _ask(publisher, "Publisher", "--publisher"),
        "quote": _ask(quote, "Quote (a leading ~ marks a paraphrase)", "--quote"),
        "label_as_printed": _ask(label, "What the number is called", "--label"),
        "unit_as_printed": _ask(unit, "Unit as printed (case, soldier, verdict, percent, …)", "--unit"),
        "metric": _ask(metric, "Metric in our terms (cases_received, verdicts, …)", "--metric"),
        "articles": _ask(articles, "Articles (337;332;338, chapter33, all_crimes, other, unstated)", "--articles"),
        "period_start": _ask(from_, "Period from (day or month, empty if unknown)", "--from", empty=True),
        "period_end": _ask(to, "Period to (day or month, empty if unknown)", "--to", empty=True),
    }
    printed = _ask(number, "Number as printed (14182, over 20000, 39-41; empty for none)", "--number", empty=True)
    try:
        op, low, high = typed_number(printed)
        taken = {claim.id for claim in known_claims().claims}
        if path.exists():
            mine = read_claims(path)
            taken |= {claim.id for claim in mine.claims} | set(mine.unread)
        row = asked | {
            "claim_id": claim_id or next_id(taken), "cites": cites, "url": url, "published": published, "as_of": as_of,
            "parts": parts, "place": place, "op": op, "value_lo": low, "value_hi": high, "group_id": group,
            "part_of": part_of, "population": population,
        }  # fmt: skip
        if row["claim_id"] in taken:
            common.fail(f"{row['claim_id']} is the id of another claim; choose another with --id", common.USAGE)
        path.parent.mkdir(parents=True, exist_ok=True)
        add_row(path, row)
    except AddingError as error:
        common.fail(f"not recorded. {error}", common.USAGE)
    except ReadingError as error:
        common.fail(f"not recorded. {error}")
    except OSError as error:
        common.fail(f"not recorded. The file system says: {error.strerror or type(error).__name__}")
    common.note(f"recorded as {row['claim_id']}")
    show(row["claim_id"], path, lang=lang, home=home, json=json)


@app.command()
def score(
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS.csv", help="A claims file.", show_default=False)],
    kinds: Annotated[
        Path,
        typer.Argument(metavar="KINDS.csv", help="Columns kind_id, applies_to, must_not_flag.", show_default=False),
    ],
    json: Json = False,
) -> None:
    """Hold the audit against what people found: precision and recall per kind of error.

    Example: courttally audit score claims.csv kinds.csv
    """
    from courttally.claims.reading import ReadingError
    from courttally.claims.scoring import parse_kinds
    from courttally.claims.scoring import score as hold
    from courttally.cli.audit_view import kind_name, print_scores

    held, judged, _ = _audit(claims, None, alone=False)
    try:
        scores = hold(judged, parse_kinds(kinds.read_text(encoding="utf-8"), kinds.name))
    except ReadingError as error:
        common.fail(str(error))
    except OSError as error:
        common.fail(f"the list of kinds cannot be read: {error.strerror or type(error).__name__}", common.USAGE)
    rows: list[dict[str, Any]] = [
        {
            "kind": int(s.kind), "name": kind_name(s.kind), "precision": None if s.precision is None else f"{float(s.precision):.2f}",
            "recall": None if s.recall is None else f"{float(s.recall):.2f}", "found": s.found, "missed": s.missed,
            "wrong": s.wrong, "unlisted": s.unlisted,
        }
        for s in scores
    ]  # fmt: skip
    if json:
        common.print_json(rows)
    else:
        print_scores(rows)
    _finish(held)


# Files and options


def _audit(
    path: Path | None, home: Path | None, *, alone: bool
) -> tuple[ClaimsFile, tuple[Judgement, ...], dict[str, Claim]]:
    """Read and judge. What a file relies on and does not hold is looked up in the project's own claims."""
    from courttally.claims.audit import audit
    from courttally.claims.known import join, known_claims, looked_up
    from courttally.claims.reading import ReadingError, read_claims

    try:
        if path is not None:
            held = read_claims(path)
            beside = () if alone else looked_up(held)
            if beside:
                houses = sorted({claim.publisher for claim in beside})
                common.note(f"looked up in the project's own claims: {', '.join(houses)}")
            return held, audit(held, beside), {claim.id: claim for claim in (*held.claims, *beside)}
        added = common.home_of(home) / OWN_FILE
        held = join(known_claims(), read_claims(added)) if added.exists() else known_claims()
        return held, audit(held), {claim.id: claim for claim in held.claims}
    except ReadingError as error:
        common.fail(f"{error}. The columns of a claims file stand in docs/audit.md")
    except OSError as error:
        common.fail(f"the claims file cannot be read: {error.strerror or type(error).__name__}", common.USAGE)


def _finish(held: ClaimsFile) -> None:
    """Report what was not read, and stop with the status that says so."""
    for problem in held.problems:
        common.note(f"not read: {problem}")
    if held.problems:
        raise typer.Exit(common.UNREAD)


def _check(lang: str) -> None:
    if lang not in {"en", "ru"}:
        common.fail("--lang is en or ru", common.USAGE)


def _kind(name: str) -> Kind:
    from courttally.claims.findings import Kind
    from courttally.claims.model import vocabulary

    for number, (short, _) in vocabulary().kinds.items():
        if name.casefold() in {str(number), short}:
            return Kind(number)
    known = ", ".join(f"{number} {short}" for number, (short, _) in vocabulary().kinds.items())
    return common.fail(f"no kind {name!r}; there are: {known}", common.USAGE)


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(given: str | None, question: str, option: str, *, empty: bool = False) -> str:
    """An option's value, else what the person at the terminal types."""
    if given is not None:
        return given
    if not _at_terminal():
        if empty:
            return ""
        common.fail(f"{option} is missing, and there is no terminal to ask at", common.USAGE)
    return str(typer.prompt(question, default="" if empty else None, show_default=False))
