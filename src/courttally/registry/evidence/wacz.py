"""A WACZ file: WARC records, their index and a list of pages in one zip that replay tools open.

Source: Web Archive Collection Zipped 1.1.1 (Webrecorder). Invariants
- Records are those of the archive byte for byte; one `warcinfo` stands before them.
- Nothing in the zip is compressed by the zip, and members come in a fixed order with the time of the export: the same evidence
  exported at the same time gives the same bytes, and every record lies at a known byte of the whole file.
- ``datapackage.json`` lists every other member with its SHA-256; ``datapackage-digest.json`` holds the digest of that list.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from courttally import __version__
from courttally.archive.capture import time_text
from courttally.archive.record import encode_warcinfo
from courttally.archive.warc import pack
from courttally.registry.evidence.gather import Item

WARC = "archive/evidence.warc.gz"


@dataclass(frozen=True, slots=True)
class Wacz:
    """The file, and for each capture where its compressed record begins in it, in bytes."""

    data: bytes
    offsets: dict[str, int]


def write_wacz(items: Sequence[Item], titles: dict[str, str], title: str, created: datetime) -> Wacz:
    """Write the captures. ``titles``: capture -> a line for the list of pages, without names."""
    warc = bytearray(pack(encode_warcinfo("evidence.warc.gz", created)))
    places: dict[str, tuple[int, int]] = {}
    for item in items:
        places[item.capture.capture_id] = (len(warc), len(item.member))
        warc += item.member
    members = {
        WARC: bytes(warc),
        "indexes/index.cdx": _index(items, places),
        "pages/pages.jsonl": _pages(items, titles),
    }
    package = _package(members, title, created)
    digest = {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(package).hexdigest()}
    members |= {"datapackage.json": package, "datapackage-digest.json": _json(digest)}
    buffer = io.BytesIO()
    when = created.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as made:
        for path, data in members.items():
            info = zipfile.ZipInfo(path, when)
            info.external_attr = 0o600 << 16
            made.writestr(info, data)
        start = made.getinfo(WARC).header_offset + 30 + len(WARC)
    return Wacz(buffer.getvalue(), {name: start + offset for name, (offset, _) in places.items()})


def _package(members: dict[str, bytes], title: str, created: datetime) -> bytes:
    resources = [
        {
            "name": path.rpartition("/")[2],
            "path": path,
            "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
        }
        for path, data in members.items()
    ]
    return _json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "created": time_text(created),
            "software": f"courttally {__version__}",
            "resources": resources,
        }
    )


def _index(items: Sequence[Item], places: dict[str, tuple[int, int]]) -> bytes:
    """CDXJ: one line a record, sorted."""
    lines = []
    for item in items:
        target = item.record.get("warc-target-uri") or ""
        offset, length = places[item.capture.capture_id]
        mime = next((value for name, value in item.capture.headers if name.lower() == "content-type"), "text/html")
        entry = {
            "url": target,
            "mime": "warc/revisit" if item.record_type == "revisit" else mime.partition(";")[0].strip(),
            "status": str(item.capture.status or 200),
            "digest": item.capture.payload_digest,
            "length": str(length),
            "offset": str(offset),
            "filename": "evidence.warc.gz",
        }
        lines.append(f"{sort_key(target)} {_stamp(item)} {json.dumps(entry)}\n")
    return "".join(sorted(lines)).encode()


def _pages(items: Sequence[Item], titles: dict[str, str]) -> bytes:
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "All pages"}]
    lines += [
        {
            "id": item.capture.capture_id,
            "url": item.record.get("warc-target-uri") or "",
            "title": titles.get(item.capture.capture_id, "a page of the court"),
            "ts": item.record.get("warc-date") or "",
        }
        for item in items
    ]
    return b"".join(_json(line) for line in lines)


def _stamp(item: Item) -> str:
    return re.sub(r"\D", "", (item.record.get("warc-date") or "")[:19])


def sort_key(url: str) -> str:
    """The address as replay tools look it up: host turned round, all small letters, values of the query in order."""
    parts = urlsplit(url)
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    port = f":{parts.port}" if parts.port not in (None, 80 if parts.scheme == "http" else 443) else ""
    query = "&".join(sorted(parts.query.lower().split("&")))
    key = ",".join(reversed(host.split("."))) + port + ")" + (parts.path.lower() or "/")
    return f"{key}?{query}" if query else key


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
