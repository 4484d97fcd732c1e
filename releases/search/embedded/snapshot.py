"""One state of a Whoosh index in memory: postings read whole, columns and amounts as arrays.

Whoosh matches and scores posting by posting in Python; numpy does the same work some hundred times
faster, and an archive of some ten thousand releases is small. So whole postings are read, a set of
documents is a mask over all of them, and how much each has of a word is an array over all of them.

Whoosh's readers are not thread-safe and do not survive a fork: reading goes through one lock, and
`current_snapshot` opens anew in a child process. What was read never changes and is shared freely.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, SegmentReader, TermNotFound

from releases.search.embedded import checksums
from releases.search.embedded.codec import Postings, TermReader
from releases.search.embedded.columns import Amounts, Columns, Numbers, concatenate, read_columns

Mask = NDArray[np.bool_]  # for each document, whether it is one of them


class Snapshot:
    """All that is read of one generation of an index. Document numbers run over all segments."""

    def __init__(self, index: FileIndex, segments: dict[str, Columns]) -> None:
        """Open the newest generation; `segments` keeps columns by segment and is brought up to
        date, for the next snapshot."""
        self._lock = threading.RLock()  # columns may be asked for within a reader's block
        self.generation = index.latest_generation()  # first: at worst it is opened once more
        self._reader = index.reader()
        weakref.finalize(self, self._reader.close)
        self._leaves: list[tuple[SegmentReader, int]] = (
            list(self._reader.leaf_readers()) if self._reader.doc_count_all() else []
        )
        self.columns = self._load(segments)
        self.alive = self._alive()

    def _load(self, segments: dict[str, Columns]) -> Columns:
        kept = {}
        for leaf, _ in self._leaves:
            name = leaf.segment().segment_id()
            with _require_files(leaf):
                kept[name] = segments.get(name) or read_columns(leaf)
        segments.clear()
        segments.update(kept)
        return concatenate(list(kept.values()))

    def _alive(self) -> Mask:
        alive = np.ones(len(self.columns.ids), bool)
        for leaf, offset in self._leaves:
            alive[[offset + number for number in leaf.segment().deleted_docs()]] = False
        return alive

    # Documents

    @cached_property
    def live(self) -> set[int]:
        """The numbers of the documents that are not deleted."""
        return set(np.flatnonzero(self.alive).tolist())

    @cached_property
    def ids(self) -> list[int]:
        """The release that each document is of."""
        return self.columns.ids.tolist()

    def releases(self) -> set[int]:
        """The ids of the releases that are in the index."""
        return set(self.columns.ids[self.alive].tolist())

    def public(self, ids: Collection[int]) -> Mask:
        """The documents whose release is one of `ids`."""
        return self.alive & np.isin(self.columns.ids, np.fromiter(ids, np.int64, len(ids)))

    def column(self, name: str) -> list[Any]:
        """The values of any sortable column, as Haystack knows them. Raises KeyError, and
        FileNotFoundError where the column's files have gone."""
        with self._lock:
            if not self._reader.schema[name].column_type:
                raise KeyError(name)
            return list(chain.from_iterable(_values(leaf, name) for leaf, _ in self._leaves))

    # Postings

    def weights(self, field: str, term: str) -> Amounts:
        """How much each document has of a term: its count times the column's boost."""
        return self._sum(self._postings(field, term))

    def prefix_weights(self, field: str, prefix: str) -> Amounts:
        """How much each document has of the terms that begin with a prefix, together."""
        return self._sum(
            (_read_postings(leaf, info, field), offset)
            for leaf, offset in self._leaves
            for info in _terms_with_prefix(leaf, field, prefix.encode())
        )

    def _sum(self, found: Iterable[tuple[Postings, int]]) -> Amounts:
        with self._lock:
            pairs = [(postings.numbers + offset, postings.weights) for postings, offset in found]
        size = len(self.alive)
        if not pairs:
            return np.zeros(size)
        numbers, weights = map(np.concatenate, zip(*pairs, strict=True))
        return np.bincount(numbers, weights, size).astype(float, copy=False)

    def places(self, field: str, term: str) -> Numbers:
        """Where a term stands: document numbers times 2³² plus positions, in order."""
        with self._lock:
            found = [
                (postings.numbers + np.int64(offset) << 32).repeat(np.diff(postings.bounds) // 4)
                + np.frombuffer(postings.values, np.uint32)
                for postings, offset in self._postings(field, term)
            ]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _postings(self, field: str, term: str) -> Iterator[tuple[Postings, int]]:
        """A term's postings in each segment, with the number of the segment's first document."""
        for leaf, offset in self._leaves:
            try:
                info = leaf.term_info(field, term.encode())
            except TermNotFound:
                continue
            yield _read_postings(leaf, info, field), offset

    @contextmanager
    def reader(self) -> Iterator[IndexReader]:
        """Whoosh's own reader, for this thread alone within the block."""
        with self._lock:
            yield self._reader


@contextmanager
def _require_files(leaf: SegmentReader) -> Iterator[None]:
    """Raises FileNotFoundError where files of the segment have gone by the end of the block: for
    Whoosh a column that has no file is one without values."""
    try:
        yield
    finally:
        checksums.check_files_exist(Path(leaf.storage().folder), leaf.segment().segment_id())


def _values(leaf: SegmentReader, name: str) -> list[Any]:
    with _require_files(leaf):
        return list(leaf.column_reader(name))


def _read_postings(leaf: SegmentReader, info: Any, field: str) -> Postings:
    """Postings read whole; Whoosh's public way yields them one at a time."""
    return TermReader(leaf._terms._postfile, *info.extent(), leaf.schema[field].format).postings()


def _terms_with_prefix(leaf: SegmentReader, field: str, prefix: bytes) -> Iterator[Any]:
    """What the segment knows of each term of a column that begins so."""
    for (name, term), info in leaf._terms.items_from(field, prefix):
        if name != field or not term.startswith(prefix):
            return
        yield info


class _SnapshotHolder:
    """The newest snapshot of one index folder in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.segments: dict[str, Columns] = {}
        self.snapshot: Snapshot | None = None


_holders: dict[str, _SnapshotHolder] = {}


def current_snapshot(index: FileIndex) -> Snapshot:
    """The snapshot of the index as it now is on disk; opened only when that has changed."""
    folder = index.storage.folder
    if folder not in _holders:
        drop_cached(Path(folder).parent)  # the generations before it
    holder = _holders.setdefault(folder, _SnapshotHolder())
    if holder.process != os.getpid():  # forked: the parent's lock and files are not ours
        holder = _holders[folder] = _SnapshotHolder()
    with holder.lock:
        if holder.snapshot is None or holder.snapshot.generation != index.latest_generation():
            holder.snapshot = Snapshot(index, holder.segments)
        return holder.snapshot


def drop_cached(parent: Path) -> None:
    """Let go of the indexes in a folder that are read no more, and of their open files."""
    for folder in list(_holders):
        if Path(folder).parent == parent:
            _holders.pop(folder, None)
