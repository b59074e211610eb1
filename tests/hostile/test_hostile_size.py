"""Pages that nobody can parse in a moment: set aside before parsing, with a signal; what a court could ever print is read."""

import pytest
from page_checks import faults

from courttally.portal import Page, PageLines, decision_text, kinds, limits, read

URL = "http://kungurskygvs.prm.sudrf.ru/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id=5&case_uid=00000000-0000-4000-8000-000000000001&delo_id=1540006&new=0"
CARD = b"<div id=content><ul class=tabs><li id=tab1>x</li></ul><div id=cont1><table id=tablcont><tr><td>"
NESTS = ("<div>", "<ul><li>", "<dl><dd>", "<dl><dt>", "<b><div>", "<table><tr><td>", "<a><div>", "<span>", "<form><div>", "<svg><g>", "<section>",
    "<div></i>", "<ul></p><li></b>", "<object>", "<ol><li><p>", "<x-y>", "<select><div>", "<ruby><rt>", "<template>", "<h1><div>", "<button><div>")  # fmt: skip


def page_of(payload: bytes) -> Page:
    return Page(payload, URL, status=200)


@pytest.fixture
def never_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(data: bytes) -> None:
        raise AssertionError("a page that is too much was parsed")

    monkeypatch.setattr(kinds, "parse", parse)


@pytest.mark.usefixtures("never_parsed")
@pytest.mark.parametrize(
    "filling", [b"\xe0", b"\xe0 ", b"<!--", b"<tr><td>1-1/2024</td><td>01.02.2024</td></tr>", b"<", b"<!-- x -->"]
)
def test_a_page_larger_than_any_is_set_aside_unparsed(filling: bytes) -> None:
    page = page_of(CARD + filling * ((50 << 20) // len(filling)))
    reading = read(page)
    assert (reading.kind, [signal.code for signal in reading.signals]) == (
        "unknown",
        ["kind_unknown", "page_too_large"],
    )
    assert faults(page, reading) == []
    assert decision_text(page) == []
    with pytest.raises(KeyError):
        PageLines(page).text("case:0:0")


@pytest.mark.usefixtures("never_parsed")
@pytest.mark.parametrize("nest", NESTS)
def test_a_nest_that_would_take_minutes_is_set_aside_unparsed(nest: str) -> None:
    for payload in (nest.encode() * (1_000_000 // len(nest)), CARD + nest.upper().encode() * (1_000_000 // len(nest))):
        reading = read(page_of(payload))
        assert [signal.code for signal in reading.signals] == ["kind_unknown", "page_too_deep"]
        assert (reading.kind, reading.cases) == ("unknown", [])


@pytest.mark.parametrize("nest", NESTS)
def test_no_page_under_thirty_kilobytes_is_set_aside(nest: str) -> None:
    """The deepest nest of so few bytes is within what the parser may do, so the page is told by its content."""
    payload = (CARD + nest.encode() * 10_000)[: 30 << 10]
    assert limits.too_much(payload) == ""
    assert limits.work_of(payload) <= limits.MOST_WORK
    assert read(page_of(payload)).kind == "card"


ROW = b"<tr><td><a href=/modules.php?x=1>1-1/2024</a><td>01.02.2024<td><b>x</b><br>y<td>z"


@pytest.mark.parametrize(
    "long",
    [
        ROW * 30_000,
        b"<p>" + b"\xf1\xf3\xe4<br>" * 300_000,
        b"<p class=x><span style='a'>\xf1\xf3\xe4</span> <i>x</i></p>" * 60_000,
        b"<ul>" + b"<li>\xf1\xf3\xe4" * 100_000 + b"</ul>",
        b"<div><div><div>" + b"<div>x</div>" * 100_000 + b"</div></div></div>",
    ],
)
def test_a_long_page_that_is_not_deep_is_no_less_a_page(long: bytes) -> None:
    assert limits.too_much(long) == ""


def test_a_status_still_says_what_a_page_is() -> None:
    reading = read(Page(b"x" * (9 << 20), URL, status=429))
    assert (reading.kind, [signal.code for signal in reading.signals]) == ("throttled", ["page_too_large"])
