"""The newest releases of any list or search, a bounded number at a time: what feeds, API and
downloads go through from the newest to the oldest."""

from __future__ import annotations

import datetime
from dataclasses import asdict

from haystack import connections

from releases.models import Release
from releases.querysets import ReleaseQuerySet
from releases.search.engine import Filters, ids_of
from releases.search.results import Unavailable
from releases.text.places import Place
from releases.text.querying import Query


def newest(
    query: Query, filters: Filters, size: int, at: datetime.datetime, after: Place | None = None
) -> ReleaseQuerySet:
    """At most `size` releases that the public may see at `at` and that match, newest first; with
    `after`, the place of the last one given, those that come next. Raises Unavailable when the
    index is asked and can not be read."""
    public = Release.objects.published(at)
    releases = public.narrowed(**asdict(filters))
    if after:
        releases = releases.following(*after)
    if query.tree:
        releases = public.filter(pk__in=_found(query, releases, size))
    return releases.newest_first()[:size]


def _found(query: Query, releases: ReleaseQuerySet, size: int) -> tuple[int, ...]:
    engine = connections["default"].get_backend()
    public = ids_of(releases)
    try:
        return engine.find(query.tree, public, "newest", 0, size).ids
    except Exception as error:
        raise Unavailable("The search index can not be read.") from error
