"""The same list and card as another hand would write them: what no reference settles about markup, marks and order changes no value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from reader_kit import ACCUSED, GUID, HOST, codes, primary_card, primary_url, read_page, row

from courttally.portal import Reading

HEADS = ("№ дела", "Дата<br>поступления", "Лица", "Судья", "Дата<br>решения", "Решение", "Дата вступления<br>в законную силу", "Судебные<br>акты")  # fmt: skip
LINK = f"/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={{}}&case_uid={GUID}&delo_id=1540006"
ACT = "/modules.php?name=sud_delo&srv_num=1&name_op=doc&number=41&delo_id=1540006&new=0&text_number=1"
SLOTS = "Иванов И.И. - ст.337 ч.5 УК РФ;<br>Информация скрыта - ст. 30 ч.3, ст.228 ч.2; ст.338 ч.3 УК РФ"
LISTING = (
    "<div id='content'><div class='title'>Уголовные дела - первая инстанция</div>"
    "<table><tr><td>Всего по запросу найдено — 1. На странице записи с 1 по 1.</td></tr></table>"
    f"<table id='tablcont'>{row(HEADS, 'th')}"
    + row((f"<a href='{LINK.format(7)}'>1-7/2024</a>", "10.01.2024", SLOTS, "Петров П.П.", "12.02.2024", "Вынесен ПРИГОВОР", "28.02.2024", f"<a href='{ACT}'>x</a>"))
    + "</table></div>"
)  # fmt: skip
CARD = primary_card(
    "Уголовные дела - первая инстанция",
    "1-7/2024",
    [
        ("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024"), ("<b>Судья</b>", "Петров П.П.")]),
        (
            "ЛИЦА",
            [
                [f"<b>{name}</b>" for name in ACCUSED],
                ("Информация скрыта", "ст.337 ч.5 УК РФ", "12.02.2024", "Вынесен ПРИГОВОР"),
            ],
        ),
    ],
)
Way = Callable[[str], str]


def cells(inside: str) -> Way:
    return lambda page: re.sub(r"(<td[^>]*>)([^<]+)(</td>)", inside, page)


def heads(inside: str) -> Way:
    return lambda page: re.sub(r"(<th>)(.*?)(</th>)", inside, page)


WAYS: dict[str, Way] = {
    "tags in capitals": lambda page: re.sub(r"<(/?)([a-z]+)", lambda tag: f"<{tag[1]}{tag[2].upper()}", page),
    "cells and rows left open": lambda page: re.sub(r"</t[dr]>", "", page),
    "comments in cells": lambda page: re.sub(r"(<t[dh][^>]*>)", r"\1<!-- ; 1 -->", page),
    "fonts": cells(r"\1<font color=red><nobr>\2</nobr></font>\3"),
    "hard spaces": lambda page: re.sub(r"(?<=[а-яА-Я]) (?=[а-яА-Я])", "&nbsp;", page),
    "lines broken anywhere": lambda page: re.sub(r"(?<=[а-яА-Я]) (?=[а-яА-Я])", "\n\t\t", page),
    "entities": lambda page: re.sub(r"[А-Яа-я]", lambda letter: f"&#{ord(letter[0])};", page),
    "columns that sort": heads(r"\1<a href='?sort=1'>\2</a> <img src='x'>\3"),
    "an arrow at a column": heads(r"\1\2 <span>&#9650;</span>\3"),
    "an arrow and a colon": heads(r"\1\2: &#9660;\3"),
    "heads as cells": lambda page: page.replace("<th>", "<td><b>").replace("</th>", "</b></td>"),
    "colons behind labels": lambda page: re.sub(r"<b>([^<]+)</b>", r"<b>\1:</b>", page),
    "labels without marks": lambda page: page.replace("<b>", "").replace("</b>", ""),
    "whole addresses": lambda page: page.replace("href='/modules", f"href='{HOST}/modules"),
    "addresses from here": lambda page: page.replace("href='/modules", "href='./modules"),
    "fields in another order": lambda page: re.sub(
        r"\?(name=[^']+)", lambda query: "?" + "&amp;".join(reversed(query[1].split("&"))), page
    ),
    "a counter with a colon": lambda page: page.replace("найдено — ", "найдено: "),
    "persons one after another": lambda page: page.replace(";<br>", "; "),
    "an article without its dot": lambda page: page.replace("ст.", "ст "),
    "days with г.": lambda page: re.sub(r"(<td>\d\d\.\d\d\.\d{4})<", r"\1 г.<", page),
    "days with a time": lambda page: re.sub(r"(<td>\d\d\.\d\d\.\d{4})<", r"\1 00:00<", page),
}


def said(reading: Reading) -> object:
    return (
        reading.kind,
        reading.found,
        reading.range_to,
        reading.rows_quarantined,
        [replace(case, documents=None) for case in reading.cases],
        codes(reading),
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("page", "op"), [(LISTING, "r"), (CARD, "case")])
def test_another_hand_writes_the_same(page: str, op: str, way: str) -> None:
    url = primary_url(1540006, 0, op=op)
    whole = read_page(page, url)
    assert (whole.kind, codes(whole)) == ("listing" if op == "r" else "card", [])
    assert [slot.charges[0].article for slot in whole.cases[0].accused or ()] == ["337", "228"][: 2 if op == "r" else 1]
    assert said(read_page(WAYS[way](page), url)) == said(whole)


def test_articles_in_no_known_notation_are_a_signal_and_never_an_accused_of_nothing() -> None:
    for written in ("337 ч.5", "art. 337", "(337/5)"):
        reading = read_page(LISTING.replace("ст.337 ч.5 УК РФ", written), primary_url(1540006, 0, op="r"))
        assert next(slot.charges for slot in reading.cases[0].accused or ()) == []
        assert codes(reading) == [("charge_unparsed", "list:1:2")]
    for name in ("Иванов И.И.", "ФИО1", "Информация скрыта"):
        reading = read_page(LISTING.replace(SLOTS, name), primary_url(1540006, 0, op="r"))
        assert codes(reading) == []
