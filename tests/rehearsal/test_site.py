"""The traps of the real sites, one by one, and the socket in front of them."""

import asyncio
import re
import socket
import zlib
from collections import Counter
from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from bs4 import BeautifulSoup

from courttally.rehearsal import addresses, captcha
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.faults import KINDS, Faults, Switches
from courttally.rehearsal.model import BESIDE, CASSATION, FIRST, printed
from courttally.rehearsal.policy import MIXED, PRIMARY, VNKOD
from courttally.rehearsal.serve import application
from courttally.rehearsal.shown import articles_text, charges_on, visible
from courttally.rehearsal.site import Reply, Sites
from courttally.rehearsal.stage import Stage, first_moment
from courttally.rehearsal.tables import table
from courttally.rehearsal.world import World, build

AGENT = "Mozilla/5.0 (X11; Linux x86_64) courttally-rehearsal"


@pytest.fixture(scope="module")
def sites(small: World) -> Sites:
    return Sites(small, small.end)


def text_of(answer: Reply) -> str:
    return answer.body.decode("cp1251")


def ask(sites: Sites, court: str, query: str, agent: str = AGENT, now: int = 1000) -> Reply:
    chosen = sites.world.courts[court]
    return sites.answer(chosen.host_dashed or chosen.host, "/modules.php", query, agent, now)


def plain_court(sites: Sites, engine: str = PRIMARY, strict: bool | None = None) -> str:
    """A busy court without captchas on an engine."""
    codes = [
        code
        for code, proceeding in sites.world.by_court
        if proceeding == FIRST
        and sites.region(code) not in captcha.REGIONS
        and sites.render.engine(code, FIRST, sites.day) == engine
        and (strict is None or sites.quirk(code, "strict", 2) == strict)
    ]
    if not codes:
        pytest.skip(f"this world has no court on {engine} without captchas")
    return max(codes, key=lambda code: len(sites.world.by_court[code, FIRST]))


def listing(sites: Sites, court: str, page: int = 1) -> str:
    world = sites.world
    return sites.render.listing_query(court, FIRST, world.start, world.end, page, sites.day)


def total(page: str) -> int:
    found = re.search(r"найдено [—-] (?:<b>)?(\d+)", page)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("engine", [PRIMARY, VNKOD, MIXED])
def test_all_pages_together_hold_what_the_counter_says(sites: Sites, engine: str) -> None:
    court = plain_court(sites, engine)
    count = total(text_of(ask(sites, court, listing(sites, court))))
    wanted = {
        r.case_id
        for r in sites.world.by_court[court, FIRST]
        if visible(r, sites.day) and r.received >= sites.world.start
    }
    seen: list[int] = []
    for page in range(1, -(-count // 25) + 1):
        html = text_of(ask(sites, court, listing(sites, court, page)))
        assert total(html) == count
        seen += dict.fromkeys(int(n) for n in re.findall(r"(?:[?&]case_id|;_id)=(\d+)", html))
    assert len(seen) == count
    assert set(seen) == wanted
    assert (
        "не обнаружено" in (beyond := text_of(ask(sites, court, listing(sites, court, 99)))) or "не найдено" in beyond
    )


@pytest.mark.parametrize("engine", [PRIMARY, VNKOD, MIXED])
def test_every_listed_card_answers(sites: Sites, engine: str) -> None:
    court = plain_court(sites, engine)
    soup = BeautifulSoup(ask(sites, court, listing(sites, court)).body, "lxml", from_encoding="windows-1251")
    links = [str(a["href"]) for a in soup.select("#tablcont a, #resultTable a") if "name_op=case" in str(a["href"])]
    assert len(links) >= 25
    for link in links:
        answer = ask(sites, court, link.partition("?")[2])
        assert answer.status == 200
        assert "ДЕЛО № " in text_of(answer)


def test_strict_courts_want_every_hidden_field(sites: Sites) -> None:
    for strict in (True, False):
        court = plain_court(sites, strict=strict)
        query = listing(sites, court).replace("&new=0", "")
        assert ("<form" in text_of(ask(sites, court, query))) is strict
        empty = listing(sites, court) + "&vnkod="
        assert ("<form" in text_of(ask(sites, court, empty))) is strict


def test_a_wrong_question_looks_like_an_honest_zero(sites: Sites) -> None:
    court = plain_court(sites)
    for wrong in (
        listing(sites, court).replace("new=0", "new=4"),
        listing(sites, court).replace("u1_case&", "u2_case&"),
    ):
        assert "Уточните критерии поиска" in text_of(ask(sites, court, wrong))
    empty = addresses.listing_query(FIRST, sites.world.start - 4000, sites.world.start - 3000, 1)
    assert "Уточните критерии поиска" in text_of(ask(sites, court, empty))


def test_the_wrong_engine_gives_no_table(sites: Sites) -> None:
    primary, vnkod = plain_court(sites), plain_court(sites, VNKOD)
    question = addresses.vnkod_listing_query(primary, FIRST, 738_000, 739_000, 1)
    assert "нажмите на номер" in text_of(ask(sites, primary, question))
    question = addresses.listing_query(FIRST, 738_000, 739_000, 1)
    assert "НЕВЕРНЫЙ ФОРМАТ ЗАПРОСА" in text_of(ask(sites, vnkod, question))


def test_other_states(sites: Sites) -> None:
    court = plain_court(sites)
    assert "Указанный сервер СДП не найден" in text_of(ask(sites, court, "name=sud_delo&srv_num=7&name_op=sf"))
    assert "модуль неактивен" in text_of(ask(sites, court, "name=law_case"))
    assert ask(sites, court, listing(sites, court), agent="curl/8.5").status == 403
    assert ask(sites, court, listing(sites, court), agent="").status == 403
    assert ask(sites, court, "name=sud_delo&srv_num=1&name_op=case&case_id=1&delo_id=1540006").status == 404
    assert "ПУСТОЙ ДОКУМЕНТ" in text_of(ask(sites, court, "name=sud_delo&name_op=doc&number=1&delo_id=1540006"))
    assert sites.answer("2zovs.sudrf.ru", "/modules.php", "name=sud_delo", AGENT, 0).status == 404


def test_the_article_filter_is_a_substring(sites: Sites) -> None:
    court = plain_court(sites)
    policy = sites.world.policies[court]
    for needle in ("33", "337", "1"):
        page = text_of(ask(sites, court, listing(sites, court) + f"&U1_DEFENDANT__LAW_ARTICLESS={needle}"))
        wanted = sum(
            any(needle in articles_text(r, policy, charges_on(slot, sites.day)) for slot in r.slots)
            for r in sites.world.by_court[court, FIRST]
            if visible(r, sites.day) and r.received >= sites.world.start
        )
        assert (total(page) if wanted else 0) == wanted


def test_the_date_axes_select_different_sets(sites: Sites) -> None:
    court = plain_court(sites)
    since, until = printed(sites.world.start + 200), printed(sites.world.start + 260)
    base = "name=sud_delo&srv_num=1&name_op=r&delo_id=1540006&case_type=0&new=0&delo_table=u1_case&nc=1"
    counts = {
        axis: total(text_of(ask(sites, court, f"{base}&{axis}1D={since}&{axis}2D={until}")))
        for axis in ("u1_case__ENTRY_DATE", "u1_case__RESULT_DATE", "U1_CASE__VALIDITY_DATE")
    }
    assert len(set(counts.values())) > 1


def test_uid_link_lists_the_records_of_a_uid(sites: Sites) -> None:
    for (court, proceeding), records in sites.world.by_court.items():
        shown = [r for r in records if r.uids and r.uids[0][0] <= sites.day and visible(r, sites.day)]
        if proceeding != FIRST or not shown or sites.render.engine(court, FIRST, sites.day) != PRIMARY:
            continue
        for uid, number in Counter(r.uids[0][1] for r in shown).most_common(1):
            query = (
                f"name=sud_delo&name_op=r_juid&vnkod={court}&srv_num=1&delo_id=1540006&case_type=0&judicial_uid={uid}"
            )
            assert total(text_of(ask(sites, court, query))) == number


def test_hearing_list_shows_hearings_of_the_day(sites: Sites) -> None:
    court = plain_court(sites)
    days = Counter(
        e.day
        for r in sites.world.by_court[court, FIRST]
        if visible(r, sites.day)
        for e in r.events
        if e.hall and e.posted <= sites.day
    )
    day, number = days.most_common(1)[0]
    soup = BeautifulSoup(
        ask(sites, court, f"name=sud_delo&srv_num=1&H_date={printed(day)}").body, "lxml", from_encoding="windows-1251"
    )
    assert len(soup.select("#tablcont tr")) - 1 >= number
    sunday = "name=sud_delo&srv_num=1&H_date=01.01.2024"
    assert "На 01.01.2024 дел не назначено" in text_of(ask(sites, court, sunday))


@pytest.fixture(scope="module")
def full() -> Iterator[World]:
    """All courts, and matters of the last nine months alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(table("worlds")["world"]["full"], "start", "2024-09-01")
        yield build("full", 2)


def test_captcha_by_region(full: World) -> None:
    sites = Sites(full, full.start + 120)
    court = next(c for c in sorted(full.courts) if full.courts[c].level == "garrison" and sites.region(c) == "krd")
    plain = listing(sites, court)
    assert "Неверно указан проверочный код" in text_of(ask(sites, court, plain))
    form = BeautifulSoup(ask(sites, court, "name=sud_delo&srv_num=1&name_op=sf&delo_id=1540006").body, "lxml")
    field, picture = form.select_one("input[name=captchaid]"), form.select_one("img[src^=data]")
    assert field is not None
    assert picture is not None
    assert "base64, iVBORw0KGgo" in str(picture["src"])
    challenge = sites.desk.challenge("krd", 1000)
    assert field["value"] == challenge.captcha_id
    right = f"{plain}&captcha={challenge.digits}&captchaid={challenge.captcha_id}"
    wrong = f"{plain}&captcha=00000&captchaid={challenge.captcha_id}"
    neighbour = next(c for c in sorted(full.courts) if c != court and sites.region(c) == "krd")
    assert "проверочный код" not in text_of(ask(sites, court, right))
    assert "проверочный код" in text_of(ask(sites, court, wrong))
    assert "проверочный код" not in text_of(ask(sites, neighbour, right, now=1000 + 5 * 3600))
    assert "Время жизни сессии закончилось" in text_of(ask(sites, court, right, now=1000 + 7 * 3600))
    card = next(r for r in full.by_court[court, FIRST] if visible(r, sites.day))
    assert ask(sites, court, sites.render.card_query(card, sites.day)).status == 200


def test_cassation_wants_new(full: World) -> None:
    sites = Sites(full, full.end)
    court = next(code for code, proceeding in full.by_court if proceeding == CASSATION)
    query = addresses.listing_query(CASSATION, full.start, full.end, 1)
    assert total(text_of(ask(sites, court, query))) > 0
    assert "<form" in text_of(ask(sites, court, query.replace("&new=2450001", "")))


def test_some_courts_redirect_to_the_dashed_host(full: World) -> None:
    sites = Sites(full, full.end)
    moved = []
    for code, court in full.courts.items():
        answer = sites.answer(court.host, "/modules.php", "name=press_dep&op=1", AGENT, 0, ":8337")
        if answer.status == 301:
            location = dict(answer.headers)["Location"]
            assert location == f"http://{court.host_dashed}:8337/modules.php?name=press_dep&op=1"
            moved.append(code)
    assert 0 < len(moved) < len(full.courts)


def test_press_releases_tell_sentences(full: World) -> None:
    sites = Sites(full, full.end)
    links = []
    for code in sorted(full.courts):
        links += [(code, did) for did in re.findall(r"did=(\d+)", text_of(ask(sites, code, "name=press_dep&op=1")))]
    assert len(links) > 50
    court, did = links[0]
    soup = BeautifulSoup(ask(sites, court, f"name=press_dep&op=1&did={did}").body, "lxml", from_encoding="windows-1251")
    body = soup.select_one("td.printVersionBody")
    assert soup.select_one("td#tdNewsDetailedTitle") is not None
    assert body is not None
    assert "лишения свободы" in body.get_text()


def test_the_same_id_is_another_case_in_another_branch(sites: Sites) -> None:
    """Civil and administrative cases have ids of their own: an id that a criminal case has as well is no sign of anything."""
    world, compared = sites.world, 0
    for record in world.records:
        if (
            record.proceeding not in BESIDE
            or not visible(record, sites.day)
            or sites.region(record.court) in captcha.REGIONS
        ):
            continue
        court = record.court
        (twin,) = (
            r for r in world.records if (r.court, r.case_id) == (court, record.case_id) and r.proceeding not in BESIDE
        )
        page = text_of(ask(sites, court, sites.render.card_query(record, sites.day)))
        assert record.number in page or record.number.replace("К", "K") in page
        assert addresses.FORMS[record.proceeding].title in page
        if visible(twin, sites.day):
            other = text_of(ask(sites, court, sites.render.card_query(twin, sites.day)))
            assert addresses.FORMS[twin.proceeding].title in other
            compared += 1
    assert compared > 50


def test_other_branches_are_listed_under_their_own_numbers(sites: Sites) -> None:
    """What is asked for as civil shows civil cases alone, with the sides where criminal lists have the accused."""
    for branch, index, words in (
        ("civil", "2-", "КАТЕГОРИЯ: "),
        ("kas", "2а-", "АДМИНИСТРАТИВНЫЙ ИСТЕЦ: "),
        ("koap", "5-", "КоАП РФ"),
    ):
        shown = 0
        for court in sites.world.courts:
            if sites.render.engine(court, FIRST, sites.day) != PRIMARY or sites.region(court) in captcha.REGIONS:
                continue
            page = text_of(ask(sites, court, addresses.listing_query(branch, sites.world.start, sites.world.end, 1)))
            rows = BeautifulSoup(page, "lxml").select("#tablcont tr[valign=top]")
            shown += len(rows)
            assert all(
                row.a is not None and row.a.get_text().startswith(index) and words in row.get_text() for row in rows
            )
        assert shown > 10


def test_rows_move_while_paging(small: World) -> None:
    """With the switch on, the second page is of a later day: a row of the first page may come again."""
    still, moving = Sites(small, small.start + 200), Sites(small, small.start + 200, moving=True)
    differs = 0
    for court in {code for code, proceeding in small.by_court if proceeding == FIRST}:
        if still.region(court) in captcha.REGIONS:
            continue
        first, second = listing(still, court), listing(still, court, 2)
        assert ask(still, court, first) == ask(moving, court, first)
        differs += ask(still, court, second) != ask(moving, court, second)
    assert differs > 0


def test_a_served_page_is_the_archived_page(small: World) -> None:
    """The same page on the socket and in the archive, for the same day."""
    newsroom = Newsroom(small, small.start + 150, every=1)
    sites = Sites(small, small.start + 149)
    compared = 0
    for answer in newsroom.until(small.start + 150):
        if sites.region(answer.court) in captcha.REGIONS or answer.kind == "no_data":
            continue
        served = ask(sites, answer.court, answer.query)
        assert served.body == answer.page().encode("cp1251")
        compared += 1
    assert compared > 20


def test_faults_are_seeded() -> None:
    def draws(seed: str) -> list[str]:
        faults = Faults(seed, Switches.all_at(1500))
        return [faults.draw("gvs.example") for _ in range(300)]

    assert draws("1") == draws("1")
    assert draws("1") != draws("2")
    assert set(draws("1")) == {"", *KINDS}
    assert {Faults("1", Switches()).draw("x") for _ in range(300)} == {""}


def test_the_platform_bears_a_rate_for_all_courts_together() -> None:
    faults = Faults("1", Switches(rate=3, cool_down=60))
    assert [faults.throttled("a", second) for second in range(3)] == ["", "", ""]
    assert {faults.throttled("a", 3), faults.throttled("a", 4)} == {"429", "box"}
    assert faults.throttled("b", 4) == ""
    assert faults.throttled("a", 40) != ""
    assert faults.throttled("a", 200) == ""


def test_over_the_socket(small: World) -> None:
    """Host header, mark, truncated bodies, resets and refusals as a client meets them."""
    sites = Sites(small, small.end)
    court = plain_court(sites)
    host = small.courts[court].host_dashed or small.courts[court].host

    async def visit() -> Counter[str]:
        met: Counter[str] = Counter()
        switches = Switches(reset=1200, truncated=1200, unavailable=1200, blocked=1200, rate=60, cool_down=5)
        server = TestServer(application(Stage(small, lambda: first_moment(small.end), Faults("3", switches))))
        await server.start_server()
        async with aiohttp.ClientSession(headers={"User-Agent": AGENT, "Host": host}) as session:
            for _ in range(70):
                try:
                    async with session.get(server.make_url("/modules.php?" + listing(sites, court))) as answer:
                        body = (await answer.read()).decode("cp1251")
                        assert answer.headers["X-Courttally-Simulated"] == "1"
                        assert answer.headers["Content-Type"] == "text/html; charset=windows-1251"
                        assert "УЧЕБНЫЕ ДАННЫЕ" in body
                        known = ("временно недоступна", "безопасности (G)", "Всего по запросу")
                        met[f"{answer.status} {next(words for words in known if words in body)}"] += 1
                except aiohttp.ClientPayloadError:
                    met["truncated"] += 1
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                    met["reset"] += 1
        await server.close()
        return met

    met = asyncio.run(visit())
    assert met.keys() == {
        "200 временно недоступна",
        "429 временно недоступна",
        "200 безопасности (G)",
        "200 Всего по запросу",
        "truncated",
        "reset",
    }


def test_captcha_images_are_pictures() -> None:
    """Chunks with right check sums and the announced size, read by hand."""
    data = captcha.image("90210")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    position, kinds, pixels = 8, [], b""
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        assert int.from_bytes(data[position + 8 + length : position + 12 + length], "big") == zlib.crc32(kind + body)
        kinds.append(kind)
        pixels += zlib.decompress(body) if kind == b"IDAT" else b""
        position += 12 + length
    assert kinds == [b"IHDR", b"tEXt", b"IDAT", b"IEND"]
    assert len(pixels) == 30 * 101


def test_loopback_only() -> None:
    from courttally.rehearsal.serve import LOOPBACK

    assert socket.inet_aton(LOOPBACK)[0] == 127
