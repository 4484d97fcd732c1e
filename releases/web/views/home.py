"""Home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from releases.models import Release
from releases.web.views.topics import frequent_first, topic_facets

LATEST_COUNT = 9
HOME_TOPIC_COUNT = 14


def home(request: HttpRequest) -> HttpResponse:
    """Show the latest releases, the search box, topics and the press contact.

    In a language other than the default one, it shows the releases in it, if there are any. In the
    default one, it leaves out translations of the releases that it shows in it.
    """
    published = Release.objects.published(timezone.now())
    language = get_language()
    in_language = []
    if language and language != settings.LANGUAGE_CODE:
        in_language = list(published.filtered_by(language=language).for_listing()[:LATEST_COUNT])
    latest = in_language or _latest(published.for_listing()[: 2 * LATEST_COUNT])
    leading = latest[0] if latest else None
    context = {
        "leading": leading,
        "lead_image": leading and leading.images.filter(is_lead=True).first(),
        "latest": latest,
        "language": language if in_language else "",
        "topics": frequent_first(topic_facets(request))[:HOME_TOPIC_COUNT],
    }
    return render(request, "home.html", context)


def _latest(found: Iterable[Release]) -> list[Release]:
    """Return the first LATEST_COUNT without other languages of those in the default one."""
    releases = list(found)
    while repeated := _repeated(releases[:LATEST_COUNT]):
        releases = [each for each in releases if each not in repeated]
    return releases[:LATEST_COUNT]


def _repeated(shown: list[Release]) -> list[Release]:
    in_default = {_original(each) for each in shown if _is_in_default_language(each)}
    return [
        each
        for each in shown
        if not _is_in_default_language(each) and _original(each) in in_default
    ]


def _original(release: Release) -> int:
    return release.translation_of_id or release.pk


def _is_in_default_language(release: Release) -> bool:
    return release.language.partition("-")[0] == settings.LANGUAGE_CODE.partition("-")[0]
