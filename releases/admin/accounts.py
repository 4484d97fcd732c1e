"""Admin for accounts and roles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest

admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(UserAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Versions, audit entries and the log name the account, so it is deactivated instead.
        # Django's confirmation page would also show titles to people who may not read them.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Whoever can change an account can take it over, so it must not have more rights.
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or _has_all_rights_of(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let only superusers give rights other than through groups."""
        fields = list(super().get_readonly_fields(request, obj))
        is_superuser = _user(request).is_superuser
        return fields if is_superuser else [*fields, "is_superuser", "user_permissions"]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer only groups whose permissions the person already has."""
        if db_field.name == "groups" and not request.user.is_superuser:
            lacked = _missing_permissions(request.user)
            kwargs["queryset"] = Group.objects.exclude(permissions__in=lacked)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Admin for groups, which only superusers may change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _user(request).is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _user(request).is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _user(request).is_superuser and super().has_delete_permission(request, obj)


def _has_all_rights_of(request: HttpRequest, account: User) -> bool:
    """Return whether the person has every permission of the account, active or not."""
    person = _user(request)
    if person.is_superuser or account.is_superuser:
        return person.is_superuser
    return not _permissions_of(account).filter(pk__in=_missing_permissions(person)).exists()


def _permissions_of(user: User) -> QuerySet[Permission]:
    """Return the permissions of the account and of its groups."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def _missing_permissions(user: User) -> QuerySet[Permission]:
    """Return the permissions that a person who is not a superuser lacks."""
    return Permission.objects.exclude(pk__in=_permissions_of(user).values("pk"))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
