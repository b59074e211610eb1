"""Merkle trees against the test vectors of RFC 6962's authors; commitments; lists held against each other."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from courttally.cli import app
from courttally.figures.commitment import check, commitment_key
from courttally.figures.gaps import CourtYear
from courttally.figures.merkle import Tree, leaf_hash, root_from
from courttally.figures.reconcile import Ours, reconcile
from courttally.figures.their_list import decode_list, read_list

# The reference tree of Certificate Transparency's own tests: these leaves, and the roots over the first n of them.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_roots_are_those_of_the_reference(size: int, root: str) -> None:
    assert Tree(LEAVES[:size]).root.hex() == root


def test_the_root_of_nothing() -> None:
    assert Tree([]).root == hashlib.sha256(b"").digest()


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=40), st.data())
def test_every_path_leads_to_the_root_and_no_other_leaf_does(leaves: list[bytes], data: st.DataObject) -> None:
    tree = Tree(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.path(place)
    assert root_from(leaves[place], place, len(leaves), path) == tree.root
    assert root_from(leaves[place] + b"x", place, len(leaves), path) != tree.root
    assert root_from(leaves[place], place, len(leaves), [*path, b"\0" * 32]) is None
    assert root_from(leaves[place], len(leaves), len(leaves), path) is None
    if len(leaves) > 1:
        # A node is no leaf.
        assert leaf_hash(path[0] + path[0]) != hashlib.sha256(b"\x01" + path[0] + path[0]).digest()


def opening(leaves: list[bytes], shown: list[int]) -> tuple[dict[str, Any], str]:
    tree = Tree(leaves)
    items = [{"place": n, "leaf": leaves[n].decode(), "path": [step.hex() for step in tree.path(n)]} for n in shown]
    return {"form": "courttally-commitment-1", "size": len(leaves), "leaves": items}, tree.root.hex()


def test_an_opening_is_checked_without_the_home() -> None:
    made, root = opening([b'{"a":1}', b'{"a":2}', b'{"a":3}'], [0, 2])
    assert (check(made, root).proven, check(made, root).failed) == (2, 0)
    assert check(made, "0" * 64).proven == 0
    made["leaves"][0]["leaf"] = '{"a":9}'
    assert (check(made, root).proven, check(made, root).failed) == (1, 1)
    twice, root = opening([b"a", b"b"], [1, 1])
    assert (check(twice, root).proven, check(twice, root).failed) == (1, 1)


@pytest.mark.parametrize("wrong", [None, [], {}, {"form": "x", "size": 1, "leaves": []}, {"form": "courttally-commitment-1", "size": "1", "leaves": []}, {"form": "courttally-commitment-1", "size": 1, "leaves": [{"place": 0, "leaf": "a", "path": ["zz"]}]}])  # fmt: skip
def test_what_is_no_opening_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="not an opening"):
        check(json.loads(json.dumps(wrong)), "0" * 64)


def test_an_empty_opening_proves_nothing_and_files_are_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="proves nothing"):
        check({"form": "courttally-commitment-1", "size": 1, "leaves": []}, "0" * 64)
    run = CliRunner().invoke
    made, root = opening([b'{"a":1}', b'{"a":2}'], [0])
    told = {}
    for name, data in (
        ("good", json.dumps(made).encode()),
        ("words", b"hello"),
        ("bytes", b"\x87\x00"),
        ("none", json.dumps({**made, "leaves": []}).encode()),
    ):
        (tmp_path / name).write_bytes(data)
        found = run(app, ["prove", "--check", str(tmp_path / name), "--root", f" {root.upper()} "])
        told[name] = (found.exit_code, found.output)
    assert told["good"] == (0, "1 case record proven under that root, 0 not.\n")
    for name, words in (("words", "holds no JSON"), ("bytes", "holds no JSON"), ("none", "proves nothing")):
        assert told[name][0] == 1
        assert words in told[name][1]
    wrong = run(app, ["prove", "--check", str(tmp_path / "good"), "--root", "cafe"])
    assert (wrong.exit_code, "64 digits" in wrong.output) == (2, True)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = commitment_key(tmp_path)
    assert len(key) == 32
    assert commitment_key(tmp_path) == key
    assert (tmp_path / "commitment.key").stat().st_mode & 0o777 == 0o600


UIDS = [f"25GV0001-01-2024-00000{n}-1{n}" for n in range(4)]
OURS = [
    Ours("A", "25GV0001", "1-5/2024", UIDS[1], date(2024, 3, 1), True),
    Ours("B", "25GV0001", "1-6/2024", UIDS[2], date(2024, 3, 9), True),
    Ours("C", "25GV0002", "1-5/2024", UIDS[3], date(2024, 3, 1), False),
    Ours("D", "25GV0003", "1-1/2024", None, date(2023, 1, 5), True),
]
GAPS = [CourtYear("25GV0001", 2024, "1", 9, 7, 2, 2)]


def held(text: str, by: str) -> Any:
    return reconcile(
        OURS, read_list(text, by), by, covered=["25GV0001", "25GV0002"], complete_through="2024-06", gaps=GAPS
    )


def test_lists_by_number() -> None:
    found = held(
        "Court,Number,Date\n"
        "25GV0001,1-5/2024,2024-03-01\n"
        "25GV0001,1-5/2024,2024-03-01\n"
        "25GV0002,1-5/2024,2024-03-01\n"
        "25GV0001,1-7/2024,2024-04-01\n"
        "31GV0008,1-7/2024,2024-04-01\n"
        "25GV0001,1-40/2024,2024-09-01\n"
        "25GV0001,Ivanov,2024-03-01\n",
        "number",
    )
    assert found.both == (("A", 2),)
    assert found.only_theirs == {
        "held, and not in this scope: another article, part, start or proceeding": (4,),
        "no complete list of that court is held": (6,),
        "their list has more of them: the same case again": (3,),
        "received in a month that is not complete yet": (7,),
        "the court gave that number and never showed the case": (5,),
        "its case number is not understood": (8,),
    }
    assert found.only_ours == {
        "not known: they lack it, or write it otherwise": ("B",),
        "received outside the days of their list": ("D",),
    }


def test_lists_by_uid_and_by_court_and_day() -> None:
    found = held(f"uid;суд\n{UIDS[1].lower()};25GV0001\n{UIDS[0]};25GV0001\n", "uid")
    assert found.both == (("A", 2),)
    assert found.only_ours == {
        "not known: they lack it, or write it otherwise": ("B",),
        "our record has no value to be found by": ("D",),
    }
    by_day = held("суд,дата поступления\nВладивостокский гарнизонный военный суд,09.03.2024\n", "court+date")
    assert by_day.both == (("B", 2),)


@pytest.mark.parametrize(("text", "by", "message"), [("a,b\n", "uid", "a column of UIDs, called uid or уид"), ("uid\n", "court+date", "court or суд"), ("", "uid", "empty"), (" \n\n", "uid", "empty"), ("uid\n", "name", "--by is one of")])  # fmt: skip
def test_a_list_without_its_columns_is_refused(text: str, by: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_list(text, by)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffУИД дела;№ дела;Наименование суда;Дата поступления\r\n{uid};«Дело № 1-005/2024»;25gv0001;01.03.2024 г.\r\n",
        "Case_UID\tCase Number\tCourt Code\tDate received\n{uid}\t1\u20115/2024 (1-77/2023;)\t25GV0001\t2024-03-01 00:00:00\n",
        '\n\nname,uid,number,court,date\n,,,,\n\n"Two\nlines", {uid} ,1 - 5 / 2024,Владивостокский гарнизонный военный суд,2024-03-01\n',
    ],
)
@pytest.mark.parametrize("by", ["uid", "number", "court+date"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_a_list_is_read_however_it_is_written(text: str, by: str, encoding: str) -> None:
    line = 6 if "Two" in text else 2
    written = text.format(uid=UIDS[1].lower().replace("gv", "GV")).encode(encoding, errors="replace")
    if encoding == "cp1251":
        written = written.removeprefix(b"?").replace(b"1?5", b"1-5")  # it has neither that mark nor that hyphen
    found, told = decode_list(written)
    assert encoding != "cp1251" or told == ("cp1251" if any(byte > 127 for byte in written) else "utf-8")
    assert held(found, by).both == (("A", line),)


def test_what_is_no_text_is_refused() -> None:
    for data in (b"uid\n\x98\xff", b"PK\x03\x04\x00\x00"):
        with pytest.raises(ValueError, match="no text file"):
            decode_list(data)


def test_a_number_alone_finds_nothing_where_several_courts_gave_it() -> None:
    found = held("number\n1-5/2024\n1-6/2024\n", "number")
    assert found.both == (("B", 3),)
    assert found.only_theirs == {"several courts gave that number, and the list names no court": (2,)}
    # Courts that are named and not known are no list without courts.
    found = held("court;number\nMars;1-6/2024\n;1-6/2024\n", "number")
    assert found.both == ()
    assert found.only_theirs == {"its court is not known here": (2,), "the row has no value to be found by": (3,)}


def test_why_a_row_of_theirs_is_not_found() -> None:
    found = held(
        "uid,court,number,date\n"
        f"{UIDS[0]},25GV0001,1-5/2024,2024-03-01\n"
        "25GV0001-01-2024,25GV0001,1-6/2024,2024-03-01\n"
        ",25GV0001,1-6/2024,2024-03-01\n",
        "uid",
    )
    assert found.only_theirs == {
        "held under that number, with another UID or day": (2,),
        "its UID is not understood": (3,),
        "the row has no value to be found by": (4,),
    }
    assert held("суд,дата\n25GV0001,soon\n", "court+date").only_theirs == {"its day is not understood": (2,)}
    assert held("number\n111-5/2024\n1-5/20244\n1-5/24\n", "number").only_theirs == {
        "its case number is not understood": (2, 3, 4)
    }


def test_a_case_that_came_again_is_only_ours_for_that() -> None:
    twice = [*OURS, Ours("E", "25GV0001", "1-9/2024", UIDS[1], date(2024, 5, 1), True)]
    found = reconcile(twice, read_list(f"uid\n{UIDS[1]}\n", "uid"), "uid", covered=[], complete_through=None, gaps=[])
    assert found.both == (("A", 2),)
    assert found.only_ours["their list has fewer of them: the case came again"] == ("E",)
    same_day = [*OURS, Ours("E", "25GV0001", "1-9/2024", None, date(2024, 3, 1), True)]
    rows = read_list("court,date\n25GV0001,2024-03-01\n25GV0001,2024-03-09\n25GV0001,2024-03-09\n", "court+date")
    found = reconcile(same_day, rows, "court+date", covered=[], complete_through=None, gaps=[])
    assert found.only_ours["their list has fewer cases of that court and day"] == ("E",)
    assert found.only_theirs == {"their list has more cases of that court and day": (4,)}


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        rows = read_list("number\n" + text, "number")
    except ValueError:
        return
    assert all(row.number is None or "/" in row.number for row in rows)
