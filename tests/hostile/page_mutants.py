"""Ways to spoil a page, each a function of a random generator, the page's bytes and another page's bytes.

Invariants: the same generator state gives the same bytes; nothing here knows how the reader works, only how the
pages look. A mutant may have been spoiled more than once.
"""

import random
import re
from collections.abc import Callable

Mutator = Callable[[random.Random, bytes, bytes], bytes]

TAG = re.compile(rb"<[^<>]{0,400}>")
CELL = re.compile(rb"<t[dh][^<>]*>.*?(?=<t[dhr][\s>]|</t[dhr]>|</table>)", re.S | re.I)
ROW = re.compile(rb"<tr[^<>]*>.*?(?=<tr[\s>]|</table>)", re.S | re.I)
TABLE = re.compile(rb"<table[^<>]*>.*?</table>", re.S | re.I)
TEXT = re.compile(rb">([^<>]{1,300})<")

PLANT_LETTERS = ("бгджзлпфцчшщ", "иыэюя")
"""Letters without a look-alike and that no folding changes, so that a planted word survives every spelling."""

HOSTILE = (
    "<script>document.title='щызжиглюфы'</script>",
    "'; DROP TABLE records; --",
    '" OR "1"="1',
    "{0.__class__.__mro__} %s %n %x {{7*7}} ${7*7} $(id) `id`",
    "\x1b[2J\x1b]0;щызжиглюфы\x07\x1b[31m",
    '=HYPERLINK("http://example.invalid";"щызжиглюфы")',
    "+1+1",
    "-2+3",
    "@SUM(1:1)",
    "\t=1+1",
    "\r=1+1",
    "&#x202e;\u202eщызжиглюфы\u202c",
    "\u200f\u200e\u2066\u2069\ufeff",
    "&#xD800;&#xDFFF;&#x110000;&#0;&#55296;",
    "../../../../etc/passwd",
    "[bold red]щызжиглюфы[/] [link=file:///x]y[/link]",
    "%00%0d%0aSet-Cookie:%20a=b",
    "\u2028\u2029\x0b\x0c\x85",
    "١-٢/٢٠٢٤",
    "٠٥.٠٢.٢٠٢٤",
    "ст.٣٣٧ ч.٥ УК РФ",
    "1-1/2024²",
    "99999999999999999999999999",
    "1" * 5000,
    "0x7fffffff",
    "NaN",
    "31.02.2024",
    "00.00.0000",
    "29.02.2023 25:61",
    "01.01.9999",
    "01.01.0001",
)
MARKERS = (
    "Данных по запросу не обнаружено",
    "Неверно указан проверочный код с картинки",
    "Информация временно недоступна. Обратитесь позднее",
    "НЕВЕРНЫЙ ФОРМАТ ЗАПРОСА",
    "ERROR LEVEL 2",
    "Данный модуль неактивен",
    "Этот запрос заблокирован по соображениям безопасности",
    "Пустой документ",
    "Время жизни сессии закончилось",
    "На 01.02.2024 дел не назначено",
    "Warning: pg_connect(): Unable to connect",
)
LABELS = ("№ дела", "Дата поступления", "Лица", "Судья", "Дата решения", "Решение", "Щызжиглюфы", "", "Время", "Зал")
LONG = (
    "ст.337 ч.5; ", "1-1/2024 (", "((((((((", "; ", "ст. 30 ч.3, ", " -", "ст.", "п.а,б,", "УК РФ;", "Иванов И.И. - ", "~ М-1/24 ",
    "Вынесен ПРИГОВОР ", "в связи с ", "опубликовано ", "01.01.2024 ", "\u00a0", "ё", "&nbsp;", "<br>", "дело № ", "ч.3.1.2,", "a\u0430",
    "<b>", "&#1057;", "е\u0308", "уголовное дело прекращено (", "по п. 1 ч. 1 ст. 24 УПК РФ, ",
)  # fmt: skip


def plant(rng: random.Random) -> str:
    """An improbable word of ten letters."""
    return "".join(rng.choice(PLANT_LETTERS[n % 2]) for n in range(10))


def _cp(text: str) -> bytes:
    """Text as a page would hold it: windows-1251, anything else as a character reference."""
    return text.encode("cp1251", "xmlcharrefreplace")


def _span(rng: random.Random, length: int, most: int) -> tuple[int, int]:
    start = rng.randrange(length + 1)
    return start, min(length, start + rng.randrange(1, most + 1))


def truncate(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return page[: rng.randrange(len(page) + 1)]


def splice(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return page[: rng.randrange(len(page) + 1)] + other[rng.randrange(len(other) + 1) :]


def drop_bytes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    start, end = _span(rng, len(page), 300)
    return page[:start] + page[end:]


def repeat_bytes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    start, end = _span(rng, len(page), 2000)
    return page[:end] + page[start:end] * rng.randrange(1, 4) + page[end:]


def flip_bytes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    body = bytearray(page)
    for _ in range(rng.randrange(1, 40)):
        if body:
            body[rng.randrange(len(body))] = rng.randrange(256)
    return bytes(body)


def _insert(rng: random.Random, page: bytes, what: bytes) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + what + page[at:]


def insert_noise(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _insert(rng, page, rng.randbytes(rng.randrange(1, 200)))


def byte_98(rng: random.Random, page: bytes, other: bytes) -> bytes:
    for _ in range(rng.randrange(1, 6)):
        page = _insert(rng, page, b"\x98")
    return page


def nul_bytes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    for _ in range(rng.randrange(1, 6)):
        page = _insert(rng, page, b"\x00" * rng.randrange(1, 4))
    return page


def swap_encoding(rng: random.Random, page: bytes, other: bytes) -> bytes:
    text = page.decode("cp1251", "replace")
    return text.encode(rng.choice(("utf-8", "utf-8-sig", "utf-16", "utf-32", "koi8-r", "cp866", "latin-1")), "replace")


def mixed_encoding(rng: random.Random, page: bytes, other: bytes) -> bytes:
    start, end = _span(rng, len(page), 4000)
    return page[:start] + page[start:end].decode("cp1251", "replace").encode("utf-8") + page[end:]


def _one(rng: random.Random, pattern: re.Pattern[bytes], page: bytes) -> re.Match[bytes] | None:
    found = list(pattern.finditer(page))
    return rng.choice(found) if found else None


def _replace_one(
    rng: random.Random, pattern: re.Pattern[bytes], page: bytes, change: Callable[[bytes], bytes]
) -> bytes:
    found = _one(rng, pattern, page)
    return page if found is None else page[: found.start()] + change(found.group()) + page[found.end() :]


def drop_tag(rng: random.Random, page: bytes, other: bytes) -> bytes:
    for _ in range(rng.randrange(1, 6)):
        page = _replace_one(rng, TAG, page, lambda tag: b"")
    return page


def repeat_tag(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(rng, TAG, page, lambda tag: tag * rng.randrange(2, 5))


def drop_cell(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(rng, CELL, page, lambda cell: b"")


def repeat_cell(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(rng, CELL, page, lambda cell: cell + b"</td>" + cell)


def drop_row(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(rng, ROW, page, lambda row: b"")


def repeat_row(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(rng, ROW, page, lambda row: row * rng.randrange(2, 5))


def shuffle_rows(rng: random.Random, page: bytes, other: bytes) -> bytes:
    rows = list(ROW.finditer(page))
    if len(rows) < 2:
        return page
    order = [row.group() for row in rows]
    rng.shuffle(order)
    pieces, at = [], 0
    for row, text in zip(rows, order, strict=True):
        pieces += [page[at : row.start()], text]
        at = row.end()
    return b"".join(pieces) + page[at:]


def unclosed(rng: random.Random, page: bytes, other: bytes) -> bytes:
    tag = rng.choice(
        (b"</td>", b"</tr>", b"</th>", b"</table>", b"</div>", b"</a>", b"</li>", b"</ul>", b"</b>", b"</span>")
    )
    return page.replace(tag, b"", rng.choice((-1, 1, 3)))


def two_tables(rng: random.Random, page: bytes, other: bytes) -> bytes:
    table = _one(rng, TABLE, rng.choice((page, other)))
    found = _one(rng, TABLE, page)
    if table is None or found is None:
        return page
    return page[: found.end()] + table.group() + page[found.end() :]


def table_in_cell(rng: random.Random, page: bytes, other: bytes) -> bytes:
    table = _one(rng, TABLE, rng.choice((page, other)))
    cell = _one(rng, CELL, page)
    if table is None or cell is None:
        return page
    return page[: cell.end()] + table.group() + page[cell.end() :]


def deep(rng: random.Random, page: bytes, other: bytes) -> bytes:
    tag = rng.choice(
        (b"div", b"b", b"font", b"span", b"table><tr><td", b"ul><li", b"a", b"p", b"svg", b"form", b"template")
    )
    many = rng.choice((50, 500, 2000))
    closing = b"</" + tag.split(b">")[0] + b">"
    return _insert(rng, page, (b"<" + tag + b">") * many + (closing * many if rng.random() < 0.5 else b""))


def huge_attribute(rng: random.Random, page: bytes, other: bytes) -> bytes:
    name = rng.choice((b"href", b"style", b"title", b"id", b"class", b"x", b"onclick", b"colspan"))
    value = rng.choice((b"A", b"&amp;", b"=1&", b"9", b"%D1", b"\\", b"/", b"?page=")) * rng.choice((100, 5000, 60000))
    quote = rng.choice((b'"', b"'", b""))
    return _replace_one(rng, TAG, page, lambda tag: tag[:-1] + b" " + name + b"=" + quote + value + quote + b">")


def spoil_attribute(rng: random.Random, page: bytes, other: bytes) -> bytes:
    value = rng.choice((b"tab\xb2", b"tab999999999999999999999", b"tab" + b"9" * 5000, b"tab_doc\xb2", b"tab&#1635;", b"tab&#178;", b"tab_doc&#178;", b"cont1",
                        b"tablcont", b"resultTable", b"content", b"error", b"tab_content_Case", b"\x98", b"\x00", b"..", b"1:2", b"a b", b"tab-1", b"tab"))  # fmt: skip
    return re.sub(
        rb"\bid\s*=\s*(['\"]?)[\w#-]+\1", lambda m: m.group() if rng.random() < 0.7 else b'id="' + value + b'"', page
    )


def spoil_digits(rng: random.Random, page: bytes, other: bytes) -> bytes:
    many = rng.choice((b"", b"9" * 10, b"9" * 13, b"9" * 20, b"9" * 5000, b"-1", b"0", b"&#1637;", b"&#178;", b"1e9"))
    return re.sub(rb"\d+", lambda m: many if rng.random() < 0.05 else m.group(), page)


def entities(rng: random.Random, page: bytes, other: bytes) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + b"&b;" * 2000
    choices = (
        bomb,
        b"&lt;" * 5000,
        b"&#x10FFFF;&#xD800;&#0;&#x98;",
        b"&" * 5000,
        b"&#" + b"9" * 5000 + b";",
        b"&notin;&NotEqualTilde;",
    )
    return _insert(rng, page, rng.choice(choices))


LATIN = {ord(one): other for one, other in zip("асеорхукмтнвАСЕОРХУКМТНВ", "aceopxykmthbACEOPXYKMTHB", strict=True)}


def look_alikes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    text = page.decode("cp1251", "replace")
    share = rng.choice((0.05, 0.5, 1.0))
    return "".join(
        chr(LATIN_ORD) if (LATIN_ORD := _latin(letter)) and rng.random() < share else letter for letter in text
    ).encode("cp1251", "replace")


def _latin(letter: str) -> int:
    swapped = LATIN.get(ord(letter))
    return ord(swapped) if swapped else 0


def header_label(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(
        rng,
        re.compile(rb"<t[hd][^<>]*>(?:<b>)?[^<>]*", re.I),
        page,
        lambda cell: cell.split(b">")[0] + b">" + _cp(rng.choice((*LABELS, plant(rng)))),
    )


def marker_in_text(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _replace_one(rng, TEXT, page, lambda text: b">" + _cp(rng.choice(MARKERS)) + text[1:])


def hostile_text(rng: random.Random, page: bytes, other: bytes) -> bytes:
    share = rng.choice((0.02, 0.2, 1.0))
    return TEXT.sub(
        lambda m: (
            b">" + _cp(rng.choice(HOSTILE)) + (m[1] if rng.random() < 0.5 else b"") + b"<"
            if rng.random() < share
            else m.group()
        ),
        page,
    )


def planted_text(rng: random.Random, page: bytes, other: bytes) -> bytes:
    """An improbable word before, after, or in place of the text between two tags."""
    share = rng.choice((0.05, 0.3, 1.0))

    def change(found: re.Match[bytes]) -> bytes:
        if rng.random() >= share:
            return found.group()
        word = _cp(plant(rng))
        return (
            b">" + rng.choice((word + b" " + found[1], found[1] + b" " + word, word, found[1] + b"<br>" + word)) + b"<"
        )

    return TEXT.sub(change, page)


def planted_attributes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    word = _cp(plant(rng))
    return re.sub(
        rb"(=['\"]?)([\w./?&=;#%-]{3,})", lambda m: m[1] + m[2] + word if rng.random() < 0.2 else m.group(), page
    )


def long_text(rng: random.Random, page: bytes, other: bytes) -> bytes:
    piece = _cp(rng.choice(LONG)) if rng.random() < 0.7 else _cp(rng.choice(LONG)) + _cp(rng.choice(LONG))
    many = rng.choice((50, 500, 3000))
    return _replace_one(rng, TEXT, page, lambda text: text[:-1] + piece * many + b"<")


def open_ended(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return _insert(rng, page, rng.choice((b"<!--", b"<script>", b"<style>", b"<title>", b"<textarea>", b"<plaintext>", b"<template>", b"<frameset>", b"<svg>",
        b"<math><mtext><table>", b"<![CDATA[", b"<?php", b"<select>", b"<noscript>", b"<iframe>", b"</body></html>", b"<body>", b"<table><", b"<a href='")))  # fmt: skip


def remove_quotes(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return page.replace(rng.choice((b'"', b"'")), b"", rng.choice((-1, 1, 5)))


def whole_noise(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return rng.choice((b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"\x98", b" " * 100, rng.randbytes(rng.randrange(1, 3000)), b"\x1f\x8b\x08\x00" + rng.randbytes(50),
        b"%PDF-1.4", b"{}", b"<table id=tablcont>", b"<div id=cont1><ul class=tabs>", b"<table id=resultTable>", b"<table id=tablcont><tr><th>\x98"))  # fmt: skip


MUTATORS: tuple[Mutator, ...] = (
    truncate, splice, drop_bytes, repeat_bytes, flip_bytes, insert_noise, byte_98, nul_bytes, swap_encoding, mixed_encoding, drop_tag, repeat_tag,
    drop_cell, repeat_cell, drop_row, repeat_row, shuffle_rows, unclosed, two_tables, table_in_cell, deep, huge_attribute, spoil_attribute,
    spoil_digits, entities, look_alikes, header_label, marker_in_text, hostile_text, planted_text, planted_attributes, long_text, open_ended,
    remove_quotes, whole_noise,
)  # fmt: skip

_HOSTS = (
    "example.invalid",
    "kungurskygvs.prm.sudrf.ru",
    "[::1",
    "[::1]",
    "щызжиглюфы.рф",
    "a" * 300,
    "",
    "x\x00y",
    "127.0.0.1:99999",
    "user:pass@host",
)
_PIECES = (
    "name=sud_delo", "NAME=SUD_DELO", "name_op=case", "name_op=r", "name_op=doc", "name_op=r_juid", "name_op=sf", "srv_num=999999999999",
    "srv_num=0", "srv_num=-1", "page=999999999999", "page=٣", "_page=0", "case_id=999999999999", "case_id=9999999999999", "case_id=²", "_id=5",
    "case_uid=00000000-0000-4000-8000-000000000001", "delo_id=1540006", "delo_id=4", "new=4", "new=0", "_deloId=1540006", "_new=0",
    "H_date=01.02.2024", "H_date=31.02.2024", "U1_CASE__ENTRY_DATE1D=01.01.2024", "u1_case__ENTRY_DATE2D=31.12.2024",
    "u1_case__RESULT_DATE1D=99.99.9999", "U1_DEFENDANT__NAMESS=%F9%FB%E7%E6%E8%E3%EB%FE%F4%FB", "vnkod=25GV0001", "vnkod=щызжиглю", "%00=%00", "a=%D0%98",
    "=", "&&", ";", "#", "name", "text_number=1", "%u0441=%zz", "case_id=1&case_id=2",
)  # fmt: skip


def mutant_url(rng: random.Random, url: str | None) -> str | None:
    """Another address, broken or contradictory."""
    match rng.randrange(5):
        case 0:
            return None
        case 1:
            return (
                f"{rng.choice(('http', 'https', 'ftp', '', 'javascript'))}://{rng.choice(_HOSTS)}/modules.php?"
                + "&".join(rng.sample(_PIECES, rng.randrange(1, 12)))
            )
        case 2:
            return (
                (url or "http://example.invalid/modules.php?name=sud_delo")
                + "&"
                + "&".join(rng.sample(_PIECES, rng.randrange(1, 5)))
            )
        case 3:
            text = url or ""
            return text[: rng.randrange(len(text) + 1)] or None
    return "modules.php?" + "&".join(rng.sample(_PIECES, rng.randrange(1, 12)))
