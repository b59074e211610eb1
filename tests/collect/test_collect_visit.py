"""Visits to courts made up here: several servers and buildings, forms that fit late or never, decisions on pages of their own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from courttally.archive import CoverageLedger
from courttally.collect.book import Book
from courttally.collect.captcha_desk import Desk
from courttally.collect.plan import Rhythm, Todo
from courttally.collect.queries import forms
from courttally.collect.state import Card, State
from courttally.collect.talk import Answer, Ask
from courttally.collect.visit import NO_FORM, NO_PROOF, Visit
from courttally.collect.windows import Window
from courttally.portal import Reading
from courttally.portal.model import CaseSeen, Day, DocumentSeen, Result

COURT, HOST = "25GV0001", "vgvs.prm.sudrf.ru"
AT = datetime(2024, 7, 1, tzinfo=UTC)
WINDOW = Window(COURT, "first", "received", date(2024, 4, 1), date(2024, 7, 1))
EARLIER = replace(WINDOW, first=date(2024, 1, 1), last=date(2024, 3, 31))
GUID = "00000000-0000-0000-0000-00000000000{}"
Fields = dict[str, str]
Site = Callable[[Fields], tuple[str, list[CaseSeen]]]
"""The fields of a request -> kind of page and rows."""


def case(number: int, server: int = 1, **more: Any) -> CaseSeen:
    return CaseSeen(
        row=0, case_id=number, guid=GUID.format(number % 10), srv_num=server, received=Day(date(2024, 5, 1)), **more
    )


@dataclass
class Room:
    """A home in which visits are made."""

    home: Path
    at: datetime = AT
    robots: str = ""

    def __post_init__(self) -> None:
        self.state = State(self.home, writing=True)
        self.ledger = CoverageLedger(self.home)
        self.asked: list[tuple[str, Fields]] = []

    def visit(self, site: Site, *windows: Window, proceedings: tuple[str, ...] = ("first",)) -> Book:
        """One visit; what was asked is in `asked`, robots rules left out."""
        book = Book(self.state, self.ledger, lambda: self.at)
        todo = Todo(COURT, windows, proceedings)
        visit = Visit(todo, book, Desk(self.home, lambda: self.at), Rhythm(date(2024, 1, 1)), "Mozilla", host=HOST)
        talk, self.asked = visit.talk(self.at), []
        try:
            ask = next(talk)
            while True:
                ask = talk.send(self.answer(site, ask))
        except StopIteration:
            return book

    def answer(self, site: Site, ask: Ask) -> Answer:
        if ask.purpose == "robots":
            return Answer("robots", self.at, status=200, body=self.robots.encode(), host=HOST)
        query = parse_qs(urlsplit(ask.url).query, keep_blank_values=True, encoding="cp1251")
        fields = {name.lower(): values[-1] for name, values in query.items()}
        self.asked.append((ask.purpose, fields))
        kind, cases = site(fields)
        found = len(cases) if kind == "listing" else None
        reading = Reading(kind, cases=cases, found=found, range_from=1 if found else None, range_to=found)
        return Answer(kind, self.at, reading, 200, b"", HOST)

    def states(self) -> list[tuple[str, str]]:
        return [(str(entry["state"]), str(entry["reason"] or "")) for entry in self.ledger.entries()]


def is_list(fields: Fields) -> bool:
    return fields["name_op"] == "r"


def test_a_court_with_two_servers_is_asked_in_both_and_is_as_whole_as_the_worse(tmp_path: Path) -> None:
    rows = {"1": [case(1), case(2)], "2": [case(1, 2), case(7, 2)]}
    broken = False

    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if not is_list(fields):
            return "card", [case(int(fields["case_id"]), int(fields["srv_num"]))]
        if fields["srv_num"] not in rows:
            return "wrong_query", []
        if broken and fields["srv_num"] == "2":
            return "not_found", []
        return "listing", rows[fields["srv_num"]]

    room = Room(tmp_path)
    book = room.visit(site, WINDOW)
    assert room.state.court(COURT).servers == 2
    assert [sentence for sentence in book.tally(COURT).signals if "another server" in sentence]
    assert {card.key[2:] for card in room.state.every_card()} == {(1, 1), (1, 2), (2, 1), (2, 7)}
    assert {(f["srv_num"], f["case_id"]) for _, f in room.asked if not is_list(f)} == {
        ("1", "1"), ("1", "2"), ("2", "1"), ("2", "7"),
    }  # fmt: skip
    assert room.states() == [("complete", "")]
    room.at += timedelta(days=1)
    broken = True
    room.visit(site, replace(WINDOW, last=date(2024, 7, 2)))
    assert room.states()[1][0] in ("failed", "partial")
    assert room.states()[1][1]


def test_a_court_that_ignores_the_server_has_one_and_is_tried_every_five_weeks(tmp_path: Path) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        return ("listing", [case(1)]) if is_list(fields) else ("card", [case(1)])

    room = Room(tmp_path)
    tries = []
    for later in (0, 1, 36, 37, 38):
        room.at = AT + timedelta(days=later)
        room.visit(site, replace(WINDOW, last=room.at.date()))
        tries.append(sum(fields["srv_num"] == "2" for _, fields in room.asked))
    assert tries == [1, 0, 0, 1, 0]
    assert room.state.court(COURT).servers == 1


def test_a_vnkod_court_with_three_buildings_is_asked_in_all(tmp_path: Path) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if not is_list(fields):
            return "card", [case(int(fields["_id"]))]
        if "_deloid" not in fields or fields["srv_num"] != "1":
            return "wrong_query", []
        building = int(fields["case__num_build"])
        return ("listing", [case(building)]) if building < 4 else ("no_data", [])

    room = Room(tmp_path)
    room.visit(site, WINDOW, EARLIER)
    assert room.state.court(COURT).buildings == 3
    assert {card.case_id for card in room.state.every_card()} == {1, 2, 3}
    asked = [f["case__num_build"] for purpose, f in room.asked if purpose == "listing" and "_deloid" in f]
    assert asked == ["1", "1", "2", "3", "1", "2", "3"], "once alone, then whole; and the next window whole"
    assert room.states() == [("complete", "")] * 2


@pytest.mark.parametrize("form", [form for form in forms("first") if form.empty], ids=lambda form: form.name)
def test_each_spelling_of_vnkod_is_found_and_remembered(tmp_path: Path, form: Any) -> None:
    wanted = set(form.empty)

    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if not is_list(fields):
            return "card", [case(1)]
        names = {name for name in fields if name.startswith(("part", "event"))}
        return ("listing", [case(1)]) if names == wanted else ("search_form", [])

    room = Room(tmp_path)
    room.visit(site, WINDOW)
    assert room.state.court(COURT).forms == {"first": form.name}
    room.at += timedelta(days=1)
    room.visit(site, replace(WINDOW, last=date(2024, 7, 2)))
    assert [purpose for purpose, f in room.asked if is_list(f)] == ["listing"]
    assert room.states() == [("complete", "")] * 2


def test_a_court_that_understands_nothing_is_asked_each_way_once_and_left(tmp_path: Path) -> None:
    room = Room(tmp_path)
    book = room.visit(lambda fields: ("wrong_query", []), WINDOW, EARLIER)
    assert len(room.asked) == len(forms("first"))
    assert room.states() == [("failed", NO_FORM)]
    assert book.tally(COURT).stopped == NO_FORM


def test_a_court_where_nothing_was_ever_found_is_asked_in_the_ways_of_its_engine_only(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.visit(lambda fields: ("no_data", []) if "delo_id" in fields else ("wrong_query", []), WINDOW, EARLIER)
    assert room.states() == [("partial", NO_PROOF)] * 2
    primary = sum(form.engine == "primary" for form in forms("first"))
    assert len(room.asked) == 2 * primary + 1, "each with its control, and the second window once"


def test_a_decision_is_asked_for_by_itself_where_its_card_does_not_carry_it(tmp_path: Path) -> None:
    document = DocumentSeen(0, "verdict", 0, 10, "d")
    carried = False

    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if is_list(fields):
            return "listing", [case(1, act_ids=(77,)), case(2)]
        if fields["name_op"] == "doc":
            return "decision", []
        number = int(fields["case_id"])
        return "card", [case(number, documents=[document] if carried and number == 1 else None)]

    room = Room(tmp_path)
    room.visit(site, WINDOW)
    acts = [fields for purpose, fields in room.asked if purpose == "act"]
    assert [(f["number"], f["delo_id"], f["new"], f["text_number"]) for f in acts] == [("77", "1540006", "0", "1")]
    for later in range(1, 9):  # an open card is looked at within seven nights: its decision is held
        room.at = AT + timedelta(days=later)
        room.visit(site)
        assert "act" not in [purpose for purpose, _ in room.asked]
    other, carried = Room(tmp_path / "other"), True
    other.visit(site, WINDOW)
    assert "act" not in [purpose for purpose, _ in other.asked]
    assert other.state.card((COURT, "first", 1, 1)) is not None


def test_a_card_says_that_a_case_is_over_where_no_list_did_today(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.state.put_card(Card(COURT, "first", 1, 5, GUID.format(5), row="r", row_on="2024-06-01", open=True))
    ended = case(5, result=Result("verdict"), result_date=Day(date(2024, 6, 20)))
    room.visit(lambda fields: ("card", [ended]))
    held = room.state.card((COURT, "first", 1, 5))
    assert held is not None
    assert (held.open, held.settled) == (False, False)


def test_cards_that_do_not_come_without_chrome_are_asked_for_with_it(tmp_path: Path) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if is_list(fields):
            return "listing", [case(1), case(2)]
        return ("unknown", []) if "nc" in fields else ("card", [case(int(fields["case_id"]))])

    room = Room(tmp_path)
    room.state.change_court(COURT, nc="yes", nc_on="2024-06-20")
    book = room.visit(site, WINDOW)
    assert ["nc" in fields for purpose, fields in room.asked if purpose == "card"] == [True, False, False]
    assert (room.state.court(COURT).nc, book.tally(COURT).cards) == ("no", 2)
    assert not [sentence for sentence in book.tally(COURT).signals if "kind" in sentence]


def in_force(fields: Fields, number: int) -> CaseSeen:
    """A row, or a card, that without chrome does not say since when the verdict is in force."""
    return case(number, result=Result("verdict"), in_force=Day(None if "nc" in fields else date(2024, 6, 1)))


def test_a_list_that_shows_less_without_chrome_is_asked_for_with_it_once_more_so_that_it_is_seen_last(
    tmp_path: Path,
) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        return ("listing", [in_force(fields, 1)]) if is_list(fields) else ("card", [case(1)])

    room = Room(tmp_path)
    room.state.change_court(COURT, parts_on="2024-06-30")
    room.visit(site, WINDOW)
    assert [(purpose, "nc" in fields) for purpose, fields in room.asked if purpose != "card"] == [
        ("listing", False),
        ("probe", True),
        ("probe", False),
    ]
    assert room.state.court(COURT).nc == "no"


def test_a_court_whose_lists_begin_to_show_less_without_chrome_is_asked_with_it_that_very_night(tmp_path: Path) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        return ("listing", [in_force(fields, 1)]) if is_list(fields) else ("card", [in_force(fields, 1)])

    room = Room(tmp_path)
    room.state.change_court(COURT, nc="yes", nc_on="2024-05-01", parts_on="2024-06-30")
    room.visit(site, WINDOW, EARLIER)
    assert [(purpose, "nc" in fields) for purpose, fields in room.asked] == [
        ("listing", True),
        ("probe", False),
        ("listing", False),  # the window once more
        ("listing", False),
        ("card", False),
    ]
    card = room.state.card((COURT, "first", 1, 1))
    assert card is not None
    assert card.settled  # in force, as the page with chrome says


@pytest.mark.parametrize("less", [True, False])
def test_cards_too_are_compared_with_and_without_chrome_once_a_month(tmp_path: Path, less: bool) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if is_list(fields):
            return "listing", [case(1), case(2)]
        number, bare = int(fields["case_id"]), "nc" in fields
        text = DocumentSeen(1, "verdict", 100 if bare else 9000, 500, "d" * 64)
        found = case(number, documents=[text]) if not less else in_force(fields, number)
        return "card", [found]

    room = Room(tmp_path)
    room.state.change_court(COURT, nc="yes", nc_on="2024-06-20", parts_on="2024-06-30")
    book = room.visit(site, WINDOW)
    bare = [("nc" in fields, fields["case_id"]) for purpose, fields in room.asked if purpose in ("card", "probe")]
    assert bare == [(True, "1"), (False, "1"), (not less, "2")]
    assert (room.state.court(COURT).nc, book.tally(COURT).cards) == ("no" if less else "yes", 2)
    room.at += timedelta(days=8)
    room.visit(site, WINDOW)
    again = [("nc" in fields, fields["case_id"]) for purpose, fields in room.asked if purpose in ("card", "probe")]
    assert again == [(not less, "1"), (not less, "2")]


def test_a_site_without_such_a_page_is_left_after_one_question_in_the_words_of_each_engine(tmp_path: Path) -> None:
    room = Room(tmp_path)
    book = room.visit(lambda fields: ("not_found", []), WINDOW, EARLIER)
    assert len(room.asked) == len({form.engine for form in forms("first")}) == 2
    assert room.states() == [("failed", "the site knows no such page")]
    assert book.tally(COURT).stopped == "the site knows no such page"


def test_a_court_that_changed_its_engine_is_found_though_the_old_address_is_gone(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.visit(
        lambda fields: (
            ("not_found", [])
            if "delo_id" in fields
            else ("listing", [case(1)])
            if is_list(fields)
            else ("card", [case(1)])
        ),
        WINDOW,
    )
    assert [state for state, _ in room.states()] == ["complete"]


@pytest.mark.parametrize(
    ("rule", "allowed", "acts"),
    [
        ("Disallow:", True, True),
        ("Disallow: /", False, False),
        ("Disallow: /*name_op=case", False, False),
        ("Disallow: /*name_op=sf", False, False),
        ("Disallow: /*name_op=doc", True, False),
        ("Disallow: /*_deloId=", False, False),
        ("Disallow: /*name=press_dep", True, True),
    ],
)
def test_rules_are_held_against_everything_that_is_asked(tmp_path: Path, rule: str, allowed: bool, acts: bool) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if is_list(fields):
            return "listing", [case(1, act_ids=(77,))]
        return ("decision", []) if fields["name_op"] == "doc" else ("card", [case(1)])

    room = Room(tmp_path, robots=f"User-agent: *\n{rule}\n")
    room.visit(site, WINDOW)
    assert [state for state, _ in room.states()] == ["complete" if allowed else "disallowed"]
    assert ("act" in [purpose for purpose, _ in room.asked]) == acts
    assert bool(room.asked) == allowed


@pytest.mark.parametrize("instead", ["unknown", "search_form", "not_found"])
def test_a_court_whose_lists_come_without_chrome_no_more_is_asked_with_it_again(tmp_path: Path, instead: str) -> None:
    room = Room(tmp_path)
    room.state.change_court(COURT, nc="yes", nc_on=(AT - timedelta(days=5)).date().isoformat())
    book = room.visit(
        lambda fields: (
            (instead, []) if "nc" in fields else ("listing", [case(1)]) if is_list(fields) else ("card", [case(1)])
        ),
        WINDOW,
    )
    assert [state for state, _ in room.states()] == ["complete"]
    assert (book.state.court(COURT).nc, book.tally(COURT).stopped, book.tally(COURT).signals) == ("no", "", [])
    assert any("nc" in fields for _, fields in room.asked)


def test_the_name_that_redirects_led_to_is_forgotten_when_it_knows_no_list_any_more(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.state.change_court(COURT, host="other--name.sudrf.ru", host_on="2024-01-01")
    book = room.visit(lambda fields: ("not_found", []), WINDOW)
    assert book.tally(COURT).stopped
    assert book.state.court(COURT).host == ""


def test_a_list_that_a_court_knows_no_more_is_told(tmp_path: Path) -> None:
    book = Room(tmp_path).visit(lambda fields: ("unsupported_filter", []), WINDOW)
    assert book.tally(COURT).signals == ["it does not know the list by day of receipt any more"]


def test_a_court_that_answers_with_something_else_is_left_after_three_times_and_told_once(tmp_path: Path) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        return ("listing", [case(n) for n in range(1, 9)]) if is_list(fields) else ("unknown", [])

    room = Room(tmp_path)
    book = room.visit(site, WINDOW)
    assert [purpose for purpose, _ in room.asked].count("card") == 3
    assert len([sentence for sentence in book.tally(COURT).signals if "kind unknown" in sentence]) == 1
    assert "3 answers in a row" in book.tally(COURT).stopped


@pytest.mark.parametrize(("broken", "cards"), [((2, 4, 6), 5), ((3, 4), 2)])
def test_answers_that_do_not_come_end_a_visit_only_two_in_a_row(
    tmp_path: Path, broken: tuple[int, ...], cards: int
) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        if is_list(fields):
            return "listing", [case(number) for number in range(1, 9)]
        number = int(fields["case_id"])
        return ("error", []) if number in broken else ("card", [case(number)])

    room = Room(tmp_path)
    book = room.visit(site, WINDOW)
    assert (book.tally(COURT).cards, bool(book.tally(COURT).stopped)) == (cards, len(broken) == 2)


def test_a_row_whose_link_has_no_guid_is_asked_for_without_one(tmp_path: Path) -> None:
    def site(fields: Fields) -> tuple[str, list[CaseSeen]]:
        row = case(3)
        row.guid = None
        return ("listing", [row]) if is_list(fields) else ("card", [case(3)])

    room = Room(tmp_path)
    book = room.visit(site, WINDOW)
    (card,) = (fields for purpose, fields in room.asked if purpose == "card")
    assert card["case_id"] == "3"
    assert "case_uid" not in card
    assert (book.tally(COURT).cards, book.tally(COURT).unlinked) == (1, 0)
    held = room.state.card((COURT, "first", 1, 3))
    assert held is not None
    assert State(tmp_path).card(held.key) == held
