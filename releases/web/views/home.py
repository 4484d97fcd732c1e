"""Home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from releases.models import Release
from releases.web.views.topics import topic_facets

LATEST_COUNT = 6
HOME_TOPIC_COUNT = 16


def home(request: HttpRequest) -> HttpResponse:
    """Show the latest releases, the search box, topics and the press contact."""
    latest = Release.objects.published(timezone.now()).for_listing()[:LATEST_COUNT]
    topics = sorted(topic_facets(request), key=lambda topic: (-topic.count, topic.label))[
        :HOME_TOPIC_COUNT
    ]
    return render(request, "home.html", {"latest": latest, "topics": topics})
