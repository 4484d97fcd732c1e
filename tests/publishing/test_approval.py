"""Actions from draft to publication."""

import datetime
import threading
import time

import pytest
from django.db import transaction
from django.utils import timezone

from releases import publishing
from releases.models import Release, SearchChange
from releases.publishing import ActionRefusedError, ConfirmationRequiredError
from tests.publishing.at_once import at_once, in_own_connection

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "The title is missing."),
        ({"date": None}, "The date is missing: enter the one printed on the release."),
        ({"body": ""}, "The text is missing."),
    ],
)
def test_blockers_name_missing_fields(make_release, fields, sentence):
    assert publishing.blockers(make_release(**fields)) == [sentence]


def test_approval_is_refused_with_the_blockers(make_release):
    release = make_release(title="", body="")

    with pytest.raises(ActionRefusedError) as refused:
        publishing.approve(release, NOW)

    assert list(refused.value.reasons) == publishing.blockers(release)


def test_approval_gives_number_slug_and_first_version(make_release, admin_user):
    release = publishing.approve(make_release(), NOW, by=admin_user, at=NOW)

    version = release.versions.get()
    assert release.number == "2024-0001"
    assert release.slug == "county-opens-a-records-office"
    assert (version.kind, version.number, version.by, version.at) == ("issued", 1, admin_user, NOW)
    assert version.snapshot["title"] == "County Opens a Records Office"


def test_number_is_of_the_printed_year(make_release):
    release = make_release(date=datetime.date(2012, 9, 21))

    assert publishing.approve(release, NOW).number == "2012-0001"


def test_second_approval_is_refused(publish):
    with pytest.raises(ActionRefusedError, match="This release is already approved"):
        publishing.approve(publish(), NOW)


@pytest.mark.django_db(transaction=True)
def test_approval_at_the_same_moment_happens_once(make_release):
    release = make_release()

    refusals = at_once(*[lambda: publishing.approve(release, NOW)] * 4)

    assert len(refusals) == 3
    assert release.versions.count() == 1


def test_embargoed_release_is_queued_for_its_lift(publish):
    lift = timezone.now() + datetime.timedelta(hours=3)

    release = publish(release_at=lift)

    assert SearchChange.objects.filter(release=release, due_at=lift).exists()


def test_submission_puts_a_draft_in_review(make_release):
    assert publishing.submit(make_release()).status == "in_review"


def test_submission_names_missing_fields(make_release):
    with pytest.raises(ActionRefusedError, match="The title is missing"):
        publishing.submit(make_release(title=""))


def test_release_sent_back_is_a_draft(make_release):
    release = publishing.submit(make_release())

    assert publishing.send_back(release, "Name the county.").status == "draft"


def test_last_author_does_not_approve(make_release, staff):
    writer = staff("publisher")

    with pytest.raises(ActionRefusedError, match="You made the last change"):
        publishing.approve(make_release(edited_by=writer), NOW, by=writer)


def test_own_approval_with_a_reason_is_recorded(make_release, staff):
    publisher = staff("publisher")

    release = publishing.approve(
        make_release(edited_by=publisher), NOW, "Alone tonight.", by=publisher, origin="admin"
    )

    line = release.audit_entries.last()
    assert (line.action, line.by, line.why, line.origin) == (
        "approved",
        publisher,
        "Alone tonight.",
        "admin",
    )


def test_writer_does_not_approve(make_release, staff):
    with pytest.raises(ActionRefusedError, match="needs the publisher role"):
        publishing.approve(make_release(), NOW, by=staff("writer"))


def test_embargo_can_be_moved_and_the_index_follows(publish, in_an_hour):
    release = publish(release_at=in_an_hour)
    sooner = timezone.now() + datetime.timedelta(minutes=5)

    assert publishing.reschedule(release, sooner).release_at == sooner
    assert SearchChange.objects.filter(release=release, due_at=sooner).exists()


def test_public_release_cannot_be_rescheduled_or_recalled(publish):
    for verb, argument in ((publishing.reschedule, NOW), (publishing.recall, "a reason")):
        with pytest.raises(ActionRefusedError, match="This release is already public"):
            verb(publish(), argument)


def test_recalled_release_keeps_its_number(publish, in_an_hour):
    release = publish(release_at=in_an_hour)

    recalled = publishing.recall(release, "A name is wrong.")
    again = publishing.approve(recalled, NOW, confirmed=True)

    assert (recalled.status, recalled.release_at) == ("in_review", None)
    assert again.number == release.number


def test_recalled_release_is_proposed_for_its_moment(publish, in_an_hour):
    recalled = publishing.recall(publish(release_at=in_an_hour), "A name is wrong.")

    assert recalled.proposed_release_at == in_an_hour


def test_approval_before_the_proposed_moment_has_to_be_confirmed(make_release, in_an_hour):
    release = make_release(proposed_release_at=in_an_hour)

    with pytest.raises(
        ConfirmationRequiredError, match="Confirm that the release may be published"
    ):
        publishing.approve(release, None)

    approved = publishing.approve(release, None, confirmed=True)
    assert approved.is_published()
    assert approved.proposed_release_at is None


def test_approval_before_a_printed_day_to_come_has_to_be_confirmed(make_release):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)

    with pytest.raises(
        ConfirmationRequiredError, match="Confirm that the release may be published"
    ):
        publishing.approve(make_release(date=tomorrow), None)


def test_moving_a_release_before_its_proposed_moment_has_to_be_confirmed(make_release, in_an_hour):
    release = publishing.approve(make_release(proposed_release_at=in_an_hour), in_an_hour)

    with pytest.raises(
        ConfirmationRequiredError, match="Confirm that the release may be published"
    ):
        publishing.reschedule(release, None)

    assert publishing.reschedule(release, None, confirmed=True).is_published()


def test_passed_proposed_time_does_not_block(make_release):
    release = make_release(proposed_release_at=NOW)

    assert publishing.approve(release, release.start_of_day()).is_published()


def test_moment_more_than_two_years_ahead_has_to_be_confirmed(make_release, publish, in_an_hour):
    far = timezone.now() + datetime.timedelta(days=740)
    embargoed = publish(release_at=in_an_hour)

    for verb, release in ((publishing.approve, make_release()), (publishing.reschedule, embargoed)):
        with pytest.raises(ConfirmationRequiredError, match="more than two years ahead"):
            verb(release, far)
        assert verb(release, far, confirmed=True).release_at == far


def test_release_is_not_moved_to_the_past(publish, in_an_hour):
    with pytest.raises(ActionRefusedError, match="That time has passed"):
        publishing.reschedule(publish(release_at=in_an_hour), NOW)


def test_release_under_embargo_can_be_published_now(publish, in_an_hour):
    assert publishing.reschedule(publish(release_at=in_an_hour), None).is_published()


@pytest.mark.django_db(transaction=True)
def test_approval_while_the_clock_passes_is_public_at_its_moment(make_release):
    release = make_release()
    lift = timezone.now() + datetime.timedelta(milliseconds=150)

    with transaction.atomic():
        Release.objects.select_for_update().get(pk=release.pk)
        approver = threading.Thread(
            target=lambda: in_own_connection(publishing.approve, release, lift)
        )
        approver.start()
        time.sleep(0.3)
    approver.join()

    release.refresh_from_db()
    assert release.is_published()
    assert release.versions.get().at > lift
    assert list(release.versions.public()) == [release.versions.get()]


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2024-11-03T01:30-07:00", "08:30"), ("2024-11-03T01:30-08:00", "09:30")],
)
def test_embargo_in_a_repeated_hour_is_unambiguous(publish, local, utc):
    lift = datetime.datetime.fromisoformat(local)
    release = publish(release_at=lift)
    release.refresh_from_db()

    assert release.release_at.astimezone(datetime.UTC).strftime("%H:%M") == utc
    assert not release.is_published(lift - datetime.timedelta(seconds=1))
    assert release.is_published(lift)
