"""How a matter begins: who is charged with what, and when and where it is first registered.

Invariants: what follows is `matters`' business; a matter is told from its place in the schedule alone.
"""

import random
from typing import Any

from courttally.rehearsal import life, names
from courttally.rehearsal.matters import CUSTODY, Teller
from courttally.rehearsal.model import CIVIL, KAS, KOAP, MATERIAL, Charge, Record, Ruling, Slot, workday
from courttally.rehearsal.setting import Setting
from courttally.rehearsal.tables import chance, chance_of, draw_other, draw_part, scope_articles, table, wartime_since


def draw_charges(rng: random.Random, article: str, received: int, wartime: bool) -> tuple[Charge, ...]:
    """What somebody is charged with: one charge nearly always; episodes, other articles, attempts, blanks at times."""
    if chance(rng, "article_missing"):
        return ()
    part = draw_part(rng, article, received, wartime)
    blank = chance(rng, "part_missing")
    stage = rng.choice(("ч.1", "ч.3")) if chance(rng, "attempt") else None
    role = rng.choice(("ч.3", "ч.4", "ч.5")) if chance(rng, "complicity") else None
    lead = Charge(article, None if blank else part.part, (), stage, role)
    if part.alone or blank or not chance(rng, "second_charge"):
        return (lead,)
    kind = rng.randrange(10)
    if kind < 4:
        return (lead,) * rng.randrange(2, 4)
    if kind < 7:
        second = draw_part(
            rng, rng.choice([a for a in scope_articles() if a == "337" or a == article]), received, wartime
        )
        return (lead, lead if second.alone else Charge(second.article, second.part))
    return (lead, draw_other(rng, "garrison")) if kind < 9 else (draw_other(rng, "garrison"), lead)


def refusal_matter(setting: Setting, ref: str, received: int, article: str) -> list[Record]:
    """A matter of the refusal articles, first registered on about a day."""
    teller = Teller(setting, ref)
    rng = teller.rng
    settings = table("worlds")["family"][setting.family]
    per_mille = settings["wartime_first_quarter"] if received < wartime_since() + 100 else settings["wartime"]
    wartime = received >= wartime_since() + 7 and rng.randrange(1000) < per_mille
    number = 3 if chance(rng, "three_accused") else 2 if chance(rng, "two_accused") else 1
    slots = [Slot(names.person(rng), [(0, draw_charges(rng, article, received, wartime))]) for _ in range(number)]
    if number > 1:
        for slot in slots:
            if not slot.charges[0][1] or any(c.part == "3" and c.article == "332" for c in slot.charges[0][1]):
                slot.charges = [
                    (0, (Charge(article, draw_part(rng, "337", received, wartime).part if article == "337" else "1"),))
                ]
    record = teller.first(setting.draw_court(rng, article), received, slots)
    if chance(rng, "custody_material"):
        teller.material(record, record.received - rng.randrange(15, 60), "3/1-", CUSTODY)
    return teller.records


def other_matter(setting: Setting, ref: str, received: int) -> list[Record]:
    """A matter of any other article."""
    teller = Teller(setting, ref)
    rng = teller.rng
    court = setting.draw_court(rng, "other")
    level = setting.courts[court].level
    number = rng.choice((1, 1, 1, 1, 1, 1, 1, 2, 3)) if level == "district" else rng.choice((1,) * 19 + (2,))
    slots = [Slot(names.person(rng), [(0, (draw_other(rng, level),))]) for _ in range(number)]
    teller.first(court, received, slots)
    return teller.records


_INDEX = {CIVIL: "2-", KAS: "2а-", KOAP: "5-", MATERIAL: "ДА-"}


def beside_records(setting: Setting, court: str, month: str, first: int, length: int) -> list[Record]:
    """What a court registers in a month beside criminal cases: claims, complaints about commanders, administrative offences, and
    materials on gross disciplinary offences. Soldiers who left their unit come up in all of them, and none of them is a criminal case.
    """
    records: list[Record] = []
    for kind, index in _INDEX.items():
        data = table("wordings")["beside"][kind if kind != MATERIAL else "discipline"]
        rng = random.Random(f"{setting.seed}/{setting.family}/beside/{court}/{month}/{kind}")
        for place in range(sum(chance_of(rng, int(data["share"])) for _ in range(2))):
            teller = Teller(setting, f"{month}/{kind}/{court}/{place}")
            records.append(_beside(teller, court, kind, index, data, first + rng.randrange(length)))
    return records


def _beside(teller: Teller, court: str, kind: str, index: str, data: dict[str, Any], day: int) -> Record:
    rng, policy = teller.rng, teller.setting.policies[court]
    man = names.person(rng)
    charges = (
        tuple(Charge(article, part or None) for article, part in [rng.choice(data["articles"])])
        if "articles" in data
        else ()
    )
    slots = [Slot(man, [(0, charges)])] if kind in (KOAP, MATERIAL) else []
    record = teller.open(court, day, slots, kind, f"beside_{kind}", index=index)
    record.category = rng.choice(data["categories"])
    if kind == MATERIAL:
        slots[0].material = record.category
    else:
        record.parties = [
            (role, man if role in data["person"] else rng.choice(data["other"])) for role in data["roles"]
        ]
    end = workday(record.received + rng.randrange(1, 60))
    life.add_event(rng, policy, record, workday(record.received + 1), "to_judge")
    life.add_event(rng, policy, record, end, "hearing", ahead=True)
    shown = max(record.posted, workday(end + policy.delay(rng, policy.result_delay)))
    ruling = Ruling(shown, f"{kind}_decided", rng.choice(data["results"]), "", end)
    record.rulings.append(ruling)
    for slot in slots:
        slot.rulings.append(ruling)
    return record
