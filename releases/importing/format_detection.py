"""Detection of an input file's format by its name."""

from __future__ import annotations

from pathlib import PurePath

FORMAT_OF_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


def detect_format(name: str) -> str:
    """Return the format that the suffix names, ignoring .gz; plain text by default."""
    suffix = PurePath(name.removesuffix(".gz")).suffix
    return FORMAT_OF_SUFFIX.get(suffix.lower(), "text")
