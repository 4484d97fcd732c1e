"""Read-only admin for the search outbox, which the worker processes unattended."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from pressroom.infra.accounts.read_only import ReadOnlyAdmin
from releases.admin.lists import BoundedList
from releases.models import SearchChange
from releases.search import worker


@admin.register(SearchChange)
class SearchChangeAdmin(ReadOnlyAdmin, BoundedList):
    list_display = ["release", "waiting", "due_at", "attempts", "error"]
    list_display_links = None
    list_select_related = ["release"]
    ordering = ["since", "id"]
    search_fields = ["release__number", "release__title", "error"]
    actions = ["retry"]

    @admin.display(description="waiting since", ordering="since")
    def waiting(self, change: SearchChange) -> Any:
        return change.since if change.since <= timezone.now() else "under embargo"

    @admin.action(description="Retry now", permissions=["view"])
    def retry(self, request: HttpRequest, waiting: QuerySet[SearchChange]) -> None:
        """Retry the selected rows now, except those still under embargo."""
        count = worker.retry(waiting)
        word = "change" if count == 1 else "changes"
        self.message_user(request, f"Retrying {count} {word} now.", messages.SUCCESS)
