"""`make drill`: run all faults and kills; exit code 1 if anything was lost or wrong."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench.leaving import leave_in_order
from tools.bench.starting import tables_of
from tools.bench.tables import machine, write_json

DISK = "1g"  # size of the disk that one of the faults fills


def main() -> None:
    leave_in_order()
    options = _options()
    print(machine(), flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="pressroom-drill-") as folder,
        _small_disk(Path(folder) / "disk") as disk,
    ):
        os.environ["DRILL_FAULTS"] = options.faults
        numbers = (options.times, options.kills)
        tables = tables_of("tools.drill.drill", disk, Path(folder) / "tables.json", *numbers)
    if options.json:
        write_json(options.json, tables)
    if found := sum(row["lost"] + row["wrong"] for table in tables for row in table["rows"]):
        sys.exit(f"{found} lost or wrong: see above.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.drill", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="writers to kill")
    parser.add_argument("--faults", default="", metavar="WORDS", help="only faults with this name")
    parser.add_argument("--times", type=int, default=3, metavar="N", help="repeats of each fault")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the tables as JSON")
    return parser.parse_args()


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """Create the folder, as a separate file system if this process may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


if __name__ == "__main__":
    main()
