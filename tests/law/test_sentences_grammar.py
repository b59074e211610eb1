"""Judgments made from a small grammar whose truth is known, read back whole.

Each judgment is drawn: who, which counts, which kinds and sizes, how numbers, names and negations are written, what is aggregated, suspended
or set apart. The expected lines are built from what was drawn, never from the reading.
"""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_sentences_composed import summary
from test_sentences_numbers import spell

from courttally.law.sentences import read_decision

# kind → name in the nominative, genitive and instrumental, its unit, longest size, whether art. 73 suspends it
KINDS = {
    "imprisonment": ("лишение свободы", "лишения свободы", "лишением свободы", "m", 120, True),
    "correctional_labour": ("исправительные работы", "исправительных работ", "исправительными работами", "m", 24, True),
    "restriction_of_military_service": (
        "ограничение по военной службе",
        "ограничения по военной службе",
        "ограничением по военной службе",
        "m",
        24,
        True,
    ),
    "disciplinary_unit": (
        "содержание в дисциплинарной воинской части",
        "содержания в дисциплинарной воинской части",
        "содержанием в дисциплинарной воинской части",
        "m",
        24,
        True,
    ),
    "restriction_of_freedom": ("ограничение свободы", "ограничения свободы", "ограничением свободы", "m", 48, False),
    "forced_labour": ("принудительные работы", "принудительных работ", "принудительными работами", "m", 60, False),
    "compulsory_labour": ("обязательные работы", "обязательных работ", "обязательными работами", "h", 480, False),
    "arrest": ("арест", "ареста", "арестом", "m", 6, False),
    "fine": ("штраф", "штрафа", "штрафом", "r", 500, False),
}
REGIMES = {
    "general": "в исправительной колонии общего режима",
    "strict": "в исправительной колонии строгого режима",
    "special": "в исправительной колонии особого режима",
    "settlement": "в колонии-поселении",
}
ARTICLES = (
    ("158/1", "ч. 1 ст. 158"),
    ("337/5", "ч. 5 ст. 337"),
    ("337/3.1", "ч. 3.1 ст. 337"),
    ("332/2.1", "ч. 2.1 ст. 332"),
    ("338/3", "ч. 3 ст. 338"),
    ("352.1", "ст. 352.1"),
    ("158/2/а,в", "п.п. «а», «в» ч. 2 ст. 158"),
    ("228.1/4/г", "п. «г» ч. 4 ст. 228.1"),
    ("319", "ст. 319"),
    ("attempt:161/2/г", "ч. 3 ст. 30, п. «г» ч. 2 ст. 161"),
    ("accomplice:159/3", "ч. 5 ст. 33, ч. 3 ст. 159"),
)
NAMES = (  # in the accusative and the dative
    ("ФИО1", "ФИО1"),
    ("ФИО22", "ФИО22"),
    ("Воронова А.А.", "Воронову А.А."),
    ("Черных Б.В.", "Черных Б.В."),
    ("Толстого Льва Николаевича", "Толстому Л.Н."),
    ("Ким В.", "Ким В."),
    ("Р.", "Р."),
)
NEGATIONS = (
    "",
    " без штрафа",
    " без ограничения свободы",
    " без штрафа и без ограничения свободы",
    " без дополнительных наказаний в виде штрафа и ограничения свободы",
)
CLOSINGS = (
    "Меру пресечения отменить. Зачесть в срок наказания 3 месяца содержания под стражей из расчета один день за один день лишения свободы. Приговор может быть обжалован в течение 15 суток.",
    "Взыскать процессуальные издержки в сумме 12 500 рублей. Вещественные доказательства уничтожить.",
    "Гражданский иск удовлетворить, взыскать 100 000 рублей. Разъяснить, что в случае злостного уклонения наказание заменяется лишением свободы на срок до 2 лет.",
)


def plural(number: int, one: str, few: str, many: str) -> str:
    if 11 <= number % 100 <= 14:
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(number % 10, many)


@dataclass
class Amount:
    kind: str
    size: int  # months, hours or thousands of roubles
    style: int

    def number(self, value: int) -> str:
        return (f"{value}", f"{value} ({spell(value)})", spell(value), f"{value:02d} ({spell(value)})")[self.style]

    def written(self) -> str:
        unit = KINDS[self.kind][3]
        if unit == "h":
            return f"{self.number(self.size)} {plural(self.size, 'час', 'часа', 'часов')}"
        if unit == "r":
            return (
                f"{self.size} 000 рублей",
                f"{self.size}000 ({self.size} тысяч) рублей",
                f"{self.size} тысяч рублей",
                f"{self.size}.000 руб.",
            )[self.style]
        years, months = divmod(self.size, 12)
        parts = []
        if years:
            parts.append(f"{self.number(years)} {plural(years, 'год', 'года', 'лет')}")
        if months:
            parts.append(f"{self.number(months)} {plural(months, 'месяц', 'месяца', 'месяцев')}")
        return " ".join(parts)

    def expected(self) -> str:
        if self.kind == "fine":
            return f"fine {self.size * 1000}"
        return f"{self.kind} {self.size}{KINDS[self.kind][3]}"

    def phrase(self, shape: int) -> str:
        nominative, genitive, _, unit, _, _ = KINDS[self.kind]
        if unit == "r":
            return (
                f"наказание в виде штрафа в размере {self.written()}",
                f"штраф {self.written()}",
                f"наказание в виде штрафа в доход государства в сумме {self.written()}",
            )[shape]
        return (
            f"наказание в виде {genitive} сроком на {self.written()}",
            f"{self.written()} {genitive}",
            f"{nominative} на срок {self.written()}",
        )[shape]


@dataclass
class Man:
    name: tuple[str, str]
    counts: list[tuple[tuple[str, str], Amount, int, str]]
    final: Amount | None
    execution: str  # "", regime, or "suspended"
    probation: int
    fine: Amount | None
    right: int  # months without the right to drive, beside the punishment; 0 for none
    former: Amount | None = None  # a former suspended sentence, cancelled and joined (arts 70, 74)
    joined: Amount | None = None  # the result of that
    former_shape: int = 0

    @property
    def result(self) -> Amount:
        return self.joined or self.final or self.counts[0][1]

    def expected(self) -> str:
        articles = " ".join(dict.fromkeys(article for (article, _), _, _, _ in self.counts))
        line = f"convicted {articles}: {self.result.expected()}"
        if KINDS[self.result.kind][5]:
            line += " suspended" if self.execution == "suspended" else " real"
        if self.execution == "suspended":
            line += f" {self.probation}m"
        elif self.execution:
            line += f" {self.execution}"
        beside = [f"deprivation_of_office:driving {self.right}m"] if self.right else []
        beside += [self.fine.expected()] if self.fine else []
        return line + (f" + {', '.join(beside)}" if beside else "")

    def join_former(self, extra: str, place: str) -> list[str]:
        """The lines that cancel a former suspended sentence and join what is left of it."""
        assert self.former is not None
        assert self.joined is not None
        dative = self.name[1]
        former, result = self.former.written(), self.joined.phrase(0)
        genitive = KINDS[self.former.kind][1]
        cancelled = (
            "На основании ч. 5 ст. 74 УК РФ условное осуждение по приговору мирового судьи от 12 марта 2018 года отменить.",
            f"В силу ч. 5 ст. 74 УК РФ отменить {dative} условное осуждение по приговору Заречного районного суда от "
            f"ДД.ММ.ГГГГ, которым он осужден к лишению свободы на срок {former} условно с испытательным сроком 2 года.",
        )[self.former_shape % 2]
        joined = (
            f"На основании ст. 70 УК РФ к назначенному наказанию частично присоединить неотбытое наказание по приговору от "
            f"12.03.2018 в виде {former} {genitive} и окончательно назначить {dative} {result}{extra}{place}.",
            f"По совокупности приговоров на основании ст. 70 УК РФ окончательно назначить {dative} {result}{extra}{place}.",
            f"В соответствии со ст. 70 УК РФ путем частичного сложения назначенного наказания и неотбытой части наказания по "
            f"приговору от ДД.ММ.ГГГГ определить {dative} окончательное {result}{extra}{place}.",
        )[self.former_shape // 2]
        return [cancelled, joined]

    def write(self) -> str:
        accusative, dative = self.name
        articles = ", ".join(article for (_, article), _, _, _ in self.counts)
        lines = []
        single = not self.final
        last_extra, last_place = "", ""
        head = f"признать {accusative} виновным в совершении преступлени{'я' if single else 'й'}, предусмотренн{'ого' if single else 'ых'} {articles} УК РФ"
        drive = (
            f", с лишением права управлять транспортными средствами на срок {Amount('arrest', self.right, 1).written()}"
        )
        beside = drive if self.right else ""
        extra = f" со штрафом в размере {self.fine.written()}" if self.fine else ""
        extra += beside + ("," if beside else "")
        place = f" с отбыванием наказания {REGIMES[self.execution]}" if self.execution in REGIMES else ""
        if self.former:
            last_extra, last_place, extra, place = extra, place, "", ""
        if single:
            _, amount, shape, negation = self.counts[0]
            lines.append(
                f"{head}, и назначить {'ему' if shape else dative} {amount.phrase(shape)}{negation if not extra else ''}{extra}{place}."
            )
        else:
            lines.append(f"{head}, и назначить ему наказание:")
            for (_, article), amount, shape, negation in self.counts:
                lines.append(f"- по {article} УК РФ – {amount.phrase(shape).replace('наказание ', '')}{negation};")
            assert self.final is not None
            lines.append(
                "На основании ч. 3 ст. 69 УК РФ по совокупности преступлений путем частичного сложения назначенных наказаний "
                f"окончательно назначить {dative} {self.final.phrase(self.counts[0][2])}{extra}{place}."
            )
        if self.former:
            lines += self.join_former(last_extra, last_place)
        if self.execution == "suspended":
            period = Amount("imprisonment", self.probation, self.result.style)
            lines.append(
                f"На основании ст. 73 УК РФ назначенное {dative} наказание считать условным с испытательным сроком {period.written()}."
            )
        return "\n".join(lines)[0].upper() + "\n".join(lines)[1:]


@st.composite
def amounts(draw: st.DrawFn, kinds: tuple[str, ...]) -> Amount:
    kind = draw(st.sampled_from(kinds))
    least = 1 if KINDS[kind][3] != "h" else 60
    return Amount(kind, draw(st.integers(least, KINDS[kind][4])), draw(st.integers(0, 3)))


@st.composite
def men(draw: st.DrawFn, name: tuple[str, str]) -> Man:
    number = draw(st.integers(1, 3))
    articles = draw(st.lists(st.sampled_from(ARTICLES), min_size=number, max_size=number, unique=True))
    counts = [
        (article, draw(amounts(tuple(KINDS))), draw(st.integers(0, 2)), draw(st.sampled_from(NEGATIONS)))
        for article in articles
    ]
    final = draw(amounts(tuple(KINDS))) if number > 1 else None
    former = draw(st.none() | amounts(("imprisonment",)))
    joined = draw(amounts(("imprisonment",))) if former else None
    result = joined or final or counts[0][1]
    executions = [""]
    if KINDS[result.kind][5]:
        executions.append("suspended")
    if result.kind == "imprisonment":
        executions += list(REGIMES)
    execution = draw(st.sampled_from(executions))
    fine = draw(st.none() | amounts(("fine",))) if result.kind in ("imprisonment", "forced_labour") else None
    right = draw(st.sampled_from((0, 0, 6, 18, 24))) if result.kind in ("imprisonment", "compulsory_labour") else 0
    probation = draw(st.integers(6, 60))
    return Man(name, counts, final, execution, probation, fine, right, former, joined, draw(st.integers(0, 5)))


@st.composite
def judgments(draw: st.DrawFn) -> tuple[str, list[str]]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    people = [draw(men(name)) for name in names]
    marker = draw(st.sampled_from(("П Р И Г О В О Р И Л:", "ПРИГОВОРИЛ:", "приговорил:", "П р и г о в о р и л а :")))
    text = "\n".join([marker, *(man.write() for man in people), draw(st.sampled_from(CLOSINGS))])
    form = draw(st.integers(0, 3))
    if form == 1:
        text = text.replace(" ", "\u00a0")
    elif form == 2:
        text = text.replace("\n", " ")
    elif form == 3:
        text = text.replace("е", "e").replace("о", "o").replace("с", "c")  # letters of the wrong alphabet
    return text, [man.expected() for man in people]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judgments())
def test_a_drawn_judgment_is_read_back_whole(drawn: tuple[str, list[str]]) -> None:
    text, expected = drawn
    assert [summary(one) for one in read_decision(text).accused] == expected


@st.composite
def joint_judgments(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Two or three people convicted together, with one punishment each, some suspended."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True))
    article, cited = draw(st.sampled_from(ARTICLES))
    shape = draw(st.integers(0, 2))
    people = [(name, draw(amounts(("imprisonment",))), draw(st.booleans())) for name in names]
    probation = draw(st.integers(6, 60))
    glue = draw(st.sampled_from((";\n", ", ", ";\n- ")))
    listed = ", ".join(name[0] for name, _, _ in people[:-1]) + " и " + people[-1][0][0]
    lines = [
        f"Признать {listed} виновными в совершении преступления, предусмотренного {cited} УК РФ, и назначить наказание:"
    ]
    items = [f"{name[1]} – {amount.phrase(shape).replace('наказание ', '')}" for name, amount, _ in people]
    lines.append(glue.join(items) + ".")
    freed = [name[1] for name, _, suspended in people if suspended]
    held = [name[1] for name, _, suspended in people if not suspended]
    term = Amount("imprisonment", probation, shape).written()
    if not held:
        freed = draw(st.sampled_from((freed, ["каждому"], [""])))
    if freed:
        lines.append(
            f"На основании ст. 73 УК РФ назначенное {' и '.join(freed)} наказание считать условным с испытательным сроком {term}."
        )
    if held:
        lines.append(f"Отбывание наказания {' и '.join(held)} назначить в исправительной колонии общего режима.")
    lines.append(draw(st.sampled_from(CLOSINGS)))
    expected = [
        f"convicted {article}: {amount.expected()} " + (f"suspended {probation}m" if suspended else "real general")
        for _, amount, suspended in people
    ]
    return "ПРИГОВОРИЛ:\n" + "\n".join(lines), expected


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(joint_judgments())
def test_people_convicted_together_keep_their_own_punishments(drawn: tuple[str, list[str]]) -> None:
    text, expected = drawn
    assert [summary(one) for one in read_decision(text).accused] == expected
