"""Cards of appeal, cassation and of materials: the court below, what they are about, complaints, results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_kit import (
    ACCUSED_ABOVE,
    Block,
    codes,
    fields,
    grid,
    primary_card,
    primary_url,
    read_page,
    vnkod_card,
    vnkod_url,
)

from courttally.portal import upper
from courttally.portal.model import NAME, CaseSeen

LOWER = [
    ("<b>Регион суда первой инстанции</b>", "76 - Ярославская область"),
    ("<b>Суд (судебный участок) первой инстанции</b>", "224 ГВС"),
    ("<b>Номер дела в первой инстанции</b>", "1-12/2023"),
    ("<b>Судья (мировой судья) первой инстанции</b>", "СИДОРОВ Сидор Сидорович"),
]


def appeal(
    number: str, lower: list[tuple[str, str]], material: str = "", result: str = "", grounds: str = ""
) -> CaseSeen:
    person = ("Иванов И.И.", "ст.337 ч.5 УК РФ", material, result, grounds)
    blocks: list[Block] = [
        ("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")]),
        ("РАССМОТРЕНИЕ В НИЖЕСТОЯЩЕМ СУДЕ", lower),
        ("ЛИЦА", [ACCUSED_ABOVE, person]),
    ]
    reading = read_page(primary_card("Уголовные дела - апелляция", number, blocks), primary_url(4, 4))
    return reading.cases[0]


def test_the_court_below_is_resolved_and_its_judge_is_masked() -> None:
    case = appeal("22-7/2024", LOWER)
    assert (case.lower_region, case.lower_court, case.lower_number, case.lower_judge) == (
        "76",
        "39GV0005",
        "1-12/2023",
        NAME,
    )


@pytest.mark.parametrize(
    ("number", "lower", "material", "about"),
    [
        ("22-7/2024", "1-12/2023", "", "verdict"),
        ("55-7/2024", "2-3/2023", "", "verdict"),
        ("22К-7/2024", "3/1-12/2024", "", "material"),
        ("22K-7/2024", "1-12/2024", "", "material"),  # a Latin K
        ("22-7/2024", "4/17-12/2024", "", "material"),
        ("22-7/2024", "1-12/2023", "о продлении срока содержания под стражей (ст. 109 УПК РФ)", "material"),
        ("22-7/2024", "1-12/2023", "слова, которых нет в словаре", "material"),
        ("22-7/2024", "", "", "unknown"),
    ],
)
def test_a_custody_or_execution_matter_is_never_about_a_verdict(
    number: str, lower: str, material: str, about: str
) -> None:
    rows = [(label, lower if "Номер" in label else value) for label, value in LOWER]
    assert appeal(number, rows, material).about == about


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ОБВИНИТЕЛЬНЫЙ приговор ИЗМЕНЕН", "varied"),
        ("судебный акт ОСТАВЛЕН БЕЗ ИЗМЕНЕНИЯ", "upheld"),
        ("Апелляционное ПРОИЗВОДСТВО ПРЕКРАЩЕНО", "terminated"),
        ("слова, которых нет в словаре", "unmapped"),
    ],
)
def test_results_are_those_of_the_courts_above(text: str, code: str) -> None:
    case = appeal("22-7/2024", LOWER, result=text, grounds="несправедливость приговора")
    assert case.accused is not None
    (slot,) = case.accused
    assert slot.result is not None
    assert (slot.result.outcome, slot.grounds) == (code, "unjust")


def test_vnkod_names_the_court_below_in_its_first_tab() -> None:
    pairs = [
        ("Дата поступления", "10.01.2024"),
        ("Районный суд", "Ярославский гарнизонный военный суд"),
        ("Докладчик", "Петров П.П."),
        ("Решение", "судебный акт ОСТАВЛЕН БЕЗ ИЗМЕНЕНИЯ"),
        ("Номер производства по делу в суде 1-ой инстанции", "1-12/2023 (1-3/2022;)"),
    ]
    page = vnkod_card("Уголовные дела - апелляция", "22-7/2024", [("Case", "Дело", fields(pairs), "")])
    reading = read_page(page, vnkod_url(1540006, 4))
    (case,) = reading.cases
    assert (case.lower_court, case.lower_number, case.lower_earlier, case.about) == (
        "77GV0013",
        "1-12/2023",
        ("1-3/2022",),
        "verdict",
    )
    assert case.result is not None
    assert case.result.outcome == "upheld"
    assert codes(reading) == []


def test_complaints_of_a_cassation_card() -> None:
    heads = (
        "Дата поступления",
        "Процессуальный статус заявителя",
        "Лицо, подавшее жалобу",
        "Дата передачи жалобы на изучение",
        "С истребованием дела",
        "Дата вынесения определения (постановления) по жалобе",
        "Результат изучения жалобы",
    )
    lines = [
        (
            "10.01.2024",
            "Осужденный",
            "Иванов И.И.",
            "11.01.2024",
            "Да",
            "20.01.2024",
            "Отказано в передаче жалобы для рассмотрения",
        ),
        ("12.01.2024", "Защитник (адвокат)", "Петров П.П.", "", "", "", "Слова, которых нет в словаре"),
    ]
    blocks: list[Block] = [("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")]), ("ЖАЛОБЫ", [heads, *lines])]
    reading = read_page(primary_card("Уголовные дела - кассация", "7У-7/2024", blocks), primary_url(2450001, 2450001))
    assert reading.cases[0].complaints is not None
    assert [
        (c.row, str(c.received.value), c.role, c.applicant, c.file_demanded, str(c.decided.value), c.result)
        for c in reading.cases[0].complaints
    ] == [
        (2, "2024-01-10", "convicted", NAME, "yes", "2024-01-20", "refused"),
        (3, "2024-01-12", "defence_lawyer", NAME, "", "None", "unmapped"),
    ]
    assert codes(reading) == [("complaint_unmapped", "complaints:3:6")]


def test_complaints_at_first_instance_are_recognised_and_shown() -> None:
    blocks: list[Block] = [
        ("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")]),
        ("ОБЖАЛОВАНИЕ", [("Что-то", "Ещё что-то"), ("1", "2")]),
    ]
    reading = read_page(primary_card("Уголовные дела - первая инстанция", "1-7/2024", blocks), primary_url(1540006, 0))
    assert reading.cases[0].complaints is None
    assert codes(reading) == [("tab_not_read", "complaints:1:0"), ("tab_not_read", "complaints:2:0")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "об избрании меры пресечения в виде заключения под стражу (п. 1 ч. 2 ст. 29 УПК РФ; ст.108 УПК РФ)",
            "custody",
        ),
        ("Избрание меры пресечения - заключение под стражу", "custody"),
        ("о продлении срока содержания под стражей", "custody_extended"),
        ("о продлении срока домашнего ареста (ст. 107 УПК РФ)", "house_arrest"),
        ("о производстве обыска в жилище", "search"),
        ("о наложении ареста на имущество", "property_arrest"),
        ("об условно-досрочном освобождении от отбывания наказания (ст. 79 УК РФ)", "parole"),
        ("об отмене условного осуждения", "suspended_sentence"),
        ("о снятии судимости", "record_expunged"),
        ("Иванов Иван Иванович", None),
        ("", None),
    ],
)
def test_subjects_of_materials(text: str, code: str | None) -> None:
    assert upper.subject(text) == code


@given(st.text(max_size=600))
def test_any_text_has_a_code_or_none(text: str) -> None:
    known = {None, "", "facts", "procedure", "criminal_law", "unjust", "return_needed", "plea_agreement", "other"}
    found = upper.grounds(text)
    assert found is None or set(found.split(" ")) <= known
    assert upper.about(text, text, [text]) in ("verdict", "material", "unknown")


def test_a_charge_of_another_code_is_not_taken_for_one_of_this() -> None:
    """Article 337 of the code of before 1997 is another crime: it stays out of the charges, and is shown."""
    table = grid(("Фамилия / наименование", "Перечень статей"), [("Иванов И.И.", "ст.247 УК РСФСР; ст.337 ч.5 УК РФ")])
    page = vnkod_card(
        "Уголовные дела - первая инстанция",
        "1-7/2024",
        [("Case", "Дело", fields([]), ""), ("DefList", "Лица", table, "")],
    )
    reading = read_page(page, vnkod_url(1540006, 0))
    assert reading.cases[0].accused is not None
    assert [[(c.article, c.part) for c in slot.charges] for slot in reading.cases[0].accused] == [[("337", "5")]]
    assert ("charge_other_code", "persons:1:1") in codes(reading)
