"""The newest releases of any list or search, a bounded number at a time: what feeds, API and
downloads go through from the newest to the oldest."""

from __future__ import annotations

import datetime
import logging
from dataclasses import asdict

from django.db import Error
from haystack import connections

from releases.models import Release
from releases.querysets import ReleaseQuerySet
from releases.search.engine import Filters, Gate
from releases.search.results import Unavailable
from releases.text.places import Place
from releases.text.query_tree import All, Node
from releases.text.querying import Query

logger = logging.getLogger(__name__)


def newest(
    query: Query, filters: Filters, size: int, at: datetime.datetime, after: Place | None = None
) -> ReleaseQuerySet:
    """At most `size` releases that the public may see at `at` and that match, newest first; with
    `after`, the place of the last one given, those that come next. Raises Unavailable when the
    index is asked and can not be read."""
    public = Release.objects.published(at)
    releases = public.narrowed(**asdict(filters))
    if query.tree:
        tree = All((query.tree, *filters.nodes()))
        releases = public.filter(pk__in=_found(tree, size, at, after))
    elif after:
        releases = releases.following(*after)
    return releases.newest_first()[:size]


def _found(tree: Node, size: int, at: datetime.datetime, after: Place | None) -> tuple[int, ...]:
    engine = connections["default"].get_backend()
    try:
        return engine.find(tree, Gate(at), "newest", 0, size, after).ids
    except Error:  # the gate could not be asked
        raise
    except Exception as error:
        logger.warning("The search index could not be read: %r", error)
        raise Unavailable("The search index can not be read.") from error
