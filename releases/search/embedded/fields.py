"""Column types of the Whoosh index: stemmed prose, exact prose, and whole values."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from whoosh.analysis import Analyzer, Token
from whoosh.columns import VarBytesColumn
from whoosh.fields import FieldType
from whoosh.formats import Existence, Positions

from releases.search.analysis.analyzer import words

Posting = tuple[bytes, int, float, bytes]  # term, frequency, weight, value


class PackedPositions(Positions):
    """Positions as an array of 32-bit integers, several times faster to read than a pickle."""

    def encode(self, positions: list[int]) -> bytes:
        return array("I", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return list(array("I", value))

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // array("I").itemsize


class WordAnalyzer(Analyzer):
    """Analyzer that yields word parts, for Whoosh's query parser."""

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        token = Token(**options)
        position = 0
        for word in words(value):
            for part in word.parts:
                token.text = token.original = part
                token.pos, token.startchar, token.endchar = position, word.start, word.end
                position += 1
                yield token


class PrintedWords(NamedTuple):
    """Words of a text to index: as printed, and their common forms."""

    printed: list[str]
    common_forms: list[str]
    language: str  # BCP 47


class StemColumn(FieldType):
    """Stemmed prose, for matching words in any form. Takes `PrintedWords`, which `writer` indexes,
    also in the column of the unstemmed words."""

    def __init__(self, boost: float = 1.0) -> None:
        super().__init__(Existence(field_boost=boost), WordAnalyzer(), scorable=True)


class ExactColumn(FieldType):
    """Unstemmed prose with positions, for phrases and prefixes."""

    def __init__(self) -> None:
        super().__init__(PackedPositions(), WordAnalyzer())


class ValuesColumn(FieldType):
    """Several values, each matched and counted as a whole. Takes a list of str."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, stored=True, sortable=VarBytesColumn())

    def index(self, value: list[str], **options: Any) -> Iterator[Posting]:
        return ((item.encode(), 1, 1.0, b"") for item in dict.fromkeys(value))

    def to_column_value(self, value: list[str]) -> bytes:
        return "\n".join(value).encode()

    def from_column_value(self, value: bytes) -> list[str]:
        return value.decode().split("\n") if value else []

    def process_text(self, qstring: str, mode: str = "", **options: Any) -> Iterator[str]:
        yield qstring
