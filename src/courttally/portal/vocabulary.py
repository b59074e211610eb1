"""The words of the sites' pages as tables: headings, tabs, columns, labels, and lists of what is ignored with reasons.

Keys are ``law.text.normalise``d. A label that is in none of these tables raises a signal. Source: the pages themselves
(reference, sections 2.1 to 2.3), read by eye.
"""

from __future__ import annotations

from courttally.law.text import normalise

# Heading of a listing or card -> (branch, proceeding).
HEADINGS: dict[str, tuple[str, str]] = {
    "уголовные дела - первая инстанция": ("criminal", "first"),
    "уголовные дела - апелляция": ("criminal", "appeal"),
    "уголовные дела - кассация": ("criminal", "cassation"),
    "уголовные дела - надзор": ("criminal", "supervision"),
    "производство по материалам": ("criminal", "material"),
    "материалы": ("criminal", "material"),
    "гражданские и административные дела - первая инстанция": ("civil", "first"),
    "гражданские дела - первая инстанция": ("civil", "first"),
    "гражданские и административные дела - апелляция": ("civil", "appeal"),
    "гражданские дела - апелляция": ("civil", "appeal"),
    "гражданские и административные дела - кассация": ("civil", "cassation"),
    "гражданские дела - кассация": ("civil", "cassation"),
    "административные дела (кас рф) - первая инстанция": ("kas", "first"),
    "административные дела (кас рф) - апелляция": ("kas", "appeal"),
    "дела об административных правонарушениях - первая инстанция": ("koap", "first"),
    "дела об административных правонарушениях": ("koap", "first"),
    "жалобы на постановления по делам об административных правонарушениях": ("koap", "appeal"),
}

# (spelling of the address, delo_id, new or None when the address does not say) -> (branch, proceeding). The mixed skin
# has the addresses of VNKOD.
# (4, None) is not here: on the PRIMARY engine 4 serves appeal and cassation, so only the heading can tell.
PAIRS: dict[tuple[str, int, int | None], tuple[str, str]] = {
    ("primary", 1540006, 0): ("criminal", "first"),
    ("primary", 1540006, None): ("criminal", "first"),
    ("primary", 4, 4): ("criminal", "appeal"),
    ("primary", 4, 2450001): ("criminal", "cassation"),
    ("primary", 2450001, 2450001): ("criminal", "cassation"),
    ("primary", 2450001, None): ("criminal", "cassation"),
    ("primary", 1610001, 0): ("criminal", "material"),
    ("primary", 1610001, None): ("criminal", "material"),
    ("primary", 1540005, 0): ("civil", "first"),
    ("primary", 1540005, None): ("civil", "first"),
    ("primary", 5, 5): ("civil", "appeal"),
    ("primary", 2800001, 2800001): ("civil", "cassation"),
    ("primary", 2800001, None): ("civil", "cassation"),
    ("primary", 41, 0): ("kas", "first"),
    ("primary", 41, None): ("kas", "first"),
    ("primary", 42, 0): ("kas", "appeal"),
    ("primary", 42, None): ("kas", "appeal"),
    ("primary", 43, 0): ("kas", "cassation"),
    ("primary", 43, None): ("kas", "cassation"),
    ("primary", 1500001, 0): ("koap", "first"),
    ("primary", 1500001, None): ("koap", "first"),
    ("primary", 1502001, 0): ("koap", "appeal"),
    ("primary", 1502001, None): ("koap", "appeal"),
    ("primary", 1513001, 0): ("koap", "cassation"),
    ("primary", 1513001, None): ("koap", "cassation"),
    ("vnkod", 1540006, 0): ("criminal", "first"),
    ("vnkod", 1540006, None): ("criminal", "first"),
    ("vnkod", 1540006, 4): ("criminal", "appeal"),
    ("vnkod", 1540006, 2450001): ("criminal", "cassation"),
    ("vnkod", 1610001, 0): ("criminal", "material"),
    ("vnkod", 1610001, None): ("criminal", "material"),
    ("vnkod", 1540005, 0): ("civil", "first"),
    ("vnkod", 1540005, 5): ("civil", "appeal"),
}

UPPER = frozenset({"appeal", "cassation", "supervision"})
"""Proceedings about a decision of another court; their results are those of ``law``'s section of appeals."""

# Column names of result lists -> field.
LISTING_COLUMNS: dict[str, str] = {
    "№ дела": "number",
    "номер дела": "number",
    "№ материала": "number",
    "номер материала": "number",
    "№ дела (материала)": "number",
    "дата поступления": "received",
    "дата поступления дела": "received",
    "дата поступления материала": "received",
    "лица": "persons",
    "лица / суд первой инстанции": "persons",
    "лица / суд первой инстанции (номер дела)": "persons",
    "судья": "judge",
    "судья-докладчик": "judge",
    "докладчик": "judge",
    "дата решения": "result_date",
    "дата рассмотрения": "result_date",
    "решение": "result",
    "результат рассмотрения": "result",
    "дата вступления в законную силу": "in_force",
    "дата вступления решения в законную силу": "in_force",
    "судебные акты": "acts",
    "судебный акт": "acts",
    "информация по делу": "info",
}
LISTING_REQUIRED = ("number", "received")

# Lines of VNKOD's «Информация по делу» begin with a label. Those that name the accused -> True; the others are not needed.
INFO_LABELS: dict[str, bool] = {
    "лица": True,
    "лицо": True,
    "подсудимый": True,
    "подсудимые": True,
    "обвиняемый": True,
    "обвиняемые": True,
    "осужденный": True,
    "осужденные": True,
    "категория": False,
    "истец(заявитель)": False,
    "истец": False,
    "заявитель": False,
    "ответчик": False,
    "третьи лица": False,
    "потерпевший": False,
    "прокурор": False,
    "защитник": False,
}

# Columns of a list of hearings of a day -> field; "-" is left out, with the reason.
HEARING_COLUMNS: dict[str, str] = {
    "№": "-line",  # the line's place on the page
    "№ п/п": "-line",
    "n п/п": "-line",
    "№ дела": "number",
    "номер дела": "number",
    "время": "time",
    "время слушания": "time",
    "время начала": "time",
    "время заседания": "time",
    "время судебного заседания": "time",
    "время проведения": "time",
    "начало": "time",
    "зал": "-place",  # the hall; free text
    "зал судебного заседания": "-place",
    "место проведения": "-place",
    "место": "-place",
    "кабинет": "-place",
    "событие": "-event",  # the card names it in the portal's own words
    "наименование события": "-event",
    "информация по делу": "persons",
    "информация": "persons",
    "дело, лица": "persons",
    "лица": "persons",
    "стороны": "persons",
    "судья": "judge",
    "результат слушания": "result",
    "результат": "result",
    "результат рассмотрения": "result",
    "судебные акты": "-acts",  # the card leads to them
    "судебный акт": "-acts",
}
HEARING_MARKS = frozenset({"time"})
"""Fields that only a list of hearings has."""

# Tabs of a card by their text -> table code.
TABS: dict[str, str] = {
    "дело": "case",
    "рассмотрение в нижестоящем суде": "lower",
    "движение дела": "events",
    "слушания": "events",
    "лица": "persons",
    # VNKOD's own tab of the accused was not seen yet; the statute has these words for them, and its columns tell what it holds.
    "подсудимые": "persons",
    "обвиняемые": "persons",
    "осужденные": "persons",
    "стороны": "parties",
    "участники процесса": "parties",
    "лица, участвующие в деле": "parties",
    "участники": "parties",
    "стороны по делу": "parties",
    "стороны по делу (третьи лица)": "parties",
    "обжалование": "complaints",
    "обжалование решений, определений (пост.)": "complaints",
    "обжалование приговоров определений (пост.)": "complaints",
    "жалобы": "complaints",
    "исполнительные листы": "writs",
    "судебные акты": "acts",
}

# Labels of the tab ДЕЛО -> field; "-" is read and left out, with the reason.
CASE_LABELS: dict[str, str] = {
    "уникальный идентификатор дела": "uid",
    "дата поступления": "received",
    "судья": "judge",
    "председательствующий судья": "judge",
    "докладчик": "judge",
    "судья-докладчик": "judge",
    "дата рассмотрения": "result_date",
    "результат рассмотрения": "result",
    "решение": "result",
    "дата вступления в законную силу": "in_force",
    "дата вступления приговора в законную силу": "in_force",
    "дата вступления решения в законную силу": "in_force",
    "дата вступления приговора (постановления) в законную силу": "in_force",
    "признак рассмотрения дела": "consideration",
    "категория дела": "-category",  # free text beside the charges, which are read from ЛИЦА
    "номер здания, название обособленного подразделения": "-building",  # the court is known from the request
    "номер здания": "-building",
    "дело рассмотрено в": "-building",
    # VNKOD has no tab of the court below and names it here.
    "районный суд": "lower_court",
    "гарнизонный суд": "lower_court",
    "гарнизонный военный суд": "lower_court",
    "суд первой инстанции": "lower_court",
    "суд 1-ой инстанции": "lower_court",
    "суд (судебный участок) первой инстанции": "lower_court",
    "номер производства по делу в суде 1-ой инстанции": "lower_number",
    "номер дела в суде 1-ой инстанции": "lower_number",
    "номер дела в суде первой инстанции": "lower_number",
    "номер дела в первой инстанции": "lower_number",
    "судья 1-ой инстанции": "lower_judge",
    "судья первой инстанции": "lower_judge",
    "судья суда 1-ой инстанции": "lower_judge",
    "судья (мировой судья) первой инстанции": "lower_judge",
}

LOWER_LABELS: dict[str, str] = {
    "регион суда первой инстанции": "lower_region",
    "регион суда": "lower_region",
    "суд (судебный участок) первой инстанции": "lower_court",
    "суд первой инстанции": "lower_court",
    "номер дела в первой инстанции": "lower_number",
    "номер дела в суде первой инстанции": "lower_number",
    "судья (мировой судья) первой инстанции": "lower_judge",
    "судья первой инстанции": "lower_judge",
    "дата решения первой инстанции": "-lower_date",  # the card of that court says it
    "дата вынесения решения в первой инстанции": "-lower_date",
    "решение первой инстанции": "-lower_result",
}

EVENT_COLUMNS: dict[str, str] = {
    "наименование события": "name",
    "дата": "day",
    "дата события": "day",
    "время": "time",
    "время события": "time",
    "время слушания": "time",
    "место проведения": "-place",  # the hall; free text
    "зал": "-place",
    "зал судебного заседания": "-place",
    "результат события": "result",
    "результат": "result",
    "основание для выбранного результата события": "ground",
    "основания для выбранного результата события": "ground",
    "примечание": "-note",  # free text; may hold a name
    "дата размещения": "posted",
}

# Accused and parties: the engines give these tabs each other's names, so a table is told by its columns.
PEOPLE_COLUMNS: dict[str, str] = {
    "фамилия / наименование": "name",
    "фамилия": "name",
    "фамилия, имя, отчество": "name",
    "фио": "name",
    "фамилия, имя, отчество / наименование": "name",
    "перечень статей": "charges",
    "перечень статей ук рф": "charges",
    "статьи": "charges",
    "дата рассмотрения дела в отношении лица": "result_date",
    "результат в отношении лица": "result",
    "результат рассмотрения в отношении лица": "result",
    "результат рассмотрения дела в отношении лица": "result",
    "материал (судебн. контроля, в пор. исполн. приговора и иные)": "material",
    "материал": "material",
    "основания отмены (изменения) решения": "grounds",
    "вид лица, участвующего в деле": "role",
    "процессуальный статус лица, участвующего в деле": "role",
    "процессуальный статус": "role",
    "лицо, участвующее в деле (фио, наименование)": "name",
    "лицо, участвующее в деле": "name",
    "инн": "-inn",  # identifiers of organisations: not needed for a count
    "кпп": "-kpp",
    "огрн": "-ogrn",
    "огрнип": "-ogrnip",
    "огрн / огрнип": "-ogrn",
}
ACCUSED_MARKS = frozenset({"charges", "result", "result_date", "material", "grounds"})
"""Fields that only a table of the accused has."""

COMPLAINT_COLUMNS: dict[str, str] = {
    "дата поступления": "received",
    "дата поступления жалобы": "received",
    "дата поступления жалобы (представления)": "received",
    "процессуальный статус заявителя": "role",
    "процессуальный статус": "role",
    "лицо, подавшее жалобу": "applicant",
    "лицо, подавшее жалобу (представление)": "applicant",
    "заявитель": "applicant",
    "дата передачи жалобы на изучение": "passed_on",
    "дата передачи на изучение": "passed_on",
    "с истребованием дела": "file_demanded",
    "дата вынесения определения": "decided",
    "результат изучения жалобы": "result",
    "результат изучения": "result",
}
# Column names that go on differently from court to court: what they begin with -> field.
COMPLAINT_PREFIXES: tuple[tuple[str, str], ...] = (
    ("дата вынесения определения", "decided"),
    ("дата вынесения постановления", "decided"),
    ("дата передачи жалобы", "passed_on"),
    ("результат изучения", "result"),
)
YES_NO: dict[str, str] = {"да": "yes", "нет": "no", "с истребованием": "yes", "без истребования": "no"}

WRIT_COLUMNS: dict[str, str] = {
    "дата выдачи": "issued",
    "серия, номер бланка": "-number",  # carries the case number; stays in the archive
    "номер электронного ид": "-number",
    "статус": "status",
    "кому выдан / направлен": "addressee",
}

# Decisions by the kind that their tab or link names.
DOCUMENT_KINDS: dict[str, str] = {
    "приговор": "verdict",
    "постановление": "ruling",
    "определение": "determination",
    "решение": "decision",
    "апелляционное постановление": "appeal_ruling",
    "апелляционное определение": "appeal_determination",
    "апелляционный приговор": "appeal_verdict",
    "кассационное постановление": "cassation_ruling",
    "кассационное определение": "cassation_determination",
}

# Labels that the PRIMARY engine prints and VNKOD does not: in VNKOD's containers they show the mixed skin.
MIXED_LABELS = frozenset(
    {
        "дата",
        "время слушания",
        "место проведения",
        "вид лица, участвующего в деле",
        "результат рассмотрения",
        "признак рассмотрения дела",
        "номер здания, название обособленного подразделения",
    }
)

# Texts inside a state page's own box -> kind of page. Order matters: the first that is found decides.
STATES: tuple[tuple[str, str], ...] = (
    ("этот запрос заблокирован по соображениям безопасности", "blocked"),
    ("данный запрос некорректен", "blocked"),
    ("неверно указан проверочный код с картинки", "captcha_rejected"),
    ("неверно указан проверочный код", "captcha_rejected"),
    ("время жизни сессии закончилось", "captcha_rejected"),
    ("для продолжения необходимо пройти дополнительную проверку", "captcha_rejected"),
    ("error level 2", "unsupported_filter"),
    ("неверный формат запроса", "wrong_query"),
    ("указанный сервер сдп не найден", "wrong_query"),
    ("для получения полной информации по делу или материалу, нажмите на номер", "wrong_query"),
    ("данных по запросу не обнаружено", "no_data"),
    ("данных по запросу не найдено", "no_data"),
    ("ничего не найдено", "no_data"),
    ("пустой документ", "empty_document"),
    ("данный модуль неактивен", "module_off"),
    ("информация временно недоступна", "unavailable"),
    ("сайт временно недоступен", "unavailable"),
    ("информационное наполнение сайта", "unavailable"),
    ("503 service", "unavailable"),
    ("возможно, она была удалена или перемещена", "not_found"),
)

# Every word of the tables above. A label that is in it is remembered with its normal form, so that the label of a column is
# folded once and not on every page; no other text is ever remembered.
_WORDS = frozenset().union(
    *(
        LISTING_COLUMNS,
        HEARING_COLUMNS,
        TABS,
        CASE_LABELS,
        LOWER_LABELS,
        EVENT_COLUMNS,
        PEOPLE_COLUMNS,
        COMPLAINT_COLUMNS,
        WRIT_COLUMNS,
        HEADINGS,
    )
)
_MOST_SPELLINGS = 4096
_BEHIND_LABELS = " :\u25b2\u25bc\u25b3\u25bd\u2191\u2193\u2195\u21c5"
"""What some skins print behind a label: a colon, or the arrows by which a column is sorted."""
_folded: dict[str, str] = {}


def fold_label(text: str) -> str:
    """The normal form of a label, tab or heading."""
    known = _folded.get(text)
    if known is not None:
        return known
    folded = normalise(text).rstrip(_BEHIND_LABELS)
    if folded in _WORDS and len(_folded) < _MOST_SPELLINGS:
        _folded[text] = folded
    return folded
