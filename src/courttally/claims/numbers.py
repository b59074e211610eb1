"""The arithmetic of printed numbers: what "nearly" covers, what rounds to what, and how a digit goes astray.

Invariants: exact arithmetic only (Decimal and Fraction). A printed number carries its own precision: 88.4 says one
decimal, 16,000 says thousands, "2.5 times" says one decimal.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Op(StrEnum):
    """How a number was printed."""

    EXACT = "="
    ABOUT = "~"
    OVER = "over"
    NEARLY = "nearly"
    AT_LEAST = ">"
    AT_MOST = "<"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Amount:
    """A printed number: operator and value, or both ends of a range."""

    op: Op
    lo: Decimal
    hi: Decimal

    @property
    def exact(self) -> bool:
        """Whether it was printed as the number itself."""
        return self.op is Op.EXACT

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The exact numbers that a careful writer may print so.

        "About" covers half a unit of the last digit that is not zero, two per cent at least; "over" the next fifth;
        "nearly" the last tenth. Wider would tie what does not belong together.
        """
        v = self.lo
        if self.op is Op.ABOUT:
            reach = max(last_unit(v) / 2, v / 50)
            return v - reach, v + reach
        if self.op in {Op.OVER, Op.AT_LEAST}:
            return v, v * Decimal("1.2")
        if self.op in {Op.NEARLY, Op.AT_MOST}:
            return v * Decimal("0.9"), v
        return self.lo, self.hi

    def says(self, number: Decimal) -> bool:
        """Whether this amount is a fair way to print ``number``."""
        low, high = self.bounds
        return low <= number <= high

    def near(self, number: Decimal) -> bool:
        """Whether this amount prints ``number`` and lies within a twentieth of it."""
        return self.says(number) and abs(self.lo - number) * 20 <= max(self.lo, self.hi)

    def sums(self, number: Decimal) -> bool:
        """Whether this amount prints ``number`` as a sum: exactly, or rounded by a fortieth at most."""
        return self.lo == number if self.exact else self.says(number) and abs(self.lo - number) * 40 <= self.lo


def last_unit(value: Decimal) -> Decimal:
    """The unit of the last digit that is not zero: 100 for 2,700, 0.1 for 88.4."""
    if value == 0:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(int(exponent))


def significant(value: Decimal) -> int:
    """How many digits count, trailing zeros left out: 2 for 2,700, 5 for 14,182."""
    return len(value.normalize().as_tuple().digits)


def distinctive(amount: Amount) -> bool:
    """Whether equality with such a number is unlikely to be chance: exact, whole, and three digits that count, or three
    digits that are no round fifty.
    """
    if not amount.exact or amount.lo < 100 or amount.lo != amount.lo.to_integral_value():
        return False
    return significant(amount.lo) >= 3 or (amount.lo < 1000 and amount.lo % 50 != 0)


def decimals(value: Decimal) -> int:
    """How many decimals were printed: 1 for 88.4 and 40.0, 0 for 34."""
    return max(0, -int(value.as_tuple().exponent))


def _unit(shown: Decimal) -> Fraction:
    return Fraction(1, 10 ** decimals(shown))


def rounds_to(true: Fraction, shown: Decimal) -> bool:
    """Whether ``true`` rounds to ``shown`` at the precision of ``shown``; an exact half may go either way."""
    return abs(true - Fraction(shown)) * 2 <= _unit(shown)


def cut_to(true: Fraction, shown: Decimal) -> bool:
    """Whether ``shown`` is ``true`` with its further digits cut off, where rounding gives another last digit."""
    step = _unit(shown)
    return (true // step) * step == Fraction(shown) and not rounds_to(true, shown)


class Slip(StrEnum):
    """What happened to a digit."""

    LOST = "lost"
    ADDED = "added"
    SWAPPED = "swapped"
    CHANGED = "changed"


def digit_slip(copy: Decimal, original: Decimal) -> Slip | None:
    """Name the single slip that turns ``original`` into ``copy``; None when it takes more than one, or none.

    Whole numbers of at least three digits only: of shorter ones nearly every pair is one slip apart.
    """
    if copy != copy.to_integral_value() or original != original.to_integral_value() or copy == original:
        return None
    a, b = str(int(copy)), str(int(original))
    if len(b) < 3 or abs(len(a) - len(b)) > 1:
        return None
    if len(a) < len(b):
        return Slip.LOST if any(b[:i] + b[i + 1 :] == a for i in range(len(b))) else None
    if len(a) > len(b):
        return Slip.ADDED if any(a[:i] + a[i + 1 :] == b for i in range(len(a))) else None
    wrong = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(wrong) == 1:
        return Slip.CHANGED
    if len(wrong) == 2 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]:
        return Slip.SWAPPED
    return None
