"""Five hundred surnames that exist nowhere, planted where a page should and should not hold names; and the search
that looks for them.

Invariants: every name is ten letters of the Cyrillic alphabet that have no Latin look-alike and that no
normalisation folds, so a name survives any spelling of a text; the search finds a name in either case, in UTF-8,
windows-1251, UTF-16 and KOI8-R, percent-encoded, as JSON escapes or HTML entities, inside gzip and zstandard
streams and in every column of a Parquet file. Nothing of courttally is used.
"""

import gzip
import html
import json
import re
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from e2e_tools import Corpus
from simulated.clerk import COURTS, Dice
from simulated.render import fill, page, table_html
from simulated.truth import Capture
from simulated.warc import record

LENGTH = 10
CONSONANTS = "бгджзлпфцчшщ"
VOWELS = "иыэюя"
WORDS = re.compile(r"[а-яё]{10,}")


def names() -> Iterator[str]:
    """Improbable surnames, the same on every run, never one twice."""
    dice, given = Dice("planted names"), set()
    while True:
        letters = [(CONSONANTS, VOWELS)[place % 2][dice.throw((12, 5)[place % 2])] for place in range(LENGTH)]
        name = "".join(letters).capitalize()
        if name not in given:
            given.add(name)
            yield name


NAMES = tuple(islice(names(), 500))
SOUGHT = frozenset(name.lower() for name in NAMES)


@dataclass
class Planter:
    """Hands out each name once, then begins again, and remembers what it planted."""

    next_one: int = 0
    planted: set[str] = field(default_factory=set)

    def __call__(self) -> str:
        name = NAMES[self.next_one % len(NAMES)]
        self.next_one += 1
        self.planted.add(name)
        return name

    def full(self) -> str:
        return f"{self()} Ждан Ильич"


def row(plant: Planter, serial: int, wrong: int) -> str:
    """A listing row with a name in the cell for people, and one more in the cell numbered ``wrong``."""
    number = (
        f"<a href='/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={8_000_000 + serial}"
        f"&case_uid=00000000-0000-4000-8000-{serial:012d}&delo_id=1540006'>1-{serial}/2024</a>"
    )
    values = {
        "number": number,
        "received": "05.02.2024",
        "people": f"{plant.full()} - ст.337 ч.5 УК РФ;<br>{plant()} {plant()[0]}.Я. - ст.338 ч.3 УК РФ",
        "judge": plant.full(),
        "decided": "04.03.2024",
        "result": "Вынесен ПРИГОВОР",
        "in_force": "20.03.2024",
        "shade": "",
        "act": f"<a href='/x?number=1' TITLE='{plant()}'>x</a>",
    }
    spoiled = tuple(values)[wrong % 9]
    spellings = (
        plant.full(),
        f"ст.337 ч.5 {plant()}",
        f"{plant()} УК РФ",
        f"1-7/2024 {plant()}",
        f"05.02.2024 {plant()}",
    )
    values[spoiled] = spellings[serial % len(spellings)]
    if spoiled == "shade":
        values["shade"] = f" title='{plant()}'"
    return fill("row", **values)


def listing(plant: Planter, serial: int) -> bytes:
    """A listing with names in and around its table: title, pager, counter, header, comment, script, form."""
    heads = ["№ дела", "Дата<br>поступления", "Лица", "Судья", "Дата<br>решения", "Решение"]
    heads += ["Дата вступления<br>в законную силу", "Судебные<br>акты"]
    heads[serial % 8] = (heads[serial % 8], plant.full(), f"Судья {plant()}")[serial % 3]
    content = fill(
        "listing",
        pager=f"<a href= ./modules.php?name=sud_delo&U1_DEFENDANT__NAMESS={quoted(plant())}>2</a> {plant()}",
        found=f"9 {plant()}" if serial % 4 == 1 else 9,
        first=1,
        last=9,
        heads="".join(f"<th>{head}</th>" for head in heads),
        rows="".join(row(plant, serial * 10 + place, place) for place in range(9)),
    )
    content += f"<!-- {plant()} --><script>var who = '{plant()}';</script><input type='hidden' value='{plant()}'>"
    return fill("page", content=content).replace("<title>", f"<title>{plant()} ").encode("windows-1251")


def quoted(name: str) -> str:
    """A name as it stands in an address of these sites."""
    return urllib.parse.quote(name, encoding="windows-1251")


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    body = "".join(f"<tr><td><b>{name}</b></td><td>{value}</td></tr>" for name, value in rows)
    return f"<table id=tablcont><tr><th colspan=2>ДЕЛО</th><tr>{body}</table>"


def card(plant: Planter, serial: int) -> bytes:
    """A card with a name in every kind of cell that there is, one wrong kind after another."""

    def maybe(place: int, value: str) -> str:
        """The proper value, except on every eleventh card, where a name took its place or came beside it."""
        if serial % 11 != place:
            return value
        return (plant.full(), f"{value} {plant()}")[serial % 2]

    fields = [
        (maybe(0, "Уникальный идентификатор дела"), maybe(1, "25GV0001-01-2024-000001-64")),
        ("Дата поступления", maybe(2, "05.02.2024")),
        ("Судья", plant.full()),
        ("Дата рассмотрения", maybe(3, "04.03.2024")),
        ("Результат рассмотрения", maybe(4, f"Уголовное дело ПРЕКРАЩЕНО<br>{plant()}")),
        ("Номер здания, название обособленного подразделения", plant()),
        ("Признак рассмотрения дела", maybe(5, "Рассмотрено единолично судьей")),
        (f"Примечание {plant()}", plant.full()),
    ]
    events = [
        (
            maybe(6, "Судебное заседание"),
            "04.03.2024",
            "10:00",
            f"Зал {plant()}",
            "Рассмотрение отложено",
            "",
            "",
            "01.03.2024",
        ),
        ("Судебное заседание", plant(), "10:00", "", "", plant.full(), f"явился {plant()}", "01.03.2024"),
        (plant(), "04.03.2024", plant(), plant(), f"Приговор: {plant()}", "", plant(), plant()),
    ]
    event_heads = ("Наименование события", "Дата", "Время", maybe(7, "Место проведения"), "Результат события")
    event_heads += ("Основание для выбранного результата события", "Примечание", "Дата размещения")
    people_heads = ("Фамилия / наименование", "Перечень статей")
    people_heads += ("Дата рассмотрения дела в отношении лица", "Результат в отношении лица")
    people = [
        (plant.full(), "ст.337 ч.5 УК РФ", "04.03.2024", "Вынесен ПРИГОВОР"),
        (plant.full(), f"ст.337 ч.5 {plant()} УК РФ", plant(), f"Оправдан {plant()}"),
    ]
    parties = [(maybe(8, "Прокурор"), plant.full(), plant(), "", "", ""), (plant(), plant(), "", "", "", "")]
    party_heads = ("Вид лица, участвующего в деле", "Лицо, участвующее в деле (ФИО, наименование)")
    party_heads += ("ИНН", "КПП", "ОГРН", "ОГРНИП")
    writ_heads = ("Дата выдачи", "Серия, номер бланка", "Номер электронного ИД", "Статус", "Кому выдан / направлен")
    writs = [("20.03.2024", plant(), plant(), plant(), plant.full())]
    complaint_heads = ("Дата поступления", "Процессуальный статус заявителя", "Лицо, подавшее жалобу")
    complaints = [("11.03.2024", plant(), plant.full())]
    decision = fill("decision", title=f"ПРИГОВОР {plant()}", judge=plant.full()) + f"<p>{plant.full()} виновен.</p>" * 2
    decision = (
        f"<ul class='tabs'><li id='tab_doc1'>Судебный акт #1 ({plant()})</li></ul><div id='cont_doc1'>{decision}</div>"
    )
    blocks = [
        ("ДЕЛО", pairs(fields)),
        ("ДВИЖЕНИЕ ДЕЛА", table_html(maybe(9, "ДВИЖЕНИЕ ДЕЛА"), event_heads, events)),
        ("ЛИЦА", table_html("ЛИЦА", people_heads, people)),
        ("СТОРОНЫ", table_html("СТОРОНЫ", party_heads, parties)),
        ("ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ", table_html("ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ", writ_heads, writs)),
        ("ОБЖАЛОВАНИЕ", table_html("ОБЖАЛОВАНИЕ", complaint_heads, complaints)),
        ("СУДЕБНЫЕ АКТЫ", decision),
        (plant(), table_html(plant(), (plant(), "Дата"), [(plant(), "04.03.2024")])),
    ]
    tabs = "".join(f"<li id='tab{place}'><a href='#'>{title}</a></li>" for place, (title, _) in enumerate(blocks, 1))
    content = fill(
        "card",
        number=maybe(10, f"1-{serial}/2024"),
        tabs=tabs,
        contents="".join(f"<div id='cont{place}'>{block}</div>" for place, (_, block) in enumerate(blocks, 1)),
        published=f"06.02.2024 09:00 {plant()}" if serial % 5 == 0 else "06.02.2024 09:00",
        changed="08.03.2024 09:00",
    )
    return fill("page", content=content).encode("windows-1251")


def other_pages(plant: Planter) -> dict[str, bytes]:
    """Pages of other kinds, and of none."""
    hearing = table_html(
        "СПИСОК ДЕЛ, НАЗНАЧЕННЫХ К СЛУШАНИЮ", ("№", "Время", "Дело", plant()), [("1", "10:00", plant.full(), "")]
    )
    decision = fill("decision", title="ПРИГОВОР", judge=plant.full())
    form = f"<form><input name='U1_DEFENDANT__NAMESS' value='{plant()}'></form>"
    asked = f"name_op=r&delo_id=1540006&new=0&U1_DEFENDANT__NAMESS={quoted(plant())}"
    return {
        "name_op=doc&number=77&delo_id=1540006&new=0&text_number=1": decision.encode("cp1251"),
        "H_date=04.03.2024": hearing.encode("cp1251"),
        "name_op=sf&delo_id=1540006": form.encode("cp1251"),
        asked: f"<p>Для {plant()} ничего не найдено</p>".encode("cp1251"),
        "name_op=unheard": f"<h1>{plant()}</h1>".encode(),
        "name_op=case&case_id=1&case_uid=x&delo_id=1540006&new=0": plant.full().encode("utf-16"),
    }


def plant_everything(folder: Path, corpus: Corpus) -> set[str]:
    """Writes the planted corpus: one WARC, loose pages with names for file names, sidecars, broken files. Gives the
    names used.
    """
    plant = Planter()
    court, start = COURTS["25GV0001"], datetime(2024, 4, 1, 9, tzinfo=UTC)
    pages: list[tuple[str, bytes]] = []
    base = f"https://{court.host}/modules.php?name=sud_delo&srv_num=1&"
    for serial in range(8):
        asked = f"name_op=r&page={serial + 1}&delo_id=1540006&case_type=0&new=0&delo_table=u1_case"
        pages.append((f"{base}{asked}&U1_DEFENDANT__NAMESS={quoted(plant())}", listing(plant, serial)))
    for serial in range(22):
        asked = f"name_op=case&case_id={9_000_000 + serial}&case_uid=00000000-0000-4000-9000-{serial:012d}"
        pages.append((f"{base}{asked}&delo_id=1540006&new=0#{urllib.parse.quote(plant())}", card(plant, serial)))
    pages += [(base + query, body) for query, body in other_pages(plant).items()]
    parts = []
    for serial, (url, body) in enumerate(pages):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nLocation: /{quoted(plant())}\r\nX-Who: {plant()}\r\n\r\n"
        moment = (start + timedelta(minutes=serial)).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-a000-{serial:012d}>", "WARC-Date": moment}
        headers |= {"WARC-Target-URI": url, "Content-Type": "application/http; msgtype=response"}
        parts.append(record("response", headers, head.encode() + body))
    folder.mkdir(parents=True)
    (folder / f"{plant()}.warc").write_bytes(b"".join(parts))
    inner = folder / plant() / plant()
    inner.mkdir(parents=True)
    for serial in range(6):
        saved = inner / f"{plant.full()} {serial}.html"
        saved.write_bytes(card(plant, 50 + serial) if serial % 2 else listing(plant, 50 + serial))
        sidecar = {
            "court": "61GV0001",
            "url": f"https://gvs--ros.sudrf.ru/modules.php?name=sud_delo&x={quoted(plant())}",
        }
        if serial % 2:
            sidecar = {"court": "61GV0001", "note": plant(), "fetched_at": "2024-04-02T09:00:00Z"}
        Path(f"{saved}.json").write_text(json.dumps(sidecar, ensure_ascii=serial % 2 == 0), encoding="utf-8")
    (folder / f"{plant()}.warc.gz").write_bytes(gzip.compress(b"".join(parts[:3]))[:-200])
    (folder / f"{plant()} broken.warc").write_bytes(
        b"WARC/1.1\r\nWARC-Type: response\r\nX-Who: " + plant().encode() + b"\r\n"
    )
    odd = folder / f"{plant()} court.html"
    odd.write_bytes(listing(plant, 90))
    Path(f"{odd}.json").write_text(
        json.dumps({"court": plant(), "status": plant(), "fetched_at": plant()}), encoding="utf-8"
    )
    listed = next(capture for capture in corpus.world.captures if capture.kind == "listing")
    (folder / f"{plant()} good.html").write_bytes(good(listed))
    return plant.planted


def good(capture: Capture) -> bytes:
    return page(capture)


def texts(data: bytes) -> Iterator[str]:
    """The bytes as text, in every way in which a name could be written in them."""
    for encoding in ("utf-8", "windows-1251", "koi8-r", "utf-16-le", "utf-16-be"):
        yield data.decode(encoding, errors="replace")
    for encoding in ("utf-16-le", "utf-16-be"):
        yield data[1:].decode(encoding, errors="replace")
    if b"%" in data:
        unquoted = urllib.parse.unquote_to_bytes(data)
        yield unquoted.decode("utf-8", errors="replace")
        yield unquoted.decode("windows-1251", errors="replace")
    plain = data.decode("utf-8", errors="replace")
    if "\\u" in plain:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), plain)
    if "&#" in plain:
        yield html.unescape(plain)


def names_in(text: str) -> set[str]:
    """The planted names in a text, whole or inside longer words, in any case."""
    found = set()
    for word in WORDS.findall(text.lower()):
        found |= {word[place : place + LENGTH] for place in range(len(word) - LENGTH + 1)} & SOUGHT
    return found


def names_in_bytes(data: bytes) -> set[str]:
    found: set[str] = set()
    for text in texts(data):
        found |= names_in(text)
    return found


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what is packed in them."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet" or data[:4] == b"PAR1":
        table = pq.ParquetFile(path)
        yield str(table.metadata.metadata).encode() + repr(table.schema_arrow.metadata).encode()
        for column in table.read().itercolumns():
            for value in column.to_pylist():
                yield from packed(value)
    elif data[:2] == b"\x1f\x8b":
        yield inflated(data)
    elif data[:4] == b"\x28\xb5\x2f\xfd":
        yield pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()


def inflated(data: bytes) -> bytes:
    """Every member of a gzip file, as far as it goes."""
    out = b""
    while data:
        member = zlib.decompressobj(wbits=31)
        out += member.decompress(data)
        data = member.unused_data.lstrip(b"\0")
        if not member.eof:
            break
    return out


def packed(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif value is not None and not isinstance(value, (int, float, bool)):
        yield str(value).encode()


def search(folder: Path, but: Path | None = None) -> dict[str, set[str]]:
    """Which planted names are in which files under a folder, names of files included; ``but`` is left out."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if but and (path == but or but in path.parents):
            continue
        here = names_in(urllib.parse.unquote(str(path.relative_to(folder))))
        if path.is_file():
            for data in contents(path):
                here |= names_in_bytes(data)
        if here:
            found[str(path.relative_to(folder))] = here
    return found
