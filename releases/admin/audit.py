"""Who did what, for reading only."""

from __future__ import annotations

from django.contrib import admin

from pressroom.infra.accounts.read_only import ReadOnlyAdmin
from releases.admin.lists import BoundedList
from releases.models import AuditLine


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin, BoundedList):
    list_display = ["at", "subject", "who", "deed", "why", "origin"]
    list_filter = ["deed", "by"]
    list_select_related = ["by"]
    ordering = ["-at", "-id"]
    date_hierarchy = "at"
    list_per_page = 50
