"""The stage of a world: its courts, what they publish, and how much each pulls.

Invariants: nothing here changes while a world is told.
"""

import random
from dataclasses import dataclass
from datetime import date

from courttally.courts import Court
from courttally.rehearsal.policy import Policy


@dataclass(frozen=True, slots=True)
class Setting:
    """The stage: seed, family, courts and their policies."""

    seed: str
    family: str
    courts: dict[str, Court]
    policies: dict[str, Policy]
    pulls: dict[str, tuple[tuple[str, ...], tuple[int, ...]]]
    no_uid: int = 0
    """Of a hundred courts and years, in how many no card shows a UID, on top of what the policies and clerks leave out."""

    def shows_no_uid(self, court: str, received: int) -> bool:
        """Whether the cards of a court show no UID for what was received in that year."""
        year = date.fromordinal(received).year
        return random.Random(f"{self.seed}/{self.family}/no uid/{court}/{year}").randrange(100) < self.no_uid

    def draw_court(self, rng: random.Random, article: str) -> str:
        """A court of first instance, by how much each pulls for an article (`other` for the rest)."""
        codes, weights = self.pulls.get(article, self.pulls["other"])
        return rng.choices(codes, weights)[0]

    def above(self, code: str) -> str | None:
        """The court of appeal over a court, where this world has it."""
        court = self.courts[code]
        if court.level == "garrison":
            upper = court.appeal_court_code
        else:
            upper = next((c for c, item in self.courts.items() if item.level == "appeal"), None)
        return upper if upper in self.courts else None

    def cassation(self) -> str | None:
        """The cassation court, where this world has it."""
        return next((code for code, court in self.courts.items() if court.level == "cassation"), None)
