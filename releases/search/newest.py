"""Pages of any list or search, for feeds, the API and downloads."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import asdict
from itertools import islice

from releases.content.cursors import Cursor
from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.output.edition import read_releases
from releases.search.engine import Filters, Visibility
from releases.search.query.parser import Query
from releases.search.query.tree import And, Node
from releases.search.results import SearchUnavailableError, call_engine


def newest(
    query: Query,
    filters: Filters,
    size: int,
    at: datetime.datetime,
    after: Cursor | None = None,
    among: ReleaseQuerySet[Release] | None = None,
    first: int = 0,
) -> list[Release]:
    """Return the newest `size` matches public at `at`, from index `first` past the cursor `after`,
    loaded with `read_releases()`. Fewer than `size` means that there are no more. Without a query,
    `among` replaces the public releases. Raises SearchUnavailableError."""
    if query.tree:
        tree = _tree(query, filters)
        return list(islice(_iterate_matches(tree, size, at, after, first), size))
    releases = Release.objects.published(at) if among is None else among
    releases = releases.filtered_by(**asdict(filters))
    if after:
        releases = releases.following(*after)
    return read_releases(releases.newest_first()[first : first + size])


def most_relevant(
    query: Query, filters: Filters, first: int, size: int, at: datetime.datetime
) -> list[Release]:
    """Return the matches public at `at` from index `first` on, the best first, loaded with
    `read_releases()`. Raises SearchUnavailableError."""
    tree = _tree(query, filters)
    found = call_engine(lambda e: e.find(tree, Visibility(at), "relevance", first, size)).ids
    rows = {
        row.pk: row for row in read_releases(Release.objects.published(at).filter(pk__in=found))
    }
    return [rows[pk] for pk in found if pk in rows]


def count(query: Query, filters: Filters, at: datetime.datetime) -> int:
    """Return the number of matches of a query public at `at`. Raises SearchUnavailableError."""
    tree = _tree(query, filters)
    return call_engine(lambda engine: engine.counts([tree], Visibility(at)))[0]


def _tree(query: Query, filters: Filters) -> Node:
    assert query.tree
    return And((query.tree, *filters.nodes()))


def _iterate_matches(
    tree: Node, size: int, at: datetime.datetime, after: Cursor | None, first: int
) -> Iterator[Release]:
    # A release may be withdrawn between index and database, so only a short page of the index
    # means the end, not a short page of rows.
    while True:
        ids = _find_ids(tree, size, at, after, first)
        yield from read_releases(Release.objects.published(at).filter(pk__in=ids).newest_first())
        if len(ids) < size:
            return
        after, first = _last_cursor(ids, at, after), 0


def _find_ids(
    tree: Node, size: int, at: datetime.datetime, after: Cursor | None, first: int
) -> tuple[int, ...]:
    return call_engine(
        lambda engine: engine.find(tree, Visibility(at), "newest", first, size, after)
    ).ids


def _last_cursor(ids: Collection[int], at: datetime.datetime, after: Cursor | None) -> Cursor:
    """Return the cursor of the last release the index found, withdrawn ones included. Raises
    SearchUnavailableError if the database has none of them."""
    known = Release.objects.filter(pk__in=ids, release_at__lte=at)
    if after:
        known = known.following(*after)
    if last := known.order_by("release_at", "pk").first():
        return last.page_cursor
    raise SearchUnavailableError("The search index differs from the database.")
