"""Home, the list of all releases and the archives by date."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format

from releases.forms import paginate
from releases.models import Release, Topic

LATEST = 6


def home(request: HttpRequest) -> HttpResponse:
    """The front page: the latest releases, the search box, topics and the press contact."""
    published = Release.objects.published(timezone.now())
    topics = Topic.objects.filter(releases__in=published).distinct()
    return render(
        request,
        "releases/home.html",
        {"latest": published.for_listing()[:LATEST], "topics": topics},
    )


def listing(request: HttpRequest) -> HttpResponse:
    """All releases, newest first."""
    releases = Release.objects.published(timezone.now())
    page, ignored = paginate(releases.for_listing(), request.GET)
    years = [date.year for date in releases.dates("date", "year", order="DESC")]
    context = {
        "page": page,
        "ignored": ignored,
        "years": years,
        "heading": "All releases",
    }
    return render(request, "releases/listing.html", context)


def archive(
    request: HttpRequest, year: int, month: int | None = None, day: int | None = None
) -> HttpResponse:
    """The releases of a year, a month or a day, by their printed date; 404 where there is none."""
    releases = Release.objects.published(timezone.now()).dated(year, month, day)
    if not releases.exists():
        raise Http404("No release of that date.")
    page, ignored = paginate(releases.for_listing(), request.GET)
    context = {
        "page": page,
        "ignored": ignored,
        "heading": f"Releases of {_period(year, month, day)}",
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
        return date_format(datetime.date(year, month, day), "F j, Y")
    return f"{MONTHS[month]} {year}" if month else str(year)
