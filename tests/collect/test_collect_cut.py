"""Pages that end before their end with a length that is right: they are asked for again, and never stand for the whole."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq

from courttally.archive import CoverageLedger
from courttally.collect.config import Config
from courttally.collect.fetch import Fetched, Fetcher, Permit
from courttally.collect.pace import VirtualPace
from courttally.collect.run import CUT_AGAIN, Report, collect
from courttally.registry.build import build
from courttally.registry.snapshot import current

NOW = datetime(2024, 3, 30, 22, tzinfo=UTC)
COURT = "77GV0013"
GUID = "00000000-0000-0000-0000-00000000000a"
HEADS = ("№ дела", "Дата<br>поступления", "Лица", "Судья", "Дата<br>решения", "Решение", "Дата вступления<br>в законную силу", "Судебные<br>акты")  # fmt: skip
ACCUSED = ("Фамилия / наименование", "Перечень статей", "Дата рассмотрения дела в отношении лица", "Результат в отношении лица")  # fmt: skip
CASES = range(1, 5)
Cut = Callable[[str, str, int], str]
"""(what was asked for, the whole page, how often it was asked for) -> what is sent."""


def row(cells: tuple[str, ...], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def listing() -> str:
    link = f"/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={{}}&case_uid={GUID}&delo_id=1540006"
    slot = "Информация скрыта - ст.337 ч.5 УК РФ"
    rows = [
        row((f"<a href='{link.format(n)}'>1-{n}/2024</a>", "10.01.2024", f"{slot};<br>{slot}", "Петров П.П.", "12.02.2024", "Вынесен ПРИГОВОР", "28.02.2024", ""))
        for n in CASES
    ]  # fmt: skip
    return (
        "<div id='content'><div class='title'>Уголовные дела - первая инстанция</div>"
        f"<table><tr><td>Всего по запросу найдено — {len(CASES)}. На странице записи с 1 по {len(CASES)}.</td></tr></table>"
        f"<table id='tablcont'>{row(HEADS, 'th')}{''.join(rows)}</table></div>"
    )


def card(number: int) -> str:
    person = ("Информация скрыта", "ст.337 ч.5 УК РФ", "12.02.2024", "Вынесен ПРИГОВОР")
    case = row(("<b>Дата поступления</b>", "10.01.2024")) + row(("<b>Судья</b>", "Петров П.П."))
    people = row(tuple(f"<b>{name}</b>" for name in ACCUSED)) + row(person) + row(person)
    return (
        "<div id='content'><div class='title'>Уголовные дела - первая инстанция</div>"
        f"<div class=casenumber>ДЕЛО № 1-{number}/2024</div><ul class='tabs'><li id='tab1'>ДЕЛО</li><li id='tab2'>ЛИЦА</li></ul>"
        f"<div id='cont1'><table><tr><th colspan=10>ДЕЛО</th></tr>{case}</table></div>"
        f"<div id='cont2'><table><tr><th colspan=10>ЛИЦА</th></tr>{people}</table></div>"
        "<div class='publishInfo'>опубликовано 01.02.2024 10:00, изменено 02.03.2024 11:30</div></div>"
    )


class Site(Fetcher):
    """One court on PRIMARY whose pages are cut as the test says."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self.asked: Counter[str] = Counter()

    async def __aenter__(self) -> "Site":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def get(self, url: str, permit: Permit) -> Fetched:
        fields = {name.lower(): values[-1] for name, values in parse_qs(urlsplit(url).query, encoding="cp1251").items()}
        if not fields:
            return Fetched(url, 404, (), b"")
        what, page = "other", "<div id='error'>Указанный сервер СДП не найден.</div>"
        if fields["srv_num"] == "1" and fields["name_op"] == "case":
            what, page = fields["case_id"], card(int(fields["case_id"]))
        elif fields["srv_num"] == "1" and fields["name_op"] == "r":
            result_axis = "u1_case__result_date1d" in fields
            what, page = f"list {'decided' if result_axis else fields['u1_case__entry_date1d']}", listing()
        self.asked[what] += 1
        sent = self._cut(what, page, self.asked[what])
        return Fetched(url, 200, (("Content-Length", str(len(sent))),), sent.encode("cp1251"))


def night(home: Path, cut: Cut, day: int = 0) -> tuple[Report, Site]:
    config = replace(Config(), courts=(COURT,), linked=(), at_once=1, since=datetime(2024, 1, 1, tzinfo=UTC).date())
    pace, site = VirtualPace(NOW + timedelta(days=day)), Site(cut)
    run = collect(home, config, portal=None, pace=pace, stamp=pace.now, rhythm=config.rhythm(), fetcher=site)
    return asyncio.run(run), site


def states(home: Path) -> Counter[str]:
    return Counter(str(entry["state"]) for entry in CoverageLedger(home).entries())


def slots(home: Path) -> list[int]:
    build(home, workers=1)
    rows = pq.read_table(current(home).path / "records.parquet").to_pylist()
    return [each["slots"] for each in rows if each["known_to"] is None]


def test_a_page_that_is_cut_once_is_asked_for_again_and_the_night_is_whole(tmp_path: Path) -> None:
    def once(what: str, page: str, time: int) -> str:
        return page[:-200] if time == 1 else page

    report, site = night(tmp_path, once)
    assert (report.failures, set(states(tmp_path))) == (0, {"complete"})
    assert [site.asked[str(number)] for number in CASES] == [2] * len(CASES)
    assert slots(tmp_path) == [2] * len(CASES)


def test_a_page_that_is_cut_elsewhere_each_time_is_no_answer_and_is_asked_for_the_next_night(tmp_path: Path) -> None:
    def always(what: str, page: str, time: int) -> str:
        return page[: -200 * time] if what == "2" else page

    report, site = night(tmp_path, always)
    assert (report.failures, site.asked["2"], report.courts[COURT].cards) == (1, 1 + CUT_AGAIN, len(CASES) - 1)
    assert slots(tmp_path) == [2] * len(CASES)
    report, site = night(tmp_path, lambda what, page, time: page, day=1)
    assert (site.asked["2"], site.asked["1"], report.courts[COURT].cards) == (2, 0, 1)  # without chrome and with it


def test_a_list_that_is_cut_elsewhere_each_time_is_no_complete_window(tmp_path: Path) -> None:
    def always(what: str, page: str, time: int) -> str:
        return page[: -150 * time] if what.startswith("list") else page

    night(tmp_path, always)
    assert set(states(tmp_path)) == {"failed"}


def test_a_site_whose_pages_end_so_by_themselves_is_asked_for_each_page_once_more_and_no_oftener(
    tmp_path: Path,
) -> None:
    def its_own(what: str, page: str, time: int) -> str:
        return page.replace("<li id='tab2'>ЛИЦА</li>", "<li id='tab2'>ЛИЦА</li><li id='tab3'>СУДЕБНЫЕ АКТЫ</li>")

    report, site = night(tmp_path, its_own)
    assert [site.asked[str(number)] for number in CASES] == [2] * len(CASES)
    assert (report.failures, report.courts[COURT].cards) == (0, len(CASES))
