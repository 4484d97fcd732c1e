"""The first bytes of a file decide its format, then its name; no other format becomes text."""

import gzip
import io
import zipfile

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.format_detection import SIGNATURES, detect_format
from releases.importing.formats.refusals import REFUSALS
from releases.importing.records import RejectedRecord


def packed(*parts, mimetype=""):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for part in parts:
            archive.writestr(part, "<x/>")
    return data.getvalue()


MAIL = b"Received: by mail.example\r\nFrom: a@b.example\r\nSubject: News\r\n\r\nText"
MARKUP = {
    "html": b"\xef\xbb\xbf\n<!-- saved --> <!DOCTYPE html><html>",
    "feed": b'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
    "wxr": b'<?xml version="1.0"?><!-- WordPress --><rss xmlns:wp="http://wordpress.org/export/1.2/">',
    "xml": b'<?xml version="1.0"?><archive><release>',
    "json_feed": b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    "eml": MAIL,
    "mbox": b"From press@a.example Tue Sep 17 08:15:00 2024\n" + MAIL,
    "rtf": rb"{\rtf1\ansi Text}",
    "docx": packed("[Content_Types].xml", "word/document.xml"),
    "odt": packed(mimetype="application/vnd.oasis.opendocument.text"),
    "zip": packed("a.txt"),
    "damaged_zip": packed("a.txt")[:40],
}


@pytest.mark.parametrize("kind", MARKUP)
@pytest.mark.parametrize("name", ["release.txt", "release", "release.csv"])
def test_first_bytes_outrank_the_name(kind, name):
    assert detect_format(InputFile(name, MARKUP[kind])) == kind
    assert detect_format(InputFile(name, gzip.compress(MARKUP[kind]))) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Date: May 14, 2024\nSubject: Roads\nFrom: The Mayor\n\nRoad opens",
        "From the Mayor\n\nRoad opens",
        "[Photo] Road opens",
        "<<< Road opens >>>",
        "a < b",
    ],
)
def test_text_that_resembles_another_format_stays_text(text):
    assert detect_format(InputFile("release.txt", text.encode())) == "text"


@pytest.mark.parametrize(("start", "signature", "kind"), SIGNATURES)
def test_each_signature_is_read_or_refused_by_name(start, signature, kind):
    found = list(
        formats.read_all([InputFile("release.txt", b" " * start + signature + b"\0" * 50)])
    )

    assert all(isinstance(each, RejectedRecord) for each in found)
    assert found, "nothing is silent"


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusal_names_format_and_remedy(kind):
    assert REFUSALS[kind].startswith("It is ")
    assert REFUSALS[kind].endswith(".")


def test_json_that_is_no_record_is_rejected_not_read_as_text():
    [rejected] = formats.read_all([InputFile("a.json", b"[" * 100_000)])

    assert isinstance(rejected, RejectedRecord)
    assert "JSON" in rejected.reason
