"""The words of the sites' pages as tables: headings, tabs, columns, labels, and lists of what is ignored with reasons.

Keys are ``law.text.normalise``d. A label that is in none of these tables raises a signal. Source: the pages themselves
(reference, sections 2.1 to 2.3), read by eye.
"""

from __future__ import annotations

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

# (engine, delo_id, new or None when the address does not say) -> (branch, proceeding).
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
    ("vnkod", 1540005, 0): ("civil", "first"),
    ("vnkod", 1540005, 5): ("civil", "appeal"),
}

# Column names of result lists -> field.
LISTING_COLUMNS: dict[str, str] = {
    "№ дела": "number",
    "номер дела": "number",
    "дата поступления": "received",
    "лица": "persons",
    "лица / суд первой инстанции": "persons",
    "лица / суд первой инстанции (номер дела)": "persons",
    "судья": "judge",
    "дата решения": "result_date",
    "решение": "result",
    "дата вступления в законную силу": "in_force",
    "судебные акты": "acts",
    "информация по делу": "info",
}
LISTING_REQUIRED = ("number", "received")

# Column names that only a hearing list by day has.
HEARING_COLUMNS = frozenset({"время слушания", "время", "зал", "информация по делу", "дело, лица", "информация"})

# Tabs of a card by their text -> table code.
TABS: dict[str, str] = {
    "дело": "case",
    "рассмотрение в нижестоящем суде": "lower",
    "движение дела": "events",
    "слушания": "events",
    "лица": "persons",
    "стороны": "parties",
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
    "дата вступления в законную силу": "in_force",
    "признак рассмотрения дела": "consideration",
    "категория дела": "-category",  # free text beside the charges, which are read from ЛИЦА
    "номер здания, название обособленного подразделения": "-building",  # the court is known from the request
    "номер здания": "-building",
    "дело рассмотрено в": "-building",
}

EVENT_COLUMNS: dict[str, str] = {
    "наименование события": "name",
    "дата": "day",
    "дата события": "day",
    "время": "time",
    "время события": "time",
    "место проведения": "-place",  # the hall; free text
    "зал": "-place",
    "результат события": "result",
    "результат": "result",
    "основание для выбранного результата события": "ground",
    "примечание": "-note",  # free text; may hold a name
    "дата размещения": "posted",
}

PERSON_COLUMNS: dict[str, str] = {
    "фамилия / наименование": "name",
    "фамилия": "name",
    "перечень статей": "charges",
    "дата рассмотрения дела в отношении лица": "result_date",
    "результат в отношении лица": "result",
}

PARTY_COLUMNS: dict[str, str] = {
    "вид лица, участвующего в деле": "role",
    "лицо, участвующее в деле (фио, наименование)": "name",
    "лицо, участвующее в деле": "name",
    "инн": "-inn",  # identifiers of organisations: not needed for a count
    "кпп": "-kpp",
    "огрн": "-ogrn",
    "огрнип": "-ogrnip",
}

WRIT_COLUMNS: dict[str, str] = {
    "дата выдачи": "issued",
    "серия, номер бланка": "-number",  # carries the case number; stays in the archive
    "номер электронного ид": "-number",
    "статус": "status",
    "кому выдан / направлен": "addressee",
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
    ("warning: pg_connect()", "unavailable"),
    ("warning: pg_query()", "unavailable"),
    ("pg_connect():", "unavailable"),
    ("pg_query():", "unavailable"),
    ("503 service", "unavailable"),
    ("возможно, она была удалена или перемещена", "not_found"),
)
