"""Pages beside the main one: the methodology in both languages, and the audit of published figures.

Invariants: nothing here comes from a registry: the methodology is the definitions, the claims table is the audit from the claims alone (a
number of ours beside a claim would be a number that no public table holds). A claim is judged, never an outlet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

from courttally.claims.audit import Judgement, audit
from courttally.claims.explain import show_amount
from courttally.claims.reading import ClaimsFile
from courttally.figures.metrics import LANGUAGES
from courttally.publish.methodology import LABELS, methodology_html
from courttally.publish.words import SIMULATED

VERDICTS = {
    "reproduced": "holds", "within_rounding": "holds within rounding", "mislabelled": "names another thing than it counts",
    "different_unit": "another unit", "arithmetic_fails": "the arithmetic does not hold", "different_scope": "another scope",
    "stale_vintage": "a later count exists", "cannot_judge": "cannot be judged",
}  # fmt: skip
COLUMNS = ("claim_id", "publisher", "published", "as_of", "quote", "printed", "verdict", "explanation_en", "explanation_ru", "say_en", "say_ru")  # fmt: skip


def extra_files(claims: ClaimsFile | None, *, simulated: bool) -> dict[str, bytes]:
    """The files by name: the methodology always, the claims table where claims are given. A site of simulated data says so."""
    files = {
        f"methodology.{lang}.html": _page(str(LABELS[lang]["title"]), lang, methodology_html(lang), simulated=simulated)
        for lang in LANGUAGES
    }
    if claims is not None:
        judged = audit(claims)
        files["claims.html"] = _page("Figures in circulation", "en", _claims_html(judged), simulated=simulated)
        files["claims.csv"] = _claims_csv(judged)
    return files


def _page(title: str, lang: str, body: str, *, simulated: bool) -> bytes:
    mark = f"<p><strong>{escape(SIMULATED)}</strong> (this site’s own numbers)</p>\n" if simulated else ""
    text = (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="style.css">\n</head>\n<body>\n<main>\n'
        f'<p><a href="index.html">courttally</a></p>\n{mark}{body}\n</main>\n</body>\n</html>\n'
    )
    return text.encode()


def _rows(judged: Sequence[Judgement]) -> list[dict[str, str]]:
    rows = []
    for item in judged:
        claim = item.claim
        if claim is None:
            continue
        rows.append(
            {
                "claim_id": item.claim_id,
                "publisher": claim.publisher,
                "published": claim.published.first.isoformat() if claim.published else "",
                "as_of": claim.as_of.first.isoformat() if claim.as_of else "",
                "quote": claim.quote.removeprefix("~"),
                "printed": show_amount(claim.amount, "en") if claim.amount is not None else "",
                "verdict": str(item.verdict),
                "explanation_en": item.explanation["en"],
                "explanation_ru": item.explanation["ru"],
                "say_en": item.say["en"],
                "say_ru": item.say["ru"],
            }
        )
    return rows


def _claims_csv(judged: Sequence[Judgement]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    # A cell that begins like a formula would be run by a spreadsheet.
    writer.writerows(
        {name: f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text for name, text in row.items()}
        for row in _rows(judged)
    )
    return out.getvalue().encode()


def _claims_html(judged: Sequence[Judgement]) -> str:
    lines = [
        "<h1>Figures in circulation</h1>",
        "<p>What published figures say, and whether they hold, judged from the claims alone. A claim is judged, not an outlet. "
        'The same as a file: <a href="claims.csv">claims.csv</a>.</p>',
        '<div class="scroll" tabindex="0" role="region" aria-label="Claims">',
        "<table><caption>Claims and verdicts</caption><thead><tr>",
        "".join(
            f'<th scope="col">{name}</th>' for name in ("Claim", "Printed", "Verdict", "Why", "How to say it rightly")
        ),
        "</tr></thead><tbody>",
    ]
    for row in _rows(judged):
        said = (
            f"{escape(row['publisher'])}{', ' + row['published'] if row['published'] else ''}: “{escape(row['quote'])}”"
        )
        cells = (row["printed"], VERDICTS[row["verdict"]], row["explanation_en"], row["say_en"])
        lines.append(
            f'<tr id="{escape(row["claim_id"])}"><th scope="row">{said}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    return "\n".join([*lines, "</tbody></table></div>"])
