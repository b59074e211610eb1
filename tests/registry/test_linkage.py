"""The linkage key: where it may lie, what it is refused for, and that rotation changes no comparison."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.portal.keyed import keyed, name_form, sounds
from courttally.registry.linkage import ENVIRONMENT, KeyRefusedError, find_key, make_key, read_key, rotate


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Збрювулев Пафнутий Есперович", "збрювулев п е"),
        ("ЗБРЮВУЛЕВ П.Е.", "збрювулев п е"),
        ("П. Е. Збрювулев", "збрювулев п е"),
        ("Збрювулёв П. Е.", "збрювулев п е"),
        ("Збрю-Вулев  П.Е., 1990 г.р.", "збрю-вулев п е"),
        ("Збрю – Вулев П.Е.", "збрю-вулев п е"),
        ("Збрювулев П.-Е.", "збрювулев п е"),
        ("Збрювулев", "збрювулев"),
        ("ФИО1", ""),
        ("ФИО", ""),
        ("", ""),
        ("***", ""),
    ],
)
def test_the_normal_form_of_a_name(text: str, form: str) -> None:
    assert name_form(text) == form


@given(st.text(max_size=60))
def test_a_keyed_form_is_a_digest_or_nothing(text: str) -> None:
    assert re.fullmatch(r"([0-9a-f]{64}~[0-9a-f]{16})?", keyed(b"k" * 32, text))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Кузнецов И.И.", "Кузнецов П.П.", False),
        ("Кузнецов И.И.", "Кузнецофф И.", True),
        ("Аганесян", "Оганесян", True),
        ("Филиппов", "Филипов", True),
        ("Збрю-Вулев", "Збрювулев", True),
        ("Алёхин", "Олехин", True),
        ("Кузнецов", "Кузьминов", False),
        ("Петров", "Петренко", False),
    ],
)
def test_spellings_that_sound_alike(one: str, other: str, alike: bool) -> None:
    forms = [keyed(b"k" * 32, name) for name in (one, other)]
    assert (sounds((forms[0],)) == sounds((forms[1],))) is alike
    assert (forms[0] == forms[1]) is False


def test_no_key_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert find_key(tmp_path / "home") is None


def test_a_key_inside_the_home_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(KeyRefusedError, match="inside the home"):
        make_key(home, home / "key")
    (tmp_path / "link").symlink_to(home)
    with pytest.raises(KeyRefusedError, match="inside the home"):
        make_key(home, tmp_path / "link" / "key")


def test_what_a_key_file_is_refused_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    home, path = tmp_path / "home", tmp_path / "key"
    made = make_key(home, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert (home / "linkage").stat().st_mode & 0o777 == 0o700
    assert find_key(home) == made
    path.chmod(0o640)
    with pytest.raises(KeyRefusedError, match="chmod 600"):
        find_key(home)
    path.chmod(0o600)
    (tmp_path / "other").symlink_to(path)
    with pytest.raises(KeyRefusedError, match="plain file"):
        read_key(home, tmp_path / "other")
    path.write_bytes(b"short")
    with pytest.raises(KeyRefusedError, match="does not hold a key"):
        find_key(home)
    path.unlink()
    with pytest.raises(KeyRefusedError, match="not where it was said to be"):
        find_key(home)


def test_rotation_gives_another_key_and_the_same_equalities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    home = tmp_path / "home"
    make_key(home, tmp_path / "key")
    kept = home / "linkage" / "anything"
    kept.mkdir()
    old, new = rotate(home)
    assert old.id != new.id
    assert not kept.exists()
    names = ["Збрювулев П.Е.", "збрювулев п. е.", "Збрювулев П.А."]
    for key in (old, new):
        one, same, other = (keyed(key.secret, name) for name in names)
        assert one == same != other
    assert keyed(old.secret, names[0]) != keyed(new.secret, names[0])


def test_no_key_file_is_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "home", tmp_path / "key")
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "home", tmp_path / "key")
