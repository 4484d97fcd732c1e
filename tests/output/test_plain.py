"""A release's plain text reads back the same."""

import dataclasses
import datetime

from releases.output import plain
from releases.parsing import parser
from releases.parsing.parser import ParsedRelease, ParsedSection

RELEASE = ParsedRelease(
    title="Attorney General Announces New Program",
    subtitle="Spring Start Is Planned",
    date=datetime.date(2012, 9, 21),
    contact="Jane Doe\n(916) 555-0100",
    dateline="FRESNO",
    body="FRESNO – The office today announced *a program* that helps [towns](https://example.org).",
    sections=(
        ParsedSection("background", "Background", "The towns had fleets."),
        ParsedSection("body", "What comes next", "- Piers\n- Quays"),
        ParsedSection("about", "", "The office serves all towns.", after_end=True),
    ),
    language="en",
    end_mark="###",
    warnings=(),
)


def test_layout_is_that_of_the_accord():
    assert plain.compose(RELEASE) == (
        "Attorney General Announces New Program\n\nSpring Start Is Planned\n\n"
        "Friday, September 21, 2012\nContact: Jane Doe\n(916) 555-0100\n\n"
        "FRESNO – The office today announced a program that helps towns.\n\n"
        "Background\n\nThe towns had fleets.\n\nWhat comes next\n---------------\n\n"
        "- Piers\n\n- Quays\n\n###\n\nThe office serves all towns.\n"
    )


def test_sections_with_headings_of_their_own_are_read_back():
    assert parser.parse(plain.compose(RELEASE)).sections == RELEASE.sections


def test_ambiguous_fields_get_labels():
    release = parser.parse("Title: It is a sentence that begins a release.\nContent:\nShort words")

    text = plain.compose(release)

    assert text == "Title: It is a sentence that begins a release.\n\nContent:\n\nShort words\n"
    assert parser.parse(text).title == release.title


def test_place_next_to_the_date_is_printed_there():
    release = parser.parse("Title: A Title\nDate: Fresno, May 3, 2012\nContent:\nThe office acts.")

    assert "Fresno, Thursday, May 3, 2012" in plain.compose(release)


def test_empty_release_is_an_empty_line():
    assert plain.compose(parser.parse("")) == "\n"


def test_table_is_read_back_as_a_table():
    table = "| Kind | Count |\n| --- | --- |\n| Beans | 412 |\n| Peas | 30 |"
    release = dataclasses.replace(RELEASE, body=f"{RELEASE.body}\n\n{table}")

    assert table in parser.parse(plain.compose(release, 72)).body


def test_wrapped_text_is_read_back_the_same():
    long = dataclasses.replace(RELEASE, body="FRESNO – The office today " + "helps the towns " * 20)

    text = plain.compose(long, 60)

    assert max(map(len, text.splitlines())) <= 60
    assert parser.parse(text).body == long.body.strip()


def test_text_that_would_parse_differently_is_not_wrapped():
    broken = dataclasses.replace(RELEASE, body=RELEASE.body + "\n\n" + "Lists\\\nin lines\\\n" * 9)

    assert plain.compose(broken, 60) == plain.compose(broken)


def test_long_text_is_tried_in_two_layouts_and_read_back_the_same():
    sentence = "FRESNO – The office said that the towns of the valley will need many boats. "
    short = dataclasses.replace(RELEASE, body=sentence.strip())
    long = dataclasses.replace(RELEASE, body=(sentence * (plain.LONG_TEXT // 70)).strip())

    marks = dataclasses.replace(RELEASE, body="*a* " * (plain.LONG_TEXT // 4))

    tried = [len(list(plain.candidate_layouts(each, 72))) for each in (short, long, marks)]

    assert tried == [4, 2, 1]
    assert parser.parse(plain.compose(long, width=72)).body == long.body
