"""The languages of the interface: which one a page is in, and the same page in another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import translate_url
from django.utils import translation

from releases.content.messages import Message


class PathLanguageMiddleware:
    """A page under /es/ is in Spanish, any other in English: the address alone decides, so that
    caches need not know of cookies or of Accept-Language, by which Django's own would go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = translation.get_language_from_path(request.path_info)
        with translation.override(language or settings.LANGUAGE_CODE):
            return self.get_response(request)


@dataclass(frozen=True)
class Alternate:
    """The same page in a language (its tag, and its name in itself), at an address on this site."""

    language: str
    name: str
    address: str


def alternates(request: HttpRequest) -> Iterator[Alternate]:
    """The page that is asked for in each language of the interface; nothing where it has but one
    address: what machines read, and what is not there."""
    address = request.get_full_path()
    found = [Alternate(tag, name, translate_url(address, tag)) for tag, name in settings.LANGUAGES]
    if len({each.address for each in found}) > 1:
        yield from found


def translate(sentence: str) -> str:
    """A remark in the language of the page; other sentences are in it already."""
    if not isinstance(sentence, Message):
        return sentence
    values = {
        name: translate(value) if isinstance(value, Message) else value
        for name, value in sentence.values.items()
    }
    return translation.gettext(sentence.message) % values
