"""What the archive's tests share: a fixed clock, small pages, and WARC files written by another library."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from courttally.archive import Archive, Capture

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PAGE = "<html><title>Суд</title><p>дело № 1-23/2024</p></html>".encode("cp1251")
URL = "https://court.example/modules.php?name=sud_delo&case_id=1"


def clock() -> datetime:
    return NOW


def held(archive: Archive) -> list[Capture]:
    """Every capture of the closed files, in their order, read by place."""
    captures: list[Capture] = []
    for file in archive.files():
        index = archive.index(file.name)
        places = list(zip(index["offset"].to_pylist(), index["length"].to_pylist(), strict=True))
        captures += archive.read(file.name, places)
    return captures


def http(status: str, headers: Iterable[tuple[str, str]]) -> StatusAndHeaders:
    return StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")


class _InMemory(WARCWriter):
    """The library forgets to close its temporary files, which our strict warnings notice."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


class OtherTool:
    """Writes WARC files as another tool would: warcio."""

    def __init__(self, *, gzip: bool = True, version: str = "1.1") -> None:
        self.buffer = io.BytesIO()
        self.writer = _InMemory(self.buffer, gzip=gzip, warc_version=version)

    def add(
        self,
        kind: str,
        *,
        url: str = URL,
        body: bytes = b"",
        head: StatusAndHeaders | None = None,
        date: str = "2024-07-01T06:30:00Z",
        fields: dict[str, str] | None = None,
        content_type: str = "",
    ) -> str:
        """Write one record and return its id."""
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=head,
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": date, **(fields or {})},
        )
        self.writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def save(self, path: Path) -> Path:
        path.write_bytes(self.buffer.getvalue())
        return path


def read_elsewhere(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Type, WARC fields and content of every record, as warcio reads them with all digests checked."""
    with path.open("rb") as stream:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def all_bytes(folder: Path) -> bytes:
    """The bytes of every file below a folder, and every name."""
    found = sorted(folder.rglob("*"))
    return b"\n".join(str(path).encode() + (path.read_bytes() if path.is_file() else b"") for path in found)
