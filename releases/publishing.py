"""The verbs of publishing. Each is atomic, holds the release's row lock, writes the version that
the public will read, and queues what the search index must make anew."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from releases.models import NumberSeries, Release, Topic, Version
from releases.search import changes
from releases.text.slugs import make_slug

Status = Release.Status


class Refused(Exception):
    """A verb that can not be done; `reasons` are sentences for the person who asked."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def blockers(release: Release) -> list[str]:
    """What stands in the way of approving the release, a sentence each."""
    if release.status not in (Status.DRAFT, Status.IN_REVIEW):
        return [f"It is {release.get_status_display()} already."]
    return release.missing()


@transaction.atomic
def approve(
    release: Release,
    release_at: datetime.datetime,
    by: User | None = None,
    at: datetime.datetime | None = None,
) -> Release:
    """Let the public see it from `release_at` on (aware), as its first version.

    Raises Refused with the blockers, under the row lock, so that two approvers can not both do it.
    """
    row = _lock(release)
    if reasons := blockers(row):
        raise Refused(*reasons)
    assert row.date is not None  # a blocker otherwise
    row.number = row.number or NumberSeries.take(row.date.year)[0]
    row.slug = row.slug or make_slug(row.title)
    row.release_at = release_at
    row.status = Status.APPROVED
    _save(row, at)
    _record(row, Version.Kind.ISSUED, "", by, at)
    return row


@transaction.atomic
def record_change(
    release: Release,
    kind: str,
    note: str,
    by: User | None = None,
    at: datetime.datetime | None = None,
) -> Version | None:
    """Keep what was just saved in a release on record as its next version.

    Returns None when the public reads the same as before. Raises Refused where a correction or an
    update has no note.
    """
    row = _lock(release)
    latest = row.versions.last()
    if latest is None or latest.snapshot == row.snapshot():
        return None
    if kind in (Version.Kind.CORRECTION, Version.Kind.UPDATE) and not note.strip():
        raise Refused(f"A published {kind} needs a note that says what changed and why.")
    return _record(row, kind, note, by, at)


def withdraw(
    release: Release,
    reason: str,
    by: User | None = None,
    at: datetime.datetime | None = None,
) -> Release:
    """Take it out of lists and search; its page stays readable under a notice with the reason."""
    return _take_back(release, Status.WITHDRAWN, reason, by, at)


def remove(
    release: Release,
    reason: str,
    by: User | None = None,
    at: datetime.datetime | None = None,
) -> Release:
    """Leave a tombstone at its permalink: number, reason and date, but no text."""
    return _take_back(release, Status.REMOVED, reason, by, at)


@transaction.atomic
def _take_back(
    release: Release,
    status: str,
    reason: str,
    by: User | None,
    at: datetime.datetime | None,
) -> Release:
    row = _lock(release)
    if row.status not in (Status.APPROVED, Status.WITHDRAWN) or row.status == status:
        raise Refused(f"It is {row.get_status_display()}: only a published release is taken back.")
    if not reason.strip():
        raise Refused("The reason is missing: the public reads it in place of the release.")
    row.status = status
    row.status_reason = reason
    _save(row, at)
    _record(row, Version.Kind.WITHDRAWAL, reason, by, at)
    return row


@transaction.atomic
def save_topic(topic: Topic) -> None:
    """Save a topic; the releases filed under it are found by its new name."""
    topic.save()
    _index_anew(Topic.objects.filter(pk=topic.pk))


@transaction.atomic
def delete_topics(topics: QuerySet[Topic]) -> None:
    """Delete topics; the releases filed under them stay and are found by them no more."""
    _index_anew(topics)
    topics.delete()


def _index_anew(topics: QuerySet[Topic]) -> None:
    releases = Release.objects.published().filter(topics__in=topics).order_by().distinct()
    changes.queue(releases.values_list("pk", flat=True))
    changes.drain_after_commit()


def _lock(release: Release) -> Release:
    return Release.objects.select_for_update().get(pk=release.pk)


def _save(release: Release, at: datetime.datetime | None) -> None:
    release.updated_at = at or timezone.now()
    release.save()


def _record(
    release: Release,
    kind: str,
    note: str,
    by: User | None,
    at: datetime.datetime | None,
) -> Version:
    """Write the next version and queue the release for the index."""
    version = release.next_version(kind, note, by, at, latest=release.versions.last())
    version.save(force_insert=True)
    changes.queue([release.pk])
    if release.is_embargoed(version.at):
        changes.queue([release.pk], due_at=release.release_at)
    changes.drain_after_commit()
    return version
