"""Writes captures as one WARC 1.1 file: a request and a response record each, or a revisit; plain bytes, the same
on every run.

Invariants: dates, record ids and order come from the captures; nothing is taken from the clock or the machine. Each
HTTP answer says ``X-Courttally-Simulated: 1``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from .clerk import SPACE
from .truth import Capture

STATUS = {"not_found": "404 Not Found"}
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def record(kind: str, headers: dict[str, str], block: bytes) -> bytes:
    """One WARC record."""
    lines = [f"WARC-Type: {kind}", *(f"{name}: {value}" for name, value in headers.items())]
    head = "WARC/1.1\r\n" + "\r\n".join(lines) + f"\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def http(capture: Capture, length: int) -> bytes:
    """The status line and headers of the answer."""
    return (
        f"HTTP/1.1 {STATUS.get(capture.kind, '200 OK')}\r\nContent-Type: text/html; charset=windows-1251\r\n"
        f"X-Courttally-Simulated: 1\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def records(captures: Iterable[Capture], page: Callable[[Capture], bytes]) -> Iterable[bytes]:
    """The records of every capture whose moment is known, in the order given."""
    info = b"software: courttally example corpus\r\ndescription: simulated data, nothing in it happened\r\n"
    headers = {
        "WARC-Record-ID": name("info"),
        "WARC-Date": "2022-01-01T00:00:00Z",
        "Content-Type": "application/warc-fields",
    }
    yield record("warcinfo", headers, info)
    first_seen: dict[str, str] = {}
    for serial, capture in enumerate(captures):
        if capture.at is None:
            continue
        body = page(capture)
        block = http(capture, len(body)) + body
        moment = capture.at.strftime(STAMP)
        path = capture.url.partition("//")[2]
        host, _, target = path.partition("/")
        shared = {"WARC-Target-URI": capture.url, "WARC-Date": moment}
        answer = {"WARC-Record-ID": name(f"response {serial}"), **shared}
        answer |= {"WARC-Payload-Digest": sha1(body), "Content-Type": "application/http; msgtype=response"}
        if capture.revisit:
            answer |= {
                "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
                "WARC-Refers-To-Target-URI": capture.url,
                "WARC-Refers-To-Date": first_seen[capture.url],
            }
            yield record("revisit", answer, http(capture, len(body)))
            continue
        first_seen[capture.url] = moment
        yield record("response", {**answer, "WARC-Block-Digest": sha1(block)}, block)
        asked = f"GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        headers = {"WARC-Record-ID": name(f"request {serial}"), **shared}
        headers |= {"WARC-Concurrent-To": answer["WARC-Record-ID"], "Content-Type": "application/http; msgtype=request"}
        yield record("request", headers, asked)


def name(text: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(SPACE, text)}>"


def write(captures: Iterable[Capture], page: Callable[[Capture], bytes], folder: Path) -> list[Path]:
    """One WARC of everything whose moment is known, and a page with a sidecar for each of the others."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = list(captures)
    whole = folder / "simulated.warc"
    whole.write_bytes(b"".join(records(everything, page)))
    written = [whole]
    for serial, capture in enumerate((capture for capture in everything if capture.at is None), 1):
        saved = folder / f"saved-by-hand-{serial}.html"
        saved.write_bytes(page(capture))
        sidecar = {"court": capture.court.code, "url": capture.url, "method": "GET", "status": 200}
        saved.with_name(saved.name + ".json").write_text(json.dumps(sidecar, indent=1) + "\n", encoding="utf-8")
        written.append(saved)
    return written
