"""The files of a package, and how each is proved by others.

Invariants
- ``SHA256SUMS`` lists every file but itself and the timestamp over it, so one digest stands for the package.
- ``check.sh`` and ``HOW-TO-CHECK.txt`` use sha256sum, gzip, openssl, tail, head, cut, sed and grep, and nothing of ours.
- What the package cannot prove is said in it: that the court's page was true, and that the machine that fetched it did not lie.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files as resources
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from courttally import __version__
from courttally.archive.capture import time_text
from courttally.registry.evidence.gather import Gathered, Item, record_digest
from courttally.registry.evidence.stamp import Ask, Authority, Stamp, stamp
from courttally.registry.evidence.wacz import write_wacz
from courttally.registry.moscow import MOSCOW

MANIFEST = "SHA256SUMS"
_HOW = {"collect": "fetched by this program", "import": "imported from a file"}


@dataclass(frozen=True, slots=True)
class Export:
    """Who hands the package out, why, when; to which public keys ("" when plain); whether names stand in the report."""

    who: str
    why: str
    at: datetime
    to: str
    revealed: bool


def build_package(
    gathered: Gathered, export: Export, authority: Authority | None = None, ask: Ask | None = None
) -> dict[str, bytes]:
    """The files of the package by name. Raises StampError where an authority was named and no timestamp could be had."""
    title = "Evidence: " + ", ".join(story.case["record"] for story in gathered.stories)
    if gathered.simulated:
        title = "SIMULATED DATA. " + title
    made = write_wacz(gathered.items, _titles(gathered), title, export.at)
    made_of: dict[str, bytes] = {
        "case.wacz": made.data,
        "captures.tsv": _captures(gathered, made.offsets),
        "custody.csv": _custody(gathered, export),
        "report.html": _report(gathered, export, title, authority is not None),
        "HOW-TO-CHECK.txt": _text("HOW-TO-CHECK.txt"),
        "check.sh": _text("check.sh"),
    }
    made_of |= {f"ledger-{name}": data for name, data in gathered.ledgers.items()}
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(made_of.items())]
    manifest = "".join(lines).encode()
    made_of[MANIFEST] = manifest
    if authority is not None:
        got: Stamp = stamp(manifest, authority, ask)
        made_of |= {
            f"{MANIFEST}.tsq": got.request,
            f"{MANIFEST}.tsr": got.answer,
            "timestamp-roots.pem": got.roots,
        }
    return made_of


def _text(name: str) -> bytes:
    return resources("courttally.registry.evidence").joinpath("templates", name).read_bytes()


def _titles(gathered: Gathered) -> dict[str, str]:
    found: dict[str, str] = {}
    for story in gathered.stories:
        for sighting in story.case["sightings"]:
            found[sighting["capture"]] = f"{sighting['kind']} with {story.case['record']}, seen {sighting['seen_on']}"
    return found


def _captures(gathered: Gathered, offsets: dict[str, int]) -> bytes:
    """For ``check.sh``: where each record and its page lie (bytes counted from 1, as tail counts), and their digests."""
    lines = ["capture\tbyte\tlength\tpage_byte\tpage_length\tpage_sha256\trecord_sha256\tpage_in\tledger\tclosed_by\n"]
    for item in gathered.items:
        name = item.capture.capture_id
        page = item.capture.payload_digest.removeprefix("sha256:")
        lines.append(
            f"{name}\t{offsets[name] + 1}\t{len(item.member)}\t{item.payload_at + 1}\t{item.payload_bytes}\t{page}\t"
            f"{record_digest(item)}\t{item.holder}\tledger-{item.ledger}\t{item.closed['self']}\n"
        )
    return "".join(lines).encode()


def _custody(gathered: Gathered, export: Export) -> bytes:
    """What happened to each capture, one row an event."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(["capture", "event", "at", "by", "detail"])
    for item in gathered.items:
        name, capture = item.capture.capture_id, item.capture
        fetched = time_text(capture.fetched_at) if capture.fetched_at else "not known"
        by = item.vantage and f"vantage {item.vantage}"
        writer.writerow([name, "captured", fetched, by or "not recorded", _HOW[capture.origin]])
        place = f"{item.place.file}, byte {item.place.offset}, {item.place.length} bytes, SHA-256 {record_digest(item)}"
        writer.writerow([name, "stored", time_text(capture.imported_at), "this installation", place])
        closed = f"SHA-256 of the file {item.closed['sha256']}; line {item.closed['self']} of {item.ledger}"
        writer.writerow([name, "file closed", str(item.closed["at"]), "this installation", closed])
        proved = "block digest, payload digest and capture id follow from the record"
        writer.writerow([name, "verified", time_text(export.at), f"courttally {__version__}", proved])
        to = export.to and f"encrypted to {export.to}"
        writer.writerow([name, "exported", time_text(export.at), export.who, f"{to or 'not encrypted'}; {export.why}"])
    return sink.getvalue().encode()


def _moscow(moment: datetime | None) -> str:
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M") if moment is not None else "not known"


def _report(gathered: Gathered, export: Export, title: str, stamped: bool) -> bytes:
    environment = Environment(
        loader=PackageLoader("courttally.registry.evidence"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["moscow"] = _moscow
    digests = {item.capture.capture_id: item.capture.payload_digest for item in gathered.items}
    cards = {
        sighting["capture"]
        for story in gathered.stories
        for sighting in story.case["sightings"]
        if sighting["kind"] == "card"
    }
    text = environment.get_template("report.html.jinja").render(
        title=title, gathered=gathered, export=export, stamped=stamped, digests=digests, version=__version__,
        captures=[_shown(item, item.capture.capture_id in cards) for item in gathered.items],
    )  # fmt: skip
    return text.encode()


def _shown(item: Item, card: bool) -> dict[str, Any]:
    """A capture for the table. The address of anything but a card is shortened: what was searched for can be a name."""
    url = item.capture.url or "not known"
    return {
        "id": item.capture.capture_id,
        "digest": item.capture.payload_digest,
        "fetched": item.capture.fetched_at,
        "stored": item.capture.imported_at,
        "how": _HOW[item.capture.origin],
        "vantage": item.vantage or "not recorded",
        "address": url if card or item.capture.url is None else f"{urlsplit(url).hostname or ''} …",
        "same_as": item.holder if item.holder != item.capture.capture_id else "",
        "file": item.place.file,
        "byte": item.place.offset,
        "closed": item.closed["at"],
    }
