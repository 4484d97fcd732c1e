"""Recipients and times of alerts."""

import datetime
import shutil
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases import publishing
from releases.alerts import announcing, matching, worker
from releases.mail import delivery
from releases.models import (
    Announcement,
    OutgoingCall,
    OutgoingMail,
    ReceivedRelease,
    Release,
    Topic,
)
from releases.publishing.imports import NewRelease, create_imported
from releases.search import worker as search
from tests.alerts.conftest import plain

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


def subjects(mails):
    return [(to.partition("@")[0], message["Subject"]) for to, message in mails]


def change(release, kind, note="It was wrong.", body=None):
    release.body = body or release.body.replace("today", "yesterday")
    with transaction.atomic():
        release.save()
        publishing.record_change(release, kind, note)


def test_published_release_reaches_who_asked_for_it(inbox, subscribe, issue):
    subscribe("all")
    subscribe("words", q="records -water")
    subscribe("other", q="“water rates”")
    subscribe("spanish", language="es")
    subscribe("unconfirmed", confirmed=False)

    issue(title="Records Office Opens")
    mails = inbox.process()

    assert subjects(mails) == [("all", "Records Office Opens"), ("words", "Records Office Opens")]


def test_topic_finds_its_releases_also_after_a_merge(inbox, subscribe, make_release, staff):
    old, new = (Topic.objects.create(name=name, slug=name.lower()) for name in ("Rain", "Water"))
    subscribe("ana", topic="rain")
    publishing.merge_topics(old, new, by=staff("administrator"))
    release = make_release()
    release.topics.add(new)

    publishing.approve(release, None)

    assert len(inbox.process()) == 1


def test_release_that_matches_two_subscriptions_comes_once(inbox, subscribe, issue):
    subscribe("ana")
    subscribe("ana", q="records")

    issue()
    inbox.process()
    [(_, message)] = inbox.process()

    text = plain(message)
    assert "All releases" in text
    assert "Releases matching “records”" in text


def test_nothing_is_written_or_sent_before_the_release_time(inbox, subscribe, make_release):
    subscribe("ana")
    lift = timezone.now() + DAY
    publishing.approve(make_release(title="Quagmark"), lift)

    assert inbox.process(lift - SECOND) == []
    assert not OutgoingMail.objects.exists()
    assert len(inbox.process(lift)) == 1


def test_recall_a_second_before_the_lift_mails_and_calls_nobody(
    inbox, subscribe, make_release, settings
):
    settings.WEBSUB_HUB = "https://hub.example.org/"
    subscribe("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    publishing.recall(release, "Not yet.", at=lift - SECOND)

    assert inbox.process(lift + SECOND) == []
    assert not OutgoingMail.objects.exists()
    assert not OutgoingCall.objects.exists()


def test_release_approved_again_after_a_recall_comes_once(inbox, subscribe, make_release):
    subscribe("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    release = publishing.recall(release, "Not yet.")
    publishing.approve(release, lift + DAY)

    assert inbox.process(lift) == []
    inbox.process(lift + DAY)
    assert len(inbox.process(lift + 2 * DAY)) == 1


def test_rescheduled_release_comes_at_its_new_time(inbox, subscribe, make_release):
    subscribe("ana")
    lift = timezone.now() + DAY
    release = publishing.approve(make_release(), lift)
    publishing.reschedule(release, lift + DAY)

    assert inbox.process(lift) == []
    assert len(inbox.process(lift + DAY)) == 1


def test_minor_edits_imports_and_backdated_releases_mail_nobody(
    inbox, subscribe, issue, make_release
):
    subscribe("ana")
    publishing.approve(make_release(), timezone.now() - DAY)
    imported = make_release(slug="imported")
    imported.pk = None
    create_imported([NewRelease(imported)], approve=True)
    release = issue(body="It's “so”.")
    inbox.process()
    change(release, "minor", "", "It’s “so”.")

    assert len(inbox.process()) == 1


@pytest.mark.parametrize("kind", ["correction", "update"])
def test_change_reaches_who_got_the_first_text_in_its_thread(inbox, subscribe, issue, kind):
    subscribe("ana", q="opens")
    subscribe("late", q="opens", frequency="daily")
    release = issue(title="Office Opens")
    inbox.process()
    subscribe("new")

    change(release, kind)
    (_, first), (to, second) = inbox.process()

    assert to == "ana@example.org"
    assert second["Subject"] == f"{kind.title()}: Office Opens"
    assert "It was wrong." in plain(second)
    assert first["References"] == second["References"] != None  # noqa: E711
    assert second["In-Reply-To"] == first["References"]


def test_correction_names_and_ends_only_what_the_first_text_was_sent_for(
    inbox, subscribe, issue, client
):
    kept = subscribe("ana", q="water")
    asked = subscribe("ana", q="records")
    release = issue()
    inbox.process()
    change(release, "correction")

    [_, (_, message)] = inbox.process()
    client.post(urlsplit(message["List-Unsubscribe"].strip(" <>")).path)

    assert "“records”" in plain(message)
    assert "“water”" not in plain(message)
    kept.refresh_from_db()
    asked.refresh_from_db()
    assert (kept.is_active, asked.is_active) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_during_searches(inbox, subscribe, issue, monkeypatch):
    subscribe("ana", q="records")
    issue()
    search.sync()
    search_index, is_open = matching.call_engine, []

    def watched(ask):
        is_open.append(connection.in_atomic_block)
        return search_index(ask)

    monkeypatch.setattr(matching, "call_engine", watched)

    assert announcing.queue_due(timezone.now()) == 1
    assert is_open == [False]


def test_release_changed_while_it_was_matched_is_matched_again(subscribe, issue, inbox):
    subscribe("ana", q="records")
    release = issue()
    search.sync()
    now, key = timezone.now(), Announcement.objects.get().pk
    matched = announcing._match(key, now)
    Release.objects.filter(pk=release.pk).update(updated_at=now)

    assert announcing._queue(key, matched, now) == 0
    assert announcing.queue_due(now) == 1


def test_mail_for_many_topics_asks_for_their_names_once(inbox, subscribe, make_release):
    release = make_release()
    for name in ("Rain", "Water", "Wells"):
        release.topics.add(Topic.objects.create(name=name, slug=name.lower()))
        subscribe("ana", topic=name.lower())
    publishing.approve(release, None)
    announcing.queue_due(timezone.now())

    with CaptureQueriesContext(connection) as asked:
        delivery.send_due()

    assert len([each for each in asked if 'FROM "releases_topic" WHERE' in each["sql"]]) == 1


def test_withdrawal_reaches_who_got_it_and_names_the_reason(inbox, subscribe, issue):
    subscribe("ana")
    release = issue(title="Office Opens")
    inbox.process()

    publishing.remove(release, "It named a minor.", withhold_title=True)
    _, (_, message) = inbox.process()

    text = message.as_string()
    assert message["Subject"] == f"Removed: Release {release.number}: title withheld"
    assert "It named a minor." in plain(message)
    assert "Office Opens" not in text


def test_mail_that_waits_is_not_sent_after_a_withdrawal(inbox, subscribe, issue):
    subscribe("ana")
    inbox.server.data_reply = "451 Later"
    release = issue()
    inbox.process()
    publishing.withdraw(release, "It was wrong.")
    inbox.server.data_reply = ""

    assert inbox.process(timezone.now() + DAY) == []
    assert not OutgoingMail.objects.exists()


def test_mail_that_waits_tells_the_corrected_text_once(inbox, subscribe, issue):
    subscribe("ana")
    inbox.server.data_reply = "451 Later"
    release = issue()
    inbox.process()
    change(release, "correction")
    inbox.server.data_reply = ""

    [(_, message)] = inbox.process(timezone.now() + DAY)

    assert "yesterday" in plain(message)
    assert ReceivedRelease.objects.get().version == 2


def test_corrections_are_subscribed_on_their_own(inbox, subscribe, issue):
    subscribe("ana", kind="corrections")
    release = issue(title="Office Opens")
    assert inbox.process() == []

    change(release, "update")
    assert inbox.process() == []
    change(release, "correction", body="SPRINGFIELD – All different.")

    assert subjects(inbox.process()) == [("ana", "Correction: Office Opens")]


@pytest.mark.parametrize(("frequency", "mails"), [("at-once", 1), ("daily", 0)])
def test_search_waits_until_the_release_is_indexed(inbox, subscribe, issue, frequency, mails):
    subscribe("ana", q="records", frequency=frequency)
    with transaction.atomic():  # the request's own indexing runs after the commit
        issue()
        worker.process(timezone.now())
        assert Announcement.objects.filter(done_at=None).exists()

    assert len(inbox.process()) == mails


def test_unreadable_index_holds_back_only_what_needs_it(inbox, subscribe, issue, search_index):
    subscribe("ana")
    release = issue(title="Office Opens")
    inbox.process()
    subscribe("bob", q="records")
    issue(title="Records Move")
    search.sync()
    shutil.rmtree(search_index)
    search_index.write_text("no folder")
    change(release, "correction")

    worker.process()

    assert subjects(inbox())[-1] == ("ana", "Correction: Office Opens")
    assert Announcement.objects.filter(done_at=None).count() == 1


def test_announcement_that_fails_holds_up_no_other(inbox, subscribe, issue, monkeypatch):
    subscribe("ana", q="rivers OR roads")
    for title in ("Rivers", "Roads"):
        issue(title=title)
    search.sync()
    call, failures = matching.call_engine, iter([True])

    def engine(operation):
        if next(failures, False):
            raise RuntimeError
        return call(operation)

    monkeypatch.setattr(matching, "call_engine", engine)

    assert subjects(inbox.process()) == [("ana", "Roads")]
    later = timezone.now() + 60 * SECOND
    assert subjects(inbox.process(later)) == [("ana", "Roads"), ("ana", "Rivers")]


def test_old_news_is_not_mailed_by_a_worker_that_was_down(inbox, subscribe, issue):
    subscribe("ana")
    issue()

    assert inbox.process(timezone.now() + 4 * DAY) == []


def test_stopped_alerts_that_wait_are_not_sent(inbox, subscribe, issue):
    subscription = subscribe("ana")
    inbox.server.data_reply = "451 Later"
    issue()
    inbox.process()
    subscription.ended_at = timezone.now()
    subscription.save()
    inbox.server.data_reply = ""

    assert inbox.process(timezone.now() + DAY) == []


def test_without_a_mail_server_nothing_waits_for_the_day_it_has_one(subscribe, issue):
    subscribe("ana")
    issue()

    worker.process(timezone.now())

    assert not OutgoingMail.objects.exists()
    assert not Announcement.objects.filter(done_at=None).exists()


def test_message_has_the_headers_of_a_list(inbox, subscribe, issue, settings):
    settings.SITE_ORIGIN = "https://press.example.gov"
    subscribe("ana", speaks="es")

    issue(title="Agua", language="es", contact="(555) 010-0100")
    [(_, message)] = inbox.process()

    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip().startswith("<https://press.example.gov/alerts/end/")
    assert message["List-Id"].endswith(" <alerts.press.example.gov>")
    for text in (plain, html):
        assert "https://press.example.gov/releases/" in text
        assert "(555) 010-0100" in text
        assert "Dejar de recibir" in text
    assert '<html lang="es">' in html


def test_plain_text_has_the_addresses_of_links(inbox, subscribe, issue):
    subscribe("ana")

    issue(body="See [the map](https://example.gov/map) and https://example.gov/ at once.")
    [(_, message)] = inbox.process()

    assert "\nLinks:\nthe map: https://example.gov/map\n\n" in plain(message)


def test_no_more_than_the_limit_is_sent_in_a_minute(inbox, subscribe, issue, settings):
    settings.EMAIL_PER_MINUTE = 2
    for name in ("ana", "ben", "eve"):
        subscribe(name)
    issue()
    now = timezone.now()

    assert len(inbox.process(now)) == 2
    assert len(inbox.process(now + 30 * SECOND)) == 2
    assert len(inbox.process(now + 61 * SECOND)) == 3


def test_mail_to_one_person_passes_a_queue_of_alerts(inbox, subscribe, issue):
    subscribe("ana")
    issue()
    announcing.queue_due(timezone.now())
    OutgoingMail.objects.create(
        kind="review", key="one", to="eve@example.gov", subject="To approve", text="Now"
    )

    delivery.send_due()

    assert [to for to, _ in inbox()] == ["eve@example.gov", "ana@example.org"]
