"""List of topics, and the releases on one topic."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from releases.models import Release, Topic
from releases.search.facets import Facet
from releases.web import moved_topics, public_counts
from releases.web.forms import TopicForm
from releases.web.views.releases.lists import render_listing

FREQUENT_COUNT = 12  # topics in the list of the most used


def topics(request: HttpRequest) -> HttpResponse:
    """List the topics of public releases, with counts."""
    found = topic_facets(request)
    in_order = sorted(found, key=lambda topic: (_letter(topic), topic.label.casefold()))
    letters = [(letter, list(group)) for letter, group in groupby(in_order, key=_letter)]
    frequent = frequent_first(found)[:FREQUENT_COUNT] if len(found) > FREQUENT_COUNT else []
    return render(request, "topics.html", {"letters": letters, "frequent": frequent})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """List the releases on a topic; 404 if none is public."""
    published = Release.objects.published(timezone.now())
    found = Topic.objects.of_releases(published).filter(slug=slug).first()
    if found is None:
        if moved := moved_topics.present_slug(slug):
            return moved_topics.redirect_to(request, reverse("topic", args=[moved]))
        raise Http404("No public release is on this topic.")
    context = {"heading": found.name, "description": found.description}
    return render_listing(request, TopicForm(request.GET), context, slug)


def frequent_first(found: Iterable[Facet]) -> list[Facet]:
    """Sort topics by their number of releases, the largest first."""
    return sorted(found, key=lambda topic: (-topic.count, topic.label))


def _letter(topic: Facet) -> str:
    """Return the first letter of the topic's name without its accent; "#" if it is no letter."""
    first = unicodedata.normalize("NFD", topic.label[:1])[:1].upper()
    return first if first.isalpha() else "#"


def topic_facets(request: HttpRequest) -> list[Facet]:
    """Return the topics of public releases by name, in the order of code points."""
    found = (Facet(*row) for row in public_counts.count(request)[1])
    return sorted(found, key=lambda topic: topic.label)
