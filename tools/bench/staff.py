"""Writes of other processes while readers come."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from releases import publishing
from releases.models import Release
from tools.drill.writers import Confirm

UNSEEN_A_SECOND = 20


def write_unseen(confirm: Confirm) -> None:
    """Make one second's writes that no reader sees: sessions, sign-ins, drafts, audit entries."""
    for write in itertools.islice(itertools.cycle(UNSEEN), UNSEEN_A_SECOND):
        _in_time(write, 1 / UNSEEN_A_SECOND)


def publish(confirm: Confirm) -> None:
    """Publish a release, once in a second."""
    _in_time(lambda: publishing.approve(_draft(), timezone.now()), 1)


def _in_time(write: Callable[[], object], seconds: float) -> None:
    """Write, then wait until that many seconds have passed since."""
    started = time.monotonic()
    write()
    time.sleep(max(0, started + seconds - time.monotonic()))


def _start_session() -> None:
    Session.objects.create(session_key=secrets.token_hex(16), expire_date=timezone.now())


def _sign_in() -> None:
    user, _ = get_user_model().objects.get_or_create(username="bench")
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])


def _draft() -> Release:
    return Release.objects.create(
        title=f"Notice {secrets.token_hex(4)}",
        body="The county published a measurement.",
        date=timezone.localdate(),
    )


def _submit() -> None:
    publishing.submit(_draft())


UNSEEN = (_start_session, _sign_in, _draft, _submit)
