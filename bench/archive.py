"""How fast evidence is written, imported, read and proved. Run: `python bench/archive.py [--captures N] [--size KIB]`.

The pages are made up here, in the shape of a case card (a frame that all share, rows that differ), in windows-1251. Times are CPU
seconds of this process, because that is what a busy machine does not change; one worker.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from courttally.archive import Archive

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROW = "<tr><td class='num'>{number}</td><td>{date}</td><td>{event}</td><td>{place}</td><td>&nbsp;</td></tr>\r\n"
EVENTS = ("Регистрация поступившего дела", "Передача материалов судье", "Судебное заседание", "Дело сдано в архив")
FRAME = "<div class='menu'><a href='/modules.php?name=sud_delo&amp;op={number}'>Раздел сайта {number}</a></div>\r\n"


def pages(count: int, size: int) -> list[bytes]:
    """Pages of about `size` bytes: half frame, half rows of their own."""
    draw = random.Random(20260101)
    frame = "".join(FRAME.format(number=number) for number in range(size // 2 // 90))
    made = []
    for _ in range(count):
        rows = [
            ROW.format(
                number=draw.randrange(10**6),
                date=f"{draw.randrange(1, 29):02}.{draw.randrange(1, 13):02}.2024",
                event=draw.choice(EVENTS),
                place=f"зал {draw.randrange(40)}, {draw.randrange(9, 18)}:{draw.randrange(60):02}",
            )
            for _ in range(size // 2 // 115)
        ]
        made.append(f"<html><body>{frame}<table>{''.join(rows)}</table></body></html>".encode("cp1251"))
    return made


def write(archive: Archive, made: list[bytes], day: int) -> None:
    """One capture a page, as if fetched on that day."""
    with archive.writer(clock=lambda: NOW) as writer:
        for number, payload in enumerate(made):
            writer.write(
                url=f"https://court.example/modules.php?name=sud_delo&case_id={number}",
                status=200,
                fetched_at=NOW + timedelta(days=day, seconds=number),
                court="77OV0000",
                headers=[("Content-Type", "text/html; charset=windows-1251"), ("Server", "nginx")],
                payload=payload,
            )


def read(archive: Archive, name: str) -> None:
    """Every capture of a file, by place."""
    index = archive.index(name)
    for _ in archive.read(name, list(zip(index["offset"].to_pylist(), index["length"].to_pylist(), strict=True))):
        pass


def measure(what: str, count: int, size: float, work: Callable[[], object]) -> None:
    """Print one line: captures and MB of pages a CPU second."""
    start = time.process_time()
    work()
    spent = max(time.process_time() - start, 1e-9)
    print(f"{what:<44} {count / spent:>10,.0f} {size / spent / 1e6:>10,.1f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Rates of the archive.")
    parser.add_argument("--captures", type=int, default=2000)
    parser.add_argument("--size", type=int, default=60, help="size of a page in KiB")
    options = parser.parse_args()
    count = options.captures
    made = pages(count, options.size << 10)
    size = sum(map(len, made))
    with tempfile.TemporaryDirectory() as folder:
        archive, other, third = (Archive(Path(folder) / name) for name in ("a", "b", "c"))
        saved = Path(folder) / "saved"
        saved.mkdir()
        for number, payload in enumerate(made):
            (saved / f"{number:06}.html").write_bytes(payload)
        print(f"{count:,} pages of {size / count / 1000:,.0f} kB\n")
        print(f"{'what':<44} {'captures/s':>10} {'MB/s':>10}")
        measure("write, new pages", count, size, lambda: write(archive, made, 0))
        first = archive.files()[0]
        measure("write, the same pages on another day", count, size, lambda: write(archive, made, 1))
        measure("import a folder", count, size, lambda: other.import_paths([saved], clock=lambda: NOW))
        measure("import it again", count, size, lambda: other.import_paths([saved], clock=lambda: NOW))
        warc = Path(folder) / "a" / "archive" / "warc"
        measure("import WARC files", 2 * count, 2 * size, lambda: third.import_paths([warc], clock=lambda: NOW))
        measure("read by place", count, size, lambda: read(archive, first.name))
        measure("read by place, revisits", count, size, lambda: read(archive, archive.files()[-1].name))
        some = archive.index(first.name)["capture_id"].to_pylist()[:500]
        measure("get by id", len(some), size * len(some) / count, lambda: list(map(archive.get, some)))
        measure("verify", 2 * count, size, archive.verify)
        used = archive.disk_usage()
        print(f"\non disk: {first.bytes / count:,.0f} bytes a page ({size / first.bytes:,.1f} times smaller),")
        print(f"{(used.warc - first.bytes) / count:,.0f} a revisit, {used.index / 2 / count:,.0f} in the index")


if __name__ == "__main__":
    main()
