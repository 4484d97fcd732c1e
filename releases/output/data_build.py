"""Build of the files with everything public."""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.utils import translation

from releases.models import PublicChange, Release, Version
from releases.output import corrections, tables
from releases.output.data_files import CURRENT, MEDIA_TYPES, Build, DataFile, retracted, root
from releases.output.data_writers import CsvFile, Database, JsonLinesFile, Writer
from releases.output.edition import Edition, read_releases
from releases.output.tables import Column

BATCH = 200  # releases in memory


def build(
    site: str, at: datetime.datetime, progress: Callable[[int], object] = lambda count: None
) -> Build:
    """Write all files from what is public at `at`, then replace the last build with them.

    Raises BlockingIOError while another build is under way.
    """
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _build_alone(site, at, progress)


def _build_alone(site: str, at: datetime.datetime, progress: Callable[[int], object]) -> Build:
    # Read before the rows: whatever is withdrawn while they are written has another digest.
    digest = retracted()
    folder = root() / f"{at:%Y%m%dT%H%M%S}-{token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            counts = _write(folder, site, at, progress)
        files = tuple(_describe(folder / name, counts[name]) for name in MEDIA_TYPES)
        built = Build(folder.name, at, digest, files)
        _replace(built)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _remove_others(folder)
    PublicChange.record_for_lists()  # cached pages show the last build
    return built


def _write(
    folder: Path, site: str, at: datetime.datetime, progress: Callable[[int], object]
) -> dict[str, int]:
    """Write the files and return their numbers of rows."""
    with ExitStack() as stack:
        database = stack.enter_context(Database(folder / "releases.sqlite"))
        lists: dict[str, Writer] = {
            "releases.csv.gz": stack.enter_context(CsvFile(folder / "releases.csv.gz")),
            "releases.jsonl.gz": stack.enter_context(JsonLinesFile(folder / "releases.jsonl.gz")),
        }
        log = stack.enter_context(CsvFile(folder / "corrections.csv.gz"))
        releases, writers = _editions(site, at), [*lists.values(), database.table("releases")]
        count = _fill(releases, tables.COLUMNS, writers, progress)
        entries = ((row, site) for row in _corrections(at))
        changes = _fill(entries, corrections.COLUMNS, [log, database.table("corrections")])
    return {**dict.fromkeys(lists, count), "releases.sqlite": count, "corrections.csv.gz": changes}


def _fill(
    items: Iterable[Any],
    columns: dict[str, Column],
    writers: Iterable[Writer],
    progress: Callable[[int], object] = lambda count: None,
) -> int:
    """Write one row per item with each writer and return their number."""
    for writer in writers:
        writer.begin(columns)
    count = 0
    for item in items:
        made = tables.row(item, columns)
        for writer in writers:
            writer.write(made)
        count += 1
        progress(1)
    return count


def _editions(site: str, at: datetime.datetime) -> Iterator[Edition]:
    """Yield the public releases, newest first, with one batch in memory."""
    public = Release.objects.published(at).newest_first()
    batch = read_releases(public[:BATCH])
    while batch:
        yield from (Edition.of(row, site) for row in batch)
        batch = read_releases(public.following(*batch[-1].page_cursor)[:BATCH])


def _corrections(at: datetime.datetime) -> Iterator[Version]:
    log = Version.objects.corrections_log(Release.objects.on_record(at)).filter(at__lte=at)
    batch = list(log[:BATCH])
    while batch:
        yield from batch
        batch = list(log.following(*batch[-1].page_cursor)[:BATCH])


def _describe(path: Path, rows: int) -> DataFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DataFile(path.name, rows, path.stat().st_size, digest)


def _replace(built: Build) -> None:
    """Make the build the current one, atomically."""
    text = json.dumps({**asdict(built), "at": built.at.isoformat()})
    waiting = root() / f"{built.folder}.json"
    waiting.write_text(text)
    waiting.replace(root() / CURRENT)


def _remove_others(folder: Path) -> None:
    """Remove earlier builds; downloads under way keep their open files."""
    for other in root().iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
