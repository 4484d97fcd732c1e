"""Index columns as arrays: one value per document, including deleted documents.

Whoosh reads columns value by value; this reads each segment's columns whole, once. Relies on
private names of the pinned Whoosh release.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, _lenfield
from whoosh.columns import NumericColumn
from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length

PROSE_COLUMNS = ("text", "title")  # columns with lengths
LENGTHS = np.array([byte_to_length(byte) for byte in range(256)])  # as Whoosh rounds them
EPOCH = np.datetime64("0001-01-01", "us")  # zero of Whoosh's microseconds
YEAR = 365.25 * 24 * 3600 * 1_000_000  # microseconds

Numbers = NDArray[np.int64]
Amounts = NDArray[np.float64]


class Categorical(NamedTuple):
    """Column with few distinct values: per document, an index into `values`."""

    places: Numbers
    values: list[Any]


@dataclass(frozen=True)
class Columns:
    """Columns used in matching. Dates are in Whoosh's microseconds, lengths in words, topics are
    tuples of (slug, name)."""

    ids: Numbers
    dates: Numbers
    released: Numbers
    lengths: dict[str, Numbers]
    languages: Categorical
    topics: Categorical

    @cached_property
    def years(self) -> Categorical:
        """Years of the printed dates."""
        years = (EPOCH + self.dates.astype("m8[us]")).astype("M8[Y]")
        values, places = np.unique(years, return_inverse=True)
        return Categorical(places, [value.year for value in values.tolist()])

    @cached_property
    def relative_lengths(self) -> dict[str, Amounts]:
        """Length of each document divided by the mean, by prose column."""
        return {
            name: lengths / (lengths.sum() / max(len(lengths), 1) or 1)
            for name, lengths in self.lengths.items()
        }

    @cached_property
    def newest_first(self) -> Numbers:
        """Position of each document in newest-first order, without ties."""
        places = np.empty_like(self.ids)
        places[np.lexsort((self.ids, self.released))[::-1]] = np.arange(len(places))
        return places

    @cached_property
    def freshness(self) -> Amounts:
        """1 for the newest document, 1/2 if a year older, 1/3 if two years older …"""
        return YEAR / (YEAR + self.released.max(initial=0) - self.released)


def read_columns(segment: SegmentReader) -> Columns:
    """Read the columns of one segment."""
    names = segment.column_reader("topic_names")
    return Columns(
        ids=np.array(list(segment.column_reader("django_id", translate=False)), np.int64),
        dates=_numbers(segment.column_reader("date", translate=False)),
        released=_numbers(segment.column_reader("release_at", translate=False)),
        lengths={name: _lengths(segment, name) for name in PROSE_COLUMNS},
        languages=_categorical(segment.column_reader("language")),
        topics=_categorical(
            tuple(zip(*pair, strict=False))
            for pair in zip(segment.column_reader("topics"), names, strict=True)
        ),
    )


def concatenate(parts: Sequence[Columns]) -> Columns:
    """Join the columns of several segments."""
    return Columns(
        ids=_concatenate_arrays(part.ids for part in parts),
        dates=_concatenate_arrays(part.dates for part in parts),
        released=_concatenate_arrays(part.released for part in parts),
        lengths={
            name: _concatenate_arrays(part.lengths[name] for part in parts)
            for name in PROSE_COLUMNS
        },
        languages=_concatenate_categorical([part.languages for part in parts]),
        topics=_concatenate_categorical([part.topics for part in parts]),
    )


def _numbers(reader: NumericColumn.Reader) -> Numbers:
    """Read all values of a numeric column."""
    # The file omits trailing default values.
    values = np.full(reader._doccount, reader._default, reader._typecode)
    held = reader._dbfile.get(reader._basepos, reader._count * reader._fixedlen)
    values[: reader._count] = np.frombuffer(held, f">{reader._typecode}")
    return values.astype(np.int64)


def _lengths(segment: SegmentReader, name: str) -> Numbers:
    """Read the word count of a prose column in each document."""
    if not segment._perdoc.has_column(_lenfield(name)):  # no document has any
        return np.zeros(segment.doc_count_all(), np.int64)
    return LENGTHS[_numbers(segment._perdoc.column_reader(_lenfield(name), LENGTHS_COLUMN))]


def _categorical(values: Iterable[Hashable]) -> Categorical:
    known: dict[Hashable, int] = {}
    places = [known.setdefault(value, len(known)) for value in values]
    return Categorical(np.array(places, np.int64), list(known))


def _concatenate_categorical(parts: Sequence[Categorical]) -> Categorical:
    known = _categorical(value for part in parts for value in part.values)
    bounds = np.cumsum([len(part.values) for part in parts])[:-1]
    translations = np.split(known.places, bounds) if parts else []
    places = [new[part.places] for new, part in zip(translations, parts, strict=True)]
    return Categorical(_concatenate_arrays(places), known.values)


def _concatenate_arrays(arrays: Iterable[Numbers]) -> Numbers:
    return np.concatenate([np.empty(0, np.int64), *arrays])
