"""What has been read of each accused so far, in the order of the text. Mutable, lives while one text is read."""

from dataclasses import dataclass, field

from courttally.law.charges import Charge
from courttally.law.sentences.model import Doubt, Found, Outcome, Punishment, Regime, Requalification, Term


@dataclass(slots=True)
class Group:
    """Punishments set together. `clause` and `first` place it; `aggregated`: it replaces what was set before it (arts 69, 70, 53.1,
    mitigation); `charges`: of the count, empty where the text names none; `hidden`: something in it is masked."""

    clause: int
    first: int
    main: Punishment | None
    additional: list[Punishment] = field(default_factory=list)
    charges: tuple[Found[Charge], ...] = ()
    aggregated: bool = False
    basis: tuple[Found[str], ...] = ()
    lifted: bool = False  # the accused was freed from this one alone


@dataclass(slots=True)
class Note:
    """A finding about the sentence, placed by clause."""

    clause: int
    first: int


@dataclass(slots=True)
class SuspensionNote(Note):
    """«Считать условным», or the test period that only a suspended sentence has."""

    found: Found[bool]


@dataclass(slots=True)
class TermNote(Note):
    """A period of probation; None where unclear."""

    found: Found[Term] | None


@dataclass(slots=True)
class RegimeNote(Note):
    """Where imprisonment is served."""

    found: Found[Regime]


@dataclass(slots=True)
class Slot:
    """One accused."""

    outcomes: dict[Outcome, Found[Outcome]] = field(default_factory=dict)
    convicted: list[Found[Charge]] = field(default_factory=list)
    acquitted: list[Found[Charge]] = field(default_factory=list)
    terminated: list[Found[Charge]] = field(default_factory=list)
    charged: list[Found[Charge]] = field(default_factory=list)
    counted: list[Found[Charge]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    suspensions: list[SuspensionNote] = field(default_factory=list)
    probations: list[TermNote] = field(default_factory=list)
    regimes: list[RegimeNote] = field(default_factory=list)
    deferrals: list[Found[bool]] = field(default_factory=list)
    requalified: list[Requalification] = field(default_factory=list)
    grounds: list[Found[str]] = field(default_factory=list)
    court_fine: Found[int] | None = None
    no_punishment: Found[bool] | None = None
    doubts: list[Doubt] = field(default_factory=list)
    last_clause: int = 0

    def decide(self, outcome: Found[Outcome]) -> None:
        """Note an outcome; the first fragment that says it is kept."""
        self.outcomes.setdefault(outcome.value, outcome)

    @property
    def closed(self) -> bool:
        """Whether a final punishment or a suspension has been read: another anonymous conviction is then another person."""
        return bool(self.suspensions or self.regimes or any(group.aggregated for group in self.groups))
