"""The verb ``metrics``: what each number means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Json

if TYPE_CHECKING:
    from courttally.figures.metrics import Metric


def metrics(
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One metric; all of them by default.", show_default=False)
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="en or ru.")] = "en",
    json: Json = False,
) -> None:
    """Say what each number means: what is counted, on which date, and what it is not.

    Example: courttally metrics cases_received
    """
    from courttally.figures.metrics import LANGUAGES, all_metrics

    known = all_metrics()
    if lang not in LANGUAGES:
        common.fail("--lang is en or ru", common.USAGE)
    if id_ is not None and id_ not in known:
        common.fail(f"no metric '{id_}': use one of {', '.join(known)}", common.USAGE)
    chosen = [known[id_]] if id_ is not None else list(known.values())
    if json:
        common.print_json([_json(metric) for metric in chosen])
    elif id_ is None:
        rows = [[metric.id, "counted" if metric.counted else "worked out", metric.words[lang][1]] for metric in chosen]
        common.print_table("", ["metric", "kind", "what it is"], rows)
    else:
        _print_one(chosen[0], lang)


def _print_one(metric: Metric, lang: str) -> None:
    from courttally.figures.expr import KEEP
    from courttally.publish.methodology import rows_of

    title, means, is_not = metric.words[lang]
    print(f"{title} ({metric.id})\n{means}\n{is_not}\n")
    rows = rows_of(metric, lang)
    if metric.counted:
        rows.append(("Expression", f"distinct {metric.unit} keys WHERE {KEEP[metric.keep]}"))
    else:
        rows += [(name, value) for name, value in _asked_with(metric) if value]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


_PERIODS = {"needed": "--from and --to are needed", "optional": "--from, --to", "end": "--to is needed", "none": ""}


def _asked_with(metric: Metric) -> list[tuple[str, str]]:
    """What a worked-out metric may be asked with, for the command line."""
    return [
        ("Period", _PERIODS[metric.period]),
        ("Conditions", ", ".join(f"--where {name}=…" for name in metric.conditions)),
        ("Split", ", ".join(f"--by {name}" for name in metric.splits)),
    ]


def _json(metric: Metric) -> dict[str, Any]:
    words = {
        f"{key}_{lang}": text
        for lang, texts in metric.words.items()
        for key, text in zip(("title", "means", "is_not"), texts, strict=True)
    }
    asked: dict[str, Any] = {}
    if not metric.counted:
        asked = {"period": metric.period, "conditions": list(metric.conditions), "splits": list(metric.splits)}
    return {
        "id": metric.id, "version": metric.version, "kind": "counted" if metric.counted else "worked_out", "unit": metric.unit,
        "basis": metric.basis, "scope": metric.default_scope, "numerator": metric.numerator, "denominator": metric.denominator,
        "rounding": metric.rounding, **asked, **words,
    }  # fmt: skip
