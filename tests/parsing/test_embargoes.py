"""Embargo statements are distinguished from headlines and prose."""

import datetime
import time
from zoneinfo import ZoneInfo

import pytest

from releases.parsing import embargoes, parser
from releases.parsing.lines import read

OFFICE = ZoneInfo("America/New_York")
TITLE = "Health Bureau Finds Lead in Three Wells"
LEAD = "OAKFIELD – The Health Bureau found lead in three wells of the valley this fall."


def stated(text):
    return embargoes.extract(read(text)[0])[1]


def moments_of(release):
    return [embargo.moment(release.date, OFFICE) for embargo in release.embargoes]


UNTIL_TEN = [datetime.datetime(2037, 1, 13, 15, tzinfo=datetime.UTC)]


@pytest.mark.parametrize(
    "words",
    [
        "EMBARGOED UNTIL 10 a.m. EST Tuesday, January 13, 2037",
        "***STRICTLY EMBARGOED UNTIL 10 A.M. JANUARY 13, 2037***",
        "UNDER EMBARGO UNTIL 10 A.M., JANUARY 13, 2037",
        "Embargo: 2037-01-13 10:00 ET",
        "EMBARGO LIFTS: Tuesday 13 January 2037, 1000 hours",
        "HOLD FOR RELEASE UNTIL 10 A.M. EST JANUARY 13, 2037",
        "HOLD FOR RELEASE: January 13, 2037, 10 a.m.",
        "HOLD UNTIL 10 A.M. JANUARY 13, 2037",
        "NOT FOR RELEASE BEFORE 10 A.M. JANUARY 13, 2037",
        "Not for publication or broadcast before 10 a.m. January 13, 2037",
        "DO NOT PUBLISH BEFORE 10 A.M. JANUARY 13, 2037",
        "Not to be published, broadcast or posted before 10 a.m. EST on January 13, 2037",
        "RELEASE AFTER: January 13, 2037, 10 a.m.",
        "Under strict embargo until 10.00 on Tuesday 13th January 2037",
        "PARA PUBLICARSE EL 13 DE ENERO DE 2037 A LAS 10 A.M.",
        "EMBARGOED UNTIL 10 A.M. EST, JANUARY 13,\n2037",
        "FOR RELEASE: 10 a.m. EST Tuesday, January 13, 2037",
        "FOR RELEASE ON DELIVERY\n10 a.m. EST\nJanuary 13, 2037",
        "RELEASE DATE: January 13, 2037, 10 a.m.",
        "This release is embargoed until 10 a.m. on January 13, 2037.",
        "NOTE TO EDITORS: EMBARGOED UNTIL 10 A.M. JANUARY 13, 2037",
        "NEWS RELEASE – EMBARGOED UNTIL 10 A.M. JANUARY 13, 2037",
        "EMBARGOED UNTIL 10 A.M. JANUARY 13, 2037 – CONTACT: Pat Doe, (555) 010-0110",
        "EMBARGADO HASTA LAS 10 A.M. DEL 13 DE ENERO DE 2037",
        "EMBARGOED\nUNTIL 10 A.M. EST\nTUESDAY, JANUARY 13, 2037",
        "EMBARGOED UNTIL\n\n10 A.M. EST TUESDAY, JANUARY 13, 2037",
        "EMBARGO DATE: January 13, 2037\nEMBARGO TIME: 10:00 A.M. EST",
    ],
)
def test_statement_gives_its_moment_without_changing_the_header(words):
    text = f"{words}\nContact: Pat Doe, (555) 010-0110\n\n{TITLE}\n\n{LEAD}\n\n###\n"

    release = parser.parse(text)

    assert moments_of(release) == UNTIL_TEN
    assert (release.title, release.body) == (TITLE, LEAD)
    assert "Pat Doe, (555) 010-0110" in release.contact


def test_date_next_to_an_embargo_is_the_release_date():
    text = f"EMBARGOED UNTIL 10 a.m. EST January 13, 2037\nNovember 18, 2036\n\n{TITLE}\n\n{LEAD}\n"

    release = parser.parse(text)

    assert (release.date, moments_of(release)) == (datetime.date(2036, 11, 18), UNTIL_TEN)


@pytest.mark.parametrize("label", ["EMBARGOED", "HOLD FOR RELEASE", "NOT FOR RELEASE"])
def test_printed_date_below_a_bare_label_does_not_end_the_embargo(label):
    release = parser.parse(f"{label}\nNovember 18, 2036\n\n{TITLE}\n\n{LEAD}\n")

    assert (release.date, moments_of(release)) == (datetime.date(2036, 11, 18), [None])


def test_label_with_a_time_of_day_dates_the_release():
    release = parser.parse(f"FOR RELEASE: 10 a.m. EST January 13, 2037\n\n{TITLE}\n\n{LEAD}\n")

    assert (release.date, moments_of(release)) == (datetime.date(2037, 1, 13), UNTIL_TEN)


@pytest.mark.parametrize(
    "above",
    [
        "FOR RELEASE: January 13, 2037\nNovember 18, 2036",
        "November 18, 2036\nFOR RELEASE: January 13, 2037",
        "FOR RELEASE ON TUESDAY, JANUARY 13, 2037\n\nNovember 18, 2036",
        "Date: November 18, 2036      FOR RELEASE: January 13, 2037",
    ],
)
def test_day_of_release_keeps_the_earlier_printed_date(above):
    release = parser.parse(f"{above}\n\n{TITLE}\n\n{LEAD}\n")

    midnight = datetime.datetime(2037, 1, 13, tzinfo=OFFICE)
    assert (release.title, release.date) == (TITLE, datetime.date(2036, 11, 18))
    assert moments_of(release) == [midnight]
    assert "later_release" in [warning.code for warning in release.warnings]


@pytest.mark.parametrize(
    "above",
    ["FOR RELEASE: May 3, 2012\nMay 5, 2012", "FOR RELEASE: May 3, 2012\nMay 1, 2012\nMay 2, 2012"],
)
def test_day_of_release_with_a_later_date_or_two_gives_no_date(above):
    release = parser.parse(f"{above}\n\n{TITLE}\n\n{LEAD}\n")

    assert (release.date, release.embargoes) == (None, ())


def test_statement_in_parentheses_is_split_from_the_headline():
    release = parser.parse(f"{TITLE} (EMBARGOED UNTIL 10 A.M. JAN. 13, 2037)\n\n{LEAD}\n")

    assert (release.title, moments_of(release)) == (TITLE, UNTIL_TEN)


@pytest.mark.parametrize(
    "words",
    [
        "EMBARGOED",
        "EMBARGOED UNTIL DELIVERY",
        "EMBARGOED UNTIL THE GOVERNOR SPEAKS",
        "EMBARGOED UNTIL MIDNIGHT JANUARY 13, 2037",
        "HOLD FOR RELEASE",
        "UNDER EMBARGO UNTIL THE SPEECH",
        "EMBARGO UNTIL THE MAYOR HAS SPOKEN AT 10 A.M. JANUARY 13, 2037",
        "NOT FOR RELEASE UNTIL THE COUNCIL HAS VOTED, JANUARY 13, 2037",
    ],
)
def test_embargo_without_a_clear_moment_is_still_stated(words):
    release = parser.parse(f"{words}\n\n{TITLE}\n\n{LEAD}\n")

    assert moments_of(release) == [None]
    assert release.title == TITLE


@pytest.mark.parametrize(
    "headline",
    [
        "Embargo on River Sand Ends",
        "Embargo Until March 31, 2037 on River Sand Is Unlawful",
        "EMBARGO ENDS ON RIVER SAND",
        "Embargoed Goods Are Seized in the Harbor",
        "Hold Until Trial, Judge Says of Coe",
        "No Release Until 2040 for Coe",
        "Statement on the Embargo",
    ],
)
def test_headline_about_an_embargo_states_none(headline):
    release = parser.parse(f"FOR IMMEDIATE RELEASE\nMarch 12, 2024\n\n{headline}\n\n{LEAD}\n")

    assert (release.title, release.embargoes) == (headline, ())


@pytest.mark.parametrize(
    "text",
    [
        "The Harbor Commission ended its embargo on sand, set until March 31, 2037.",
        "Embargo: none",
        "Embargo lifted: May 3, 2012",
        "FOR RELEASE: May 3, 2012",
        "FOR IMMEDIATE RELEASE\nMay 3, 2012",
        "PRESS RELEASE\nMay 3, 2012\n10:30 a.m. press conference at City Hall",
    ],
)
def test_prose_and_plain_labels_state_none(text):
    assert stated(text) == []


def test_embargo_at_the_head_of_a_record_s_text_is_read_and_stays():
    text = f"EMBARGOED UNTIL 10 a.m. EST January 13, 2037\n\n{LEAD}"

    release = parser.parse(text, body_only=True)

    assert moments_of(release) == UNTIL_TEN
    assert release.body.startswith("EMBARGOED UNTIL")


def test_only_a_date_with_a_time_is_a_moment():
    assert embargoes.from_date("2037-01-13T10:00:00-05:00").moment(None, OFFICE) == UNTIL_TEN[0]
    assert embargoes.from_date("January 13, 2037, 10 a.m.").moment(None, OFFICE) == UNTIL_TEN[0]
    assert embargoes.from_date("2037-01-13") is None


@pytest.mark.parametrize(
    "part",
    [
        "EMBARGOED UNTIL ",
        "the ",
        "– ",
        "10 a.m. ",
        "EMBARGOED UNTIL 10 A.M.\n",
        "Embargo:\n",
        "(\n",
    ],
)
def test_work_grows_no_faster_than_the_text(part):
    text, twice = part * 4000, part * 8000

    assert min(seconds(twice) for _ in range(3)) < 4 * min(seconds(text) for _ in range(3))


def seconds(text):
    start = time.process_time()
    stated(text)
    return time.process_time() - start


@pytest.mark.parametrize("above", ["", "FOR IMMEDIATE RELEASE\n"])
@pytest.mark.parametrize(
    "words",
    [
        "Confidential until January 13, 2037, 10 a.m. EST",
        "FOR USE AFTER 10 A.M. EST JANUARY 13",
        "For publication on or after January 13, 2037, 10 a.m.",
        "Advance for release Tuesday, Jan. 13, 2037, 10 a.m.",
        "ADVANCE COPY - FOR RELEASE JANUARY 13, 2037, 10 A.M.",
        "Under NDA until 10 a.m. January 13, 2037",
        "Release on: January 13, 2037, 10 a.m.",
        "No distribution before 10 a.m. January 13, 2037",
        "STRICTLY EMBARGOED UNTIL 1/13/2037 10am",
        "NO PUBLICAR ANTES DEL 13 DE ENERO DE 2037 A LAS 10 A.M.",
    ],
)
def test_embargo_words_give_their_moment_and_the_printed_date(above, words):
    release = parser.parse(f"{above}{words}\nJanuary 8, 2037\n\n{TITLE}\n\n{LEAD}\n")

    assert (release.title, release.date) == (TITLE, datetime.date(2037, 1, 8))
    assert moments_of(release) == UNTIL_TEN


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("FOR A.M. RELEASE TUESDAY, JANUARY 13", 5),
        ("FOR RELEASE IN THE MORNING PAPERS OF TUESDAY, JANUARY 13", 5),
        ("FOR P.M. RELEASE TUESDAY, JANUARY 13", 17),
        ("Release on: January 13, 2037", 5),
        ("For release Tuesday, January 13", 5),
    ],
)
def test_named_day_gives_its_moment(words, hour):
    release = parser.parse(f"{words}\nJanuary 8, 2037\n\n{TITLE}\n\n{LEAD}\n")

    assert release.title == TITLE
    assert moments_of(release) == [datetime.datetime(2037, 1, 13, hour, tzinfo=datetime.UTC)]


@pytest.mark.parametrize("above", ["", "FOR IMMEDIATE RELEASE\n"])
@pytest.mark.parametrize(
    "words",
    [
        "NOT FOR IMMEDIATE RELEASE",
        "EMBARGOED COPY",
        "FOR RELEASE UPON DELIVERY",
        "DO NOT PUBLISH",
        "DRAFT - DO NOT RELEASE",
        "FOR INTERNAL USE ONLY",
        "Hold for arrival",
        "STRICTLY CONFIDENTIAL",
        "HOLD",
        "NO DIFUNDIR",
        "PARA USO INTERNO",
    ],
)
def test_embargo_words_without_a_moment_keep_the_printed_date(above, words):
    release = parser.parse(f"{above}{words}\nJanuary 8, 2037\n\n{TITLE}\n\n{LEAD}\n")

    assert (release.title, release.date) == (TITLE, datetime.date(2037, 1, 8))
    assert moments_of(release) == [None]


def test_ambiguous_figures_state_an_embargo_without_a_moment():
    [embargo] = stated("EMBARGOED UNTIL 12/1/2036 10am")

    assert embargo.moment(None, OFFICE) is None


@pytest.mark.parametrize(
    "text",
    [
        "Draft Plan for the Harbor Is Published",
        "Advance for Riders: New Buses in May",
        "Do Not Use Well Water, Bureau Says",
        "FOR RELEASE UPON RECEIPT",
    ],
)
def test_headlines_in_similar_words_state_no_embargo(text):
    assert stated(text) == []


@pytest.mark.parametrize("word", ["EMB&#65;RGOED", "EMB\u200bARGOED", "EMB\x01ARGOED"])
def test_embargo_of_a_field_is_found_behind_hidden_characters(word):
    (embargo,) = embargoes.stated_in(f"{word} UNTIL 10 a.m. EST January 13, 2037")

    assert embargo.printed
