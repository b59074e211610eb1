"""Definitions as data: complete in both languages, printed as they are, and the methodology made from them."""

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courttally.cli import app
from courttally.figures.expr import KEEP
from courttally.figures.metrics import METRICS, WORKED_OUT, Metric, all_metrics
from courttally.figures.scope import Scope, article_order, parse_scope
from courttally.publish.methodology import methodology_html, methodology_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def test_the_counted_metrics_of_the_first_release_keep_their_meaning() -> None:
    """Ids were issued with these: a change of any needs a new version, and is a change of the contract."""
    first = {
        metric.id: (metric.version, metric.unit, metric.basis, metric.default_scope, metric.keep)
        for metric in METRICS.values()
    }
    assert first == {
        "cases_received": (1, "case", "received", "refusal", "every"),
        "cases_finished": (1, "case", "finished", "refusal", "finished"),
        "cases_open": (1, "case", "received", "refusal", "open"),
        "verdicts": (1, "case", "verdict", "refusal", "verdict"),
        "accused": (1, "accused", "received", "refusal", "every"),
        "accused_with_verdict": (1, "accused", "verdict", "refusal", "verdict"),
        "sentences_known": (1, "accused", "verdict", "refusal", "sentence_known"),
        "matters": (2, "matter", "received", "refusal", "every"),
        "case_records": (1, "case", "received", "all", "every"),
    }
    assert {metric.keep for metric in METRICS.values()} == set(KEEP)


@pytest.mark.parametrize("metric", all_metrics().values(), ids=lambda metric: metric.id)
def test_every_metric_is_told_in_both_languages(metric: Metric) -> None:
    assert metric.rounding
    for text in metric.words["en"]:
        assert text
        assert not CYRILLIC.search(text)
    for text in metric.words["ru"]:
        assert CYRILLIC.search(text)
    for lang in ("en", "ru"):
        _, means, is_not = metric.words[lang]
        assert means.endswith(".")
        assert is_not.endswith(".")


def test_the_methodology_is_made_from_the_definitions() -> None:
    made = methodology_markdown()
    if os.environ.get("COURTTALLY_WRITE_DOCS"):
        PAGE.write_text(made)
    assert PAGE.read_text() == made, "run this test with COURTTALLY_WRITE_DOCS=1"


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_published_methodology_has_one_section_a_metric(lang: str) -> None:
    body = methodology_html(lang)
    assert re.findall(r'<section id="([^"]+)">', body) == [*METRICS, *WORKED_OUT]


def test_the_verb_prints_one_definition_and_all() -> None:
    runner = CliRunner()
    one = runner.invoke(app, ["metrics", "cases_received"])
    assert one.exit_code == 0
    assert "Case records of criminal first instance at garrison and district (fleet) military courts" in one.output
    assert "Not persons, and not matters" in one.output
    listed = json.loads(runner.invoke(app, ["metrics", "--json"]).stdout)
    assert [row["id"] for row in listed] == list(all_metrics())
    asked = {
        row["id"]: (row["period"], row["conditions"], row["splits"]) for row in listed if row["kind"] == "worked_out"
    }
    assert asked["court_outlier"] == ("optional", ["outcome"], [])
    assert asked["missing_in_scope"] == ("none", [], ["court", "year"])
    assert "--where outcome=…" in runner.invoke(app, ["metrics", "court_outlier"]).output
    wrong = runner.invoke(app, ["metrics", "cases"])
    assert wrong.exit_code == 2


def test_another_subject_is_data() -> None:
    scope = parse_scope("speech-since", "speech")
    assert scope.articles == ("207.3", "280.3")
    assert article_order(scope) == ("207.3", "280.3")
    # Scopes that the first subject holds, and those nobody does, keep its order: their ids were issued with it.
    assert article_order(parse_scope("refusal")) == article_order(Scope("all", None)) == ("338", "337", "332")
    assert article_order(parse_scope("articles=105,337")) == ("338", "337", "332")
