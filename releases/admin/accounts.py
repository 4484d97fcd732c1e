"""Admin for accounts and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

from releases.admin.account_pages import AccountPages, state_of
from releases.admin.action_pages import action_context
from releases.admin.lists import BoundedList
from releases.models import AuditEntry
from releases.publishing import account_rights, accounts, roles

admin.site.unregister([User, Group])
apps.get_app_config("auth").verbose_name = "Accounts"
# Not the models' options, which Django would want to migrate.
for model, name in ((User, "account"), (Group, "role")):
    model._meta.verbose_name, model._meta.verbose_name_plural = name, f"{name}s"

Fieldsets = list[tuple[str | None, dict[str, Any]]]
FIELDSETS: Fieldsets = [
    (None, {"fields": ["first_name", "last_name", "email", "username"]}),
    ("Role", {"fields": ["groups"]}),
]
# Single rights and flags, which only superusers see.
RAW_RIGHTS = ["is_active", "is_staff", "is_superuser", "user_permissions", "password"]
FOR_SUPERUSERS: Fieldsets = [
    ("Rights and dates, for superusers", {"classes": ["collapse"], "fields": [*RAW_RIGHTS]})
]


class RoleFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "role"


class AccountForm(UserChangeForm):
    """Form of an account that leaves the office at least one administrator."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        # The rows stay locked until the account is saved.
        if not self._will_manage() and account_rights.is_last_manager(self.instance):
            raise ValidationError(accounts.LAST_MANAGER)
        return self.cleaned_data

    def _value(self, name: str) -> Any:
        return self.cleaned_data.get(name, getattr(self.instance, name))

    def _will_manage(self) -> bool:
        """Return whether the account could still manage others once saved."""
        if not (self._value("is_active") and self._value("is_staff")):
            return False
        right = Permission.objects.get(content_type__app_label="auth", codename="change_user")
        own = self.cleaned_data.get("user_permissions") or self.instance.user_permissions.all()
        groups = Group.objects.filter(pk__in=[group.pk for group in self._groups()])
        is_able = right in own or groups.filter(permissions=right).exists()
        return self._value("is_superuser") or is_able

    def _groups(self) -> Any:
        return self.cleaned_data.get("groups", self.instance.groups.all())


class RoleChoice(forms.ModelMultipleChoiceField):
    """Check boxes of the groups, each with what its members do."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Any) -> str:
        return roles.describe(group)


@admin.register(User)
class AccountAdmin(AccountPages, BoundedList, UserAdmin):
    form = AccountForm
    list_display = ("name", "email", "roles", "state", "has_second_factor", "last_sign_in")
    list_filter = ("is_active", ("groups", RoleFilter))
    ordering = ("-is_active", "first_name", "last_name", "username")
    list_select_related = ("invitation",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        found = super().get_queryset(request).prefetch_related("groups")
        return found.select_related("invitation").annotate(protected=Exists(devices))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*FIELDSETS, *FOR_SUPERUSERS] if _user(request).is_superuser else FIELDSETS

    @admin.display(description="name", ordering="first_name")
    def name(self, account: User) -> str:
        return account.get_full_name() or account.get_username()

    @admin.display(description="roles")
    def roles(self, account: User) -> str:
        if account.is_superuser:
            return "superuser"
        return ", ".join(group.name for group in account.groups.all()) or "none"

    @admin.display(description="state", ordering="is_active")
    def state(self, account: User) -> str:
        return state_of(account)

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, account: Any) -> bool:
        return bool(account.protected)

    @admin.display(description="last sign-in", ordering="last_login", empty_value="never")
    def last_sign_in(self, account: User) -> Any:
        return account.last_login

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Versions, audit entries and the log name the account, so it is deactivated instead.
        # Django's confirmation page would also show titles to people who may not read them.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Whoever can change an account can take it over, so it must not have more rights.
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or account_rights.has_all_rights_of(_user(request), obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let only superusers give rights other than through groups."""
        return [] if _user(request).is_superuser else RAW_RIGHTS

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer only groups whose permissions the person already has."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return RoleChoice(account_rights.roles_to_give(request.user), label="Role", required=False)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            accounts.end_access(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        account = form.instance
        before = self.roles(User.objects.get(pk=account.pk))
        super().save_related(request, form, formsets, change)
        after = self.roles(User.objects.get(pk=account.pk))
        if before != after:
            why, context = f"{before} → {after}", action_context(request)
            accounts.add_account_entry(account, AuditEntry.Action.ROLE_CHANGED, why, context)  # type: ignore[arg-type]


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Admin for groups, which only superusers may change."""

    readonly_fields = ("does", "members")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show lists of single permissions to superusers only."""
        words = [(None, {"fields": ["name", "does", "members"]})]
        rights = ("Rights, for superusers", {"classes": ["collapse"], "fields": ["permissions"]})
        return [*words, rights] if _user(request).is_superuser else words

    @admin.display(description="what its members do")
    def does(self, group: Group) -> str:
        return roles.ROLES.get(group.name, "Ask a superuser.")

    @admin.display(description="members")
    def members(self, group: Group) -> str:
        people = group.user_set.order_by("first_name", "username") if group.pk else []
        return ", ".join(accounts.name_of(person) for person in people) or "none"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _user(request).is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _user(request).is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _user(request).is_superuser and super().has_delete_permission(request, obj)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
