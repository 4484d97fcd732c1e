"""Sitemaps for releases, pages and news (https://www.sitemaps.org/protocol.html)."""

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
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone

from pressroom.infra.office import origin
from releases.mail import outgoing
from releases.models import Release, Version
from releases.models.querysets import ReleaseQuerySet
from releases.web import public_counts
from releases.web.response_cache import cached_per_state

NEWS_FIELDS = ("number", "slug", "status", "title", "language", "release_at")
NEWS_AGE = datetime.timedelta(hours=48)

View = Callable[..., HttpResponseBase]


def at_origin(view: View) -> View:
    """Wrap Django's sitemap view so that its URLs start with the site's origin, and its sitemaps
    know the request."""

    @wraps(view)
    def sitemap(
        request: HttpRequest, sitemaps: dict[str, type[OurSitemap]], **kwargs: Any
    ) -> HttpResponseBase:
        made = {name: kind(request) for name, kind in sitemaps.items()}
        scheme, host, *_ = urlsplit(origin(request))
        # Django's view builds URLs from the request's scheme and host.
        at_site: Any = copy.copy(request)
        headers = {"HTTP_HOST": host, "HTTP_X_FORWARDED_PROTO": scheme, "wsgi.url_scheme": scheme}
        at_site.environ = at_site.META = request.META | headers
        response = view(at_site, sitemaps=made, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        # The latest change among the remaining releases stays the same after a withdrawal.
        response.headers.pop("Last-Modified", None)
        return response

    return sitemap


class OurSitemap(Sitemap):
    """Sitemap of one response."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request


class ReleaseSitemap(OurSitemap):
    """Permalinks of all public releases with their last change, newest first."""

    limit = 50_000  # URLs per sitemap, by the protocol

    def items(self) -> ReleaseQuerySet[Any]:
        versions = Version.objects.filter(release=OuterRef("pk")).order_by("-at")
        changed = Greatest("release_at", Subquery(versions.values("at")[:1]))
        listed = Release.objects.published(timezone.now()).newest_first()
        return listed.only("number", "slug", "status", "release_at").annotate(changed_at=changed)

    def lastmod(self, item: Release) -> datetime.datetime:
        """Return when the text last changed, or when the release became public."""
        return item.changed_at  # type: ignore[attr-defined]

    @property
    def paginator(self) -> Any:
        """Return Django's, with the number of releases counted once per state."""
        found = super().paginator
        found.count = public_counts.total(public_counts.count(self.request))
        return found

    def get_latest_lastmod(self) -> datetime.datetime | None:
        found = cached_per_state(self.request, "latest change in sitemaps", _latest_change)
        return datetime.datetime.fromisoformat(found) if found else None


def _latest_change() -> str:
    """Return when a public release last appeared or changed, in ISO format; "" for never."""
    # Two queries instead of Django's loop over all entries.
    published = Release.objects.published(timezone.now())
    changes = Version.objects.filter(release__in=published).order_by("-at")
    moments = [
        published.newest_first().values_list("release_at", flat=True).first(),
        changes.values_list("at", flat=True).first(),
    ]
    latest = max(filter(None, moments), default=None)
    return latest.isoformat() if latest else ""


class PageSitemap(OurSitemap):
    """Static pages; crawlers find listings through their links."""

    def items(self) -> list[str]:
        return [
            *(["alerts"] if outgoing.is_configured() else []),
            "home",
            "topics",
            "timeline",
            "data",
            "search-help",
            "about",
            "citing",
            "journalists",
            "accessibility",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class NewsSitemap(OurSitemap):
    """Releases published within two days, as Google News requires."""

    limit = 1_000  # URLs per news sitemap

    def items(self) -> ReleaseQuerySet[Release]:
        now = timezone.now()
        recent = Release.objects.published(now).filter(release_at__gt=now - NEWS_AGE)
        return recent.newest_first().only(*NEWS_FIELDS)
