"""Releases and corrections that wait for each person."""

import pytest

from releases import publishing
from releases.models import AuditEntry, ProposedCorrection
from releases.publishing import waiting
from releases.publishing.authors import authors_of
from releases.publishing.base import add_audit_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(staff):
    roles = {"Ana": "writer", "Eva": "writer", "Ben": "publisher", "Cleo": "publisher"}
    return {name: staff(role, name) for name, role in roles.items()}


@pytest.fixture
def written_by(make_release, office):
    def make(name, **fields):
        release = make_release(**fields)
        add_audit_entry(release, AuditEntry.Action.CREATED, "", {"by": office[name]})
        return release

    return make


def waits_for(office, kind):
    return {name for name, person in office.items() if kind(person).exists()}


def test_review_waits_for_approvers_except_its_authors(written_by, office):
    publishing.submit(written_by("Cleo"), by=office["Cleo"])

    assert waits_for(office, waiting.to_approve) == {"Ben"}


def test_what_was_sent_back_waits_for_its_authors_until_submitted_again(written_by, office):
    release = written_by("Ana")
    publishing.submit(release, by=office["Ana"])
    assert waits_for(office, waiting.sent_back) == set()
    publishing.send_back(release, "Shorten it.", by=office["Ben"])
    assert waits_for(office, waiting.sent_back) == {"Ana"}

    publishing.submit(release, by=office["Ana"])
    assert waits_for(office, waiting.sent_back) == set()


def test_proposed_correction_waits_for_who_may_decide_it(publish, office):
    release = publish()
    content = ProposedCorrection.content_of(release.snapshot()) | {"title": "Two Offices"}
    publishing.propose_correction(release, content, "correction", "Two.", by=office["Ben"])

    assert waits_for(office, waiting.proposed_corrections) == {"Cleo"}


def test_all_of_it_is_counted_in_one_query(written_by, office, django_assert_num_queries):
    publishing.submit(written_by("Ana"), by=office["Ana"])
    office["Ben"].has_perm("releases.view_release")  # fills the permission cache

    with django_assert_num_queries(1):
        assert waiting.count(office["Ben"]) == 1


def test_authorship_in_sql_is_that_of_the_four_eyes_rule(written_by, make_release, office):
    recorded, bare = written_by("Ana"), make_release(edited_by=office["Eva"])
    add_audit_entry(recorded, AuditEntry.Action.APPROVED, "", {"by": office["Ben"]})
    add_audit_entry(recorded, AuditEntry.Action.EDITED, "", {"by": office["Cleo"]})

    for release in (recorded, bare):
        owners = {
            person.pk
            for person in office.values()
            if waiting.own(type(release).objects.filter(pk=release.pk), person).exists()
        }
        assert owners == authors_of(release)


def test_imported_release_of_nobody_waits_for_every_approver(make_release, office):
    publishing.submit(make_release())

    assert waits_for(office, waiting.to_approve) == {"Ben", "Cleo"}
