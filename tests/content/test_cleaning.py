"""Fields contain no invisible or unrepresentable characters."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.content import cleaning
from releases.content.cleaning import clean, clean_for_comparison

NASTY = st.text(
    st.sampled_from(
        "ab <>&;/#x26amplt\"'=!-\n\r\t\v\u2028\x00\x0b\x1f\x85\x9f\u00ad\u200b\u200c"
        "\u200d\u200e\u202e\u2066\ufeff\ufffe\uffff\ud800\u0645\u0915\U0001f3f4"
        "\U000e0067\U0001f469\ufe0f\u2764"
    )
)
FORMS = [{}, {"is_one_line": False}, {"is_markdown": True, "is_one_line": False}]


@pytest.mark.parametrize(
    ("text", "expected", "codes"),
    [
        (
            "Water Board\x0bOpens a\x01 Fountain",
            "Water Board Opens a Fountain",
            ["control_characters"],
        ),
        ("Old\u200b Char\u00adts \u202eto All", "Old Charts to All", ["invisible_characters"]),
        ("all who\ufffe pass\uffff", "all who pass", ["control_characters"]),
        ("half \ud800", "half \ufffd", ["unreadable_characters"]),
        ("AT&amp;T &lt;b&gt;on", "AT&T on", ["html_entities", "html_tags"]),
        ("<b>Title</b><br>of <A HREF='x'>two</A>", "Title of two", ["html_tags"]),
        ("Poe &amp; Co&#8217;s <em>Roe</em>", "Poe & Co’s Roe", ["html_entities", "html_tags"]),
        ("&#x200b;&#1;a", "a", ["html_entities", "invisible_characters"]),
        ("two\r\nlines\there", "two lines here", []),
    ],
)
def test_line_is_cleaned_with_a_finding(text, expected, codes):
    cleaned = clean(text)

    assert cleaned.text == expected
    assert [finding.code for finding in cleaned.findings] == codes


@pytest.mark.parametrize(
    "text",
    [
        "A < B and C > D, R&D at AT&T; Smith & Sons",
        "<jane@example.org> &unknown; <x and y>",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: a ZWNJ inside a word
        "\u0915\u094d\u200d\u0937",  # Devanagari: a ZWJ after a virama
        "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f469",  # an emoji sequence with joiners
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # a flag by tags
        "\u05d0\u05d1\u200f (916)",  # Hebrew with a directional mark before a bracket
        "Harbor\u00a0Office",
        "“curly” – caf\u00e9 \u2026",
    ],
)
def test_legitimate_characters_stay(text):
    assert clean(text).text == text
    assert not clean(text).findings


def test_text_of_several_lines_keeps_its_lines_and_tabs():
    cleaned = clean("one\r\ntwo\rthree\u2028four\tfive<br>six", is_one_line=False)

    assert cleaned.text == "one\ntwo\nthree\nfour\tfive\nsix"


def test_markdown_keeps_entities_and_tags_as_words():
    cleaned = clean("&amp; <b>\n\u200b\x01", is_markdown=True, is_one_line=False)

    assert cleaned.text == "&amp; <b>\n"


def test_finding_has_a_count_and_examples():
    (finding,) = clean("a\x00b\x00c\x07").findings

    assert finding.message == "Control characters removed: 3 (U+0000, U+0007)."


@given(NASTY, st.sampled_from(FORMS))
def test_clean_text_is_unchanged(text, form):
    once = clean(text, **form).text

    assert clean(once, **form).text == once
    assert clean(once).text == clean(text).text


@pytest.mark.parametrize("text", ["<" * 9 + "b>" * 9, "&am&am&amp;p;p;lt;b>", "&#3&#56;8;lt;"])
def test_markup_hidden_in_markup_does_not_come_back(text):
    once = clean(text).text

    assert clean(once).text == once


def test_snapshots_from_before_and_after_cleaning_compare_equal():
    before = {
        "title": "A\x0bB&amp;C",
        "sections": [{"heading": "D\u200b", "body": "e\r\nf"}],
        "n": 1,
    }
    after = {"title": "A B&C", "sections": [{"heading": "D", "body": "e\nf"}], "n": 1}

    assert clean_for_comparison(before) == clean_for_comparison(after)


def test_of_printable_characters_only_two_fillers_are_unclean():
    printable = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))

    assert cleaning._MAY_BE_UNCLEAN.findall(printable) == [*cleaning.PRINTABLE_FILLERS]
    assert all(map(cleaning.may_be_unclean, cleaning.PRINTABLE_FILLERS))


def test_ascii_is_unclean_where_the_pattern_finds_something():
    for sign in map(chr, range(128)):
        found = cleaning._MAY_BE_UNCLEAN.search(sign)
        assert cleaning.may_be_unclean(f"a{sign}b") == bool(found), hex(ord(sign))
