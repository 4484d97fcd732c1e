"""The pages about the archive itself: what it promises, how it is cited, followed and read."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from releases.models import Release, Topic
from releases.output.citations import cite
from releases.output.edition import Edition
from releases.output.renditions import download_links
from releases.web.forms import query_string
from releases.web.views.releases.renditions import site

ACCESSIBILITY_REVIEWED_ON = datetime.date(
    2026, 11, 24
)  # when somebody last held the accessibility page to the site


def archive(request: HttpRequest) -> HttpResponse:
    """What the archive holds now, what it promises, and how corrections work."""
    extent = Release.objects.published(timezone.now()).extent()
    return render(request, "about/archive.html", {"extent": extent})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "about/accessibility.html", {"reviewed": ACCESSIBILITY_REVIEWED_ON})


def citing(request: HttpRequest) -> HttpResponse:
    """How a release, a version and a paragraph are cited; the latest release is the example."""
    edition = _latest(request)
    context = {
        "edition": edition,
        "citations": edition and cite(edition),
        "exports": edition and download_links(edition, citations=True),
    }
    return render(request, "about/citing.html", context)


def journalists(request: HttpRequest) -> HttpResponse:
    """Feeds, downloads, data and embargoes, with addresses that work."""
    edition = _latest(request)
    context = {
        "edition": edition,
        "feeds": _feeds(),
        "files": edition and download_links(edition, citations=False),
        "year_query": query_string({"year": edition.date.year}) if edition else "",
    }
    return render(request, "about/journalists.html", context)


def _latest(request: HttpRequest) -> Edition | None:
    """The latest public release; None in an empty archive."""
    release = Release.objects.published(timezone.now()).newest_first().for_editions().first()
    return Edition.of(release, site(request)) if release else None


def _feeds() -> list[tuple[str, str, str]]:
    """Label, address name and query of some feeds: of all releases, and of the most frequent topic
    by its filter and by its words."""
    feeds = [(_("All releases"), "feed-releases", "")]
    published = Release.objects.published(timezone.now())
    if topic := Topic.objects.with_releases(published).frequent_first().first():
        name = {"topic": topic.name}
        by_topic, by_words = query_string({"topic": topic.slug}), query_string({"q": topic.name})
        feeds.append((_("Topic: %(topic)s") % name, "feed-releases", by_topic))
        feeds.append((_("Search: %(topic)s") % name, "feed-search", by_words))
    return feeds
