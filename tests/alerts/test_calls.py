"""Webhooks, WebSub and IndexNow, against a real HTTP server."""

import base64
import datetime
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.db import connection, transaction
from django.utils import timezone

from releases import publishing
from releases.alerts import announcing, calls
from releases.models import OutgoingCall, Topic
from releases.search import worker as search

pytestmark = pytest.mark.django_db
SECRET = b"0123456789abcdef0123456789abcdef"
MINUTE = datetime.timedelta(minutes=1)


class Site(BaseHTTPRequestHandler):
    """Takes posts, and answers with `status`."""

    taken: list = []
    status = 204
    waiting: list = []  # transactions that were open during each call

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.waiting.append(open_transactions())
        self.taken.append((self.path, dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/inward")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def site(settings):
    """A site that gets all three kinds of calls; returns its handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Site.taken, Site.waiting, Site.status = [], [], 204
    origin = f"http://127.0.0.1:{server.server_port}"
    settings.SITE_ORIGIN = "https://press.example.gov"
    settings.WEBHOOKS = {f"{origin}/hook": SECRET}
    settings.WEBSUB_HUB = f"{origin}/hub"
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "0123456789abcdef", f"{origin}/index"
    yield Site
    server.shutdown()
    thread.join()
    server.server_close()


def open_transactions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND state = 'idle in transaction'"
        )
        (count,) = cursor.fetchone()
    connection.close()
    return count


def process(at=None):
    at = at or timezone.now()
    announcing.queue_due(at)
    return calls.call_due(at, lambda *_: True)


def test_published_release_is_called_out_once_each(site, make_release):
    release = make_release(title="Rivers Rise")
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    release = publishing.approve(release, None)

    assert process() == 3
    assert process() == 0

    sent = {path: (headers, body) for path, headers, body in site.taken}
    content = json.loads(sent["/hook"][1])
    assert content["type"] == "release.published"
    assert content["data"]["title"] == "Rivers Rise"
    pinged = parse_qs(sent["/hub"][1].decode())
    assert pinged["hub.mode"] == ["publish"]
    assert "https://press.example.gov/feeds/releases.atom?topic=water" in pinged["hub.url"]
    asked = json.loads(sent["/index"][1])
    assert asked["urlList"] == ["https://press.example.gov" + release.permanent_path]


def test_sites_that_hang_delay_the_mail_for_few_calls(site, make_release, monkeypatch):
    monkeypatch.setattr(calls, "MOST_AT_ONCE", 2)
    publishing.approve(make_release(), None)

    assert [process(), process(), process()] == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_for_the_other_site(site, make_release):
    publishing.approve(make_release(), None)

    assert process() == 3
    assert site.waiting == [0, 0, 0]


def test_calls_of_a_killed_worker_are_made_when_its_claim_runs_out(site, make_release):
    publishing.approve(make_release(), None)
    now = timezone.now()
    announcing.queue_due(now)
    OutgoingCall.objects.update(claimed_until=now + calls.LEASE)

    assert process(now) == 0
    assert process(now + calls.LEASE) == 3


def test_webhook_is_signed_as_standard_webhooks_says(site, make_release):
    publishing.approve(make_release(), None)
    process()

    [(headers, body)] = [(h, body) for path, h, body in site.taken if path == "/hook"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_later_events_have_their_own_names_and_withdrawn_text_is_not_sent(site, make_release):
    release = publishing.approve(make_release(title="Quagmark"), None)
    process()
    for kind in ("correction", "update"):
        release.body = f"{release.body} More."
        with transaction.atomic():
            release.save()
            publishing.record_change(release, kind, "It was short.")
        process()
    publishing.withdraw(release, "It was wrong.")
    process()

    events = [json.loads(body) for path, _, body in site.taken if path == "/hook"]
    assert [event["type"].partition(".")[2] for event in events] == [
        *("published", "corrected", "updated", "withdrawn")
    ]
    assert events[-1]["data"]["reason"] == "It was wrong."
    assert "Quagmark" not in str(events[-1]["data"].keys())
    assert "body" not in events[-1]["data"]


def test_nothing_is_called_early_or_after_a_recall(site, make_release, in_an_hour):
    release = publishing.approve(make_release(), in_an_hour)

    assert process(in_an_hour - MINUTE / 60) == 0
    assert not OutgoingCall.objects.exists()
    publishing.recall(release, "Not yet.")
    assert process(in_an_hour) == 0


def test_failure_is_tried_again_after_growing_pauses_with_the_same_id(site, make_release):
    publishing.approve(make_release(), None)
    site.status, now = 503, timezone.now()

    process(now)
    assert process(now + MINUTE / 2) == 0
    process(now + MINUTE)
    pauses = {call.next_try_at - now for call in OutgoingCall.objects.all()}
    site.status = 200
    assert process(now + 3 * MINUTE) == 3

    assert pauses == {3 * MINUTE}
    ids = {headers["webhook-id"] for path, headers, _ in site.taken if path == "/hook"}
    assert len(ids) == 1


@pytest.mark.parametrize(("status", "is_given_up"), [(410, True), (302, False), (400, False)])
def test_redirects_are_not_followed_and_gone_is_final(site, make_release, status, is_given_up):
    publishing.approve(make_release(), None)
    site.status = status

    assert process() == 0

    call = OutgoingCall.objects.get(kind="webhook")
    assert (call.next_try_at is None) == is_given_up
    assert call.error == f"The other site answered {status}."
    assert len(site.taken) == 3


def test_inward_addresses_are_never_called(site, make_release):
    publishing.approve(make_release(), None)
    announcing.queue_due(timezone.now())

    assert calls.call_due(timezone.now()) == 0

    assert site.taken == []
    assert "not public" in OutgoingCall.objects.earliest("pk").error


def test_call_waiting_for_a_withdrawn_release_is_dropped(site, make_release):
    release = publishing.approve(make_release(), None)
    announcing.queue_due(timezone.now())
    publishing.withdraw(release, "It was wrong.")

    calls.call_due(timezone.now(), lambda *_: True)

    assert "/hook" not in [path for path, *_ in site.taken]


def test_call_that_cannot_be_made_holds_up_no_mail(inbox, subscribe, issue, settings, caplog):
    settings.WEBHOOKS = {"https://hook.example.org/": "not bytes"}
    subscribe("ana")
    issue()

    assert len(inbox.process()) == 1
    assert "Alerts go on without releases.alerts.calls.call_due" in caplog.text


def test_all_of_it_is_off_by_default(make_release):
    publishing.approve(make_release(), None)

    process()

    assert not OutgoingCall.objects.exists()


def test_feeds_announce_the_hub(client, settings, publish):
    publish()
    assert "hub" not in client.get("/feeds/releases.atom").headers.get("Link", "")
    settings.WEBSUB_HUB = "https://hub.example.org/"

    for kind in ("atom", "rss", "json"):
        answer = client.get(f"/feeds/releases.{kind}")
        assert '<https://hub.example.org/>; rel="hub"' in answer["Link"]
        assert "/feeds/releases." + kind + '>; rel="self"' in answer["Link"]
        assert "https://hub.example.org/" in answer.text


def test_feeds_of_which_the_hub_hears_nothing_do_not_name_it(client, settings, publish):
    publish().topics.add(Topic.objects.create(name="Water", slug="water"))
    settings.WEBSUB_HUB = "https://hub.example.org/"
    search.sync()

    heard = ["releases.atom", "releases.atom?topic=water"]
    others = ["releases.atom?language=es", "releases.atom?topic=water&year=2012"]
    others += ["releases.atom?x=1", "search.atom?q=water", "search.atom"]

    answers = {each: client.get(f"/feeds/{each}") for each in heard + others}

    assert {answer.status_code for answer in answers.values()} == {200}
    assert [each for each, answer in answers.items() if "hub.example.org" in answer.text] == heard


def test_key_of_indexnow_is_public_only_if_set(client, settings):
    assert client.get("/indexnow-key.txt").status_code == 404
    settings.INDEXNOW_KEY = "0123456789abcdef"

    assert client.get("/indexnow-key.txt").text == "0123456789abcdef"
