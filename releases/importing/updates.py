"""Changes that a newer record makes to its release. Fields the record does not name stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from releases.content import markup
from releases.content.slugs import make_slug
from releases.importing.fields import parse_fields
from releases.importing.records import ParsedRecord, Record
from releases.models import AuditEntry, Release, Section
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
# Taken from the body if the record does not name them. A body without a date or a language keeps
# the release's.
READ_IN_BODY = ("date", "contact", "dateline", "language")
UNKNOWN_VALUES = {"date": None, "language": "und"}
# Fields whose warnings a new body, or a new date, replaces.
BODY_WARNING_FIELDS = frozenset(("sections", "source_text", "proposed_release_at"))
DATE_WARNING_FIELDS = frozenset(("proposed_release_at",))

# Uncertain readings, impossible dates and embargoes: a person must review before publication.
DRAFT_ONLY_CODES = frozenset(
    (
        *("error_page", "most_text_moved", "embargo", "embargo_unclear"),
        *("future_date", "absurd_date", "unpublished"),
    )
)


def draft_reasons(fresh: Release) -> list[str]:
    """Return the warnings that require a review before publication, as sentences."""
    return [
        warning.message
        for warning in fresh.unresolved_warnings()
        # Tags were removed from every other field; in the text the public would see them.
        if warning.code in DRAFT_ONLY_CODES
        or (warning.code, warning.field) == ("html_tags", "source_text")
    ]


def build_change(release: Release, record: Record, fresh: Release) -> ChangedRelease:
    """Return the changes to the release; `fresh` is the unsaved release built from the record."""
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
    if fresh.proposed_release_at or _has_unclear_embargo(fresh):
        source["proposed_release_at"] = fresh.proposed_release_at
    return ChangedRelease(
        printed=printed,
        source=source,
        sections=_merge_sections(release, parsed, names),
        topics=_merge_topics(release, parsed.topics) if "topics" in names else None,
        url=parsed.url,
        origin=record.name,
        warnings=draft_reasons(fresh),
    )


def _has_unclear_embargo(fresh: Release) -> bool:
    return any(warning.code == "embargo_unclear" for warning in fresh.unresolved_warnings())


def _was_read_in_body(name: str, release: Release, fresh: Release, before: ParsedRelease) -> bool:
    """Return whether the field came from the earlier body, so that the new body replaces it."""
    if name == "end_mark":  # printed only in a body
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
    """Return the release's earlier record if it named a body, else its text parsed again."""
    record = _earlier_record(release)
    if record and "body" in (record.named_fields or ()):
        return record
    return parse(markup.to_plain(release.body), body_only=True)


def _earlier_record(release: Release) -> ParsedRecord | None:
    """Parse the JSON source of the release; None for CSV, whose row does not name its columns."""
    try:
        fields = json.loads(release.source_text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return parse_fields(fields) if isinstance(fields, dict) else None


def _merge_sections(
    release: Release, parsed: ParsedRecord, names: frozenset[str]
) -> list[Section] | None:
    """Return the sections after the change: those in the body, then those given as separate
    fields. None: unchanged."""
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
    """Split the existing sections into those from the body and those given as separate fields.

    Without a JSON source, sections that the record repeats by kind and heading count as replaced.
    """
    earlier = _earlier_record(release)
    if earlier is None:
        return existing, []
    if "body" in (earlier.named_fields or ()):
        count = len(earlier.sections) - len(earlier.named_sections)
        in_body = [vars(section) for section in earlier.sections[:count]]
        if [section.snapshot() for section in existing[:count]] == in_body:
            return existing[:count], existing[count:]
    repeated = {(section.kind, section.heading) for section in parsed.sections}
    rest = [section for section in existing if (section.kind, section.heading) not in repeated]
    return rest, rest


def build_sections(sections: Sequence[ParsedSection]) -> list[Section]:
    """Build unsaved sections."""
    return [Section(**vars(section)) for section in sections]


def _copy_sections(sections: Sequence[Section]) -> list[Section]:
    return [Section(**section.snapshot()) for section in sections]


def _merge_topics(release: Release, topics: Sequence[str]) -> Sequence[str]:
    """Return the record's topics, plus the release's if staff have changed them."""
    if not release.audit_entries.filter(action=AuditEntry.Action.TOPICS_CHANGED).exists():
        return topics
    existing = release.topics.values_list("name", flat=True)
    return list(dict.fromkeys((*topics, *existing)))


def _warning_fields(names: frozenset[str]) -> frozenset[str]:
    """Return the fields whose warnings a record with these fields replaces."""
    of_the_body = BODY_WARNING_FIELDS if "body" in names else frozenset()
    return names | of_the_body | (DATE_WARNING_FIELDS if "date" in names else frozenset())


def _merge_warnings(release: Release, fresh: Release, read: set[str]) -> list[dict[str, Any]]:
    """Keep the warnings about unchanged fields and add those about the fields read now."""
    stays = {*Release.PRINTED_FIELDS, "sections"} - read
    remaining = [warning for warning in release.import_warnings if warning["field"] not in read]
    new = [
        warning
        for warning in fresh.import_warnings
        if warning["field"] not in stays or warning["code"] == "left_out"
    ]
    return [*remaining, *(warning for warning in new if warning not in remaining)]
