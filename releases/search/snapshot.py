"""One state of a Whoosh index in memory: postings read whole, columns as lists.

Whoosh matches and scores posting by posting in Python; sets and comprehensions do the same work
many times faster, and an archive of some ten thousand releases is small. So whole postings are
read, and all logic is on sets of document numbers.

Whoosh's readers are not thread-safe and do not survive a fork: reading goes through one lock, and
`current` opens anew in a child process. What was read never changes and is shared freely.
"""

from __future__ import annotations

import os
import threading
import weakref
from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.reading import IndexReader, TermNotFound

from releases.search.whoosh_codec import Block

COLUMNS = (
    "django_id",
    "number",
    "year",
    "language",
    "topics",
    "topic_names",
    "date",
    "release_at",
)
MOMENTS = ("date", "release_at")
LENGTHS = ("text", "title")
YEAR = 365.25 * 24 * 3600 * 1_000_000  # microseconds, as Whoosh counts moments

Amounts = dict[int, float]  # by document number
Columns = dict[str, list[Any]]  # by name, a value for each document, deleted ones included
Topics = tuple[tuple[str, str], ...]  # slug and name of each


class Snapshot:
    """All that is read of one generation of an index. Document numbers run over all segments."""

    def __init__(self, index: FileIndex, segments: dict[str, Columns]) -> None:
        """Open the newest generation; `segments` keeps columns by segment and is brought up to
        date, for the next snapshot."""
        self._lock = threading.Lock()
        self.generation = index.latest_generation()  # first: at worst it is opened once more
        self._reader = index.reader()
        weakref.finalize(self, self._reader.close)
        self._leaves = list(self._reader.leaf_readers()) if self._reader.doc_count_all() else []
        self.live = {offset + n for leaf, offset in self._leaves for n in leaf.all_doc_ids()}
        self._columns = self._load(segments)
        self.ids = [int(value) for value in self._columns["django_id"]]

    def _load(self, segments: dict[str, Columns]) -> Columns:
        kept = {}
        for leaf, _ in self._leaves:
            name = leaf.segment().segment_id()
            kept[name] = segments.get(name) or columns_of(leaf)
        segments.clear()
        segments.update(kept)
        names = (*COLUMNS, *(f"{name} length" for name in LENGTHS))
        return {name: list(chain.from_iterable(s[name] for s in kept.values())) for name in names}

    # Columns

    def column(self, name: str) -> list[Any]:
        """The values of one of COLUMNS, or of "text length", by document number. Moments are
        microseconds since year 1, as whoosh.util.times counts them."""
        return self._columns[name]

    def public(self, numbers: set[int], ids: Collection[int]) -> set[int]:
        """Those of the documents whose release is one of `ids`."""
        own = self.ids
        return {number for number in numbers if own[number] in ids}

    def releases(self) -> set[int]:
        """The ids of the releases that are in the index."""
        return {self.ids[number] for number in self.live}

    @cached_property
    def relative_lengths(self) -> dict[str, list[float]]:
        """How long each document is beside the mean, by prose column."""
        lengths = {name: self._columns[f"{name} length"] for name in LENGTHS}
        means = {name: sum(values) / max(len(values), 1) or 1 for name, values in lengths.items()}
        return {name: [value / means[name] for value in lengths[name]] for name in LENGTHS}

    @cached_property
    def newest_first(self) -> list[int]:
        """Each document's place when the newest release is first: a total order."""
        keys = list(zip(self._columns["release_at"], self.ids, strict=True))
        places = [0] * len(keys)
        ordered = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
        for place, number in enumerate(ordered):
            places[number] = place
        return places

    @cached_property
    def freshness(self) -> list[float]:
        """1 for the newest document, 1/2 for one a year older, 1/3 for one two years older …"""
        moments = self._columns["release_at"]
        newest = max(moments, default=0)
        return [YEAR / (YEAR + newest - moment) for moment in moments]

    @cached_property
    def topics(self) -> tuple[list[int], list[Topics]]:
        """Each document's kind by its topics, and the topics of each kind: few enough to count."""
        kinds: dict[Topics, int] = {}
        pairs = zip(self._columns["topics"], self._columns["topic_names"], strict=True)
        of_documents = [tuple(zip(slugs, names, strict=False)) for slugs, names in pairs]
        numbers = [kinds.setdefault(topics, len(kinds)) for topics in of_documents]
        return numbers, list(kinds)

    # Postings

    def weights(self, field: str, term: str) -> Amounts:
        """How much each document has of a term: its count times the column's boost."""
        amounts: Amounts = {}
        with self._lock:
            for leaf, offset in self._leaves:
                for block in _blocks(leaf, field, term.encode()):
                    amounts.update(zip(_shifted(block, offset), block.weights, strict=True))
        return amounts

    def documents(self, field: str, term: str) -> set[int]:
        """The documents that have a term, deleted ones included."""
        with self._lock:
            return {
                number
                for leaf, offset in self._leaves
                for block in _blocks(leaf, field, term.encode())
                for number in _shifted(block, offset)
            }

    def weights_of_all(self, field: str, prefix: str) -> Amounts:
        """How much each document has of the terms that begin with a prefix, together."""
        amounts: Amounts = {}
        with self._lock:
            for leaf, offset in self._leaves:
                for term in leaf.expand_prefix(field, prefix.encode()):
                    for block in _blocks(leaf, field, term):
                        for number, weight in zip(
                            _shifted(block, offset), block.weights, strict=True
                        ):
                            amounts[number] = amounts.get(number, 0.0) + weight
        return amounts

    def positions(self, field: str, term: str, documents: set[int]) -> dict[int, array[int]]:
        """Where those of the documents that have a term have it."""
        places: dict[int, array[int]] = {}
        with self._lock:
            for leaf, offset in self._leaves:
                for block in _blocks(leaf, field, term.encode()):
                    bounds = zip(_shifted(block, offset), pairwise(block.bounds), strict=True)
                    for number, (start, end) in bounds:
                        if number in documents:
                            places[number] = array("I", block.values[start:end])
        return places

    @contextmanager
    def reader(self) -> Iterator[IndexReader]:
        """Whoosh's own reader, for this thread alone within the block."""
        with self._lock:
            yield self._reader


def columns_of(leaf: IndexReader) -> Columns:
    """Read a segment's columns, and how many words each document's prose has."""
    count = range(leaf.doc_count_all())
    columns: Columns = {}
    for name in COLUMNS:
        reader = leaf.column_reader(name, translate=name not in MOMENTS)
        columns[name] = [reader[number] for number in count]
    for name in LENGTHS:
        columns[f"{name} length"] = [leaf.doc_field_length(n, name, 0) or 0 for n in count]
    return columns


def _blocks(leaf: IndexReader, field: str, term: bytes) -> Iterator[Block]:
    """A term's postings in one segment; Whoosh's public way yields them one at a time."""
    try:
        matcher = leaf._terms.matcher(field, term, leaf.schema[field].format)
    except TermNotFound:
        return
    yield from matcher.blocks()


def _shifted(block: Block, offset: int) -> Iterator[int]:
    return map(offset.__add__, block.numbers) if offset else iter(block.numbers)


class _Current:
    """The newest snapshot of one index folder in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.segments: dict[str, Columns] = {}
        self.snapshot: Snapshot | None = None


_current: dict[str, _Current] = {}


def current(index: FileIndex) -> Snapshot:
    """The snapshot of the index as it now is on disk; opened only when that has changed."""
    folder = index.storage.folder
    if folder not in _current:
        forget(Path(folder).parent)  # the generations before it
    holder = _current.setdefault(folder, _Current())
    if holder.process != os.getpid():  # forked: the parent's lock and files are not ours
        holder = _current[folder] = _Current()
    with holder.lock:
        if holder.snapshot is None or holder.snapshot.generation != index.latest_generation():
            holder.snapshot = Snapshot(index, holder.segments)
        return holder.snapshot


def forget(parent: Path) -> None:
    """Let go of the indexes in a folder that are read no more, and of their open files."""
    for folder in list(_current):
        if Path(folder).parent == parent:
            _current.pop(folder, None)
