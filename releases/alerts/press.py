"""Press mailings that wait for the end of an embargo, and the link that stops press mail."""

from __future__ import annotations

import datetime

from django.db import transaction

from releases.alerts.announcing import TOO_OLD
from releases.alerts.subscriptions import UnknownLinkError, read_keys
from releases.mail.press import MOVED, WITHDRAWN
from releases.models import Journalist, PressMailing, Release
from releases.models.press import STOP_LINK
from releases.publishing.press import drop_press_mailing, queue_press_mails

LATE = "the mail worker was down when the embargo ended"


def waiting(at: datetime.datetime) -> list[int]:
    """Return the keys of the mailings whose release time has come at `at`."""
    open_ones = PressMailing.objects.filter(queued_at=None, canceled_at=None, release_at__lte=at)
    return list(open_ones.order_by("pk").values_list("pk", flat=True))


def queue_due(at: datetime.datetime) -> int:
    """Queue the mails of the mailings that are due at `at`; return how many mails.

    A mailing whose release was recalled, withdrawn or given another time is dropped.
    """
    return sum(_queue(key, at) for key in waiting(at))


@transaction.atomic
def _queue(key: int, at: datetime.datetime) -> int:
    # The release first, as actions do. A recall that has not committed yet holds this lock.
    rows = Release.objects.select_for_update(of=("self",), no_key=True)
    release = rows.filter(press_mailings=key).first()
    mailing = PressMailing.objects.filter(pk=key, queued_at=None, canceled_at=None).first()
    if release is None or mailing is None:
        return 0
    if why := _objection(release, mailing, at):
        drop_press_mailing(mailing, why, at)
        return 0
    return queue_press_mails(mailing, at)


def _objection(release: Release, mailing: PressMailing, at: datetime.datetime) -> str:
    if release.release_at != mailing.release_at:
        return MOVED
    if not release.is_published(at):
        return WITHDRAWN
    return LATE if mailing.release_at < at - TOO_OLD else ""


def read_journalist(token: str) -> Journalist:
    """Return whose mail a link stops. Raises UnknownLinkError."""
    person = Journalist.objects.filter(pk__in=read_keys(STOP_LINK, token)).first()
    if person is None:
        raise UnknownLinkError
    return person
