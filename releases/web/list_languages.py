"""Language that most releases of a list are in: where it is not the page's, it is named once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from releases.models import Release
from releases.search.facets import language_name


def usual_language(releases: Iterable[Release]) -> str:
    """Return the language of more than half of several releases; else the page's."""
    return _usual(_counts(releases))


def language_note(releases: Iterable[Release]) -> str:
    """Return a line that names the usual language; "" if it is the page's."""
    counts = _counts(releases)
    if (usual := _usual(counts)) == _of_page():
        return ""
    name = {"language": language_name(usual)}
    if len(counts) == 1:
        return _("Language of these releases: %(language)s") % name
    return _("Language of most of these releases: %(language)s") % name


def other_language(release: Release, usual: str) -> str:
    """Return the name of the release's language; "" if it is the usual one or a region's variant
    of it."""
    is_usual = _without_region(release.language) == _without_region(usual)
    return "" if is_usual else language_name(release.language)


def _counts(releases: Iterable[Release]) -> Counter[str]:
    return Counter(_without_region(release.language) for release in releases)


def _usual(counts: Counter[str]) -> str:
    for language, count in counts.most_common(1):
        if 1 < count > counts.total() / 2:
            return language
    return _of_page()


def _of_page() -> str:
    return _without_region(get_language() or "")


def _without_region(language: str) -> str:
    return language.partition("-")[0].lower()
