"""Read-only admin for the outbox of webhooks and pings, which the worker calls unattended."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from pressroom.infra.accounts.read_only import ReadOnlyAdmin
from releases.admin.lists import BoundedList
from releases.alerts import calls
from releases.models import OutgoingCall


@admin.register(OutgoingCall)
class OutgoingCallAdmin(ReadOnlyAdmin, BoundedList):
    list_display = ["created_at", "kind", "url", "release", "state", "attempts", "error"]
    list_display_links = None
    list_select_related = ["version__release"]
    ordering = ["-id"]
    search_fields = ["url", "kind", "error"]
    actions = ["retry"]

    @admin.display(description="release")
    def release(self, call: OutgoingCall) -> str:
        return f"{call.version.release.number}, version {call.version.number}"

    @admin.display(description="state", ordering="next_try_at")
    def state(self, call: OutgoingCall) -> str:
        return call.state

    @admin.action(description="Call again now", permissions=["view"])
    def retry(self, request: HttpRequest, chosen: QuerySet[OutgoingCall]) -> None:
        """Make the selected calls again now, those that were accepted, too."""
        count = calls.retry(chosen, timezone.now())
        word = "call" if count == 1 else "calls"
        self.message_user(request, f"Making {count} {word} again.", messages.SUCCESS)
