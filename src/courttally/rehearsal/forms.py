"""Search forms, hearing lists and acts: what a site shows beside listings and cards.

Invariants: the fields of a form are those the listing understands; a court of a captcha region asks for a code.
"""

from collections.abc import Sequence
from html import escape

from courttally.rehearsal.addresses import FORMS, Form
from courttally.rehearsal.captcha import Challenge, inline
from courttally.rehearsal.model import FIRST, Record
from courttally.rehearsal.render_primary import MARK
from courttally.rehearsal.shown import Face
from courttally.rehearsal.verdicts import act_text

HEARING_HEADS = ("№ п/п", "Номер дела", "Время", "Зал", "Информация по делу", "Судья", "Результат слушания")


def _code(challenge: Challenge | None) -> str:
    if challenge is None:
        return ""
    return f"""
		<tr>
			<td style="width:10%;" align="right">Проверочный код</td>
			<td style="width:40%;"><input name='captcha' autocomplete='off' id='captcha' type='text' class='Lookup' size=10>
			<img src="{inline(challenge.digits)}" width="100" height="30">
			<input name="captchaid" type="hidden" value="{challenge.captcha_id}">
			</td>
		</tr>"""


def _line(label: str, *fields: str) -> str:
    inputs = " по ".join(f"<input name='{name}' type='text' size=10 class='Lookup'>" for name in fields)
    return f"\n\t\t<tr><td>{label}</td><td>{inputs}</td></tr>"


def primary_form(form: Form, challenge: Challenge | None) -> str:
    """The search form of the PRIMARY engine."""
    upper = form.prefix.upper()
    lines = _line("Номер дела (материала)", f"{form.prefix}__CASE_NUMBERSS")
    lines += _line("Уникальный идентификатор дела", f"{form.prefix}__JUDICIAL_UIDSS")
    lines += _line("Дата поступления", f"{form.prefix}__ENTRY_DATE1D", f"{form.prefix}__ENTRY_DATE2D")
    lines += _line("Дата рассмотрения дела", f"{form.prefix}__RESULT_DATE1D", f"{form.prefix}__RESULT_DATE2D")
    if form.proceeding == FIRST:
        lines += _line("Фамилия / наименование", "U1_DEFENDANT__NAMESS")
        lines += _line("Статьи УК", "U1_DEFENDANT__LAW_ARTICLESS")
        lines += _line("Дата вступления в законную силу", f"{upper}__VALIDITY_DATE1D", f"{upper}__VALIDITY_DATE2D")
        lines += _line("Дата размещения акта", "U1_DOCUMENT__PUBL_DATE1D", "U1_DOCUMENT__PUBL_DATE2D")
    return f"""{MARK}<div id='content'>
	<form action="" method="get" name="calform" id="calform">
	<input name="name" type="hidden" value="sud_delo">
	<input name="srv_num" type="hidden" value="1">
	<input name="name_op" type="hidden" value="r">
	<input name="delo_id" type="hidden" value="{form.delo_id}">
	<input name="case_type" type="hidden" value="0">
	<input name="new" type="hidden" value="{form.new}">
	<div align='center' class='title'>{form.title}</div>
	<table width="100%" border="0">{lines}{_code(challenge)}
	</table>
	<input name="delo_table" type="hidden" value="{form.table}">
	<input name="Submit" type="submit" class="booton" value="Найти">
	</form></div>
"""


def vnkod_form(court: str, proceeding: str, challenge: Challenge | None) -> str:
    """The search form of the VNKOD engine."""
    lines = _line("Номер дела", "case__case_numberss") + _line("УИД", "case__judicial_uidss")
    lines += _line("Дата поступления", "case__entry_date1d", "case__entry_date2d")
    lines += _line("Дата рассмотрения", "case__result_date1d", "case__result_date2d")
    lines += _line("Статьи", "parts__law_articless")
    return f"""{MARK}<div id="modSdpContent"><link rel="stylesheet" href="/modules/sud_delo/css/v4/style.css">
	<form action="/modules.php" method="get" id="sf" class="form-container">
	<input name="name" type="hidden" value="sud_delo"><input name="name_op" type="hidden" value="r">
	<input name="srv_num" type="hidden" id="srv_num" value="1"><input name="_deloId" id="_deloId" type="hidden" value="1540006">
	<input name="case__case_type" type="hidden" value="0"><input name="_new" id="_new" type="hidden" value="0">
	<input name="case__vnkod" type="hidden" value="{court}"><input name="case__num_build" type="hidden" value="1">
	<div class="title">{FORMS[proceeding].title}</div>
	<table>{lines}{_code(challenge)}</table>
	<input type="submit" value="Найти">
	</form></div>
"""


def hearing_list(day: str, rows: Sequence[tuple[str, str, str, Face, str]]) -> str:
    """Hearings of one day: time, hall, address of the card, the case, the result. No names where the court hides them."""
    if not rows:
        return f"{MARK}<div id='content'><div align='center' id='error'>На {day} дел не назначено</div></div>\n"
    head = "".join(f"<th>{text}</th>" for text in HEARING_HEADS)
    body = "".join(
        f"<tr><td>{n}.</td><td><a href='/modules.php?{link}'>{escape(face.number, quote=False)}</a></td><td>{time}</td>"
        f"<td>{hall}</td><td>{'; '.join(escape(f'{s.name} - {s.articles}', quote=False) for s in face.slots)}</td>"
        f"<td>{escape(face.judge, quote=False)}</td><td>{result}</td></tr>"
        for n, (time, hall, link, face, result) in enumerate(rows, start=1)
    )
    return f"{MARK}<div id='content'><div class='title'>Список дел, назначенных к слушанию на {day}</div><table id='tablcont'><tr>{head}</tr>{body}</table></div>\n"


def act_page(face: Face) -> str:
    """A decision's text on a page of its own."""
    return f"{MARK}<div id='content'>{act_text(face)}</div>\n"


def with_chrome(court: str, page: str) -> str:
    """A page as a site sends it without `nc=1`: with a head, a menu and a foot around it."""
    return (
        '<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">\n'
        f"<title>{escape(court)}</title></head>\n<body>\n<div class='wrapper'><div class='menu menu_vertical'>"
        '<div class="menu__item"><a class="menu__link" href="/">О СУДЕ</a></div>'
        '<div class="menu__item"><a class="menu__link" href="/modules.php?name=press_dep&amp;op=1">ПРЕСС-СЛУЖБА</a></div>'
        '<div class="menu__item"><a class="menu__link" href="/modules.php?name=sud_delo&amp;srv_num=1&amp;name_op=sf&amp;delo_id=1540006">'
        f"СУДЕБНОЕ ДЕЛОПРОИЗВОДСТВО</a></div></div>\n{page}</div>\n</body></html>\n"
    )


def has_hearing(record: Record, day: int, shown_by: int) -> bool:
    """Whether a hearing of the record on a day had been posted."""
    return any(event.day == day and event.hall and event.posted <= shown_by for event in record.events)
