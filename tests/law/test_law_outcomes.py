"""What wordings of court pages mean.

Wordings are those of portal.md 2.5, law.md 3.4 and the language of procedure; the meaning is that of the code of
criminal procedure and not what the vocabulary happens to say.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.law import outcomes
from courttally.law.outcomes import (
    appeal_result,
    case_outcome,
    consideration,
    event_effect,
    event_name,
    event_result,
    ground,
    party_role,
    vocabulary,
    writ_status,
)

RESULTS = {
    "Вынесен ПРИГОВОР": "verdict",
    "вынесен  обвинительный\u00a0приговор": "verdict",
    "Вынесен ОПРАВДАТЕЛЬНЫЙ приговор": "verdict",
    "Постановление приговора": "verdict",
    "Уголовное дело ПРЕКРАЩЕНО": "terminated",
    "Уголовное преследование прекращено": "terminated",
    "Производство по делу прекращено": "terminated",
    "Производство по уголовному делу прекращено": "terminated",
    "Вынесено постановление о прекращении уголовного дела": "terminated",
    "ВОЗВРАЩЕНО ПРОКУРОРУ или РУКОВОДИТЕЛЮ СЛЕДСТВЕННОГО ОРГАНА": "returned",
    "ВОЗВРАЩЕНО ПРОКУРОРУ": "returned",
    "ВОЗВРАЩЕНО ПРОКУРОРУ в порядке ст. 237 УПК РФ": "returned",
    "Дело возвращено прокурору (ст. 237 УПК РФ)": "returned",
    "Уголовное дело возвращено прокурору для устранения препятствий его рассмотрения судом": "returned",
    "Направлено ПО ПОДСУДНОСТИ (подведомственности)": "transferred",
    "Передано по подсудности": "transferred",
    "Дело направлено в другой суд по подсудности": "transferred",
    "Применены ПРИНУДИТЕЛЬНЫЕ МЕРЫ МЕДИЦИНСКОГО ХАРАКТЕРА": "medical",
    "Вынесено постановление о применении принудительных мер медицинского характера": "medical",
    "Дело присоединено к другому делу": "joined",
    "Уголовное дело соединено с другим уголовным делом": "joined",
    "Вынесено другое ПОСТАНОВЛЕНИЕ": "other",
    "Приостановлено": "stayed",
    "Производство по делу приостановлено": "stayed",
    "Производство по уголовному делу приостановлено": "stayed",
    "Вынесен ПPИГOВOP": "verdict",  # Latin P, O
    "Применены принудительные меры воспитательного воздействия": "terminated",
    "Вынесен обвинительный приговор с освобождением от наказания": "verdict",
    "Уголовное дело прекращено по реабилитирующим основаниям": "terminated",
    "Передано для соединения с другим уголовным делом": "joined",
    "Дело передано на рассмотрение другого суда": "transferred",
    "Отказано в удовлетворении": "other",
}


@pytest.mark.parametrize(("text", "code"), RESULTS.items())
def test_results(text: str, code: str) -> None:
    for spelling in (text, text.upper(), text.lower(), f" {text}. ", text.replace(" ", "\u00a0")):
        found = case_outcome(spelling)
        assert found is not None, spelling
        assert found.code == code
        assert not found.ground_unmapped


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "Иванов Иван",
        "Иванов вынесен приговор",
        "Вынесен приговор Иванову И.И.",
        "вынесен приговор, а затем и ещё что-то",
        "не вынесен приговор",
        "приговор не вынесен",
        "Уголовное дело не прекращено",
        "прокурору",
        "Производство по делу возобновлено",
        "Иванов\nВынесен ПРИГОВОР",
        "ст.337 ч.5 УК РФ",
        "ст. 237 УПК РФ",
        "Приговоров Вынесен Иванович",
        # What follows from these is not said by the words alone.
        "Освобожден от наказания",
        "Отказано в применении принудительных мер медицинского характера",
    ],
)
def test_other_texts_are_unmapped(text: str) -> None:
    assert case_outcome(text) is None


GROUNDS = {
    "назначена мера уголовно-правового характера - СУДЕБНЫЙ ШТРАФ (ст. 25.1 УПК РФ)": "court_fine",
    "ст. 25.1 УПК РФ": "court_fine",
    "ст. 25 УПК РФ": "reconciliation",
    "в связи с примирением сторон": "reconciliation",
    "примирение с потерпевшим (ст. 25 УПК РФ)": "reconciliation",
    "в связи с деятельным раскаянием": "active_repentance",
    "ст.28 УПК РФ": "active_repentance",
    "ст. 28.2 УПК РФ": "military_service",
    "ст.28.1 УПК РФ": "damage_repaid",
    "истечение сроков давности уголовного преследования": "limitation",
    "п. 3 ч. 1 ст. 24 УПК РФ": "limitation",
    "смерть обвиняемого": "death",
    "п. 4 ч. 1 ст. 24 УПК РФ": "death",
    "в связи со смертью подсудимого (п. 4 ч. 1 ст. 24 УПК РФ)": "death",
    "изменение обстановки (ст. 80.1 УК РФ)": "change_of_situation",
    "вследствие акта об амнистии": "amnesty",
    "ч. 2 ст. 24 УПК РФ": "decriminalised",
    "отсутствие в деянии состава преступления": "no_corpus_delicti",
    "п. 2 ч. 1 ст. 24 УПК РФ": "no_corpus_delicti",
    "отсутствие события преступления": "no_event",
    "ходатайство командования воинской части": "command_petition",
    "УЧАСТИЕ ГРАЖДАНИНА В БОЕВЫХ ДЕЙСТВИЯХ": "military_service",
    "призыв на военную службу по мобилизации": "military_service",
    "заключение контракта о прохождении военной службы": "military_service",
    "розыск подсудимого": "absconded",
    "тяжёлое заболевание подсудимого": "illness",
    "неявка подсудимого": "absence_of_accused",
    "иные основания": "other",
}


@pytest.mark.parametrize(("text", "code"), GROUNDS.items())
def test_grounds(text: str, code: str) -> None:
    assert ground(text) == code
    assert ground(text.upper()) == code
    found = case_outcome(f"Уголовное дело ПРЕКРАЩЕНО\n{text}")
    assert found is not None
    assert (found.code, found.ground, found.ground_unmapped) == ("terminated", code, False)


def test_a_ground_on_the_same_line() -> None:
    for text in (
        "Уголовное дело прекращено в связи с примирением сторон",
        "Уголовное дело прекращено - примирение с потерпевшим (ст. 25 УПК РФ)",
        "Уголовное дело прекращено (ст. 25 УПК РФ)",
        "Уголовное дело прекращено за примирением сторон",
    ):
        found = case_outcome(text)
        assert found is not None, text
        assert (found.code, found.ground) == ("terminated", "reconciliation")


def test_an_article_is_not_the_beginning_of_another() -> None:
    assert ground("ст. 25.2 УПК РФ") is None
    assert ground("ст. 251 УПК РФ") is None
    assert ground("п. 31 ч. 1 ст. 24 УПК РФ") is None
    assert ground("ст. 28.3 УПК РФ") is None


def test_an_unknown_ground_is_said_to_be_unknown() -> None:
    found = case_outcome("Уголовное дело ПРЕКРАЩЕНО\nпервый снег на улице")
    assert found is not None
    assert (found.code, found.ground, found.ground_unmapped) == ("terminated", None, True)
    assert case_outcome("Уголовное дело ПРЕКРАЩЕНО первый снег на улице") is None


def test_a_verdict_is_not_a_conviction() -> None:
    found = [case_outcome(f"Вынесен {kind} приговор") for kind in ("обвинительный", "оправдательный")]
    assert [match.code for match in found if match] == ["verdict", "verdict"]


def test_nothing_of_the_page_is_in_a_match() -> None:
    found = case_outcome("  ВОЗВРАЩЕНО прокурору  в порядке ст. 237 УПК РФ ")
    assert found is not None
    assert found.wording == "ВОЗВРАЩЕНО ПРОКУРОРУ или РУКОВОДИТЕЛЮ СЛЕДСТВЕННОГО ОРГАНА"


EVENTS = {
    "Регистрация поступившего в суд дела": "registration",
    "Передача материалов дела судье": "handed_to_judge",
    "Передача дела судье": "handed_to_judge",
    "Решение в отношении поступившего уголовного дела": "intake_decision",
    "Предварительное слушание": "preliminary_hearing",
    "Судебное заседание": "hearing",
    "Провозглашение приговора": "verdict_proclaimed",
    "Дело сдано в отдел судебного делопроизводства": "to_office",
    "Передано в экспедицию": "to_office",
    "Дело оформлено": "file_prepared",
    "Дело передано в архив": "archived",
    "Судебное заседание для решения вопроса об избрании/продлении меры пресечения": "measure_hearing",
    "Регистрация ходатайства/заявления": "motion_registered",
    "Срок рассмотрения дела продлен председателем суда": "term_extended",
    "Производство по делу возобновлено": "resumed",
    "Назначение судебного заседания": "hearing_set",
    "Уголовное дело возвращено прокурору": "returned",
    "Прения сторон": "stage_of_hearing",
    "Иванов Иван": None,
    "Судебное заседание с Ивановым": None,
}


@pytest.mark.parametrize(("text", "code"), EVENTS.items())
def test_event_names(text: str, code: str | None) -> None:
    assert event_name(text) == code


EVENT_RESULTS = {
    "Назначено судебное заседание": "hearing_set",
    "Назначено закрытое судебное заседание": "closed_hearing_set",
    "Назначено предварительное слушание": "preliminary_hearing_set",
    "Рассмотрение отложено": "adjourned",
    "Заседание отложено": "adjourned",
    "Отложено": "adjourned",
    "Объявлен перерыв": "recess",
    "Производство по делу приостановлено": "stayed",
    "Производство по делу возобновлено": "resumed",
    "Производство по делу прекращено": "terminated",
    "Дело возвращено прокурору": "returned",
    "Дело направлено по подсудности": "transferred",
    "Постановление приговора": "verdict",
    "Провозглашение приговора окончено": "verdict_read",
    "Вынесено постановление в порядке гл. 51 УПК (о применении ПМ медицинского характера)": "medical",
    "Дело присоединено к другому делу": "joined",
    "О прекращении уголовного дела": "terminated",
    "О возвращении уголовного дела прокурору": "returned",
    "Приговор провозглашен": "verdict_read",
    "Судебное заседание отложено": "adjourned",
    "Отложено рассмотрение дела": "adjourned",
    "Дело принято к производству": "accepted",
    "Иванов Иван": None,
}


@pytest.mark.parametrize(("text", "code"), EVENT_RESULTS.items())
def test_event_results(text: str, code: str | None) -> None:
    assert event_result(text) == code


def test_effects_on_the_proceedings() -> None:
    assert {
        code: event_effect(code) for code in ("stayed", "resumed", "hearing", "adjourned", "recess", "nonsense")
    } == {
        "stayed": "stayed",
        "resumed": "resumed",
        "hearing": None,
        "adjourned": None,
        "recess": None,
        "nonsense": None,
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Защитник (адвокат)", "defence_lawyer"),
        ("ЗАЩИТНИК", "defence_lawyer"),
        ("Адвокат", "defence_lawyer"),
        ("Прокурор", "prosecutor"),
        ("Государственный обвинитель", "prosecutor"),
        ("Потерпевший", "victim"),
        ("Представитель потерпевшего", "victim_representative"),
        ("Гражданский истец", "civil_claimant"),
        ("Подсудимый", "accused"),
        ("Переводчик", "interpreter"),
        ("Прокуроров Пётр", None),
        ("Прокурор Иванов", None),
    ],
)
def test_roles(text: str, code: str | None) -> None:
    assert party_role(text) == code


def test_marks_of_trial_and_writs() -> None:
    assert consideration("Рассмотрено единолично судьей") == "single_judge"
    assert consideration("Рассмотрено единолично судьёй") == "single_judge"
    assert consideration("Рассмотрено с участием присяжных заседателей") == "jury"
    assert consideration("Рассмотрено коллегиально") == "panel"
    assert consideration("Рассмотрено") is None
    # What a card says of a case that is still open.
    assert consideration("Рассматривается единолично судьей") == "single_judge"
    assert consideration("Рассматривается коллегиально") == "panel"
    assert consideration("Рассматривается") is None
    assert writ_status("Выдан") == "issued"
    assert writ_status("Возвращён") == "returned"
    assert writ_status("Иванову") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("судебный акт ОСТАВЛЕН БЕЗ ИЗМЕНЕНИЯ", "upheld"),
        ("ОБВИНИТЕЛЬНЫЙ приговор ИЗМЕНЕН", "varied"),
        ("ОБВИНИТЕЛЬНЫЙ приговор ОТМЕНЕН", "guilty_quashed"),
        ("ОПРАВДАТЕЛЬНЫЙ приговор ОТМЕНЕН", "acquittal_quashed"),
        ("СНЯТО с апелляционного рассмотрения", "removed"),
        ("Представление (жалоба) ОТОЗВАНЫ", "withdrawn"),
        ("Апелляционное ПРОИЗВОДСТВО ПРЕКРАЩЕНО", "terminated"),
        ("ВЫНЕСЕНО РЕШЕНИЕ ПО СУЩЕСТВУ ДЕЛА", "decided"),
        ("АПЕЛЛЯЦИОННОЕ постановление ОТМЕНЕНО и возвращено на НОВОЕ АПЕЛЛЯЦИОННОЕ РАССМОТРЕНИЕ", "quashed_new_appeal"),
        ("приговор отменён с направлением дела на новое рассмотрение", "quashed_new_trial"),
        ("Иванов", None),
    ],
)
def test_appeal_results(text: str, code: str | None) -> None:
    assert appeal_result(text) == code


@pytest.mark.parametrize("word", ["(", "дело ", "ст. 25, ", "прекращено - ", "по делу "])
def test_an_endless_cell_is_no_wording(word: str) -> None:
    text = f"Уголовное дело прекращено {word * 100_000}"
    assert case_outcome(text) is None
    assert ground(text) is None


def test_no_wording_has_two_meanings() -> None:
    for section, rules in vocabulary().sections.items():
        assert len({rule.id for rule in rules}) == len(rules), section
        for rule in rules:
            assert [other.id for other in outcomes.matching_rules(section, rule.wording)] == [rule.id]


def test_proceedings_are_never_suspended() -> None:
    for rules in vocabulary().sections.values():
        assert not [rule.id for rule in rules if "suspend" in rule.code]


NAMES = st.lists(
    st.sampled_from(
        ["Иванов", "Приговоров", "Прокурор", "Вынесенко", "Дело", "Прекращенов", "Оглы", "Судебная", "И.И.", "Штраф"]
    ),
    min_size=2,
    max_size=4,
).map(" ".join)


@given(NAMES, st.sampled_from(sorted(RESULTS)))
def test_a_name_beside_a_result_makes_it_no_result(name: str, result: str) -> None:
    assert case_outcome(f"{name} {result}") is None
    assert case_outcome(f"{result} {name}") is None


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    for take in (case_outcome, ground, event_name, event_result, party_role, consideration, writ_status, appeal_result):
        take(text)


LAW_WORDS = [
    "ст",
    "ч.",
    "п",
    "(",
    ")",
    "25",
    "25.1",
    " ",
    "УПК",
    "РФ",
    "в порядке",
    ",",
    "с",
    "прекращено",
    "дело",
    "-",
]


@given(st.lists(st.sampled_from(LAW_WORDS), max_size=200).map(" ".join))
def test_long_runs_of_law_words_do_not_hang(text: str) -> None:
    case_outcome(f"Уголовное дело прекращено {text} ъ")
