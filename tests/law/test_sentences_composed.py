"""Operative parts and press items composed for these tests, read whole and compared with what they decide (written down first)."""

import tomllib
from pathlib import Path

import pytest

from courttally.law.charges import Charge
from courttally.law.sentences import AccusedReading, Found, Kind, Outcome, Punishment, Sentence, read_decision

FILES = (
    "test_sentences_composed.toml",
    "test_sentences_composed_more.toml",
    "test_sentences_composed_third.toml",
    "test_sentences_composed_fourth.toml",
    "test_sentences_composed_fifth.toml",
    "test_sentences_composed_sixth.toml",
)
CASES = [case for name in FILES for case in tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))["case"]]
NO_SIZE = {Kind.LIFE_IMPRISONMENT, Kind.STRIPPING_OF_RANK}
CAN_BE_SUSPENDED = {
    Kind.IMPRISONMENT,
    Kind.LIFE_IMPRISONMENT,
    Kind.CORRECTIONAL_LABOUR,
    Kind.RESTRICTION_OF_MILITARY_SERVICE,
    Kind.DISCIPLINARY_UNIT,
}


def charges(found: tuple[Found[Charge], ...] | tuple[Charge, ...]) -> str:
    written = []
    for each in found:
        charge = each.value if isinstance(each, Found) else each
        parts = [charge.article, *([charge.part] if charge.part else [])]
        parts += [",".join(charge.points)] if charge.points else []
        marks = [mark for mark in (charge.role, charge.stage) if mark] + (["rsfsr"] if charge.code != "rf" else [])
        written.append(":".join([*marks, "/".join(parts)]))
    return " ".join(dict.fromkeys(written))


def punishment(one: Punishment) -> str:
    kind = one.kind.value
    name = kind.value + (f":{one.right.value}" if one.right else "")
    if kind in NO_SIZE:
        return name
    if kind is Kind.FINE:
        return f"{name} {one.fine.value if one.fine else '?'}"
    if one.term is None:
        return f"{name} ?"
    term = one.term.value
    size = "".join(f"{n}{unit}" for n, unit in ((term.months, "m"), (term.days, "d"), (term.hours, "h")) if n)
    return f"{name} {size}" + (f" {one.deduction.value}%" if one.deduction else "")


def sentence(one: Sentence | None) -> str:
    if one is None or one.main is None:
        return "?"
    if one.main.kind.value is Kind.NONE:
        return "-"
    words = [punishment(one.main)]
    if one.main.kind.value in CAN_BE_SUSPENDED or one.suspended is None or one.suspended.value:
        words.append({None: "open", True: "suspended", False: "real"}[one.suspended.value if one.suspended else None])
    if one.probation:
        words.append(
            f"{one.probation.value.months}m" + (f"{one.probation.value.days}d" if one.probation.value.days else "")
        )
    words += [one.regime.value.value] if one.regime else []
    words += ["deferred"] if one.deferred else []
    also = ", ".join(sorted(map(punishment, one.additional)))
    return " ".join(words) + (f" + {also}" if also else "")


def summary(one: AccusedReading) -> str:
    outcome = one.outcome.value if one.outcome else Outcome.UNKNOWN
    head = " ".join(word for word in (outcome.value, charges(one.convicted)) if word)
    tail = [
        f"acquitted {charges(one.acquitted)}" if one.acquitted else "",
        f"terminated {charges(one.terminated)}" if one.terminated else "",
        f"charged {charges(one.charged)}" if one.charged else "",
        *(f"requalified {charges(each.old)}>{charges(each.new)}" for each in one.requalified),
        "grounds " + ", ".join(sorted(each.value for each in one.grounds)) if one.grounds else "",
        f"court_fine {one.court_fine.value}" if one.court_fine else "",
    ]
    return "; ".join([f"{head}: {sentence(one.sentence)}", *(part for part in tail if part)])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_composed_text_says_what_was_written_down(case: dict[str, object]) -> None:
    reading = read_decision(str(case["text"]), kind_hint=case.get("hint"))
    assert [summary(one) for one in reading.accused] == case["accused"]


@pytest.mark.parametrize("case", [case for case in CASES if "counts" in case], ids=lambda case: case["name"])
def test_the_counts_before_aggregation_are_kept(case: dict[str, object]) -> None:
    reading = read_decision(str(case["text"]))
    counts = [[f"{charges(count.charges)}={punishment(count.main)}" for count in one.counts] for one in reading.accused]
    assert counts == case["counts"]


def test_there_are_enough_composed_texts_and_their_names_differ() -> None:
    assert len(CASES) >= 120
    assert len({case["name"] for case in CASES}) == len(CASES)
