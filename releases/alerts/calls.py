"""Webhooks, WebSub and IndexNow: rows written with the mails of an announcement, and their calls.

A worker claims a row for LEASE and commits before it calls, so that no transaction waits for
another site. Calls connect to public addresses only. Formats: https://www.standardwebhooks.com,
https://www.w3.org/TR/websub/ and https://www.indexnow.org/documentation.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from pressroom.infra.db.clock import database_now
from releases.mail import outgoing
from releases.mail.attempts import MAX_ATTEMPTS, pause_after
from releases.models import OutgoingCall, Release, Version
from releases.output.edition import Edition, read_release
from releases.output.renditions.json_document import describe
from releases.publishing.dead_links import Address, NotPublicError, request_status

FEEDS = ("atom", "rss", "json")
NOT_PUBLIC = "NotPublicError: the address is not public, or not on the usual port."
MOST_AT_ONCE = 10  # calls between two looks at the mail, which a site that hangs would delay
LEASE = datetime.timedelta(minutes=5)  # longer than any call: name lookup, connection, answer
KEEP = datetime.timedelta(days=30)  # from when it was queued
Kind = OutgoingCall.Kind
EVENTS = {
    Version.Kind.ISSUED: "release.published",
    Version.Kind.REINSTATEMENT: "release.published",
    Version.Kind.CORRECTION: "release.corrected",
    Version.Kind.UPDATE: "release.updated",
    Version.Kind.WITHDRAWAL: "release.withdrawn",
}
MayConnect = Callable[[Address, int], bool]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """Body and headers to post to a call's URL."""

    body: bytes
    headers: dict[str, str]


def enqueue(version: Version, at: datetime.datetime) -> None:
    """Queue the calls about a version that has just been announced, each once."""
    calls = [
        OutgoingCall(kind=kind, url=url, version=version, created_at=at, next_try_at=at)
        for kind, url in _targets()
    ]
    OutgoingCall.objects.bulk_create(calls, ignore_conflicts=True)


def _targets() -> Iterator[tuple[str, str]]:
    yield from ((Kind.WEBHOOK, url) for url in settings.WEBHOOKS)
    if settings.WEBSUB_HUB:
        yield Kind.WEBSUB, settings.WEBSUB_HUB
    if settings.INDEXNOW_KEY:
        yield Kind.INDEXNOW, settings.INDEXNOW_URL


def is_configured() -> bool:
    """Return whether this site calls others."""
    return any(_targets())


def backlog(at: datetime.datetime) -> outgoing.SendingBacklog:
    """Measure the outbox of calls at `at` (aware)."""
    return outgoing.measure(OutgoingCall.objects.all(), "done_at", at)


def call_due(at: datetime.datetime | None = None, may_connect: MayConnect | None = None) -> int:
    """Make the MOST_AT_ONCE calls that are due longest at `at` (aware; default: now, by the
    database's clock); return how many were accepted."""
    accepted = 0
    for _ in range(MOST_AT_ONCE):
        if (call := _claim(at or database_now())) is None:
            break
        accepted += _call(call, at or database_now(), may_connect)
    return accepted


def retry(calls: Any, at: datetime.datetime) -> int:
    """Make the calls due again at `at`, accepted and given up ones, too; return how many."""
    return calls.update(next_try_at=at, done_at=None, attempts=0, claimed_until=None)


def erase(at: datetime.datetime) -> None:
    """Delete the rows that were done or given up, and are older than KEEP, at `at`."""
    OutgoingCall.objects.filter(next_try_at=None, created_at__lte=at - KEEP).delete()


@transaction.atomic
def _claim(at: datetime.datetime) -> OutgoingCall | None:
    """Return the call that is due longest, with its attempt counted, and keep others off it."""
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    due = OutgoingCall.objects.filter(is_free, next_try_at__lte=at).order_by("next_try_at", "id")
    rows = due.select_for_update(skip_locked=True, of=("self",))
    call = rows.select_related("version").first()
    if call:
        call.attempts, call.claimed_until = call.attempts + 1, at + LEASE
        call.save(update_fields=["attempts", "claimed_until"])
    return call


def _call(call: OutgoingCall, at: datetime.datetime, may_connect: MayConnect | None) -> bool:
    if (request := _request(call, at)) is None:
        _claimed(call).delete()
        return False
    error, is_final = _post(call.url, request, may_connect)
    _claimed(call).update(claimed_until=None, error=error, **_outcome(call, error, is_final, at))
    return not error


def _outcome(
    call: OutgoingCall, error: str, is_final: bool, at: datetime.datetime
) -> dict[str, datetime.datetime | None]:
    if not error:
        return {"done_at": at, "next_try_at": None}
    logger.warning("Call %s failed: %s", call.pk, error)
    is_last = is_final or call.attempts >= MAX_ATTEMPTS
    return {"next_try_at": None if is_last else at + pause_after(call.attempts)}


def _claimed(call: OutgoingCall) -> QuerySet[OutgoingCall]:
    """Return the row, unless its claim ran out and another worker or a person took it over."""
    return OutgoingCall.objects.filter(pk=call.pk, claimed_until=call.claimed_until)


def _post(url: str, request: Request, may_connect: MayConnect | None) -> tuple[str, bool]:
    """Return what went wrong, "" for nothing, and whether trying again is pointless."""
    headers = {"User-Agent": "Pressroom", **request.headers}
    try:
        status = request_status(urlsplit(url), may_connect, "POST", request.body, headers)
    except NotPublicError:
        return NOT_PUBLIC, False
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}", False
    if status in range(200, 300):
        return "", False
    return f"The other site answered {status}.", status == http.HTTPStatus.GONE


def _request(call: OutgoingCall, at: datetime.datetime) -> Request | None:
    """Return what to post; None if it is no longer true, or no longer wanted."""
    if (call.kind, call.url) not in set(_targets()):
        return None
    public = Release.objects.on_record(at).filter(pk=call.version.release_id)
    try:
        release = read_release(public)
    except Release.DoesNotExist:
        return None
    is_public = release.status == Release.Status.APPROVED
    is_withdrawal = call.version.kind == Version.Kind.WITHDRAWAL
    if call.kind == Kind.WEBHOOK and is_public == is_withdrawal:
        return None
    edition = Edition.of(release, outgoing.absolute_url("").rstrip("/"))
    return MAKERS[Kind(call.kind)](call, edition, at)


def _webhook(call: OutgoingCall, edition: Edition, at: datetime.datetime) -> Request:
    release = edition.release
    data: dict[str, Any] = {
        "number": edition.number,
        "url": edition.permalink,
        "status": release.status,
        "reason": release.status_reason,
    }
    content = {
        "type": EVENTS[Version.Kind(call.version.kind)],
        "timestamp": max(edition.released_at, call.version.at).isoformat(),
        "data": describe(edition) if release.status == Release.Status.APPROVED else data,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = _signed(settings.WEBHOOKS[call.url], f"msg_{call.pk}", at, body)
    return Request(body, {"Content-Type": "application/json", **headers})


def _signed(secret: bytes, key: str, at: datetime.datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver verifies sender, message and time."""
    moment = f"{at.timestamp():.0f}"
    signed = f"{key}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": key,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }


def _websub(call: OutgoingCall, edition: Edition, at: datetime.datetime) -> Request:
    feeds = [edition.site + reverse("feed-releases", args=[kind]) for kind in FEEDS]
    topics = [
        f"{feed}?topic={topic.slug}" for topic in edition.release.printed_topics for feed in feeds
    ]
    fields = [("hub.mode", "publish"), *(("hub.url", url) for url in (*feeds, *topics))]
    kind = "application/x-www-form-urlencoded"
    return Request(urlencode(fields).encode(), {"Content-Type": kind})


def _indexnow(call: OutgoingCall, edition: Edition, at: datetime.datetime) -> Request:
    content = {
        "host": urlsplit(edition.site).hostname,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": edition.site + reverse("indexnow-key"),
        "urlList": [edition.permalink],
    }
    return Request(json.dumps(content).encode(), {"Content-Type": "application/json"})


MAKERS: dict[Kind, Callable[[OutgoingCall, Edition, datetime.datetime], Request]] = {
    Kind.WEBHOOK: _webhook,
    Kind.WEBSUB: _websub,
    Kind.INDEXNOW: _indexnow,
}
