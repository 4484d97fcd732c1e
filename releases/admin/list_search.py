"""Search of the list: public releases by the site's engine, all others by PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from releases.search import unpublished
from releases.search.engine import Visibility
from releases.search.query.parser import Query, parse
from releases.search.query.tree import Node
from releases.search.results import MAX_RESULTS, SearchUnavailableError, call_engine

MAX_WORDS = 20
UNAVAILABLE = (
    "Full-text search of published releases is unavailable right now. They were searched by title "
    "and number only."
)
NO_WORDS = "This has no word to look for, so only titles and numbers were searched."
CUT_PUBLISHED = (
    f"More than {MAX_RESULTS:,} published releases match. The newest of them are listed: add a "
    "word to narrow the search."
)
CUT_UNPUBLISHED = (
    f"Only the {unpublished.MAX_SEARCHED:,} drafts and other unpublished releases that changed "
    "last were searched in full."
)


@dataclass(frozen=True)
class Found:
    """Ids of matching releases, with sentences about what was not searched."""

    text: str = ""
    keys: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def condition(self) -> Q:
        """Match these, and each release with all words in its title or number."""
        words = self.text.replace('"', " ").split()[:MAX_WORDS]
        titled = [Q(number__icontains=word) | Q(title__icontains=word) for word in words]
        return (reduce(and_, titled) if titled else Q(pk__in=())) | Q(pk__in=sorted(self.keys))


def search(request: HttpRequest, releases: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return the releases that match; `notes(request)` says what was not searched."""
    found = getattr(request, "found", None)
    if found is None:  # an action asks for its rows again
        found = request.found = _find(parse(text))  # type: ignore[attr-defined]
    return releases.filter(found.condition)


def notes(request: HttpRequest) -> tuple[str, ...]:
    """Return sentences about the search of this request."""
    found: Found = getattr(request, "found", Found())
    return found.notes


def _find(query: Query) -> Found:
    if query.tree is None:
        return Found(query.text, notes=(NO_WORDS,))
    public, public_notes = _find_published(query.tree)
    hidden, is_cut = unpublished.find(query.tree, timezone.now())
    cut = (CUT_UNPUBLISHED,) if is_cut else ()
    return Found(query.text, public | set(hidden), (*query.ignored, *public_notes, *cut))


def _find_published(tree: Node) -> tuple[frozenset[int], tuple[str, ...]]:
    visibility = Visibility(timezone.now())
    try:
        found = call_engine(lambda engine: engine.find(tree, visibility, "newest", 0, MAX_RESULTS))
    except SearchUnavailableError:
        return frozenset(), (UNAVAILABLE,)
    return frozenset(found.ids), (CUT_PUBLISHED,) if found.total > MAX_RESULTS else ()
