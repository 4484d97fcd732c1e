"""Corrections, withdrawals and reinstatements in the API."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.content import cursors
from releases.models import Release, Version
from releases.models.querysets import VersionQuerySet
from releases.output import tables
from releases.output.corrections import COLUMNS, describe
from releases.web import http_caching
from releases.web.api import streams
from releases.web.api.parameters import PagingForm, read_paging
from releases.web.api.problems import endpoint
from releases.web.forms import query_string
from releases.web.response_cache import cached_per_state

BATCH = 200  # rows of a stream in memory


@cost(2)
@endpoint
def page(request: HttpRequest) -> HttpResponseBase:
    """List a page of corrections and withdrawals, newest first."""
    form, site = read_paging(request.GET), origin(request)
    log = _log(form, timezone.now())
    # One row more than a page, to know whether there is a next one.
    rows = list(_from(log, form)[: form.size + 1])
    shown = rows[: form.size]
    more = _next(form, shown[-1]) if len(rows) > form.size else None
    body = {
        "corrections": [describe(row, site) for row in shown],
        "total": cached_per_state(
            request, f"corrections total {form.cleaned_data['updated_since']}", log.count
        ),
        "next": more and site + request.path + more,
    }
    text = json.dumps(body, ensure_ascii=False)
    etag = http_caching.make_etag(text)
    return http_caching.conditional_response(
        request, lambda: HttpResponse(text, "application/json"), etag=etag
    )


@cost(20)
@endpoint
def stream(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Stream all corrections and withdrawals as one file."""
    form, site = read_paging(request.GET), origin(request)
    rows = _all(_from(_log(form, timezone.now()), form), form.cleaned_data["limit"])
    if kind == "csv":
        lines = tables.csv_lines(((row, site) for row in rows), columns=COLUMNS)
    else:
        lines = (json.dumps(describe(row, site), ensure_ascii=False) + "\n" for row in rows)
    return streams.response(request, kind, f"corrections.{kind}", lines)


def _log(form: PagingForm, at: datetime.datetime) -> VersionQuerySet[Version]:
    log = Version.objects.corrections_log(Release.objects.on_record(at)).filter(at__lte=at)
    since = form.cleaned_data["updated_since"]
    return log.filter(at__gte=since) if since else log


def _from(log: VersionQuerySet[Version], form: PagingForm) -> VersionQuerySet[Version]:
    return log.following(*form.page_cursor) if form.page_cursor else log


def _next(form: PagingForm, last: Version) -> str:
    names = ("limit", "updated_since")
    given = {name: form.data.get(name) for name in names}
    return query_string({**given, "cursor": cursors.encode(last.page_cursor)})


def _all(log: VersionQuerySet[Version], limit: int | None) -> Iterator[Version]:
    """Yield the rows, `limit` at most, with one batch in memory."""
    sent, batch = 0, list(log[: min(BATCH, limit or BATCH)])
    while batch:
        yield from batch
        sent += len(batch)
        size = min(BATCH, limit - sent) if limit else BATCH
        batch = list(log.following(*batch[-1].page_cursor)[:size]) if size else []
