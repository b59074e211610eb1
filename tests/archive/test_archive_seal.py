"""Sealed files: opened with the key alone, in memory; without it the archive says what is missing; a crash loses nothing."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from archive_kit import PAGE, URL, all_bytes, clock, held

from courttally.archive import Archive, ArchiveError, SealedError
from courttally.archive import seal as seal_module
from courttally.archive.capture import Capture

NAME = "00000001-collect.warc.gz"


def write(archive: Archive, days: range) -> None:
    with archive.writer(clock=clock) as writer:
        for day in days:
            for payload in (PAGE, PAGE + b"%d" % day):
                writer.write(
                    url=URL, status=200, fetched_at=datetime(2024, 7, day, tzinfo=UTC), court="x", payload=payload
                )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("COURTTALLY_SEAL_KEY", raising=False)
    for days in (range(1, 4), range(4, 6)):
        write(Archive(tmp_path / "home"), days)
    return tmp_path / "home"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path / "seal.key")


def make_key(path: Path) -> Path:
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# created: 2026-11-22\n# public key: {identity.to_public()}\n{identity}\n")
    path.chmod(0o600)
    return path


def public(key: Path) -> str:
    return key.read_text().splitlines()[1].removeprefix("# public key: ")


def by_id(home: Path) -> dict[str, Capture]:
    return {capture.capture_id: capture for capture in held(Archive(home))}


def test_sealed_pages_are_read_with_the_key_and_lie_nowhere_in_the_open(
    home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = by_id(home)
    members = {place.file: next(Archive(home).members([place])) for place in map(Archive(home).locate, before)}
    report = Archive(home).seal(recipients=[public(key)], clock=clock)
    assert report.files == (NAME, NAME.replace("1-", "2-"))
    assert sorted(path.name for path in (home / "archive" / "warc").iterdir()) == [
        name + ".age" for name in report.files
    ]
    data = all_bytes(home)
    assert not any(member in data for member in members.values())
    for path in (home / "archive" / "warc").iterdir():
        assert oct(path.stat().st_mode)[-3:] == "400"

    with pytest.raises(SealedError, match="is sealed and there is no key: name its key file in COURTTALLY_SEAL_KEY"):
        by_id(home)
    told = Archive(home).verify()
    assert (told.intact, told.captures, told.sealed) == (True, 0, report.files)

    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(key))
    assert by_id(home) == before
    told = Archive(home).verify()
    assert (told.intact, told.captures, told.sealed) == (True, len(before), ())
    assert all_bytes(home) == data

    again = Archive(home).seal(key=key, clock=clock)
    assert (again.files, again.untouched) == ((), 2)
    Archive(home).unseal(clock=clock)
    monkeypatch.delenv("COURTTALLY_SEAL_KEY")
    assert by_id(home) == before
    assert Archive(home).verify().intact
    assert not list((home / "archive" / "warc").glob("*.age"))


def test_another_age_program_opens_a_sealed_file(home: Path, key: Path, tmp_path: Path) -> None:
    whole = (home / "archive" / "warc" / NAME).read_bytes()
    Archive(home).seal(key=key, clock=clock)
    sealed = home / "archive" / "warc" / (NAME + ".age")
    if (age := shutil.which("age")) is not None:
        opened = subprocess.run([age, "-d", "-i", str(key), str(sealed)], check=True, capture_output=True).stdout
    else:
        identity = pyrage.x25519.Identity.from_str(key.read_text().splitlines()[2])
        opened = pyrage.decrypt(sealed.read_bytes(), [identity])
    assert opened == whole
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")


def test_collecting_goes_on_without_the_key(home: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = by_id(home)
    Archive(home).seal(recipients=[public(key)], clock=clock)
    write(Archive(home), range(3, 8))  # the days 3 to 5 are held already, their page is known but cannot be read
    assert Archive(home).verify().intact
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(key))
    after = by_id(home)
    assert before.items() <= after.items()
    assert len(after) == len(before) + 4
    assert Archive(home).verify().intact


@pytest.mark.parametrize("what", ["others can read it", "inside the home", "no key in it", "gone"])
def test_a_key_file_that_is_not_safe_is_refused(
    what: str, home: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(home).seal(key=key, clock=clock)
    used = key
    if what == "others can read it":
        key.chmod(0o640)
    elif what == "inside the home":
        used = home / "seal.key"
        shutil.copy2(key, used)
    elif what == "no key in it":
        key.write_text("# nothing\n")
    else:
        key.unlink()
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(used))
    with pytest.raises(SealedError) as failure:
        Archive(home).unseal(clock=clock)
    expected = {
        "others can read it": "can be read by others",
        "inside the home": "lies in the home that it locks",
        "no key in it": "holds no age identity",
        "gone": "cannot be read",
    }
    assert expected[what] in str(failure.value)
    assert str(tmp_path) not in str(failure.value)


def test_a_wrong_key_and_damage_are_told(
    home: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(home).seal(key=key, clock=clock)
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(make_key(tmp_path / "other.key")))
    [first, _second] = Archive(home).verify().problems
    assert "it was sealed for another key, or it is damaged" in str(first)
    monkeypatch.delenv("COURTTALLY_SEAL_KEY")
    sealed = home / "archive" / "warc" / (NAME + ".age")
    sealed.chmod(0o600)
    data = bytearray(sealed.read_bytes())
    data[300] ^= 1
    sealed.write_bytes(data)
    [problem] = Archive(home).verify().problems
    assert "the sealed file is not the one that the ledger names" in str(problem)


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty"])
def test_damage_to_a_sealed_file_is_told_with_the_key_too(
    harm: str, home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(home).seal(key=key, clock=clock)
    sealed = home / "archive" / "warc" / (NAME + ".age")
    sealed.chmod(0o600)
    data = bytearray(sealed.read_bytes())
    data[-20] ^= harm == "flipped"
    sealed.write_bytes({"flipped": data, "cut": data[:-5], "empty": b""}[harm])
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(key))
    with pytest.raises(SealedError, match=f"^{NAME}.age cannot be opened: "):
        by_id(home)
    with pytest.raises(SealedError):
        Archive(home).unseal(names=[NAME], clock=clock)
    assert sealed.exists()
    assert not (home / "archive" / "warc" / NAME).exists()
    assert not list(sealed.parent.glob("*.draft"))
    said = [str(problem) for problem in Archive(home).verify().problems]
    assert any("the sealed file is not the one that the ledger names" in problem for problem in said)
    assert any("cannot be opened" in problem for problem in said)


def test_what_is_no_recipient_and_what_is_damaged_is_not_sealed(home: Path, key: Path) -> None:
    state = all_bytes(home / "archive" / "warc")
    for recipients in ([], ["age1nonsense"], [key.read_text().splitlines()[2]]):
        with pytest.raises(ValueError, match="recipient"):
            Archive(home).seal(recipients=recipients, clock=clock)
    assert all_bytes(home / "archive" / "warc") == state
    path = home / "archive" / "warc" / NAME
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ArchiveError, match="is not the file that was closed"):
        Archive(home).seal(key=key, clock=clock)
    assert not list(path.parent.glob("*.age"))


class _Crash(BaseException):
    """The machine stopped here."""


@pytest.mark.parametrize("back", [False, True], ids=["sealing", "unsealing"])
@pytest.mark.parametrize("moment", range(16))
def test_interrupted_at_any_moment_nothing_is_lost_and_the_same_command_goes_on(
    moment: int, back: bool, home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = by_id(home)
    if back:
        Archive(home).seal(key=key, clock=clock)

    def command() -> None:
        archive = Archive(home)
        if back:
            archive.unseal(key=key, clock=clock)
        else:
            archive.seal(key=key, clock=clock)

    left = [moment]

    def stopping(module: object, name: str) -> None:
        real = getattr(module, name)

        def step(*arguments: object, **named: object) -> object:
            if left[0] == 0:
                raise _Crash
            left[0] -= 1
            result = real(*arguments, **named)
            if left[0] == 0:
                raise _Crash
            left[0] -= 1
            return result

        monkeypatch.setattr(module, name, step)

    for name in ("append_ledger", "_write_draft", "sync_folder"):
        stopping(seal_module, name)
    with pytest.raises(_Crash):
        command()
    monkeypatch.undo()
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(key))
    assert by_id(home) == before
    command()
    assert by_id(home) == before
    assert Archive(home).verify().intact
    left_behind = [path.name for path in (home / "archive" / "warc").iterdir()]
    assert [name.endswith(".age") for name in left_behind] == [not back] * 2


def test_a_machine_that_is_killed_while_sealing_keeps_every_capture(
    home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = by_id(home)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom datetime import UTC, datetime\n"
        "from courttally.archive import Archive\nfrom courttally.archive import seal\n"
        "seal.sync_folder = lambda folder: os.kill(os.getpid(), 9)\n"
        "Archive(Path(sys.argv[1])).seal(recipients=[sys.argv[2]], clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(home), public(key)], check=False)
    assert done.returncode == -9
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(key))
    assert by_id(home) == before
    assert [str(problem) for problem in Archive(home).verify().problems] == [
        f"{NAME}: the file is here both plain and sealed; run 'courttally archive seal' again"
    ]
    Archive(home).seal(recipients=[public(key)], clock=clock)
    assert Archive(home).verify().intact
    assert by_id(home) == before
