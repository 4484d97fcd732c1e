"""Corrections and withdrawals for journalists who were sent the first text."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.mail.press import WITHDRAWN
from releases.models import Journalist
from releases.publishing import ActionRefusedError
from tests.alerts.conftest import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(inbox, issue, journalist, send):
    """A public release that Ana was sent."""
    journalist("ana")
    release = issue(title="Wells Reopen")
    send(release, "now")
    inbox.process()
    journalist("bea")
    return release


def subjects(mails):
    return [(to.partition("@")[0], message["Subject"]) for to, message in mails]


def correct(release, note):
    release.body = release.body.replace("today", "yesterday")
    with transaction.atomic():
        release.save()
        publishing.record_change(release, "correction", note)
    return release


def test_corrected_release_is_sent_again_to_who_has_the_earlier_text(inbox, sent, send):
    correct(sent, "It was yesterday.")

    send(sent, "now")
    _, *again = inbox.process()

    assert subjects(again) == [(name, "Correction: Wells Reopen") for name in ("ana", "bea")]
    assert "It was yesterday." in plain(again[0][1])
    with pytest.raises(ActionRefusedError, match="Nobody"):
        send(sent, "now")


def test_notice_of_a_withdrawal_is_sent_to_who_has_the_text(inbox, sent, send, water):
    sent = publishing.withdraw(sent, "It named a minor.")
    shown = publishing.rehearse_press(sent, "now", [water], timezone.now())

    send(sent, "now")
    _, *again = inbox.process()

    assert [(str(each), why) for each, why in shown.left_out] == [("Bea", "was not sent it")]
    assert subjects(again) == [("ana", "Withdrawn: Wells Reopen")]
    assert "It named a minor." in plain(again[0][1])
    assert sent.body[:20] not in plain(again[0][1])
    with pytest.raises(ActionRefusedError, match="Nobody"):
        send(sent, "now")


@pytest.mark.parametrize("end", [publishing.remove, publishing.block])
def test_notice_that_waits_is_sent_of_a_release_that_is_removed_meanwhile(inbox, sent, send, end):
    sent = publishing.withdraw(sent, "It named a minor.")
    send(sent, "now")
    end(sent, "By order of the court.", withhold_title=True)

    [(_, notice)] = inbox.process()[1:]

    assert notice["Subject"] == f"Removed: Release {sent.number}: title withheld"
    assert "By order of the court." in plain(notice)
    assert "Wells Reopen" not in notice.as_string()


def test_text_that_waits_is_not_sent_of_a_release_that_is_withdrawn_meanwhile(inbox, sent, send):
    mailing = send(correct(sent, "It was yesterday."), "now")
    publishing.withdraw(sent, "It named a minor.")

    assert len(inbox.process()) == 1
    assert {each.detail for each in mailing.recipients.all()} == {WITHDRAWN}


def test_notice_is_not_sent_where_the_text_was_rehearsed(sent, water):
    Journalist.objects.get(name="Bea").delete()
    shown = publishing.rehearse_press(correct(sent, "It rained."), "now", [water], timezone.now())

    publishing.withdraw(sent, "It named a minor.")

    with pytest.raises(ActionRefusedError, match="changed since you looked"):
        publishing.send_to_press(sent, "now", [water], shown.fingerprint)


def test_page_offers_the_notice_of_a_withdrawal_only_if_the_release_was_sent(
    client, staff, issue, sent
):
    client.force_login(staff("publisher"))
    never = issue()
    for release in (sent, never):
        publishing.withdraw(release, "It was wrong.")

    pages = [
        client.get(reverse("admin:releases_release_press", args=[release.pk])).text
        for release in (sent, never)
    ]

    assert ["Show who gets it" in page for page in pages] == [True, False]
