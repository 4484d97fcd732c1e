"""Liveness and readiness checks for load balancers and monitoring."""

from __future__ import annotations

import datetime
import logging
import math
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from django.core.files.storage import default_storage
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from haystack import connections
from haystack.exceptions import SearchBackendError

from pressroom.infra import cache as shared_cache
from pressroom.infra.db import replicas
from releases.alerts import calls
from releases.mail import outgoing
from releases.search import outbox, similarity
from releases.search.outbox import Backlog

logger = logging.getLogger(__name__)

BUCKET_CHECK_TTL = 10  # seconds


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process runs."""
    return JsonResponse({"status": "up"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if a database and the index can be read, else 503, and report lag and backlog.

    Causes go to the log only.
    """
    # File storage and the shared cache do not affect the status: pages work without them, and
    # taking this process out of service would not bring them back.
    backlog, replica = _backlog(), _replica()
    report = {
        "database": "down" if backlog is None else "up",
        "replica": replica,
        "index": "up" if _index_is_up() else "down",
        "backlog": backlog,
    }
    is_readable = report["database"] == "up" or replica["state"] == "up"
    status = 200 if is_readable and report["index"] == "up" else 503
    return JsonResponse(report | _bucket() | _cache(), status=status)


def _replica() -> dict[str, Any]:
    """Return the replica's state (up, lagging, down or none) and its lag in seconds, if known."""
    if not replicas.is_configured():
        return {"state": "none"}
    lag = replicas.monitor.lag()
    if lag is None:
        return {"state": "down"}
    state = "up" if replicas.monitor.is_usable else "lagging"
    return {"state": state, "lag_seconds": round(lag, 1) if math.isfinite(lag) else None}


def _backlog() -> dict[str, Any] | None:
    """Return the outbox backlog, or None if the database is down."""
    # Leave out when the next row is due: it would reveal when an embargo ends.
    now = timezone.now()
    try:
        return _counts(outbox.backlog(now), now)
    except Error:
        return None


def _counts(backlog: Backlog, now: datetime.datetime) -> dict[str, Any]:
    return {
        "due": backlog.due,
        "oldest_seconds": round((now - backlog.oldest).total_seconds()) if backlog.oldest else 0,
        "failing": backlog.failing,
        "similarity_failing": similarity.failed_count(),
        "mail": _sending(outgoing, now),
        "calls": _sending(calls, now),
    }


def _sending(sender: ModuleType, now: datetime.datetime) -> dict[str, int] | None:
    """Return the backlog of e-mail or of calls, or None where none are sent."""
    if not sender.is_configured():
        return None
    found = sender.backlog(now)
    oldest = round((now - found.oldest).total_seconds()) if found.oldest else 0
    return {
        "due": found.due,
        "oldest_seconds": oldest,
        "failing": found.failing,
        "given_up": found.given_up,
    }


def _bucket() -> dict[str, str]:
    """Return the bucket's state if one is configured, checked every BUCKET_CHECK_TTL seconds."""
    if not settings.MEDIA_STORAGE:
        return {}
    bucket: Any = default_storage
    is_up = cache.get_or_set("bucket-is-up", bucket.is_up, BUCKET_CHECK_TTL)
    return {"files": "up" if is_up else "down"}


def _cache() -> dict[str, str]:
    """Return the shared cache's state if one is configured."""
    if not shared_cache.is_configured():
        return {}
    shared: Any = caches["shared"]
    return {"cache": "up" if shared.is_up() else "down"}


def _index_is_up() -> bool:
    try:
        connections["default"].get_backend().check()
    except SearchBackendError as error:
        logger.warning("The search index could not be read: %r", error)
        return False
    except Exception:
        logger.exception("The search index could not be read.")
        return False
    return True
