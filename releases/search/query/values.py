"""The values that a query gives to a release's parts: `year:2012`, `language:es`."""

from __future__ import annotations

import datetime
import re

from releases.content.messages import remark
from releases.search.query.tree import Dated, Is, Node

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


def _read_year(value: str) -> Node | None:
    match = _YEARS.fullmatch(value)
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    if not datetime.MINYEAR <= first <= last:
        return None
    return Dated.in_years(first, last)


def _read_after(value: str) -> Node | None:
    first = _first_day(value)
    return Dated(first=first) if first else None


def _read_before(value: str) -> Node | None:
    end = _first_day(value)
    return Dated(end=end) if end else None


def _read_number(value: str) -> Node | None:
    return Is("number", value) if _NUMBER.fullmatch(value) else None


def _read_topic(value: str) -> Node | None:
    return Is("topic", value) if any(map(str.isalnum, value)) else None


def _read_language(value: str) -> Node | None:
    well_formed = _LANGUAGE.fullmatch(value)
    return Is("language", value.lower()) if well_formed else None


_A_DATE = remark("a date is written as 2012, 2012-09 or 2012-09-21")
READERS = {
    "topic": _read_topic,
    "number": _read_number,
    "language": _read_language,
    "year": _read_year,
    "after": _read_after,
    "before": _read_before,
}
EXPECTED = {
    "topic": remark("a topic is named by its words"),
    "number": remark("a release's number is written as 2012-0001"),
    "language": remark("a language is written as en or es"),
    "year": remark("a year is written as 2012, a span of years as 2010..2012"),
    "after": _A_DATE,
    "before": _A_DATE,
}
