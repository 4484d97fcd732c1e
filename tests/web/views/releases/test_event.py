"""An advisory's time and place are offered as a calendar file."""

import datetime

import icalendar
import pytest

LEAD = "OAKFIELD – The county clerk will open a reading room in the old mill next week."
WHERE = "WHERE: The old mill\\\n12 Mill Street, Oakfield"


DAY = "WHEN: Tuesday, June 4, 2024"


def advisory(when: str) -> str:
    return f"{LEAD}\n\nWHAT: Opening\n\n{when}\n\n{WHERE}\n\nRSVP: Call us."


def read(client, release):
    answer = client.get(f"/releases/{release.number}/event.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return event


def test_time_and_place_are_read_in_the_offices_zone(client, publish):
    release = publish(body=advisory("WHEN: Tuesday, June 4, 2024\n\n10 a.m. to 11:30 a.m. EDT"))

    event = read(client, release)

    assert event.decoded("dtstart") == datetime.datetime(2024, 6, 4, 14, tzinfo=datetime.UTC)
    assert event.decoded("dtend") == datetime.datetime(2024, 6, 4, 15, 30, tzinfo=datetime.UTC)
    assert event["location"] == "The old mill, 12 Mill Street, Oakfield"
    assert "event.ics" in client.get(release.get_absolute_url()).text


def test_event_of_unknown_hour_has_its_day(client, publish):
    event = read(client, publish(body=advisory(DAY)))

    assert event.decoded("dtstart") == datetime.date(2024, 6, 4)


@pytest.mark.parametrize(
    "when", ["WHEN: next Friday", "WHEN: 10 a.m.", "WHY: It is new.", f"{DAY}\n\n{DAY}"]
)
def test_unclear_event_is_none(client, publish, when):
    release = publish(body=advisory(when))

    assert client.get(f"/releases/{release.number}/event.ics").status_code == 404
    assert "event.ics" not in client.get(release.get_absolute_url()).text


def test_calendar_file_costs_one_query(client, publish, django_assert_num_queries):
    address = f"/releases/{publish(body=advisory(DAY)).number}/event.ics"
    client.get(address)  # prepares the statement

    with django_assert_num_queries(1):
        client.get(address)
