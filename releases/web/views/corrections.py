"""Public log of corrections and withdrawals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from releases.models import Release, Version
from releases.web.forms import PageForm, paginate


def log(request: HttpRequest) -> HttpResponse:
    """List corrections, withdrawals and reinstatements, newest first."""
    entries = Version.objects.corrections_log(Release.objects.on_record(timezone.now()))
    page, ignored = paginate(entries, PageForm(request.GET))
    return render(request, "corrections.html", {"page": page, "ignored": ignored})
