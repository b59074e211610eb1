"""What is killed: a collection and a build, each in a process of its own."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from courttally.collect.config import Config
from courttally.collect.pace import VirtualPace
from courttally.collect.run import budget_of, collect
from courttally.portal import Page, read
from courttally.registry.build import build as build_registry

# Once for all processes that are made from this module: the reader compiles its vocabularies at its first page.
read(
    Page(
        "<div id='content'><table id='tablcont'><tr><th>№ дела<th>Дата поступления<th>Лица<th>Судья<th>Дата решения<th>Решение<th>Дата вступления в "
        "законную силу<th>Судебные акты<tr><td>1-1/2024<td>01.02.2024<td>Информация скрыта - ст.337 ч.5 УК РФ<td>А.<td>01.03.2024<td>Вынесен ПРИГОВОР"
        "<td><td></table></div>".encode("cp1251")
    )
)


def gather(home: Path, port: int, courts: tuple[str, ...], now: datetime) -> None:
    """Collect; captures carry the one time `now`, waiting takes no time."""
    config = replace(Config(), courts=courts, since=date(2024, 4, 1), at_once=1)
    latest = budget_of(home, config).latest()
    pace = VirtualPace(max(now, latest or now))
    asyncio.run(
        collect(home, config, portal=f"http://127.0.0.1:{port}", pace=pace, stamp=lambda: now, rhythm=config.rhythm())
    )


def build(home: Path) -> None:
    """Build the registry."""
    build_registry(home, workers=1)
