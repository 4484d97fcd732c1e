"""All actions check roles, refuse in sentences and add audit entries."""

import datetime

import pytest

from releases import publishing
from releases.publishing import ActionRefusedError

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("role", "verb", "arguments"),
    [
        ("writer", publishing.withdraw, ["a reason"]),
        ("writer", publishing.rename, ["another-slug"]),
        ("publisher", publishing.remove, ["a reason"]),
        ("publisher", publishing.block, ["a reason"]),
    ],
)
def test_verb_is_refused_below_its_role(publish, staff, role, verb, arguments):
    with pytest.raises(ActionRefusedError, match="This needs the"):
        verb(publish(), *arguments, by=staff(role))


def test_refusal_of_one_stops_none_of_the_others(publish, make_release):
    public, draft = publish(), make_release()

    refused, done = publishing.apply_to_each(publishing.withdraw, [draft, public], "a reason")

    assert "Only a published release" in refused.reasons[0]
    assert done.release.status == "withdrawn"


def test_stale_verb_is_refused_with_who_changed_it(publish, staff):
    release = publish()
    expected_version = release.updated_at
    publishing.rename(release, "new-office", by=staff("publisher", "Ana"))

    with pytest.raises(
        ActionRefusedError, match=r"Ana changed its address on .* after you opened it"
    ):
        publishing.withdraw(release, "a reason", expected_version=expected_version)


def test_every_verb_leaves_an_audit_line(publish, make_release, in_an_hour):
    release = publishing.approve(publishing.submit(make_release()), in_an_hour)
    release = publishing.reschedule(release, None)
    release = publishing.reinstate(publishing.withdraw(release, "a reason"), "It was right.")
    publishing.block(publishing.remove(release, "It named a minor."), "By order of the court.")

    assert [line.action for line in release.audit_entries.all()] == [
        *("submitted", "approved", "rescheduled", "withdrew", "reinstated", "removed", "blocked")
    ]
