"""Rights of the importing person, by state and role."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from releases import publishing
from releases.importing import formats
from releases.importing.loader import Loader
from releases.models import AuditEntry, Release

RECORD = {
    "source": "county",
    "id": "17",
    "title": "County Opens a Records Office",
    "date": "2024-05-14",
    "body": "SPRINGFIELD – The county opened a records office.",
    "language": "en",
    "topics": ["Records"],
}
CHANGED = {**RECORD, "body": "SPRINGFIELD – The county opened two offices."}
ROLES = ("writer", "publisher", "system")

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """Import the records for a person, or for the system, and return the outcomes."""

    def run(*records, by=None, approve=False):
        path = tmp_path / "records.jsonl"
        path.write_text("\n".join(map(json.dumps, records)))
        return list(Loader(approve=approve, by=by).load(formats.read_files([path])))

    return run


@pytest.fixture
def person(staff):
    """Return the person with the role; None for the system."""

    def of(role):
        if role == "system":
            return None
        return staff(role)

    return of


@pytest.fixture
def in_state(load):
    """Bring an imported release into the state."""

    def bring(state):
        load(RECORD, approve=state not in ("draft", "in review", "embargoed"))
        release = Release.objects.get()
        if state == "in review":
            publishing.submit(release)
        elif state == "embargoed":
            publishing.approve(release, timezone.now() + timedelta(days=1))
        elif state == "edited":
            Release.objects.update(edited_by=User.objects.create_user("editor"))
        elif state in ("withdraw", "remove", "block"):
            getattr(publishing, state)(release, "It was wrong.")
        return Release.objects.get()

    return bring


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ["draft", "in review"])
def test_draft_follows_its_source_and_keeps_its_status(load, in_state, person, state, role):
    before, by = in_state(state), person(role)

    [outcome] = load(CHANGED, by=by)

    release = Release.objects.get()
    assert outcome.outcome == "updated"
    assert (release.status, release.body) == (before.status, CHANGED["body"])
    line = release.audit_entries.last()
    assert (line.action, line.by) == (AuditEntry.Action.UPDATED, by)


@pytest.mark.parametrize("role", ROLES)
def test_embargoed_release_must_be_recalled_first(load, in_state, person, role):
    before = in_state("embargoed")

    [outcome] = load(CHANGED, by=person(role))

    assert outcome.outcome == "rejected"
    assert str(before) in outcome.warnings[0].message
    assert "recall its approval first" in outcome.warnings[0].message
    assert Release.objects.get().body == RECORD["body"]
    assert before.versions.count() == 1


def test_writer_changing_a_public_release_learns_who_may_and_the_rest_is_imported(
    load, in_state, person
):
    before = in_state("public")

    refused, created = load(CHANGED, {**RECORD, "id": "18"}, by=person("writer"))

    assert (refused.outcome, created.outcome) == ("rejected", "draft")
    assert str(before) in refused.warnings[0].message
    assert "publisher" in refused.warnings[0].message
    assert Release.objects.get(pk=before.pk).body == RECORD["body"]
    assert before.versions.count() == 1


@pytest.mark.parametrize("role", ["publisher", "system"])
def test_change_of_a_public_release_names_who_imported_it(load, in_state, person, role):
    release, by = in_state("public"), person(role)

    [outcome] = load(CHANGED, by=by)

    version = release.versions.last()
    assert outcome.outcome == "updated"
    assert (version.number, version.kind, version.by) == (2, "update", by)
    assert release.audit_entries.last().by == by


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ["edited", "withdraw", "remove", "block"])
def test_staff_edits_are_not_undone(load, in_state, person, state, role):
    before = in_state(state)

    [outcome] = load(CHANGED, by=person(role))

    assert outcome.outcome == "unchanged"
    assert [warning.code for warning in outcome.warnings] == ["edited_here"]
    assert Release.objects.get().updated_at == before.updated_at


def test_ended_embargo_is_public(load, in_state, person):
    before = in_state("embargoed")
    Release.objects.update(release_at=timezone.now() - timedelta(minutes=1))

    [outcome] = load(CHANGED, by=person("writer"))

    assert (outcome.outcome, str(before) in outcome.warnings[0].message) == ("rejected", True)


def test_who_imports_is_an_author(load, person):
    by = person("publisher")
    load(RECORD, by=by)

    assert publishing.blockers(Release.objects.get(), by)


def test_who_imports_a_change_into_review_is_an_author(load, in_state, person):
    by = person("publisher")
    release = in_state("in review")
    assert not publishing.blockers(release, by)

    load(CHANGED, by=by)

    assert publishing.blockers(Release.objects.get(), by)


def test_import_for_a_person_approves_nothing(load, person):
    with pytest.raises(publishing.ActionRefusedError, match="a colleague"):
        load(RECORD, by=person("publisher"), approve=True)
    assert not Release.objects.exists()


def test_who_may_not_add_imports_nothing(load):
    with pytest.raises(publishing.ActionRefusedError, match="needs the writer role"):
        load(RECORD, by=User.objects.create_user("reader"))


def test_record_with_the_same_content_in_other_bytes_adds_no_author(load, in_state, person):
    before, by = in_state("draft"), person("writer")

    [outcome] = load({**RECORD, "note": "Exported again."}, by=by)

    assert outcome.outcome == "unchanged"
    assert Release.objects.get().updated_at == before.updated_at
    assert not AuditEntry.objects.filter(by=by).exists()


def test_staff_address_and_topics_stay(load, in_state):
    release = in_state("public")
    publishing.rename(release, "another-address")
    topic = release.topics.model.objects.create(name="Deeds", slug="deeds")
    publishing.add_topics(release, [topic])

    load({**CHANGED, "title": "County Opens Two Offices", "topics": ["Offices"]})

    release = Release.objects.get()
    assert release.slug == "another-address"
    assert {topic.name for topic in release.topics.all()} == {"Deeds", "Offices", "Records"}
