"""API version 1: read-only, no key, with the visibility rule and query language of the site."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.content.cursors import Cursor
from releases.models import Release, Version
from releases.output import tables
from releases.output.edition import Edition
from releases.output.renditions.json_document import ALL_FIELDS, describe
from releases.search.newest import count, most_relevant, newest
from releases.web import http_caching, moved_topics
from releases.web.api import description, streams
from releases.web.api.parameters import (
    DEFAULT_LIMIT,
    ApiForm,
    next_page_query,
    read_download,
    read_parameters,
    read_release_parameters,
)
from releases.web.api.problems import ProblemError, endpoint
from releases.web.on_record import release_or_404
from releases.web.response_cache import Shown, cached_per_state, set_shown
from releases.web.views.topics import topic_facets

MOST_WORK = 500_000  # microseconds of parsing per page; the rest is on the next page
BATCH = 200  # releases of a streamed list in memory


@cost(2)
@endpoint
def releases(request: HttpRequest) -> HttpResponseBase:
    """List a page of matching releases, newest or best first."""
    form, now = read_parameters(request.GET), timezone.now()
    size = form.value("limit") or DEFAULT_LIMIT
    # One row more than a page, to know whether there is a next one.
    rows = _batch(form, size + 1, now, form.page_cursor)
    if not rows and (moved := moved_topics.answer(request, form.chosen.get("topic"))):
        return moved
    editions = list(_page(Edition.of(row, origin(request)) for row in rows[:size]))
    more = next_page_query(form, editions[-1].release) if len(rows) > len(editions) else None
    body = {
        "releases": [describe(edition, form.field_names()) for edition in editions],
        "total": _total(request, form, now),
        "next": more and origin(request) + request.path + more,
        "ignored": [*form.query.ignored, *form.left_out],
    }
    prints = (edition.fingerprint() for edition in editions)
    etag = http_caching.make_etag(request.get_full_path(), str(more), str(body["total"]), *prints)
    return http_caching.conditional_response(request, lambda: _json(body), etag=etag)


@endpoint
def release(request: HttpRequest, number: str) -> HttpResponseBase:
    """Return one release, in version `v` or the latest."""
    version, names = read_release_parameters(request.GET)
    now = timezone.now()
    found = release_or_404(number, now)
    if found.is_taken_down:
        is_blocked = found.status == Release.Status.BLOCKED
        status, title = (451, "Blocked by law") if is_blocked else (410, "Removed")
        raise ProblemError(status, title, found.status_reason, number=number)
    if replacement := found.replacement(now):
        query = {"fields": ",".join(names)} if names else None
        return HttpResponseRedirect(reverse("api-release", args=[replacement.number], query=query))
    edition = _edition(request, found, version)
    if found.is_published(now):  # a withdrawn one leads on to others
        set_shown(request, Shown((found.pk, found.translation_of_id or found.pk)))
    return http_caching.conditional_response(
        request,
        lambda: _json(describe(edition, names)),
        etag=http_caching.make_etag("api", *names, edition.fingerprint()),
    )


@cost(60)
@endpoint
def stream(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Stream all matching releases as one file, with one batch in memory."""
    columns = tables.COLUMNS if kind == "csv" else ALL_FIELDS
    form = read_download(request.GET, columns)
    now = timezone.now()
    first = _batch(form, BATCH, now, form.page_cursor)  # errors surface before the first line
    if not first and (moved := moved_topics.answer(request, form.chosen.get("topic"))):
        return moved
    site = origin(request)
    editions = (Edition.of(row, site) for row in _all_batches(form, first, now))
    write = tables.csv_lines if kind == "csv" else tables.json_lines
    lines = write(editions, form.field_names(columns))
    return streams.response(request, kind, form.file_name(kind), lines)


@endpoint
def topics(request: HttpRequest) -> HttpResponseBase:
    """List the topics of public releases, with the number of releases."""
    site = origin(request)
    body = {
        "topics": [
            {
                "slug": topic.value,
                "name": topic.label,
                "releases": topic.count,
                "url": site + reverse("topic", args=[topic.value]),
            }
            for topic in topic_facets(request)
        ]
    }
    etag = http_caching.make_etag(json.dumps(body))
    return http_caching.conditional_response(request, lambda: _json(body), etag=etag)


@endpoint
def openapi(request: HttpRequest) -> HttpResponseBase:
    return _json(description.document(origin(request)))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI description as a page, with examples."""
    context = {
        "api": description.document(origin(request)),
        "columns": tables.COLUMNS,
        "fields": ALL_FIELDS,
        "sample": description.sample(origin(request)),
    }
    return render(request, "api/docs.html", context)


@endpoint
def not_found(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer 404 with a problem document for any other API URL."""
    raise ProblemError(404, "Not found", f"There is nothing at {request.path}. See /api/v1/docs")


def _page(editions: Iterable[Edition]) -> Iterator[Edition]:
    """Yield at least one edition, and as many as MOST_WORK allows."""
    work = 0
    for edition in editions:
        work += edition.work
        if work > max(MOST_WORK, edition.work):
            return
        yield edition


def _batch(form: ApiForm, size: int, at: datetime.datetime, after: Cursor | None) -> list[Release]:
    first = ((form.value("page") or 1) - 1) * (size - 1)
    if form.is_by_relevance:
        return most_relevant(form.query, form.filters, first, size, at)
    return newest(form.query, form.filters, size, at, after, form.releases(at), first)


def _total(request: HttpRequest, form: ApiForm, at: datetime.datetime) -> int:
    """Return the number of releases on all pages."""

    def make() -> int:
        if form.query.tree:
            return count(form.query, form.filters, at)
        return form.releases(at).filtered_by(**asdict(form.filters)).count()

    state = (form.in_words, form.value("status"), form.value("updated_since"))
    return cached_per_state(request, f"api total {state}", make)


def _all_batches(form: ApiForm, first: list[Release], at: datetime.datetime) -> Iterator[Release]:
    """Yield the releases of the first and all later batches, `limit` at most."""
    limit = form.value("limit")
    batch, sent = first, 0
    while batch:
        rows = batch[: limit - sent] if limit else batch
        yield from rows
        sent += len(rows)
        if len(batch) < BATCH or sent == limit:
            return
        # A cursor, not an offset: releases withdrawn meanwhile shift no others.
        batch = _batch(form, BATCH, at, batch[-1].page_cursor)


def _edition(request: HttpRequest, release: Release, version: int | None) -> Edition:
    try:
        return Edition.of(release, origin(request), version)
    except Version.DoesNotExist as error:
        raise ProblemError(404, "Not found", str(error)) from error


def _json(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), "application/json")
