"""Read-only admin for audit records."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """Admin that lists and shows rows but changes none, whatever permissions a user has."""

    actions: Any = ()  # django-axes has one that deletes rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


NAMES = {
    AccessLog: ("sign-in record", "sign-in records"),
    AccessFailureLog: ("refused sign-in", "refused sign-ins"),
    AccessAttempt: ("count of refused sign-ins", "counts of refused sign-ins"),
}


def protect_sign_ins() -> None:
    """Make django-axes' admin lists of sign-ins read-only, and name them for people."""
    for model, (name, plural) in NAMES.items():
        model._meta.verbose_name, model._meta.verbose_name_plural = name, plural
        listed = type(admin.site.get_model_admin(model))
        admin.site.unregister(model)
        admin.site.register(model, type(f"ReadOnly{listed.__name__}", (ReadOnlyAdmin, listed), {}))
