"""The cases that are there for a rule: each group is named by the rule it tries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from .clerk import Clerk, dotted, morning
from .truth import Case, Charge, Person
from .wordings import (
    C332_1,
    C332_21,
    C332_22,
    C337_1,
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
    STAYED,
    TERMINATED,
    TRANSFERRED,
    UNMAPPED,
    VERDICT,
    VERDICT_LATIN,
)


def register_special(clerk: Clerk) -> None:
    """All of them, in a fixed order."""
    compound_charges(clerk)
    several_accused(clerk)
    chains(clerk)
    odd_values(clerk)
    seen_over_time(clerk)
    rows_without_link(clerk)


def compound_charges(clerk: Clerk) -> None:
    """Lead charge: highest maximum, then higher minimum, then 338 > 337 > 332, then the higher part; parts out of
    force rank last.
    """
    new, old = date(2023, 3, 6), date(2022, 8, 10)
    groups: tuple[tuple[date, tuple[Charge, ...]], ...] = (
        # The example notation: an attempt with points, joined with two absences.
        (new, (Charge("338", "3", ("а", "б"), stage="3"), C337_31, C337_5)),
        (new, (C337_5, C332_21)),
        (new, (C332_22, C337_5)),  # equal maximum, 337 has the higher minimum
        (new, (C338_1, C337_31)),  # equal maximum and minimum: 338 first
        (new, (C338_1, C337_5)),  # ten years beat seven
        (new, (Charge("332", "2"), C337_4)),  # five and five: 337 first
        (new, (C337_21, C337_4)),  # five and five of one article: the higher part
        (new, (C332_21, C337_3)),  # three and three: 332 has the higher minimum
        (new, (Charge("338", "2"), C337_5)),
        (new, (C332_1, C337_1)),  # disciplinary unit: two years against one
        (new, (Charge("337", None), C337_1)),  # without a part: below every charge with a number
        (new, (Charge("222", "1"), C337_5)),
        (new, (Charge("228", "2"), Charge("338", "1", stage="1"))),
        (new, (Charge("334", "3"), C337_5)),  # 334 leads in `all`, 337 in `refusal`
        (old, (C337_5, C337_4)),  # part 5 was not in force in August 2022
        (old, (C338_1, Charge("337", "3.1"))),
    )
    for serial, (received, charges) in enumerate(groups):
        code = ("25GV0001", "61GV0001", "39GV0001", "77GV0005")[serial % 4]
        case = clerk.register(code, received + timedelta(days=serial), charges)
        if serial % 3:
            clerk.finish(case, received + timedelta(days=60 + serial), VERDICT)
    # The rest of the chapter, and what lies beside it.
    for serial, charge in enumerate(
        (
            Charge("333", "1"),
            Charge("334", "2"),
            Charge("335", "1"),
            Charge("336", "1"),
            Charge("339", "3"),
            Charge("340", "1"),
            Charge("342", "2"),
            Charge("344", "1"),
            Charge("346", "2"),
            Charge("348", None),
            Charge("350", "1"),
            Charge("352.1", None),
            Charge("332", "4"),
            Charge("332", "3"),
            Charge("337", None),
            Charge("338", None),
            Charge("337", "4", role="4", stage="3"),
            Charge("158", "3", ("г",)),
            Charge("264.1", "1"),
            Charge("286", "3", ("а", "б", "в")),
        )
    ):
        received = date(2023, 8, 1) + timedelta(days=serial)
        case = clerk.register(("25GV0004", "61GV0018", "61OV0000", "77GV0022")[serial % 4], received, charge)
        if serial % 2:
            clerk.finish(case, received + timedelta(days=70), TERMINATED if serial % 5 == 0 else VERDICT)


def several_accused(clerk: Clerk) -> None:
    """Persons of one case with results and dates of their own; the case's result is printed last, or not yet, or
    alone.
    """
    march, april, may = date(2023, 3, 6), date(2023, 4, 17), date(2023, 5, 22)
    two = (Person((C337_5,)), Person((C332_21,), name="Невзаправдин Пример Учебнович"))

    def decide(case: Case, when: date, results: tuple[Person, ...], **what: object) -> Case:
        return clerk.change(case, morning(when + timedelta(days=4)), people=results, **what)

    # Different endings on different days, then the case's own result.
    case = clerk.register("25GV0001", march, two, key="accused-two-endings")
    first = replace(two[0], result=VERDICT, decided=dotted(april))
    second = replace(two[1], result=TERMINATED, decided=dotted(may))
    case = decide(case, april, (first, two[1]))
    decide(case, may, (first, second), result=VERDICT, decided=dotted(may))

    # One tried, one not: the case's own result is empty, so the latest of its accused's stands for it.
    case = clerk.register("61GV0001", march, two, key="accused-one-tried")
    decide(case, april, (first, two[1]))

    # Verdicts of two months: the case's verdict is dated by the earlier.
    case = clerk.register("39GV0001", march, (Person((C338_3,)), Person((C337_5, C332_22))), key="accused-two-verdicts")
    people = case.faces[-1].people
    decide(
        case,
        may,
        (
            replace(people[0], result=VERDICT, decided=dotted(april)),
            replace(people[1], result=VERDICT, decided=dotted(may)),
        ),
        result=VERDICT,
        decided=dotted(may),
    )

    # A verdict for one inside a case that ended as terminated.
    case = clerk.register("77GV0005", march, two, key="accused-verdict-in-terminated")
    decide(
        case,
        may,
        (replace(two[0], result=VERDICT, decided=dotted(april)), second),
        result=TERMINATED,
        decided=dotted(may),
    )

    # Only the case has a result: nobody's own outcome is known.
    case = clerk.register("75GV0001", march, (Person((C337_5,)),) * 3, key="accused-case-result-only")
    clerk.finish(case, may, VERDICT, own=False)

    # One of the accused has nothing to do with the subject.
    case = clerk.register(
        "25GV0001", march, (Person((Charge("228", "2"),)), Person((C337_31,))), key="accused-one-outside"
    )
    clerk.finish(case, may, VERDICT)

    # Three, all out of scope or peacetime.
    case = clerk.register("61OV0000", march, (Person((C337_4,)), Person((C338_1,)), Person((Charge("335", "2"),))))
    clerk.finish(case, april, MEDICAL)

    # Hidden and open names side by side, many charges each.
    names = ("Выдуманцев Ы.Ъ.", None, "Несуществуйский Э.Ю.", None)
    clerk.register("25GV0001", date(2025, 1, 13), tuple(Person((C337_5, C337_5, C332_21), name=name) for name in names))


def chains(clerk: Clerk) -> None:
    """One matter over several records: refiled, transferred, both; and neighbours that only look alike."""
    # Returned and refiled: same court, same UID.
    first = clerk.register("25GV0001", date(2023, 2, 6), C337_5, key="chain-returned")
    clerk.finish(first, date(2023, 3, 20), RETURNED)
    again = clerk.register("25GV0001", date(2023, 5, 15), C337_5, uid=first.uid, key="chain-refiled")
    clerk.finish(again, date(2023, 7, 10), VERDICT)
    # Transferred: the other court goes on under the first court's UID.
    first = clerk.register("61GV0001", date(2023, 9, 4), C332_21, key="chain-sent")
    clerk.finish(first, date(2023, 10, 2), TRANSFERRED)
    there = clerk.register("39GV0001", date(2023, 10, 23), C332_21, uid=first.uid, key="chain-received")
    clerk.finish(there, date(2023, 12, 18), TERMINATED)
    # Returned, refiled, transferred to a district court, still pending.
    first = clerk.register("25GV0004", date(2022, 11, 14), C338_3, key="chain-three-1")
    clerk.finish(first, date(2022, 12, 26), RETURNED)
    second = clerk.register("25GV0004", date(2023, 2, 6), C338_3, uid=first.uid, key="chain-three-2")
    clerk.finish(second, date(2023, 3, 6), TRANSFERRED)
    clerk.register("27OV0000", date(2023, 4, 10), C338_3, uid=first.uid, key="chain-three-3")
    # Returned, nothing later.
    first = clerk.register("77GV0005", date(2024, 7, 8), C337_5, key="chain-returned-only")
    clerk.finish(first, date(2024, 8, 5), RETURNED)
    # Joined: the absorbed record stays a matter of its own.
    first = clerk.register("75GV0001", date(2024, 7, 1), C337_5, key="chain-absorbed")
    clerk.finish(first, date(2024, 7, 29), JOINED)
    second = clerk.register("75GV0001", date(2024, 7, 2), (C337_5, C337_5), key="chain-absorbing")
    clerk.finish(second, date(2024, 9, 16), VERDICT)
    # Same day, same charge, no UID: two matters.
    for _ in range(2):
        clerk.finish(clerk.register("77GV0022", date(2024, 10, 7), C337_5, uid=None), date(2024, 11, 18), VERDICT)


def odd_values(clerk: Clerk) -> None:
    """Wordings nobody mapped, days that never were, look-alike letters, a capital that wandered."""
    day = date(2024, 2, 5)
    clerk.finish(clerk.register("39GV0001", day, C337_5, key="odd-unmapped"), date(2024, 3, 25), UNMAPPED)
    case = clerk.register("61GV0001", day, C337_5, received_text="31.02.2024", key="odd-received")
    clerk.finish(case, date(2024, 4, 1), VERDICT)
    case = clerk.register("61GV0001", day, C338_3, key="odd-decided")
    clerk.finish(case, date(2024, 4, 30), VERDICT, decided_text="31.04.2024")
    case = clerk.register("25GV0001", day, C337_5, lookalikes=True, key="odd-latin")
    clerk.finish(case, date(2024, 4, 2), VERDICT_LATIN)
    clerk.register("25GV0004", day, C332_21, number="1-77/2024 (1-15/2023; 1-402/2022;) ~ M-31/2024", key="odd-number")
    case = clerk.register("77GV0005", date(2022, 9, 23), C337_5, key="odd-eve")  # a day before the part was in force
    clerk.finish(case, date(2022, 11, 7), OTHER)
    clerk.finish(clerk.register("77GV0005", MIDNIGHT_EVE, C337_4, key="odd-scope-start"), date(2022, 11, 8), VERDICT)


MIDNIGHT_EVE = date(2022, 9, 21)
LATE_EVENING = datetime(2023, 6, 30, 21, 30, tzinfo=UTC)  # already July in Moscow


def seen_over_time(clerk: Clerk) -> None:
    """What is current changes with the captures: pending, stayed, resumed, decided, requalified."""
    case = clerk.register("25GV0001", date(2023, 5, 2), C337_5, key="time-late-evening")
    clerk.finish(case, date(2023, 6, 29), VERDICT, posted=datetime(2023, 6, 30, 9, 0, tzinfo=UTC))
    case = clerk.register("61GV0001", date(2023, 4, 3), C337_5, key="time-stayed-resumed")
    case = clerk.finish(case, date(2023, 5, 10), STAYED, own=False, decided_text="")
    clerk.change(case, morning(date(2023, 11, 1)), result=None, decided="")
    case = clerk.register("39GV0001", date(2023, 4, 10), C338_3, key="time-requalified")
    person = Person((C337_5,), result=VERDICT, decided="05.02.2024")
    clerk.change(case, morning(date(2024, 2, 9)), people=(person,), result=VERDICT, decided="05.02.2024")


def rows_without_link(clerk: Clerk) -> None:
    """Rows whose number is no link: alone for ever, found again under a link, or torn between two."""
    clerk.register("61GV0018", date(2023, 11, 6), C337_5, key="row-alone")
    case = clerk.register("61GV0018", date(2023, 11, 7), C337_5, key="row-found-again")
    clerk.finish(case, date(2024, 3, 4), VERDICT)
    case = clerk.register("61GV0018", date(2023, 11, 8), C332_21, key="row-torn", number="1-900/2023")
    clerk.finish(case, date(2024, 3, 11), VERDICT)
    day, later = date(2023, 11, 8), date(2024, 4, 1)
    clerk.register("61GV0018", day, C332_21, key="row-twin", number="1-900/2023", posted=later)
