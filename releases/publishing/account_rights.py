"""Rights to give roles and to manage accounts."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from releases.publishing.roles import ROLES

BACKEND = "django.contrib.auth.backends.ModelBackend"
MANAGE = "auth.change_user"


def roles_to_give(person: User) -> QuerySet[Group]:
    """Return the groups without any right that the person lacks, the standard roles first."""
    order = [When(name=name, then=Value(place)) for place, name in enumerate(ROLES)]
    last = Value(len(ROLES))
    groups = Group.objects.annotate(place=Case(*order, default=last, output_field=IntegerField()))
    if not person.is_superuser:
        groups = groups.exclude(permissions__in=_missing_permissions(person))
    return groups.order_by("place", "name")


def has_all_rights_of(person: User, account: User) -> bool:
    """Return whether the person has every permission of the account, active or not."""
    if person.is_superuser or account.is_superuser:
        return person.is_superuser
    return not _permissions_of(account).filter(pk__in=_missing_permissions(person)).exists()


def is_last_manager(account: User) -> bool:
    """Return whether nobody else can manage accounts; other transactions wait for this one."""
    # Only a query after the lock sees what the transaction before has changed. Rows of users would
    # not do: groups are in another table.
    app, codename = MANAGE.split(".")
    right = Permission.objects.filter(content_type__app_label=app, codename=codename)
    right.select_for_update(of=("self",), no_key=True).get()
    managers = User.objects.with_perm(MANAGE, backend=BACKEND).filter(is_staff=True)
    return list(managers.values_list("pk", flat=True)[:2]) == [account.pk]


def _permissions_of(user: User) -> QuerySet[Permission]:
    """Return the permissions of the account and of its groups."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def _missing_permissions(user: User) -> QuerySet[Permission]:
    """Return the permissions that a person who is not a superuser lacks."""
    return Permission.objects.exclude(pk__in=_permissions_of(user).values("pk"))
