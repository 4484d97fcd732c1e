"""Outbox of releases to reindex, written by actions in their own transaction.

A row only says "reindex this release"; `worker` processes it.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from pressroom.infra.db.copying import copy_columns
from releases.models import SearchChange

MAX_RETRY_DELAY = 60  # seconds until a failed row is retried


@dataclass(frozen=True)
class Backlog:
    """Index lag: rows due, when the oldest came due (failed ones included), rows that failed at
    least once, and when the next row comes due (an embargo lift, a retry)."""

    due: int
    oldest: datetime.datetime | None
    failing: int
    next: datetime.datetime | None


def enqueue(release_ids: Iterable[int], due_at: datetime.datetime | None = None) -> None:
    """Queue these releases for reindexing, now or at `due_at`.

    Call it in the transaction of the change itself, so that neither commits alone.
    """
    ids = list(release_ids)
    columns: dict[str, list[Any]] = {
        "release": ids,
        "attempts": [0] * len(ids),
        "error": [""] * len(ids),
    }
    if due_at:
        columns |= {"due_at": [due_at] * len(ids), "since": [due_at] * len(ids)}
    copy_columns(SearchChange, columns)


def enqueue_failed(failed: dict[int, str]) -> None:
    """Queue releases for a retry, with the error of each by id."""
    SearchChange.objects.bulk_create(
        SearchChange(release_id=pk, attempts=1, error=error) for pk, error in failed.items()
    )


def due_rows(at: datetime.datetime, most: int) -> list[SearchChange]:
    """Return up to `most` due rows to process in one write."""
    rows = list(SearchChange.objects.filter(due_at__lte=at).order_by("due_at", "id")[:most])
    # One bad row can fail the whole write. Each retry takes an eighth as many rows, until the
    # bad one is alone.
    attempts = rows[0].attempts if rows else 0
    return [row for row in rows if row.attempts == attempts][: max(most >> 3 * attempts, 1)]


def due_releases(at: datetime.datetime | None) -> set[int]:
    """Return the ids of the releases queued and due at `at` (aware; default: now)."""
    due = SearchChange.objects.filter(due_at__lte=at or timezone.now())
    return set(due.values_list("release_id", flat=True))


def due_change_ids() -> list[int]:
    """Return the ids of the rows due now, which a rebuild that starts now covers."""
    due = SearchChange.objects.filter(due_at__lte=timezone.now())
    return list(due.values_list("pk", flat=True))


def delete_changes(covered: Collection[int], failed: Collection[int]) -> None:
    """Delete these rows, except those of failed releases."""
    SearchChange.objects.filter(pk__in=covered).exclude(release_id__in=failed).delete()


def delete_or_postpone(
    rows: Sequence[SearchChange], failed: Mapping[int, str], at: datetime.datetime
) -> None:
    """Delete processed rows; postpone those of failed releases."""
    delete_changes([row.pk for row in rows], failed)
    _postpone([row for row in rows if row.release_id in failed], failed, at)


def _postpone(
    rows: Sequence[SearchChange], failed: Mapping[int, str], at: datetime.datetime
) -> None:
    """Record the errors and retry later, doubling the delay with each attempt."""
    for row in rows:
        wait = min(2**row.attempts, MAX_RETRY_DELAY)
        SearchChange.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1,
            error=failed[row.release_id],
            due_at=at + datetime.timedelta(seconds=wait),
        )


def backlog(at: datetime.datetime | None = None) -> Backlog:
    """Measure the index lag at `at` (aware; default: now)."""
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
