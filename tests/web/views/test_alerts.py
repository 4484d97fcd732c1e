"""Pages to subscribe, confirm, change and end."""

import datetime
import html
import re
import shutil
import time
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from pressroom.infra.http import throttling
from releases.alerts import subscriptions
from releases.models import EndedAddress, OutgoingMail, Subscriber, Subscription
from releases.search import worker as search

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/alerts/(?:confirm|mine|end)/[^/\s]+/")
FORM = {"address": "Ana@Example.org", "frequency": "daily"}
NEW = "/alerts/new/?q=rivers"
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def mailing(mail_to):
    mail_to("smtp://127.0.0.1:25?tls=off")


@pytest.fixture
def ask(client):
    """Return a function that sends the form and returns the link in the last mail, if any."""

    def send(q="rivers", **changes):
        answer = client.post(f"/alerts/new/?{urlencode({'q': q})}", {**FORM, **changes})
        assert answer.status_code == 302, answer.text
        last = OutgoingMail.objects.order_by("pk").last()
        return last and LINK.search(last.text)[0]

    return send


@pytest.fixture
def ana(client, ask):
    """Ana, with one subscription to releases on rivers."""
    client.post(ask())
    return Subscriber.objects.get()


def test_list_search_and_corrections_lead_to_alerts_about_themselves(client, filed):
    search.sync()
    for page, leads_to in [
        ("/releases/?language=es", "/alerts/?language=es"),
        ("/topics/water/", "/alerts/?topic=water"),
        ("/search/?q=rivers&year=1999", "/alerts/?q=rivers"),
        ("/search/?q=office&from=2000-01-01&to=2099-01-01", "/alerts/?q=office"),
        ("/es/search/?q=rivers&language=es&year=1999", "/es/alerts/?q=rivers&amp;language=es"),
        ("/topics/water/?year=2024", "/alerts/?topic=water"),
        ("/corrections/", "/alerts/?list=corrections"),
        ("/es/releases/", "/es/alerts/"),
    ]:
        assert f'href="{leads_to}"' in client.get(page).text, page


def test_year_has_no_alerts_because_they_are_about_new_releases(client, filed):
    for page in (
        "/releases/2024/",
        "/releases/2024/03/",
        "/releases/?year=2024",
        "/search/?year=2024",
    ):
        assert "Get alerts by e-mail" not in client.get(page).text, page


def test_nothing_is_offered_where_no_mail_is_sent(client, settings, publish):
    settings.EMAIL_URL = ""
    publish()

    assert "/alerts/" not in client.get("/releases/").text
    assert "sends no e-mail" in client.get("/alerts/").text
    client.post(NEW, FORM)
    assert not Subscriber.objects.exists()


def test_form_says_what_would_have_come(client, publish):
    today = timezone.localdate()
    for age in (1, 89, 91):
        publish(title=f"Rivers {age}", date=today - age * DAY)

    search.sync()

    page = client.get("/alerts/?q=rivers&year=2024").text

    assert "Releases matching “rivers”" in page
    assert "2 in the last 90 days." in page
    assert "Rivers 91" in page
    assert "None in the last 90 days." in client.get("/alerts/?language=es").text
    assert "we left out the dates" in page


def test_form_can_be_cached_and_sets_no_cookie(client):
    answer = client.get("/alerts/")

    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "a\0@example.org", "x" * 300 + "@example.org"]
)
def test_invalid_address_is_refused_with_its_remedy(client, address):
    answer = client.post(NEW, {**FORM, "address": address})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not Subscriber.objects.exists()


def test_reload_of_a_sent_form_leads_back_to_the_form(client):
    assert client.get("/alerts/new/").headers["Location"] == "/alerts/"
    assert client.get(NEW).headers["Location"] == "/alerts/?q=rivers"


@pytest.mark.parametrize(
    "query", ["?q=rivers&amp;topic=water&amp;language=es", "?list=corrections"]
)
def test_refused_form_is_about_the_same_in_each_language(client, query):
    address = "/alerts/new/" + html.unescape(query)

    page = client.post(address, {**FORM, "address": "ana"}).text

    assert f'action="/alerts/new/{query}"' in page
    assert f'href="/es/alerts/new/{query}"' in page


def test_reloads_of_a_sent_form_use_up_nothing(client, monkeypatch):
    monkeypatch.setattr(throttling, "ALLOWANCE", 59)

    assert client.get(NEW, REMOTE_ADDR="192.0.2.78").status_code == 302
    assert client.post(NEW, FORM, REMOTE_ADDR="192.0.2.78").status_code == 429


def test_subscription_begins_with_the_button_not_with_the_link(client, ask):
    link = ask()
    page = client.get(link)
    assert "Releases matching “rivers”" in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not Subscription.objects.get().is_active

    answer = client.post(link, follow=True)

    assert "ana@example.org" in answer.text
    found = Subscription.objects.get()
    assert (found.is_active, found.frequency, found.q) == (True, "daily", "rivers")


def test_answer_is_the_same_whether_the_address_is_known(client, ana):
    known = client.post(NEW, FORM)
    unknown = client.post(NEW, {**FORM, "address": "eve@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_others_cannot_change_an_active_subscription(client, ask, ana):
    ask(frequency="weekly")

    assert Subscription.objects.get().frequency == "daily"


def test_an_address_is_asked_three_times_a_day_at_most(ask):
    for words in ("one", "two", "three", "four", "five"):
        ask(q=words)

    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize(
    ("allowance", "answered"), [(throttling.ALLOWANCE, 10), (10 * throttling.ALLOWANCE, 20)]
)
def test_a_network_asks_ten_times_a_minute_and_twenty_an_hour_at_most(
    client, monkeypatch, allowance, answered
):
    monkeypatch.setattr(throttling, "ALLOWANCE", allowance)
    monkeypatch.setattr(time, "time", lambda: 1_000_000)
    network = f"192.0.2.{answered}"
    answers = [
        client.post(
            NEW, {**FORM, "address": f"a{each}@example.org"}, REMOTE_ADDR=network
        ).status_code
        for each in range(21)
    ]

    assert answers.index(429) == answered
    assert set(answers[:answered]) == {302}
    assert Subscriber.objects.count() == answered


def test_frequency_is_changed_and_alerts_end_on_ones_own_page(client, ana):
    key, page = Subscription.objects.get().pk, f"/alerts/mine/{ana.token}/"
    client.post(page, {"action": "change", "subscription": key, "frequency": "weekly"})
    assert Subscription.objects.get().frequency == "weekly"

    answer = client.post(page, {"action": "end", "subscription": key})

    assert "These alerts are stopped." in answer.text
    assert not Subscription.objects.get().is_active


def test_a_page_changes_only_ones_own(client, ana, ask):
    client.post(ask(address="eve@example.org"))
    eves = Subscription.objects.get(subscriber__address="eve@example.org")

    for action in ("change", "end"):
        client.post(
            f"/alerts/mine/{ana.token}/",
            {"action": action, "subscription": eves.pk, "frequency": "weekly"},
        )

    eves.refresh_from_db()
    assert (eves.is_active, eves.frequency) == (True, "daily")


def test_mail_program_ends_alerts_with_one_post(client, ana):
    link = f"/alerts/end/{subscriptions.sign_link('end', Subscription.objects.get().pk)}/"
    assert client.get(link).status_code == 200
    assert Subscription.objects.get().is_active

    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.get().is_active
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_mail_service_may_stop_the_alerts_of_many_readers_a_minute(client, ana, monkeypatch):
    monkeypatch.setattr(throttling, "ALLOWANCE", 30)
    monkeypatch.setattr(time, "time", lambda: 1_000_000)
    link = f"/alerts/end/{subscriptions.sign_link('end', Subscription.objects.get().pk)}/"

    answers = {client.post(link, REMOTE_ADDR="192.0.2.77").status_code for _ in range(20)}

    assert answers == {200}


@pytest.mark.parametrize("q", ["Win at evil.example", "http://evil", "call me " * 13])
def test_nobody_mails_their_own_message_through_the_form(client, ask, q):
    link = ask(q=q)

    mail = OutgoingMail.objects.get()
    assert "Releases matching a search" in mail.text
    assert q[:8] not in mail.text + mail.html + mail.subject
    assert q[:8] in client.get(link).text


@pytest.mark.parametrize("purpose", ["confirm", "mine", "end"])
def test_forged_and_foreign_links_say_that_they_do_not_work(client, ana, purpose):
    others = {"confirm": "end", "mine": "end", "end": "mine"}
    for token in ("x" * 43, subscriptions.sign_link(others[purpose], 1), f"{ana.token}A"):
        for method in (client.get, client.post):
            answer = method(f"/alerts/{purpose}/{token}/")
            assert (answer.status_code, "does not work" in answer.text) == (404, True)


def test_pages_of_links_are_in_the_subscribers_language(client, ask):
    client.post(f"/es{NEW}", FORM)
    link = LINK.search(OutgoingMail.objects.get().text)[0]

    assert '<html lang="es">' in client.get(link).text
    assert '<html lang="es">' in client.post(link, follow=True).text


def test_ended_subscription_is_erased_after_a_day_and_leaves_a_keyed_hash(ana):
    now = timezone.now()
    subscriptions.end_all(ana, now)

    subscriptions.erase(now + DAY / 2)
    assert Subscriber.objects.exists()
    subscriptions.erase(now + DAY)

    assert not Subscriber.objects.exists()
    assert not OutgoingMail.objects.exists()
    [row] = EndedAddress.objects.all()
    assert row.digest in EndedAddress.digests_of("ana@example.org")


def test_unconfirmed_address_is_erased_with_its_link_and_leaves_nothing(ask):
    ask()

    subscriptions.erase(timezone.now() + subscriptions.CONFIRMATION_TTL)

    assert not Subscriber.objects.exists()
    assert not EndedAddress.objects.exists()


def test_every_link_to_confirm_works_for_two_days(client, ask):
    ask()
    Subscription.objects.update(created_at=timezone.now() - 1.9 * DAY)
    link = ask()

    subscriptions.erase(timezone.now() + DAY)

    assert client.post(link).status_code == 302


def test_address_that_ended_is_asked_once_a_month_and_can_come_back(client, ask, ana):
    subscriptions.end_all(ana, timezone.now())
    subscriptions.erase(timezone.now() + DAY)

    link = ask()
    assert link
    for words in ("a", "b"):
        ask(q=words)
    assert OutgoingMail.objects.count() == 1

    client.post(link)
    assert not EndedAddress.objects.exists()


def test_no_address_is_logged(client, ask, caplog):
    caplog.set_level("DEBUG")

    client.post(ask())

    assert "example.org" not in caplog.text.lower()


def test_footer_offers_alerts_only_while_mail_is_sent(client, db, settings):
    for address, expected in (("smtp://localhost", True), ("", False), ("smtp://localhost", True)):
        settings.EMAIL_URL = address
        assert ("Alerts by e-mail" in client.get("/topics/").text) is expected


def test_page_that_could_not_search_is_in_no_cache(client, search_index):
    shutil.rmtree(search_index, ignore_errors=True)
    search_index.write_text("no folder")

    page = client.get("/alerts/?q=rivers")

    assert "Search is unavailable right now" in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert "ETag" not in page.headers
