"""Invented names: of the shape cards print, and improbable on purpose, so that nobody is named by chance.

Invariants: every surname is put together from syllables that no Russian surname begins with; names are drawn from the
generator that is passed in and from nothing else.
"""

import random

_HEADS = (
    "Збрю",
    "Тюкмо",
    "Кшево",
    "Пырлё",
    "Чвако",
    "Жмыхо",
    "Дрынгу",
    "Фьюко",
    "Хлоби",
    "Щумля",
    "Ыльмо",
    "Цвырко",
    "Эрцу",
    "Вжухо",
    "Мряко",
    "Юфто",
)
_MIDDLES = (
    "бра",
    "вуль",
    "гуз",
    "дрын",
    "кук",
    "лых",
    "мурз",
    "нюш",
    "пыж",
    "рюх",
    "тряп",
    "фляг",
    "хрум",
    "цап",
    "чмых",
    "шлёп",
)
_ENDS = ("ов", "ев", "ин", "ченко", "ский", "ук", "ян", "ых")
_FIRST = (
    "Аверкий",
    "Пафнутий",
    "Евстигней",
    "Варахасий",
    "Дормидонт",
    "Еспер",
    "Зосима",
    "Капитон",
    "Лупп",
    "Мокий",
    "Нифонт",
    "Орест",
    "Сысой",
    "Тертий",
    "Фирс",
    "Харлампий",
)
_FATHERS = (
    "Аверкиевич",
    "Пафнутьевич",
    "Евстигнеевич",
    "Варахасьевич",
    "Дормидонтович",
    "Есперович",
    "Зосимович",
    "Капитонович",
    "Луппович",
    "Мокиевич",
    "Нифонтович",
    "Орестович",
    "Сысоевич",
    "Тертиевич",
    "Фирсович",
    "Харлампиевич",
)

HIDDEN = "<Информация скрыта>"


def surname(rng: random.Random) -> str:
    """A surname nobody has."""
    return rng.choice(_HEADS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)


def person(rng: random.Random) -> str:
    """Surname, name, patronymic."""
    return f"{surname(rng)} {rng.choice(_FIRST)} {rng.choice(_FATHERS)}"


def judge(rng: random.Random, style: str) -> str:
    """A judge as a court prints judges: `full`, `initials`, `spaced` or `upper`."""
    last, first, father = person(rng).split()
    if style == "full":
        return f"{last} {first} {father}"
    if style == "upper":
        return f"{last.upper()} {first} {father}"
    if style == "spaced":
        return f"{last} {first[0]}. {father[0]}."
    return f"{last} {first[0]}.{father[0]}."
