"""Restricted Markdown becomes safe, numbered HTML and plain text, whatever the source."""

import random
import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from releases.content import markup
from tests.processor_time import fastest

ALLOWED = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "table"}
ALLOWED |= {"thead", "tbody", "tr", "th", "td"}
MARKUP_TEXT = st.text("ab*_[]()<>\"'&#|:-+.>`~!\\ \t\n1/=\0\ud800é", max_size=80)
NORMAL_TEXT = st.lists(
    st.lists(
        st.text("ab*_[]()<>\"'&#|:-+.`~!\\ 1/=é“”", min_size=1).map(str.strip).filter(bool),
        min_size=1,
        max_size=3,
    ).map("\n".join),
    min_size=1,
    max_size=4,
).map("\n\n".join)


class _Elements(HTMLParser):
    """Collects the elements of HTML with their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html):
    parser = _Elements()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One.\n\nTwo.", '<p id="p1">One.</p>\n<p id="p2">Two.</p>\n'),
        ("*a* and **b**", '<p id="p1"><em>a</em> and <strong>b</strong></p>\n'),
        ("one\\\ntwo", '<p id="p1">one<br>\ntwo</p>\n'),
        ("- a\n- b", '<ul>\n<li id="p1">a</li>\n<li id="p2">b</li>\n</ul>\n'),
        ("3. a", '<ol start="3">\n<li id="p1">a</li>\n</ol>\n'),
        ("> a", '<blockquote>\n<p id="p1">a</p>\n</blockquote>\n'),
        ("# a", '<p id="p1"># a</p>\n'),
        ("a\n---", '<p id="p1">a\n---</p>\n'),
        ("<b>a</b>", '<p id="p1">&lt;b&gt;a&lt;/b&gt;</p>\n'),
        ("![a](/b)", '<p id="p1">!<a href="/b">a</a></p>\n'),
        (
            "`a` &amp; https://example.org",
            '<p id="p1">`a` &amp;amp; <a href="https://example.org">https://example.org</a></p>\n',
        ),
        ("“a” \"b\" 'c' -- d...", "<p id=\"p1\">“a” &quot;b&quot; 'c' -- d...</p>\n"),
        ("", ""),
    ],
)
def test_source_is_rendered(source, html):
    assert markup.to_html(source) == html


@pytest.mark.parametrize(
    "url",
    ["https://a.org/b?c=d", "http://a.org", "mailto:a@b.org", "tel:+19165550100", "/a", "#p2"],
)
def test_safe_link_is_made(url):
    assert f'href="{url}"' in markup.to_html(f"[x]({url})")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example.org",
        "relative/path",
        "https://",
    ],
)
def test_other_link_stays_text(url):
    assert "<a" not in markup.to_html(f"[x]({url})")


def test_units_have_the_given_numbers():
    source = "One.\n\n- a\n\n  b\n- c\n\n| d |\n|---|\n| e |\n\n> f"
    html = markup.to_html(source, (7, 9, 8, 10, 11))

    assert re.findall(r'<(\w+) id="(p\d+)"', html) == [
        ("p", "p7"),
        ("li", "p9"),
        ("li", "p8"),
        ("table", "p10"),
        ("p", "p11"),
    ]


@pytest.mark.parametrize(("numbers", "ids"), [((), []), ((5,), ["p5"]), (None, ["p1", "p2"])])
def test_unit_beyond_the_numbers_has_no_id(numbers, ids):
    assert re.findall('id="(.*?)"', markup.to_html("One.\n\nTwo.", numbers)) == ids


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*a*", '<p id="p1"><em>a</em>!</p>\n'),
        ("- a\n  - b", '<ul>\n<li id="p1">a!\n<ul>\n<li id="p2">b</li>\n</ul>\n</li>\n</ul>\n'),
        ("-", '<ul>\n<li id="p1"></li>\n</ul>\n'),
        (
            "| a |\n|---|",
            '<table id="p1">\n<thead>\n<tr>\n<th>a!</th>\n</tr>\n</thead>\n</table>\n',
        ),
    ],
)
def test_links_follow_the_first_words_of_a_unit(source, html):
    assert markup.to_html(source, links=("!",)) == html


def test_paragraphs_are_the_plain_text_of_each_unit():
    source = "*One*\nmore.\n\n- a\n  - b\n\n1. c\n2. d\n\n| e | f |\n|--:|---|\n| g | |"

    assert markup.paragraphs(source) == ("One more.", "a", "b", "c", "d", "e | f\ng |")


def test_plain_text_shows_bullets_and_numbers_as_a_reader_sees_them():
    assert markup.to_plain("It:\n\n* a\n* b\n\n5. c\n5. d") == "It:\n\n- a\n\n- b\n\n5. c\n\n6. d"


def test_table_has_no_inline_style():
    assert "style" not in markup.to_html("| a |\n|--:|\n| b |")


def test_ordinary_text_needs_no_backslash():
    text = "“It's 50% - done,” (A) 12-3 said_it, $3 & up; see a/b #4 [sic] 5 * 6. ~ Dr. X: 'y'!"

    assert markup.escape(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "- a",
        "+ a",
        "* a",
        "1. a",
        "> a",
        "*a*",
        "_a_",
        "[a](b)",
        "a\\*b",
        "a\\",
        "a | b\n--- | ---",
    ],
)
def test_text_resembling_markup_is_escaped(text):
    assert markup.to_plain(markup.escape(text)) == text
    assert len(elements(markup.to_html(markup.escape(text)))) - text.count("\n") == 1


@settings(max_examples=400, deadline=None)
@given(NORMAL_TEXT)
def test_escaped_text_reads_back_exactly(text):
    assert markup.to_plain(markup.escape(text)) == text


# Most texts have a character of markup; enough have none.
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(NORMAL_TEXT)
def test_line_without_markup_is_what_the_parser_reads(text):
    line = " ".join(text.split())
    assume(markup.escape(line) == line)
    assert (markup.to_plain(line),) == markup.paragraphs(line)


@settings(max_examples=400, deadline=None)
@given(MARKUP_TEXT)
def test_html_is_safe_and_numbered_as_the_paragraphs(source):
    html = markup.to_html(source)
    found = elements(html)

    assert {tag for tag, _ in found} <= ALLOWED
    assert {name for _, attrs in found for name in attrs} <= {"id", "href", "title", "start"}
    assert all(not attrs.get("href", "/").lower().startswith("j") for _, attrs in found)
    ids = [attrs["id"] for _, attrs in found if "id" in attrs]
    assert ids == [f"p{n}" for n in range(1, len(markup.paragraphs(source)) + 1)]
    assert not re.search("[\0\ud800-\udfff]", html)


@pytest.mark.parametrize(
    "source",
    [
        ">" * 10_000 + "x",
        "> " * 10_000 + "x",
        "- " * 10_000 + "x",
        "1. " * 10_000 + "x",
        "\n".join("  " * n + "- x" for n in range(200)),
        "\n".join("> " * n + "x" for n in range(200)),
        "[" * 10_000 + "x",
        "[a](" * 10_000 + "x",
        "*a " * 10_000 + "x",
        "**a_ " * 10_000 + "x",
        "\\" * 10_000 + "x",
        "|" * 5_000 + "x\n" + "|-" * 5_000,
    ],
    ids=lambda source: repr(source[:8]),
)
def test_absurd_nesting_loses_no_word(source):
    assert "x" in markup.to_html(source)
    assert markup.to_plain(source).count("x") == source.count("x")


def test_typed_links_are_distinguished_from_real_ones():
    text = r"[a](https://example.gov) and [b](javascript:x) but \[c](d) and [e] (f)"

    assert markup.links_as_typed(text) == [
        ("a", "https://example.gov", True),
        ("b", "javascript:x", False),
    ]


# Each piece is markup that is slow to parse.
PIECES = ["<", "[", "*", "&", "#", "\\", "[a](", "[](", "*a _b ", "*_a", "- a\n", "1. a\n", "> a\n"]
PIECES += ["| 1 | 2 |\n", "> > > a\n", "a\n", "a b\n\n", "\u202ea", "a-", "- a\n  - a\n"]


@pytest.mark.parametrize("piece", PIECES)
def test_text_of_ten_times_the_size_takes_ten_times_the_time(piece):
    def seconds(size):
        text = piece * (size // len(piece))
        return fastest(lambda: markup.links(text), times=2)

    assert seconds(100_000) < 30 * seconds(10_000)


@pytest.mark.parametrize(
    "source",
    ["*a* " * 6_000, "- a\n" * 11_000, "|a" * 99 + "|\n" + "|-" * 99 + "|\n" + "|\n" * 999],
)
def test_too_many_marks_are_shown_as_written(source):
    assert markup.paragraphs(source) == (source.strip().replace("\n", " "),)


def test_escaped_text_of_many_marks_reads_back():
    text = "_" * 12_000 + " *a*" * 12_000 + " \\"

    assert markup.to_plain(markup.escape(text)) == text


@pytest.mark.parametrize("rows", [1, 3_000])
def test_long_table_stays_a_table(rows):
    assert "<table" in markup.to_html("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * rows)


@pytest.mark.parametrize(
    ("words", "address", "rest"),
    [
        ("https://x.example/a_b?c=1", "https://x.example/a_b?c=1", "."),
        ("www.x.example/(a)", "https://www.x.example/(a)", "), and"),
        ("clerk@county.example", "mailto:clerk@county.example", "; or"),
        ("HTTP://X.example", "HTTP://X.example", "”"),
    ],
)
def test_printed_address_is_a_link_and_its_words_stay(words, address, rest):
    source = f"See ({markup.escape(words)}{rest}"

    assert f'(<a href="{address}">{words}</a>{rest}' in markup.to_html(source)
    assert markup.paragraphs(source) == (f"See ({words}{rest}",)
    assert markup.links(source) == []


@pytest.mark.parametrize("words", ["www.", "https://", "a@b", "x@@y.example", "javascript://x.y"])
def test_other_words_are_no_link(words):
    assert "<a" not in markup.to_html(f"See {words} now")


def test_link_that_is_written_stays_the_only_one():
    html = markup.to_html("[www.x.example](https://y.example)")

    assert html.count("<a") == 1


@pytest.mark.parametrize(
    "source",
    [
        "One.\n\nTwo, and 2 * 3.",
        "One.\n\n  Two.",
        "One.\n\n\nTwo.",
        "One. \n\n- a",
        "\n\nOne.",
        "a\nb",
        'See https://example.gov/a?b="é", it says.\n\nCall (555) 010-0100 — now.',
        "At www.example.gov. <b> & 'c' \"d\"\n\nA. B. <a.b@c.example>\n\nhttps://x no",
        "a\rb",
    ],
)
def test_paragraphs_read_without_the_parser_are_what_it_reads(source):
    assert markup.paragraphs(source) == markup.read(source)[1]
    assert markup.read(source) == markup._parsed(source)
    assert markup.to_plain(f"{source}\n\n**b**") == f"{markup.to_plain(source)}\n\nb"


@given(NORMAL_TEXT)
@settings(max_examples=200)
def test_texts_read_without_the_parser_are_what_it_reads(source):
    assert markup.read(source) == markup._parsed(source)


def test_lines_that_look_plain_need_no_escapes():
    chance, seen = random.Random(1), 0
    for _ in range(2_000):
        line = "".join(chance.choices("ab|:.)([ \t\n\u00a0-+>*1\u0661\\_]", k=3))
        if markup._is_plain_line(line):
            seen += 1
            assert not markup._MARKUP.search(line)
            assert markup.escape(line) == line == markup.strip_control_characters(line)
    assert seen > 100


def test_bars_and_colons_below_other_paragraphs_are_text():
    assert markup.paragraphs("Charts\n\n:\n\n|\n\nEnd") == ("Charts", ":", "|", "End")


def test_a_hundred_sections_that_a_page_reads_twice_are_parsed_once():
    markup.read.cache_clear()
    for section in [f"**Section** {number}" for number in range(100)] * 2:
        markup.to_html(section)
    assert markup.read.cache_info().misses == 100
