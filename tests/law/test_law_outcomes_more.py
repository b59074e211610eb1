"""More wordings that courts choose from the lists of their own program, or write by hand, and what each of them means."""

from collections.abc import Callable

import pytest

from courttally.law.outcomes import (
    appeal_result,
    case_outcome,
    consideration,
    event_name,
    event_result,
    ground,
    party_role,
)


def _outcome(text: str) -> str | None:
    match = case_outcome(text)
    return match.code if match is not None else None


MEANINGS: dict[Callable[[str], str | None], dict[str, str]] = {
    _outcome: {
        "Материал направлен по подсудности": "transferred",
        "Мера пресечения в виде заключения под стражу продлена": "other",
        "Срок содержания под стражей продлен": "other",
        "Прекращено производство по материалу": "other",
        "Возвращено без рассмотрения": "other",
    },
    ground: {
        "обвинительное заключение (акт) составлено с нарушением требований УПК": "indictment_flawed",
        "неявка подсудимого (осужденного)": "absence_of_accused",
        "НЕ ДОСТАВЛЕН ПОДСУДИМЫЙ (ОСУЖДЕННЫЙ) из СИЗО": "absence_of_accused",
        "неявка прокурора (государственного обвинителя)": "absence_of_others",
        "отсутствие переводчика": "absence_of_others",
        "истребование ДОПОЛНИТЕЛЬНЫХ МАТЕРИАЛОВ": "evidence_requested",
        "по ходатайству лиц, участвующих в деле": "motion",
        "психическое или иное тяжкое заболевание подсудимого": "illness",
        "место нахождения обвиняемого неизвестно": "absconded",
        "УДОВЛЕТВОРЕНИЕ отвода судьи": "judge_unavailable",
    },
    event_name: {
        "Сдача материалов дела в архив": "archived",
        "Сдача материалов дела в канцелярию": "to_office",
        "Материалы дела сданы в отдел судебного делопроизводства": "to_office",
        "Обращение к исполнению приговора": "into_force",
        "Изучение поступившего ходатайства/заявления": "motion_registered",
        "Вынесено постановление о назначении дела к рассмотрению": "hearing_set",
        "Рассмотрение вопроса о мере пресечения": "measure_hearing",
        "Материал передан судье": "handed_to_judge",
        "Регистрация поступившей жалобы (представления)": "registration",
        "Истребование дела": "sent_to_appeal",
        "Дело возвращено в суд первой инстанции": "sent_elsewhere",
    },
    event_result: {
        "Назначено судебное заседание в общем порядке": "hearing_set",
        "Провозглашение приговора отложено": "adjourned",
        "Рассмотрение дела начато с начала": "restarted",
        "Дело (жалоба, представление) - РАССМОТРЕНИЕ ОТЛОЖЕНО": "adjourned",
    },
    party_role: {"Лицо, привлекаемое к уголовной ответственности": "accused"},
    consideration: {"Рассмотрено составом из 3-х судей": "panel"},
    appeal_result: {
        "определение (постановление) ОСТАВЛЕНО БЕЗ ИЗМЕНЕНИЯ": "upheld",
        "кассационные жалоба/представление - БЕЗ УДОВЛЕТВОРЕНИЯ": "upheld",
        "ДРУГИЕ определения (постановления) ОТМЕНЕНЫ": "quashed",
        "судебный акт ОТМЕНЕН полностью с возвращением дела на новое рассмотрение": "quashed_new_trial",
        "Уголовное дело ПРЕКРАЩЕНО": "quashed_terminated",
        "АПЕЛЛЯЦИОННОЕ постановление (определение) ОСТАВЛЕНО БЕЗ ИЗМЕНЕНИЯ": "upheld",
        "Приговор и апелляционное определение отменены": "quashed",
        "ДРУГИЕ ПОСТАНОВЛЕНИЯ с удовлетворением жалоб и представлений": "other",
    },
}


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [(read, text, code) for read, texts in MEANINGS.items() for text, code in texts.items()],
)
def test_a_wording_means_what_the_code_of_procedure_says(
    read: Callable[[str], str | None], text: str, code: str
) -> None:
    assert read(text) == code
