"""Actions from draft to publication."""

from __future__ import annotations

import datetime
from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction

from releases.content.slugs import make_slug
from releases.models import AuditEntry, FeedAuthority, NumberSeries, Release, Version
from releases.publishing import notifications
from releases.publishing.authors import objection_to_own_work
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    bounded_reason,
    clean_text,
    lock,
    queue_for_index,
    record_version,
    require_reason,
    save_with_audit,
)
from releases.publishing.press import stop_press_mailings
from releases.publishing.scheduling import PASSED, format_moment, proposed_moment, set_moment

Action = AuditEntry.Action
Status = Release.Status
EARLIER_THAN_PROPOSED = (
    "The proposed time is later: {}. To publish earlier, press “Schedule for …” and confirm it."
)


def blockers(release: Release, by: User | None = None, override: str = "") -> list[str]:
    """Return a sentence for each obstacle to `by` approving the release.

    Nobody approves their own changes since the last approval, unless they give a reason as
    `override`.
    """
    if release.status not in (Status.DRAFT, Status.IN_REVIEW):
        return [f"This release is already {release.get_status_display()}."]
    sentences = [*release.missing_fields().values()]
    if by and not clean_text(override) and (sentence := objection_to_own_work(release, by)):
        sentences.append(sentence)
    return sentences


@transaction.atomic
def submit(release: Release, **context: Unpack[ActionContext]) -> Release:
    """Submit a draft for review. Raises ActionRefusedError with what is missing."""
    row = lock(release, Action.SUBMITTED, context)
    if row.status != Status.DRAFT:
        raise ActionRefusedError(f"This release is already {row.get_status_display()}.")
    if missing := row.missing_fields():
        raise ActionRefusedError(*missing.values())
    row.status = Status.IN_REVIEW
    save_with_audit(row, Action.SUBMITTED, "", context)
    notifications.notify_reviewers(row, context)
    return row


@transaction.atomic
def send_back(release: Release, reason: str, **context: Unpack[ActionContext]) -> Release:
    """Return a release in review to draft; the reason is for its author."""
    row = lock(release, Action.SENT_BACK, context)
    if row.status != Status.IN_REVIEW:
        raise ActionRefusedError(
            f"Only a release in review can be sent back (status: {row.get_status_display()})."
        )
    reason = require_reason(reason, "Say what its author should change.")
    row.status = Status.DRAFT
    save_with_audit(row, Action.SENT_BACK, reason, context)
    notifications.notify_authors(row, context)
    return row


@transaction.atomic
def approve(
    release: Release,
    release_at: datetime.datetime | None,
    override: str = "",
    confirmed: bool = False,
    **context: Unpack[ActionContext],
) -> Release:
    """Approve the release for `release_at` (aware; None: now; a past time backdates it).

    Raises ActionRefusedError with the blockers, and ConfirmationRequiredError for a release time
    that must be `confirmed`: earlier than proposed, or far ahead.
    """
    row = lock(release, Action.APPROVED, context)
    # Checked under the lock: of two approvers only one succeeds.
    if reasons := blockers(row, context.get("by"), override):
        raise ActionRefusedError(*reasons)
    assert row.date is not None  # a blocker otherwise
    if not row.number:
        row.number = NumberSeries.allocate(row.date.year)[0]
        FeedAuthority.store()  # from the first number on, feed ids are public
    row.slug = row.slug or make_slug(row.title)
    set_moment(row, release_at or action_time(context), confirmed, context)
    row.status = Status.APPROVED
    save_with_audit(row, Action.APPROVED, bounded_reason(override), context)
    record_version(row, Version.Kind.ISSUED, "", context)
    return row


@transaction.atomic
def reschedule(
    release: Release,
    release_at: datetime.datetime | None,
    confirmed: bool = False,
    **context: Unpack[ActionContext],
) -> Release:
    """Change the release time of a release under embargo (None: publish it now).

    Press mailings that wait for the earlier time go out if it is public now; otherwise they are
    stopped, and their preview links end.
    Raises ConfirmationRequiredError as `approve` does.
    """
    row = _lock_embargoed(release, Action.RESCHEDULED, context)
    before, now = row.release_at, action_time(context)
    if release_at and release_at <= now:
        raise ActionRefusedError(PASSED)
    after = release_at or now
    set_moment(row, after, confirmed, context)
    assert before is not None  # embargoed
    if after == now:
        row.press_mailings.filter(release_at=before).update(release_at=now)
    elif after != before:
        stop_press_mailings(row, now)
    save_with_audit(
        row, Action.RESCHEDULED, f"From {format_moment(before)} to {format_moment(after)}", context
    )
    queue_for_index(row, action_time(context))
    return row


@transaction.atomic
def recall(release: Release, reason: str, **context: Unpack[ActionContext]) -> Release:
    """Return a release under embargo to review, proposing the same release time.

    Press mailings that wait are stopped, and the preview links that the press got end for good; a
    new approval does not bring them back.
    """
    row = _lock_embargoed(release, Action.RECALLED, context)
    reason = require_reason(reason, "Give a reason for recalling the approval.")
    row.status, row.release_at, row.proposed_release_at = Status.IN_REVIEW, None, row.release_at
    stop_press_mailings(row, action_time(context))
    save_with_audit(row, Action.RECALLED, reason, context)
    queue_for_index(row, action_time(context))  # it may just have become public
    return row


@transaction.atomic
def propose_moment(
    release: Release, proposed_at: datetime.datetime, **context: Unpack[ActionContext]
) -> Release:
    """Propose a release time for a draft or a release in review, without scheduling it.

    Raises ActionRefusedError for a past time, and for one before the present proposal: only
    `approve` overrules that, because it asks for a confirmation.
    """
    row = lock(release, Action.RESCHEDULED, context)
    if row.status not in (Status.DRAFT, Status.IN_REVIEW):
        raise ActionRefusedError(f"This release is already {row.get_status_display()}.")
    now = action_time(context)
    if proposed_at <= now:
        raise ActionRefusedError(PASSED)
    if (present := proposed_moment(row, now)) and proposed_at < present:
        raise ActionRefusedError(EARLIER_THAN_PROPOSED.format(format_moment(present)))
    if row.proposed_release_at == proposed_at:
        return row
    row.proposed_release_at = proposed_at
    save_with_audit(row, Action.RESCHEDULED, f"Proposed: {format_moment(proposed_at)}", context)
    return row


def _lock_embargoed(release: Release, action: str, context: ActionContext) -> Release:
    row = lock(release, action, context)
    if row.is_published(action_time(context)):
        raise ActionRefusedError("This release is already public. Correct or withdraw it instead.")
    if row.status != Status.APPROVED:
        raise ActionRefusedError(
            "Only an approved release can be rescheduled or recalled "
            f"(status: {row.get_status_display()})."
        )
    return row
