"""Lists of releases: all of them, and archives by date."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.search import facets
from releases.web import moved_topics, public_counts
from releases.web import timeline as timelines
from releases.web.forms import FilterForm, ListingForm, PageForm, paginate, query_string
from releases.web.response_cache import cached_per_state


def listing(request: HttpRequest) -> HttpResponse:
    """List all releases, newest first, filtered by topic, year and language."""
    return render_listing(request, ListingForm(request.GET), {"heading": _("All releases")})


def render_listing(
    request: HttpRequest, form: FilterForm, context: dict[str, Any], topic: str | None = None
) -> HttpResponse:
    filters = {"topic": topic, **form.chosen}
    releases = Release.objects.published(timezone.now()).filtered_by(**filters)
    counts = facets.from_rows(_count(request, filters, releases))
    if not counts.years and (moved := moved_topics.answer(request, form.chosen.get("topic"))):
        return moved
    named_facets = facets.name_facets(counts)
    page, ignored = paginate(releases.for_listing(), form, sum(counts.years.values()))
    context |= {
        **form.offered(named_facets),
        "page": page,
        "ignored": ignored,
        "chips": form.chips(named_facets),
        "year": form.value("year") if counts.years else None,
        "feed_query": query_string(filters) if any(filters.values()) else "",
    }
    return render(request, "releases/listing.html", context)


def _count(
    request: HttpRequest, filters: dict[str, Any], releases: ReleaseQuerySet[Release]
) -> public_counts.Rows:
    if not any(filters.values()):
        return public_counts.count(request)
    return cached_per_state(request, f"facets {filters}", lambda: facets.count_rows(releases))


def archive(
    request: HttpRequest, year: int, month: int | None = None, day: int | None = None
) -> HttpResponse:
    """List the releases of a year, month or day, by printed date; 404 if there are none."""
    published = Release.objects.published(timezone.now())
    days = _count_days(published.dated(year, month)) if month else {}
    months = [] if month else _count_months(request, year, published)
    total = sum(n for date, n in days.items() if day in (None, date.day))
    total += sum(n for *_, n in months)
    if not total:
        raise Http404("No release of that date.")
    rows = published.dated(year, month, day).for_listing()
    page, ignored = paginate(rows, PageForm(request.GET), total)
    context = {
        "page": page,
        "ignored": ignored,
        "heading": _("Releases from %(period)s") % {"period": _period(year, month, day)},
        "year": year,
        "month": month,
        "month_name": month and MONTHS[month],
        "day": day,
        "months": _bars(year, months) if months else [],
        "calendar": _calendar(year, month, days) if month else None,
        "feed_query": query_string({"year": year}),
    }
    return render(request, "releases/archive.html", context)


def _count_months(
    request: HttpRequest, year: int, published: ReleaseQuerySet[Release]
) -> list[Any]:
    count = partial(timelines.count_rows, published.dated(year))
    return cached_per_state(request, f"months of {year}", count)


def _bars(year: int, months: list[Any]) -> list[timelines.Bar]:
    """Return the months of the year, in the current one without those to come."""
    bars = timelines.months_of(year, months)
    return [bar for bar in bars if bar.count or bar.start <= timezone.localdate()]


def _count_days(releases: ReleaseQuerySet[Release]) -> dict[datetime.date, int]:
    return dict(releases.order_by().values_list("date").annotate(Count("pk")))


def _calendar(year: int, month: int, counts: dict[datetime.date, int]) -> dict[str, Any]:
    """Return the weekdays and weeks of the month in the order of the reader's language."""
    first = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7  # Django's 0 is Sunday
    names = [(WEEKDAYS[each % 7], WEEKDAYS_ABBR[each % 7]) for each in range(first, first + 7)]
    return {"weekdays": names, "weeks": timelines.weeks(year, month, counts, first)}


def timeline(request: HttpRequest) -> HttpResponse:
    """Show the number of releases per year and month, each a link to its list."""
    published = Release.objects.published(timezone.now())
    rows = cached_per_state(request, "timeline", lambda: timelines.count_rows(published))
    return render(request, "releases/timeline.html", {"years": timelines.years(rows)})


def _period(year: int, month: int | None, day: int | None) -> str:
    if month and day:
        return date_format(datetime.date(year, month, day))
    return date_format(datetime.date(year, month, 1), "YEAR_MONTH_FORMAT") if month else str(year)
