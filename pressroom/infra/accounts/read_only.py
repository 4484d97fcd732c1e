"""Records in the admin that staff read and nobody changes."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """An admin in which rows are listed and read, whatever permissions a person has."""

    actions: Any = ()  # django-axes has one that deletes rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Programs write them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a record says what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a record says what happened."""
        return False


def protect_sign_ins() -> None:
    """Make the records of sign-ins read-only, in the lists that django-axes made for them."""
    for model in (AccessAttempt, AccessLog, AccessFailureLog):
        listed = type(admin.site.get_model_admin(model))
        admin.site.unregister(model)
        admin.site.register(model, type(f"ReadOnly{listed.__name__}", (ReadOnlyAdmin, listed), {}))
