"""What a court prints in another way it does not decide in another way: spaces, dashes, quotes, abbreviations, a heading, a signature."""

import re
from collections.abc import Callable

import pytest
from test_sentences_composed import CASES, summary

from courttally.law.sentences import read_decision

BEFORE = """Дело № 1-41/2024
П Р И Г О В О Р
Именем Российской Федерации
14 марта 2024 г. г. Н-ск
Н-ский гарнизонный военный суд в составе председательствующего судьи ФИО22, с участием государственного обвинителя ФИО24, защитника – адвоката ФИО25,
рассмотрев уголовное дело по обвинению военнослужащего, ранее судимого 10 октября 2022 года по ч. 1 ст. 158 УК РФ к лишению свободы на срок 1 год условно
с испытательным сроком 2 года, установил:
Подсудимый совершил преступление при следующих обстоятельствах. Государственный обвинитель просил назначить 7 лет лишения свободы в исправительной колонии
строгого режима. Санкция предусматривает лишение свободы на срок от 5 до 10 лет. Оснований для применения ст.ст. 64, 73 УК РФ суд не усматривает.
Руководствуясь ст.ст. 307, 308 и 309 УПК РФ, суд
"""
MARKER = re.compile(r"ПРИГОВОРИЛА?|ПОСТАНОВИЛА?|ОПРЕДЕЛИЛА?")
BEGINS = re.compile(r"\s*(?:п р и г|П Р И Г|ПРИГОВОРИЛ|приговорил)")

WAYS: dict[str, Callable[[str], str]] = {
    "hyphens for dashes": lambda text: text.replace("–", "-").replace("—", "-"),
    "dashes for hyphens": lambda text: text.replace(" - ", " – "),
    "straight quotes": lambda text: text.replace("«", '"').replace("»", '"'),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "two spaces": lambda text: text.replace(" ", "  "),
    "a spaced marker": lambda text: MARKER.sub(lambda found: " ".join(found[0]), text),
    "no space after abbreviations": lambda text: re.sub(r"(ч|ст|п)\. (?=\d)", r"\1.", text),
    "a space after abbreviations": lambda text: re.sub(r"(ч|ст|п)\.(?=\d)", r"\1. ", text),
    "parts and articles in words": lambda text: re.sub(r"\bч\. ?(?=\d)", "части ", re.sub(r"\bст\. ?(?=\d)", "статьи ", text)),
    "the code in words": lambda text: text.replace("УК РФ", "Уголовного кодекса Российской Федерации"),
    "line ends of another system": lambda text: text.replace("\n", "\r\n"),
    "the letter ё": lambda text: text.replace("осужденн", "осуждённ").replace("четырех", "четырёх").replace("трех", "трёх"),
    "soft hyphens": lambda text: text.replace("лишения", "лише\u00adния").replace("признать", "приз\u00adнать"),
    "Latin letters": lambda text: text.replace("с", "c").replace("р", "p").replace("о", "o"),
    "a heading and reasons before it": lambda text: BEFORE + text if BEGINS.match(text) else text,
    "a signature": lambda text: text.rstrip() + " Судья подпись. Копия верна.",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_printed_otherwise_it_says_the_same(way: str) -> None:
    changed = []
    tried = 0
    for case in CASES:
        text = str(case["text"])
        other = WAYS[way](text)
        if other != text:
            tried += 1
            reading = read_decision(other, kind_hint=case.get("hint"))
            if [summary(one) for one in reading.accused] != case["accused"]:
                changed.append(case["name"])
    assert tried > 5
    assert changed == []
