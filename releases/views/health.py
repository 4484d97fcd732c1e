"""What a load balancer or a watchman asks: is the process up, can it do its work?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from haystack import connections

from releases.search import changes

BUCKET_KNOWN = 10  # seconds that its answer is remembered


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "up"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether database and index can be read, and how far the index lags; 503 where one can not.
    Why it can not is for the log, not for the public. Files in a bucket are told of, but pages do
    without them, and a process that is taken out of service would not bring them back."""
    backlog = _backlog()
    report = {
        "database": "down" if backlog is None else "up",
        "index": "up" if _index_is_up() else "down",
        "backlog": backlog,
    }
    status = 503 if "down" in report.values() else 200
    return JsonResponse(report | _bucket(), status=status)


def _backlog() -> dict[str, Any] | None:
    """Rows due, the seconds that the oldest has waited, failing rows. Not when the next comes due:
    that would tell when an embargo ends."""
    now = timezone.now()
    try:
        backlog = changes.backlog(now)
    except DatabaseError:
        return None
    return {
        "due": backlog.due,
        "oldest_seconds": round((now - backlog.oldest).total_seconds()) if backlog.oldest else 0,
        "failing": backlog.failing,
    }


def _bucket() -> dict[str, str]:
    """Of the bucket, where files lie in one; it is asked once in some seconds."""
    if not settings.MEDIA_STORAGE:
        return {}
    bucket: Any = default_storage
    is_up = cache.get_or_set("bucket-is-up", bucket.is_up, BUCKET_KNOWN)
    return {"files": "up" if is_up else "down"}


def _index_is_up() -> bool:
    try:
        connections["default"].get_backend().check()
    except Exception:  # whatever a damaged index raises
        return False
    return True
