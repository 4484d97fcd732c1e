"""Cleaning of drafts stored before fields cleaned their text."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from releases.models import AuditEntry, Release
from releases.publishing.base import ActionContext, ActionRefusedError, lock, save_with_audit

AUDIT_REASON = "Removed control and invisible characters, entities and tags."


@transaction.atomic
def clean_draft(release: Release, **context: Unpack[ActionContext]) -> Release:
    """Save every text of a draft, so that its fields clean it. Raises ActionRefusedError for other
    releases."""
    row = lock(release, AuditEntry.Action.EDITED, context)
    if row.status != Release.Status.DRAFT:
        raise ActionRefusedError("It is not a draft: correct it in the admin.")
    for part in (*row.sections.all(), *row.images.all(), *row.attachments.all()):
        part.save()
    save_with_audit(row, AuditEntry.Action.EDITED, AUDIT_REASON, context)
    return row
