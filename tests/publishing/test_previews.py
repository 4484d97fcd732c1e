"""Preview links: who may share, with whom, for how long."""

import datetime

import pytest
from django.utils import timezone

from releases import publishing
from releases.publishing import ActionRefusedError


@pytest.fixture
def tomorrow():
    return timezone.now() + datetime.timedelta(days=1)


def test_sharing_and_revoking_leave_audit_lines(publish, in_an_hour, tomorrow, staff):
    release, ana = publish(in_an_hour), staff("publisher", "Ana")
    link, _token = publishing.create_preview(
        release, "  Jane \n Roe ", tomorrow, by=ana, origin="here"
    )

    publishing.revoke_preview(link, by=ana)

    shared, revoked = release.audit_entries.filter(action__in=["shared", "revoked"])
    assert (shared.by, shared.why) == (
        ana,
        f"With Jane Roe, until {publishing.format_moment(tomorrow)}",
    )
    assert (revoked.who, revoked.why) == ("Ana", "From Jane Roe")


def test_writer_shares_and_revokes_nothing(publish, in_an_hour, tomorrow, staff):
    release, ben = publish(in_an_hour), staff("writer", "Ben")
    link, _token = publishing.create_preview(release, "Jane Roe", tomorrow)

    with pytest.raises(ActionRefusedError, match="needs the publisher role"):
        publishing.create_preview(release, "John Doe", tomorrow, by=ben)
    with pytest.raises(ActionRefusedError, match="needs the publisher role"):
        publishing.revoke_preview(link, by=ben)


@pytest.mark.parametrize(
    ("recipient", "days", "sentence"),
    [
        (" ", 1, "Enter who the preview is for."),
        ("Jane Roe", -1, "Choose an expiry date within the next 90 days."),
        ("Jane Roe", 91, "Choose an expiry date within the next 90 days."),
    ],
)
def test_recipient_and_expiry_are_asked_for(publish, in_an_hour, recipient, days, sentence):
    expires_at = timezone.now() + datetime.timedelta(days=days)

    with pytest.raises(ActionRefusedError) as refused:
        publishing.create_preview(publish(in_an_hour), recipient, expires_at)

    assert refused.value.reasons == (sentence,)


def test_only_embargoed_releases_are_shared(publish, make_release, tomorrow):
    with pytest.raises(ActionRefusedError, match="Only a release under embargo can be shared"):
        publishing.create_preview(make_release(), "Jane Roe", tomorrow)
    with pytest.raises(ActionRefusedError, match="This release is public"):
        publishing.create_preview(publish(), "Jane Roe", tomorrow)


def test_recipient_has_one_preview_at_a_time(publish, in_an_hour, tomorrow):
    release = publish(in_an_hour)
    link, first = publishing.create_preview(release, "Jane Roe", tomorrow)

    with pytest.raises(ActionRefusedError, match="already has a preview"):
        publishing.create_preview(release, "jane roe", tomorrow)

    publishing.revoke_preview(link)
    _link, second = publishing.create_preview(release, "Jane Roe", tomorrow)
    assert first != second


def test_closed_preview_is_not_revoked_again(publish, in_an_hour, tomorrow):
    link, _token = publishing.create_preview(publish(in_an_hour), "Jane Roe", tomorrow)
    publishing.revoke_preview(link)

    with pytest.raises(ActionRefusedError, match="no longer active"):
        publishing.revoke_preview(link)
