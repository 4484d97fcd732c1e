"""Changes to accounts, groups and the site's own records, each by its admin URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from releases.models import (
    Invitation,
    Office,
    OutgoingCall,
    OutgoingMail,
    Release,
    SearchChange,
    Version,
)
from releases.publishing import invitations
from tests.authority.table import OF_THE_SITE, rows

PASSWORD = "Kx7-horse-staple"
CHOSEN = {"action": "delete_selected", "post": "yes"}
NEW = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
RECORDS = ("accesslog", "accessattempt", "accessfailurelog")


def bring_about_records() -> None:
    """Create a group without rights, a row of each sign-in record, and an outbox row."""
    Group.objects.create(name="spare")
    now = timezone.now()
    given = {"username": "writer", "ip_address": "192.0.2.1", "path_info": "/", "attempt_time": now}
    for name in RECORDS:
        more = {"failures_since_start": 1} if name == "accessattempt" else {}
        apps.get_model("axes", name).objects.create(**given, **more)
    release = Release.objects.earliest("pk")
    SearchChange.objects.filter(release=release).delete()
    SearchChange.objects.create(release=release, due_at=timezone.now())
    OutgoingMail.objects.create(kind="test", key="test", to="ana@example.gov", next_try_at=None)

    version = Version.objects.earliest("pk")
    OutgoingCall.objects.create(
        kind="webhook", url="https://a.example/", version=version, next_try_at=None
    )

    Office.objects.create(name="County")
    bring_about_accounts()


def bring_about_accounts() -> None:
    """Create an invited account, a deactivated one, and a superuser other than root."""
    guest = User.objects.create_user("guest", "guest@example.gov", is_staff=True)
    Invitation.objects.create(person=guest, sent_at=timezone.now())
    User.objects.create_user("gone", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_superuser("chief", password=PASSWORD)


def post(client: Client, address: str, /, *arguments: Any, **data: Any) -> None:
    client.post(reverse(f"admin:{address}", args=arguments), data)


def account(username: str, **changed: Any) -> Callable[[Client], None]:
    """Save the form of an account."""

    def send(client: Client) -> None:
        user = User.objects.get(username=username)
        kept = {"username": username, "is_active": "on", "is_staff": "on"}
        joined = {"date_joined_0": "2024-05-14", "date_joined_1": "12:00"}
        data = {name: value() if callable(value) else value for name, value in changed.items()}
        post(client, "auth_user_change", user.pk, **{**kept, **joined, **data})

    return send


def password_of(username: str) -> Callable[[Client], None]:
    def send(client: Client) -> None:
        key = User.objects.get(username=username).pk
        post(client, "auth_user_password_change", key, **NEW, **{"set-password": "1"})

    return send


def access(name: str, username: str) -> Callable[[Client], None]:
    """Press a button of an account's access."""

    def send(client: Client) -> None:
        post(client, f"auth_user_{name}", User.objects.get(username=username).pk)

    return send


def invite(client: Client) -> None:
    role = Group.objects.get(name="writer").pk
    post(client, "auth_user_add", name="New", email="new@example.gov", role=role)


def follow_invitation(client: Client, suffix: str = "") -> None:
    """Open the guest's link and choose a password."""
    guest = User.objects.get(username="guest")
    place = [urlsafe_base64_encode(force_bytes(guest.pk)), invitations.tokens.make_token(guest)]
    page = client.get(reverse("admin:invitation", args=[place[0], place[1] + suffix]))
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    client.post(page.headers.get("Location", page.wsgi_request.path), chosen)


def group(page: str, **fields: Any) -> Callable[[Client], None]:
    def send(client: Client) -> None:
        key = Group.objects.get(name="spare").pk
        data = {name: value() if callable(value) else value for name, value in fields.items()}
        post(client, f"auth_group_{page}", key, **data)

    return send


def sign_in_record(name: str, page: str) -> Callable[[Client], None]:
    """Change or delete a sign-in record, from its page and from the list."""

    def send(client: Client) -> None:
        key = apps.get_model("axes", name).objects.earliest("pk").pk
        keys = [] if page == "add" else [key]
        given = {"username": "x", "ip_address": "192.0.2.2", "path_info": "/", "post": "yes"}
        post(client, f"axes_{name}_{page}", *keys, **given)
        if page == "delete":
            post(client, f"axes_{name}_changelist", **CHOSEN, _selected_action=key)

    return send


def retry(client: Client) -> None:
    keys = list(SearchChange.objects.values_list("pk", flat=True))
    post(client, "releases_searchchange_changelist", action="retry", _selected_action=keys)


def retry_mail(client: Client) -> None:
    keys = list(OutgoingMail.objects.values_list("pk", flat=True))
    post(client, "releases_outgoingmail_changelist", action="retry", _selected_action=keys)


def retry_calls(client: Client) -> None:
    keys = list(OutgoingCall.objects.values_list("pk", flat=True))
    post(client, "releases_outgoingcall_changelist", action="retry", _selected_action=keys)


def right() -> int:
    return Permission.objects.get(codename="change_release").pk


def own_password(client: Client) -> None:
    change = {"old_password": "password", "new_password1": PASSWORD, "new_password2": PASSWORD}
    post(client, "password_change", **change)


def turn_off(client: Client) -> None:
    """Turn off the colleague's second factor, the only one in the archive."""
    key = User.objects.get(username="colleague").pk
    post(client, "second-factor", action="turn-off", user=key, code="123456", password="password")


def delete_account(client: Client) -> None:
    key = User.objects.get(username="colleague").pk
    post(client, "auth_user_delete", key, post="yes")
    post(client, "auth_user_changelist", **CHOSEN, _selected_action=key)


def delete_groups(client: Client) -> None:
    key = Group.objects.get(name="spare").pk
    post(client, "auth_group_changelist", **CHOSEN, _selected_action=key)


SITE_ROADS: dict[str, Callable[[Client], None]] = {
    "auth_user_add": invite,
    "auth_user_invite": access("invite", "guest"),
    "auth_user_revoke": access("revoke", "guest"),
    "auth_user_deactivate": access("deactivate", "colleague"),
    "auth_user_deactivate above": access("deactivate", "chief"),
    "auth_user_reactivate": access("reactivate", "gone"),
    "invitation": follow_invitation,
    "invitation wrong": lambda client: follow_invitation(client, "x"),
    "auth_user_change": account("colleague", email="ana@example.gov"),
    "auth_user_change groups": account(
        "colleague", groups=lambda: Group.objects.get(name="writer").pk
    ),
    "auth_user_change rights": account("colleague", is_superuser="on", user_permissions=right),
    "auth_user_change above": account("root", email="ana@example.gov"),
    "auth_user_password_change": password_of("colleague"),
    "auth_user_password_change above": password_of("root"),
    "auth_user_delete": delete_account,
    "auth_group_add": lambda client: post(client, "auth_group_add", name="new"),
    "auth_group_change": group("change", name="spare", permissions=right),
    "auth_group_delete": group("delete", post="yes"),
    "auth_group_changelist delete_selected": delete_groups,
    "password_change": own_password,
    "my-settings save": lambda client: post(client, "my-settings", action="save"),
    "my-settings density": lambda client: post(
        client, "my-settings", action="density", list_density="compact"
    ),
    "my-settings new-address": lambda client: post(client, "my-settings", action="new-address"),
    "second-factor begin": lambda client: post(client, "second-factor", action="begin"),
    "second-factor off": turn_off,
    "office_change": lambda client: post(client, "releases_office_change", 1, name="The County"),
    "searchchange_changelist retry": retry,
    "outgoingmail_changelist retry": retry_mail,
    "outgoingcall_changelist retry": retry_calls,
}
SITE_ROADS |= {
    f"axes_{name}_{page}": sign_in_record(name, page)
    for name in RECORDS
    for page in ("add", "change", "delete")
}
assert SITE_ROADS.keys() == rows(OF_THE_SITE).keys()
