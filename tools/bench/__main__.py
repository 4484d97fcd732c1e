"""`make bench`: run all benchmarks, or those named, one after the other."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from tools.bench.leaving import leave_in_order
from tools.bench.plot import growth_plot
from tools.bench.starting import tables_of
from tools.bench.tables import machine, write_json

BENCHES = (
    *("reading", "importing", "documents", "searching", "relevance"),
    *("indexing", "publishing", "pages", "growth", "load", "queries", "cluster"),
    *("adversarial", "mailing", "interleavings"),
)
KEPT = Path("docs/measurements")


def main() -> None:
    leave_in_order()
    options = _options()
    print(machine(), flush=True)
    tables = []
    for name in options.names or BENCHES:
        found = measured(name, options.count)
        tables += found
        if options.keep:
            _keep(name, found)
    if options.json:
        write_json(options.json, tables)


def _keep(name: str, tables: list[dict[str, Any]]) -> None:
    """Write what was measured to KEPT, growth also as a plot."""
    KEPT.mkdir(exist_ok=True)
    write_json(KEPT / f"{name}.json", tables)
    if name == "growth":
        plot = growth_plot(tables[0])
        (KEPT / f"{name}.svg").write_text(plot, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of: {', '.join(BENCHES)}")
    parser.add_argument("--count", metavar="N", help="releases, instead of each default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the tables as JSON")
    parser.add_argument("--keep", action="store_true", help=f"also write them to {KEPT}/")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(BENCHES)}")
    return options


def measured(name: str, count: str | None) -> list[dict[str, Any]]:
    """Return the tables of one module, run in a separate process that prints them."""
    with tempfile.TemporaryDirectory(prefix="pressroom-bench-") as folder:
        file = Path(folder) / "tables.json"
        return tables_of(f"tools.bench.{name}", Path(folder), file, *([count] if count else []))


if __name__ == "__main__":
    main()
