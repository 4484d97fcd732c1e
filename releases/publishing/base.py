"""What every verb does: lock the row, look whether it may go on, write down what was done."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypedDict

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from releases.content.cleaning import clean
from releases.models import AuditLine, Release, Version, lengths
from releases.models.clean_fields import clean_values
from releases.publishing import roles
from releases.search import outbox, worker


class ActionRefusedError(Exception):
    """A verb that can not be done; `reasons` are sentences for the person who asked."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class ActionContext(TypedDict, total=False):
    """Who does it (None: the system itself), when (aware; default: now), from where in words, and
    which state of the release they saw: its `updated_at` then."""

    by: User | None
    at: datetime.datetime | None
    origin: str
    expected_version: datetime.datetime | None


@contextmanager
def kept_by_constraints() -> Iterator[None]:
    """Raises Refused, with the constraint's own sentence, where the database refuses a row; what
    was written in this block is undone."""
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


def lock(release: Release, action: str, context: ActionContext) -> Release:
    """The row as it is now, held to the transaction's end, for one who may do the deed.

    Raises Refused where they may not, or where it was changed since they saw it.
    """
    if not roles.may(context.get("by"), action):
        raise ActionRefusedError(roles.refusal_message(action))
    row = Release.objects.select_for_update().filter(pk=release.pk).first()
    if row is None:
        raise ActionRefusedError("It was deleted meanwhile.")
    if reason := changed_since(row, context.get("expected_version")):
        raise ActionRefusedError(reason)
    return row


def lock_both(release: Release, other: Release) -> Release:
    """Hold both rows, the older first, so that two who do this at once never wait in a circle;
    returns the other as it is now. Call `lock` for the release itself after it."""
    ids = {release.pk, other.pk}
    rows = Release.objects.filter(pk__in=ids).order_by("pk").select_for_update().in_bulk()
    if other.pk not in rows:
        raise ActionRefusedError("The other release was deleted meanwhile.")
    return rows[other.pk]


def changed_since(release: Release, expected_version: datetime.datetime | None) -> str:
    """Return who changed it since `expected_version` and how, in a sentence; "" for nobody."""
    if expected_version is None or release.updated_at == expected_version:
        return ""
    line = release.audit_lines.filter(at__gt=expected_version).select_related("by").last()
    if line is None:
        return "It was changed after you opened it."
    moment = format_date(timezone.localtime(line.at), "N j, P")
    return f"{line.who} {line.get_deed_display()} on {moment}, after you opened it."


def action_time(context: ActionContext) -> datetime.datetime:
    """When the act is done. Asked after the row lock was got: waiting for it takes time."""
    return context.get("at") or timezone.now()


def save_with_audit(row: Release, action: str, why: str, context: ActionContext) -> None:
    """Write the row and the audit line."""
    row.updated_at = action_time(context)
    with kept_by_constraints():
        row.save()
    add_audit_entry(row, action, why, context)


def add_audit_entry(row: Release, action: str, why: str, context: ActionContext) -> None:
    """Note who did it, when, why and from where."""
    audit_line(row, action, why, context).save(force_insert=True)


def audit_line(row: Release, action: str, why: str, context: ActionContext) -> AuditLine:
    """The audit line, not saved; its texts are clean from now on."""
    texts = {"subject": str(row), "why": why, "origin": context.get("origin", "")}
    return AuditLine(
        release=row,
        deed=action,
        by=context.get("by"),
        at=action_time(context),
        **clean_values(AuditLine, texts),
    )


def record_version(row: Release, kind: str, note: str, context: ActionContext) -> Version:
    """Write the next version, chained to the last, and queue the release for the index."""
    version = row.next_version(
        kind, note, context.get("by"), action_time(context), latest=row.versions.last()
    )
    version.save(force_insert=True)
    queue_for_index(row, version.at)
    return version


def queue_for_index(row: Release, at: datetime.datetime) -> None:
    """Have the index made anew now, and again when the embargo ends, if there is one at `at`."""
    outbox.enqueue([row.pk])
    if row.is_embargoed(at):
        outbox.enqueue([row.pk], due_at=row.release_at)
    worker.process_after_commit()


def typed(text: str) -> str:
    """A reason or note as it goes on record, so that what is blank or cannot be seen is empty."""
    return str(clean(text, is_one_line=False).text.strip())


def bounded(text: str) -> str:
    """A reason or note as it goes on record. Raises Refused where it is too long."""
    text, most = typed(text), lengths.REASON
    if len(text) > most:
        raise ActionRefusedError(lengths.REASON_TOO_LONG.format(most=most, size=len(text)))
    return text


def require_reason(reason: str, sentence: str) -> str:
    """The reason as it goes on record. Raises Refused with the sentence where it is empty."""
    if reason := bounded(reason):
        return reason
    raise ActionRefusedError(sentence)


def require_bounded(after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """Raises Refused where a release that reads so, as in a snapshot, is too large."""
    if objections := lengths.excess(after, before):
        raise ActionRefusedError(*objections)
