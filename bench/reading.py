"""How fast pages are read, kind by kind. Run: `python bench/reading.py [--rounds N] [--only WORD]`.

Three things are done with the same bytes, in turns, page by page, so that caches and a busy machine treat them alike: bare parsing by Lexbor (the
floor), reading (records, locators, all strict checks), and BeautifulSoup over lxml taking the text of every cell and no more. Printed are pages a CPU
second of this process (the median of the rounds) and how many times as long as bare parsing the other two take. The floor is taken twice: `cold`, in
turns with reading, as the pages of an archive come; `hot`, the same page over and over, which nothing but a benchmark does. Reading is taken
twice, too: `read` as it goes in an archive, where the site's chrome was seen before, and `first` with everything about chromes forgotten.

Pages: the project's example corpus, made anew, and the real pages in `../shared/pages` where they are.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup
from fastwarc.warc import ArchiveIterator, WarcRecordType
from selectolax.lexbor import LexborHTMLParser

from courttally.portal import Page, chrome, read

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "pages"
APPEAL = (
    "http://2zovs.msk.sudrf.ru/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id=1"
    "&case_uid=00000000-0000-0000-0000-000000000001&delo_id=4&new=4"
)
CHROME = b"modSdpContent"


def real_pages() -> dict[str, list[Page]]:
    """Every page of ../shared as a kind of its own."""
    found = {}
    for path in sorted(SHARED.glob("*.html")):
        url = APPEAL if "custody" in path.stem else None
        found[path.stem] = [Page(payload=path.read_bytes(), url=url, court_stated="other:bench")]
    return found


def example_pages() -> dict[str, list[Page]]:
    """The example corpus by kind of page."""
    found: dict[str, list[Page]] = {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, ROOT / "examples" / "make_corpus.py", folder], check=True, stdout=subprocess.DEVNULL
        )
        with (Path(folder) / "simulated.warc").open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
                headers = record.http_headers
                page = Page(
                    payload=record.reader.read(),
                    url=record.headers["WARC-Target-URI"],
                    status=headers.status_code if headers else None,
                )
                found.setdefault(f"example {read(page).kind}", []).append(page)
    return found


def bare(page: Page) -> None:
    """The floor: the tree, and nothing done with it."""
    LexborHTMLParser(page.payload)


def read_first(page: Page) -> None:
    """Reading the first page of a site."""
    chrome.forget()
    read(page)


def soup_cells(page: Page) -> list[list[str]]:
    """The text of every cell, as most scrapers take it."""
    soup = BeautifulSoup(page.payload, "lxml", from_encoding="windows-1251")
    return [[cell.get_text("\n", strip=True) for cell in row.find_all(["td", "th"])] for row in soup.find_all("tr")]


def timed(job: Callable[[Page], object], page: Page) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    job(page)
    return time.process_time() - start


def measure(pages: list[Page], rounds: int) -> tuple[float, float, float, float, float]:
    """CPU seconds a page: bare parsing hot and cold, reading, reading the first page of a site, soup."""
    turns = max(1, 20 // len(pages))
    jobs: tuple[Callable[[Page], object], ...] = (bare, read)
    for page in pages:
        for job in (*jobs, soup_cells):
            job(page)
    sums: list[list[float]] = [[], []]
    for _ in range(rounds):
        spent = [0.0, 0.0]
        for _ in range(turns):
            for page in pages:
                for n, job in enumerate(jobs):
                    spent[n] += timed(job, page)
        for n, seconds in enumerate(spent):
            sums[n].append(seconds / len(pages) / turns)
    hot = []
    for _ in range(rounds):
        start = time.process_time()
        for page in pages:
            for _ in range(turns):
                LexborHTMLParser(page.payload)
        hot.append((time.process_time() - start) / len(pages) / turns)
    first = statistics.median(sum(timed(read_first, page) for page in pages) / len(pages) for _ in range(rounds))
    soup = statistics.median(sum(timed(soup_cells, page) for page in pages) / len(pages) for _ in range(3))
    return statistics.median(hot), statistics.median(sums[0]), statistics.median(sums[1]), first, soup


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15, help="rounds to take the median of")
    options.add_argument("--only", default="", help="only kinds whose name has this word")
    asked = options.parse_args()
    print(
        f"{'pages a CPU second':46} {'KiB':>6} {'hot':>7} {'cold':>7} {'read':>7} {'first':>7} {'soup':>6}   read/hot read/cold first/cold soup/cold limit"
    )
    for name, pages in (real_pages() | example_pages()).items():
        if asked.only not in name:
            continue
        size = sum(len(page.payload) for page in pages) / len(pages)
        hot, cold, reading, first, soup = measure(pages, asked.rounds)
        limit = 2.5 if CHROME in pages[0].payload or size > 100_000 else 4.0
        rates = f"{1 / hot:7.0f} {1 / cold:7.0f} {1 / reading:7.0f} {1 / first:7.0f} {1 / soup:6.0f}"
        print(
            f"{name:46} {size / 1024:6.1f} {rates}   {reading / hot:8.2f} {reading / cold:9.2f} {first / cold:10.2f} {soup / cold:9.1f} {limit:5.1f}"
        )


if __name__ == "__main__":
    main()
