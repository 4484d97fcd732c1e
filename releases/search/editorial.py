"""Synonyms and pinned results in use, in memory."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from django.utils import timezone

from pressroom.infra import office
from releases.models import PinnedResult, Release, Synonym
from releases.search.query.standard_synonyms import STANDARD_SYNONYMS
from releases.search.query.synonyms import Entry, Stems, Synonyms, stems_of
from releases.search.query.tree import Node, Phrase, Words


@dataclass(frozen=True)
class Pin:
    """Ids of releases, best first, and the last day to show them, if any."""

    ids: tuple[int, ...]
    until: datetime.date | None


@dataclass(frozen=True)
class Editorial:
    """Synonyms, and pinned results by query."""

    synonyms: Synonyms
    pins: Mapping[Stems, Pin] = field(default_factory=dict)


def synonyms() -> Synonyms:
    """Return the entries in use."""
    return _current().synonyms


def pinned(tree: Node | None, at: datetime.datetime) -> tuple[int, ...]:
    """Return the ids of the releases pinned to a search, whether public or not."""
    if not isinstance(tree, Words | Phrase) or tree.field != "text":
        return ()
    found = _current().pins.get(stems_of(tree.text)) if _current().pins else None
    is_over = found and found.until and found.until < timezone.localdate(at)
    return found.ids if found and not is_over else ()


def _current() -> Editorial:
    version = office.current().search_words
    return _stored(version) if version else _standard()


@cache
def _standard() -> Editorial:
    return Editorial(Synonyms(Entry.read(each.words, each.finds) for each in STANDARD_SYNONYMS))


@lru_cache(maxsize=2)
def _stored(version: str) -> Editorial:
    rows = Synonym.objects.filter(is_used=True).values_list("words", "finds")
    return Editorial(Synonyms(Entry.read(*row) for row in rows), _pins())


def _pins() -> dict[Stems, Pin]:
    rows = list(PinnedResult.objects.all())
    numbers = {number for row in rows for number in row.releases.split()}
    ids = dict(Release.objects.filter(number__in=numbers).values_list("number", "pk"))
    return {
        stems_of(query): Pin(tuple(ids[n] for n in row.releases.split() if n in ids), row.until)
        for row in rows
        for query in row.queries.splitlines()
    }
