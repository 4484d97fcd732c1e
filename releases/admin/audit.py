"""Read-only admin for audit entries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from pressroom.infra.accounts.read_only import ReadOnlyAdmin
from releases.admin.lists import BoundedList
from releases.models import AuditEntry


class PersonFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "person"


class ActionFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "action"


class DayFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "date"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin, BoundedList):
    list_display = ["at", "subject", "who", "action", "why", "origin"]
    list_filter = [("action", ActionFilter), ("by", PersonFilter), ("at", DayFilter)]
    search_fields = ["subject", "why", "by__username", "by__first_name", "by__last_name"]
    search_help_text = "Number or title of a release, a person, or words of the reason."
    list_select_related = ["by"]
    ordering = ["-at", "-id"]
    date_hierarchy = "at"
    list_per_page = 50
