"""Mail that comes back, from a Maildir folder and from an IMAP server."""

import datetime
import socketserver
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from pressroom.infra import mail_settings
from releases.alerts import worker
from releases.mail import bounces, delivery
from releases.mail.message_ids import message_id
from releases.models import OutgoingMail, Subscriber

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC)

FAILURE = """From: MAILER-DAEMON@mx.example.org
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: text/rfc822-headers

Subject: Wells
Message-ID: {id}

--b--
"""
COMPLAINT = """Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse

--b
Content-Type: message/rfc822

Message-ID: {id}
Subject: Wells

Text
--b--
"""


@pytest.fixture
def reader(db):
    """A reader who gets alerts."""
    person = Subscriber.objects.create(address="ana@example.org", language="en")
    given = {"kind": "releases", "frequency": "at-once", "confirmed_at": NOW}
    person.subscriptions.create(**given)
    return person


@pytest.fixture
def mail(reader):
    given = {"key": "alert:1:1", "subscriber": reader, "sent_at": NOW, "next_try_at": None}
    return OutgoingMail.objects.create(kind="alert", to=reader.address, **given)


@pytest.fixture
def maildir(tmp_path, settings):
    """The folder `new` of an empty BOUNCE_MAILBOX."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}"
    return tmp_path / "new"


def failure(mail, status="5.1.1", diagnostic="550 5.1.1 Unknown user", action="failed"):
    named = {"status": status, "diagnostic": diagnostic, "action": action}
    return FAILURE.format(id=message_id(mail), **named).encode()


@pytest.mark.parametrize(
    ("status", "diagnostic", "is_ended"),
    [
        ("5.1.1", "550 5.1.1 Unknown user", True),
        ("5.0.0", "550 No such user here", True),
        ("5.0.0", "550 Mailbox unavailable", True),
        ("5.0.0", "550 Blocked", False),
        ("5.1.1", "550 5.1.1 Unknown\0", True),
        ("5.2.1", "", True),
        ("5.2.2", "552 5.2.2 Mailbox full", False),
        ("5.7.1", "550 5.7.1 Looks like spam", False),
        ("5.0.0", "554 Message refused", False),
    ],
)
def test_only_a_dead_address_ends_the_alerts(reader, mail, status, diagnostic, is_ended):
    assert bounces.record_report(bounces.read_report(failure(mail, status, diagnostic)), NOW)

    assert (reader.subscriptions.get().ended_at is not None) == is_ended
    mail.refresh_from_db()
    assert mail.state == "came back"


def test_complaint_ends_the_alerts(reader, mail):
    report = bounces.read_report(COMPLAINT.format(id=message_id(mail)).encode())

    assert bounces.record_report(report, NOW)
    assert reader.subscriptions.get().ended_at == NOW


def test_delay_and_other_mail_change_nothing(mail):
    assert bounces.read_report(failure(mail, "4.2.0", "later", "delayed")) is None
    assert bounces.read_report(b"Subject: Hello\n\nIs this a report?") is None
    assert bounces.read_report(b"Content-Type: multipart/report; boundary=x\n\n--x\n\xff") is None


def test_forged_report_is_not_believed(reader, mail):
    data = failure(mail).replace(f"{mail.pk}.".encode(), f"{mail.pk}.0".encode(), 1)

    assert not bounces.record_report(bounces.read_report(data), NOW)
    assert reader.subscriptions.get().is_active


def test_refusal_while_sending_counts_as_a_report(reader, smtp_server, mail_to):
    mail_to(smtp_server.url)
    smtp_server.recipients["ana@example.org"] = "550 5.1.1 Unknown user"
    given = {"subject": "Wells", "text": "Reopen", "subscriber": reader}
    OutgoingMail.objects.create(kind="t", key="t", to=reader.address, **given)

    delivery.send_due()

    assert not reader.subscriptions.get().is_active


def test_envelope_names_the_address_for_what_comes_back(smtp_server, mail_to, settings):
    mail_to(smtp_server.url)
    settings.BOUNCE_ADDRESS = "bounces@example.gov"
    OutgoingMail.objects.create(kind="t", key="t", to="ana@example.org", subject="W", text="R")

    delivery.send_due()

    [taken] = smtp_server.taken
    assert taken.mail_from == "bounces@example.gov"
    assert f"From: {settings.DEFAULT_FROM_EMAIL}".encode() in taken.content


def test_maildir_is_read_and_keeps_what_is_no_report(mail, reader, maildir, capsys):
    (maildir / "1.a.host").write_bytes(failure(mail))
    (maildir / "2.b.host").write_bytes(b"Subject: Hello\n\nA question")

    call_command("read_bounces")

    assert "1 reports recorded" in capsys.readouterr().out
    assert not reader.subscriptions.get().is_active
    assert list(maildir.iterdir()) == []
    [kept] = (maildir.parent / "cur").iterdir()
    assert b"A question" in kept.read_bytes()


NESTED = "".join(
    f"Content-Type: multipart/mixed; boundary={i}\n\n--{i}\n" for i in range(900)
).encode()
HEADERS = b"Content-Type: text/rfc822-headers\n\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3_000
UNKNOWN_CODING = (
    b"Content-Type: text/rfc822-headers; charset=x\nContent-Transfer-Encoding: base64\n\n="
)


@pytest.mark.parametrize("crafted", [NESTED, HEADERS, UNKNOWN_CODING, b"\0", b""])
def test_crafted_mail_does_not_stop_the_worker(mail, reader, maildir, crafted):
    (maildir / "1.a.host").write_bytes(crafted)
    (maildir / "2.b.host").write_bytes(failure(mail))

    worker.read_bounces(NOW)

    assert not reader.subscriptions.get().is_active
    assert [each.name for each in (maildir.parent / "cur").iterdir()] == ["1.a.host:2,S"]


def test_what_takes_too_long_waits_unread(mail, reader, maildir, monkeypatch):
    monkeypatch.setattr(bounces, "MOST_SECONDS", 0)
    (maildir / "1.a.host").write_bytes(failure(mail))

    worker.read_bounces(NOW)

    assert reader.subscriptions.get().is_active
    assert [each.name for each in maildir.iterdir()] == ["1.a.host"]


class IMAP(socketserver.StreamRequestHandler):
    """IMAP server (RFC 3501) with one folder of `messages`."""

    messages: dict = {}
    flags: dict = {}

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, *words = line.split(" ")
            self.answer(words)
            self.say(f"{tag} OK [READ-WRITE] done")
            if words[0] == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, words):
        what = " ".join(words[:2]).upper()
        if what.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4REV1")
        elif words[0] == "SELECT":
            self.say(f"* {len(self.messages)} EXISTS")
        elif what == "UID SEARCH":
            self.say("* SEARCH " + " ".join(self.messages))
        elif what == "UID FETCH":
            data = self.messages[words[2]]
            self.wfile.write(f"* 1 FETCH (UID {words[2]} BODY[]<0> {{{len(data)}}}\r\n".encode())
            self.wfile.write(data + b")\r\n")
        elif what == "UID STORE":
            self.flags[words[2]] = words[-1]


def test_imap_mailbox_is_read(mail, reader, settings):
    IMAP.messages, IMAP.flags = {"7": failure(mail), "9": b"Subject: Hello\r\n\r\nHi"}, {}
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), IMAP) as server:
        threading.Thread(target=server.serve_forever).start()
        settings.BOUNCE_MAILBOX = f"imap://office:secret@127.0.0.1:{server.server_address[1]}/INBOX"
        worker.read_bounces(timezone.now())
        server.shutdown()

    assert IMAP.flags == {"7": r"(\Deleted)", "9": r"(\Seen)"}
    assert not reader.subscriptions.get().is_active


def test_mailbox_that_cannot_be_reached_does_not_end_the_worker(settings, caplog):
    settings.BOUNCE_MAILBOX = "maildir:///nowhere/at/all"

    worker.read_bounces(timezone.now())

    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("url", ["imap://a:b@mail.example.gov", "pop3://a:b@c", "imaps://host"])
def test_unusable_setting_is_refused_without_showing_the_password(url):
    with pytest.raises(ImproperlyConfigured, match="must look like") as refused:
        mail_settings.read_mailbox_url(url)
    assert url not in str(refused.value)
