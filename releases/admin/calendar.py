"""Calendar of embargoes and publications: a page a month, and an iCalendar feed for one person."""

from __future__ import annotations

import datetime
from calendar import SUNDAY, Calendar
from collections import defaultdict
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string

from pressroom.infra.office import origin
from releases.admin.my_settings import digest_of
from releases.models import Release

VIEW = "releases.view_release"
FIRST_YEAR, LAST_YEAR = 1900, 2200
FEED_PAST = datetime.timedelta(days=31)
MAX_EVENTS = 500


def page(
    request: HttpRequest, context: dict[str, Any], year: int = 0, month: int = 0
) -> HttpResponse:
    """Show one month, by default this one. Raises Http404 for a month no calendar has."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    today = timezone.localdate()
    year, month = year or today.year, month or today.month
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Http404("There is no such month.")
    first = datetime.date(year, month, 1)
    return render(
        request,
        "admin/calendar.html",
        {
            **context,
            "title": f"Calendar: {first:%B %Y}",
            "first": first,
            "previous": first - datetime.timedelta(days=1),
            "next": first + datetime.timedelta(days=31),
            "weeks": _weeks(first),
            "today": today,
            "now": timezone.now(),
        },
    )


def _weeks(first: datetime.date) -> list[list[dict[str, Any]]]:
    """Return the weeks of the month, each of seven days with their releases."""
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    by_day = _releases_by_day(weeks[0][0], weeks[-1][-1])
    return [
        [
            {"date": day, "releases": by_day[day], "is_outside": day.month != first.month}
            for day in week
        ]
        for week in weeks
    ]


def _releases_by_day(
    first: datetime.date, last: datetime.date
) -> dict[datetime.date, list[Release]]:
    """Return approved releases by the day of their moment in the office's zone."""
    start = timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
    end = timezone.make_aware(
        datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time())
    )
    found = Release.objects.filter(
        status=Release.Status.APPROVED, release_at__gte=start, release_at__lt=end
    )
    by_day: dict[datetime.date, list[Release]] = defaultdict(list)
    listed = found.only("number", "title", "release_at", "status", "language")
    for release in listed.order_by("release_at", "pk")[:MAX_EVENTS]:
        assert release.release_at is not None  # filtered by it
        by_day[timezone.localdate(release.release_at)].append(release)
    return by_day


def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Return the calendar of the person whose secret address this is (RFC 5545)."""
    person = User.objects.filter(
        staff_settings__calendar_digest=digest_of(token), is_active=True, is_staff=True
    ).first()
    if person is None or not person.has_perm(VIEW):
        raise Http404("There is no such calendar.")
    now = timezone.now()
    since = Release.objects.filter(
        status=Release.Status.APPROVED, release_at__gte=now - FEED_PAST
    ).order_by("-release_at", "-pk")
    # Its library takes megabytes in each process that has it.
    write = import_string("releases.admin.calendar_feed.write")
    content = write(since[:MAX_EVENTS], origin(request), now)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["X-Robots-Tag"] = "noindex"
    return answer
