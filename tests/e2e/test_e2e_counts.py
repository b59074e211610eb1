"""Every number the command prints for the simulated world is the number that the world's truth was counted to, in
every dimension.
"""

from datetime import date
from typing import Any

import pytest
from e2e_tools import MISUSED, Answer, Corpus, Desk, cells, today
from simulated.counts import DIMENSIONS, EVERYTHING, METRICS, SCOPES, records, units
from simulated.counts import cells as true_cells

TABLES = [
    (),
    *((dimension,) for dimension in DIMENSIONS),
    ("month", "article"),
    ("region", "part"),
]
DAYS = ("2025-06-15", "2023-06-30", "2024-02-01", EVERYTHING)
UNITS = {"accused", "accused_with_verdict"}


def question(metric: str, dimensions: tuple[str, ...], scope: str, attribution: str, day: str) -> list[str]:
    """The words of a count command."""
    words = ["count", metric, "--json", "--scope", scope, "--attribution", attribution]
    words += ["--as-of", today() if day == EVERYTHING else day]
    for dimension in dimensions:
        words += ["--by", dimension]
    return words


def expected(corpus: Corpus, metric: str, dimensions: tuple[str, ...], scope: str, attribution: str, day: str) -> Any:
    wanted = (metric, scope, attribution, day, list(dimensions))
    for table in corpus.truth:
        if (table["metric"], table["scope"], table["attribution"], table["as_of"], table["dimensions"]) == wanted:
            return {tuple(row[:-1]): row[-1] for row in table["cells"]}
    raise AssertionError(f"the truth has no table for {wanted}")


def compare(desk: Desk, corpus: Corpus, questions: list[tuple[str, tuple[str, ...], str, str, str]]) -> None:
    """Runs the questions and compares whole tables; says every difference, not only the first."""
    answers = desk.runs(question(*asked) for asked in questions)
    wrong = []
    for asked, answer in zip(questions, answers, strict=True):
        answer.ok()
        found, true = cells(answer, asked[1]), expected(corpus, *asked)
        if found != true:
            keys = sorted(key for key in found.keys() | true.keys() if found.get(key) != true.get(key))
            wrong.append((asked, [(key, f"printed {found.get(key)}", f"true {true.get(key)}") for key in keys[:12]]))
    assert not wrong


@pytest.mark.parametrize("metric", METRICS)
def test_every_dimension(desk: Desk, corpus: Corpus, metric: str) -> None:
    """Every metric by every dimension; scope, attribution and day change along the way so that all of them meet."""
    scopes, shift = list(SCOPES), METRICS.index(metric)
    questions = []
    for place, dimensions in enumerate(TABLES):
        scope = scopes[(place + shift) % 4]
        attribution = "lead" if (place // 4 + shift) % 2 == 0 else "any"
        questions.append((metric, dimensions, scope, attribution, DAYS[(place // 2 + shift) % 4]))
    compare(desk, corpus, questions)


def test_every_scope_and_day(desk: Desk, corpus: Corpus) -> None:
    """The plain totals of the four scopes as of two days."""
    pairs = [(scope, day) for scope in SCOPES for day in DAYS[:2]]
    compare(desk, corpus, [(METRICS[place % 7], (), scope, "lead", day) for place, (scope, day) in enumerate(pairs, 1)])


@pytest.mark.parametrize("metric", METRICS)
def test_all_dimensions_at_once(desk: Desk, corpus: Corpus, metric: str) -> None:
    """The finest table there is: each thing counted sits in its one cell."""
    words = question(metric, DIMENSIONS, "refusal", "lead", "2025-06-15")
    found = cells(desk.run(*words).ok(), DIMENSIONS)
    held = records(corpus.world, "2025-06-15")
    assert found == true_cells(units(held, metric, SCOPES["refusal"], "lead"), DIMENSIONS)


def test_a_figure_says_what_it_is(desk: Desk) -> None:
    """The promised keys are there and name the question."""
    scope = "articles=337,338;parts=wartime;since=2022-09-21"
    answer = desk.run(*question("verdicts", ("month", "article"), scope, "lead", "2025-06-15")).ok()
    for figure in answer.json:
        assert {"metric", "value", "unit", "by", "scope", "attribution", "as_of", "figure_id"} <= set(figure)
        assert (figure["metric"], figure["attribution"], figure["as_of"]) == ("verdicts", "lead", "2025-06-15")
        assert set(figure["scope"]) == {"name", "articles", "parts", "since"}
        assert sorted(figure["scope"]["articles"]) == ["337", "338"]
        assert (figure["scope"]["parts"], figure["scope"]["since"]) == ("wartime", "2022-09-21")
        assert figure["figure_id"].startswith("f-")
        assert isinstance(figure["value"], int)
    assert len({figure["figure_id"] for figure in answer.json}) == len(answer.json)


def test_defaults(warc_desk: Desk, corpus: Corpus) -> None:
    """Scope refusal, attribution lead, as of the Moscow date of the latest capture; ``case_records`` takes every
    record.
    """
    latest = max(capture.at for capture in corpus.world.captures if capture.at).date().isoformat()
    for metric, scope in (("cases_received", "refusal"), ("case_records", "all")):
        (figure,) = warc_desk.run("count", metric, "--json").ok().json
        held = records(corpus.world, latest)
        assert figure["as_of"] == latest
        assert (figure["scope"]["name"], figure["attribution"]) == (scope, "lead")
        assert figure["value"] == len(units(held, metric, SCOPES[scope], "lead"))


def test_default_day_is_a_day_like_others(desk: Desk) -> None:
    """Whatever day is printed as the default, asking for that day gives the same answer."""
    (plain,) = desk.run("count", "cases_received", "--json").ok().json
    (asked,) = desk.run("count", "cases_received", "--json", "--as-of", plain["as_of"]).ok().json
    assert asked["value"] == plain["value"]
    assert asked["figure_id"] == plain["figure_id"]


@pytest.mark.parametrize(
    ("metric", "first", "last"),
    [
        ("cases_received", "2024-03", "2024-07"),
        ("cases_received", "2023-03-06", "2023-03-06"),
        ("verdicts", "2023-06-29", "2024-04"),
        ("accused", "2022-09-21", "2022-12-31"),
        ("accused_with_verdict", "2024", None),
        ("cases_finished", None, "2023-01"),
        ("matters", "2024-02", "2024-02"),
    ],
)
def test_from_and_to(desk: Desk, corpus: Corpus, metric: str, first: str | None, last: str | None) -> None:
    """Both ends are inclusive, a month from its first to its last day, on the metric's own date; the undated fall
    out.
    """
    first = "2024-01" if first == "2024" else first
    words = question(metric, ("article",), "refusal", "lead", "2025-06-15")
    words += ["--from", first] if first else []
    words += ["--to", last] if last else []
    made = units(records(corpus.world, "2025-06-15"), metric, SCOPES["refusal"], "lead")
    start = first or "0000"
    end = last or "9999"
    kept = [one for one in made if one.day and start <= iso(one.day, len(start)) and iso(one.day, len(end)) <= end]
    assert kept
    assert len(kept) < len(made)
    assert cells(desk.run(*words).ok(), ("article",)) == true_cells(kept, ("article",))


def iso(day: date, length: int) -> str:
    return day.isoformat()[:length]


@pytest.mark.parametrize(
    ("metric", "where"),
    [
        ("cases_received", {"court": "77GV0022"}),
        ("cases_received", {"article": "337", "month": "2024-07"}),
        ("verdicts", {"region": "abroad"}),
        ("accused", {"outcome": "unknown"}),
        ("accused", {"part": "337/unknown"}),
        ("cases_finished", {"month": "undated"}),
        ("matters", {"level": "district", "year": "2024"}),
        ("case_records", {"outcome": "unmapped"}),
    ],
)
def test_where(desk: Desk, corpus: Corpus, metric: str, where: dict[str, str]) -> None:
    """A filter keeps the cells that it names and nothing else."""
    words = question(metric, ("court",), "refusal", "lead", "2025-06-15")
    for dimension, value in where.items():
        words += ["--where", f"{dimension}={value}"]
    made = units(records(corpus.world, "2025-06-15"), metric, SCOPES["refusal"], "lead")
    kept = [one for one in made if all(value in one.values(dimension) for dimension, value in where.items())]
    assert kept
    assert cells(desk.run(*words).ok(), ("court",)) == true_cells(kept, ("court",))


def test_overlap_is_said(desk: Desk) -> None:
    """By ``any`` the parts do not sum to a total, and the page for people says so."""
    words = [
        word for word in question("cases_received", ("article",), "refusal", "any", "2025-06-15") if word != "--json"
    ]
    plain = desk.run(*words).ok()
    assert "overlap" in plain.out.lower()
    lead = desk.run(*[("lead" if word == "any" else word) for word in words]).ok()
    assert "overlap" not in lead.out.lower()


@pytest.mark.parametrize(
    "words",
    [
        ["count", "persons_per_case"],
        ["count", "verdicts", "--by", "judge"],
        ["count", "verdicts", "--scope", "articles=;parts=some"],
        ["count", "verdicts", "--scope", "everything"],
        ["count", "verdicts", "--attribution", "both"],
        ["count", "verdicts", "--as-of", "yesterday"],
        ["count", "verdicts", "--from", "2024-13"],
        ["count", "verdicts", "--where", "court"],
    ],
)
def test_bad_questions(desk: Desk, words: list[str]) -> None:
    """What cannot be counted is refused as bad usage, with a word on the way out."""
    answer: Answer = desk.run(*words)
    assert (answer.status, answer.out) == (MISUSED, "")
    assert answer.err.strip()
