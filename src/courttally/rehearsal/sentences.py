"""What a court sentences the accused of a case to. Drawn apart from the world, so that a world stays the same with or without.

Invariants: a sentence depends on the case record, the accused's place and what he stands charged with when the verdict is posted;
one person has one sentence, whoever tells of it (the decision's text, the press item). Terms are months, amounts roubles.
"""

import random
from dataclasses import dataclass

from courttally.rehearsal.model import FIRST, Charge, Record, Ruling
from courttally.rehearsal.shown import charges_on, ruling_on
from courttally.rehearsal.tables import chance_of, term_of

IMPRISONMENT, RESTRICTION, UNIT, FINE, ACQUITTED = (
    "imprisonment", "restriction_of_military_service", "disciplinary_unit", "fine", "acquitted",
)  # fmt: skip
SETTLEMENT, GENERAL, STRICT = "settlement", "general", "strict"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One person's sentence. `parts` are the terms of the single charges where several were added up to `months`; `earlier` is
    what an older verdict adds to; `asked` is what the prosecutor asked for, which is no sentence.
    """

    kind: str
    months: int = 0
    suspended: bool = False
    probation: int = 0
    regime: str = ""
    fine: int = 0
    withheld: int = 0
    rank: str = ""
    parts: tuple[int, ...] = ()
    earlier: bool = False
    below: bool = False
    asked: int = 0
    charges: tuple[Charge, ...] = ()


def verdict_on(record: Record, place: int) -> Ruling | None:
    """The verdict of an accused as it stands in the end: his own, else the case's unless another result is his own."""
    own = ruling_on(record.slots[place].rulings, 10**7)
    ruling = own or ruling_on(record.rulings, 10**7)
    return ruling if ruling is not None and ruling.outcome == "verdict" else None


def sentence_of(record: Record, place: int) -> Sentence | None:
    """The sentence of an accused, by his place; None where no verdict was given on him."""
    ruling = verdict_on(record, place) if record.proceeding == FIRST else None
    if ruling is None:
        return None
    rng = random.Random(f"{record.ref}/sentence/{place}")
    charges = charges_on(record.slots[place], ruling.posted)
    most, least = max((term_of(c.article, c.part, record.received) or (36, 0) for c in charges), default=(24, 0))
    if chance_of(rng, 60):
        return Sentence(ACQUITTED, charges=charges)
    if most <= 12 and chance_of(rng, 7000):
        return Sentence(UNIT, months=rng.randrange(3, most + 1), charges=charges)
    if least == 0 and chance_of(rng, 1500 if most > 36 else 3500):
        if chance_of(rng, 5000):
            withheld = rng.choice((5, 10, 15, 20))
            return Sentence(RESTRICTION, months=rng.randrange(6, 25), withheld=withheld, charges=charges)
        return Sentence(FINE, fine=rng.choice((10, 15, 20, 30, 40, 50, 70, 100)) * 1000, charges=charges)
    return _imprisonment(rng, charges, most, least)


def _imprisonment(rng: random.Random, charges: tuple[Charge, ...], most: int, least: int) -> Sentence:
    below = least > 0 and chance_of(rng, 2000)
    months = max(6 if below else least, 4, most * rng.randrange(30 if below else 40, 85) // 100)
    months -= months % rng.choice((1, 2, 6, 6)) if months > 24 else 0
    months = min(months, least - 1) if below else max(months, least)
    parts: tuple[int, ...] = ()
    if len(charges) > 1:
        parts = tuple(max(4, months - rng.randrange(1, 7)) for _ in charges)
        months = max(parts) + rng.randrange(1, 4)
    suspended = months <= 96 and chance_of(rng, 4200)
    earlier = not suspended and not parts and chance_of(rng, 700)
    if earlier:
        parts, months = (months,), months + rng.randrange(2, 9)
    grave = most > 60
    regime = "" if suspended else STRICT if chance_of(rng, 500) and grave else GENERAL if grave else SETTLEMENT
    if regime == SETTLEMENT and chance_of(rng, 2500):
        regime = GENERAL
    rank = rng.choice(("прапорщик", "сержант", "старший сержант", "лейтенант")) if chance_of(rng, 300) else ""
    return Sentence(
        IMPRISONMENT,
        months=months,
        suspended=suspended,
        probation=rng.choice((12, 18, 24, 24, 30, 36, 36, 48)) if suspended else 0,
        regime=regime,
        rank="" if suspended else rank,
        parts=parts,
        earlier=earlier,
        below=below,
        asked=months + rng.choice((6, 12, 18)) if chance_of(rng, 3000) else 0,
        charges=charges,
    )
