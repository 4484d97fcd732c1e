"""Buttons for approving and rescheduling name their effect and do only that."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.models import Release

TEN = datetime.datetime(2027, 6, 1, 17, 0, tzinfo=datetime.UTC)
TYPED = {"release_day": "2027-06-01", "release_time": "10:00"}
IN_WORDS = "Tuesday, June 1, 2027, 10 a.m. PDT (17:00 UTC)"


@pytest.fixture
def page(client, staff):
    """Request an action page, as `page(release, "approve", effect=…)`; return its text."""
    client.force_login(staff("publisher"))

    def send(release, name, **fields):
        address = reverse("admin:releases_release_verb", args=[release.pk, name])
        if not fields:
            return client.get(address).text
        seen = Release.objects.get(pk=release.pk).updated_at.isoformat()
        return client.post(address, {"seen": seen, **fields}, follow=True).text

    return send


def now(release):
    release.refresh_from_db()
    return release


def test_typed_moment_is_named_on_the_button_before_anything_is_scheduled(page, make_release):
    release = make_release()

    first = page(release, "approve", effect="schedule", **TYPED, named="")
    assert now(release).status == "draft"
    assert "Nothing is scheduled yet" in first
    assert f"Schedule for {IN_WORDS}" in first
    assert f'name="named" value="{TEN.isoformat()}"' in first

    page(release, "approve", effect="schedule", **TYPED, named=TEN.isoformat())
    assert now(release).release_at == TEN


def test_button_naming_another_time_schedules_nothing(page, make_release):
    release = make_release()
    other = (TEN + datetime.timedelta(hours=1)).isoformat()

    page(release, "approve", effect="schedule", **TYPED, named=other)

    assert now(release).status == "draft"


def test_proposed_moment_is_offered_and_one_click_schedules_it(page, make_release):
    release = make_release(proposed_release_at=TEN)

    offered = page(release, "approve")
    assert f"The proposed time is {IN_WORDS}." in offered
    assert 'value="2027-06-01"' in offered
    assert 'value="10 a.m."' in offered
    assert f"Schedule for {IN_WORDS}" in offered

    page(release, "approve", effect="schedule", **TYPED, named=TEN.isoformat())
    assert now(release).release_at == TEN


def test_publishing_before_the_proposed_moment_asks_twice(page, make_release):
    release = make_release(proposed_release_at=TEN)

    asked = page(release, "approve", effect="now")
    assert now(release).status == "draft"
    assert "Confirm that the release may be published" in asked
    assert 'name="confirm"' in asked
    assert "Schedule" not in asked.partition("submit-row")[2]

    page(release, "approve", effect="now", asked="now ", confirm="on")
    assert now(release).is_published()


def test_confirmation_does_not_count_for_another_choice(page, make_release):
    release = make_release(proposed_release_at=TEN)

    page(release, "approve", effect="now", asked="printed ", confirm="on")

    assert now(release).status == "draft"


def test_nothing_is_to_be_confirmed_where_nothing_was_asked(page, make_release):
    assert 'name="confirm"' not in page(make_release(), "approve")


def test_publish_now_is_public_now(page, make_release):
    release, before = make_release(), timezone.now()

    page(release, "approve", effect="now")

    assert before <= now(release).release_at <= timezone.now()


def test_dated_as_printed_is_listed_under_its_day(page, make_release):
    release = make_release()

    assert "Publish, dated as printed (May 14, 2024)" in page(release, "approve")
    page(release, "approve", effect="printed")

    assert now(release).release_at == release.start_of_day()


def test_release_dated_today_is_not_offered_as_backdated(page, make_release):
    release = make_release(date=timezone.localdate())

    assert "dated as printed" not in page(release, "approve")
    page(release, "approve", effect="printed")

    assert now(release).status == "draft"


def test_typed_past_time_is_refused(page, make_release, publish, in_an_hour):
    draft, embargoed = make_release(), publish(release_at=in_an_hour)

    for release, name in ((draft, "approve"), (embargoed, "reschedule")):
        answer = page(
            release, name, effect="schedule", release_day="2024-05-14", release_time="9 am"
        )
        assert "That time has passed. Choose “Publish now”." in answer
        assert not now(release).is_published()


def test_enter_key_never_publishes_at_once(page, make_release):
    buttons = page(make_release(), "approve").partition("submit-row")[2]

    assert buttons.index('value="schedule"') < buttons.index('value="now"')


def test_page_warns_if_date_and_publication_day_differ(page, make_release):
    backdated, of_today = make_release(), make_release(date=timezone.localdate())

    assert "It is dated May 14, 2024 but would be published on" in page(backdated, "approve")
    assert "It is dated" not in page(of_today, "approve")


def test_page_warns_that_a_number_reveals_a_release(page, make_release):
    assert "the gap shows that this release exists" in page(make_release(), "approve")


def test_embargo_is_moved_or_ended_by_a_named_button(page, publish, in_an_hour):
    release = publish(release_at=in_an_hour)

    assert "Publish now" in page(release, "reschedule")
    page(release, "reschedule", effect="schedule", **TYPED, named=TEN.isoformat())
    assert now(release).release_at == TEN

    page(release, "reschedule", effect="now")
    assert now(release).is_published()


def test_moment_far_ahead_asks_twice(page, make_release):
    release, moment = make_release(), "2044-05-16T16:00:00+00:00"
    sent = {
        "effect": "schedule",
        "release_day": "2044-05-16",
        "release_time": "9 am",
        "named": moment,
    }

    assert "more than two years ahead" in page(release, "approve", **sent)
    assert now(release).status == "draft"
    page(release, "approve", **sent, asked=f"schedule {moment}", confirm="on")

    assert now(release).release_at == datetime.datetime.fromisoformat(moment)


def test_list_shows_the_proposed_moment(client, staff, publish, in_an_hour):
    publishing.recall(publish(release_at=in_an_hour), "A name is wrong.")
    client.force_login(staff("publisher"))

    assert ", proposed</span>" in client.get("/admin/releases/release/").text


UNCLEAR = {"field": "proposed_release_at", "code": "embargo_unclear", "message": "“HOLD”: unclear."}


@pytest.mark.parametrize(
    "held",
    [
        {"import_warnings": [UNCLEAR]},
        {"body": "EMBARGOED UNTIL THE GOVERNOR SPEAKS\n\nThe bureau found lead."},
        {"body": "EMBARGOED UNTIL 10 A.M. DECEMBER 1, 2096\n\nThe bureau found lead."},
        {"subtitle": "Embargoed until 10 a.m. December 1, 2096"},
    ],
)
@pytest.mark.parametrize("effect", ["now", "printed"])
def test_publishing_a_stated_embargo_asks_for_confirmation(page, make_release, held, effect):
    release = make_release(**held)

    asked = page(release, "approve", effect=effect)
    assert now(release).status == "draft"
    assert 'name="confirm"' in asked

    page(release, "approve", effect=effect, asked=f"{effect} ", confirm="on")
    assert now(release).is_published()


def test_approval_page_shows_each_unsettled_warning_of_the_import(page, make_release):
    date = {"field": "date", "code": "wrong_weekday", "message": "Monday is the wrong day."}
    release = make_release(import_warnings=[UNCLEAR, date])

    shown = page(release, "approve")

    assert UNCLEAR["message"] in shown
    assert date["message"] in shown
