"""Import warnings that a person has checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from django.db import transaction

from releases.models import AuditEntry, Release
from releases.parsing.warnings import ParseWarning
from releases.publishing.base import ActionContext, action_time, lock


@transaction.atomic
def resolve_import_warnings(
    release: Release, is_resolved: Callable[[ParseWarning], bool], **context: Unpack[ActionContext]
) -> list[ParseWarning]:
    """Drop the warnings that match from a draft and return them. Makes nobody an author."""
    row = lock(release, AuditEntry.Action.EDITED, context)
    resolved = [warning for warning in row.unresolved_warnings() if is_resolved(warning)]
    if not resolved or row.status != Release.Status.DRAFT:
        return []
    row.resolve_warnings(resolved)
    row.edited_by, row.updated_at = context.get("by") or row.edited_by, action_time(context)
    row.save(update_fields=["import_warnings", "edited_by", "updated_at"])
    return resolved
