"""Mails and mailboxes become releases: their text, forwarded text, or an attached document."""

import datetime
import email.message
import email.policy
from html import escape as html_escape

import pytest

from tests.importing.formats.documents import mail, word
from tests.importing.formats.test_documents import LEAD, read, told


@pytest.mark.parametrize("html", ["", f"<p>{LEAD}</p><p>It is free.</p>"])
def test_mail_is_read_by_its_text_not_its_form(html):
    text = f"{LEAD}\n\nIt is free.\n"
    data = mail(
        *(text, html, "map.png"),
        **{"From": "a@b.example", "Message-ID": "<1@b.example>", "MIME-Version": "1.0"},
        Subject="PRESS RELEASE: County Opens a Seed Bank",
        Date="Tue, 17 Sep 2024 08:15:00 -0400",
    )

    [record] = read("release.txt", data)

    assert record.parsed.title == "County Opens a Seed Bank"
    assert record.parsed.date == datetime.date(2024, 9, 17)
    assert record.parsed.body == f"{LEAD}\n\nIt is free."
    assert "map.png" in told(record)
    assert "stated_date" in {warning.code for warning in record.parsed.warnings}


def test_mailbox_has_a_release_in_each_message():
    one = mail(f"One Opens\n\nMay 14, 2024\n\n{LEAD}\n", Subject="One")
    data = b"".join(b"From a@b.example Tue Sep 17 08:15:00 2024\n" + m + b"\n" for m in (one, one))

    assert [record.parsed.title for record in read("news.mbox", data)] == ["One Opens"] * 2


def test_forwarded_message_is_the_release():
    inner = mail(f"One Opens\n\nMay 14, 2024\n\n{LEAD}\n", Subject="One Opens")
    outer = email.message.EmailMessage()
    outer["Subject"], outer["Message-ID"], outer["From"] = "Fwd: For you", "<1@a>", "a@b.example"
    outer.set_content("For the archive.")
    outer.add_attachment(email.message_from_bytes(inner, policy=email.policy.default))

    [record] = read("fwd.eml", outer.as_bytes())

    assert (record.parsed.title, record.parsed.body) == ("One Opens", LEAD)
    assert "For the archive." in told(record)


NOTES = [
    """Please put this in the archive.

---------- Forwarded message ---------
From: Pat Doe <pat@county.example>
Date: Tue, May 14, 2024 at 8:15 AM
Subject: PRESS RELEASE: One Opens
To: <editors@list.example>

""",
    """From: Pat Doe [mailto:pat@county.example]
Sent: Tuesday, May 14, 2024 8:15 AM
Subject: One Opens

""",
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("is_html", [True, False])
def test_note_above_a_forwarded_text_is_named(note, is_html):
    text = f"{note}One Opens\n\n{LEAD}\n\n###\n\n-- \nPat Doe\nCounty Clerk\n"
    html = "".join(
        f"<p>{html_escape(part)}</p>" for part in text.rpartition("-- ")[0].split("\n\n")
    )
    html = html.replace("\n", "<br>")
    mail_id = {"Message-ID": "<1@a>", "From": "a@b.example", "MIME-Version": "1.0"}
    data = mail(*("", html) if is_html else (text, ""), Subject="Fwd: For you", **mail_id)

    [record] = read("fwd.eml", data)
    parsed = record.parsed

    assert (parsed.title, parsed.body, parsed.contact) == ("One Opens", LEAD, "")
    assert (parsed.date, parsed.sections) == (datetime.date(2024, 5, 14), ())
    assert "pat@county.example" in told(record)


def test_short_mail_brings_its_release_as_a_document():
    message = email.message.EmailMessage()
    message["Subject"], message["Message-ID"], message["From"] = "For you", "<1@a>", "a@b.example"
    message.set_content("Please find our release attached.")
    data = word("One Opens", "May 14, 2024", LEAD)
    message.add_attachment(data, "application", "msword", filename="Release.docx")
    message.add_attachment(b"\0", "image", "png", filename="map.png")

    [record] = read("a.eml", message.as_bytes())

    assert (record.parsed.title, record.parsed.body) == ("One Opens", LEAD)
    assert "Please find our release attached." in told(record)
    assert "map.png" in told(record)


def test_release_addressed_like_a_letter_is_no_forwarded_mail():
    text = f"From: Office of the Clerk\nTo: Editors\nDate: May 14, 2024\nSubject: Seeds\n\n{LEAD}\n"

    [record] = read("a.eml", mail(text, Subject="Seeds", Message_ID="<1@a>", From="a@b.example"))

    assert record.parsed.date == datetime.date(2024, 5, 14)
    assert record.parsed.body == LEAD
