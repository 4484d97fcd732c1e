"""A PDF from outside: read for the search, or refused with a sentence."""

import pytest

from releases.files import intake
from releases.files.sandbox import Unusable
from tests.files.samples import pdf, upload

REFUSED = {
    "web page": (b"<html>%PDF-1.7</html>", "It is not a PDF"),
    "picture's first bytes": (b"\x89PNG\r\n\x1a\n", "It is not a PDF"),
    "nothing but its first line": (b"%PDF-1.7\n", "The PDF is damaged"),
    "cut in the middle": (pdf("text")[:300], "The PDF is damaged"),
    "locked": (pdf("text", password="secret"), "locked with a password"),
    "script": (pdf("text", script="app.alert(1)"), "carries a script"),
    "file inside": (pdf("text", enclosed=b"MZ"), "another file inside"),
    "too many pages": (pdf(*[""] * 2001), "2,001 pages; at most 2,000"),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_unusable_pdf_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(Unusable) as refusal:
        intake.take_pdf(upload(data, "innocent.pdf"))

    assert sentence in str(refusal.value)


def test_text_of_all_pages_is_read():
    found = intake.take_pdf(upload(pdf("The complaint", "names a county"))).found

    assert found["pages"] == 2
    assert found["text"].split() == ["The", "complaint", "names", "a", "county"]


def test_text_that_inflates_is_read_within_bounds():
    found = intake.take_pdf(upload(pdf("word " * 300_000))).found

    assert 0 < len(found["text"]) <= 500_000
