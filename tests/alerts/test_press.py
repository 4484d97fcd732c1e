"""Releases sent to press lists: now, at the lift, ahead, and what becomes of the mails."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.mail import outgoing
from releases.mail.press import AT_THE_LIFT, MOVED, PERSONAL, rehearse
from releases.models import (
    AuditEntry,
    OutgoingMail,
    PressMailing,
    PressRecipient,
    PreviewLink,
)
from releases.publishing import ActionRefusedError
from tests.alerts.conftest import plain
from tests.publishing.at_once import in_own_connection

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


def outcomes(mailing):
    return [(each.name, each.state, each.detail) for each in mailing.recipients.all()]


def test_public_release_reaches_the_list_once(inbox, issue, journalist, send):
    journalist("ana")
    journalist("bea", language="es")
    release = issue(title="Wells Reopen")

    mailing = send(release, "now")
    inbox.process()
    mails = inbox.process()

    assert [(to, mail["Subject"]) for to, mail in mails] == [
        ("ana@example.org", "Wells Reopen"),
        ("bea@example.org", "Wells Reopen"),
    ]
    assert release.body[:20] in plain(mails[0][1])
    assert "lista de prensa" in plain(mails[1][1])
    assert [state for _, state, _ in outcomes(mailing)] == ["sent", "sent"]
    entry = AuditEntry.objects.get(action="sent to press")
    assert entry.why == "now: Water (2)"


def test_mail_ahead_has_title_and_a_link_of_their_own_that_later_redirects(
    inbox, make_release, journalist, send, client, monkeypatch
):
    journalist("ana")
    journalist("bea")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(title="Wells Reopen"), lift)

    mailing = send(release, "ahead")
    texts = [plain(message) for _, message in inbox.process()]

    links = [re.search(r"http\S+(/preview/\S+)", text)[1] for text in texts]
    assert len(set(links)) == 2
    assert all("EMBARGOED UNTIL" in text and release.body[:20] not in text for text in texts)
    assert client.get(links[0]).status_code == 200
    assert [each.link.uses.count() for each in mailing.recipients.all()] == [1, 0]
    monkeypatch.setattr(timezone, "now", lambda: lift + SECOND)
    assert client.get(links[1]).headers["Location"] == release.get_absolute_url()


def test_mail_at_the_lift_is_not_written_a_second_before(inbox, make_release, journalist, send):
    journalist("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(title="Quagmark"), lift)
    send(release, "lift")

    assert inbox.process(lift - SECOND) == []
    assert not OutgoingMail.objects.exists()
    assert len(inbox.process(lift)) == 1


@pytest.mark.parametrize("when", ["ahead", "lift"])
@pytest.mark.parametrize(
    "change",
    [
        lambda release, at: publishing.recall(release, "Not yet.", at=at),
        lambda release, at: publishing.reschedule(release, at + DAY, at=at),
        lambda release, at: publishing.cancel_press_mailing(release.press_mailings.get(), at=at),
    ],
)
def test_what_was_recalled_moved_or_canceled_a_second_before_reaches_nobody(
    inbox, make_release, journalist, send, when, change
):
    journalist("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    mailing = send(release, when)
    change(release, lift - SECOND)

    assert inbox.process(lift) == []
    assert inbox.process(lift + DAY) == []
    [(_, state, why)] = outcomes(mailing)
    assert (state, bool(why)) == ("not sent", True)


@pytest.mark.parametrize("again", [False, True])
def test_recall_stops_a_mailing_even_if_approved_again_for_the_same_time(
    inbox, make_release, journalist, send, again
):
    journalist("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    stopped = send(release, "lift")
    release = publishing.approve(publishing.recall(release, "Not yet."), lift)
    if again:
        send(release, "lift")

    assert len(inbox.process(lift)) == int(again)
    assert outcomes(stopped) == [("Ana", "not sent", MOVED)]


def test_mailing_for_the_lift_goes_out_when_it_is_published_earlier(
    inbox, make_release, journalist, send
):
    journalist("ana")
    release = publishing.approve(make_release(), timezone.now() + DAY)
    mailing = send(release, "lift")

    publishing.reschedule(release, None)

    assert len(inbox.process()) == 1
    assert outcomes(mailing) == [("Ana", "sent", "")]


@pytest.mark.parametrize("is_earlier", [True, False])
def test_mail_ahead_that_waits_at_the_lift_brings_nobody_the_text_twice(
    inbox, make_release, journalist, send, is_earlier
):
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(title="Wells Reopen"), lift)
    journalist("ana")
    late = send(release, "lift")
    journalist("bea")
    ahead = send(release, "ahead")
    if is_earlier:
        publishing.reschedule(release, None)

    mails = inbox.process(None if is_earlier else lift)

    assert {(to, mail["Subject"]) for to, mail in mails} == {
        ("ana@example.org", "Wells Reopen"),
        ("bea@example.org", "Wells Reopen"),
    }
    assert len(mails) == 2
    assert outcomes(late) == [("Ana", "sent", "")]
    assert outcomes(ahead) == [("Ana", "not sent", AT_THE_LIFT), ("Bea", "sent", "")]


@pytest.mark.parametrize("when", ["ahead", "lift"])
def test_rehearsed_mail_is_the_one_that_goes_out(inbox, make_release, journalist, send, when):
    journalist("ana", language="es")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    at = lift if when == "lift" else timezone.now()
    shown = rehearse(release, "es", at)
    send(release, when)

    [(_, message)] = inbox.process(lift if when == "lift" else None)

    assert message["Subject"] == shown.subject
    text = re.escape(shown.body).replace(re.escape(PERSONAL), r"http\S+")
    assert re.fullmatch(text, plain(message))


def test_withdrawn_release_is_not_sent(inbox, issue, journalist, send):
    journalist("ana")
    release = issue()
    mailing = send(release, "now")
    publishing.withdraw(release, "It was wrong.")

    assert inbox.process() == []
    assert outcomes(mailing) == [("Ana", "not sent", "the release is no longer public")]


def test_people_without_consent_or_with_a_dead_address_are_left_out(
    issue, journalist, water, mail_to
):
    mail_to("smtp://127.0.0.1?tls=off")
    journalist("ana")
    journalist("bea", consent_on=None, consent_how="")
    journalist("cal").stop("bounced", "550 No such person", timezone.now())
    release = issue()

    shown = publishing.rehearse_press(release, "now", [water], timezone.now())

    assert [str(each) for each in shown.recipients] == ["Ana"]
    assert [(str(each), why) for each, why in shown.left_out] == [
        ("Bea", "no consent is recorded"),
        ("Cal", "the address does not take mail"),
    ]


def test_nobody_is_mailed_whom_the_rehearsal_did_not_show(issue, journalist, water, mail_to):
    mail_to("smtp://127.0.0.1?tls=off")
    journalist("ana")
    release = issue()
    shown = publishing.rehearse_press(release, "now", [water], timezone.now())
    journalist("bea")

    with pytest.raises(ActionRefusedError, match="changed since you looked"):
        publishing.send_to_press(release, "now", [water], shown.fingerprint)
    assert not PressMailing.objects.exists()


def test_second_mailing_leaves_out_who_has_it(inbox, issue, journalist, send):
    journalist("ana")
    release = issue()
    send(release, "now")
    journalist("bea")

    send(release, "now")

    assert [to for to, _ in inbox.process()] == ["ana@example.org", "bea@example.org"]
    with pytest.raises(ActionRefusedError, match="Nobody"):
        send(release, "now")


@pytest.mark.parametrize(("when", "expected"), [("lift", ["Bea"]), ("ahead", ["Ana", "Bea"])])
def test_mailing_after_the_lift_leaves_out_who_got_the_text_then(
    inbox, make_release, journalist, send, water, when, expected
):
    journalist("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    send(release, when)
    inbox.process(None if when == "ahead" else lift)
    journalist("bea")

    shown = publishing.rehearse_press(release, "now", [water], lift + SECOND)

    assert [str(each) for each in shown.recipients] == expected


def test_address_that_the_server_refuses_is_not_mailed_again_until_cleared(
    inbox, issue, journalist, send, staff
):
    person = journalist("ana")
    inbox.server.recipients["ana@example.org"] = "550 5.1.1 No such person"
    mailing = send(issue(), "now")
    inbox.process()

    person.refresh_from_db()
    assert person.stopped_why == "bounced"
    [(_, state, why)] = outcomes(mailing)
    assert (state, "No such person" in why) == ("not sent", True)
    publishing.clear_journalist(person, by=staff("publisher"))
    person.refresh_from_db()
    assert person.objection() == ""


def test_one_click_stops_press_mail(inbox, issue, journalist, send, client):
    person = journalist("ana")
    send(issue(), "now")
    [(_, message)] = inbox.process()
    path = urlsplit(message["List-Unsubscribe"].strip(" <>")).path

    assert client.get(path).status_code == 200
    person.refresh_from_db()
    assert person.objection() == ""
    client.post(path, {"List-Unsubscribe": "One-Click"})

    person.refresh_from_db()
    assert person.stopped_why == "asked"


def test_mail_to_a_deleted_journalist_is_dropped(inbox, issue, journalist, send):
    person = journalist("ana")
    mailing = send(issue(), "now")
    person.delete()

    assert inbox.process() == []
    assert outcomes(mailing) == [("Ana", "not sent", "the journalist was deleted")]


def test_history_for_the_staff_names_no_reader(
    inbox, issue, journalist, send, subscribe, client, staff
):
    journalist("bea")
    subscribe("ana")
    release = issue()
    send(release, "now")
    assert len(inbox.process()) == 2
    client.force_login(staff("writer"))

    page = client.get(reverse("admin:releases_release_history", args=[release.pk])).text

    assert "example.org" not in page
    assert "sent it to the press" in page


def test_preview_tokens_do_not_repeat_with_the_keys(make_release, journalist, send, mail_to):
    mail_to("smtp://127.0.0.1?tls=off")
    journalist("ana")
    release = publishing.approve(make_release(), timezone.now() + DAY)
    row = send(release, "ahead").recipients.get()
    token = row.preview_token

    assert PressRecipient.objects.get(pk=row.pk).preview_token == token
    row.mailing.made_at += datetime.timedelta(microseconds=1)
    assert row.preview_token != token


@pytest.mark.parametrize("other", [SECOND, DAY])
def test_links_of_an_earlier_approval_never_work_again(
    inbox, make_release, journalist, send, client, other
):
    journalist("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    send(release, "ahead")
    [(_, message)] = inbox.process()
    link = re.search(r"http\S+(/preview/\S+)", plain(message))[1]

    if other == SECOND:
        publishing.approve(publishing.recall(release, "Not yet."), lift)
    else:
        publishing.reschedule(release, lift + other)

    assert client.get(link).status_code == 404
    release.refresh_from_db()
    assert send(release, "ahead").recipients.get().link.revoked_at is None


def test_moment_confirmed_again_keeps_the_links(make_release, journalist, send, mail_to):
    mail_to("smtp://127.0.0.1?tls=off")
    journalist("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    send(release, "ahead")

    publishing.reschedule(release, lift)

    assert PreviewLink.objects.get().revoked_at is None


def test_links_to_a_distant_release_expire_after_90_days(make_release, journalist, send, mail_to):
    mail_to("smtp://127.0.0.1?tls=off")
    journalist("ana")
    release = publishing.approve(make_release(), timezone.now() + 100 * DAY, confirmed=True)

    mailing = send(release, "ahead")

    assert mailing.recipients.get().link.expires_at == mailing.made_at + 90 * DAY


def test_press_mail_waits_for_mail_to_one_person(inbox, issue, journalist, send):
    journalist("ana")
    send(issue(), "now")
    outgoing.enqueue([OutgoingMail(kind="t", key="t", to="staff@example.org", subject="S")])

    sent = inbox.process(timezone.now() + SECOND)

    assert [to for to, _ in sent] == ["staff@example.org", "ana@example.org"]


@pytest.mark.django_db(transaction=True)
def test_mailing_is_canceled_while_the_server_takes_a_mail(make_release, journalist, send, mail_to):
    mail_to("smtp://127.0.0.1?tls=off")
    journalist("ana")
    journalist("bea")
    mailing = send(publishing.approve(make_release(), timezone.now() + DAY), "ahead")

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        OutgoingMail.objects.select_for_update().get(to="ana@example.org")
        pool.submit(in_own_connection, publishing.cancel_press_mailing, mailing).result()

    assert outcomes(mailing) == [("Ana", "waiting", ""), ("Bea", "not sent", "canceled")]
    assert not mailing.active_links(timezone.now()).exists()
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["ana@example.org"]
