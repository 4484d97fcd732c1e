"""What search engines are told to look at: every release, the pages about the archive, and what is
new as news.

Sources: https://www.sitemaps.org/protocol.html and Google's news sitemaps.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from pressroom.infra.http.client_ip import origin
from releases.models import Release, Version
from releases.models.querysets import ReleaseQuerySet

NEWS_FIELDS = ("number", "slug", "status", "title", "language", "release_at")
NEWS_AGE = datetime.timedelta(hours=48)


View = Callable[..., HttpResponseBase]


def at_origin(view: View) -> View:
    """Django's view of a sitemap, for a request as if it came to the site's origin. It has no
    Last-Modified: the newest change of what is left does not move on when something is withdrawn.
    """

    @wraps(view)
    def sitemap(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        scheme, host, *_ = urlsplit(origin(request))
        asked: Any = copy.copy(request)
        said = {"HTTP_HOST": host, "HTTP_X_FORWARDED_PROTO": scheme, "wsgi.url_scheme": scheme}
        asked.environ = asked.META = request.META | said
        response = view(asked, **kwargs)
        response.headers.pop("Last-Modified", None)
        return response

    return sitemap


class ReleaseSitemap(Sitemap):
    """The permalinks of all that is public, the newest first, with their last change."""

    limit = 50_000

    def items(self) -> ReleaseQuerySet[Any]:
        """Rows with just what an entry says."""
        versions = Version.objects.filter(release=OuterRef("pk")).order_by("-at")
        changed = Greatest("release_at", Subquery(versions.values("at")[:1]))
        listed = Release.objects.published(timezone.now()).newest_first()
        return listed.only("number", "slug", "status", "release_at").annotate(changed_at=changed)

    def lastmod(self, item: Release) -> datetime.datetime:
        """When its text changed last, or when it became public."""
        return item.changed_at  # type: ignore[attr-defined]

    def get_latest_lastmod(self) -> datetime.datetime | None:
        """The last change of all: by two short queries, not through all entries."""
        published = Release.objects.published(timezone.now())
        changes = Version.objects.filter(release__in=published).order_by("-at")
        moments = [
            published.newest_first().values_list("release_at", flat=True).first(),
            changes.values_list("at", flat=True).first(),
        ]
        return max(filter(None, moments), default=None)


class PageSitemap(Sitemap):
    """The pages about the archive and its ways in; lists are found through their links."""

    def items(self) -> list[str]:
        """The names of their addresses."""
        return ["home", "topics", "search-help", "about", "citing", "journalists", "accessibility"]

    def location(self, item: str) -> str:
        """The path that bears the name."""
        return reverse(item)


class NewsSitemap(Sitemap):
    """What became public within two days."""

    limit = 1_000

    def items(self) -> ReleaseQuerySet[Release]:
        """Rows with what a news entry says."""
        now = timezone.now()
        fresh = Release.objects.published(now).filter(release_at__gt=now - NEWS_AGE)
        return fresh.newest_first().only(
            "number", "slug", "status", "title", "language", "release_at"
        )
