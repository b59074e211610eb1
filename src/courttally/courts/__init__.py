"""The directory of courts as data: codes, names, hosts, levels, regions of the seat, territory policy, aliases.

Imports no other room. Invariants: the directory is `directory.csv`, read once; what is not known of a court is None,
never a guess. A **court key** is a directory code, any well-formed code, or `other:NAME`; a key that is not in the
directory has level `other` and region `unknown`. The two digits a code begins with are not the region of the seat
(portal.md 2.3): only the directory says where.
"""

import re
from dataclasses import dataclass
from functools import cache

from courttally.courts.names import NameIndex
from courttally.courts.tables import read_table

__all__ = [
    "COURT_TYPES",
    "Court",
    "by_code",
    "by_host",
    "directory",
    "first_instance_courts",
    "is_wellformed_code",
    "label",
    "level_of",
    "parse_court_argument",
    "region_key",
    "region_label",
    "region_of",
    "resolve_name",
]

COURT_TYPES = (
    "VS",
    "KJ",
    "AJ",
    "OS",
    "RS",
    "KV",
    "AV",
    "OV",
    "GV",
    "AO",
    "AA",
    "AS",
    "UD",
    "KS",
    "US",
    "GU",
    "MS",
    "IC",
)
LEVELS = ("garrison", "district", "appeal", "cassation")
TERRITORIES = ("russia", "abroad", "occupied_ukraine")
LANGUAGES = ("en", "ru")

_CODE = re.compile(rf"\d{{2}}(?:{'|'.join(COURT_TYPES)})\d{{4}}", re.ASCII)
_LATIN = str.maketrans("АСЕКМОВЅІЈ", "ACEKMOBSIJ")
_OTHER_NAME = re.compile(r"\w[\w.-]{0,79}")
_AFTER_HOST = re.compile(r"[/?#:]")


@dataclass(frozen=True, slots=True)
class Court:
    """One court of the directory. `host` is the dotted form and the canonical one; `engines_seen` are `year:ENGINE`
    observations.
    """

    code: str
    name_ru: str
    name_en: str
    level: str
    host: str
    host_dashed: str | None
    region_code: str | None
    region_ru: str | None
    region_en: str | None
    city_ru: str | None
    territory: str
    appeal_court_code: str | None
    engines_seen: tuple[str, ...]


@cache
def _regions() -> dict[str, dict[str, str]]:
    return {row["region"]: {"en": row["en"], "ru": row["ru"]} for row in read_table("regions.csv")}


def _court(row: dict[str, str]) -> Court:
    if row["level"] not in LEVELS or row["territory"] not in TERRITORIES or not is_wellformed_code(row["code"]):
        raise ValueError(f"directory.csv: court {row['code']} has an unknown level, territory or form of code")
    region = _regions()[row["region"]] if row["region"] else None
    return Court(
        code=row["code"],
        name_ru=row["name_ru"],
        name_en=row["name_en"],
        level=row["level"],
        host=row["site"],
        host_dashed=row["site_dashed"] or None,
        region_code=row["region"] or None,
        region_ru=region["ru"] if region else None,
        region_en=region["en"] if region else None,
        city_ru=row["seat_ru"] or None,
        territory=row["territory"],
        appeal_court_code=row["appeals_to"] or None,
        engines_seen=tuple(row["engines_seen"].split()),
    )


@cache
def directory() -> tuple[Court, ...]:
    """All courts of the directory, in order of their codes."""
    return tuple(sorted((_court(row) for row in read_table("directory.csv")), key=lambda court: court.code))


@cache
def _by_code() -> dict[str, Court]:
    return {court.code: court for court in directory()}


@cache
def _by_host() -> dict[str, Court]:
    hosts = {court.host: court for court in directory()}
    return hosts | {court.host_dashed: court for court in directory() if court.host_dashed}


@cache
def _names() -> NameIndex:
    return NameIndex((court.code, court.name_ru) for court in directory())


def by_code(code: str) -> Court | None:
    """The court of a code as the directory writes it."""
    return _by_code().get(code)


def by_host(host: str) -> Court | None:
    """The court of a host name: dotted or dashed form, any case, with or without scheme, path, port and `www.`."""
    plain = host.strip().casefold()
    plain = plain.partition("://")[2] or plain
    return _by_host().get(_AFTER_HOST.split(plain, maxsplit=1)[0].rstrip(".").removeprefix("www."))


def resolve_name(text: str) -> str | None:
    """The code of a court named as cards name it («Ярославский ГВС», «224 ГВС», full names in any case); None when
    unknown or ambiguous.
    """
    return _names().resolve(text)


def first_instance_courts() -> tuple[Court, ...]:
    """Garrison and district (fleet) courts: the ones whose first-instance cases are counted."""
    return tuple(court for court in directory() if court.level in ("garrison", "district"))


def is_wellformed_code(text: str) -> bool:
    """Whether a text has the form of a court code: two digits, type letters (portal.md 2.3), four digits."""
    return _CODE.fullmatch(text) is not None


def parse_court_argument(text: str) -> str:
    """The court key a person meant: a directory code, any well-formed code, or `other:NAME`.

    Case, spaces and Cyrillic look-alikes in a code are mended; spaces in NAME become hyphens. Raises ValueError with
    the way out.
    """
    plain = text.strip()
    prefix, colon, name = plain.partition(":")
    if colon and prefix.casefold() == "other":
        name = "-".join(name.split())
        if not _OTHER_NAME.fullmatch(name):
            raise ValueError(
                "other:NAME wants a name of at most 80 letters, digits, '.', '_' and '-', such as other:sample-listing"
            )
        return f"other:{name}"
    code = plain.upper().translate(_LATIN)
    if is_wellformed_code(code):
        return code
    shown = f"'{plain}'" if len(plain) <= 16 else f"a text of {len(plain)} characters"
    raise ValueError(f"{shown} is no court: give a court code such as 77GV0013, or other:NAME where there is none")


def region_key(court: Court) -> str:
    """The region as figures group it: two digits in Russia, else `abroad` or `occupied_ukraine` (counting rule 7)."""
    if court.territory != "russia":
        return court.territory
    return court.region_code or "unknown"


def level_of(court_key: str) -> str:
    """`garrison`, `district`, `appeal` or `cassation`; `other` for a court that is not in the directory."""
    court = by_code(court_key)
    return court.level if court else "other"


def region_of(court_key: str) -> str:
    """The region key of a court's seat; `unknown` for a court that is not in the directory."""
    court = by_code(court_key)
    return region_key(court) if court else "unknown"


def label(court_key: str, lang: str) -> str:
    """The name of a court in `en` or `ru`; a court that is not in the directory is called by its key."""
    _check_language(lang)
    court = by_code(court_key)
    if court is None:
        return court_key.removeprefix("other:")
    return court.name_en if lang == "en" else court.name_ru


def region_label(region: str, lang: str) -> str:
    """The name of a region key in `en` or `ru`. Raises ValueError for a key that no court has."""
    _check_language(lang)
    names = _regions().get(region)
    if names is None:
        raise ValueError("no such region: a key is two digits, 'abroad', 'occupied_ukraine' or 'unknown'")
    return names[lang]


def _check_language(lang: str) -> None:
    if lang not in LANGUAGES:
        raise ValueError("a label is known in 'en' and 'ru' only")
