"""Permissions and members of groups, by name: primary keys differ between databases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Manager

from releases.archive.tables import Line
from releases.publishing.roles import PERMISSIONS_BY_ROLE, standard_permissions

FILE = "roles.jsonl"
# The format keeps the names that models had when it was defined.
FORMAT_NAMES = {"auditentry": "auditline", "similarreleases": "likeness"}


def lines() -> Iterator[Line]:
    """Yield a line for each group, and for each account with individual permissions."""
    for group in Group.objects.order_by("name"):
        members = group.user_set.order_by("username").values_list("username", flat=True)
        yield {
            "group": group.name,
            "may": _permission_names(group.permissions),
            "members": list(members),
        }
    for user in User.objects.exclude(user_permissions=None).distinct().order_by("username"):
        yield {"account": user.username, "may": _permission_names(user.user_permissions)}


def known_permissions() -> list[str]:
    """Return the names of all permissions that this site could give."""
    return _permission_names(Permission.objects)


def grant_newer(known: Collection[str]) -> None:
    """Grant the standard roles their permissions that are not among the export's known ones.

    An older export cannot have granted them; what the office took from a role stays taken.
    """
    for role in PERMISSIONS_BY_ROLE:
        newer = [each for each in standard_permissions(role) if _name(each) not in known]
        for group in Group.objects.filter(name=role):
            group.permissions.add(*newer)


def insert(batch: Iterable[Line]) -> None:
    """Set exactly the permissions and members in each line.

    Raises ValueError for an unknown permission or account.
    """
    for line in batch:
        _insert(line)


def _insert(line: Line) -> None:
    may = [_permission(name) for name in line["may"]]
    if "group" in line:
        group, _ = Group.objects.get_or_create(name=line["group"])
        group.permissions.set(may)
        group.user_set.set([_account(name) for name in line["members"]])
    else:
        _account(line["account"]).user_permissions.set(may)


def _permission_names(permissions: Manager[Permission]) -> list[str]:
    found = permissions.values_list("content_type__app_label", "content_type__model", "codename")
    return sorted(_to_format(".".join(names)) for names in found)


def _name(permission: Permission) -> str:
    content_type = permission.content_type
    return _to_format(f"{content_type.app_label}.{content_type.model}.{permission.codename}")


def _to_format(name: str) -> str:
    for current, original in FORMAT_NAMES.items():
        name = name.replace(current, original)
    return name


def _from_format(name: str) -> str:
    for current, original in FORMAT_NAMES.items():
        name = name.replace(original, current)
    return name


def _permission(name: str) -> Permission:
    app, model, codename = _from_format(name).split(".")
    found = Permission.objects.filter(
        content_type__app_label=app, content_type__model=model, codename=codename
    ).first()
    if found is None:
        raise ValueError(f"names the permission {name}, which is unknown")
    return found


def _account(username: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        raise ValueError(f"names the account {username}, which accounts.jsonl does not have")
    return found
