"""Sentences from templates: facts in, English and Russian out.

Invariants: every sentence stands in ``templates.toml``; a slot that a template names and a finding lacks is an error, not an
empty place. Numbers are grouped as the language does (14,182 and 14 182), and no noun is declined by code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from courttally.claims.dates import Period, Span
from courttally.claims.findings import Slot
from courttally.claims.model import Claim, Metric, Words
from courttally.claims.numbers import Amount, Op
from courttally.law.statutes import statute_table
from courttally.law.subjects import load_subject, subject_names
from courttally.law.tables import read_toml

LANGUAGES = ("en", "ru")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OPS = {
    Op.EXACT: ("", ""),
    Op.ABOUT: ("about ", "около "),
    Op.OVER: ("over ", "более "),
    Op.NEARLY: ("nearly ", "почти "),
    Op.AT_LEAST: ("at least ", "не менее "),
    Op.AT_MOST: ("up to ", "до "),
}
_OPEN = {"en": "not said", "ru": "не назван"}
_SPECIAL = {
    "chapter33": ("crimes against military service (chapter 33)", "преступления против военной службы (глава 33)"),
    "all_crimes": ("all crimes", "все преступления"),
    "other": ("other articles", "другие статьи"),
    "unstated": ("articles not named", "статьи не названы"),
}


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence and the right way to say it, in both languages."""

    text: Mapping[str, str]
    say: Mapping[str, str]


@cache
def templates() -> Mapping[str, Template]:
    """All templates by name. Raises ``ValueError`` for a file that is not as documented."""
    data = read_toml("courttally.claims", "templates.toml")
    found = {}
    for name in tuple(data.rest()):
        row = data.take_table(name)
        text = {lang: row.take(lang, str) for lang in LANGUAGES}
        say = {lang: row.take_optional(f"say_{lang}", str) or "" for lang in LANGUAGES}
        row.done()
        found[name] = Template(text, say)
    return found


@dataclass(frozen=True, slots=True)
class Sentences:
    """An explanation, and how to say the claim rightly, by language; the latter is empty where nothing is wrong."""

    text: Mapping[str, str]
    say: Mapping[str, str]


def sentences(template: str, slots: Mapping[str, Slot], claim: Claim | None) -> Sentences:
    """Fill a template. ``claim`` is the claim spoken of. Raises ``KeyError`` for a slot that is missing."""
    row = templates()[template]
    facts: dict[str, Slot] = dict(slots)
    if claim is not None:
        facts["claim"] = claim
    shown = {lang: {name: _Shown(slot, lang) for name, slot in facts.items()} for lang in LANGUAGES}
    return Sentences(
        {lang: _first_upper(row.text[lang].format(**shown[lang])) for lang in LANGUAGES},
        {lang: _first_upper(row.say[lang].format(**shown[lang])) for lang in LANGUAGES},
    )


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


class _Shown:
    """A slot that knows how to print itself in a language."""

    def __init__(self, slot: Slot, lang: str) -> None:
        self.slot = slot
        self.lang = lang

    def __format__(self, spec: str) -> str:
        slot = self.slot
        if isinstance(slot, tuple):
            return self._many(slot, spec)
        if isinstance(slot, Claim) and spec == "n":
            return show_amount(slot.amount, self.lang)
        return show(slot, self.lang)

    def _many(self, slots: tuple[Decimal, ...] | tuple[Claim, ...], spec: str) -> str:
        joints = {"sum": " + ", "to": "–", "minus": " − "}
        items = []
        for slot in slots:
            if isinstance(slot, Claim):
                items.append(show_amount(slot.amount, self.lang) if spec else slot.id)
            else:
                items.append(show_number(slot, self.lang))
        return joints.get(spec, ", ").join(items)


def show(slot: Slot, lang: str) -> str:
    """One fact in words."""
    en = lang == "en"
    match slot:
        case str():
            return slot
        case int():
            return show_number(Decimal(slot), lang)
        case Decimal():
            return show_number(slot, lang)
        case Fraction():
            return show_number(round(Decimal(slot.numerator) / slot.denominator, 2), lang)
        case Claim():
            return f"{slot.id} ({slot.publisher})"
        case Span():
            return show_span(slot, lang)
        case Period():
            return show_period(slot, lang)
        case Amount():
            return show_amount(slot, lang)
        case Metric():
            return slot.words.en if en else slot.words.ru
        case Words():
            return slot.en if en else slot.ru
        case frozenset():
            return show_articles(slot, lang)
        case _:
            raise TypeError(f"no way to print {type(slot).__name__}")


def show_number(value: Decimal, lang: str) -> str:
    """A number grouped by thousands: ``14,182.5`` or ``14 182,5`` (no-break spaces)."""
    plain = f"{value:,f}"
    return plain if lang == "en" else plain.replace(",", "\u00a0").replace(".", ",")


def show_amount(amount: Amount | None, lang: str) -> str:
    """A number as printed, with its operator in words."""
    if amount is None:
        return "—"
    if amount.op is Op.RANGE:
        return f"{show_number(amount.lo, lang)}–{show_number(amount.hi, lang)}"
    return _OPS[amount.op][lang == "ru"] + show_number(amount.lo, lang)


def show_span(span: Span, lang: str) -> str:
    """A day or month: ``24 Feb 2022``, ``May 2024``; in Russian in digits, which need no declension."""
    if (
        not span.is_day
        and span.first.day == 1
        and (span.last.year, span.last.month) == (span.first.year, span.first.month)
    ):
        month = span.first
        return f"{_MONTHS[month.month - 1]} {month.year}" if lang == "en" else f"{month:%m.%Y}"
    if span.is_day:
        return _day(span.first, lang)
    return f"{_day(span.first, lang)} – {_day(span.last, lang)}"


def _day(day: date, lang: str) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if lang == "en" else f"{day:%d.%m.%Y}"


def show_period(period: Period, lang: str) -> str:
    """A period: a year, a month, or both ends; an end that is not printed is said to be open."""
    if period.start is None and period.end is None:
        return _OPEN[lang]
    if period.whole_year is not None:
        return str(period.whole_year)
    if period.one_month and period.start is not None:
        return show_span(Span.parse(f"{period.start.first:%Y-%m}"), lang)
    ends = [show_span(end, lang) if end else "…" for end in (period.start, period.end)]
    return " – ".join(ends)


@cache
def _headlines() -> dict[str, tuple[str, str]]:
    subjects = [load_subject(name) for name in subject_names()]
    return {a.number: (a.headline("en"), a.headline("ru")) for subject in subjects for a in subject.articles}


def show_articles(articles: frozenset[str], lang: str) -> str:
    """Articles with their numbers: ``desertion (article 338)``, ``дезертирство (ст. 338)``."""
    words = []
    for article in sorted(articles):
        known = _SPECIAL.get(article) or _headlines().get(article)
        if known is not None:
            words.append(known[lang == "ru"])
            continue
        held = statute_table().articles.get(article)
        number = f"article {article}" if lang == "en" else f"ст. {article}"
        title = "" if held is None else (held.title_en if lang == "en" else held.title_ru)
        words.append(f"{title} ({number})" if title else number)
    return ", ".join(words)
