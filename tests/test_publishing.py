"""The verbs: what they refuse, what they leave on record."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from releases import publishing
from releases.models import SearchChange
from releases.publishing import Refused

NOW = datetime.datetime(2024, 5, 14, 17, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "The title is missing."),
        ({"date": None}, "The date is missing: write the one printed on the release."),
        ({"body": ""}, "The text is missing."),
    ],
)
def test_blockers_say_what_is_missing(make_release, fields, sentence):
    assert publishing.blockers(make_release(**fields)) == [sentence]


def test_approval_is_refused_with_the_blockers(make_release):
    release = make_release(title="", body="")

    with pytest.raises(Refused) as refused:
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
    with pytest.raises(Refused, match="It is approved already"):
        publishing.approve(publish(), NOW)


@pytest.mark.django_db(transaction=True)
def test_approval_at_the_same_moment_happens_once(make_release):
    release, refusals = make_release(), []

    def approve() -> None:
        try:
            publishing.approve(release, NOW)
        except Refused as refused:
            refusals.append(refused)
        connection.close()

    approvers = [threading.Thread(target=approve) for _ in range(4)]
    for approver in approvers:
        approver.start()
    for approver in approvers:
        approver.join()

    assert len(refusals) == 3
    assert release.versions.count() == 1


def test_change_on_record_is_chained_to_the_version_before(publish):
    release = publish()
    release.body = "SPRINGFIELD – The county opened two records offices today."
    release.save()

    version = publishing.record_change(release, "correction", "Two offices, not one.", at=NOW)

    first = release.versions.first()
    assert version.number == 2
    assert version.sha256 == version.digest(first.sha256)


def test_change_that_the_public_can_not_see_makes_no_version(publish):
    release = publish()

    assert publishing.record_change(release, "minor", "") is None
    assert release.versions.count() == 1


def test_draft_keeps_no_versions(make_release):
    assert publishing.record_change(make_release(), "minor", "") is None


def test_correction_without_a_note_is_refused(publish):
    release = publish()
    release.title = "County Opens Two Records Offices"
    release.save()

    with pytest.raises(Refused, match="needs a note"):
        publishing.record_change(release, "correction", " ")


@pytest.mark.parametrize(
    ("verb", "status"), [(publishing.withdraw, "withdrawn"), (publishing.remove, "removed")]
)
def test_taking_back_leaves_reason_and_version(publish, verb, status):
    release = verb(publish(), "It named the wrong county.", at=NOW)

    assert release.status == status
    assert not release.is_published()
    assert release.versions.last().kind == "withdrawal"
    assert release.versions.last().note == "It named the wrong county."


def test_withdrawal_needs_a_reason(publish):
    with pytest.raises(Refused, match="The reason is missing"):
        publishing.withdraw(publish(), "")


def test_draft_can_not_be_withdrawn(make_release):
    with pytest.raises(Refused, match="only a published release"):
        publishing.withdraw(make_release(), "a reason")


def test_embargoed_release_is_queued_for_its_lift(publish):
    lift = timezone.now() + datetime.timedelta(hours=3)

    release = publish(release_at=lift)

    assert SearchChange.objects.filter(release=release, due_at=lift).exists()
