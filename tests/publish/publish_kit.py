"""Inputs for the page, made by hand, and what the tests read back from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from courttally.law.subjects import load_subject
from courttally.publish import SiteInputs, build_site, make_release

SUBJECT = load_subject("refusal")
SCOPE = SUBJECT.scope("refusal-wartime")
CELLS = {
    ("2023-11", "337"): (12, 5),
    ("2023-11", "332"): (6, 0),
    ("2023-12", "337"): (1076, 900),
    ("2023-12", "332"): (7, 6),
    ("2023-12", "338"): (3, 1),
    ("2024-01", "337"): (20, 9),
    ("2024-01", "338"): (8, 5),
    ("2024-02", "337"): (9, 30),
    ("2024-02", "338"): (2, 5),
}


def inputs(cells: Mapping[tuple[str, str], tuple[int, int]] | None = None, **other: Any) -> SiteInputs:
    """Inputs with the given cells, as seen by 20 February 2024."""
    held = CELLS if cells is None else cells
    n_cases = sum(received for received, _ in held.values())
    values: dict[str, Any] = {
        "as_of": date(2024, 2, 20),
        "subject": SUBJECT,
        "scope": SCOPE,
        "cells": held,
        "n_cases": n_cases,
        "n_matters": n_cases,
        "courts_complete": ("25GV0001", "25OV0000"),
        "courts_partial": ("51GV0001",),
        "simulated": False,
    }
    return SiteInputs(**values | other)


def site(folder: Path, given: SiteInputs) -> Path:
    """The site built from inputs."""
    build_site(make_release(given), folder / "site", subject=given.subject)
    return folder / "site"


def table(folder: Path) -> list[dict[str, str]]:
    """The rows of the published CSV."""
    text = (folder / "cases_by_month.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))
