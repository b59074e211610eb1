"""What fell: a court that stops showing a field is said, few sightings and ageing fields say nothing."""

from courttally.registry.fill import Fall, falls


def test_a_court_that_hides_charges_is_said() -> None:
    rows = [
        ("charges", "25GV0001", "listing", "2024-01", 98, 100),
        ("charges", "25GV0001", "listing", "2024-02", 99, 100),
        ("charges", "25GV0001", "listing", "2024-03", 12, 100),
    ]
    assert falls(rows) == [Fall("charges", "25GV0001", "listing", "2024-03", 12, 99)]


def test_small_months_and_ageing_fields_say_nothing() -> None:
    rows = [
        ("charges", "25GV0001", "listing", "2024-01", 98, 100),
        ("charges", "25GV0001", "listing", "2024-02", 0, 19),
        ("result", "25GV0001", "listing", "2024-01", 90, 100),
        ("result", "25GV0001", "listing", "2024-02", 3, 100),
        ("UID", "25GV0001", "card", "2024-01", 80, 100),
        ("UID", "25GV0001", "card", "2024-02", 51, 100),
    ]
    assert falls(rows) == []


def test_a_first_month_cannot_fall() -> None:
    assert falls([("UID", "25GV0001", "card", "2024-01", 0, 100)]) == []
