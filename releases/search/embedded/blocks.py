"""Postings of single terms, as arrays to read and as bytes to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NUMBER_SIZE = 4  # bytes
TERMS = 5_000  # of which facts are kept as Python objects at a time

Integers = NDArray[np.integer[Any]]
Weights = NDArray[np.float32]


class Postings(NamedTuple):
    """Postings of a term in a segment. Value n is `values[bounds[n]:bounds[n + 1]]`, 32-bit
    numbers."""

    numbers: NDArray[np.uint32]
    weights: Weights
    values: bytes
    bounds: NDArray[np.uint32]


class Block(NamedTuple):
    """Postings of a term as bytes, with their first and last document, greatest weight and sum of
    weights."""

    numbers: bytes
    weights: bytes
    values: bytes
    bounds: bytes
    first: int
    last: int
    heaviest: float
    total: float


class PostingsArrays(NamedTuple):
    """Postings of several terms in a row; `sizes` are numbers of 32-bit `values`."""

    numbers: Integers
    weights: Weights
    values: Integers
    sizes: Integers


def blocks(
    terms: Sequence[bytes], counts: Integers, found: PostingsArrays
) -> Iterator[tuple[bytes, Block]]:
    """Yield each term's postings, `counts` of them."""
    if not terms:
        return
    ends = np.cumsum(counts)
    starts = ends - counts
    bounds, value_starts, value_ends = _bounds(found.sizes, starts, ends)
    numbers, weights, values = _as_bytes(found)
    columns = (
        *(starts * NUMBER_SIZE, ends * NUMBER_SIZE, value_starts, value_ends),
        *(found.numbers[starts], found.numbers[ends - 1]),
        *(np.maximum.reduceat(found.weights, starts), np.add.reduceat(found.weights, starts)),
    )
    del found
    shift = 0  # bytes of the bounds in addition to those of the postings
    for term, start, end, value_start, value_end, *facts in _rows(terms, columns):
        after = shift + NUMBER_SIZE
        places = bounds[start + shift : end + after]
        held = values[value_start:value_end]
        yield term, Block(numbers[start:end], weights[start:end], held, places, *facts)
        shift = after


def _rows(terms: Sequence[bytes], columns: Sequence[NDArray[Any]]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(terms), TERMS):
        part = slice(start, start + TERMS)
        yield from zip(terms[part], *(column[part].tolist() for column in columns), strict=True)


def _bounds(sizes: Integers, starts: Integers, ends: Integers) -> tuple[bytes, Integers, Integers]:
    """Return the bounds of each term's values, which begin with 0, so that there is one more for
    each term than it has postings; and where the values of each term start and end, in bytes."""
    if not sizes.any():
        nowhere = np.zeros(len(starts), np.int64)
        return bytes(NUMBER_SIZE * (len(sizes) + len(starts))), nowhere, nowhere
    value_ends = np.cumsum(sizes, dtype=np.int64) * NUMBER_SIZE
    value_starts = value_ends[starts] - sizes[starts] * np.int64(NUMBER_SIZE)
    last = value_ends[ends - 1]
    value_ends -= np.repeat(value_starts, ends - starts)
    bounds = np.insert(value_ends.astype(np.uint32), starts, 0)
    return bounds.tobytes(), value_starts, last


def _as_bytes(found: PostingsArrays) -> tuple[bytes, bytes, bytes]:
    return (
        found.numbers.astype(np.uint32, copy=False).tobytes(),
        found.weights.tobytes(),
        found.values.astype(np.uint32, copy=False).tobytes(),
    )


def joined(parts: Sequence[Block]) -> Block:
    """Join postings of a term in ascending documents."""
    if len(parts) == 1:
        return parts[0]
    lengths = [np.diff(np.frombuffer(part.bounds, np.uint32)) for part in parts]
    bounds = np.append(0, np.concatenate(lengths).cumsum()).astype(np.uint32)
    return Block(
        b"".join(part.numbers for part in parts),
        b"".join(part.weights for part in parts),
        b"".join(part.values for part in parts),
        bounds.tobytes(),
        parts[0].first,
        parts[-1].last,
        max(part.heaviest for part in parts),
        sum(part.total for part in parts),
    )
