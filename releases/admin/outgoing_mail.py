"""Read-only admin for the outbox of e-mail, which the worker sends unattended."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from pressroom.infra.accounts.read_only import ReadOnlyAdmin
from releases.admin.lists import BoundedList
from releases.mail import outgoing
from releases.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin, BoundedList):
    list_display = ["created_at", "to", "kind", "state", "attempts", "error"]
    list_display_links = None
    ordering = ["-id"]
    search_fields = ["to", "kind", "error"]
    actions = ["retry"]
    # An invitation's text holds the link that sets a password.
    exclude = ["text", "html", "key", "release"]

    @admin.display(description="state", ordering="next_try_at")
    def state(self, mail: OutgoingMail) -> str:
        return mail.state

    @admin.action(description="Try again now", permissions=["view"])
    def retry(self, request: HttpRequest, chosen: QuerySet[OutgoingMail]) -> None:
        """Try the selected mails again now, except those already sent."""
        count = outgoing.retry(chosen)
        word = "e-mail" if count == 1 else "e-mails"
        self.message_user(request, f"Trying {count} {word} again.", messages.SUCCESS)
