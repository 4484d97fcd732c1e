"""Corrections by who may not publish them: proposed by one person, decided by another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from releases.content import diffing
from releases.models import AuditLine, ProposedCorrection, Release, Section, Topic, Version, lengths
from releases.models.clean_fields import clean_values
from releases.publishing.base import (
    Act,
    Refused,
    audit,
    bounded,
    lock,
    moment,
    record,
    require_reason,
    save,
)
from releases.publishing.corrections import objections_to_kind

Deed = AuditLine.Deed
Status = Release.Status

NOBODY = "A correction is proposed by a person: say who."
NOTHING_NEW = "It reads as the release does already: there is nothing to change."
DECIDED = "It was decided or taken back meanwhile: open the release again."
OWN_PROPOSAL = "You proposed it: a colleague approves it, or you say why you approve it yourself."


def open_proposal(release: Release) -> ProposedCorrection | None:
    """The proposed correction that nobody has decided yet, if there is one."""
    return release.proposed_corrections.select_related("proposed_by").filter(status="open").first()


def proposed_snapshot(proposal: ProposedCorrection, latest: Version) -> dict[str, Any]:
    """What the public would read: the latest version with what the proposal changes."""
    return {**latest.snapshot, **proposal.changed()}


def proposed_changes(proposal: ProposedCorrection) -> list[diffing.Change]:
    """Word by word, what the proposal would change of what the public reads now."""
    latest = _latest(proposal.release)
    return diffing.compare(latest.snapshot, proposed_snapshot(proposal, latest))


def objections_to_proposal(proposal: ProposedCorrection) -> list[str]:
    """Why it can not be approved as things are, whoever does it; sentences."""
    release, latest = proposal.release, _latest(proposal.release)
    if not release.is_published():
        return [f"It is {release.get_status_display()}: only what is public is corrected."]
    if names := proposal.conflicts(latest):
        return [_conflict(proposal, latest, names)]
    after = proposed_snapshot(proposal, latest)
    if after == latest.snapshot:
        return [NOTHING_NEW]
    if unknown := set(after["topics"]) - set(_topics(after).values_list("slug", flat=True)):
        return [f"These topics are no longer there: {', '.join(sorted(unknown))}."]
    too_large = lengths.excess(after, latest.snapshot)
    return too_large or objections_to_kind(latest.snapshot, after, proposal.kind, proposal.note)


@transaction.atomic
def propose_correction(
    release: Release, content: Mapping[str, Any], kind: str, note: str = "", **act: Unpack[Act]
) -> Release:
    """Put a changed text, its sections and topics before a publisher; `content` is as in a
    snapshot. The public reads nothing of it. Raises Refused."""
    person = act.get("by")
    if person is None:
        raise Refused(NOBODY)
    row, content, note = lock(release, Deed.PROPOSED, act), _clean(content), bounded(note)
    if reasons := _objections_to_proposing(row, content, kind, note, act):
        raise Refused(*reasons)
    ProposedCorrection.objects.create(
        release=row,
        kind=kind,
        note=note,
        content=ProposedCorrection.content_of(content),
        base_number=_latest(row).number,
        proposed_by=person,
        proposed_at=moment(act),
    )
    audit(row, Deed.PROPOSED, note, act)
    return row


@transaction.atomic
def approve_correction(
    release: Release, proposal: int, override: str = "", **act: Unpack[Act]
) -> Release:
    """Have the public read an open proposal, by its key, as the release's next version.

    The version is by who wrote its words; the audit entry is of who approved it. Its proposer does
    not approve it, unless the reason given as `override` is to be recorded. Raises Refused.
    """
    row, override = lock(release, Deed.ACCEPTED, act), bounded(override)
    found = _open(row, proposal)
    if found.proposed_by == act.get("by") and not override:
        raise Refused(OWN_PROPOSAL)
    if reasons := objections_to_proposal(found):
        raise Refused(*reasons)
    _put_in_place(row, proposed_snapshot(found, _latest(row)))
    if missing := row.missing():
        raise Refused(*missing)
    row.edited_by = found.proposed_by
    why = " ".join(filter(None, (f"Proposed by {found.proposer}.", found.note, override)))
    save(row, Deed.ACCEPTED, why, act)
    record(row, found.kind, found.note, {**act, "by": found.proposed_by})
    _decide(found, ProposedCorrection.Status.APPROVED, override, act)
    return row


@transaction.atomic
def decline_correction(release: Release, proposal: int, reason: str, **act: Unpack[Act]) -> Release:
    """Leave the release as it is; the reason is for who proposed it. Raises Refused."""
    row = lock(release, Deed.DECLINED, act)
    reason = require_reason(reason, "Say why it is declined: its author reads it.")
    _decide(_open(row, proposal), ProposedCorrection.Status.DECLINED, reason, act)
    audit(row, Deed.DECLINED, reason, act)
    return row


@transaction.atomic
def take_back_correction(release: Release, proposal: int, **act: Unpack[Act]) -> Release:
    """Close a proposal of one's own. Raises Refused."""
    row = lock(release, Deed.RETRACTED, act)
    found = _open(row, proposal)
    if act.get("by") not in (None, found.proposed_by):
        raise Refused(f"{found.proposer} proposed it: only they take it back.")
    _decide(found, ProposedCorrection.Status.WITHDRAWN, "", act)
    audit(row, Deed.RETRACTED, "", act)
    return row


def _clean(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as the release's own columns would hold it."""
    sections = [clean_values(Section, section) for section in content["sections"]]
    return {**clean_values(Release, content), "sections": sections}


def _objections_to_proposing(
    row: Release, content: Mapping[str, Any], kind: str, note: str, act: Act
) -> list[str]:
    if not row.is_published(moment(act)):
        return [f"It is {row.get_status_display()}: corrections are proposed of what is public."]
    if earlier := open_proposal(row):
        at = format_date(timezone.localtime(earlier.proposed_at), "N j, P")
        return [
            f"{earlier.proposer} proposed a correction of it on {at} that nobody has decided yet: "
            "have it decided, or taken back, first."
        ]
    before = _latest(row).snapshot
    after = {**before, **ProposedCorrection.content_of(content)}
    if after == before:
        return [NOTHING_NEW]
    if too_large := lengths.excess(after, before):
        return too_large
    printed = {name: after[name] for name in Release.PRINTED_FIELDS}
    return Release(**printed).missing() or objections_to_kind(before, after, kind, note)


def _conflict(proposal: ProposedCorrection, latest: Version, names: list[str]) -> str:
    fields = ", ".join(sorted(name.replace("_", " ") for name in names))
    return (
        f"It was written on version {proposal.base_number}; version {latest.number} "
        f"({latest.get_kind_display()}) has changed the same since: {fields}. Decline it, or have "
        f"{proposal.proposer} take it back and propose it again; its words are kept here."
    )


def _open(row: Release, key: int) -> ProposedCorrection:
    """The proposal, held to the transaction's end. Raises Refused where it is not open."""
    rows = ProposedCorrection.objects.select_for_update(of=("self",)).select_related("proposed_by")
    found = rows.filter(release=row, pk=key, status="open").first()
    if found is None:
        raise Refused(DECIDED)
    return found


def _decide(found: ProposedCorrection, status: str, reason: str, act: Act) -> None:
    found.status, found.reason = status, reason
    found.decided_by, found.decided_at = act.get("by"), moment(act)
    found.save()


def _latest(release: Release) -> Version:
    """What the public reads now; what is public has one."""
    return release.versions.reverse()[:1].get()


def _put_in_place(row: Release, snapshot: Mapping[str, Any]) -> None:
    """Text, sections and topics; the row itself is not saved."""
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
