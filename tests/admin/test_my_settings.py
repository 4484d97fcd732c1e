"""A person's own settings: e-mail, and the private calendar address."""

import datetime
import re

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from releases.models import StaffSettings

pytestmark = pytest.mark.django_db
PAGE = "/admin/my-settings/"


@pytest.fixture
def ana(client, staff):
    person = staff("writer", "Ana")
    client.force_login(person)
    return person


@pytest.fixture
def calendar_address(client, ana):
    return client.post(PAGE, {"action": "new-address"}).context["calendar_address"]


def test_mail_is_switched_off_and_on_again(client, ana):
    client.post(PAGE, {"action": "save"})
    assert StaffSettings.of(ana).gets_mail is False

    client.post(PAGE, {"action": "save", "gets_mail": "on"})
    assert StaffSettings.of(ana).gets_mail is True


def test_page_says_that_no_mail_is_sent(client, ana, settings):
    settings.EMAIL_URL = ""

    assert "This site sends no e-mail" in client.get(PAGE).text


def test_calendar_has_the_embargo_at_its_moment(client, calendar_address, publish, in_an_hour):
    release = publish(in_an_hour, title="Not yet; really, no")
    client.logout()

    answer = client.get(calendar_address)

    calendar = icalendar.Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == f"Under embargo: {release.title}"
    assert event["DTSTART"].dt == in_an_hour.replace(microsecond=0)
    assert "no-store" in answer["Cache-Control"]


def test_address_is_stored_as_a_digest_only(calendar_address, ana):
    token = calendar_address.rpartition("/")[2].removesuffix(".ics")

    assert token not in StaffSettings.of(ana).calendar_digest


def revoke(client, ana):
    client.post(PAGE, {"action": "revoke-address"})


def replace(client, ana):
    client.post(PAGE, {"action": "new-address"})


def deactivate(client, ana):
    ana.is_active = False
    ana.save()


def take_role(client, ana):
    ana.groups.clear()


@pytest.mark.parametrize("end", [revoke, replace, deactivate, take_role])
def test_calendar_address_ends(client, calendar_address, ana, end):
    assert client.get(calendar_address).status_code == 200

    end(client, ana)

    assert client.get(calendar_address).status_code == 404


def test_events_keep_their_ids_under_every_host(client, calendar_address, publish, settings):
    publish(timezone.now())
    settings.ALLOWED_HOSTS = ["*"]

    feeds = [client.get(calendar_address, headers={"Host": host}).text for host in ("a", "b")]

    ids = [re.findall(r"^UID:.*", feed, re.M) for feed in feeds]
    assert ids[0] == ids[1] != []


def test_wrong_calendar_addresses_find_nothing(client, db):
    for token in ("x", "%00", "é"):
        assert client.get(f"/admin/calendar/{token}.ics").status_code == 404


def test_month_shows_releases_on_their_day_in_the_offices_zone(client, ana, publish):
    # December 31 in Los Angeles
    release = publish(datetime.datetime(2024, 1, 1, 7, 30, tzinfo=datetime.UTC))

    shown = client.get(reverse("admin:calendar-month", args=[2023, 12]))

    days = [day for week in shown.context["weeks"] for day in week if day["releases"]]
    assert [day["date"] for day in days] == [datetime.date(2023, 12, 31)]
    assert days[0]["releases"] == [release]


@pytest.mark.parametrize("month", ["2024/13", "99999/1", "1/1"])
def test_month_that_no_calendar_has_is_not_found(client, ana, month):
    assert client.get(f"/admin/calendar/{month}/").status_code == 404
