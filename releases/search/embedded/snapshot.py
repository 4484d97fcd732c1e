"""Snapshots: one state of a Whoosh index, read into arrays.

Whoosh matches and scores posting by posting in Python; numpy is about a hundred times faster, and
an archive of tens of thousands of releases fits in memory. A set of documents is a mask, and a
term's occurrences are an array, over all documents.

Whoosh's readers are not thread-safe and do not survive a fork, so reads go through one lock, and
`current_snapshot` reopens the index in a child process. Arrays are immutable and shared freely.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Collection, Hashable, Iterable, Iterator
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
from releases.search.embedded.blocks import Postings
from releases.search.embedded.codec import TermReader
from releases.search.embedded.columns import Amounts, Columns, Numbers, concatenate, read_columns
from releases.search.engine import Visibility

Mask = NDArray[np.bool_]  # one flag per document


class Snapshot:
    """One state of an index. Document numbers run across all segments."""

    def __init__(self, index: FileIndex, segments: dict[str, Columns]) -> None:
        """Open the newest state. `segments` caches columns by segment name; it is updated for the
        next snapshot."""
        self._lock = threading.RLock()  # `column` is called within `reader`
        self.generation = index.latest_generation()  # before opening: at worst it is reopened
        self._reader = index.reader()
        weakref.finalize(self, self._reader.close)
        self._leaves: list[tuple[SegmentReader, int]] = (
            list(self._reader.leaf_readers()) if self._reader.doc_count_all() else []
        )
        self.columns = self._load(segments)
        self.alive = self._alive()
        self._last_visible: tuple[Hashable, Mask] = (None, self.alive)  # mask by state

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

    @cached_property
    def live(self) -> set[int]:
        """Numbers of the documents that are not deleted."""
        return set(np.flatnonzero(self.alive).tolist())

    @cached_property
    def ids(self) -> list[int]:
        """Release id of each document."""
        return self.columns.ids.tolist()

    def releases(self) -> set[int]:
        """Return the ids of all indexed releases."""
        return set(self.columns.ids[self.alive].tolist())

    def public(self, ids: Collection[int]) -> Mask:
        """Return the documents of the releases with these ids."""
        return self.alive & np.isin(self.columns.ids, np.fromiter(ids, np.int64, len(ids)))

    def visible(self, visibility: Visibility) -> Mask:
        """Return the documents of the public releases."""
        state, mask = self._last_visible
        if visibility.state is None or visibility.state != state:
            mask = self.public(visibility.public)
            self._last_visible = (visibility.state, mask)
        return mask

    def column(self, name: str) -> list[Any]:
        """Return a sortable column as Haystack's values. Raises KeyError for any other column, and
        FileNotFoundError if its files are gone."""
        with self._lock:
            if not self._reader.schema[name].column_type:
                raise KeyError(name)
            return list(chain.from_iterable(_values(leaf, name) for leaf, _ in self._leaves))

    def weights(self, field: str, term: str) -> Amounts:
        """Return a term's occurrences in each document, times the column's boost."""
        return self._sum(self._postings(field, term))

    def prefix_weights(self, field: str, prefix: str) -> Amounts:
        """Return the summed weights of all terms with a prefix in each document."""
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

    def places(self, field: str, term: str, among: Mask) -> Numbers:
        """Return a term's positions in some documents, sorted: document number times 2³² plus
        position."""
        return places_in(self.postings(field, term), among)

    def postings(self, field: str, term: str) -> list[tuple[Postings, int]]:
        """Return a term's postings by segment, with the number of its first document."""
        with self._lock:
            return list(self._postings(field, term))

    def _postings(self, field: str, term: str) -> Iterator[tuple[Postings, int]]:
        """Yield a term's postings by segment, with the number of its first document."""
        for leaf, offset in self._leaves:
            try:
                info = leaf.term_info(field, term.encode())
            except TermNotFound:
                continue
            yield _read_postings(leaf, info, field), offset

    @contextmanager
    def reader(self) -> Iterator[IndexReader]:
        """Lock and yield Whoosh's reader."""
        with self._lock:
            yield self._reader


@contextmanager
def _require_files(leaf: SegmentReader) -> Iterator[None]:
    """Raise FileNotFoundError if files of the segment are missing after the block."""
    # Whoosh reads a column whose file is missing as one without values.
    try:
        yield
    finally:
        checksums.check_files_exist(Path(leaf.storage().folder), leaf.segment().segment_id())


def _values(leaf: SegmentReader, name: str) -> list[Any]:
    with _require_files(leaf):
        return list(leaf.column_reader(name))


def _read_postings(leaf: SegmentReader, info: Any, field: str) -> Postings:
    """Read all postings at once; Whoosh's public API yields them one at a time."""
    return TermReader(leaf._terms._postfile, *info.extent(), leaf.schema[field].format).postings()


def places_in(found: Iterable[tuple[Postings, int]], among: Mask) -> Numbers:
    """Return the positions of a term's postings as `Snapshot.places` does."""
    parts = [_places(postings, offset, among) for postings, offset in found]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _places(postings: Postings, offset: int, among: Mask) -> Numbers:
    numbers = postings.numbers + np.int64(offset)
    positions = np.frombuffer(postings.values, np.uint32)
    counts = np.diff(postings.bounds) // 4
    kept = np.flatnonzero(among[numbers])
    if len(kept) == len(numbers):
        return (numbers << 32).repeat(counts) + positions
    # In time proportional to what is kept: a common word has many positions elsewhere.
    counts, starts = counts[kept], postings.bounds[kept] // 4
    ends = counts.cumsum(dtype=np.int64)
    places = np.arange(counts.sum(dtype=np.int64)) + (starts - (ends - counts)).repeat(counts)
    return (numbers[kept] << 32).repeat(counts) + positions[places]


def _terms_with_prefix(leaf: SegmentReader, field: str, prefix: bytes) -> Iterator[Any]:
    """Yield the term info of each term with a prefix."""
    for (name, term), info in leaf._terms.items_from(field, prefix):
        if name != field or not term.startswith(prefix):
            return
        yield info


class _SnapshotHolder:
    """Newest snapshot of one index folder in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.segments: dict[str, Columns] = {}
        self.snapshot: Snapshot | None = None


_holders: dict[str, _SnapshotHolder] = {}


def current_snapshot(index: FileIndex) -> Snapshot:
    """Return the snapshot of the index as it is on disk, reopening it only after a change."""
    folder = index.storage.folder
    if folder not in _holders:
        drop_cached(Path(folder).parent)  # previous generations
    holder = _holders.setdefault(folder, _SnapshotHolder())
    if holder.process != os.getpid():  # forked: the parent's lock and files are unusable
        holder = _holders[folder] = _SnapshotHolder()
    with holder.lock:
        if holder.snapshot is None or holder.snapshot.generation != index.latest_generation():
            holder.snapshot = Snapshot(index, holder.segments)
        return holder.snapshot


def drop_cached(parent: Path) -> None:
    """Forget the snapshots of a folder's indexes, closing their files."""
    for folder in list(_holders):
        if Path(folder).parent == parent:
            _holders.pop(folder, None)
