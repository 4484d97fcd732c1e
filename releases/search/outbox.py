"""What waits to be indexed: queued by the verbs in their own transaction.

A row says only "make the entry of this release anew"; `worker` does that.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from releases.models import SearchChange

MAX_RETRY_DELAY = 60  # seconds until what failed is tried again, at most


@dataclass(frozen=True)
class Backlog:
    """How far the index lags: rows due, since when the oldest waits (a failed one, too), rows that
    have failed at least once, and the moment of the next row yet to come due (an embargo's lift, a
    retry)."""

    due: int
    oldest: datetime.datetime | None
    failing: int
    next: datetime.datetime | None


def enqueue(release_ids: Iterable[int], due_at: datetime.datetime | None = None) -> None:
    """Note that these releases' entries must be made anew, now or once `due_at` has come.

    Call it in the transaction of the change itself: the note exists if the change does.
    """
    due = {} if due_at is None else {"due_at": due_at, "since": due_at}
    SearchChange.objects.bulk_create(SearchChange(release_id=pk, **due) for pk in release_ids)


def enqueue_failed(failed: dict[int, str]) -> None:
    SearchChange.objects.bulk_create(
        SearchChange(release_id=pk, attempts=1, error=error) for pk, error in failed.items()
    )


def due_rows(at: datetime.datetime, most: int) -> list[SearchChange]:
    """The rows to do in one write. Where one of them fails the whole write, all are tried again:
    with each attempt fewer of them together, until the bad one is alone."""
    rows = list(SearchChange.objects.filter(due_at__lte=at).order_by("due_at", "id")[:most])
    attempts = rows[0].attempts if rows else 0
    return [row for row in rows if row.attempts == attempts][: max(most >> 3 * attempts, 1)]


def due_releases(at: datetime.datetime | None) -> set[int]:
    due = SearchChange.objects.filter(due_at__lte=at or timezone.now())
    return set(due.values_list("release_id", flat=True))


def due_change_ids() -> list[int]:
    """The ids of the changes that are due now. An index that is begun and then filled covers
    them."""
    due = SearchChange.objects.filter(due_at__lte=timezone.now())
    return list(due.values_list("pk", flat=True))


def delete_changes(covered: Collection[int], failed: Collection[int]) -> None:
    """Delete these changes, but for those of the releases that failed."""
    SearchChange.objects.filter(pk__in=covered).exclude(release_id__in=failed).delete()


def settle(rows: Sequence[SearchChange], failed: Mapping[int, str], at: datetime.datetime) -> None:
    """Delete the rows that were done, and postpone those of the releases that failed."""
    delete_changes([row.pk for row in rows], failed)
    _postpone([row for row in rows if row.release_id in failed], failed, at)


def _postpone(
    rows: Sequence[SearchChange], failed: Mapping[int, str], at: datetime.datetime
) -> None:
    """Keep failed rows with their error, each further attempt after twice the time."""
    for row in rows:
        wait = min(2**row.attempts, MAX_RETRY_DELAY)
        SearchChange.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1,
            error=failed[row.release_id],
            due_at=at + datetime.timedelta(seconds=wait),
        )


def backlog(at: datetime.datetime | None = None) -> Backlog:
    """How far the index lags at `at` (aware; default: now)."""
    now = at or timezone.now()
    due = Q(due_at__lte=now)
    return Backlog(
        **SearchChange.objects.aggregate(
            due=Count("pk", filter=due),
            oldest=Min("since", filter=Q(since__lte=now)),
            failing=Count("pk", filter=Q(attempts__gt=0)),
            next=Min("due_at", filter=~due),
        )
    )
