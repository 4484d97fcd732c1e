"""Each visible word of a document is in a field or is named in a warning."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from releases.importing.converters import docx, mail, odt, pages, rtf
from releases.importing.rich_parsing import parse_extract
from tests.importing.formats.documents import mail as written_mail
from tests.importing.formats.documents import word, word_paragraph
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
    parsed = parse_extract(extract, None)
    sections = [f"{section.heading} {section.body}" for section in parsed.sections]
    warnings = [warning.message for warning in parsed.warnings]
    fields = [parsed.title, parsed.subtitle, parsed.contact, parsed.dateline, parsed.body]
    return " ".join([*fields, parsed.end_mark, *sections, *warnings])


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
