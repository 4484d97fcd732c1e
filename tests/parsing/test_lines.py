"""Lines are clean, and every change except white space is named."""

import re
import sys

import pytest

from releases.parsing import lines


def cleaned(text):
    found, warnings = lines.read(text)
    return [line.text for line in found], [warning.code for warning in warnings]


@pytest.mark.parametrize(
    ("text", "expected", "codes"),
    [
        ("one\r\ntwo\rthree\ffour\u2028five", ["one", "two", "three", "four", "five"], []),
        ("  a \u00a0 b\u2009\tc  ", ["a b c"], []),
        ("\ufefftext", ["text"], []),
        ("te\ufeffxt\u200b", ["text"], ["invisible_characters"]),
        ("te\x00xt\x07", ["text"], ["control_characters"]),
        (
            "AT&amp;T &lt;b&gt; caf&#233; &quot;x&quot;",
            ['AT&T <b> café "x"'],
            ["html_entities", "html_tags"],
        ),
        ("&amp;lt;", ["<"], ["html_entities"]),
        ("a&nbsp;b", ["a b"], ["html_entities"]),
        ("te&#8203;xt", ["text"], ["html_entities", "invisible_characters"]),
        ("R&D; &unknown; &", ["R&D; &unknown; &"], []),
        ("te\ud800xt", ["te\ufffdxt"], ["unreadable_characters", "lost_characters"]),
        ("C\ufffdsar", ["C\ufffdsar"], ["lost_characters"]),
        ("<p>text</p>", ["<p>text</p>"], ["html_tags"]),
        ('“curly” and "straight" ’ \'', ['“curly” and "straight" ’ \''], []),
    ],
)
def test_text_is_cleaned_with_a_warning(text, expected, codes):
    assert cleaned(text) == (expected, codes)


def test_warning_has_a_count_and_examples():
    _, (warning,) = lines.read("a\x00b\x00c\x07")

    assert warning.message == "Control characters removed: 3 (U+0000, U+0007)."


def test_line_knows_its_place():
    first, second = lines.read("\n  one\n\ntwo")[0]

    assert (first.first, first.after_blank, first.margin, first.width) == (2, True, 2, 3)
    assert (second.first, second.after_blank, second.margin) == (4, True, 0)


def test_cleaning_clean_text_changes_nothing():
    text = "&amp;amp;lt; te\x00xt \ufeff &#38;amp;"
    once, _ = lines.clean_text(text)

    assert lines.clean_text(once) == (once, [])


def test_any_white_space_becomes_one_space():
    spaces = "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1))))

    assert re.fullmatch(r"\s+", spaces)
    assert lines.collapse(f" a{spaces}b ") == "a b"
