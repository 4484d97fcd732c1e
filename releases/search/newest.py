"""Newest-first pages of any list or search, for feeds, the API and downloads."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import asdict
from itertools import islice

from releases.content.cursors import Cursor
from releases.models import Release
from releases.search.engine import Filters, Visibility
from releases.search.query.parser import Query
from releases.search.query.tree import And, Node
from releases.search.results import SearchUnavailableError, call_engine


def newest(
    query: Query, filters: Filters, size: int, at: datetime.datetime, after: Cursor | None = None
) -> list[Release]:
    """Return the newest `size` matches public at `at`, past the cursor `after`, loaded with
    `for_editions()`. Fewer than `size` means that there are no more. Raises
    SearchUnavailableError."""
    if query.tree:
        tree = And((query.tree, *filters.nodes()))
        return list(islice(_iterate_matches(tree, size, at, after), size))
    releases = Release.objects.published(at).filtered_by(**asdict(filters))
    if after:
        releases = releases.following(*after)
    return list(releases.newest_first()[:size].for_editions())


def _iterate_matches(
    tree: Node, size: int, at: datetime.datetime, after: Cursor | None
) -> Iterator[Release]:
    # A release may be withdrawn between index and database, so only a short page of the index
    # means the end, not a short page of rows.
    while True:
        ids = _find_ids(tree, size, at, after)
        yield from Release.objects.published(at).filter(pk__in=ids).newest_first().for_editions()
        if len(ids) < size:
            return
        after = _last_cursor(ids, at, after)


def _find_ids(
    tree: Node, size: int, at: datetime.datetime, after: Cursor | None
) -> tuple[int, ...]:
    return call_engine(
        lambda engine: engine.find(tree, Visibility(at), "newest", 0, size, after)
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
