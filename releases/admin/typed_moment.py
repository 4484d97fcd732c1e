"""Release time typed above a release's form when another button than its own is pressed."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.actions import ApproveForm
from releases.admin.moment_forms import PRESS_TO_CONFIRM, SCHEDULE
from releases.admin.status import format_moment
from releases.models import AuditEntry, Release

FIELDS = ("release_day", "release_time")
PROPOSED = "The proposed release time is {}. Nothing is scheduled yet."
NOT_KEPT = "The release time you typed, “{typed}”, is not saved: {why}"
STILL_SCHEDULED = "The release is still scheduled for {}. To change that, press “Schedule for …”."


def keep_typed_moment(
    request: HttpRequest, release: Release, shown: datetime.datetime | None
) -> tuple[int, str]:
    """Propose the typed release time of a form that was just saved.

    `shown` is the time that the form's fields had at first. Returns the level and words of the
    message for the person; "" if there is nothing to tell.
    """
    person: Any = request.user
    typed = " ".join(request.POST.get(name, "").strip() for name in FIELDS).strip()
    if not typed or not publishing.may(person, AuditEntry.Action.RESCHEDULED):
        return messages.INFO, ""
    sent = request.POST.copy()
    sent["effect"] = SCHEDULE
    form = ApproveForm(sent, initial={"release_at": shown})
    form.release = release
    if not {*FIELDS} & {*form.changed_data}:
        return messages.INFO, ""
    try:
        at = _propose(request, release, form)
    except publishing.ActionRefusedError as refused:
        why = " ".join(refused.reasons)
        return messages.WARNING, NOT_KEPT.format(typed=typed[:80], why=why)
    return messages.SUCCESS, PROPOSED.format(format_moment(at))


def _propose(request: HttpRequest, release: Release, form: ApproveForm) -> datetime.datetime:
    """Return the proposed moment. Raises ActionRefusedError."""
    form.full_clean()
    if form.typed is None:
        errors = (str(error) for name in FIELDS for error in form.errors.get(name, []))
        raise publishing.ActionRefusedError(*(each for each in errors if each != PRESS_TO_CONFIRM))
    if release.is_embargoed(timezone.now()):
        scheduled = format_moment(release.release_at)
        raise publishing.ActionRefusedError(STILL_SCHEDULED.format(scheduled))
    publishing.propose_moment(release, form.typed, **action_context(request))
    return form.typed
