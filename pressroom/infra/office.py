"""Office that runs the site: its stored settings, else those of the environment.

OFFICE_READER names the function that reads what is stored. A request sees one office throughout.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string
from django.utils.translation import get_language

MAX_AGE = 1.0  # seconds that a process trusts what it read last

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Seal:
    """Picture of the office: `key` is that of its URL, `files` are its stored files by name."""

    key: str
    alt: str
    files: dict[str, dict[str, Any]]

    @property
    def page_file(self) -> dict[str, Any]:
        """Return the file for pages."""
        return self.files["seal.webp"]

    @property
    def print_file(self) -> dict[str, Any]:
        """Return the file for print."""
        return self.files["seal.png"]


@dataclass(frozen=True)
class Office:
    """Name, contact and so on; what is not stored comes from the settings."""

    stored: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.stored.get("name") or settings.OFFICE_NAME

    @property
    def contact(self) -> str:
        return self.stored.get("contact") or settings.PRESS_CONTACT

    @property
    def footer(self) -> str:
        """Return the text of the footer; "" for the site's own sentence."""
        return self.stored.get("footer") or ""

    @property
    def origin(self) -> str:
        """Return scheme and host of absolute URLs; "" for those of the request."""
        return self.stored.get("origin") or settings.SITE_ORIGIN

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Return tag and name of the languages of public pages, the default one always."""
        chosen = self.stored.get("languages") or [tag for tag, _ in settings.LANGUAGES]
        kept = {*chosen, settings.LANGUAGE_CODE}
        return [(tag, name) for tag, name in settings.LANGUAGES if tag in kept]

    @property
    def color(self) -> str:
        """Return the office's color as #rrggbb; "" for the site's own."""
        return self.stored.get("color") or ""

    @property
    def search_words(self) -> str:
        """Return the version of synonyms and pinned results; "" if staff changed none."""
        return self.stored.get("search_words") or ""

    @property
    def seal(self) -> Seal | None:
        if not (files := self.stored.get("seal_files")):
            return None
        named = {file["name"]: file for file in files}
        return Seal(self.stored["seal_key"], self.stored["seal_alt"], named)

    @property
    def fingerprint(self) -> str:
        """Return a text that changes with what generated files print of it."""
        seal = self.seal
        return f"{self.name}\0{seal.key if seal else ''}\0{self.color}"

    @property
    def key(self) -> str:
        """Return a text that changes with any setting of the office."""
        return f"{self.name}\0{self.contact}\0{self.origin}\0{self._stored_text}"

    @cached_property
    def _stored_text(self) -> str:
        return json.dumps(self.stored, sort_keys=True)


@dataclass(frozen=True)
class _Read:
    text: str | None
    at: float  # seconds of the monotonic clock


_last_read: _Read | None = None
# In a request, a list with the office once it was asked for.
_pinned: ContextVar[list[str | None] | None] = ContextVar("office of the request", default=None)


def current() -> Office:
    """Return the office as this request sees it, else as it was within MAX_AGE seconds."""
    pinned = _pinned.get()
    if pinned is None:
        return _office(_text())
    if not pinned:
        pinned.append(_text())
    return _office(pinned[0])


def pin(text: str | None) -> None:
    """Let the rest of the request see this stored office (JSON; None: nothing is stored)."""
    global _last_read
    _last_read = _Read(text, time.monotonic())
    if (pinned := _pinned.get()) is not None:
        pinned[:] = [text]


def pin_last_known() -> None:
    """Let the rest of the request do without the database, which may be down."""
    pinned = _pinned.get()
    if pinned is not None and not pinned:
        pinned.append(_last_read.text if _last_read else None)


def forget() -> None:
    """Read what is stored again, after it was changed here."""
    global _last_read
    _last_read = None
    if pinned := _pinned.get():
        pinned.clear()


class OfficeMiddleware:
    """Let each request see one office."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with _one_office():
            return self.get_response(request)


@contextmanager
def _one_office() -> Iterator[None]:
    token = _pinned.set([])
    try:
        yield
    finally:
        _pinned.reset(token)


def _text() -> str | None:
    """Return what is stored, as JSON; what was known last if the database does not answer."""
    global _last_read
    known = _last_read
    if known and time.monotonic() - known.at <= MAX_AGE:
        return known.text
    try:
        text = import_string(settings.OFFICE_READER)()
    except Error:
        return known.text if known else None
    _last_read = _Read(text, time.monotonic())
    return text


@lru_cache(maxsize=4)
def _office(text: str | None) -> Office:
    return Office(json.loads(text)) if text else Office()


def origin(request: HttpRequest) -> str:
    """Return scheme and host for absolute URLs: the office's, else those of the request."""
    return current().origin or request.build_absolute_uri("/").rstrip("/")


def issuer(device: Any) -> str:
    """Return the name that authenticator apps show."""
    return current().name


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what all templates know of the office, and `interface`, the page's language."""
    shown = current()
    return {
        "office_name": shown.name,
        "press_contact": shown.contact,
        "footer_text": shown.footer,
        "seal": shown.seal,
        "office_color": shown.color,
        "origin": partial(origin, request),  # lazy: an invalid Host header raises
        "interface": get_language() or settings.LANGUAGE_CODE,
        "default_language": settings.LANGUAGE_CODE,
        "office_key": shown.key,
    }
