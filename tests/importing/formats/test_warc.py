"""Pages in a web archive become releases with their earlier address."""

import gzip

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.records import RejectedRecord
from tests.importing.formats.documents import zipped
from tests.importing.formats.test_documents import PAGE

ADDRESS = "http://www.alder.example/pr.asp?id=7"


def web_archive(*answers, is_packed=True):
    """Return a WARC of answers: address, status, media type, data."""
    records = [written("warcinfo", "", b"software: x\r\n")]
    for address, status, kind, data in answers:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode()
        records.append(written("response", address, head + data))
    return b"".join(map(gzip.compress, records) if is_packed else records)


def written(kind, address, block):
    media_type = "application/http; msgtype=response" if address else "application/warc-fields"
    lines = [
        *("WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {address}"),
        *(f"Content-Type: {media_type}", f"Content-Length: {len(block)}", "", ""),
    ]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


PAGES = (
    (ADDRESS, "200 OK", "text/html; charset=utf-8", PAGE.replace("canonical", "x").encode()),
    ("http://www.alder.example/a.png", "200 OK", "image/png", b"\x89PNG"),
    ("http://www.alder.example/gone", "404 Not Found", "text/html", b"<p>Gone</p>"),
)


def read(name, data):
    return list(formats.read_all([InputFile(name, data)]))


@pytest.mark.parametrize("is_packed", [True, False])
def test_page_keeps_its_address(is_packed):
    record, others = read("x.warc", web_archive(*PAGES, is_packed=is_packed))

    assert (record.parsed.title, record.parsed.url) == ("Orchard Road Gets Lamps", ADDRESS)
    assert "1 × image/png, 1 × status 404" in others.reason


def test_wacz_is_read_without_its_index():
    files = {
        "datapackage.json": "{}",
        "archive/data.warc.gz": web_archive(PAGES[0]),
        "pages/pages.jsonl": '{"title": "Not a release"}',
    }

    [record] = read("x.wacz", zipped(files))

    assert record.parsed.url == ADDRESS


def test_damaged_web_archive_is_refused():
    *_, rejected = read("x.warc", b"WARC/1.0\r\nContent-Length: x\r\n\r\nabc")

    assert isinstance(rejected, RejectedRecord)


@pytest.mark.parametrize("rest", [b"\0" * 50_000_000, b"X: " + b"a" * 5_000_000])
def test_endless_header_is_refused_at_once(rest):
    [rejected] = read("x.warc.gz", gzip.compress(b"WARC/1.0\r\n" + rest))

    assert isinstance(rejected, RejectedRecord)
    assert "damaged" in rejected.reason


@pytest.mark.parametrize("header", ["WARC-Target-URI", "WARC-Type", "Content-Length"])
def test_record_without_a_header_is_refused(header):
    data = web_archive(PAGES[0], is_packed=False).replace(header.encode(), b"X")

    assert all(isinstance(each, RejectedRecord) for each in read("x.warc", data))


def test_records_that_are_no_answers_of_a_site_are_counted():
    text = written("resource", "https://a.example/1", b"A text")

    record, others = read("x.warc", web_archive(PAGES[0], is_packed=False) + text)

    assert record.parsed.title == "Orchard Road Gets Lamps"
    assert "1 × resource record" in others.reason
