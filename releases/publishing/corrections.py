"""Changes to a release's text, slug, topics and translations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from typing import Any, Unpack

from django.db import transaction

from releases.content import diffing
from releases.content.slugs import make_slug
from releases.models import AuditEntry, ProposedCorrection, Release, Topic, Version
from releases.publishing import roles
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    add_audit_entry,
    bounded_reason,
    clean_text,
    lock,
    lock_both,
    record_version,
    require_bounded,
    save_with_audit,
)
from releases.publishing.image_places import keep_image_places

Action = AuditEntry.Action
Status = Release.Status
Kind = Version.Kind

ACTION_BY_KIND = {
    Kind.CORRECTION: Action.CORRECTED,
    Kind.UPDATE: Action.UPDATED,
    Kind.MINOR: Action.EDITED,
}
NOT_MINOR = (
    "The wording has changed, or a section’s kind or position. Choose correction or update, and "
    "add a note. A minor edit changes only spacing, quotation marks and dashes."
)
RECALL_FIRST = (
    "This release is approved. Recall its approval to change its text or topics before publication."
)
PROPOSE_IT = "A colleague must approve every correction to a public release. Propose it instead."


@transaction.atomic
def record_change(
    release: Release,
    kind: str = Kind.MINOR,
    note: str = "",
    before: Mapping[str, Any] | None = None,
    placed: Set[int] = frozenset(),
    **context: Unpack[ActionContext],
) -> Version | None:
    """Record the saved state of a release as its next version.

    `placed` are the keys of images whose place in a draft is one of the text as saved now.

    Records nothing if the snapshot equals `before`. Returns None if the public text is unchanged.
    Raises ActionRefusedError if the kind does not fit the change.
    """
    # Call it in the transaction that saved the release: a refusal must undo that too.
    row, note = lock(release, Action.EDITED, context), bounded_reason(note)
    after = row.snapshot()
    if before == after:
        return None
    latest = None if row.status in (Status.DRAFT, Status.IN_REVIEW) else row.versions.last()
    require_bounded(after, before or (latest.snapshot if latest else None))
    if latest is None or latest.snapshot == after:
        if before and latest is None:
            keep_image_places(row, before, placed)
        changed = diffing.changed_parts(before, after) if before else []
        _record_author(row, Action.EDITED, ", ".join(changed), context)
        return None
    topics_before = (before or latest.snapshot)["topics"]
    if row.is_embargoed(action_time(context)) and topics_before != after["topics"]:
        raise ActionRefusedError(RECALL_FIRST)
    if reasons := _objections(row, latest, kind, note, context):
        raise ActionRefusedError(*reasons)
    _record_author(row, ACTION_BY_KIND[Kind(kind)], note, context)
    return record_version(row, kind, note, context)


@transaction.atomic
def record_creation(release: Release, why: str = "", **context: Unpack[ActionContext]) -> None:
    """Record the author of a new draft, in the transaction that saved it."""
    row = lock(release, Action.EDITED, context)
    require_bounded(row.snapshot())
    _record_author(row, Action.CREATED, why, context)


def _record_author(row: Release, action: str, why: str, context: ActionContext) -> None:
    """Save the author in the row and in an audit entry."""
    row.edited_by = context.get("by") or row.edited_by
    row.updated_at = action_time(context)
    row.save(update_fields=["edited_by", "updated_at"])
    add_audit_entry(row, action, why, context)


def _objections(
    row: Release, latest: Version, kind: str, note: str, context: ActionContext
) -> list[str]:
    """Return why the change from the latest version may not be recorded as that kind."""
    if not roles.may(context.get("by"), Action.CORRECTED):
        return [roles.refusal_message(Action.CORRECTED)]
    if row.status != Status.APPROVED:
        return [f"Its text can no longer be changed (status: {row.get_status_display()})."]
    if missing := row.missing_fields():
        return [*missing.values()]
    before, after = latest.snapshot, row.snapshot()
    if row.is_embargoed(action_time(context)):
        is_same = before.get("images") == after.get("images")  # also in their layout
        return [] if is_same and diffing.is_typography_only(before, after) else [RECALL_FIRST]
    content_of = ProposedCorrection.content_of
    must_propose = roles.must_propose(context.get("by"), row, action_time(context))
    if must_propose and content_of(before) != content_of(after):
        return [PROPOSE_IT]
    return objections_to_kind(before, after, kind, note)


def objections_to_kind(
    before: Mapping[str, Any], after: Mapping[str, Any], kind: str, note: str
) -> list[str]:
    """Return why a change to a public text is not of that kind."""
    if kind != Kind.MINOR and not clean_text(note):
        return [f"A published {kind} needs a note that says what changed and why."]
    is_minor = diffing.is_typography_only(before, after)
    return [NOT_MINOR] if kind == Kind.MINOR and not is_minor else []


@transaction.atomic
def rename(release: Release, slug: str, **context: Unpack[ActionContext]) -> Release:
    """Change the slug; URLs with earlier slugs redirect."""
    row = lock(release, Action.RENAMED, context)
    if row.status != Status.APPROVED:
        raise ActionRefusedError(
            f"Only an approved release can change its address (status: {row.get_status_display()})."
        )
    if slug != make_slug(slug):
        raise ActionRefusedError(f"“{slug}” cannot be in an address. Use “{make_slug(slug)}”.")
    before, row.slug = row.slug, slug
    if slug == before:
        return row
    save_with_audit(row, Action.RENAMED, f"From {before} to {slug}", context)
    _record_if_approved(row, context)
    return row


@transaction.atomic
def set_original(
    release: Release, original: Release | None, **context: Unpack[ActionContext]
) -> Release:
    """Set the release that this one is a translation of, or None."""
    if original:
        original = lock_both(release, original)
    row = lock(release, Action.TRANSLATION_CHANGED, context)
    _require_right_to_correct(row, context)
    if original and (reasons := _objections_to_original(row, original)):
        raise ActionRefusedError(*reasons)
    if row.translation_of_id == (original and original.pk):
        return row
    row.translation_of = original
    why = f"Translation of {original}" if original else "Not a translation"
    save_with_audit(row, Action.TRANSLATION_CHANGED, why, context)
    return row


def _require_right_to_correct(row: Release, context: ActionContext) -> None:
    """Raise ActionRefusedError if the row is past review and the person may not correct it."""
    is_draft = row.status in (Status.DRAFT, Status.IN_REVIEW)
    if not is_draft and not roles.may(context.get("by"), Action.CORRECTED):
        raise ActionRefusedError(roles.refusal_message(Action.CORRECTED))


def _objections_to_original(row: Release, original: Release) -> list[str]:
    # A group is one original and its translations, each in another language.
    if original.pk == row.pk:
        return ["A release cannot be a translation of itself."]
    if original.translation_of_id:
        return ["That release is itself a translation. Enter the number of its original."]
    if row.translations.exists():
        return ["This release has translations. Mark the other one as its translation instead."]
    if original.language == row.language:
        return [f"Both releases are in the same language ({row.language})."]
    return []


@transaction.atomic
def add_topics(
    release: Release, topics: Collection[Topic], **context: Unpack[ActionContext]
) -> Release:
    """Add topics: to a draft by anyone who may edit it, otherwise as a correction."""
    row = lock(release, Action.TOPICS_CHANGED, context)
    if reasons := _objections_to_topics(row, context):
        raise ActionRefusedError(*reasons)
    before, existing = row.snapshot(), set(row.topics.all())
    added = [topic for topic in topics if topic not in existing]
    if not added:
        return row
    row.topics.add(*added)
    require_bounded(row.snapshot(), before)
    why = "Added " + ", ".join(topic.name for topic in added)
    save_with_audit(row, Action.TOPICS_CHANGED, why, context)
    _record_if_approved(row, context)
    return row


def _objections_to_topics(row: Release, context: ActionContext) -> list[str]:
    """Return why the person may not change the topics now: the same rules as for the text."""
    if row.status in (Status.DRAFT, Status.IN_REVIEW):
        return []
    if not roles.may(context.get("by"), Action.CORRECTED):
        return [roles.refusal_message(Action.CORRECTED)]
    if row.status != Status.APPROVED:
        return [f"Its topics can no longer be changed (status: {row.get_status_display()})."]
    if row.is_embargoed(action_time(context)):
        return [RECALL_FIRST]
    return [PROPOSE_IT] if roles.must_propose(context.get("by"), row, action_time(context)) else []


@transaction.atomic
def record_deletion(release: Release, **context: Unpack[ActionContext]) -> None:
    """Record the deletion of a draft, in the transaction that deletes it. Raises ActionRefusedError
    for a release with a number."""
    row = lock(release, Action.DELETED, context)
    if row.number:  # numbers are permanent
        raise ActionRefusedError(
            "This release has a permanent number, so it cannot be deleted. Withdraw it instead."
        )
    add_audit_entry(row, Action.DELETED, "", context)


def _record_if_approved(row: Release, context: ActionContext) -> None:
    latest = row.versions.last() if row.status == Status.APPROVED else None
    if latest and latest.snapshot != row.snapshot():
        record_version(row, Kind.MINOR, "", context)
