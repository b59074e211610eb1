"""Digest, pointer and days: the documented encoding written a second time, and readers who never see half a build."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_kit import LIST_URL, NOTHING, YEAR_URL, listing_page, write

from courttally.registry import snapshot as snapshots
from courttally.registry.build import build
from courttally.registry.digest import digests, encode, table_digest
from courttally.registry.linkage import make_key
from courttally.registry.moscow import moscow_date
from courttally.registry.schema import KNOWN, TABLES
from courttally.registry.snapshot import NoSnapshotError, current

WALL = datetime(2024, 1, 1, 12, 0)  # noqa: DTZ001 - a wall time without zone is what is tested
ROW = ("7", "1-7/2024", "05.02.2024", "&lt;Информация скрыта&gt; - ст.337 ч.5 УК РФ", "", "")


def second_encoding(value: Any) -> str:
    """The encoding as the documentation words it, by another hand: as text, joined and encoded at the end."""
    if value is None:
        return "n"
    if value is True or value is False:
        return "tf"[not value]
    if isinstance(value, int):
        return "i" + str(value)
    if isinstance(value, str):
        return f"u{len(bytes(value, 'utf-8'))}:{value}"
    if isinstance(value, datetime):
        zone = "Z" if value.tzinfo else ""
        return value.strftime("s%Y-%m-%dT%H:%M:%S.%f") + zone
    return value.strftime("d%Y-%m-%d")


def second_digest(rows: list[dict[str, Any]], columns: list[str], key: tuple[str, ...]) -> str:
    ordered = sorted(
        rows,
        key=lambda row: [
            (row[name] is None, row[name].encode() if isinstance(row[name], str) else row[name]) for name in key
        ],
    )
    text = "".join("".join(second_encoding(row[name]) + "," for name in columns) + "\n" for row in ordered)
    return hashlib.sha256(text.encode()).hexdigest()


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.dates(date(1000, 1, 1)), st.text(), st.text("u:,\nn"),
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)), st.datetimes(datetime(1000, 1, 1)),  # noqa: DTZ001 - bounds
)  # fmt: skip


@settings(deadline=None)
@given(VALUES)
def test_values_are_encoded_as_documented(value: Any) -> None:
    assert encode(value) == second_encoding(value).encode()


@settings(deadline=None)
@given(st.lists(VALUES, max_size=4), st.lists(VALUES, max_size=4))
def test_no_two_rows_look_alike(one: list[Any], other: list[Any]) -> None:
    """Lengths are written before texts, so that no text can pass for two values."""
    same = [(type(value), value) for value in one] == [(type(value), value) for value in other]
    assert (
        b"".join(encode(value) + b"," for value in one) == b"".join(encode(value) + b"," for value in other)
    ) == same


@pytest.mark.parametrize("value", [1.5, b"x", object(), timedelta(1)])
def test_what_no_table_may_hold(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.text(max_size=5), st.integers(0, 9)), st.one_of(st.none(), st.text(max_size=5)), max_size=8
    ),
    st.randoms(use_true_random=False),
)
def test_a_tables_digest_by_another_hand(content: dict[tuple[str, int], str | None], rng: Any) -> None:
    rows = [{"b": number, "a": text, "c": value} for (text, number), value in content.items()]
    rng.shuffle(rows)
    schema = pa.schema([("b", pa.int32()), ("a", pa.string()), ("c", pa.string())])
    assert table_digest(pa.Table.from_pylist(rows, schema), ("a", "b")) == second_digest(
        rows, ["b", "a", "c"], ("a", "b")
    )


def test_equal_keys_are_refused() -> None:
    table = pa.table({"a": ["x", "x"], "b": [1, 2]})
    with pytest.raises(ValueError, match="equal primary keys"):
        table_digest(table, ("a",))
    assert table_digest(table, ("a", "b"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a list and an empty answer, built."""
    folder = tmp_path_factory.mktemp("digest")
    write(folder, listing_page([ROW]), datetime(2024, 3, 1, 12, tzinfo=UTC))
    write(
        folder,
        NOTHING,
        datetime(2024, 3, 1, 13, tzinfo=UTC),
        url=f"{LIST_URL}&u1_case__ENTRY_DATE1D=01.01.2023&u1_case__ENTRY_DATE2D=31.12.2023",
    )
    build(folder)
    return folder


def test_a_whole_registrys_digest_by_another_hand_and_another_reader(home: Path) -> None:
    snapshot = current(home)
    found = digests(snapshot)
    lines = ""
    with duckdb.connect() as connection:
        for name in sorted(TABLES):
            single = snapshot.path / f"{name}.parquet"
            path = str(single if single.exists() else snapshot.path / "seen" / "*" / f"{name}.parquet")
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
            columns = [column for column, *_ in described]
            zoned = {column for column, kind, *_ in described if kind == "TIMESTAMP WITH TIME ZONE"}
            wanted = ", ".join(f'epoch_us("{column}")' if column in zoned else f'"{column}"' for column in columns)
            values = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [path]).fetchall()
            rows = [dict(zip(columns, row, strict=True)) for row in values]
            for row in rows:
                for column in zoned:
                    if row[column] is not None:
                        row[column] = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row[column])
            assert found[name] == second_digest(rows, columns, TABLES[name].key), name
            lines += f"{name} {found[name]}\n"
    assert found["all"] == hashlib.sha256(lines.encode()).hexdigest()
    assert snapshot.table("sightings").num_rows == 1
    assert snapshot.table("pages").num_rows == 2


def test_a_home_without_a_registry_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshotError, match="courttally build"):
        current(tmp_path)


def test_a_reader_keeps_its_snapshot_while_newer_ones_are_made(tmp_path: Path) -> None:
    write(tmp_path, listing_page([ROW]), datetime(2024, 3, 1, 12, tzinfo=UTC))
    build(tmp_path)
    held = current(tmp_path)
    before = digests(held)
    for serial in range(2):
        write(
            tmp_path,
            listing_page([(*ROW[:1], f"1-{serial}/2024", *ROW[2:])]),
            datetime(2024, 3, 2 + serial, 12, tzinfo=UTC),
        )
        build(tmp_path)
        assert current(tmp_path).id != held.id
        assert digests(held) == before
    # Its sightings are gone from nowhere: each build holds all captures.
    assert current(tmp_path).table("sightings").num_rows == 3


def test_the_pointer_never_names_what_is_not_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails while a snapshot is written, at every single step: the one before stays current and readable."""
    write(tmp_path, listing_page([ROW]), datetime(2024, 3, 1, 12, tzinfo=UTC))
    build(tmp_path)
    before = current(tmp_path)
    good = digests(before)
    emptied = {table.name: before.table(table.name).slice(0, 0) for table in KNOWN}

    class FullDiskError(OSError):
        pass

    steps = 0
    real = {name: getattr(snapshots, name) for name in ("write_parquet", "_sync")}
    for failing in range(1, 100):
        done = [0]

        def step(name: str, *arguments: Any, done: list[int] = done, failing: int = failing) -> Any:
            done[0] += 1
            if done[0] == failing:
                raise FullDiskError("no space left")
            return real[name](*arguments)

        monkeypatch.setattr(snapshots, "write_parquet", partial(step, "write_parquet"))
        monkeypatch.setattr(snapshots, "_sync", partial(step, "_sync"))
        try:
            snapshots.write(tmp_path, emptied, [], {"latest_capture_on": None})
        except FullDiskError:
            steps += 1
            assert current(tmp_path).id == before.id
        else:
            break
    assert digests(before) == good
    # Every known table, the folder as a whole, and the pointer were steps that failed once.
    assert steps == len(KNOWN) + 2
    assert current(tmp_path).table("sightings").num_rows == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from courttally.registry import snapshot
from courttally.registry.build import build
real, left = snapshot.write_parquet, [int(sys.argv[2])]
def slow(table, path):
    left[0] -= 1
    if left[0] == 0:
        path.write_bytes(b"PAR1 half a file")
        os.kill(os.getpid(), signal.SIGKILL)
    real(table, path)
snapshot.write_parquet = slow
build(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("after", [1, 12])
def test_a_build_killed_in_the_middle_leaves_the_snapshot_before(tmp_path: Path, after: int) -> None:
    write(tmp_path, listing_page([ROW]), datetime(2024, 3, 1, 12, tzinfo=UTC))
    build(tmp_path)
    good, pointer = digests(current(tmp_path)), (tmp_path / "registry" / "current").read_bytes()
    write(tmp_path, listing_page([("8", "1-8/2024", *ROW[2:])]), datetime(2024, 3, 2, 12, tzinfo=UTC))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(after)], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (tmp_path / "registry" / "current").read_bytes() == pointer
    assert digests(current(tmp_path)) == good
    build(tmp_path)
    healed = digests(current(tmp_path))
    assert healed != good
    build(tmp_path, everything=True)
    assert digests(current(tmp_path)) == healed


READER = """
import sys
from pathlib import Path
from courttally.registry.digest import digests
from courttally.registry.snapshot import current
seen = set()
print("ready", flush=True)
while not (Path(sys.argv[1]) / "stop").exists():
    snapshot = current(Path(sys.argv[1]))
    seen.add((snapshot.table("records").num_rows, snapshot.table("sightings").num_rows))
print(sorted(seen))
"""


def test_readers_never_wait_for_a_build_and_never_see_half_of_one(tmp_path: Path) -> None:
    write(tmp_path, listing_page([ROW]), datetime(2024, 3, 1, 12, tzinfo=UTC))
    build(tmp_path)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == b"ready\n"
    for number in range(2, 5):
        write(
            tmp_path,
            listing_page([(str(number), f"1-{number}/2024", *ROW[2:])]),
            datetime(2024, 3, number, 12, tzinfo=UTC),
        )
        build(tmp_path)
    (tmp_path / "stop").touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err.decode()
    # A row a build: what a reader saw is one of the four states and nothing between.
    first = [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert set(map(tuple, json.loads(out.decode().replace("(", "[").replace(")", "]")))) <= set(first)


def test_private_folders_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write(tmp_path / "home", listing_page([ROW]), datetime(2024, 3, 1, 12, tzinfo=UTC))
        build(tmp_path / "home")
    finally:
        os.umask(old)
    assert (tmp_path / "home" / "registry").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2024, 5, 31, 20, 59, 59, 999999, tzinfo=UTC), date(2024, 5, 31)),
        (datetime(2024, 5, 31, 21, 0, tzinfo=UTC), date(2024, 6, 1)),
        (datetime(2024, 5, 31, 23, 30, tzinfo=timezone(timedelta(hours=10))), date(2024, 5, 31)),
        (datetime(2024, 6, 1, 3, 30, tzinfo=timezone(timedelta(hours=10))), date(2024, 5, 31)),
        # Moscow kept UTC+4 from March 2011 to October 2014.
        (datetime(2013, 7, 1, 20, 0, tzinfo=UTC), date(2013, 7, 2)),
        (datetime(2015, 7, 1, 20, 0, tzinfo=UTC), date(2015, 7, 1)),
    ],
)
def test_days_are_moscow_days(moment: datetime, expected: date) -> None:
    assert moscow_date(moment) == expected


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        moscow_date(WALL)


@settings(deadline=None)
@given(st.datetimes(datetime(2015, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - bounds
def test_moscow_is_three_hours_ahead_of_greenwich(moment: datetime) -> None:
    assert moscow_date(moment) == (moment.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=3)).date()


def test_nothing_of_the_clock_is_in_a_snapshot(tmp_path: Path) -> None:
    """Two builds of one archive at different times and in different zones: the same snapshot, byte for byte."""
    ids = []
    for zone in ("Asia/Kamchatka", "America/New_York"):
        home = tmp_path / zone.replace("/", "-")
        write(home, listing_page([ROW]), datetime(2024, 3, 1, 22, tzinfo=UTC))
        script = "import sys; from pathlib import Path; from courttally.registry.build import build; print(build(Path(sys.argv[1])).snapshot)"
        done = subprocess.run(
            [sys.executable, "-c", script, str(home)],
            capture_output=True,
            env=os.environ | {"TZ": zone},
            timeout=120,
            check=True,
        )
        ids.append((done.stdout, current(home).manifest, digests(current(home))))
    assert ids[0] == ids[1]
    assert ids[0][1]["latest_capture_on"] == "2024-03-02"
    assert YEAR_URL not in str(ids)


AS_NOBODY = (
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
)  # fmt: skip


@pytest.mark.skipif(
    os.getuid() != 0 or shutil.which("setpriv") is None, reason="only root can build as somebody else, with setpriv"
)
def test_another_user_at_another_place_makes_the_same_snapshot(tmp_path: Path) -> None:
    """Another user, path, zone, locale, hash seed and time, with a copy of the key: names link, and every digest is the same."""
    back = ("100", "1-1/2024", "10.01.2024", "Збрюлев П.П. - ст.337 ч.5 УК РФ", "01.02.2024", "ВОЗВРАЩЕНО ПРОКУРОРУ")
    again = ("200", "1-9/2024", "15.03.2024", "Збрюлёв П. П. - ст.337 ч.5 УК РФ", "", "")
    home, key = tmp_path / "home", tmp_path / "key"
    write(home, listing_page([back, again]), datetime(2024, 4, 1, 12, tzinfo=UTC))
    make_key(home, key)
    build(home, workers=1)
    links = [(row["rule"], row["status"]) for row in current(home).table("links").to_pylist()]
    assert links == [("returned-names", "automatic")]
    with TemporaryDirectory(prefix="somebody") as place:
        other = Path(place) / "deep" / "er"
        shutil.copytree(home, other / "home", ignore=shutil.ignore_patterns("registry", "linkage"))
        shutil.copy(key, other / "key")
        for path in (Path(place), *Path(place).rglob("*")):
            os.chown(path, 65534, 65534)
        done = subprocess.run(
            [*AS_NOBODY, sys.executable, "-c", "from courttally.cli import main; main()", "build", "--workers", "2", "--home", str(other / "home")],
            capture_output=True, text=True, check=False, timeout=240, cwd="/",
            env={
                "PATH": os.environ["PATH"], "HOME": str(other), "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "4711",
                "COURTTALLY_KEY": str(other / "key"), "COURTTALLY_NOW": "2031-01-01T00:00:00+00:00",
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert (other / "home" / "registry" / "current").stat().st_uid == 65534
        assert digests(current(other / "home")) == digests(current(home))
