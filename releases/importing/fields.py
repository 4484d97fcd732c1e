"""Records from the named fields of a JSON object or a CSV row."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone

from releases.content.cleaning import clean
from releases.content.markup import escape
from releases.importing import decoding
from releases.importing.decoding import Source
from releases.importing.records import ParsedRecord, Record
from releases.importing.stated_embargoes import embargoes_of
from releases.parsing import dates
from releases.parsing.parser import ParsedRelease, ParsedSection, parse
from releases.parsing.warnings import ParseWarning

# Taken from the body only if the record does not state them.
HEADER_FIELDS = ("title", "subtitle", "date", "contact", "dateline", "language")
KEYS = frozenset((*HEADER_FIELDS, "source", "id", "body", "sections", "url", "topics"))
SECTION_KINDS = ("body", "background", "quote", "resources", "about", "notes")
ONE_LINE_FIELDS = ("title", "dateline", "heading", "topics")
# Days since the last of 1899 but one, as spreadsheets write dates: those of 1927 to 2099.
_SERIAL = re.compile(r"[1-7]\d{4}(?:\.\d{1,20})?")
_SERIAL_ORIGIN = datetime.date(1899, 12, 30)
_DIGITS = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
MAX_TOPIC = 200  # characters
_NOT_STATED = ("left_out", "date_order")  # warnings of values that count as absent
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def build_record(
    fields: Mapping[str, Any], source: Source, date_order: str = "", unread: tuple[str, ...] = ()
) -> Record:
    """Return an unparsed record for the fields. `unread` are the source's names of no field."""
    unused_warnings: list[ParseWarning] = []
    key = _key(*(_text(fields, key, unused_warnings) for key in ("source", "id")))
    return Record(source, partial(parse_fields, fields, source.warnings, date_order), key, unread)


def parse_fields(
    fields: Mapping[str, Any],
    source_warnings: tuple[ParseWarning, ...] = (),
    date_order: str = "",
) -> ParsedRecord:
    """Parse the body as the text of a release and take the other fields as given.

    A value of the wrong type or shape is ignored with a warning, an unknown key without one; both
    remain in the stored source. `date_order` (us, eu) is that of dates in digits.
    """
    warnings = list(source_warnings)
    text = {
        key: _text(fields, key, warnings) for key in (*HEADER_FIELDS, "body", "url", "id", "source")
    }
    stated = tuple(embargoes_of(fields, text))
    given: dict[str, Any] = {key: text[key] for key in HEADER_FIELDS if text[key]}
    if "date" in given:
        given["date"] = _date(given["date"], date_order, warnings)
    if "language" in given and not LANGUAGE.fullmatch(given["language"]):
        warnings.append(_warn_left_out("language", given.pop("language"), "is not a BCP 47 tag"))
    parsed = parse(text["body"], body_only=True, language=given.get("language", ""))
    topics = _topics(fields.get("topics"), warnings)
    named_fields = _named_fields(fields, warnings)
    named_sections = _sections(fields.get("sections"), warnings)
    release = replace(
        parsed,
        **given,
        sections=(*parsed.sections, *named_sections),
        warnings=(*warnings, *_relevant_warnings(parsed, given)),
        embargoes=(*parsed.embargoes, *stated),
    )
    return ParsedRecord(
        **vars(release),
        url=text["url"],
        topics=topics,
        named_fields=named_fields,
        named_sections=named_sections,
    )


def _named_fields(fields: Mapping[str, Any], warnings: list[ParseWarning]) -> frozenset[str]:
    """Return the fields that the record states."""
    # An update leaves the others unchanged. A value left out with a warning, or an empty language,
    # counts as not stated.
    left_out = {warning.field for warning in warnings if warning.code in _NOT_STATED}
    named = {
        key for key in (*HEADER_FIELDS, "body", "sections", "topics") if key in fields
    } - left_out
    if not fields.get("language"):
        named.discard("language")
    if not _is_list_of_sections(fields.get("sections") or []):
        named.discard("sections")
    return frozenset(named)


def _is_list_of_sections(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _text(fields: Mapping[str, Any], key: str, warnings: list[ParseWarning]) -> str:
    value = fields.get(key)
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text, repairs = decoding.fix_mojibake(_clean(key, value, warnings).strip())
        warnings.extend(replace(warning, field=key) for warning in repairs)
        return text
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    warnings.append(_warn_left_out(key, repr(value), "is not text"))
    return ""


def _clean(key: str, text: str, warnings: list[ParseWarning]) -> str:
    """Return the clean text, warning of each removal; a body keeps its tags."""
    cleaned = clean(text, is_markdown=key == "body", is_one_line=key in ONE_LINE_FIELDS)
    named = (ParseWarning(key, found.code, found.message) for found in cleaned.findings)
    warnings.extend(named)
    return cleaned.text


def _date(printed: str, order: str, warnings: list[ParseWarning]) -> datetime.date | None:
    """Parse an ISO 8601 date, the office's day of an ISO 8601 time, a spreadsheet's serial date, or
    the first unambiguous printed date."""
    if _SERIAL.fullmatch(printed):
        day = _SERIAL_ORIGIN + datetime.timedelta(days=int(printed[:5]))
        sentence = f"“{printed}” was read as {day}, the day that spreadsheets mean by it."
        warnings.append(ParseWarning("date", "serial_date", sentence))
        return day
    try:
        at = datetime.datetime.fromisoformat(printed)
        return timezone.localtime(at).date() if at.tzinfo else at.date()
    except (ValueError, OverflowError):
        pass
    try:
        return datetime.date.fromisoformat(printed[:10])
    except ValueError:
        found = next(iter(dates.find(printed)), None)
    if found and found.warning_code == "ambiguous_date" and (match := _DIGITS.search(found.words)):
        return _in_order(match, order, warnings)
    if found is None or found.date is None:
        fault = "cannot be read" if found is None else "is ambiguous or impossible"
        warnings.append(_warn_left_out("date", printed, f"{fault}: write it as 2012-09-21"))
        return None
    return found.date


def _in_order(
    match: re.Match[str], order: str, warnings: list[ParseWarning]
) -> datetime.date | None:
    """Return the date of digits in the order, or warn that they are two dates without one."""
    first, second, year = map(int, match.groups())
    if order:
        month, day = (first, second) if order == "us" else (second, first)
        return datetime.date(year, month, day)
    sentence = f"“{match[0]}” is ambiguous: choose the order of day and month."
    warnings.append(ParseWarning("date", "date_order", sentence))
    return None


def _sections(value: Any, warnings: list[ParseWarning]) -> tuple[ParsedSection, ...]:
    if not value:
        return ()
    if not _is_list_of_sections(value):
        warnings.append(_warn_left_out("sections", repr(value), "is not a list of sections"))
        return ()
    return tuple(_section(item, warnings) for item in value)


def _section(item: dict[str, Any], warnings: list[ParseWarning]) -> ParsedSection:
    kind = item.get("kind") if item.get("kind") in SECTION_KINDS else "body"
    heading, body = (_text(item, key, warnings) for key in ("heading", "body"))
    return ParsedSection(str(kind), heading, escape(body))


def _topics(value: Any, warnings: list[ParseWarning]) -> tuple[str, ...]:
    names = value.split("|") if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        warnings.append(_warn_left_out("topics", repr(value), "is not a list of names"))
        return ()
    cleaned = [" ".join(_clean("topics", name, warnings).split()) for name in names]
    long = [name for name in cleaned if len(name) > MAX_TOPIC]
    warnings.extend(_warn_left_out("topics", name, "is too long for a topic") for name in long)
    return tuple(dict.fromkeys(name for name in cleaned if name and name not in long))


def _key(source: str, identifier: str) -> str | None:
    """Return `source:id`, without repeating a source that begins the identifier."""
    if not identifier:
        return None
    named = not source or identifier.startswith(f"{source}:")
    return identifier if named else f"{source}:{identifier}"


def _relevant_warnings(parsed: ParsedRelease, given: Mapping[str, Any]) -> tuple[ParseWarning, ...]:
    """Drop the parser's warnings about fields that the record states itself."""
    return tuple(warning for warning in parsed.warnings if warning.field not in given)


def _warn_left_out(field: str, value: str, why: str) -> ParseWarning:
    sentence = f"“{value[:80]}” {why}: it was ignored (the stored source still has it)."
    return ParseWarning(field, "left_out", sentence)
