"""Saved views of the list of releases, from the same querysets as the first page."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from releases.models import Release
from releases.publishing import waiting

PARAMETER = "view"


@dataclass(frozen=True)
class SavedView:
    """Releases under a name, as shown to a person at a time, with the order of their list."""

    name: str
    releases: Callable[[User, datetime.datetime], QuerySet[Release]]
    order: tuple[str, ...] = ("-updated_at", "-id")


@dataclass(frozen=True)
class Tab:
    name: str
    url: str
    count: int
    is_current: bool


VIEWS = {
    "mine": SavedView("Mine", lambda person, at: waiting.own(drafts(), person)),
    "waiting": SavedView("Waiting", lambda person, at: waiting.any_of_these(person)),
    "embargoed": SavedView(
        "Embargoed", lambda person, at: Release.objects.embargoed(at), ("release_at", "id")
    ),
    "attention": SavedView("Attention", lambda person, at: Release.objects.needing_attention()),
    "published": SavedView(
        "Published", lambda person, at: Release.objects.published(at), ("-release_at", "-id")
    ),
    "withdrawn": SavedView("Withdrawn", lambda person, at: withdrawn()),
}


def drafts() -> QuerySet[Release]:
    return Release.objects.filter(status__in=(Release.Status.DRAFT, Release.Status.IN_REVIEW))


def withdrawn() -> QuerySet[Release]:
    """Return the releases with a notice or a tombstone."""
    status = Release.Status
    return Release.objects.filter(status__in=(status.WITHDRAWN, status.REMOVED, status.BLOCKED))


def address(view: str) -> str:
    """Return the URL of the list in this view; of the whole list for ""."""
    query = f"?{PARAMETER}={view}" if view else ""
    return reverse("admin:releases_release_changelist") + query


def label(view: str) -> str:
    """Return the words of a link to this view."""
    return f"All in {VIEWS[view].name}" if view else "All releases"


def tabs(person: User, current: str | None = None) -> list[Tab]:
    """Return a link to each view and to all releases, counted in one query."""
    at = timezone.now()
    counts = _counts({name: view.releases(person, at) for name, view in VIEWS.items()})
    names = {"": "All"} | {name: view.name for name, view in VIEWS.items()}
    return [
        Tab(name, address(view), counts.get(view, 0), view == current)
        for view, name in names.items()
    ]


def _counts(found: dict[str, QuerySet[Release]]) -> dict[str, int]:
    """Return the number of releases by name, and of all under ""."""
    first, *others = (
        _keys_only(releases).values(name=Value(name)).annotate(count=Count("pk"))
        for name, releases in {**found, "": Release.objects.all()}.items()
    )
    return {row["name"]: row["count"] for row in first.union(*others, all=True)}


def _keys_only(releases: QuerySet[Release]) -> QuerySet[Release]:
    # Annotations of a view would become groups of their own.
    if releases.query.annotations:
        return Release.objects.filter(pk__in=releases.order_by().values("pk")).order_by()
    return releases.order_by()
