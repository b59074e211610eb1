"""What a decision says of each accused, as plain values.

Invariants: nothing here holds a piece of the decision's text, so no name can leak through it: values are codes, numbers and
charges, and every value is a `Found` that names the rule and the fragment (start, end) of the ORIGINAL text behind it. A
value that the text does not settle is None (unknown) and has a `Doubt`, never a guess.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from courttally.law.charges import Charge

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, the id of the rule that read it (docs/sentences.md lists them), and its fragment `text[start:end]`."""

    value: T
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why something stayed unknown: the id of the rule that refused, and the fragment that it refused."""

    rule: str
    start: int
    end: int


class Form(StrEnum):
    """How the text speaks: with a marker such as ПРИГОВОРИЛ, as an operative part alone, as a press item, or none of these."""

    MARKED = "marked"
    OPERATIVE_ONLY = "operative_only"
    PRESS = "press"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """What became of one accused. `released_from_punishment`: convicted, and freed from all punishment (art. 302(5)(2, 3) of the
    Code of Criminal Procedure). `upheld`, `changed`, `quashed` are said of a lower court's act."""

    CONVICTED = "convicted"
    RELEASED = "released_from_punishment"
    ACQUITTED = "acquitted"
    TERMINATED = "terminated"
    MEDICAL = "medical"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    JOINED = "joined"
    STAYED = "stayed"
    QUASHED = "quashed"
    CHANGED = "changed"
    UPHELD = "upheld"
    OTHER = "other_ruling"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """Kinds of punishment (art. 44 of the Criminal Code). `none`: the outcome carries no punishment."""

    FINE = "fine"
    DEPRIVATION_OF_OFFICE = "deprivation_of_office"
    STRIPPING_OF_RANK = "stripping_of_rank"
    COMPULSORY_LABOUR = "compulsory_labour"
    CORRECTIONAL_LABOUR = "correctional_labour"
    RESTRICTION_OF_MILITARY_SERVICE = "restriction_of_military_service"
    RESTRICTION_OF_FREEDOM = "restriction_of_freedom"
    FORCED_LABOUR = "forced_labour"
    ARREST = "arrest"
    DISCIPLINARY_UNIT = "disciplinary_unit"
    IMPRISONMENT = "imprisonment"
    LIFE_IMPRISONMENT = "life_imprisonment"
    CONFISCATION = "confiscation"
    NONE = "none"


class Regime(StrEnum):
    """Where imprisonment is served (art. 58): `mixed` is a part in prison and the rest in a colony."""

    SETTLEMENT = "settlement"
    GENERAL = "general"
    STRICT = "strict"
    SPECIAL = "special"
    PRISON = "prison"
    EDUCATIONAL = "educational"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A length of time: whole months (years are twelve), days (weeks are seven), and hours (compulsory labour)."""

    months: int = 0
    days: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Punishment:
    """One punishment. `fine`: whole roubles. `deduction`: per cent of pay. `right`: for deprivation of office, what is
    forbidden: driving, office, activity, or other. A term or an amount that the text hides or contradicts is None."""

    kind: Found[Kind]
    term: Found[Term] | None = None
    fine: Found[int] | None = None
    deduction: Found[int] | None = None
    right: Found[str] | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The punishment for one count (or several named together) before any aggregation."""

    charges: tuple[Found[Charge], ...]
    main: Punishment
    additional: tuple[Punishment, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The final punishment after aggregation (arts 69, 70), replacement (53.1) or mitigation.

    `suspended`: article 73 only; True or False with evidence, None where the text leaves it open. `probation`: of that
    suspension. `deferred`: execution put off (art. 82, 82.1), which is no suspension. `aggregated`: articles 69, 70, 74
    and their like where the text says that the final punishment rests on them.
    """

    main: Punishment | None
    additional: tuple[Punishment, ...] = ()
    suspended: Found[bool] | None = None
    probation: Found[Term] | None = None
    regime: Found[Regime] | None = None
    deferred: Found[bool] | None = None
    aggregated: tuple[Found[str], ...] = ()

    @property
    def fine(self) -> Found[int] | None:
        """The fine to be paid, as the main or as an additional punishment, in whole roubles."""
        for punishment in (self.main, *self.additional):
            if punishment is not None and punishment.kind.value is Kind.FINE:
                return punishment.fine
        return None


@dataclass(frozen=True, slots=True)
class Requalification:
    """«Переквалифицировать действия с … на …»: the charges before and after, in the order of the text."""

    old: tuple[Charge, ...]
    new: tuple[Charge, ...]
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AccusedReading:
    """One accused. `mentions` are the places that name this person (never the name itself).

    `convicted`, `acquitted`, `terminated`, `charged` (named without a finding: returned, transferred, stayed …) keep repeated
    counts as the text repeats them. `grounds`: articles of law on which proceedings ended or punishment was lifted, written
    `УПК 25`, `УК 78`. `court_fine`: judicial fine of art. 104.4 in roubles, which is no punishment.
    """

    mentions: tuple[tuple[int, int], ...]
    outcome: Found[Outcome] | None
    sentence: Sentence | None
    counts: tuple[Count, ...] = ()
    convicted: tuple[Found[Charge], ...] = ()
    acquitted: tuple[Found[Charge], ...] = ()
    terminated: tuple[Found[Charge], ...] = ()
    charged: tuple[Found[Charge], ...] = ()
    requalified: tuple[Requalification, ...] = ()
    grounds: tuple[Found[str], ...] = ()
    court_fine: Found[int] | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionReading:
    """The reading of one text. `operative`: the fragment that was read (all of a press item). `accused` in order of appearance,
    empty where the text decides nothing about anybody that could be read."""

    form: Form
    operative: tuple[int, int] | None
    accused: tuple[AccusedReading, ...]
    doubts: tuple[Doubt, ...] = ()
