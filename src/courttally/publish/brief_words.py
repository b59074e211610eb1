"""Numbers, nouns, days and growth in words, in both languages, from ``brief.toml``.

Invariants: every word stands in data; plural forms are CLDR's (Babel); a number of 1 to 4 cannot be printed where the brief is for the
public; how a change is called follows from the exact ratio of the two counts, never from a rounded one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from courttally.law.tables import read_toml
from courttally.publish.tiers import is_small

LANGUAGES = ("en", "ru")
_IN = ("январе", "феврале", "марте", "апреле", "мае", "июне", "июле", "августе", "сентябре", "октябре", "ноябре", "декабре")  # fmt: skip
_OF = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December|" + "|".join(_OF)
_KEPT = re.compile(rf"(?<=[\d⟧]) (?=%|(?:{_MONTHS})\b)")
"""Spaces at which no line may break: between a number and its per cent, a day and its month."""
_ARTICLE_FORMS = ("en", "ru", "ru_gen")


@dataclass(frozen=True, slots=True)
class Growth:
    """One rule: from which ratio on it holds (``passed``: only above it), and its words by language."""

    at_least: Fraction
    passed: bool
    words: Mapping[str, str]

    def holds(self, ratio: Fraction) -> bool:
        """Whether the rule holds for a ratio."""
        return ratio > self.at_least or (ratio == self.at_least and not self.passed)


@dataclass(frozen=True, slots=True)
class Words:
    """All that ``brief.toml`` holds."""

    growth: tuple[Growth, ...]
    nouns: Mapping[str, Mapping[str, Mapping[str, str]]]
    phrases: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Kind (``text``, ``title``, ``outcome``, ``share_of``, ``dimension``, ``value``) to name to language to words."""


@cache
def brief_words() -> Words:
    """The words as shipped. Raises ``ValueError``, naming the key, for a file that is not as its head says."""
    data = read_toml("courttally.publish", "brief.toml")
    growth = []
    for row in data.take_tables("growth"):
        more_than = row.take_optional("more_than", str)
        border = Fraction(more_than if more_than is not None else row.take("at_least", str))
        growth.append(Growth(border, more_than is not None, {lang: row.take(lang, str) for lang in LANGUAGES}))
        row.done()
    nouns: dict[str, dict[str, dict[str, str]]] = {}
    table = data.take_table("noun")
    for name in tuple(table.rest()):
        row = table.take_table(name)
        forms = {form: row.take_optional(form, dict) for form in _ARTICLE_FORMS}
        row.done()
        nouns[name] = {form: {str(k): str(v) for k, v in found.items()} for form, found in forms.items() if found}
    phrases: dict[str, dict[str, dict[str, str]]] = {}
    for kind in ("outcome", "share_of", "dimension", "value", "title", "text"):
        table = data.take_table(kind)
        phrases[kind] = {}
        for name in tuple(table.rest()):
            row = table.take_table(name)
            phrases[kind][name] = {lang: row.take(lang, str) for lang in LANGUAGES}
            row.done()
    data.done()
    return Words(tuple(growth), nouns, phrases)


def phrase(kind: str, name: str, lang: str) -> str:
    """Words by kind and name. Raises KeyError for a name that is not there."""
    return brief_words().phrases[kind][name][lang]


def label(kind: str, name: str, lang: str) -> str:
    """Words for a name in a footnote; the name itself where none are held: a month, a code, a number."""
    found = brief_words().phrases[kind].get(name)
    return found[lang] if found is not None else name


@cache
def _locale(lang: str) -> Locale:
    return Locale.parse({"en": "en_GB", "ru": "ru_RU"}[lang])


def number_words(value: int | Decimal, lang: str) -> str:
    """``20,538`` or ``20 538``; decimals as the language writes them."""
    # Decimals are printed as they were rounded: 6.0 stays 6.0, so that numbers of one list have one form.
    places = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(value, format=pattern, locale=_locale(lang)))


def noun(name: str, value: int | Decimal, lang: str, case: str = "") -> str:
    """The noun in the form that the number asks for. ``case``: ``gen``, which English does not know. Raises KeyError for a form not held."""
    forms = brief_words().nouns[name]
    name_of_forms = f"{lang}_gen" if case == "gen" and lang == "ru" else lang
    return forms[name_of_forms][_locale(lang).plural_form(value)]


def fewer(name: str, lang: str) -> str:
    """«fewer than 5 cases», in the genitive where the language asks for it; without a noun for an empty name."""
    head = phrase("text", "fewer", lang)
    return f"{head} {noun(name, 5, lang, 'gen')}" if name else head


def day_words(day: date, lang: str) -> str:
    """``21 September 2022``, «21 сентября 2022 года»."""
    text = str(format_date(day, "d MMMM y", locale=_locale(lang)))
    return f"{text} года" if lang == "ru" else text


def month_words(month: str, lang: str, case: str = "") -> str:
    """A month: ``July 2024``; in Russian also ``in`` «июле 2024 года», ``gen`` «июля 2024 года», ``acc`` «июль 2024 года»."""
    year, number = int(month[:4]), int(month[5:])
    if lang == "en":
        return str(format_date(date(year, number, 1), "MMMM y", locale=_locale(lang)))
    if case in ("in", "gen"):
        return f"{(_IN if case == 'in' else _OF)[number - 1]} {year} года"
    return f"{format_date(date(year, number, 1), 'LLLL', locale=_locale(lang))} {year} года"


def period_words(first: str, last: str, lang: str) -> str:
    """Months as a period: a year, one month, ``January to April 2025``, «январь—апрель 2025 года»."""
    if first == last:
        return month_words(first, lang)
    if first[:4] == last[:4] and first.endswith("-01") and last.endswith("-12"):
        return first[:4] if lang == "en" else f"{first[:4]} год"
    one_year = first[:4] == last[:4]
    if lang == "en":
        start = month_words(first, lang)[: -5 if one_year else None]
        return f"{start} to {month_words(last, lang)}"
    start = month_words(first, lang).split()[0] if one_year else month_words(first, lang)
    return f"{start}{'—' if one_year else ' — '}{month_words(last, lang)}"


def during(first: str, last: str, lang: str) -> str:
    """Months as the time of something: ``in 2024``, ``from January to April 2025``, «за январь—апрель 2025 года»."""
    words = period_words(first, last, lang)
    if lang == "ru":
        return f"за {words}"
    return f"from {words}" if " to " in words else f"in {words}"


def growth_words(now: int, before: int, lang: str) -> str:
    """How the change from ``before`` to ``now`` is called. Raises ValueError where there was nothing before."""
    if before <= 0:
        raise ValueError("growth needs something to grow from")
    exact = Fraction(now, before)
    rule = next(rule for rule in brief_words().growth if rule.holds(exact))
    pct = int(abs(exact - 1) * 100 + Fraction(1, 2))
    return rule.words[lang].format(pct=pct)


def listed(items: list[str], lang: str) -> str:
    """``a, b and c``, «a, b и c»."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {'and' if lang == 'en' else 'и'} {items[-1]}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence with the mark of its footnote. ``public``: 1 to 4 are not printed."""

    value: int | Decimal
    lang: str
    mark: str
    public: bool

    def __format__(self, spec: str) -> str:
        name, _, case = spec.partition(".")
        if self.public and isinstance(self.value, int) and is_small(self.value):
            return fewer(name, self.lang) + self.mark
        text = number_words(self.value, self.lang)
        if name:
            # A no-break space keeps a number with its noun.
            text = f"{text}\u00a0{noun(name, self.value, self.lang, case)}"
        return text + self.mark


def fill(name: str, lang: str, slots: Mapping[str, Any]) -> str:
    """A sentence from its template. Raises KeyError for a slot that is missing."""
    text = _KEPT.sub("\u00a0", phrase("text", name, lang).format(**slots))
    return text[:1].upper() + text[1:]
