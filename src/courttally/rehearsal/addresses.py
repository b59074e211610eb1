"""Addresses of the simulated sites, in the words of the real ones (portal.md 1.3), and what a request asks for.

Invariants: Cyrillic is percent-encoded as windows-1251; an address that is made here is understood here.
"""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, quote

from courttally.rehearsal.model import APPEAL, BESIDE, CASSATION, CIVIL, FIRST, KAS, KOAP, MATERIAL, Record, printed

SUBMIT = quote("Найти", encoding="cp1251")


@dataclass(frozen=True, slots=True)
class Form:
    """The fixed fields of one search form of the PRIMARY engine."""

    proceeding: str
    delo_id: str
    new: str
    table: str
    prefix: str
    title: str


FORMS = {
    form.proceeding: form
    for form in (
        Form(FIRST, "1540006", "0", "u1_case", "u1_case", "Уголовные дела - первая инстанция"),
        Form(APPEAL, "4", "4", "u2_case", "u2_case", "Уголовные дела - апелляция"),
        Form(CASSATION, "2450001", "2450001", "u33_case", "u33_case", "Уголовные дела - кассация"),
        Form(MATERIAL, "1610001", "0", "m_case", "m_case", "Производство по материалам"),
        Form(CIVIL, "1540005", "0", "g1_case", "g1_case", "Гражданские дела - первая инстанция"),
        Form(KAS, "41", "0", "p1_case", "p1_case", "Административные дела (КАС РФ) - первая инстанция"),
        Form(KOAP, "1500001", "0", "adm_case", "adm_case", "Дела об административных правонарушениях"),
    )
}
BY_PAIR = {(form.delo_id, form.new): form for form in FORMS.values()} | {("4", "2450001"): FORMS[CASSATION]}
VNKOD_NEW = {FIRST: "0", APPEAL: "4"}


def listing_query(proceeding: str, since: int, until: int, page: int, extra: str = "") -> str:
    """The query of a listing of what was received in a window of days, PRIMARY engine."""
    form = FORMS[proceeding]
    first = f"page={page}&" if page > 1 else ""
    return (
        f"name=sud_delo&srv_num=1&name_op=r&{first}delo_id={form.delo_id}&case_type=0&new={form.new}&delo_table={form.table}"
        f"&{form.prefix}__ENTRY_DATE1D={printed(since)}&{form.prefix}__ENTRY_DATE2D={printed(until)}{extra}&Submit={SUBMIT}&nc=1"
    )


def _vnkod_pair(proceeding: str) -> tuple[str, str]:
    if proceeding == MATERIAL or proceeding in BESIDE:
        return FORMS[proceeding].delo_id, FORMS[proceeding].new
    return "1540006", VNKOD_NEW[proceeding]


def vnkod_listing_query(court: str, proceeding: str, since: int, until: int, page: int) -> str:
    """The same question to the VNKOD engine."""
    delo_id, new = _vnkod_pair(proceeding)
    return (
        f"name=sud_delo&name_op=r&srv_num=1&_deloId={delo_id}&case__case_type=0&_new={new}&case__vnkod={court}&case__num_build=1"
        f"&process-type={delo_id}_0_{new}&case__entry_date1d={printed(since)}&case__entry_date2d={printed(until)}&_page={page}&nc=1"
    )


def card_query(record: Record) -> str:
    """The query of a card, PRIMARY engine, as listings print it."""
    form = FORMS[record.proceeding]
    new = f"&new={form.new}" if form.new != "0" else ""
    return f"name=sud_delo&srv_num=1&name_op=case&case_id={record.case_id}&case_uid={record.guid}&delo_id={form.delo_id}{new}"


def vnkod_card_query(record: Record) -> str:
    """The query of a card, VNKOD engine."""
    delo_id, new = _vnkod_pair(record.proceeding)
    return f"name=sud_delo&name_op=case&_id={record.case_id}&_uid={record.guid}&_deloId={delo_id}&_caseType=0&_new={new}&srv_num=1"


def act_query(record: Record, number: int) -> str:
    """The query of a decision's text."""
    form = FORMS[record.proceeding]
    return f"name=sud_delo&srv_num=1&name_op=doc&number={number}&delo_id={form.delo_id}&new={form.new}&text_number=1"


def address(host: str, query: str) -> str:
    """A whole address on a host."""
    return f"https://{host}/modules.php?{query}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query taken apart: field names in lower case, the last of equal ones counts."""

    fields: dict[str, str] = field(default_factory=dict)

    def get(self, *names: str) -> str:
        """The first of the named fields that is given and not empty."""
        for name in names:
            if self.fields.get(name):
                return self.fields[name]
        return ""

    def day(self, *names: str) -> int | None:
        """A dd.mm.yyyy field as a day; None where it is absent or no date."""
        parts = self.get(*names).split(".")
        if len(parts) != 3 or not all(part.isdigit() for part in parts):
            return None
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0])).toordinal()
        except ValueError:
            return None


def taken_apart(query: str) -> Asked:
    """A raw query string, its values decoded from windows-1251."""
    return Asked({name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True, encoding="cp1251")})
