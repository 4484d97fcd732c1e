"""Queueing of one mail per person for each due announcement, in one transaction.

An announcement is due when the public may see its release, by the database's clock.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Func, Q, QuerySet

from releases.alerts import calls
from releases.alerts.matching import Criteria, matches
from releases.mail import outgoing
from releases.mail.alerts import LOGGED_KINDS
from releases.mail.attempts import MAX_ATTEMPTS, pause_after
from releases.models import (
    Announcement,
    OutgoingMail,
    ReceivedRelease,
    Release,
    SearchChange,
    Subscription,
    Version,
)
from releases.models.subscriptions import ACTIVE
from releases.search.results import SearchUnavailableError

BATCH = 1000  # rows per insert
# A site whose worker was down for longer does not mail old news.
TOO_OLD = datetime.timedelta(days=3)
MAX_INDEX_WAIT = datetime.timedelta(minutes=10)  # from when it is due

Kind = Subscription.Kind
AT_ONCE = Subscription.Frequency.AT_ONCE
Row = tuple[int, str, int]  # subscriber, address, subscription


class _Matched(NamedTuple):
    """When the release was changed last, and the criteria that it matched then."""

    updated_at: datetime.datetime
    criteria: list[Criteria]


logger = logging.getLogger(__name__)


def due(at: datetime.datetime) -> QuerySet[Announcement]:
    """Return the open announcements of releases on record at `at`."""
    may_try = Q(next_try_at=None) | Q(next_try_at__lte=at)
    on_record = Release.objects.on_record(at).values("pk")
    return Announcement.objects.filter(may_try, done_at=None, release__in=on_record)


def queue_due(at: datetime.datetime) -> int:
    """Queue the mails of each due announcement; return how many mails.

    One that needs the search index stays due while that cannot be read. One that fails is tried
    again after growing pauses, as mails are.
    """
    keys = list(due(at).order_by("pk").values_list("pk", flat=True))
    return sum(_queue_if_readable(key, at) for key in keys)


def _queue_if_readable(key: int, at: datetime.datetime) -> int:
    try:
        matched = _match(key, at)
        return _queue(key, matched, at) if matched else 0
    except SearchUnavailableError:
        logger.warning("Announcement %s waits: the search index cannot be read.", key)
    except (OperationalError, InterfaceError):
        raise  # the database's fault, not the announcement's
    except Exception:
        logger.exception("Announcement %s failed.", key)
        _record_failure(key, at)
    return 0


@transaction.atomic
def _record_failure(key: int, at: datetime.datetime) -> None:
    """Postpone the announcement, or give it up; digests have it then."""
    row = Announcement.objects.select_for_update().filter(pk=key, done_at=None).first()
    if row is None:
        return
    row.attempts += 1
    row.next_try_at = at + pause_after(row.attempts)
    row.done_at = at if row.attempts >= MAX_ATTEMPTS else None
    row.save(update_fields=["attempts", "next_try_at", "done_at"])


def count_failed(at: datetime.datetime) -> tuple[int, int]:
    """Return how many announcements are tried again, and how many were given up in the last week
    before `at` (aware)."""
    week = Q(done_at__gte=at - datetime.timedelta(days=7))
    counts = Announcement.objects.aggregate(
        failing=Count("pk", filter=Q(attempts__gt=0, done_at=None)),
        given_up=Count("pk", filter=week & Q(attempts__gte=MAX_ATTEMPTS)),
    )
    return counts["failing"], counts["given_up"]


def _match(key: int, at: datetime.datetime) -> _Matched | None:
    """Match before any row is locked: searches take time. None: it waits for the index."""
    announcement = due(at).select_related("version").filter(pk=key).first()
    release = _release(announcement, Release.objects.on_record(at)) if announcement else None
    if announcement is None or release is None or _waits_for_index(announcement, release, at):
        return None
    is_new = announcement.version.kind == Version.Kind.ISSUED
    if not is_new or not outgoing.is_configured() or _is_void(announcement, release, at):
        return _Matched(release.updated_at, [])
    found = matches(criteria_of(AT_ONCE), [release], at)
    return _Matched(release.updated_at, [criteria for criteria, ids in found.items() if ids])


@transaction.atomic
def _queue(key: int, matched: _Matched, at: datetime.datetime) -> int:
    rows = due(at).select_for_update(skip_locked=True, of=("self",))
    announcement = rows.select_related("version").filter(pk=key).first()
    if announcement is None:
        return 0
    # A recall that has not committed yet holds this lock, and is seen once it has.
    on_record = Release.objects.on_record(at)
    release = _release(announcement, on_record.select_for_update(of=("self",), no_key=True))
    if release is None or release.updated_at != matched.updated_at:
        return 0  # due again at the next look
    queued = 0
    if not _is_void(announcement, release, at):
        calls.enqueue(announcement.version, at)
        if outgoing.is_configured():
            recipients = _recipients(announcement, release, matched.criteria)
            queued = _queue_mails(announcement, recipients, at)
    announcement.done_at = at
    announcement.save(update_fields=["done_at"])
    return queued


def _release(announcement: Announcement, rows: QuerySet[Release]) -> Release | None:
    return rows.defer("source_text", "source_bytes").filter(pk=announcement.release_id).first()


def _is_void(announcement: Announcement, release: Release, at: datetime.datetime) -> bool:
    """Return whether it reaches nobody: issued again after a recall, gone since, or too old."""
    assert release.release_at is not None  # on record
    version = announcement.version
    if max(release.release_at, version.at) < at - TOO_OLD:
        return True
    if version.kind != Version.Kind.ISSUED:
        return False
    later = release.versions.filter(kind=Version.Kind.ISSUED, number__gt=version.number)
    return not release.is_published(at) or later.exists()


def _waits_for_index(announcement: Announcement, release: Release, at: datetime.datetime) -> bool:
    assert release.release_at is not None  # on record
    if announcement.version.kind != Version.Kind.ISSUED:
        return False
    if max(release.release_at, announcement.created_at) < at - MAX_INDEX_WAIT:
        return False
    # Of any frequency: the digest that follows searches the index once and never again.
    searches = Subscription.objects.filter(ACTIVE).exclude(q="")
    behind = SearchChange.objects.filter(release=release, since__lte=at)
    return behind.exists() and searches.exists()


def _recipients(
    announcement: Announcement, release: Release, matched: list[Criteria]
) -> Iterator[Row]:
    """Yield the recipients, ordered by subscriber, with each subscription that matches."""
    if announcement.version.kind == Version.Kind.ISSUED:
        return subscribed(AT_ONCE, matched)
    return _earlier_recipients(release, announcement.version)


def _earlier_recipients(release: Release, version: Version) -> Iterator[Row]:
    """Yield those who got an earlier version, or are about to, with the subscriptions that it was
    sent for, and who follow all corrections."""
    received = ReceivedRelease.objects.filter(release=release, version__lt=version.number)
    versions = list(release.versions.values_list("pk", flat=True))
    pending = OutgoingMail.objects.filter(next_try_at__isnull=False, versions__overlap=versions)
    wanted = Q(pk__in=_sent_for(received)) | Q(pk__in=_sent_for(pending))
    if version.kind in LOGGED_KINDS:
        wanted |= Q(kind=Kind.CORRECTIONS, frequency=AT_ONCE)
    yield from _rows(Subscription.objects.filter(ACTIVE).filter(wanted))


def _sent_for(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values_list(Func("subscriptions", function="unnest"))


def criteria_of(frequency: str) -> list[Criteria]:
    """Return the different criteria of active subscriptions to releases."""
    active = Subscription.objects.filter(ACTIVE, frequency=frequency, kind=Kind.RELEASES)
    return [Criteria(*row) for row in active.order_by().values_list(*Criteria._fields).distinct()]


def subscribed(frequency: str, wanted: list[Criteria]) -> Iterator[Row]:
    """Yield the active subscriptions with one of the criteria, ordered by subscriber."""
    condition = Q(pk__in=[])
    for criteria in wanted:
        condition |= Q(**criteria._asdict())
    yield from _rows(Subscription.objects.filter(ACTIVE, condition, frequency=frequency))


def _rows(found: QuerySet[Subscription]) -> Iterator[Row]:
    ordered = found.order_by("subscriber_id", "pk")
    columns = ordered.values_list("subscriber_id", "subscriber__address", "pk")
    yield from columns.iterator(chunk_size=BATCH)


def _queue_mails(announcement: Announcement, rows: Iterator[Row], at: datetime.datetime) -> int:
    version = announcement.version
    return queue(
        (
            OutgoingMail(
                kind="alert",
                key=f"alert:{version.pk}:{subscriber}",
                release_id=announcement.release_id,
                versions=[version.pk],
                **addressed(list(group), at),
            )
            for subscriber, group in groupby(rows, key=itemgetter(0))
        )
    )


def addressed(rows: list[Row], at: datetime.datetime) -> dict[str, object]:
    """Return the columns of a mail to one subscriber, for all of their subscriptions in `rows`."""
    subscriber, address, _ = rows[0]
    return {
        "subscriber_id": subscriber,
        "to": address,
        "subscriptions": [subscription for *_, subscription in rows],
        "is_bulk": True,
        "created_at": at,
        "next_try_at": at,
    }


def queue(mails: Iterator[OutgoingMail]) -> int:
    """Queue the mails in batches; return how many."""
    count = 0
    while batch := list(islice(mails, BATCH)):
        outgoing.enqueue(batch)
        count += len(batch)
    return count
