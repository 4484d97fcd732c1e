"""Actions on imports that run in the background: begin, map, start, cancel, take back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from releases.media import pending_uploads
from releases.models import (
    AuditEntry,
    ImportedRecord,
    ImportRun,
    Release,
    ReleaseTemplate,
    Topic,
    WorkingCopy,
)
from releases.models.comments import Comment
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    audit_entry,
    require,
)

State = ImportRun.State
Action = AuditEntry.Action

LIFETIME = pending_uploads.LIFETIME  # of the files of an import that nobody starts
LEASE = datetime.timedelta(minutes=5)  # longer than any one file takes to read
MAX_NAMED = 5  # releases in a refusal
NOT_READY = "This import is not waiting to be started: look at its state above."
STILL_RUNNING = "The import is still running. Cancel it first."
STILL_STOPPING = "The import is still being stopped: try again in five minutes at the latest."
NOTHING_LEFT = "This import has nothing that could be taken back."


def owner(run: ImportRun) -> str:
    """Return the owner of the run's stored files."""
    return f"person {run.by_id}, import run {run.token}"


def find(by: User, token: str) -> ImportRun | None:
    """Return the person's import."""
    return ImportRun.objects.filter(by=by, token=token).first()


def recent(by: User) -> QuerySet[ImportRun]:
    """Return the person's last imports."""
    return ImportRun.objects.filter(by=by).order_by("-pk")[:5]


def begin(
    by: User, token: str, files: Sequence[tuple[str, bytes]], origin: str, at: datetime.datetime
) -> ImportRun:
    """Store the files and queue their rehearsal, once for each token. Raises OSError."""
    names = [name for name, _ in files]
    run = ImportRun(by=by, token=token)
    handle = pending_uploads.store_raw(files, owner(run))
    fields = {"names": names, "handle": handle, "origin": origin, "at": at}
    run, is_new = ImportRun.objects.get_or_create(by=by, token=token, defaults=fields)
    if not is_new:
        pending_uploads.delete_raw(handle, owner(run))
    return run


def earlier_options(key: str, run: ImportRun) -> Mapping[str, Any] | None:
    """Return the options of the last import that mapped this set of columns."""
    earlier = ImportRun.objects.filter(options__columns__has_key=key).exclude(pk=run.pk)
    return earlier.order_by("-pk").values_list("options", flat=True).first()


def read_again(run: ImportRun, options: Mapping[str, Any]) -> None:
    """Queue another rehearsal with these options. Raises ActionRefusedError."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=State.REHEARSED)
    if not waiting.update(options=dict(options), **_queued(State.READING)):
        raise ActionRefusedError(NOT_READY)


def start(run: ImportRun) -> None:
    """Queue the import after its rehearsal. Raises ActionRefusedError."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=State.REHEARSED)
    if not waiting.update(**_queued(State.IMPORTING)):
        raise ActionRefusedError(NOT_READY)


def _queued(state: str) -> dict[str, Any]:
    return {"state": state, "heartbeat_at": None, "attempts": 0, "done": 0, "total": 0}


def cancel(run: ImportRun, at: datetime.datetime) -> None:
    """Stop the run; releases that it has imported stay. Raises ActionRefusedError."""
    states = (State.READING, State.REHEARSED, State.IMPORTING)
    open_run = ImportRun.objects.filter(pk=run.pk, state__in=states)
    if not open_run.update(state=State.CANCELLED, finished_at=at):
        raise ActionRefusedError("This import has ended already.")
    delete_files(run)


def delete_files(run: ImportRun) -> None:
    """Delete the uploaded files."""
    if run.handle:
        pending_uploads.delete_raw(run.handle, owner(run))
        ImportRun.objects.filter(pk=run.pk).update(handle="")


def expire(at: datetime.datetime) -> None:
    """Cancel imports that nobody has started within LIFETIME."""
    stale = ImportRun.objects.filter(state=State.REHEARSED, at__lt=at - LIFETIME)
    for run in stale[:100]:
        cancel(run, at)


@transaction.atomic
def take_back(run: ImportRun, **context: Unpack[ActionContext]) -> int:
    """Delete the drafts that the run created, and its topics that nothing else uses, as one act;
    return how many drafts.

    Raises ActionRefusedError, naming the releases, if one is public, under way or changed since.
    """
    row = ImportRun.objects.select_for_update().get(pk=run.pk)
    require(Action.CREATED, context)
    at = action_time(context)
    if reason := _not_ended(row, at):
        raise ActionRefusedError(reason)
    releases = _locked(row)
    if reasons := _objections(row, releases):
        raise ActionRefusedError(*reasons)
    why = f"Import taken back: {', '.join(row.names)[:200]}"
    context = {**context, "at": at}
    AuditEntry.objects.bulk_create(
        audit_entry(release, Action.DELETED, why, context) for release in releases
    )
    Release.objects.filter(pk__in=[release.pk for release in releases]).delete()
    _delete_topics(row)
    row.state, row.finished_at = State.TAKEN_BACK, at
    row.save()
    return len(releases)


def _delete_topics(run: ImportRun) -> None:
    """Delete the topics that the run created, unless they are used, described or renamed."""
    created = run.options.get("topics", [])
    unused = Topic.objects.filter(pk__in=created, releases=None, redirects=None, description="")
    in_templates = ReleaseTemplate.objects.filter(topics__in=created).values("topics")
    Topic.objects.filter(pk__in=unused.exclude(pk__in=in_templates).values("pk")).delete()


def _not_ended(run: ImportRun, at: datetime.datetime) -> str:
    """Return why nothing of the run can be taken back yet, or any more; "" if it can."""
    if run.is_running:
        return STILL_RUNNING
    if run.state not in (State.DONE, State.CANCELLED):
        return NOTHING_LEFT
    # A worker that was killed does not let go of the run.
    is_held = run.heartbeat_at is not None and run.heartbeat_at >= at - LEASE
    return STILL_STOPPING if is_held else ""


def _locked(run: ImportRun) -> list[Release]:
    changed = run.records.filter(outcome__in=["draft", "updated"], release__isnull=False)
    rows = Release.objects.filter(pk__in=changed.values("release")).order_by("pk")
    return list(rows.defer("source_text", "source_bytes").select_for_update(of=("self",)))


def _objections(run: ImportRun, releases: Sequence[Release]) -> list[str]:
    records: dict[int, list[ImportedRecord]] = {}
    for record in run.records.filter(release__isnull=False):
        records.setdefault(record.release_id or 0, []).append(record)
    ids = [release.pk for release in releases]
    touched = {
        *Comment.objects.filter(release__in=ids).values_list("release", flat=True),
        *WorkingCopy.objects.filter(release__in=ids).values_list("release", flat=True),
    }
    found = (_objection(each, records[each.pk], each.pk in touched) for each in releases)
    return _shortened(filter(None, found))


def _objection(release: Release, records: Sequence[ImportedRecord], is_touched: bool) -> str:
    """Return why the release cannot be deleted; "" if it can."""
    if all(record.outcome == "updated" for record in records):
        return f"“{release}” was in the archive before this import, which changed it."
    if release.status != Release.Status.DRAFT or release.number:
        return f"“{release}” is {release.get_status_display().lower()} by now."
    last = max(record.release_updated_at for record in records if record.release_updated_at)
    if is_touched or release.updated_at != last:
        return f"“{release}” was changed or commented on since."
    return ""


def _shortened(reasons: Iterable[str]) -> list[str]:
    found = list(reasons)
    more = len(found) - MAX_NAMED
    rest = [f"And {more} more. Nothing was taken back."] if more > 0 else []
    return found[:MAX_NAMED] + rest
