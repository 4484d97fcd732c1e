"""Facets of a list or search, with display labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import ExtractYear
from django.utils.translation import get_language, get_language_info

from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.search.engine import Facets


@dataclass(slots=True)  # freezing would take twice as long: there are dozens on a page
class Facet:
    """A value, its label, and the number of releases that have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class NamedFacets:
    """Facets in display order: newest year first, most frequent topic and language first."""

    years: tuple[Facet, ...] = ()
    topics: tuple[Facet, ...] = ()
    languages: tuple[Facet, ...] = ()


def name_facets(facets: Facets) -> NamedFacets:
    """Label and sort counts for display."""
    years = sorted(facets.years.items(), reverse=True)
    return NamedFacets(
        tuple(Facet(str(year), str(year), count) for year, count in years),
        _frequent_first((-n, name, slug) for (slug, name), n in facets.topics.items()),
        _frequent_first((-n, language_name(tag), tag) for tag, n in facets.languages.items()),
    )


def count_rows(releases: ReleaseQuerySet[Release], *by: str) -> list[list[Any]]:
    """Count a list's years, topics and languages in three database queries, also for each value of
    the fields `by`.

    Returns JSON-serializable rows for the response cache; `from_rows` reads them.
    """
    listed = releases.order_by()
    topics = listed.filter(topics__isnull=False).values_list(*by, "topics__slug", "topics__name")
    return [
        list(listed.values_list(*by, ExtractYear("date")).annotate(Count("pk"))),
        list(topics.annotate(Count("pk"))),
        list(listed.values_list(*by, F("language")).annotate(Count("pk"))),
    ]


def from_rows(rows: list[list[Any]]) -> Facets:
    """Return the facets that `count_rows` counted."""
    years, topics, languages = rows
    return Facets(
        dict(years), {(slug, name): count for slug, name, count in topics}, dict(languages)
    )


def language_name(tag: str) -> str:
    """Return the name of a language (BCP 47 tag) in the active language, or the tag itself."""
    return _language_name(tag, get_language())


@lru_cache(1 << 10)
def _language_name(tag: str, _active: str) -> str:
    try:
        return str(get_language_info(tag.lower())["name_translated"])
    except KeyError:
        return tag


def _frequent_first(counted: Iterable[tuple[int, str, str]]) -> tuple[Facet, ...]:
    """Return the facets of negative counts, labels and values in their order."""
    return tuple(Facet(value, label, -negative) for negative, label, value in sorted(counted))
