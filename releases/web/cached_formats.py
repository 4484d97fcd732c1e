"""Addresses, dates and numbers as printed in the active language, cached: lists print many."""

from __future__ import annotations

import datetime
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import get_script_prefix, reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext


class Formats(NamedTuple):
    """Formats of one language, of a site at one path."""

    language: str
    prefix: str

    def address(self, name: str, *arguments: str | None) -> str:
        """Return the URL of the named page."""
        return _address(self.language, self.prefix, name, arguments)

    def date(self, date: datetime.date, form: str | None = None) -> str:
        """Return the date, by default in the format DATE_FORMAT."""
        return _date(date, self.language, form)

    def number(self, count: int) -> tuple[str, str]:
        """Return a number of releases, and the noun after it, as HTML."""
        return _count(count, self.language)


def formats() -> Formats:
    """Return the formats of the active language. Looking it up takes longer than what they do."""
    return Formats(get_language(), get_script_prefix())


def address(name: str, *arguments: str | None) -> str:
    """Return the URL of the named page."""
    return formats().address(name, *arguments)


@lru_cache(1 << 10)
def _address(language: str, prefix: str, name: str, arguments: tuple[str, ...]) -> str:
    return reverse(name, args=arguments)


@lru_cache(1 << 10)
def _date(date: datetime.date, language: str, form: str | None) -> str:
    return date_format(date, form)


@lru_cache(1 << 10)
def _count(count: int, language: str) -> tuple[str, str]:
    noun = ngettext("release", "releases", count)
    return escape(number_format(count, 0, force_grouping=True)), escape(noun)
