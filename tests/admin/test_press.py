"""Journalists in the admin, and the page that sends a release to the press."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from releases.mail import press as mail
from releases.models import Journalist, OutgoingMail, PressTag

LIST = "name,address,consent_on,consent_how,lists\nJane,jane@example.org,2026-11-02,Letter,Water\n"


@pytest.fixture
def press(client, staff, mail_to):
    """Return a publisher's client, with a list of one."""
    mail_to("smtp://127.0.0.1?tls=off")
    client.force_login(staff("publisher"))
    file = SimpleUploadedFile("list.csv", LIST.encode())
    client.post(reverse("admin:releases_journalist_import"), {"file": file})
    return client


def hidden(page):
    """Return the hidden fields of the rehearsal's form."""
    form = re.search(r'<form method="post">.*?</form>', page.text, re.S)[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_release_is_sent_in_two_steps_and_logged(press, publish):
    page = reverse("admin:releases_release_press", args=[publish().pk])
    chosen = {"when": "now", "lists": PressTag.objects.get().pk, "seen": ""}
    chosen["seen"] = re.search(r'name="seen" value="([^"]+)"', press.get(page).text)[1]

    rehearsal = press.post(page, chosen)

    assert "1 person gets the full text" in rehearsal.text
    assert "jane@example.org" in rehearsal.text
    assert not OutgoingMail.objects.exists()
    sent = press.post(page, hidden(rehearsal), follow=True)
    assert "It goes out to 1 person now." in sent.text
    assert OutgoingMail.objects.get().to == "jane@example.org"
    assert "waiting" in sent.text


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("ahead", ["EMBARGOED UNTIL", "BAJO EMBARGO HASTA", mail.PERSONAL]),
        ("lift", ["The county opened", "lista de prensa"]),
    ],
)
def test_rehearsal_shows_the_mail_in_each_language(press, publish, in_an_hour, when, expected):
    ben = "name,address,language,consent_on,consent_how,lists\nBen,ben@example.org,es,2026-11-02,"
    file = SimpleUploadedFile("list.csv", f"{ben}Letter,Water\n".encode())
    press.post(reverse("admin:releases_journalist_import"), {"file": file})
    release = publish(in_an_hour, body="The county opened an office.")
    page = reverse("admin:releases_release_press", args=[release.pk])
    chosen = {"when": when, "lists": PressTag.objects.get().pk}

    text = press.post(page, {**chosen, "seen": release.updated_at.isoformat()}).text

    assert [each for each in (*expected, "The mail in Spanish") if each not in text] == []


def test_waiting_mailing_is_canceled(press, publish, in_an_hour):
    release = publish(in_an_hour)
    page = reverse("admin:releases_release_press", args=[release.pk])
    seen = release.updated_at.isoformat()
    lists = PressTag.objects.get().pk
    press.post(page, hidden(press.post(page, {"when": "ahead", "lists": lists, "seen": seen})))
    mailing, waiting = release.press_mailings.get(), press.get(page).text

    arguments = [release.pk, mailing.pk]
    press.post(reverse("admin:releases_release_press_cancel", args=arguments))

    assert ">To be sent now, under embargo" in waiting
    text = press.get(page).text
    assert ">Not sent now, under embargo" in text
    assert "not sent: canceled" in text
    assert not OutgoingMail.objects.exists()
    assert release.preview_links.get().revoked_at


def test_previews_of_a_sent_mailing_are_revoked_together(press, publish, in_an_hour):
    release = publish(in_an_hour)
    page = reverse("admin:releases_release_press", args=[release.pk])
    seen = {"when": "ahead", "lists": PressTag.objects.get().pk}
    seen["seen"] = release.updated_at.isoformat()
    press.post(page, hidden(press.post(page, seen)))
    mailing = release.press_mailings.get()
    mailing.recipients.update(sent_at=timezone.now())
    text = press.get(page).text
    assert ">Sent now, under embargo" in text
    assert "Cancel and revoke" in text

    press.post(reverse("admin:releases_release_press_cancel", args=[release.pk, mailing.pk]))

    assert release.preview_links.get().revoked_at
    assert "Cancel and revoke" not in press.get(page).text


def test_list_leads_to_import_and_export(press):
    page = press.get(reverse("admin:releases_journalist_changelist"))

    assert reverse("admin:releases_journalist_import") in page.text


def test_import_names_refused_rows(press):
    file = SimpleUploadedFile("list.csv", b"name,address\nBen,ben\n")

    page = press.post(reverse("admin:releases_journalist_import"), {"file": file})

    assert "Row 2: Enter a valid email address." in page.text


def test_bounced_journalist_is_cleared_in_the_list(press):
    person = Journalist.objects.get()
    person.stop("bounced", "550", person.consent_on and "2026-11-03T00:00Z")
    chosen = {"action": "clear", "_selected_action": person.pk}

    page = press.post(reverse("admin:releases_journalist_changelist"), chosen, follow=True)

    assert "Jane gets mail again." in page.text


def test_page_is_for_who_may_see_the_lists(client, staff, publish):
    client.force_login(staff("writer"))

    page = client.get(reverse("admin:releases_release_press", args=[publish().pk]))

    assert page.status_code == 403
