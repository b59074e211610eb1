"""Pages of the VNKOD engine and of the mixed skin: `tab_content_*` containers, every table printed twice.

Invariants: as in `render_primary`; the mixed skin has the containers of VNKOD and the labels of PRIMARY, and names the
accused in a tab of their own either way. VNKOD's movement of the case has no column for grounds.
"""

from collections.abc import Sequence
from html import escape

from courttally.rehearsal.addresses import FORMS, vnkod_card_query
from courttally.rehearsal.model import APPEAL, BESIDE
from courttally.rehearsal.names import HIDDEN
from courttally.rehearsal.render_primary import (
    EVENT_HEADS,
    MARK,
    PARTY_HEADS,
    ROWS,
    SLOT_HEADS,
    TOOLTIP,
    category,
    people,
    ruling_text,
)
from courttally.rehearsal.shown import Face, ruling_day
from courttally.rehearsal.verdicts import act_text

LISTING_HEADS = (
    "Номер дела",
    "Дата поступления",
    "Информация по делу",
    "Судья",
    "Дата решения",
    "Решение",
    "Дата вступления<br>в законную силу",
    "Судебные<br>акты",
)
VNKOD_EVENT_HEADS = (
    "Дата события",
    "Время события",
    "Зал судебного заседания",
    "Наименование события",
    "Результат события",
    "Дата размещения",
)
MIXED_EVENT_HEADS = tuple("Время слушания" if head == "Время" else head for head in EVENT_HEADS)
VNKOD_PARTY_HEADS = (
    "Процессуальный статус лица, участвующего в деле",
    "Лицо, участвующее в деле (ФИО, наименование)",
    "ИНН",
    "КПП",
    "ОГРН / ОГРНИП",
)
MIXED_PARTY_HEADS = ("Вид лица, участвующего в деле", "Фамилия / наименование", *PARTY_HEADS[2:])


def _plain(text: str) -> str:
    """As this engine writes a hidden name: without the angle brackets."""
    return text.replace(escape(HIDDEN, quote=False), "Информация скрыта")


def _box(inside: str) -> str:
    return (
        f'{MARK}<div class="box box_common m-all_m">\n\t<div class="box__head box__head_white">СУДЕБНОЕ ДЕЛОПРОИЗВОДСТВО</div>\n'
        '\t<div id="modSdpContent">\n\t<link rel="stylesheet" href="/modules/sud_delo/css/v4/style.css">\n'
        f"{inside}\t</div>\n</div>\n"
    )


def row(face: Face) -> tuple[str, str]:
    """One row of a listing: for the table, and for the small screens below it."""
    record = face.record
    link = vnkod_card_query(record).replace("&", "&amp;")
    number = f'<a href="/modules.php?{link}" class="dashed open-lawcase">{escape(face.number, quote=False)}</a>'
    told = _plain(people(face))
    wording = escape(face.ruling.wording, quote=False) if face.ruling else ""
    act = ""
    if face.act:
        act = (
            f'<a href="/modules.php?{link}&amp;_doc=1" class="doc" title="{face.act.kind}">'
            '<img src="/modules/sud_delo/images/doc.png"></a>'
        )
    judge = escape(face.judge, quote=False)
    table = (
        "\t\t\t\t<tr onmouseout=\"js: this.style.backgroundColor='#ffffff';\" onmouseover=\"js: this.style.backgroundColor='#EFEFEF';\">\n"
        f'<td class="lawcase-number-td">{number}</td>\n<td class="text-center vert-align">{face.received}</td>\n'
        f'<td class="vert-align">{told}</td>\n<td class="vert-align">{judge}</td>\n'
        f'<td class="text-center vert-align">{ruling_day(face.ruling)}</td>\n<td class="vert-align">{wording}</td>\n'
        f'<td class="text-center vert-align">{face.in_force}</td>\n<td class="vert-align">{act}</td>\n\t\t\t\t</tr>\n'
    )
    mobile = (
        f'\t\t<div class="mobile-lawcase-card"><time>Поступило: {face.received}</time><div class="m-number">{number}</div>'
        f'<div class="m-essence">{told}</div></div>\n'
    )
    return table, mobile


def listing(court: str, proceeding: str, rows: Sequence[tuple[str, str]], total: int, page: int, query: str) -> str:
    """A page of results, once as a table and once for small screens."""
    pages = max(1, -(-total // ROWS))
    first = (page - 1) * ROWS + 1
    base = "/modules.php?" + query.replace(f"&_page={page}", "").replace("&", "&amp;")
    links = "".join(
        f'<span class="current">{n}</span>' if n == page else f'<a href="{base}&amp;_page={n}">{n}</a>'
        for n in range(1, pages + 1)
        if pages > 1
    )
    heads = "".join(
        f'<td class="{"lawcase-number-td " if n == 0 else ""}text-center">{head}</td>'
        for n, head in enumerate(LISTING_HEADS)
    )
    return _box(
        f"""		<div id="search_results">
			<div class="name-instanse">
		{FORMS[proceeding].title}
	</div>
	<hr>
		<div class="lawcase-paging light-theme simple-pagination">{links}
			</div>
	<div class="lawcase-count">
		Всего по запросу найдено - <b>{total}</b>.&nbsp;
		<span>На странице записи с <b>{first}</b> по <b>{first + len(rows) - 1}</b>.</span>
	</div>
	<div id="resultTable">
		<table class="law-case-table line-hover">
			<thead>
				<tr>{heads}</tr>
			</thead>
			<tbody>
{"".join(item[0] for item in rows)}			</tbody>
		</table>
	</div>
	<div id="resultMob" class="mt7">
{"".join(item[1] for item in rows)}	</div>
	<div class="lawcase-paging light-theme simple-pagination" style="display: inline-block;">{links}
	</div>
	</div>
"""
    )


def no_data(proceeding: str) -> str:
    """Nothing found, in this engine's words."""
    return _box(
        f'\t<div id="search_results">\n\t\t<div class="name-instanse">{FORMS[proceeding].title}</div>\n'
        '\t\t<div id="error" class="text-center">Данных по запросу не найдено</div>\n\t</div>\n'
    )


def _fields(rows: Sequence[tuple[str, str]]) -> str:
    body = "".join(f"<tr><td><b>{label}</b></td><td>{value}</td></tr>" for label, value in rows)
    return f"<tbody>{body}</tbody>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], kind: str) -> str:
    head = "".join(
        f'<td class="vert-align">{text}{TOOLTIP if text == "Дата размещения" and len(heads) > 6 else ""}</td>'
        for text in heads
    )
    body = "".join(
        "<tr>" + "".join(f'<td class="vert-align">{cell}</td>' for cell in cells) + "</tr>" for cells in rows
    )
    return (
        f'<table class="law-case-table {kind}"><thead class="vert-align"><tr class="text-center">{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _case_fields(face: Face, mixed: bool) -> list[tuple[str, str]]:
    record = face.record
    fields: list[tuple[str, str]] = []
    if face.uid:
        token = "&amp;srv_num=1&amp;token=judicial_uid" if mixed else ""
        link = f"/modules.php?name=sud_delo&amp;name_op=r{token}&amp;case__judicial_uidss={face.uid}&amp;_ord=asc"
        fields.append(("Уникальный идентификатор дела", f'<a class="dashed" href="{link}">{face.uid}</a>'))
    fields.append(("Дата поступления", face.received))
    if record.category and record.proceeding in BESIDE:
        fields.append(("Категория дела", category(face)))
    judge = "Докладчик" if record.proceeding == APPEAL and not mixed else "Судья"
    fields.append((judge, escape(face.judge, quote=False)))
    if face.ruling:
        if ruling_day(face.ruling):
            fields.append(("Дата рассмотрения", ruling_day(face.ruling)))
        result = ruling_text(face.ruling.wording, face.ruling.ground)
        fields.append(("Результат рассмотрения" if mixed else "Решение", result))
    if mixed and record.building:
        fields.append(("Номер здания, название обособленного подразделения", record.building))
    if mixed and record.sign and face.ruling and face.ruling.day:
        fields.append(("Признак рассмотрения дела", record.sign))
    return fields


def _blocks(face: Face, mixed: bool) -> list[tuple[str, str, Sequence[str], list[tuple[str, ...]]]]:
    """Container, title, column names and rows of every list of the card."""
    blocks: list[tuple[str, str, Sequence[str], list[tuple[str, ...]]]] = []
    if face.events and mixed:
        lines = [(f" {e.name}", e.day, e.time, e.hall, f" {e.result}", e.ground, "", e.posted) for e in face.events]
        blocks.append(("EventList", "Движение дела", MIXED_EVENT_HEADS, list(lines)))
    elif face.events:
        short = [(e.day, e.time, e.hall, f" {e.name}", f" {e.result}", e.posted) for e in face.events]
        blocks.append(("EventList", "Движение дела", VNKOD_EVENT_HEADS, list(short)))
    accused: list[tuple[str, ...]] = [
        (
            _plain(escape(slot.name, quote=False)),
            escape(slot.articles, quote=False),
            ruling_day(slot.ruling),
            ruling_text(slot.ruling.wording, slot.ruling.ground) if slot.ruling else "",
        )
        for slot in face.slots
    ]
    if accused:
        blocks.append(("DefList", "Лица", SLOT_HEADS, accused))
    if face.parties:
        heads = MIXED_PARTY_HEADS if mixed else VNKOD_PARTY_HEADS
        parties: list[tuple[str, ...]] = [
            (escape(role), escape(name), *[""] * (len(heads) - 2)) for role, name in face.parties
        ]
        blocks.append(("PersonList", "Стороны", heads, parties))
    return blocks


def _mobile(face: Face) -> str:
    return "".join(
        f'<div class="mobile-lawcase-item block-mobile"><h2>{e.day} {e.time}</h2><ul><li><b> {e.name}</b></li>'
        + (f"Результат:<li><b> {e.result}</b></li>" if e.result else "")
        + "</ul></div>"
        for e in face.events
    )


def card(face: Face, mixed: bool) -> str:
    """A whole card of the VNKOD engine, or of the mixed skin."""
    fields, blocks = _fields(_case_fields(face, mixed)), _blocks(face, mixed)
    kind = "list" if mixed else "non-list"
    tabs = ['<li id="tab_id_Case" class="active">Дело</li>']
    body = [
        f'<div id="tab_content_Case" class="lawcase-tab-content"><table class="law-case-table">{fields}</table></div>'
    ]
    prints = [
        f'<div class="lawcase-tab-content none" id="printVersionBodyCase" style="display: none;">Дело<table class="law-case-table non-list">{fields}</table>'
    ]
    for name, title, heads, rows in blocks:
        tabs.append(f'<li id="tab_id_{name}">{title}</li>')
        mobile = _mobile(face) if name == "EventList" else ""
        body.append(
            f'<div class="lawcase-tab-content" id="tab_content_{name}" style="display: none;">'
            f"{_table(heads, rows, f'{kind} none-mobile')}{mobile}</div>"
        )
        again = _table(heads, rows, "non-list")
        if mixed:
            prints.append(f"<div>{title}</div>{again}")
        else:
            body.append(f'<div class="lawcase-tab-content printVersionBody none" style="display: none;">{again}</div>')
    if face.act:
        tabs.append(f'<li id="tab_id_Document1">Судебный акт #1 ({face.act.kind})</li>')
        body.append(
            f'<div class="lawcase-tab-content" id="tab_content_Document1" style="display: none;">{act_text(face)}</div>'
        )
    if mixed:
        body.append("".join(prints) + "</div>")
    number = escape(face.number, quote=False)
    return _box(
        f"""		<div id="search_results">
			<div class="name-instanse">
		{FORMS[face.record.proceeding].title}	</div>
	<hr>
	<div class="container" id="case_window">
		<div class="case-num">ДЕЛО № {number}</div>
		<ul id="case_bookmarks" class="bookmarks">
			{"".join(tabs)}		</ul>
		<div class="clr sp15"></div>
		{"".join(body)}
	</div>
	</div>
"""
    )
