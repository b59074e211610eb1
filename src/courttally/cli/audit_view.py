"""How the verb ``audit`` shows judgements at a terminal: readable at 80 columns, in English or Russian."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from courttally.claims.audit import Judgement
from courttally.claims.explain import show as words
from courttally.claims.explain import show_amount, show_articles, show_period
from courttally.claims.findings import Kind
from courttally.claims.model import Claim, vocabulary
from courttally.cli import common

_STYLES = {
    "reproduced": "green", "within_rounding": "green", "cannot_judge": "dim", "stale_vintage": "yellow",
    "different_scope": "yellow", "different_unit": "magenta", "mislabelled": "red", "arithmetic_fails": "red",
}  # fmt: skip
_VERDICTS_RU = {
    "reproduced": "подтверждается", "within_rounding": "верно с округлением", "cannot_judge": "нельзя судить",
    "stale_vintage": "устарело", "different_scope": "другой охват", "different_unit": "другая единица",
    "mislabelled": "другая статья", "arithmetic_fails": "счёт не сходится",
}  # fmt: skip
_HEADINGS = {
    "printed": ("Printed", "Напечатано"),
    "paraphrase": ("Printed (paraphrase)", "Напечатано (пересказ)"),
    "terms": ("In our terms", "Нашими словами"),
    "verdict": ("Verdict", "Вывод"),
    "say": ("How to say it rightly", "Как сказать верно"),
    "related": ("Related", "Связанное"),
    "number": ("number", "число"),
    "metric": ("metric", "показатель"),
    "articles": ("articles", "статьи"),
    "parts": ("parts", "части статей"),
    "place": ("place", "место"),
    "period": ("period", "период"),
    "as_of": ("as of", "на дату"),
    "relies": ("relies on", "ссылается на"),
    "own": ("its own count", "собственный счёт"),
    "unsaid": ("not said", "не сказано"),
    "claim": ("claim", "№"),
    "why": ("why", "почему"),
}
_PARTS = {"all": ("all", "все"), "wartime": ("wartime", "военного времени"), "unstated": ("not said", "не сказано")}


def _say(key: str, lang: str) -> str:
    return _HEADINGS[key][lang == "ru"]


def kind_name(kind: Kind, lang: str = "en") -> str:
    """The words for a kind of error."""
    named = vocabulary().kinds[kind][1]
    return named.en if lang == "en" else named.ru


def _verdict_text(judgement: Judgement, lang: str) -> Text:
    plain = judgement.verdict.replace("_", " ") if lang == "en" else _VERDICTS_RU[judgement.verdict]
    kinds = f" [{', '.join(str(int(k)) for k in judgement.kinds)}]" if judgement.kinds else ""
    return Text(plain, style=_STYLES[judgement.verdict]) + Text(kinds, style="bold")


def print_judgements(shown: list[Judgement], judged: tuple[Judgement, ...], lang: str) -> None:
    """A table of claims with verdict and reason, and the sums below it."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column(_say("claim", lang), no_wrap=True, style="bold")
    table.add_column(_say("verdict", lang).lower(), width=17)
    table.add_column(_say("why", lang), overflow="fold", ratio=1)
    for judgement in shown:
        table.add_row(judgement.claim_id, _verdict_text(judgement, lang), Text(judgement.explanation[lang]))
    console = Console()
    console.print(table)
    verdicts = Counter(str(j.verdict) for j in judged)
    kinds = Counter(kind for j in judged for kind in j.kinds)
    sums = ", ".join(
        f"{n} {v.replace('_', ' ') if lang == 'en' else _VERDICTS_RU[v]}" for v, n in verdicts.most_common()
    )
    console.print(f"{common.plural(len(judged), 'claim') if lang == 'en' else len(judged)}: {sums}", highlight=False)
    for kind, number in sorted(kinds.items()):
        console.print(f"  {int(kind):>2} {kind_name(kind, lang)}: {number}", highlight=False)


def print_claim(judgement: Judgement, by_id: dict[str, Claim], lang: str) -> None:
    """One claim: what is printed, what it says in our terms, the verdict, how to say it rightly, related claims."""
    console = Console()

    def part(key: str, *lines: Text | Table) -> None:
        console.print(Text(_say(key, lang), style="bold"))
        for line in lines:
            console.print(Padding(line, (0, 0, 0, 2)))

    claim = judgement.claim
    if claim is not None:
        paraphrase = claim.quote.startswith("~")
        printed = claim.quote.removeprefix("~").strip()
        console.print(Text(f"{claim.id} · {claim.publisher}", style="bold"))
        part("paraphrase" if paraphrase else "printed", Text(printed if paraphrase else f"“{printed}”"))
        part("terms", _terms(claim, lang))
    part("verdict", _verdict_text(judgement, lang), Text(judgement.explanation[lang]))
    for kind in judgement.kinds:
        console.print(Padding(Text(f"{int(kind)} {kind_name(kind, lang)}", style="dim"), (0, 0, 0, 2)))
    if judgement.say[lang]:
        part("say", Text(judgement.say[lang]))
    related = [by_id[i] for i in judgement.related if i in by_id]
    if related:
        part("related", *(_related(c, lang) for c in related))


def _terms(claim: Claim, lang: str) -> Table:
    rows = [
        ("number", show_amount(claim.amount, lang)),
        ("metric", words(claim.metric, lang)),
        ("articles", show_articles(claim.articles, lang)),
        ("parts", _PARTS[claim.parts][lang == "ru"]),
        ("place", claim.place),
        ("period", show_period(claim.period, lang)),
        ("as_of", words(claim.as_of, lang) if claim.as_of else _say("unsaid", lang)),
        ("relies", ", ".join(claim.cites) or _say("own", lang)),
    ]
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        table.add_row(Text(_say(name, lang), style="dim"), Text(value))
    return table


def _related(claim: Claim, lang: str) -> Text:
    said = f"{show_amount(claim.amount, lang)}: {claim.label} ({claim.publisher})"
    return Text(f"{claim.id} ", style="bold") + Text(said, style="")


def print_scores(rows: list[dict[str, Any]]) -> None:
    """Precision and recall per kind, and below the claims that were missed or flagged wrongly."""
    common.print_table(
        "",
        ["", "kind", "precision", "recall", "found", "unlisted"],
        [
            [
                str(r["kind"]), r["name"], r["precision"] or "–", r["recall"] or "–",
                f"{len(r['found'])} of {len(r['found']) + len(r['missed'])}", str(len(r["unlisted"])),
            ]
            for r in rows
        ],
        numbers=frozenset({0, 2, 3, 4, 5}),
    )  # fmt: skip
    for r in rows:
        for what in ("missed", "wrong", "unlisted"):
            if r[what]:
                print(f"{r['kind']:>2} {what}: {', '.join(r[what])}")
