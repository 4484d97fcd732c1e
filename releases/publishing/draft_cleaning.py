"""Cleaning of drafts that were stored before texts were cleaned."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from releases.models import AuditEntry, Release
from releases.publishing.base import ActionContext, ActionRefusedError, lock, save_with_audit

AUDIT_REASON = "Control and invisible characters, entities and tags were cleaned away."


@transaction.atomic
def clean_draft(release: Release, **context: Unpack[ActionContext]) -> Release:
    """Save every text of a draft again, so that its fields clean it. Raises ActionRefusedError for
    other releases."""
    row = lock(release, AuditEntry.Action.EDITED, context)
    if row.status != Release.Status.DRAFT:
        raise ActionRefusedError("It is no draft: correct it in the admin.")
    for part in (*row.sections.all(), *row.images.all(), *row.attachments.all()):
        part.save()
    save_with_audit(row, AuditEntry.Action.EDITED, AUDIT_REASON, context)
    return row
