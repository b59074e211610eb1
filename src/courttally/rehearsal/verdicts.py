"""The texts of decisions: judgments that tell the sentence in their operative part, and rulings that end a case without one.

Invariants: what a text says of a sentence is what `sentences` drew, and nothing else in it is a sentence, whatever is said of older
verdicts, of what the law allows and of what the prosecutor asked for; the accused are ФИО1, ФИО2 … in the order of their places;
the wording depends on court and record alone; every text says that it is simulated.
"""

import random
import re
from html import escape
from typing import Any

from courttally.courts import by_code
from courttally.rehearsal.model import JUDGMENT, Charge, Record, printed
from courttally.rehearsal.sentences import ACQUITTED, IMPRISONMENT, Sentence, sentence_of, verdict_on
from courttally.rehearsal.shown import Face, charges_on
from courttally.rehearsal.tables import chance_of, table, term_of

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_NUMBERS = (
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать", "двенадцать",
    "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать", "двадцать",
)  # fmt: skip
_GENITIVE = (
    "ноля", "одного", "двух", "трех", "четырех", "пяти", "шести", "семи", "восьми", "девяти", "десяти", "одиннадцати", "двенадцати",
    "тринадцати", "четырнадцати", "пятнадцати", "шестнадцати", "семнадцати", "восемнадцати", "девятнадцати", "двадцати",
)  # fmt: skip
_TENS = {30: "тридцать", 40: "сорок", 50: "пятьдесят", 70: "семьдесят", 100: "сто"}
_MARK = "Учебный текст, simulated data."
_CENTRED = " style='TEXT-ALIGN: center'"
_MASKED = re.compile(r"ФИО(\d+)")


class Words:
    """The wording of one decision: what the court usually writes, and now and then something else."""

    def __init__(self, record: Record, kind: str = "verdict") -> None:
        self._court = record.court
        self.rng = random.Random(f"{record.ref}/{kind}")
        self.brackets = random.Random(f"{record.court}/brackets").randrange(3) > 0

    def choose(self, *path: str) -> str:
        """One of the forms under a path of the table."""
        forms: Any = table("verdicts")
        for name in path:
            forms = forms[name]
        usual = random.Random(f"{self._court}/{'/'.join(path)}").randrange(len(forms))
        return str(forms[usual if self.rng.randrange(4) else self.rng.randrange(len(forms))])

    def term(self, months: int) -> str:
        """`5 (пять) лет 6 (шесть) месяцев`, or without the words in brackets, as the court writes terms."""
        return self._term(months, _NUMBERS, "год", "года", "лет", "месяц", "месяца", "месяцев")

    def term_of(self, months: int) -> str:
        """The same in the genitive: `5 (пяти) лет 1 (одного) месяца`."""
        return self._term(months, _GENITIVE, "года", "лет", "лет", "месяца", "месяцев", "месяцев")

    def _term(self, months: int, numbers: tuple[str, ...], *forms: str) -> str:
        years, rest = divmod(months, 12)
        said = [
            f"{number} ({numbers[number]}) {unit}" if self.brackets else f"{number} {unit}"
            for number, unit in ((years, _plural(years, *forms[:3])), (rest, _plural(rest, *forms[3:])))
            if number
        ]
        return " ".join(said)


def _plural(number: int, one: str, few: str, many: str) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return one
    return few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many


def charge_words(charge: Charge) -> str:
    """`ч. 5 ст. 337 УК РФ`, with points, stage and role before it."""
    text = f"ч. {charge.part} ст. {charge.article}" if charge.part else f"ст. {charge.article}"
    if charge.points:
        text = (
            f"{'пп.' if len(charge.points) > 1 else 'п.'} {', '.join(f'«{point}»' for point in charge.points)} {text}"
        )
    for article, part in (("33", charge.role), ("30", charge.stage)):
        if part:
            text = f"{part.replace('ч.', 'ч. ')} ст. {article}, {text}"
    return f"{text} УК РФ"


def charges_words(charges: tuple[Charge, ...]) -> str:
    """The charges of an accused, each once; masked where the clerk left the article out."""
    return ", ".join(dict.fromkeys(map(charge_words, charges))) or "&lt;данные изъяты&gt; УК РФ"


def penalty(words: Words, sentence: Sentence) -> str:
    """The punishment in the accusative of a judgment, without what follows about probation."""
    text = words.choose("penalty", sentence.kind).format(
        term=words.term(sentence.months),
        term_of=words.term_of(sentence.months),
        withheld=f"{sentence.withheld} ({_NUMBERS[sentence.withheld]})" if words.brackets else sentence.withheld,
        fine=f"{sentence.fine:,}".replace(",", " "),
        fine_words=f"{_thousands(sentence.fine // 1000)} тысяч",
    )
    return text + (words.choose("penalty", sentence.regime) if sentence.regime else "")


def _thousands(number: int) -> str:
    return _TENS[number] if number in _TENS else _NUMBERS[number]


def operative(words: Words, place: int, sentence: Sentence) -> list[str]:
    """The paragraphs of the operative part about one accused."""
    n, charges = place + 1, charges_words(sentence.charges)
    if sentence.kind == ACQUITTED:
        return [words.choose("penalty", "acquitted").format(n=n, charges=charges)]
    punished = penalty(words, sentence)
    below = str(table("verdicts")["guilty"]["below"]) if sentence.below else ""
    if sentence.earlier:
        first = words.term(sentence.parts[0])
        told = [words.choose("guilty", "earlier").format(n=n, charges=charges, first=first, penalty=punished)]
    elif sentence.kind == IMPRISONMENT and sentence.parts:
        form = words.choose("guilty", "part")
        parts = "; ".join(
            form.format(charge=charge_words(charge), term=words.term(months), term_of=words.term_of(months))
            for charge, months in zip(sentence.charges, sentence.parts, strict=True)
        )
        joined = 3 if sentence.months > 36 else 2
        form = words.choose("guilty", "several")
        told = [form.format(n=n, charges=charges, parts=parts, joined=joined, penalty=punished)]
    else:
        form = table("verdicts")["guilty"]["single"][2] if below else words.choose("guilty", "single")
        told = [str(form).format(n=n, charges=charges, penalty=punished, below=below)]
    if sentence.suspended:
        told.append(words.choose("penalty", "suspended").format(n=n, probation=words.term(sentence.probation)))
    if sentence.rank:
        told.append(words.choose("penalty", "rank").format(n=n, rank=sentence.rank))
    return told


def _court(words: Words, record: Record) -> tuple[str, str]:
    court = by_code(record.court)
    name = court.name_ru if court else record.court
    genitive = name.replace("военный суд", "военного суда").replace("ий ", "ого ").replace("ый ", "ого ")
    return name, genitive


def _day(words: Words, day: int) -> list[str]:
    digits = printed(day)
    number, month, year = digits.split(".")
    said = f"{int(number)} {_MONTHS[int(month) - 1]} {year}"
    return words.choose("day").format(words=said, digits=digits).split("|")


def judgment(face: Face, day: int) -> list[str]:
    """The paragraphs of a judgment."""
    record = face.record
    words = Words(record)
    rng = words.rng
    told = [(place, s) for place in range(len(record.slots)) if (s := sentence_of(record, place)) is not None]
    name, genitive = _court(words, record)
    persons = ("подсудимых " if len(told) > 1 else "подсудимого ") + ", ".join(f"ФИО{p + 1}" for p, _ in told)
    bench = words.choose("bench").format(
        court=name, court_of=genitive, judge="ФИО7", persons=persons, number=escape(face.number, quote=False)
    )
    text = [*words.choose("head").split("|"), *_day(words, day), bench]
    for place, sentence in told:
        before = words.choose("convicted_before") if sentence.earlier or chance_of(rng, 800) else words.choose("clean")
        text.append(
            words.choose("person").format(
                n=place + 1, record=before, service=words.choose("service"), charges=charges_words(sentence.charges)
            )
        )
    text.append(words.choose("found"))
    for place, sentence in told:
        text += [words.choose("acts").format(n=place + 1), words.choose("proofs")]
        if sentence.asked:
            text.append(
                words.choose("asked").format(
                    n=place + 1, asked=words.term(sentence.asked), asked_of=words.term_of(sentence.asked)
                )
            )
        most = max((term_of(c.article, c.part, record.received) or (36, 0) for c in sentence.charges), default=(24, 0))[
            0
        ]
        text.append(words.choose("weighed").format(most=words.term_of(most)))
    text += [words.choose("grounds"), words.choose("sentenced")]
    for place, sentence in told:
        text += operative(words, place, sentence)
        if sentence.kind == IMPRISONMENT:
            text.append(words.choose("penalty", "beside").format(n=place + 1))
    text.append(words.choose("penalty", "appeal").format(days=15 if day >= 738_530 else 10))
    return text


def ruling(face: Face, day: int) -> list[str]:
    """The paragraphs of a ruling that ends the case, or this registration of it, without a verdict."""
    record, words = face.record, Words(face.record)
    standing = next((r for r in reversed(record.rulings) if r.outcome in ("terminated", "returned")), None)
    charges = charges_words(charges_on(record.slots[0], day))
    name, genitive = _court(words, record)
    bench = words.choose("bench").format(
        court=name, court_of=genitive, judge="ФИО7", persons="обвиняемого ФИО1", number=escape(face.number, quote=False)
    )
    text = [
        words.choose("ruling", "head"),
        *_day(words, day),
        f"{bench} ФИО1, обвиняемого по {charges},",
        words.choose("found"),
    ]
    text += [words.choose("acts").format(n=1), words.choose("ruling", "ordered")]
    if standing is None or standing.outcome is None:
        return text
    ground = f" {escape(standing.ground, quote=False)}" if standing.ground.startswith("в связи") else ""
    order = words.choose("ruling", standing.outcome).format(charges=charges, ground=ground)
    fine = str(table("verdicts")["ruling"]["court_fine"]) if "ШТРАФ" in standing.ground else ""
    return [*text, order + fine]


def act_text(face: Face) -> str:
    """A decision's text as the card and the decision's own page carry it."""
    act = face.act
    assert act is not None
    tells = any(verdict_on(face.record, place) for place in range(len(face.record.slots)))
    body = judgment(face, act.day) if act.kind == JUDGMENT and tells else ruling(face, act.day)
    lines = (f"<p{_CENTRED if len(line) < 45 else ''}>{line}</p>" for line in body)
    text = f"<p>{_MARK}</p>{''.join(lines)}"
    if random.Random(f"{face.record.court}/masked").randrange(2):
        text = _MASKED.sub(r"<span class='FIO\1'>ФИО\1</span>", text)
    return text
