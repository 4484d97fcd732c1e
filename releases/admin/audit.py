"""Read-only admin for audit entries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet

from pressroom.infra.accounts.read_only import ReadOnlyAdmin
from releases.admin.lists import BoundedList
from releases.admin.topics import find_releases
from releases.admin.typed_filters import TypedFilter
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


class ReleaseFilter(TypedFilter):
    title = "release"
    label = "Number or title"
    parameter_name = "of"
    unknown = "“{}” names no release, or several."

    def find(self, text: str) -> Q | None:
        """Return the condition for its entries, those of a deleted draft included."""
        found = find_releases(text)
        if len(found) == 1:
            return Q(release=found[0].pk)
        deleted = AuditEntry.objects.filter(action=AuditEntry.Action.DELETED, subject__iexact=text)
        return Q(release__in=deleted.values("release")) if not found and deleted else None

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(value)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin, BoundedList):
    list_display = ["at", "subject", "who", "action", "why", "origin"]
    list_filter = [ReleaseFilter, ("action", ActionFilter), ("by", PersonFilter), ("at", DayFilter)]
    search_fields = ["subject", "why", "by__username", "by__first_name", "by__last_name"]
    search_help_text = "Number or title of a release, a person, or words of the reason."
    list_select_related = ["by"]
    ordering = ["-at", "-id"]
    date_hierarchy = "at"
    list_per_page = 50
