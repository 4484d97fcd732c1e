"""Word documents, pages and feeds become releases with their format; nothing is silent."""

import datetime
import gzip
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releases.content import markup
from releases.importing import formats
from releases.importing.converters.__main__ import CONVERTERS, answer
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.importing.records import RejectedRecord
from releases.importing.tables import ReadOptions
from tests.importing.formats.documents import (
    LINK,
    mail,
    word,
    word_paragraph,
    workbook,
    zipped,
)
from tests.importing.formats.test_word_processors import ODT, RTF

LEAD = "OAKFIELD – The county opened a seed bank in the cellar of the courthouse today."
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Lamps | Alder</title>
<link rel="canonical" href="https://alder.example/news/lamps">
<script>var tracker = 1;</script></head><body><a href="#main">Skip to main content</a>
<div class="left-nav"><ul><li><a href="/">Home</a></li></ul></div>
<div id="content"><h1>Orchard Road Gets Lamps</h1><p>October 1, 2024</p>
<p>{LEAD}</p><p>See <a href="map.html">the map</a> and <img src="m.png" alt="A map">.</p>
<h2>Background</h2><p>Roads were <b>dark</b>.</p></div>
<div class="footer">All rights reserved</div></body></html>"""


def read(name, data):
    data = data.encode() if isinstance(data, str) else data
    return list(formats.read_all([InputFile(name, data)]))


def told(record):
    return " ".join(warning.message for warning in record.parsed.warnings)


def test_word_document_keeps_headings_emphasis_and_links():
    link = '<w:p><w:r><w:t xml:space="preserve">Read </w:t></w:r><w:hyperlink r:id="r2">'
    link += "<w:r><w:t>the rules</w:t></w:r></w:hyperlink></w:p>"
    table = "<w:tbl>" + "".join(
        f"<w:tr>{''.join(f'<w:tc>{word_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
        for row in (("Kind", "Jars"), ("Beans", "412"))
    )

    [record] = read(
        "release.docx",
        word(
            *("Office of the Clerk", "September 10, 2024", "Contact: Pat Doe, (555) 010-0190"),
            word_paragraph("County Opens a Seed Bank", "Heading1"),
            *(LEAD, link, f"{table}</w:tbl>", word_paragraph("It is free.", run="<w:b/>"), "###"),
            header="County of Alder",
        ),
    )
    parsed = record.parsed

    assert (parsed.title, parsed.dateline) == ("County Opens a Seed Bank", "OAKFIELD")
    assert parsed.contact == "Pat Doe, (555) 010-0190"
    assert parsed.date == datetime.date(2024, 9, 10)
    assert parsed.body.split("\n\n")[1:] == [
        f"Read [the rules]({LINK})",
        "| Kind | Jars |\n| --- | --- |\n| Beans | 412 |",
        "**It is free.**",
    ]
    assert "County of Alder" in told(record)
    assert LEAD in record.source.text


def test_page_is_its_main_content():
    [record] = read("lamps.html", PAGE)
    parsed = record.parsed

    assert (parsed.title, parsed.date) == ("Orchard Road Gets Lamps", datetime.date(2024, 10, 1))
    assert parsed.url == "https://alder.example/news/lamps"
    assert markup.links(parsed.body) == [("the map", "https://alder.example/news/map.html")]
    assert [(s.kind, s.heading, s.body) for s in parsed.sections] == [
        ("background", "Background", "Roads were **dark**.")
    ]
    assert "tracker" not in f"{parsed}"
    for words in ("Skip to main content", "Home", "All rights reserved", "A map"):
        assert words in told(record)
        assert words not in parsed.body


ITEM = """<item><title>Roads &amp;amp; Lanes</title><link>https://mill.example/1</link>
<guid isPermaLink="false">1</guid><pubDate>Wed, 15 May 2024 01:30:00 GMT</pubDate>
<category>Roads</category><description><![CDATA[{}]]></description>
<wp:post_id>1</wp:post_id><wp:status>{}</wp:status><wp:post_type>{}</wp:post_type>
<wp:post_date>2024-05-14 21:30:00</wp:post_date></item>"""


def rss(*items, is_wordpress=False):
    kind = "export/1.2/" if is_wordpress else "other"
    return (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/{kind}">'
        f"<channel><link>https://mill.example/</link>{''.join(items)}</channel></rss>"
    )


def test_feed_item_is_dated_in_the_zone_of_the_office(settings):
    settings.TIME_ZONE = "America/New_York"
    [record] = read("feed.xml", rss(ITEM.format(f"<p>{LEAD}</p><p>It is <i>free</i>.</p>", "", "")))
    parsed = record.parsed

    assert (parsed.title, parsed.url) == ("Roads & Lanes", "https://mill.example/1")
    assert (parsed.date, parsed.topics) == (datetime.date(2024, 5, 14), ("Roads",))
    assert parsed.body == f"{LEAD}\n\nIt is *free*."
    assert record.key == "mill.example:1"


@pytest.mark.django_db
def test_wordpress_draft_stays_a_draft_and_pages_are_named():
    items = [
        ITEM.format(f"{LEAD}\n\nIt is free.", "publish", "post"),
        ITEM.format("A draft, not yet decided.", "draft", "post").replace(">1<", ">2<"),
        ITEM.format("About us", "publish", "page"),
    ]
    records = read("export.xml", rss(*items, is_wordpress=True))

    outcomes = list(Loader(approve=True).load(records))

    assert [each.outcome for each in outcomes] == ["created", "draft", "rejected"]
    assert "1 page" in outcomes[2].warnings[0].message
    assert outcomes[0].release.body == f"{LEAD}\n\nIt is free."


def test_json_feed_and_atom_are_feeds():
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:a</id><entry><id>x</id>
    <title>Lit Again</title><link href="https://a.example/1"/><published>2024-05-14T12:00:00Z
    </published><content type="html">&lt;p&gt;It is lit.&lt;/p&gt;</content></entry></feed>"""
    own = """{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title":
    "Lit Again", "url": "https://a.example/1", "date_published": "2024-05-14T12:00:00Z",
    "content_text": "It is lit."}]}"""

    for name, data in (("a.atom", atom), ("a.json", own)):
        [record] = read(name, data)
        assert (record.parsed.title, record.parsed.body) == ("Lit Again", "It is lit.")
        assert record.parsed.url == "https://a.example/1"
        assert str(record.parsed.date) == "2024-05-14"


def bomb(kind):
    if kind == "gzip":
        return gzip.compress(b"\0" * 60_000_000)
    if kind == "deep":
        return word("<w:p>" * 400 + "</w:p>" * 400)
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefgh")
    )
    if kind == "entities":
        return word("<w:p>&h;</w:p>", prolog=f"{entities}]>")
    if kind == "zip":
        return zipped({"word/document.xml": b"<w>" + b" " * 60_000_000})
    return f'<?xml version="1.0"?>{entities}]><rss><channel><item>&h;</item></channel></rss>'


@pytest.mark.parametrize("kind", ["entities", "zip", "feed", "gzip", "deep"])
def test_bomb_is_refused_within_the_limits(kind):
    [rejected] = read(f"bomb.{kind}", bomb(kind))

    assert isinstance(rejected, RejectedRecord)
    assert rejected.reason.startswith("It ")


def test_broken_document_does_not_end_the_run(tmp_path):
    (tmp_path / "a.docx").write_bytes(word(LEAD)[:-100])
    (tmp_path / "b.html").write_text("<div>" * 400)
    (tmp_path / "c.html").write_text(PAGE)

    first, second, third = formats.read_files([tmp_path])

    assert isinstance(first, RejectedRecord)
    assert "nested" in second.reason
    assert third.parsed.title == "Orchard Road Gets Lamps"


def test_post_of_a_blog_is_read_without_byline_and_caption():
    html = f"""<article><h1>Lamps</h1><div class="entry-meta">Posted on March 2, 2023 by admin</div>
    <p>{LEAD}</p><figure><img alt="Lamp"><figcaption>A lamp</figcaption></figure>
    <div class="sharedaddy share">Facebook</div></article>"""

    [record] = read("post.html", html)

    assert (record.parsed.title, record.parsed.subtitle) == ("Lamps", "")
    assert (record.parsed.body, str(record.parsed.date)) == (LEAD, "2023-03-02")
    for words in ("by admin", "A lamp", "Lamp", "Facebook"):
        assert words in told(record)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("www.mill.example/news/7.html", "https://www.mill.example/news/7.html"),
        ("copy/mill.example/pr.asp?id=7.html", "https://mill.example/pr.asp?id=7"),
        ("mill.example/news/index.html", "https://mill.example/news/"),
        ("news/7.html", ""),
        ("/home/john.doe/press.releases/7.html", ""),
        ("WWW.Mill.example/News/7.html", "https://www.mill.example/News/7.html"),
        ("www.mill.de/7.html", "https://www.mill.de/7.html"),
        ("co.mill.ca.us/7.html", "https://co.mill.ca.us/7.html"),
        ("press.es/7.html", ""),
        ("press.2020.en/7.html", ""),
        ("home/john.do/7.html", ""),
        ("node.js/7.html", ""),
    ],
)
def test_place_in_a_copied_site_is_the_earlier_address(name, url):
    [record] = read(name, PAGE.replace("canonical", "x"))

    assert record.parsed.url == url


def test_selector_names_the_text(tmp_path):
    (tmp_path / "a.html").write_text(f"<div>Menu</div><div class='x text'>{LEAD}</div>")

    [record] = formats.read_files([tmp_path], options=ReadOptions(".text"))
    [rejected] = formats.read_files([tmp_path], options=ReadOptions("#none"))

    assert record.parsed.body == LEAD
    assert "--selector" in rejected.reason


@pytest.mark.parametrize("stated", ["iso-8859-1", "us-ascii", "none-such"])
def test_quotes_of_windows_survive_a_wrong_charset(stated):
    page = (
        f'<meta http-equiv="x" content="text/html; charset={stated}"><h1>“One” Opens</h1><p>{LEAD}'
    )
    head = "From: a@b.example\r\nMessage-ID: <1>\r\nSubject: x\r\nContent-Type: text/plain; "
    text = f"{head}charset={stated}\r\n\r\n“One” Opens\r\n\r\n{LEAD}\r\n"

    for name, source in (("a.html", page), ("a.eml", text)):
        [record] = read(name, source.encode("cp1252"))
        assert (record.parsed.title, record.parsed.body) == ("“One” Opens", LEAD)


@pytest.mark.django_db
def test_each_of_two_hundred_wordpress_posts_becomes_a_release():
    post = ITEM.format(f"{LEAD}\n\n<b>It is free.</b>", "publish", "post")
    posts = [
        post.replace(">1<", f">{n}<")
        .replace("example/1<", f"example/{n}<")
        .replace("Roads", f"Road {n}", 1)
        for n in range(1, 201)
    ]

    outcomes = list(Loader(approve=True).load(read("w.xml", rss(*posts, is_wordpress=True))))

    assert [each.outcome for each in outcomes] == ["created"] * 200
    assert {each.release.title for each in outcomes} == {f"Road {n} & Lanes" for n in range(1, 201)}


def test_wordpress_caption_and_gallery_are_named_not_printed():
    text = f"""[caption id="a"]<img src="b.jpg" alt="A bridge"> In blue[/caption]

{LEAD}

<b>It is free.</b>
<ul>
 <li>One</li>
</ul>
[gallery ids="1"]"""

    item = ITEM.format(text, "publish", "post").replace("description", "encoded")
    [record] = read("w.xml", rss(item, is_wordpress=True))

    assert record.parsed.body == f"{LEAD}\n\n**It is free.**\n\n- One"
    for words in ("A bridge", "In blue", "gallery"):
        assert words in told(record)


def test_row_of_a_sheet_is_a_release():
    [record] = read("news.xlsx", workbook(("id", "title", "body"), ("7", "One Opens", LEAD)))

    assert (record.key, record.parsed.title, record.parsed.body) == ("7", "One Opens", LEAD)
    assert "Sheet1" in record.name


SAMPLES = {
    "docx": word(LEAD),
    "eml": mail(LEAD, f"<p>{LEAD}</p>", Subject="x"),
    "feed": rss(ITEM.format(LEAD, "", "")).encode(),
    "html": PAGE.encode(),
    "json_feed": b'{"items": [{"id": 1, "content_html": "<p>a</p>"}]}',
    "fragment": b"<p>It is <b>open</b>.</p><ul><li>One</li></ul>",
    "mbox": b"From a@b.example Tue Sep 17 08:15:00 2024\n" + mail(LEAD),
    "odt": zipped({"content.xml": ODT}),
    "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>",
    "rtf": RTF,
    "xlsx": workbook(("id",), ("7",)),
    "wxr": rss(ITEM.format(LEAD, "draft", "post"), is_wordpress=True).encode(),
}


@pytest.mark.parametrize("kind", CONVERTERS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_bytes_are_read_or_refused(kind, data):
    sample = SAMPLES[kind]
    at = data.draw(st.integers(0, len(sample)))
    damaged = sample[:at] + data.draw(st.binary(max_size=9)) + sample[at + 3 :]

    found = answer({"kind": kind, "name": "x", "selector": ""}, damaged)

    assert found.get("refused", "").endswith(".") or "found" in found
