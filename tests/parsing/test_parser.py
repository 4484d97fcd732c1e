"""Odd plain-text releases are parsed as a person would read them."""

import time

import pytest

from releases.parsing import parser
from tests.parsing.furniture_quirks import FURNITURE_QUIRKS
from tests.parsing.header_quirks import HEADER_QUIRKS
from tests.parsing.layout_quirks import LAYOUT_QUIRKS
from tests.parsing.print_quirks import PRINT_QUIRKS
from tests.parsing.samples import BODY, LEAD, TITLE
from tests.parsing.text_quirks import TEXT_QUIRKS

QUIRKS = [*HEADER_QUIRKS, *TEXT_QUIRKS, *LAYOUT_QUIRKS, *FURNITURE_QUIRKS, *PRINT_QUIRKS]


def read_fields(release):
    """Return the fields of a release under the samples' names."""
    return {
        **vars(release),
        "paragraphs": release.paragraph_count,
        "headings": [(s.kind, s.heading) for s in release.sections if not s.after_end],
        "after": [s.kind for s in release.sections if s.after_end],
    }


def codes(release, field=None):
    return [warning.code for warning in release.warnings if field in (None, warning.field)]


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_quirk_is_read(quirk):
    fields = read_fields(parser.parse(quirk.source))

    assert {name: fields[name] for name in quirk.expected} == quirk.expected


@pytest.mark.parametrize(
    ("source", "field", "code"),
    [
        (f"September 21, 2012\n\n{BODY}", "title", "title_missing"),
        (f"{TITLE}\n\n{BODY}", "date", "date_missing"),
        (f"{TITLE}\n\nSetpember 21, 2012\n\n{BODY}", "date", "misspelt_month"),
        (f"{TITLE}\n\n03/04/2012\n\n{BODY}", "date", "ambiguous_date"),
        (f"{TITLE}\n\n9/21/12\n\n{BODY}", "date", "two_digit_year"),
        (f"{TITLE}\n\nSeptember 31, 2012\n\n{BODY}", "date", "impossible_date"),
        (f"{TITLE}\n\nSeptember 21, 1012\n\n{BODY}", "date", "absurd_date"),
        (f"{TITLE}\n\nMonday, September 21, 2012\n\n{BODY}", "date", "wrong_weekday"),
        (f"{TITLE}\n\nMay 1, 2012\nMay 2, 2012\n\n{BODY}", "date", "conflicting_dates"),
        (f"Title: {TITLE}\nDate: 2012\n\nContent:\n{BODY}", "date", "unreadable_date"),
        (f"{TITLE}\nMay 1, 2012\nFRESNO, May 2, 2012 – {BODY[13:]}", "date", "dateline_disagrees"),
        (TITLE, "body", "body_missing"),
        (f"{TITLE}\n\n{BODY}\n\nRead it all at", "body", "unfinished_sentence"),
        (f"{TITLE}\n\n{BODY}\n\nTo learn more, visit", "sections", "unfinished_sentence"),
        (f"{TITLE}\n\n{BODY}\n\n###\n\nFOR IMMEDIATE RELEASE\n\n{BODY}", "sections", "second_copy"),
        (f"FOR IMMEDIATE RELEASE\n\n{TITLE}\n\n{BODY}", "source_text", "left_out"),
        ("Just a moment…\n\nChecking your browser before access.", "source_text", "error_page"),
        (f"{TITLE}\n\nxyzzy plugh frotz", "language", "language_unknown"),
        (f"{TITLE}\n\n{BODY} \x07", "source_text", "control_characters"),
    ],
)
def test_uncertainty_raises_a_warning_on_its_field(source, field, code):
    assert code in codes(parser.parse(source), field)


@pytest.mark.parametrize(
    "words",
    [
        "Enable JavaScript and cookies",
        "Access denied",
        "Request unsuccessful",
        "Verify you are human",
        "Verify that you are a human",
        "reCAPTCHA",
        "Error 404",
        "403 Forbidden",
        "Page not found",
    ],
)
def test_words_of_error_pages_raise_a_warning(words):
    assert "error_page" in codes(parser.parse(f"{TITLE}\n\n{BODY} {words}."), "source_text")


def test_given_language_is_not_looked_for_in_the_text():
    release = parser.parse("Xyzzy plugh frotz.", body_only=True, language="es")

    assert release.language == "es"
    assert "language_unknown" not in codes(release)


def test_warning_about_a_date_quotes_its_words():
    release = parser.parse(f"{TITLE}\n\nSetpember 21, 2012\n\n{BODY}")

    assert "“Setpember 21, 2012”" in release.warnings[0].message


def test_plain_release_raises_no_warning():
    assert parser.parse(f"{TITLE}\n\nSeptember 21, 2012\n\n{BODY}\n\n###").warnings == ()


@pytest.mark.parametrize("source", ["", " \n\t\n", "\x00", "\ufeff", "###", "“", "\r\r\r"])
def test_empty_source_gives_an_empty_release(source):
    release = parser.parse(source)

    assert (release.title, release.date, release.body, release.sections) == ("", None, "", ())
    assert {"title_missing", "date_missing", "body_missing"} <= set(codes(release))


def test_left_out_lines_are_named_with_their_place():
    source = f"FOR IMMEDIATE RELEASE\nCase # 12-3\n{TITLE}\n{LEAD}\nTagged with:\nHarbors\n"

    (message,) = [w.message for w in parser.parse(source).warnings if w.code == "left_out"]

    assert message == (
        "Ignored (the stored source still has it): “FOR IMMEDIATE RELEASE” (line 1), "
        "“Case # 12-3” (line 2), “Tagged with:” (line 5), “Harbors” (line 6)."
    )


@pytest.mark.parametrize(
    "source",
    [
        f"{LEAD} " * 2000,
        "short line\n" * 5000,
        "FOR IMMEDIATE RELEASE " * 1000,
        "Contact:\nJane Doe\n" * 1000,
        "“\n" * 3000,
        "###\n" * 5000,
        "Tagged with:\n" * 5000,
    ],
    ids=["one line", "short lines", "labels", "contacts", "quotation marks", "marks", "furniture"],
)
def test_work_grows_no_faster_than_the_text(source):
    """Sixteen times the text takes about sixteen times as long; a square would take 256 times.

    Measures processor time, with a margin for a busy machine.
    """
    part = source[: len(source) // 16]

    assert min(_seconds(source) for _ in range(2)) < 100 * min(_seconds(part) for _ in range(5))


def _seconds(source):
    start = time.process_time()
    parser.parse(source)
    return time.process_time() - start


SENTENCE = "The office today opened a library for all of the harbor towns."


def codes_of(text):
    return [warning.code for warning in parser.parse(text, body_only=True).warnings]


def test_label_inside_a_body_is_body():
    text = (
        f"12.02.11\n\nOffice Opens a Library\n\nFor Immediate Release\n\n{SENTENCE}\n\n{SENTENCE}"
    )

    found = parser.parse(text, body_only=True)

    assert found.body.count(SENTENCE) == 2
    assert not found.sections
    assert not {"second_copy", "most_text_moved"} & set(codes_of(text))


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (SENTENCE, "\n\n".join([SENTENCE] * 5)),  # a second release
        ("Harbor towns", "\n\n".join([SENTENCE] * 5)),  # no sentence above the end mark
    ],
)
def test_most_of_a_text_below_the_end_mark_raises_a_warning(above, below):
    assert "most_text_moved" in codes_of(f"{above}\n\n###\n\n{below}")


def test_labeled_boilerplate_below_the_end_mark_raises_no_warning():
    below = "\n\n".join([SENTENCE] * 5)

    assert "most_text_moved" not in codes_of(f"{SENTENCE}\n\n###\n\nAbout the Office\n\n{below}")


def test_tags_of_the_page_are_read_above_and_below_the_text():
    text = f"Title: {TITLE}\nTags: Roads, Driving Under the Influence (DUI)\n\nContent:\n{BODY}"

    release = parser.parse(f"{text}\n\n###\nTagged with:\nHarbors\nShare\nA Boat Is Found")

    assert release.tags == ("Roads", "Driving Under the Influence (DUI)", "Harbors")
    assert "Tags: Roads" in release.warnings[-1].message


@pytest.mark.parametrize(
    "contact",
    ["(916) 555-0100\n   ", "Contact: (916) 555-0100\n   ", "Contact: (916) 555-0100,\n|\n"],
)
def test_sentence_below_a_number_is_not_in_the_contact(contact):
    parsed = parser.parse(f"{contact}The office will protect the harbor towns from today on.\n")
    assert parsed.contact.rstrip(" ,|") == "(916) 555-0100"
    assert parsed.body == "The office will protect the harbor towns from today on."


def test_labeled_date_with_a_time_above_an_advisory_is_an_event():
    release = parser.parse(
        "Bridge Opens\nDate: Friday, May 3, 2024 at 7:00 PM\nWho: The Mayor\nWhat: A tour"
    )
    assert (release.title, release.date) == ("Bridge Opens", None)
