"""Taking back what is public, and giving it back."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from releases.models import AuditLine, Release, Version
from releases.publishing import roles
from releases.publishing.base import (
    Act,
    Refused,
    lock,
    lock_both,
    moment,
    record,
    require_reason,
    save,
)

Deed = AuditLine.Deed
Status = Release.Status

REASON_MISSING = "The reason is missing: the public reads it in place of the release."
NOT_PUBLIC_YET = "It is not public yet: call it back instead."


@transaction.atomic
def withdraw(
    release: Release, reason: str, successor: Release | None = None, **act: Unpack[Act]
) -> Release:
    """Take it out of lists and search; its page stays readable under a notice with the reason, or
    leads to its successor while the public may see that one."""
    if successor:
        successor = lock_both(release, successor)
    row = lock(release, Deed.WITHDREW, act)
    if successor:
        _require_successor(row, successor)
    row.successor = successor
    return _take_back(row, Status.WITHDRAWN, Deed.WITHDREW, reason, act)


@transaction.atomic
def remove(
    release: Release, reason: str, withhold_title: bool = False, **act: Unpack[Act]
) -> Release:
    """Leave a tombstone at its permalink: number, reason and date, but no text (410)."""
    row = lock(release, Deed.REMOVED, act)
    row.title_withheld = withhold_title
    return _take_back(row, Status.REMOVED, Deed.REMOVED, reason, act)


@transaction.atomic
def block(
    release: Release, reason: str, withhold_title: bool = False, **act: Unpack[Act]
) -> Release:
    """The same because a court or another authority, which the reason names, demands it (451)."""
    row = lock(release, Deed.BLOCKED, act)
    row.title_withheld = withhold_title
    return _take_back(row, Status.BLOCKED, Deed.BLOCKED, reason, act)


@transaction.atomic
def reinstate(release: Release, reason: str, **act: Unpack[Act]) -> Release:
    """Make public again what was withdrawn, removed or blocked; the public reads why."""
    row = lock(release, Deed.REINSTATED, act)
    if row.status not in (Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED):
        raise Refused(f"It is {row.get_status_display()}: there is nothing to reinstate.")
    if row.is_taken_down and not roles.may(act.get("by"), Deed.REMOVED):
        raise Refused(roles.refusal(Deed.REMOVED))
    reason = require_reason(
        reason, "The reason is missing: the public reads it in the release's history."
    )
    row.status, row.status_reason = Status.APPROVED, ""
    row.title_withheld, row.successor = False, None
    save(row, Deed.REINSTATED, reason, act)
    record(row, Version.Kind.REINSTATEMENT, reason, act)
    return row


def _take_back(row: Release, status: str, deed: str, reason: str, act: Act) -> Release:
    if row.is_embargoed(moment(act)):
        raise Refused(NOT_PUBLIC_YET)
    if row.status in (Status.DRAFT, Status.IN_REVIEW, status):
        raise Refused(f"It is {row.get_status_display()}: only a published release is taken back.")
    reason = require_reason(reason, REASON_MISSING)
    if status == Status.WITHDRAWN and row.is_taken_down:
        raise Refused(f"It is {row.get_status_display()}: reinstate it first.")
    row.status, row.status_reason = status, reason
    save(row, deed, reason, act)
    record(row, Version.Kind.WITHDRAWAL, reason, act)
    return row


def _require_successor(row: Release, successor: Release) -> None:
    """Approved ones only: a withdrawn one may lead back here, so no circle ever closes."""
    if successor.pk == row.pk:
        raise Refused("A release does not stand in place of itself.")
    if successor.status != Status.APPROVED:
        raise Refused(
            f"{successor.number or successor.title} is {successor.get_status_display()}: only an "
            "approved release stands in place of another, so that addresses never lead in a circle."
        )
