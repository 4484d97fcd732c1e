"""Each visible word of a document is in a field or is named in a warning."""

from html import escape

from fpdf import FPDF
from hypothesis import example, given, settings
from hypothesis import strategies as st

from releases.importing import formats
from releases.importing.converters import docx, feeds, mail, odt, pages, pdf, rtf
from releases.importing.decoding import InputFile
from releases.importing.rich_parsing import parse_extract
from tests.importing.formats.documents import mail as written_mail
from tests.importing.formats.documents import word, word_paragraph
from tests.importing.formats.test_warc import web_archive
from tests.importing.formats.test_word_processors import LEAD, ODT

TAGS = st.sampled_from(
    [
        *("p", "h1", "h2", "li", "ul", "ol", "td", "table", "tr", "b", "i", "a href='/x'", "div"),
        *("nav", "footer", "aside", "header", "blockquote", "figure", "figcaption", "main", "q"),
        *("article", "div class=share", "div class='entry-meta'", "span", "button", "pre", "dt"),
    ]
)
WORDS = st.sampled_from(
    [
        *("FOR IMMEDIATE RELEASE", "May 14, 2024", "Contact: Pat Doe, (555) 010-0100", "###"),
        *("OAKFIELD – The county opened a seed bank in the cellar today.", "Roads", "- One", "2."),
    ]
)


FIELDS = (
    "From: Pat (pat@county.example)",
    "Date: May 14, 2024",
    "Subject: One",
    "Forwarded message",
)


@st.composite
def trees(draw, depth=0):
    """Return nested elements of words, each with its own mark."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        tag = draw(TAGS)
        inner = draw(trees(depth + 1)) if depth < 3 and draw(st.booleans()) else f"{draw(WORDS)} \0"
        parts.append(
            f"<{tag}>{inner}</{tag.split()[0]}> \0 " if depth else f"<{tag}>{inner}</{tag}>"
        )
    return "".join(parts)


def marked(text):
    """Number the marks."""
    pieces = text.split("\0")
    marks = [f"mark{number}x" for number in range(len(pieces) - 1)]
    return "".join(a + b for a, b in zip(pieces, [*marks, ""], strict=True)), marks


def told(extract):
    return told_record(parse_extract(extract, None))


def told_record(parsed):
    sections = [f"{section.heading} {section.body}" for section in parsed.sections]
    warnings = [warning.message for warning in parsed.warnings]
    fields = [parsed.title, parsed.subtitle, parsed.contact, parsed.dateline, parsed.body]
    return " ".join([*fields, parsed.end_mark, *parsed.topics, *sections, *warnings])


BYLINE = "<div class='entry-meta'><p>" + "FOR IMMEDIATE RELEASE \0 " * 5 + "</p></div>"


@settings(max_examples=150, deadline=None)
@given(trees())
@example(BYLINE)
def test_each_word_of_a_page_is_read_or_named(tree):
    html, marks = marked(tree)

    [extract] = pages.convert(f"<body><p>{LEAD}</p>{html}</body>".encode(), "x.html")

    assert [mark for mark in marks if mark not in told(extract)] == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(WORDS, st.sampled_from(["\\par ", "\\cell\\row ", "\\b ", "{\\i ", "}"])))
)
def test_each_word_of_rich_text_is_read_or_named(pieces):
    text, marks = marked("".join(f"{words} \0{control}" for words, control in pieces))
    source = text.encode("cp1252", "replace")

    found = [told(each) for each in rtf.convert(rb"{\rtf1\ansi x " + source + b"}", "x.rtf")]

    assert [mark for mark in marks if mark not in found[0]] == []


STYLES = st.sampled_from(["", "Heading1", "Heading2", "Title", "ListParagraph"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, STYLES), min_size=1, max_size=12))
def test_each_word_of_a_word_document_is_read_or_named(pieces):
    xml, marks = marked("".join(word_paragraph(f"{words} \0", style) for words, style in pieces))

    [extract] = docx.convert(word(xml), "x.docx")

    assert [mark for mark in marks if mark not in told(extract)] == []


LINES = st.lists(st.one_of(WORDS, st.sampled_from(FIELDS)), min_size=1, max_size=12)


@settings(max_examples=80, deadline=None)
@given(LINES, st.sampled_from(["\n", "\n\n"]), st.booleans())
def test_each_word_of_a_mail_is_read_or_named(lines, gap, is_html):
    # A forwarded header without a text below is refused.
    text, marks = marked(gap.join(f"{line} \0" for line in [*lines, LEAD]))
    html = f"<p>{text}</p>".replace("\n\n", "</p><p>").replace("\n", "<br>")

    [extract] = mail.convert(written_mail("" if is_html else text, html if is_html else ""), "x")

    assert [mark for mark in marks if mark not in told(extract)] == []


def test_each_word_of_an_open_document_is_read_or_named():
    [extract] = odt.convert(ODT.encode(), "x.odt")

    for words in ("seed bank", "A note", "Beans", "412", "the rules", "###"):
        assert words in told(extract)


SIZES = st.sampled_from([8, 11, 11, 11, 18])
PLACES = st.tuples(st.sampled_from([10, 10, 10, 60, 110]), st.sampled_from([5, 6, 14, 240]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, SIZES, PLACES), min_size=1, max_size=14))
def test_each_word_of_a_pdf_is_read_or_named(pieces):
    """A line for each piece, at its place from the left and from the line above."""
    text, marks = marked("\n".join(f"{words} \0" for words, *_ in pieces))
    made = FPDF()
    made.set_auto_page_break(False)
    made.add_page()
    for line, (_, size, (left, gap)) in zip(text.split("\n"), pieces, strict=True):
        if made.get_y() + gap > 280:
            made.add_page()
        made.set_font("helvetica", size=size)
        made.set_xy(left, made.get_y() + gap % 280)
        made.cell(text=line.replace("–", "-"))

    [extract] = pdf.convert(bytes(made.output()), "x.pdf")

    assert [mark for mark in marks if mark not in told(extract)] == []


FEED_PARTS = st.sampled_from(
    [
        *("title", "description", "content:encoded", "summary"),
        *("content", "media:description", "itunes:subtitle", "excerpt:encoded"),
    ]
)
RSS = """<rss xmlns:content="c" xmlns:dc="d" xmlns:media="m" xmlns:itunes="i"
 xmlns:excerpt="e"><channel><item>{}</item></channel></rss>"""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FEED_PARTS, trees(2)), min_size=1, max_size=5), st.booleans())
def test_each_word_of_a_feed_is_read_or_named(parts, is_escaped):
    lead = ("description", f"<p>{LEAD}</p>")
    written = (
        f"<{name}>{escape(text) if is_escaped else f'<![CDATA[{text}]]>'}</{name}>"
        for name, text in [*parts, lead]
    )
    xml, marks = marked("".join(written))

    found = list(feeds.convert_xml(RSS.format(xml).encode(), "x.xml"))

    assert [mark for mark in marks if mark not in told(found[0])] == []


@settings(max_examples=25, deadline=None)
@given(st.lists(trees(2), min_size=1, max_size=3))
def test_each_word_of_a_web_archive_is_read_or_named(bodies):
    html, marks = marked("".join(f"<body><p>{LEAD}</p>{body}</body>\n" for body in bodies))
    answers = [
        (f"http://a.example/{number}", "200 OK", "text/html", page.encode())
        for number, page in enumerate(html.splitlines())
    ]

    found = list(formats.read_all([InputFile("x.warc", web_archive(*answers))]))

    words = " ".join(told_record(each.parsed) for each in found)
    assert len(found) == len(bodies)
    assert [mark for mark in marks if mark not in words] == []
