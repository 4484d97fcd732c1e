"""Withdrawal, removal, reinstatement and successors."""

import datetime

import pytest

from releases import publishing
from releases.models import Release
from releases.publishing import ActionRefusedError
from tests.publishing.at_once import at_once

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


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
    with pytest.raises(ActionRefusedError, match="Give a reason"):
        publishing.withdraw(publish(), "")


def test_draft_cannot_be_withdrawn(make_release):
    with pytest.raises(ActionRefusedError, match="Only a published release"):
        publishing.withdraw(make_release(), "a reason")


def test_withdrawal_under_embargo_is_refused(publish, in_an_hour):
    with pytest.raises(ActionRefusedError, match="not public yet"):
        publishing.withdraw(publish(release_at=in_an_hour), "a reason")


def test_block_by_law_leaves_its_own_status(publish):
    assert publishing.block(publish(), "By order of the court.").status == "blocked"


def test_reinstated_release_is_public_with_its_reason(publish):
    release = publishing.reinstate(publishing.withdraw(publish(), "a reason"), "It was right.")

    assert release.is_published()
    assert (release.versions.last().kind, release.versions.last().note) == (
        "reinstated",
        "It was right.",
    )


def test_withdrawn_release_leads_to_the_last_of_its_successors(publish):
    first, second, third = publish(), publish(), publish()

    first = publishing.withdraw(first, "a reason", second)
    publishing.withdraw(second, "a reason", third)
    first.refresh_from_db()

    assert first.replacement() == third


def test_successors_never_lead_in_a_circle(publish):
    first, second, third = publish(), publish(), publish()
    publishing.withdraw(first, "a reason", second)
    publishing.withdraw(second, "a reason", third)

    with pytest.raises(ActionRefusedError, match="cannot"):
        publishing.withdraw(third, "a reason", first)
    with pytest.raises(ActionRefusedError, match="cannot replace itself"):
        publishing.withdraw(third, "a reason", third)


@pytest.mark.django_db(transaction=True)
def test_two_releases_withdrawn_for_each_other_at_once_make_no_circle(publish):
    first, second = publish(), publish()

    refusals = at_once(
        lambda: publishing.withdraw(first, "a reason", second),
        lambda: publishing.withdraw(second, "a reason", first),
    )

    assert len(refusals) == 1
    assert Release.objects.filter(status="withdrawn").count() == 1
