"""A process of its own for each thing that is measured, from its start to its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.bench.tables import read_json


def tables_of(module: str, folder: Path, file: Path, *numbers: object) -> list[dict[str, Any]]:
    """The tables that the module's `run(*numbers)` yields over a new site in the folder; they are
    printed as they come and written to the file. Leaves the program where that fails."""
    arguments = map(str, (module, folder, file, *numbers))
    process = subprocess.Popen([sys.executable, "-m", "tools.bench.one", *arguments])
    try:
        if process.wait():
            sys.exit(f"{module} could not be run to its end: see above.")
    finally:
        process.terminate()
        process.wait()
    return read_json(file)
