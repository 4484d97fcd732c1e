"""Who did what, for reading only."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from releases.models import AuditLine


@admin.register(AuditLine)
class AuditLineAdmin(admin.ModelAdmin):
    list_display = ["at", "subject", "who", "deed", "why", "origin"]
    list_filter = ["deed", "by"]
    list_select_related = ["by"]
    ordering = ["-at", "-id"]
    date_hierarchy = "at"
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Verbs write them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditLine | None = None) -> bool:
        """The database would refuse it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditLine | None = None) -> bool:
        """The database would refuse it."""
        return False
