"""Printed times are parsed only if unambiguous."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from releases.parsing import moments

OFFICE = ZoneInfo("America/New_York")
DATED = datetime.date(2036, 11, 18)


def in_utc(words, dated=DATED, office=OFFICE):
    """Return the time as 2037-01-13 15:00; None if it is ambiguous."""
    printed = moments.parse(words)
    at = printed and printed.at(dated, office)
    return at and f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    "words",
    [
        "10 a.m. EST Tuesday, January 13, 2037",
        "10 A.M. … JANUARY 13",
        "Tuesday, Jan. 13th, 2037, at 10:00 AM (Eastern)",
        "10am ET on the 13th of January, 2037",
        "January 13, 2037, 7 a.m. Pacific Standard Time",
        "10 a.m. EST / 7 a.m. PST, January 13, 2037",
        "13 January 2037, 15:00 GMT",
        "13 January 2037, 1000 hours",
        "1/13/2037 10:00 A.M. E.S.T.",
        "2037-01-13T10:00:00-05:00",
        "2037-01-13T15:00:00Z",
        "2037-01-13 10:00",
        "9 a.m. UTC-6, Jan. 13, 2037",
        "las 10 de la mañana del 13 de enero de 2037, hora del Este",
    ],
)
def test_one_moment_in_many_words(words):
    assert in_utc(words) == "2037-01-13 15:00"


@pytest.mark.parametrize(
    ("words", "utc"),
    [
        ("noon PDT July 1, 2037", "2037-07-01 19:00"),
        ("12 noon, July 1, 2037", "2037-07-01 16:00"),
        ("12:01 a.m. July 1, 2037", "2037-07-01 04:01"),
        ("12 p.m. July 1, 2037", "2037-07-01 16:00"),
        ("00:01 BST 1 July 2037", "2037-06-30 23:01"),
        ("July 1, 2037", "2037-07-01 04:00"),
    ],
)
def test_noon_small_hours_and_whole_days(words, utc):
    assert in_utc(words) == utc


@pytest.mark.parametrize(
    "words",
    [
        "midnight, January 13, 2037",
        "6:00 January 13, 2037",
        "10 a.m. EST July 13, 2037",
        "10 a.m. PDT January 13, 2037",
        "10 a.m. IST January 13, 2037",
        "10 a.m. Monday, January 13, 2037",
        "10 a.m. EST or 8 a.m. EST, January 13, 2037",
        "3/4/2037 10 a.m.",
        "13 a.m. January 13, 2037",
        "close of business January 13, 2037",
        "10 a.m. January 13, 2037, or when the hearing ends",
        "2:30 a.m. March 8, 2037",
        "1:30 a.m. November 1, 2037",
        "10 a.m. Tuesday",
        "10 a.m. tomorrow",
    ],
)
def test_ambiguous_moment_is_not_parsed(words):
    assert in_utc(words) is None


def test_words_set_off_after_a_complete_moment_are_ignored():
    assert in_utc("10 a.m. EST January 13, 2037 – at the State House") == "2037-01-13 15:00"


@pytest.mark.parametrize(
    ("words", "dated", "utc"),
    [
        ("10 a.m. December 1", datetime.date(2036, 11, 18), "2036-12-01 15:00"),
        ("10 a.m. January 3", datetime.date(2036, 12, 30), "2037-01-03 15:00"),
        ("10 a.m. December 1", datetime.date(2036, 12, 2), "2036-12-01 15:00"),
        ("10 a.m. Monday, December 1", datetime.date(2036, 11, 18), "2036-12-01 15:00"),
        ("10 a.m. Friday, December 1", datetime.date(2036, 11, 18), None),
        ("10 a.m. December 1", None, None),
    ],
)
def test_year_is_taken_from_the_printed_date(words, dated, utc):
    assert in_utc(words, dated) == utc


def test_mountain_standard_time_is_arizonas_all_year():
    assert in_utc("10 a.m. MST July 1, 2037") is None
    phoenix = ZoneInfo("America/Phoenix")
    assert in_utc("10 a.m. MST July 1, 2037", office=phoenix) == "2037-07-01 17:00"


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        ("2037-01-13T15:00Z", "Tuesday, January 13, 2037, 10 a.m. EST (15:00 UTC)"),
        ("2037-07-01T16:00Z", "Wednesday, July 1, 2037, 12 noon EDT (16:00 UTC)"),
        ("2037-07-01T04:00Z", "Wednesday, July 1, 2037, 12:00 a.m. EDT (04:00 UTC)"),
        ("2037-07-02T01:30Z", "Wednesday, July 1, 2037, 9:30 p.m. EDT (July 2, 01:30 UTC)"),
    ],
)
def test_moment_is_spelled_in_the_offices_zone_with_utc(utc, words):
    assert moments.spell_out(datetime.datetime.fromisoformat(utc), OFFICE) == words
