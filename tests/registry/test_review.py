"""What rules leave open, asked of a person at a terminal: links side by side, sentences, identifiers; and double coding of a sample.

Expected answers were worked out by hand; the statistics are those of the papers that define them.
"""

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_kit import GUID_A, GUID_B, at_a_terminal, guid, listing_page, write
from test_registry_texts import AWOL, KEY, LIST, VERDICT, Newsroom, act, act_url, listing
from typer.testing import CliRunner

from courttally.archive.ledger import read_ledger
from courttally.cli import app
from courttally.engine import Engine
from courttally.registry import coding, views_texts
from courttally.registry.agreement import alpha, kappa, observed
from courttally.registry.build import build
from courttally.registry.judgement import judgements
from courttally.registry.linkage import make_key
from courttally.registry.sentence_codes import Written, parse, spell
from courttally.registry.snapshot import current

HIDDEN = "&lt;Информация скрыта&gt; - ст.337 ч.5 УК РФ"
BACK = "ВОЗВРАЩЕНО ПРОКУРОРУ в порядке ст. 237 УПК РФ"
STEM = "25GV0001:criminal:first:1:"


def run(home: Path, *arguments: str, status: tuple[int, ...] = (0, 3)) -> str:
    answer = CliRunner().invoke(app, [*arguments, "--home", str(home)], env={"COURTTALLY_NOW": "2024-05-01T12:00:00Z"})
    assert answer.exit_code in status, answer.output
    return answer.output


def returned(home: Path, *later: tuple[str, str, str]) -> None:
    """One case that was returned to the prosecutor, and cases that came after it: (case id, number, received)."""
    rows = [("100", "1-1/2024", "10.01.2024", HIDDEN, "01.02.2024", BACK)]
    rows += [(case, number, received, HIDDEN, "", "") for case, number, received in later]
    write(home, listing_page(rows), datetime(2024, 4, 1, 12, tzinfo=UTC))
    build(home, workers=1)


def matters(home: Path) -> tuple[int, int]:
    (figure,) = json.loads(run(home, "count", "matters", "--json"))
    return figure["min"], figure["max"]


def test_a_link_is_shown_side_by_side_and_its_answer_counts(tmp_path: Path) -> None:
    returned(tmp_path, ("200", "1-9/2024", "15.03.2024"), ("300", "1-12/2024", "20.03.2024"))
    assert matters(tmp_path) == (2, 3)
    shown = at_a_terminal(tmp_path, "A. Editor", "x", "n", "two men", "s", "", verb=("review", "links"))
    for words in (
        "2 pairs of case records that may be one matter", f"candidate 1 of 2 for {STEM}100",
        "Refiled? The earlier one was returned to the prosecutor; a case with equal charges",
        "Rule returned-charges, weight 6.0 bits, 64 : 1.", "1-1/2024", "1-9/2024", "43 from the earlier's outcome to the later's",
        "⟦hidden⟧", "That is none of them.", "kept: d-1, not one matter", "kept: d-2, one matter", "2 answers kept.",
    ):  # fmt: skip
        assert words in " ".join(shown.split()), words
    kept = [(each.kind, each.records, each.who, each.why) for each in judgements(tmp_path)]
    assert kept == [
        ("split", (f"{STEM}100", f"{STEM}200"), "A. Editor", "two men"),
        ("merge", (f"{STEM}100", f"{STEM}300"), "A. Editor", "two men"),
    ]
    assert "No link waits for an answer." in run(tmp_path, "review", "links")
    build(tmp_path, workers=1)
    assert matters(tmp_path) == (2, 2)


def test_names_are_shown_at_a_terminal_and_on_request_only(tmp_path: Path) -> None:
    """Two spellings that no rule links: a person has to see them."""
    rows = [
        ("100", "1-1/2024", "10.01.2024", "Филиппов Ж.Ж. - ст.337 ч.5 УК РФ", "01.02.2024", BACK),
        ("200", "1-9/2024", "15.03.2024", "Филипов Ж.Ж. - ст.337 ч.5 УК РФ", "", ""),
    ]
    write(tmp_path / "home", listing_page(rows), datetime(2024, 4, 1, 12, tzinfo=UTC))
    make_key(tmp_path / "home", tmp_path / "key")
    build(tmp_path / "home", workers=1)
    masked = at_a_terminal(tmp_path / "home", "A. Editor", "q", verb=("review", "links"))
    assert "⟦name⟧" in masked
    assert "Филип" not in masked
    shown = at_a_terminal(tmp_path / "home", "A. Editor", "q", verb=("review", "links", "--reveal"))
    assert "Филиппов" in shown
    assert "Филипов" in shown
    assert "Филип" not in run(tmp_path / "home", "review", "links", "--json")
    assert run(tmp_path / "home", "review", "links", "--reveal", status=(2,)).startswith(
        "courttally: questions are asked at a terminal"
    )


def test_what_is_one_matter_is_not_asked_of_others(tmp_path: Path) -> None:
    """Of two that could follow, the first is taken: the second is not asked, now or later, while the decision is in force."""
    returned(tmp_path, ("200", "1-9/2024", "15.03.2024"), ("300", "1-12/2024", "20.03.2024"))
    shown = at_a_terminal(tmp_path, "A. Editor", "s", "the prosecutor's letter", verb=("review", "links"))
    assert "1 answer kept." in shown
    assert json.loads(run(tmp_path, "review", "links", "--json")) == []


def test_a_reopened_decision_is_asked_again_first(tmp_path: Path) -> None:
    returned(tmp_path, ("200", "1-9/2024", "15.03.2024"))
    run(tmp_path, "decide", "split", f"{STEM}200", f"{STEM}100", "--who", "a", "--why", "b")
    assert json.loads(run(tmp_path, "review", "links", "--json")) == []
    rows = [
        ("100", "1-1/2024", "10.01.2024", HIDDEN, "01.02.2024", BACK),
        ("200", "1-9/2024", "16.03.2024", HIDDEN, "", ""),
    ]
    write(tmp_path, listing_page(rows), datetime(2024, 4, 9, 12, tzinfo=UTC))
    build(tmp_path, workers=1)
    (pair,) = json.loads(run(tmp_path, "review", "links", "--json"))
    assert (pair["before"], pair["after"], pair["rule"]) == (f"{STEM}100", f"{STEM}200", "decision")
    assert pair["says"].startswith("d-1 decided this (split)")
    alike = {line["what"]: line["alike"] for line in pair["beside"]}
    assert (alike["court"], alike["charges"], alike["names"], alike["number"]) == ("yes", "yes", "", "")


def test_options_before_a_command_are_not_lost_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = CliRunner().invoke(app, ["review", "--home", str(tmp_path), "links", "--list"])
    assert refused.exit_code == 2
    assert "give options behind the command" in refused.output
    returned(tmp_path, ("200", "1-9/2024", "15.03.2024"))
    monkeypatch.setenv("COURTTALLY_HOME", str(tmp_path))
    assert CliRunner().invoke(app, ["review", "links", "--list"]).exit_code == 0


MASKED = (
    "признать ФИО1 виновным в совершении преступления, предусмотренного ч. 5 ст. 337 УК РФ, и назначить ему наказание "
    "&lt;данные изъяты&gt;."
)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A verdict whose text hides the punishment."""
    made = Newsroom(tmp_path)
    made.take("2024-04-01", LIST, listing((70, "1-7/2024", "05.02.2024", AWOL, "15.03.2024", VERDICT, 9001)))
    made.take("2024-04-05", act_url(9001), act(decided=MASKED))
    build(tmp_path, workers=1)
    return made


def test_an_unclear_sentence_is_asked_beside_its_text_and_counts(room: Newsroom) -> None:
    assert room.known("sentence_kind") == {}
    (waits,) = json.loads(run(room.home, "review", "sentences", "--json"))
    assert waits == {"record": f"{KEY}70", "accused": 1, "why": "open"}
    shown = at_a_terminal(
        room.home, "A. Editor", "five years", "imprisonment 60m real regime=general", "seen in the printed judgment",
        verb=("review", "sentences"),
    )  # fmt: skip
    assert "назначить ему наказание" in " ".join(shown.split())
    assert "a sentence is a kind (fine," in shown
    assert "kept: d-1, imprisonment 60m real regime=general" in shown
    assert json.loads(run(room.home, "review", "sentences", "--json")) == []
    assert "from the next build on" in run(room.home, "decide", "list")
    build(room.home, workers=1)
    assert room.known("sentence_kind") == {"imprisonment": 1}
    assert room.known("suspended") == {"no": 1}
    assert room.known("sentence_kind", "2024-04-04") == {}, "a sentence is known from the day its text was"
    assert json.loads(run(room.home, "decide", "list", "--json"))["decisions"][0]["state"] == "in force"
    assert "read by a person" in run(room.home, "trace", f"{KEY}70")
    run(room.home, "decide", "undo", "d-1", "--who", "a", "--why", "b")
    build(room.home, workers=1)
    assert room.known("sentence_kind") == {}


def test_a_text_that_leaves_a_part_open_waits_too(tmp_path: Path) -> None:
    """The term is hidden; a sentence that is told whole does not wait."""
    hidden = MASKED.replace(
        "&lt;данные изъяты&gt;",
        "в виде лишения свободы сроком на &lt;данные изъяты&gt; в исправительной колонии общего режима",
    )
    for number, decided in ((9001, hidden), (9002, "")):
        room = Newsroom(tmp_path / str(number))
        row = (70, "1-7/2024", "05.02.2024", AWOL, "15.03.2024", VERDICT, number)
        room.take("2024-04-01", LIST, listing(row))
        room.take("2024-04-05", act_url(number), act(decided=decided))
        build(room.home, workers=1)
    waits = json.loads(run(tmp_path / "9001", "review", "sentences", "--json"))
    assert waits == [{"record": f"{KEY}70", "accused": 1, "why": "part"}]
    assert "No sentence waits" in run(tmp_path / "9002", "review", "sentences", "--list")
    words = ("--who", "a", "--why", "b")
    wanted = "sentence.1=imprisonment 60m real regime=general"
    run(tmp_path / "9001", "decide", "correct", f"{KEY}70", wanted, *words)
    build(tmp_path / "9001", workers=1)
    assert "No sentence waits" in run(tmp_path / "9001", "review", "sentences")


def test_a_decided_sentence_is_reopened_when_a_text_tells_another(room: Newsroom) -> None:
    words = ("--who", "a", "--why", "b")
    run(room.home, "decide", "correct", f"{KEY}70", "sentence.1=imprisonment 60m real", *words)
    room.take("2024-05-05", act_url(9001, 2), act())
    build(room.home, workers=1)
    with Engine(current(room.home).path) as engine:
        (row,) = views_texts.sentences_at(engine, [f"{KEY}70"], datetime(2030, 1, 1, tzinfo=UTC).date())[f"{KEY}70"]
    assert row[3:5] == ("imprisonment", 66), "what the court published stands, not what was decided without it"
    assert json.loads(run(room.home, "decide", "list", "--json"))["decisions"][0]["state"] == "reopened"


def test_nobody_decides_a_sentence_without_a_text(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.take("2024-04-01", LIST, listing((70, "1-7/2024", "05.02.2024", AWOL, "15.03.2024", VERDICT, None)))
    build(tmp_path, workers=1)
    words = ("--who", "a", "--why", "b")
    refused = run(tmp_path, "decide", "correct", f"{KEY}70", "sentence.1=imprisonment 60m real", *words, status=(1,))
    assert "no decision or press item is held" in refused
    assert "1 accused" in run(tmp_path, "decide", "correct", f"{KEY}70", "sentence.2=fine=5000", *words, status=(2,))


def test_sentences_are_spelt_one_way() -> None:
    for text in (
        "none",
        "acquitted",
        "fine fine=50000",
        "imprisonment 66m 10d real regime=strict",
        "imprisonment 24m suspended probation=12m",
    ):
        assert spell(parse(text)) == text
    assert parse("fine=50000") == Written(outcome="convicted", kind="fine", fine=50000)
    for wrong in (
        "",
        "five years",
        "imprisonment imprisonment",
        "60m",
        "imprisonment 0m",
        "fine=1m",
        "regime=hard",
        "imprisonment none",
    ):
        with pytest.raises(ValueError, match="a sentence"):
            parse(wrong)


@given(
    st.builds(
        Written, st.just("convicted"), st.sampled_from(["imprisonment", "disciplinary_unit", "arrest"]), st.none() | st.integers(1, 300),
        st.none() | st.integers(1, 30), st.none() | st.integers(1, 10**7), st.none() | st.booleans(), st.none() | st.integers(1, 60),
        st.none() | st.sampled_from(["general", "strict", "settlement"]),
    )
)  # fmt: skip
def test_what_is_spelt_is_read_back(sentence: Written) -> None:
    assert parse(spell(sentence)) == sentence


def two_identifiers(home: Path) -> None:
    rows = [("100", "1-1/2024", "10.01.2024", HIDDEN, "", "")]
    first = listing_page(rows).replace(guid("100").encode(), GUID_A.encode())
    write(home, first, datetime(2024, 4, 1, 12, tzinfo=UTC))
    later = [("100", "1-1/2024", "10.01.2024", HIDDEN, "02.04.2024", BACK)]
    write(
        home, listing_page(later).replace(guid("100").encode(), GUID_B.encode()), datetime(2024, 4, 9, 12, tzinfo=UTC)
    )
    build(home, workers=1)


def outcome(home: Path) -> str:
    (row,) = [row for row in current(home).table("records").to_pylist() if row["known_to"] is None]
    return str(row["outcome"])


@pytest.mark.parametrize(("answer", "then"), [("s", "returned"), ("n", "pending")])
def test_identifiers_that_clash_are_asked_and_answered(tmp_path: Path, answer: str, then: str) -> None:
    two_identifiers(tmp_path)
    assert outcome(tmp_path) == "pending"
    assert "1 place could not be read" in run(tmp_path, "build")
    shown = at_a_terminal(tmp_path, "A. Editor", answer, "the court says so", verb=("review", "identifiers"))
    for words in (GUID_A, GUID_B, "1 page set aside", "1-1/2024", "kept: d-1"):
        assert words in shown
    assert json.loads(run(tmp_path, "review", "identifiers", "--json")) == []
    assert "could not be read" not in run(tmp_path, "build")
    assert outcome(tmp_path) == then
    assert json.loads(run(tmp_path, "decide", "list", "--json"))["decisions"][0]["state"] == "in force"


def test_a_third_identifier_reopens_the_decision(tmp_path: Path) -> None:
    two_identifiers(tmp_path)
    run(tmp_path, "decide", "guid", f"{STEM}100", "same", "--who", "a", "--why", "b")
    rows = [("100", "1-1/2024", "10.01.2024", HIDDEN, "05.05.2024", VERDICT)]
    write(tmp_path, listing_page(rows), datetime(2024, 5, 9, 12, tzinfo=UTC))
    build(tmp_path, workers=1)
    assert outcome(tmp_path) == "returned"
    assert json.loads(run(tmp_path, "decide", "list", "--json"))["decisions"][0]["state"] == "reopened"
    assert json.loads(run(tmp_path, "review", "identifiers", "--json")) == [{"record": f"{STEM}100", "set_aside": 1}]


def test_everything_is_asked_in_turn(tmp_path: Path) -> None:
    returned(tmp_path, ("200", "1-9/2024", "15.03.2024"))
    shown = at_a_terminal(tmp_path, "A. Editor", "q")
    assert "1 pair of case records" in shown
    assert "Nothing was answered" in shown
    assert "Also waiting: 1 link" in run(tmp_path, "review", "--list")


# Double coding.


def test_two_code_a_sample_alone_and_a_third_settles(tmp_path: Path) -> None:
    cases = [
        (str(n), f"1-{n}/2024", "10.01.2024", HIDDEN, "01.02.2024", BACK if n % 2 else VERDICT) for n in range(100, 106)
    ]
    write(tmp_path, listing_page(cases), datetime(2024, 4, 1, 12, tzinfo=UTC))
    build(tmp_path, workers=1)
    drawn = json.loads(run(tmp_path, "review", "sample", "results", "--size", "4", "--who", "A", "--json"))
    assert drawn == {"sample": "k-1", "kind": "results", "units": 4, "drawn_from": 6}
    sample = coding.samples(tmp_path)["k-1"]
    truth = {
        unit.key: "returned" if int(unit.key.split()[0].rpartition(":")[2]) % 2 else "verdict" for unit in sample.units
    }
    assert {unit.key: unit.ours for unit in sample.units} == truth
    assert "nobody yet" in run(tmp_path, "review", "agreement", "k-1", status=(1,))
    code = ("review", "code", "k-1", "--who")
    first = [truth[unit.key] for unit in sample.left("Anna")]
    shown = at_a_terminal(tmp_path, *first[:2], "q", verb=(*code, "Anna"))
    assert "Вынесен ПРИГОВОР" in shown or BACK in shown
    assert "2 codes kept, 2 left." in shown
    assert "2 codes kept, 0 left." in at_a_terminal(tmp_path, *first[2:], verb=(*code, " Anna "))
    hidden = run(tmp_path, "review", "agreement", "k-1", status=(1,))
    assert "Anna 4 of 4" in hidden
    assert not any(word in hidden for word in ("verdict", "returned"))
    second = [truth[unit.key] for unit in sample.left("Boris")]
    wrong = sample.left("Boris")[0].key
    at_a_terminal(tmp_path, "unclear", *second[1:], verb=(*code, "Boris"))
    found = json.loads(run(tmp_path, "review", "agreement", "k-1", "--json"))
    assert (found["n"], found["coders"], found["agreed"], found["program"]["n"]) == (4, ["Anna", "Boris"], 0.75, 3)
    assert [each["unit"] for each in found["disagreements"]] == [wrong]
    assert "coded the sample" in run(tmp_path, "review", "settle", "k-1", "--who", "Anna", status=(2,))
    settled = at_a_terminal(tmp_path, truth[wrong], verb=("review", "settle", "k-1", "--who", "Clara"))
    assert f"Given: {' and '.join(sorted(('unclear', truth[wrong])))}" in settled
    assert "Anna" not in settled
    found = json.loads(run(tmp_path, "review", "agreement", "k-1", "--json"))
    assert found["program"] == {"n": 4, "agreed": 1.0, "kappa": 1.0}
    words = run(tmp_path, "review", "agreement", "k-1")
    assert "Same code: 3 of 4 (75.0 %)" in words
    assert "n = 4" in words
    assert read_ledger(coding.path(tmp_path)).broken is None
    assert "Everything is as it was written" in run(tmp_path, "verify")


def test_a_sample_is_drawn_again_by_its_seed(tmp_path: Path) -> None:
    returned(tmp_path, *((str(n), f"1-{n}/2024", "15.03.2024") for n in range(200, 212)))
    for seed in ("1", "1", "2"):
        run(tmp_path, "review", "sample", "links", "--size", "5", "--seed", seed, "--who", "A")
    one, again, other = coding.samples(tmp_path).values()
    assert one.units == again.units != other.units
    assert {unit.ours for unit in one.units} == {"unclear"}
    assert len(one.units) == 5
    assert one.drawn_from == 12
    assert "no sentences to draw from" in run(tmp_path, "review", "sample", "sentences", "--who", "A", status=(2,))
    assert [unit.key for unit in one.left("Anna")] != [unit.key for unit in one.left("Boris")]


def test_kappa_of_a_worked_example() -> None:
    """Fifty proposals, two readers: both say yes to 20 and no to 15, they differ on 5 and 10: agreement 0.7, kappa 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert observed(pairs) == Fraction(7, 10)
    assert kappa(pairs) == Fraction(2, 5)
    assert kappa([("y", "y")] * 3) is None
    with pytest.raises(ValueError, match="no item"):
        kappa([])


def test_alpha_of_krippendorffs_examples() -> None:
    """His examples A (two observers, two codes), B (two observers, five codes) and C (four observers, missing codes)."""

    def items(*rows: str) -> list[dict[str, str]]:
        return [{str(n): row[k] for n, row in enumerate(rows) if row[k] != "."} for k in range(len(rows[0]))]

    a = alpha(items("0100000010", "1110010000"))
    b = alpha(items("aabbdcccedda", "babbbccceddd"))
    c = alpha(items("123321412...", "1233224125.3", ".3332342251.", "12332441251."))
    assert a is not None
    assert b is not None
    assert round(float(a), 3) == 0.095
    assert round(float(b), 3) == 0.692
    assert c is not None
    assert round(float(c), 3) == 0.743
    assert alpha(items("aa", "aa")) is None
