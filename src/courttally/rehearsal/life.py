"""What happens to one case record between registration and the archive.

Invariants: everything is drawn from the generator that is passed in; every line and result is posted on or after the
day the record itself is; a result that once stood is taken back only by a resumption. Nothing here decides how many
matters there are or which record follows which (see `matters`).
"""

import random

from courttally.rehearsal.model import JUDGMENT, Act, Event, Record, Ruling, printed, workday
from courttally.rehearsal.policy import Policy
from courttally.rehearsal.tables import chance, result_words, word

_TIMES = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:45", "14:00", "14:30", "15:15", "16:00")
_HALLS = ("", "Зал №1", "Зал №2", "Зал судебных заседаний", "каб. 12")


def add_event(
    rng: random.Random,
    policy: Policy,
    record: Record,
    day: int,
    name: str,
    result: str = "",
    ground: str = "",
    ahead: bool = False,
) -> None:
    """A line of the movement of the case. A hearing's line is posted ahead of it, its result afterwards."""
    afterwards = workday(day + policy.delay(rng, policy.result_delay))
    posted = day - rng.randrange(3, 15) if ahead else afterwards
    record.events.append(
        Event(
            posted=max(record.posted, posted),
            name=word(rng, "event", name),
            day=day,
            time=rng.choice(_TIMES),
            hall=rng.choice(_HALLS) if ahead else "",
            result=word(rng, "event_result", result) if result else "",
            ground=ground,
            result_posted=max(record.posted, afterwards),
        )
    )


def begin(rng: random.Random, policy: Policy, record: Record) -> int:
    """Registration, hand-over to a judge, decision to hear. Returns the day of the first hearing."""
    add_event(rng, policy, record, record.received, "registered")
    day = workday(record.received + rng.randrange(0, 3))
    add_event(rng, policy, record, day, "to_judge")
    day = workday(day + rng.randrange(3, 13))
    preliminary = rng.randrange(8) == 0
    add_event(rng, policy, record, day, "decision", "set_preliminary" if preliminary else "set_hearing")
    day = workday(day + rng.randrange(4, 14))
    if preliminary:
        add_event(rng, policy, record, day, "preliminary", "set_hearing", ahead=True)
        day = workday(day + rng.randrange(5, 15))
    return day


def sit(rng: random.Random, policy: Policy, record: Record, day: int, may_stay: bool) -> int | None:
    """Hearings that end nothing. Returns the day of the last hearing, or None when the case stays where it is."""
    while rng.randrange(100) < 42:
        postponed = rng.randrange(4) > 0
        ground = word(rng, "event_ground", "postponed") if postponed and rng.randrange(2) else ""
        add_event(rng, policy, record, day, "hearing", "postponed" if postponed else "break", ground, ahead=True)
        day = workday(day + rng.randrange(2, 22))
    if rng.randrange(200) == 0:
        add_event(rng, policy, record, day, "petition")
    if may_stay and chance(rng, "stayed"):
        ground = rng.choice(result_words("stayed")[2])
        add_event(rng, policy, record, day, "hearing", "stayed", ground, ahead=True)
        posted = record.events[-1].result_posted
        record.rulings.append(Ruling(posted, "stayed", policy.wording(rng, "stayed", day), "", None))
        if chance(rng, "never_resumed"):
            return None
        day = workday(max(posted, day) + rng.randrange(40, 260))
        add_event(rng, policy, record, day, "resumed")
        posted = record.events[-1].posted
        record.rulings.append(Ruling(posted, None, "", "", None))
        day = workday(day + rng.randrange(5, 25))
    return day


def _raw(rng: random.Random, day: int) -> str | None:
    """A date no calendar has, or one a century too late, where the clerk mistyped; None where he did not."""
    if not chance(rng, "impossible_date"):
        return None
    good = printed(day)
    return rng.choice(
        (f"31.02.{good[6:]}", f"00{good[2:]}", f"{good[:6]}2{good[6]}{good[8:]}", f"{good[:3]}13{good[5:]}")
    )


def mistype(rng: random.Random, day: int) -> str | None:
    """As the clerk typed a day of receipt, where he mistyped it."""
    return _raw(rng, day)


def finish(rng: random.Random, policy: Policy, record: Record, day: int, outcome: str) -> int:
    """The hearing that ends the case for everybody, and the results of case and accused. Returns the day it is posted."""
    if outcome == "verdict":
        add_event(rng, policy, record, day, "hearing", "verdict", ahead=True)
        if rng.randrange(3) == 0:
            add_event(rng, policy, record, day, "proclaimed", "proclaimed")
    else:
        add_event(rng, policy, record, day, "hearing", outcome, ahead=True)
    posted = max(record.posted, workday(day + policy.delay(rng, policy.result_delay)))
    if record.rulings:
        posted = max(posted, record.rulings[-1].posted + 1)
    wording, ground = policy.wording(rng, outcome, day), _ground(rng, outcome)
    raw = _raw(rng, day) if len(record.slots) == 1 else None
    single = len(record.slots) == 1
    shows = policy.slot_results and not (single and chance(rng, "slot_result_missing"))
    lag = rng.randrange(10, 40) if shows and chance(rng, "lagging_case_result") else 0
    record.rulings.append(Ruling(posted + lag, outcome, wording, ground, day, raw))
    for place, slot in enumerate(record.slots):
        if slot.rulings or not shows:
            continue
        if place and rng.randrange(2) and _apart(rng, policy, record, place, day):
            continue
        slot.rulings.append(Ruling(posted, outcome, wording, ground, day, raw))
    return posted


def _apart(rng: random.Random, policy: Policy, record: Record, place: int, day: int) -> bool:
    """One of several accused gets a result of his own, on a day of his own, before the others."""
    own = workday(day - 9 * place - rng.randrange(6))
    if own >= day or own <= record.received + 5:
        return False
    outcome = rng.choice(("verdict", "terminated", "terminated", "medical", "returned"))
    posted = max(record.posted, workday(own + policy.delay(rng, policy.result_delay)))
    wording = policy.wording(rng, outcome, own)
    record.slots[place].rulings.append(Ruling(posted, outcome, wording, _ground(rng, outcome), own))
    return True


def _ground(rng: random.Random, outcome: str) -> str:
    return rng.choice(result_words(outcome)[2]) if outcome == "terminated" and rng.randrange(3) else ""


def close(rng: random.Random, policy: Policy, record: Record, day: int, posted: int, outcome: str) -> None:
    """After the end: papers handed in, the act published or withheld, entry into force unless something comes between."""
    later = workday(day + rng.randrange(4, 20))
    add_event(rng, policy, record, later, "handed_in")
    if rng.randrange(2):
        add_event(rng, policy, record, workday(later + rng.randrange(5, 40)), "done")
    if rng.randrange(3) == 0:
        add_event(rng, policy, record, workday(later + rng.randrange(40, 120)), "filed_away")
    if rng.randrange(10_000) < policy.acts and outcome in ("verdict", "terminated", "returned"):
        kind = JUDGMENT if outcome == "verdict" else "Постановление"
        record.act = Act(max(posted, workday(day + rng.randrange(10, 60))), 0, kind, day)
    if outcome in ("verdict", "terminated", "medical"):
        force = day + (15 if day >= 738_530 else 10) + 1  # fifteen days since 10 January 2023 (law.md 3.4)
        record.in_force = (max(posted, workday(force + rng.randrange(1, 12))), force)
