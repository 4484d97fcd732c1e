"""Change of the office's settings."""

from __future__ import annotations

from typing import Any, Unpack

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from pressroom.infra import office
from releases.media.intake import PreparedUpload
from releases.models import AuditEntry, Office
from releases.models.files import new_key
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    subject_entry,
)

CHANGE = "releases.change_office"
NOT_ALLOWED = "This needs the administrator role. Ask a colleague who has it."
TEXTS = ("name", "contact", "footer", "languages", "origin", "color", "seal_alt")


@transaction.atomic
def save_office(
    changed: Office, seal: PreparedUpload | None = None, **context: Unpack[ActionContext]
) -> Office:
    """Save the settings, with a new seal if one is given. Raises ActionRefusedError."""
    by = context.get("by")
    if by and not by.has_perm(CHANGE):
        raise ActionRefusedError(NOT_ALLOWED)
    before, _ = Office.objects.select_for_update().get_or_create(pk=1)
    if seal:
        store_seal(changed, seal)
    changed.updated_at = action_time(context)
    changed.search_words = before.search_words  # may have changed since the form read the row
    changed.save(force_update=True)
    # Again after the commit: another thread may read in between.
    office.forget()
    transaction.on_commit(office.forget)
    if why := _changes(before, changed):
        entry = subject_entry("Office settings", AuditEntry.Action.OFFICE_CHANGED, why, context)
        entry.save(force_insert=True)
    return changed


def store_seal(row: Office, seal: PreparedUpload) -> None:
    """Store the seal's files under a new key, so that caches show it at once."""
    row.seal_key = new_key()
    row.seal_files = [
        {**file, "file": _store(row.seal_key, file["name"], seal)} for file in seal.found["files"]
    ]


def remove_seal(row: Office) -> None:
    """Print no seal; the caller saves."""
    row.seal_key, row.seal_alt, row.seal_files = "", "", []


def _store(key: str, name: str, seal: PreparedUpload) -> str:
    with seal.path(name).open("rb") as file:
        return default_storage.save(f"{key}/{name}", File(file))


def _changes(before: Office, after: Office) -> str:
    """Return each changed setting with its values, as text."""
    lines = [
        f"{name.replace('_', ' ')}: {_shown(before, name)} → {_shown(after, name)}"
        for name in TEXTS
        if getattr(before, name) != getattr(after, name)
    ]
    if before.seal_key != after.seal_key:
        lines.append("seal: " + ("replaced" if after.seal_key else "removed"))
    return "\n".join(lines)


def _shown(row: Office, name: str) -> str:
    value: Any = getattr(row, name)
    return f"“{', '.join(value) if isinstance(value, list) else value}”"
