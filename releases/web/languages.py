"""Interface language by URL, and links to the same page in other languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import get_script_prefix, reverse, translate_url
from django.utils import translation
from django.utils.encoding import iri_to_uri

from pressroom.infra import office
from releases.content.messages import Message
from releases.models import addresses


class PathLanguageMiddleware:
    """Set the language from the path: Spanish under /es/, else English.

    Addresses in a language that the office does not offer redirect to the default one.
    """

    # Django's LocaleMiddleware also uses cookies and Accept-Language, on which caches would vary.

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = translation.get_language_from_path(request.path_info)
        if language and language not in dict(office.current().languages):
            return HttpResponseRedirect(_without_language(request, language))
        with translation.override(language or settings.LANGUAGE_CODE):
            return self.get_response(request)


def _without_language(request: HttpRequest, language: str) -> str:
    """Return the address in the default language."""
    address = request.get_full_path().removeprefix(f"/{language}")
    return "/" + address.lstrip("/")  # never another site's, as //example.com is


@dataclass(frozen=True)
class Alternate:
    """URL of the same page in another language."""

    language: str  # tag
    name: str  # in the language itself
    address: str


def alternates(request: HttpRequest) -> Iterator[Alternate]:
    """Yield the requested page in each interface language; nothing if it has only one URL."""
    offered = office.current().languages
    found = [Alternate(tag, name, _address_in(tag, request)) for tag, name in offered]
    # A URL without translations is the same in each.
    if len({each.address for each in found}) > 1:
        yield from found


def _address_in(language: str, request: HttpRequest) -> str:
    """Return the request's path and query in that language."""
    match = request.resolver_match
    if not match:
        return translate_url(request.get_full_path(), language)
    # As translate_url does, which resolves the path again for each language.
    if match.view_name == "release":  # there are more than are cached
        path = addresses.of_page(**match.kwargs, language=language)
    else:
        kwargs = tuple(match.kwargs.items())
        path = _path_in(language, get_script_prefix(), match.view_name, match.args, kwargs)
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{iri_to_uri(query)}" if query else path


@lru_cache(1 << 10)
def _path_in(
    language: str,
    prefix: str,
    name: str,
    arguments: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
) -> str:
    with translation.override(language):
        return reverse(name, args=arguments, kwargs=dict(named))


def translate(sentence: str) -> str:
    """Translate a `Message` into the active language; return other sentences unchanged."""
    if not isinstance(sentence, Message):
        return sentence
    values = {
        name: translate(value) if isinstance(value, Message) else value
        for name, value in sentence.values.items()
    }
    return translation.gettext(sentence.message) % values
