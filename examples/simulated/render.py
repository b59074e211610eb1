"""Turns what a capture shows into the bytes of a page, in the shape in which the sites print it.

Invariants: every page says it is simulated, in words and in a meta element; bytes are windows-1251 unless the
capture's options say utf-8 (the page still claims windows-1251, as some sites do); the truth decides every value
and the templates only where it stands.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from string import Template

from .clerk import Dice, dotted
from .counts import real_day
from .truth import Capture, Case, Charge, Face, Person, Result

MOSCOW = timezone(timedelta(hours=3))
TEMPLATES = {
    path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).with_name("templates").glob("*.html")
}
LATIN = str.maketrans("сеоарСОАР", "ceoapCOAP")  # letters that look alike
HIDDEN = "<Информация скрыта>"
JUDGES = ("Придуманов Судья Учебный", "Вымышленный А.Б.", "Ненастоящая Вера Примеровна", "Небывалов В. Г.")
HEADS = (
    "№ дела",
    "Дата<br>поступления",
    "Лица",
    "Судья",
    "Дата<br>решения",
    "Решение",
    "Дата вступления<br>в законную силу",
    "Судебные<br>акты",
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
TOOLTIP = (
    "&nbsp;<span class='tooltipShow'><img src='/images/help.gif'><span>Информация о размещении событий в движении дела "
    "предоставляется на основе сведений, хранящихся в учетной системе судебного делопроизводства</span></span>"
)
HEARING = {
    "verdict": "Постановление приговора",
    "terminated": "Производство по делу прекращено",
    "returned": "Дело возвращено прокурору",
    "transferred": "Дело направлено по подсудности",
    "stayed": "Производство по делу приостановлено",
}


def fill(name: str, **values: object) -> str:
    """One template with its places filled; a place without a value is an error."""
    return Template(TEMPLATES[name]).substitute(values)


def charge_text(charge: Charge) -> str:
    """One charge as the sites write it: `ст. 30 ч.3, ст.338 ч.3 п.п.а,б`."""
    before = ""
    if charge.role:
        before += f"ст. 33 ч.{charge.role}, "
    if charge.stage:
        before += f"ст. 30 ч.{charge.stage}, "
    text = f"{before}ст.{charge.article}"
    if charge.part:
        text += f" ч.{charge.part}"
    if charge.points:
        text += f" п.{charge.points[0]}" if len(charge.points) == 1 else f" п.п.{','.join(charge.points)}"
    return text


def charges_text(person: Person, lookalikes: bool) -> str:
    text = "; ".join(charge_text(charge) for charge in person.charges) + " УК РФ"
    return text.translate(LATIN) if lookalikes else text


def result_html(result: Result | None, ground: bool) -> str:
    if result is None:
        return "&nbsp;"
    return f"{result.wording}<br>{html.escape(result.ground)}" if ground and result.ground else result.wording


def judge(case: Case) -> str:
    return JUDGES[case.case_id % len(JUDGES)]


def has_act(case: Case, face: Face) -> bool:
    """Few acts of military courts are published; here one verdict in five."""
    return bool(face.in_force) and case.case_id % 5 == 0


def row_html(capture: Capture, case: Case) -> str:
    """One row of a listing."""
    face = shown(capture, case)
    number = face.number
    if case.key not in capture.linkless:
        number = (
            f"<a href='/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={case.case_id}&case_uid={case.guid}"
            f"&delo_id=1540006'>{number}</a>"
        )
    people = ";<br>".join(
        f"{html.escape(person.name or HIDDEN)} - {charges_text(person, case.lookalikes)}" for person in face.people
    )
    act = has_act(case, face)
    link = (
        f"<a href='/modules.php?name=sud_delo&srv_num=1&name_op=doc&number={case.case_id + 9}&delo_id=1540006&new=0"
        "&text_number=1' TITLE='Приговор'><img src='/images/arow.gif'></a>"
    )
    text = fill(
        "row",
        number=number,
        received=face.received,
        people=people,
        judge=judge(case),
        decided=face.decided or "&nbsp;",
        result=result_html(face.result, ground=False),
        in_force=face.in_force or "&nbsp;",
        shade="" if act else " style='background:#ddd;'",
        act=link if act else "",
    )
    return text.replace("\t\t</tr>\n", "") if "unclosed rows" in capture.options else text


def shown(capture: Capture, case: Case) -> Face:
    face = case.face(capture.shown_at)
    if face is None:
        raise AssertionError(f"{case.key} is shown before it was posted")
    return face


def pager_html(capture: Capture) -> str:
    """Links to the other pages, unquoted as the sites print them."""
    if capture.pages == 1:
        return ""
    base = capture.url.partition("/modules.php")[2].replace("&nc=1", "")
    links = [
        f"<b>{page}</b>" if page == capture.page else f"<a href= ./modules.php{paged(base, page)}>{page}</a>"
        for page in range(1, capture.pages + 1)
    ]
    last = f'<a href= ./modules.php{paged(base, capture.pages)} title="На последнюю страницу списка">>></a>'
    return "Страницы : " + " | ".join(links) + " " + last


def paged(address: str, page: int) -> str:
    return "&".join(f"page={page}" if piece.startswith("page=") else piece for piece in address.split("&"))


def listing_html(capture: Capture) -> str:
    heads = [head.translate(LATIN) if "latin labels" in capture.options else head for head in HEADS]
    return fill(
        "listing",
        pager=pager_html(capture),
        found=capture.found,
        first=capture.first,
        last=capture.last,
        heads="".join(f'<th style="text-align: center" >{head}</th>' for head in heads),
        rows="".join(row_html(capture, case) for case in capture.cases),
    )


def table_html(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A block of a card: its title row, its column names in bold, its rows; every one carries the same id, as on
    the sites.
    """
    cells = "".join(
        f"<td align='center'><b>{head}</b>{TOOLTIP if head == 'Дата размещения' else ''}</td>" for head in heads
    )
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        "<br><table width='100%' border='0' cellpadding='3' cellspacing='0' id='tablcont'>"
        f"<tr><th colspan=10>{title}</th></tr><tr>{cells}</tr>{body}</table>"
    )


def case_block(case: Case, face: Face) -> str:
    """The tab ДЕЛО: names and values in two columns; what is empty is left out."""
    pairs = []
    if case.uid:
        href = (
            f"/modules.php?name=sud_delo&amp;name_op=r_juid&amp;vnkod={case.court.code}&amp;srv_num=1&amp;delo_id=1540006"
            f"&amp;case_type=0&amp;judicial_uid={case.uid}"
        )
        pairs.append(
            ("Уникальный идентификатор дела", f'<a style="font-size:12px;" href="{href}"><u>{case.uid}</u></a>')
        )
    pairs += [("Дата поступления", face.received), ("Судья", judge(case))]
    if face.decided:
        pairs.append(("Дата рассмотрения", face.decided))
    if face.result:
        pairs.append(("Результат рассмотрения", result_html(face.result, ground=True)))
        pairs.append(("Признак рассмотрения дела", "Рассмотрено единолично судьей"))
    rows = "".join(f'<tr><td width="50%"><b>{name}</b></td><td>{value}</td></tr>' for name, value in pairs)
    return (
        '<table width="100%" border="0" cellspacing="0" cellpadding="3" id="tablcont"><tr>'
        f'<th colspan="2" align="center" valign="center">ДЕЛО</th><tr>{rows}<br></table>'
    )


def events_block(case: Case, face: Face, dice: Dice) -> str:
    """The tab ДВИЖЕНИЕ ДЕЛА: registration, hand-over, hearings; each with the day its row was posted."""
    received = real_day(face.received) or (case.faces[0].since - timedelta(days=2)).date()
    rows = [event("Регистрация поступившего в суд дела", received, "", received + timedelta(days=1))]
    rows.append(event("Передача материалов дела судье", received, "", received + timedelta(days=1)))
    if face.result:
        ended = real_day(face.decided) or (face.since - timedelta(days=4)).date()
        first = received + timedelta(days=3 + dice.throw(4))
        if first < ended:
            name = "Решение в отношении поступившего уголовного дела"
            rows.append(event(name, first, "Назначено судебное заседание", first))
        said = HEARING.get(face.result.outcome, "")
        rows.append(event("Судебное заседание", ended, said, max(first, ended - timedelta(days=7))))
        if face.result.outcome == "verdict":
            rows.append(
                event("Провозглашение приговора", ended, "Провозглашение приговора окончено", face.since.date())
            )
    return table_html("ДВИЖЕНИЕ ДЕЛА", EVENT_HEADS, rows)


def event(name: str, day: date, result: str, posted: date) -> tuple[str, ...]:
    return (name, dotted(day), "10:00", "Зал №1" if result else "", result, "", "", dotted(posted))


def people_block(case: Case, face: Face) -> str:
    heads = (
        "Фамилия / наименование",
        "Перечень статей",
        "Дата рассмотрения дела в отношении лица",
        "Результат в отношении лица",
    )
    rows = [
        (
            html.escape(person.name or HIDDEN),
            charges_text(person, case.lookalikes),
            person.decided,
            result_html(person.result, ground=True) if person.result else "",
        )
        for person in face.people
    ]
    return table_html("ЛИЦА", heads, rows)


def parties_block() -> str:
    heads = (
        "Вид лица, участвующего в деле",
        "Лицо, участвующее в деле (ФИО, наименование)",
        "ИНН",
        "КПП",
        "ОГРН",
        "ОГРНИП",
    )
    rows = [
        ("Защитник (адвокат)", "Понарошкин Г.Д.", "", "", "", ""),
        ("Прокурор", "Учебная прокуратура, Выдумкин Е.Ж.", "", "", "", ""),
    ]
    return table_html("СТОРОНЫ", heads, rows)


def writs_block(case: Case, face: Face) -> str:
    heads = ("Дата выдачи", "Серия, номер бланка", "Номер электронного ИД", "Статус", "Кому выдан / направлен")
    row = (face.in_force, "", f"{case.court.code}#{face.number}#1", "Выдан", "Учебный отдел судебных приставов")
    return table_html("ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ", heads, [row])


def acts_block(case: Case, face: Face) -> str:
    kind = "Приговор" if face.result and face.result.outcome == "verdict" else "Постановление"
    text = fill("decision", title=kind.upper(), judge=judge(case))
    return (
        "<ul class='tabs'><li id='tab_doc1' class='sel'><a href='#' onclick='index_docs(1, 1); return false;'>"
        f"&nbsp;Судебный акт #1 ({kind})&nbsp;</a></li></ul><div class='contentt'>"
        f"<div id='cont_doc1' style='display: block; padding: 15px;'>{text}</div></div>"
    )


def card_html(capture: Capture) -> str:
    """A card with the tabs that this case has."""
    (case,) = capture.cases
    face = shown(capture, case)
    dice = Dice(f"card {case.case_id}")
    blocks = [
        ("ДЕЛО", case_block(case, face)),
        ("ДВИЖЕНИЕ ДЕЛА", events_block(case, face, dice)),
        ("ЛИЦА", people_block(case, face)),
    ]
    if case.case_id % 3:
        blocks.append(("СТОРОНЫ", parties_block()))
    if face.in_force and case.case_id % 4 == 0:
        blocks.append(("ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ", writs_block(case, face)))
    if has_act(case, face):
        blocks.append(("СУДЕБНЫЕ АКТЫ", acts_block(case, face)))
    tabs = "".join(
        f"<li id='tab{place}' class='{'sel' if place == 1 else 'nonsel'}'>"
        f"<a href='#' onclick='index({place}, {len(blocks)}); return false;'>&nbsp;{title}&nbsp;</a></li>"
        for place, (title, _) in enumerate(blocks, 1)
    )
    contents = "\n".join(
        f"<div id='cont{place}' style='display: {'block' if place == 1 else 'none'}; padding: 0 15px;'>{block}</div>"
        for place, (_, block) in enumerate(blocks, 1)
    )
    return fill(
        "card",
        number=face.number,
        tabs=tabs,
        contents=contents,
        published=stamp(case.faces[0].since),
        changed=stamp(face.since),
    )


def stamp(moment: datetime) -> str:
    return moment.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M")


def page(capture: Capture) -> bytes:
    """The bytes that the site answered with."""
    makers = {"listing": listing_html, "card": card_html}
    content = makers[capture.kind](capture) if capture.kind in makers else TEMPLATES[capture.kind]
    text = fill("page", content=content)
    return text.encode("utf-8" if "utf-8" in capture.options else "windows-1251")
