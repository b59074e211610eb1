"""Reading growth out of a quote: "almost twice", "up 40 %", "в 2,5 раза".

Invariants: the words are data (``growth_words.toml``); what a word allows follows the definition of the kind: "doubled"
needs 2.0 or more, "nearly doubled" nine tenths of that or more, a printed factor or percentage must equal the ratio within its
own rounding. A number of occasions ("convicted twice") is no growth.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from courttally.claims.numbers import Amount, Op, cut_to, decimals
from courttally.law.tables import Table, read_toml

_QUOTES = re.compile("[\"'«»“”„‘’]")
_NUMBER = r"\d+(?:[.,]\d+)?"
_NEARLY = Fraction(9, 10)
_MORE = re.compile(r"\s+(?:more|higher|greater|larger|больше|выше)\b")
_FROM = re.compile(r"\b(?:from|с)\s+$")  # "up from 20 %" names where it came from


@dataclass(frozen=True, slots=True)
class Growth:
    """A told growth: the ratios that it allows (a closed interval, an open end is None), as printed.

    ``shown`` is the printed factor or percentage, None for a word; ``percent`` says which; ``sign`` is -1 for a fall.
    ``rest`` is the text behind it, where the year compared with is named.
    """

    text: str
    low: Fraction | None
    high: Fraction | None
    shown: Decimal | None
    percent: bool
    sign: int
    hedge: str
    rest: str
    or_one_more: bool = False

    def holds(self, ratio: Fraction) -> bool:
        """Whether the words are true of this ratio of the later to the earlier number."""
        readings = (ratio, ratio - 1) if self.or_one_more else (ratio,)
        return any((self.low is None or self.low <= r) and (self.high is None or r <= self.high) for r in readings)

    def as_printed(self, ratio: Fraction) -> Fraction:
        """The ratio in the terms of the claim: per cent of change, or a factor."""
        return self.sign * (ratio - 1) * 100 if self.percent else ratio

    def is_cut(self, ratio: Fraction) -> bool:
        """Whether the printed number is the right one with its further digits cut off."""
        if self.shown is None or self.hedge:
            return False
        true = self.as_printed(ratio)
        return true > 0 and cut_to(true, self.shown)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class _Table:
    hedges: dict[str, re.Pattern[str]]
    words: tuple[tuple[re.Pattern[str], Fraction], ...]
    times: re.Pattern[str]
    factor: re.Pattern[str]
    fold: re.Pattern[str]
    percent: re.Pattern[str]
    part: re.Pattern[str]
    after: re.Pattern[str]
    up: re.Pattern[str]
    down: re.Pattern[str]
    numbers: dict[str, Decimal]
    parts: dict[str, Decimal]


def _numbers(table: Table) -> dict[str, Decimal]:
    return {key: Decimal(str(table.take(key, object))) for key in table.rest()}


@cache
def _table() -> _Table:
    data = read_toml("courttally.claims", "growth_words.toml")
    hedges, phrases = data.take_table("hedges"), data.take_table("phrases")
    numbers, parts = _numbers(data.take_table("numbers")), _numbers(data.take_table("parts"))
    after = _either(phrases.take_texts("after"))
    words = []
    for row in data.take_tables("word"):
        behind = "" if row.take("plain", bool) else rf"(?=\W+(?:{after})\b)"
        words.append(
            (re.compile(rf"\b(?:{row.take('pattern', str)})\b{behind}"), Fraction(str(row.take("factor", object))))
        )
        row.done()
    amount = rf"(?P<n>{_NUMBER}|{_either(numbers)})"
    up, down = _either(phrases.take_texts("up")), _either(phrases.take_texts("down"))
    table = _Table(
        hedges={h: re.compile(rf"(?:\b{_either(hedges.take_texts(h))})\W*(?:by\s+|на\s+|в\s+)?$") for h in ("nearly", "over", "about")},
        words=tuple(words),
        times=re.compile(rf"\b{amount}\s+(?:times|раза?)\b"),
        factor=re.compile(rf"\b(?:factor of {amount}|(?P<x>{_NUMBER})\s?[x×](?!\w))"),
        fold=re.compile(rf"\b{amount}-?fold\b"),
        percent=re.compile(rf"(?<![\w.,])\+?(?P<n>{_NUMBER})\s?(?:%|per\s?cent\b|процент\w*)(?!\W*points?\b)"),
        part=re.compile(rf"\b(?:by|на)\s+(?:an?\s+|one\s+)?(?P<n>{_either(parts)})\b"),
        after=re.compile(rf"\W*(?:{after})\b"),
        up=re.compile(rf"\b(?:{up})\b"),
        down=re.compile(rf"\b(?:{down})\b"),
        numbers=numbers,
        parts=parts,
    )  # fmt: skip
    for part in (hedges, phrases, data):
        part.done()
    return table


def _around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """The words of the same clause before and behind a match: growth verbs stand close to their number."""
    before = re.split(r"[;:.](?!\d)|,\s", text[: match.start()])[-1]
    behind = re.split(r"[;:.](?!\d)|,\s", text[match.end() :])[0]
    return " ".join(before.split()[-6:]), " ".join(behind.split()[:3])


def _direction(text: str, match: re.Match[str]) -> int:
    """1 up, -1 down, 0 where the clause tells no change. What stands behind ("40 % fewer") counts first."""
    table = _table()
    before, behind = _around(text, match)
    for part in (behind, before.removesuffix("more than").removesuffix("less than")):
        if table.down.search(part):
            return -1
        if table.up.search(part):
            return 1
    return 1 if match[0].startswith("+") else 0


def _hedge(text: str, match: re.Match[str]) -> str:
    before = text[: match.start()]
    return next((name for name, pattern in _table().hedges.items() if pattern.search(before)), "")


def word_growth(text: str, factor: Fraction, hedge: str, rest: str = "") -> Growth:
    """A growth word: at least the factor, nine tenths of it where hedged; for a fall, at most."""
    soft = hedge in {"nearly", "about"}
    if factor >= 1:
        return Growth(text, factor * _NEARLY if soft else factor, None, None, False, 1, hedge, rest)
    return Growth(text, None, factor / _NEARLY if soft else factor, None, False, -1, hedge, rest)


def number_growth(
    text: str,
    shown: Decimal,
    hedge: str,
    *,
    percent: bool,
    sign: int,
    rest: str = "",
    slack: Fraction | None = None,
) -> Growth:
    """A printed factor or percentage of change: equal within its own rounding, or as the hedge says."""
    n = Fraction(shown)
    half = slack if slack is not None else Fraction(1, 2 * 10 ** decimals(shown))
    low: Fraction | None = n - half
    high: Fraction | None = n + half
    if hedge == "about":
        reach = max(half, n / 20)
        low, high = n - reach, n + reach
    elif hedge == "nearly":
        low = n * _NEARLY
    elif hedge == "over":
        low, high = n, None
    if percent:
        low, high = (None if x is None else 1 + sign * x / 100 for x in (low, high))
    elif sign < 0:
        low, high = (None if not x else 1 / x for x in (low, high))
    if sign < 0:
        low, high = high, low
    return Growth(text, low, high, shown, percent, sign, hedge, rest)


def _decimal(text: str) -> Decimal:
    named = _table().numbers.get(text)
    return named if named is not None else Decimal(text.replace(",", "."))


@cache
def find_growth(quote: str) -> Growth | None:
    """The first growth told in a quote, None where none is told."""
    text = re.sub(r"\s+", " ", _QUOTES.sub("", quote.casefold())).lstrip("~ ")
    table = _table()
    found: list[tuple[int, Growth]] = []
    for pattern, factor in table.words:
        for match in pattern.finditer(text):
            down = table.down.search(" ".join(text[match.end() :].split()[:2])) is not None
            told = 1 / factor if down and factor > 1 else factor
            found.append((match.start(), word_growth(match[0], told, _hedge(text, match), text[match.end() :])))
    for match in (*table.times.finditer(text), *table.fold.finditer(text)):
        sign = _direction(text, match)
        behind = text[match.end() :]
        if sign or match[0].endswith("fold") or table.after.match(behind):
            shown, hedge = _decimal(match["n"]), _hedge(text, match)
            growth = number_growth(match[0], shown, hedge, percent=False, sign=sign or 1, rest=behind)
            # "Three times more" is three times for some writers and four times for others.
            found.append((match.start(), replace(growth, or_one_more=bool(_MORE.match(behind)))))
    for match in table.factor.finditer(text):
        shown = _decimal(match["n"] or match["x"])
        growth = number_growth(match[0], shown, _hedge(text, match), percent=False, sign=1, rest=text[match.end() :])
        found.append((match.start(), growth))
    for match in table.percent.finditer(text):
        if (sign := _direction(text, match)) and not _FROM.search(text[: match.start()]):
            shown, hedge = _decimal(match["n"]), _hedge(text, match)
            growth = number_growth(match[0], shown, hedge, percent=True, sign=sign, rest=text[match.end() :])
            found.append((match.start(), growth))
    for match in table.part.finditer(text):
        if sign := _direction(text, match):
            shown = table.parts[match["n"]]
            rest, slack = text[match.end() :], Fraction(shown) / 10
            growth = number_growth(match[0], shown, "about", percent=True, sign=sign, rest=rest, slack=slack)
            found.append((match.start(), growth))
    return min(found, key=lambda pair: pair[0])[1] if found else None


_HEDGES = {Op.ABOUT: "about", Op.OVER: "over", Op.AT_LEAST: "over", Op.NEARLY: "nearly", Op.AT_MOST: "nearly"}


def printed_growth(amount: Amount, *, percent: bool, sign: int) -> Growth:
    """The growth of a claim that prints it as its value: a percentage of change, or a factor."""
    if amount.op is Op.RANGE:
        low, high = (1 + sign * Fraction(x) / 100 if percent else Fraction(x) for x in (amount.lo, amount.hi))
        return Growth(f"{amount.lo}–{amount.hi}", min(low, high), max(low, high), None, percent, sign, "", "")
    return number_growth(str(amount.lo), amount.lo, _HEDGES.get(amount.op, ""), percent=percent, sign=sign)


def told_fall(text: str) -> bool:
    """Whether a text tells a fall and no rise."""
    table = _table()
    return bool(table.down.search(text.casefold())) and not table.up.search(text.casefold())
