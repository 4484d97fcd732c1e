"""Plots of growth tables, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

WIDTH, ROW, LABEL, EDGE = 760, 22, 170, 60
COLORS = ("#9db4cf", "#2f5f93", "#132f4f")


def growth_plot(table: dict[str, Any]) -> str:
    """Return bars of each row's numbers, on a logarithmic scale; the last number is their ratio."""
    columns = list(table["rows"][0])
    name, *sizes, ratio = columns
    values = [row[size] for row in table["rows"] for size in sizes]
    low, high = math.log(min(values) / 2), math.log(max(values))

    def length(value: float) -> float:
        return (WIDTH - LABEL - EDGE) * (math.log(value) - low) / (high - low)

    height = ROW * (len(table["rows"]) + 2)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12"><title>{escape(table["title"])}</title>',
        *_legend(sizes),
    ]
    for number, row in enumerate(table["rows"], 1):
        bars = [(row[size], length(row[size])) for size in sizes]
        lines += _row(ROW * (number + 1), row[name], bars, f"{row[ratio]:.2f} ×")
    return "\n".join([*lines, "</svg>", ""])


def _legend(sizes: Sequence[str]) -> Iterator[str]:
    for number, size in enumerate(sizes):
        place = LABEL + 160 * number
        yield f'<rect x="{place}" y="6" width="12" height="12" fill="{COLORS[number % 3]}"/>'
        yield f'<text x="{place + 18}" y="16">{escape(size)} releases, ms</text>'


def _row(top: int, name: str, bars: Sequence[tuple[float, float]], ratio: str) -> Iterator[str]:
    thickness = (ROW - 6) / len(bars)
    yield f'<text x="{LABEL - 8}" y="{top + 12}" text-anchor="end">{escape(name)}</text>'
    for number, (value, width) in enumerate(bars):
        yield (
            f'<rect x="{LABEL}" y="{top + number * thickness:.1f}" width="{width:.1f}" '
            f'height="{thickness:.1f}" fill="{COLORS[number % 3]}"><title>{value:.1f} ms</title>'
            "</rect>"
        )
    place = LABEL + max(width for _, width in bars) + 6
    yield f'<text x="{place:.1f}" y="{top + 12}">{ratio}</text>'
