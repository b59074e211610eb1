"""The folder on disk: whole or not at all, the same bytes for the same input, and never somebody else's."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from publish_kit import CELLS, SCOPE, inputs, site

from courttally.figures.headline import court_coverage
from courttally.publish import build_site, make_release
from courttally.publish import site as site_module
from courttally.publish.tiers import TierError

FILES = ["README.txt", "cases_by_month.csv", "cases_by_month.json", "index.html", "manifest.json", "style.css"]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_files_and_their_manifest(tmp_path: Path) -> None:
    report = build_site(make_release(inputs()), tmp_path / "site")
    assert [path.name for path in report.files] == FILES == list(bytes_of(tmp_path / "site"))
    manifest = json.loads((tmp_path / "site" / "manifest.json").read_bytes())
    assert manifest["as_of"] == "2024-02-20"
    held = bytes_of(tmp_path / "site")
    assert {file["name"]: (file["bytes"], file["sha256"]) for file in manifest["files"]} == {
        name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in held.items() if name != "manifest.json"
    }
    assert (report.step, report.withheld) == (0, False)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_robots_rules_that_are_not_honoured_stand_on_the_page_with_the_reason(tmp_path: Path) -> None:
    plain = (site(tmp_path / "plain", inputs()) / "index.html").read_text(encoding="utf-8")
    assert "robots rules" not in plain
    given = inputs(overridden=(("25OV0000", "The public has a right <to> know."),))
    page = (site(tmp_path / "told", given) / "index.html").read_text(encoding="utf-8")
    told = BeautifulSoup(page, "html.parser").find(id="coverage")
    assert told is not None
    assert "Pacific Fleet Military Court: The public has a right <to> know." in told.get_text()
    with pytest.raises(ValueError, match="directory"):
        site(tmp_path / "other", inputs(overridden=(("99XX0000", "because we can say so"),)))


def test_everybody_may_read_it(tmp_path: Path) -> None:
    folder = site(tmp_path, inputs())
    assert folder.stat().st_mode & 0o777 == 0o755
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    backwards = dict(reversed(CELLS.items()))
    courts = ("25OV0000", "25GV0001")
    one = site(tmp_path / "one", inputs())
    other = site(tmp_path / "other", inputs(backwards, courts_complete=courts))
    assert bytes_of(one) == bytes_of(other)


def test_a_new_site_replaces_the_old_as_a_whole(tmp_path: Path) -> None:
    folder = site(tmp_path, inputs())
    (folder / "stale.html").write_text("old")
    before = bytes_of(folder)
    again = site(tmp_path, inputs(as_of=date(2024, 3, 1)))
    assert list(bytes_of(again)) == FILES
    assert bytes_of(again)["index.html"] != before["index.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("failing", ["fsync", "rename"])
def test_a_failed_run_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """The disk is full at the third file; or the new folder cannot be put in place after the old was moved aside."""
    folder = site(tmp_path, inputs())
    before = bytes_of(folder)
    calls = 0
    real = os.fsync

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")
        real(descriptor)

    real_rename = Path.rename

    def stuck(path: Path, target: Path) -> Path:
        if "previous" not in path.name and "previous" not in Path(target).name:
            raise OSError(16, "Device or resource busy")
        return real_rename(path, target)

    with monkeypatch.context() as patch:
        if failing == "fsync":
            patch.setattr(os, "fsync", full)
        else:
            patch.setattr(Path, "rename", stuck)
        with pytest.raises(OSError):
            build_site(make_release(inputs(as_of=date(2024, 3, 1))), folder)
    assert bytes_of(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_run_that_died_between_two_renames_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = site(tmp_path, inputs())
    before = bytes_of(folder)
    folder.rename(tmp_path / ".site.previous")

    def refuse(*_: object) -> None:
        raise TierError("no")

    with monkeypatch.context() as patch:
        patch.setattr(site_module, "_check_ours", refuse)
        with pytest.raises(TierError):
            build_site(make_release(inputs()), folder)
    assert bytes_of(folder) == before


@pytest.mark.parametrize("manifest", [None, "[]", "{", '{"made_by": "somebody"}'])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path, manifest: str | None) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest)
    before = bytes_of(folder)
    with pytest.raises(OSError, match="not a site of courttally"):
        build_site(make_release(inputs()), folder)
    assert bytes_of(folder) == before


def test_a_file_in_the_way_is_left_alone_and_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="is a file"):
        build_site(make_release(inputs()), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    build_site(make_release(inputs()), tmp_path / "empty")
    assert list(bytes_of(tmp_path / "empty")) == FILES


@pytest.mark.parametrize(
    "other",
    [
        {"n_cases": 7},
        {"courts_complete": ("25GV0001", "25GV0001")},
        {"courts_partial": ("25GV0001",)},
        {"courts_complete": ("other:someone",)},
        {"scope": SCOPE.__class__("refusal", SCOPE.articles, "all", None)},
    ],
    ids=["sum", "court twice", "court in both", "no court of first instance", "another scope"],
)
def test_inputs_that_disagree_are_refused(tmp_path: Path, other: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        build_site(make_release(inputs(**other)), tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_which_courts_are_covered() -> None:
    """A complete list by the day received, or by no day at all, that touches the time since the start; else partial."""
    day = date.fromisoformat

    def window(
        court: str, axis: str, first: str, last: str | None, state: str, kind: str = "first"
    ) -> tuple[object, ...]:
        return court, "criminal", kind, axis, day(first), day(last) if last else None, False, state, "", 1, 1

    windows = [
        window("25GV0001", "received", "2022-01-01", "2022-09-21", "complete"),  # touches the first day
        window("25GV0002", "received", "2022-01-01", "2022-09-20", "complete"),  # ends before it
        window("25GV0003", "result", "2023-01-01", "2023-12-31", "complete"),  # open cases are not in it
        window("25GV0004", "received", "2023-01-01", "2023-12-31", "partial"),
        window("25GV0004", "", "2023-01-01", None, "complete"),
        window("25GV0005", "both", "2023-01-01", "2023-12-31", "partial"),
        window("25OV0000", "received", "2023-01-01", "2023-12-31", "complete", "appeal"),
        window("27GV0001", "received", "2024-07-01", "2024-12-31", "complete"),  # begins after the as-of day
        window("27GV0002", "received", "2023-01-01", "2023-12-31", "failed"),
        window("77VV0000", "received", "2023-01-01", "2023-12-31", "complete"),  # no court of first instance
    ]
    found = court_coverage(windows, day("2022-09-21"), day("2024-06-30"))
    assert found.complete == ("25GV0001", "25GV0004")
    assert found.partial == ("25GV0003", "25GV0005")
