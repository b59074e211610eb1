"""What each court publishes, how, and since when: dated, drawn once per court from the seed.

Invariants: a policy depends on the seed and the court only; adding a court or a case changes no other court's policy.
"""

import random
from dataclasses import dataclass

from courttally.rehearsal import names
from courttally.rehearsal.model import Charge, day_of
from courttally.rehearsal.tables import result_words

_LOOK_ALIKES = str.maketrans("сеорАВЕКМНОРСТ", "ceopABEKMHOPCT")
VNKOD = "VNKOD"
PRIMARY = "PRIMARY"
MIXED = "MIXED"


@dataclass(frozen=True, slots=True)
class Policy:
    """One court's habits. Shares are per ten thousand, delays are days."""

    court: str
    hides_names_since: int
    hides_refusal_only: bool
    post_delay: int
    result_delay: int
    unpublished: int
    withholds_article: str
    withholds_since: int
    acts: int
    no_uid: tuple[int, int]
    drift: int
    look_alikes: int
    engines: tuple[tuple[int, str], ...]
    judge_style: str
    judges: tuple[str, ...]
    removal: tuple[int, int | None, int]
    slot_results: bool
    building: str
    sign: bool

    def engine(self, day: int) -> str:
        """The engine the site runs on a day."""
        return [name for since, name in self.engines if since <= day][-1]

    def hides_names(self, day: int, refusal: bool) -> bool:
        """Whether names are hidden on a day in a case of (or not of) the refusal articles."""
        return day >= self.hides_names_since and (refusal or not self.hides_refusal_only)

    def delay(self, rng: random.Random, mean: int) -> int:
        """Days until something is posted: mostly short, sometimes weeks."""
        return min(int(rng.expovariate(1 / (mean + 0.5))), 90)

    def wording(self, rng: random.Random, outcome: str, day: int) -> str:
        """How the court words an outcome that year: the habit drifts with the year, and a habit is not a law."""
        year = day // 365
        habit = random.Random(f"{self.court}/{year}/{outcome}/{self.drift}")
        plain, drift, _ = result_words(outcome)
        usual = habit.choice(drift) if habit.randrange(100) < self.drift else habit.choice(plain)
        text = usual if rng.randrange(10) else rng.choice(plain)
        return look_alike(text) if rng.randrange(100) < self.look_alikes else text

    def articles(self, rng: random.Random, charges: tuple[Charge, ...]) -> bool:
        """Whether this list of articles is typed with Latin letters among the Cyrillic ones."""
        return bool(charges) and rng.randrange(100) < self.look_alikes


def look_alike(text: str) -> str:
    """The text with some of its letters replaced by Latin ones of the same look."""
    return text[:1].translate(_LOOK_ALIKES) + text[1:-3] + text[-3:].translate(_LOOK_ALIKES)


def _engines(rng: random.Random, seen: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """PRIMARY nearly everywhere; courts seen on VNKOD change on a date of their own, the Amur courts have the mixed skin."""
    last = [item.partition(":")[2] for item in seen][-1:] or [PRIMARY]
    if last == [VNKOD]:
        second = MIXED if rng.randrange(2) else VNKOD
        if rng.randrange(2):
            return ((0, PRIMARY), (day_of("2023-06-01") + rng.randrange(500), second))
        return ((0, second),)
    return ((0, PRIMARY),)


def policy_for(seed: str, court: str, engines_seen: tuple[str, ...]) -> Policy:
    """The policy of a court in the world of a seed."""
    rng = random.Random(f"{seed}/policy/{court}")
    removal: tuple[int, int | None, int] = (0, None, 0)
    if rng.randrange(10) == 0:
        start = day_of("2024-03-01") + rng.randrange(330)
        removal = (start, start + 20 + rng.randrange(60) if rng.randrange(2) else None, 1500 + rng.randrange(4000))
    style = rng.choice(("full", "initials", "initials", "spaced", "upper"))
    year = rng.choice((2021, 2022, 2023, 2024))
    first = day_of(f"{year}-01-01")
    return Policy(
        court=court,
        hides_names_since=rng.choice((0, day_of("2022-11-04"), day_of("2023-04-01") + rng.randrange(600), 10**7)),
        hides_refusal_only=rng.randrange(3) == 0,
        post_delay=rng.choice((1, 1, 2, 3, 5, 9)),
        result_delay=rng.choice((1, 2, 2, 4, 7)),
        unpublished=rng.choice((0, 50, 150, 300, 700)),
        withholds_article=rng.choice(("", "", "", "", "338", "332")),
        withholds_since=day_of("2024-01-01") + rng.randrange(365),
        acts=rng.choice((0, 0, 100, 300, 1500)),
        no_uid=(first, first + 365) if rng.randrange(12) == 0 else (0, 0),
        drift=rng.choice((0, 0, 10, 25, 60)),
        look_alikes=rng.choice((0, 0, 0, 0, 2, 6)),
        engines=_engines(rng, engines_seen),
        judge_style=style,
        judges=tuple(names.judge(rng, style) for _ in range(rng.randrange(3, 8))),
        removal=removal,
        slot_results=rng.randrange(10) > 0,
        building=rng.choice(("", "", "", "1")),
        sign=rng.randrange(2) == 0,
    )
