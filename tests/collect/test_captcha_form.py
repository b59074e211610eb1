"""The picture and the id of a captcha, taken from forms; a form that cannot be taken apart raises."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from courttally.collect.captcha_form import Captcha, CaptchaFormError, captcha_of, region_of
from courttally.rehearsal.addresses import FORMS
from courttally.rehearsal.captcha import Challenge, image
from courttally.rehearsal.forms import primary_form, vnkod_form, with_chrome

PICTURE = image("40671")


def form(inside: str) -> str:
    return f"<html><body><form action=''><input name='captcha' type='text'>{inside}</form></body></html>"


def shown(data: bytes = PICTURE, kind: str = "image/png") -> str:
    return f'<img src="data: {kind};base64, {base64.b64encode(data).decode()}">'


ID = "<input type=hidden name=captchaid value=abc123>"


@pytest.mark.parametrize("chrome", [False, True])
def test_forms_of_both_engines(chrome: bool) -> None:
    challenge = Challenge("v3ruvq66jtumpc886v4g0fp6o7", "40671")
    for page in (primary_form(FORMS["first"], challenge), vnkod_form("25GV0001", "first", challenge)):
        full = with_chrome("court", page) if chrome else page
        assert captcha_of(full) == Captcha("v3ruvq66jtumpc886v4g0fp6o7", PICTURE, "image/png")
    assert captcha_of(primary_form(FORMS["first"], None)) is None
    assert captcha_of("<p>nothing here</p>") is None


@pytest.mark.shared
def test_the_real_form(shared: Path) -> None:
    page = (shared / "pages" / "form_with_captcha.html").read_bytes().decode("cp1251", "replace")
    found = captcha_of(page)
    assert found is not None
    tree = BeautifulSoup(page, "html.parser")
    field = tree.find("input", attrs={"name": "captchaid"})
    assert found.captchaid == field["value"] == "v3ruvq66jtumpc886v4g0fp6o7"
    source = field.find_previous("img")["src"]
    assert found.image == base64.b64decode(re.sub(r"\s", "", source.partition("base64,")[2]))
    assert (int.from_bytes(found.image[16:20]), int.from_bytes(found.image[20:24])) == (100, 30)


@pytest.mark.parametrize(
    "page",
    [
        f"<table><form action=''><tr><td><INPUT NAME='captcha'></td><td>{ID}{shown()}</td></tr></form></table>",
        f"<table><form><tr><td>Код<td><div><input name=captcha></div><td>{shown()}{ID}</table><img src='data:image/gif;base64,R0lGOD'>",
        f"<div>{shown()}<span><input id='captcha' size='5' name='captcha'/></span>{ID}</div>",
    ],
)
def test_a_form_that_a_table_cuts_short_is_taken_apart_all_the_same(page: str) -> None:
    found = captcha_of(page)
    assert found == Captcha("abc123", PICTURE, "image/png")


@pytest.mark.parametrize(
    "inside",
    [
        "",
        ID,
        shown(),
        ID + shown() + shown(),
        ID + ID.replace("abc123", "def456") + shown(),
        ID.replace("abc123", "") + shown(),
        ID.replace("abc123", "'../x'") + shown(),
        ID + shown(b"<svg>", "image/svg+xml"),
        ID + shown(PICTURE, "image/gif"),
        ID + shown(b"no picture"),
        ID + shown(PICTURE + bytes(70_000)),
        ID + '<img src="data:image/png;base64,AAA">',
        ID + '<img src="/captcha.php">',
        ID + shown() + "<input name='captcha'>",
    ],
)
def test_a_form_that_cannot_be_taken_apart_raises(inside: str) -> None:
    with pytest.raises(CaptchaFormError):
        captcha_of(form(inside))


@given(st.text())
def test_any_text_is_a_captcha_none_or_an_error_without_its_words(text: str) -> None:
    for page in (text, form(text)):
        said, found = "", None
        try:
            found = captcha_of(page)
        except CaptchaFormError as problem:
            said = str(problem)
        assert re.fullmatch(r"[a-zA-Z0-9 ,]+", said) if said else found is None or found.image


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("224gvs.spb.sudrf.ru", "spb"),
        ("224gvs--spb.sudrf.ru", "spb"),
        ("VGVS.prm.sudrf.ru:443", "prm"),
        ("unknown--krd.sudrf.ru", "krd"),
        ("vap.sudrf.ru", "vap"),
    ],
)
def test_the_region_is_the_middle_label(host: str, region: str) -> None:
    assert region_of(host) == region


@pytest.mark.parametrize("host", ["", "..", "a/b", "суд.рф"])
def test_no_host_no_region(host: str) -> None:
    with pytest.raises(ValueError, match="no host name"):
        region_of(host)
