"""Mail through django-anymail to an HTTP server in place of the provider."""

import json
import smtplib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.utils import timezone

from pressroom.infra.mail_provider import TRACKING
from pressroom.infra.mail_settings import read_email_url, read_sender
from releases.alerts import worker
from releases.checks import check_mail_provider
from releases.mail import delivery
from releases.mail.attempts import FIRST_PAUSE
from releases.models import OutgoingMail

ACCEPTED = {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "ana@example.org"}
INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive. Found inactive "
    "addresses: ana@example.org. Inactive recipients are ones that have generated a hard bounce.",
}


class Provider(BaseHTTPRequestHandler):
    """Takes posts, and gives the same answer to each."""

    taken: list = []
    answer = (200, ACCEPTED)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, dict(self.headers), body.decode()))
        status, content = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(mail_to):
    """Mail through Postmark's interface; returns its handler, with `url`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        Provider.taken, Provider.answer = [], (200, ACCEPTED)
        Provider.url = f"http://127.0.0.1:{server.server_port}/"
        mail_to(f"anymail://postmark?server_token=a%26b&api_url={Provider.url}")
        yield Provider
        server.shutdown()
        thread.join()


def test_alert_goes_out_whole_and_untracked(provider, subscribe, issue, settings):
    settings.BOUNCE_ADDRESS = "bounces@example.gov"
    subscribe("ana")
    issue(title="Wells Reopen")

    worker.process(timezone.now())
    worker.process(timezone.now())

    [(path, headers, body)] = provider.taken
    mail = json.loads(body)
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", "a&b")
    assert mail["From"] == "Press Office <press@example.gov>"
    assert (mail["To"], mail["Subject"]) == ("ana@example.org", "Wells Reopen")
    assert "records office" in mail["TextBody"]
    assert "<html" in mail["HtmlBody"]
    assert (mail["TrackOpens"], mail["TrackLinks"]) == (False, "None")
    names = {each["Name"] for each in mail["Headers"]}
    assert {"List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID", "References"} <= names


def test_another_provider_is_chosen_by_the_address(provider, mail_to, subscribe, issue):
    mail_to(f"anymail://mailgun?api_key=k&sender_domain=mg.example.gov&api_url={provider.url}")
    provider.answer = (200, {"id": "<1@mg>", "message": "Queued. Thank you."})
    subscribe("ana")
    issue()

    worker.process(timezone.now())

    [(path, _, body)] = provider.taken
    assert path == "/mg.example.gov/messages"
    assert parse_qs(body)["h:List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]


def test_address_that_the_provider_refuses_gets_no_more_alerts(provider, subscribe, issue):
    provider.answer = (422, INACTIVE)
    subscription = subscribe("ana")
    issue()

    worker.process(timezone.now())

    subscription.refresh_from_db()
    assert subscription.ended_at


@pytest.mark.parametrize(
    ("answer", "tried"),
    [
        ((503, {}), [1, 0]),  # the others would fail, too
        ((401, {"ErrorCode": 10, "Message": "Bad or missing token."}), [1, 0]),
        ((413, {}), [1, 1]),  # this message only
    ],
)
def test_failure_is_tried_again(provider, subscribe, issue, answer, tried):
    provider.answer = answer
    subscribe("ana")
    subscribe("ben")
    issue()
    now = timezone.now()
    worker.process(now)
    mails = OutgoingMail.objects.order_by("pk")
    assert list(mails.values_list("attempts", flat=True)) == tried
    provider.answer = (200, ACCEPTED)

    assert delivery.send_due(now + FIRST_PAUSE).sent == 2


def test_provider_that_does_not_answer_is_a_temporary_failure(mail_to):
    mail_to("anymail://postmark?server_token=t&api_url=http://127.0.0.1:1/")
    message = delivery.EmailMultiAlternatives("S", "T", to=["ana@example.org"])

    with pytest.raises(smtplib.SMTPException, match="Connection refused"):
        get_connection().send_messages([message])


def test_failure_does_not_show_the_password_in_its_address(mail_to):
    url = quote("http://press:hu%2Fsh@127.0.0.1:1/api/", safe="")
    mail_to(f"anymail://postmark?server_token=t&api_url={url}")
    message = delivery.EmailMultiAlternatives("S", "T", to=["ana@example.org"])

    with pytest.raises(smtplib.SMTPException, match=r"http://127\.0\.0\.1:1/api/") as failure:
        get_connection().send_messages([message])

    assert "hu%2Fsh" not in str(failure.value)


@pytest.mark.parametrize(
    "url",
    [
        "host/api",
        "http://press:secret/x@host",
        "http://press:1/secret@host",
        "http://a:b+secret@host",
    ],
)
def test_provider_address_whose_password_cannot_be_found_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="api_url must look like") as refused:
        read_email_url(f"anymail://postmark?server_token=t&api_url={url}")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", TRACKING)
def test_tracking_of_each_named_provider_can_be_switched_off(name):
    module = pytest.importorskip(f"anymail.backends.{name}")
    payload = next(each for each in vars(module).values() if _is_payload(each, module))

    assert {"set_track_opens", "set_track_clicks"} <= set(vars(payload))


def _is_payload(found, module):
    return getattr(found, "__module__", "") == module.__name__ and "Payload" in str(found)


@pytest.mark.parametrize(
    "url", ["anymail://?k=secret", "anymail://os.path?k=secret", "anymail://base/x?k=secret"]
)
def test_unreadable_provider_is_refused_without_its_key(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL cannot be read") as refused:
        read_email_url(url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["carrier", "base", "base_requests", "console", "test"])
def test_what_is_no_provider_is_refused_by_name(name):
    with pytest.raises(ImproperlyConfigured, match=f"knows no provider '{name}'"):
        read_email_url(f"anymail://{name}?key=secret")


@pytest.mark.parametrize("option", ["timeout", "fail_silently", "alias"])
def test_option_that_the_site_sets_is_refused_by_name(option):
    with pytest.raises(ImproperlyConfigured, match=f"the option '{option}' cannot be set"):
        read_email_url(f"anymail://postmark?server_token=secret&{option}=5")


def test_option_that_the_provider_cannot_read_is_found_by_the_checks(mail_to):
    mail_to("anymail://postmark?server_token=secret&send_defaults=secret")

    [error] = check_mail_provider()

    assert error.msg.startswith("EMAIL_URL: ")
    assert "secret" not in error.msg


def test_missing_option_is_found_by_the_checks(mail_to):
    mail_to("anymail://postmark?token=secret")

    [error] = check_mail_provider()

    assert "POSTMARK_SERVER_TOKEN" in error.msg
    assert "secret" not in error.msg


def test_provider_needs_a_sender():
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_FROM_EMAIL"):
        read_sender("", read_email_url("anymail://postmark?server_token=t"))
