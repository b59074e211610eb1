"""The chart of the page: a histogram of cases received, and a stepped line of cases finished, as plain shapes.

Invariants: only printed numbers are drawn. A column is as wide as its months and as high as its average a month, so that its
area is the number of cases, however many months were rolled into one. The scale starts at zero. No text is in a picture alone: the
table beside it has every number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courttally.publish.rollup import Row, months_between, year_of
from courttally.publish.words import period_words

_STEPS = (1, 2, 5)
_LABEL_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its rectangle, whether it is unfinished, and the number in it (empty where there is no room)."""

    x: str
    y: str
    width: str
    height: str
    unfinished: bool
    middle: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale or of the years: where it is, and what stands beside it."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one size, in pixels. ``line``: the path of cases finished, with a gap where they are withheld."""

    id: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    columns: tuple[Column, ...]
    line: str
    scale: tuple[Tick, ...]
    years: tuple[Tick, ...]


def draw(parts: Sequence[Row], unfinished_from: str, *, name: str, width: int, height: int) -> Chart | None:
    """The chart of printed parts, or None where there is nothing to draw. ``unfinished_from``: month of the as-of day."""
    months = [month for row in parts for month in months_between(row.first, row.last)]
    if len(months) < 2 or not any(row.total[0] for row in parts):
        return None
    averages = [[(row.total[m] or 0) / _length(row) for row in parts] for m in (0, 1)]
    step, high = _scale(max(map(max, averages)))
    left, right, top, bottom = 10 + 7 * len(f"{high:,}"), width - 6, 26, height - 26
    month_width = (right - left) / len(months)

    def y(value: float) -> float:
        return bottom - value / high * (bottom - top)

    columns: list[Column] = []
    line: list[str] = []
    x, joined = float(left), False
    for row, received, finished in zip(parts, *averages, strict=True):
        wide = month_width * _length(row)
        gap = 1.0 if month_width > 4 else 0.4
        label = f"{row.total[0]:,}" if row.total[0] else ""
        columns.append(
            Column(
                x=_px(x + gap / 2),
                y=_px(y(received)),
                width=_px(wide - gap),
                height=_px(bottom - y(received)),
                unfinished=row.last >= unfinished_from,
                middle=_px(x + wide / 2),
                label=label if wide >= 7 * len(label) + 4 and bottom - y(received) >= _LABEL_HEIGHT else "",
            )
        )
        if row.total[1] is not None:
            line.append(f"{'L' if joined else 'M'}{_px(x)} {_px(y(finished))}H{_px(x + wide)}")
        joined = row.total[1] is not None
        x += wide
    return Chart(
        name, width, height, left, right, top, bottom,
        tuple(columns),
        "".join(line),
        tuple(Tick(_px(y(value)), f"{value:,}") for value in range(0, high + 1, step)),
        tuple(_years(months, left, month_width)),
    )  # fmt: skip


def _length(row: Row) -> int:
    return len(months_between(row.first, row.last))


def _scale(most: float) -> tuple[int, int]:
    """Step and top of a scale with at most five steps of 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for base in _STEPS:
            step = base * power
            if most <= step * 5:
                return step, step * max(1, -(-int(-(-most // 1)) // step))
        power *= 10


def _years(months: Sequence[str], left: float, month_width: float) -> list[Tick]:
    """A tick at the first month of each year that has room for its name."""
    starts = [n for n, month in enumerate(months) if n == 0 or month.endswith("-01")]
    ends = [*starts[1:], len(months)]
    return [
        Tick(_px(left + start * month_width), year_of(months[start]) if (end - start) * month_width >= 30 else "")
        for start, end in zip(starts, ends, strict=True)
    ]


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def alternative(parts: Sequence[Row]) -> str:
    """The chart in one sentence: kind, what, period, and its highest column."""
    tallest = max(parts, key=lambda row: ((row.total[0] or 0) / _length(row), row.first))
    period = period_words(parts[0].first, parts[-1].last)
    at = period_words(tallest.first, tallest.last)
    return (
        f"Columns: cases received, {period}, and a line: cases finished. Tallest column: {at}, {tallest.total[0]:,} received. "
        "The table below has all the numbers."
    )
