"""The evidence: captures in WARC files written once, the import of files, and the ledgers of what was asked.

Imports no other room. Everything under HOME/archive is private.
"""

from courttally.archive.capture import (
    ArchiveError,
    Capture,
    Clock,
    Origin,
    Progress,
    RedactedError,
    RefusedError,
    make_capture_id,
    parse_time,
    time_text,
)
from courttally.archive.coverage import CoverageLedger
from courttally.archive.exchange import Merged, MergeReport
from courttally.archive.imports import ImportReport
from courttally.archive.index import SCHEMA as INDEX_SCHEMA
from courttally.archive.index import Place
from courttally.archive.ledger import LedgerState, append_ledger, read_ledger
from courttally.archive.machines import Machine
from courttally.archive.opened import SealedError
from courttally.archive.outgoing import ExportReport
from courttally.archive.redact import Redaction
from courttally.archive.seal import SealReport
from courttally.archive.store import Archive, DiskUsage, WarcFile
from courttally.archive.verify import Problem, VerifyReport
from courttally.archive.writer import ArchiveBusyError, Writer

__all__ = [
    "INDEX_SCHEMA",
    "Archive",
    "ArchiveBusyError",
    "ArchiveError",
    "Capture",
    "Clock",
    "CoverageLedger",
    "DiskUsage",
    "ExportReport",
    "ImportReport",
    "LedgerState",
    "Machine",
    "MergeReport",
    "Merged",
    "Origin",
    "Place",
    "Problem",
    "Progress",
    "RedactedError",
    "Redaction",
    "RefusedError",
    "SealReport",
    "SealedError",
    "VerifyReport",
    "WarcFile",
    "Writer",
    "append_ledger",
    "make_capture_id",
    "parse_time",
    "read_ledger",
    "time_text",
]
