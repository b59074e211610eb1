"""The methodology, made from the definitions: one section a metric, so that a page can never say another thing than the code.

Invariants: pure functions of ``figures/metrics.toml``; nothing of a registry is in them; the same text in the project's documents and on
a published page. Sections have stable anchors: the metric's id.
"""

from __future__ import annotations

from html import escape

from courttally.figures.metrics import LANGUAGES, Metric, all_metrics

LABELS = {
    "en": {
        "title": "How each number is defined",
        "intro": "Made from the definitions that the program counts by. A definition that changes gets a new version, and with it new ids.",
        "counted": "Counted from the courts’ records",
        "worked_out": "Worked out from counted numbers",
        "unit": "Unit", "basis": "Date", "scope": "Scope, if none is asked for", "numerator": "Counts", "denominator": "Of",
        "rounding": "Rounding", "version": "Version", "is_not": "What it is not",
        "bases": {"received": "the day received", "finished": "the day of the result", "verdict": "the day of the verdict", "as_of": "the as-of day"},
        "units": {"case": "case", "accused": "accused", "matter": "matter"},
    },
    "ru": {
        "title": "Как определено каждое число",
        "intro": "Составлено из определений, по которым считает программа. Изменённое определение получает новую версию, а с ней новые номера.",
        "counted": "Посчитано по карточкам судов",
        "worked_out": "Выведено из посчитанных чисел",
        "unit": "Единица", "basis": "Дата", "scope": "Охват по умолчанию", "numerator": "Что считается", "denominator": "Из чего",
        "rounding": "Округление", "version": "Версия", "is_not": "Чем не является",
        "bases": {"received": "день поступления", "finished": "день результата", "verdict": "день приговора", "as_of": "указанный день"},
        "units": {"case": "дело", "accused": "подсудимый", "matter": "производство"},
    },
}  # fmt: skip
"""The words around the definitions, by language."""


def rows_of(metric: Metric, lang: str) -> list[tuple[str, str]]:
    """Label and value of each line of a definition but its sentences. Raises KeyError for a language that is not known."""
    labels = LABELS[lang]
    units, bases = labels["units"], labels["bases"]
    assert isinstance(units, dict)
    assert isinstance(bases, dict)
    found = [("unit", units.get(metric.unit, metric.unit)), ("basis", bases[metric.basis])]
    if lang == "en":
        found += [("numerator", metric.numerator), ("denominator", metric.denominator), ("rounding", metric.rounding)]
    found += [("scope", metric.default_scope), ("version", str(metric.version))]
    return [(str(labels[name]), value) for name, value in found if value]


def methodology_markdown() -> str:
    """The page of the documents: English, with the Russian wording under each metric."""
    labels = LABELS["en"]
    lines = [f"# {labels['title']}", "", str(labels["intro"]), ""]
    for kind, counted in (("counted", True), ("worked_out", False)):
        lines += [f"## {labels[kind]}", ""]
        for metric in all_metrics().values():
            if metric.counted is not counted:
                continue
            lines += [f"### `{metric.id}`: {metric.title.lower()}", "", f"{metric.counts} *{metric.is_not}*", ""]
            lines += [f"* {name}: {value}" for name, value in rows_of(metric, "en")]
            title, means, is_not = metric.words["ru"]
            lines += ["", f"*{title}.* {means} *{is_not}*", ""]
    return "\n".join(lines)


def methodology_html(lang: str) -> str:
    """The body of the published page in one language: a heading, then one section a metric with its id as anchor."""
    if lang not in LANGUAGES:
        raise ValueError("the methodology is told in 'en' and 'ru'")
    labels = LABELS[lang]
    parts = [f"<h1>{escape(str(labels['title']))}</h1>", f"<p>{escape(str(labels['intro']))}</p>"]
    for kind, counted in (("counted", True), ("worked_out", False)):
        parts.append(f"<h2>{escape(str(labels[kind]))}</h2>")
        for metric in all_metrics().values():
            if metric.counted is not counted:
                continue
            title, means, is_not = metric.words[lang]
            rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows_of(metric, lang))
            parts.append(
                f'<section id="{escape(metric.id)}"><h3>{escape(title)}</h3><p>{escape(means)}</p>'
                f"<p><strong>{escape(str(labels['is_not']))}:</strong> {escape(is_not)}</p><dl>{rows}</dl></section>"
            )
    return "\n".join(parts)
