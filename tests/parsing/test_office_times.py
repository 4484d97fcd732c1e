"""Times as staff type them, on the office's clock."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from releases.parsing.office_times import UnreadableTimeError, read_moment

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
DAY = datetime.date(2026, 12, 3)
FORWARD, BACK = datetime.date(2027, 3, 14), datetime.date(2027, 11, 7)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        *(("6:30 am", 6, 30), ("06:30", 6, 30), ("6:30", 6, 30), ("06:30:00", 6, 30)),
        *(("6.30pm", 18, 30), ("6:30 P.M.", 18, 30), ("6 pm", 18, 0), ("18h30", 18, 30)),
        *(("noon", 12, 0), ("12 noon", 12, 0), ("midnight", 0, 0), ("12 am", 0, 0)),
        *(("12:15 pm", 12, 15), ("0930", 9, 30), ("  9:00   AM ", 9, 0), ("9 a.m. PST", 9, 0)),
    ],
)
def test_time_is_read_as_people_type_it(text, hour, minute):
    at = read_moment(DAY, text, LOS_ANGELES)

    assert at == datetime.datetime(2026, 12, 3, hour, minute, tzinfo=LOS_ANGELES)


@pytest.mark.parametrize("text", ["17:00 UTC", "12:00-05:00", "22:30 +0530", "17:00 gmt"])
def test_zone_that_is_typed_counts(text):
    at = read_moment(DAY, text, LOS_ANGELES)

    assert at == datetime.datetime(2026, 12, 3, 17, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "text", ["", "9", "25:00", "9:75", "13 pm", "0 am", "soon", "9:00-19:00", "9:00 am or 10:00 am"]
)
def test_what_is_no_time_is_refused_with_examples(text):
    with pytest.raises(UnreadableTimeError, match="such as 9:00 am"):
        read_moment(DAY, text, LOS_ANGELES)


def test_zone_of_another_season_is_refused():
    with pytest.raises(UnreadableTimeError, match="“PDT” is not the office’s time zone then"):
        read_moment(DAY, "9:00 am PDT", LOS_ANGELES)


def test_time_that_the_clocks_skip_is_explained():
    with pytest.raises(UnreadableTimeError) as refused:
        read_moment(FORWARD, "2:30 am", LOS_ANGELES)

    assert str(refused.value) == (
        "2:30 a.m. does not exist on Sunday, March 14, 2027: the clocks are set forward and skip "
        "it. Choose 3:30 a.m. PDT, or another time."
    )


def test_time_that_occurs_twice_is_explained_and_told_apart_by_the_zone():
    with pytest.raises(UnreadableTimeError) as refused:
        read_moment(BACK, "1:30 am", LOS_ANGELES)

    assert str(refused.value) == (
        "1:30 a.m. occurs twice on Sunday, November 7, 2027, because the clocks are set back: "
        "first in PDT (08:30 UTC), then in PST (09:30 UTC). Add the zone you mean, for example "
        "“1:30 a.m. PDT”."
    )
    assert read_moment(BACK, "1:30 a.m. PDT", LOS_ANGELES).utcoffset().total_seconds() == -7 * 3600
    assert read_moment(BACK, "1:30 am PST", LOS_ANGELES).utcoffset().total_seconds() == -8 * 3600
