"""Whole files against what people decided of them: the published figures, and two invented newsrooms.

The labels of the invented files (`fresh`, `second`) were decided from the definitions of the kinds before the rules saw them.
"""

import random
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from claims_build import DATA, load, text_of

from courttally.claims.audit import Judgement, audit
from courttally.claims.findings import Kind
from courttally.claims.known import known_claims, looked_up
from courttally.claims.model import Claim
from courttally.claims.reading import COLUMNS, parse_claims, read_claims
from courttally.claims.scoring import Score, parse_kinds, score


def table(scores: tuple[Score, ...]) -> str:
    """Precision and recall per kind, as printed by the tests (run pytest with -s to see it)."""

    def share(value: Fraction | None) -> str:
        return "   –" if value is None else f"{float(value):.2f}"

    lines = [
        f"{int(s.kind):>2} {s.kind.name.lower():<24} precision {share(s.precision)} recall {share(s.recall)} "
        f"found {len(s.found)} missed {len(s.missed)} wrong {len(s.wrong)}"
        for s in scores
    ]
    return "\n".join(lines)


def clean(scores: tuple[Score, ...]) -> bool:
    return not any(s.missed or s.wrong for s in scores)


@cache
def ours() -> dict[str, Judgement]:
    return by_id(audit(known_claims()))


def by_id(judgements: tuple[Judgement, ...]) -> dict[str, Judgement]:
    return {j.claim_id: j for j in judgements}


@pytest.mark.shared
def test_the_shared_file_every_kind_where_the_list_says_and_nowhere_else(shared: Path) -> None:
    judged = audit(read_claims(shared / "data" / "published_claims.csv"))
    scores = score(judged, parse_kinds((shared / "data" / "claim_kinds.csv").read_text(encoding="utf-8")))
    print("\n" + table(scores))
    assert len(judged) == 189
    assert clean(scores), table(scores)
    # What people could not place is left alone as well.
    assert [s.unlisted for s in scores] == [()] * 14


@pytest.mark.shared
def test_the_projects_file_has_the_facts_of_the_shared_one_in_its_own_words(shared: Path) -> None:
    def facts(claim: Claim) -> Claim:
        return replace(claim, quote="", label="")

    theirs = {c.id: c for c in read_claims(shared / "data" / "published_claims.csv").claims}
    own = {c.id: c for c in known_claims().claims}
    assert {i: facts(c) for i, c in own.items()} == {i: facts(c) for i, c in theirs.items()}
    long_quotes = [c for c in theirs.values() if len(c.quote.split()) > 6]
    assert [c.id for c in long_quotes if own[c.id].quote.lstrip("~ ") == c.quote.lstrip("~ ")] == []


@pytest.mark.shared
def test_the_lists_of_kinds_agree(shared: Path) -> None:
    theirs = parse_kinds((shared / "data" / "claim_kinds.csv").read_text(encoding="utf-8"))
    assert parse_kinds((DATA / "published_kinds.csv").read_text(encoding="utf-8")) == theirs


def test_the_projects_own_claims() -> None:
    judged = audit(known_claims())
    scores = score(judged, parse_kinds((DATA / "published_kinds.csv").read_text(encoding="utf-8")))
    assert clean(scores), table(scores)
    found = by_id(judged)
    assert {
        i: (str(found[i].verdict), [int(k) for k in found[i].kinds])
        for i in (
            "E-06",
            "E-05",
            "E-20",
            "E-02",
            "E-17",
            "K-01",
            "P045a",
            "E-12",
            "P075a",
            "P031c",
            "P080b",
            "K-02",
            "E-15",
            "P055b",
        )
    } == {
        "E-06": ("mislabelled", [1]),
        "E-05": ("arithmetic_fails", [3, 14]),
        "E-20": ("cannot_judge", [12]),
        "E-02": ("arithmetic_fails", [2]),
        "E-17": ("arithmetic_fails", [9]),
        "K-01": ("different_unit", [4]),
        "P045a": ("different_unit", [4, 13]),
        "E-12": ("different_scope", [11]),
        "P075a": ("different_scope", [8]),
        "P031c": ("different_scope", [9]),
        "P080b": ("different_scope", [7]),
        "K-02": ("reproduced", []),
        "E-15": ("within_rounding", []),
        "P055b": ("within_rounding", []),
    }


@pytest.mark.parametrize(
    ("claim_id", "shown"),
    [
        ("E-06", ["14,182", "AWOL (article 337)"]),
        ("E-05", ["14,182 + 1,037 = 15,219", "683", "15,902"]),
        ("E-20", ["12,460 + 975 + 563 = 13,998", "101"]),
        ("E-02", ["10,308 / 5,517 = 1.87"]),
        ("E-17", ["23 working days", "39.13", "897–943"]),
        ("K-01", ["K-02", "cases"]),
        ("E-08", ["15 years", "10 years", "AWOL (article 337)"]),
        ("P060i", ["15,902 − 10,308 − 5,517 = 77", "1,001"]),
        ("K-02", ["18,159 + 1,369 + 1,010 = 20,538"]),
        ("P055b", ["684 / 20 working days = 34.20"]),
        ("P094", ["117"]),
    ],
)
def test_the_arithmetic_is_shown(claim_id: str, shown: list[str]) -> None:
    told = ours()[claim_id].explanation["en"]
    assert [part for part in shown if part not in told] == [], told


@pytest.mark.parametrize("world", ["fresh", "second"])
def test_an_invented_newsroom_with_other_numbers_and_trends(world: str) -> None:
    judged = audit(parse_claims(text_of(*load(f"{world}_claims.csv"))))
    scores = score(judged, parse_kinds((DATA / f"{world}_kinds.csv").read_text(encoding="utf-8")))
    print("\n" + table(scores))
    assert clean(scores), table(scores)
    # Between them, the two worlds have every kind.
    assert {s.kind for s in scores if s.found} == set(Kind)


def test_the_invented_worlds_rely_on_nothing_of_ours() -> None:
    for world in ("fresh", "second"):
        assert looked_up(parse_claims(text_of(*load(f"{world}_claims.csv")))) == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_judgements_do_not_hang_on_the_order_of_rows(seed: int) -> None:
    rows = load("fresh_claims.csv")
    mixed = random.Random(seed).sample(rows, len(rows))
    plain, other = (audit(parse_claims(text_of(*r))) for r in (rows, mixed))
    assert {(j.claim_id, j.verdict, j.kinds) for j in plain} == {(j.claim_id, j.verdict, j.kinds) for j in other}


def test_the_note_is_never_read() -> None:
    rows = load("fresh_claims.csv")
    misleading = [r | {"note": "kind 1; fits AWOL; wrong; doubled; 14,182"} for r in rows]
    assert audit(parse_claims(text_of(*rows))) == audit(parse_claims(text_of(*misleading)))


def test_what_a_file_relies_on_is_looked_up_in_our_claims() -> None:
    known = {c.id: c for c in known_claims().claims}
    one = dict.fromkeys((*COLUMNS, "note"), "") | {
        "claim_id": "X", "source_id": "gazette", "publisher": "Gazette", "cites": "Mediazona", "quote": "14,182 cases of desertion",
        "label_as_printed": "desertion", "unit_as_printed": "case", "metric": "cases_received", "articles": "338",
        "parts": "unstated", "place": "RU", "period_start": "2022-02-24", "op": "=", "value_lo": "14182", "value_hi": "14182",
        "population": "court_cases",
    }  # fmt: skip
    held = parse_claims(text_of(one))
    beside = looked_up(held)
    assert {c.publisher for c in beside} >= {"Mediazona"}
    assert all(known[c.id] == c for c in beside)
    (told,) = audit(held, beside)
    assert (str(told.verdict), told.kinds) == ("mislabelled", (Kind.MISLABEL,))
    # A file that has the publisher's claims itself is judged by those.
    theirs = one | {"claim_id": "Y", "source_id": "z", "publisher": "Mediazona", "cites": "", "articles": "337"}
    assert looked_up(parse_claims(text_of(one, theirs))) == ()


def test_a_row_that_cannot_be_read_is_judged_as_such() -> None:
    rows = load("fresh_claims.csv")[:3]
    rows[1] = rows[1] | {"op": "≈"}
    judged = audit(parse_claims(text_of(*rows)))
    assert [j.claim_id for j in judged] == ["G01", "G03", "G02"]
    assert judged[-1].as_json() == {
        "claim_id": "G02",
        "verdict": "cannot_judge",
        "kinds": [],
        "explanation_en": "The row could not be read: op: '≈' is none of: =, ~, over, nearly, >, <, range.",
        "explanation_ru": "Строку не удалось прочесть: op: '≈' is none of: =, ~, over, nearly, >, <, range.",
        "say_en": "",
        "say_ru": "",
        "related": [],
    }


def test_scores_are_worked_out_as_defined() -> None:
    judged = audit(parse_claims(text_of(*load("fresh_claims.csv"))))
    listed = parse_kinds("kind_id,applies_to,must_not_flag\n4,N01;N02,V03\n5,,G01\n")
    four, five = score(judged, listed)
    assert (four.found, four.missed, four.wrong, four.unlisted) == (("N01",), ("N02",), ("V03",), ("V05",))
    assert (str(four.precision), str(four.recall)) == ("1/2", "1/2")
    assert (five.precision, five.recall, five.unlisted) == (None, None, ("N06",))
