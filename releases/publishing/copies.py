"""New drafts made from a template, from another release, or as its translation."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping
from typing import Unpack

from django.db import transaction
from django.db.models import Model

from releases.content.slugs import follow_title, make_slug
from releases.media.attachments import copy_file
from releases.models import AuditEntry, Release, ReleaseTemplate, Section, Topic
from releases.publishing import boilerplate
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    lock,
    require,
    require_bounded,
    save_with_audit,
)
from releases.publishing.corrections import record_creation
from releases.publishing.image_places import keep_image_places
from releases.publishing.scheduling import proposed_moment

Action = AuditEntry.Action
COPIED = ("title", "subtitle", "dateline", "contact", "body", "end_mark", "language")
TAKEN_DOWN = "The text of this release was taken down, so it cannot be copied."
FILE_MISSING = "The file “{}” is missing from the storage. Copy the release without its files."
DRAFTS_ONLY = "Only a draft can be translated here. Correct a released text in its form."
LONE_VALUES = ("title", "subtitle", "dateline", "body")


@transaction.atomic
def create_from_template(template: ReleaseTemplate, **context: Unpack[ActionContext]) -> Release:
    """Create a draft with everything that the template gives."""
    fields = {name: getattr(template, name) for name in COPIED if name != "contact"}
    contact = template.contact.printed() if template.contact else ""
    draft = Release(**fields, contact=contact)
    _create(draft, template.topics.all(), context)
    for position, section in enumerate(template.sections.all(), start=1):
        parts = {"kind": section.kind, "heading": section.heading, "body": section.body}
        Section.objects.create(release=draft, position=position, **parts)
    text = template.boilerplate and template.boilerplate.latest()
    if text:
        boilerplate.print_text(boilerplate.new_section(draft), text)
    record_creation(draft, f"From the template {template}", **context)
    return draft


@transaction.atomic
def copy_release(
    original: Release, with_files: bool = False, **context: Unpack[ActionContext]
) -> Release:
    """Create a draft with the text of a release, without its number, date and versions.

    Raises ActionRefusedError for a release whose text was taken down, or without one of its files.
    """
    draft = _copy(original, context)
    if with_files:
        _copy_files(original, draft)
    record_creation(draft, f"Copied from {original}", **context)
    return draft


@transaction.atomic
def start_translation(
    original: Release, language: str, **context: Unpack[ActionContext]
) -> Release:
    """Create a draft in the language that begins with the original's text.

    Raises ActionRefusedError if there is a translation already.
    """
    if reasons := objections_to_translation(original, language):
        raise ActionRefusedError(*reasons)
    draft = _copy(original, context, language=language, date=original.date, translation_of=original)
    record_creation(draft, f"Translation of {original}", **context)
    return draft


def objections_to_translation(original: Release, language: str) -> list[str]:
    """Return why a translation into the language cannot be started."""
    if original.translation_of_id:
        return ["This release is itself a translation. Start from its original."]
    if original.language == language:
        return [f"This release is already in that language ({language})."]
    if found := original.translations.filter(language=language).first():
        return [f"There is a translation already: “{found}”."]
    return []


@transaction.atomic
def save_translation(
    release: Release,
    values: Mapping[str, str],
    sections: Mapping[int, tuple[str, str]],
    **context: Unpack[ActionContext],
) -> Release:
    """Save the texts of a draft: `values` by field, `sections` as heading and body by key."""
    row = lock(release, Action.EDITED, context)
    if row.status not in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
        raise ActionRefusedError(DRAFTS_ONLY)
    before = row.snapshot()
    for name in LONE_VALUES:
        setattr(row, name, values.get(name, getattr(row, name)))
    for section in row.sections.filter(pk__in=sections):
        section.heading, section.body = sections[section.pk]
        section.save()
    if row.snapshot() == before:
        return row
    require_bounded(row.snapshot(), before)
    keep_image_places(row, before)
    row.slug = row.slug if row.number else follow_title(row.slug, before["title"], row.title)
    row.edited_by = context.get("by") or row.edited_by
    save_with_audit(row, Action.EDITED, "Translation", context)
    return row


def _copy(original: Release, context: ActionContext, **fields: object) -> Release:
    if original.is_taken_down:
        raise ActionRefusedError(TAKEN_DOWN)
    given = {name: getattr(original, name) for name in COPIED}
    draft = Release(**{**given, **fields}, proposed_release_at=_moment_to_come(original, context))
    _create(draft, original.topics.all(), context)
    for section in original.sections.all():
        _insert(section, release=draft)
    return draft


def _moment_to_come(original: Release, context: ActionContext) -> datetime.datetime | None:
    """Return when the original may be public, so that nobody publishes its copy before that by
    accident."""
    at = action_time(context)
    return original.release_at if original.is_embargoed(at) else proposed_moment(original, at)


def _copy_files(original: Release, draft: Release) -> None:
    for file in (*original.images.all(), *original.attachments.all()):
        try:
            copy_file(file, draft)
        except FileNotFoundError as error:
            raise ActionRefusedError(FILE_MISSING.format(file.original_name)) from error


def _create(draft: Release, topics: Iterable[Topic], context: ActionContext) -> None:
    require(Action.CREATED, context)
    draft.slug = make_slug(draft.title)
    draft.save(force_insert=True)
    draft.topics.set(topics)
    require_bounded(draft.snapshot())


def _insert(row: Model, **changed: object) -> None:
    """Insert a copy of the row."""
    new = copy.copy(row)
    new.pk, new._state = None, type(row._state)()
    for name, value in changed.items():
        setattr(new, name, value)
    new.save(force_insert=True)
