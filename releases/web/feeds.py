"""Any list or search as an Atom, RSS or JSON feed, with the full text of each release.

Ids derive from release numbers and never change; a correction changes `updated`. Sources:
RFC 4287 (Atom), https://www.rssboard.org/rss-specification, https://jsonfeed.org/version/1.1
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import (
    Atom1Feed,
    Enclosure,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc3339_date,
)
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from pressroom.infra import office
from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.content import markup
from releases.models import FeedAuthority
from releases.output.edition import Edition
from releases.search.newest import newest
from releases.search.results import SearchUnavailableError
from releases.web import http_caching, moved_topics
from releases.web.forms import SearchForm

SIZE = 50  # releases per feed
MOST_WORK = 500_000  # microseconds of parsing; 50 ordinary releases take at most half
MAX_KEPT = 128  # entries that a process keeps: at most 4 MB, if two bytes a character
MAX_KEPT_LENGTH = 16_000  # characters; longer ones are rare, and made for each feed
RETRY_AFTER = 30  # seconds
TAG_YEAR = 2026  # fixed: tag: URIs contain a year (RFC 4151)
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Feed:
    """Content of a feed, independent of its format."""

    title: str
    ignored: str
    page: str  # URL of the list that the feed follows
    address: str
    path: str
    authority: str  # in ids; never changes
    editions: tuple[Edition, ...]
    hub: str  # WebSub

    @property
    def id(self) -> str:
        return f"https://{self.authority}{self.path}"

    @property
    def updated_at(self) -> datetime.datetime:
        """Time of the latest change to any release in the feed."""
        return max((edition.updated_at for edition in self.editions), default=NEVER)

    def entries(self) -> Iterator[tuple[Edition, str]]:
        """Yield each edition with its HTML: in full within MOST_WORK, else its first paragraph."""
        budget = MOST_WORK
        for edition in self.editions:
            is_whole = edition.work <= budget
            budget -= edition.work if is_whole else 0
            yield edition, _content(edition, is_whole)


@cost(2)
@require_safe
def releases(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Newest releases, filtered like the listing."""
    return _feed_response(request, kind, "listing")


@cost(3)
@require_safe
def search(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Newest releases that match a search."""
    return _feed_response(request, kind, "search")


def _feed_response(request: HttpRequest, kind: str, page: str) -> HttpResponseBase:
    form = SearchForm(request.GET)
    site = origin(request)
    try:
        found = newest(form.query, form.filters, SIZE, timezone.now())
    except SearchUnavailableError as error:
        headers = {"Retry-After": str(RETRY_AFTER), "Content-Type": "text/plain; charset=utf-8"}
        return HttpResponse(f"{error} Try again soon.\n", status=503, headers=headers)
    if not found and (moved := moved_topics.answer(request, form.chosen.get("topic"))):
        return moved
    narrowed = form.address(sort=None)
    path = request.path + narrowed.removesuffix("?")
    feed = Feed(
        title=": ".join([office.current().name, form.in_words or "press releases"]),
        ignored=" ".join([*form.ignored, *form.query.ignored]),
        page=site + reverse(page) + narrowed,
        address=site + request.get_full_path(),
        path=path,
        authority=FeedAuthority.current(),
        editions=tuple(Edition.of(release, site) for release in found),
        # Whoever reads a feed through a hub gets what the hub is notified of, and nothing else.
        hub=settings.WEBSUB_HUB if page == "listing" and _is_pinged(request, path, form) else "",
    )
    media_type, write = FORMATS[kind]
    # The address is in it because each feed names its own.
    prints = (edition.fingerprint() for edition in feed.editions)
    response = http_caching.conditional_response(
        request,
        lambda: HttpResponse(write(feed), content_type=f"{media_type}; charset=utf-8"),
        etag=http_caching.make_etag(kind, feed.title, feed.address, feed.hub, *prints),
    )
    if feed.hub:  # W3C WebSub, section 4
        response["Link"] = f'<{feed.hub}>; rel="hub", <{feed.address}>; rel="self"'
    return response


def _is_pinged(request: HttpRequest, path: str, form: SearchForm) -> bool:
    """Return whether the hub is notified of this address: that of all releases, or of a topic."""
    return request.get_full_path() == path and form.parameters_except("topic") == {}


class DatedFeed(SyndicationFeed):
    """Feed that has the same time while it is empty."""

    def latest_post_date(self) -> datetime.datetime:
        """Return the time of the newest entry."""
        # Django's default for an empty feed is now(), which would change at every request.
        return super().latest_post_date() if self.items else NEVER


class _ContentFeed(DatedFeed):
    """Write each item's HTML `content` to the format's element for it."""

    content_element: tuple[str, dict[str, str]]
    link_element: str

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        name, attributes = self.content_element
        handler.addQuickElement(name, item["content"], attributes)

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if hub := self.feed["hub"]:
            handler.addQuickElement(self.link_element, None, {"rel": "hub", "href": hub})


class _Atom(_ContentFeed, Atom1Feed):
    content_element = ("content", {"type": "html"})
    link_element = "link"


class _Rss(_ContentFeed, Rss201rev2Feed):
    content_element = ("content:encoded", {})
    link_element = "atom:link"

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))


def _atom(feed: Feed) -> bytes:
    return _xml(_Atom, feed, files=SIZE)


def _rss(feed: Feed) -> bytes:
    return _xml(_Rss, feed, files=1)  # RSS allows one enclosure


def _xml(kind: type[_ContentFeed], feed: Feed, files: int) -> bytes:
    of_feed = {
        "title": feed.title,
        "link": feed.page,
        "description": feed.ignored or feed.title,
        "language": settings.LANGUAGE_CODE,
        "author_name": office.current().name,
        "subtitle": feed.ignored or None,
        "feed_url": feed.address,
        "feed_guid": feed.id,
        "hub": feed.hub,
    }
    written = kind(**xml_safe_values(of_feed))
    for edition, content in feed.entries():
        written.add_item(**xml_safe_values(_item(feed, edition, content, files)))
    # As text, it would need up to seven times the memory of these bytes.
    output = BytesIO()
    written.write(output, "utf-8")
    return output.getvalue()


def xml_safe_values(values: dict[str, Any]) -> dict[str, Any]:
    """Remove control characters, which would make the whole feed malformed XML."""
    return {name: _xml_safe(value) for name, value in values.items()}


def _xml_safe(value: Any) -> Any:
    if isinstance(value, list):
        return [_xml_safe(part) for part in value]
    return markup.strip_control_characters(str(value)) if isinstance(value, str) else value


def _item(feed: Feed, edition: Edition, content: str, files: int) -> dict[str, Any]:
    return {
        "title": edition.title,
        "link": edition.permalink,
        "description": escape(_lead(edition)),
        "content": content,
        "unique_id": tag_uri(feed.authority, edition),
        "unique_id_is_permalink": False,
        "author_name": office.current().name,
        "pubdate": edition.released_at,
        "updateddate": edition.updated_at,
        "categories": [topic.name for topic in edition.release.printed_topics],
        "enclosures": [
            Enclosure(file["url"], str(file["size_in_bytes"]), file["mime_type"])
            for file in _files(edition)[:files]
        ],
    }


def _json(feed: Feed) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "description": feed.ignored or feed.title,
        "language": settings.LANGUAGE_CODE,
        "authors": [{"name": office.current().name}],
        **({"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}),
        "items": [_json_item(feed, *entry) for entry in feed.entries()],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _json_item(feed: Feed, edition: Edition, content: str) -> dict[str, Any]:
    return {
        "id": tag_uri(feed.authority, edition),
        "url": edition.permalink,
        "title": edition.title,
        "summary": _lead(edition),
        "content_html": content,
        "date_published": edition.released_at.isoformat(),
        "date_modified": edition.updated_at.isoformat(),
        "language": edition.text.language,
        "tags": [topic.name for topic in edition.release.printed_topics],
        "attachments": _files(edition),
        **({"image": edition.lead_card} if edition.lead_card else {}),
    }


_contents: dict[tuple[str, bool], str] = {}
FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": ("application/atom+xml", _atom),
    "rss": ("application/rss+xml", _rss),
    "json": ("application/feed+json", _json),
}


def tag_uri(authority: str, edition: Edition) -> str:
    """Return the release's permanent tag: URI (RFC 4151), independent of title and URL."""
    return f"tag:{authority},{TAG_YEAR}:release/{edition.number}"


def _lead(edition: Edition) -> str:
    return next(iter(markup.first_paragraphs(edition.text.body)), "")


def _content(edition: Edition, is_whole: bool) -> str:
    """Return the HTML of an entry; an ordinary one is made once for all feeds that have it."""
    key = (edition.fingerprint(), is_whole)
    if (content := _contents.get(key)) is None:
        content = _make_content(edition, is_whole)
        if len(content) <= MAX_KEPT_LENGTH:
            _keep(key, content)
    return content


def _keep(key: tuple[str, bool], content: str) -> None:
    if len(_contents) >= MAX_KEPT:
        _contents.clear()
    _contents[key] = content


def _make_content(edition: Edition, is_whole: bool) -> str:
    context = {"edition": edition, "is_whole": is_whole, "lead": _lead(edition)}
    return render_to_string("feeds/content.html", context)


def _files(edition: Edition) -> list[dict[str, Any]]:
    """Return each image's full-size copy, the lead image first, as JSON Feed attachments."""
    images = sorted(edition.images, key=lambda image: not image.is_lead)
    stored = [(image, image.stored()[0]) for image in images]
    return [
        {
            "url": edition.site + image.address(full.name),
            "mime_type": full.media_type,
            "size_in_bytes": full.byte_size,
            "title": str(image),
        }
        for image, full in stored
    ]
