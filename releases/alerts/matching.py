"""Matching of releases and subscriptions."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from releases.models import Release, Subscription, TopicRedirect, Version
from releases.models.querysets import ReleaseQuerySet
from releases.search.engine import Filters, Visibility
from releases.search.query.parser import Query, parse
from releases.search.query.tree import And, Equals, Node, Or
from releases.search.results import call_engine

RECENT = datetime.timedelta(days=90)
SHOWN = 3  # releases that the form names


class Criteria(NamedTuple):
    """Kind, search, topic and language of a subscription; equal ones are matched once."""

    kind: str = Subscription.Kind.RELEASES
    q: str = ""
    topic: str = ""
    language: str = ""

    @property
    def query(self) -> Query:
        return parse(self.q)

    @property
    def filters(self) -> Filters:
        return Filters(topic=self.topic or None, language=self.language or None)


@dataclass(frozen=True)
class Recent:
    """Number of releases (or corrections) of the last 90 days, and the last few of all."""

    count: int
    latest: Sequence[Release]


def recent(criteria: Criteria, at: datetime.datetime) -> Recent:
    """Return the recent releases that match at `at`. Raises SearchUnavailableError."""
    since = (at - RECENT).date()
    if criteria.kind == Subscription.Kind.CORRECTIONS:
        entries = Version.objects.corrections_log(Release.objects.on_record(at))
        named = [entry.release for entry in entries[:SHOWN] if not entry.release.is_taken_down]
        return Recent(entries.filter(at__gte=at - RECENT).count(), named)
    if tree := criteria.query.tree:
        return _recent_by_search(tree, criteria.filters, since, at)
    found = _listed(criteria, Release.objects.published(at))
    latest = list(found.for_listing()[:SHOWN])
    return Recent(found.filter(date__gte=since).count(), latest)


def _recent_by_search(
    tree: Node, filters: Filters, since: datetime.date, at: datetime.datetime
) -> Recent:
    visibility = Visibility(at)
    wide, narrow = (And((tree, *each.nodes())) for each in (filters, replace(filters, since=since)))
    ids = call_engine(lambda engine: engine.find(wide, visibility, "newest", 0, SHOWN)).ids
    (count,) = call_engine(lambda engine: engine.counts([narrow], visibility))
    return Recent(count, list(Release.objects.published(at).filter(pk__in=ids).for_listing()))


def matches(
    wanted: Iterable[Criteria], releases: Collection[Release], at: datetime.datetime
) -> dict[Criteria, set[int]]:
    """Return the ids of those `releases` that match each of the criteria, at `at`; not for
    corrections. Searches only among these releases. Raises SearchUnavailableError."""
    visibility, moved = Visibility(at), _moved_topics()
    return {
        each: _matching(
            each._replace(topic=moved.get(each.topic, each.topic)), releases, visibility
        )
        for each in set(wanted)
    }


def _moved_topics() -> dict[str, str]:
    """Return the present slug of each topic that was merged or renamed."""
    return dict(TopicRedirect.objects.values_list("slug", "topic__slug"))


def _matching(
    criteria: Criteria, releases: Collection[Release], visibility: Visibility
) -> set[int]:
    if not releases:
        return set()
    tree = criteria.query.tree
    if tree is None:
        these = Release.objects.published(visibility.at).filter(
            pk__in=[release.pk for release in releases]
        )
        return set(_listed(criteria, these).values_list("pk", flat=True))
    numbers = tuple(Equals("number", str(release.number)) for release in releases)
    narrowed = And((tree, *criteria.filters.nodes(), Or(numbers)))
    return set(
        call_engine(lambda engine: engine.find(narrowed, visibility, "newest", 0, len(numbers))).ids
    )


def _listed(criteria: Criteria, releases: ReleaseQuerySet[Release]) -> ReleaseQuerySet[Release]:
    return releases.filtered_by(
        topic=criteria.topic or None, language=criteria.language or None
    ).newest_first()
