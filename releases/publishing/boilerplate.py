"""Standard texts: new versions of them, and their use in drafts."""

from __future__ import annotations

from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from releases.models import AuditEntry, Boilerplate, BoilerplateText, Release, Section
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    lock,
    require_bounded,
    save_with_audit,
)

Action = AuditEntry.Action
DRAFTS_ONLY = "Only drafts take boilerplate. Correct the section of a released text by hand."


@transaction.atomic
def save_boilerplate(
    boilerplate: Boilerplate, heading: str, body: str, by: User | None = None
) -> BoilerplateText:
    """Save the name and, if the text differs from the latest version, add a version."""
    boilerplate.save()
    Boilerplate.objects.select_for_update().get(pk=boilerplate.pk)
    latest = boilerplate.latest()
    if latest and (latest.heading, latest.body) == (heading, body):
        return latest
    number = latest.number + 1 if latest else 1
    text = {"heading": heading, "body": body, "by": by, "at": timezone.now()}
    return boilerplate.texts.create(number=number, **text)


@transaction.atomic
def use_boilerplate(
    release: Release, boilerplate: Boilerplate, **context: Unpack[ActionContext]
) -> Release:
    """Print the latest version in a draft: in the section that has an earlier one, or a new one.

    Raises ActionRefusedError for other releases, and for a text without a version.
    """
    row, text = lock(release, Action.EDITED, context), boilerplate.latest()
    if row.status not in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
        raise ActionRefusedError(DRAFTS_ONLY)
    if text is None:
        raise ActionRefusedError("This boilerplate has no text yet.")
    before = row.snapshot()
    section = row.sections.filter(boilerplate__boilerplate=boilerplate).first()
    print_text(section or new_section(row), text)
    require_bounded(row.snapshot(), before)
    row.edited_by = context.get("by") or row.edited_by
    save_with_audit(row, Action.EDITED, f"Boilerplate: {text}", context)
    return row


def new_section(row: Release) -> Section:
    """Return an unsaved section at the end."""
    last = row.sections.last()
    return Section(release=row, position=last.position + 1 if last else 1)


def print_text(section: Section, text: BoilerplateText) -> None:
    """Save the section with a copy of the text."""
    section.kind, section.boilerplate = Section.Kind.ABOUT, text
    section.heading, section.body = text.heading, text.body
    section.save()
