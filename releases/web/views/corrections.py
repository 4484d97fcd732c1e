"""Public log of corrections and withdrawals, as a page and as a feed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from releases.models import Release, Version
from releases.models.querysets import VersionQuerySet
from releases.web import corrections_feed
from releases.web.forms import CorrectionsForm, paginate, query_string


def log(request: HttpRequest) -> HttpResponse:
    """List corrections, withdrawals and reinstatements, newest first, by kind and year."""
    form = CorrectionsForm(request.GET)
    page, ignored = paginate(_entries(form.chosen), form)
    context = {
        "page": page,
        "ignored": ignored,
        "form": form,
        "years": [at.year for at in _entries({}).datetimes("at", "year", order="DESC")],
        "narrowed": query_string(form.chosen),
    }
    return render(request, "corrections.html", context)


@cost(2)
@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """Send the newest of them as an Atom feed."""
    chosen = CorrectionsForm(request.GET).chosen
    page = reverse("corrections") + query_string(chosen).removesuffix("?")
    return corrections_feed.respond(request, _entries(chosen)[: corrections_feed.SIZE], page)


def _entries(chosen: dict[str, Any]) -> VersionQuerySet[Version]:
    entries = Version.objects.corrections_log(Release.objects.on_record(timezone.now()))
    return entries.narrowed(**chosen)
