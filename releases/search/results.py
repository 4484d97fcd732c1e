"""What a page of search results shows.

The rule: a release counts if it is in the index *and* passes the gate, `Release.objects.
published(at)`, at the moment of the search. The ids of all published releases are read from the
database with each search (one row, a few milliseconds at 20,000) and the engine makes hits, total
and facets from the same set of matches within them. So however far the index lags, and whatever
was changed behind the verbs' back, nothing withdrawn or under embargo is shown or counted, and
what is counted can be paged through. What the index does not know yet (a release published a
moment ago) is neither shown nor counted until it is drained. Titles and passages are read from the
database, never from the index.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from haystack import connections

from releases.models import Release, Section
from releases.search.engine import Filters, Found, Order, public_ids
from releases.search.highlighting import Highlighter, Segments
from releases.text.querying import All, Node, Query, relaxed

PAGE_SIZE = 20
UNFILTERED = Filters()
DEPTH = 10_000  # results that can be paged through


class Unavailable(Exception):
    """The search engine can not answer now."""


@dataclass(frozen=True)
class Hit:
    """A release that was found; `passage` is () when nothing in its text matched."""

    release: Release
    title: Segments
    passage: Segments


@dataclass(frozen=True)
class Facet:
    """A value that narrows the search, in words, and how many matches have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """One page of results; `ignored` are sentences for the reader."""

    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    years: tuple[Facet, ...]
    topics: tuple[Facet, ...]
    languages: tuple[Facet, ...]
    text: str
    ignored: tuple[str, ...]

    @property
    def previous_page(self) -> int:
        """The page before this one, or the last one where this is beyond it."""
        return min(self.page - 1, self.pages)

    @property
    def next_page(self) -> int:
        """The page after this one."""
        return self.page + 1


def search(
    query: Query,
    filters: Filters = UNFILTERED,
    order: Order = "relevance",
    page: int = 1,
    at: datetime.datetime | None = None,
) -> Results:
    """The page (from 1) of what matches the query within the filters at `at` (aware; default:
    now). Three database queries. Raises Unavailable when the index can not be read."""
    public = public_ids(at)
    found = _find(query, filters, public, order, page)
    if not found.total and (looser := relaxed(query)):
        loosely_found = _find(looser, filters, public, order, page)
        query, found = (looser, loosely_found) if loosely_found.total else (query, found)
    pages = max(1, -(-min(found.total, DEPTH) // PAGE_SIZE))
    ignored = query.ignored if page <= pages else (*query.ignored, _beyond(page, pages, found))
    return Results(
        hits=_hits(query, found.ids, at),
        total=found.total,
        page=page,
        pages=pages,
        years=_facets((year, year, count) for year, count in found.facets.years.items()),
        topics=_facets((*topic, count) for topic, count in found.facets.topics.items()),
        languages=_facets((tag, tag, count) for tag, count in found.facets.languages.items()),
        text=query.text,
        ignored=ignored,
    )


def _find(query: Query, filters: Filters, public: set[int], order: Order, page: int) -> Found:
    first = (page - 1) * PAGE_SIZE
    size = PAGE_SIZE if first + PAGE_SIZE <= DEPTH else 0
    engine = connections["default"].get_backend()
    try:
        return engine.find(_with_filters(query.tree, filters), public, order, first, size)
    except Exception as error:
        raise Unavailable("The search index can not be read.") from error


def _with_filters(tree: Node | None, filters: Filters) -> Node | None:
    nodes = (*([tree] if tree else []), *filters.nodes())
    return All(nodes) if nodes else None


def _hits(query: Query, ids: tuple[int, ...], at: datetime.datetime | None) -> tuple[Hit, ...]:
    """The releases in the order of their ids, as the database has them."""
    bodies = Section.objects.filter(release=OuterRef("pk")).order_by("position").values("body")
    listed = Release.objects.published(at).for_listing()
    releases = listed.annotate(section_bodies=ArraySubquery(bodies)).in_bulk(ids)
    highlighter = Highlighter(query.tree)
    return tuple(
        Hit(
            release,
            highlighter.segments(release.title, release.language),
            highlighter.passage((release.body, *release.section_bodies), release.language),
        )
        for release in (releases[pk] for pk in ids if pk in releases)
    )


def _facets(rows: Iterable[tuple[Any, Any, int]]) -> tuple[Facet, ...]:
    """The most frequent first."""
    facets = (Facet(str(value), str(label), count) for value, label, count in rows)
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.label)))


def _beyond(page: int, pages: int, found: Found) -> str:
    if page * PAGE_SIZE > DEPTH and found.total > DEPTH:
        return (
            f"Only the first {DEPTH:,} results can be paged through. Add a word, a topic or a "
            "year to narrow the search."
        )
    return f"There is no page {page}: the last one is page {pages}."
