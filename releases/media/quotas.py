"""Upload quotas: a stolen or misused account cannot fill the disk."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db.models import Sum
from django.utils import timezone
from django.utils.dateformat import format as format_date

from releases.models import Upload

DAILY_BYTES = 2_000_000_000  # per person and PERIOD
PERIOD = datetime.timedelta(days=1)


class QuotaExceededError(Exception):
    """The upload exceeds the quota; the message names the limit and the remedy."""


def consume(by: User, byte_size: int, at: datetime.datetime | None = None) -> None:
    """Count what this person uploads at `at` (aware; default: now).

    Raises QuotaExceededError, counting nothing, if it exceeds the quota.
    """
    # Counts all uploads: replaced files stay in the storage. Without a lock,
    # simultaneous requests may exceed the quota by one file each.
    at = at or timezone.now()
    Upload.objects.filter(at__lte=at - PERIOD).delete()
    counted = Upload.objects.filter(by=by)
    used = counted.aggregate(used=Sum("byte_size"))["used"] or 0
    if used + byte_size > DAILY_BYTES:
        raise QuotaExceededError(_exceeded_message(used, counted.earliest("at").at if used else at))
    Upload.objects.create(by=by, at=at, byte_size=byte_size)


def _exceeded_message(used: int, earliest: datetime.datetime) -> str:
    again = format_date(timezone.localtime(earliest + PERIOD), "N j, P")
    return (
        f"You can upload {_megabytes(DAILY_BYTES)} MB a day and have "
        f"uploaded {_megabytes(used)} MB. "
        f"Upload this file after {again}, or ask a colleague to upload it."
    )


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,}"
