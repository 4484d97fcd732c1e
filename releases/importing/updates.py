"""What a record changes in the release that it became before: absent keys leave it as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from releases.content import markup
from releases.content.slugs import make_slug
from releases.importing.fields import parse_fields
from releases.importing.records import ParsedRecord, Record
from releases.models import AuditLine, Release, Section
from releases.parsing.parser import ParsedRelease, ParsedSection, parse
from releases.publishing.imports import ChangedRelease

SOURCE_FIELDS = (
    "source_name",
    "source_text",
    "source_encoding",
    "source_bytes",
    "source_sha256",
)
ALL_FIELDS = frozenset((*Release.PRINTED_FIELDS, "sections", "topics"))
# Read in the body where the record does not name them. A body that is silent on the date or the
# language takes neither away.
READ_IN_BODY = ("date", "contact", "dateline", "language")
UNKNOWN_VALUES = {"date": None, "language": "und"}
# Fields of warnings that a body, or a date, has said anew.
BODY_WARNING_FIELDS = frozenset(("sections", "source_text", "proposed_release_at"))
DATE_WARNING_FIELDS = frozenset(("proposed_release_at",))

# Readings that may have it all wrong, dates that can not be, and embargoes: with one of them,
# nothing is public before a person has looked.
DRAFT_ONLY_CODES = frozenset(
    (
        *("error_page", "most_text_moved", "embargo", "embargo_unclear"),
        *("future_date", "absurd_date"),
    )
)


def draft_reasons(fresh: Release) -> list[str]:
    """Why a person has to look at what was read before the public sees it, sentences."""
    return [
        doubt.message
        for doubt in fresh.unresolved_warnings()
        # In any other field tags were removed; in the text the public would read them as words.
        if doubt.code in DRAFT_ONLY_CODES
        or (doubt.code, doubt.field) == ("html_tags", "source_text")
    ]


def build_change(release: Release, record: Record, fresh: Release) -> ChangedRelease:
    """What to change in the release; `fresh` is what the record alone would make."""
    parsed, named = record.parsed, record.parsed.named_fields
    names = ALL_FIELDS if named is None else named
    before = _earlier_reading(release) if named is not None and "body" in names else None
    printed = {
        name: getattr(fresh, name)
        for name in Release.PRINTED_FIELDS
        if name in names or (before and _was_read_in_body(name, release, fresh, before))
    }
    if "title" in printed and release.slug == make_slug(release.title):
        printed["slug"] = fresh.slug
    source = {name: getattr(fresh, name) for name in SOURCE_FIELDS}
    source["import_warnings"] = _merge_warnings(release, fresh, {*printed, *_warning_fields(names)})
    if fresh.proposed_release_at:
        source["proposed_release_at"] = fresh.proposed_release_at
    return ChangedRelease(
        printed=printed,
        source=source,
        sections=_merge_sections(release, parsed, names),
        topics=_merge_topics(release, parsed.topics) if "topics" in names else None,
        url=parsed.url,
        origin=record.name,
        doubts=draft_reasons(fresh),
    )


def _was_read_in_body(name: str, release: Release, fresh: Release, before: ParsedRelease) -> bool:
    """Whether the field was read in the body as it was, so that it is read in the new one."""
    if name == "end_mark":
        return True
    if name not in READ_IN_BODY:
        return False
    value = getattr(fresh, name)
    if name in UNKNOWN_VALUES and value in (None, "", UNKNOWN_VALUES[name]):
        return False
    if isinstance(before, ParsedRecord) and name in (before.named_fields or ()):
        return False
    return getattr(release, name) in (getattr(before, name), UNKNOWN_VALUES.get(name, ""))


def _earlier_reading(release: Release) -> ParsedRelease:
    """The record that the release was read from, where that can be told and named its text; else
    its text, read once more."""
    record = _earlier_record(release)
    if record and "body" in (record.named_fields or ()):
        return record
    return parse(markup.to_plain(release.body), body_only=True)


def _earlier_record(release: Release) -> ParsedRecord | None:
    """The JSON that it came from; a CSV row does not tell its columns."""
    try:
        fields = json.loads(release.source_text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return parse_fields(fields) if isinstance(fields, dict) else None


def _merge_sections(
    release: Release, parsed: ParsedRecord, names: frozenset[str]
) -> list[Section] | None:
    """Those read in the body, then those that the record names; of what it is silent on, as they
    are. None: all stay."""
    if not names & {"body", "sections"}:
        return None
    if names >= {"body", "sections"}:
        return build_sections(parsed.sections)
    existing = list(release.sections.all())
    in_body, named = _separate_sections(release, existing, parsed)
    if "body" in names:
        return [*build_sections(parsed.sections), *_copy_sections(named)]
    return [*_copy_sections(in_body), *build_sections(parsed.named_sections)]


def _separate_sections(
    release: Release, existing: list[Section], parsed: ParsedRecord
) -> tuple[list[Section], list[Section]]:
    """The sections that were read in the body, and those that were named beside it.

    Where the source does not tell, those that the record has again, by kind and heading, are taken
    for what it replaces.
    """
    earlier = _earlier_record(release)
    if earlier is None:
        return existing, []
    if "body" in (earlier.named_fields or ()):
        count = len(earlier.sections) - len(earlier.named_sections)
        in_body = [vars(section) for section in earlier.sections[:count]]
        if [section.snapshot() for section in existing[:count]] == in_body:
            return existing[:count], existing[count:]
    again = {(section.kind, section.heading) for section in parsed.sections}
    kept = [section for section in existing if (section.kind, section.heading) not in again]
    return kept, kept


def build_sections(sections: Sequence[ParsedSection]) -> list[Section]:
    """Rows, not saved yet."""
    return [Section(**vars(section)) for section in sections]


def _copy_sections(sections: Sequence[Section]) -> list[Section]:
    return [Section(**section.snapshot()) for section in sections]


def _merge_topics(release: Release, topics: Sequence[str]) -> Sequence[str]:
    """Return the record's topics, and the release's too once staff have filed it."""
    if not release.audit_lines.filter(deed=AuditLine.Deed.FILED).exists():
        return topics
    filed = release.topics.values_list("name", flat=True)
    return list(dict.fromkeys((*topics, *filed)))


def _warning_fields(names: frozenset[str]) -> frozenset[str]:
    """The fields of warnings that are read when a record names these."""
    of_the_body = BODY_WARNING_FIELDS if "body" in names else frozenset()
    return names | of_the_body | (DATE_WARNING_FIELDS if "date" in names else frozenset())


def _merge_warnings(release: Release, fresh: Release, read: set[str]) -> list[dict[str, Any]]:
    """What is in doubt about the fields that stay, and about those that are read now."""
    stays = {*Release.PRINTED_FIELDS, "sections"} - read
    left = [warning for warning in release.import_warnings if warning["field"] not in read]
    new = [
        warning
        for warning in fresh.import_warnings
        if warning["field"] not in stays or warning["code"] == "left_out"
    ]
    return [*left, *(warning for warning in new if warning not in left)]
