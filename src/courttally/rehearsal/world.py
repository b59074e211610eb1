"""A whole world, told before anything of it is rendered.

Invariants: the same name, family and seed give the same world; the number of published case records of the refusal
articles received in a month is the number of the schedule, refiled and transferred ones included (cases that are never
published come on top: they are the gaps in the numbers).
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from courttally.courts import Court, directory, region_key
from courttally.rehearsal.model import APPEAL, BESIDE, CASSATION, FIRST, Record, day_of, month_of
from courttally.rehearsal.numbering import number_all
from courttally.rehearsal.openings import beside_records, other_matter, refusal_matter
from courttally.rehearsal.policy import MIXED, PRIMARY, VNKOD, Policy, policy_for
from courttally.rehearsal.setting import Setting
from courttally.rehearsal.tables import scope_articles, table

WORLDS = ("small", "full")
FAMILIES = ("published", "falling")
COUNTED_LEVELS = ("garrison", "district")


@dataclass(slots=True)
class World:
    """Courts, policies and case records; `start` and `end` are the first and last day on which matters begin."""

    name: str
    family: str
    seed: int
    start: int
    end: int
    courts: dict[str, Court]
    policies: dict[str, Policy]
    records: list[Record]
    by_ref: dict[str, Record] = field(default_factory=dict)
    by_court: dict[tuple[str, str], list[Record]] = field(default_factory=dict)

    def engine(self, court: str, proceeding: str, day: int) -> str:
        """The engine that answers for a proceeding of a court; courts of appeal and cassation stay on PRIMARY."""
        return PRIMARY if proceeding in (APPEAL, CASSATION) else self.policies[court].engine(day)

    def settings(self) -> dict[str, int]:
        """How often and how far back the newsroom of this world looks (days)."""
        return {key: value for key, value in table("worlds")["world"][self.name].items() if isinstance(value, int)}


def _courts(name: str, seed: int) -> dict[str, Court]:
    """All courts of the directory, or twelve of them: nine garrison courts under two district courts, and the court of appeal."""
    everything = {court.code: court for court in directory()}
    if table("worlds")["world"][name]["courts"] == "all":
        return everything
    rng = random.Random(f"{seed}/courts")
    below: dict[str, list[str]] = defaultdict(list)
    for court in directory():
        if court.level == "garrison" and court.appeal_court_code in everything:
            below[str(court.appeal_court_code)].append(court.code)
    upper = rng.sample(sorted(code for code, codes in below.items() if len(codes) >= 6), 2)
    chosen = {*upper, *rng.sample(below[upper[0]], 5), *rng.sample(below[upper[1]], 4)}
    chosen.update(court.code for court in directory() if court.level == "appeal")
    return {code: everything[code] for code in sorted(chosen)}


def _rare_engines(seed: int, courts: dict[str, Court], policies: dict[str, Policy]) -> dict[str, Policy]:
    """Seven of 104 garrison courts are off PRIMARY; of nine in a small world two are, so that a world has every engine."""
    garrison = [code for code, court in courts.items() if court.level == "garrison"]
    first, second = random.Random(f"{seed}/engines").sample(garrison, 2)
    change = day_of("2024-04-01") + random.Random(f"{seed}/change").randrange(200)
    return {
        first: replace(policies[first], engines=((0, PRIMARY), (change, VNKOD))),
        second: replace(policies[second], engines=((0, MIXED),)),
    }


def _pulls(seed: int, courts: dict[str, Court]) -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """How much each court of first instance pulls, by article: its own size times the pull of its region."""
    data = table("worlds")["pull"]
    first = [court for court in courts.values() if court.level in COUNTED_LEVELS]
    size = {}
    for court in first:
        rng = random.Random(f"{seed}/size/{court.code}")
        size[court.code] = int(100 * rng.lognormvariate(0, 0.6)) + 10
    result = {}
    for article in (*scope_articles(), "other"):
        weights = []
        for court in first:
            region = region_key(court)
            label = region if region.isalpha() or "_" in region else f"r{region}"
            pull = (
                int(data.get(label, 100)) if article == "337" else int(data.get(f"pull_{article}", {}).get(label, 100))
            )
            level = 10 if court.level == "district" and article != "other" else 100
            weights.append(size[court.code] * pull * level // 100 + 1)
        result[article] = (tuple(court.code for court in first), tuple(weights))
    return result


def schedule(name: str, family: str, until: int | None = None) -> Iterator[tuple[str, dict[str, int], int]]:
    """For each month: its name, the refusal case records of each article, and the other matters. Integers, by largest remainder."""
    settings, plan = table("worlds")["world"][name], table("worlds")["family"][family]
    first, last = date.fromisoformat(settings["start"]), date.fromordinal(max(until or 0, day_of(settings["end"])))
    carry = Counter[str]()
    for position in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = divmod(position, 12)
        key = f"y{year}"
        known = plan.get(key, [])
        total = known[month] if month < len(known) else plan["flat"]
        last_key = max(plan["share_332"])
        share = {a: int(plan.get(f"share_{a}", {}).get(min(key, last_key), 0)) for a in ("332", "338")}
        share["337"] = 1000 - share["332"] - share["338"]
        numbers = {}
        for article in scope_articles():
            carry[article] += total * share[article] * settings["scale"]
            numbers[article], carry[article] = divmod(carry[article], 1_000_000)
        carry["other"] += int(plan["others_a_month"][min(key, last_key)]) * settings["scale"]
        others, carry["other"] = divmod(carry["other"], 1000)
        yield f"{year}-{month + 1:02d}", numbers, others


def _days(month: str) -> tuple[int, int]:
    year, number = map(int, month.split("-"))
    first = date(year, number, 1).toordinal()
    return first, date(year + number // 12, number % 12 + 1, 1).toordinal() - first


def _share_ids(records: Sequence[Record], beside: Sequence[Record]) -> None:
    """Give civil and administrative cases ids that criminal ones of the same court have, and materials others."""
    held: dict[str, list[int]] = defaultdict(list)
    for record in sorted(records, key=lambda r: r.case_id):
        held[record.court].append(record.case_id)
    last = {court: ids[-1] for court, ids in held.items()}
    given = Counter[str]()
    for record in sorted(beside, key=lambda r: (r.received, r.ref)):
        ids = held[record.court]
        if record.proceeding not in BESIDE:
            record.case_id = last[record.court] = last.get(record.court, record.case_id) + 1
        elif given[record.court] < len(ids):
            record.case_id = ids[given[record.court] * 7919 % len(ids)]
            given[record.court] += 1


def build(name: str, seed: int, family: str = "published", until: int | None = None, no_uid: int = 0) -> World:
    """Tell a world; with `until` it goes on to the end of that day's month, at the flat level after the last published
    figures; in `no_uid` of a hundred courts and years no card shows a UID. Raises ValueError for a world or family that does not exist.
    """
    if name not in WORLDS or family not in FAMILIES:
        raise ValueError(f"no such world: --world is one of {', '.join(WORLDS)}, --family one of {', '.join(FAMILIES)}")
    courts = _courts(name, seed)
    policies = {code: policy_for(f"{seed}/{family}", code, court.engines_seen) for code, court in courts.items()}
    if name == "small":
        policies |= _rare_engines(seed, courts, policies)
    setting = Setting(str(seed), family, courts, policies, _pulls(seed, courts), no_uid)
    records: list[Record] = []
    count: Counter[tuple[str, str]] = Counter()
    for month, numbers, others in schedule(name, family, until):
        first, length = _days(month)
        for article, wanted in numbers.items():
            place = 0
            while count[month, article] < wanted:
                ref = f"{month}/{article}/{place}"
                day = first + random.Random(f"{seed}/{family}/day/{ref}").randrange(length)
                told = refusal_matter(setting, ref, day, article)
                records += told
                for record in told:
                    if record.proceeding == FIRST and record.published:
                        count[month_of(record.received), article] += 1
                place += 1
        for place in range(others):
            ref = f"{month}/other/{place}"
            day = first + random.Random(f"{seed}/{family}/day/{ref}").randrange(length)
            records += other_matter(setting, ref, day)
    number_all(f"{seed}/{family}", records)
    beside = [
        record
        for month, _, _ in schedule(name, family, until)
        for code in setting.pulls["other"][0]
        for record in beside_records(setting, code, month, *_days(month))
    ]
    number_all(f"{seed}/{family}/beside", beside, server=2)
    _share_ids(records, beside)
    records += beside
    settings = table("worlds")["world"][name]
    end = max(until or 0, day_of(settings["end"]))
    world = World(name, family, seed, day_of(settings["start"]), end, courts, policies, records)
    world.by_ref = {record.ref: record for record in records}
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda r: (r.received, r.case_id)):
        groups[record.court, record.proceeding].append(record)
    world.by_court = dict(groups)
    return world
