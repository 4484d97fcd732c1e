"""Whoosh writer with durable commits and bounded merges."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import compress, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from releases.search.embedded import checksums
from releases.search.embedded.blocks import Postings
from releases.search.embedded.codec import Codec, TermReader
from releases.search.embedded.fields import StemColumn
from releases.search.embedded.generations import fsync
from releases.search.embedded.pool import Pool

DELETED = np.iinfo(np.uint32).max  # marks a document without a new number
POOL_MEGABYTES = 96  # approximate postings in memory before spilling


class Writer(SegmentWriter):
    """Writer of one commit. Takes no lock; the caller must hold the write lock."""

    def __init__(self, index: FileIndex) -> None:
        # Not compound: Whoosh would copy a compound segment into memory to read it.
        super().__init__(index, _lk=False, codec=Codec(), compound=False)
        self.pool = Pool(self._tempstorage, self.newsegment, limitmb=POOL_MEGABYTES)

    def add_document(self, **values: Any) -> None:
        """Add an entry. Does what Whoosh's method does for our columns, prose at once."""
        documents = self.perdocwriter
        documents.start_doc(self.docnum)
        for name in sorted(name for name in values if not name.startswith("_")):
            column, value = self.schema[name], values[name]
            stored = values.get(f"_stored_{name}", value)
            length = self._add_terms(name, column, value)
            documents.add_field(name, column, stored if column.stored else None, length)
            if column.column_type:
                converted = column.to_column_value(stored)
                documents.add_column_value(name, column.column_type, converted)
        documents.finish_doc()
        self._added = True
        self.docnum += 1

    def _add_terms(self, name: str, column: Any, value: Any) -> int:
        """Add a column's terms; return its length in words, 0 for values."""
        if isinstance(column, StemColumn):
            self.pool.add_words(name, self.docnum, value, column.format.field_boost)
            return len(value.printed) + len(value.common_forms)
        self.pool.add_values(name, self.docnum, [term for term, *_ in column.index(value)])
        return 0

    def add_postings_to_pool(
        self, reader: SegmentReader, startdoc: int, docmap: dict[int, int] | None
    ) -> None:
        """Copy a segment's postings when merging, one term at a time. `docmap` maps kept documents
        to their new numbers; None keeps all."""
        numbers = _new_numbers(reader.doc_count_all(), startdoc, docmap)
        terms = reader._terms
        for (name, term), info in terms.items():
            found = TermReader(terms._postfile, *info.extent(), self.schema[name].format)
            kept = _renumber(found.postings(), numbers)
            if len(kept.numbers):
                self.pool.extend(name, term, kept)

    def _commit_toc(self, segments: list[Any]) -> None:
        """Write the table of contents, which makes the commit exist."""
        # The new segment must be on disk before, and everything when this returns.
        folder = Path(self.storage.folder)
        if self.newsegment in segments:
            name = self.newsegment.segment_id()
            checksums.write(folder, name)
            for path in folder.glob(f"{name}.*"):
                fsync(path)
        super()._commit_toc(segments)
        fsync(folder / TOC._filename(self.indexname, self.generation))
        fsync(folder)


def _new_numbers(count: int, startdoc: int, docmap: dict[int, int] | None) -> NDArray[np.uint32]:
    """Return each document's new number; DELETED if it is dropped."""
    if docmap is None:
        return np.arange(startdoc, startdoc + count, dtype=np.uint32)
    numbers = np.full(count, DELETED, np.uint32)
    numbers[list(docmap)] = list(docmap.values())
    return numbers


def _renumber(postings: Postings, numbers: NDArray[np.uint32]) -> Postings:
    """Return the postings of kept documents under their new numbers."""
    new = numbers[postings.numbers]
    kept = new != DELETED
    if kept.all():
        return postings._replace(numbers=new)
    spans = compress(pairwise(postings.bounds.tolist()), kept)
    values = [postings.values[start:end] for start, end in spans]
    lengths = np.diff(postings.bounds)[kept]
    bounds = np.append(0, lengths.cumsum()).astype(np.uint32)
    return Postings(new[kept], postings.weights[kept], b"".join(values), bounds)


# As in Whoosh: merges segments and returns those to keep.
MergePolicy = Callable[[Writer, list[Any]], list[Any]]


@contextmanager
def open_writer(index: FileIndex, policy: MergePolicy) -> Iterator[Writer]:
    """Commit the block's writes durably, or none of them. Requires the write lock."""
    remove_leftovers(index)
    writer = None
    try:
        writer = Writer(index)
        yield writer
        writer.commit(mergetype=policy)
    except BaseException:
        if writer is not None:
            with suppress(Exception):  # closing files can fail on a full disk, too
                writer.cancel()
        remove_leftovers(index)
        raise


def remove_leftovers(index: FileIndex) -> None:
    """Remove the files of a writer that was killed or ran out of disk space."""
    toc = index._read_toc()
    current = TOC._filename(index.indexname, toc.generation)
    segments = {segment.segment_id() for segment in toc.segments}
    for path in Path(index.storage.folder).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != current and path.name.split(".")[0] not in segments:
            path.unlink(missing_ok=True)


def smallest_segments(segments: Sequence[Any], many: int, most: int) -> list[Any]:
    """Return the `many` smallest segments if they total at most `most` documents, else []."""
    small = sorted(segments, key=lambda segment: segment.doc_count_all())[:many]
    fits = sum(segment.doc_count_all() for segment in small) <= most
    return small if len(small) == many and fits else []


def merge_smallest(many: int, most: int) -> MergePolicy:
    """Return a policy that merges the `many` smallest segments if they total at most `most`
    documents. Whoosh's default policy sometimes rewrites the whole index within a request."""

    def merge(writer: Writer, segments: list[Any]) -> list[Any]:
        kept = [segment for segment in segments if segment.doc_count()]
        small = smallest_segments(kept, many, most)
        for segment in small:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        return [segment for segment in kept if segment not in small]

    return merge
