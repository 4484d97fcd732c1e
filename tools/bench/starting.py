"""Runs each measurement in a separate process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.bench.tables import read_json


def tables_of(module: str, folder: Path, file: Path, *numbers: object) -> list[dict[str, Any]]:
    """Return the tables of the module's `run(*numbers)` on a new site in `folder`.

    The process prints them and writes them to `file`. Raises SystemExit if it fails.
    """
    arguments = map(str, (module, folder, file, *numbers))
    process = subprocess.Popen([sys.executable, "-m", "tools.bench.one", *arguments])
    try:
        if process.wait():
            sys.exit(f"{module} failed: see above.")
    finally:
        process.terminate()
        process.wait()
    return read_json(file)
