"""From draft to the moment of release."""

from __future__ import annotations

import datetime
from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction

from releases.content.slugs import make_slug
from releases.models import AuditLine, FeedAuthority, NumberSeries, Release, Version
from releases.publishing.authors import own_work
from releases.publishing.base import (
    Act,
    Refused,
    bounded,
    lock,
    moment,
    queue,
    record,
    require_reason,
    save,
    typed,
)
from releases.publishing.scheduling import PASSED, set_moment

Deed = AuditLine.Deed
Status = Release.Status


def blockers(release: Release, by: User | None = None, override: str = "") -> list[str]:
    """What stands in the way of `by` approving the release, a sentence each.

    Nobody approves what they changed since the last approval, unless the reason given as
    `override` is to be recorded.
    """
    if release.status not in (Status.DRAFT, Status.IN_REVIEW):
        return [f"It is {release.get_status_display()} already."]
    sentences = release.missing()
    if by and not typed(override) and (sentence := own_work(release, by)):
        sentences.append(sentence)
    return sentences


@transaction.atomic
def submit(release: Release, **act: Unpack[Act]) -> Release:
    """Put a draft before those who approve. Raises Refused with what is missing."""
    row = lock(release, Deed.SUBMITTED, act)
    if row.status != Status.DRAFT:
        raise Refused(f"It is {row.get_status_display()} already.")
    if missing := row.missing():
        raise Refused(*missing)
    row.status = Status.IN_REVIEW
    save(row, Deed.SUBMITTED, "", act)
    return row


@transaction.atomic
def send_back(release: Release, reason: str, **act: Unpack[Act]) -> Release:
    """Make a draft again of what is in review; the reason is for its author."""
    row = lock(release, Deed.SENT_BACK, act)
    if row.status != Status.IN_REVIEW:
        raise Refused(f"It is {row.get_status_display()}: only what is in review is sent back.")
    reason = require_reason(reason, "Say what its author should change.")
    row.status = Status.DRAFT
    save(row, Deed.SENT_BACK, reason, act)
    return row


@transaction.atomic
def approve(
    release: Release,
    release_at: datetime.datetime | None,
    override: str = "",
    confirmed: bool = False,
    **act: Unpack[Act],
) -> Release:
    """Let the public see it from `release_at` on (aware; None: now), as its next version. A moment
    that has passed dates it as printed.

    Raises Refused with the blockers, under the row lock, so that two approvers can not both do it,
    and Unconfirmed for a moment that has to be `confirmed`: before the proposed one, or far ahead.
    """
    row = lock(release, Deed.APPROVED, act)
    if reasons := blockers(row, act.get("by"), override):
        raise Refused(*reasons)
    assert row.date is not None  # a blocker otherwise
    if not row.number:
        row.number = NumberSeries.take(row.date.year)[0]
        FeedAuthority.store()
    row.slug = row.slug or make_slug(row.title)
    set_moment(row, release_at or moment(act), confirmed, act)
    row.status = Status.APPROVED
    save(row, Deed.APPROVED, bounded(override), act)
    record(row, Version.Kind.ISSUED, "", act)
    return row


@transaction.atomic
def reschedule(
    release: Release,
    release_at: datetime.datetime | None,
    confirmed: bool = False,
    **act: Unpack[Act],
) -> Release:
    """Move the moment of an approved release that is not public yet to one that is to come (None:
    publish it now). Raises Unconfirmed as `approve` does."""
    row = _lock_embargoed(release, Deed.RESCHEDULED, act)
    before, now = row.release_at, moment(act)
    if release_at and release_at <= now:
        raise Refused(PASSED)
    after = release_at or now
    set_moment(row, after, confirmed, act)
    assert before is not None  # embargoed
    save(row, Deed.RESCHEDULED, f"From {before.isoformat()} to {after.isoformat()}", act)
    queue(row, moment(act))
    return row


@transaction.atomic
def recall(release: Release, reason: str, **act: Unpack[Act]) -> Release:
    """Take an approval back before the public sees the release: it is in review again, and its
    moment is proposed for the next approval."""
    row = _lock_embargoed(release, Deed.RECALLED, act)
    reason = require_reason(reason, "Say why it is called back.")
    row.status, row.release_at, row.proposed_release_at = Status.IN_REVIEW, None, row.release_at
    save(row, Deed.RECALLED, reason, act)
    queue(row, moment(act))  # its moment may have come just now
    return row


def _lock_embargoed(release: Release, deed: str, act: Act) -> Release:
    row = lock(release, deed, act)
    if row.is_published(moment(act)):
        raise Refused("It is public already: what is public is corrected or withdrawn.")
    if row.status != Status.APPROVED:
        raise Refused(f"It is {row.get_status_display()}: it has no moment of release to move.")
    return row
