"""Search page, its suggestions and its help."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pressroom.infra.http.throttling import cost
from releases.search import direct_match, results, scoring
from releases.search.query.explain import explain_query
from releases.search.query.parser import Query
from releases.search.query.tree import Words
from releases.search.suggestions import suggest
from releases.web import missed_searches, moved_topics
from releases.web.forms import SearchForm
from releases.web.http_caching import PRIVATE
from releases.web.languages import translate
from releases.web.response_cache import state_of
from releases.web.views.media import may_see_private

RETRY_AFTER = 30  # seconds


@cost(2)
def page(request: HttpRequest) -> HttpResponse:
    """Show the matching releases, or the search box alone; 503 if the index is unavailable."""
    form = SearchForm(request.GET)
    query = form.query
    if release := direct_match.find_release(query.text, timezone.now()):
        return redirect(release)
    context: dict[str, Any] = {
        "q": query.text,
        "form": form,
        "ignored": [*form.ignored, *query.ignored],
        "feed_name": "feed-search",
        "feed_query": form.address(sort=None),
        "heading": _("this search"),
    }
    if not (query.tree or form.filters.nodes()):
        return render(request, "search/search.html", context)
    try:
        return _results_page(request, form, context)
    except results.SearchUnavailableError:
        response = render(request, "search/unavailable.html", context, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response


def _results_page(request: HttpRequest, form: SearchForm, context: dict[str, Any]) -> HttpResponse:
    """Show a page of results, to staff with `explain` also why each has its rank. Raises
    SearchUnavailableError."""
    found = results.search(
        form.query,
        form.filters,
        form.value("sort") or "relevance",
        form.value("page") or 1,
        timezone.now(),
        state_of(request),
    )
    if not found.total and (moved := moved_topics.answer(request, form.chosen.get("topic"))):
        return moved
    missed_searches.count(form, found)
    context = context | _results_context(form, found)
    if not (request.GET.get("explain") and may_see_private(request)):
        return render(request, "search/search.html", context)
    context["explanations"] = results.explain(found, timezone.now())
    response = render(request, "search/search.html", context)
    response.headers["Cache-Control"] = PRIVATE
    return response


def _results_context(form: SearchForm, found: results.Results) -> dict[str, Any]:
    return {
        "results": found,
        "ignored": [*form.ignored, *found.ignored],
        "chips": form.chips(found.facets, found.without),
        **form.offered(found.facets),
        "understood": _explanation(found.query),
        "orders": _orders(form),
        "orders_hidden": form.parameters_except("sort"),
        "corrected_address": form.address(q=found.text),
        "better_address": form.address(q=found.better.text) if found.better else "",
        "dates_hidden": form.parameters_except("from", "to"),
    }


def suggestions(request: HttpRequest) -> HttpResponse:
    """Return topics and releases for the beginning of a query as JSON; 503 without an index."""
    try:
        found = suggest(request.GET.get("q", ""), timezone.now(), state_of(request))
    except results.SearchUnavailableError:
        return JsonResponse({"suggestions": []}, status=503)
    listed: list[dict[str, str | None]] = [
        {"kind": "topic", "label": topic.name, "address": reverse("topic", args=[topic.slug])}
        for topic in found.topics
    ]
    listed += [
        {
            "kind": "release",
            "label": release.title,
            "language": release.language,
            "number": release.number,
            "address": release.get_absolute_url(),
        }
        for release in found.releases
    ]
    return JsonResponse({"suggestions": listed})


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "search/help.html")


def ranking(request: HttpRequest) -> HttpResponse:
    """Show how results are ranked, with the shares that `scoring` gives."""
    shares = {
        "phrase": scoring.PHRASE_WEIGHT,
        "title_phrase": scoring.TITLE_PHRASE_WEIGHT,
        "lead": scoring.LEAD_WEIGHT,
        "quote": scoring.QUOTE_WEIGHT,
        "near": scoring.NEXT_WEIGHT + scoring.NEAR_WEIGHT,
        "title": scoring.TITLE_WEIGHT,
        "newness": scoring.RECENCY_WEIGHT,
    }
    percents = {name: round(100 * share) for name, share in shares.items()}
    return render(request, "search/ranking.html", {"shares": percents})


def _explanation(query: Query) -> str:
    """Return the query in words, or "" if it is only plain words."""
    plain = query.tree is None or isinstance(query.tree, Words)
    return "" if plain or query.tree is None else explain_query(query.tree, translate)


def _orders(form: SearchForm) -> list[tuple[str, str, bool]]:
    """Return name and value of each order, and whether it is the current one."""
    current = form.value("sort") or "relevance"
    names = {"relevance": _("Most relevant"), "newest": _("Newest first")}
    return [(name, value, value == current) for value, name in names.items()]
