"""The directory of courts: against the reference table, and names and hosts as pages write them."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.courts import (
    Court,
    by_code,
    by_host,
    directory,
    first_instance_courts,
    is_wellformed_code,
    label,
    level_of,
    parse_court_argument,
    region_key,
    region_label,
    region_of,
    resolve_name,
)
from courttally.courts.names import NameIndex
from courttally.courts.tables import read_table


@pytest.mark.shared
def test_every_court_of_the_reference_is_here(shared: Path) -> None:
    with (shared / "data" / "military_courts.csv").open(encoding="utf-8", newline="") as table:
        wanted = {row["code"]: row for row in csv.DictReader(table)}
    assert {court.code for court in directory()} == set(wanted)
    for court in directory():
        row = wanted[court.code]
        assert row["name_ru"].startswith(court.name_ru)
        assert (court.level, court.host, court.territory) == (row["level"], row["host"], row["territory"])
        assert (court.host_dashed or "", court.region_code or "") == (row["host_dashed"], row["region_code"])
        assert (court.appeal_court_code or "") == row["appeal_court_code"]
        assert ";".join(court.engines_seen) == row["engine_seen"]
        assert (court.city_ru or "").replace("-", "").replace(" ", "") == row["city_ru"].replace("-", "").replace(
            " ", ""
        )


def test_how_many_courts_of_each_kind() -> None:
    assert Counter(court.level for court in directory()) == {
        "garrison": 104,
        "district": 9,
        "appeal": 1,
        "cassation": 1,
    }
    assert Counter(court.territory for court in directory()) == {"russia": 104, "abroad": 5, "occupied_ukraine": 6}
    assert len(first_instance_courts()) == 113
    assert len({court.name_en for court in directory()}) == 115


def test_appeals_go_to_a_district_court() -> None:
    for court in directory():
        above = by_code(court.appeal_court_code) if court.appeal_court_code else None
        assert (above is not None and above.level == "district") == (court.level == "garrison"), court.code


def test_one_court_whole() -> None:
    assert by_code("77GV0013") == Court(
        code="77GV0013",
        name_ru="Ярославский гарнизонный военный суд",
        name_en="Yaroslavl Garrison Military Court",
        level="garrison",
        host="yargvs.jrs.sudrf.ru",
        host_dashed="yargvs--jrs.sudrf.ru",
        region_code="76",
        region_ru="Ярославская область",
        region_en="Yaroslavl Oblast",
        city_ru="г. Ярославль",
        territory="russia",
        appeal_court_code="77OV0000",
        engines_seen=("2020:VNKOD", "2024:PRIMARY"),
    )


@pytest.mark.parametrize(
    ("key", "level", "region"),
    [
        ("27GV0008", "garrison", "25"),  # Ussuriysk: the code says 27, the court sits in Primorye
        ("39GV0005", "garrison", "78"),  # 224th: the code says Kaliningrad, the court sits in Saint Petersburg
        ("61GV0018", "garrison", "occupied_ukraine"),  # Crimea has a region code, and is not grouped by it
        ("61GV0020", "garrison", "occupied_ukraine"),  # no region code at all
        ("66GV0008", "garrison", "abroad"),
        ("77OV0000", "district", "77"),
        ("50AV0000", "appeal", "50"),
        ("54KV0000", "cassation", "54"),
        ("03RS0004", "other", "unknown"),
        ("other:sample-listing", "other", "unknown"),
    ],
)
def test_level_and_region_of_a_key(key: str, level: str, region: str) -> None:
    assert (level_of(key), region_of(key)) == (level, region)
    court = by_code(key)
    assert court is None or region_key(court) == region
    assert region_label(region, "en")
    assert region_label(region, "ru")


def test_labels() -> None:
    assert label("77GV0013", "en") == "Yaroslavl Garrison Military Court"
    assert label("77GV0013", "ru") == "Ярославский гарнизонный военный суд"
    assert label("03RS0004", "en") == "03RS0004"
    assert label("other:sample-listing", "ru") == "sample-listing"
    assert region_label("27", "en") == "Khabarovsk Krai"
    with pytest.raises(ValueError, match="'en' and 'ru'"):
        label("77GV0013", "de")
    with pytest.raises(ValueError, match="no such region"):
        region_label("99", "en")


def test_hosts() -> None:
    for court in directory():
        for host in filter(None, (court.host, court.host_dashed)):
            assert by_host(host) == court
            assert by_host(host.upper()) == court
            assert by_host(f"www.{host}:443") == court
            assert by_host(f"https://{host}:8080/modules.php?name=sud_delo") == court
            assert by_host(f"{host}.") == court
    assert by_host("jrs.sudrf.ru") is None
    assert by_host("evil-yargvs.jrs.sudrf.ru") is None
    assert by_host("yargvs.jrs.sudrf.ru.example.org") is None
    assert by_host("") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("77GV0013", "77GV0013"),
        (" 77gv0013 ", "77GV0013"),
        ("03RS0004", "03RS0004"),
        ("77ОV0000", "77OV0000"),  # Cyrillic О
        ("other:sample-listing", "other:sample-listing"),
        ("OTHER: card appeal.html ", "other:card-appeal.html"),
    ],
)
def test_court_arguments(text: str, key: str) -> None:
    assert parse_court_argument(text) == key


@pytest.mark.parametrize(
    "text", ["", "77XX0013", "77GV013", "Ярославль", "other:", "other: ", "other:a:b", "other:../x/y"]
)
def test_wrong_court_arguments_say_the_way_out(text: str) -> None:
    with pytest.raises(ValueError, match="other:"):
        parse_court_argument(text)


@given(st.text(min_size=17, max_size=200))
def test_a_long_argument_is_not_printed(text: str) -> None:
    secret = f"Фамилиев{text}"
    with pytest.raises(ValueError, match="no court") as caught:
        parse_court_argument(secret)
    assert "Фамилиев" not in str(caught.value)


def test_wellformed_codes() -> None:
    assert all(is_wellformed_code(court.code) for court in directory())
    assert not any(map(is_wellformed_code, ("77gv0013", "77GV00134", "7GV0013", "٧٧GV0013", "77GV0013\n", "77GV001")))


def _spellings(court: Court) -> list[str]:
    name = court.name_ru
    short = (
        name.replace("гарнизонный военный суд", "ГВС")
        .replace("окружной военный суд", "ОВС")
        .replace("флотский военный суд", "ФВС")
    )
    genitive = (
        name.replace("ый ", "ого ")
        .replace("ий ", "ого ")
        .replace("ой ", "ого ")
        .replace("ий-", "ого-")
        .replace(" суд", " суда")
    )
    return [
        name,
        name.upper(),
        f"  {name}. ",
        f"«{name}»",
        name.replace(" ", "\u00a0"),
        name.replace("-", " - "),
        name.replace("о", "o").replace("а", "a"),  # Latin o and a
        f"{name} ({court.region_ru or 'регион не указан'})",
        short,
        short.lower(),
        genitive,
        name.replace("гарнизонный военный суд", "гарн. воен. суд"),
    ]


@pytest.mark.parametrize("code", [court.code for court in directory()])
def test_names_as_cards_print_them(code: str) -> None:
    court = by_code(code)
    assert court is not None
    assert {spelling: resolve_name(spelling) for spelling in _spellings(court)} == dict.fromkeys(
        _spellings(court), code
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ярославский ГВС", "77GV0013"),
        ("224 ГВС", "39GV0005"),
        ("224-й гарнизонный военный суд", "39GV0005"),
        ("военный суд Ярославского гарнизона", "77GV0013"),
        ("Балтийский ФВС", "39OV0000"),
        ("Балтийский ГВС", "39GV0004"),
        ("1-го Восточного окружного военного суда", "27OV0000"),
        ("2 ЗОВС", "77OV0000"),
        ("2ЗОВС", "77OV0000"),
        ("ЮОВС", "61OV0000"),
        ("Якутский гарнизонный военный суд (Республика Саха (Якутия))", "27GV0014"),
        ("Кассационный военный суд", "54KV0000"),
        ("Апелляционный военный суд", "50AV0000"),
        # Not a military court, not one court, or not only a court.
        ("Балтийский", None),
        ("Ленинский районный суд г. Уфы", None),
        ("Ярославский районный суд", None),
        ("гарнизонный военный суд", None),
        ("ГВС", None),
        ("225 ГВС", None),
        ("Восточный ОВС", None),
        ("Московский окружной военный суд", None),
        ("судья Ярославского ГВС Иванов", None),
        ("Иванов Ярославский ГВС", None),
        ("Ярославский Калужский ГВС", None),
        ("Балтийский флотский гарнизонный военный суд", None),
        ("Ярославский гарнизон", None),
        ("", None),
    ],
)
def test_names_resolved_or_not(text: str, code: str | None) -> None:
    assert resolve_name(text) == code


def test_a_name_of_two_courts_is_neither() -> None:
    index = NameIndex(
        [
            ("01GV0001", "Озёрный гарнизонный военный суд"),
            ("02GV0002", "Озерный  Гарнизонный военный суд"),
            ("03GV0003", "Лесной гарнизонный военный суд"),
        ]
    )
    assert index.resolve("Озерный ГВС") is None
    assert index.resolve("Лесной ГВС") == "03GV0003"


@given(st.text())
def test_any_name_is_taken(text: str) -> None:
    code = resolve_name(text)
    assert code is None or by_code(code) is not None


def test_every_alias_names_its_court() -> None:
    aliases = read_table("aliases.csv")
    assert len({row["alias"] for row in aliases}) == len(aliases)
    for row in aliases:
        assert by_code(row["code"]) is not None
        assert resolve_name(row["alias"]) == row["code"]


def test_an_endless_name_is_no_court() -> None:
    assert resolve_name("(" * 100_000 + ")" * 100_000 + "Ярославский ГВС") is None
