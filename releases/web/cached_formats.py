"""Addresses, dates and numbers as printed in the active language, cached: lists print many."""

from __future__ import annotations

import datetime
from functools import lru_cache
from html import escape

from django.urls import get_script_prefix, reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext


def address(name: str, *arguments: str | None) -> str:
    """Return the URL of the named page."""
    return _address(get_language(), get_script_prefix(), name, arguments)


def printed_date(date: datetime.date, form: str | None = None) -> str:
    """Return the date, by default in the format DATE_FORMAT."""
    return _date(date, get_language(), form)


def printed_count(count: int) -> tuple[str, str]:
    """Return a number of releases, and the noun after it, as HTML."""
    return _count(count, get_language())


@lru_cache(1 << 12)
def _address(language: str, prefix: str, name: str, arguments: tuple[str, ...]) -> str:
    return reverse(name, args=arguments)


@lru_cache(1 << 12)
def _date(date: datetime.date, language: str, form: str | None) -> str:
    return date_format(date, form)


@lru_cache(1 << 10)
def _count(count: int, language: str) -> tuple[str, str]:
    noun = ngettext("release", "releases", count)
    return escape(number_format(count, 0, force_grouping=True)), escape(noun)
