"""A page that was redacted and is served again stops nothing, is not kept, and is not read."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from courttally.archive import Archive
from courttally.collect.fetch import Fetched
from courttally.collect.run import _Driver
from courttally.collect.talk import Ask

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
URL = "https://court.example/modules.php?name=sud_delo&name_op=case&case_id=1"
PAGE = "<html><title>Суд</title><p>дело № 1-23/2024</p></html>".encode("cp1251")


def test_the_collector_goes_on_when_a_redacted_page_comes_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer(clock=lambda: NOW) as writer:
        held = writer.write(url=URL, status=200, fetched_at=NOW, court="77GV0022", payload=PAGE)
    archive.redact([held], who="A. Editor", why="request 12", clock=lambda: NOW)
    with archive.writer(clock=lambda: NOW) as writer:
        driver = SimpleNamespace(stamp=lambda: NOW, writer=writer, report=SimpleNamespace(captures=0))
        ask = Ask("77GV0022", URL, "card")
        answer = _Driver._keep(driver, ask, Fetched(URL, 200, (), PAGE))
        assert (answer.kind, answer.reading, answer.body) == ("error", None, b"")
        assert "were redacted from this archive and are not taken again" in answer.error
        other = _Driver._keep(driver, ask, Fetched(URL, 200, (), PAGE + b" "))
        assert other.reading is not None
        assert driver.report.captures == 1
