"""Every address of the public site, and what of a release would give it away there.

The addresses come from the URLconf, so that a new one is included by itself; a new converter is
given an example in `examples`.
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

from releases.models import Release
from releases.models.files import ORIGINAL, ReleaseFile

Examples = Mapping[str, Sequence[Any]]

MAX_RARE_WORDS = 12  # at most, of those that no public release has
MAX_CANDIDATES = 60  # the longest words of the release: each costs a look through the archive
MIN_WORD_LENGTH = 6  # letters
UNKNOWN_TOKEN = "0" * 43  # the address of no preview


def examples(
    number: str,
    date: datetime.date,
    slugs: Iterable[str],
    files: Iterable[tuple[str, str]] = (),
    versions: int = 1,
    tokens: Iterable[str] = (UNKNOWN_TOKEN,),
) -> dict[str, list[Any]]:
    """What may stand in an address, by the name of its parameter, else by its converter's.

    `files` are keys with the names of their files.
    """
    keyed = list(files) or [("0" * 32, ORIGINAL)]
    numbers = range(1, versions + 2)
    return {
        "number": [number],
        "slug": list(dict.fromkeys([*slugs, "other"])),
        "year": [date.year],
        "month": [date.month],
        "day": [date.day],
        "key": list(dict.fromkeys(key for key, _ in keyed)),
        "name": list(dict.fromkeys(name for _, name in keyed)),
        "token": list(tokens),
        "VersionConverter": list(numbers),
        "ParagraphConverter": [1, 2],
        "VersionPairConverter": list(pairwise(numbers)),
        "section": ["releases"],
        "rest": ["nowhere"],
    }


def examples_for(release: Release) -> dict[str, list[Any]]:
    """The same for a release that has a number."""
    assert release.number
    assert release.date  # whatever has a number has a date
    slugs = [release.slug, *(topic.slug for topic in release.topics.all())]
    files = [
        (file.key, name)
        for file in _files(release)
        for name in (ORIGINAL, *(stored.name for stored in file.stored()))
    ]
    return examples(release.number, release.date, slugs, files, release.versions.count())


def public_addresses(given: Examples, queries: Sequence[str] = ("",)) -> list[str]:
    """All paths that the public URLconf makes of the examples, each with each query ("?q=…"); a
    file's address without, for it heeds none. LookupError names a converter without an example."""
    found = set()
    for route, converters in _routes(get_resolver()):
        asked = [""] if "key" in converters else queries
        found |= {path + query for path in _paths_of(route, converters, given) for query in asked}
    return sorted(found)


def guessed_queries(release: Release, words: Sequence[str]) -> list[str]:
    """What somebody would ask lists and the search for who guesses at the release."""
    asked = ["", "?page=2", f"?q={quote_plus(release.title)}"]
    asked += [f"?q={quote_plus(word)}" for word in words[:2]]
    asked += [f"?q={quote_plus(word[:5])}*" for word in words[:1]]
    asked += [f"?topic={topic.slug}" for topic in release.topics.all()]
    return [*asked, f"?year={release.date.year}"] if release.date else asked


def rare_words(release: Release, at: datetime.datetime) -> list[str]:
    """Its longest words that no release that is public at `at` has, itself apart."""
    parts = [release.title, release.subtitle, release.body]
    for section in release.sections.all():
        parts += [section.heading, section.body]
    words = dict.fromkeys(re.findall(rf"[^\W\d_]{{{MIN_WORD_LENGTH},}}", " ".join(parts)))
    public = Release.objects.published(at).exclude(pk=release.pk).order_by()
    longest = sorted(words, key=len, reverse=True)[:MAX_CANDIDATES]
    rare = (word for word in longest if not public.filter(_has_word(word)).exists())
    return list(islice(rare, MAX_RARE_WORDS))


def identifying_strings(release: Release, words: Sequence[str]) -> list[str]:
    """What names it beyond doubt: its title, its slug, the keys of its files, its rare words."""
    return [release.title, release.slug, *(file.key for file in _files(release)), *words]


def find_leaks(named: Iterable[str], answer: str, address: str) -> set[str]:
    """The marks that stand in an answer, its headers included, as it is or as a browser prints it.
    What was asked for in the address is echoed; it tells nothing."""
    asked = unquote_plus(address).lower()
    printed = html.unescape(re.sub(r"<[^>]*>", "", answer))
    text = " ".join(f"{answer} {html.unescape(answer)} {printed}".lower().split())
    return {mark for mark in named if mark.lower() in text and mark.lower() not in asked}


def is_address_of(address: str, release: Release) -> bool:
    """Whether nobody but the release has the address: an answer there gives it away, whatever it
    says."""
    path = address.partition("?")[0]
    keys = [file.key for file in _files(release)]
    return any(part in path.split("/") for part in (release.number, *keys))


def _has_word(word: str) -> Q:
    return Q(title__icontains=word) | Q(body__icontains=word)


def _files(release: Release) -> list[ReleaseFile]:
    return [*release.images.all(), *release.attachments.all()]


def _routes(resolver: Any, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pattern of the public site, as its route and its converters."""
    for entry in resolver.url_patterns:
        for beginning in _route_prefixes(entry):
            route = prefix + beginning
            if isinstance(entry, URLResolver) and not route.startswith("admin/"):
                yield from _routes(entry, route)
            elif isinstance(entry, URLPattern):
                yield route, entry.pattern.converters


def _route_prefixes(entry: URLPattern | URLResolver) -> list[str]:
    """The route of an entry; of one for each language of the interface, in all of them."""
    if not isinstance(entry.pattern, LocalePrefixPattern):
        return [str(entry.pattern)]
    beginnings = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            beginnings.append(str(entry.pattern))
    return beginnings


def _fixed_values(regex: str) -> list[str]:
    """All values of a converter that knows a fixed list of them, as txt|csl\\.json; else none."""
    is_list = re.fullmatch(r"(?:\w|\\\.)+(?:\|(?:\w|\\\.)+)+", regex)
    return regex.replace("\\", "").split("|") if is_list else []


def _paths_of(route: str, converters: Mapping[str, Any], given: Examples) -> list[str]:
    """The paths that a route makes with the examples."""
    paths = ["/" + route]
    for name, converter in converters.items():
        kind = type(converter).__name__
        values = given.get(name) or given.get(kind) or _fixed_values(converter.regex)
        if not values:
            raise LookupError(
                f"{route}: give {name} ({kind}) an example in releases/web/leak_scan.py"
            )
        part = next(piece for piece in route.split("<")[1:] if piece.split(">")[0].endswith(name))
        written = "<" + part.split(">")[0] + ">"
        paths = [
            path.replace(written, converter.to_url(value)) for path in paths for value in values
        ]
    return paths
