"""What a writer must know of the archive: which captures it holds, and where each payload lies.

Held in memory as raw digests and packed places: some 0.3 KB a capture, so a million captures take 0.3 GB.
"""

from courttally.archive.index import Place, read_index
from courttally.archive.layout import Layout

_COLUMNS = ("capture_id", "payload_digest", "payload_file", "payload_offset", "payload_length", "record_type")


class Known:
    """The captures and payloads of the closed files, and of the file being written as it grows."""

    def __init__(self) -> None:
        self._captures: set[bytes] = set()
        self._payloads: dict[bytes, int] = {}
        self._files: list[str] = []
        self._numbers: dict[str, int] = {}
        self._refused: set[bytes] = set()

    def load(self, layout: Layout, name: str) -> None:
        """Take in the index of one closed file."""
        table = read_index(layout.index_of(name), _COLUMNS)
        for batch in table.to_batches():
            columns = [batch.column(column).to_pylist() for column in _COLUMNS]
            for capture_id, payload_digest, file, offset, length, record_type in zip(*columns, strict=True):
                self.add_capture(capture_id)
                if record_type not in ("revisit", "tombstone"):
                    self.add_payload(payload_digest, Place(file, offset, length))

    def load_ids(self, layout: Layout, name: str) -> None:
        """Take in which captures a file of another machine holds; its payloads are not ours to refer to."""
        for capture_id in read_index(layout.index_of(name), ("capture_id",))["capture_id"].to_pylist():
            self.add_capture(capture_id)

    def has(self, capture_id: str) -> bool:
        """Whether the archive holds this capture."""
        return bytes.fromhex(capture_id[2:]) in self._captures

    def add_capture(self, capture_id: str) -> None:
        """Remember a capture."""
        self._captures.add(bytes.fromhex(capture_id[2:]))

    def add_payload(self, payload_digest: str, place: Place) -> None:
        """Remember where a payload lies; the first place stays."""
        number = self._numbers.get(place.file)
        if number is None:
            number = self._numbers[place.file] = len(self._files)
            self._files.append(place.file)
        packed = number << 96 | place.offset << 48 | place.length
        self._payloads.setdefault(_raw(payload_digest), packed)

    def payload(self, payload_digest: str) -> Place | None:
        """Where a payload lies, or None."""
        packed = self._payloads.get(_raw(payload_digest))
        if packed is None:
            return None
        mask = (1 << 48) - 1
        return Place(self._files[packed >> 96], packed >> 48 & mask, packed & mask)

    def refuse(self, payload_digest: str) -> None:
        """Remember that a payload was redacted here."""
        self._refused.add(_raw(payload_digest))

    def refused(self, payload_digest: str) -> bool:
        """Whether a payload was redacted here, so that it must not be taken again."""
        return _raw(payload_digest) in self._refused


def _raw(payload_digest: str) -> bytes:
    return bytes.fromhex(payload_digest.removeprefix("sha256:"))
