"""Pages of search results.

A release matches if it is indexed and `Release.objects.published(at)` contains it at the moment of
the search. Each search reads the public (or the hidden) ids from the database, one row and a few
milliseconds at 20,000 releases, unless nothing in the database has changed since the last one. The
engine computes hits, total and facets within them. So
however far the index lags, nothing withdrawn or under embargo is shown or counted, and everything
counted can be paged to. A release published a moment ago does not match until it is indexed.
Titles and passages come from the database, never from the index.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

from django.utils import timezone
from haystack import connections
from haystack.exceptions import SearchBackendError

from releases.content.messages import message
from releases.search import editorial
from releases.search.analysis.spelling import BETTER, RARE, correct
from releases.search.engine import Engine, Filters, Matches, Order, Visibility
from releases.search.explanation import Explanation
from releases.search.facets import NamedFacets, name_facets
from releases.search.hits import Hit, load_hits
from releases.search.near_duplicates import Group, fold_similar
from releases.search.query.parser import Query, loosen_question, relax
from releases.search.query.tree import And, Node

PAGE_SIZE = 20
NO_FILTERS = Filters()
MAX_RESULTS = 10_000  # results that paging reaches

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class SearchUnavailableError(Exception):
    """Search is unavailable for now."""


def call_engine(operation: Callable[[Engine], Result]) -> Result:
    """Run an operation on the engine. Raises SearchUnavailableError if its index cannot be
    read."""
    try:
        return operation(connections["default"].get_backend())
    except SearchBackendError as error:
        logger.warning("The search index could not be read: %r", error)
        raise SearchUnavailableError("The search index cannot be read.") from error


class Spelling(NamedTuple):
    """Spelling of a query, and the number of releases that it finds."""

    text: str
    total: int


@dataclass(frozen=True)
class Results:
    """One page of results; `ignored` are messages about ignored parts of the query.

    `misspelt` is the text as typed if the results are for a corrected spelling, else ""; with
    `is_closest`, no release has all words of the correction either. `better` is another spelling
    that finds many more, while the results are for the text as typed.
    `without` maps each filter of an empty result to the total without that filter.
    `recommended` are pinned to the search; they are not among the hits, and counted only if they
    match.
    """

    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    facets: NamedFacets
    query: Query
    ignored: tuple[str, ...]
    misspelt: str = ""
    is_closest: bool = False
    better: Spelling | None = None
    without: Mapping[str, int] = field(default_factory=dict)
    recommended: tuple[Hit, ...] = ()
    order: Order = "relevance"

    @property
    def text(self) -> str:
        """Query that the results are for, as shown in the search box."""
        return self.query.text

    @cached_property
    def groups(self) -> list[Group]:
        """Results with those folded that print almost the same as one before."""
        return fold_similar(self.hits)

    @property
    def previous_page(self) -> int:
        """Number of the page before this one, or of the last page if this one is past it."""
        return min(self.page - 1, self.pages)

    @property
    def next_page(self) -> int:
        return self.page + 1


def search(
    query: Query,
    filters: Filters = NO_FILTERS,
    order: Order = "relevance",
    page: int = 1,
    at: datetime.datetime | None = None,
    state: Hashable = None,
) -> Results:
    """Return a page (from 1) of matches at `at` (aware; default: now). `state` is that of
    `Visibility`. Takes two database queries, fewer if the state is known, and a few more if hardly
    anything matches or attachments are searched. Raises SearchUnavailableError."""
    visibility = Visibility(at or timezone.now(), state)
    searcher = _Searcher(visibility, order, page)
    typed = query
    is_first = page == 1 and order == "relevance" and filters == NO_FILTERS
    pinned = editorial.pinned(query.tree, visibility.at) if is_first else ()
    query, found = searcher.find_or_relax(query, filters)
    misspelt = typed.text if query.text != typed.text else ""
    pages = max(1, -(-min(found.total, MAX_RESULTS) // PAGE_SIZE))
    # A notice on the spelling says so, too.
    ignored = query.ignored[:-1] if misspelt and query.is_relaxed else query.ignored
    if page > pages:
        ignored = (*ignored, _page_out_of_range(page, pages, found))
    hits = load_hits(query, tuple(dict.fromkeys((*pinned, *found.ids))), visibility)
    return Results(
        hits=tuple(hit for hit in hits if hit.release.pk not in pinned),
        total=found.total,
        page=page,
        pages=pages,
        facets=name_facets(found.facets),
        query=query,
        ignored=ignored,
        misspelt=misspelt,
        is_closest=query.is_relaxed,
        better=None if query != typed else searcher.better_spelling(query, filters, found.total),
        without={} if found.total else searcher.totals_without_each(query, filters),
        recommended=tuple(hit for hit in hits if hit.release.pk in pinned),
        order=order,
    )


def explain(found: Results, at: datetime.datetime) -> list[tuple[Hit, Explanation]]:
    """Return why each hit of a page that is still public has its rank by relevance; nothing for
    another order. Raises SearchUnavailableError."""
    if found.order != "relevance":
        return []
    tree, visibility = found.query.tree, Visibility(at)
    ids = [hit.release.pk for hit in found.hits]
    reasons = call_engine(lambda engine: engine.explain(tree, visibility, ids))
    return [(hit, reasons[pk]) for hit, pk in zip(found.hits, ids, strict=True) if pk in reasons]


class _Searcher:
    """Engine queries within one visibility."""

    def __init__(self, visibility: Visibility, order: Order, page: int) -> None:
        self._visibility = visibility
        self._order: Order = order
        self._first = (page - 1) * PAGE_SIZE

    def find_or_relax(self, query: Query, filters: Filters) -> tuple[Query, Matches]:
        """Return the matches; if there are none, those of a corrected or relaxed query."""
        nothing = found = self._find(_with_filters(query.tree, filters))
        for attempt in () if found.total else self._alternatives(query):
            found = self._find(_with_filters(attempt.tree, filters))
            if found.total:
                return attempt, found
        if 0 < nothing.total <= RARE and (looser := loosen_question(query)):
            more = self._find(_with_filters(looser.tree, filters))
            if more.total > nothing.total:
                return looser, more
        return query, found if found.total else nothing

    def _alternatives(self, query: Query) -> Iterator[Query]:
        """Yield the corrected, then the relaxed query."""
        other = correct(query, self._count)
        if other:
            yield other
        if looser := relax(other or query):
            yield looser

    def better_spelling(self, query: Query, filters: Filters, total: int) -> Spelling | None:
        """Return a spelling of a query with few results that finds many times as many."""
        other = correct(query, self._count) if 0 < total <= RARE and not self._first else None
        found = self._count(_with_filters(other.tree, filters)) if other else 0
        return Spelling(other.text, found) if other and found >= BETTER * total else None

    def totals_without_each(self, query: Query, filters: Filters) -> dict[str, int]:
        """Return the nonzero totals without each of the filters."""
        counts = {
            name: self._count(_with_filters(query.tree, replace(filters, **{name: None})))
            for name in asdict(filters)
            if getattr(filters, name)
        }
        return {name: count for name, count in counts.items() if count}

    def _count(self, tree: Node | None) -> int:
        if tree is None:
            return self._call_engine(tree, "newest", 0, 0).total
        return call_engine(lambda engine: engine.counts([tree], self._visibility))[0]

    def _find(self, tree: Node | None) -> Matches:
        size = PAGE_SIZE if self._first + PAGE_SIZE <= MAX_RESULTS else 0
        return self._call_engine(tree, self._order, self._first, size)

    def _call_engine(self, tree: Node | None, order: Order, first: int, size: int) -> Matches:
        return call_engine(lambda engine: engine.find(tree, self._visibility, order, first, size))


def _with_filters(tree: Node | None, filters: Filters) -> Node | None:
    nodes = (*([tree] if tree else []), *filters.nodes())
    return And(nodes) if nodes else None


def _page_out_of_range(page: int, pages: int, found: Matches) -> str:
    if page * PAGE_SIZE > MAX_RESULTS and found.total > MAX_RESULTS:
        return message(
            "You can page through only the first %(most)s results. Add a word, a topic or a "
            "year to narrow the search.",
            most=f"{MAX_RESULTS:,}",
        )
    return message("There is no page %(page)s. The last page is %(last)s.", page=page, last=pages)
