"""A query as a tree: what a release must have to be found."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Each of the words of `text`, in any form; with `most`, those that tell most are enough."""

    text: str
    field: str = "text"
    match_most: bool = False


@dataclass(frozen=True)
class Phrase:
    """The words of `text` in this order and form."""

    text: str
    field: str = "text"


@dataclass(frozen=True)
class Prefix:
    """Any word that begins with `text`."""

    text: str
    field: str = "text"


@dataclass(frozen=True)
class Equals:
    """A release whose `field` (topic, number or language) is this."""

    field: str
    value: str


@dataclass(frozen=True)
class DateRange:
    """A release whose printed date is on or after `first` and before `end`, where given."""

    first: datetime.date | None = None
    end: datetime.date | None = None

    @classmethod
    def in_years(cls, first: int, last: int) -> DateRange:
        """Both years included, each from 1 to 9999."""
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
