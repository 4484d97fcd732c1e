"""Query trees: the conditions that a release must meet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """All words of `text`, in any form; with `match_most`, most of them by rarity. Without
    `in_order`, their order says nothing."""

    text: str
    field: str = "text"
    match_most: bool = False
    in_order: bool = True


@dataclass(frozen=True)
class Phrase:
    """Match the words of `text`, in this order and form."""

    text: str
    field: str = "text"


@dataclass(frozen=True)
class Prefix:
    """A word that begins with `text`."""

    text: str
    field: str = "text"


@dataclass(frozen=True)
class Equals:
    """`field` (topic, number or language) is `value`."""

    field: str
    value: str


@dataclass(frozen=True)
class DateRange:
    """Match printed dates on or after `first` and before `end`; None sets no limit."""

    first: datetime.date | None = None
    end: datetime.date | None = None

    @classmethod
    def in_years(cls, first: int, last: int) -> DateRange:
        """Return the range of two years (1 to 9999), both included."""
        end = datetime.date(last + 1, 1, 1) if last < datetime.MAXYEAR else None
        return cls(datetime.date(first, 1, 1), end)


@dataclass(frozen=True)
class Not:
    node: Node


@dataclass(frozen=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    nodes: tuple[Node, ...]


Leaf = Words | Phrase | Prefix
Node = Leaf | Equals | DateRange | Not | And | Or
