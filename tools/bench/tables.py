"""Tables of measurements, as text and as JSON."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of numbers and words under named columns."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def __str__(self) -> str:
        lines = [self.columns, *(tuple(map(_shown, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join([self.title, *("  ".join(map(str.rjust, line, widths)) for line in lines)])

    def as_json(self) -> dict[str, Any]:
        """Return title and rows as plain JSON values."""
        return {
            "title": self.title,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
        }


@dataclass(frozen=True)
class Times:
    """Milliseconds of each run."""

    runs: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def p95(self) -> float:
        """95th percentile."""
        return quantiles(self.runs, n=20)[-1] if len(self.runs) > 1 else self.runs[0]


def timed(function: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the milliseconds that a call takes: CPU time unless another clock is given."""
    before = clock()
    function()
    return (clock() - before) * 1000


def machine() -> str:
    """Describe this machine in one line."""
    cores, python = os.cpu_count(), platform.python_version()
    parts = (platform.machine(), f"{cores} cores", f"load {os.getloadavg()[0]:.1f}")
    return ", ".join([*parts, platform.system(), f"Python {python}"])


def write_json(path: Path, tables: Sequence[dict[str, Any]]) -> None:
    """Write all tables and the machine's description."""
    content = {"machine": machine(), "tables": tables}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path) -> list[dict[str, Any]]:
    """Read the tables of a file by `write_json`."""
    return list(json.loads(path.read_text(encoding="utf-8"))["tables"])


def _shown(value: Any) -> str:
    return f"{value:,.3g}" if isinstance(value, float) and value < 100 else _whole(value)


def _whole(value: Any) -> str:
    return f"{value:,.0f}" if isinstance(value, float) else str(value)
