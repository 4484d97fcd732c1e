"""Invitation by e-mail: from the administrator's form to the first sign-in."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from pressroom.infra import logs
from releases import publishing
from releases.mail import delivery
from releases.models import AuditEntry, Invitation, OutgoingMail, StaffSettings
from releases.publishing import accounts, invitations

pytestmark = pytest.mark.django_db

LINK = re.compile(r"https?://[^\s\"/]+/admin/invitation/[\w-]+/[\w-]+/")
PASSWORD = "Kx7-horse-staple"
CHOSEN = {"new_password1": PASSWORD, "new_password2": PASSWORD}
ADD = "/admin/auth/user/add/"


@pytest.fixture
def invite(client, ada):
    """Send the form, as `invite(role="publisher")`; return the page that follows."""

    def send(name="Jane Roe", email="Jane@Example.gov", role="publisher"):
        chosen = Group.objects.get(name=role).pk
        return client.post(ADD, {"name": name, "email": email, "role": chosen}, follow=True)

    return send


@pytest.fixture
def link(invite, settings):
    """Link of an invitation, which a site without e-mail shows to the administrator."""
    settings.EMAIL_URL = ""
    return LINK.search(invite().text)[0]


def follow(address, **sent):
    """Open the link in a fresh browser, and choose a password there if one is given."""
    browser = Client()
    page = browser.get(address, follow=True)
    if not sent:
        return page
    return browser.post(page.redirect_chain[-1][0] if page.redirect_chain else address, sent)


def button(client, name, account):
    address = reverse(f"admin:auth_user_{name}", args=[account.pk])
    assert client.get(address).status_code == 200
    return client.post(address, follow=True)


def test_invited_person_gets_a_mail_chooses_a_password_and_signs_in(
    invite, smtp_server, mail_to, settings
):
    mail_to(smtp_server.url)
    settings.SITE_ORIGIN = "http://localhost"
    page = invite()
    delivery.send_due()

    (taken,) = smtp_server.taken
    text = taken.content.decode()
    assert taken.rcpt_tos == ["jane@example.gov"]
    assert "Ada invites you" in text
    assert "The link works once, until" in text
    assert "An invitation goes to jane@example.gov" in page.text
    account = User.objects.get(username="jane@example.gov")
    assert not account.has_usable_password()
    assert account.get_full_name() == "Jane Roe"

    assert follow(LINK.search(text)[0], **CHOSEN).url == "/admin/"

    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert account.has_perm("releases.approve_release")
    assert not Invitation.objects.exists()
    told = AuditEntry.objects.filter(release=None).values_list("action", "by__username", "subject")
    assert list(told) == [
        ("invited", "Ada", "Jane Roe (jane@example.gov)"),
        ("joined", "jane@example.gov", "Jane Roe (jane@example.gov)"),
    ]


def test_second_factor_follows_where_the_site_asks_for_it(link, settings):
    settings.REQUIRE_SECOND_FACTOR = "staff"
    browser = Client()
    browser.post(browser.get(link).url, CHOSEN)

    assert browser.get("/admin/", follow=True).redirect_chain[-1][0] == "/admin/second-factor/"


def test_link_works_once_and_hides_the_token_from_the_next_page(link):
    browser = Client()
    page = browser.get(link)
    assert page.url.endswith("/set-password/")

    browser.post(page.url, CHOSEN)

    assert "This link does not work" in follow(link).text


def test_weak_password_is_refused_with_a_sentence(link):
    page = follow(link, new_password1="jane@example.go", new_password2="jane@example.go")

    assert "too similar to the" in page.text
    assert not User.objects.get(email="jane@example.gov").has_usable_password()


def again(client, account):
    button(client, "invite", account)


def revoke(client, account):
    button(client, "revoke", account)


def deactivate(client, account):
    accounts.deactivate(account)


@pytest.mark.parametrize("end", [again, revoke, deactivate])
def test_link_ends(client, link, end):
    account = User.objects.get(email="jane@example.gov")
    end(client, account)
    if end is not again:
        account.refresh_from_db()
        accounts.reactivate(account)

    assert follow(link).status_code == 404


def test_link_ends_after_its_time(link, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert follow(link).status_code == 404
    assert "ask an administrator" in follow(link).text


def test_wrong_links_tell_nobody_apart(link):
    *_, uid, token, _ = link.split("/")
    addresses = [
        f"/admin/invitation/{uid}/{token[:-1]}x/",
        f"/admin/invitation/OTk5OTk/{token}/",
        *(f"/admin/invitation/{odd}/{token}/" for odd in ("x", "%00", "é", "OTk5" * 20)),
        f"/admin/invitation/{uid}/set-password/",
    ]

    pages = [Client().get(address) for address in addresses]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert not any("Jane" in page.text for page in pages)
    assert not any(page.cookies for page in pages)


def test_log_masks_the_link(link):
    *_, uid, token, _ = link.split("/")
    masked = logs.mask_secrets(link)

    assert uid not in masked.split("/")
    assert token not in masked


def test_site_without_mail_shows_the_link_once(link, client):
    account = User.objects.get(email="jane@example.gov")
    page = client.get(reverse("admin:auth_user_change", args=[account.pk])).text

    assert link.split("/")[-2] not in page
    assert "Invited" in page
    assert not OutgoingMail.objects.exists()


def test_known_address_is_refused_by_name(invite, link):
    page = invite(name="Someone Else", email="JANE@example.gov")

    assert "Jane Roe (jane@example.gov) already has an account" in page.text


def test_only_roles_up_to_ones_own_are_offered(client, ada, invite):
    ada.groups.set([Group.objects.get(name="writer")])
    for right in ("view_user", "add_user", "change_user"):
        ada.user_permissions.add(
            Group.objects.get(name="administrator").permissions.get(codename=right)
        )

    page = client.get(ADD).text
    refused = invite(role="publisher")

    assert "Writer: writes drafts" in page
    assert "Publisher:" not in page
    assert "Select a valid choice" in refused.text
    assert not User.objects.filter(email__gt="").exists()


@pytest.mark.parametrize("role", ["writer", "publisher"])
def test_who_is_no_administrator_invites_nobody(client, staff, role):
    client.force_login(staff(role))

    assert client.post(ADD, {}).status_code == 403


def test_invited_people_get_no_mail_about_releases_yet(invite, make_release, mail_to, smtp_server):
    mail_to(smtp_server.url)
    invite()
    publishing.submit(make_release())

    assert list(OutgoingMail.objects.values_list("kind", flat=True)) == ["invitation"]


def test_password_set_by_an_administrator_ends_the_invitation(
    client, link, make_release, mail_to, smtp_server
):
    account = User.objects.get(email="jane@example.gov")
    sent = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    client.post(
        reverse("admin:auth_user_password_change", args=[account.pk]),
        {**sent, "set-password": "1"},
    )
    mail_to(smtp_server.url)
    publishing.submit(make_release())

    page = client.get(reverse("admin:auth_user_change", args=[account.pk]))
    assert follow(link).status_code == 404
    assert page.context["state"] == "active"
    assert [label for label, _ in page.context["buttons"]] == ["Deactivate"]
    assert list(OutgoingMail.objects.values_list("kind", flat=True)) == ["review"]


def test_deactivated_account_is_signed_out_for_good(client, ada, staff, settings):
    ben = staff("publisher", "Ben")
    StaffSettings.objects.create(person=ben, calendar_digest="0" * 64)
    browser = Client()
    browser.force_login(ben)

    assert "The account is deactivated." in button(client, "deactivate", ben).text
    assert browser.get("/admin/").status_code == 302
    assert StaffSettings.of(ben).calendar_digest is None

    button(client, "reactivate", ben)
    assert browser.get("/admin/").status_code == 302
    people = [session.get_decoded()[SESSION_KEY] for session in Session.objects.all()]
    assert people == [str(ada.pk)]
    told = AuditEntry.objects.filter(subject="Ben").values_list("action", flat=True)
    assert list(told) == ["deactivated", "reactivated"]


def test_nobody_deactivates_themselves_or_the_last_administrator(client, ada, staff):
    assert accounts.OWN_ACCOUNT in button(client, "deactivate", ada).text
    with pytest.raises(publishing.ActionRefusedError, match="Nobody else can manage"):
        accounts.deactivate(ada)
    eve = staff("administrator", "Eve")
    assert "is deactivated" in button(client, "deactivate", eve).text


def test_account_with_more_rights_is_not_deactivated(client, ada):
    root = User.objects.create_superuser("root", password="old")

    assert client.post(reverse("admin:auth_user_deactivate", args=[root.pk])).status_code == 403
    with pytest.raises(publishing.ActionRefusedError, match="administrator role"):
        accounts.deactivate(root, by=ada)


def test_account_with_a_password_is_not_invited(ada, staff):
    with pytest.raises(publishing.ActionRefusedError, match="has chosen a password already"):
        invitations.invite_again(staff("writer"), by=ada)
    with pytest.raises(publishing.ActionRefusedError, match="has no open invitation"):
        invitations.revoke_invitation(User.objects.get(username="writer"), by=ada)


def test_changed_role_is_on_record(client, ada, staff):
    ben, role = staff("writer", "Ben"), Group.objects.get(name="publisher")
    sent = {"username": "Ben", "groups": [role.pk]}
    client.post(reverse("admin:auth_user_change", args=[ben.pk]), sent)

    entry = AuditEntry.objects.get()
    assert (entry.get_action_display(), entry.why) == ("changed the role of", "writer → publisher")
