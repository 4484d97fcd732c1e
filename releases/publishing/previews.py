"""Actions on preview links to releases under embargo."""

from __future__ import annotations

import datetime
import secrets
from typing import Unpack

from django.db import transaction

from releases.models import AuditEntry, PreviewLink, PreviewUse, Release
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    add_audit_entry,
    clean_text,
    lock,
)
from releases.publishing.scheduling import format_moment

Action = AuditEntry.Action

MAX_LIFETIME = datetime.timedelta(days=90)


@transaction.atomic
def create_preview(
    release: Release,
    recipient: str,
    expires_at: datetime.datetime,
    **context: Unpack[ActionContext],
) -> tuple[PreviewLink, str]:
    """Create a preview link for one recipient, valid until `expires_at` (aware).

    Returns it with its token, which is not stored. Raises ActionRefusedError if the release is not
    under embargo or the recipient already has a link.
    """
    row, at = lock(release, Action.PREVIEW_SHARED, context), action_time(context)
    recipient = " ".join(clean_text(recipient).split())
    if reasons := _objections(row, recipient, expires_at, at):
        raise ActionRefusedError(*reasons)
    token = secrets.token_urlsafe(32)  # only its digest is stored
    link = PreviewLink.objects.create(
        release=row,
        recipient=recipient,
        digest=PreviewLink.digest_of(token),
        made_by=context.get("by"),
        made_at=at,
        expires_at=expires_at,
    )
    add_audit_entry(
        row, Action.PREVIEW_SHARED, f"With {recipient}, until {format_moment(expires_at)}", context
    )
    return link, token


@transaction.atomic
def revoke_preview(link: PreviewLink, **context: Unpack[ActionContext]) -> PreviewLink:
    """Revoke a preview link. Raises ActionRefusedError if it is no longer active."""
    row, at = lock(link.release, Action.PREVIEW_REVOKED, context), action_time(context)
    current = PreviewLink.objects.get(pk=link.pk)
    if not current.is_active(at):
        raise ActionRefusedError(f"The preview for {current.recipient} is no longer active.")
    current.revoked_at = at
    current.save()
    add_audit_entry(row, Action.PREVIEW_REVOKED, f"From {current.recipient}", context)
    return current


def record_preview_use(link: PreviewLink, at: datetime.datetime, file: str = "") -> None:
    """Record a view of the preview's page (`file` is "") or of one of its files."""
    # No audit entry: a view changes nothing.
    PreviewUse.objects.create(link=link, at=at, file=file)


def _objections(
    row: Release, recipient: str, expires_at: datetime.datetime, at: datetime.datetime
) -> list[str]:
    if row.is_published(at):
        return ["This release is public. Share its permalink instead."]
    if not row.is_embargoed(at):
        return [f"Only a release under embargo can be shared (status: {row.get_status_display()})."]
    if not recipient:
        return ["Enter who the preview is for."]
    if not at < expires_at <= at + MAX_LIFETIME:
        return [f"Choose an expiry date within the next {MAX_LIFETIME.days} days."]
    if row.preview_links.active(at).filter(recipient__iexact=recipient).exists():
        return [f"{recipient} already has a preview. Revoke it to create another."]
    return []
