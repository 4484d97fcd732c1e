"""Account managers cannot give more rights than they have."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

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
            **fields,
        },
    )


@pytest.mark.parametrize("whom", ["Ada", "writer"])
def test_administrator_cannot_make_a_superuser(client, administrator, staff, whom):
    staff("writer")
    staff("administrator", "Eve")  # the last one could not be saved without a role
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


def test_last_administrator_cannot_lose_the_role(client, administrator, staff):
    role = administrator.groups.get()
    writer = Group.objects.get(name="writer")
    for groups in ([writer.pk], []):
        assert "Nobody else can manage" in send(client, administrator, groups=groups).text
    assert administrator.groups.get() == role

    staff("administrator", "Eve")
    assert send(client, administrator, groups=[writer.pk]).status_code == 302


def test_superuser_who_manages_alone_is_not_deactivated_in_the_form(admin_client):
    account = User.objects.get(username="admin")

    page = send(admin_client, account, is_active="", is_superuser="on")

    assert "Nobody else can manage" in page.text


def test_office_administrators_see_roles_but_no_lists_of_permissions(client, administrator, staff):
    page = reverse("admin:auth_user_change", args=[staff("writer").pk])
    assert "user_permissions" not in client.get(page).text
    assert 'name="groups"' in client.get(page).text


def test_superusers_see_permissions(admin_client, staff):
    page = reverse("admin:auth_user_change", args=[staff("writer").pk])

    assert "user_permissions" in admin_client.get(page).text


def test_list_shows_role_and_second_factor(client, administrator):
    TOTPDevice.objects.create(user=administrator, name="App", confirmed=True)
    page = admin.site.get_model_admin(User)
    account = page.get_queryset(client.get("/").wsgi_request).get()

    assert page.roles(account) == "administrator"
    assert page.state(account) == "active"
    assert page.has_second_factor(account)


def test_role_is_described_without_permissions_to_office_administrators(client, administrator):
    page = reverse("admin:auth_group_change", args=[Group.objects.get(name="publisher").pk])

    assert "also approves, schedules" in client.get(page).text
    assert "Can approve" not in client.get(page).text


def test_accounts_and_roles_are_named_for_people(client, staff):
    client.force_login(staff("administrator"))

    page = client.get("/admin/").text

    assert ">Accounts</a>" in page
    assert "Authentication and Authorization" not in page
