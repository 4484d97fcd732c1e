"""Account managers cannot give more rights than they have."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from releases.admin.accounts import AccountAdmin, admin


@pytest.fixture
def administrator(client, staff):
    person = staff("administrator", "Ada")
    client.force_login(person)
    return person


def send(client, account, **fields):
    return client.post(
        reverse("admin:auth_user_change", args=[account.pk]),
        {
            "username": account.username,
            "is_active": "on",
            "is_staff": "on",
            "date_joined_0": "2024-05-14",
            "date_joined_1": "12:00",
            **fields,
        },
    )


@pytest.mark.parametrize("whom", ["Ada", "writer"])
def test_administrator_cannot_make_a_superuser(client, administrator, staff, whom):
    staff("writer")
    account = User.objects.get(username=whom)
    right = Permission.objects.get(codename="delete_user")

    answer = send(client, account, is_superuser="on", user_permissions=[right.pk])

    account.refresh_from_db()
    assert answer.status_code == 302
    assert not account.is_superuser
    assert not account.user_permissions.exists()


def test_administrator_gives_roles_up_to_their_own(client, administrator, staff):
    account, publisher = staff("writer"), staff("publisher").groups.get()
    above = Group.objects.create(name="above")
    above.permissions.add(Permission.objects.get(codename="delete_user"))

    assert send(client, account, groups=[publisher.pk]).status_code == 302
    refused = send(client, account, groups=[above.pk])

    assert "is not one of the available choices" in refused.text
    assert list(account.groups.all()) == [publisher]


@pytest.mark.parametrize("is_active", [True, False])
def test_account_with_more_rights_is_only_read(client, administrator, staff, is_active):
    above, superuser = staff("writer"), User.objects.create_superuser("root", password="old")
    above.user_permissions.add(Permission.objects.get(codename="delete_user"))
    User.objects.update(is_active=is_active)
    User.objects.filter(pk=administrator.pk).update(is_active=True)
    new = {
        "password1": "Kx7-horse-staple",
        "password2": "Kx7-horse-staple",
        "usable_password": "true",
    }

    for account in (above, superuser):
        page = reverse("admin:auth_user_password_change", args=[account.pk])
        assert client.post(page, {**new, "set-password": "1"}).status_code == 403
        assert send(client, account, email="a@example.gov").status_code == 403


def test_administrator_changes_no_group(client, administrator):
    administrator.user_permissions.set(Permission.objects.filter(content_type__model="group"))
    group = Group.objects.get(name="administrator")

    page = reverse("admin:auth_group_change", args=[group.pk])

    assert client.post(page, {"name": "x", "permissions": []}).status_code == 403
    assert client.get(page).status_code == 200


def test_superuser_gives_every_right(admin_client, staff):
    account = staff("writer")

    assert send(admin_client, account, is_superuser="on").status_code == 302

    account.refresh_from_db()
    assert account.is_superuser
    assert isinstance(admin.site.get_model_admin(User), AccountAdmin)


@pytest.mark.parametrize(
    ("model", "more"),
    [(AccessAttempt, {"failures_since_start": 1}), (AccessLog, {}), (AccessFailureLog, {})],
)
def test_records_of_sign_ins_are_only_read(admin_client, model, more):
    row = model.objects.create(username="ana", ip_address="192.0.2.1", path_info="/x/", **more)
    name = f"admin:axes_{model._meta.model_name}"

    listed = admin_client.get(reverse(f"{name}_changelist")).text
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    admin_client.post(reverse(f"{name}_changelist"), chosen)

    assert "192.0.2.1" in listed
    assert 'name="action"' not in listed
    for page in ("change", "delete"):
        address = reverse(f"{name}_{page}", args=[row.pk])
        assert admin_client.post(address, {"username": "x", "post": "yes"}).status_code == 403
    assert model.objects.filter(username="ana").exists()
