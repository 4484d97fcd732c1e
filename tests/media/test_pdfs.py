"""Uploaded PDFs are read for search, or refused with a message."""

import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from releases.media import intake
from releases.media.sandbox import UnusableFileError
from tests.media.samples import pdf, upload

REFUSED = {
    "web page": (b"<html>%PDF-1.7</html>", "It is not a PDF"),
    "picture's first bytes": (b"\x89PNG\r\n\x1a\n", "It is not a PDF"),
    "nothing but its first line": (b"%PDF-1.7\n", "The PDF is damaged"),
    "cut in the middle": (pdf("text")[:300], "The PDF is damaged"),
    "locked": (pdf("text", password="secret"), "locked with a password"),
    "script": (pdf("text", script="app.alert(1)"), "carries a script"),
    "file inside": (pdf("text", enclosed=b"MZ"), "an embedded file"),
    "too many pages": (pdf(*[""] * 2001), "2,001 pages. The limit is 2,000"),
}


def dictionary(**entries):
    """Return a PDF dictionary: dictionary(S="/Launch"); values with a slash are names."""

    def value(given):
        if isinstance(given, str):
            return NameObject(given) if given.startswith("/") else TextStringObject(given)
        return given

    return DictionaryObject({NameObject(f"/{key}"): value(v) for key, v in entries.items()})


def on_page(**entries):
    """Attach it to the first page."""

    def hang(writer):
        page = writer.pages[0]
        page.update(dictionary(**entries))

    return hang


def annotation(**entries):
    return on_page(Annots=ArrayObject([dictionary(Type="/Annot", **entries)]))


def in_root(**entries):
    return lambda writer: writer.root_object.update(dictionary(**entries))


def link(**action):
    return annotation(Subtype="/Link", A=dictionary(**action))


SCRIPT = {"S": "/JavaScript", "JS": "app.alert(1)"}
ACTING = {
    "link that runs a program": link(S="/Launch", F="calc.exe"),
    "link that sends a form": link(S="/SubmitForm", F="https://a.example/"),
    "link into another file": link(S="/GoToR", F="other.pdf"),
    "link into a file inside": link(S="/GoToE"),
    "link that imports data": link(S="/ImportData", F="x.fdf"),
    "link that plays": link(S="/Rendition"),
    "link of an unknown kind": link(Type="/Action", S="/Unheard"),
    "second action of a link": link(S="/URI", URI="https://a.example/", Next=dictionary(**SCRIPT)),
    "page that acts when it is seen": on_page(AA=dictionary(O=dictionary(**SCRIPT))),
    "film on a page": annotation(Subtype="/RichMedia"),
    "sound on a page": annotation(Subtype="/Sound"),
    "file on a page": annotation(Subtype="/FileAttachment"),
    "field that acts": in_root(
        AcroForm=dictionary(Fields=ArrayObject([dictionary(FT="/Tx", AA=dictionary())]))
    ),
    "form of another kind": in_root(AcroForm=dictionary(XFA="<xdp/>")),
    "script by name": in_root(
        Names=dictionary(JavaScript=dictionary(Names=ArrayObject([dictionary(**SCRIPT)])))
    ),
    "script deep in a tree of names": in_root(
        Names=dictionary(Dests=dictionary(Kids=ArrayObject([dictionary(A=dictionary(**SCRIPT))])))
    ),
    "opening that runs a program": in_root(OpenAction=dictionary(S="/Launch")),
}
ASTRAY = {
    "script": link(S="/URI", URI="javascript:alert(1)"),
    "script in capitals with blanks": link(S="/URI", URI=" Java\n\tScript:alert(1)"),
    "file of the reader": link(S="/URI", URI="file:///C:/calc.exe"),
    "data": link(S="/URI", URI="data:text/html,x"),
    "base of the others": in_root(URI=dictionary(Base="javascript:x")),
}
READ = {
    "link to an e-mail address": link(S="/URI", URI="MAILTO:desk@a.example"),
    "link without a scheme": link(S="/URI", URI="www.a.example/a:b"),
    "link to an address": link(S="/URI", URI="https://a.example/"),
    "link to a page": link(S="/GoTo", D="chapter"),
    "link to the next page": link(S="/Named", N="/NextPage"),
    "structure whose kind is a heading": in_root(
        StructTreeRoot=dictionary(K=dictionary(Type="/StructElem", S="/H1"))
    ),
}


@pytest.mark.parametrize("hang", ACTING.values(), ids=ACTING)
def test_pdf_with_an_action_anywhere_is_refused(hang):
    with pytest.raises(UnusableFileError, match="carries a script, an action"):
        intake.prepare_pdf(upload(pdf("text", hang=hang), "innocent.pdf"))


@pytest.mark.parametrize("hang", ASTRAY.values(), ids=ASTRAY)
def test_pdf_is_refused_whose_link_leads_neither_to_the_web_nor_to_mail(hang):
    with pytest.raises(UnusableFileError, match="neither to a web page nor to an e-mail address"):
        intake.prepare_pdf(upload(pdf("text", hang=hang), "innocent.pdf"))


@pytest.mark.parametrize("hang", READ.values(), ids=READ)
def test_pdf_with_links_only_is_read(hang):
    assert intake.prepare_pdf(upload(pdf("text", hang=hang), "fine.pdf")).found["text"] == "text"


@pytest.mark.parametrize("cipher", ["RC4-128", "AES-128", "AES-256"])
def test_pdf_with_only_an_owner_password_is_read(cipher):
    guarded = upload(pdf("text", owner="secret", cipher=cipher), "guarded.pdf")

    assert intake.prepare_pdf(guarded).found["text"] == "text"


def test_encrypted_pdf_with_an_action_is_refused():
    guarded = upload(pdf("text", owner="secret", hang=link(S="/Launch")), "guarded.pdf")

    with pytest.raises(UnusableFileError, match="carries a script, an action"):
        intake.prepare_pdf(guarded)


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_unusable_pdf_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(UnusableFileError) as refusal:
        intake.prepare_pdf(upload(data, "innocent.pdf"))

    assert sentence in str(refusal.value)


def test_text_of_all_pages_is_read():
    found = intake.prepare_pdf(upload(pdf("The complaint", "names a county"))).found

    assert found["pages"] == 2
    assert found["text"].split() == ["The", "complaint", "names", "a", "county"]


def test_inflating_text_is_read_within_limits():
    found = intake.prepare_pdf(upload(pdf("word " * 300_000))).found

    assert 0 < len(found["text"]) <= 500_000
