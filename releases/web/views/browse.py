"""Home, the lists of all releases and of a topic's, and the archives by date."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from releases.models import Release, Topic
from releases.search import facets
from releases.search.facets import Facet
from releases.web.forms import FilterForm, PageForm, TopicForm, paginate, query_string
from releases.web.response_cache import cached_per_state

LATEST_COUNT = 6
HOME_TOPIC_COUNT = 16  # topics on the front page


def home(request: HttpRequest) -> HttpResponse:
    """The front page: the latest releases, the search box, topics and the press contact."""
    latest = Release.objects.published(timezone.now()).for_listing()[:LATEST_COUNT]
    topics = sorted(_topic_facets(request), key=lambda topic: (-topic.count, topic.label))[
        :HOME_TOPIC_COUNT
    ]
    return render(request, "releases/home.html", {"latest": latest, "topics": topics})


def listing(request: HttpRequest) -> HttpResponse:
    """All releases, newest first, narrowed by topic, year and language."""
    return _render_listing(request, FilterForm(request.GET), {"heading": _("All releases")})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The releases on a topic; 404 for one without any that the public may see."""
    published = Release.objects.published(timezone.now())
    found = get_object_or_404(Topic.objects.filed_under(published), slug=slug)
    return _render_listing(request, TopicForm(request.GET), {"heading": found.name}, slug)


def topics(request: HttpRequest) -> HttpResponse:
    """All topics that have releases, with how many."""
    return render(request, "releases/topics.html", {"topics": _topic_facets(request)})


def _topic_facets(request: HttpRequest) -> list[Facet]:
    published = Release.objects.published(timezone.now())
    counted = Topic.objects.with_releases(published)
    told = counted.values_list("slug", "name", "count")  # type: ignore[misc]  # an annotation
    rows = cached_per_state(request, "topics", lambda: list(told))
    return [Facet(*row) for row in rows]


def _render_listing(
    request: HttpRequest, form: FilterForm, context: dict[str, Any], topic: str | None = None
) -> HttpResponse:
    filters = {"topic": topic, **form.chosen}
    releases = Release.objects.published(timezone.now()).filtered_by(**filters)
    rows = cached_per_state(request, f"facets {filters}", lambda: facets.count_rows(releases))
    counts = facets.from_rows(rows)
    named = facets.name_facets(counts)
    page, ignored = paginate(releases.for_listing(), form, sum(counts.years.values()))
    context |= {
        "page": page,
        "ignored": ignored,
        "chips": form.chips(named),
        "groups": form.groups(named),
        "year": form.value("year") if counts.years else None,
        "feed_query": query_string(filters) if any(filters.values()) else "",
    }
    return render(request, "releases/listing.html", context)


def archive(
    request: HttpRequest, year: int, month: int | None = None, day: int | None = None
) -> HttpResponse:
    """The releases of a year, a month or a day, by their printed date; 404 where there is none."""
    releases = Release.objects.published(timezone.now()).dated(year, month, day)
    if not releases.exists():
        raise Http404("No release of that date.")
    page, ignored = paginate(releases.for_listing(), PageForm(request.GET))
    context = {
        "page": page,
        "ignored": ignored,
        "heading": _("Releases of %(period)s") % {"period": _period(year, month, day)},
        "year": year,
        "month": month,
        "month_name": month and MONTHS[month],
        "day": day,
        "months": [] if month else releases.dates("date", "month"),
        "days": releases.dates("date", "day") if month and not day else [],
    }
    return render(request, "releases/archive.html", context)


def _period(year: int, month: int | None, day: int | None) -> str:
    if month and day:
        return date_format(datetime.date(year, month, day))
    return date_format(datetime.date(year, month, 1), "YEAR_MONTH_FORMAT") if month else str(year)
