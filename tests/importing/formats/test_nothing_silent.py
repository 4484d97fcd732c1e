"""Each visible word of a document is in a field or is named in a warning."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from releases.importing.converters import odt, pages, rtf
from releases.importing.rich_parsing import parse_extract
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
def test_page(tree):
    html, marks = marked(tree)

    [extract] = pages.convert(f"<body><p>{LEAD}</p>{html}</body>".encode(), "x.html")

    assert [mark for mark in marks if mark not in told(extract)] == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(WORDS, st.sampled_from(["\\par ", "\\cell\\row ", "\\b ", "{\\i ", "}"])))
)
def test_rich_text(pieces):
    text, marks = marked("".join(f"{words} \0{control}" for words, control in pieces))
    source = text.encode("cp1252", "replace")

    found = [told(each) for each in rtf.convert(rb"{\rtf1\ansi x " + source + b"}", "x.rtf")]

    assert [mark for mark in marks if mark not in found[0]] == []


def test_open_document():
    [extract] = odt.convert(ODT.encode(), "x.odt")

    for word in ("seed bank", "A note", "Beans", "412", "the rules", "###"):
        assert word in told(extract)
