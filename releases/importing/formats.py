"""Files -> records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from releases.importing import reader
from releases.importing.records import Record, Rejected
from releases.text.parsing import parse


def read_files(paths: Iterable[Path]) -> Iterator[Record | Rejected]:
    """Each file named, and each one below the folders named, as a plain-text release."""
    for path in reader.find_files(paths):
        try:
            source = reader.read(path)
        except reader.Unreadable as error:
            yield Rejected(str(path), str(error))
        else:
            text, repairs = reader.repair(source)
            yield Record(source, parse(text), source.warnings + repairs)
