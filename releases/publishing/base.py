"""Steps of every action: lock the row, check rights and state, write the audit entry."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypedDict

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from pressroom.infra.db.copying import copy_columns
from releases.content.cleaning import clean
from releases.models import AuditEntry, Release, Version, lengths
from releases.models.clean_fields import clean_fields, clean_values
from releases.publishing import roles
from releases.publishing.announcements import announce
from releases.search import outbox, worker


class ActionRefusedError(Exception):
    """The action is not possible; `reasons` are sentences for the person who tried."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class ActionContext(TypedDict, total=False):
    """Keyword arguments of every action: acting user (None: the system), time (aware; default:
    now), origin such as "admin", and the `updated_at` that the person saw."""

    by: User | None
    at: datetime.datetime | None
    origin: str
    expected_version: datetime.datetime | None


@contextmanager
def refusing_constraint_violations() -> Iterator[None]:
    """Roll the block back and raise ActionRefusedError, with the constraint's message, if the
    database refuses a row written in it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in (sentences := _sentences_of_constraints()):
            raise
        raise ActionRefusedError(sentences[name]) from error


def _sentences_of_constraints() -> dict[str, str]:
    models = apps.get_app_config("releases").get_models()
    constraints = (each for model in models for each in model._meta.constraints)
    return {each.name: str(each.get_violation_error_message()) for each in constraints}


def require(action: str, context: ActionContext) -> None:
    """Raise ActionRefusedError for a person without the right to the action."""
    if not roles.may(context.get("by"), action):
        raise ActionRefusedError(roles.refusal_message(action))


def lock(release: Release, action: str, context: ActionContext) -> Release:
    """Lock the release's row until the transaction ends and return it.

    Raises ActionRefusedError for a person without the right, or when the row has changed since
    `expected_version`.
    """
    require(action, context)
    # Read again under the lock: the caller's instance may be stale.
    row = Release.objects.select_for_update().filter(pk=release.pk).first()
    if row is None:
        raise ActionRefusedError("This release has been deleted.")
    if reason := changed_since(row, context.get("expected_version")):
        raise ActionRefusedError(reason)
    return row


def lock_both(release: Release, other: Release) -> Release:
    """Lock both rows and return the other one. Call `lock` for the release itself afterwards."""
    ids = {release.pk, other.pk}
    # In primary key order, so that concurrent calls cannot deadlock.
    rows = Release.objects.filter(pk__in=ids).order_by("pk").select_for_update().in_bulk()
    if other.pk not in rows:
        raise ActionRefusedError("The other release has been deleted.")
    return rows[other.pk]


def changed_since(release: Release, expected_version: datetime.datetime | None) -> str:
    """Return a sentence naming who changed the release since `expected_version`, and how; "" if
    nobody did."""
    if expected_version is None or release.updated_at == expected_version:
        return ""
    entry = release.audit_entries.filter(at__gt=expected_version).select_related("by").last()
    if entry is None:
        return "This release was changed after you opened it."
    moment = format_date(timezone.localtime(entry.at), "N j, P")
    return f"{entry.who} {entry.get_action_display()} on {moment}, after you opened it."


def action_time(context: ActionContext) -> datetime.datetime:
    """Return the time of the action."""
    # Call it after locking: waiting for the lock takes time.
    return context.get("at") or timezone.now()


def save_with_audit(row: Release, action: str, why: str, context: ActionContext) -> None:
    """Save the row and add an audit entry."""
    row.updated_at = action_time(context)
    with refusing_constraint_violations():
        row.save()
    add_audit_entry(row, action, why, context)


def add_audit_entry(row: Release, action: str, why: str, context: ActionContext) -> None:
    audit_entry(row, action, why, context).save(force_insert=True)


def audit_entry(row: Release, action: str, why: str, context: ActionContext) -> AuditEntry:
    """Return an unsaved audit entry with clean texts."""
    entry = subject_entry(str(row), action, why, context)
    entry.release = row
    return entry


def add_audit_entries(
    rows: Sequence[Release], action: str, whys: Sequence[str], context: ActionContext
) -> None:
    """Add an entry for each release, as `add_audit_entry` does for one."""
    fields, by, count = clean_fields(AuditEntry), context.get("by"), len(rows)
    origin = fields["origin"].cleaned(context.get("origin", "")).text
    columns = {
        "release": [row.pk for row in rows],
        "subject": [fields["subject"].cleaned(str(row)).text for row in rows],
        "action": [str(action)] * count,
        "by": [by and by.pk] * count,
        "at": [action_time(context)] * count,
        "why": [fields["why"].cleaned(why).text for why in whys],
        "origin": [origin] * count,
    }
    copy_columns(AuditEntry, columns)


def subject_entry(subject: str, action: str, why: str, context: ActionContext) -> AuditEntry:
    """Return an unsaved audit entry about something other than a release, with clean texts."""
    texts = {"subject": subject, "why": why, "origin": context.get("origin", "")}
    return AuditEntry(
        action=action,
        by=context.get("by"),
        at=action_time(context),
        **clean_values(AuditEntry, texts),
    )


def record_version(row: Release, kind: str, note: str, context: ActionContext) -> Version:
    """Save the next version, chained to the last, and queue the release for the index and for
    alerts."""
    version = row.next_version(
        kind, note, context.get("by"), action_time(context), latest=row.versions.last()
    )
    version.save(force_insert=True)
    announce(row, version)
    queue_for_index(row, version.at)
    return version


def queue_for_index(row: Release, at: datetime.datetime) -> None:
    """Queue the release for reindexing now and, if it is under embargo at `at`, when the embargo
    ends."""
    outbox.enqueue([row.pk])
    if row.is_embargoed(at):
        outbox.enqueue([row.pk], due_at=row.release_at)
    worker.process_after_commit()


def clean_text(text: str) -> str:
    """Return the text as stored: cleaned, "" if it has no visible character."""
    return str(clean(text, is_one_line=False).text.strip())


def bounded_reason(text: str) -> str:
    """Return a reason or note, cleaned. Raises ActionRefusedError if it is too long."""
    text, most = clean_text(text), lengths.REASON
    if len(text) > most:
        raise ActionRefusedError(lengths.REASON_TOO_LONG.format(most=most, size=len(text)))
    return text


def require_reason(reason: str, sentence: str) -> str:
    """Return the reason, cleaned. Raises ActionRefusedError with `sentence` if it is empty."""
    if reason := bounded_reason(reason):
        return reason
    raise ActionRefusedError(sentence)


def require_bounded(after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """Raise ActionRefusedError if a release with that snapshot is too large."""
    if objections := lengths.excess(after, before):
        raise ActionRefusedError(*objections)
