"""The search page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from releases.forms import SearchForm
from releases.search import jump, results

RETRY_AFTER = 30  # seconds


def page(request: HttpRequest) -> HttpResponse:
    """What matches the query, or the empty search box; 503 while the index can not be read."""
    form = SearchForm(request.GET)
    query = form.query
    if release := jump.destination(query.text, timezone.now()):
        return redirect(release)
    context: dict[str, Any] = {"q": query.text, "ignored": [*form.ignored, *query.ignored]}
    if not (query.tree or form.filters.nodes()):
        return render(request, "search/search.html", context)
    try:
        found = results.search(
            query,
            form.filters,
            form.value("sort") or "relevance",
            form.value("page") or 1,
            timezone.now(),
        )
    except results.Unavailable:
        response = render(request, "search/unavailable.html", context, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    context |= {"results": found, "ignored": [*form.ignored, *found.ignored]}
    return render(request, "search/search.html", context)
