"""Parsers of field values in queries: `year:2012`, `language:es`."""

from __future__ import annotations

import datetime
import re

from releases.content.messages import message
from releases.search.query.tree import DateRange, Equals, Node

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_YEARS = re.compile(r"(\d{4})(?:(?:\.\.|-|–)(\d{4}))?", re.ASCII)
_NUMBER = re.compile(r"\d{4}-\d{4,}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _first_day(value: str) -> datetime.date | None:
    match = _DATE.fullmatch(value)
    try:
        return datetime.date(*(int(part or 1) for part in match.groups())) if match else None
    except ValueError:
        return None


def _parse_year(value: str) -> Node | None:
    match = _YEARS.fullmatch(value)
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    if not datetime.MINYEAR <= first <= last:
        return None
    return DateRange.in_years(first, last)


def _parse_after(value: str) -> Node | None:
    first = _first_day(value)
    return DateRange(first=first) if first else None


def _parse_before(value: str) -> Node | None:
    end = _first_day(value)
    return DateRange(end=end) if end else None


def _parse_number(value: str) -> Node | None:
    return Equals("number", value) if _NUMBER.fullmatch(value) else None


def _parse_topic(value: str) -> Node | None:
    return Equals("topic", value) if any(map(str.isalnum, value)) else None


def _parse_language(value: str) -> Node | None:
    well_formed = _LANGUAGE.fullmatch(value)
    return Equals("language", value.lower()) if well_formed else None


_DATE_HINT = message("write a date as 2012, 2012-09 or 2012-09-21")
PARSERS = {
    "topic": _parse_topic,
    "number": _parse_number,
    "language": _parse_language,
    "year": _parse_year,
    "after": _parse_after,
    "before": _parse_before,
}
FORMAT_HINTS = {
    "topic": message("name a topic by its words"),
    "number": message("write a release number as 2012-0001"),
    "language": message("write a language as en or es"),
    "year": message("write a year as 2012, or a range as 2010..2012"),
    "after": _DATE_HINT,
    "before": _DATE_HINT,
}
