"""Whoosh's writer for an archive: fast, durable, and never long within somebody's request."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import PostingPool, SegmentWriter

from releases.search.whoosh_codec import BlockReader, Codec, Posting

MANY = 8  # segments that are joined into one
MERGED = 600  # documents that one commit rewrites at most, so that none takes long
MEMORY = 256  # megabytes of postings that wait in memory, about
POSTING_SIZE = 200  # bytes that each takes there, about


class Pool(PostingPool):
    """Postings before they are sorted; past so many bytes they wait on the disk."""

    def add(self, item: Posting) -> None:
        """Take a posting; Whoosh weighs each to the byte, which takes longer than all else."""
        self.current.append(item)
        self.currentsize += POSTING_SIZE
        if self.currentsize > self.limit:
            self.save()


class Writer(SegmentWriter):
    """Holds the index's lock from its making to `commit` or `cancel`.

    Raises LockError when `timeout` seconds were not enough to get the lock.
    """

    def __init__(self, index: FileIndex, timeout: float) -> None:
        # Not compound: Whoosh copies a compound segment into memory whole to read it.
        super().__init__(index, timeout=timeout, delay=0.02, codec=Codec(), compound=False)
        self.pool = Pool(self._tempstorage, self.newsegment, limitmb=MEMORY)

    def add_postings_to_pool(
        self, reader: SegmentReader, startdoc: int, docmap: dict[int, int] | None
    ) -> None:
        """Whoosh calls it to take a segment's postings over; this reads them in blocks. `docmap`
        has the new numbers of the documents that are kept; without it all are."""
        terms = reader._terms
        for (name, term), info in terms.items():
            found = BlockReader(terms._postfile, *info.extent(), self.schema[name].format)
            for block in found.blocks():
                bounds = pairwise(block.bounds)
                for number, weight, (start, end) in zip(
                    block.numbers, block.weights, bounds, strict=True
                ):
                    new = startdoc + number if docmap is None else docmap.get(number)
                    if new is not None:
                        self.pool.add((name, term, new, weight, block.values[start:end]))

    def commit(self, **options: Any) -> None:
        """Write all in one step; when it returns, the disk has it."""
        folder = Path(self.storage.folder)
        before = set(folder.iterdir())
        super().commit(**options)
        for path in (*(set(folder.iterdir()) - before), folder):
            with suppress(FileNotFoundError):  # a later commit has replaced it already
                _flush(path)


def merge_some(writer: Writer, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: join the MANY smallest segments, if that rewrites MERGED documents
    at most. Whoosh's own rewrites the whole index now and then, within somebody's request."""
    kept = [segment for segment in segments if segment.doc_count()]
    small = sorted(kept, key=lambda segment: segment.doc_count_all())[:MANY]
    if len(small) < MANY or sum(segment.doc_count_all() for segment in small) > MERGED:
        return kept
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in kept if segment not in small]


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
