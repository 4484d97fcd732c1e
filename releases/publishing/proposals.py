"""Corrections proposed by one person and decided by another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from releases.content import diffing
from releases.models import (
    AuditEntry,
    ProposedCorrection,
    Release,
    Section,
    Topic,
    Version,
    lengths,
)
from releases.models.clean_fields import clean_values
from releases.publishing import notifications
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    add_audit_entry,
    bounded_reason,
    lock,
    record_version,
    require_reason,
    save_with_audit,
)
from releases.publishing.corrections import objections_to_kind

Action = AuditEntry.Action
Status = Release.Status

PERSON_REQUIRED = "Say who proposes the correction."
NOTHING_NEW = "The release already has this text. There is nothing to change."
DECIDED = "This proposal has been decided or taken back. Open the release again."
OWN_PROPOSAL = (
    "You proposed this correction. Ask a colleague to approve it, or give a reason for approving "
    "it yourself."
)


def open_proposal(release: Release) -> ProposedCorrection | None:
    """Return the undecided proposed correction, if there is one."""
    return release.proposed_corrections.select_related("proposed_by").filter(status="open").first()


def proposed_snapshot(proposal: ProposedCorrection, latest: Version) -> dict[str, Any]:
    """Return the latest snapshot with the proposal's changes applied."""
    return {**latest.snapshot, **proposal.changed()}


def proposed_changes(proposal: ProposedCorrection) -> list[diffing.Change]:
    """Return a word diff from the public text to the proposed one."""
    latest = _latest(proposal.release)
    return diffing.compare(latest.snapshot, proposed_snapshot(proposal, latest))


def objections_to_proposal(proposal: ProposedCorrection) -> list[str]:
    """Return why nobody can approve it now."""
    release, latest = proposal.release, _latest(proposal.release)
    if not release.is_published():
        return [f"Only a public release can be corrected (status: {release.get_status_display()})."]
    if names := proposal.conflicts(latest):
        return [_conflict(proposal, latest, names)]
    after = proposed_snapshot(proposal, latest)
    if after == latest.snapshot:
        return [NOTHING_NEW]
    if unknown := set(after["topics"]) - set(_topics(after).values_list("slug", flat=True)):
        return [f"These topics no longer exist: {', '.join(sorted(unknown))}."]
    too_large = lengths.excess(after, latest.snapshot)
    return too_large or objections_to_kind(latest.snapshot, after, proposal.kind, proposal.note)


@transaction.atomic
def propose_correction(
    release: Release,
    content: Mapping[str, Any],
    kind: str,
    note: str = "",
    **context: Unpack[ActionContext],
) -> Release:
    """Propose changed text, sections and topics, as in a snapshot. Raises ActionRefusedError."""
    person = context.get("by")
    if person is None:
        raise ActionRefusedError(PERSON_REQUIRED)
    row = lock(release, Action.CORRECTION_PROPOSED, context)
    content, note = _clean(content), bounded_reason(note)
    if reasons := _objections_to_proposing(row, content, kind, note, context):
        raise ActionRefusedError(*reasons)
    ProposedCorrection.objects.create(
        release=row,
        kind=kind,
        note=note,
        content=ProposedCorrection.content_of(content),
        base_number=_latest(row).number,
        proposed_by=person,
        proposed_at=action_time(context),
    )
    add_audit_entry(row, Action.CORRECTION_PROPOSED, note, context)
    notifications.notify_deciders(row, context)
    return row


@transaction.atomic
def approve_correction(
    release: Release, proposal: int, override: str = "", **context: Unpack[ActionContext]
) -> Release:
    """Publish an open proposal, by primary key, as the release's next version.

    Raises ActionRefusedError, also for its own proposer without a reason as `override`.
    """
    row, override = lock(release, Action.CORRECTION_APPROVED, context), bounded_reason(override)
    found = _lock_open_proposal(row, proposal)
    if found.proposed_by == context.get("by") and not override:
        raise ActionRefusedError(OWN_PROPOSAL)
    if reasons := objections_to_proposal(found):
        raise ActionRefusedError(*reasons)
    _apply_snapshot(row, proposed_snapshot(found, _latest(row)))
    if missing := row.missing_fields():
        raise ActionRefusedError(*missing.values())
    # The version names the author of the change, the audit entry the approver.
    row.edited_by = found.proposed_by
    why = " ".join(filter(None, (f"Proposed by {found.proposer}.", found.note, override)))
    save_with_audit(row, Action.CORRECTION_APPROVED, why, context)
    record_version(row, found.kind, found.note, {**context, "by": found.proposed_by})
    _decide(found, ProposedCorrection.Status.APPROVED, override, context)
    notifications.notify_proposer(row, found, context)
    return row


@transaction.atomic
def decline_correction(
    release: Release, proposal: int, reason: str, **context: Unpack[ActionContext]
) -> Release:
    """Decline an open proposal; the reason is for its author. Raises ActionRefusedError."""
    row = lock(release, Action.CORRECTION_DECLINED, context)
    reason = require_reason(reason, "Give a reason for declining it. Its author will read it.")
    found = _lock_open_proposal(row, proposal)
    _decide(found, ProposedCorrection.Status.DECLINED, reason, context)
    add_audit_entry(row, Action.CORRECTION_DECLINED, reason, context)
    notifications.notify_proposer(row, found, context)
    return row


@transaction.atomic
def take_back_correction(
    release: Release, proposal: int, **context: Unpack[ActionContext]
) -> Release:
    """Take back one's own open proposal. Raises ActionRefusedError."""
    row = lock(release, Action.CORRECTION_TAKEN_BACK, context)
    found = _lock_open_proposal(row, proposal)
    if context.get("by") not in (None, found.proposed_by):
        raise ActionRefusedError(f"Only {found.proposer}, who proposed it, can take it back.")
    _decide(found, ProposedCorrection.Status.WITHDRAWN, "", context)
    add_audit_entry(row, Action.CORRECTION_TAKEN_BACK, "", context)
    return row


def _clean(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content as the release's columns would store it."""
    sections = [clean_values(Section, section) for section in content["sections"]]
    return {**clean_values(Release, content), "sections": sections}


def _objections_to_proposing(
    row: Release, content: Mapping[str, Any], kind: str, note: str, context: ActionContext
) -> list[str]:
    if not row.is_published(action_time(context)):
        return [f"Only a public release can be corrected (status: {row.get_status_display()})."]
    if earlier := open_proposal(row):
        at = format_date(timezone.localtime(earlier.proposed_at), "N j, P")
        return [
            f"{earlier.proposer} proposed a correction on {at} that is still open. It must be "
            "decided or taken back first."
        ]
    before = _latest(row).snapshot
    after = {**before, **ProposedCorrection.content_of(content)}
    if after == before:
        return [NOTHING_NEW]
    if too_large := lengths.excess(after, before):
        return too_large
    printed = {name: after[name] for name in Release.PRINTED_FIELDS}
    missing = Release(**printed).missing_fields()
    return [*missing.values()] or objections_to_kind(before, after, kind, note)


def _conflict(proposal: ProposedCorrection, latest: Version, names: list[str]) -> str:
    fields = ", ".join(sorted(name.replace("_", " ") for name in names))
    return (
        f"It is based on version {proposal.base_number}. Version {latest.number} "
        f"({latest.get_kind_display()}) has since changed the same parts: {fields}. Decline it, "
        f"or ask {proposal.proposer} to take it back and propose it again. Its text stays here."
    )


def _lock_open_proposal(row: Release, key: int) -> ProposedCorrection:
    """Lock the proposal until the transaction ends and return it. Raises ActionRefusedError if it
    is not open."""
    rows = ProposedCorrection.objects.select_for_update(of=("self",)).select_related("proposed_by")
    found = rows.filter(release=row, pk=key, status="open").first()
    if found is None:
        raise ActionRefusedError(DECIDED)
    return found


def _decide(found: ProposedCorrection, status: str, reason: str, context: ActionContext) -> None:
    found.status, found.reason = status, reason
    found.decided_by, found.decided_at = context.get("by"), action_time(context)
    found.save()


def _latest(release: Release) -> Version:
    return release.versions.reverse()[:1].get()


def _apply_snapshot(row: Release, snapshot: Mapping[str, Any]) -> None:
    """Set text, sections and topics, without saving the release itself."""
    for name in Release.PRINTED_FIELDS:
        setattr(row, name, snapshot[name])
    row.date = datetime.date.fromisoformat(snapshot["date"])
    row.sections.all().delete()
    Section.objects.bulk_create(
        Section(release=row, position=position, **section)
        for position, section in enumerate(snapshot["sections"], start=1)
    )
    row.topics.set(_topics(snapshot))


def _topics(snapshot: Mapping[str, Any]) -> Any:
    return Topic.objects.filter(slug__in=snapshot["topics"])
