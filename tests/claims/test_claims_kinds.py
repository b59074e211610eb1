"""Each kind of error on claims composed for it: where it is, where it nearly is, and where nobody can say.

The world is invented: a newsroom called Ledger counts, a Gazette reprints. Every expectation follows from the kind's definition.
"""

import pytest
from claims_build import ALL, SINCE, flagged, judged, row, said

WAR = f"{SINCE}..2024-06-30"


def ledger(claim_id: str, number: int, **cells: str) -> dict[str, str]:
    return row(
        claim_id, number, **{"by": "Ledger", "span": WAR, "as_of": "2024-06-30", "published": "2024-07-05"} | cells
    )


def gazette(claim_id: str, number: str | int | None = None, **cells: str) -> dict[str, str]:
    return row(claim_id, number, **{"by": "Gazette", "cites": "Ledger", "span": WAR, "published": "2024-07-20"} | cells)


TOTAL = ledger("L0", 6133)
PARTS = [
    ledger("L1", 4655, articles="337", part_of="L0", group_id="l"),
    ledger("L2", 1045, articles="332", part_of="L0", group_id="l"),
    ledger("L3", 433, articles="338", part_of="L0", group_id="l"),
]
BASE = [TOTAL, *PARTS]


# 1 mislabel


def test_a_number_that_the_source_prints_for_another_article() -> None:
    assert flagged(*BASE, gazette("X", 4655, articles="338", label_as_printed="desertion")) == {"X": [1]}
    assert flagged(*BASE, gazette("X", 6133, articles="338", label_as_printed="desertion")) == {"X": [1]}
    assert flagged(*BASE, gazette("X", "4600", op="over", articles="338")) == {"X": [1]}
    assert said(*BASE, gazette("X", 433, articles="338"))["X"] == ("reproduced", [])


def test_a_number_equal_to_another_articles_by_chance_is_left_alone() -> None:
    own = ledger("L4", 4655, articles="338", span="2021-01-01..2021-12-31")
    assert flagged(*BASE, own) == {}
    assert (
        flagged(*BASE, row("X", 4655, by="Village", articles="338", metric="persons_deserted", population="other"))
        == {}
    )
    assert flagged(*BASE, row("X", 433, by="Village", articles="339")) == {}


def test_a_running_total_that_breaks_its_own_series_and_continues_another() -> None:
    before = [
        ledger("B1", 2107, articles="337", span=f"{SINCE}..2023-09-30", as_of="2023-09-30"),
        ledger("B2", 489, articles="332", span=f"{SINCE}..2023-09-30", as_of="2023-09-30"),
        ledger("B3", 231, articles="338", span=f"{SINCE}..2023-09-30", as_of="2023-09-30"),
    ]
    between = f"{SINCE}..2024-01-31"
    told = judged(*BASE, *before, gazette("X", 712, articles="338", span=between))["X"]
    assert (told.kinds, told.verdict) == ((1,), "mislabelled")
    assert "failure to obey an order (article 332)" in told.explanation["en"]
    assert flagged(*BASE, *before, gazette("X", 303, articles="338", span=between)) == {}
    # A leap that continues nothing may be anything.
    assert flagged(*BASE, *before, gazette("X", 90_000, articles="338", span=between)) == {}


@pytest.mark.parametrize(
    ("article", "op", "low", "high", "published", "kinds"),
    [
        ("338", "<", 10, 10, "2024-12", [1]),
        ("338", "range", 5, 10, "2024-12", [1]),
        ("332", "<", 15, 15, "2024-12", [1]),
        ("338", "<", 15, 15, "2024-12", []),
        ("338", "range", 5, 15, "2024-12", []),
        ("337", "<", 10, 10, "2024-12", []),
        ("337", "<", 5, 5, "2022-05", []),  # the law of that day
        ("338", "<", 10, 10, "2022-05", []),
        ("337", "<", 10, 10, "2022-05", [1]),  # then the maximum for desertion
        ("338", "<", 12, 12, "2024-12", []),  # nobody's maximum
    ],
)
def test_legal_maxima_by_the_law_of_their_day(
    article: str, op: str, low: int, high: int, published: str, kinds: list[int]
) -> None:
    law = {"metric": "statutory_term", "unit_as_printed": "year", "population": "other", "cites": "Russian law"}
    claim = row("X", op=op, value_lo=str(low), value_hi=str(high), articles=article, published=published, **law)
    assert said(claim)["X"][1] == kinds


def test_a_maximum_of_a_named_part_says_nothing_of_the_article() -> None:
    law = {"metric": "statutory_term", "unit_as_printed": "year", "population": "other"}
    claim = row("X", 10, articles="338", published="2024-12", quote="up to 10 years under part 2 of article 338", **law)
    assert flagged(claim | {"op": "<"}) == {}


def test_a_share_of_another_article() -> None:
    share = {"metric": "share", "unit_as_printed": "percent", "label_as_printed": "desertion among the cases"}
    assert flagged(*BASE, gazette("X", "75.9", articles="338", **share)) == {"X": [1]}  # 4655 / 6133
    assert said(*BASE, gazette("X", "7.1", articles="338", **share))["X"] == ("within_rounding", [])  # 433 / 6133


# 2 growth


YEARS = [ledger("Y3", 3204, span="2023-01-01..2023-12-31"), ledger("Y4", 4874, span="2024-01-01..2024-12-31")]  # 1.521


@pytest.mark.parametrize(
    ("quote", "kinds"),
    [
        ("4,874 cases in 2024, 52% more than in 2023", []),
        ("4,874 cases in 2024, 60% more than in 2023", [2]),
        ("4,874 cases, 1.5 times as many as the year before", []),
        ("4,874 cases, 1.8 times as many as the year before", [2]),
        ("4,874 cases: the number doubled on the previous year", [2]),
        ("4,874 cases, nearly double the year before", [2]),
        ("4,874 cases, up by half", []),
        ("4874 дела, почти вдвое больше, чем в 2023 году", [2]),
        ("4,874 cases, five times as many as verdicts", []),  # two things, not two times
        ("4,874 cases, nine times as many as in 2019", []),  # no number of 2019 is at hand
    ],
)
def test_growth_told_beside_a_number(quote: str, kinds: list[int]) -> None:
    claim = gazette("X", 4874, quote=quote, span="2024-01-01..2024-12-31", published="2025-02")
    assert said(*YEARS, claim)["X"][1] == kinds


def test_growth_told_without_a_number() -> None:
    growth = {
        "metric": "growth",
        "unit_as_printed": "other",
        "span": "2023-01-01..2024-12-31",
        "cites": "Y3;Y4",
        "published": "2025-02",
    }
    assert flagged(*YEARS, gazette("X", quote="the number doubled", **growth)) == {"X": [2]}
    assert said(*YEARS, gazette("X", quote="it grew by half", **growth))["X"] == ("within_rounding", [])
    assert flagged(*YEARS, gazette("X", 52, quote="a rise", **growth | {"unit_as_printed": "percent"})) == {}
    assert flagged(*YEARS, gazette("X", 92, quote="a rise", **growth | {"unit_as_printed": "percent"})) == {"X": [2]}
    assert said(gazette("X", quote="the number doubled", metric="growth"))["X"] == ("cannot_judge", [])


def test_two_dates_of_one_running_total_are_compared_as_such() -> None:
    later = ledger("L9", 12_500, span=f"{SINCE}..2025-05", as_of="2025-05", published="2025-06")
    growth = {
        "metric": "growth",
        "unit_as_printed": "other",
        "span": "2024-06..2025-05",
        "cites": "unknown",
        "published": "2025-07",
    }
    assert said(TOTAL, later, gazette("X", quote="more than doubled", **growth))["X"] == ("within_rounding", [])
    assert flagged(TOTAL, later, gazette("X", quote="tripled", **growth)) == {"X": [2]}


# 3 dropped part


def test_a_part_that_the_source_prints_and_the_reprint_leaves_out() -> None:
    two = [
        gazette("X1", 4655, articles="337", part_of="X", group_id="x"),
        gazette("X2", 1045, articles="332", part_of="X", group_id="x"),
    ]
    told = judged(*BASE, gazette("X", 6133, group_id="x"), *two)["X"]
    assert (told.kinds, told.verdict) == ((3,), "arithmetic_fails")
    assert "4,655 + 1,045 = 5,700" in told.explanation["en"]
    assert "433 for desertion (article 338)" in told.explanation["en"]
    assert flagged(*BASE, gazette("X", "6200", op="nearly", group_id="x"), *two) == {"X": [3]}


def test_a_breakdown_that_does_not_claim_to_be_whole() -> None:
    one = gazette("X1", 4655, articles="337", part_of="X", group_id="x")
    assert flagged(*BASE, gazette("X", 6133, group_id="x"), one) == {}
    including = [
        gazette("X1", 4655, articles="337", part_of="X", group_id="x", quote="~including 4,655 for AWOL"),
        gazette("X2", 1045, articles="332", part_of="X", group_id="x"),
    ]
    assert flagged(*BASE, gazette("X", 6133, group_id="x"), *including) == {}
    rest = [
        gazette("X1", 4655, articles="337", part_of="X", group_id="x"),
        gazette("X2", 1000, articles="332", part_of="X", group_id="x"),
    ]
    assert (
        flagged(*BASE, gazette("X", 6133, group_id="x"), *rest).get("X") is None
    )  # short by more than the part left out


# 4 unit


def test_cases_told_as_soldiers_and_back() -> None:
    people = {"metric": "accused", "unit_as_printed": "soldier"}
    accused = ledger("L5", 6251, metric="accused", unit_as_printed="accused")
    assert said(*BASE, gazette("X", 6133, **people))["X"] == ("different_unit", [4])
    assert flagged(*BASE, gazette("X", "6000", op="over", **people)) == {"X": [4]}
    assert flagged(*BASE, accused, gazette("X", 6251, **people)) == {}
    assert flagged(*BASE, accused, gazette("X", "6000", op="over", **people)) == {}  # 6,251 persons are counted as well
    assert flagged(*BASE, accused, gazette("X", 6251)) == {"X": [4]}


def test_soldiers_in_the_headline_and_cases_in_the_text() -> None:
    headline = row("H", "21000", op="over", metric="accused", unit_as_printed="soldier", span=WAR, group_id="g")
    text = row("T", 21_347, span=WAR, group_id="g")
    assert flagged(headline, text) == {"H": [4]}
    assert flagged(headline, text | {"group_id": "other", "source_id": "other"}) == {}
    persons = row("P", 21_502, metric="accused", unit_as_printed="accused", span=WAR, group_id="g")
    assert flagged(headline, text, persons) == {}  # over 21,000 persons there are, too


def test_a_share_of_persons_in_cases() -> None:
    done = ledger("L6", 5114, metric="accused_with_verdict", unit_as_printed="accused")
    accused = ledger("L5", 6251, metric="accused", unit_as_printed="accused")
    share = {"metric": "share", "unit_as_printed": "percent", "label_as_printed": "sentenced"}
    assert flagged(*BASE, done, accused, gazette("X", "83.4", cites="L6;L0", **share)) == {"X": [4]}
    assert said(*BASE, done, accused, gazette("X", "81.8", cites="L6;L5", **share))["X"] == ("within_rounding", [])


def test_the_odd_unit_in_a_sum_that_holds() -> None:
    odd = [TOTAL, PARTS[0], PARTS[1] | {"metric": "accused", "unit_as_printed": "soldier"}, PARTS[2]]
    assert flagged(*odd) == {"L2": [4]}


# 5 truncation


VERDICTS = ledger("V", 5020, metric="verdicts", unit_as_printed="verdict")  # 5020 / 6133 = 81.85 %
JANUARY = ledger(
    "J", 457, metric="verdicts", unit_as_printed="verdict", span="2024-01-01..2024-01-31"
)  # 17 days: 26.88


@pytest.mark.parametrize(
    ("printed", "verdict", "kinds"),
    [
        ("81", "arithmetic_fails", [5]),
        ("82", "within_rounding", []),
        ("81.8", "arithmetic_fails", [5]),
        ("81.9", "within_rounding", []),
        ("81.85", "within_rounding", []),
        ("79", "arithmetic_fails", []),
    ],
)
def test_shares_cut_off(printed: str, verdict: str, kinds: list[int]) -> None:
    share = {
        "metric": "share",
        "unit_as_printed": "percent",
        "label_as_printed": "cases with a verdict",
        "cites": "V;L0",
    }
    assert said(TOTAL, VERDICTS, gazette("X", printed, **share))["X"] == (verdict, kinds)


@pytest.mark.parametrize(
    ("printed", "kinds"), [("26", [5]), ("27", []), ("26.8", [5]), ("26.9", []), ("25", [9]), ("31", [9])]
)
def test_rates_cut_off_or_of_another_month(printed: str, kinds: list[int]) -> None:
    rate = {
        "metric": "verdicts_per_workday",
        "unit_as_printed": "per_workday",
        "span": "2024-01-01..2024-01-31",
        "cites": "J",
    }
    assert said(JANUARY, gazette("X", printed, **rate))["X"][1] == kinds


def test_a_share_of_the_total_in_the_quote() -> None:
    parts = [
        part | {"quote": f"~{part['value_lo']}, {share}% of the total"}
        for part, share in zip(PARTS, ("75.9", "17", "7"), strict=True)
    ]
    # 75.90, 17.04, 7.06
    assert flagged(TOTAL, *parts) == {}
    cut = PARTS[0] | {"quote": "~4,655, 75% of the total"}
    assert flagged(TOTAL, cut, *PARTS[1:]) == {"L1": [5]}


def test_growth_cut_off_says_less_and_is_a_cut() -> None:
    claim = gazette(
        "X", 4874, quote="4,874 cases, up 52.1% on the year before", span="2024-01-01..2024-12-31", published="2025-02"
    )
    assert flagged(*YEARS, claim) == {}  # 52.12
    cut = ledger("Y5", 6100, span="2025-01-01..2025-12-31", quote="6,100 cases, up 25.1% on the year before")  # 25.15
    assert flagged(*YEARS, cut) == {"Y5": [5]}


# 6 received told as finished


@pytest.mark.parametrize(
    ("metric", "unit"),
    [("cases_heard", "case"), ("cases_finished", "case"), ("verdicts", "verdict"), ("convictions", "conviction")],
)
def test_received_told_as_decided(metric: str, unit: str) -> None:
    assert said(*BASE, gazette("X", 6133, metric=metric, unit_as_printed=unit))["X"] == ("different_scope", [6])
    decided = ledger("V", 5020, metric="verdicts", unit_as_printed="verdict")
    assert flagged(*BASE, decided, gazette("X", 5020, metric="verdicts", unit_as_printed="verdict")) == {}


def test_an_own_total_of_received_parts() -> None:
    told = said(TOTAL | {"metric": "cases_heard"}, *PARTS)
    assert told["L0"] == ("different_scope", [6])
    assert told["L1"] == ("reproduced", [])


def test_verdicts_told_as_convictions_cannot_be_judged() -> None:
    decided = ledger("V", 5020, metric="verdicts", unit_as_printed="verdict")
    told = judged(decided, gazette("X", 5020, metric="convictions", unit_as_printed="conviction"))["X"]
    assert (told.verdict, told.kinds) == ("cannot_judge", ())
    assert "A verdict is not always a conviction" in told.explanation["en"]


# 7 two populations


CRIMES = row(
    "C", 10_870, by="Statistics", metric="convictions", unit_as_printed="person", articles="all_crimes",
    population="convicted_all_crimes", span="2023-01-01..2023-12-31", as_of="2023-12-31",
)  # fmt: skip


def test_numbers_of_two_populations_as_part_and_whole() -> None:
    whole = gazette(
        "X",
        "9000",
        op="~",
        metric="accused",
        unit_as_printed="person",
        articles="other",
        span=f"{SINCE}..",
        group_id="x",
    )
    part = gazette("X1", "10900", op="~", metric="convictions", unit_as_printed="person", articles="other",
                   span="2023-01-01..2023-12-31", group_id="x")  # fmt: skip
    assert flagged(CRIMES, whole, part) == {"X": [7], "X1": [7]}
    mixed = gazette("X", 2107, part_of="C2", group_id="x", span="2023-01-01..2023-12-31")
    assert flagged(
        CRIMES,
        CRIMES
        | {"claim_id": "C2", "source_id": "gazette", "publisher": "Gazette", "cites": "Statistics", "group_id": "x"},
        mixed,
    ) == {"C2": [7], "X": [7]}


def test_a_part_that_the_whole_holds() -> None:
    military = row(
        "C1", 2415, by="Statistics", metric="convictions", unit_as_printed="person", articles="chapter33",
        span="2023-01-01..2023-12-31", as_of="2023-12-31", part_of="C",
    )  # fmt: skip
    assert flagged(CRIMES, military) == {}


# 8 other stage


LIST = row("Q", 38_400, by="Registry", metric="persons_listed_awol", unit_as_printed="person", articles="unstated",
           population="listed_awol", span="..2024-04")  # fmt: skip


def test_lists_told_as_cases() -> None:
    opened = {"metric": "cases_opened", "articles": "338", "span": "..2024-04"}
    assert flagged(LIST, gazette("X", 38_400, cites="Registry", **opened)) == {"X": [8]}
    assert flagged(LIST, gazette("X", "40000", op="nearly", cites="Registry", **opened)) == {"X": [8]}
    assert flagged(LIST, gazette("X", 12_000, cites="Registry", population="listed_awol", **opened)) == {"X": [8]}
    assert (
        flagged(
            LIST,
            gazette(
                "X",
                38_400,
                cites="Registry",
                metric="persons_listed_awol",
                articles="unstated",
                population="listed_awol",
                span="..2024-04",
                unit_as_printed="person",
            ),
        )
        == {}
    )
    # The same number of cases by chance, on another counter.
    assert flagged(*BASE, LIST | {"value_lo": "433", "value_hi": "433"}, gazette("X", 433, articles="338")) == {}


# 9 period


MONTH = ledger("M", 533, span="2024-05-01..2024-05-31")


@pytest.mark.parametrize(
    ("span", "kinds"),
    [
        ("2024-05-01..2024-05-31", []),
        ("2024-05..2024-05", []),
        ("2024-04-01..2024-04-30", [9]),
        ("2024-01-01..2024-12-31", [9]),
        ("2023-01-01..2023-12-31", [9]),
        ("..", []),  # no time is printed
    ],
)
def test_a_months_number_told_of_another_time(span: str, kinds: list[int]) -> None:
    assert said(MONTH, gazette("X", 533, span=span))["X"][1] == kinds


def test_a_rate_stretched_over_a_longer_time() -> None:
    week = {"metric": "verdicts_per_week", "unit_as_printed": "per_week", "op": "~"}
    rate = ledger("R", 90, **week | {"span": "2023-12-01..2023-12-31"})
    assert flagged(rate, gazette("X", 90, **week | {"span": "2023-01-01..2023-12-31"})) == {"X": [9]}
    assert flagged(rate, gazette("X", 90, **week | {"span": "2023-12-01..2023-12-31"})) == {}
    assert flagged(rate, gazette("X", 90, **week | {"span": "2024-01-01..2024-01-31"})) == {}  # it may have gone on


@pytest.mark.parametrize(
    ("low", "high", "kinds"), [(39, 41, [9]), (18, 22, [9]), (39, 40, []), (38, 39, []), (35, 45, [9])]
)
def test_a_range_for_one_month(low: int, high: int, kinds: list[int]) -> None:
    count = row(
        "N", "900", op="~", metric="verdicts", unit_as_printed="verdict", span="2024-07-01..2024-07-31", group_id="g"
    )
    rate = row(
        "X", op="range", value_lo=str(low), value_hi=str(high), metric="verdicts_per_workday", unit_as_printed="per_workday",
        span="2024-07-01..2024-07-31", cites="N", group_id="g",
    )  # fmt: skip
    assert said(count, rate)["X"][1] == kinds


def test_a_range_without_a_count() -> None:
    def alone(low: int, high: int) -> dict[str, list[int]]:
        return flagged(
            row(
                "X",
                op="range",
                value_lo=str(low),
                value_hi=str(high),
                metric="verdicts_per_workday",
                span="2024-04..2024-04",
            )
        )

    assert alone(34, 35) == {}  # one average, rounded either way
    assert alone(30, 40) == {}  # an estimate
    assert alone(33, 37) == {"X": [9]}


def test_a_half_years_number_told_of_the_year() -> None:
    year = row(
        "Y", 4191, by="Statistics", metric="convictions", unit_as_printed="person", span="2022-01-01..2022-12-31"
    )
    told = {"metric": "convictions", "unit_as_printed": "person"}
    half = gazette(
        "H", 2694, quote="~2,694 convicted in the first half of 2023, up 40%", span="2023-01-01..2023-06-30", **told
    )
    base = gazette("B", 1918, span="2022-01-01..2022-12-31", **told)
    assert flagged(year, half, base) == {"B": [9]}
    # "Already more than in all of 2022" is a fair comparison while nothing says that 2022 had more.
    assert flagged(half, base) == {}


# 10 digit


@pytest.mark.parametrize("number", [6113, 1633, 613, 61_933, 6733])
def test_a_digit_gone_astray(number: int) -> None:
    assert said(*BASE, gazette("X", number))["X"] == ("arithmetic_fails", [10])


def test_older_rounded_and_other_numbers_are_no_slip() -> None:
    older = ledger("O", 6033, span=f"{SINCE}..2024-05-31", as_of="2024-05-31")
    assert flagged(*BASE, older, gazette("X", 6033, span=f"{SINCE}..2024-05-31")) == {}
    assert flagged(*BASE, gazette("X", "6130", op="~")) == {}
    assert flagged(*BASE, gazette("X", 6143, metric="accused", unit_as_printed="accused")) == {}
    assert flagged(*BASE, gazette("X", 6143, place="Rostov region")) == {}
    assert flagged(*BASE, row("X", 6143, by="Village", span=WAR)) == {}  # a count of its own


def test_the_one_number_whose_slip_breaks_a_sum() -> None:
    total, parts = row("T", 929, span="2024-05..2024-05"), (("A", 884, "337"), ("B", 43, "332"), ("C", 42, "338"))
    rows = [row(i, n, articles=a, part_of="T", group_id="g", span="2024-05..2024-05") for i, n, a in parts]
    told = said(total, *rows)  # 884 + 43 + 42 = 969; 844 for 884 mends it, and so does 969 for 929
    assert {i: kinds for i, (_, kinds) in told.items() if kinds} == {}
    assert told["T"] == ("arithmetic_fails", [])
    twice = row("T2", 929, by="Ledger", span="2024-05..2024-05")
    assert flagged(total, *rows, twice) == {"A": [10]}  # the total is printed elsewhere as well


# 11 statute told as practice


@pytest.mark.parametrize(
    ("article", "op", "low", "high", "kinds"),
    [
        ("332", "range", 2, 3, [11]),
        ("337", "range", 5, 10, [11]),
        ("338", "range", 5, 15, [11]),
        ("338", "<", 15, 15, [11]),
        ("337", "range", 4, 7, []),
        ("332", "=", 3, 3, []),
        ("337", "~", 6, 6, []),
    ],
)
def test_the_laws_range_as_what_courts_hand_down(article: str, op: str, low: int, high: int, kinds: list[int]) -> None:
    told = row(
        "X",
        op=op,
        value_lo=str(low),
        value_hi=str(high),
        articles=article,
        metric="sentence_term",
        unit_as_printed="year",
        published="2025-01",
    )
    assert said(told)["X"][1] == kinds
    assert said(told | {"metric": "statutory_term"})["X"][1] == []


# 12 irreconcilable


def test_two_counters_differ_and_the_lonelier_is_flagged() -> None:
    year = "2024-01-01..2024-12-31"
    known = [ledger("L", 4874, span=year), gazette("G", 4874, span=year)]
    assert said(*known, row("X", 2950, by="Union", span=year))["X"] == ("cannot_judge", [12])
    assert flagged(*known, row("X", 4900, by="Union", span=year)) == {}  # close enough to be date and rounding
    assert flagged(*known, row("X", 2950, by="Union", span=year, articles="337")) == {}
    assert flagged(*known, row("X", 2950, by="Union", span=year, place="Kola")) == {}
    assert flagged(*known, row("X", 2950, by="Union", span=year, metric="convictions", unit_as_printed="person")) == {}
    assert flagged(*known, row("X", 2950, by="Union", span=f"{SINCE}..2024-05-31")) == {}
    # Something printed explains the difference.
    assert flagged(*known, row("X", 2950, by="Union", span=year, parts="wartime")) == {}
    assert flagged(*known, row("X", 2950, by="Union", span=year, label_as_printed="cases of garrison courts")) == {}
    soon = [k | {"as_of": "2024-12-31", "published": "2025-01"} for k in known]
    assert flagged(*soon, row("X", 4400, by="Union", span=year, as_of="2024-12-31", published="2025-01")) == {"X": [12]}
    later = [k | {"as_of": "2025-12-01", "published": "2025-12"} for k in known]
    assert flagged(*later, row("X", 4400, by="Union", span=year, as_of="2024-12-31", published="2025-01")) == {}
    # Each stands alone: nobody can say who stands apart.
    assert flagged(known[0], row("X", 2950, by="Union", span=year)) == {}


def test_a_total_that_misses_the_sources_sum_by_a_little() -> None:
    verdicts = [
        ledger(f"V{n}", v, articles=a, metric="verdicts", unit_as_printed="verdict", group_id="v")
        for n, (v, a) in enumerate([(3902, "337"), (736, "332"), (279, "338")])
    ]  # 4,917
    told = {"metric": "convictions", "unit_as_printed": "soldier", "articles": "chapter33", "span": "..2024-06-30"}
    assert flagged(*verdicts, gazette("X", 4880, **told)) == {"X": [12]}
    assert flagged(*verdicts, gazette("X", 3100, **told)) == {}
    assert flagged(*verdicts, gazette("X", 5006, **told)) == {}  # more persons than cases is no wonder


# 13 later vintage


def test_an_older_number_of_the_same_year() -> None:
    year = "2023-01-01..2023-12-31"
    old = ledger("O", 3127, span=year, as_of="2024-01-25", published="2024-01-30")
    new = row("N", 3204, by="Ledger", span=year, as_of="2025-02-10", published="2025-02-14", source_id="ledger-2025")
    late = gazette("X", 3127, span=year, published="2025-03-05")
    told = said(old, new, late)
    assert told == {"O": ("stale_vintage", [13]), "N": ("cannot_judge", []), "X": ("stale_vintage", [13])}
    # A running total to an earlier date is another number, not an older one.
    running = row("R", 9000, by="Ledger", source_id="ledger-2025", span=f"{SINCE}..2025-02-10", as_of="2025-02-10")
    assert flagged(*BASE, running) == {}


# 14 start


def test_a_total_told_from_another_start_than_its_source() -> None:
    assert said(*BASE, gazette("X", 6133, span="2022-02-24..2024-06-30"))["X"] == ("different_scope", [14])
    assert flagged(*BASE, gazette("X", "6200", op="nearly", span="2022-02..2024-06-30")) == {"X": [14]}
    assert flagged(*BASE, gazette("X", 6133, span="2022-09..2024-06")) == {}
    assert flagged(*BASE, gazette("X", 6133, span="2022-09-24..2024-06-30")) == {}


def test_years_that_leave_too_little() -> None:
    years = [
        ledger("Y2", 1640, articles="337", span="2022-01-01..2022-12-31", parts="all"),
        ledger("Y3", 3204, span="2023-01-01..2023-12-31"),
        ledger("Y4", 4874, span="2024-01-01..2024-12-31"),
    ]
    total = ledger("T", 8200, span="2022-02-24..2024-12-31", as_of="2024-12-31")
    assert flagged(*years, total) == {"T": [14]}
    assert flagged(*years, total | {"period_start": "2022-09-21"}) == {}
    assert flagged(*years, total | {"value_lo": "9500", "value_hi": "9500"}) == {}
    assert flagged(*years[1:], total) == {}  # nothing is known of 2022


def test_parts_from_another_start() -> None:
    assert flagged(TOTAL | {"period_start": "2022-02-24"}, *PARTS) == {"L0": [14]}
    assert flagged(TOTAL, PARTS[0], PARTS[1] | {"period_start": "2022-02-24"}, PARTS[2]) == {"L2": [14]}


# Several kinds, and the order of verdicts


def test_the_first_verdict_in_the_documented_order() -> None:
    stale = [
        ledger("O", 3127, span="2023-01-01..2023-12-31", as_of="2024-01-25", published="2024-01-30"),
        row("N", 3204, by="Ledger", source_id="later", span="2023-01-01..2023-12-31", as_of="2025-02-10"),
    ]
    soldiers = gazette(
        "X", 3127, metric="accused", unit_as_printed="soldier", span="2023-01-01..2023-12-31", as_of="2024-01-25"
    )
    assert said(*stale, soldiers)["X"] == ("different_unit", [4, 13])
    decided = gazette("X", 6133, metric="convictions", unit_as_printed="soldier")
    assert said(*BASE, decided)["X"] == ("different_unit", [4, 6])


def test_what_nobody_can_judge_is_not_called_wrong() -> None:
    alone = [
        row("A", 12_345, by="Village", articles=ALL, span=WAR),
        row("B", 777, by="Village", metric="verdicts", span="2024-03-01..2024-03-31"),
        row("C", metric="frequency", quote="many sentences are suspended"),
        row("D", 50, metric="share", unit_as_printed="percent", label_as_printed="suspended"),
        row("E", 40_000, metric="recruits_per_month", population="other"),
        row("F", quote="the number doubled", metric="growth"),
        row("G", 6, metric="sentence_term", articles="337"),
    ]
    assert all(told == ("cannot_judge", []) for told in said(*alone).values())
    assert all(
        "Missing" in j.explanation["en"] and "Не хватает" in j.explanation["ru"] for j in judged(*alone).values()
    )
