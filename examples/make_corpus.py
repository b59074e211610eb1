"""Makes the example corpus: simulated pages of military courts, and what they add up to.

    python examples/make_corpus.py DIR [--truth FILE]

DIR gets `simulated.warc` and one page saved by hand with its sidecar. FILE gets the expected counts as JSON: a list
of objects with metric, scope, attribution, as_of, dimensions and cells. Both are the same on every run and every
machine. Nobody in them exists.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from simulated.counts import DIMENSIONS, EVERYTHING, METRICS, SCOPES, cells, records, units
from simulated.render import page
from simulated.truth import World
from simulated.warc import write
from simulated.world import build_world

PAIRS = (("month", "article"), ("court", "outcome"), ("region", "part"), ("year", "level"), ("article", "outcome"))
DAYS = ("2023-06-30", "2024-02-01", "2025-06-15", EVERYTHING)


def truth(world: World) -> list[dict[str, object]]:
    """Every metric by every dimension, in every scope, attribution and as-of day, with its non-empty cells."""
    tables: list[dict[str, object]] = []
    for day in DAYS:
        held = records(world, day)
        for scope_name, scope in SCOPES.items():
            for attribution in ("lead", "any"):
                for metric in METRICS:
                    found = units(held, metric, scope, attribution)
                    for dimensions in ((), *((dimension,) for dimension in DIMENSIONS), *PAIRS):
                        tables.append(
                            {
                                "metric": metric,
                                "scope": scope_name,
                                "attribution": attribution,
                                "as_of": day,
                                "dimensions": list(dimensions),
                                "cells": sorted([*key, value] for key, value in cells(found, dimensions).items()),
                            }
                        )
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the example corpus of simulated court pages.")
    parser.add_argument("folder", type=Path, help="where the corpus goes; made if it is not there")
    parser.add_argument("--truth", type=Path, help="where the expected counts go, as JSON")
    arguments = parser.parse_args()
    world = build_world()
    write(world.captures, page, arguments.folder)
    if arguments.truth:
        text = json.dumps(truth(world), ensure_ascii=False, indent=None, separators=(",", ":"))
        arguments.truth.write_text(text.replace('},{"metric', '},\n{"metric') + "\n", encoding="utf-8")
    print(
        f"{len(world.cases)} simulated cases in {len(world.captures)} simulated answers of {len(world.courts)} courts"
    )


if __name__ == "__main__":
    main()
