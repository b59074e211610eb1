"""What carries over from clause to clause while one operative part is read."""

from dataclasses import dataclass, field

from courttally.law.charges import Charge
from courttally.law.sentences.ledger import Slot
from courttally.law.sentences.model import Doubt, Found, Kind, Outcome
from courttally.law.sentences.persons import Roster


@dataclass(slots=True)
class State:
    """What carries over from clause to clause."""

    roster: Roster = field(default_factory=Roster)
    slots: list[Slot] = field(default_factory=list)
    current: list[int] = field(default_factory=list)
    fresh: bool = True  # a value was read since somebody was last named: the next name starts a new set
    mode: str = ""  # guilty: articles that follow are those of the conviction; sentencing: those of counts
    header: Found[Kind] | None = None
    charges: list[Found[Charge]] = field(default_factory=list)
    aggregating: bool = False
    last_value: str = ""
    listed: list[int] = field(default_factory=list)  # people to whom one list of punishments was given
    plural: bool = False
    expects_names: bool = False  # «признать виновными:» and a list of people after it
    doubts: list[Doubt] = field(default_factory=list)
    ruling: Found[Outcome] | None = None  # decides a request and names nobody

    def person(self, number: int | None) -> list[int]:
        """The person as a list, with a slot to write in."""
        if number is None:
            return []
        while len(self.slots) <= number:
            self.slots.append(Slot())
        return [number]

    def everybody(self) -> list[int]:
        """All accused known so far."""
        return list(range(len(self.slots)))

    def owners(self) -> list[int]:
        """Those whom a value belongs to that names nobody; an unnamed person where nobody is known yet."""
        if len(self.slots) == 1:
            return [0]
        if not self.slots:
            self.current = self.person(self.roster.add_unnamed())
        return self.current or self.everybody()
