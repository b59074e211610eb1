"""Habits of courts, told from what their cards show: changes only, and none from too few cards."""

from courttally.registry.policy import Habit, habits


def row(month: str, cards: int, uids: int, decided: int, texts: int, accused: int, hidden: int) -> tuple[object, ...]:
    return ("25GV0001", month, cards, uids, decided, texts, accused, hidden, 0, 0, None)


def test_a_habit_is_told_when_it_changes() -> None:
    rows = [
        row("2024-01", 10, 10, 6, 0, 10, 0),
        row("2024-02", 10, 10, 6, 0, 10, 1),
        row("2024-03", 10, 4, 6, 3, 10, 10),
        row("2024-04", 10, 0, 6, 6, 10, 10),
    ]
    assert habits(rows) == [
        Habit("25GV0001", "names", "2024-01", "shown", 100, 10),
        Habit("25GV0001", "texts", "2024-01", "no", 0, 6),
        Habit("25GV0001", "uid", "2024-01", "yes", 100, 10),
        Habit("25GV0001", "names", "2024-03", "hidden", 0, 10),
        Habit("25GV0001", "texts", "2024-03", "mixed", 50, 6),
        Habit("25GV0001", "uid", "2024-03", "mixed", 40, 10),
        Habit("25GV0001", "texts", "2024-04", "yes", 100, 6),
        Habit("25GV0001", "uid", "2024-04", "no", 0, 10),
    ]


def test_few_cards_say_nothing() -> None:
    assert habits([row("2024-01", 4, 4, 4, 0, 4, 0)]) == []
