"""Finds the punishments in one clause: which kind, how long or how much, and whether it is named only to say that it is not imposed.

Invariants: a term or a sum belongs to one punishment at most; a term of hours belongs to compulsory labour only and to it no other
term; what is negated («без штрафа и ограничения свободы», «… не назначать») is marked so and never dropped silently.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from courttally.law.sentences.model import Found, Kind, Punishment, Term
from courttally.law.sentences.numbers import number_at
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.tokens import MASK, Token
from courttally.law.sentences.words import words

_TERM_BEFORE = words("punishments", "term_before")
_BETWEEN = words("punishments", "between")
_TRANSPARENT = words("punishments", "transparent")
_SIZE_WORDS = words("punishments", "size_words")
_RIGHTS = (("управл", "driving"), ("должност", "office"), ("деятельност", "activity"))
_WITH_TERM = frozenset(Kind) - {Kind.FINE, Kind.STRIPPING_OF_RANK, Kind.LIFE_IMPRISONMENT, Kind.CONFISCATION, Kind.NONE}
_WITH_PERCENT = {Kind.CORRECTIONAL_LABOUR, Kind.RESTRICTION_OF_MILITARY_SERVICE, Kind.FORCED_LABOUR}
ADDITIONAL = {
    Kind.FINE,
    Kind.RESTRICTION_OF_FREEDOM,
    Kind.DEPRIVATION_OF_OFFICE,
    Kind.STRIPPING_OF_RANK,
    Kind.CONFISCATION,
}
_REACH = 120  # tokens between a kind and its term: prohibitions are long
_MASK_REACH = 10
_SMALLEST_FINE = 500  # roubles; what is smaller and has no unit is not read
_PAY = ("заработ", "доход", "кратн", "двукратн", "десятикратн", "пятикратн")
_NEGATED_AT_ONCE = 8  # punishments that one «без» or «не назначать» can reach


@dataclass(frozen=True, slots=True)
class Piece:
    """One punishment as named in a clause. `clear`: it has what it needs (a term, a sum) or needs nothing. `hidden`: what it
    needs is there but masked or contradictory, so the punishment is imposed and its size unknown."""

    kind: Kind
    first: int
    last: int
    punishment: Punishment
    negated: bool
    clear: bool
    hidden: bool


def _first(mark: Mark) -> int:
    return mark.first


class ClauseQuantities:
    """The terms, sums and percentages of a clause, each to be used once."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.terms = [mark for mark in marks if mark.concept == "term"]
        self.sums = [mark for mark in marks if mark.concept == "money"]
        self.percents = [mark for mark in marks if mark.concept == "percent"]
        self._used: set[int] = set()

    @staticmethod
    def between(marks: Sequence[Mark], start: int, end: int) -> Sequence[Mark]:
        """Those of the marks (in order) that start in tokens[start:end]."""
        return marks[bisect_left(marks, start, key=_first) : bisect_left(marks, end, key=_first)]

    def free(self, mark: Mark) -> bool:
        """Whether no punishment has taken this mark yet."""
        return id(mark) not in self._used

    def take(self, mark: Mark) -> Mark:
        """The mark, which is used from now on."""
        self._used.add(id(mark))
        return mark


def found_term(mark: Mark, tokens: Sequence[Token]) -> Found[Term] | None:
    """The term of a mark, or None where it is unclear."""
    if not isinstance(mark.value, Term):
        return None
    return Found(mark.value, mark.rule, tokens[mark.first].start, tokens[mark.last - 1].end)


def found_number(mark: Mark | None, tokens: Sequence[Token]) -> Found[int] | None:
    """The number of a mark of money or per cent, or None where it is unclear."""
    if mark is None or not isinstance(mark.value, int):
        return None
    return Found(mark.value, mark.rule, tokens[mark.first].start, tokens[mark.last - 1].end)


def kind_marks(marks: Sequence[Mark]) -> list[Mark]:
    """Marks of kinds, none starting inside another."""
    kinds: list[Mark] = []
    for mark in marks:
        if mark.concept == "kind" and (not kinds or mark.first >= kinds[-1].last):
            kinds.append(mark)
    return kinds


def read_pieces(
    tokens: Sequence[Token],
    clause: tuple[int, int],
    marks: Sequence[Mark],
    quantities: ClauseQuantities,
    stops: Sequence[int],
    *,
    reducing: bool,
) -> list[Piece]:
    """All punishments named in the clause. `stops` are tokens that a kind's term cannot lie beyond (a verb of imposing, the
    article of another count); `reducing`: «до» names the new term, not a limit."""
    kinds = kind_marks(marks)
    barriers = sorted(stops)
    excluded = _excluded(tokens, clause[1], marks, kinds)
    imposed = [mark for mark in kinds if mark.first not in excluded]
    pieces: list[Piece] = []
    position = 0
    for mark in kinds:
        if mark.first in excluded:
            pieces.append(_bare(tokens, mark))
            continue
        follower = imposed[position + 1] if position + 1 < len(imposed) else None
        end = follower.first if follower is not None else clause[1]
        barrier = bisect_left(barriers, mark.last)
        end = min([end, mark.last + _REACH, *barriers[barrier : barrier + 1]])
        before = imposed[position - 1].last if position else clause[0]
        position += 1
        piece = _piece(tokens, mark, (before, end), follower, quantities, reducing=reducing)
        if piece.kind is Kind.ARREST and not piece.clear:
            continue  # the word means seizure or custody far more often
        pieces.append(piece)
    return _not_imposed(clause[1], marks, pieces)


def _piece(
    tokens: Sequence[Token],
    mark: Mark,
    around: tuple[int, int],
    follower: Mark | None,
    quantities: ClauseQuantities,
    *,
    reducing: bool,
) -> Piece:
    kind = Kind(mark.code)
    term = amount = percent = None
    if kind is Kind.FINE:
        amount = _sum_for(tokens, mark, around, quantities)
    elif kind in _WITH_TERM:
        term = _term_for(tokens, mark, around, follower, quantities, kind, reducing=reducing)
        if kind in _WITH_PERCENT:
            percent = next(iter(quantities.between(quantities.percents, mark.last, around[1])), None)
    size = amount if kind is Kind.FINE else term
    last = max(mark.last, size.last if size is not None else 0)
    hidden = size.value is None if size is not None else _masked(tokens, mark, around[1])
    first = min(mark.first, size.first if size is not None else mark.first)
    punishment = Punishment(
        kind=Found(kind, mark.rule, tokens[mark.first].start, tokens[mark.last - 1].end),
        term=found_term(term, tokens) if term is not None else None,
        fine=found_number(amount, tokens),
        deduction=found_number(percent, tokens),
        right=_right(tokens, mark, around[1]) if kind is Kind.DEPRIVATION_OF_OFFICE else None,
    )
    needs_nothing = kind in (Kind.STRIPPING_OF_RANK, Kind.LIFE_IMPRISONMENT)
    return Piece(kind, first, last, punishment, False, needs_nothing or size is not None, hidden and not needs_nothing)


def _masked(tokens: Sequence[Token], mark: Mark, end: int) -> bool:
    """«лишения свободы сроком на <…>», «штрафа в размере заработной платы»: the size stands there, but cannot be known."""
    window = tokens[mark.last : min(end, mark.last + _MASK_REACH)]
    announced = any(token.text in _SIZE_WORDS for token in window)
    return announced and any(token.kind == MASK or token.text.startswith(_PAY) for token in window)


def _right(tokens: Sequence[Token], mark: Mark, end: int) -> Found[str] | None:
    for stem, code in _RIGHTS:
        for index in range(mark.first, min(end, mark.last + _REACH)):
            if tokens[index].text.startswith(stem):
                return Found(code, f"right.{code}", tokens[mark.first].start, tokens[index].end)
    return None


def _fits(kind: Kind, mark: Mark) -> bool:
    if not isinstance(mark.value, Term):
        return mark.code == "unclear"
    hours_only = mark.value.hours > 0 and mark.value.months == mark.value.days == 0
    return hours_only if kind is Kind.COMPULSORY_LABOUR else mark.value.hours == 0


def _usable(mark: Mark, *, reducing: bool) -> bool:
    return mark.code in ("plain", "unclear") or (reducing and mark.code == "upto")


def _term_for(
    tokens: Sequence[Token],
    mark: Mark,
    around: tuple[int, int],
    follower: Mark | None,
    quantities: ClauseQuantities,
    kind: Kind,
    *,
    reducing: bool,
) -> Mark | None:
    before, end = around
    near = quantities.between(quantities.terms, max(before, mark.first - _REACH), end)
    fitting = [
        each for each in near if quantities.free(each) and _usable(each, reducing=reducing) and _fits(kind, each)
    ]
    for term in fitting:
        if before <= term.first and term.last <= mark.first and _adjacent(tokens, term.last, mark.first):
            return quantities.take(term)
    for term in fitting:
        if mark.last <= term.first < end:
            if follower is not None and _owned_by_next(tokens, term, follower):
                continue
            return quantities.take(term)
    return None


def _adjacent(tokens: Sequence[Token], start: int, end: int) -> bool:
    return end - start <= 3 and all(tokens[index].text in _BETWEEN for index in range(start, end))


def _owned_by_next(tokens: Sequence[Token], term: Mark, follower: Mark) -> bool:
    """«лишения свободы, 2 года ограничения свободы»: the term stands right before the next kind and no «сроком на» before it."""
    announced = term.first > 0 and tokens[term.first - 1].text in _TERM_BEFORE
    return not announced and _adjacent(tokens, term.last, follower.first)


def _sum_for(tokens: Sequence[Token], mark: Mark, around: tuple[int, int], quantities: ClauseQuantities) -> Mark | None:
    before, end = around
    near = quantities.between(quantities.sums, max(before, mark.first - _REACH), end)
    for money in near:
        if (
            quantities.free(money)
            and before <= money.first
            and money.last <= mark.first
            and _adjacent(tokens, money.last, mark.first)
        ):
            return quantities.take(money)
    for money in near:
        if not quantities.free(money) or not mark.last <= money.first < end:
            continue
        if tokens[money.first - 1].text == "по":
            continue  # «по 5000 рублей ежемесячно»: an instalment
        return quantities.take(money)
    return _bare_sum(tokens, mark, end)


def _bare_sum(tokens: Sequence[Token], mark: Mark, end: int) -> Mark | None:
    """«штраф в размере 10000 (десять тысяч) в доход государства»: a sum too large for anything but roubles."""
    for index in range(mark.last, min(end, mark.last + _MASK_REACH)):
        if tokens[index].text not in ("размере", "сумме") or index + 1 >= end:
            continue
        number = number_at(tokens, index + 1, end, grouped=True)
        if number is None or number.value is None or number.value.denominator != 1:
            return None
        clear = number.bracket is None and number.value >= _SMALLEST_FINE
        after = tokens[number.end].text if number.end < end else ""
        unit = after == "%" or after.startswith(("процент", "кратн", "минимальн", "мрот", "час", "месяц", "год", "лет"))
        return Mark("money", "no-unit", index + 1, number.end, int(number.value)) if clear and not unit else None
    return None


def _first_token(of: Mark | Piece) -> int:
    return of.first


def _bare(tokens: Sequence[Token], mark: Mark) -> Piece:
    """A kind that is named only to be excluded."""
    kind = Kind(mark.code)
    found = Found(kind, mark.rule, tokens[mark.first].start, tokens[mark.last - 1].end)
    return Piece(kind, mark.first, mark.last, Punishment(found), True, False, False)


def _excluded(tokens: Sequence[Token], end: int, marks: Sequence[Mark], kinds: Sequence[Mark]) -> set[int]:
    """First tokens of the kinds that a «без …» reaches: nothing that follows them is their term."""
    reached: set[int] = set()
    for mark in marks:
        if mark.concept == "without_word":
            reached |= _chain(tokens, mark.last, end, kinds)
    return reached


def _chain(tokens: Sequence[Token], start: int, end: int, kinds: Sequence[Mark]) -> set[int]:
    """First tokens of the kinds after `start` with nothing but words of the negation between."""
    reached: set[int] = set()
    position = start
    begin = bisect_left(kinds, start, key=_first_token)
    for mark in kinds[begin : begin + _NEGATED_AT_ONCE]:
        if mark.first - position > _REACH:
            break
        if any(tokens[index].text not in _TRANSPARENT for index in range(position, min(mark.first, end))):
            break
        reached.add(mark.first)
        position = mark.last
    return reached


def _not_imposed(end: int, marks: Sequence[Mark], pieces: list[Piece]) -> list[Piece]:
    """«… не назначать» reaches back to the last punishment that has a size; «не назначать дополнительные наказания в виде …» forward."""
    negated: set[int] = set()
    for mark in marks:
        if mark.concept != "not_imposed":
            continue
        begin = bisect_left(pieces, mark.first, key=_first_token)
        before = pieces[max(begin - _NEGATED_AT_ONCE, 0) : begin]
        for piece in reversed(before):
            if piece.clear and piece.kind is not Kind.STRIPPING_OF_RANK:
                break
            negated.add(piece.first)
        after = pieces[begin : begin + _NEGATED_AT_ONCE]
        if not before and not any(piece.clear for piece in after) and mark.last < end:
            negated |= {piece.first for piece in after}
    return [replace(piece, negated=True) if piece.first in negated else piece for piece in pieces]
