"""Redirects from former addresses of topics, of renamed and merged ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from releases.models import Release, Topic, TopicRedirect


def present_slug(slug: str) -> str | None:
    """Return the slug of the topic that had this one, if it has a public release."""
    public = Topic.objects.of_releases(Release.objects.published(timezone.now()))
    found = TopicRedirect.objects.filter(slug=slug, topic__in=public)
    return found.values_list("topic__slug", flat=True).first()


def redirect_to(request: HttpRequest, path: str) -> HttpResponse:
    """Redirect permanently, with the query string."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def answer(request: HttpRequest, slug: str | None) -> HttpResponse | None:
    """Redirect a list or feed of a former topic to the same one of its present slug."""
    moved = present_slug(slug) if slug else None
    if not moved:
        return None
    query = request.GET.copy()
    query["topic"] = moved
    return HttpResponsePermanentRedirect(f"{request.path}?{query.urlencode()}")
