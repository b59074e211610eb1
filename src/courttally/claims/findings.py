"""What a rule hands back: which claim, which kind of error, and the facts that its explanation prints.

Invariants: a finding carries numbers, claims and dates, never finished sentences; the sentences are templates in both
languages (``templates.toml``), so that no rule can judge in its own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import TypeAlias

from courttally.claims.dates import Period, Span
from courttally.claims.model import Claim, Metric, Words
from courttally.claims.numbers import Amount


class Verdict(StrEnum):
    """What is said of a claim. The order of the middle five decides where several kinds apply."""

    REPRODUCED = "reproduced"
    WITHIN_ROUNDING = "within_rounding"
    MISLABELLED = "mislabelled"
    DIFFERENT_UNIT = "different_unit"
    ARITHMETIC_FAILS = "arithmetic_fails"
    DIFFERENT_SCOPE = "different_scope"
    STALE_VINTAGE = "stale_vintage"
    CANNOT_JUDGE = "cannot_judge"


PRECEDENCE = (
    Verdict.MISLABELLED,
    Verdict.DIFFERENT_UNIT,
    Verdict.ARITHMETIC_FAILS,
    Verdict.DIFFERENT_SCOPE,
    Verdict.STALE_VINTAGE,
    Verdict.CANNOT_JUDGE,
)


class Kind(IntEnum):
    """The fourteen kinds of error, by the numbers that the published list gives them."""

    MISLABEL = 1
    GROWTH_WORD = 2
    DROPPED_PART = 3
    UNIT_CHANGED = 4
    TRUNCATION = 5
    RECEIVED_AS_FINISHED = 6
    TWO_POPULATIONS = 7
    OTHER_STAGE = 8
    PERIOD_STRETCHED = 9
    DIGIT_WRONG = 10
    STATUTE_AS_OBSERVATION = 11
    IRRECONCILABLE = 12
    LATER_VINTAGE = 13
    START_DRIFT = 14


Slot: TypeAlias = (
    str
    | int
    | Decimal
    | Fraction
    | Claim
    | Span
    | Period
    | Amount
    | Metric
    | Words
    | frozenset[str]
    | tuple[Decimal, ...]
    | tuple[Claim, ...]
)


def fill(**slots: Slot | None) -> Mapping[str, Slot]:
    """The facts for a template; what is not known is left out."""
    return {name: slot for name, slot in slots.items() if slot is not None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One error of one claim. ``template`` names the sentence, ``slots`` fill it, ``related`` are the claims it rests on."""

    claim_id: str
    kind: Kind
    verdict: Verdict
    template: str
    slots: Mapping[str, Slot]
    related: tuple[str, ...] = ()


class Findings:
    """Findings so far, so that a rule can leave alone what another rule has explained."""

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self._by_claim: dict[str, list[Finding]] = {}

    def add(self, finding: Finding) -> None:
        """Keep a finding; a second one of the same kind on the same claim adds nothing."""
        if not self.has(finding.claim_id, finding.kind):
            self.all.append(finding)
            self._by_claim.setdefault(finding.claim_id, []).append(finding)

    def has(self, claim_id: str, *kinds: Kind) -> bool:
        """Whether a claim has one of these kinds (any kind at all, when none is given)."""
        return any(not kinds or f.kind in kinds for f in self._by_claim.get(claim_id, ()))

    def of(self, claim_id: str) -> list[Finding]:
        """The findings of a claim, in the order of their kinds."""
        return sorted(self._by_claim.get(claim_id, ()), key=lambda f: f.kind)
