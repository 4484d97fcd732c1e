"""Pages about the archive."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from pressroom.infra.office import origin
from releases.models import Release, Topic
from releases.output.citations import cite
from releases.output.edition import Edition, read_releases
from releases.output.renditions import download_links
from releases.web.forms import query_string

# The day somebody last compared the accessibility page with the site.
ACCESSIBILITY_REVIEWED_ON = datetime.date(2026, 11, 24)


def archive(request: HttpRequest) -> HttpResponse:
    """Show what the archive contains and promises, and how corrections work."""
    extent = Release.objects.published(timezone.now()).count_and_dates()
    return render(request, "about/archive.html", {"extent": extent})


def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "about/accessibility.html", {"reviewed": ACCESSIBILITY_REVIEWED_ON})


def citing(request: HttpRequest) -> HttpResponse:
    """Explain how to cite, with the latest release as the example."""
    edition = _latest(request)
    context = {
        "edition": edition,
        "citations": edition and cite(edition),
        "exports": edition and download_links(edition, citations=True),
    }
    return render(request, "about/citing.html", context)


def journalists(request: HttpRequest) -> HttpResponse:
    """Explain feeds, downloads, data and embargoes, with working links."""
    edition = _latest(request)
    context = {
        "edition": edition,
        "feeds": _feeds(),
        "files": edition and download_links(edition, citations=False),
        "year_query": query_string({"year": edition.date.year}) if edition else "",
    }
    return render(request, "about/journalists.html", context)


def _latest(request: HttpRequest) -> Edition | None:
    """Return the latest public release, or None in an empty archive."""
    newest = read_releases(Release.objects.published(timezone.now()).newest_first()[:1])
    return Edition.of(newest[0], origin(request)) if newest else None


def _feeds() -> list[tuple[str, str, str]]:
    """Return label, URL name and query of example feeds.

    They are all releases and the most frequent topic, once as a filter and once as a search.
    """
    feeds = [(_("All releases"), "feed-releases", "")]
    published = Release.objects.published(timezone.now())
    if topic := Topic.objects.with_releases(published).frequent_first().first():
        name = {"topic": topic.name}
        by_topic, by_words = query_string({"topic": topic.slug}), query_string({"q": topic.name})
        feeds.append((_("Topic: %(topic)s") % name, "feed-releases", by_topic))
        feeds.append((_("Search: %(topic)s") % name, "feed-search", by_words))
    return feeds
