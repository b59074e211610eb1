"""courttally.toml: what is accepted, and that everything else is an error that names the key and no value."""

import re
from datetime import date
from pathlib import Path

import pytest

from courttally.collect.config import Config, ConfigError, chosen_courts, load, targets
from courttally.courts import directory

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "collecting.md"


def written(home: Path, text: str) -> Path:
    (home / "courttally.toml").write_text(text, "utf-8")
    return home


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()
    assert (Config().seconds_platform, Config().seconds_host, Config().since) == (1.5, 3.0, date(2021, 1, 1))


def test_the_example_of_the_documentation_is_accepted_and_names_every_key(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    config = load(written(tmp_path, example))
    assert config.vantage == "office"
    named = set(re.findall(r"^(\w+) =", example, re.MULTILINE)) | {"robots_override"}
    assert named == set(Config.__annotations__)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[collect", "TOML"),
        ("[collection]", "collection"),
        ("[collect]\ncuorts = ['all']", "cuorts"),
        ("[collect]\nheartbeat = 'https://secret.example'", "heartbeat"),
        ("[run]\nsince = 2021-01-01", "since"),
        ("[collect]\nat_once = '8'", "at_once"),
        ("[collect]\nat_once = true", "at_once"),
        ("[collect]\nseconds_platform = 1.4", "seconds_platform"),
        ("[collect]\nseconds_host = 2", "seconds_host"),
        ("[collect]\nuser_agent = 'curl/8'", "user_agent"),
        ("[collect]\nhours = '25:00-06:00'", "hours"),
        ("[collect]\nhours = '06:00-06:00'", "hours"),
        ("[collect]\nproceedings = ['civil']", "proceedings"),
        ("[collect]\nproxy = 'ftp://user:secret@proxy:1'", "proxy"),
        ("[collect]\nproxy = 'http://user:secret@proxy'", "proxy"),
        ("[collect]\nproxy = 'http://user:secret@proxy:99999'", "proxy"),
        ("[collect]\nproxy = 'http://user:secret@[proxy'", "proxy"),
        ("[collect]\nproxy = 'socks5://:1080'", "proxy"),
        ("[collect]\nproxy = 'socks5://user:secr%C3%A4t@proxy:1080'", "proxy"),
        ("[collect]\nlargest_bytes = 1000000000", "largest_bytes"),
        ("[collect]\ncourts = ['77GV9999']", "courts"),
        ("[collect.robots_override]\n'example.org' = 'because we want to'", "robots_override"),
        ("[collect.robots_override]\n'vgvs.prm.sudrf.ru' = 'because'", "robots_override"),
        ("[run]\nheartbeat = 'http://secret.example'", "heartbeat"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(ConfigError, match=word) as failure:
        load(written(tmp_path, text))
    assert "secret" not in str(failure.value)


def test_secrets_are_in_no_representation() -> None:
    config = Config(proxy="http://user:secret@proxy", heartbeat="https://secret.example")
    assert "secret" not in repr(config)


def test_courts_are_named_by_code_or_level() -> None:
    assert len(chosen_courts(("all",))) == len(directory())
    assert {court.level for court in chosen_courts(("district", "cassation"))} == {"district", "cassation"}
    assert [court.code for court in chosen_courts(("25GV0001", "25gv0001"))] == ["25GV0001"]
    with pytest.raises(ValueError):
        chosen_courts(("garison",))


def test_each_level_is_asked_for_the_proceedings_it_has() -> None:
    found = {
        court.level: proceedings for court, proceedings in targets(Config(proceedings=("first", "appeal", "cassation")))
    }
    assert found == {
        "garrison": ("first",),
        "district": ("first", "appeal"),
        "appeal": ("appeal",),
        "cassation": ("cassation",),
    }
