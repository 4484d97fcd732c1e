"""Actions that withdraw, remove, block and reinstate public releases."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from releases.models import AuditEntry, Release, Version
from releases.publishing import roles
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    lock,
    lock_both,
    record_version,
    require_reason,
    save_with_audit,
)

Action = AuditEntry.Action
Status = Release.Status

REASON_MISSING = "Give a reason. The public will read it in place of the release."
NOT_PUBLIC_YET = "This release is not public yet. Recall its approval instead."


@transaction.atomic
def withdraw(
    release: Release,
    reason: str,
    successor: Release | None = None,
    **context: Unpack[ActionContext],
) -> Release:
    """Withdraw the release: remove it from lists and search.

    Its page stays, with a notice that gives the reason, or redirects to the successor while that is
    public.
    """
    if successor:  # locks first, in key order: see lock_both
        successor = lock_both(release, successor)
    row = lock(release, Action.WITHDRAWN, context)
    if successor:
        _require_successor(row, successor)
    row.successor = successor
    return _unpublish(row, Status.WITHDRAWN, Action.WITHDRAWN, reason, context)


@transaction.atomic
def remove(
    release: Release, reason: str, withhold_title: bool = False, **context: Unpack[ActionContext]
) -> Release:
    """Replace the page by a tombstone with number, reason and date (HTTP 410)."""
    row = lock(release, Action.REMOVED, context)
    row.title_withheld = withhold_title
    return _unpublish(row, Status.REMOVED, Action.REMOVED, reason, context)


@transaction.atomic
def block(
    release: Release, reason: str, withhold_title: bool = False, **context: Unpack[ActionContext]
) -> Release:
    """Replace the page by a tombstone by legal order, which the reason names (HTTP 451)."""
    row = lock(release, Action.BLOCKED, context)
    row.title_withheld = withhold_title
    return _unpublish(row, Status.BLOCKED, Action.BLOCKED, reason, context)


@transaction.atomic
def reinstate(release: Release, reason: str, **context: Unpack[ActionContext]) -> Release:
    """Publish a withdrawn, removed or blocked release again. The reason is public."""
    row = lock(release, Action.REINSTATED, context)
    if row.status not in (Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED):
        raise ActionRefusedError(
            "Only a withdrawn, removed or blocked release can be reinstated "
            f"(status: {row.get_status_display()})."
        )
    # Undoing a removal needs the same right as the removal.
    if row.is_taken_down and not roles.may(context.get("by"), Action.REMOVED):
        raise ActionRefusedError(roles.refusal_message(Action.REMOVED))
    reason = require_reason(
        reason, "Give a reason. The public will read it in the release’s history."
    )
    row.status, row.status_reason = Status.APPROVED, ""
    row.title_withheld, row.successor = False, None
    save_with_audit(row, Action.REINSTATED, reason, context)
    record_version(row, Version.Kind.REINSTATEMENT, reason, context)
    return row


def _unpublish(
    row: Release, status: str, action: str, reason: str, context: ActionContext
) -> Release:
    if row.is_embargoed(action_time(context)):
        raise ActionRefusedError(NOT_PUBLIC_YET)
    if row.status in (Status.DRAFT, Status.IN_REVIEW, status):
        raise ActionRefusedError(
            "Only a published release can be withdrawn, removed or blocked "
            f"(status: {row.get_status_display()})."
        )
    reason = require_reason(reason, REASON_MISSING)
    if status == Status.WITHDRAWN and row.is_taken_down:
        raise ActionRefusedError(f"This release is {row.get_status_display()}. Reinstate it first.")
    row.status, row.status_reason = status, reason
    save_with_audit(row, action, reason, context)
    record_version(row, Version.Kind.WITHDRAWAL, reason, context)
    return row


def _require_successor(row: Release, successor: Release) -> None:
    if successor.pk == row.pk:
        raise ActionRefusedError("A release cannot replace itself.")
    # A withdrawn successor could form a redirect loop.
    if successor.status != Status.APPROVED:
        raise ActionRefusedError(
            f"Only an approved release can replace another: {successor.number or successor.title} "
            f"cannot (status: {successor.get_status_display()})."
        )
