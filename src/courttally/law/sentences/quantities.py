"""Terms, sums of money, per cent and dates in a run of tokens.

Invariants: `find_quantities` walks forward only and each reader looks at a bounded number of tokens, so work is linear; a date is
never a term («2020 года»); where digits and words disagree, or a part is masked, the mark has `value` None and code `unclear`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from courttally.law.sentences.model import Term
from courttally.law.sentences.numbers import Number, digits_at, is_number_word, number_at, quantity_words, words_at
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.tokens import MASK, NUMBER, WORD, Token

_UNITS = ("year", "month", "week", "day", "hour")
_FIRST_YEAR_OF_DATES = 1900
_LONGEST_MONTHS = 40 * 12  # art. 56 allows 35 years at most; anything longer is misread or a slip
_LONGEST_HOURS = 1000  # art. 49 allows 480
_LARGEST_SUM = 10**11
_SORTS = ("money", "percent", "term")
_FARTHEST_UNIT = 40  # tokens: «999 999 (девятьсот девяносто девять тысяч …) рублей»
_BOUNDS = {
    "до": "upto",
    "свыше": "compare",
    "более": "compare",
    "менее": "compare",
    "больше": "compare",
    "меньше": "compare",
    "течение": "within",
    "течении": "within",
    "возраста": "age",
    "возрасте": "age",
    "возраст": "age",
    "через": "within",
    "спустя": "within",
}


def find_quantities(tokens: Sequence[Token], first: int, last: int) -> list[Mark]:
    """Marks of concepts `term` (value Term), `money` (whole roubles), `percent` (int) and `date`, in order, none overlapping."""
    marks: list[Mark] = []
    units = {sort: [index for index in range(first, last) if _is_unit(sort, tokens[index].text)] for sort in _SORTS}
    index = first
    while index < last:
        if not _may_begin(tokens[index].kind, tokens[index].text):
            index += 1
            continue
        near = {sort for sort, places in units.items() if _next(places, index) <= index + _FARTHEST_UNIT}
        mark = (
            _date_at(tokens, index, last)
            or ("money" in near and _money_at(tokens, index, last))
            or ("percent" in near and _percent_at(tokens, index, last))
            or ("term" in near and _term_at(tokens, index, last, first))
            or None
        )
        if mark is None:
            index += 1
        else:
            marks.append(mark)
            index = mark.last
    return marks


def _next(places: list[int], index: int) -> int:
    """The first of the places that is not before `index`; far away if there is none."""
    at = bisect_left(places, index)
    return places[at] if at < len(places) else index + _FARTHEST_UNIT + 1


@lru_cache(maxsize=4096)
def _is_unit(sort: str, text: str) -> bool:
    """Whether the word can end a quantity of this sort: a number without its unit nearby need not be looked at."""
    groups = quantity_words()
    if sort == "money":
        return text in groups["rouble"] or text == "₽"
    if sort == "percent":
        return text in groups["percent"] or text == "%"
    known = any(text in groups[name] for name in ("unit", "short_unit", "adjective", "half_year"))
    return known or _adjective(text) is not None


@lru_cache(maxsize=4096)
def _may_begin(kind: str, text: str) -> bool:
    """Whether a quantity can begin with this token; most cannot, and words repeat."""
    groups = quantity_words()
    if kind != WORD:
        return kind in (NUMBER, MASK) or text == "("
    known = any(text in groups[name] for name in ("half_year", "one_and_half", "month_name", "scale"))
    return known or is_number_word(text) or text in ("год", "месяц", "з") or _adjective(text) is not None


def _text(tokens: Sequence[Token], index: int, limit: int) -> str:
    return tokens[index].text if 0 <= index < limit else ""


def _after_stop(tokens: Sequence[Token], index: int, limit: int) -> int:
    """Past the full stop of an abbreviation, if there is one glued to it."""
    short = tokens[index - 1].text in quantity_words()["short"]
    return index + 1 if short and _text(tokens, index, limit) == "." and tokens[index].gap == 0 else index


def _date_at(tokens: Sequence[Token], index: int, limit: int) -> Mark | None:
    words = quantity_words()
    token = tokens[index]
    end: int | None = None
    if token.kind == NUMBER:
        texts = [_text(tokens, index + step, limit) for step in range(5)]
        if texts[1] == "." and texts[3] == "." and texts[2].isdecimal() and texts[4].isdecimal():
            end = index + 5
        elif texts[1] in words["month_name"] and len(token.text) <= 2:
            end = index + 3 if texts[2].isdecimal() and len(texts[2]) == 4 else index + 2
        elif len(token.text) == 4 and int(token.text) >= _FIRST_YEAR_OF_DATES and _is_year(texts[1]):
            end = index + 1
    elif token.text in words["month_name"] and _text(tokens, index + 1, limit).isdecimal():
        end = index + 2
    if end is None:
        return None
    if _is_year(_text(tokens, end, limit)):
        end = _after_stop(tokens, end + 1, limit)
    return Mark("date", "date", index, end)


def _is_year(text: str) -> bool:
    return text in ("г", "гг", "года", "год", "году", "годов", "годы")


def _money_at(tokens: Sequence[Token], index: int, limit: int) -> Mark | None:
    words = quantity_words()
    number = number_at(tokens, index, limit, grouped=True)
    if number is None:
        return None
    end = number.end
    spoken = [] if number.bracket is None else [number.bracket]
    if _text(tokens, end, limit) in ("-", ",", "=", ".") and tokens[end].gap == 0:
        kopecks = _text(tokens, end + 1, limit)
        if len(kopecks) == 2 and kopecks.isdecimal() and tokens[end + 1].gap == 0:
            end += 2
    end, again = _bracketed(tokens, end, limit)
    spoken += again
    scale = 1
    scale_code = words["scale"].get(_text(tokens, end, limit))
    if scale_code is not None:
        scale = int(scale_code)
        end, again = _bracketed(tokens, _after_stop(tokens, end + 1, limit), limit)
        spoken += again
    unit = _text(tokens, end, limit)
    if unit not in words["rouble"] and unit != "₽":
        return None
    if unit == "р" and _text(tokens, end + 1, limit) != ".":
        return None
    end, again = _bracketed(tokens, _after_stop(tokens, end + 1, limit), limit)
    spoken += again
    value = _sum(number, scale, spoken)
    return Mark("money", "unclear" if value is None else "roubles", index, end, value)


def _bracketed(tokens: Sequence[Token], index: int, limit: int) -> tuple[int, list[int]]:
    """A sum repeated in brackets here, «(десять тысяч рублей)», and where it ends."""
    if _text(tokens, index, limit) != "(":
        return index, []
    inner = number_at(tokens, index + 1, limit, grouped=True)
    if inner is None or inner.value is None:
        return index, []
    end, value = inner.end, inner.value
    scale = quantity_words()["scale"].get(_text(tokens, end, limit))
    if scale is not None:
        end, value = _after_stop(tokens, end + 1, limit), value * int(scale)
    if _text(tokens, end, limit) in quantity_words()["rouble"]:
        end = _after_stop(tokens, end + 1, limit)
    if _text(tokens, end, limit) != ")" or value.denominator != 1:
        return index, []
    return end + 1, [int(value)]


def _sum(number: Number, scale: int, spoken: list[int]) -> int | None:
    """Whole roubles, or None where what is written twice differs. The words may count in the scale or be the whole sum."""
    if number.value is None:
        candidates = {word * scale for word in spoken}
        return candidates.pop() if len(candidates) == 1 else None
    value = number.value * scale
    for word in spoken:
        if word == value:
            continue
        if word * scale == number.value:
            value = number.value
        elif not (word == number.value or word * scale == value):
            return None
    return int(value) if 0 < value <= _LARGEST_SUM else None


def _percent_at(tokens: Sequence[Token], index: int, limit: int) -> Mark | None:
    number = number_at(tokens, index, limit)
    if number is None:
        return None
    end = number.end
    if _text(tokens, end, limit) != "%" and _text(tokens, end, limit) not in quantity_words()["percent"]:
        return None
    clear = number.value is not None and number.bracket is None and number.value.denominator == 1
    value = int(number.value) if clear and number.value is not None else None
    return Mark("percent", "unclear" if value is None else "percent", index, end + 1, value)


def _term_at(tokens: Sequence[Token], index: int, limit: int, floor: int) -> Mark | None:
    parsed = _parts_at(tokens, index, limit)
    if parsed is None:
        return None
    term, end = parsed
    if _text(tokens, end, limit) == "(":
        repeated = _parts_at(tokens, end + 1, limit)
        if repeated is not None and _text(tokens, repeated[1], limit) == ")":
            if repeated[0] != term:
                term = None
            end = repeated[1] + 1
    if _one_of_several(tokens, index, floor):
        term = None
    code = "plain"
    for back in (index - 1, index - 2):
        if back >= floor and tokens[back].text in _BOUNDS:
            code = _BOUNDS[tokens[back].text]
            break
        if back >= floor and tokens[back].text in (",", ".", ";", "-", ":"):
            break
    plausible = term is not None and term != Term() and term.months <= _LONGEST_MONTHS and term.hours <= _LONGEST_HOURS
    return Mark("term", code if plausible else "unclear", index, end, term if plausible else None)


def _one_of_several(tokens: Sequence[Token], index: int, floor: int) -> bool:
    """«к 5 и 6 годам»: the unit is shared by two numbers, so this is not the term of anybody named before."""
    if index - 2 < floor or tokens[index - 1].text != "и":
        return False
    before = tokens[index - 2]
    if before.kind == NUMBER:
        return index - 3 < floor or tokens[index - 3].text != "."
    return words_at(tokens, index - 2, index - 1) is not None


def _parts_at(tokens: Sequence[Token], index: int, limit: int) -> tuple[Term | None, int] | None:
    """«3 (три) года и 6 (шесть) месяцев»: units from large to small. The term is None where a part of it is unclear."""
    totals: dict[str, Fraction] = {}
    clear = True
    end = index
    rank = 0
    while end < limit:
        start = end
        if totals:
            start += 1 if _text(tokens, end, limit) in ("и", ",") else 0
            start += 1 if _text(tokens, start, limit) == "и" else 0
        part = _part_at(tokens, start, limit) if start < limit else None
        if part is None or _UNITS.index(part[1]) < rank:
            break
        value, unit, end = part
        rank = _UNITS.index(unit) + 1
        totals[unit] = value if value is not None else Fraction(0)
        clear = clear and value is not None
    if not totals:
        return None
    months = totals.get("year", Fraction(0)) * 12 + totals.get("month", Fraction(0))
    days = totals.get("week", Fraction(0)) * 7 + totals.get("day", Fraction(0))
    hours = totals.get("hour", Fraction(0))
    if not clear or any(total.denominator != 1 for total in (months, days, hours)):
        return None, end
    return Term(int(months), int(days), int(hours)), end


def _part_at(tokens: Sequence[Token], index: int, limit: int) -> tuple[Fraction | None, str, int] | None:
    """One number with its unit. The number is None where it is masked or contradicts itself."""
    words = quantity_words()
    text = tokens[index].text
    if tokens[index].kind not in (WORD, NUMBER, MASK) and text != "(":
        return None
    if text in words["half_year"]:
        return Fraction(6), "month", index + 1
    if text in words["one_and_half"] and _text(tokens, index + 1, limit) in words["unit"]:
        return Fraction(3, 2), words["unit"][tokens[index + 1].text], index + 2
    adjective = _adjective(text) or _digits_adjective(tokens, index, limit)
    if adjective is not None:
        return adjective[0], adjective[1], index + adjective[2]
    if text in ("год", "месяц") and index and tokens[index - 1].text == "на":
        return Fraction(1), words["unit"][text], index + 1
    if tokens[index].kind == MASK and not _announced(tokens, index):
        return None  # «<…> года рождения»: a date as a rule
    number = number_at(tokens, index, limit)
    if number is None:
        return None
    return _with_unit(tokens, number, limit)


def _announced(tokens: Sequence[Token], index: int) -> bool:
    """Whether a masked number stands where a term does: after «сроком на», or after the years of the same term."""
    before = tokens[index - 1].text if index else ""
    return tokens[index].text != "дата" and (
        before in ("на", "сроком", "срок", "виде", "и") or before in quantity_words()["unit"]
    )


def _with_unit(tokens: Sequence[Token], number: Number, limit: int) -> tuple[Fraction | None, str, int] | None:
    words = quantity_words()
    value = number.value if number.bracket is None else None
    end = number.end
    if _text(tokens, end, limit) == "с" and _text(tokens, end + 1, limit) in words["half"]:
        value = value + Fraction(1, 2) if value is not None else None
        end += 2
    if _text(tokens, end, limit) == "(":
        # «3 (три года)»: the unit stands inside the brackets.
        inner = number_at(tokens, end + 1, limit)
        if inner is not None and inner.value is not None and _text(tokens, inner.end, limit) in words["unit"]:
            closing = _after_stop(tokens, inner.end + 1, limit)
            if _text(tokens, closing, limit) == ")":
                same = value == inner.value
                return (value if same else None), words["unit"][tokens[inner.end].text], closing + 1
        return None
    text = _text(tokens, end, limit)
    unit = words["unit"].get(text)
    if unit is None and _text(tokens, end + 1, limit) == ".":
        unit = words["short_unit"].get(text)
    if unit is None:
        return None
    end = _after_stop(tokens, end + 1, limit)
    if _text(tokens, end, limit) == "(":
        # «3 года (три) 6 месяцев (шесть)»
        inner = number_at(tokens, end + 1, limit)
        if inner is not None and _text(tokens, inner.end, limit) == ")":
            return (value if inner.value in (value, None) else None), unit, inner.end + 1
    return value, unit, end


def _adjective(text: str) -> tuple[Fraction, str, int] | None:
    """«двухлетний», «шестимесячным»: value, unit, one token."""
    words = quantity_words()
    for beginning, value in words["compound"].items():
        if text.startswith(beginning) and text[len(beginning) :] in words["adjective"]:
            return Fraction(int(value)), words["adjective"][text[len(beginning) :]], 1
    if text.startswith("полутора") and text[len("полутора") :] in words["adjective"]:
        return Fraction(3, 2), words["adjective"][text[len("полутора") :]], 1
    return None


def _digits_adjective(tokens: Sequence[Token], index: int, limit: int) -> tuple[Fraction, str, int] | None:
    """«2-летний», «3-х летний»: value, unit, how many tokens."""
    words = quantity_words()
    plain = digits_at(tokens, index, limit)
    if plain is None:
        return None
    value, end = plain
    if _text(tokens, end, limit) == "-":
        end += 1
    unit = words["adjective"].get(_text(tokens, end, limit))
    return None if unit is None else (value, unit, end + 1 - index)
