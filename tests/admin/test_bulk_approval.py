"""Bulk approval shows the effect on each release before anything is done."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from releases.admin import bulk_approval
from releases.models import Release

LIST = reverse("admin:releases_release_changelist")
WARNING = {"field": "date", "code": "wrong_weekday", "message": "Monday is the wrong day."}


@pytest.fixture
def publisher(client, staff):
    client.force_login(staff("publisher"))
    return client


def asked(client, releases):
    chosen = [release.pk for release in releases]
    return client.post(LIST, {"action": "approve_many", "_selected_action": chosen}).text


def confirmed(client, releases, effect="now"):
    """Press a button of the page; return the list with its messages."""
    seen = {f"seen_{release.pk}": release.updated_at.isoformat() for release in releases}
    chosen = [release.pk for release in releases]
    sent = {"action": "approve_many", "_selected_action": chosen, "effect": effect, **seen}
    return client.post(LIST, sent, follow=True).text


def now(release):
    release.refresh_from_db()
    return release


@pytest.fixture
def backdated(make_release):
    return now(make_release(title="Backdated"))


@pytest.fixture
def proposed(make_release, in_an_hour):
    return now(make_release(title="Proposed", proposed_release_at=in_an_hour))


@pytest.fixture
def unsettled(make_release):
    return now(make_release(title="Unsettled", import_warnings=[WARNING]))


def test_page_names_each_release_time_and_exclusion(publisher, backdated, proposed, unsettled):
    page = asked(publisher, [backdated, proposed, unsettled])

    ready, _, left_out = page.partition("Left out")
    assert "dated as printed, under May 14, 2024" in ready
    assert "Scheduled for" in ready
    assert "Unsettled" in left_out
    assert "Monday is the wrong day." in left_out
    assert "Publish 1 now, schedule 1" in page
    assert "Publish 1, dated as printed, schedule 1" in page
    assert not Release.objects.filter(status="approved").exists()


def test_page_has_the_checklist_of_each(publisher, make_release):
    assert "There is no press contact" in asked(publisher, [make_release(contact="")])


def test_confirmed_ones_are_public_or_scheduled(publisher, backdated, proposed, in_an_hour):
    page = confirmed(publisher, [backdated, proposed])

    assert timezone.localdate(now(backdated).release_at) == timezone.localdate()
    assert now(proposed).release_at == in_an_hour
    assert "under embargo until" in page


def test_dated_as_printed_is_a_button(publisher, backdated):
    confirmed(publisher, [backdated], "printed")

    assert now(backdated).release_at == backdated.start_of_day()


def test_release_with_warnings_is_refused_for_everyone(publisher, unsettled):
    page = confirmed(publisher, [unsettled])

    assert now(unsettled).status == "draft"
    assert "Monday is the wrong day." in page


def test_release_changed_since_is_refused_alone(publisher, backdated, make_release):
    other = now(make_release())
    Release.objects.filter(pk=backdated.pk).update(updated_at=timezone.now())

    page = confirmed(publisher, [backdated, other])

    assert "after you opened it" in page
    assert now(backdated).status == "draft"
    assert now(other).is_published()


def test_releases_not_on_the_page_are_not_approved(publisher, backdated):
    sent = {"action": "approve_many", "_selected_action": [backdated.pk], "effect": "now"}

    for seen in ({}, {f"seen_{backdated.pk}": "2024-13-45"}):
        page = publisher.post(LIST, {**sent, **seen}, follow=True).text
        assert "not on the page you confirmed" in page
    assert now(backdated).status == "draft"


def test_one_dated_ahead_is_approved_on_its_own_page(publisher, make_release):
    ahead = timezone.localdate() + datetime.timedelta(days=9)

    assert "in the future" in asked(publisher, [make_release(date=ahead)])


def test_too_many_at_once_are_refused(publisher, backdated, proposed, monkeypatch):
    monkeypatch.setattr(bulk_approval, "MAX_SELECTED", 1)
    sent = {"action": "approve_many", "_selected_action": [backdated.pk, proposed.pk]}

    page = publisher.post(LIST, sent, follow=True).text

    assert "Select at most 1 at a time. Nothing was changed." in page


def test_writer_has_no_such_action(client, staff, backdated):
    client.force_login(staff("writer"))

    assert "approve_many" not in client.get(LIST).text
    confirmed(client, [backdated])
    assert now(backdated).status == "draft"


def test_release_stating_an_embargo_is_left_out(publisher, make_release):
    body = "EMBARGOED UNTIL 10 A.M. DECEMBER 1, 2096\n\nThe bureau found lead."
    release = now(make_release(body=body))

    assert "EMBARGOED UNTIL" in asked(publisher, [release]).partition("Left out")[2]
    confirmed(publisher, [release])
    assert now(release).status == "draft"
