"""Accounts in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """An account is made inactive, never deleted: versions, audit lines and the log name it. The
    page that asks would also show titles to who may not read them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
