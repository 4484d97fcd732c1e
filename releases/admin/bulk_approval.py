"""Approval of many releases at once, after a page that shows the effect on each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.form_fields import parse_expected_version
from releases.admin.moment_forms import AS_PRINTED, NOW, NUMBER_GAP_NOTE, Button
from releases.admin.status import describe_status, format_moment
from releases.models import AuditEntry, Release

MAX_SELECTED = 100  # the page shows a checklist for each
NOT_ON_PAGE = "Left unchanged, because it was not on the page you confirmed."
FUTURE_DATE = "It is dated {date}, in the future. Approve it on its own page."


@dataclass(frozen=True)
class ApprovalRow:
    """Selected release with the objections that keep it from being approved in bulk."""

    release: Release
    objections: tuple[str, ...]
    today: datetime.date

    @classmethod
    def of(cls, release: Release, by: User, at: datetime.datetime) -> ApprovalRow:
        """Return the row as of `at`."""
        today = timezone.localdate(at)
        open_warnings = tuple(warning.message for warning in release.unresolved_warnings())
        moment = _future_moment(release, at) or at
        asked = publishing.confirmation_reasons(release, moment, at)
        reasons = (*publishing.blockers(release, by), *open_warnings, *asked)
        if release.date and release.date > today and not _future_moment(release, at):
            reasons += (FUTURE_DATE.format(date=date_format(release.date)),)
        return cls(release, reasons, today)

    @property
    def scheduled_for(self) -> datetime.datetime | None:
        """Return the proposed release time if it is in the future."""
        return _future_moment(self.release, timezone.now())

    @property
    def describe_effect(self) -> str:
        """Return a sentence saying when the release would become public."""
        if at := self.scheduled_for:
            return f"Scheduled for {format_moment(at)}."
        date = self.release.date
        if date is None or date >= self.today:
            return "Published now."
        return f"Published now, listed under today, or dated as printed, under {date_format(date)}."

    @property
    def checklist(self) -> list[str]:
        return publishing.checklist_items(self.release)

    def moment(self, effect: str) -> datetime.datetime | None:
        """Return the release time to approve it for; None for now."""
        return self.scheduled_for or (self.release.start_of_day() if effect == AS_PRINTED else None)


class BulkApproval(admin.ModelAdmin):
    """Admin whose list approves the selected releases."""

    @admin.action(description="Approve …", permissions=["approve"])
    def approve_many(
        self, request: HttpRequest, releases: QuerySet[Release]
    ) -> HttpResponse | None:
        """Show the effect on each release; once confirmed, approve those without objections."""
        chosen = list(releases.order_by("pk")[: MAX_SELECTED + 1])
        if len(chosen) > MAX_SELECTED:
            sentence = f"Select at most {MAX_SELECTED} at a time. Nothing was changed."
            self.message_user(request, sentence, messages.ERROR)
            return None
        person: Any = request.user
        rows = [ApprovalRow.of(release, person, timezone.now()) for release in chosen]
        if request.POST.get("effect") in (NOW, AS_PRINTED):
            self._approve(request, rows, request.POST["effect"])
            return None
        return self._approval_page(request, rows)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may approve releases; read by Django's `permissions=`."""
        return publishing.may(request.user, AuditEntry.Action.APPROVED)  # type: ignore[arg-type]

    def _approve(self, request: HttpRequest, rows: Sequence[ApprovalRow], effect: str) -> None:
        """Approve each release as its row says and report each result as a message."""
        by_key = {row.release.pk: row for row in rows}

        def approve(release: Release, **act: Any) -> Release:
            row, expected_version = by_key[release.pk], posted_version(request, release)
            if row.objections:
                raise publishing.ActionRefusedError(*row.objections)
            if expected_version is None:
                raise publishing.ActionRefusedError(NOT_ON_PAGE)
            return publishing.approve(
                release, row.moment(effect), expected_version=expected_version, **act
            )

        with transaction.atomic():
            results = publishing.apply_to_each(
                approve, [row.release for row in rows], **action_context(request)
            )
        for result in results:
            if result.reasons:
                sentence = f"“{result.release}”: {' '.join(result.reasons)}"
                self.message_user(request, sentence, messages.ERROR)
            else:
                sentence = f"{result.release}: {describe_status(result.release, timezone.now())}."
                self.message_user(request, sentence, messages.SUCCESS)

    def _approval_page(self, request: HttpRequest, rows: Sequence[ApprovalRow]) -> HttpResponse:
        ready = [row for row in rows if not row.objections]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Approve {len(ready)} of {len(rows)} selected",
            "ready": ready,
            "left_out": [row for row in rows if row.objections],
            "buttons": _buttons(ready),
            "number_gap_note": NUMBER_GAP_NOTE if _takes_numbers(ready) else "",
        }
        return render(request, "admin/releases/release/bulk_approval.html", context)


def posted_version(request: HttpRequest, release: Release) -> datetime.datetime | None:
    """Return the version of the release that the page showed; None if missing or unreadable."""
    try:
        return parse_expected_version(request.POST.get(f"seen_{release.pk}", ""))
    except ValidationError:
        return None


def _future_moment(release: Release, at: datetime.datetime) -> datetime.datetime | None:
    proposed = release.proposed_release_at
    return proposed if proposed and proposed > at else None


def _buttons(ready: Sequence[ApprovalRow]) -> list[Button]:
    """Return buttons labeled with the number of releases they publish and schedule."""
    scheduled = sum(1 for row in ready if row.scheduled_for)
    published = len(ready) - scheduled
    if not ready:
        return []
    if not published:
        return [Button(NOW, f"Schedule {scheduled}")]
    rest = f", schedule {scheduled}" if scheduled else ""
    buttons = [Button(NOW, f"Publish {published} now{rest}")]
    if any(row.release.date and row.release.date < row.today for row in ready):
        buttons.append(Button(AS_PRINTED, f"Publish {published}, dated as printed{rest}"))
    return buttons


def _takes_numbers(rows: Sequence[ApprovalRow]) -> bool:
    return any(not row.release.number for row in rows)
