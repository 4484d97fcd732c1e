"""Admin for accounts and roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

admin.site.unregister([User, Group])


RAW_RIGHTS = ("is_superuser", "user_permissions")
MANAGE = "auth.change_user"
BACKEND = "django.contrib.auth.backends.ModelBackend"
LAST_MANAGER = (
    "Nobody else can manage accounts. Make somebody else an administrator first, so that the "
    "office is not locked out."
)


class AccountForm(UserChangeForm):
    """Form of an account that leaves the office at least one administrator."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = {**self.initial, **(super().clean() or {})}
        if self._is_last_manager() and not self._will_manage(data):
            raise ValidationError(LAST_MANAGER)
        return self.cleaned_data

    def _is_last_manager(self) -> bool:
        managers = User.objects.with_perm(MANAGE, backend=BACKEND).filter(is_staff=True)
        return list(managers.values_list("pk", flat=True)[:2]) == [self.instance.pk]

    def _will_manage(self, data: dict[str, Any]) -> bool:
        """Return whether the account could still manage others once saved."""
        if not (data["is_active"] and data["is_staff"]):
            return False
        right = Permission.objects.get(content_type__app_label="auth", codename="change_user")
        own = data.get("user_permissions") or self.instance.user_permissions.all()
        groups = data.get("groups") or []
        return (
            data.get("is_superuser", self.instance.is_superuser)
            or right in own
            or Group.objects.filter(pk__in=[each.pk for each in groups], permissions=right).exists()
        )


@admin.register(User)
class AccountAdmin(UserAdmin):
    form = AccountForm
    list_display = (
        *("username", "get_full_name", "email", "roles"),
        *("is_active", "has_second_factor", "last_login"),
    )
    list_filter = ("is_active", "groups")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        found = super().get_queryset(request).prefetch_related("groups")
        return found.annotate(protected=Exists(devices))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show lists of single permissions to superusers only; roles say enough to others."""
        fieldsets = super().get_fieldsets(request, obj)
        if _user(request).is_superuser:
            return fieldsets
        return [
            (
                name,
                {**given, "fields": [each for each in given["fields"] if each not in RAW_RIGHTS]},
            )
            for name, given in fieldsets
        ]

    @admin.display(description="full name")
    def get_full_name(self, account: User) -> str:
        return account.get_full_name()

    @admin.display(description="roles")
    def roles(self, account: User) -> str:
        if account.is_superuser:
            return "superuser"
        return ", ".join(group.name for group in account.groups.all()) or "none"

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, account: Any) -> bool:
        return bool(account.protected)

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


def _without(fields: Iterable[str], hidden: tuple[str, ...]) -> list[str]:
    return [name for name in fields if name not in hidden]


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
