"""Whoosh's writer for an archive: fast, durable, and never long within somebody's request."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import PostingPool, SegmentWriter

from releases.search import checksums
from releases.search.generations import flush
from releases.search.whoosh_codec import Codec, Posting, TermReader

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
    """Writes one commit. Whoever uses it holds the lock of the index; it takes none."""

    def __init__(self, index: FileIndex) -> None:
        # Not compound: Whoosh copies a compound segment into memory whole to read it.
        super().__init__(index, _lk=False, codec=Codec(), compound=False)
        self.pool = Pool(self._tempstorage, self.newsegment, limitmb=MEMORY)

    def add_postings_to_pool(
        self, reader: SegmentReader, startdoc: int, docmap: dict[int, int] | None
    ) -> None:
        """Whoosh calls it to take a segment's postings over; this reads each term's at once.
        `docmap` has the new numbers of the documents that are kept; without it all are."""
        terms = reader._terms
        for (name, term), info in terms.items():
            found = TermReader(terms._postfile, *info.extent(), self.schema[name].format)
            numbers, weights, values, bounds = found.postings()
            spans = pairwise(bounds.tolist())
            for number, weight, span in zip(numbers.tolist(), weights.tolist(), spans, strict=True):
                new = startdoc + number if docmap is None else docmap.get(number)
                if new is not None:
                    self.pool.add((name, term, new, weight, values[slice(*span)]))

    def _commit_toc(self, segments: list[Any]) -> None:
        """The last step, at which the commit exists or does not: the disk has the new segment
        before, and all when it returns."""
        folder = Path(self.storage.folder)
        if self.newsegment in segments:
            name = self.newsegment.segment_id()
            checksums.write(folder, name)
            for path in folder.glob(f"{name}.*"):
                flush(path)
        super()._commit_toc(segments)
        flush(folder / TOC._filename(self.indexname, self.generation))
        flush(folder)


Policy = Callable[[Writer, list[Any]], list[Any]]  # as Whoosh's: merges, and names what is kept


@contextmanager
def written(index: FileIndex, policy: Policy) -> Iterator[Writer]:
    """All that the block writes is one durable commit, or there is none. Hold the lock."""
    sweep(index)
    writer = None
    try:
        writer = Writer(index)
        yield writer
        writer.commit(mergetype=policy)
    except BaseException:
        if writer is not None:
            with suppress(Exception):  # it closes files, which a full disk refuses as well
                writer.cancel()
        sweep(index)
        raise


def sweep(index: FileIndex) -> None:
    """Remove what a writer left that was killed, or had no room left."""
    toc = index._read_toc()
    current = TOC._filename(index.indexname, toc.generation)
    segments = {segment.segment_id() for segment in toc.segments}
    for path in Path(index.storage.folder).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != current and path.name.split(".")[0] not in segments:
            path.unlink(missing_ok=True)


def smallest(segments: Sequence[Any], many: int, most: int) -> list[Any]:
    """The `many` smallest segments, if they hold `most` documents at most together; else none."""
    small = sorted(segments, key=lambda segment: segment.doc_count_all())[:many]
    fits = sum(segment.doc_count_all() for segment in small) <= most
    return small if len(small) == many and fits else []


def joining(many: int, most: int) -> Policy:
    """Join the `many` smallest segments if that rewrites `most` documents at most. Whoosh's own
    policy rewrites the whole index now and then, within somebody's request."""

    def join(writer: Writer, segments: list[Any]) -> list[Any]:
        kept = [segment for segment in segments if segment.doc_count()]
        small = smallest(kept, many, most)
        for segment in small:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        return [segment for segment in kept if segment not in small]

    return join
