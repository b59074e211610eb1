"""The wordings that the simulated courts use for results, each with its meaning, and the charges that keep coming
back.
"""

from __future__ import annotations

from .truth import Charge, Result

VERDICT = Result("Вынесен ПРИГОВОР", "verdict")
VERDICT_LOWER = Result("вынесен приговор", "verdict")
VERDICT_LATIN = Result("Вынeceн ПPИГOBOP", "verdict")  # e, c, P, O, B are Latin letters here
TERMINATED = Result("Уголовное дело ПРЕКРАЩЕНО", "terminated", "в связи с деятельным раскаянием (ст. 28 УПК РФ)")
TERMINATED_FINE = Result(
    "Уголовное дело ПРЕКРАЩЕНО",
    "terminated",
    "назначена мера уголовно-правового характера - СУДЕБНЫЙ ШТРАФ (ст. 25.1 УПК РФ)",
)
RETURNED = Result("ВОЗВРАЩЕНО ПРОКУРОРУ или РУКОВОДИТЕЛЮ СЛЕДСТВЕННОГО ОРГАНА", "returned")
RETURNED_237 = Result("ВОЗВРАЩЕНО ПРОКУРОРУ в порядке ст. 237 УПК РФ", "returned")
TRANSFERRED = Result("Направлено ПО ПОДСУДНОСТИ (подведомственности)", "transferred")
MEDICAL = Result("Применены ПРИНУДИТЕЛЬНЫЕ МЕРЫ МЕДИЦИНСКОГО ХАРАКТЕРА", "medical")
OTHER = Result("Вынесено другое ПОСТАНОВЛЕНИЕ", "other")
JOINED = Result("Дело присоединено к другому делу", "joined")
STAYED = Result("Приостановлено", "stayed")
UNMAPPED = Result("Учебная формулировка вне словаря", "unmapped")

# Charges as the cards of the two periods print them.
C337_1, C337_2, C337_3, C337_4 = (Charge("337", part) for part in ("1", "2", "3", "4"))
C337_21, C337_31, C337_5 = (Charge("337", part) for part in ("2.1", "3.1", "5"))
C338_1, C338_3 = Charge("338", "1"), Charge("338", "3")
C332_1, C332_21, C332_22 = (Charge("332", part) for part in ("1", "2.1", "2.2"))
