"""Scan every public URL for traces of a release under embargo.

URLs come from the URLconf, so new ones are included. A new converter needs a value in `examples`.
"""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from django.conf import settings
from django.db.models import Q
from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.text import slugify

from releases.models import Release
from releases.models.files import ORIGINAL, ReleaseFile

Examples = Mapping[str, Sequence[Any]]

MAX_RARE_WORDS = 12
MAX_CANDIDATES = 60  # words; each costs a query over the archive
MIN_WORD_LENGTH = 6  # letters
UNKNOWN_TOKEN = "0" * 43  # a well-formed token without a preview


def examples(
    number: str,
    date: datetime.date,
    slugs: Iterable[str],
    files: Iterable[tuple[str, str]] = (),
    versions: int = 1,
    tokens: Iterable[str] = (UNKNOWN_TOKEN,),
) -> dict[str, list[Any]]:
    """Return example values by URL parameter, or else by converter class.

    `files` are pairs of key and file name.
    """
    keyed = list(files) or [("0" * 32, ORIGINAL)]
    numbers = range(1, versions + 2)  # one that does not exist, too
    return {
        "number": [number],
        "slug": list(dict.fromkeys([*slugs, "other"])),
        "year": [date.year],
        "month": [date.month],
        "day": [date.day],
        "key": list(dict.fromkeys(key for key, _ in keyed)),
        "name": list(dict.fromkeys(name for _, name in keyed)),
        "token": list(tokens),
        "ColorConverter": ["173f7a"],
        "VersionConverter": list(numbers),
        "ParagraphConverter": [1, 2],
        "VersionPairConverter": list(pairwise(numbers)),
        "section": ["releases"],
        "rest": ["nowhere"],
    }


def examples_for(release: Release) -> dict[str, list[Any]]:
    """Return example values for a numbered release."""
    assert release.number
    assert release.date  # a numbered release has a date
    slugs = [release.slug, *(topic.slug for topic in release.topics.all())]
    files = [
        (file.key, name)
        for file in _files(release)
        for name in (ORIGINAL, *(stored.name for stored in file.stored()))
    ]
    return examples(release.number, release.date, slugs, files, release.versions.count())


def public_addresses(given: Examples, queries: Sequence[str] = ("",)) -> list[str]:
    """Return all public paths for the example values, each with each query ("?q=…").

    Raises LookupError naming a converter without an example.
    """
    found = set()
    for route, converters in _routes(get_resolver()):
        suffixes = [""] if "key" in converters else queries  # file URLs ignore queries
        paths = _paths_of(route, converters, given)
        found |= {path + suffix for path in paths for suffix in suffixes}
    return sorted(found)


def guessed_queries(release: Release, words: Sequence[str]) -> list[str]:
    """Return query strings that someone guessing at the release would try."""
    queries = ["", "?page=2", f"?q={quote_plus(release.title)}"]
    queries += [f"?q={quote_plus(word)}" for word in words[:2]]
    queries += [f"?q={quote_plus(word[:5])}*" for word in words[:1]]
    queries += [f"?topic={topic.slug}" for topic in release.topics.all()]
    return [*queries, f"?year={release.date.year}"] if release.date else queries


def rare_words(release: Release, at: datetime.datetime) -> list[str]:
    """Return the release's longest words that no other release public at `at` contains."""
    parts = [release.title, release.subtitle, release.body]
    for section in release.sections.all():
        parts += [section.heading, section.body]
    words = dict.fromkeys(re.findall(rf"[^\W\d_]{{{MIN_WORD_LENGTH},}}", " ".join(parts)))
    public = Release.objects.published(at).exclude(pk=release.pk).order_by()
    longest = sorted(words, key=len, reverse=True)[:MAX_CANDIDATES]
    rare = (word for word in longest if not public.filter(_has_word(word)).exists())
    return list(islice(rare, MAX_RARE_WORDS))


def identifying_strings(release: Release, words: Sequence[str]) -> list[str]:
    """Return strings that identify the release: title, slug, file keys and rare words."""
    return [release.title, release.slug, *(file.key for file in _files(release)), *words]


def find_leaks(identifiers: Iterable[str], response: str, address: str) -> set[str]:
    """Return the identifiers found in a response (with headers), as sent or as displayed."""
    typed = unquote_plus(address).lower()
    requested = f"{typed} {slugify(typed)}"  # names of downloads echo it in this form
    # Without tags, so that highlighting within a word does not hide it.
    displayed = html.unescape(re.sub(r"<[^>]*>", "", response))
    text = " ".join(f"{response} {html.unescape(response)} {displayed}".lower().split())
    # A page may echo the request: that reveals nothing.
    return {s for s in identifiers if s.lower() in text and s.lower() not in requested}


def is_address_of(address: str, release: Release) -> bool:
    """Return True if the address belongs to the release: any success there reveals it."""
    path = address.partition("?")[0]
    keys = [file.key for file in _files(release)]
    return any(part in path.split("/") for part in (release.number, *keys))


def _has_word(word: str) -> Q:
    return Q(title__icontains=word) | Q(body__icontains=word)


def _files(release: Release) -> list[ReleaseFile]:
    return [*release.images.all(), *release.attachments.all()]


def _routes(resolver: Any, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each public URL pattern's route and converters."""
    for entry in resolver.url_patterns:
        for own_route in _entry_routes(entry):
            route = prefix + own_route
            if isinstance(entry, URLResolver) and not route.startswith("admin/"):
                yield from _routes(entry, route)
            elif isinstance(entry, URLPattern):
                yield route, entry.pattern.converters


def _entry_routes(entry: URLPattern | URLResolver) -> list[str]:
    """Return the entry's route, one per interface language for a language prefix."""
    if not isinstance(entry.pattern, LocalePrefixPattern):
        return [str(entry.pattern)]
    routes = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            routes.append(str(entry.pattern))
    return routes


def _fixed_values(regex: str) -> list[str]:
    """Return the alternatives of a regex such as txt|csl\\.json, or [] for any other regex."""
    is_list = re.fullmatch(r"(?:\w|\\\.)+(?:\|(?:\w|\\\.)+)+", regex)
    return regex.replace("\\", "").split("|") if is_list else []


def _paths_of(route: str, converters: Mapping[str, Any], given: Examples) -> list[str]:
    paths = ["/" + route]
    for name, converter in converters.items():
        kind = type(converter).__name__
        values = given.get(name) or given.get(kind) or _fixed_values(converter.regex)
        if not values:
            raise LookupError(
                f"{route}: add an example of {name} ({kind}) to releases/web/leak_scan.py"
            )
        part = next(piece for piece in route.split("<")[1:] if piece.split(">")[0].endswith(name))
        placeholder = "<" + part.split(">")[0] + ">"
        paths = [
            path.replace(placeholder, converter.to_url(value)) for path in paths for value in values
        ]
    return paths
