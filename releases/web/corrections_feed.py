"""Corrections and withdrawals as an Atom feed (RFC 4287). An entry's id never changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from pressroom.infra import office
from pressroom.infra.office import origin
from releases.models import FeedAuthority, Version
from releases.web import http_caching
from releases.web.feeds import TAG_YEAR, DatedFeed, xml_safe_values

SIZE = 50  # entries


class _Feed(DatedFeed, Atom1Feed):
    pass


def respond(request: HttpRequest, entries: Iterable[Version], page: str) -> HttpResponseBase:
    """Return the entries, newest first, as a feed that follows a page's address."""
    site = origin(request)
    written = _Feed(
        title=f"{office.current().name}: corrections and withdrawals",
        link=site + page,
        description="",
        language=settings.LANGUAGE_CODE,
        feed_url=site + request.get_full_path(),
        feed_guid=f"https://{FeedAuthority.current()}{request.get_full_path()}",
    )
    for entry in entries:
        written.add_item(**xml_safe_values(_item(entry, site)))
    text = written.writeString("utf-8")
    return http_caching.conditional_response(
        request,
        lambda: HttpResponse(text, content_type="application/atom+xml; charset=utf-8"),
        etag=http_caching.make_etag(text),
    )


def _item(entry: Version, site: str) -> dict[str, Any]:
    release = entry.release
    number = release.number or ""
    withheld = _("Release %(number)s: title withheld") % {"number": number}
    title = withheld if release.title_withheld else release.title
    permanent = reverse("release-by-number", args=[number])
    path = reverse("corrections") if release.is_taken_down else permanent
    return {
        "title": f"{entry.get_kind_display().capitalize()}: {title}",
        "link": site + path,
        "description": entry.note,
        "unique_id": f"tag:{FeedAuthority.current()},{TAG_YEAR}:release/{number}/v{entry.number}",
        "pubdate": entry.at,
        "updateddate": entry.at,
    }
