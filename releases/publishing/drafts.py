"""Working copies, earlier states of drafts, and forms that may be submitted only once."""

from __future__ import annotations

import datetime
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from releases.models import DraftState, Release, SentForm, WorkingCopy

LIFETIME = datetime.timedelta(days=14)  # of working copies and of submitted forms
STATE_INTERVAL = datetime.timedelta(minutes=5)  # saves within it are one state
MIN_SAVE_INTERVAL = datetime.timedelta(seconds=1)  # for the same form
MAX_STATES_PER_FORM = 20  # per person
MAX_COPIES_PER_PERSON = 100  # of all forms together
MAX_DRAFT_STATES = 50  # of one release
MAX_CHARACTERS = 1_000_000  # characters of a form

EDITABLE_STATUSES = (Release.Status.DRAFT, Release.Status.IN_REVIEW)
TOKEN = re.compile(r"[0-9a-f]{32}")

Fields = Sequence[Sequence[str]]


class TooLargeError(Exception):
    """Refusal of a working copy over MAX_CHARACTERS."""


class TooOftenError(Exception):
    """Refusal of a form that was saved within MIN_SAVE_INTERVAL."""


class AlreadySentError(Exception):
    """Refusal of a form that was submitted before; `release` is its draft, None if deleted."""

    def __init__(self, release: Release | None) -> None:
        super().__init__("This form was already sent.")
        self.release = release


def new_token() -> str:
    """Return an identifier for a form that creates a release."""
    return secrets.token_hex(16)


def token_in(form: Mapping[str, Any]) -> str:
    """Return the token of a submitted form; "" if it has no valid one."""
    token = form.get("form_token", "")
    return token if TOKEN.fullmatch(token) else ""


def copies(by: User, release: Release | None, token: str = "") -> QuerySet[WorkingCopy]:
    """Return the person's unsaved copies of that form, newest first."""
    own = WorkingCopy.objects.filter(by=by, release=release)
    return own if release else own.filter(form_token=token)


def latest_copies(by: User, release: Release | None) -> list[WorkingCopy]:
    """Return the newest copy of the release's form, or of each form for a new release."""
    own = WorkingCopy.objects.filter(by=by, release=release)
    newest: dict[str, WorkingCopy] = {}
    for copy in own[:MAX_COPIES_PER_PERSON]:
        newest.setdefault("" if release else copy.form_token, copy)
    return list(newest.values())


@transaction.atomic
def save_copy(
    by: User, release: Release | None, token: str, fields: Fields, at: datetime.datetime
) -> WorkingCopy:
    """Autosave the form, replacing a copy begun within STATE_INTERVAL.

    Raises TooLargeError and TooOftenError.
    """
    if sum(len(name) + len(value) for name, value in fields) > MAX_CHARACTERS:
        raise TooLargeError
    own = copies(by, release, token)
    latest = own.select_for_update().first()
    if latest and at - latest.at < MIN_SAVE_INTERVAL:
        raise TooOftenError
    if latest is None or at - latest.begun_at > STATE_INTERVAL:
        latest = WorkingCopy(by=by, release=release, form_token=token, begun_at=at)
    latest.at, latest.fields = at, [list(pair) for pair in fields]
    latest.save()
    WorkingCopy.objects.filter(at__lt=at - LIFETIME).delete()
    _keep_newest(own, MAX_STATES_PER_FORM)
    _keep_newest(WorkingCopy.objects.filter(by=by), MAX_COPIES_PER_PERSON)
    return latest


def discard(by: User, release: Release | None, token: str = "") -> None:
    """Delete the person's unsaved copies of that form."""
    copies(by, release, token).delete()


def record_draft_state(
    release: Release, before: dict[str, Any] | None, by: User, at: datetime.datetime
) -> None:
    """Record a draft's content after a save, and `before` unless it is already recorded."""
    states = release.draft_states.all()
    if release.status not in EDITABLE_STATUSES:  # other statuses have versions
        return
    latest, after = states.first(), release.snapshot()
    if before and (latest is None or latest.snapshot != before):
        # States are ordered by time, and this one precedes the save.
        earlier = at - datetime.timedelta(microseconds=1)
        DraftState.objects.create(release=release, by=None, at=earlier, snapshot=before)
    if before != after:
        DraftState.objects.create(release=release, by=by, at=at, snapshot=after)
    _keep_newest(states, MAX_DRAFT_STATES)


def record_sent_form(by: User, token: str, release: Release, at: datetime.datetime) -> None:
    """Record the draft that a form created, in the same transaction.

    Raises AlreadySentError if the form created one before; roll the transaction back.
    """
    if not TOKEN.fullmatch(token):
        return
    # A second, simultaneous submission waits here for the first to commit.
    try:
        with transaction.atomic():
            SentForm.objects.create(by=by, token=token, release=release, at=at)
    except IntegrityError:
        raise AlreadySentError(draft_made_by(by, token)) from None
    SentForm.objects.filter(at__lt=at - LIFETIME).delete()


def was_sent(by: User, token: str) -> bool:
    return SentForm.objects.filter(by=by, token=token).exists()


def draft_made_by(by: User, token: str) -> Release | None:
    """Return the draft that the form created, if it still exists."""
    sent = SentForm.objects.filter(by=by, token=token).select_related("release").first()
    return sent.release if sent else None


def _keep_newest(rows: QuerySet[Any], most: int) -> None:
    if surplus := list(rows.values_list("pk", flat=True)[most:]):
        rows.model._default_manager.filter(pk__in=surplus).delete()
