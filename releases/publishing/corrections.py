"""Changes of what a release says, its address, its topics and its translations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Unpack

from django.db import transaction

from releases.content import diffing
from releases.content.slugs import make_slug
from releases.models import AuditLine, ProposedCorrection, Release, Topic, Version
from releases.publishing import roles
from releases.publishing.base import (
    Act,
    Refused,
    audit,
    bounded,
    lock,
    lock_both,
    moment,
    record,
    require_bounded,
    save,
    typed,
)

Deed = AuditLine.Deed
Status = Release.Status
Kind = Version.Kind

DEEDS = {Kind.CORRECTION: Deed.CORRECTED, Kind.UPDATE: Deed.UPDATED, Kind.MINOR: Deed.EDITED}
NOT_MINOR = (
    "Words have changed, or a section's kind or place: call it a correction or an update, with a "
    "note. A minor edit changes white space, quotation marks and dashes only."
)
RECALL_FIRST = (
    "It is approved as it reads now: call it back to change its words or topics before its release."
)
PROPOSE_IT = "Here a colleague approves each correction of what is public: propose it."


@transaction.atomic
def record_change(
    release: Release,
    kind: str = Kind.MINOR,
    note: str = "",
    before: Mapping[str, Any] | None = None,
    **act: Unpack[Act],
) -> Version | None:
    """Keep what was just saved in a release on record as its next version: a correction, an update
    or a minor edit.

    Call it in the transaction that saved it, so that a refusal undoes the whole. Where `before`,
    its snapshot as it was, is the same as now, nothing was changed and nothing is noted. Returns
    None when the public reads the same as before. Raises Refused where the kind does not fit.
    """
    row, note = lock(release, Deed.EDITED, act), bounded(note)
    after = row.snapshot()
    if before == after:
        return None
    latest = None if row.status in (Status.DRAFT, Status.IN_REVIEW) else row.versions.last()
    require_bounded(after, before or (latest.snapshot if latest else None))
    if latest is None or latest.snapshot == after:
        changed = diffing.changed_parts(before, after) if before else []
        _note(row, Deed.EDITED, ", ".join(changed), act)
        return None
    filed = (before or latest.snapshot)["topics"]
    if row.is_embargoed(moment(act)) and filed != after["topics"]:
        raise Refused(RECALL_FIRST)
    if reasons := _objections(row, latest, kind, note, act):
        raise Refused(*reasons)
    _note(row, DEEDS[Kind(kind)], note, act)
    return record(row, kind, note, act)


@transaction.atomic
def record_creation(release: Release, **act: Unpack[Act]) -> None:
    """Note who wrote a new draft, in the transaction that saved it."""
    row = lock(release, Deed.EDITED, act)
    require_bounded(row.snapshot())
    _note(row, Deed.CREATED, "", act)


def _note(row: Release, deed: str, why: str, act: Act) -> None:
    """Name the author in the row and in an audit entry."""
    row.edited_by = act.get("by") or row.edited_by
    row.updated_at = moment(act)
    row.save(update_fields=["edited_by", "updated_at"])
    audit(row, deed, why, act)


def _objections(row: Release, latest: Version, kind: str, note: str, act: Act) -> list[str]:
    """Why the change from the latest version may not go on record as that kind, sentences."""
    if not roles.may(act.get("by"), Deed.CORRECTED):
        return [roles.refusal(Deed.CORRECTED)]
    if row.status != Status.APPROVED:
        return [f"It is {row.get_status_display()}: its text stays as it was."]
    if missing := row.missing():
        return missing
    before, after = latest.snapshot, row.snapshot()
    if row.is_embargoed(moment(act)):
        return [] if diffing.is_typographic(before, after) else [RECALL_FIRST]
    content_of = ProposedCorrection.content_of
    must_propose = roles.must_propose(act.get("by"), row, moment(act))
    if must_propose and content_of(before) != content_of(after):
        return [PROPOSE_IT]
    return objections_to_kind(before, after, kind, note)


def objections_to_kind(
    before: Mapping[str, Any], after: Mapping[str, Any], kind: str, note: str
) -> list[str]:
    """Why a change of what is public is not of that kind, sentences."""
    if kind != Kind.MINOR and not typed(note):
        return [f"A published {kind} needs a note that says what changed and why."]
    is_minor = diffing.is_typographic(before, after)
    return [NOT_MINOR] if kind == Kind.MINOR and not is_minor else []


@transaction.atomic
def rename(release: Release, slug: str, **act: Unpack[Act]) -> Release:
    """Give it another slug; addresses with earlier ones go on answering with a redirect."""
    row = lock(release, Deed.RENAMED, act)
    if row.status != Status.APPROVED:
        raise Refused(
            f"It is {row.get_status_display()}: only what is approved gets another address."
        )
    if slug != make_slug(slug):
        raise Refused(f"“{slug}” can not stand in an address; “{make_slug(slug)}” can.")
    before, row.slug = row.slug, slug
    if slug == before:
        return row
    save(row, Deed.RENAMED, f"From {before} to {slug}", act)
    _record_if_approved(row, act)
    return row


@transaction.atomic
def pair(release: Release, original: Release | None, **act: Unpack[Act]) -> Release:
    """Say which release it is a translation of; None: of none."""
    if original:
        original = lock_both(release, original)
    row = lock(release, Deed.PAIRED, act)
    _require_right_to_correct(row, act)
    if original and (reasons := _objections_to_pair(row, original)):
        raise Refused(*reasons)
    if row.translation_of_id == (original and original.pk):
        return row
    row.translation_of = original
    save(row, Deed.PAIRED, f"Translation of {original}" if original else "Of none", act)
    return row


def _require_right_to_correct(row: Release, act: Act) -> None:
    """Raises Refused where the row is no draft any more and the person may not correct it."""
    is_draft = row.status in (Status.DRAFT, Status.IN_REVIEW)
    if not is_draft and not roles.may(act.get("by"), Deed.CORRECTED):
        raise Refused(roles.refusal(Deed.CORRECTED))


def _objections_to_pair(row: Release, original: Release) -> list[str]:
    """A pair is one original and its translations, each in a language of its own."""
    if original.pk == row.pk:
        return ["A release is not a translation of itself."]
    if original.translation_of_id:
        return ["That one is a translation itself: pair it with the original."]
    if row.translations.exists():
        return ["It has translations of its own: pair the other one with it instead."]
    if original.language == row.language:
        return [f"Both are in the same language ({row.language})."]
    return []


@transaction.atomic
def file_under(release: Release, topics: Collection[Topic], **act: Unpack[Act]) -> Release:
    """Add topics to those that it is filed under: a draft's by who may change it, else as a
    correction. Topics that it has already are no change."""
    row = lock(release, Deed.FILED, act)
    if reasons := _objections_to_filing(row, act):
        raise Refused(*reasons)
    before, filed = row.snapshot(), set(row.topics.all())
    added = [topic for topic in topics if topic not in filed]
    if not added:
        return row
    row.topics.add(*added)
    require_bounded(row.snapshot(), before)
    save(row, Deed.FILED, "Added " + ", ".join(topic.name for topic in added), act)
    _record_if_approved(row, act)
    return row


def _objections_to_filing(row: Release, act: Act) -> list[str]:
    """Why the person may not change its topics now, sentences: the same as for its words."""
    if row.status in (Status.DRAFT, Status.IN_REVIEW):
        return []
    if not roles.may(act.get("by"), Deed.CORRECTED):
        return [roles.refusal(Deed.CORRECTED)]
    if row.status != Status.APPROVED:
        return [f"It is {row.get_status_display()}: its topics stay as they were."]
    if row.is_embargoed(moment(act)):
        return [RECALL_FIRST]
    return [PROPOSE_IT] if roles.must_propose(act.get("by"), row, moment(act)) else []


@transaction.atomic
def record_deletion(release: Release, **act: Unpack[Act]) -> None:
    """Note that a draft is deleted, in the transaction that does it. Raises Refused for a release
    that has a number: what was given out is withdrawn, never deleted."""
    row = lock(release, Deed.DELETED, act)
    if row.number:
        raise Refused("It has a permanent number: a published release is withdrawn, not deleted.")
    audit(row, Deed.DELETED, "", act)


def _record_if_approved(row: Release, act: Act) -> None:
    latest = row.versions.last() if row.status == Status.APPROVED else None
    if latest and latest.snapshot != row.snapshot():
        record(row, Kind.MINOR, "", act)
