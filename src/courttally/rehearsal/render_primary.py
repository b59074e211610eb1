"""Pages of the PRIMARY engine: listings and cards, windows-1251, in the structure of the real ones.

Invariants: every page carries the mark of simulated data; tags, labels and columns are those of the sample pages
(a test compares them), the words in between are the rehearsal's own. Rows are plain string templates: a world has
hundreds of thousands of them.
"""

import zlib
from collections.abc import Sequence
from html import escape

from courttally.rehearsal.addresses import FORMS, act_query, card_query
from courttally.rehearsal.model import APPEAL, BESIDE, CASSATION, CIVIL, KAS
from courttally.rehearsal.shown import Face, SlotFace, ruling_day
from courttally.rehearsal.verdicts import act_text

ROWS = 25
MARK = (
    '<meta name="courttally-simulated" content="1">\n'
    '<div class="simulated" align="center"><b>УЧЕБНЫЕ ДАННЫЕ</b> &middot; simulated data</div>\n'
)
_LAW = (
    "В соответствии с Федеральным законом от 22.12.2008 № 262-ФЗ «Об обеспечении доступа к информации о деятельности судов"
    " в Российской Федерации» не все категории дел подлежат публикации и результат поиска может не отображать полный список"
    " дел, находящихся в суде на рассмотрении."
)
_PERSONS = dict.fromkeys((CIVIL, KAS), "Категория / Стороны / Суд")
TOOLTIP = (
    '&nbsp;<span class="tooltipShow"><img src="/images/help.gif"><span>Информация о размещении событий в движении дела'
    " предоставляется на основе сведений, хранящихся в учетной системе судебного делопроизводства</span></span>"
)


def encoded(page: str) -> bytes:
    """A page as the site sends it. Raises UnicodeEncodeError for what windows-1251 has no letter for."""
    return page.encode("cp1251")


def category(face: Face) -> str:
    """What a civil or administrative case is about; windows-1251 has no arrow."""
    return escape(face.record.category, quote=False).replace("→", "&rarr;")


def people(face: Face) -> str:
    """The cell of a listing that says whom or what a case is about."""
    if face.record.proceeding in (CIVIL, KAS):
        sides = "".join(f"<br>{role}: {escape(name, quote=False)}" for role, name in face.parties)
        return f"КАТЕГОРИЯ: {category(face)}{sides}"
    return persons_cell(face.slots)


def persons_cell(slots: Sequence[SlotFace]) -> str:
    """Name, dash, articles; several accused one below the other."""
    return ";<br>".join(
        escape(f"{slot.name} - {slot.articles}" if slot.articles else slot.name, quote=False) for slot in slots
    )


def _blank(text: str) -> str:
    return escape(text, quote=False) if text else "&nbsp;"


def ruling_text(wording: str, ground: str) -> str:
    """A result, its ground on a second line."""
    return escape(wording, quote=False) + (f"<br>{escape(ground, quote=False)}" if ground else "")


def row(face: Face) -> str:
    """One row of a listing."""
    record = face.record
    wording = face.ruling.wording if face.ruling else ""
    if face.act:
        link = act_query(record, face.act.number)
        act = (
            f"<td>&nbsp;<a href='/modules.php?{link}' TITLE='{face.act.kind}'>"
            "<img src='/images/arow.gif' style='width: 15px; height: 17px; border: 0; cursor: pointer;'></a>&nbsp;&nbsp;&nbsp;&nbsp;"
        )
    else:
        act = "<td style='background:#ddd;'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;"
    force = f"<td align='center'>{face.in_force}</td>" if face.in_force else "<td>&nbsp;</td>"
    below = (
        f"<br>{escape(face.lower_number, quote=False)}" if face.lower_number and record.proceeding == CASSATION else ""
    )
    return f"""					<tr valign="top" onmouseout="this.style.backgroundColor='#ffffff';" onmouseover="this.style.backgroundColor='#EFEFEF';"
					style="background-color: rgb(255, 255, 255);">
				<td title="Для получения справки по делу, нажмите на номер дела" style="width:6%;cursor: pointer;"><a href='/modules.php?{card_query(record)}'>{escape(face.number, quote=False)}</a><br></td>
				<td align="center" style="width:3%">
					&nbsp;{face.received}				</td>
								<td style="width:50%">
					{people(face)}{below}				</td>
				<td>
					{escape(face.judge, quote=False)}				</td>
				<td align="center">
					{_blank(ruling_day(face.ruling))}				</td>
				<td>
					{_blank(wording)}				</td>
				{force}{act}				</td>
			</tr>
"""


def pager(query: str, page: int, pages: int) -> str:
    """Links to the other pages, unquoted as the sites write them; nothing when there is one page."""
    if pages < 2:
        return ""
    base = "./modules.php?" + query.replace(f"page={page}&", "")
    links = [
        f"<b>{n}</b>" if n == page else f"<a href= {base}&page={n}>{n}</a>"
        for n in range(max(1, page - 5), min(pages, page + 5) + 1)
    ]
    last = f'<a href= {base}&page={pages} title="На последнюю страницу списка">>></a>'
    return "Страницы : " + " | ".join(links) + (f" {last}" if page < pages else "")


_LATIN_HEADS = str.maketrans("сС", "cC")
_BELOW = " / Суд первой инстанции"


def listing(proceeding: str, rows: Sequence[str], total: int, page: int, query: str, latin: bool = False) -> str:
    """A page of results. `rows` are the rows of this page, `total` is the site's counter; `latin`: some letters of the names
    of columns only look Cyrillic.
    """
    pages = max(1, -(-total // ROWS))
    first = (page - 1) * ROWS + 1
    links = pager(query, page, pages)
    heads = (
        "№ дела",
        "Дата<br>поступления",
        _PERSONS.get(proceeding, "Лица") + (_BELOW if proceeding in (APPEAL, CASSATION) else ""),
        "Судья".translate(_LATIN_HEADS) if latin else "Судья",
        "Дата<br>решения",
        "Решение",
        "Дата вступления<br>в законную силу",
        "Судебные<br>акты",
    )
    head = "".join(f'<th style="text-align: center" >{text}</th>' for text in heads)
    return f"""{MARK}<div class='box box_common m-all_m'><div id='content'>
		<div id=line></div>
	<div align='center' class='title'>
		{FORMS[proceeding].title}		<br>
		<div style="font-size: 12px">
			{_LAW}
		</div>
	</div>
	<div id=line></div>
	<table width="100%" border="0">
		<tr>
			<td valign="bottom" nowrap>
				{links}			</td>
			<td align="right">
				Всего по запросу найдено — {total}. На странице записи с {first}				по {first + len(rows) - 1}.&nbsp;&nbsp;<img src="/images/print.gif" alt=""
						width="16" height="16">
			</td>
		</tr>
	</table>
	<table width="100%" border="0" cellpadding="3" cellspacing="0" id="tablcont">
		<tr>
			{head}		</tr>
{"".join(rows)}				</table>
	<table width="100%" border="0">
		<tr>
			<td valign="bottom" nowrap>
				{links}			</td>
		</tr>
	</table>
	</div></div>
"""


def no_data(proceeding: str, court: str = "") -> str:
    """Nothing found: an honest zero or a question the site did not understand. Some courts word it otherwise."""
    form = FORMS[proceeding]
    words = (
        "Ничего не найдено"
        if court and zlib.crc32(f"nothing/{court}".encode()) % 6 == 0
        else "Данных по запросу не обнаружено"
    )
    return f"""{MARK}<div class='box box_common m-all_m'><div id='content'>
	<div align='center' class='title'>
		{form.title}		<br>
		<div style="font-size: 12px">
			{_LAW}
		</div>
	<div align='center' class='title'>
	<div align='center' id=error>{words}.<br>Уточните критерии поиска. <br><br>
		<a href="#"
				onclick="document.location.href = '/modules.php?name=sud_delo&srv_num=1&name_op=sf&delo_id={form.delo_id}&case_type=0&new={form.new}';">Вернуться
			на форму поиска<a>
	</div>
	</div></div>
"""


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"""			<tr>
					<td width="50%">
						<b>{label}</b>					</td>
					<td>{value}</td>
		</tr>
"""
        for label, value in rows
    )


def _grid(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], number: int) -> str:
    head = "".join(
        f"<td align='center'><b>{text}</b>{TOOLTIP if text == 'Дата размещения' else ''}</td>" for text in heads
    )
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in rows)
    return (
        f"<div id='cont{number}' style='display: none; padding: 0 15px 15px 15px;'><br>"
        "<table width='100%' border='0' cellpadding='3' cellspacing='0' id='tablcont'>"
        f"<tr><th colspan=10>{title}</th></tr><tr>{head}</tr>{body}</table></div>"
    )


EVENT_HEADS = (
    "Наименование события",
    "Дата",
    "Время",
    "Место проведения",
    "Результат события",
    "Основание для выбранного результата события",
    "Примечание",
    "Дата размещения",
)
SLOT_HEADS = (
    "Фамилия / наименование",
    "Перечень статей",
    "Дата рассмотрения дела в отношении лица",
    "Результат в отношении лица",
)
UPPER_HEADS = (
    "Фамилия / наименование",
    "Перечень статей",
    "Материал (судебн. контроля, в пор. исполн. приговора и иные)",
    "Результат в отношении лица",
    "Основания отмены (изменения) решения",
)
PARTY_HEADS = (
    "Вид лица, участвующего в деле",
    "Лицо, участвующее в деле (ФИО, наименование)",
    "ИНН",
    "КПП",
    "ОГРН",
    "ОГРНИП",
)


def case_fields(face: Face) -> list[tuple[str, str]]:
    """Label and value of the first tab; what the court does not fill in has no line."""
    record, form = face.record, FORMS[face.record.proceeding]
    fields: list[tuple[str, str]] = []
    if face.uid:
        link = f"/modules.php?name=sud_delo&name_op=r_juid&vnkod={record.court}&srv_num=1&delo_id={form.delo_id}&case_type=0&judicial_uid={face.uid}"
        fields.append(
            ("Уникальный идентификатор дела", f'<a style="font-size:12px;" href="{link}"><u>{face.uid}</u></a>')
        )
    fields.append(("Дата поступления", face.received))
    if record.category and record.proceeding in BESIDE:
        fields.append(("Категория дела", category(face)))
    fields.append(("Судья", escape(face.judge, quote=False)))
    if face.ruling:
        if ruling_day(face.ruling):
            fields.append(("Дата рассмотрения", ruling_day(face.ruling)))
        fields.append(("Результат рассмотрения", ruling_text(face.ruling.wording, face.ruling.ground)))
    if record.building:
        fields.append(("Номер здания, название обособленного подразделения", record.building))
    if record.sign and face.ruling and face.ruling.day:
        fields.append(("Признак рассмотрения дела", record.sign))
    return fields


def lower_fields(face: Face) -> list[tuple[str, str]]:
    """What an appeal card says of the court below."""
    lower = face.record.lower
    if lower is None:
        return []
    return [
        ("Суд (судебный участок) первой инстанции", face.lower_court),
        ("Номер дела в первой инстанции", escape(face.lower_number, quote=False)),
        ("Судья (мировой судья) первой инстанции", escape(lower.judge, quote=False)),
    ]


def slot_rows(face: Face, upper: bool) -> list[tuple[str, ...]]:
    """The accused, one row each."""
    rows: list[tuple[str, ...]] = []
    for slot in face.slots:
        result = ruling_text(slot.ruling.wording, slot.ruling.ground) if slot.ruling else ""
        name, articles = escape(slot.name, quote=False), escape(slot.articles, quote=False)
        rows.append(
            (name, articles, slot.material, result, "") if upper else (name, articles, ruling_day(slot.ruling), result)
        )
    return rows


def card(face: Face) -> str:
    """A whole card."""
    record = face.record
    upper = record.proceeding in (APPEAL, CASSATION)
    titles = ["ДЕЛО"]
    blocks = [
        f"""	<div id="cont1" style="display: block; padding: 0 15px 15px 15px;">
		<table width="100%" border="0" cellspacing="0" cellpadding="3" id="tablcont">
			<tr>
		<th colspan="2" align="center" valign="center">ДЕЛО</th>
		<tr>
{_pairs(case_fields(face))}  				<br>
		</table>
	</div>
"""
    ]
    if record.lower:
        titles.append("РАССМОТРЕНИЕ В НИЖЕСТОЯЩЕМ СУДЕ")
        blocks.append(
            f"""		<div id="cont2" style="display: none; padding: 0 15px 15px 15px;">
			<table width="100%" border="0" cellspacing="0" cellpadding="3" id="tablcont">
				<tr>
					<th colspan='2' align='center' valign='center'>РАССМОТРЕНИЕ В НИЖЕСТОЯЩЕМ СУДЕ</th>
				</tr>
{_pairs(lower_fields(face))}					<br>
			</table>
		</div>
"""
        )
    if face.events:
        titles.append("СЛУШАНИЯ" if record.proceeding == CASSATION else "ДВИЖЕНИЕ ДЕЛА")
        rows = [(e.name, e.day, e.time, e.hall, e.result, e.ground, "", e.posted) for e in face.events]
        blocks.append(_grid(titles[-1], EVENT_HEADS, rows, len(titles)))
    if face.slots:
        titles.append("ЛИЦА")
        blocks.append(_grid("ЛИЦА", UPPER_HEADS if upper else SLOT_HEADS, slot_rows(face, upper), len(titles)))
    if face.parties:
        titles.append("СТОРОНЫ")
        sides = [(*(escape(text, quote=False) for text in pair), "", "", "", "") for pair in face.parties]
        blocks.append(_grid("СТОРОНЫ", PARTY_HEADS, sides, len(titles)))
    if face.act:
        titles.append("СУДЕБНЫЕ АКТЫ")
        blocks.append(
            f"<div id='cont{len(titles)}' style='display: none; padding: 0 15px 15px 15px;'><ul class='tabs'><li id='tab_doc1' class='sel'>"
            f"<a href='#' onclick='index_docs(1, 1); return false;'>&nbsp;Судебный акт #1 ({face.act.kind})&nbsp;</a></li></ul>"
            f"<div class='contentt'><div id='cont_doc1' style='display: block; padding: 15px;'>{act_text(face)}</div></div></div>"
        )
    count = len(titles)
    tabs = "".join(
        f"<li id='tab{n}' class='{'sel' if n == 1 else 'nonsel'}'><a href='#' onclick='index({n}, {count}); return false;'>&nbsp;{title}&nbsp;</a></li>"
        for n, title in enumerate(titles, start=1)
    )
    return f"""{MARK}<div id='content'>
<div id=line></div>
<div align='center' class='title'>
	{FORMS[record.proceeding].title}</div>
<div id=line></div>
<div align="center" class=casenumber>
	ДЕЛО № {escape(face.number, quote=False)}</div>
<ul class='tabs'>{tabs}</ul>
<div class="contentt" style="padding:0; margin:0;">
	<noscript>Javascript выключен.</noscript>
{"".join(blocks)}</div>
<div align="right" style="padding:5px;"><img src="images/print.gif" alt="Печать карточки"></div>
<div class="outputArea publishInfo">опубликовано {face.published}, изменено {face.changed}</div>
</div>
"""
