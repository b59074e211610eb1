"""The ordinary cases of the simulated world: one accused, one or two charges, a plain ending, as the monthly plan
says.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from .clerk import Clerk, Dice
from .truth import Charge
from .wordings import (
    C332_1,
    C332_21,
    C332_22,
    C337_1,
    C337_2,
    C337_3,
    C337_4,
    C337_5,
    C337_21,
    C337_31,
    C338_1,
    C338_3,
    JOINED,
    MEDICAL,
    OTHER,
    RETURNED,
    RETURNED_237,
    STAYED,
    TERMINATED,
    TERMINATED_FINE,
    TRANSFERRED,
    VERDICT,
    VERDICT_LOWER,
)

MOBILISATION = date(2022, 9, 21)
END = date(2025, 6, 1)
BRISK = "2023-12"  # from this month on, courts decide within the next month, so that some months of the table fill up

# Where cases arise, as weights; the first court is the one that needs several pages.
SEATS = (
    *(("25GV0001",) * 11),
    *(("61GV0001",) * 8),
    *(("39GV0001",) * 5),
    *(("51GV0001",) * 10),
    *(("77GV0005",) * 4),
    *(("25GV0004",) * 4),
    *(("75GV0001",) * 4),
    *(("77GV0022",) * 3),
    *(("61GV0018",) * 3),
    *(("61OV0000",) * 2),
    *(("27OV0000",) * 1),
)
BEFORE = {"337": (C337_1, C337_2, C337_3, C337_4, C337_4), "338": (C338_1,), "332": (C332_1, Charge("332", "2"))}
AFTER = {
    "337": (*((C337_5,) * 9), C337_31, C337_31, C337_21, C337_4, C337_3, Charge("337", "5", role="5")),
    "338": (C338_3, C338_3, C338_1, Charge("338", "3", points=("а",))),
    "332": (C332_21, C332_21, C332_22, C332_1),
}
ENDINGS = (
    *((VERDICT,) * 30),
    VERDICT_LOWER,
    VERDICT_LOWER,
    TERMINATED,
    TERMINATED_FINE,
    RETURNED,
    RETURNED_237,
    TRANSFERRED,
    MEDICAL,
    JOINED,
    OTHER,
)


def register_everyday(clerk: Clerk) -> None:
    """Every case of the monthly plan, received on working-like days, decided some weeks later, stayed or still
    pending.
    """
    dice = Dice("everyday")
    with (Path(__file__).with_name("plan.csv")).open(encoding="utf-8", newline="") as plan:
        rows = list(csv.DictReader(plan))
    for row in rows:
        year, month = (int(piece) for piece in row["month"].split("-"))
        wanted = [article for article in ("337", "338", "332") for _ in range(int(row[f"a{article}"]))]
        days = sorted(1 + dice.throw(28) for _ in wanted)
        for article, day in zip(wanted, days, strict=True):
            received = date(year, month, day)
            menu = (AFTER if received > MOBILISATION else BEFORE)[article]
            charges: tuple[Charge, ...] = (menu[dice.throw(len(menu))],)
            if dice.throw(9) == 0:
                charges = (*charges, charges[0])  # the same article twice: two episodes
            case = clerk.register(
                SEATS[dice.throw(len(SEATS))],
                received,
                charges,
                uid=dice.throw(12) != 0,
                lookalikes=dice.throw(10) == 0,
            )
            decided = received + timedelta(days=25 + dice.throw(95))
            if row["month"] >= BRISK:
                decided = date(year + month // 12, month % 12 + 1, 1 + dice.throw(27))
            if dice.throw(25) == 0:
                day_of_stay = received + timedelta(days=15)
                case = clerk.finish(case, day_of_stay, STAYED, own=False, decided_text="")
                if dice.throw(2) == 0:
                    continue
            if decided >= END or dice.throw(14) == 0:
                continue
            ending = ENDINGS[dice.throw(len(ENDINGS))]
            force = decided + timedelta(days=16) if ending.outcome in ("verdict", "terminated") else None
            clerk.finish(case, decided, ending, own=dice.throw(8) != 0, in_force=force)
