"""One person proposes a correction and another decides; the proposal is never public."""

import pytest
from django.db import DatabaseError, transaction

from releases import publishing
from releases.models import ProposedCorrection, Topic
from releases.publishing import ActionRefusedError
from releases.publishing.imports import ChangedRelease, change_imported
from tests.publishing.at_once import at_once


@pytest.fixture
def writer(staff):
    return staff("writer", "Ana")


@pytest.fixture
def publisher(staff):
    return staff("publisher", "Ben")


@pytest.fixture
def propose(writer):
    """Return a function that proposes a change, `propose(release, body=…)`, and returns the
    proposal."""

    def make(release, kind="correction", note="It was wrong.", by=writer, **changed):
        content = {**release.snapshot(), **changed}
        publishing.propose_correction(release, content, kind, note, by=by)
        return publishing.open_proposal(release)

    return make


def change(release, **fields):
    """Record a correction that is public immediately."""
    for name, value in fields.items():
        setattr(release, name, value)
    release.save()
    publishing.record_change(release, "correction", "It was wrong.")


def test_proposal_changes_nothing_of_the_release(publish, propose):
    release = publish()
    before = release.updated_at

    propose(release, title="Two Offices")

    release.refresh_from_db()
    assert (release.title, release.updated_at) == ("County Opens a Records Office", before)
    assert release.versions.count() == 1
    assert release.audit_entries.last().action == "proposed"


def test_approved_proposal_is_a_version_by_its_proposer(publish, propose, writer, publisher):
    release = publish()
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    Topic.objects.create(name="Records", slug="records")
    section = {"kind": "about", "heading": "About", "body": "An office.", "after_end": False}
    proposal = propose(
        release, title="Two Offices", date="2024-05-15", topics=["records"], sections=[section]
    )

    done = publishing.approve_correction(release, proposal.pk, by=publisher)

    version = done.versions.last()
    assert (version.kind, version.note, version.by) == ("correction", "It was wrong.", writer)
    assert version.snapshot == done.snapshot()
    assert version.snapshot["sections"] == [section]
    assert (version.snapshot["date"], version.snapshot["topics"]) == ("2024-05-15", ["records"])
    line = done.audit_entries.last()
    assert (line.action, line.by, line.why) == (
        "accepted",
        publisher,
        "Proposed by Ana. It was wrong.",
    )
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("approved", publisher)


def test_proposer_approves_only_with_a_recorded_reason(publish, propose, publisher):
    release = publish()
    proposal = propose(release, title="Two Offices", by=publisher)

    with pytest.raises(ActionRefusedError, match="You proposed this"):
        publishing.approve_correction(release, proposal.pk, by=publisher)
    publishing.approve_correction(release, proposal.pk, "Alone tonight.", by=publisher)

    assert "Alone tonight." in release.audit_entries.last().why


def test_writer_neither_approves_nor_declines(publish, propose, writer, staff):
    release = publish()
    proposal = propose(release, title="Two Offices")

    for act, arguments in (
        (publishing.approve_correction, ()),
        (publishing.decline_correction, ("No.",)),
    ):
        with pytest.raises(ActionRefusedError, match="needs the publisher role"):
            act(release, proposal.pk, *arguments, by=writer)
    with pytest.raises(ActionRefusedError, match="Only Ana, who proposed it, can take it back"):
        publishing.take_back_correction(release, proposal.pk, by=staff("writer", "Eve"))
    with pytest.raises(ActionRefusedError, match="needs the writer role"):
        propose(publish(), title="Two Offices", by=type(writer).objects.create_user("temp"))


def test_declined_proposal_leaves_the_release_and_its_reason(publish, propose, publisher):
    release = publish()
    proposal = propose(release, title="Two Offices")

    with pytest.raises(ActionRefusedError, match="Give a reason for declining it"):
        publishing.decline_correction(release, proposal.pk, " ", by=publisher)
    publishing.decline_correction(release, proposal.pk, "It was right.", by=publisher)

    assert release.versions.count() == 1
    assert ProposedCorrection.objects.get().reason == "It was right."
    with pytest.raises(ActionRefusedError, match="has been decided or taken back"):
        publishing.approve_correction(release, proposal.pk, by=publisher)


def test_second_proposal_waits_for_the_first(publish, propose, writer):
    release = publish()
    proposal = propose(release, title="Two Offices")

    with pytest.raises(ActionRefusedError, match=r"Ana proposed a correction on .* still open"):
        propose(release, title="Three Offices")
    publishing.take_back_correction(release, proposal.pk, by=writer)

    assert propose(release, title="Three Offices").content["title"] == "Three Offices"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "nothing to change"),
        ({"title": "Two Offices", "note": " "}, "needs a note"),
        ({"title": "Two Offices", "kind": "minor"}, "The wording has changed"),
        ({"title": ""}, "The title is missing"),
        ({"date": None}, "The date is missing"),
        ({"body": " "}, "The text is missing"),
    ],
)
def test_unpublishable_proposal_is_refused(publish, propose, changed, sentence):
    with pytest.raises(ActionRefusedError, match=sentence):
        propose(publish(), **changed)


def test_only_public_releases_get_proposals(publish, propose, make_release, in_an_hour):
    for release in (make_release(), publish(release_at=in_an_hour)):
        with pytest.raises(ActionRefusedError, match="Only a public release can be corrected"):
            propose(release, title="Two Offices")


def test_later_version_of_other_parts_stays(publish, propose, publisher):
    release = publish()
    proposal = propose(release, title="Two Offices")
    change(release, body="SPRINGFIELD – It opened yesterday.")

    done = publishing.approve_correction(release, proposal.pk, by=publisher)

    assert (done.title, done.body) == ("Two Offices", "SPRINGFIELD – It opened yesterday.")


def test_conflicting_later_version_is_named(publish, propose, publisher):
    release = publish()
    proposal = propose(release, title="Two Offices", body="SPRINGFIELD – Two.")
    change(release, title="Three Offices")

    with pytest.raises(
        ActionRefusedError,
        match=r"Version 2 \(correction\) has since changed the same parts: title",
    ):
        publishing.approve_correction(release, proposal.pk, by=publisher)

    assert publishing.open_proposal(release).content["title"] == "Two Offices"
    assert [change.part for change in publishing.proposed_changes(proposal)] == ["Title", "Text"]


def test_files_added_since_the_proposal_stay(publish, propose, publisher, attach_image):
    release = publish()
    proposal = propose(release, title="Two Offices")
    attach_image(release)
    publishing.record_change(release, "update", "A picture was added.")

    publishing.approve_correction(release, proposal.pk, by=publisher)

    assert len(release.versions.last().snapshot["images"]) == 1


def test_release_withdrawn_since_is_not_corrected(publish, propose, publisher):
    release = publish()
    proposal = propose(release, title="Two Offices")
    publishing.withdraw(release, "It was wrong.")

    with pytest.raises(ActionRefusedError, match="Only a public release can be corrected"):
        publishing.approve_correction(release, proposal.pk, by=publisher)
    publishing.decline_correction(release, proposal.pk, "Withdrawn.", by=publisher)


@pytest.mark.usefixtures("past_the_actions")
def test_setting_makes_publishers_propose_too(publish, publisher, settings, attach_image):
    settings.CORRECTIONS_NEED_APPROVAL = True
    release = publish()
    attach_image(release)
    publishing.record_change(release, "update", "A picture was added.", by=publisher)
    release.title = "Two Offices"
    release.save()

    with pytest.raises(ActionRefusedError, match="A colleague must approve every correction"):
        publishing.record_change(release, "correction", "It was wrong.", by=publisher)
    topic = Topic.objects.create(name="Water", slug="water")
    with pytest.raises(ActionRefusedError, match="A colleague must approve every correction"):
        publishing.add_topics(release, [topic], by=publisher)


def test_setting_holds_for_imports(publish, publisher, settings):
    settings.CORRECTIONS_NEED_APPROVAL = True
    change = ChangedRelease(printed={"title": "Two Offices"}, origin="rows.jsonl")

    with pytest.raises(ActionRefusedError, match="A colleague must approve every correction"):
        change_imported(publish(), change, by=publisher)
    release, is_changed = change_imported(publish(), change)
    assert (release.title, is_changed) == ("Two Offices", True)


@pytest.mark.django_db(transaction=True)
def test_approval_and_decline_at_once_decide_it_once(publish, propose, publisher):
    release = publish()
    proposal = propose(release, title="Two Offices")

    refusals = at_once(
        lambda: publishing.approve_correction(release, proposal.pk, by=publisher),
        lambda: publishing.decline_correction(release, proposal.pk, "No.", by=publisher),
    )

    assert len(refusals) == 1
    proposal.refresh_from_db()
    assert release.versions.count() == (2 if proposal.status == "approved" else 1)


@pytest.mark.parametrize(
    "harm",
    [
        lambda rows: rows.update(content={}),
        lambda rows: rows.update(status="approved"),
        lambda rows: rows._raw_delete("default"),
    ],
)
def test_database_keeps_proposals_immutable(publish, propose, harm):
    propose(publish(), title="Two Offices")

    with pytest.raises(DatabaseError), transaction.atomic():
        harm(ProposedCorrection.objects.all())


def test_database_keeps_a_decision(publish, propose, publisher):
    proposal = propose(release := publish(), title="Two Offices")
    publishing.decline_correction(release, proposal.pk, "No.", by=publisher)

    with pytest.raises(DatabaseError), transaction.atomic():
        ProposedCorrection.objects.update(status="approved")
